/* SPDX-License-Identifier: Apache-2.0 */
/* The labels of the level runtime, as far as the collector's own lines carry them. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyze/gc-internal.h"
#include "analyze/words.h"
#include "base/time.h"

#define MIB             (UINT64_C(1) << 20)
#define MATERIAL        0.10 /* of the limit */
#define FULL            0.95 /* of the limit */
#define NOTHING_ELSE    1.1  /* the heap over what of it is live: no garbage to speak of */
#define SLOWER          0.75 /* the last half against the whole: worth saying */
#define STACKS_MATTER   0.30 /* of all that Go holds */
#define STACKS_NOTHING  0.10
#define STACKS_EXPLAIN  0.50 /* of the live heap's rise: what goroutines hold rises with them */
#define NO_ROOM         1.05 /* goal over live */
#define ROOM            1.25
#define SUSTAINED       0.90 /* of the latest cycles */
#define SUSTAINED_LEAST 32
#define FASTER          3.0 /* collections a second, against the time when there was room */
#define LESS_WORK       0.7
#define JUMP            0.30 /* of the limit, at once */
#define LONG_USEC       (3600 * OW_USEC_PER_SEC)

#define TRACE           "GODEBUG=gctrace=1"
#define PROFILES                                            \
	"curl -s 'http://HOST:PORT/debug/pprof/heap?gc=1' " \
	"-o 1.pb.gz, again after a minute, then: oomwhy heap -diff_base 1.pb.gz 2.pb.gz"

struct ow_cite ow_gc_cite(const struct ow_gc_life *life, const struct ow_gc_witness *witness,
			  const char *mark, const char *note)
{
	struct ow_cite cite = { 0 };
	const char *at;

	if (!witness->there)
		return cite;
	cite = (struct ow_cite){ .source = life->source ? life->source : "log",
				 .line = witness->line,
				 .text = { witness->text, witness->n_text } };
	at = mark && *mark ? memmem(witness->text, witness->n_text, mark, strlen(mark)) : NULL;
	if (at) {
		cite.mark = (struct ow_str){ at, strlen(mark) };
		cite.note = note;
	}
	return cite;
}

/* The line, with what was live underlined: "->39 MB", "-> 5 MB" of old. */
static struct ow_cite cite_live(const struct ow_gc_life *life, const struct ow_gc_witness *witness)
{
	const uint64_t mb = witness->cycle.live_bytes / MIB;
	char mark[32];

	(void)snprintf(mark, sizeof(mark), "->%" PRIu64 " MB", mb);
	if (!memmem(witness->text, witness->n_text, mark, strlen(mark)))
		(void)snprintf(mark, sizeof(mark), "-> %" PRIu64 " MB", mb);
	return ow_gc_cite(life, witness, mark, "live");
}

static struct ow_cite cite_number(const struct ow_gc_life *life,
				  const struct ow_gc_witness *witness, uint64_t bytes,
				  const char *what, const char *note)
{
	char mark[48];

	(void)snprintf(mark, sizeof(mark), "%" PRIu64 " MB %s", bytes / MIB, what);
	return ow_gc_cite(life, witness, mark, note);
}

static const char *rate(struct ow_finding *f, double bytes_per_s)
{
	return ow_finding_text(f, "%s/s", ow_words_about(f->arena, bytes_per_s));
}

