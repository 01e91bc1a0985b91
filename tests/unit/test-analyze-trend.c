/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/trend.h"

#include <math.h>

#include "unit.h"

#define MANY (OW_TREND_MAX + 1)

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9 * fmax(1, fabs(b));
}

/*
 * The first is the example of Sen (1968). Slope, intercept and tau as scipy 1.10.1 has them
 * (theilslopes(method="joint"), kendalltau); p and the interval were worked out with numpy from the
 * formulas of the header, with scipy's rankdata and norm.sf. Only "wandering" has a memory: rho is
 * 0.5368, the variance 2.3 times as large.
 */
static const struct known {
	const char *what;
	size_t n;
	double at[12], value[12];
	double slope, intercept, tau, p, low, high;
} known[] = {
	{ "Sen's example",
	  7,
	  { 1, 2, 3, 4, 10, 12, 18 },
	  { 9, 15, 19, 20, 45, 55, 78 },
	  4,
	  6,
	  1,
	  0.0026666817936140935,
	  3.71309325453643,
	  4.390651034209361 },
	{ "ties in value",
	  10,
	  { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
	  { 1, 1, 2, 2, 2, 3, 3, 5, 4, 5 },
	  0.4444444444444444,
	  0.2777777777777779,
	  0.8832083446486338,
	  0.0009349694954940241,
	  0.3333333333333333,
	  0.5760101268470121 },
	{ "ties in both",
	  8,
	  { 1, 1, 2, 2, 3, 3, 4, 4 },
	  { 5, 4, 6, 6, 7, 5, 8, 9 },
	  1,
	  4,
	  0.760608730574164,
	  0.01974268782167853,
	  0.7166143109182821,
	  2 },
	{ "wandering",
	  12,
	  { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 },
	  { 0, 1, 2, 2, 1, 0, 0, 1, 3, 4, 4, 3 },
	  0.2857142857142857,
	  0.35714285714285715,
	  0.47281212177636783,
	  0.1943105235813728,
	  -0.25,
	  1 },
	{ "flat", 5, { 0, 1, 2, 3, 4 }, { 7, 7, 7, 7, 7 }, 0, 7, 0, 1, 0, 0 },
};

static void it_says_what_others_say(void **state)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(known); i++) {
		const struct known *k = &known[i];
		struct ow_trend_point point[12];
		struct ow_trend trend;

		for (size_t j = 0; j < k->n; j++)
			point[j] = (struct ow_trend_point){ k->at[j], k->value[j] };
		print_message("# %s\n", k->what);
		assert_true(ow_trend_fit(point, k->n, *state, &trend));
		assert_int_equal(trend.n, k->n);
		assert_true(near(trend.slope, k->slope));
		assert_true(near(trend.intercept, k->intercept));
		assert_true(near(trend.tau, k->tau));
		assert_true(near(trend.p, k->p));
		assert_true(near(trend.low, k->low));
		assert_true(near(trend.high, k->high));
	}
}

static void falling_is_rising_turned_over(void **state)
{
	const struct known *k = &known[3];
	struct ow_trend_point point[12];
	struct ow_trend trend;

	for (size_t j = 0; j < k->n; j++)
		point[j] = (struct ow_trend_point){ k->at[j], -k->value[j] };
	assert_true(ow_trend_fit(point, k->n, *state, &trend));
	assert_true(near(trend.slope, -k->slope) && near(trend.tau, -k->tau));
	assert_true(near(trend.p, k->p));
	assert_true(near(trend.low, -k->high) && near(trend.high, -k->low));
}

/* A fifth of the points is anything; the median of the slopes does not move. */
static void wild_points_do_not_bend_it(void **state)
{
	struct ow_trend_point point[50];
	struct ow_trend trend;

	for (size_t i = 0; i < 50; i++)
		point[i] = (struct ow_trend_point){ (double)i, i % 5 ? 3.0 * (double)i : 1e9 };
	assert_true(ow_trend_fit(point, 50, *state, &trend));
	assert_true(fabs(trend.slope - 3) < 1e-6);
}

static void a_saw_tooth_is_no_trend(void **state)
{
	struct ow_trend_point point[200];
	struct ow_trend trend;

	for (size_t i = 0; i < 200; i++)
		point[i] = (struct ow_trend_point){ (double)i, (double)(i % 40) };
	assert_true(ow_trend_fit(point, 200, *state, &trend));
	assert_true(trend.p > 0.05);
	assert_true(trend.low <= 0 && trend.high >= 0);
}

static void nonsense_is_refused(void **state)
{
	static struct ow_trend_point many[MANY];
	const struct ow_trend_point same[] = { { 1, 1 }, { 1, 2 }, { 1, 3 } };
	const struct ow_trend_point back[] = { { 1, 1 }, { 3, 2 }, { 2, 3 }, { 4, 4 } };
	const struct ow_trend_point none[] = { { 1, 1 }, { 2, NAN }, { 3, 3 } };
	const struct ow_trend_point huge[] = { { 0, -1e308 }, { 1, 1e308 }, { 2, 1 } };
	struct ow_trend trend = { .n = 77 };

	for (size_t i = 0; i < MANY; i++)
		many[i] = (struct ow_trend_point){ (double)i, (double)i };
	assert_false(ow_trend_fit(many, 2, *state, &trend));
	assert_false(ow_trend_fit(many, MANY, *state, &trend));
	assert_false(ow_trend_fit(same, 3, *state, &trend));
	assert_false(ow_trend_fit(back, 4, *state, &trend));
	assert_false(ow_trend_fit(none, 3, *state, &trend));
	assert_false(ow_trend_fit(huge, 3, *state, &trend));
	assert_int_equal(trend.n, 77);
	assert_false(ow_arena_refused(*state));
	assert_true(ow_trend_fit(many, OW_TREND_MAX, *state, &trend));
	assert_true(near(trend.slope, 1) && trend.p < 1e-9);
}

static void without_memory_nothing_is_said(void **state)
{
	struct ow_arena *small ow_scoped(ow_arena_freep) = ow_arena_new(64);
	struct ow_trend_point point[50];
	struct ow_trend trend = { .n = 77 };

	(void)state;
	for (size_t i = 0; i < 50; i++)
		point[i] = (struct ow_trend_point){ (double)i, 1 };
	assert_false(ow_trend_fit(point, 50, small, &trend));
	assert_true(ow_arena_refused(small));
	assert_int_equal(trend.n, 77);
}

static void the_median_is_in_the_middle(void **state)
{
	double odd[] = { 9, 1, 5 }, even[] = { 8, 2, 4, 1 }, one[] = { 3 };

	(void)state;
	assert_true(near(ow_median(odd, 3), 5));
	assert_true(near(ow_median(even, 4), 3));
	assert_true(near(ow_median(one, 1), 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(it_says_what_others_say),     UNIT(falling_is_rising_turned_over),
		UNIT(wild_points_do_not_bend_it),  UNIT(a_saw_tooth_is_no_trend),
		UNIT(nonsense_is_refused),         UNIT(without_memory_nothing_is_said),
		UNIT(the_median_is_in_the_middle),
	};

	return cmocka_run_group_tests_name("analyze/trend", tests, NULL, NULL);
}
