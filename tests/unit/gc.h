/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_GC_H
#define OW_TESTS_GC_H

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "analyze/gc.h"
#include "base/time.h"
#include "unit.h"

/* Collections made up: of processes that live as a test wants it. */

#define MB (UINT64_C(1) << 20)

/* A process of which each collection is the one before and a little more. */
struct made {
	const char *who;
	uint64_t number;
	double at;             /* seconds */
	uint64_t live, goal;   /* megabytes */
	uint64_t start;        /* 0: the goal */
	uint64_t stacks;       /* megabytes */
	double stop_ms, gc_ms; /* the pause, and marking by the collector's own workers */
	size_t line;
	bool periodic, have_time;
	int64_t time_usec;
	enum ow_gc_form form; /* OW_GC_1_0: since 1.18 */
};

static inline struct ow_gc_event made_event(struct made *m, char text[200])
{
	const uint64_t start = m->start ? m->start : m->goal;
	const int n = snprintf(
		text, 200,
		"gc %" PRIu64 " @%.3fs 1%%: 0+0+0 ms clock, 0+0/0/0+0 ms cpu, %" PRIu64 "->%" PRIu64
		"->%" PRIu64 " MB, %" PRIu64 " MB goal, %" PRIu64 " MB stacks, 0 MB globals, 2 P",
		m->number, m->at, start, start, m->live, m->goal, m->stacks);
	const enum ow_gc_form form = m->form ? m->form : OW_GC_1_18;

	return (struct ow_gc_event){
		.kind = OW_GC_EVENT_CYCLE,
		.line = ++m->line,
		.who = ow_str(m->who ? m->who : ""),
		.text = { text, (size_t)n },
		.have_time = m->have_time,
		.time_usec = m->time_usec,
		.cycle = { .have = OW_GC_AT | OW_GC_CLOCK | OW_GC_CPU | OW_GC_GOAL | OW_GC_START |
				   OW_GC_PROCS | (form == OW_GC_1_18 ? OW_GC_STACKS : 0),
			   .form = form,
			   .number = m->number,
			   .at_usec = (uint64_t)llround(m->at * 1e6),
			   .stop_usec = m->stop_ms * 1000,
			   .stop_cpu_usec = m->stop_ms * 2000,
			   .background_usec = m->gc_ms * 1000,
			   .start_bytes = start * MB,
			   .end_bytes = start * MB,
			   .live_bytes = m->live * MB,
			   .goal_bytes = m->goal * MB,
			   .stacks_bytes = m->stacks * MB,
			   .procs = 2,
			   .periodic = m->periodic },
	};
}

/* Adds the collection as it stands; returns whose it was. */
static inline const struct ow_gc_life *made_add(struct ow_gc_lives *lives, struct made *m)
{
	const struct ow_gc_life *life;
	char text[200];
	const struct ow_gc_event event = made_event(m, text);

	assert_int_equal(ow_gc_lives_add(lives, "log", &event, &life), 0);
	return life;
}

/* The next collection, so many seconds later, with so much live. */
static inline const struct ow_gc_life *made_next(struct ow_gc_lives *lives, struct made *m,
						 double seconds, uint64_t live)
{
	m->goal = m->number && m->live * 2 > 4 ? m->live * 2 : 4;
	m->number++;
	m->at += seconds;
	m->live = live;
	return made_add(lives, m);
}

#endif
