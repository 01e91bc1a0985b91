/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever goes in, what comes out is UTF-8, and what people see holds no control character. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	const struct ow_str in = { (const char *)data, size };
	const char *bytes = arena ? ow_escape_bytes(arena, in) : NULL;
	const char *text = arena ? ow_escape_text(arena, in) : NULL;
	struct ow_str out;

	if (!bytes || !text)
		return 0;
	for (out = ow_str(bytes); out.n; out = ow_str_skip(out, ow_utf8_length(out)))
		if (ow_utf8_length(out) == 0)
			abort();
	for (out = ow_str(text); out.n; out = ow_str_skip(out, ow_utf8_length(out)))
		if (ow_utf8_length(out) == 0 || (unsigned char)*out.p < 0x20 || *out.p == 0x7f)
			abort();
	return 0;
}
