/* SPDX-License-Identifier: Apache-2.0 */
#include "kept.h"

#include <errno.h>
#include <stdlib.h>

int ow_kept_add(struct ow_kept *kept, struct ow_oom *oom, struct ow_arena **arena, uint64_t number)
{
	struct ow_kept_row *slot;

	if (kept->cap && kept->n == kept->cap) {
		slot = &kept->row[kept->first];
		kept->bytes -= ow_arena_bytes(slot->arena);
		(void)ow_arena_free(slot->arena);
		kept->first = (kept->first + 1) % kept->cap;
	} else {
		struct ow_kept_row *more = reallocarray(kept->row, kept->n + 1, sizeof(*more));

		if (!more)
			return -ENOMEM;
		kept->row = more;
		slot = &kept->row[kept->n++];
	}
	*slot = (struct ow_kept_row){ oom, *arena, number };
	*arena = NULL;
	kept->bytes += ow_arena_bytes(slot->arena);
	return kept->bytes > OW_KEPT_MAX ? -EFBIG : 0;
}

const struct ow_kept_row *ow_kept_at(const struct ow_kept *kept, size_t i)
{
	return &kept->row[(kept->first + i) % kept->n];
}

int ow_kept_refuse(const struct ow_command *command, const char *option)
{
	return ow_command_fail(command, OW_EXIT_FAILED,
			       "%s has to hold back more than %zu MiB of records: ask for fewer "
			       "with -n or --since, or for all without %s",
			       option, OW_KEPT_MAX / OW_MIB(1), option);
}

void ow_kept_release(struct ow_kept *kept)
{
	for (size_t i = 0; i < kept->n; i++)
		(void)ow_arena_free(kept->row[i].arena);
	free(kept->row);
	*kept = (struct ow_kept){ 0 };
}
