/* SPDX-License-Identifier: Apache-2.0 */
/* What grows beside the live heap: memory that Go does not count, and garbage. */
#include <math.h>

#include "analyze/account-internal.h"
#include "analyze/words.h"

#define LEAST_BYTES    (2.0 * 1024 * 1024) /* growth that can be told from noise, */
#define LIMIT_SHARE    0.10 /* of the limit, or of what the process has: growth that matters */
#define OFF_HEAP_SHARE 0.20
#define OFF_HEAP_SMALL 0.10
#define OFF_HEAP_LEAST ((int64_t)OW_MIB(32))
#define CHURN          10 /* allocated between two moments, over the live heap */

static const char *bytes_of(const struct ow_finding *f, double bytes)
{
	return account_bytes(f->arena, (int64_t)bytes);
}

/* The gaps of the latest moments, of those that have one. */
static void gaps(const struct ow_account *a, struct account_points *ret)
{
	ret->n = 0;
	for (size_t i = a->n > ACCOUNT_POINTS ? a->n - ACCOUNT_POINTS : 0; i < a->n; i++)
		if (a->moment[i].have_gap) {
			ret->at[ret->n] = &a->moment[i];
			ret->value[ret->n++] = (double)a->moment[i].gap_bytes;
		}
}

/* Memory that was given back between the reading of /proc and of the runtime's numbers looks like
 * off-heap. That much was given back between the last two moments. */
static int64_t given_back(const struct account_points *points)
{
	const struct ow_account_moment *to = points->at[points->n - 1];
	const struct ow_account_moment *from = points->n > 1 ? points->at[points->n - 2] : NULL;

	if (!from || !ow_account_has(to, OW_ACCOUNT_BIT(RELEASED)) ||
	    !ow_account_has(from, OW_ACCOUNT_BIT(RELEASED)))
		return 0;
	return (int64_t)ow_less(to->value[OW_ACCOUNT_RELEASED], from->value[OW_ACCOUNT_RELEASED]);
}

static void off_heap_open(struct ow_finding *f, const struct ow_account_moment *m)
{
	if (ow_account_has(m, OW_ACCOUNT_BIT(RSS_ANON) | OW_ACCOUNT_BIT(GO)))
		ow_finding_settle(f, OW_OPEN, NULL,
				  "RssAnon is %s and Go's total %s; how much of the difference is "
				  "MADV_FREE or huge pages is not known without smaps_rollup",
				  account_bytes(f->arena, (int64_t)m->value[OW_ACCOUNT_RSS_ANON]),
				  account_bytes(f->arena, (int64_t)m->value[OW_ACCOUNT_GO]));
	else
		ow_finding_settle(f, OW_OPEN, NULL,
				  "it takes RssAnon, Go's total and smaps_rollup of one moment");
}

/* There is memory that Go does not count: is it off-heap, and does it grow? */
static void off_heap_grows(const struct ow_account_moment *m, const struct account_points *points,
			   struct ow_finding *f)
{
	const double growth = points->value[points->n - 1] - points->value[0];
	const int64_t huge = ow_account_has(m, OW_ACCOUNT_BIT(HUGE))
				     ? (int64_t)m->value[OW_ACCOUNT_HUGE]
				     : INT64_MAX;

	if (m->gap_bytes <= huge)
		ow_finding_settle(
			f, OW_OPEN, NULL,
			"%s are not Go's by its count, and %s are in huge pages, which can "
			"hold what Go gave back: the two are not told apart",
			account_bytes(f->arena, m->gap_bytes),
			huge == INT64_MAX ? "an unknown amount" : account_bytes(f->arena, huge));
	else if (points->n < 2)
		ow_finding_settle(f, OW_OPEN, NULL,
				  "%s are off-heap; whether that grows takes a second moment",
				  account_bytes(f->arena, m->gap_bytes));
	else if (given_back(points) >= m->gap_bytes / 2)
		ow_finding_settle(f, OW_OPEN, NULL,
				  "Go gave %s back between the last two moments: numbers that are "
				  "read one after the other differ by that",
				  account_bytes(f->arena, given_back(points)));
	else if (!account_rises(points, f->arena) || growth < (double)OFF_HEAP_LEAST / 4)
		ow_finding_settle(f, OW_OPEN, NULL, "%s are off-heap, and they do not grow",
				  account_bytes(f->arena, m->gap_bytes));
	else {
		ow_reason_for(f, OW_DERIVED, account_cite(f, m, OW_ACCOUNT_LAZY_FREE),
			      "it rose: %s", account_row(f->arena, points, false));
		ow_finding_settle(f, OW_HELD, NULL,
				  "memory outside of Go's heap grows: cgo, mmap, or a library");
	}
}

