/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static void a_leak_is_held_by_its_victim(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	assert_verdict(*state, kase, "victim-is-holder", "confirmed");
	assert_verdict(*state, kase, "sibling-holder", "refuted");
	assert_verdict(*state, kase, "protected-holder", "refuted");
	assert_verdict(*state, kase, "nobody-alive", "refuted");
	assert_verdict(*state, kase, "many-small", "refuted");
	assert_verdict(*state, kase, "other-cgroup", "refuted");
	assert_verdict(*state, kase, "shared-mappers", "refuted");
}

static void a_small_victim_with_a_score_does_not_hide_its_sibling(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.task[0] = (struct kill_task){ "innocent", 6144, 800, 0, 60, 0, 900 };
	k.task[1] = (struct kill_task){ "grower", 58500, 900, 0, 160, 0, 0 };
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "sibling-holder", "confirmed");
	assert_verdict(*state, kase, "victim-is-holder", "refuted");
	assert_verdict(*state, kase, "protected-holder", "refuted");
}

static void a_protected_holder_is_named(void **state)
{
	struct kill k = kill_leak();

	k.task[0] = (struct kill_task){ "innocent", 6144, 800, 0, 60, 0, 0 };
	k.task[1] = (struct kill_task){ "database", 58500, 900, 0, 160, 0, -999 };
	assert_verdict(*state, kill_case(*state, &k), "protected-holder", "confirmed");
}

static void below_four_fifths_it_is_the_largest_of_several(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;
	struct ow_chain chain;

	/* The leaker is swapped out; the worker has most of what is resident. */
	k.limit = k.usage = 49152;
	k.swap = k.swap_limit = 77824;
	k.stat[0].value = 48700;
	k.task[0] = (struct kill_task){ "leaker", 0, 100, 0, 200, 62000, 0 };
	k.task[1] = (struct kill_task){ "worker", 40960, 500, 0, 160, 0, 0 };
	k.task[2] = (struct kill_task){ "small", 7700, 500, 0, 160, 15500, 0 };
	kase = kill_case(*state, &k);
	assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
	assert_string_equal(ow_chain_find(&chain, "victim-is-holder")->word,
			    "largest of several (49 %)");
	assert_verdict(*state, kase, "victim-is-holder", "supported");
	assert_verdict(*state, kase, "sibling-holder", "refuted");
	assert_verdict(*state, kase, "swap-limit", "confirmed");
	assert_verdict(*state, kase, "anon", "confirmed");
}

static void processes_of_one_name_hold_together(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	/* 21 processes; the largest alone has 41 %, all of them 98 %. */
	k.task[0] = (struct kill_task){ "php-fpm", 27000, 900, 0, 60, 0, 0 };
	for (size_t i = 1; i < 21; i++)
		k.task[i] = (struct kill_task){ "php-fpm", 1850, 900, 0, 10, 0, 0 };
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "victim-is-holder", "confirmed");
	assert_verdict(*state, kase, "many-small", "refuted");
}

static void memory_that_no_process_frees_accuses_nobody(void **state)
{
	static const struct {
		const char *what;
		const char *name;
	} kinds[] = { { "a tmpfs file", "shmem" }, { "sockets", "sock" }, { "pipes", "kernel" } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(kinds); i++) {
		struct kill k = kill_leak();
		struct kill_case *kase;

		k.stat[0].value = 1000;
		for (size_t n = 0; k.stat[n].name; n++)
			if (strcmp(k.stat[n].name, kinds[i].name) == 0)
				k.stat[n].value = 63000;
		if (strcmp(kinds[i].name, "shmem") == 0)
			k.stat[1].value = 63000;
		k.task[0] = (struct kill_task){ "writer", 900, 900, 0, 60, 0, 0 };
		kase = kill_case(*state, &k);
		assert_verdict(*state, kase, "victim-is-holder", "not-tested");
		assert_verdict(*state, kase, "sibling-holder", "not-tested");
		assert_verdict(*state, kase, "nobody-alive", "not-tested");
	}
}

