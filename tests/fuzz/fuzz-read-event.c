/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines_in(const uint8_t *data, size_t size)
{
	size_t n = size && data[size - 1] != '\n';

	for (size_t i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

/* Each event is of a line that there is, whose text it has; they are in the order of time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	const size_t lines = lines_in(data, size);
	struct ow_event *event;
	size_t n, bad;

	if (!arena || ow_events_read((struct ow_str){ (const char *)data, size }, "fuzz", arena,
				     &event, &n, &bad) < 0)
		return 0;
	if (n > OW_EVENTS_MAX || n + bad > lines)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (event[i].line == 0 || event[i].line > lines || !event[i].container ||
		    strcmp(event[i].source, "fuzz") != 0)
			abort();
		if (!event[i].text.n || !memmem(data, size, event[i].text.p, event[i].text.n))
			abort();
		if (i && event[i].time_usec < event[i - 1].time_usec)
			abort();
		if ((event[i].have & OW_EVENT_SIGNAL) && event[i].signal <= 0)
			abort();
	}
	return 0;
}
