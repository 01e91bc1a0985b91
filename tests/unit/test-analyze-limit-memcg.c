/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

/* A container in a pod whose limit was hit. */
static struct kill in_pod(void)
{
	struct kill k = kill_leak();

	k.limit_memcg = "/kubepods/pod1";
	k.limit_kind = OW_OWNER_POD;
	k.limit_id = "1";
	k.task_memcg = "/kubepods/pod1/3418";
	k.task_kind = OW_OWNER_CONTAINER;
	k.task_id = "3418";
	return k;
}

static void one_owner_has_its_own_limit_whatever_is_below(void **state)
{
	struct kill k = kill_leak();

	k.limit_memcg = "/ctr.scope";
	k.task_memcg = "/ctr.scope/init";
	k.limit_kind = k.task_kind = OW_OWNER_CONTAINER;
	k.limit_id = k.task_id = "ctr";
	assert_verdict(*state, kill_case(*state, &k), "memcg-own-limit", "confirmed");
	assert_verdict(*state, kill_case(*state, &k), "memcg-ancestor-limit", "refuted");
	assert_verdict(*state, kill_case(*state, &k), "tenant-holder", "not asked");
}

static void of_two_owners_the_record_alone_does_not_decide(void **state)
{
	const struct kill k = in_pod();
	struct kill_case *kase = kill_case(*state, &k);

	assert_verdict(*state, kase, "memcg-ancestor-limit", "supported");
	assert_verdict(*state, kase, "memcg-own-limit", "not-tested");
	assert_verdict(*state, kase, "tenant-holder", "supported");
}

