/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GC_H
#define OW_ANALYZE_GC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/finding.h"
#include "analyze/trend.h"
#include "base/arena.h"
#include "record/gctrace.h"

/*
 * What Go's runtime printed of its collections, put together to processes, and what may be said of
 * each: does the live heap grow, does the collector cope?
 *
 *   events -> ow_gc_lives_add() -> struct ow_gc_life, one a process
 *                                       |
 *                                  ow_gc_sum() -> numbers: trend, shares, pauses, rates
 *                                       |
 *                                  ow_gc_judge() -> one finding a label of the level runtime
 *
 * A life is what one process printed, from its start or from where the log begins, to its end or to
 * where the log ends. A program that prints MemStats and no collection is one, too: cycles is 0,
 * and its buckets hold what it printed. Memory is bounded whatever the log is: time is cut into at
 * most OW_GC_BUCKETS equal buckets, which are put together two by two when the life gets longer.
 */
#define OW_GC_BUCKETS 256 /* of one life */
#define OW_GC_RECENT  64  /* cycles that are kept one by one: the latest */
#define OW_GC_LIVES   256 /* further ones take the place of those that ended first */
#define OW_GC_TEXT    320 /* bytes kept of a line */
#define OW_GC_WINDOWS 12  /* at most; see struct ow_gc_sum */

/* Which clock first_usec, last_usec and the buckets of a life are of. */
enum ow_gc_clock {
	OW_GC_CLOCK_NONE,  /* up to Go 1.4, and nothing around the lines says it: cycles count */
	OW_GC_CLOCK_START, /* since the program's start */
	OW_GC_CLOCK_WALL,  /* up to Go 1.4: the wrapper's */
};

/* A cycle that something rests on, with its line. */
struct ow_gc_witness {
	bool there;
	struct ow_gc_cycle cycle;
	size_t line;
	bool have_time;
	int64_t time_usec; /* wall clock */
	size_t n_text;
	char text[OW_GC_TEXT];
};

/* What the cycles of one stretch of time add up to. Sizes are of the cycles that have them: min is
 * UINT64_MAX and max 0 where there are none. */
struct ow_gc_bucket {
	uint64_t cycles;
	uint64_t live_min_bytes, live_max_bytes, live_last_bytes;
	uint64_t heap_max_bytes; /* the largest the heap was when a collection began or ended */
	uint64_t goal_min_bytes, goal_max_bytes;
	uint64_t stacks_min_bytes, stacks_max_bytes;
	double ratio_max;   /* largest goal over the live bytes before */
	double alloc_bytes; /* allocated since the cycle before */
	double stop_usec;   /* the world stood still */
	double stop_cpu_usec, assist_usec, background_usec, idle_usec;
	double cpu_usec; /* that the program had: time since the cycle before x processors */
};

/* Of the latest cycles: what the judgement of the limit at work needs. */
struct ow_gc_recent {
	int64_t at_usec; /* of the life's clock */
	uint64_t number, start_bytes, live_bytes, goal_bytes, rest_bytes;
	size_t line;
	bool forced, periodic, have_goal;
};

/* Pauses are counted by their first two digits, as the runtime prints its times: 90 a decade, from
 * 1 us to 10^10 us. */
#define OW_GC_PAUSES 901

struct ow_gc_scavenged {
	uint64_t lines, released_bytes; /* added up where the lines say what each released */
	bool have_last;
	struct ow_gc_scavenge last;
};

/* MemStats that the program printed by itself. */
struct ow_gc_printed {
	uint64_t lines;
	bool objects; /* it prints how many they are, not how large */
	size_t first_line, last_line;
	struct ow_memstats first, last;
};

struct ow_gc_life {
	size_t number;      /* from 1, in the order they begin in the log */
	const char *source; /* as the user knows it */
	const char *who;    /* as the wrapper says; "" */
	enum ow_gc_clock clock;
	enum ow_gc_form form;
	bool from_start; /* its first cycle here is number 1 */
	bool replaced;   /* another began in its place: `successor`; the moment it may have been
			    killed is between last_wall_usec and the successor's first */
	size_t successor, predecessor; /* numbers of lives; 0: none */

