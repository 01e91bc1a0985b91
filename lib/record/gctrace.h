/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_GCTRACE_H
#define OW_RECORD_GCTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"
#include "record/memstats.h"

/*
 * What Go's runtime says of itself on stderr when GODEBUG asks it to (gctrace=1, scavtrace=1,
 * gcpacertrace=1, schedtrace=N), one event a line:
 *
 *   gc 12 @24.6s 0%: 0.13+1.3+0.02 ms clock, 0.27+0.1/0.3/0.02+0.05 ms cpu,
 *     54->55->30 MB, 56 MB goal, 0 MB stacks, 0 MB globals, 2 P
 *
 * Absent is not zero: what the writing version does not print has no bit in have. The runtime cuts
 * megabytes off: a size is up to 1 MiB more than what stands here.
 */

/* Which versions print a line so; a form says no more than that. */
enum ow_gc_form {
	OW_GC_1_0,  /* gc14(2): 1+1+0 ms 10 -> 5 MB ... objects 184 handoff */
	OW_GC_1_1,  /* ... 1(8) handoff, 3(11016) steal, 21/2/0 yields; 1.1 and 1.2 */
	OW_GC_1_3,  /* four numbers, in us; sweeps */
	OW_GC_1_4,  /* and goroutines */
	OW_GC_1_5,  /* five phases: 1.5 and what came before 1.6 */
	OW_GC_1_6,  /* three phases: 1.6 to 1.17 */
	OW_GC_1_18, /* and stacks, globals: since 1.18 */
	OW_GC_FORM_COUNT,
};

enum ow_gc_cycle_have {
	OW_GC_AT = 1U << 0,      /* at_usec */
	OW_GC_PERCENT = 1U << 1, /* cpu_percent */
	OW_GC_CLOCK = 1U << 2,   /* stop_usec, mark_usec */
	OW_GC_CPU = 1U << 3,     /* assist_usec, background_usec, idle_usec, stop_cpu_usec */
	OW_GC_GOAL = 1U << 4,    /* goal_bytes; GOGC=off without a memory limit has none */
	OW_GC_STACKS = 1U << 5,  /* stacks_bytes, globals_bytes */
	OW_GC_PROCS = 1U << 6,   /* procs */
	OW_GC_OBJECTS = 1U << 7, /* objects, mallocs, frees: up to 1.4 */
	OW_GC_GOROUTINES = 1U << 8,
	OW_GC_START = 1U << 9, /* start_bytes; also end_bytes where they are two */
};

#define OW_GC_PHASES 5

/* One collection. */
struct ow_gc_cycle {
	unsigned have;
	enum ow_gc_form form;
	uint64_t number;
	uint64_t at_usec;     /* since the program started */
	unsigned cpu_percent; /* of all CPU time since the start, cut off; no idle marking in it */

	/* Each number of "clock" and of "cpu" as it stands there; in older forms the phases of
	 * their time. */
	double clock_usec[OW_GC_PHASES];
	size_t n_clock;
	double cpu_usec[OW_GC_PHASES]; /* marking is the sum of its three parts */
	size_t n_cpu;
	double stop_usec;                               /* the world stood still */
	double mark_usec;                               /* concurrent, wall clock */
	double assist_usec, background_usec, idle_usec; /* CPU time of marking */
	double stop_cpu_usec;

	uint64_t start_bytes, end_bytes; /* the heap when it began, when marking ended */
	uint64_t live_bytes; /* what was marked: always there. 1.3 and 1.4 sweep later and
				print what the collection before this one left */
	uint64_t goal_bytes; /* of this collection, set by the one before */
	uint64_t stacks_bytes, globals_bytes;
	uint64_t objects, mallocs, frees, goroutines;
	unsigned procs;
	bool forced;     /* "(forced)" at its end: the program asked for it */
	bool periodic;   /* "GC forced" before it: two minutes without one */
	bool leak_check; /* "(checking for goroutine leaks)" */
};

enum ow_gc_scavenge_have {
	OW_GC_SCAV_RELEASED_NOW = 1U << 0, /* released_now_bytes: since the line before */
	OW_GC_SCAV_RELEASED = 1U << 1,     /* released_bytes: the kernel has it back, in all */
	OW_GC_SCAV_UTIL = 1U << 2,         /* util_percent */
	OW_GC_SCAV_HEAP = 1U << 3,         /* inuse, idle, sys, consumed */
	OW_GC_SCAV_PARTS = 1U << 4,        /* background_bytes, eager_bytes: 1.21 */
	OW_GC_SCAV_GENERATION = 1U << 5,   /* 1.15, 1.16 */
};

/* What the scavenger did: "scvg...", "scav ...". */
struct ow_gc_scavenge {
	unsigned have;
	uint64_t released_now_bytes, released_bytes;
	uint64_t background_bytes, eager_bytes;
	unsigned util_percent; /* of the memory that is not released so much is in use */
	uint64_t inuse_bytes, idle_bytes, sys_bytes, consumed_bytes;
	uint64_t generation;
	bool forced;
};

/* "SCHED 2013ms: gomaxprocs=2 ..." */
struct ow_gc_sched {
	uint64_t at_usec;
	unsigned procs, idle_procs, threads, idle_threads;
	uint64_t run_queue; /* of all together */
};

/* What a program printed itself of runtime.MemStats: "Heap allocs: N Heap frees: N ...". */
struct ow_gc_stats {
	struct ow_memstats memstats;
};

enum ow_gc_event_kind {
	OW_GC_EVENT_CYCLE,
	OW_GC_EVENT_FORCED, /* "GC forced": the next cycle is the periodic one */
	OW_GC_EVENT_SCAVENGE,
	OW_GC_EVENT_PACER, /* counted, and explained by `oomwhy explain`; nothing else is kept */
	OW_GC_EVENT_SCHED,
	OW_GC_EVENT_STATS,
	OW_GC_EVENT_COUNT,
};

struct ow_gc_event {
	enum ow_gc_event_kind kind;
	size_t line;    /* of the source, from 1: where it begins */
	bool torn;      /* other output stood in it; it was put together */
	bool have_time; /* time_usec: wall clock, as the wrapper says it */
	int64_t time_usec;
	struct ow_str who;  /* whose line it is as the wrapper says it: "orders-1",
			       "node7 reqtracker[4711]"; may be empty */
	struct ow_str text; /* the line as it was put together, without its wrapper */
	union {
		struct ow_gc_cycle cycle;
		struct ow_gc_scavenge scavenge;
		struct ow_gc_sched sched;
		struct ow_gc_stats stats;
	};
};

#endif
