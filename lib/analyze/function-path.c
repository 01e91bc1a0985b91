/* SPDX-License-Identifier: Apache-2.0 */
/* Which code allocates what stays: the path that takes the growth between two heap profiles of the
 * life that ended so. A profile says who allocated, not who holds: supported at most. */
#include <inttypes.h>
#include <math.h>

#include "analyze/go-growth.h"
#include "analyze/runtime.h"
#include "analyze/words.h"
#include "base/time.h"

#define SHARE_LEAST 0.60 /* of the growth */

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
	const struct ow_heap_holder *holder = ow_go_find_holder(h->heap, who);
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

/* Does it say of which program it is? A page of debug=1 does not. */
static bool is_named(const struct ow_go_heap_seen *h)
{
	return (h->heap && h->heap->program.n) || h->from->of.container || h->from->of.pid;
}

/* The latest profile of that tie, rather one that is named. */
static const struct ow_go_heap_seen *find_lead(const struct ow_go_scene *go, enum ow_tie tie)
{
	for (size_t i = go->n_heaps; i-- > 0;)
		if (go->heap[i].tie.tie == tie && is_named(&go->heap[i]))
			return &go->heap[i];
	return ow_go_latest(go, tie);
}

/* No profile of that life: what there is of another is told in words, and decides nothing. */
static void lead(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_go_heap_seen *h = find_lead(s->go, OW_TIE_UNSURE);
	const bool unsure = h;
	const struct ow_heap_holder *top;

	if (!h)
		h = find_lead(s->go, OW_TIE_RUN);
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
	top = ow_go_heap_usable(h) && h->heap->holders.n ? ow_go_holder(h->heap, 0) : NULL;
	if (!top) {
		ow_finding_open(s, f,
				"the profile \"%s\" is not known to be of the life that "
				"ended so: %s",
				h->from->of.source.name, h->tie.why);
		return;
	}
	ow_reason_for(f, OW_OBSERVED, cite(f, h, &top->who), "%s", h->tie.why);
	ow_finding_open(s, f, "%s program, %s (%s): in \"%s\" %s holds %s of %s",
			is_named(h) ? "same" : "perhaps this",
			unsure ? "and perhaps this run" : "another run", h->tie.why,
			h->from->of.source.name, frame(f, h->heap, top),
			ow_words_about(f->arena, (double)top->sums.inuse_bytes),
			ow_words_about(f->arena, (double)h->heap->total.inuse_bytes));
}

static void arithmetic(struct ow_finding *f, const struct ow_go_growth *g)
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
			      "what seems to hold them: a slice or map that grows in %s, with "
			      "room for %s of them (%s, %s bytes each)",
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

/* What a profile shows is older than it, and not all that was live. */
static void freshness(const struct ow_scene *s, struct ow_finding *f, const struct ow_go_growth *g)
{
	struct ow_heap_age age;

	if (!ow_go_heap_age(s, g->last, f->arena, &age))
		return;
	ow_reason_for(f, OW_DERIVED, cite(f, g->last, &g->most.holder->who),
		      "it shows the state of collection %" PRIu64
		      ", %s before it was taken, and %.0f %% of the %s that were live then",
		      age.collection, ow_words_span(f->arena, (uint64_t)age.behind_usec),
		      (double)age.covered_permyriad / 100,
		      ow_words_about(f->arena, (double)age.live_bytes));
}

static void settle_grower(const struct ow_scene *s, struct ow_finding *f,
			  const struct ow_go_growth *g)
{
	const struct ow_heap_frame *who = &g->most.holder->who;
	const struct ow_heap_holder *held = ow_go_find_holder(g->last->heap, who);
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
	freshness(s, f, g);
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

static void judge_growth(const struct ow_scene *s, struct ow_finding *f,
			 const struct ow_go_growth *g)
{
	const struct ow_heap_holder *most = g->most.holder;
	const char *why;

	if (g->net <= 0) {
		ow_finding_open(s, f, "between the profiles the heap did not grow");
		return;
	}
	if (!g->material) {
		ow_finding_open(s, f,
				"between the profiles the heap grew by %s, with a sampling error "
				"of %s: too little to say who",
				ow_words_about(f->arena, g->net),
				ow_words_about(f->arena, g->error));
		return;
	}
	why = g->not_yet;
	if (!why && g->next.holder &&
	    g->next.growth + g->next.error >= g->most.growth - g->most.error)
		why = "another path may have grown as much: their error bars overlap";
	if (!why && g->most.growth < OW_GO_SIGMAS * g->most.error)
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
		settle_grower(s, f, g);
	}
}

static void judge_path(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_heap_holder *top;
	struct ow_go_growth g;

	if (!ow_runtime_concerns(s, f))
		return;
	if (ow_go_growth_make(s, f->arena, &g) < 0) {
		ow_finding_open(s, f, "there is no memory to compare the profiles");
		return;
	}
	if (g.n > 1) {
		if (g.difference)
			judge_growth(s, f, &g);
		else
			ow_finding_open(s, f, "the profiles cannot be compared");
		return;
	}
	if (!g.last) {
		lead(s, f);
		return;
	}
	top = g.last->heap->holders.n ? ow_go_holder(g.last->heap, 0) : NULL;
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
