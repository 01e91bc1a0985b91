/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

static struct kill_case *machine(struct ow_arena *arena, uint64_t huge_kb, uint64_t unused_kb)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.kind = OW_OOM_GLOBAL;
	memset(k.stat, 0, sizeof(k.stat));
	k.stat[0].name = "free";
	k.stat[0].value = 2000;
	k.stat[1].name = "hugetlb";
	k.stat[1].value = huge_kb;
	k.stat[2].name = "hugetlb_free";
	k.stat[2].value = unused_kb;
	kase = kill_case(arena, &k);
	kase->oom.have |= OW_OOM_RAM;
	kase->oom.ram_bytes = UINT64_C(512000) * 1024;
	return kase;
}

static void huge_pages_that_nobody_uses_are_the_limit(void **state)
{
	assert_verdict(*state, machine(*state, 307200, 307200), "hugetlb-reservation", "supported");
	assert_verdict(*state, machine(*state, 307200, 10000), "hugetlb-reservation", "refuted");
	assert_verdict(*state, machine(*state, 51200, 51200), "hugetlb-reservation", "refuted");
	assert_verdict(*state, machine(*state, 0, 0), "hugetlb-reservation", "refuted");
}

static void what_the_record_cannot_show_stays_open(void **state)
{
	static const char *const labels[] = { "node-overcommit", "no-limit-tenant", "balloon",
					      "over-protected",  "zombie-memcg",    "tenant-holder",
					      "tenant-grower" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(labels); i++)
		assert_verdict(*state, machine(*state, 0, 0), labels[i], "not-tested");
}

static void zones_that_are_not_short_refute_a_full_machine(void **state)
{
	uint64_t reserve[] = { 0, 0, 0, 0 };
	struct ow_oom_zone zone = {
		.have = OW_ZONE_FREE | OW_ZONE_MIN | OW_ZONE_HIGH | OW_ZONE_MANAGED,
		.name = "Normal",
		.free_bytes = OW_MIB(100),
		.min_bytes = OW_MIB(4),
		.low_bytes = OW_MIB(5),
		.high_bytes = OW_MIB(6),
		.managed_bytes = OW_MIB(500),
		.reserve = { reserve, OW_ARRAY_SIZE(reserve) },
	};
	struct kill_case *kase = machine(*state, 0, 0);

	zone.line = kill_line(*state, &kase->oom, "Node 0 Normal free:102400kB min:4096kB");
	kase->oom.zones = (struct ow_list){ &zone, 1 };
	kase->oom.trigger.gfp_mask = "0xcc0";
	assert_verdict(*state, kase, "node-overcommit", "refuted");
	zone.free_bytes = OW_MIB(3);
	assert_verdict(*state, kase, "node-overcommit", "not-tested");
	zone.min_bytes = OW_MIB(50);
	assert_verdict(*state, kase, "over-protected", "supported");
	/* What was added for a while to fight fragments is nobody's setting. */
	zone.boost_bytes = OW_MIB(30);
	assert_verdict(*state, kase, "over-protected", "not-tested");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(huge_pages_that_nobody_uses_are_the_limit),
		UNIT(what_the_record_cannot_show_stays_open),
		UNIT(zones_that_are_not_short_refute_a_full_machine),
	};

	return cmocka_run_group_tests_name("analyze/limit-machine", tests, NULL, NULL);
}
