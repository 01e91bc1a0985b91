/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_TREND_H
#define OW_ANALYZE_TREND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/*
 * Does a series grow, and how fast? Robust statistics that a garbage collector's saw-tooth and a
 * few wild points do not fool:
 *
 * - slope: Theil-Sen's, the median of the slopes of all pairs of points; its 95 % interval by Sen
 *   (1968): the pairs' slopes number (N - 1.96 s)/2 and (N + 1.96 s)/2 + 1 of N, s being the
 *   deviation of Kendall's S as below.
 * - p: of Mann's (1945) and Kendall's test that there is no trend, two-sided, normal with ties and
 *   continuity; the variance is enlarged for points that follow each other (AR(1) of the ranks of
 *   what is left when the slope is taken out), as Hamed and Rao (1998) have it; never made smaller.
 *
 * At most OW_TREND_MAX points: all pairs are looked at. Whoever has more puts neighbours together.
 */
#define OW_TREND_MAX 512

struct ow_trend_point {
	double at;    /* seconds, or requests: what y grows with */
	double value; /* bytes */
};

struct ow_trend {
	size_t n;
	double slope;     /* of value, by one of at */
	double low, high; /* its 95 % interval */
	double p;
	double tau;       /* Kendall's tau-b: from -1 to 1 */
	double intercept; /* median of value - slope x at */
};

/* Points by rising at; at least 3 with two different at, all of them finite, else false. False also
 * when there is no memory: that is remembered by the arena, which is only scratch. */
bool ow_trend_fit(const struct ow_trend_point *point, size_t n, struct ow_arena *scratch,
		  struct ow_trend *ret);

/* The median; n is at least 1. Sorts the values. */
double ow_median(double *value, size_t n);

#endif