/* "8.3 s", "25 s", "4 min 10 s" */
static const char *span(struct ow_finding *f, double usec)
{
	const double seconds = usec / OW_USEC_PER_SEC;

	if (seconds < 120)
		return ow_finding_text(f, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
	return ow_words_span(f->arena, usec < 0x1p62 ? (uint64_t)usec : 0);
}

/* Settles as open because there is too little of it. Returns whether that is so. */
static bool lacks(const struct ow_gc_case *c, struct ow_finding *f,
		  const struct ow_gc_growth *growth)
{
	const uint64_t n = growth->cycles;

	if (growth->have_fit)
		return false;
	ow_finding_need(f, "more of its life: at least 8 collections and 20 s", TRACE);
	if (growth->lack == OW_GC_LACK_CLOCK)
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the lines have no time, so there is no slope over time");
	else
		ow_finding_settle(
			f, OW_OPEN, NULL,
			"not enough data: %s %s in %s%s%s; a slope needs 8 of them, spread "
			"over at least 20 s",
			ow_words_count(f->arena, n), n == 1 ? "collection" : "collections",
			span(f, (double)growth->span_usec),
			c->life->resets ? " since the live heap was emptied" : "",
			n < OW_GC_CYCLES_LEAST || growth->lack != OW_GC_LACK_CYCLES
				? ""
				: ", most of them close together");
	return true;
}

static void say_slope(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_growth *g = &c->sum->live;
	const struct ow_trend *fit = &g->fit;

	ow_finding_number(f, OW_INFERRED, "slope", "bytes", fit->slope);
	ow_finding_number(f, OW_INFERRED, "slope_low", "bytes", fit->low);
	ow_finding_number(f, OW_INFERRED, "slope_high", "bytes", fit->high);
	ow_reason_for(
		f, OW_INFERRED, cite_live(c->life, &c->life->first),
		"the least live heap of each of %zu stretches of time rises by %s [%s to %s], "
		"p = %.2g",
		fit->n, rate(f, fit->slope), ow_words_about(f->arena, fit->low),
		ow_words_about(f->arena, fit->high), fit->p);
	ow_reason_also(f, cite_live(c->life, &c->life->lowest));
	ow_reason_also(f, cite_live(c->life, &c->life->last));
}

static void leak_held(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_growth *g = &c->sum->live;
	const char *rise = ow_words_about(f->arena, g->rise_bytes);

	say_slope(c, f);
	ow_reason_for(f, OW_INFERRED, (struct ow_cite){ 0 },
		      "the last half goes on by %s [%s to %s]", rate(f, g->tail.slope),
		      ow_words_about(f->arena, g->tail.low),
		      ow_words_about(f->arena, g->tail.high));
	if (g->tail.slope < SLOWER * g->fit.slope)
		ow_reason_against(f, OW_INFERRED, cite_live(c->life, &c->life->last),
				  "the last half rises slower than the whole: it may come to rest");
	ow_finding_need(f, "whether a cache still fills, and which code allocates what stays",
			PROFILES);
	if (c->known->have_limit)
		ow_finding_settle(
			f, OW_HELD, NULL,
			"the live heap rose by %s in %s, %s of the limit, and still "
			"rises",
			rise, span(f, (double)g->span_usec),
			ow_words_share(f->arena, g->rise_bytes / (double)c->known->limit_bytes));
	else
		ow_finding_settle(f, OW_HELD, NULL,
				  "the live heap rose by %s in %s and still rises; no limit is "
				  "known to hold that against",
				  rise, span(f, (double)g->span_usec));
}

/* Why it is not known. */
static const char *open_leak(const struct ow_gc_case *c)
{
	const struct ow_gc_growth *g = &c->sum->live;

	if (!g->grows)
		return g->fit.low > 0
			       ? "the live heap grew, but its last part does not show that it "
				 "still does"
			       : "whether the live heap grows cannot be told from its ups and "
				 "downs";
	if (c->life->emptied_bytes && !ow_gc_leaks(c->life, c->known, g) &&
	    g->rise_bytes >= ow_gc_material(c->life, c->known))
		return "the live heap grows, but it was larger before, and was emptied";
	return "the live heap grows, too little yet to matter";
}

static void judge_leak(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_growth *g = &c->sum->live, *stacks = &c->sum->stacks;
	const bool leaks = ow_gc_leaks(c->life, c->known, g);

	if (lacks(c, f, g))
		return;
	if (leaks && stacks->grows && stacks->rise_bytes >= STACKS_EXPLAIN * g->rise_bytes) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the live heap rises, and the stacks of goroutines with it: what "
				  "those hold may be all of it");
		ow_finding_need(f, "what holds it", PROFILES);
	} else if (leaks) {
		leak_held(c, f);
	} else if (ow_gc_rests(c->life, c->known, g)) {
		ow_reason_against(f, OW_INFERRED, cite_live(c->life, &c->life->last),
				  "the last half changes by %s [%s to %s]", rate(f, g->tail.slope),
				  ow_words_about(f->arena, g->tail.low),
				  ow_words_about(f->arena, g->tail.high));
		ow_finding_settle(f, OW_FAILED, NULL, "the live heap rose, and came to rest");
	} else if (g->rise_high_bytes < ow_gc_material(c->life, c->known)) {
		ow_reason_against(f, OW_INFERRED, cite_live(c->life, &c->life->lowest),
				  "over %s the least live heap of each stretch of time changes by "
				  "%s [%s to %s]",
				  span(f, (double)g->span_usec),
				  ow_words_about(f->arena, g->rise_bytes),
				  ow_words_about(f->arena, g->rise_low_bytes),
				  ow_words_about(f->arena, g->rise_high_bytes));
		ow_reason_also(f, cite_live(c->life, &c->life->last));
		ow_finding_settle(f, OW_FAILED, NULL, "the live heap does not grow%s",
				  c->known->have_limit ? " by a tenth of the limit"
						       : " so that it would matter");
	} else {
		ow_finding_need(f, "a longer look, under steady work", TRACE);
		ow_finding_settle(f, OW_OPEN, NULL, "%s", open_leak(c));
	}
}

