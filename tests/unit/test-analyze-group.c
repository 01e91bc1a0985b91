/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/group.h"

#include "unit.h"

#define BOUND(usage, limit)                                                            \
	{                                                                              \
		.have = OW_CGROUP_BINDING_USAGE, .path = "/a", .limit_bytes = (limit), \
		.usage_bytes = (usage)                                                 \
	}

static struct ow_cgroup bound_by(struct ow_cgroup_binding binding)
{
	return (struct ow_cgroup){ .have = OW_CGROUP_BINDING_LIMIT, .binding_limit = binding };
}

static void a_group_is_near_from_90_percent_on(void **state)
{
	static const struct {
		struct ow_cgroup_binding binding;
		uint64_t cache;
		enum ow_near near, near_when_unknown;
	} cases[] = {
		{ BOUND(899, 1000), 0, OW_NEAR_NOT, OW_NEAR_NOT },
		{ BOUND(900, 1000), 0, OW_NEAR_FULL, OW_NEAR_FULL },
		{ BOUND(900, 1000), 1, OW_NEAR_CACHE, OW_NEAR_FULL },
		{ BOUND(1000, 1000), 100, OW_NEAR_FULL, OW_NEAR_FULL },
		{ BOUND(1000, 1000), 101, OW_NEAR_CACHE, OW_NEAR_FULL },
		{ BOUND(5000, 1000), 0, OW_NEAR_FULL, OW_NEAR_FULL }, /* the limit was lowered */
		{ BOUND(100, 1000), 5000, OW_NEAR_NOT, OW_NEAR_NOT },
		{ BOUND(0, 0), 0, OW_NEAR_FULL, OW_NEAR_FULL }, /* no page can be charged */
		{ BOUND(1ULL << 50, UINT64_MAX), 0, OW_NEAR_NOT, OW_NEAR_NOT },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_cgroup group = bound_by(cases[i].binding);

		assert_int_equal(ow_group_near(&group, &cases[i].cache), cases[i].near);
		assert_int_equal(ow_group_near(&group, NULL), cases[i].near_when_unknown);
	}
}

static void what_is_not_known_to_be_bound_is_not_near(void **state)
{
	const struct ow_cgroup none = { .have = OW_CGROUP_USAGE, .usage_bytes = 7 },
			       no_usage = bound_by(
				       (struct ow_cgroup_binding){ .path = "/", .limit_bytes = 1 });
	double fill = -1;

	(void)state;
	assert_int_equal(ow_group_near(&none, NULL), OW_NEAR_NOT);
	assert_int_equal(ow_group_near(&no_usage, NULL), OW_NEAR_NOT);
	assert_false(ow_group_fill(&none, &fill));
	assert_false(ow_group_fill(&no_usage, &fill));
	assert_true(fill < 0);
}

static void page_cache_is_counted_with_the_groups_below(void **state)
{
	struct ow_stat v1[] = { { "inactive_file", 1, 1 },
				{ "active_file", 2, 2 },
				{ "total_inactive_file", 30, 3 },
				{ "total_active_file", 40, 4 } },
		       v2[] = { { "active_file", 5, 1 }, { "inactive_file", 6, 2 } },
		       half[] = { { "active_file", 5, 1 } };
	struct ow_cgroup group = { .have = OW_CGROUP_STAT, .stat = { v1, 4 } };
	uint64_t cache = 0;

	(void)state;
	assert_true(ow_group_cache(&group, &cache));
	assert_int_equal(cache, 70);
	group.stat = (struct ow_list){ v2, 2 };
	assert_true(ow_group_cache(&group, &cache));
	assert_int_equal(cache, 11);
	group.stat = (struct ow_list){ half, 1 };
	assert_false(ow_group_cache(&group, &cache));
	group = (struct ow_cgroup){ .stat = { v2, 2 } };
	assert_false(ow_group_cache(&group, &cache));
	assert_int_equal(cache, 11);
}

static void the_makeup_is_that_of_a_record(void **state)
{
	struct ow_stat v1[] = { { "total_cache", 300, 1 },
				{ "total_rss", 500, 2 },
				{ "total_shmem", 100, 3 } },
		       v2[] = { { "anon", 500, 1 }, { "file", 300, 2 }, { "shmem", 100, 3 } };
	struct ow_cgroup group = { .have = OW_CGROUP_STAT | OW_CGROUP_USAGE | OW_CGROUP_KMEM,
				   .usage_bytes = 900,
				   .kmem = { .have = OW_CGROUP_COUNTER_USAGE, .usage_bytes = 90 },
				   .stat = { v1, 3 } };
	struct ow_balance b;

	(void)state;
	ow_group_balance(&group, &b);
	assert_int_equal(b.usage.bytes, 900);
	assert_int_equal(b.part[OW_PART_ANON].bytes, 500);
	assert_int_equal(b.part[OW_PART_CACHE].bytes, 200);
	assert_int_equal(b.part[OW_PART_SHMEM].bytes, 100);
	assert_int_equal(b.part[OW_PART_KERNEL].bytes, 90);

	/* What an old kernel does not print is absent, not zero. */
	group = (struct ow_cgroup){ .have = OW_CGROUP_STAT, .stat = { v2, 3 } };
	ow_group_balance(&group, &b);
	assert_int_equal(b.part[OW_PART_ANON].bytes, 500);
	assert_false(b.part[OW_PART_KERNEL].have);
	assert_false(b.usage.have);
}

static void what_is_cited_is_the_file_that_says_it(void **state)
{
	static const struct {
		unsigned version;
		const char *source;
		unsigned what;
		const char *file;
	} cases[] = {
		{ 1, "cgroup/v1/a/memory.limit_in_bytes", OW_CGROUP_USAGE,
		  "cgroup/v1/a/memory.usage_in_bytes" },
		{ 1, "cgroup/v1/a/memory.usage_in_bytes", OW_CGROUP_LIMIT,
		  "cgroup/v1/a/memory.limit_in_bytes" },
		{ 1, "cgroup/v1/memory.limit_in_bytes", OW_CGROUP_STAT, "cgroup/v1/memory.stat" },
		{ 1, "cgroup/v1/a/memory.stat", OW_CGROUP_OOM_KILLS,
		  "cgroup/v1/a/memory.oom_control" },
		{ 2, "cgroup/v2/a/memory.max", OW_CGROUP_USAGE, "cgroup/v2/a/memory.current" },
		{ 2, "cgroup/v2/a/memory.stat", OW_CGROUP_LIMIT, "cgroup/v2/a/memory.max" },
		{ 2, "cgroup/v2/a/memory.max", OW_CGROUP_OOM_KILLS, "cgroup/v2/a/memory.events" },
		{ 2, "cgroup/v2/a/memory.max", OW_CGROUP_PSI, "cgroup/v2/a/memory.max" },
		{ 2, "cgroup", OW_CGROUP_STAT, "cgroup" },
	};
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_KIB(4));

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_cgroup group = { .version = cases[i].version,
						 .source = cases[i].source };

		assert_string_equal(ow_group_source(&group, cases[i].what, arena), cases[i].file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_cited_is_the_file_that_says_it),
		cmocka_unit_test(a_group_is_near_from_90_percent_on),
		cmocka_unit_test(what_is_not_known_to_be_bound_is_not_near),
		cmocka_unit_test(page_cache_is_counted_with_the_groups_below),
		cmocka_unit_test(the_makeup_is_that_of_a_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
