/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_STACKS_H
#define OW_RECORD_STACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/scan.h"
#include "base/tally.h"

/* The distinct stacks of a profile, told apart by what is shown of them. */
struct ow_stacks {
	const struct ow_str *frame; /* what is shown of each frame: of any bytes */
	size_t n_frames;
	struct ow_tally *tally; /* sequences of indexes of frame, the root first; one sum each */
	bool drop_negative;     /* stacks whose sum is below 0 do not count */
};

struct ow_stacks_walk {
	const struct ow_stacks *stacks;
	struct ow_tally_place place;
	struct ow_tally_item item; /* of the stack that the walk is at */
};

/* Returns 0 or -ENOMEM. The walk's memory is the arena's. */
int ow_stacks_walk_init(struct ow_stacks_walk *walk, const struct ow_stacks *stacks,
			struct ow_arena *arena);

/* The next stack whose sum is not 0, in item; false at the end. */
bool ow_stacks_walk_next(struct ow_stacks_walk *walk);

#endif