/* What the heap takes at its largest, with what Go holds beside it. */
static double peak(const struct ow_gc_case *c)
{
	const struct ow_gc_recent *last = ow_gc_life_recent(c->life, 0);

	return (double)c->sum->peak_bytes + (last ? (double)last->rest_bytes : 0);
}

static const char *no_goal(const struct ow_gc_life *life)
{
	return life->form < OW_GC_1_5
		       ? "the lines have no goal"
		       : "there is no goal: GOGC is off, and there is no memory limit";
}

static void judge_headroom(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_sum *sum = c->sum;
	const double limit = (double)c->known->limit_bytes;
	const struct ow_cite cite = cite_number(c->life, &c->life->last,
						c->life->last.cycle.goal_bytes, "goal", "goal");

	if (!sum->have_goal || !c->known->have_limit) {
		if (!c->known->have_limit)
			ow_finding_need(f, "the limit of its cgroup", "oomwhy gc --limit=BYTES");
		ow_finding_settle(f, OW_OPEN, NULL, "%s",
				  sum->have_goal ? "the limit is not known" : no_goal(c->life));
		return;
	}
	if (peak(c) < FULL * limit) {
		ow_reason_against(f, OW_DERIVED, cite,
				  "the heap at its largest, with stacks, is %s of the limit",
				  ow_words_share(f->arena, peak(c) / limit));
		ow_finding_settle(f, OW_FAILED, NULL,
				  "garbage between collections stays below the limit");
		return;
	}
	if ((double)sum->peak_bytes < NOTHING_ELSE * (double)c->life->last_live_bytes) {
		ow_reason_against(f, OW_DERIVED, cite, "%s of the heap at its largest are live",
				  ow_words_share(f->arena, (double)c->life->last_live_bytes /
								   (double)sum->peak_bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "what reaches the limit is live");
		return;
	}
	ow_reason_for(f, OW_DERIVED, cite,
		      "the heap at its largest is %s, of which %s was live after the last "
		      "collection; the limit is %s",
		      ow_words_about(f->arena, (double)sum->peak_bytes),
		      ow_words_bytes(f->arena, c->life->last_live_bytes),
		      ow_words_bytes(f->arena, c->known->limit_bytes));
	if (sum->live.grows)
		ow_finding_settle(
			f, OW_HELD, "factor",
			"a factor beside the growth: the limit is reached when %s of it "
			"is live, for the heap may be %.2f times that before a collection",
			ow_words_share(f->arena, (double)c->life->last_live_bytes / limit),
			(double)sum->peak_bytes / fmax(1, (double)c->life->last_live_bytes));
	else if (sum->live.have_fit && sum->live.rise_high_bytes < MATERIAL * limit &&
		 sum->live.span_usec >= LONG_USEC)
		ow_finding_settle(f, OW_HELD, NULL,
				  "the live heap does not grow, and garbage between collections "
				  "fills the limit");
	else
		ow_finding_settle(f, OW_OPEN, NULL,
				  "garbage between collections reaches the limit; whether the live "
				  "heap grows is not known well enough to call it the cause");
}

/* How many of the latest collections had no room, of how many; and in what time. */
struct cramped {
	size_t of, n;
	double usec;
};

static struct cramped latest(const struct ow_gc_life *life)
{
	const struct ow_gc_recent *c, *before;
	struct cramped ret = { 0 };

	for (size_t back = 0;
	     (c = ow_gc_life_recent(life, back)) && (before = ow_gc_life_recent(life, back + 1));
	     back++) {
		if (!c->have_goal || c->periodic || c->number != before->number + 1)
			continue;
		ret.of++;
		ret.usec += (double)(c->at_usec - before->at_usec);
		/* Both are cut to whole megabytes: the goal may be almost one more. */
		ret.n += (double)(c->goal_bytes + MIB) <= NO_ROOM * (double)before->live_bytes;
	}
	return ret;
}

/* Collections a second, and bytes allocated a second, while there was room. */
static bool roomy(const struct ow_gc_life *life, double *cycles, double *alloc)
{
	double seconds = 0;

	*cycles = *alloc = 0;
	for (size_t i = 0; i < life->n_buckets; i++) {
		const struct ow_gc_bucket *b = &life->bucket[i];

		if (b->cycles && b->ratio_max < ROOM)
			continue;
		*cycles += (double)b->cycles;
		*alloc += b->alloc_bytes;
		seconds += (double)life->width_usec / OW_USEC_PER_SEC;
	}
	if (*cycles < OW_GC_CYCLES_LEAST)
		return false;
	*cycles /= seconds;
	*alloc /= seconds;
	return true;
}

static void judge_spiral(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_sum *sum = c->sum;
	const struct ow_gc_window *end = sum->n_windows ? &sum->window[sum->n_windows - 1] : NULL;
	const struct cramped now = latest(c->life);
	double cycles, alloc, often = now.usec > 0 ? (double)now.of / now.usec * 1e6 : 0;

	if (c->life->form < OW_GC_1_18 || now.of < SUSTAINED_LEAST || !end || !sum->have_goal ||
	    sum->goal_ratio <= 0) {
		ow_finding_settle(f, OW_OPEN, NULL, "%s",
				  c->life->form < OW_GC_1_18
					  ? "a version of Go that has no memory limit"
				  : !sum->have_goal                  ? no_goal(c->life)
				  : now.of < SUSTAINED_LEAST || !end ? "too few collections to tell"
								     : "too small a heap to tell");
		return;
	}
	if (sum->goal_ratio >= ROOM || (double)now.n < SUSTAINED * (double)now.of) {
		ow_reason_against(f, OW_DERIVED,
				  cite_number(c->life, &c->life->last,
					      c->life->last.cycle.goal_bytes, "goal", "goal"),
				  "the goal of the latest collections is %.2f times the live heap",
				  sum->goal_ratio);
		ow_finding_settle(f, sum->goal_ratio >= ROOM ? OW_FAILED : OW_OPEN, NULL,
				  sum->goal_ratio >= ROOM ? "the collector has room"
							  : "the collector has little room");
		return;
	}
	if (!roomy(c->life, &cycles, &alloc) || often < FASTER * cycles ||
	    end->alloc_bytes_per_s > LESS_WORK * alloc) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "the goal is the live heap, but whether that slows the program "
				  "down is not to be seen");
		return;
	}
	ow_reason_for(f, OW_OBSERVED,
		      cite_number(c->life, &c->life->last, c->life->last.cycle.goal_bytes, "goal",
				  "goal"),
		      "%zu of the latest %zu collections had a goal of at most %.2f times the live "
		      "heap; it was %.1f times that at first",
		      now.n, now.of, NO_ROOM, sum->goal_ratio_first);
	ow_reason_for(f, OW_DERIVED, ow_gc_cite(c->life, &c->life->last, NULL, NULL),
		      "%.2g collections a second, %.2g while there was room", often, cycles);
	ow_reason_for(
		f, OW_DERIVED, (struct ow_cite){ 0 },
		"by sizes in whole megabytes the program allocates %s, %s while there was room",
		rate(f, end->alloc_bytes_per_s), rate(f, alloc));
	ow_finding_need(f, "whether the collector's limit of half the processors is at work",
			"/gc/limiter/last-enabled:gc-cycle of runtime/metrics");
	ow_finding_settle(f, OW_HELD, NULL,
			  "the memory limit leaves the collector no room: it runs %.2g times a "
			  "second for almost nothing",
			  often);
}

