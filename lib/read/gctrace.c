/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/needles.h"
#include "base/pattern.h"
#include "read/gctrace-match.h"
#include "read/gctrace-stats.h"
#include "read/gctrace-torn.h"
#include "read/gctrace-wrap.h"

#define LINE_MAX    OW_KIB(64) /* a longer line is cut */
#define PERIODIC    8          /* so many programs may have said that they are forced to collect */
#define BLOCK_TEXT  OW_KIB(1)
#define EVENTS_LINE 64 /* of one line; more of them are no log */

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

struct ow_gctrace_reader {
	struct ow_gctrace_seen seen;
	struct ow_line_clock clock;
	ow_gctrace_fn *emit;
	void *arg;
	struct ow_needles needles;
	struct ow_gc_torn torn;
	struct ow_gc_match match;

	struct ow_str rest;         /* of the line, behind a piece of an event: somebody else's */
	struct ow_pattern *pattern; /* of lines with MemStats; NULL: the usual ones */
	struct ow_needles stats_needles;
	struct block { /* MemStats of one line, or of lines with one number each */
		bool open;
		bool single;
		struct ow_gc_event event;
		size_t n_text, n_who;
		char text[BLOCK_TEXT], who[OW_GC_WHO_MAX];
	} block;

	uint64_t forced[PERIODIC]; /* whose next collection is the periodic one; 0: nobody's */
	uint64_t seed;

	bool in_line; /* one is begun: its front is in bytes */
	bool is_cut;
	size_t n_bytes;
	char bytes[LINE_MAX];
	char clean[LINE_MAX];
	char json[LINE_MAX + OW_GC_WHO_MAX];
};

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

/* "GC forced" is said of the next collection of whoever said it. */
static void mark_periodic(struct ow_gctrace_reader *reader, struct ow_gc_event *event)
{
	const uint64_t who = ow_hash(reader->seed, event->who.p, event->who.n) | 1;
	size_t i = 0;

	if (event->kind == OW_GC_EVENT_FORCED) {
		while (i < PERIODIC - 1 && reader->forced[i])
			i++;
		reader->forced[i] = who;
	} else if (event->kind == OW_GC_EVENT_CYCLE) {
		while (i < PERIODIC && reader->forced[i] != who)
			i++;
		if (i == PERIODIC)
			return;
		event->cycle.periodic = true;
		reader->forced[i] = 0;
	}
}

static int emit(struct ow_gctrace_reader *reader, struct ow_gc_event *event)
{
	mark_periodic(reader, event);
	reader->seen.events[event->kind]++;
	reader->seen.torn += event->torn && event->kind == OW_GC_EVENT_CYCLE;
	return reader->emit(reader->arg, event);
}

/* An event that stands whole in its line. */
static int emit_whole(struct ow_gctrace_reader *reader, const struct ow_gc_text *line, size_t at)
{
	struct ow_gc_wrap wrap = line->wrap, inner;
	struct ow_gc_event event;

	ow_gc_match_event(&reader->match, ow_str_skip(line->text, at), &event);
	event.line = line->number;
	if (at) {
		ow_gc_unwrap((struct ow_str){ line->text.p, at }, &reader->clock, &inner);
		wrap.who = wrap.who.n ? wrap.who : inner.who;
		wrap.time_usec = wrap.have_time ? wrap.time_usec : inner.time_usec;
		wrap.have_time = wrap.have_time || inner.have_time;
	}
	event.have_time = wrap.have_time;
	event.time_usec = wrap.time_usec;
	event.who = wrap.who;
	return emit(reader, &event);
}

/* One that was put together. */
static int emit_open(struct ow_gctrace_reader *reader, struct ow_gc_open *open)
{
	const struct ow_str text = { open->bytes, open->n };
	struct ow_gc_event event;
	int r;

	ow_gc_match(text, false, &reader->match);
	if (!ow_gc_match_agrees(&reader->match, text)) {
		reader->seen.lost++;
		ow_gc_torn_drop(&reader->torn, open);
		return 0;
	}
	ow_gc_match_event(&reader->match, text, &event);
	event.line = open->line;
	event.torn = true;
	event.have_time = open->have_time;
	event.time_usec = open->time_usec;
	event.who = (struct ow_str){ open->who, open->n_who };
	r = emit(reader, &event);
	ow_gc_torn_drop(&reader->torn, open);
	return r;
}

