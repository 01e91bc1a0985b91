/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static struct kill_case *with_rest(struct ow_arena *arena, uint64_t limit, uint64_t rest,
				   bool complete)
{
	struct kill k = kill_leak();

	k.limit = k.usage = limit;
	k.stat[0].value = limit - rest - (complete ? 400 : 0);
	if (!complete)
		k.stat[2].name = "other";
	return kill_case(arena, &k);
}

static void a_tenth_may_be_left_over(void **state)
{
	assert_verdict(*state, with_rest(*state, 1048576, 50000, true), "unaccounted", "refuted");
	assert_verdict(*state, with_rest(*state, 1048576, 200000, true), "unaccounted",
		       "confirmed");
	/* Most of it is explained all the same. */
	assert_verdict(*state, with_rest(*state, 1048576, 200000, true), "anon", "confirmed");
}

static void a_kernel_that_does_not_print_all_leaves_it_open(void **state)
{
	assert_verdict(*state, with_rest(*state, 1048576, 200000, false), "unaccounted",
		       "not-tested");
}

static void what_cpus_hold_back_is_not_missing(void **state)
{
	/* 2 CPUs hold back 512 kB at most. */
	assert_verdict(*state, with_rest(*state, 4096, 500, true), "unaccounted", "not-tested");
	assert_verdict(*state, with_rest(*state, 4096, 1000, true), "unaccounted", "confirmed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_tenth_may_be_left_over),
		UNIT(a_kernel_that_does_not_print_all_leaves_it_open),
		UNIT(what_cpus_hold_back_is_not_missing),
	};

	return cmocka_run_group_tests_name("analyze/makeup-rest", tests, NULL, NULL);
}
