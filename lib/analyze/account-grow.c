/* SPDX-License-Identifier: Apache-2.0 */
/* What grows: the classes that need more than one moment. */
#include <inttypes.h>
#include <math.h>

#include "analyze/account-internal.h"
#include "analyze/words.h"

#define LEAST_BYTES   (2.0 * 1024 * 1024) /* growth that can be told from noise, */
#define LEAST_SHARE   0.05                /* and of what there was */
#define LIMIT_SHARE   0.10 /* of the limit, or of what the process has: growth that matters */
#define ERRORS        3    /* standard deviations of a sampled profile */
#define MOMENTS       3    /* that a growing live heap needs */
#define STACKS_SHARE  0.30
#define STACKS_SMALL  0.10
#define ONE_STACK     0.60
#define GOROUTINES    100 /* that must have come, */
#define GOROUTINES_BY 1.2 /* and by so much */

static const char *bytes_of(const struct ow_finding *f, double bytes)
{
	return account_bytes(f->arena, (int64_t)bytes);
}

/* Standard deviation of the growth from the first to the last moment, of sampled profiles. */
static double sampling_error(const struct account_points *points)
{
	const struct ow_account_moment *ends[] = { points->at[0], points->at[points->n - 1] };
	double sum = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct ow_go_moment *from = ends[i]->from;
		const double error = (double)from->profile_error_bytes;

		if (ends[i]->source[OW_ACCOUNT_LIVE] == &from->profile_source)
			sum += error * error;
	}
	return sqrt(sum);
}

/* What growth is held against: the limit, else the process itself. */
static uint64_t yardstick(const struct ow_account *a, const char **ret_what)
{
	const uint64_t whole = account_whole(account_last(a));

	*ret_what = a->have_limit ? "the limit" : account_whole_name(account_last(a));
	return a->have_limit ? a->limit_bytes : whole;
}

static void live_leak_few(struct ow_finding *f, const struct account_points *points)
{
	if (points->n == 0)
		ow_finding_settle(f, OW_OPEN, NULL, "the live heap is not known");
	else if (points->n == 1)
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the live heap was %s; one moment says who holds, not what grows",
				  bytes_of(f, points->value[0]));
	else
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the live heap went %s; one step can be a start or a cache that "
				  "fills as well as a leak",
				  account_row(f->arena, points, false));
}

/* A slope is never sharper than two digits: "360 MiB", "1.4 MiB". */
static const char *rate_of(const struct ow_finding *f, double bytes)
{
	const double mib = bytes / (double)OW_MIB(1);
	const double unit = mib > 0 ? pow(10, floor(log10(mib)) - 1) : 1;
	const char *text = ow_printf(f->arena, "%.*f MiB",
				     unit >= 1     ? 0
				     : unit >= 0.1 ? 1
						   : 2,
				     round(mib / unit) * unit);

	return text ? text : "";
}

/* How fast, and how long until the limit; where there are enough moments to tell. */
static void live_leak_rate(const struct ow_account *a, struct ow_finding *f,
			   const struct account_points *points)
{
	const struct ow_account_moment *m = account_last(a);
	const uint64_t used = ow_account_has(m, OW_ACCOUNT_BIT(USAGE)) ? m->value[OW_ACCOUNT_USAGE]
								       : m->value[OW_ACCOUNT_RSS];
	struct ow_trend trend;
	double left;

	if (!account_trend(points, f->arena, &trend) || trend.low <= 0)
		return;
	ow_finding_number(f, OW_INFERRED, "slope", "bytes/s", trend.slope);
	ow_reason_for(f, OW_INFERRED, (struct ow_cite){ 0 },
		      "that is %s a minute (95 %%: %s to %s, p = %.2g)",
		      rate_of(f, 60 * trend.slope), rate_of(f, 60 * trend.low),
		      rate_of(f, 60 * trend.high), trend.p);
	if (!a->have_limit || !used || used >= a->limit_bytes)
		return;
	left = (double)(a->limit_bytes - used) * 1e6;
	if (left / trend.low < 1e15)
		ow_reason_for(f, OW_INFERRED, (struct ow_cite){ 0 },
			      "the limit is reached in %s to %s, if it goes on so",
			      ow_words_span(f->arena, (uint64_t)(left / trend.high)),
			      ow_words_span(f->arena, (uint64_t)(left / trend.low)));
}