static void page_tables_are_freed_with_their_process(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.stat[0].value = 300;
	k.stat[2].value = 65200;
	k.stat[3].value = 16;
	k.stat[4].value = 65000;
	k.task[0] = (struct kill_task){ "pt", 100, 900, 0, 65000, 0, 0 };
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "kernel-page-tables", "confirmed");
	assert_verdict(*state, kase, "victim-is-holder", "confirmed");
}

static void more_than_was_charged_is_a_contradiction(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	/* Touched in one group, moved into another: 2.5 times its usage, and killing it frees none.
	 */
	k.limit = k.usage = 20480;
	k.stat[0].value = 20000;
	k.stat[2].value = 300;
	k.task[0] = (struct kill_task){ "moved", 51200, 900, 0, 160, 0, 0 };
	k.task[1] = (struct kill_task){ "grower", 19000, 900, 0, 80, 0, 0 };
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "victim-is-holder", "contradictory");
	assert_verdict(*state, kase, "other-cgroup", "supported");
	assert_verdict(*state, kase, "sibling-holder", "not-tested");
}

static void an_error_of_the_counters_that_could_flip_it_caps_it(void **state)
{
	struct kill k = kill_leak();

	/* 32 CPUs: each counter is off by up to 8 MiB on this kernel. */
	k.task[0].anon = 60000;
	k.cpus = 2;
	assert_verdict(*state, kill_case(*state, &k), "victim-is-holder", "confirmed");
	k.cpus = 32;
	assert_verdict(*state, kill_case(*state, &k), "victim-is-holder", "supported");
}

static void an_unknown_error_is_checked_against_the_group(void **state)
{
	struct kill k = kill_leak();

	k.cpus = 0;
	assert_verdict(*state, kill_case(*state, &k), "victim-is-holder", "confirmed");
	k.stat[0].value = 50000; /* the table and the group disagree */
	assert_verdict(*state, kill_case(*state, &k), "victim-is-holder", "supported");
}

static void an_old_table_bounds_the_others_and_accuses_nobody(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.kernel = "5.10.223";
	k.old_table = true;
	/* Its rss may be all shared file pages. */
	k.stat[0].value = 20000;
	k.stat[1].value = 45000;
	k.task[0] = (struct kill_task){ "victim", 15000, 900, 0, 60, 0, 900 };
	k.task[1] = (struct kill_task){ "mapper", 4000, 44000, 0, 160, 0, 0 };
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "sibling-holder", "not-tested");
	assert_verdict(*state, kase, "victim-is-holder", "not-tested");

	k.stat[0].value = 64000;
	k.stat[1].value = 900;
	k.task[0] = (struct kill_task){ "victim", 6000, 900, 0, 60, 0, 900 };
	k.task[1] = (struct kill_task){ "grower", 57000, 900, 0, 160, 0, 0 };
	assert_verdict(*state, kill_case(*state, &k), "sibling-holder", "supported");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_leak_is_held_by_its_victim),
		UNIT(a_small_victim_with_a_score_does_not_hide_its_sibling),
		UNIT(a_protected_holder_is_named),
		UNIT(below_four_fifths_it_is_the_largest_of_several),
		UNIT(processes_of_one_name_hold_together),
		UNIT(memory_that_no_process_frees_accuses_nobody),
		UNIT(page_tables_are_freed_with_their_process),
		UNIT(more_than_was_charged_is_a_contradiction),
		UNIT(an_error_of_the_counters_that_could_flip_it_caps_it),
		UNIT(an_unknown_error_is_checked_against_the_group),
		UNIT(an_old_table_bounds_the_others_and_accuses_nobody),
	};

	return cmocka_run_group_tests_name("analyze/process-holder", tests, NULL, NULL);
}
