/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static const struct ow_finding *find(struct ow_arena *arena, const struct kill_case *kase,
				     const char *label)
{
	struct ow_chain *chain = ow_alloc(arena, 1, sizeof(*chain));

	assert_int_equal(ow_chain_run(&kase->c, arena, chain), 0);
	return ow_chain_find(chain, label);
}

static void a_record_of_a_cgroup_with_its_victim_is_proof(void **state)
{
	const struct kill k = kill_leak();

	assert_verdict(*state, kill_case(*state, &k), "kernel-memcg-oom", "confirmed");
}

static void failcnt_is_not_asked(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	kase->oom.failcnt = 100000;
	kase->oom.have |= OW_OOM_FAILCNT;
	assert_verdict(*state, kase, "kernel-memcg-oom", "confirmed");
	kase->oom.failcnt = 0;
	assert_verdict(*state, kase, "kernel-memcg-oom", "confirmed");
	assert_verdict(*state, kase, "memcg-own-limit", "confirmed");
}

static void a_record_without_its_end_is_only_supported(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.no_kill_line = true;
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "kernel-memcg-oom", "supported");
	assert_verdict(*state, kase, "victim-is-holder", "not asked");
}

static void who_was_dying_already_was_not_killed(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.no_kill_line = true;
	kase = kill_case(*state, &k);
	kase->oom.lines.exiting = kill_line(*state, &kase->oom,
					    "Memory cgroup out of memory: OOM victim 42 (eat) is "
					    "already exiting. Skip killing the task");
	assert_verdict(*state, kase, "kernel-memcg-oom", "supported");
	assert_non_null(strstr(find(*state, kase, "kernel-memcg-oom")->statement,
			       "was dying already, and nobody was killed"));
}

static void a_bpf_policy_kills_without_a_limit(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	kase->oom.constraint = "CONSTRAINT_BPF_PSI_MEM";
	assert_verdict(*state, kase, "kernel-memcg-oom", "supported");
	assert_verdict(*state, kase, "memcg-own-limit", "not-tested");
}

static void the_engines_flag_is_a_witness_beside_the_record(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;
	const struct ow_finding *f;

	k.limit_kind = OW_OWNER_CONTAINER;
	k.limit_id = "3418";
	kase = kill_case(*state, &k);
	kase->c.n_containers = 1;
	kase->container = (struct ow_container){
		.have = OW_CONTAINER_OOM_KILLED | OW_CONTAINER_STARTED,
		.source = "docker inspect leaky",
		.id = "3418",
		.name = "leaky",
		.oom_killed = true,
		.started_usec = kase->oom.time_usec - 100,
	};
	f = find(*state, kase, "kernel-memcg-oom");
	assert_int_equal(f->verdict, OW_CONFIRMED);
	assert_int_equal(f->n_reasons, 4);
	assert_non_null(strstr(f->statement, "container \"leaky\""));

	/* Without a record it proves nothing. */
	kase->c.n_kills = 0;
	kase->c.asked = "leaky";
	assert_verdict(*state, kase, "kernel-memcg-oom", "not-tested");
	assert_verdict(*state, kase, "unknown", "supported");
}

static void a_counter_without_a_record_supports_and_no_more(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	kase->c.n_kills = 0;
	kase->c.asked = "leaky";
	kase->c.n_cgroups = 1;
	kase->cgroup = (struct ow_cgroup){ .have = OW_CGROUP_OOM_KILLS,
					   .source = "cgroup",
					   .path = "/docker/3418",
					   .version = 2,
					   .oom_kills = 1 };
	assert_verdict(*state, kase, "kernel-memcg-oom", "supported");
	kase->cgroup.oom_kills = 0;
	assert_verdict(*state, kase, "kernel-memcg-oom", "not-tested");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_record_of_a_cgroup_with_its_victim_is_proof),
		UNIT(failcnt_is_not_asked),
		UNIT(a_record_without_its_end_is_only_supported),
		UNIT(who_was_dying_already_was_not_killed),
		UNIT(a_bpf_policy_kills_without_a_limit),
		UNIT(the_engines_flag_is_a_witness_beside_the_record),
		UNIT(a_counter_without_a_record_supports_and_no_more),
	};

	return cmocka_run_group_tests_name("analyze/kill-memcg", tests, NULL, NULL);
}
