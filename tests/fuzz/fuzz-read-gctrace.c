/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/needles.h"
#include "read/gctrace-match.h"
#include "read/gctrace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CYCLES_MAX 256
#define LINE_MAX   2048

/* What a reading gives: the events as text, and the collections. */
struct reading {
	char *text;
	size_t n;
	FILE *out;
	struct ow_gctrace_seen seen;
	size_t n_lines;
	struct {
		char text[LINE_MAX];
		size_t n;
	} cycle[CYCLES_MAX];
	size_t n_cycles;
};

static int take(void *arg, const struct ow_gc_event *event)
{
	struct reading *r = arg;

	if (event->line == 0 || event->line > r->n_lines || event->kind >= OW_GC_EVENT_COUNT)
		abort();
	fprintf(r->out, "%zu %d %d <%.*s> %d %" PRIi64 " %.*s\n", event->line, event->kind,
		event->torn, (int)event->who.n, event->who.p, event->have_time,
		event->have_time ? event->time_usec : 0, (int)event->text.n, event->text.p);
	if (event->kind != OW_GC_EVENT_CYCLE)
		return 0;
	if (r->n_cycles < CYCLES_MAX && event->text.n < LINE_MAX) {
		memcpy(r->cycle[r->n_cycles].text, event->text.p, event->text.n);
		r->cycle[r->n_cycles++].n = event->text.n;
	}
	fprintf(r->out, "%u %" PRIu64 " %g %g %" PRIu64 "\n", event->cycle.have,
		event->cycle.number, event->cycle.stop_usec, event->cycle.mark_usec,
		event->cycle.live_bytes);
	return 0;
}

static void read_all(struct reading *reading, const char *bytes, size_t n, size_t piece)
{
	ow_scoped(ow_gctrace_reader_freep) struct ow_gctrace_reader *reader = NULL;
	const struct ow_gctrace_options options = { .utc = true };
	struct ow_err why;
	uint64_t all = 0;

	reading->n_lines = 1;
	reading->n_cycles = 0;
	for (size_t i = 0; i < n; i++)
		reading->n_lines += bytes[i] == '\n';
	reading->out = open_memstream(&reading->text, &reading->n);
	if (!reading->out || ow_gctrace_reader_new(&options, take, reading, &reader, &why) < 0)
		exit(EXIT_FAILURE);
	for (size_t i = 0; i < n; i += piece)
		if (ow_gctrace_reader_feed(reader, bytes + i, n - i < piece ? n - i : piece) != 0)
			abort();
	if (ow_gctrace_reader_end(reader) != 0)
		abort();
	reading->seen = *ow_gctrace_reader_seen(reader);
	(void)fclose(reading->out);
	for (size_t i = 0; i < OW_GC_EVENT_COUNT; i++)
		all += reading->seen.events[i];
	if (reading->seen.bytes != n || reading->seen.lines > reading->n_lines ||
	    reading->seen.skipped > reading->seen.lines ||
	    reading->seen.torn > reading->seen.events[OW_GC_EVENT_CYCLE] || (n == 0 && all))
		abort();
}

/* The same bytes in pieces of any size are the same events. */
static void check_pieces(struct reading *whole, const char *bytes, size_t n)
{
	static struct reading pieces;

	read_all(&pieces, bytes, n, n % 13 + 1);
	if (whole->n != pieces.n || memcmp(whole->text, pieces.text, whole->n) != 0 ||
	    memcmp(&whole->seen, &pieces.seen, sizeof(whole->seen)) != 0)
		abort();
	free(pieces.text);
}

/* A line of somebody else: it begins as those do, and nothing of the runtime is in it. */
static void put_other(FILE *out, const uint8_t *data, size_t size, size_t at)
{
	fprintf(out, "2026/11/20 06:26:38 INFO ");
	for (size_t i = 0; i < 12 && at + i < size; i++)
		fprintf(out, "%c", 'a' + data[at + i] % 16);
	fprintf(out, " =\n");
}

/*
 * Each collection that stands in the input, by itself, between lines of others and with one of them
 * wherever a write(2) may end: it is read as it was.
 */
