/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_FLAME_H
#define OW_ANALYZE_FLAME_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/flame.h"
#include "record/stacks.h"

struct ow_flame_options {
	double least;     /* nodes below this share of the whole are folded into one of "others" */
	size_t nodes_max; /* so are those that are too many: the narrowest, the deepest first */
	uint32_t depth_max; /* and what is deeper than this; at least 1 */
};

/*
 * The tree of stacks. Callees of one caller stand in the order of their width, those that were
 * folded behind them. The tree grows from the root, a few rows at a time, and what is too narrow
 * is cut before anything grows on it: memory follows what will be seen, not the number of stacks.
 *
 * Returns 0, -EOVERFLOW when the sums do not fit in 64 bits, or -ENOMEM.
 */
int ow_flame_new(const struct ow_stacks *stacks, const struct ow_flame_options *options,
		 struct ow_arena *arena, struct ow_flame **ret, struct ow_err *err);

#endif
