/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_GCTRACE_H
#define OW_TESTS_GCTRACE_H

#include <inttypes.h>

#include "read/gctrace.h"
#include "unit.h"

/* The events of a log as one text, a line each: what the tests compare. */
struct gctrace {
	char *text;
	size_t n;
	FILE *out;
	struct ow_gctrace_seen seen;
};

static inline void gctrace_print_cycle(FILE *out, const struct ow_gc_cycle *c)
{
	fprintf(out, "gc %" PRIu64, c->number);
	if (c->have & OW_GC_AT)
		fprintf(out, " at %" PRIu64, c->at_usec);
	if (c->have & OW_GC_PERCENT)
		fprintf(out, " %u%%", c->cpu_percent);
	if (c->have & OW_GC_CLOCK)
		fprintf(out, " stop %g mark %g", c->stop_usec, c->mark_usec);
	if (c->have & OW_GC_CPU)
		fprintf(out, " cpu %g assist %g background %g idle %g", c->stop_cpu_usec,
			c->assist_usec, c->background_usec, c->idle_usec);
	if (c->have & OW_GC_START)
		fprintf(out, " heap %" PRIu64 " %" PRIu64, c->start_bytes >> 20,
			c->end_bytes >> 20);
	fprintf(out, " live %" PRIu64, c->live_bytes >> 20);
	if (c->have & OW_GC_GOAL)
		fprintf(out, " goal %" PRIu64, c->goal_bytes >> 20);
	if (c->have & OW_GC_STACKS)
		fprintf(out, " stacks %" PRIu64 " globals %" PRIu64, c->stacks_bytes >> 20,
			c->globals_bytes >> 20);
	if (c->have & OW_GC_PROCS)
		fprintf(out, " %u P", c->procs);
	if (c->have & OW_GC_OBJECTS)
		fprintf(out, " objects %" PRIu64 " %" PRIu64 " %" PRIu64, c->objects, c->mallocs,
			c->frees);
	if (c->have & OW_GC_GOROUTINES)
		fprintf(out, " goroutines %" PRIu64, c->goroutines);
	fprintf(out, "%s%s%s", c->forced ? " forced" : "", c->periodic ? " periodic" : "",
		c->leak_check ? " leaks" : "");
}

static inline void gctrace_print_scavenge(FILE *out, const struct ow_gc_scavenge *s)
{
	fprintf(out, "scavenge");
	if (s->have & OW_GC_SCAV_GENERATION)
		fprintf(out, " generation %" PRIu64, s->generation);
	if (s->have & OW_GC_SCAV_RELEASED_NOW)
		fprintf(out, " now %" PRIu64, s->released_now_bytes >> 10);
	if (s->have & OW_GC_SCAV_PARTS)
		fprintf(out, " background %" PRIu64 " eager %" PRIu64, s->background_bytes >> 10,
			s->eager_bytes >> 10);
	if (s->have & OW_GC_SCAV_HEAP)
		fprintf(out, " heap %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
			s->inuse_bytes >> 10, s->idle_bytes >> 10, s->sys_bytes >> 10,
			s->consumed_bytes >> 10);
	if (s->have & OW_GC_SCAV_RELEASED)
		fprintf(out, " released %" PRIu64, s->released_bytes >> 10);
	if (s->have & OW_GC_SCAV_UTIL)
		fprintf(out, " %u%%", s->util_percent);
	fprintf(out, "%s", s->forced ? " forced" : "");
}