static void check_torn(const struct reading *whole, const uint8_t *data, size_t size)
{
	static struct reading torn;

	for (size_t c = 0; c < whole->n_cycles && c < 8; c++) {
		const struct ow_str cycle = { whole->cycle[c].text, whole->cycle[c].n };
		struct ow_gc_match m;
		char *text = NULL;
		size_t n, cut;
		FILE *out;

		ow_gc_match_front(cycle, &m);
		if (m.fit != OW_GC_FIT_WHOLE || !ow_gc_match_agrees(&m, cycle) || m.n > 1000 ||
		    m.value[0].n > 18)
			continue; /* no runtime prints it so */
		cut = m.cut[(data[size / 2] + c) % m.n_cuts];
		if (cut >= m.value[m.n_values - 1].at + m.value[m.n_values - 1].n)
			continue;
		out = open_memstream(&text, &n);
		if (!out)
			exit(EXIT_FAILURE);
		put_other(out, data, size, size / 3);
		fprintf(out, "%.*s", (int)cut, cycle.p);
		put_other(out, data, size, size / 4);
		put_other(out, data, size, size / 5);
		fprintf(out, "%.*s\n", (int)(cycle.n - cut), cycle.p + cut);
		(void)fclose(out);
		read_all(&torn, text, n, n);
		if (torn.n_cycles != 1 || torn.seen.torn != 1 || torn.cycle[0].n != cycle.n ||
		    memcmp(torn.cycle[0].text, cycle.p, cycle.n) != 0)
			abort();
		free(torn.text);
		free(text);
	}
}

/* Lines that are missing make no collection: what is read of the rest is of one line of the whole,
 * or was put together of pieces whose numbers agree. */
static void check_less(const struct reading *whole, const char *bytes, size_t n)
{
	static struct reading less;
	const char *end = n ? memrchr(bytes, '\n', n / 2) : NULL;

	if (!end || whole->n_cycles == CYCLES_MAX)
		return;
	read_all(&less, bytes, (size_t)(end - bytes) + 1, n);
	if (less.n_cycles > whole->n_cycles)
		abort();
	for (size_t i = 0; i < less.n_cycles; i++) {
		struct ow_gc_match m;
		struct ow_str text = { less.cycle[i].text, less.cycle[i].n };

		ow_gc_match(text, false, &m);
		if (m.fit != OW_GC_FIT_WHOLE || m.n != text.n)
			abort();
	}
	free(less.text);
}

/* One line as somebody pasted it gives the first event that the reader finds in it. */
static void check_line(const char *bytes, size_t n)
{
	static struct reading reading;
	struct ow_gc_event event;
	const char *end = n ? memchr(bytes, '\n', n) : NULL;
	const size_t length = end ? (size_t)(end - bytes) : n;

	read_all(&reading, bytes, length, n ? n : 1);
	if (ow_gctrace_read_line((struct ow_str){ bytes, length }, &event) &&
	    (event.text.p < bytes || event.text.p + event.text.n > bytes + length))
		abort();
	free(reading.text);
}

/* With vectors and without, the same is passed over. */
static void check_needles(const char *bytes, size_t n)
{
	static const struct ow_needle list[] = { { "gc ", 0, 1 },
						 { "scvg", 1, 2 },
						 { "=12", 0, 2 } };
	struct ow_needles needles;
	struct ow_needles_found vector, portable;

	ow_needles_init(&needles, list, OW_ARRAY_SIZE(list));
	vector = ow_needles_find(&needles, bytes, n);
	needles.vectors = false;
	portable = ow_needles_find(&needles, bytes, n);
	if (vector.at != portable.at || vector.feeds != portable.feeds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reading whole;
	const char *bytes = (const char *)data;

	read_all(&whole, bytes, size, size ? size : 1);
	check_pieces(&whole, bytes, size);
	check_torn(&whole, data, size);
	check_less(&whole, bytes, size);
	check_line(bytes, size);
	check_needles(bytes, size);
	free(whole.text);
	return 0;
}
