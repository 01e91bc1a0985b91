/* SPDX-License-Identifier: Apache-2.0 */
#include "read/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/stream.h"
#include "read/profile-internal.h"

#define SCRATCH_BYTES OW_MIB(256) /* tables of functions and places, of about five million rows */

/* Asked in this order; the last one takes everything. */
static const struct profile_format *const formats[] = {
	&profile_heap_text,
	&profile_count_text,
	&profile_proto,
};

struct ow_profile_reader *ow_profile_reader_new(const char *name, struct ow_arena *arena)
{
	struct ow_profile_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->arena = arena;
	reader->scratch = ow_arena_new(SCRATCH_BYTES);
	reader->name = ow_str_keep(arena, ow_str(name));
	if (!reader->scratch || !reader->name)
		return ow_profile_reader_free(reader);
	return reader;
}

struct ow_profile_reader *ow_profile_reader_free(struct ow_profile_reader *reader)
{
	if (!reader)
		return NULL;
	if (reader->state && reader->format->stop)
		reader->format->stop(reader);
	reader->scratch = ow_arena_free(reader->scratch);
	free(reader);
	return NULL;
}

int profile_rest_add(struct profile_rest *rest, const char *bytes, size_t n)
{
	if (n == 0)
		return 0;
	if (rest->room - rest->n < n) {
		const size_t room = 2 * (rest->n + n);
		char *more = realloc(rest->bytes, room);

		if (!more)
			return -ENOMEM;
		rest->bytes = more;
		rest->room = room;
	}
	memcpy(rest->bytes + rest->n, bytes, n);
	rest->n += n;
	return 0;
}

/* Things that are sent in place of a profile, and what to say of them. */
static const char *not_a_profile(struct ow_str head)
{
	static const struct {
		const char *begin, *what;
	} others[] = {
		{ "<", "is an HTML or XML page, not a profile" },
		{ "{", "is JSON, not a profile" },
		{ "HTTP/", "is an answer of a web server with its header, not a profile" },
		{ "PERFILE2", "is a recording of perf, not a heap profile" },
		{ "\x7f"
		  "ELF",
		  "is a program, not a profile" },
		{ "--- heapz", "is Java's heapz text, which is not read here" },
		{ "--- contention", "is a contention profile as text, not a heap profile" },
		{ "--- mutex", "is a mutex profile as text, not a heap profile" },
		{ "--- threadz", "is a list of threads, not a heap profile" },
		{ "go1.", "is an execution trace, not a profile" },
		{ "go 1.", "is an execution trace, not a profile" },
		{ "goroutine ", "is a dump of goroutines (debug=2), not a profile" },
		{ "Unknown profile", "is the message of a server that has no such profile" },
		{ "404 page not found", "is the message of a server that has no such page" },
	};

	while (head.n && strchr(" \t\r\n", head.p[0]) && head.p[0])
		head = ow_str_skip(head, 1);
	for (size_t i = 0; i < OW_ARRAY_SIZE(others); i++) {
		struct ow_str s = head;

		if (ow_scan_lit(&s, others[i].begin))
			return others[i].what;
	}
	return NULL;
}

static int choose(struct ow_profile_reader *reader, struct ow_err *err)
{
	const struct ow_str head = { reader->head, reader->n_head };
	const struct profile_format *format = NULL;
	const char *what;

	if (head.n == 0)
		return ow_fail(err, EBADMSG, "'%s' is empty", reader->name);
	for (size_t i = 0; i < OW_ARRAY_SIZE(formats) && !format; i++)
		if (formats[i]->begins(head))
			format = formats[i];
	what = format == &profile_proto ? not_a_profile(head) : NULL;
	if (what)
		return ow_fail(err, EBADMSG, "'%s' %s", reader->name, what);
	reader->state = format->start(reader);
	if (!reader->state)
		return ow_fail(err, ENOMEM, "cannot read '%s': %m", reader->name);
	reader->format = format;
	return format->feed(reader, reader->head, reader->n_head, err);
}

int ow_profile_reader_feed(struct ow_profile_reader *reader, const void *bytes, size_t n,
			   struct ow_err *err)
{
	const char *p = bytes;

	if (!reader->format) {
		const size_t room = sizeof(reader->head) - reader->n_head;
		const size_t take = n < room ? n : room;
		int r;

		memcpy(reader->head + reader->n_head, p, take);
		reader->n_head += take;
		p += take;
		n -= take;
		if (reader->n_head < sizeof(reader->head))
			return 0;
		r = choose(reader, err);
		if (r < 0)
			return r;
	}
	return n ? reader->format->feed(reader, p, n, err) : 0;
}

int ow_profile_reader_end(struct ow_profile_reader *reader, struct ow_profile **ret,
			  struct ow_err *err)
{
	int r = reader->format ? 0 : choose(reader, err);

	return r < 0 ? r : reader->format->end(reader, ret, err);
}

int ow_profile_read_stream(struct ow_stream *stream, const char *name, struct ow_arena *arena,
			   struct ow_profile **ret, struct ow_err *err)
{
	ow_scoped(ow_profile_reader_freep) struct ow_profile_reader *reader =
		ow_profile_reader_new(name, arena);
	const char *bytes;
	ssize_t n;
	int r;

	if (!reader)
		return ow_fail(err, ENOMEM, "cannot read '%s': %m", name);
	while ((n = ow_stream_next(stream, &bytes, err)) > 0) { /* unpacks in a second thread */
		r = ow_profile_reader_feed(reader, bytes, (size_t)n, err);
		if (r < 0)
			return r;
	}
	return n < 0 ? (int)n : ow_profile_reader_end(reader, ret, err);
}

int ow_profile_read_file(const char *path, struct ow_arena *arena, struct ow_profile **ret,
			 struct ow_err *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	int r = ow_stream_open(path, &stream, err);

	return r < 0 ? r : ow_profile_read_stream(stream, name, arena, ret, err);
}
