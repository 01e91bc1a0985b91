/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A time that is read is printed so that it is read again; what is refused leaves nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t now = INT64_C(1795161062500000);
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	char printed[OW_TIME_MAX];
	int64_t usec = -7, again;
	const char *text =
		arena ? ow_str_keep(arena, (struct ow_str){ (const char *)data, size }) : NULL;

	if (!text)
		return 0;
	if (ow_time_parse(text, now, size % 2, &usec) < 0) {
		if (usec != -7)
			abort();
		return 0;
	}
	/* Spans lead anywhere, and only the years 1970 to 9999 are read. */
	if (usec < 0 || usec > INT64_C(253402300799999999))
		return 0;
	if (!ow_time_scan_rfc3339(ow_str(ow_time_utc(usec, printed)), &again) || again != usec)
		abort();
	return 0;
}
