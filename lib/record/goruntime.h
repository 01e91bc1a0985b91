/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_GORUNTIME_H
#define OW_RECORD_GORUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/cgroup.h"
#include "record/goroutine.h"
#include "record/memstats.h"
#include "record/process.h"

/*
 * What is known of a Go process at one moment, or at several. Nobody reads all of it at once: a
 * heap profile, a page of metrics and a file of /proc are some milliseconds or some minutes apart,
 * so each part says where it is from and when it was read. Absent is not zero.
 */

/* Where numbers were read, and when. */
struct ow_go_source {
	const char *name;  /* "metrics.3.prom", "/proc/4711/smaps_rollup"; NULL: there is none */
	int64_t time_usec; /* since 1970 UTC; 0: not known */
};

enum ow_go_have {
	OW_GO_GOROUTINES = 1U << 0,
	OW_GO_THREADS = 1U << 1,
	OW_GO_PROCS = 1U << 2,
	OW_GO_GOGC = 1U << 3,
	OW_GO_MEMORY_LIMIT = 1U << 4,
	OW_GO_LIVE = 1U << 5,
	OW_GO_LIMITER = 1U << 6,
	OW_GO_GC_CPU = 1U << 7,
	OW_GO_RESIDENT = 1U << 8,
	OW_GO_VIRTUAL = 1U << 9,
	OW_GO_START = 1U << 10,
};

/* Who wrote the numbers. */
enum ow_go_page {
	OW_GO_PAGE_HEAP,    /* the MemStats behind /debug/pprof/heap?debug=1 */
	OW_GO_PAGE_METRICS, /* a page of Prometheus metrics: go_memstats_*, process_*, go_* */
	OW_GO_PAGE_RUNTIME, /* a dump of runtime/metrics: "/memory/classes/total:bytes 297133384" */
	OW_GO_PAGE_COUNT,
};

/* The runtime's own numbers, all of one page. What a page does not say has no bit, neither in have
 * nor in memstats.have. */
struct ow_go_stats {
	unsigned have;
	enum ow_go_page page;
	struct ow_go_source source;
	struct ow_memstats memstats;
	uint64_t goroutines, threads, procs;
	uint64_t gogc_percent;       /* UINT64_MAX: off */
	uint64_t memory_limit_bytes; /* GOMEMLIMIT; UINT64_MAX: none */
	uint64_t live_bytes;         /* what the last collection marked: /gc/heap/live */
	uint64_t limiter_cycle; /* the last collection that the CPU limiter cut short; 0: none */
	double gc_cpu_share;    /* of all CPU time since the start; at most 1 */
	uint64_t resident_bytes, virtual_bytes;
	int64_t start_usec;  /* of the process, wall clock */
	const char *version; /* "go1.19.8"; NULL: not said */
};

/* What the program was told when it was started; NULL: not known. "" is: not set. */
struct ow_go_environment {
	struct ow_go_source source;
	const char *gogc, *gomemlimit, *godebug;
};

/* One moment. A part whose source has no name is not there. */
struct ow_go_moment {
	struct ow_go_stats *stats; /* pages that say something, in the order they were read */
	size_t n_stats;

	struct ow_go_source profile_source; /* a heap profile: */
	uint64_t profile_bytes;             /* inuse_space, all samples */
	uint64_t profile_error_bytes;       /* one standard deviation of the sampling */

	const struct ow_process *process; /* NULL: not known */
	struct ow_go_source status_source, smaps_source;

	const struct ow_cgroup *cgroup; /* NULL: not known; with usage, limit, stat as they are
					   there */
	struct ow_go_source cgroup_source;

	const struct ow_goroutines *goroutines; /* NULL: not known */
	struct ow_go_source goroutines_source;
	struct ow_go_environment environment;
};

/* Moments of one process, the oldest first. */
struct ow_go_series {
	struct ow_go_moment *moment;
	size_t n;
};

#endif