	uint64_t cycles, forced, periodic, torn;
	uint64_t missed; /* numbers that are not in the log */
	unsigned procs;  /* 0: unknown */
	int64_t first_usec, last_usec;
	bool have_wall;
	int64_t first_wall_usec, last_wall_usec;
	uint64_t first_live_bytes, last_live_bytes, min_live_bytes, max_live_bytes;

	struct ow_gc_witness first, last;
	struct ow_gc_witness largest; /* the live heap was at its largest */
	struct ow_gc_witness
		lowest; /* the latest cycle whose live heap was least since the reset */
	struct ow_gc_witness slowest; /* the longest pause */
	struct ow_gc_witness burst;   /* the heap went farthest past its goal at once */

	/* Since the live heap fell to less than half at once and stayed there (a cache that was
	 * emptied): trends are of what came after. 0 resets: since the first cycle. */
	uint64_t resets, cycles_since_reset;
	int64_t reset_usec;
	uint64_t emptied_bytes; /* the most that it was emptied from */

	int64_t origin_usec, width_usec;          /* bucket i begins at origin + i x width */
	size_t n_buckets;                         /* up to the last that has a cycle */
	struct ow_gc_bucket *bucket;              /* OW_GC_BUCKETS of them */
	struct ow_gc_recent recent[OW_GC_RECENT]; /* a ring: cycle i of the life is at i % RECENT */
	uint64_t pauses;
	uint32_t pause[OW_GC_PAUSES];

	struct ow_gc_scavenged scavenged;
	struct ow_gc_printed printed;
	uint64_t sched_lines;
	uint64_t max_threads;
};

/* The latest cycle; NULL when there is none. */
static inline const struct ow_gc_recent *ow_gc_life_latest(const struct ow_gc_life *life)
{
	return life->cycles ? &life->recent[(life->cycles - 1) % OW_GC_RECENT] : NULL;
}

struct ow_gc_lives;

/* NULL when there is no memory. */
struct ow_gc_lives *ow_gc_lives_new(void);
struct ow_gc_lives *ow_gc_lives_free(struct ow_gc_lives *lives);

static inline void ow_gc_lives_freep(struct ow_gc_lives **lives)
{
	*lives = ow_gc_lives_free(*lives);
}

/*
 * One more event, in the order of the log. Which life it is of is known by the wrapper's name, the
 * number and the time (both only rise), the processors and the wall clock; a number that falls
 * begins a life. source is kept as a pointer. *ret, which may be NULL, is the life, until the next
 * call; NULL for an event of nobody. 0 or -ENOMEM.
 */
int ow_gc_lives_add(struct ow_gc_lives *lives, const char *source, const struct ow_gc_event *event,
		    const struct ow_gc_life **ret);

/* Another file begins, of the same processes or of others: nothing goes on by chance. */
void ow_gc_lives_next_source(struct ow_gc_lives *lives);

/* Those that are kept, in the order they begin. */
size_t ow_gc_lives_count(const struct ow_gc_lives *lives);
const struct ow_gc_life *ow_gc_lives_at(const struct ow_gc_lives *lives, size_t i);
const struct ow_gc_life *ow_gc_lives_find(const struct ow_gc_lives *lives, size_t number);

/* Lives that were forgotten because there were too many. */
uint64_t ow_gc_lives_forgotten(const struct ow_gc_lives *lives);

/* What is known from elsewhere. */
struct ow_gc_known {
	bool have_limit;
	uint64_t limit_bytes;   /* of the cgroup */
	const char *limit_from; /* "--limit", "docker inspect"; NULL: nobody asks */
	bool have_cap;
	uint64_t cap_bytes; /* GOMEMLIMIT */
};

/* A stretch of equal time. What it has no datum for is NAN: ask isnan(). Shares are from 0 to 1 of
 * the processors' time. */
struct ow_gc_window {
	int64_t from_usec, to_usec;
	uint64_t cycles;
	uint64_t live_min_bytes, heap_max_bytes; /* UINT64_MAX, 0: no cycle in it */
	double gc_share;                         /* without idle marking, as the runtime counts */
	double idle_share;                       /* marking by processors that had nothing to do */
	double assist_share;                     /* of marking: done by those that allocate */
	double cycles_per_s, alloc_bytes_per_s;
};

