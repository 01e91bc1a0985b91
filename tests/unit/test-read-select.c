/* SPDX-License-Identifier: Apache-2.0 */
#include "read/select.h"

#include "unit.h"

#define ID  "3418b1d0c3a2f00dd00dfeedbeefcafe0123456789abcdef0123456789abcdef"
#define UID "0a1b2c3d-1111-2222-3333-444455556666"

static void groups_are_named_by_owner_path_or_part(void **state)
{
	static const struct {
		const char *wanted, *path;
		bool named;
	} cases[] = {
		{ ID, "/docker/" ID, true },
		{ ID, "/docker/" ID "/init", true },
		{ ID, "/system.slice/docker-" ID ".scope", true },
		{ "3418b1d0c3a2", "/docker/" ID, true },
		{ "3418b1d0c3a", "/docker/" ID, false }, /* 11 digits */
		{ "3418b1d0c3a3", "/docker/" ID, false },
		{ "418b1d0c3a2f", "/docker/" ID, false }, /* not from the front */
		{ "nginx", "/system.slice/nginx.service", true },
		{ "nginx.service", "/system.slice/nginx.service/worker", true },
		{ "ngin", "/system.slice/nginx.service", false },
		{ "nginx.serv", "/system.slice/nginx.service", false },
		{ "system.slice", "/system.slice/nginx.service", true },
		{ "/system.slice", "/system.slice/nginx.service", true },
		{ "/system", "/system.slice/nginx.service", false },
		{ "/batch/worker", "/batch/worker", true },
		{ "/batch", "/batch/worker", true },
		{ "worker", "/batch/worker", true },
		{ "/worker", "/batch/worker", false },
		{ "batch/worker", "/batch/worker", false },
		{ UID, "/kubepods/burstable/pod" UID "/" ID, true },
		{ ID, "/kubepods/burstable/pod" UID "/" ID, true },
		{ "/", "/", true },
		{ "/", "/batch", false },
		{ "", "/batch", false },
		{ "x", "", false },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_int_equal(ow_select_names(cases[i].wanted, cases[i].path, *state),
				 cases[i].named);
}

static void all_conditions_hold_together(void **state)
{
	struct ow_oom_victim victim[] = { { .have = OW_VICTIM_PID, .pid = 7 },
					  { .have = OW_VICTIM_PID, .pid = 8 },
					  { .pid = 9 } };
	const struct ow_oom oom = {
		.have = OW_OOM_TIME,
		.time_usec = 50,
		.boot_id = "x",
		.task_memcg = "/a/b",
		.limit_memcg = "/a",
		.victims = { victim, 3 },
	};
	static const struct ow_case_select base = { .since_usec = INT64_MIN,
						    .until_usec = INT64_MAX };
	const struct ow_case_select all = {
		.kill = 3, .owner = "/a", .since_usec = 50, .until_usec = 50, .boot_id = "x"
	};
	struct ow_case_select other;

	assert_int_equal(ow_select_match(&base, 1, &oom, *state), OW_SELECT_YES);
	assert_int_equal(ow_select_match(&all, 3, &oom, *state), OW_SELECT_NUMBER);
	assert_int_equal(ow_select_match(&all, 4, &oom, *state), OW_SELECT_NO);
	other = all, other.kill = 8;
	assert_int_equal(ow_select_match(&other, 3, &oom, *state), OW_SELECT_YES);
	assert_int_equal(ow_select_match(&other, 8, &oom, *state), OW_SELECT_NUMBER);
	other = all, other.kill = 9; /* a pid that is not known */
	assert_int_equal(ow_select_match(&other, 3, &oom, *state), OW_SELECT_NO);
	other = all, other.owner = "/b";
	assert_int_equal(ow_select_match(&other, 3, &oom, *state), OW_SELECT_NO);
	other = all, other.since_usec = 51;
	assert_int_equal(ow_select_match(&other, 3, &oom, *state), OW_SELECT_NO);
	other = all, other.until_usec = 49;
	assert_int_equal(ow_select_match(&other, 3, &oom, *state), OW_SELECT_NO);
	other = all, other.boot_id = "y";
	assert_int_equal(ow_select_match(&other, 3, &oom, *state), OW_SELECT_NO);
}

static void a_kill_without_a_time_is_in_no_period_but_may_be_of_any_boot(void **state)
{
	const struct ow_oom oom = { 0 };
	struct ow_case_select select = { .since_usec = INT64_MIN,
					 .until_usec = INT64_MAX,
					 .boot_id = "x" };

	assert_int_equal(ow_select_match(&select, 1, &oom, *state), OW_SELECT_YES);
	select.until_usec = 100;
	assert_int_equal(ow_select_match(&select, 1, &oom, *state), OW_SELECT_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(groups_are_named_by_owner_path_or_part),
		UNIT(all_conditions_hold_together),
		UNIT(a_kill_without_a_time_is_in_no_period_but_may_be_of_any_boot),
	};

	return cmocka_run_group_tests_name("read/select", tests, NULL, NULL);
}