static inline void gctrace_print_stats(FILE *out, const struct ow_memstats *m)
{
	fprintf(out, "stats");
	if (m->have & OW_MEMSTATS_ALLOC)
		fprintf(out, " alloc %" PRIu64, m->alloc_bytes);
	if (m->have & OW_MEMSTATS_SYS)
		fprintf(out, " sys %" PRIu64, m->sys_bytes);
	if (m->have & OW_MEMSTATS_HEAP_ALLOC)
		fprintf(out, " heap alloc %" PRIu64, m->heap_alloc_bytes);
	if (m->have & OW_MEMSTATS_HEAP_INUSE)
		fprintf(out, " heap inuse %" PRIu64, m->heap_inuse_bytes);
	if (m->have & OW_MEMSTATS_HEAP_OBJECTS)
		fprintf(out, " objects %" PRIu64, m->heap_objects);
	if (m->have & OW_MEMSTATS_MALLOCS)
		fprintf(out, " mallocs %" PRIu64, m->mallocs);
	if (m->have & OW_MEMSTATS_FREES)
		fprintf(out, " frees %" PRIu64, m->frees);
	if (m->have & OW_MEMSTATS_STACK)
		fprintf(out, " stacks %" PRIu64 " %" PRIu64, m->stack_inuse_bytes,
			m->stack_sys_bytes);
	if (m->have & OW_MEMSTATS_GC_COUNT)
		fprintf(out, " gcs %" PRIu64, m->gc_count);
}

static inline int gctrace_take(void *arg, const struct ow_gc_event *event)
{
	struct gctrace *trace = arg;
	FILE *out = trace->out;

	fprintf(out, "%zu%s: ", event->line, event->torn ? " torn" : "");
	if (event->who.n)
		fprintf(out, "<%.*s> ", (int)event->who.n, event->who.p);
	if (event->have_time)
		fprintf(out, "%" PRIi64 " ", event->time_usec);
	if (event->kind == OW_GC_EVENT_CYCLE)
		gctrace_print_cycle(out, &event->cycle);
	else if (event->kind == OW_GC_EVENT_SCAVENGE)
		gctrace_print_scavenge(out, &event->scavenge);
	else if (event->kind == OW_GC_EVENT_SCHED)
		fprintf(out, "sched %" PRIu64 " %u %u %u %u %" PRIu64, event->sched.at_usec,
			event->sched.procs, event->sched.idle_procs, event->sched.threads,
			event->sched.idle_threads, event->sched.run_queue);
	else if (event->kind == OW_GC_EVENT_STATS)
		gctrace_print_stats(out, &event->stats.memstats);
	else
		fprintf(out, "%s", event->kind == OW_GC_EVENT_FORCED ? "forced" : "pacer");
	fprintf(out, "\n");
	return 0;
}

/* Reads text in pieces of so many bytes; 0 for one piece. The caller frees trace->text. */
static inline void gctrace_read_with(struct gctrace *trace, struct ow_str text, size_t piece,
				     const char *pattern)
{
	ow_scoped(ow_gctrace_reader_freep) struct ow_gctrace_reader *reader = NULL;
	const struct ow_gctrace_options options = { .pattern = pattern,
						    .utc = true,
						    .now_usec = INT64_C(1795000000000000) };
	struct ow_err err;

	*trace = (struct gctrace){ 0 };
	trace->out = open_memstream(&trace->text, &trace->n);
	assert_non_null(trace->out);
	assert_int_equal(ow_gctrace_reader_new(&options, gctrace_take, trace, &reader, &err), 0);
	for (size_t n; text.n; text = ow_str_skip(text, n)) {
		n = piece && piece < text.n ? piece : text.n;
		assert_int_equal(ow_gctrace_reader_feed(reader, text.p, n), 0);
	}
	assert_int_equal(ow_gctrace_reader_end(reader), 0);
	trace->seen = *ow_gctrace_reader_seen(reader);
	(void)fclose(trace->out);
}

static inline void gctrace_read(struct gctrace *trace, struct ow_str text, size_t piece)
{
	gctrace_read_with(trace, text, piece, NULL);
}

/* Fails unless the text gives these events. */
static inline void gctrace_is(const char *text, const char *events)
{
	struct gctrace trace;

	gctrace_read(&trace, ow_str(text), 0);
	if (strcmp(trace.text, events) != 0)
		fail_msg("%s\ngives\n%s\nand not\n%s", text, trace.text, events);
	free(trace.text);
}

#endif
