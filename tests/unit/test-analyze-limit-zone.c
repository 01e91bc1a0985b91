/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static struct kill_case *with_zones(struct ow_arena *arena, enum ow_oom_kind kind, int64_t order,
				    struct ow_oom_zone *zone, size_t n)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.kind = kind;
	k.order = order;
	kase = kill_case(arena, &k);
	for (size_t i = 0; i < n; i++)
		zone[i].line =
			kill_line(arena, &kase->oom, "Node %d %s free:%" PRIu64 "kB",
				  (int)zone[i].node, zone[i].name, zone[i].free_bytes / 1024);
	kase->oom.zones = (struct ow_list){ zone, n };
	kase->oom.mems_allowed = "1";
	return kase;
}

#define ZONE(node_, name_, free_, min_, managed_)                              \
	{                                                                      \
		.node = (node_), .name = (name_), .free_bytes = OW_MIB(free_), \
		.min_bytes = OW_MIB(min_), .low_bytes = OW_MIB(min_) * 2,      \
		.managed_bytes = OW_MIB(managed_),                             \
	}

static void a_node_is_full_while_others_are_free(void **state)
{
	struct ow_oom_zone zone[] = { ZONE(0, "DMA", 15, 1, 16), ZONE(0, "DMA32", 200, 4, 240),
				      ZONE(1, "Normal", 1, 4, 256) };
	struct kill_case *kase = with_zones(*state, OW_OOM_CPUSET, 0, zone, 3);

	assert_string_not_equal(kill_verdict(*state, &kase->c, "cpuset-mempolicy"), "refuted");
	zone[0].free_bytes = zone[1].free_bytes = OW_MIB(2);
	assert_verdict(*state, kase, "cpuset-mempolicy", "refuted");
}

static void the_other_nodes_may_be_out_of_sight(void **state)
{
	struct ow_oom_zone zone[] = { ZONE(1, "Normal", 1, 4, 256) };
	struct kill_case *kase = with_zones(*state, OW_OOM_MEMPOLICY, 0, zone, 1);

	assert_verdict(*state, kase, "cpuset-mempolicy", "supported");
}

static void a_large_request_can_fail_beside_free_memory(void **state)
{
	static const struct {
		int64_t order;
		size_t free;
		const char *verdict;
	} cases[] = {
		{ 0, 100, "refuted" }, { 2, 100, "supported" }, { 3, 100, "supported" },
		{ 4, 100, "refuted" }, { 2, 1, "refuted" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_oom_zone zone[] = { ZONE(0, "Normal", cases[i].free, 4, 256) };

		assert_verdict(*state, with_zones(*state, OW_OOM_GLOBAL, cases[i].order, zone, 1),
			       "fragmentation", cases[i].verdict);
	}
}

static void low_memory_is_short_on_32_bit_only(void **state)
{
	struct ow_oom_zone high[] = { ZONE(0, "Normal", 1, 4, 800),
				      ZONE(0, "HighMem", 900, 1, 3000) };
	struct ow_oom_zone wide[] = { ZONE(0, "DMA32", 1, 4, 800), ZONE(0, "Normal", 1, 4, 3000) };
	struct kill_case *kase = with_zones(*state, OW_OOM_GLOBAL, 0, high, 2);

	assert_verdict(*state, kase, "lowmem-zone", "supported");
	high[1].free_bytes = 0;
	assert_verdict(*state, kase, "lowmem-zone", "refuted");
	assert_verdict(*state, with_zones(*state, OW_OOM_GLOBAL, 0, wide, 2), "lowmem-zone",
		       "not asked");
}

static void a_cgroups_record_refutes_them_all(void **state)
{
	static const char *const labels[] = { "cpuset-mempolicy", "fragmentation",
					      "node-overcommit",  "no-limit-tenant",
					      "over-protected",   "hugetlb-reservation",
					      "balloon" };
	const struct kill k = kill_leak();

	for (size_t i = 0; i < OW_ARRAY_SIZE(labels); i++)
		assert_verdict(*state, kill_case(*state, &k), labels[i], "refuted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_node_is_full_while_others_are_free),
		UNIT(the_other_nodes_may_be_out_of_sight),
		UNIT(a_large_request_can_fail_beside_free_memory),
		UNIT(low_memory_is_short_on_32_bit_only),
		UNIT(a_cgroups_record_refutes_them_all),
	};

	return cmocka_run_group_tests_name("analyze/limit-zone", tests, NULL, NULL);
}