static void the_own_limit_decides_between_two_owners(void **state)
{
	static const struct {
		uint64_t own_kb;
		const char *own, *ancestor;
	} cases[] = {
		{ 0, "refuted", "confirmed" },      /* it has none */
		{ 131072, "refuted", "confirmed" }, /* a larger one */
		{ 32768, "refuted", "confirmed" },  /* a smaller one that was not met */
		{ 65536, "confirmed", "refuted" },  /* the same: counted on the pod */
		{ 65300, "confirmed", "refuted" },  /* within 1 % */
		{ 64000, "refuted", "confirmed" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct kill k = in_pod();
		struct kill_case *kase = kill_case(*state, &k);

		kase->c.n_containers = 1;
		kase->container = (struct ow_container){ .have = OW_CONTAINER_LIMIT,
							 .source = "docker inspect web",
							 .id = "3418",
							 .limit_bytes = cases[i].own_kb * 1024 };
		assert_verdict(*state, kase, "memcg-own-limit", cases[i].own);
		assert_verdict(*state, kase, "memcg-ancestor-limit", cases[i].ancestor);
	}
}

/* A slice may hold more than this container: that both have the same limit says nothing. */
static void the_same_limit_on_a_slice_does_not_decide(void **state)
{
	struct kill k = in_pod();
	struct kill_case *kase;

	k.limit_kind = OW_OWNER_SLICE;
	k.limit_id = "batch.slice";
	kase = kill_case(*state, &k);
	assert_null(strstr(kill_statement(*state, kase, "memcg-ancestor-limit"), "plain words"));
	kase->c.n_containers = 1;
	kase->container = (struct ow_container){ .have = OW_CONTAINER_LIMIT,
						 .source = "docker inspect web",
						 .id = "3418",
						 .limit_bytes = 65536 * 1024 };
	assert_verdict(*state, kase, "memcg-own-limit", "not-tested");
	assert_verdict(*state, kase, "memcg-ancestor-limit", "supported");
	assert_non_null(strstr(kill_statement(*state, kase, "memcg-ancestor-limit"),
			       "which has the same limit"));
}

static void a_limit_is_called_what_it_is_on(void **state)
{
	static const struct {
		unsigned have;
		uint64_t limit;
		const char *says;
	} cases[] = {
		{ 0, 0, "was hit, none when the record was printed, is" },
		{ OW_OOM_SWAP, OW_MIB(32), "was hit, none on memory and 32 MiB on swap, is" },
		{ OW_OOM_MEMSW, OW_MIB(32), "was hit, 32 MiB on memory and swap together, is" },
		{ OW_OOM_MEMSW, UINT64_MAX, "was hit, none when the record was printed, is" },
		{ OW_OOM_KMEM, OW_MIB(32), "was hit, 32 MiB on kernel memory, is" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct kill k = kill_leak();
		struct kill_case *kase = kill_case(*state, &k);

		kase->oom.limit_bytes = UINT64_MAX;
		kase->oom.have &= ~(unsigned)(OW_OOM_SWAP | OW_OOM_MEMSW | OW_OOM_KMEM);
		kase->oom.have |= cases[i].have;
		kase->oom.swap = kase->oom.memsw = kase->oom.kmem =
			(struct ow_oom_counter){ .have = OW_COUNTER_LIMIT,
						 .limit_bytes = cases[i].limit };
		assert_non_null(
			strstr(kill_statement(*state, kase, "memcg-own-limit"), cases[i].says));
	}
}

static void a_live_cgroup_tells_the_own_limit_as_well(void **state)
{
	const struct kill k = in_pod();
	struct kill_case *kase = kill_case(*state, &k);

	kase->c.n_cgroups = 1;
	kase->cgroup = (struct ow_cgroup){ .have = OW_CGROUP_LIMIT,
					   .source = "cgroup",
					   .path = "/kubepods/pod1/3418",
					   .version = 2,
					   .limit_bytes = UINT64_MAX };
	assert_verdict(*state, kase, "memcg-ancestor-limit", "confirmed");
}

static void plain_groups_are_their_own_owners(void **state)
{
	struct kill k = kill_leak();

	k.limit_memcg = "/batch";
	k.task_memcg = "/batch/worker";
	k.task_id = "/batch/worker";
	assert_verdict(*state, kill_case(*state, &k), "memcg-ancestor-limit", "supported");
}

static void usage_may_be_below_the_limit_by_what_cpus_hold_back(void **state)
{
	static const struct {
		uint64_t limit, usage, cpus;
		const char *verdict;
	} cases[] = {
		{ 6144, 5788, 24, "confirmed" }, /* 24 CPUs: true kills at 0.942 of 6 MB */
		{ 65536, 65536, 2, "confirmed" },
		{ 65536, 60000, 2, "supported" }, /* 2 CPUs hold back 512 kB at most */
		{ 65536, 60000, 0, "confirmed" }, /* their number is not known: said, not judged */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill k = kill_leak();

		k.limit = cases[i].limit;
		k.usage = cases[i].usage;
		k.cpus = cases[i].cpus;
		assert_verdict(*state, kill_case(*state, &k), "memcg-own-limit", cases[i].verdict);
	}
}

static void memory_and_swap_together_can_be_what_binds(void **state)
{
	struct kill k = kill_leak();

	k.version = 1;
	k.usage = 40000;
	k.swap = k.swap_limit = 80000;
	assert_verdict(*state, kill_case(*state, &k), "memcg-own-limit", "confirmed");
	assert_verdict(*state, kill_case(*state, &k), "swap-limit", "confirmed");
}

static void the_machines_memory_is_nobodys_limit(void **state)
{
	struct kill k = kill_leak();

	k.kind = OW_OOM_GLOBAL;
	assert_verdict(*state, kill_case(*state, &k), "memcg-own-limit", "refuted");
	assert_verdict(*state, kill_case(*state, &k), "memcg-ancestor-limit", "refuted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(one_owner_has_its_own_limit_whatever_is_below),
		UNIT(of_two_owners_the_record_alone_does_not_decide),
		UNIT(the_own_limit_decides_between_two_owners),
		UNIT(the_same_limit_on_a_slice_does_not_decide),
		UNIT(a_limit_is_called_what_it_is_on),
		UNIT(a_live_cgroup_tells_the_own_limit_as_well),
		UNIT(plain_groups_are_their_own_owners),
		UNIT(usage_may_be_below_the_limit_by_what_cpus_hold_back),
		UNIT(memory_and_swap_together_can_be_what_binds),
		UNIT(the_machines_memory_is_nobodys_limit),
	};

	return cmocka_run_group_tests_name("analyze/limit-memcg", tests, NULL, NULL);
}
