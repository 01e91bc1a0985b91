/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_HEAP_INTERNAL_H
#define OW_ANALYZE_HEAP_INTERNAL_H

#include "analyze/heap.h"
#include "base/intern.h"

/* What the files behind heap.h share; for nobody else. */

#define HEAP_NONE UINT32_MAX

/* The values of a sample that are of interest. */
enum heap_value {
	HEAP_INUSE_OBJECTS,
	HEAP_INUSE_BYTES,
	HEAP_ALLOC_OBJECTS,
	HEAP_ALLOC_BYTES,
	HEAP_VALUES,
};

/* Sums of samples while they are added up. */
struct heap_sum {
	int64_t value[HEAP_VALUES];
	double variance, samples;
};

/* A row while it is made. Frames are numbers of heap_work.frame. */
struct heap_path {
	struct heap_sum sum;
	uint32_t site, who, via;
	uint32_t stacks;
	int64_t heaviest; /* of its samples: that one's via is taken */
	double objects;   /* by which object_bytes is the mean */
	uint64_t object_min, object_max;
};

/* What a location is to a walk along the stack; numbers of frames. */
struct heap_place {
	uint32_t site;    /* its innermost */
	uint32_t own;     /* its first that is the user's */
	uint32_t library; /* its last that is of a library, before own */
};

/* How deep stacks may be: Go to 1.22, some builds, Go from 1.23 on. */
#define HEAP_DEPTHS 3
extern const size_t heap_depths[HEAP_DEPTHS];

/* What was seen on the way, for the oddities. */
struct heap_seen {
	uint64_t small, too_small; /* rows of small objects; those that are less than a sample */
	double raw_bytes;          /* what all would be, were they samples that nobody scaled up */
	uint64_t negative;         /* samples below 0 */
	/* Go counted calls, then (1.21) frames, inlined ones included. */
	size_t deepest[2];
	double deep_bytes[2][HEAP_DEPTHS]; /* in stacks that end there, and at no root */
	bool named, nameless, go, other;
};

struct heap_work {
	struct ow_arena *arena;
	struct ow_profile_view *view;
	const struct ow_heap_facts *facts;
	struct ow_heap *heap;
	size_t index[HEAP_VALUES]; /* of the profile's types; SIZE_MAX: it does not count that */
	double period;             /* 0: not known */
	bool unsized;              /* the size of some object is not known: nor is the error */
	struct ow_str own;         /* ow_heap_own_module */
	struct heap_place *place;  /* of each location */
	struct ow_heap_frame *frame;
	struct ow_intern functions, frames, paths;
	struct heap_path **path; /* in pieces, so that they never move: see heap_path_at */
	struct heap_sum total;
	double size_sum; /* of the sizes of all rows */
	struct heap_seen seen;
};

#define HEAP_PIECE 1024

static inline struct heap_path *heap_path_at(const struct heap_work *work, size_t i)
{
	return &work->path[i / HEAP_PIECE][i % HEAP_PIECE];
}

/* Names and kinds of all frames of the profile. 0 or -ENOMEM. */
int heap_places(struct heap_work *work);

/* The one number that orders rows: bytes in use, or allocated. */
static inline int64_t heap_measured(const struct heap_work *work, const struct heap_sum *sum)
{
	return sum->value[work->heap->measure == OW_HEAP_MEASURE_INUSE ? HEAP_INUSE_BYTES
								       : HEAP_ALLOC_BYTES];
}

/* Are the numbers those of the samples, that nobody scaled up? */
static inline bool heap_is_raw(const struct heap_work *work)
{
	return !work->heap->difference && work->seen.too_small &&
	       2 * work->seen.too_small >= work->seen.small;
}

/* Paths become rows and holders, in order. 0 or -ENOMEM. */
int heap_rows(struct heap_work *work);

void heap_keepers(struct heap_work *work);
void heap_age(struct heap_work *work);

/* 0 or -ENOMEM. */
int heap_oddities(struct heap_work *work);

static inline bool heap_is_bytes(struct ow_str unit)
{
	return ow_str_is(unit, "bytes") || ow_str_is(unit, "byte") || ow_str_is(unit, "B");
}

/* Is a stack as deep as they may be? The runtime's own frames at the leaf, up to four, count and
 * are left out. */
static inline bool heap_is_at_depth(size_t n, size_t i)
{
	return n <= heap_depths[i] && n + 4 >= heap_depths[i];
}

static inline uint64_t heap_size(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

#endif
