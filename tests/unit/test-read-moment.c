/* SPDX-License-Identifier: Apache-2.0 */
#include "read/moment.h"

#include "base/time.h"
#include "unit.h"

#define SECOND OW_USEC_PER_SEC
#define BOOT   OW_OOM_BOOT
#define TIME   OW_OOM_TIME

static void the_best_clock_that_two_moments_share_decides(void **state)
{
	static const struct {
		struct ow_moment a, b;
		bool known;
		int64_t later;
	} cases[] = {
		{ { TIME, .time_usec = 5 }, { TIME, .time_usec = 9 }, true, 4 },
		{ { TIME, .time_usec = 9 }, { TIME, .time_usec = 5 }, true, -4 },
		/* Of one boot the kernel's clock, which nobody sets. */
		{ { BOOT | TIME, 5, 5, .boot = 1 }, { BOOT | TIME, 6, 900, .boot = 1 }, true, 1 },
		/* Else the wall's. */
		{ { BOOT | TIME, 5, 5, .boot = 1 }, { BOOT | TIME, 6, 900 }, true, 895 },
		{ { BOOT | TIME, 5, 5 }, { BOOT | TIME, 6, 900 }, true, 895 },
		/* Inside one source the kernel's, when there is no other. */
		{ { BOOT, 5 }, { BOOT, 6 }, true, 1 },
		{ { BOOT, 5 }, { BOOT, 6, .source = 1 }, false, 0 },
		{ { BOOT, 5 }, { TIME, .time_usec = 6 }, false, 0 },
		{ { 0 }, { 0 }, false, 0 },
		{ { BOOT, .boot_usec = UINT64_MAX }, { BOOT, 0 }, false, 0 },
		{ { TIME, .time_usec = INT64_MIN }, { TIME, .time_usec = INT64_MAX }, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		int64_t later = 0;

		assert_int_equal(ow_moment_later_by(&cases[i].a, &cases[i].b, &later),
				 cases[i].known);
		if (cases[i].known)
			assert_true(later == cases[i].later);
	}
}

static void only_what_is_known_sets_moments_apart(void **state)
{
	const struct ow_oom here = { .boot_id = "x", .host = "a" }, there = { .host = "b" },
			    later = { .boot_id = "y" }, nowhere = { .boot_id = "" };
	const struct ow_moment a = ow_moment_of(&here, 0, 1), b = ow_moment_of(&there, 0, 2),
			       c = ow_moment_of(&later, 0, 3), d = ow_moment_of(&nowhere, 0, 4);

	(void)state;
	assert_false(ow_moment_apart(&a, &a));
	assert_true(ow_moment_apart(&a, &b));
	assert_true(ow_moment_apart(&a, &c));
	assert_false(ow_moment_apart(&b, &c));
	assert_false(ow_moment_apart(&a, &d));
}

static void a_log_without_times_does_not_order_its_boots(void **state)
{
	const struct ow_moment first = { BOOT, 900 }, second = { BOOT, 5 };
	const struct ow_moment old = { TIME, .time_usec = 5 }, new = { TIME, .time_usec = 6 };

	(void)state;
	assert_false(ow_moment_older(&second, &first));
	assert_true(ow_moment_older(&old, &new));
	assert_false(ow_moment_older(&new, &old));
	assert_false(ow_moment_older(&old, &old));
}

static void one_kill_is_known_in_two_sources(void **state)
{
	static const struct {
		struct ow_moment a, b;
		bool same;
	} cases[] = {
		{ { BOOT, 5, .boot = 1 }, { BOOT, 5, .boot = 1, .source = 1 }, true },
		{ { BOOT, 5, .boot = 1 }, { BOOT, 5, .boot = 1 }, false }, /* of one source */
		{ { BOOT, 5, .boot = 1 }, { BOOT, 5, .source = 1 }, true },
		{ { BOOT, 5 }, { BOOT, 6, .source = 1 }, false },
		{ { BOOT, 5, .boot = 1 }, { BOOT, 5, .boot = 2, .source = 1 }, false },
		{ { BOOT, 5, .host = 1 }, { BOOT, 5, .host = 2, .source = 1 }, false },
		/* The head is missing from the second: it begins later. */
		{ { BOOT, 5, .boot = 1 }, { BOOT, 900, .boot = 1, .source = 1 }, true },
		{ { BOOT, 5, .boot = 1 }, { BOOT, 2 * SECOND, .boot = 1, .source = 1 }, false },
		/* Only the wall clock is shared, in whole seconds. */
		{ { BOOT | TIME, 5, 1700000 }, { TIME, .time_usec = SECOND, .source = 1 }, true },
		{ { BOOT | TIME, 5, 5 }, { TIME, .time_usec = 3 * SECOND, .source = 1 }, false },
		{ { BOOT, 5 }, { TIME, .time_usec = SECOND, .source = 1 }, false },
		{ { 0 }, { .source = 1 }, false },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_int_equal(ow_moment_same_kill(&cases[i].a, &cases[i].b), cases[i].same);
		assert_int_equal(ow_moment_same_kill(&cases[i].b, &cases[i].a), cases[i].same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_best_clock_that_two_moments_share_decides),
		UNIT(only_what_is_known_sets_moments_apart),
		UNIT(a_log_without_times_does_not_order_its_boots),
		UNIT(one_kill_is_known_in_two_sources),
	};

	return cmocka_run_group_tests_name("read/moment", tests, NULL, NULL);
}
