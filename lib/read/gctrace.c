/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "read/gctrace-internal.h"
#include "read/gctrace-stats.h"

/*
 * Where no event is open, lines are passed over until one has the first word of an event in it. As
 * long as one is open each line is looked at: its pieces may have no word at all.
 */
static const struct ow_needle event_needles[] = {
	{ "gc ", 0, 1 << 0 },
	{ "gc0", 0, 1 << 0 },
	{ "gc1", 0, 1 << 0 },
	{ "gc2", 0, 1 << 0 },
	{ "gc3", 0, 1 << 0 },
	{ "gc4", 0, 1 << 0 },
	{ "gc5", 0, 1 << 0 },
	{ "gc6", 0, 1 << 0 },
	{ "gc7", 0, 1 << 0 },
	{ "gc8", 0, 1 << 0 },
	{ "gc9", 0, 1 << 0 },
	{ "GC forced", 0, 1 << 1 },
	{ "scvg", 0, 1 << 2 },
	{ "scav ", 0, 1 << 2 },
	{ "pacer: ", 0, 1 << 3 },
	{ "SCHED ", 0, 1 << 4 },
#define STATS                                                                                  \
	{ "lloc =", 2, 1 << 5 }, { "lloc=", 2, 1 << 5 }, { "lloc:", 2, 1 << 5 },               \
		{ "lloc\":", 2, 1 << 5 }, { "lloc\\\":", 2, 1 << 5 }, { "llocs:", 2, 1 << 6 }, \
		{ "llocs=", 2, 1 << 6 }, { "llocs =", 2, 1 << 6 },                             \
	{                                                                                      \
		"lloc_bytes", 2, 1 << 6                                                        \
	}
	STATS,
};

/* What a program prints itself of MemStats has one of these. */
static const struct ow_needle stats_needles[] = { STATS };
#undef STATS

int ow_gctrace_reader_new(const struct ow_gctrace_options *options, ow_gctrace_fn *emit, void *arg,
			  struct ow_gctrace_reader **ret, struct ow_err *err)
{
	ow_scoped(ow_gctrace_reader_freep) struct ow_gctrace_reader *reader =
		calloc(1, sizeof(*reader));
	int r = 0;

	if (!reader)
		return ow_fail(err, ENOMEM, "cannot read the log: %m");
	if (options->pattern)
		r = ow_pattern_new(options->pattern, &reader->pattern, err);
	if (r == 0 && reader->pattern)
		r = ow_gc_stats_check(reader->pattern, err);
	if (r < 0)
		return r;
	reader->emit = emit;
	reader->arg = arg;
	reader->seed = ow_hash_seed();
	reader->clock = (struct ow_line_clock){ .utc = options->utc,
						.has_now = options->now_usec != 0,
						.now_usec = options->now_usec };
	ow_needles_init(&reader->needles, event_needles, OW_ARRAY_SIZE(event_needles));
	ow_needles_init(&reader->stats_needles, stats_needles, OW_ARRAY_SIZE(stats_needles));
	*ret = reader;
	reader = NULL;
	return 0;
}

struct ow_gctrace_reader *ow_gctrace_reader_free(struct ow_gctrace_reader *reader)
{
	if (reader)
		(void)ow_pattern_free(reader->pattern);
	free(reader);
	return NULL;
}

const struct ow_gctrace_seen *ow_gctrace_reader_seen(const struct ow_gctrace_reader *reader)
{
	return &reader->seen;
}

/* Without the CR at its end and without colours. */
static struct ow_str cleaned(struct ow_gctrace_reader *reader, struct ow_str raw)
{
	size_t n = 0;

	while (raw.n && raw.p[raw.n - 1] == '\r')
		raw.n--;
	if (!raw.n || !memchr(raw.p, '\033', raw.n))
		return raw;
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\033' && i + 1 < raw.n && raw.p[i + 1] == '[') {
			i += 2;
			while (i < raw.n && (raw.p[i] < '@' || raw.p[i] > '~'))
				i++;
		} else {
			reader->clean[n++] = raw.p[i];
		}
	}
	return (struct ow_str){ reader->clean, n };
}

