/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_SERIES_H
#define OW_ANALYZE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "record/oom.h"

/*
 * The kills of a listing, put together by whose limit it was, with how often and how regularly they
 * came: one storm of forty kills is one incident, and twelve incidents an hour apart are a crash
 * loop.
 *
 * An incident here is the kills of one limit with no pause of more than 10 s: however long it goes
 * on, a storm is not taken for a rhythm. A kill that does not name its
 * cgroup (the kernel's rate limit left its report out) is of the one cgroup whose limit was hit in
 * the 10 s before; where there were several, or none, of nobody that is known. A pod's container
 * has a new id after each restart: containers of one pod with the same limit are one. Intervals
 * run from the first kill of an
 * incident to the first of the next, by the wall clock or else by the kernel's, and never over a
 * reboot that only the kernel's clock would tell.
 */
#define OW_SERIES_MAX      1024 /* limits that are told apart; further ones are counted */
#define OW_INTERVALS_LEAST 4    /* below that their spread says nothing */
#define OW_INTERVAL_LEAST                                                          \
	(60 * INT64_C(1000000)) /* on average; the pause cuts off shorter ones, so \
				    that those left look regular */

struct ow_limit_series {
	enum ow_oom_kind kind;
	struct ow_owner owner; /* of the limit; id is NULL where it is not a cgroup's or unknown */
	bool have_limit;
	uint64_t limit_bytes;     /* of the first kill */
	bool restarted;           /* owner is the first of several containers of its pod */
	const char *mems_allowed; /* of a cpuset or a memory policy; or NULL */
	uint64_t kills, incidents;
	uint64_t unnamed; /* of the kills: those that do not name their cgroup */

	bool timed; /* some kill had a time; the latest one's is of the wall clock, or the kernel's
		     */
	bool wall;
	bool broken; /* a reboot or another source is in between: last - first is no span */
	int64_t first_usec, last_usec; /* of kills */

	/* Between incidents. */
	uint64_t intervals;
	double mean_usec, square_usec2; /* their mean, and the sum of squared distances from it */
	int64_t least_usec, most_usec;

	int64_t start_usec; /* of the latest incident */
	char boot_id[33];
};

struct ow_series {
	struct ow_arena *arena;
	struct ow_limit_series *item; /* n of them, by their first kill */
	size_t n;
	uint64_t others; /* kills of limits past OW_SERIES_MAX */
};

/* One more kill, in the order of the listing; what is needed of it is copied to the arena of the
 * series. 0 or -ENOMEM. */
int ow_series_add(struct ow_series *series, const struct ow_oom *oom);

/*
 * The coefficient of variation of the intervals: 0 for a clock, 1 for chance. False where there are
 * too few or they are too short. Under steady work one up to OW_CV_REGULAR speaks for steady growth
 * (a leak, a start-up that needs too much), one from OW_CV_RANDOM for bursts; that is inferred.
 */
#define OW_CV_REGULAR 0.35
#define OW_CV_RANDOM  0.80
bool ow_series_cv(const struct ow_limit_series *series, double *ret);

#endif
