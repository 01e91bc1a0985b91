/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

/* Four map one area, a fifth grew beside it. */
static struct kill mappers(void)
{
	struct kill k = kill_leak();

	k.stat[0].value = 10000;
	k.stat[1].value = k.stat[6].value = 54000;
	for (size_t i = 0; i < 4; i++)
		k.task[i] = (struct kill_task){ "mapper", 500, 100, 54000, 120, 0, 0 };
	k.task[4] = (struct kill_task){ "grower", 8000, 100, 0, 40, 0, 0 };
	return k;
}

static void what_four_map_is_nobodys(void **state)
{
	const struct kill k = mappers();
	struct kill_case *kase = kill_case(*state, &k);

	assert_verdict(*state, kase, "shared-mappers", "supported");
	assert_verdict(*state, kase, "victim-is-holder", "not-tested");
	assert_verdict(*state, kase, "sibling-holder", "not-tested");
}

static void before_6_8_resident_size_supports_it(void **state)
{
	struct kill k = mappers();

	k.old_table = true;
	k.kernel = "6.1.192";
	assert_verdict(*state, kill_case(*state, &k), "shared-mappers", "supported");
	assert_verdict(*state, kill_case(*state, &k), "other-cgroup", "refuted");
}

static void one_mapper_shares_with_nobody(void **state)
{
	struct kill k = mappers();

	for (size_t i = 1; i < 4; i++)
		k.task[i].shmem = 0;
	assert_verdict(*state, kill_case(*state, &k), "shared-mappers", "refuted");
	/* What it maps may be a file that outlives it: its share is supported at most. */
	assert_verdict(*state, kill_case(*state, &k), "victim-is-holder", "supported");
}

static void a_process_with_more_than_was_charged_belongs_elsewhere(void **state)
{
	struct kill k = kill_leak();

	assert_verdict(*state, kill_case(*state, &k), "other-cgroup", "refuted");
	k.task[0].anon = 160000;
	assert_verdict(*state, kill_case(*state, &k), "other-cgroup", "supported");
}

static void heaps_do_not_outlive_their_process(void **state)
{
	struct kill k = kill_leak();

	assert_verdict(*state, kill_case(*state, &k), "nobody-alive", "refuted");
	k.stat[0].value = 1000;
	k.stat[1].value = k.stat[6].value = 64000;
	k.task[0].anon = 1000;
	assert_verdict(*state, kill_case(*state, &k), "nobody-alive", "not-tested");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_four_map_is_nobodys),
		UNIT(before_6_8_resident_size_supports_it),
		UNIT(one_mapper_shares_with_nobody),
		UNIT(a_process_with_more_than_was_charged_belongs_elsewhere),
		UNIT(heaps_do_not_outlive_their_process),
	};

	return cmocka_run_group_tests_name("analyze/process-shared", tests, NULL, NULL);
}
