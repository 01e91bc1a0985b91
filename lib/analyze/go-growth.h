/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GO_GROWTH_H
#define OW_ANALYZE_GO_GROWTH_H

#include "analyze/scene.h"

/*
 * What grew between the heap profiles of the life that ended with the kill: from the first to the
 * last of them, by whom it was asked for.
 */

#define OW_GO_SIGMAS   2.0  /* of the sampling error, that growth has to pass */
#define OW_GO_MATERIAL 0.10 /* of the limit, that growth has to pass */

/* What one function of the user's had asked for, in two profiles. */
struct ow_go_grower {
	const struct ow_heap_holder *holder; /* of the difference; NULL: there is none */
	double growth, error;                /* bytes; one sigma of the sampling */
	double share;                        /* of all growth */
};

struct ow_go_growth {
	const struct ow_go_heap_seen *first, *last; /* NULL: no profile of that life */
	size_t n;                                   /* profiles of that life */
	const struct ow_heap *difference; /* NULL: there are no two that can be compared */
	double all;                       /* bytes that grew, without those that shrank */
	double net, error;                /* of the whole heap */
	bool material;                    /* the heap grew by more than its error, and
					     by a tenth of the limit */
	struct ow_go_grower most, next;
	/* Growth of a start-up, or of a cache that fills, looks like that of a leak between two
	 * profiles. NULL when what grew most led to the kill; else why that is not known. */
	const char *not_yet;
};

/* 0 or -ENOMEM. All of it is in the arena. The scene must have something of Go programs. */
int ow_go_growth_make(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_growth *ret);

/*
 * Of when the profile speaks: which collection's state it shows, how old that was, and how much of
 * what was live then, by the collector's log of that life or by its own MemStats. False where
 * nothing says it.
 */
bool ow_go_heap_age(const struct ow_scene *s, const struct ow_go_heap_seen *h,
		    struct ow_arena *arena, struct ow_heap_age *ret);

/* A profile whose numbers are of what is in use at a moment. */
bool ow_go_heap_usable(const struct ow_go_heap_seen *h);

/* What the user's function of that frame asked for; NULL: nothing. */
const struct ow_heap_holder *ow_go_find_holder(const struct ow_heap *heap,
					       const struct ow_heap_frame *who);

/* Of the profile's functions the i-th, those with most bytes first; i is below holders.n. */
static inline const struct ow_heap_holder *ow_go_holder(const struct ow_heap *heap, size_t i)
{
	return (const struct ow_heap_holder *)heap->holders.item + i;
}

#endif
