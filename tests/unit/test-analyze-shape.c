/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static const char *command_for(struct ow_arena *arena, const struct kill_case *kase)
{
	const struct ow_finding *f;
	struct ow_chain chain;

	assert_int_equal(ow_chain_run(&kase->c, arena, &chain), 0);
	f = ow_chain_find(&chain, "inconclusive");
	assert_non_null(f);
	assert_int_equal(f->n_needs, 1);
	return f->need[0].command;
}

/* What is sampled must be there in the next life, too. */
static void what_comes_back_is_sampled(void **state)
{
	static const struct {
		const char *path, *runtime;
		bool known;
		const char *command;
	} cases[] = {
		{ "/docker/3418", "docker", true, "docker stats --no-stream web;" },
		{ "/docker/3418", "docker", false, "docker stats --no-stream;" },
		{ "/machine.slice/libpod-3418.scope", "podman", true,
		  "podman stats --no-stream web;" },
		{ "/kubepods/pod1/3418", "containerd", false, "crictl stats;" },
		{ "/default/3418", "containerd", false, "nerdctl stats --no-stream;" },
		{ "/batch", NULL, false, "cat /sys/fs/cgroup/batch/memory.stat;" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill k = kill_leak();
		struct kill_case *kase;

		k.limit_memcg = k.task_memcg = cases[i].path;
		k.limit_kind = k.task_kind =
			cases[i].runtime ? OW_OWNER_CONTAINER : OW_OWNER_CGROUP;
		k.limit_id = k.task_id = cases[i].runtime ? "3418" : cases[i].path;
		kase = kill_case(*state, &k);
		kase->oom.have |= OW_OOM_SWAP; /* v2 */
		kase->oom.task_owner.runtime = cases[i].runtime;
		kase->c.n_containers = cases[i].known;
		kase->container = (struct ow_container){ .id = "3418", .name = "web" };
		if (!strstr(command_for(*state, kase), cases[i].command))
			fail_msg("%s: %s", cases[i].command, command_for(*state, kase));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_comes_back_is_sampled),
	};

	return cmocka_run_group_tests_name("analyze/shape", tests, NULL, NULL);
}
