/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GOROUTINES_H
#define OW_ANALYZE_GOROUTINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "record/goroutine.h"

/* One stack, and what became of it. */
struct ow_goroutine_row {
	const struct ow_goroutine_group
		*group;         /* of the last page; of the first, where it is gone */
	uint64_t count, before; /* at the last and at the first moment */
	double share;           /* of all goroutines of the last moment */
	uint64_t stack_bytes;   /* its share of the stacks in use; 0 where they are not known */
};

struct ow_goroutine_view {
	const struct ow_goroutines *first, *last; /* first NULL: there is one page only */
	uint64_t stack_inuse_bytes;               /* 0: not known */
	struct ow_goroutine_row *row;
	size_t n;
};

/*
 * Puts the groups of two pages side by side, by the functions and lines of their stacks. One page
 * alone is sorted by count; two are by growth, the largest first. first may be NULL. Stacks of
 * equal goroutines are taken to be equally large: what a stack holds is its share of the
 * goroutines, times stack_inuse_bytes. 0 or -ENOMEM.
 */
int ow_goroutines_view(const struct ow_goroutines *first, const struct ow_goroutines *last,
		       uint64_t stack_inuse_bytes, struct ow_arena *arena,
		       struct ow_goroutine_view *ret);

#endif
