/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static void usage_far_above_the_limit_was_a_lowered_limit(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.limit = 20000;
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "oom-shrink", "supported");

	k.trace[0] = "memory_max_write";
	k.trigger = "runc";
	kase = kill_case(*state, &k);
	kase->oom.trigger.pid = 7;
	assert_verdict(*state, kase, "oom-shrink", "confirmed");
	/* It stands beside the kill, and does not take its place. */
	assert_verdict(*state, kase, "kernel-memcg-oom", "confirmed");
}

static void usage_at_the_limit_was_not(void **state)
{
	struct kill k = kill_leak();

	assert_verdict(*state, kill_case(*state, &k), "oom-shrink", "refuted");
	k.version = 1;
	k.limit = 20000;
	assert_verdict(*state, kill_case(*state, &k), "oom-shrink", "not asked");
}

static void without_numbers_it_stays_open(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	kase->oom.have &= ~(unsigned)OW_OOM_USAGE;
	assert_verdict(*state, kase, "oom-shrink", "not-tested");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(usage_far_above_the_limit_was_a_lowered_limit),
		UNIT(usage_at_the_limit_was_not),
		UNIT(without_numbers_it_stays_open),
	};

	return cmocka_run_group_tests_name("analyze/kill-shrink", tests, NULL, NULL);
}
