/* SPDX-License-Identifier: Apache-2.0 */
/* Which code allocates what stays: the path that takes the growth between two heap profiles of the
 * life that ended so. A profile says who allocated, not who holds: supported at most. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/profile-merge.h"
#include "analyze/runtime.h"
#include "analyze/words.h"
#include "base/path.h"
#include "base/time.h"

#define SHARE_LEAST 0.60 /* of the growth */
#define SIGMAS      2.0  /* of the sampling error, that growth has to pass */
#define MATERIAL    0.10 /* of the limit */
#define LATE_LEAST  0.25 /* of the growth of three profiles or more: in their last half */
#define RATE_LEAST  0.40 /* growth of the path a second, against the slope of the live heap */
#define RATE_MOST   2.00
#define STARTED     0.25 /* of the life: then it is not the start that two profiles show */

/* What one function of the user's had asked for, in two profiles. */
struct grower {
	const struct ow_heap_holder *holder; /* of the difference */
	double growth, error;
	double share; /* of all growth */
};

struct growth {
	const struct ow_go_heap_seen *first, *last;
	const struct ow_heap *difference;
	size_t n;   /* profiles of that life */
	double all; /* what grew, without what shrank */
	double net;
	struct grower most, next;
};

static const struct ow_heap_holder *holders(const struct ow_heap *heap)
{
	return heap->holders.item;
}

static const struct ow_heap_holder *find_holder(const struct ow_heap *heap,
						const struct ow_heap_frame *who)
{
	for (size_t i = 0; i < heap->holders.n; i++)
		if (ow_heap_same_function(&holders(heap)[i].who, who))
			return &holders(heap)[i];
	return NULL;
}

/* The largest row that the function asked for; NULL when it has none. */
static const struct ow_heap_row *find_row(const struct ow_heap *heap,
					  const struct ow_heap_frame *who)
{
	for (size_t i = 0; i < heap->rows.n; i++) {
		const struct ow_heap_row *row = &ow_heap_rows(heap)[i];

		if ((row->have & OW_HEAP_ROW_WHO) && ow_heap_same_function(&row->who, who))
			return row;
	}
	return NULL;
}

static const char *frame(struct ow_finding *f, const struct ow_heap *heap,
			 const struct ow_heap_holder *holder)
{
	const struct ow_heap_row *row = find_row(heap, &holder->who);

	return ow_go_frame_words(f->arena, row ? &row->who : &holder->who);
}

static const char *when(struct ow_finding *f, const struct ow_go_heap_seen *h)
{
	char utc[OW_TIME_MAX];

	return h->have_time
		       ? ow_finding_text(
				 f, "of %s",
				 ow_time_utc(h->time_usec - h->time_usec % OW_USEC_PER_SEC, utc))
		       : "of an unknown time";
}

/* What the profile says of the function, as a place to go and look. */
static struct ow_cite cite_holder(struct ow_finding *f, const struct ow_go_heap_seen *h,
				  const struct ow_heap_frame *who)
{
	const struct ow_heap_holder *holder = find_holder(h->heap, who);
	const struct ow_heap_row *row = find_row(h->heap, who);

	return ow_cite_field(
		f, h->from->of.source.name,
		"%s: %s of %s in use, by %" PRId64 " of %" PRId64 " samples; profile %s",
		ow_go_frame_words(f->arena, row ? &row->who : who),
		ow_words_about(f->arena, holder ? (double)holder->sums.inuse_bytes : 0),
		ow_words_about(f->arena, (double)h->heap->total.inuse_bytes),
		holder ? holder->sums.samples : 0, h->heap->total.samples, when(f, h));
}

/* The same, with the numbers underlined. */
static struct ow_cite cite(struct ow_finding *f, const struct ow_go_heap_seen *h,
			   const struct ow_heap_frame *who)
{
	struct ow_cite c = cite_holder(f, h, who);
	const char *at = ow_str_find(c.text, OW_STR("): "));

	if (at)
		c.mark = ow_str_skip(c.text, (size_t)(at - c.text.p) + strlen("): "));
	at = at ? ow_str_find(c.mark, OW_STR(", by ")) : NULL;
	if (at)
		c.mark.n = (size_t)(at - c.mark.p);
	return c;
}

static bool usable(const struct ow_go_heap_seen *h)
{
	return h->heap && h->heap->measure == OW_HEAP_MEASURE_INUSE && !h->heap->difference;
}

