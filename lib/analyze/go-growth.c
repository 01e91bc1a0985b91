/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/go-growth.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/profile-merge.h"
#include "analyze/words.h"
#include "base/time.h"

#define LATE_LEAST 0.25 /* of the growth of three profiles or more: in their last half */
#define RATE_LEAST 0.40 /* growth of the path a second, against the slope of the live heap */
#define RATE_MOST  2.00
#define STARTED    0.25 /* of the life: then it is not the start that two profiles show */

const struct ow_heap_holder *ow_go_find_holder(const struct ow_heap *heap,
					       const struct ow_heap_frame *who)
{
	for (size_t i = 0; i < heap->holders.n; i++)
		if (ow_heap_same_function(&ow_go_holder(heap, i)->who, who))
			return ow_go_holder(heap, i);
	return NULL;
}

bool ow_go_heap_usable(const struct ow_go_heap_seen *h)
{
	return h->heap && h->heap->measure == OW_HEAP_MEASURE_INUSE && !h->heap->difference;
}

/* Can b be subtracted from a? A page on which all that was ever allocated is in use has no types
 * for what was allocated, as pprof reads it. */
static bool is_alike(const struct ow_go_heap_seen *a, const struct ow_go_heap_seen *b)
{
	return a->heap->period_bytes == b->heap->period_bytes &&
	       a->from->profile->n_types == b->from->profile->n_types;
}

/* Profiles of that life: the last, and the first that it can be compared with. */
static void find_profiles(const struct ow_scene *s, struct ow_go_growth *g)
{
	int64_t before = INT64_MAX;

	for (size_t i = s->go->n_heaps; i-- > 0;) {
		const struct ow_go_heap_seen *h = &s->go->heap[i];

		if (!ow_go_is_own(&h->tie) || !ow_go_heap_usable(h) || !h->have_time ||
		    h->time_usec == before || (g->last && !is_alike(g->last, h)))
			continue;
		before = h->time_usec;
		g->last = g->last ? g->last : h;
		g->first = h;
		g->n++;
	}
}

static struct ow_go_grower grower(const struct ow_go_growth *g, const struct ow_heap_holder *holder)
{
	const struct ow_heap_holder *before = ow_go_find_holder(g->first->heap, &holder->who),
				    *after = ow_go_find_holder(g->last->heap, &holder->who);
	const double e0 = before ? (double)before->sums.error_bytes : 0,
		     e1 = after ? (double)after->sums.error_bytes : 0;

	return (struct ow_go_grower){ .holder = holder,
				      .growth = (double)holder->sums.inuse_bytes,
				      .error = hypot(e0, e1),
				      .share = g->all > 0
						       ? (double)holder->sums.inuse_bytes / g->all
						       : 0 };
}

/* What the last profile has and the first has not. -ENOMEM; -EINVAL when they cannot be compared.
 */
