/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/request.h"

#include <string.h>

#include "unit.h"

static struct ow_request request(const char *mask, const char *flags)
{
	const struct ow_oom oom = {
		.kind = OW_OOM_GLOBAL,
		.trigger = { .have = OW_TRIGGER_ORDER, .gfp_mask = mask, .gfp_flags = flags }
	};
	struct ow_request r;

	ow_request_read(&oom, &r);
	return r;
}

static void the_mask_says_which_zones_will_do(void **state)
{
	static const struct {
		const char *mask, *flags;
		enum ow_zone_kind highest;
		bool movable;
	} cases[] = {
		{ "0x201da", NULL, OW_KIND_MOVABLE, true },  /* 2.6.32, 3.10 */
		{ "0x280da", NULL, OW_KIND_MOVABLE, true },  /* 2.6.32 */
		{ "0x84d0", NULL, OW_KIND_NORMAL, false },   /* 2.6.32 */
		{ "0x200d2", NULL, OW_KIND_HIGHMEM, false }, /* 3.10 */
		{ "0x2040d1", NULL, OW_KIND_DMA, false },    /* 3.10 */
		{ "0x24201ca", "GFP_HIGHUSER_MOVABLE|__GFP_COLD", OW_KIND_MOVABLE, true },
		{ "0x6200ca", "GFP_HIGHUSER_MOVABLE", OW_KIND_MOVABLE, true }, /* 4.18 */
		{ "0x100cca", "GFP_HIGHUSER_MOVABLE", OW_KIND_MOVABLE, true },
		{ "0x140dca", "GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO", OW_KIND_MOVABLE, true },
		{ "0x40dc0", "GFP_KERNEL|__GFP_COMP|__GFP_ZERO", OW_KIND_NORMAL, false },
		{ "0x100cc2", "GFP_HIGHUSER", OW_KIND_HIGHMEM, false },
		{ "0xcc4", "GFP_KERNEL|GFP_DMA32", OW_KIND_DMA32, false },
		{ "0xcc1", "GFP_KERNEL|GFP_DMA", OW_KIND_DMA, false },
		/* The mask is lost, its names are not. */
		{ NULL, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO", OW_KIND_MOVABLE, true },
		{ "", "GFP_NOFS|__GFP_HIGHMEM", OW_KIND_HIGHMEM, false },
		{ "0x1?", "GFP_KERNEL", OW_KIND_NORMAL, false },
		{ NULL, "__GFP_DMA32", OW_KIND_DMA32, false },
		/* A page that may be moved, but only in low memory. */
		{ "0xcc8", "GFP_KERNEL|__GFP_MOVABLE", OW_KIND_NORMAL, true },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_request r = request(cases[i].mask, cases[i].flags);

		assert_null(r.why_not);
		assert_int_equal(r.highest, cases[i].highest);
		assert_int_equal(r.movable, cases[i].movable);
	}
	assert_true(request("0xce0", "GFP_KERNEL|__GFP_HIGH").high);
	assert_false(request("0xcc0", "GFP_KERNEL").high);
}

static void what_is_not_told_is_not_known(void **state)
{
	static const struct {
		enum ow_oom_kind kind;
		const char *mask, *flags;
		bool nobody;
	} cases[] = {
		{ OW_OOM_GLOBAL, NULL, NULL, false },
		{ OW_OOM_GLOBAL, "0x0", "", false },
		{ OW_OOM_PANIC, "0x0", NULL, false },
		{ OW_OOM_SYSRQ, "0xcc0", NULL, true },
		{ OW_OOM_MEMCG, "0xcc0", NULL, true },
		{ OW_OOM_USERSPACE, NULL, NULL, true },
		{ OW_OOM_GLOBAL, "0x", NULL, false },
		{ OW_OOM_GLOBAL, "0xzz", NULL, false },
		{ OW_OOM_GLOBAL, "0x0000", NULL, false },
		{ OW_OOM_ALLOCATION, "0x201cc0", "GFP_KERNEL|__GFP_THISNODE", false },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom oom = { .kind = cases[i].kind,
					    .trigger = { .gfp_mask = cases[i].mask,
							 .gfp_flags = cases[i].flags } };
		struct ow_request r;

		ow_request_read(&oom, &r);
		assert_non_null(r.why_not);
		assert_int_equal(r.nobody, cases[i].nobody);
	}
}

static void a_zone_that_no_kernel_line_has_is_normal(void **state)
{
	struct ow_oom_zone zone[] = { { .name = "DMA" }, { .name = "Normal" } };
	struct ow_oom oom = { .kind = OW_OOM_GLOBAL,
			      .zones = { zone, 2 },
			      .trigger = { .gfp_mask = "0x100cc2", .gfp_flags = "GFP_HIGHUSER" } };
	struct ow_request r;

	(void)state;
	ow_request_read(&oom, &r);
	assert_int_equal(r.highest, OW_KIND_NORMAL);
	zone[1].name = "HighMem";
	ow_request_read(&oom, &r);
	assert_int_equal(r.highest, OW_KIND_HIGHMEM);
	oom.trigger.gfp_mask = "0xcc1";
	ow_request_read(&oom, &r);
	assert_int_equal(r.highest, OW_KIND_DMA);
	zone[0].name = "Normal";
	ow_request_read(&oom, &r);
	assert_int_equal(r.highest, OW_KIND_NORMAL);
}

static void policy_and_cpuset_confine_it(void **state)
{
	static const struct {
		enum ow_oom_kind kind;
		const char *constraint, *nodemask, *mems, *mask, *flags, *may;
	} cases[] = {
		{ OW_OOM_GLOBAL, "CONSTRAINT_NONE", "(null)", "0-1", "0xcc0", "GFP_KERNEL",
		  "0123" },
		{ OW_OOM_CPUSET, "CONSTRAINT_CPUSET", "(null)", "1", "0xcc0", "GFP_KERNEL", "1" },
		{ OW_OOM_CPUSET, "CONSTRAINT_CPUSET", "(null)", "0,2-3", "0xcc0", "GFP_KERNEL",
		  "023" },
		{ OW_OOM_MEMPOLICY, "CONSTRAINT_MEMORY_POLICY", "3", "0-3", "0xcc0", "GFP_KERNEL",
		  "3" },
		{ OW_OOM_CPUSET, "CONSTRAINT_CPUSET", "1-2", "2-3", "0xcc0", "GFP_KERNEL", "2" },
		/* Before 5.0 only the line behind the head says it. */
		{ OW_OOM_GLOBAL, NULL, NULL, "1", "0x201da", NULL, "1" },
		{ OW_OOM_GLOBAL, NULL, "(null)", "1", "0x14200ca", "GFP_HIGHUSER_MOVABLE", "1" },
		{ OW_OOM_GLOBAL, NULL, NULL, "1", "0xd0", NULL, "0123" },
		{ OW_OOM_GLOBAL, NULL, NULL, "1", "0x14000c0", "GFP_KERNEL", "0123" },
		/* What cannot be read excludes nothing. */
		{ OW_OOM_CPUSET, NULL, "(null)", "1-", "0xcc0", "GFP_KERNEL", "0123" },
		{ OW_OOM_CPUSET, NULL, "", "?", "0xcc0", "GFP_KERNEL", "0123" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom oom = { .kind = cases[i].kind,
					    .constraint = cases[i].constraint,
					    .nodemask = cases[i].nodemask,
					    .mems_allowed = cases[i].mems,
					    .trigger = { .gfp_mask = cases[i].mask,
							 .gfp_flags = cases[i].flags } };
		char may[5] = "";
		struct ow_request r;

		ow_request_read(&oom, &r);
		for (int node = 0; node < 4; node++)
			if (ow_request_may_use(&r, node))
				may[strlen(may)] = (char)('0' + node);
		assert_string_equal(may, cases[i].may);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_mask_says_which_zones_will_do),
		UNIT(what_is_not_told_is_not_known),
		UNIT(a_zone_that_no_kernel_line_has_is_normal),
		UNIT(policy_and_cpuset_confine_it),
	};

	return cmocka_run_group_tests_name("analyze/request", tests, NULL, NULL);
}