/* No profile of that life: what there is of another is told in words, and decides nothing. */
static void lead(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_go_heap_seen *h = ow_go_latest(s->go, OW_TIE_UNSURE);
	const bool unsure = h;
	const struct ow_heap_holder *top;

	if (!h)
		h = ow_go_latest(s->go, OW_TIE_RUN);
	if (!h && s->go->n_heaps) {
		h = &s->go->heap[s->go->n_heaps - 1];
		ow_finding_open(s, f, "the profile \"%s\" is of another program: %s",
				h->from->of.source.name, h->tie.why);
		return;
	}
	if (!h) {
		ow_finding_open(s, f, "no heap profile is in the case");
		return;
	}
	top = usable(h) && h->heap->holders.n ? &holders(h->heap)[0] : NULL;
	if (!top) {
		ow_finding_open(s, f,
				"the profile \"%s\" is not known to be of the life that "
				"ended so: %s",
				h->from->of.source.name, h->tie.why);
		return;
	}
	ow_reason_for(f, OW_OBSERVED, cite(f, h, &top->who), "%s", h->tie.why);
	ow_finding_open(s, f,
			unsure ? "same program, and perhaps this run (%s): in \"%s\" %s holds %s "
				 "of %s"
			       : "same program, another run (%s): in \"%s\" %s holds %s of %s",
			h->tie.why, h->from->of.source.name, frame(f, h->heap, top),
			ow_words_about(f->arena, (double)top->sums.inuse_bytes),
			ow_words_about(f->arena, (double)h->heap->total.inuse_bytes));
}

/* Profiles of that life, the first and the last; false when there are not two. */
static bool find_profiles(const struct ow_scene *s, struct growth *g)
{
	for (size_t i = 0; i < s->go->n_heaps; i++) {
		const struct ow_go_heap_seen *h = &s->go->heap[i];

		if (!ow_go_is_own(&h->tie) || !usable(h) || !h->have_time ||
		    (g->last && (h->time_usec == g->last->time_usec ||
				 h->heap->period_bytes != g->first->heap->period_bytes)))
			continue;
		g->first = g->first ? g->first : h;
		g->last = h;
		g->n++;
	}
	return g->n > 1;
}

static struct grower grower(const struct growth *g, const struct ow_heap_holder *holder)
{
	const struct ow_heap_holder *before = find_holder(g->first->heap, &holder->who),
				    *after = find_holder(g->last->heap, &holder->who);
	const double e0 = before ? (double)before->sums.error_bytes : 0,
		     e1 = after ? (double)after->sums.error_bytes : 0;

	return (struct grower){ .holder = holder,
				.growth = (double)holder->sums.inuse_bytes,
				.error = hypot(e0, e1),
				.share = g->all > 0 ? (double)holder->sums.inuse_bytes / g->all
						    : 0 };
}

/* What the last profile has and the first has not. -ENOMEM; -EINVAL when they cannot be compared.
 */
static int compare(struct ow_finding *f, struct growth *g)
{
	static const struct ow_profile_filter all = { .granularity = OW_GRANULARITY_LINES,
						      .unit = "minimum" };
	const struct ow_profile *base = g->first->from->profile;
	struct ow_profile_view *view;
	struct ow_profile *profile;
	struct ow_heap *heap;
	int r = ow_profile_subtract(g->last->from->profile, base, false, false, f->arena, &profile,
				    NULL);

	if (r == 0)
		r = ow_profile_view_new(profile, &all, f->arena, &view, NULL);
	if (r == 0)
		r = ow_heap_new(view, &(struct ow_heap_facts){ .base = &base, .n_bases = 1 },
				f->arena, &heap, NULL);
	if (r < 0)
		return r;
	g->difference = heap;
	for (size_t i = 0; i < heap->rows.n; i++)
		g->all += fmax(0, (double)ow_heap_rows(heap)[i].sums.inuse_bytes);
	g->net = (double)heap->total.inuse_bytes;
	for (size_t i = 0; i < heap->holders.n; i++) {
		const struct grower one = grower(g, &holders(heap)[i]);

		if (!g->most.holder || one.growth > g->most.growth) {
			g->next = g->most;
			g->most = one;
		} else if (!g->next.holder || one.growth > g->next.growth) {
			g->next = one;
		}
	}
	return 0;
}

static double held_by(const struct ow_go_heap_seen *h, const struct ow_heap_frame *who)
{
	const struct ow_heap_holder *holder = find_holder(h->heap, who);

	return holder ? (double)holder->sums.inuse_bytes : 0;
}

/* What the path grew by from the profile that is nearest to the middle on. */
static double late_growth(const struct ow_scene *s, const struct growth *g)
{
	const struct ow_heap_frame *who = &g->most.holder->who;
	const struct ow_go_heap_seen *middle = g->first;
	const int64_t at = g->first->time_usec + (g->last->time_usec - g->first->time_usec) / 2;

	for (size_t i = 0; i < s->go->n_heaps; i++) {
		const struct ow_go_heap_seen *h = &s->go->heap[i];

		if (ow_go_is_own(&h->tie) && usable(h) && h->have_time && h != g->last &&
		    llabs(h->time_usec - at) < llabs(middle->time_usec - at))
			middle = h;
	}
	return held_by(g->last, who) - held_by(middle, who);
}