/* Is nothing expected, so that lines may be passed over? */
static bool is_quiet(const struct ow_gctrace_reader *reader)
{
	return reader->started && !reader->in_export && reader->torn.n == 0 &&
	       !reader->block.open && !reader->pattern;
}

static bool has(const struct ow_needles *needles, struct ow_str raw)
{
	return ow_needles_find(needles, raw.p, raw.n).at < raw.n;
}

/* Each line of the message is one of the program. */
static int read_entry(struct ow_gctrace_reader *reader)
{
	struct ow_export *x = &reader->export;
	struct ow_str rest = { x->message, x->n_message }, raw;
	struct ow_gc_text line = { .carrier = OW_GC_JOURNAL, .number = x->message_line };
	char who[OW_GC_WHO_MAX];
	struct ow_line told;
	int r = 0;

	if (x->message_line) {
		ow_export_entry(x, &reader->clock, &told);
		line.wrap.have_time = told.have & OW_LINE_TIME;
		line.wrap.time_usec = told.time_usec;
		line.wrap.who =
			ow_gc_who(ow_str(x->host), ow_str(x->identifier), ow_str(x->pid), who);
		reader->seen.cut_lines += x->cut;
	}
	for (; r >= 0 && x->message_line && ow_scan_line(&rest, &raw); line.number++) {
		line.text = cleaned(reader, raw);
		r = ow_gc_expire(reader, line.number, false);
		if (r >= 0)
			r = ow_gc_take_text(reader, &line, raw, has(&reader->stats_needles, raw));
	}
	ow_export_clear(x);
	return r;
}

/* A line of the journal's export format. Returns 1 when it is none. */
static int read_export(struct ow_gctrace_reader *reader, struct ow_str raw)
{
	if (!reader->in_export && !ow_export_begins(raw))
		return 1;
	reader->in_export = true;
	switch (ow_export_line(&reader->export, raw, reader->seen.lines)) {
	case OW_EXPORT_VALUE:
		reader->in_value = true;
		return 0;
	case OW_EXPORT_FIELD:
		return 0;
	case OW_EXPORT_ENTRY:
		return read_entry(reader);
	case OW_EXPORT_NONE:
		break;
	}
	reader->in_export = false;
	ow_export_clear(&reader->export);
	return 1;
}

/* A line that was not passed over; sure: it has one of the needles. */
static int read_line(struct ow_gctrace_reader *reader, struct ow_str raw, bool sure)
{
	struct ow_gc_text line = { .number = reader->seen.lines };
	const bool quiet = is_quiet(reader);
	int r = reader->in_export || !reader->started ? read_export(reader, raw) : 1;

	reader->started = true;
	if (r <= 0)
		return r;
	r = ow_gc_expire(reader, line.number, false);
	if (r < 0)
		return r;
	if (quiet && !sure && !has(&reader->needles, raw)) {
		reader->seen.skipped++;
		ow_gc_torn_see(&reader->torn, raw);
		return 0;
	}
	line.text = cleaned(reader, raw);
	if (line.text.n && line.text.p[0] == '{' &&
	    ow_gc_unjson(line.text, &reader->clock, reader->json, &line.wrap, &line.text))
		line.carrier = OW_GC_JSON;
	return ow_gc_take_text(reader, &line, raw, has(&reader->stats_needles, raw));
}

static int end_line(struct ow_gctrace_reader *reader)
{
	const struct ow_str line = { reader->bytes, reader->n_bytes };

	reader->seen.lines++;
	reader->seen.cut_lines += reader->is_cut;
	reader->n_bytes = 0;
	reader->in_line = reader->is_cut = false;
	return read_line(reader, line, false);
}

/* The rest of a line that is begun, or the front of one: returns how many bytes were taken. */
static int gather(struct ow_gctrace_reader *reader, const char *bytes, size_t n, size_t *taken)
{
	const char *end = memchr(bytes, '\n', n);
	const size_t length = end ? (size_t)(end - bytes) : n,
		     room = OW_GC_LINE_MAX - reader->n_bytes;
	const size_t copied = length < room ? length : room;

	memcpy(reader->bytes + reader->n_bytes, bytes, copied);
	reader->n_bytes += copied;
	reader->is_cut = reader->is_cut || copied < length;
	reader->in_line = !end;
	*taken = length + (end != NULL);
	return end ? end_line(reader) : 0;
}

