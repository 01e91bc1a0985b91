/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_ACCOUNT_INTERNAL_H
#define OW_ANALYZE_ACCOUNT_INTERNAL_H

#include "analyze/account.h"
#include "analyze/trend.h"

/* What the files of the account share; for nobody else. */

/* What is known of one moment. */
void account_numbers(const struct ow_go_moment *from, uint64_t limit_bytes,
		     const struct ow_go_source *limit_source, struct ow_account_moment *ret);

/* The steps of the last moment. */
void account_steps(struct ow_account *a);

void account_advise(struct ow_account *a);

/* "12.3 MiB", in the arena; "" when it refuses. */
const char *account_bytes(struct ow_arena *arena, int64_t bytes);

/* For judges. */
static inline const struct ow_account_moment *account_last(const struct ow_account *a)
{
	return &a->moment[a->n - 1];
}

/* A place to check the number: "HeapAlloc = 257962728" of its page. */
struct ow_cite account_cite(struct ow_finding *f, const struct ow_account_moment *m,
			    enum ow_account_number number);

/*
 * The values of a number over the moments that have it, in their order. collected: moments without
 * a collection since the one before count as one, the first of them. Returns how many; at most
 * ACCOUNT_POINTS, the latest.
 */
#define ACCOUNT_POINTS 64

struct account_points {
	const struct ow_account_moment *at[ACCOUNT_POINTS];
	double value[ACCOUNT_POINTS];
	size_t n;
};

void account_points(const struct ow_account *a, enum ow_account_number number, bool collected,
		    struct account_points *ret);

/*
 * Does it rise? Few points must rise in each step. From ACCOUNT_TREND on a trend decides, which
 * some wild points do not fool: its interval is above nothing, and so is the slope of its last
 * half.
 */
#define ACCOUNT_TREND 8
bool account_rises(const struct account_points *points, struct ow_arena *scratch);

/* Its trend by time, in seconds. False below ACCOUNT_TREND points or 20 s, or without times. */
bool account_trend(const struct account_points *points, struct ow_arena *scratch,
		   struct ow_trend *ret);

/* "31.2 MiB -> 60.9 MiB -> 118.2 MiB", or counts; of many the first two and the last two. */
const char *account_row(struct ow_arena *arena, const struct account_points *points, bool is_count);

/* What a number is held against: RSS, else RssAnon, else what Go has; 0: none of them is known. */
uint64_t account_whole(const struct ow_account_moment *m);

const char *account_whole_name(const struct ow_account_moment *m);

/* "12.2 % of RSS" */
const char *account_share(struct ow_arena *arena, const struct ow_account_moment *m,
			  uint64_t bytes);

extern const struct ow_account_class account_live_leak, account_goroutine_leak, account_off_heap,
	account_churn, account_lazy_free, account_scavenger, account_fragmentation, account_garbage,
	account_spiral, account_huge_pages, account_cap, account_headroom;

#endif