/*
 * Growth of a start-up, or of a cache that fills, looks like that of a leak between two profiles.
 * Is it the growth that led to the kill? NULL when it is; else why that is not known.
 */
static const char *not_yet(const struct ow_scene *s, struct ow_finding *f, const struct growth *g)
{
	const struct ow_go_scene *go = s->go;
	const int64_t span = g->last->time_usec - g->first->time_usec;
	const double rate = g->most.growth / (double)span * OW_USEC_PER_SEC;
	const double slope = go->sum.live.fit.slope;

	if (go->life && ow_go_is_own(&go->life_tie) && go->sum.live.have_fit) {
		if (!go->sum.live.grows)
			return "by the collector's log the live heap does not surely grow";
		return rate > RATE_MOST * slope || rate < RATE_LEAST * slope
			       ? ow_finding_text(f,
						 "by %s/s, where the live heap rises by %s/s over "
						 "its life",
						 ow_words_about(f->arena, rate),
						 ow_words_about(f->arena, slope))
			       : NULL;
	}
	if (s->killed_usec - g->last->time_usec > span)
		return ow_finding_text(
			f,
			"the last profile is %s before the kill, and the first "
			"only %s before that",
			ow_words_span(f->arena, (uint64_t)(s->killed_usec - g->last->time_usec)),
			ow_words_span(f->arena, (uint64_t)span));
	if (g->n > 2)
		return late_growth(s, g) < LATE_LEAST * g->most.growth
			       ? "in the second half of the profiles' time it does not grow"
			       : NULL;
	if (!go->has_start || (double)(g->first->time_usec - go->start_usec) <
				      STARTED * (double)(s->killed_usec - go->start_usec))
		return "these are two profiles alone: what starts up looks so, too";
	return NULL;
}

static void arithmetic(struct ow_finding *f, const struct growth *g)
{
	const struct ow_heap_row *row = find_row(g->last->heap, &g->most.holder->who);
	const struct ow_heap_sums *sums = row ? &row->sums : NULL;
	const struct ow_cite none = { 0 };

	if (!row)
		return;
	if (row->have & OW_HEAP_ROW_CLASS)
		ow_reason_for(f, OW_DERIVED, none,
			      "%s objects of %s, the size class of requests of %s to %s bytes",
			      ow_words_count(f->arena, (uint64_t)sums->inuse_objects),
			      ow_words_bytes(f->arena, row->object_bytes),
			      ow_words_count(f->arena, row->request_min_bytes),
			      ow_words_count(f->arena, row->request_max_bytes));
	if (row->have & OW_HEAP_ROW_KEEPER)
		ow_reason_for(f, OW_INFERRED, none,
			      "what seems to hold them: an array that grows in %s, with room for "
			      "%s of them (%s, %s bytes each)",
			      ow_go_frame_words(f->arena, &row->keeper.site),
			      ow_words_count(f->arena, row->keeper.slots),
			      ow_words_about(f->arena, (double)row->keeper.bytes),
			      ow_words_count(f->arena, row->keeper.slot_bytes));
	if ((sums->have & OW_HEAP_KEPT) && sums->kept_permyriad >= 9000)
		ow_reason_for(f, OW_DERIVED, none,
			      "of what it ever allocated %s is still in use, which fits and proves "
			      "nothing",
			      ow_words_share(f->arena, (double)sums->kept_permyriad / 10000));
}

static void settle_grower(struct ow_finding *f, const struct growth *g)
{
	const struct ow_heap_frame *who = &g->most.holder->who;
	const struct ow_heap_holder *held = find_holder(g->last->heap, who);
	const double seconds = (double)(g->last->time_usec - g->first->time_usec) / 1e6;
	const double share = ow_share((uint64_t)(held ? held->sums.inuse_bytes : 0),
				      (uint64_t)g->last->heap->total.inuse_bytes);

	f->subject = frame(f, g->last->heap, g->most.holder);
	ow_finding_number(f, OW_DERIVED, "growth", "bytes", round(g->most.growth));
	ow_finding_number(f, OW_DERIVED, "growth_error", "bytes", round(g->most.error));
	ow_finding_number(f, OW_DERIVED, "growth_share", "percent", 100 * fmin(1, g->most.share));
	ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
	ow_finding_number(f, OW_DERIVED, "rate", "bytes", round(g->most.growth / seconds));
	ow_reason_for(f, OW_DERIVED, cite(f, g->last, who),
		      "between two profiles, %.0f s apart, it grew by %s, with a sampling error of "
		      "%s: %.0f %% of all growth, %s/s",
		      seconds, ow_words_about(f->arena, g->most.growth),
		      ow_words_about(f->arena, g->most.error), 100 * fmin(1, g->most.share),
		      ow_words_about(f->arena, g->most.growth / seconds));
	ow_reason_also(f, cite(f, g->first, who));
	ow_reason_for(f, OW_DERIVED, g->last->tie.cite, "the last profile is of that life: %s",
		      g->last->tie.why);
	if (g->next.holder && g->next.growth > 0)
		ow_reason_for(f, OW_DERIVED, cite(f, g->last, &g->next.holder->who),
			      "the next, %s, grew by %s", frame(f, g->last->heap, g->next.holder),
			      ow_words_about(f->arena, g->next.growth));
	arithmetic(f, g);
	ow_finding_need(f, "who holds it: a profile says who allocated", NULL);
	ow_finding_settle(
		f, OW_PARTLY, NULL,
		"of the growth between the profiles %.0f %% was allocated in %s, which has "
		"%.0f %% of the last one",
		100 * fmin(1, g->most.share), f->subject, 100 * share);
}

