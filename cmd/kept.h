/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_KEPT_H
#define OW_CMD_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "command.h"
#include "record/oom.h"

/* Records that are held back until it is known which are the newest, each with the arena that it
 * lives in. On a host that is short of memory no list may take all that is left. */
#define OW_KEPT_MAX OW_MIB(256)

struct ow_kept_row {
	struct ow_oom *oom;
	struct ow_arena *arena;
	uint64_t number; /* in the listing */
};

struct ow_kept {
	size_t cap;              /* only so many of the newest; 0: all */
	struct ow_kept_row *row; /* a ring */
	size_t first, n, bytes;
};

/* Takes the record and its arena, and lets the oldest go when there are cap. 0, -ENOMEM, or -EFBIG
 * past OW_KEPT_MAX. */
int ow_kept_add(struct ow_kept *kept, struct ow_oom *oom, struct ow_arena **arena, uint64_t number);

/* The i-th from the oldest; i is below n. */
const struct ow_kept_row *ow_kept_at(const struct ow_kept *kept, size_t i);

/* Says of the option that asked for it that this was too much. Returns the exit status. */
int ow_kept_refuse(const struct ow_command *command, const char *option);

void ow_kept_release(struct ow_kept *kept);

#endif