/* It grows: is that much? */
static void live_leak_weigh(const struct ow_account *a, struct ow_finding *f,
			    const struct account_points *points, double growth)
{
	const char *of;
	const uint64_t whole = yardstick(a, &of);

	ow_reason_for(f, OW_OBSERVED, account_cite(f, points->at[0], OW_ACCOUNT_LIVE),
		      "the live heap %s: %s",
		      points->n < ACCOUNT_TREND ? "rose in each step, with a collection before each"
						: "rises, with a collection before each moment",
		      account_row(f->arena, points, false));
	ow_reason_also(f, account_cite(f, points->at[points->n - 1], OW_ACCOUNT_LIVE));
	if (!whole) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the live heap grows; whether that is much of the process is not "
				  "known: no limit, no RSS, no MemStats");
		return;
	}
	if (growth < LIMIT_SHARE * (double)whole) {
		ow_reason_against(f, OW_DERIVED, (struct ow_cite){ 0 },
				  "it grew by %s, %s of %s: too little to explain it",
				  bytes_of(f, growth),
				  ow_words_share(f->arena, growth / (double)whole), of);
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the live heap grows, and it is not what fills the memory");
		return;
	}
	ow_reason_for(f, OW_DERIVED, (struct ow_cite){ 0 }, "it grew by %s, %s of %s",
		      bytes_of(f, growth), ow_words_share(f->arena, growth / (double)whole), of);
	live_leak_rate(a, f, points);
	ow_finding_settle(f, OW_HELD, NULL,
			  "the live heap grows: what is kept is more at each collection");
}

static void live_leak_judge(const struct ow_account *a, struct ow_finding *f)
{
	struct account_points points;
	double growth, first;

	account_points(a, OW_ACCOUNT_LIVE, true, &points);
	if (points.n < MOMENTS) {
		live_leak_few(f, &points);
		return;
	}
	first = points.value[0];
	growth = points.value[points.n - 1] - first;
	ow_finding_number(f, OW_DERIVED, "growth", "bytes", growth);
	if (growth < LEAST_BYTES || growth < LEAST_SHARE * first ||
	    growth < ERRORS * sampling_error(&points)) {
		ow_reason_against(f, OW_OBSERVED,
				  account_cite(f, points.at[points.n - 1], OW_ACCOUNT_LIVE),
				  "the live heap went %s, each after a collection",
				  account_row(f->arena, &points, false));
		ow_finding_settle(f, OW_FAILED, NULL, "the live heap does not grow");
	} else if (!account_rises(&points, f->arena)) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the live heap went up and down: %s; more moments would tell",
				  account_row(f->arena, &points, false));
	} else {
		live_leak_weigh(a, f, &points, growth);
	}
}

const struct ow_account_class account_live_leak = {
	.name = "live-leak",
	.label = "live-heap-leak",
	.meaning = "the live heap grows: objects are kept",
	.refuter = "a live heap that stays or falls over three collections",
	.remedy =
		"find what keeps them: oomwhy heap on the first and the last profile; a GOMEMLIMIT "
		"delays it and cures nothing",
	.datum = "the live heap at three moments, with a collection before each",
	.command = "curl -s 'http://HOST:PORT/debug/pprof/heap?debug=1&gc=1' -o heap.N.txt",
	.judge = live_leak_judge,
};

/* The share of the stack that most goroutines have; 0: not known. */
static double one_stack(const struct ow_account_moment *m, const struct ow_goroutine_group **ret)
{
	const struct ow_goroutines *g = m->from->goroutines;

	if (!g || g->n_groups == 0)
		return 0;
	*ret = &g->group[0];
	return ow_share(g->group[0].count, g->total);
}