static void judge_growth(const struct ow_scene *s, struct ow_finding *f, const struct growth *g)
{
	const double limit = s->go->known.have_limit ? (double)s->go->known.limit_bytes : 0;
	const double error = hypot((double)g->first->heap->total.error_bytes,
				   (double)g->last->heap->total.error_bytes);
	const struct ow_heap_holder *most = g->most.holder;
	const char *why;

	if (!most || g->net < SIGMAS * error || g->net < MATERIAL * limit) {
		ow_finding_open(s, f,
				"between the profiles the heap grew by %s, with a sampling "
				"error of %s: too little to say who",
				ow_words_about(f->arena, g->net), ow_words_about(f->arena, error));
		return;
	}
	why = not_yet(s, f, g);
	if (!why && g->next.holder &&
	    g->next.growth + g->next.error >= g->most.growth - g->most.error)
		why = "another path may have grown as much: their error bars overlap";
	if (!why && g->most.growth < SIGMAS * g->most.error)
		why = "its growth is within the sampling error";
	if (why) {
		ow_reason_for(f, OW_DERIVED, cite(f, g->last, &most->who), "%s", why);
		ow_finding_open(s, f, "%s grew most between the profiles, by %s; but %s",
				frame(f, g->last->heap, most),
				ow_words_about(f->arena, g->most.growth), why);
	} else if (g->most.share < SHARE_LEAST) {
		ow_reason_against(f, OW_DERIVED, cite(f, g->last, &most->who),
				  "the path that grew most, %s, took %.0f %% of the growth",
				  frame(f, g->last->heap, most), 100 * g->most.share);
		ow_finding_settle(f, OW_FAILED, NULL,
				  "the growth is spread: the most that one path took is %.0f %%",
				  100 * g->most.share);
	} else {
		settle_grower(f, g);
	}
}

static void judge_path(const struct ow_scene *s, struct ow_finding *f)
{
	struct growth g = { 0 };
	const struct ow_heap_holder *top;

	if (!ow_runtime_concerns(s, f))
		return;
	if (find_profiles(s, &g)) {
		if (compare(f, &g) < 0)
			ow_finding_open(s, f, "the profiles cannot be compared");
		else
			judge_growth(s, f, &g);
		return;
	}
	if (!g.last) {
		lead(s, f);
		return;
	}
	top = g.last->heap->holders.n ? &holders(g.last->heap)[0] : NULL;
	if (top)
		ow_reason_for(f, OW_OBSERVED, cite(f, g.last, &top->who), "holds most");
	ow_finding_open(
		s, f, "%s; growth unknown: one profile of that life",
		top ? ow_finding_text(
			      f, "%s holds most, %s of %s", frame(f, g.last->heap, top),
			      ow_words_about(f->arena, (double)top->sums.inuse_bytes),
			      ow_words_about(f->arena, (double)g.last->heap->total.inuse_bytes))
		    : "nothing of the program's own code is in the profile");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_FUNCTION,
		.label = "allocation-path",
		.meaning = "the call path that holds most and grows most",
		.prediction =
			"one path, told by the first frame that is the program's own, takes at "
			"least 60 % of the growth between two heap profiles of the life that ended "
			"so: taken between its start and the kill, of a program of that name, no "
			"larger than the limit",
		.refuter = "growth that is spread, or is in another path",
		.datum = "two heap profiles of that life, a minute apart",
		.command = "for n in 1 2; do curl -s http://HOST:PORT/debug/pprof/heap -o heap.$n; "
			   "sleep 60; done # in the next life; then: oomwhy report --heap heap.*",
		.remedy = "look at what keeps what is allocated there: bound it, or let it go",
		.possible = ow_runtime_possible,
		.judge = judge_path,
	},
};

const struct ow_family ow_family_function_path = OW_FAMILY(hypotheses);
