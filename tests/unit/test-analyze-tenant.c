/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

/* A container below a slice whose limit was hit. */
static struct kill in_slice(uint64_t victim_kb)
{
	struct kill k = kill_leak();

	k.limit_memcg = "/team.slice";
	k.limit_kind = OW_OWNER_SLICE;
	k.task_memcg = "/team.slice/app.service";
	k.task_kind = OW_OWNER_UNIT;
	k.task_id = "app.service";
	k.task[0].anon = victim_kb;
	k.task[0].pgtables = 0;
	k.task[1] = (struct kill_task){ "other", 65000 - victim_kb, 900, 0, 60, 0, 0 };
	return k;
}

static void what_the_victim_held_its_group_held(void **state)
{
	static const struct {
		uint64_t victim_kb;
		const char *verdict;
	} cases[] = {
		{ 60000, "supported" }, /* growth is not known: the rival is named */
		{ 41000, "supported" },
		{ 39000, "not-tested" },
		{ 1000, "not-tested" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct kill k = in_slice(cases[i].victim_kb);

		assert_verdict(*state, kill_case(*state, &k), "tenant-holder", cases[i].verdict);
	}
}

static void a_small_victim_leaves_it_to_what_is_read_later(void **state)
{
	static const struct {
		const char *path;
		uint64_t usage_kb;
		const char *verdict;
	} cases[] = {
		{ "/team.slice/db.service", 60000, "supported" },
		{ "/team.slice/db.service", 30000, "not-tested" },
		{ "/team.slice/db.service/inner", 60000, "not-tested" },
		{ "/team.slice", 60000, "not-tested" },
		{ "/teams/db.service", 60000, "not-tested" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct kill k = in_slice(1000);
		struct kill_case *kase = kill_case(*state, &k);

		kase->c.n_cgroups = 1;
		kase->cgroup = (struct ow_cgroup){ .have = OW_CGROUP_USAGE,
						   .source = "cgroup",
						   .path = cases[i].path,
						   .version = 2,
						   .usage_bytes = cases[i].usage_kb * 1024 };
		assert_verdict(*state, kase, "tenant-holder", cases[i].verdict);
	}
}

static void memory_that_is_charged_elsewhere_proves_nothing(void **state)
{
	struct kill k = in_slice(60000);

	k.task[0].anon = 200000;
	assert_verdict(*state, kill_case(*state, &k), "tenant-holder", "not-tested");
}

static void the_own_limit_has_no_tenants(void **state)
{
	const struct kill k = kill_leak();

	assert_verdict(*state, kill_case(*state, &k), "tenant-holder", "not asked");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_the_victim_held_its_group_held),
		UNIT(a_small_victim_leaves_it_to_what_is_read_later),
		UNIT(memory_that_is_charged_elsewhere_proves_nothing),
		UNIT(the_own_limit_has_no_tenants),
	};

	return cmocka_run_group_tests_name("analyze/tenant", tests, NULL, NULL);
}
