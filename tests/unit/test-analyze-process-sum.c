/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/process-sum.h"

#include "unit.h"

#define ROUGH (OW_PROCESS_RSS | OW_PROCESS_RSS_PARTS | OW_PROCESS_SWAP | OW_PROCESS_PGTABLES)

static const struct ow_process one = {
	.have = OW_PROCESS_SUM_WANT,
	.state = "S (sleeping)",
	.rss_anon_bytes = 100,
	.rss_file_bytes = 1000,
	.rss_shmem_bytes = 20,
	.swap_bytes = 7,
	.pgtables_bytes = 3,
	.pss_anon_bytes = 60,
	.pss_file_bytes = 500,
	.pss_shmem_bytes = 10,
	.swap_pss_bytes = 5,
};

static const struct ow_cgroup group = { .have = OW_CGROUP_USAGE, .usage_bytes = 500 };

static void shares_are_added_where_all_are_known(void **state)
{
	const struct ow_process processes[] = { one, one };
	struct ow_process_sum sum;

	(void)state;
	ow_process_sum(processes, 2, &group, &sum);
	assert_int_equal(sum.processes, 2);
	assert_true(sum.is_pss && sum.has_rest);
	assert_int_equal(sum.anon_bytes, 120);
	assert_int_equal(sum.shmem_bytes, 20);
	assert_int_equal(sum.swap_bytes, 10);
	assert_int_equal(sum.pgtables_bytes, 6);
	assert_int_equal(sum.rest_bytes, 500 - 146); /* files are not of the processes */
}

static void one_without_a_share_makes_all_rough(void **state)
{
	struct ow_process processes[] = { one, one };
	struct ow_process_sum sum;

	(void)state;
	processes[1].have = ROUGH;
	ow_process_sum(processes, 2, &group, &sum);
	assert_false(sum.is_pss);
	assert_int_equal(sum.anon_bytes, 200);
	assert_int_equal(sum.swap_bytes, 14);
	assert_int_equal(sum.rest_bytes, 500 - 246);
}

static void zombies_and_kernel_threads_hold_nothing(void **state)
{
	const struct ow_process processes[] = { one,
						{ .state = "Z (zombie)" },
						{ .state = "I (idle)" } };
	struct ow_process_sum sum;

	(void)state;
	ow_process_sum(processes, 3, &group, &sum);
	assert_int_equal(sum.unreadable, 0);
	assert_true(sum.is_pss && sum.has_rest);
	assert_int_equal(sum.anon_bytes, 60);
}

static void what_is_not_known_leaves_no_rest(void **state)
{
	static const struct ow_process unknown[] = {
		{ .pid = 1 },
		{ .have = OW_PROCESS_RSS, .state = "S (sleeping)", .rss_bytes = 5 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(unknown); i++) {
		const struct ow_process processes[] = { one, unknown[i] };
		struct ow_process_sum sum;

		ow_process_sum(processes, 2, &group, &sum);
		assert_int_equal(sum.unreadable, 1);
		assert_false(sum.has_rest);
	}
}

static void without_usage_there_is_no_rest(void **state)
{
	static const struct ow_cgroup bare = { .usage_bytes = 9 };
	struct ow_process_sum sum;

	(void)state;
	ow_process_sum(&one, 1, &bare, &sum);
	assert_false(sum.has_rest);
	ow_process_sum(&one, 1, NULL, &sum);
	assert_false(sum.has_rest);
}

/* A process that was moved into the group brought pages that are charged elsewhere. */
static void processes_may_hold_more_than_is_charged(void **state)
{
	static const struct ow_cgroup small = { .have = OW_CGROUP_USAGE, .usage_bytes = 10 };
	struct ow_process_sum sum;

	(void)state;
	ow_process_sum(&one, 1, &small, &sum);
	assert_true(sum.has_rest);
	assert_int_equal(sum.rest_bytes, 10 - 73);
}

static void sums_do_not_wrap(void **state)
{
	struct ow_process processes[] = { one, one };
	struct ow_process_sum sum;

	(void)state;
	processes[0].pss_anon_bytes = UINT64_MAX;
	ow_process_sum(processes, 2, &group, &sum);
	assert_true(sum.anon_bytes == UINT64_MAX);
	assert_false(sum.has_rest);
}

static void nobody_holds_nothing(void **state)
{
	struct ow_process_sum sum;

	(void)state;
	ow_process_sum(NULL, 0, &group, &sum);
	assert_int_equal(sum.processes, 0);
	assert_false(sum.is_pss);
	assert_int_equal(sum.rest_bytes, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(shares_are_added_where_all_are_known),
		UNIT(one_without_a_share_makes_all_rough),
		UNIT(zombies_and_kernel_threads_hold_nothing),
		UNIT(what_is_not_known_leaves_no_rest),
		UNIT(without_usage_there_is_no_rest),
		UNIT(processes_may_hold_more_than_is_charged),
		UNIT(sums_do_not_wrap),
		UNIT(nobody_holds_nothing),
	};

	return cmocka_run_group_tests_name("analyze/process-sum", tests, NULL, NULL);
}
