/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PROFILE_INTERNAL_H
#define OW_READ_PROFILE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/scan.h"
#include "read/profile.h"
#include "record/profile.h"

/* What the files of the reader of profiles share; for nobody else. */

/* A form in which profiles are written. */
struct profile_format {
	/* Does it begin so? head is the first bytes, at most PROFILE_HEAD_MAX of them. */
	bool (*begins)(struct ow_str head);
	/* The state, in the reader's scratch. NULL when there is no memory. */
	void *(*start)(struct ow_profile_reader *reader);
	int (*feed)(struct ow_profile_reader *reader, const char *bytes, size_t n,
		    struct ow_err *err);
	int (*end)(struct ow_profile_reader *reader, struct ow_profile **ret, struct ow_err *err);
	void (*stop)(struct ow_profile_reader *reader); /* what is not the arena's; may be NULL */
};

#define PROFILE_HEAD_MAX  64
#define PROFILE_FIELD_MAX OW_MIB(64) /* the longest part of a profile, a sample or a text */

extern const struct profile_format profile_proto, profile_heap_text, profile_count_text;

/* A part of the input that is not whole yet. */
struct profile_rest {
	char *bytes;
	size_t n, room;
};

struct ow_profile_reader {
	struct ow_arena *arena, *scratch;
	const char *name;
	const struct profile_format *format; /* NULL: not known yet */
	void *state;
	char head[PROFILE_HEAD_MAX];
	size_t n_head;
};

/* Puts n more bytes behind the rest. */
int profile_rest_add(struct profile_rest *rest, const char *bytes, size_t n);

/*
 * Numbers of any size as small ones, so that tables can be arrays: those below PROFILE_REF_DIRECT
 * stay what they are, others are numbered from there as they come.
 */
#define PROFILE_REF_DIRECT (1U << 21)

struct profile_refs {
	struct ow_intern large;
};

/* The number of an id. -ENOMEM. */
static inline int profile_ref(struct profile_refs *refs, uint64_t id, uint32_t *ret)
{
	uint32_t number = (uint32_t)id;
	int r = 0;

	if (id >= PROFILE_REF_DIRECT) {
		r = ow_intern(&refs->large, &id, sizeof(id), &number);
		number += PROFILE_REF_DIRECT;
	}
	if (r == 0)
		*ret = number;
	return r;
}

/* As above, without making one. */
static inline bool profile_ref_find(const struct profile_refs *refs, uint64_t id, uint32_t *ret)
{
	uint32_t number = (uint32_t)id;

	if (id >= PROFILE_REF_DIRECT) {
		if (!ow_intern_find(&refs->large, &id, sizeof(id), &number))
			return false;
		number += PROFILE_REF_DIRECT;
	}
	*ret = number;
	return true;
}

/* Reads the lines of /proc/PID/maps and of close relatives that stand behind the samples. */
struct profile_maps {
	struct ow_profile_mapping *mapping;
	size_t n;
};

/* "00400000-004c7000 r-xp 00000000 fe:00 3146 /bin/prog". False: it is none, or not of code. */
bool profile_maps_line(struct ow_str line, struct ow_profile_mapping *ret);

/* Puts the parts of one file together, finds the program and gives each address its mapping. */
int profile_maps_end(struct ow_arena *arena, struct profile_maps *maps,
		     struct ow_profile_location *location, size_t n);

#endif