/* An event that nothing comes of any more; one that is whole was only kept for what might follow.
 */
static int give_up(struct ow_gctrace_reader *reader, struct ow_gc_open *open)
{
	if (open->whole)
		return emit_open(reader, open);
	reader->seen.lost += open->n > 2 && memcmp(open->bytes, "gc", 2) == 0;
	ow_gc_torn_drop(&reader->torn, open);
	return 0;
}

static int expire(struct ow_gctrace_reader *reader, size_t number, bool all)
{
	struct ow_gc_open *open;
	int r = 0;

	while (r >= 0 && (open = ow_gc_torn_expired(&reader->torn, number, all)))
		r = give_up(reader, open);
	return r;
}

static int make_room(struct ow_gctrace_reader *reader)
{
	return reader->torn.n > OW_GC_OPEN_MAX ? give_up(reader, reader->torn.open) : 0;
}

static bool is_of_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

/* Events that were kept for what may follow go out before the next one. */
static int flush_whole(struct ow_gctrace_reader *reader)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < reader->torn.n;) {
		struct ow_gc_open *open = &reader->torn.open[i];

		i += !open->whole;
		r = open->whole ? emit_open(reader, open) : 0;
	}
	return r;
}

/* At byte at of the line something may begin. *next is where to go on. */
static int begin(struct ow_gctrace_reader *reader, const struct ow_gc_text *line, size_t at,
		 unsigned *found, size_t *next)
{
	const struct ow_str text = ow_str_skip(line->text, at);
	const bool in_word = at && is_of_word(line->text.p[at - 1]);
	struct ow_gc_match *m = &reader->match;
	struct ow_gc_torn_found torn;
	int r;

	ow_gc_match(text, false, m);
	if (reader->torn.n && (m->n_values || m->fit == OW_GC_FIT_WHOLE)) {
		r = flush_whole(reader);
		if (r < 0)
			return r;
		ow_gc_match(text, false, m);
	}
	if (m->fit == OW_GC_FIT_WHOLE) {
		const size_t end = m->n;

		(*found)++;
		*next = at + end;
		if (end == text.n || !is_of_word(text.p[end]) || !m->line->part[0].field ||
		    !ow_gc_torn_keep(&reader->torn, line, at, end, &reader->clock))
			return emit_whole(reader, line, at);
		reader->rest = ow_str_skip(text, end);
		return make_room(reader);
	}
	if (m->fit == OW_GC_FIT_NONE || in_word ||
	    !ow_gc_torn_begin(&reader->torn, line, at, &reader->clock, m, &torn))
		return 0;
	(*found)++;
	*next = line->text.n - torn.rest.n;
	reader->rest = torn.rest;
	return torn.done ? emit_open(reader, torn.open) : make_room(reader);
}