/* Keeps of the lines that were passed over what the last ones look like. */
static void see_passed(struct ow_gctrace_reader *reader, const char *bytes, size_t n, size_t lines)
{
	const char *line[OW_GC_HEADS + 1];
	size_t end = n, found = 0;

	while (found < OW_GC_HEADS && found < lines) {
		const char *feed = end > 1 ? memrchr(bytes, '\n', end - 1) : NULL;

		line[found++] = feed ? feed + 1 : bytes;
		end = (size_t)(line[found - 1] - bytes);
	}
	end = n;
	for (size_t i = found; i-- > 0;) {
		const char *next = i ? line[i - 1] : bytes + n;

		ow_gc_torn_see(&reader->torn,
			       (struct ow_str){ line[i], (size_t)(next - 1 - line[i]) });
	}
}

/* Passes over whole lines that have no event in them. Returns where a line begins that may have
 * one, or that is not whole. */
static size_t pass_over(struct ow_gctrace_reader *reader, const char *bytes, size_t n)
{
	const struct ow_needles_found found = ow_needles_find(&reader->needles, bytes, n);
	const char *feed = found.feeds ? memrchr(bytes, '\n', found.at) : NULL;
	const size_t end = feed ? (size_t)(feed - bytes) + 1 : 0;

	reader->seen.lines += found.feeds;
	reader->seen.skipped += found.feeds;
	see_passed(reader, bytes, end, found.feeds);
	return end;
}

/* One line that is whole, where it lies; a line that is not is gathered. */
static int read_next(struct ow_gctrace_reader *reader, const char *bytes, size_t n, bool sure,
		     size_t *taken)
{
	const char *end = reader->in_line ? NULL : memchr(bytes, '\n', n);
	size_t length;

	if (!end)
		return gather(reader, bytes, n, taken);
	length = (size_t)(end - bytes);
	*taken = length + 1;
	reader->seen.lines++;
	if (length > OW_GC_LINE_MAX) {
		reader->seen.cut_lines++;
		length = OW_GC_LINE_MAX;
	}
	return read_line(reader, (struct ow_str){ bytes, length }, sure && length < OW_GC_LINE_MAX);
}

/* Bytes of a value that comes with its length. */
static size_t feed_value(struct ow_gctrace_reader *reader, const char *bytes, size_t n)
{
	enum ow_export_what what;
	const size_t taken = ow_export_value(&reader->export, (struct ow_str){ bytes, n },
					     reader->seen.lines, &what);

	for (size_t i = 0; i < taken; i++)
		reader->seen.lines += bytes[i] == '\n';
	reader->in_value = what == OW_EXPORT_VALUE;
	reader->in_export = what != OW_EXPORT_NONE;
	return taken;
}

int ow_gctrace_reader_feed(struct ow_gctrace_reader *reader, const char *bytes, size_t n)
{
	int r = 0;

	reader->seen.bytes += n;
	while (r >= 0 && n) {
		const bool quiet = !reader->in_line && is_quiet(reader);
		size_t taken = quiet ? pass_over(reader, bytes, n) : 0;

		bytes += taken;
		n -= taken;
		if (n == 0)
			break;
		if (reader->in_value) {
			taken = feed_value(reader, bytes, n);
			bytes += taken;
			n -= taken;
			continue;
		}
		r = read_next(reader, bytes, n, quiet, &taken);
		bytes += taken;
		n -= taken;
	}
	return r < 0 ? r : 0;
}

int ow_gctrace_reader_end(struct ow_gctrace_reader *reader)
{
	int r = reader->in_line ? end_line(reader) : 0;

	if (r >= 0 && reader->in_export)
		r = read_entry(reader);
	if (r >= 0)
		r = ow_gc_expire(reader, 0, true);
	if (r >= 0)
		r = ow_gc_end_block(reader);
	return r < 0 ? r : 0;
}
