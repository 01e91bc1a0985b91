/* SPDX-License-Identifier: Apache-2.0 */
/* How it got there, by the live heap of a Go program over time: where its collector's log is of the
 * life that ended so. */
#include "analyze/shape.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/runtime.h"
#include "analyze/words.h"
#include "base/time.h"

#define NEAR 0.20 /* of the time that it lived: how far off a prediction may be */

static bool has_life(const struct ow_scene *s)
{
	return s->go && s->go->life && ow_go_is_own(&s->go->life_tie);
}

static bool has_log(const struct ow_scene *s)
{
	return s->go && s->go->life;
}

static void say_not_own(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_open(s, f, "the log \"%s\" is not known to be of the life that ended so: %s",
			s->go->log->of.source.name, s->go->life_tie.why);
}

static const char *seconds(struct ow_finding *f, int64_t usec)
{
	return ow_words_span(f->arena, (uint64_t)usec);
}

/* Does the slope lead to the kill? It must, for this to be how it got there. */
static void settle_leak(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_gc_life *life = s->go->life;
	const struct ow_gc_growth *g = &s->go->sum.live;
	int64_t predicted, lived;

	ow_finding_number(f, OW_INFERRED, "slope", "bytes", g->fit.slope);
	ow_reason_for(f, OW_INFERRED, ow_gc_cite(life, &life->last, NULL, NULL),
		      "the live heap rises by %s/s [%s to %s], p = %.2g, in the last half, too",
		      ow_words_about(f->arena, g->fit.slope), ow_words_about(f->arena, g->fit.low),
		      ow_words_about(f->arena, g->fit.high), g->fit.p);
	ow_reason_also(f, ow_gc_cite(life, &life->first, NULL, NULL));
	if (!ow_runtime_predict(s, &predicted) || !ow_runtime_lived(s, &lived)) {
		ow_finding_open(s, f,
				"the live heap grows; whether that leads to the kill cannot be "
				"told");
		return;
	}
	ow_finding_number(f, OW_INFERRED, "predicted_life", "usec", (double)predicted);
	ow_finding_number(f, OW_DERIVED, "life", "usec", (double)lived);
	if (llabs(predicted - lived) > NEAR * (double)lived) {
		ow_reason_against(f, OW_INFERRED, ow_gc_cite(life, &life->last, NULL, NULL),
				  "by that slope the limit is met %s after the start, and it lived "
				  "%s",
				  seconds(f, predicted), seconds(f, lived));
		ow_finding_open(s, f,
				"the live heap grows, and that does not lead to the kill: %s after "
				"the start, and it lived %s",
				seconds(f, predicted), seconds(f, lived));
		return;
	}
	ow_reason_for(f, OW_INFERRED, s->go->start_cite,
		      "by that slope, the goal of %.2f times the live heap and what else was "
		      "charged, the limit is met %s after the start; it lived %s",
		      s->go->sum.have_goal ? s->go->sum.goal_ratio : 1, seconds(f, predicted),
		      seconds(f, lived));
	ow_finding_settle(f, OW_PARTLY, NULL,
			  "the live heap of %s grew by %s/s, and that leads to the kill: predicted "
			  "%s after the start, it lived %s",
			  s->victim_name, ow_words_about(f->arena, g->fit.slope),
			  seconds(f, predicted), seconds(f, lived));
}

static void judge_leak(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_gc_life *life = s->go->life;

	if (!has_life(s)) {
		say_not_own(s, f);
	} else if (!ow_runtime_concerns(s, f)) {
		return;
	} else if (strcmp(s->go->sum.shape, "leak") == 0) {
		f->subject = s->victim_name;
		settle_leak(s, f);
		if (f->outcome != OW_PARTLY)
			f->subject = NULL;
	} else if (strcmp(s->go->sum.shape, "inconclusive") == 0) {
		ow_finding_open(s, f, "the live heap is known for %s collections in %s: too little",
				ow_words_count(f->arena, life->cycles),
				seconds(f, life->last_usec - life->first_usec));
	} else {
		ow_finding_open(s, f, "the live heap is %s; what else the process had may grow",
				s->go->sum.shape);
	}
}

static void judge_tight(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_gc_life *life = s->go->life;

	if (!has_life(s)) {
		say_not_own(s, f);
	} else if (!ow_runtime_concerns(s, f)) {
		return;
	} else if (strcmp(s->go->sum.shape, f->hypothesis->label) == 0) {
		ow_reason_for(f, OW_INFERRED, ow_gc_cite(life, &life->last, NULL, NULL),
			      "the live heap stands still, with %s",
			      ow_words_about(f->arena, (double)life->last_live_bytes));
		ow_reason_also(f, ow_gc_cite(life, &life->first, NULL, NULL));
		ow_finding_settle(f, OW_PARTLY, NULL,
				  "the live heap of %s stood still, at %s; with the room that its "
				  "collector takes it stood just under the limit",
				  s->victim_name,
				  ow_words_about(f->arena, (double)life->last_live_bytes));
	} else if (strcmp(s->go->sum.shape, "leak") == 0) {
		ow_reason_against(f, OW_INFERRED, ow_gc_cite(life, &life->last, NULL, NULL),
				  "the live heap grows by %s/s",
				  ow_words_about(f->arena, s->go->sum.live.fit.slope));
		ow_finding_settle(f, OW_FAILED, NULL, "the live heap grows");
	} else {
		ow_finding_open(s, f, "the live heap does not stand just under the limit");
	}
}

bool ow_shape_by_log(const struct ow_scene *s, struct ow_finding *f)
{
	struct ow_finding leak = { .hypothesis = f->hypothesis, .arena = f->arena };

	if (has_log(s))
		judge_leak(s, &leak);
	if (leak.outcome == OW_PARTLY) {
		ow_reason_against(f, OW_INFERRED, leak.reason[0].cite[0], "%s", leak.statement);
		ow_finding_settle(f, OW_FAILED, NULL, "the live heap over time has a shape");
	} else if (leak.statement) {
		ow_finding_settle(f, OW_OPEN, NULL, "%s", leak.statement);
	}
	return leak.statement;
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_SHAPE,
		.label = "leak",
		.meaning = "grows with work or time and is not given back",
		.prediction =
			"the live heap of the collector's log rises by a tenth of the limit, and "
			"still in the last half; its slope, the room that the collector takes and "
			"what else was charged predict the kill to 20 % of the time it lived",
		.refuter = "a series that comes to rest, or follows the work and falls with it",
		.datum = "the collector's log of that life",
		.command = "oomwhy report --gctrace=CONTAINER # started with GODEBUG=gctrace=1",
		.remedy =
			"mend the code; until then restart it before the limit is met; more limit "
			"buys time, no end",
		.possible = has_log,
		.judge = judge_leak,
	},
	{
		.level = OW_LEVEL_SHAPE,
		.label = "tight-plateau",
		.meaning = "steady, just under the limit",
		.prediction =
			"the live heap rises by less than a tenth of the limit, and with the room "
			"that its collector takes it is at 85 % of the limit or more",
		.refuter = "a floor that rises",
		.datum = "the collector's log of that life",
		.command = "oomwhy report --gctrace=CONTAINER # started with GODEBUG=gctrace=1",
		.remedy =
			"it needs more than the limit, or less in it: measure a run that is not cut",
		.possible = has_log,
		.judge = judge_tight,
	},
};

const struct ow_family ow_family_shape_go = OW_FAMILY(hypotheses);
