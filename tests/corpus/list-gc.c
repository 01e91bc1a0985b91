/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the collections of a log as the runtime wrote them, a line each: list-gc FILE */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "read/gctrace.h"

static int list(void *arg, const struct ow_gc_event *event)
{
	(void)arg;
	if (event->kind == OW_GC_EVENT_CYCLE)
		printf("%.*s\n", (int)event->text.n, event->text.p);
	return 0;
}

int main(int argc, char *argv[])
{
	ow_scoped(ow_gctrace_reader_freep) struct ow_gctrace_reader *reader = NULL;
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	const struct ow_gctrace_options options = { .utc = true };
	const char *bytes;
	struct ow_err why;
	ssize_t got;

	if (argc != 2)
		errx(EXIT_FAILURE, "usage: list-gc FILE");
	if (ow_stream_open(argv[1], &stream, &why) < 0 ||
	    ow_gctrace_reader_new(&options, list, NULL, &reader, &why) < 0)
		errx(EXIT_FAILURE, "%s", why.text);
	while ((got = ow_stream_next(stream, &bytes, &why)) > 0)
		if (ow_gctrace_reader_feed(reader, bytes, (size_t)got) < 0)
			errx(EXIT_FAILURE, "cannot read the events");
	if (got < 0)
		errx(EXIT_FAILURE, "%s", why.text);
	return ow_gctrace_reader_end(reader) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
