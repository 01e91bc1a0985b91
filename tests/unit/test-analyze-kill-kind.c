/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static struct kill_case *of_kind(struct ow_arena *arena, enum ow_oom_kind kind)
{
	struct kill k = kill_leak();

	k.kind = kind;
	k.order = kind == OW_OOM_SYSRQ ? -1 : 0;
	k.no_kill_line = kind == OW_OOM_PANIC;
	return kill_case(arena, &k);
}

static void each_kind_is_proof_of_itself_and_of_no_other(void **state)
{
	static const struct {
		enum ow_oom_kind kind;
		const char *label;
	} kinds[] = {
		{ OW_OOM_MEMCG, "kernel-memcg-oom" },
		{ OW_OOM_GLOBAL, "kernel-global-oom" },
		{ OW_OOM_CPUSET, "kernel-constrained-oom" },
		{ OW_OOM_MEMPOLICY, "kernel-constrained-oom" },
		{ OW_OOM_SYSRQ, "sysrq-oom" },
		{ OW_OOM_PANIC, "panic-on-oom" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(kinds); i++) {
		struct kill_case *kase = of_kind(*state, kinds[i].kind);

		for (size_t k = 0; k < OW_ARRAY_SIZE(kinds); k++)
			assert_verdict(*state, kase, kinds[k].label,
				       strcmp(kinds[k].label, kinds[i].label) == 0 ? "confirmed"
										   : "refuted");
		assert_verdict(*state, kase, "userspace-oomd", "refuted");
		assert_verdict(*state, kase, "no-oom", "refuted");
		assert_verdict(*state, kase, "unknown", "refuted");
	}
}

static void nothing_to_kill_is_no_kill(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.no_kill_line = true;
	k.task[0].adj = -1000;
	kase = kill_case(*state, &k);
	kase->oom.have |= OW_OOM_NO_VICTIM;
	kase->oom.lines.no_victim =
		kill_line(*state, &kase->oom, "Out of memory and no killable processes...");
	kase->oom.task_memcg = NULL;
	kase->oom.task_owner = (struct ow_owner){ 0 };
	assert_verdict(*state, kase, "no-victim", "confirmed");
	assert_verdict(*state, kase, "kernel-memcg-oom", "refuted");
	assert_verdict(*state, kase, "memcg-own-limit", "supported");
	assert_null(strstr(kill_statement(*state, kase, "no-victim"), "panic"));
	kase->oom.lines.panic = kill_line(*state, &kase->oom, "Kernel panic - not syncing: System");
	assert_non_null(strstr(kill_statement(*state, kase, "no-victim"), "panic"));
}

static void a_line_without_a_witness_leaves_the_kind_open(void **state)
{
	struct kill_case *kase = of_kind(*state, OW_OOM_GLOBAL);

	kase->oom.kind = OW_OOM_UNKNOWN;
	assert_verdict(*state, kase, "kernel-global-oom", "not-tested");
	assert_verdict(*state, kase, "kernel-memcg-oom", "not-tested");
	assert_verdict(*state, kase, "unknown", "supported");
}

static void a_page_fault_may_hide_a_cgroups_limit(void **state)
{
	struct kill_case *kase = of_kind(*state, OW_OOM_GLOBAL);

	kase->oom.trigger.gfp_mask = "0x0";
	assert_verdict(*state, kase, "kernel-global-oom", "supported");
	kase->oom.kind = OW_OOM_MEMCG; /* which says so itself */
	assert_verdict(*state, kase, "kernel-memcg-oom", "confirmed");
}

static void a_kill_by_hand_met_no_limit(void **state)
{
	struct kill_case *kase = of_kind(*state, OW_OOM_SYSRQ);

	assert_verdict(*state, kase, "node-overcommit", "not asked");
	assert_verdict(*state, kase, "anon", "not asked");
	assert_verdict(*state, kase, "victim-is-holder", "not asked");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_kind_is_proof_of_itself_and_of_no_other),
		UNIT(nothing_to_kill_is_no_kill),
		UNIT(a_line_without_a_witness_leaves_the_kind_open),
		UNIT(a_page_fault_may_hide_a_cgroups_limit),
		UNIT(a_kill_by_hand_met_no_limit),
	};

	return cmocka_run_group_tests_name("analyze/kill-kind", tests, NULL, NULL);
}
