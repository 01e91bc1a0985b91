/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_ACCOUNT_H
#define OW_ANALYZE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/finding.h"
#include "base/arena.h"
#include "record/goruntime.h"

/*
 * Where the bytes of a Go process are that its heap profile does not show: from the profile's total
 * to the limit of its cgroup, step by step, each with a name, the number and where it is from.
 *
 *	profile + what came since = HeapAlloc + room in spans = HeapInuse + idle, not released
 *	+ stacks + the runtime's own = Sys - HeapReleased + MADV_FREE + huge pages or off-heap
 *	= RssAnon + file and shared = RSS + others, page cache, kernel = usage + free = limit
 *
 * The parts between two totals that are known add up to their difference, always: what no number
 * explains is a step of its own. A step whose number is missing goes into that rest, which then
 * says what it may be made of.
 */
enum ow_account_kind {
	OW_STEP_TOTAL, /* the sum of all above it */
	OW_STEP_PART,  /* a number that was read */
	OW_STEP_REST,  /* what is between two totals and no part of it that was read */
};

struct ow_account_step {
	const char *id; /* stable: "heap_alloc", "fragmentation", "off_heap" */
	enum ow_account_kind kind;
	const char *title; /* "room in spans" */
	const char *cause; /* one sentence: what it is, and what makes it grow */
	int64_t bytes;     /* a rest may be negative: memory that was taken and never touched */
	bool have_growth;
	int64_t growth_bytes;                 /* since the first moment */
	const struct ow_go_source *source[2]; /* a rest has two; NULL where it has less */
};

#define OW_ACCOUNT_STEPS_MAX 32

/* The numbers of one moment that steps and classes are worked out from. */
enum ow_account_number {
	OW_ACCOUNT_PROFILE, /* inuse_space of the heap profile */
	OW_ACCOUNT_HEAP_ALLOC,
	OW_ACCOUNT_HEAP_INUSE,
	OW_ACCOUNT_IDLE, /* HeapIdle - HeapReleased: kept, and empty */
	OW_ACCOUNT_RELEASED,
	OW_ACCOUNT_STACKS,
	OW_ACCOUNT_STRUCTURES, /* spans, caches, profiling, the collector's, other */
	OW_ACCOUNT_GO,         /* Sys - HeapReleased: what GOMEMLIMIT is compared with */
	OW_ACCOUNT_SWAPPED,
	OW_ACCOUNT_LAZY_FREE,
	OW_ACCOUNT_HUGE, /* AnonHugePages */
	OW_ACCOUNT_RSS_ANON,
	OW_ACCOUNT_RSS_FILE,
	OW_ACCOUNT_RSS_SHMEM,
	OW_ACCOUNT_RSS,
	OW_ACCOUNT_GROUP_ANON, /* of the cgroup, with this process's */
	OW_ACCOUNT_GROUP_FILE, /* page cache and shared memory */
	OW_ACCOUNT_GROUP_SHMEM,
	OW_ACCOUNT_GROUP_KERNEL,
	OW_ACCOUNT_USAGE,
	OW_ACCOUNT_LIMIT, /* UINT64_MAX: there is none */
	OW_ACCOUNT_LIVE,  /* what the last collection marked, or the one before: the profile's */
	OW_ACCOUNT_GOAL,  /* NextGC */
	OW_ACCOUNT_GOROUTINES,
	OW_ACCOUNT_GC_COUNT,
	OW_ACCOUNT_LIMITER, /* the last collection that the CPU limiter cut short */
	OW_ACCOUNT_TOTAL_ALLOC,
	OW_ACCOUNT_GOGC,         /* UINT64_MAX: off */
	OW_ACCOUNT_MEMORY_LIMIT, /* GOMEMLIMIT; UINT64_MAX: none */
	OW_ACCOUNT_NUMBERS,
};

struct ow_account_moment {
	uint32_t have; /* 1 << enum ow_account_number */
	uint64_t value[OW_ACCOUNT_NUMBERS];
	const struct ow_go_source *source[OW_ACCOUNT_NUMBERS];
	const struct ow_go_moment *from;
	const struct ow_go_stats *stats; /* the page that the runtime's memory is of; or NULL */
	bool have_gap;
	int64_t gap_bytes;    /* RssAnon + swap - LazyFree - Go's total */
	int64_t time_usec;    /* of that page, else of another part; 0: not known */
	int64_t last_gc_usec; /* 0: not known */
};

/* Does the moment have all numbers of the mask? */
static inline bool ow_account_has(const struct ow_account_moment *m, uint32_t numbers)
{
	return (m->have & numbers) == numbers;
}

#define OW_ACCOUNT_BIT(number) (UINT32_C(1) << OW_ACCOUNT_##number)

/* The GOMEMLIMIT that fits, and how it comes about. */
struct ow_account_advice {
	bool have;
	uint64_t limit_bytes;  /* of the cgroup, or as it was asked for */
	uint64_t rest_bytes;   /* charged to the limit, and not the Go runtime's */
	uint64_t memory_limit; /* GOMEMLIMIT: 90 % of limit less rest, in whole MiB */
	uint64_t need_bytes;   /* what the runtime needs not to collect without end; 0: unknown */
	bool fits;             /* memory_limit is at least need_bytes */
	const char *rest_text; /* "12.0 MiB kernel + 48.0 MiB off-heap" */
	const char *text;      /* the arithmetic, in one sentence */
};

struct ow_account {
	struct ow_arena *arena;
	const struct ow_go_series *series;
	struct ow_account_moment *moment; /* as many as the series has */
	size_t n;
	struct ow_account_step step[OW_ACCOUNT_STEPS_MAX]; /* of the last moment */
	size_t n_steps;
	bool have_limit;
	uint64_t limit_bytes;
	const char *limit_source;
	struct ow_account_advice advice;
	struct ow_finding *finding; /* one a class, in the order of ow_account_class_at */
};

/*
 * A reason why RSS is far above what the heap profile shows. judge() is a pure function of the
 * numbers; it settles the finding as those of the hypotheses do (analyze/hypothesis.h), with
 * verdicts not-tested, refuted or supported: numbers of some moments confirm nothing. Growth
 * between moments decides what leaks; one moment has a holder at most. A live heap needs three
 * moments, with a collection before each: starting up, filling a cache and leaking look the same in
 * one step.
 */
struct ow_account_class {
	const char *name;    /* "fragmentation" */
	const char *label;   /* of the level runtime: "heap-fragmentation"; NULL: it is no cause */
	const char *meaning; /* "spans are kept by few objects" */
	const char *refuter; /* the number that would disprove it */
	const char *remedy;  /* what to do if it is so */
	const char *datum;   /* what decides it */
	const char *command; /* gets it; NULL: nothing does */
	bool factor;         /* stands beside a cause and is none */
	void (*judge)(const struct ow_account *a, struct ow_finding *f);
};

extern const size_t ow_account_n_classes;
const struct ow_account_class *ow_account_class_at(size_t i); /* i is below that */

/* The class of that label or name; NULL when there is none. */
const struct ow_account_class *ow_account_class_find(const char *name);

/*
 * Works it all out. limit_bytes UINT64_MAX: that of the cgroup, if it is known. The series has at
 * least one moment and must outlive the account. All of it is in the arena. 0 or -ENOMEM.
 */
int ow_account_make(const struct ow_go_series *series, uint64_t limit_bytes, struct ow_arena *arena,
		    struct ow_account *ret);

/* Judges one class; the finding is the arena's. For those who have the account and levels of their
 * own. */
void ow_account_judge(const struct ow_account *a, const struct ow_account_class *class,
		      struct ow_finding *ret);

#endif