static int look_at(struct ow_gctrace_reader *reader, const struct ow_gc_text *line, size_t from,
		   unsigned *found)
{
	int r = 0;

	for (size_t i = from; r >= 0 && i + 1 < line->text.n && *found < EVENTS_LINE;) {
		size_t next = i + 1;

		if (ow_gc_match_may_begin(line->text.p + i, line->text.n - i))
			r = begin(reader, line, i, found, &next);
		i = next;
	}
	return r;
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

static int end_block(struct ow_gctrace_reader *reader)
{
	struct block *block = &reader->block;

	if (!block->open)
		return 0;
	block->open = false;
	if (!ow_gc_stats_is_enough(&block->event.stats.memstats))
		return 0;
	block->event.text = (struct ow_str){ block->text, block->n_text };
	block->event.who = (struct ow_str){ block->who, block->n_who };
	return emit(reader, &block->event);
}

static void begin_block(struct ow_gctrace_reader *reader, const struct ow_gc_text *line,
			const struct ow_gc_wrap *wrap, size_t at)
{
	const struct ow_str text = ow_str_skip(line->text, at);
	struct block *block = &reader->block;

	block->open = true;
	block->event = (struct ow_gc_event){ .kind = OW_GC_EVENT_STATS,
					     .line = line->number,
					     .have_time = wrap->have_time,
					     .time_usec = wrap->time_usec };
	block->n_text = text.n < sizeof(block->text) ? text.n : sizeof(block->text);
	memcpy(block->text, text.p, block->n_text);
	block->n_who = wrap->who.n;
	if (wrap->who.n)
		memcpy(block->who, wrap->who.p, wrap->who.n);
}

/* Does a program print MemStats here? Lines with one number each are one event, until one comes
 * again. */
static int read_stats(struct ow_gctrace_reader *reader, const struct ow_gc_text *line, bool *found)
{
	struct ow_memstats stats = { 0 }, *all = &reader->block.event.stats.memstats;
	struct ow_gc_wrap wrap = line->wrap, inner;
	size_t at = 0, n;
	int r = 0;

	n = reader->pattern ? ow_gc_stats_match(reader->pattern, line->text, &stats, &at)
			    : ow_gc_stats_read(line->text, &stats, &at);
	*found = n > 0;
	if (n == 0)
		return end_block(reader);
	ow_gc_unwrap((struct ow_str){ line->text.p, at }, &reader->clock, &inner);
	wrap.who = wrap.who.n ? wrap.who : inner.who;
	wrap.time_usec = wrap.have_time ? wrap.time_usec : inner.time_usec;
	wrap.have_time = wrap.have_time || inner.have_time;
	if (reader->block.open &&
	    (n > 1 || !reader->block.single || (all->have & stats.have) ||
	     wrap.who.n != reader->block.n_who ||
	     (wrap.who.n && memcmp(wrap.who.p, reader->block.who, wrap.who.n) != 0)))
		r = end_block(reader);
	if (!reader->block.open)
		begin_block(reader, line, &wrap, at);
	reader->block.single = n == 1 && !reader->pattern;
	ow_gc_stats_add(all, &stats);
	return r;
}

/* Is nothing expected, so that lines may be passed over? */
static bool is_quiet(const struct ow_gctrace_reader *reader)
{
	return reader->torn.n == 0 && !reader->block.open && !reader->pattern;
}

static bool has(const struct ow_needles *needles, struct ow_str raw)
{
	return ow_needles_find(needles, raw.p, raw.n).at < raw.n;
}

/* A line that was not passed over; sure: it has one of the needles. */
static int read_line(struct ow_gctrace_reader *reader, struct ow_str raw, bool sure)
{
	struct ow_gc_text line = { .number = reader->seen.lines };
	const bool quiet = is_quiet(reader);
	struct ow_gc_torn_found torn;
	bool stats = false;
	unsigned found = 0;
	size_t from = 0;
	int r = expire(reader, line.number, false);

	reader->rest = (struct ow_str){ 0 };
	if (quiet && !sure && !has(&reader->needles, raw)) {
		reader->seen.skipped++;
		ow_gc_torn_see(&reader->torn, raw);
		return r < 0 ? r : 0;
	}
	line.text = cleaned(reader, raw);
	line.json = line.text.n && line.text.p[0] == '{' &&
		    ow_gc_unjson(line.text, &reader->clock, reader->json, &line.wrap, &line.text);
	if (r >= 0 && reader->torn.n &&
	    ow_gc_torn_continue(&reader->torn, &line, &reader->match, &torn)) {
		found++;
		from = line.text.n - torn.rest.n;
		reader->rest = torn.rest;
		r = torn.done ? emit_open(reader, torn.open) : 0;
	}
	if (r >= 0)
		r = look_at(reader, &line, from, &found);
	if (r >= 0 && found)
		r = end_block(reader);
	else if (r >= 0 &&
		 (reader->pattern || reader->block.open || has(&reader->stats_needles, raw)))
		r = read_stats(reader, &line, &stats);
	reader->seen.skipped += found == 0 && !stats;
	if (found == 0)
		ow_gc_torn_see(&reader->torn, raw);
	else if (reader->rest.n)
		ow_gc_torn_see(&reader->torn, reader->rest);
	return r < 0 ? r : 0;
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
	const size_t length = end ? (size_t)(end - bytes) : n, room = LINE_MAX - reader->n_bytes;
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
	if (length > LINE_MAX) {
		reader->seen.cut_lines++;
		length = LINE_MAX;
	}
	return read_line(reader, (struct ow_str){ bytes, length }, sure && length < LINE_MAX);
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
		r = read_next(reader, bytes, n, quiet, &taken);
		bytes += taken;
		n -= taken;
	}
	return r < 0 ? r : 0;
}

int ow_gctrace_reader_end(struct ow_gctrace_reader *reader)
{
	int r = reader->in_line ? end_line(reader) : 0;

	if (r >= 0)
		r = expire(reader, 0, true);
	if (r >= 0)
		r = end_block(reader);
	return r < 0 ? r : 0;
}