static void goroutine_reasons(struct ow_finding *f, const struct ow_account_moment *m)
{
	const struct ow_goroutine_group *group = NULL;
	const double of_one = one_stack(m, &group);

	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_STACKS), "stacks take %s, %s",
		      bytes_of(f, (double)m->value[OW_ACCOUNT_STACKS]),
		      account_share(f->arena, m, m->value[OW_ACCOUNT_STACKS]));
	if (group && group->n_frames) {
		const struct ow_goroutine_frame *frame =
			&group->frame[group->user < group->n_frames ? group->user : 0];

		ow_reason_for(
			f, OW_OBSERVED,
			ow_cite_field(f, m->from->goroutines->source, "%" PRIu64 " @ %.*s",
				      group->count, (int)frame->function.n, frame->function.p),
			"%s of them have one stack, in %.*s", ow_words_share(f->arena, of_one),
			(int)frame->function.n, frame->function.p);
		if (group->waiting_minutes)
			ow_reason_for(f, OW_OBSERVED, (struct ow_cite){ 0 },
				      "the longest of these waits for %" PRIu64 " min",
				      group->waiting_minutes);
	}
}

/* Have many come? */
static bool grew(const struct account_points *points)
{
	const double first = points->value[0], last = points->value[points->n - 1];

	return last - first >= GOROUTINES && last >= GOROUTINES_BY * first;
}

/* Their stacks are few: that speaks against it, unless they come and come. */
static void goroutine_leak_small(struct ow_finding *f, const struct ow_account_moment *m,
				 const struct account_points *points, double share)
{
	ow_reason_against(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_STACKS),
			  "%s goroutines have stacks of %s, %s",
			  ow_words_count(f->arena, m->value[OW_ACCOUNT_GOROUTINES]),
			  bytes_of(f, (double)m->value[OW_ACCOUNT_STACKS]),
			  account_share(f->arena, m, m->value[OW_ACCOUNT_STACKS]));
	if (grew(points))
		ow_finding_settle(f, OW_OPEN, NULL,
				  "goroutines: %s; their stacks are %s of what there is, and what "
				  "they keep alive is not known",
				  account_row(f->arena, points, true),
				  ow_words_share(f->arena, share));
	else if (share >= STACKS_SMALL)
		ow_finding_settle(f, OW_OPEN, NULL,
				  "stacks hold %s of what there is: neither little nor much",
				  ow_words_share(f->arena, share));
	else
		ow_finding_settle(f, OW_FAILED, NULL, "stacks are not what fills the memory");
}

static void goroutine_leak_judge(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a);
	const struct ow_goroutine_group *group;
	struct account_points points;
	double share;

	account_points(a, OW_ACCOUNT_GOROUTINES, false, &points);
	if (!ow_account_has(m, OW_ACCOUNT_BIT(GOROUTINES) | OW_ACCOUNT_BIT(STACKS)) ||
	    !account_whole(m)) {
		ow_finding_settle(f, OW_OPEN, NULL, "the goroutines or their stacks are not known");
		return;
	}
	share = ow_share(m->value[OW_ACCOUNT_STACKS], account_whole(m));
	if (share < STACKS_SHARE) {
		goroutine_leak_small(f, m, &points, share);
		return;
	}
	goroutine_reasons(f, m);
	if (points.n < 2) {
		ow_finding_settle(
			f, OW_OPEN, NULL,
			"stacks hold much of the memory; whether they grow takes a second "
			"moment");
	} else if (!grew(&points)) {
		ow_reason_against(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_GOROUTINES),
				  "goroutines: %s", account_row(f->arena, &points, true));
		ow_finding_settle(f, OW_FAILED, NULL,
				  "stacks hold much of the memory, and they do not grow");
	} else if (!account_rises(&points, f->arena) ||
		   (points.n < MOMENTS && one_stack(m, &group) < ONE_STACK)) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "goroutines: %s; that can be more work as well as a leak",
				  account_row(f->arena, &points, true));
	} else {
		ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_GOROUTINES),
			      "goroutines rose: %s", account_row(f->arena, &points, true));
		ow_finding_settle(f, OW_HELD, NULL, "goroutines and their stacks grow");
	}
}

const struct ow_account_class account_goroutine_leak = {
	.name = "goroutine-leak",
	.label = "goroutine-leak",
	.meaning = "goroutines grow, and with them their stacks, which no heap profile shows",
	.refuter = "a number of goroutines that stays, or follows the requests in flight",
	.remedy =
		"oomwhy account --goroutines says where they wait and who starts them: give them a "
		"context that ends, and channels that are read or closed",
	.datum = "the number of goroutines, and their stacks, at two moments or more",
	.command = "curl -s 'http://HOST:PORT/debug/pprof/goroutine?debug=2' -o goroutine.N.txt",
	.judge = goroutine_leak_judge,
};
