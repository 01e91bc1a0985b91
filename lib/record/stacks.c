/* SPDX-License-Identifier: Apache-2.0 */
#include "record/stacks.h"

#include <errno.h>

int ow_stacks_walk_init(struct ow_stacks_walk *walk, const struct ow_stacks *stacks,
			struct ow_arena *arena)
{
	uint32_t *number = ow_alloc(arena, ow_tally_longest(stacks->tally) + 1, sizeof(*number));

	if (!number)
		return -ENOMEM;
	*walk = (struct ow_stacks_walk){ .stacks = stacks, .item.number = number };
	return 0;
}

bool ow_stacks_walk_next(struct ow_stacks_walk *walk)
{
	const struct ow_stacks *stacks = walk->stacks;

	do {
		if (!ow_tally_next(stacks->tally, &walk->place, &walk->item))
			return false;
	} while (walk->item.value[0] == 0 || (stacks->drop_negative && walk->item.value[0] < 0));
	return true;
}
