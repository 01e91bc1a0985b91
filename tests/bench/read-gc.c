/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a log as `oomwhy gc` does and prints how many collections there are: read-gc FILE */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "read/gctrace.h"

static int count(void *arg, const struct ow_gc_event *event)
{
	*(uint64_t *)arg += event->kind == OW_GC_EVENT_CYCLE;
	return 0;
}

int main(int argc, char *argv[])
{
	ow_scoped(ow_gctrace_reader_freep) struct ow_gctrace_reader *reader = NULL;
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	const struct ow_gctrace_options options = { .utc = true };
	const char *bytes;
	uint64_t n = 0;
	struct ow_err why;
	ssize_t got;

	if (argc != 2)
		errx(EXIT_FAILURE, "usage: read-gc FILE");
	if (ow_stream_open(argv[1], &stream, &why) < 0 ||
	    ow_gctrace_reader_new(&options, count, &n, &reader, &why) < 0)
		errx(EXIT_FAILURE, "%s", why.text);
	while ((got = ow_stream_next(stream, &bytes, &why)) > 0)
		if (ow_gctrace_reader_feed(reader, bytes, (size_t)got) < 0)
			errx(EXIT_FAILURE, "cannot read the events");
	if (got < 0 || ow_gctrace_reader_end(reader) < 0)
		errx(EXIT_FAILURE, "%s", got < 0 ? why.text : "cannot read the events");
	printf("%" PRIu64 "\n", n);
	return EXIT_SUCCESS;
}
