/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/trend.h"

#include <math.h>
#include <stdlib.h>

#define Z95 1.959963984540054 /* of the normal distribution: 2.5 % lie above */

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double ow_median(double *value, size_t n)
{
	qsort(value, n, sizeof(*value), by_value);
	return n % 2 ? value[n / 2] : value[n / 2 - 1] + (value[n / 2] - value[n / 2 - 1]) / 2;
}

/* Equal values, met one group after the other: what Kendall's variance needs of them. */
struct ties {
	double pairs;    /* sum of t (t - 1) */
	double triples;  /* sum of t (t - 1) (t - 2) */
	double variance; /* sum of t (t - 1) (2 t + 5) */
};

static struct ties ties_of(const double *sorted, size_t n)
{
	struct ties ties = { 0 };

	for (size_t i = 0, end; i < n; i = end) {
		double t;

		for (end = i + 1; end < n && sorted[end] == sorted[i];)
			end++;
		t = (double)(end - i);
		ties.pairs += t * (t - 1);
		ties.triples += t * (t - 1) * (t - 2);
		ties.variance += t * (t - 1) * (2 * t + 5);
	}
	return ties;
}

/* Kendall (1975): the variance of S when neither knows of the other, with ties in both. */
static double variance_of(double n, const struct ties *x, const struct ties *y)
{
	return (n * (n - 1) * (2 * n + 5) - x->variance - y->variance) / 18 +
	       x->triples * y->triples / (9 * n * (n - 1) * (n - 2)) +
	       x->pairs * y->pairs / (2 * n * (n - 1));
}

/* The slopes of all pairs of different at, into slope; *s is Kendall's S. */
static size_t pair_up(const struct ow_trend_point *point, size_t n, double *slope, double *s)
{
	size_t pairs = 0;
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = i + 1; j < n; j++) {
			const double rise = point[j].value - point[i].value;

			if (!(point[j].at > point[i].at))
				continue;
			slope[pairs++] = rise / (point[j].at - point[i].at);
			sum += (rise > 0) - (rise < 0);
		}
	}
	*s = (double)sum;
	return pairs;
}

/* How much of a value is that of the one before: the correlation of the ranks of what is left when
 * the slope is taken out. 0 when they know nothing of each other or alternate. */
static double memory_of(const struct ow_trend_point *point, size_t n, double slope, double *rest,
			double *rank)
{
	const double mean = ((double)n - 1) / 2;
	double square = 0, next = 0;

	for (size_t i = 0; i < n; i++)
		rest[i] = point[i].value - slope * point[i].at;
	for (size_t i = 0; i < n; i++) {
		rank[i] = -mean;
		for (size_t j = 0; j < n; j++)
			if (j != i)
				rank[i] += rest[j] < rest[i] ? 1 : rest[j] == rest[i] ? 0.5 : 0;
	}
	for (size_t i = 0; i < n; i++) {
		square += rank[i] * rank[i];
		next += i ? rank[i - 1] * rank[i] : 0;
	}
	return square > 0 && next > 0 ? next / square : 0;
}

/* Hamed and Rao's factor, where the correlation at a distance of i is rho^i. At least 1. */
static double enlargement(double n, double rho)
{
	double sum = 0, power = rho;

	for (double i = 1; i < n - 2; i++, power *= rho)
		sum += (n - i) * (n - i - 1) * (n - i - 2) * power;
	return 1 + 2 * sum / (n * (n - 1) * (n - 2));
}

/* The slope of that number from 1, of the sorted ones; between two of them, in between. */
static double at_rank(const double *sorted, size_t n, double number)
{
	const double place = fmin(fmax(number - 1, 0), (double)(n - 1));
	const size_t below = (size_t)place;

	if (below + 1 >= n)
		return sorted[n - 1];
	return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

static bool is_sane(const struct ow_trend_point *point, size_t n)
{
	if (n < 3 || n > OW_TREND_MAX || !(point[n - 1].at > point[0].at))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(point[i].at) || !isfinite(point[i].value) ||
		    (i && point[i].at < point[i - 1].at))
			return false;
	return true;
}

/* Kendall's test, once the slope is known; returns the deviation of S. x and y are room for n. */
static double test(const struct ow_trend_point *point, size_t n, double s, double *x, double *y,
		   struct ow_trend *trend)
{
	const double all = (double)n * ((double)n - 1);
	const double rho = memory_of(point, n, trend->slope, x, y);
	struct ties ties_x, ties_y;
	double sd;

	for (size_t i = 0; i < n; i++) {
		x[i] = point[i].at;
		y[i] = point[i].value;
	}
	qsort(y, n, sizeof(*y), by_value);
	ties_x = ties_of(x, n);
	ties_y = ties_of(y, n);
	sd = sqrt(variance_of((double)n, &ties_x, &ties_y) * enlargement((double)n, rho));
	trend->tau = s == 0 ? 0 : 2 * s / sqrt((all - ties_x.pairs) * (all - ties_y.pairs));
	trend->p = sd > 0 ? erfc(fmax(fabs(s) - 1, 0) / sd / M_SQRT2) : 1;
	return sd;
}

bool ow_trend_fit(const struct ow_trend_point *point, size_t n, struct ow_arena *scratch,
		  struct ow_trend *ret)
{
	struct ow_trend trend = { .n = n };
	double *slope, *x, *y, s, half;
	size_t pairs;

	if (!is_sane(point, n))
		return false;
	slope = ow_alloc(scratch, n * (n - 1) / 2, sizeof(*slope));
	x = ow_alloc(scratch, n, sizeof(*x));
	y = ow_alloc(scratch, n, sizeof(*y));
	if (!slope || !x || !y)
		return false;
	pairs = pair_up(point, n, slope, &s);
	trend.slope = ow_median(slope, pairs);
	half = Z95 * test(point, n, s, x, y, &trend) / 2;
	trend.low = at_rank(slope, pairs, (double)pairs / 2 - half);
	trend.high = at_rank(slope, pairs, (double)pairs / 2 + half + 1);
	for (size_t i = 0; i < n; i++)
		y[i] = point[i].value - trend.slope * point[i].at;
	trend.intercept = ow_median(y, n);
	if (!isfinite(trend.slope) || !isfinite(trend.low) || !isfinite(trend.high) ||
	    !isfinite(trend.intercept))
		return false; /* points of almost the same at, or values out of this world */
	*ret = trend;
	return true;
}