static int compare(struct ow_go_growth *g, struct ow_arena *arena)
{
	static const struct ow_profile_filter all = { .granularity = OW_GRANULARITY_LINES,
						      .unit = "minimum" };
	const struct ow_profile *base = g->first->from->profile;
	struct ow_profile_view *view;
	struct ow_profile *profile;
	struct ow_heap *heap;
	int r = ow_profile_subtract(g->last->from->profile, base, false, false, arena, &profile,
				    NULL);

	if (r == 0)
		r = ow_profile_view_new(profile, &all, arena, &view, NULL);
	if (r == 0)
		r = ow_heap_new(view, &(struct ow_heap_facts){ .base = &base, .n_bases = 1 }, arena,
				&heap, NULL);
	if (r < 0)
		return r;
	g->difference = heap;
	for (size_t i = 0; i < heap->rows.n; i++)
		g->all += fmax(0, (double)ow_heap_rows(heap)[i].sums.inuse_bytes);
	g->net = (double)heap->total.inuse_bytes;
	for (size_t i = 0; i < heap->holders.n; i++) {
		const struct ow_go_grower one = grower(g, ow_go_holder(heap, i));

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
	const struct ow_heap_holder *holder = ow_go_find_holder(h->heap, who);

	return holder ? (double)holder->sums.inuse_bytes : 0;
}

/* What the path grew by from the profile that is nearest to the middle on. */
static double late_growth(const struct ow_scene *s, const struct ow_go_growth *g)
{
	const struct ow_heap_frame *who = &g->most.holder->who;
	const struct ow_go_heap_seen *middle = g->first;
	const int64_t at = g->first->time_usec + (g->last->time_usec - g->first->time_usec) / 2;

	for (size_t i = 0; i < s->go->n_heaps; i++) {
		const struct ow_go_heap_seen *h = &s->go->heap[i];

		if (ow_go_is_own(&h->tie) && ow_go_heap_usable(h) && h->have_time && h != g->last &&
		    llabs(h->time_usec - at) < llabs(middle->time_usec - at))
			middle = h;
	}
	return held_by(g->last, who) - held_by(middle, who);
}

/*
 * Growth of a start-up, or of a cache that fills, looks like that of a leak between two profiles.
 * Is it the growth that led to the kill? NULL when it is; else why that is not known.
 */
static const char *not_yet(const struct ow_scene *s, const struct ow_go_growth *g,
			   struct ow_arena *arena)
{
	const struct ow_go_scene *go = s->go;
	const int64_t span = g->last->time_usec - g->first->time_usec;
	const double rate = g->most.growth / (double)span * OW_USEC_PER_SEC;
	const double slope = go->sum.live.fit.slope;

	if (go->life && ow_go_is_own(&go->life_tie) && go->sum.live.have_fit) {
		if (!go->sum.live.grows)
			return "by the collector's log the live heap does not surely grow";
		return rate > RATE_MOST * slope || rate < RATE_LEAST * slope
			       ? ow_printf(arena,
					   "by %s/s, where the live heap rises by %s/s over "
					   "its life",
					   ow_words_about(arena, rate),
					   ow_words_about(arena, slope))
			       : NULL;
	}
	if (s->killed_usec - g->last->time_usec > span)
		return ow_printf(
			arena,
			"the last profile is %s before the kill, and the first "
			"only %s before that",
			ow_words_span(arena, (uint64_t)(s->killed_usec - g->last->time_usec)),
			ow_words_span(arena, (uint64_t)span));
	if (g->n > 2)
		return late_growth(s, g) < LATE_LEAST * g->most.growth
			       ? "in the second half of the profiles' time it does not grow"
			       : NULL;
	if (!go->has_start || (double)(g->first->time_usec - go->start_usec) <
				      STARTED * (double)(s->killed_usec - go->start_usec))
		return "these are two profiles alone: what starts up looks so, too";
	return NULL;
}

/* The collections of that life, with the time of day of each. */
static struct ow_heap_mark *marks_of(const struct ow_go_scene *go, struct ow_arena *arena,
				     size_t *ret_n)
{
	const struct ow_gc_life *life = go->life;
	struct ow_heap_mark *mark = ow_alloc(arena, go->log->n + 1, sizeof(*mark));

	*ret_n = 0;
	for (size_t i = 0; mark && i < go->log->n; i++) {
		const struct ow_gc_event *e = &go->log->event[i];
		int64_t wall_usec = e->time_usec;

		if (e->kind != OW_GC_EVENT_CYCLE || e->line < life->first.line ||
		    e->line > life->last.line || !ow_str_is(e->who, life->who) ||
		    e->cycle.live_bytes > INT64_MAX)
			continue;
		if (!e->have_time &&
		    (!go->has_start || e->cycle.at_usec > INT64_MAX ||
		     __builtin_add_overflow(go->start_usec, (int64_t)e->cycle.at_usec, &wall_usec)))
			continue;
		mark[(*ret_n)++] = (struct ow_heap_mark){
			.number = e->cycle.number,
			.live_bytes = (int64_t)e->cycle.live_bytes,
			.wall_usec = wall_usec,
		};
	}
	return mark;
}

bool ow_go_heap_age(const struct ow_scene *s, const struct ow_go_heap_seen *h,
		    struct ow_arena *arena, struct ow_heap_age *ret)
{
	static const struct ow_profile_filter all = { .granularity = OW_GRANULARITY_LINES,
						      .unit = "minimum" };
	const unsigned wanted = OW_HEAP_AGE_COLLECTION | OW_HEAP_AGE_BEHIND | OW_HEAP_AGE_LIVE;
	struct ow_heap_facts facts = { 0 };
	struct ow_profile_view *view;
	struct ow_heap *heap;

	if (s->go->life && ow_go_is_own(&s->go->life_tie))
		facts.mark = marks_of(s->go, arena, &facts.n_marks);
	if (ow_profile_view_new(h->from->profile, &all, arena, &view, NULL) < 0 ||
	    ow_heap_new(view, &facts, arena, &heap, NULL) < 0 ||
	    (heap->age.have & wanted) != wanted)
		return false;
	*ret = heap->age;
	return true;
}

int ow_go_growth_make(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_growth *ret)
{
	const double limit = s->go->known.have_limit ? (double)s->go->known.limit_bytes : 0;
	struct ow_go_growth g = { 0 };
	const char *why;
	int r = 0;

	find_profiles(s, &g);
	if (g.n > 1)
		r = compare(&g, arena);
	if (r == -ENOMEM)
		return r;
	if (g.difference) {
		g.error = hypot((double)g.first->heap->total.error_bytes,
				(double)g.last->heap->total.error_bytes);
		g.material = g.most.holder && g.net >= OW_GO_SIGMAS * g.error &&
			     g.net >= OW_GO_MATERIAL * limit;
	}
	if (g.material) {
		why = not_yet(s, &g, arena);
		if (ow_arena_refused(arena))
			return -ENOMEM;
		g.not_yet = why;
	}
	*ret = g;
	return 0;
}
