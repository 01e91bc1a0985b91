/* SPDX-License-Identifier: Apache-2.0 */
#include "read/case-go-log.h"

#include <errno.h>
#include <stdlib.h>

#include "read/gctrace.h"

#define ARENA_MAX OW_MIB(64)
#define RECENT    (OW_GO_EVENTS_MAX / 2) /* that are never thinned */
#define TEXT_MAX  1024                   /* kept of a line */

struct ow_go_log_reader {
	struct ow_gctrace_reader *lines;
	struct ow_arena *arena;
	struct ow_gc_event *event; /* room for OW_GO_EVENTS_MAX */
	size_t n;
	uint64_t thinned;
};

static int take(void *arg, const struct ow_gc_event *event);

struct ow_go_log_reader *ow_go_log_reader_new(int64_t now_usec)
{
	struct ow_go_log_reader *reader = calloc(1, sizeof(*reader));
	const struct ow_gctrace_options options = { .now_usec = now_usec };

	if (!reader)
		return NULL;
	reader->arena = ow_arena_new(ARENA_MAX);
	if (reader->arena)
		reader->event = ow_alloc(reader->arena, OW_GO_EVENTS_MAX, sizeof(*reader->event));
	if (!reader->event ||
	    ow_gctrace_reader_new(&options, take, reader, &reader->lines, NULL) < 0)
		return ow_go_log_reader_free(reader);
	return reader;
}

struct ow_go_log_reader *ow_go_log_reader_free(struct ow_go_log_reader *reader)
{
	if (!reader)
		return NULL;
	(void)ow_gctrace_reader_free(reader->lines);
	(void)ow_arena_free(reader->arena);
	free(reader);
	return NULL;
}

static bool keep_text(struct ow_arena *arena, struct ow_str *text)
{
	const size_t n = text->n < TEXT_MAX ? text->n : TEXT_MAX;

	text->p = ow_str_keep(arena, (struct ow_str){ text->p, n });
	text->n = n;
	return text->p;
}

static bool copy(struct ow_arena *arena, const struct ow_gc_event *from, struct ow_gc_event *to)
{
	*to = *from;
	return keep_text(arena, &to->who) && keep_text(arena, &to->text);
}

/* Two collections of one process, one after the other: of them one may go. */
static bool is_pair(const struct ow_gc_event *a, const struct ow_gc_event *b)
{
	return a->kind == OW_GC_EVENT_CYCLE && b->kind == OW_GC_EVENT_CYCLE &&
	       a->cycle.number < b->cycle.number && a->who.n == b->who.n &&
	       memcmp(a->who.p, b->who.p, a->who.n) == 0;
}

/* Of each pair among the older ones the one that left less stays. All moves to an arena of its
 * own, so that the room of what goes is free. What is no pair (lines of many processes in turn, or
 * of the scavenger) goes by every second one. */
static int thin(struct ow_go_log_reader *reader)
{
	struct ow_arena *arena = ow_arena_new(ARENA_MAX);
	struct ow_gc_event *kept = arena ? ow_alloc(arena, OW_GO_EVENTS_MAX, sizeof(*kept)) : NULL;
	size_t n = 0;
	bool ok = kept;

	for (size_t i = 0; ok && i < reader->n; i++) {
		const struct ow_gc_event *event = &reader->event[i];

		if (i + 1 < reader->n - RECENT) {
			if (is_pair(event, event + 1) &&
			    event[1].cycle.live_bytes < event->cycle.live_bytes)
				event++;
			i++;
			reader->thinned++;
		}
		ok = copy(arena, event, &kept[n++]);
	}
	if (!ok) {
		(void)ow_arena_free(arena);
		return -ENOMEM;
	}
	(void)ow_arena_free(reader->arena);
	reader->arena = arena;
	reader->event = kept;
	reader->n = n;
	return 0;
}

static int take(void *arg, const struct ow_gc_event *event)
{
	struct ow_go_log_reader *reader = arg;

	if (event->kind == OW_GC_EVENT_PACER || event->kind == OW_GC_EVENT_SCHED)
		return 0;
	if (reader->n == OW_GO_EVENTS_MAX && thin(reader) < 0)
		return -ENOMEM;
	return copy(reader->arena, event, &reader->event[reader->n++]) ? 0 : -ENOMEM;
}

int ow_go_log_reader_feed(struct ow_go_log_reader *reader, const char *bytes, size_t n)
{
	return ow_gctrace_reader_feed(reader->lines, bytes, n);
}

int ow_go_log_reader_end(struct ow_go_log_reader *reader, struct ow_go_log *ret,
			 struct ow_arena **ret_arena)
{
	int r = ow_gctrace_reader_end(reader->lines);

	if (r < 0)
		return r;
	ret->event = reader->event;
	ret->n = reader->n;
	ret->thinned = reader->thinned;
	*ret_arena = reader->arena;
	reader->arena = NULL;
	reader->event = NULL;
	reader->n = 0;
	return 0;
}