static void judge_goroutines(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_growth *g = &c->sum->stacks;
	const struct ow_gc_cycle *last = &c->life->last.cycle;
	const double all = peak(c);
	const double share = all > 0 ? (double)last->stacks_bytes / all : 0;
	const struct ow_cite cite =
		cite_number(c->life, &c->life->last, last->stacks_bytes, "stacks", "stacks");

	if (c->life->form < OW_GC_1_18) {
		ow_finding_settle(f, OW_OPEN, NULL, "before Go 1.18 the lines have no stacks");
		ow_finding_need(f, "the goroutines",
				"curl -s 'http://HOST:PORT/debug/pprof/goroutine?debug=1'");
		return;
	}
	if (share < STACKS_NOTHING) {
		ow_reason_against(f, OW_OBSERVED, cite, "the stacks are %s",
				  ow_words_bytes(f->arena, last->stacks_bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "the stacks are next to nothing");
		return;
	}
	ow_finding_need(f, "where they wait",
			"curl -s 'http://HOST:PORT/debug/pprof/goroutine?debug=1'");
	if (lacks(c, f, g))
		return;
	if (!g->grows || share < STACKS_MATTER) {
		ow_finding_settle(f, OW_OPEN, NULL, "the stacks have %s of what Go holds, and %s",
				  ow_words_share(f->arena, share),
				  g->grows ? "grow" : "do not surely grow");
		return;
	}
	ow_reason_for(f, OW_INFERRED, cite,
		      "the stacks rise by %s [%s to %s], p = %.2g; in the last half by %s",
		      rate(f, g->fit.slope), ow_words_about(f->arena, g->fit.low),
		      ow_words_about(f->arena, g->fit.high), g->fit.p, rate(f, g->tail.slope));
	ow_reason_also(f, cite_number(c->life, &c->life->first, c->life->first.cycle.stacks_bytes,
				      "stacks", "stacks"));
	ow_finding_settle(f, OW_PARTLY, NULL,
			  "the stacks of goroutines rose by %s in %s, to %s of what Go holds",
			  ow_words_about(f->arena, g->rise_bytes), span(f, (double)g->span_usec),
			  ow_words_share(f->arena, share));
}

static void judge_buffer(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_witness *burst = &c->life->burst;
	const struct ow_gc_growth *g = &c->sum->live;
	const struct ow_gc_recent *before = ow_gc_life_recent(c->life, 1);
	const double limit = (double)c->known->limit_bytes;
	const double jump =
		burst->there ? (double)burst->cycle.start_bytes - (double)burst->cycle.goal_bytes
			     : 0;

	if (!c->known->have_limit || c->life->form < OW_GC_1_18 || jump < JUMP * limit || !before ||
	    burst->cycle.number < before->number || !g->have_fit || g->grows ||
	    g->rise_bytes >= MATERIAL * limit) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "no single allocation of that size is to be seen at the end");
		return;
	}
	ow_reason_for(f, OW_OBSERVED,
		      cite_number(c->life, burst, burst->cycle.goal_bytes, "goal", "goal"),
		      "a collection began %s past its goal, %s of the limit at once",
		      ow_words_about(f->arena, jump), ow_words_share(f->arena, jump / limit));
	ow_finding_need(f, "which code allocates it", PROFILES);
	ow_finding_settle(f, OW_PARTLY, NULL,
			  "the heap jumped by %s between two collections, and did not grow before",
			  ow_words_about(f->arena, jump));
}

