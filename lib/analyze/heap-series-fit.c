/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>

#include "analyze/heap-series-internal.h"
#include "analyze/trend.h"
#include "base/time.h"

#define SIGMAS        2 /* of the sampling error, below which a growth may be chance */
#define POINTS_LEAST  4 /* for an interval of the slope */
#define SPREAD_MOST   5 /* latest / soonest, above which no time is named */
#define USEC_PER_HOUR (3600.0 * OW_USEC_PER_SEC)

static int64_t rounded(double value)
{
	return value >= 9.2e18 ? INT64_MAX : value <= -9.2e18 ? INT64_MIN : (int64_t)llrint(value);
}

/* A line through all points. */
static int fit_line(const struct series_axis *axis, const int64_t *bytes, double *slope,
		    double *low, double *high)
{
	struct ow_trend_point *point = ow_alloc(axis->scratch, axis->n, sizeof(*point));
	struct ow_trend trend = { .n = 0 };
	bool fits;

	for (size_t i = 0; point && i < axis->n; i++)
		point[i] = (struct ow_trend_point){ axis->at[i], (double)bytes[axis->number[i]] };
	fits = point && ow_trend_fit(point, axis->n, axis->scratch, &trend);
	*slope = trend.slope;
	*low = trend.low;
	*high = trend.high;
	return !point || (!fits && ow_arena_refused(axis->scratch)) ? -ENOMEM : 0;
}

/* What may be said of it: sigma is 0 where each object was counted. */
static unsigned judge(const struct ow_heap_growth *growth, double sigma, double low, double high)
{
	const double change = (double)growth->last_bytes - (double)growth->first_bytes;
	const bool has_error = growth->have & OW_HEAP_GROWTH_ERROR;

	if (!(growth->have & OW_HEAP_GROWTH_INTERVAL))
		return OW_HEAP_UNDECIDED;
	if (has_error && fabs((double)growth->growth_bytes) < SIGMAS * sigma &&
	    fabs(change) < SIGMAS * sigma)
		return OW_HEAP_NOISE;
	if (low > 0 || high < 0)
		return low > 0 ? OW_HEAP_GROWS : OW_HEAP_SHRINKS;
	return has_error && fabs(change) > SIGMAS * sigma ? OW_HEAP_UNSTEADY : OW_HEAP_NOISE;
}

int series_fit(const struct series_axis *axis, const int64_t *bytes, const int64_t *error,
	       struct ow_heap_growth *ret)
{
	const size_t first = axis->number[0], last = axis->number[axis->n - 1];
	const double span = axis->at[axis->n - 1];
	const double rise = (double)bytes[last] - (double)bytes[first];
	struct ow_heap_growth growth = { .first_bytes = bytes[first], .last_bytes = bytes[last] };
	double slope = rise / span, low = slope, high = slope, sigma = 0;

	for (size_t i = 1; i < axis->n; i++) {
		growth.rises += bytes[axis->number[i]] > bytes[axis->number[i - 1]];
		growth.falls += bytes[axis->number[i]] < bytes[axis->number[i - 1]];
	}
	if (error) {
		sigma = hypot((double)error[first], (double)error[last]);
		growth.have |= OW_HEAP_GROWTH_ERROR | OW_HEAP_GROWTH_INTERVAL;
		growth.error_bytes = rounded(sigma);
	}
	if (axis->n < POINTS_LEAST) {
		low -= SIGMAS * sigma / span;
		high += SIGMAS * sigma / span;
	} else {
		growth.have |= OW_HEAP_GROWTH_INTERVAL;
		if (fit_line(axis, bytes, &slope, &low, &high) < 0)
			return -ENOMEM;
	}
	growth.growth_bytes = rounded(slope * span);
	growth.slope_bytes = rounded(slope);
	growth.low_bytes = rounded(low);
	growth.high_bytes = rounded(high);
	growth.kind = judge(&growth, sigma, low, high);
	*ret = growth;
	return 0;
}

void series_reach(const struct ow_heap_series *series, int64_t limit_bytes,
		  struct ow_heap_reach *ret)
{
	const struct ow_heap_growth *total = &series->total;
	const double rest = (double)limit_bytes - (double)total->last_bytes;
	const double unit = series->unit == OW_HEAP_PER_HOUR ? USEC_PER_HOUR : 1;
	double likely, soonest, latest;

	*ret = (struct ow_heap_reach){ .limit_bytes = limit_bytes };
	if (rest <= 0)
		ret->why = "the total is above it already";
	else if (total->kind != OW_HEAP_GROWS || total->low_bytes <= 0)
		ret->why = "the total is not known to grow";
	else if ((double)total->high_bytes > SPREAD_MOST * (double)total->low_bytes)
		ret->why = "the slope is not known well enough: its ends differ more than fivefold";
	if (ret->why)
		return;
	likely = rest / (double)total->slope_bytes * unit;
	soonest = rest / (double)total->high_bytes * unit;
	latest = rest / (double)total->low_bytes * unit;
	if (series->unit == OW_HEAP_PER_HOUR) {
		ret->have = OW_HEAP_REACH_TIME;
		ret->likely_usec = rounded(likely);
		ret->soonest_usec = rounded(soonest);
		ret->latest_usec = rounded(latest);
	} else {
		ret->have = OW_HEAP_REACH_STEPS;
		ret->likely_steps = rounded(ceil(likely));
		ret->soonest_steps = rounded(ceil(soonest));
		ret->latest_steps = rounded(ceil(latest));
	}
}
