/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "read/gctrace-internal.h"
#include "read/gctrace-stats.h"

#define EVENTS_LINE 64 /* of one line; more of them are no log */

/* "GC forced" is said of the next collection of whoever said it. */
static void mark_periodic(struct ow_gctrace_reader *reader, struct ow_gc_event *event)
{
	const uint64_t who = ow_hash(reader->seed, event->who.p, event->who.n) | 1;
	size_t i = 0;

	if (event->kind == OW_GC_EVENT_FORCED) {
		while (i < OW_GC_PERIODIC_MAX - 1 && reader->forced[i])
			i++;
		reader->forced[i] = who;
	} else if (event->kind == OW_GC_EVENT_CYCLE) {
		while (i < OW_GC_PERIODIC_MAX && reader->forced[i] != who)
			i++;
		if (i == OW_GC_PERIODIC_MAX)
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

int ow_gc_expire(struct ow_gctrace_reader *reader, size_t number, bool all)
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

int ow_gc_end_block(struct ow_gctrace_reader *reader)
{
	struct ow_gc_block *block = &reader->block;

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
	struct ow_gc_block *block = &reader->block;

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
		return ow_gc_end_block(reader);
	ow_gc_unwrap((struct ow_str){ line->text.p, at }, &reader->clock, &inner);
	wrap.who = wrap.who.n ? wrap.who : inner.who;
	wrap.time_usec = wrap.have_time ? wrap.time_usec : inner.time_usec;
	wrap.have_time = wrap.have_time || inner.have_time;
	if (reader->block.open &&
	    (n > 1 || !reader->block.single || (all->have & stats.have) ||
	     wrap.who.n != reader->block.n_who ||
	     (wrap.who.n && memcmp(wrap.who.p, reader->block.who, wrap.who.n) != 0)))
		r = ow_gc_end_block(reader);
	if (!reader->block.open)
		begin_block(reader, line, &wrap, at);
	reader->block.single = n == 1 && !reader->pattern;
	ow_gc_stats_add(all, &stats);
	return r;
}

int ow_gc_take_text(struct ow_gctrace_reader *reader, const struct ow_gc_text *line,
		    struct ow_str raw, bool stats)
{
	struct ow_gc_torn_found torn;
	bool is_stats = false;
	unsigned found = 0;
	size_t from = 0;
	int r = 0;

	reader->rest = (struct ow_str){ 0 };
	if (reader->torn.n && ow_gc_torn_continue(&reader->torn, line, &reader->match, &torn)) {
		found++;
		from = line->text.n - torn.rest.n;
		reader->rest = torn.rest;
		r = torn.done ? emit_open(reader, torn.open) : 0;
	}
	if (r >= 0)
		r = look_at(reader, line, from, &found);
	if (r >= 0 && found)
		r = ow_gc_end_block(reader);
	else if (r >= 0 && (reader->pattern || reader->block.open || stats))
		r = read_stats(reader, line, &is_stats);
	reader->seen.skipped += found == 0 && !is_stats;
	if (found == 0)
		ow_gc_torn_see(&reader->torn, raw);
	else if (reader->rest.n)
		ow_gc_torn_see(&reader->torn, reader->rest);
	return r < 0 ? r : 0;
}
