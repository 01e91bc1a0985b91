/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static const char *const others[] = { "userspace-oomd",   "userspace-watchdog",
				      "kubelet-eviction", "memory-high-throttle",
				      "runtime-oom",      "enomem-limit",
				      "guest-oom" };

static void the_kernels_own_line_refutes_all_other_killers(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	for (size_t i = 0; i < OW_ARRAY_SIZE(others); i++)
		assert_verdict(*state, kase, others[i], "refuted");
}

static void without_a_record_each_is_open_with_its_command(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	kase->c.n_kills = 0;
	kase->c.asked = "web";
	for (size_t i = 0; i < OW_ARRAY_SIZE(others); i++) {
		struct ow_chain chain;

		assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
		assert_int_equal(ow_chain_find(&chain, others[i])->verdict, OW_NOT_TESTED);
		assert_non_null(ow_chain_find(&chain, others[i])->need[0].command);
	}
	kase->c.asked = NULL;
	assert_verdict(*state, kase, "guest-oom", "not asked");
}

static void a_runtime_that_gives_up_has_a_status_of_its_own(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	kase->c.n_kills = 0;
	kase->c.asked = "web";
	kase->c.n_containers = 1;
	kase->container = (struct ow_container){ .have = OW_CONTAINER_RUNNING | OW_CONTAINER_EXIT,
						 .source = "docker inspect web",
						 .id = "3418",
						 .exit_code = 137 };
	assert_verdict(*state, kase, "runtime-oom", "refuted");
	kase->container.exit_code = 134;
	assert_verdict(*state, kase, "runtime-oom", "not-tested");
}

/* The record of a killer in user space: no report, and one line. */
static struct kill_case *by_killer(struct ow_arena *arena, bool verified)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(arena, &k);
	struct ow_oom oom = { .source = "journal", .line = 11, .kind = OW_OOM_USERSPACE };

	oom.killer = "earlyoom";
	oom.signal = "SIGTERM";
	oom.victims = kase->oom.victims;
	oom.have = verified ? OW_OOM_VERIFIED : 0;
	oom.lines.killer =
		kill_line(arena, &oom, "sending SIGTERM to process 100 uid 0 \"leak\": badness 1");
	ow_oom_victims(&oom)->line = oom.lines.killer;
	kase->oom = oom;
	return kase;
}

static void a_killers_own_line_proves_it_when_it_is_its_own(void **state)
{
	static const char *const answers[] = { "supported", "confirmed" };
	static const char *const rivals[] = {
		"kernel-memcg-oom",   "kernel-global-oom",    "no-victim", "oom-kill-disabled",
		"userspace-watchdog", "memory-high-throttle", "no-oom",    "unknown"
	};

	for (unsigned verified = 0; verified < 2; verified++) {
		struct kill_case *kase = by_killer(*state, verified);
		struct ow_chain chain;

		assert_verdict(*state, kase, "userspace-oomd", answers[verified]);
		for (size_t i = 0; i < OW_ARRAY_SIZE(rivals); i++)
			assert_verdict(*state, kase, rivals[i], "refuted");
		assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
		assert_string_equal(ow_chain_find(&chain, "userspace-oomd")->statement,
				    "the daemon earlyoom sent SIGTERM to \"leak\" (pid 100)");
		assert_false(chain.asked[OW_LEVEL_LIMIT]); /* no report to reason from */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_kernels_own_line_refutes_all_other_killers),
		UNIT(without_a_record_each_is_open_with_its_command),
		UNIT(a_runtime_that_gives_up_has_a_status_of_its_own),
		UNIT(a_killers_own_line_proves_it_when_it_is_its_own),
	};

	return cmocka_run_group_tests_name("analyze/kill-other", tests, NULL, NULL);
}