/* Why there is no slope. */
enum ow_gc_lack {
	OW_GC_LACK_NOTHING,
	OW_GC_LACK_CLOCK,  /* the lines have no time */
	OW_GC_LACK_CYCLES, /* fewer than 8 since the last reset */
	OW_GC_LACK_SPAN,   /* less than 20 s */
	OW_GC_LACK_GROWTH, /* less than 2 MB or 5 %: what stands is how it was told */
	OW_GC_LACK_MEMORY,
};

/* Growth of one thing, told by the minima of equal stretches of time. */
struct ow_gc_growth {
	enum ow_gc_lack lack;
	bool have_fit;         /* fit: there were enough points, material or not */
	struct ow_trend fit;   /* bytes by seconds, of all points */
	struct ow_trend tail;  /* of the last half; n is 0 when there are too few points */
	double first_bytes;    /* of the second point, when it has started */
	double tail_seconds;   /* of the last half */
	double level_bytes;    /* where it is at the end, by the fit */
	double rise_bytes;     /* slope x span */
	double rise_low_bytes; /* the low end of the interval x span */
	double rise_high_bytes;
	uint64_t cycles;
	int64_t span_usec;
	bool grows; /* enough cycles and time, more than 2 MB and 5 %, p < 0.05, so in the last
		       half, and not about to come to rest */
};

struct ow_gc_sum {
	struct ow_gc_growth live, stacks;
	const char *shape; /* "leak", "plateau", "tight-plateau", "flat" or "inconclusive" */

	struct ow_gc_window window[OW_GC_WINDOWS]; /* of equal time, oldest first */
	size_t n_windows;
	struct ow_gc_window all; /* of the whole life */
	size_t busiest;          /* the window of the largest gc_share; n_windows: none has one */

	bool have_pauses;
	double pause_p50_usec, pause_p99_usec, pause_max_usec; /* of two digits */
	double stop_usec;                                      /* all of them */

	bool have_gogc;
	double gogc_percent; /* effective: the median of the latest cycles; not where stacks matter
			      */
	bool have_goal;
	uint64_t goal_bytes;     /* for the next collection, by what is known */
	double goal_ratio;       /* of the latest cycles: median of goal over live before */
	double goal_ratio_first; /* largest it was */
	bool capped; /* a memory limit sets the goal, not GOGC: it stands still as live rises */
	uint64_t cap_seen_bytes; /* that goal, when it was far from live: GOMEMLIMIT is no less */
	uint64_t peak_bytes;     /* the largest the heap was, or is to be by its goal */
	uint64_t garbage_bytes;  /* floating: how much of that is not live */
	bool idle;               /* all it does is the collection of every two minutes */

	bool have_eta; /* to the limit, from the latest cycle */
	bool eta_now;  /* the next goal is past it */
	double eta_low_usec, eta_high_usec;
};

/* Works out the numbers. scratch is cleared. False when there is no memory or no cycle. */
bool ow_gc_sum(const struct ow_gc_life *life, const struct ow_gc_known *known,
	       struct ow_arena *scratch, struct ow_gc_sum *ret);

/* What a label of the level runtime rests on, as far as the collector's lines carry it. */
struct ow_gc_case {
	const struct ow_gc_life *life;
	const struct ow_gc_sum *sum;
	const struct ow_gc_known *known;
};

struct ow_gc_rule {
	const char *label;   /* of the level runtime: "live-heap-leak" */
	const char *meaning; /* "the live heap grows" */
	const char *predicts;
	const char *remedy;
	bool factor; /* stands beside another, explains nothing alone */
	void (*judge)(const struct ow_gc_case *c, struct ow_finding *f);
};

extern const struct ow_gc_rule ow_gc_rules[];
extern const size_t ow_gc_n_rules;

/* NULL when there is no rule of that label. */
const struct ow_gc_rule *ow_gc_rule_find(const char *label);

/*
 * Judges one rule: sets outcome, statement, reasons with their lines, numbers and needs of f, and
 * its verdict: OW_SUPPORTED at most, for what else may be (memory outside of the heap, a cache that
 * still fills) is not in these lines. f->hypothesis stays as it is. False when there is no memory.
 */
bool ow_gc_judge(const struct ow_gc_rule *rule, const struct ow_gc_case *c, struct ow_arena *arena,
		 struct ow_finding *f);

/* The line of a cycle, with what decides underlined; a cite of nothing when it is not there. */
struct ow_cite ow_gc_cite(const struct ow_gc_life *life, const struct ow_gc_witness *witness,
			  const char *mark, const char *note);

#endif