static void off_heap_judge(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a);
	const double whole = (double)account_whole(m);
	struct account_points points;

	if (!m->have_gap) {
		off_heap_open(f, m);
		return;
	}
	gaps(a, &points);
	ow_finding_number(f, OW_DERIVED, "gap", "bytes", (double)m->gap_bytes);
	if (m->gap_bytes < OFF_HEAP_LEAST || (double)m->gap_bytes < OFF_HEAP_SHARE * whole) {
		ow_reason_against(
			f, OW_DERIVED, account_cite(f, m, OW_ACCOUNT_RSS_ANON),
			"RssAnon is %s %s Go's total and LazyFree together",
			account_bytes(f->arena, m->gap_bytes < 0 ? -m->gap_bytes : m->gap_bytes),
			m->gap_bytes < 0 ? "below" : "above");
		ow_reason_also(f, account_cite(f, m, OW_ACCOUNT_GO));
		ow_reason_also(f, account_cite(f, m, OW_ACCOUNT_LAZY_FREE));
		if ((double)m->gap_bytes < OFF_HEAP_SMALL * whole)
			ow_finding_settle(f, OW_FAILED, NULL, "there is little beside what Go has");
		else
			ow_finding_settle(f, OW_OPEN, NULL,
					  "%s are beside what Go has: neither little nor much",
					  account_bytes(f->arena, m->gap_bytes));
		return;
	}
	ow_reason_for(f, OW_DERIVED, account_cite(f, m, OW_ACCOUNT_RSS_ANON),
		      "RssAnon has %s more than Go's total and LazyFree, %s",
		      account_bytes(f->arena, m->gap_bytes),
		      account_share(f->arena, m, (uint64_t)m->gap_bytes));
	ow_reason_also(f, account_cite(f, m, OW_ACCOUNT_GO));
	ow_reason_also(f, account_cite(f, m, OW_ACCOUNT_LAZY_FREE));
	off_heap_grows(m, &points, f);
}

const struct ow_account_class account_off_heap = {
	.name = "off-heap",
	.label = "off-heap",
	.meaning = "memory of cgo, mmap or a library, which Go does not count and GOMEMLIMIT does "
		   "not see",
	.refuter = "RssAnon - LazyFree at or below Sys - HeapReleased",
	.remedy = "find the library: /proc/PID/smaps areas that Go did not name, jemalloc's or "
		  "tcmalloc's own profile, MALLOC_ARENA_MAX=2; leave room for it beside GOMEMLIMIT",
	.datum = "MemStats, status and smaps_rollup, at two moments",
	.command = "oomwhy account --pid PID",
	.judge = off_heap_judge,
};

/* The least that was allocated between two moments. */
static double least_step(const struct account_points *points)
{
	double least = points->value[1] - points->value[0];

	for (size_t i = 2; i < points->n; i++)
		least = fmin(least, points->value[i] - points->value[i - 1]);
	return least;
}

static void churn_judge(const struct ow_account *a, struct ow_finding *f)
{
	struct account_points live, total;
	double now, least;

	account_points(a, OW_ACCOUNT_LIVE, true, &live);
	account_points(a, OW_ACCOUNT_TOTAL_ALLOC, false, &total);
	if (live.n < 2 || total.n < 2) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "it takes the live heap and what was allocated at two moments");
		return;
	}
	now = live.value[live.n - 1];
	least = least_step(&total);
	ow_reason_for(f, OW_OBSERVED,
		      account_cite(f, total.at[total.n - 1], OW_ACCOUNT_TOTAL_ALLOC),
		      "between two moments at least %s were allocated, and %s are live",
		      bytes_of(f, least), bytes_of(f, now));
	if (least < CHURN * now || least < LEAST_BYTES * CHURN) {
		if (f->n_reasons)
			f->reason[0].against = true;
		ow_finding_settle(f, OW_FAILED, NULL, "little is allocated");
	} else if (now - live.value[0] > fmax(LEAST_BYTES, LIMIT_SHARE * live.value[0])) {
		ow_reason_against(f, OW_OBSERVED,
				  account_cite(f, live.at[live.n - 1], OW_ACCOUNT_LIVE),
				  "the live heap went %s", account_row(f->arena, &live, false));
		ow_finding_settle(f, OW_FAILED, NULL, "much is allocated, and the live heap grows");
	} else {
		ow_finding_settle(
			f, OW_HELD, NULL,
			"much is allocated and little is kept: the heap is as large as GOGC "
			"lets it be");
	}
}

const struct ow_account_class account_churn = {
	.name = "churn",
	.meaning = "much is allocated and nothing is kept",
	.refuter = "a live heap that grows",
	.remedy = "no leak: GOGC or GOMEMLIMIT settle how large the heap gets; allocate less "
		  "(oomwhy heap --alloc_space) to spare the collector",
	.datum = "the live heap and TotalAlloc at two moments",
	.command = "curl -s 'http://HOST:PORT/debug/pprof/heap?debug=1' -o heap.N.txt",
	.judge = churn_judge,
};
