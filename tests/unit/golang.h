/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_GOLANG_H
#define OW_TESTS_GOLANG_H

#include <stdlib.h>

#include "kill.h"
#include "read/gctrace.h"
#include "read/profile.h"

/*
 * What a Go program said of itself before the kill of kill.h: it lived 100 s, in a limit of 64 MiB,
 * and its live heap was 2 MiB and grew by 0.3 MiB a second, with a collection every 2 s whose goal
 * is twice what is live. Times are seconds since its start.
 */
#define GO_ID    "3418b1d0c3a2f00dd00dfeedbeefcafe0123456789abcdef0123456789abcdef"
#define GO_KILL  INT64_C(1795154068000000)
#define GO_LIFE  100
#define GO_START (GO_KILL - GO_LIFE * INT64_C(1000000))
#define GO_MIB   (1 << 20)

#define GO_HEAPS 8

struct go_case {
	struct kill_case *kase;
	struct ow_arena *arena;
	struct ow_go_heap heap[GO_HEAPS];
	struct ow_go_numbers page[GO_HEAPS];
	struct ow_go_log log;
	struct ow_gc_event *event;  /* of the log, */
	struct ow_profile *profile; /* and the profile that was made last: to be changed */
};

static inline int64_t go_time(double at)
{
	return GO_START + (int64_t)(at * 1e6);
}

/* started: its engine says when it began. */
static inline struct go_case *go_case(struct ow_arena *arena, bool started)
{
	struct go_case *g = ow_alloc(arena, 1, sizeof(*g));
	struct kill k = kill_leak();

	k.limit_kind = k.task_kind = OW_OWNER_CONTAINER;
	k.limit_id = k.task_id = GO_ID;
	k.limit_memcg = k.task_memcg = "/docker/" GO_ID;
	g->arena = arena;
	g->kase = kill_case(arena, &k);
	if (started) {
		g->kase->container = (struct ow_container){ .have = OW_CONTAINER_STARTED,
							    .source = "docker",
							    .runtime = "docker",
							    .id = GO_ID,
							    .name = "leaky",
							    .started_usec = GO_START };
		g->kase->c.n_containers = 1;
	}
	g->kase->c.go.heap = g->heap;
	g->kase->c.go.page = g->page;
	g->kase->c.go.log = &g->log;
	return g;
}

/* A profile, of each object: main.keep has kept MiB, main.load has loaded MiB. */
static inline struct ow_go_heap *go_heap(struct go_case *g, double at, double kept, double loaded)
{
	struct ow_go_evidence *go = &g->kase->c.go;
	struct ow_go_heap *h = &g->heap[go->n_heaps++];
	const int n = (int)(kept * 1024), m = (int)(loaded * 256);
	struct ow_profile_reader *reader = ow_profile_reader_new("heap", g->arena);
	struct ow_profile *profile = NULL;
	char *text =
		ow_printf(g->arena,
			  "heap profile: %d: %d [%d: %d] @ heap/2\n"
			  "%d: %d [%d: %d] @ 0x401000\n#\t0x401000\tmain.keep+0x1\t/s/main.go:7\n"
			  "%d: %d [%d: %d] @ 0x402000\n#\t0x402000\tmain.load+0x1\t/s/main.go:9\n",
			  n + m, n * 1024 + m * 4096, n + m, n * 1024 + m * 4096, n, n * 1024, n,
			  n * 1024, m, m * 4096, m, m * 4096);

	assert_non_null(reader);
	assert_int_equal(ow_profile_reader_feed(reader, text, strlen(text), NULL), 0);
	assert_int_equal(ow_profile_reader_end(reader, &profile, NULL), 0);
	(void)ow_profile_reader_free(reader);
	g->profile = profile;
	*h = (struct ow_go_heap){
		.of = { .source = { .name = ow_printf(g->arena, "heap.%zu", go->n_heaps),
				    .time_usec = go_time(at) } },
		.profile = profile,
	};
	return h;
}

/* The profile of a moment of that life. */
static inline struct ow_go_heap *go_own_heap(struct go_case *g, double at)
{
	return go_heap(g, at, 1 + 0.15 * at, 1);
}

/* The log, up to that second: live bytes begin at first MiB and grow by slope MiB a second. */
static inline struct ow_go_log *go_log(struct go_case *g, double until, double first, double slope)
{
	const size_t n = (size_t)(until / 2);
	struct ow_gc_event *event = ow_alloc(g->arena, n, sizeof(*event));
	double goal = 4;

	g->log = (struct ow_go_log){ .of = { .source = { .name = "app.log" } }, .event = event };
	g->event = event;
	for (size_t i = 0; i < n; i++) {
		const double at = 2.0 * (double)(i + 1), live = first + slope * at;
		char *line = ow_printf(g->arena,
				       "gc %zu @%.3fs 0%%: 0.1+1+0.1 ms clock, 0.2+0.1/0.2/0.1+0.1 "
				       "ms cpu, %.0f->%.0f->%.0f MB, %.0f MB goal, 0 MB stacks, "
				       "0 MB globals, 2 P",
				       i + 1, at, goal, goal, live, goal);

		assert_true(ow_gctrace_read_line(ow_str(line), &event[i]));
		event[i].line = i + 1;
		goal = 2 * live < 4 ? 4 : 2 * live;
	}
	g->log.n = n;
	g->kase->c.go.n_logs = 1;
	return &g->log;
}

/* Times of day in front of the lines of the log. */
static inline void go_log_times(struct go_case *g, double later)
{
	for (size_t i = 0; i < g->log.n; i++) {
		g->event[i].have_time = true;
		g->event[i].time_usec = go_time(later) + (int64_t)g->event[i].cycle.at_usec;
	}
}

static inline void assert_go(struct go_case *g, const char *label, const char *verdict)
{
	assert_verdict(g->arena, g->kase, label, verdict);
}

static inline const char *go_statement(struct go_case *g, const char *label)
{
	return kill_statement(g->arena, g->kase, label);
}

#endif
