/* SPDX-License-Identifier: Apache-2.0 */
/* Does a value of the buckets grow? A slope is only told where there is enough to tell it from. */
#include <math.h>

#include "analyze/gc-internal.h"
#include "base/time.h"

#define POINTS       24 /* stretches of time, of which each gives its least value */
#define POINTS_LEAST 5
#define TAIL_LEAST   4
#define STEADY       0.35 /* a last half that grows so much slower has come to rest */
#define SLOWING      0.60 /* a last third against the one before: on its way to rest */
#define RISE_BYTES   2e6
#define RISE_SHARE   0.05
#define RESTED       0.25 /* of the rise: what the last half may still add */
#define LARGER       1.25 /* than it was when it was emptied: not the next tooth of a saw */
#define MATERIAL     0.10 /* of the limit */
#define DOUBLED      0.50 /* of the last level, where no limit is known */

/* The least value of each of so many equal stretches; where nothing was collected there is none. */
static size_t points_of(const struct ow_gc_life *life, size_t from, ow_gc_value_fn *value,
			struct ow_trend_point point[POINTS])
{
	const size_t step = (life->n_buckets - from + POINTS - 1) / POINTS;
	const double width = (double)life->width_usec / OW_USEC_PER_SEC;
	size_t n = 0;

	for (size_t i = from; i < life->n_buckets; i += step) {
		double least = INFINITY, v;

		for (size_t j = i; j < i + step && j < life->n_buckets; j++)
			if (life->bucket[j].cycles && value(&life->bucket[j], &v))
				least = fmin(least, v);
		if (isfinite(least))
			point[n++] = (struct ow_trend_point){
				.at = ((double)i + (double)step / 2) * width,
				.value = least,
			};
	}
	return n;
}

/* The last half in time; where that holds too few, the last half of the points. */
static size_t half_of(const struct ow_trend_point *point, size_t n)
{
	const double middle = (point[0].at + point[n - 1].at) / 2;
	size_t i = 0;

	while (point[i].at < middle)
		i++;
	return n - i >= POINTS_LEAST ? i : n / 2;
}

/* What fills up slows down: a heap that warms up is not taken for one that leaks. */
static bool is_slowing(const struct ow_trend_point *point, size_t n, struct ow_arena *scratch)
{
	const size_t third = n / 3;
	struct ow_trend middle, last;

	return ow_trend_fit(&point[n - 2 * third], third, scratch, &middle) &&
	       ow_trend_fit(&point[n - third], third, scratch, &last) &&
	       last.slope < SLOWING * middle.slope;
}

/* Did the last half go on as the whole, rising whatever end of the interval is true? */
static bool goes_on(const struct ow_gc_growth *growth)
{
	return growth->tail.n >= TAIL_LEAST && growth->tail.low > 0 &&
	       growth->tail.slope >= STEADY * growth->fit.slope;
}

static enum ow_gc_lack lack_of(const struct ow_gc_life *life, const struct ow_gc_growth *growth)
{
	if (life->clock == OW_GC_CLOCK_NONE)
		return OW_GC_LACK_CLOCK;
	if (growth->cycles < OW_GC_CYCLES_LEAST)
		return OW_GC_LACK_CYCLES;
	return growth->span_usec < OW_GC_SPAN_LEAST ? OW_GC_LACK_SPAN : OW_GC_LACK_NOTHING;
}

struct ow_gc_growth ow_gc_grow(const struct ow_gc_life *life, ow_gc_value_fn *value,
			       struct ow_arena *scratch)
{
	const size_t from = (size_t)((life->reset_usec - life->origin_usec) / life->width_usec);
	struct ow_gc_growth growth = { .span_usec = life->last_usec - life->reset_usec };
	struct ow_trend_point point[POINTS];
	double span = (double)growth.span_usec / OW_USEC_PER_SEC, highest = 0;
	size_t n = points_of(life, from, value, point), tail;

	growth.cycles = life->cycles ? life->cycles_since_reset : life->printed.lines;
	growth.lack = lack_of(life, &growth);
	if (growth.lack)
		return growth;
	if (n < POINTS_LEAST) {
		growth.lack = OW_GC_LACK_CYCLES;
		return growth;
	}
	ow_arena_clear(scratch);
	tail = half_of(point, n);
	if (!ow_trend_fit(point, n, scratch, &growth.fit)) {
		growth.lack = OW_GC_LACK_MEMORY;
		return growth;
	}
	if (!ow_trend_fit(&point[tail], n - tail, scratch, &growth.tail))
		growth.tail = (struct ow_trend){ 0 };
	for (size_t i = 0; i < n; i++)
		highest = fmax(highest, point[i].value);
	growth.have_fit = true;
	growth.first_bytes = point[1].value; /* a program starts in less time */
	growth.tail_seconds = point[n - 1].at - point[tail].at;
	growth.level_bytes = growth.fit.intercept + growth.fit.slope * point[n - 1].at;
	growth.rise_bytes = growth.fit.slope * span;
	growth.rise_low_bytes = growth.fit.low * span;
	growth.rise_high_bytes = growth.fit.high * span;
	if (fabs(growth.rise_bytes) < fmax(RISE_SHARE * highest, life->cycles ? RISE_BYTES : 0))
		growth.lack = OW_GC_LACK_GROWTH;
	growth.grows = growth.lack == OW_GC_LACK_NOTHING && growth.fit.p < 0.05 &&
		       growth.fit.low > 0 && goes_on(&growth) && !is_slowing(point, n, scratch);
	return growth;
}

double ow_gc_material(const struct ow_gc_life *life, const struct ow_gc_known *known)
{
	return known->have_limit ? MATERIAL * (double)known->limit_bytes
				 : DOUBLED * (double)life->last_live_bytes;
}

bool ow_gc_leaks(const struct ow_gc_life *life, const struct ow_gc_known *known,
		 const struct ow_gc_growth *live)
{
	return live->grows && live->rise_bytes >= ow_gc_material(life, known) &&
	       live->level_bytes > LARGER * (double)life->emptied_bytes;
}

bool ow_gc_rests(const struct ow_gc_life *life, const struct ow_gc_known *known,
		 const struct ow_gc_growth *live)
{
	const double rose = (double)life->last_live_bytes - live->first_bytes;
	const double least = known->have_limit ? MATERIAL * (double)known->limit_bytes
					       : RESTED * (double)life->last_live_bytes;

	return live->tail.n >= TAIL_LEAST && !live->grows && rose >= fmax(least, RISE_BYTES) &&
	       live->tail.high * live->tail_seconds < RESTED * rose &&
	       live->tail.low * live->tail_seconds > -RESTED * rose;
}
