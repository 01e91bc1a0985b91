/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GOROUTINE_GROUPS_H
#define OW_READ_GOROUTINE_GROUPS_H

#include "base/arena.h"
#include "base/intern.h"
#include "record/goroutine.h"

/* Puts goroutines together by stack; for the readers of them. */

#define GOROUTINE_FRAMES_MAX 256 /* the runtime shows 100, profiles have up to 1024 */

/* One goroutine, or several of one stack. Text is not kept. */
struct goroutine {
	uint64_t count;
	struct ow_goroutine_frame frame[GOROUTINE_FRAMES_MAX]; /* the innermost first */
	size_t n_frames;
	struct ow_goroutine_frame creator;
	struct ow_str state;
	uint64_t minutes;
};

struct goroutine_tally; /* of one group: how many are in which state */

struct goroutine_groups {
	struct ow_arena *arena;
	struct ow_arena *scratch;
	struct ow_intern stacks;
	struct ow_goroutine_group *group;
	struct goroutine_tally *tally; /* of each group */
	size_t n, n_tallies;
	uint64_t total;
	char *key; /* of scratch */
};

/* What is kept is the arena's, what is needed meanwhile that of scratch. 0 or -ENOMEM. */
int goroutine_groups_init(struct goroutine_groups *groups, struct ow_arena *arena,
			  struct ow_arena *scratch);

/* Takes the runtime's own frames off both ends of the stack. 0 or -ENOMEM. */
int goroutine_groups_add(struct goroutine_groups *groups, struct goroutine *goroutine);

/* Nothing more will be added: sorts them. */
void goroutine_groups_end(struct goroutine_groups *groups);

#endif
