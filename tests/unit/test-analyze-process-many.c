/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static struct kill workers(size_t n, uint64_t kb, bool old_table)
{
	struct kill k = kill_leak();

	for (size_t i = 0; i < n; i++)
		k.task[i] = (struct kill_task){ "worker", kb, 100, 0, 20, 0, 0 };
	k.old_table = old_table;
	k.kernel = old_table ? "5.10.223" : "6.12.95";
	return k;
}

static void sixty_small_ones_hold_it_together(void **state)
{
	const struct kill k = workers(61, 1040, false);
	struct kill_case *kase = kill_case(*state, &k);

	assert_verdict(*state, kase, "many-small", "confirmed");
	assert_verdict(*state, kase, "victim-is-holder", "refuted");
	assert_verdict(*state, kase, "sibling-holder", "refuted");
}

static void an_old_table_supports_it(void **state)
{
	const struct kill k = workers(61, 1040, true);

	assert_verdict(*state, kill_case(*state, &k), "many-small", "supported");
}

static void nine_are_not_many(void **state)
{
	const struct kill k = workers(9, 7000, false);

	assert_verdict(*state, kill_case(*state, &k), "many-small", "refuted");
	assert_verdict(*state, kill_case(*state, &k), "victim-is-holder", "confirmed");
}

static void a_large_one_among_them_is_the_holder(void **state)
{
	struct kill k = workers(40, 200, false);

	k.task[0] = (struct kill_task){ "leak", 56000, 100, 0, 120, 0, 0 };
	assert_verdict(*state, kill_case(*state, &k), "many-small", "refuted");
	assert_verdict(*state, kill_case(*state, &k), "victim-is-holder", "confirmed");
}

static void pages_that_all_map_are_not_many_small(void **state)
{
	struct kill k = workers(40, 100, true);

	/* Their resident size is the same shared area, over and over. */
	k.stat[0].value = 5000;
	k.stat[1].value = k.stat[6].value = 60000;
	for (size_t i = 0; i < 40; i++)
		k.task[i].shmem = 50000;
	assert_verdict(*state, kill_case(*state, &k), "many-small", "not-tested");
}

static void ten_kills_of_one_name_are_a_storm(void **state)
{
	const struct kill k = workers(10, 3000, false);
	struct kill big = k;
	struct kill_case *kase;
	const struct ow_oom *kills[10];

	big.task[0].anon = 28000; /* more than a quarter, and not enough */
	kase = kill_case(*state, &big);
	assert_verdict(*state, kase, "many-small", "refuted");
	for (size_t i = 0; i < 10; i++)
		kills[i] = &kase->oom;
	kase->c.kills = kills;
	kase->c.n_kills = 10;
	assert_verdict(*state, kase, "many-small", "supported");
	assert_verdict(*state, kase, "victim-is-holder", "refuted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(sixty_small_ones_hold_it_together),
		UNIT(an_old_table_supports_it),
		UNIT(nine_are_not_many),
		UNIT(a_large_one_among_them_is_the_holder),
		UNIT(pages_that_all_map_are_not_many_small),
		UNIT(ten_kills_of_one_name_are_a_storm),
	};

	return cmocka_run_group_tests_name("analyze/process-many", tests, NULL, NULL);
}