static void judge_cap(const struct ow_gc_case *c, struct ow_finding *f)
{
	const struct ow_gc_known *known = c->known;
	const bool seen = c->sum->capped && !known->have_cap;
	const uint64_t cap = seen ? c->sum->cap_seen_bytes : known->cap_bytes;
	const struct ow_cite cite = cite_number(c->life, &c->life->first, cap, "goal", "goal");

	if (!known->have_limit || !(seen || known->have_cap)) {
		ow_finding_settle(f, OW_OPEN, NULL, "%s",
				  known->have_limit ? "no memory limit of the runtime is to be seen"
						    : "the limit is not known");
		return;
	}
	if ((double)cap < FULL * (double)known->limit_bytes) {
		if (seen) { /* what is seen is less than what is set */
			ow_finding_settle(f, OW_OPEN, NULL,
					  "GOMEMLIMIT is at least %s; its value is not known",
					  ow_words_bytes(f->arena, cap));
			return;
		}
		ow_reason_against(f, OW_OBSERVED, (struct ow_cite){ 0 },
				  "GOMEMLIMIT is %s, the limit %s", ow_words_bytes(f->arena, cap),
				  ow_words_bytes(f->arena, known->limit_bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "GOMEMLIMIT fits the limit");
		return;
	}
	ow_reason_for(f, seen ? OW_DERIVED : OW_OBSERVED, cite, "GOMEMLIMIT is %s%s, the limit %s",
		      seen ? "at least " : "", ow_words_bytes(f->arena, cap),
		      ow_words_bytes(f->arena, known->limit_bytes));
	ow_finding_settle(f, OW_HELD, NULL,
			  "GOMEMLIMIT does not fit the limit: what Go does not count has no room");
}

const struct ow_gc_rule ow_gc_rules[] = {
	{
		.label = "live-heap-leak",
		.meaning = "the live heap grows",
		.predicts =
			"what is live after collections rises over at least 8 of them and 20 s, by "
			"a tenth of the limit, and still in the last half",
		.remedy = "find the code that allocates what stays: two heap profiles a minute "
			  "apart, compared by oomwhy heap",
		.judge = judge_leak,
	},
	{
		.label = "gc-headroom",
		.meaning = "garbage between collections passed the limit",
		.predicts = "the goal of the heap, with stacks, is at least 95 % of the limit",
		.remedy = "GOMEMLIMIT at 90 % of the limit, or a lower GOGC",
		.factor = true,
		.judge = judge_headroom,
	},
	{
		.label = "gc-death-spiral",
		.meaning = "the memory limit leaves the collector no room",
		.predicts =
			"the goal falls to the live heap, collections come three times as often, "
			"and the program allocates less",
		.remedy = "raise GOMEMLIMIT and the limit, or cut the live heap",
		.judge = judge_spiral,
	},
	{
		.label = "goroutine-leak",
		.meaning = "goroutines and their stacks grow",
		.predicts = "stacks rise as a live heap that leaks, to 30 % of what Go holds",
		.remedy = "find where they wait: /debug/pprof/goroutine?debug=1; cancel contexts",
		.judge = judge_goroutines,
	},
	{
		.label = "buffer-growth",
		.meaning = "one growing buffer, copied while it grows",
		.predicts =
			"a collection begins past its goal by 30 % of the limit, at the end of a "
			"life that did not grow",
		.remedy = "stream it, or bound its size: http.MaxBytesReader, preallocate",
		.judge = judge_buffer,
	},
	{
		.label = "cap-above-limit",
		.meaning = "GOMEMLIMIT does not fit the limit",
		.predicts = "GOMEMLIMIT is at least 95 % of the limit",
		.remedy = "GOMEMLIMIT at 90 % of the limit, less what is outside of Go's heap",
		.judge = judge_cap,
	},
};

const size_t ow_gc_n_rules = OW_ARRAY_SIZE(ow_gc_rules);

const struct ow_gc_rule *ow_gc_rule_find(const char *label)
{
	for (size_t i = 0; i < ow_gc_n_rules; i++)
		if (strcmp(ow_gc_rules[i].label, label) == 0)
			return &ow_gc_rules[i];
	return NULL;
}

bool ow_gc_judge(const struct ow_gc_rule *rule, const struct ow_gc_case *c, struct ow_arena *arena,
		 struct ow_finding *f)
{
	static const enum ow_verdict verdicts[] = {
		[OW_OPEN] = OW_NOT_TESTED,     [OW_FAILED] = OW_REFUTED,
		[OW_PARTLY] = OW_SUPPORTED,    [OW_HELD] = OW_SUPPORTED,
		[OW_SPLIT] = OW_CONTRADICTORY,
	};
	struct ow_finding finding = { .hypothesis = f->hypothesis, .arena = arena };
	const struct ow_gc_known known = ow_gc_known_sane(c->known);
	const struct ow_gc_case sane = { c->life, c->sum, &known };

	if (c->life->cycles == 0)
		ow_finding_settle(&finding, OW_OPEN, NULL, "the log has no collections");
	else
		rule->judge(&sane, &finding);
	finding.verdict = verdicts[finding.outcome];
	if (ow_arena_refused(arena))
		return false;
	*f = finding;
	return true;
}
