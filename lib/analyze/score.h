/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_SCORE_H
#define OW_ANALYZE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "record/case.h"

/*
 * Why the kernel chose this process. It takes the highest of
 *
 *   rss + swap entries + page tables, in pages, + oom_score_adj x (total pages / 1000)
 *
 * (oom_badness() in mm/oom_kill.c). Total pages is not the printed limit: it is the limit plus the
 * swap that the group may use, or the machine's memory and swap. A record of a cgroup does not
 * print the machine's swap, so with any oom_score_adj and open-ended swap the ranking cannot be
 * recomputed. Tasks at -1000 are no candidates. Of two equal ones the last wins.
 *
 * The table and the choice read counters that are not exact (ow_rss_error(): three of resident
 * pages and one of swap for each of the two tasks), and until 4.16 root had a bonus of 3 %: only a
 * victim that is further behind than that is a finding.
 */
enum ow_score_state {
	OW_SCORE_OPEN,   /* why_not says why it cannot be recomputed */
	OW_SCORE_AGREE,  /* the victim has the highest score */
	OW_SCORE_NEAR,   /* another one has, by no more than the counters can be off */
	OW_SCORE_DIFFER, /* by more; or the victim is not in the table */
};

struct ow_score {
	enum ow_score_state state;
	const char *why_not; /* a static text */
	size_t candidates;
	const struct ow_oom_task *first, *second; /* the highest, and the runner-up or NULL */
	int64_t first_points, second_points;
	const struct ow_oom_task *victim; /* its row; NULL when it is not a candidate */
	int64_t victim_points;
	int64_t error_points; /* how far two scores may be off */
	bool adjusted;        /* without any oom_score_adj another one would be first */
	const struct ow_oom_task *unadjusted; /* that one */
};

void ow_score_make(const struct ow_case *c, const struct ow_oom *oom, struct ow_score *ret);

/* Why victim was chosen, or why that cannot be said: "it has the highest score of 12, ...". Without
 * a full stop, in the arena; "" when it refuses. */
const char *ow_score_words(const struct ow_score *score, const char *victim,
			   struct ow_arena *arena);

#endif
