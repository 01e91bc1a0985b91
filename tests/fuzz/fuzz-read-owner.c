/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "read/owner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every path has an owner, whose own path is its front; a group without one is its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	char *path = arena ? ow_printf(arena, "%.*s", (int)size, (const char *)data) : NULL;
	struct ow_owner owner;

	if (!path || ow_owner_read(path, arena, &owner) != 0)
		return 0;
	if (!owner.id || !owner.path || strncmp(owner.path, path, strlen(owner.path)) != 0)
		abort();
	if (owner.kind == OW_OWNER_CGROUP && strcmp(owner.id, path) != 0)
		abort();
	if ((owner.kind == OW_OWNER_ROOT) != (strcmp(path, "/") == 0))
		abort();
	return 0;
}
