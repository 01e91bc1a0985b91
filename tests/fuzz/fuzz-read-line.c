/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "read/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct ow_str part, struct ow_str whole)
{
	if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

/* What comes out of a line was in it, times are settled only when they may be, and undoing the
 * escapes never makes it longer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ow_line_clock clocks[] = {
		{ 0 },
		{ .utc = true, .has_now = true, .now_usec = INT64_C(1795161062000000) },
		{ .has_boot = true, .boot_time_usec = INT64_C(1795154690027200) },
	};
	const struct ow_str raw = { (const char *)data, size };
	char *buffer = malloc(size + 1);

	if (!buffer)
		return 0;
	for (size_t i = 0; i < OW_ARRAY_SIZE(clocks); i++) {
		struct ow_line line = { .number = 7 };

		ow_line_unwrap(raw, &clocks[i], &line);
		inside(line.text, raw);
		inside(line.caller, raw);
		inside(line.host, raw);
		inside(line.boot_id, raw);
		if (line.raw.p != raw.p || line.raw.n != raw.n || line.number != 7)
			abort();
		if (line.text.n && strchr(" \t\r", line.text.p[line.text.n - 1]) &&
		    line.text.p[line.text.n - 1])
			abort();
		if ((line.have & OW_LINE_PRIORITY) && (line.priority > 7 || line.facility > 127))
			abort();
		if (ow_line_unescape(line.text, buffer) > line.text.n)
			abort();
	}
	free(buffer);
	return 0;
}
