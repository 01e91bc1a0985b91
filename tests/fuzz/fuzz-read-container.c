/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is refused says why and changes nothing; what is taken is what a container can be. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct ow_container c = { .pid = -7 };
	struct ow_err err = { "" };
	int r;

	if (!arena)
		return 0;
	r = ow_container_read((struct ow_str){ (const char *)data, size }, "fuzz", arena, &c, &err);
	if (r < 0) {
		if (r != -EBADMSG || !err.text[0] || c.pid != -7)
			abort();
		return 0;
	}
	if (strlen(c.id) != 64 || strspn(c.id, "0123456789abcdef") != 64 || !c.runtime)
		abort();
	if (c.have & OW_CONTAINER_PID && c.pid <= 0)
		abort();
	if (c.have & OW_CONTAINER_EXIT && !(c.have & OW_CONTAINER_STARTED))
		abort();
	if (c.have & OW_CONTAINER_MEMSW && c.memsw_bytes == 0)
		abort();
	return 0;
}
