/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static void the_swap_of_a_group_counts_where_it_is_allowed(void **state)
{
	static const struct {
		unsigned version;
		uint64_t usage, limit; /* of swap; v1 of memory and swap */
		const char *verdict;
	} cases[] = {
		{ 2, 32768, 32768, "confirmed" },
		{ 2, 30000, 32768, "confirmed" }, /* 91 % */
		{ 2, 20000, 32768, "refuted" },
		{ 2, 0, 0, "refuted" },     /* none allowed */
		{ 2, 0, 32768, "refuted" }, /* nothing in it */
		{ 2, 20000, UINT64_C(9007199254740988), "not-tested" },
		{ 2, 0, UINT64_C(9007199254740988), "refuted" },
		{ 2, 0, KILL_NONE, "not-tested" }, /* the line is not there */
		{ 1, 131072, 131072, "confirmed" },
		{ 1, 90000, 131072, "refuted" },
		{ 1, 65536, 65536, "refuted" }, /* the memory limit itself: no swap allowed */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill k = kill_leak();

		k.version = cases[i].version;
		k.swap = cases[i].usage;
		k.swap_limit = cases[i].limit;
		assert_verdict(*state, kill_case(*state, &k), "swap-limit", cases[i].verdict);
	}
}

static void the_swap_of_the_machine_is_in_its_own_record(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.kind = OW_OOM_GLOBAL;
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "swap-limit", "not-tested");
	kase->oom.have |= OW_OOM_SWAP_TOTAL | OW_OOM_SWAP_FREE;
	assert_verdict(*state, kase, "swap-limit", "refuted");
	kase->oom.swap_total_bytes = OW_MIB(100);
	kase->oom.swap_free_bytes = OW_MIB(5);
	assert_verdict(*state, kase, "swap-limit", "confirmed");
	kase->oom.swap_free_bytes = OW_MIB(50);
	assert_verdict(*state, kase, "swap-limit", "refuted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_swap_of_a_group_counts_where_it_is_allowed),
		UNIT(the_swap_of_the_machine_is_in_its_own_record),
	};

	return cmocka_run_group_tests_name("analyze/limit-swap", tests, NULL, NULL);
}
