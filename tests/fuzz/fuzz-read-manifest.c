/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(const char *path)
{
	struct ow_str rest = ow_str(path), part;
	bool more = true;

	while (more) {
		more = ow_scan_until(&rest, "/", &part);
		if (!more)
			part = rest;
		if (part.n == 0 || ow_str_is(part, ".") || ow_str_is(part, ".."))
			abort();
	}
	if (strpbrk(path, "\n\r\033\177"))
		abort();
}

/* No path that is taken leaves the case or stands twice. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct ow_manifest_file *file = NULL;
	struct ow_err err = { "" };
	size_t n = 7;
	int r;

	if (!arena)
		return 0;
	r = ow_manifest_read((struct ow_str){ (const char *)data, size }, arena, &file, &n, &err);
	if (r < 0) {
		if (r != -EBADMSG || !err.text[0] || file || n != 7)
			abort();
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		check_path(file[i].path);
		if (!*file[i].source || strlen(file[i].sha256) != 64)
			abort();
		for (size_t k = 0; k < i && k < 100; k++)
			if (strcmp(file[i].path, file[k].path) == 0)
				abort();
	}
	return 0;
}
