/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "analyze/account.h"
#include "unit.h"

#define MIB(n) ((uint64_t)OW_MIB(n))

static const struct ow_memstats memstats = {
	.have = OW_MEMSTATS_SYS | OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_HEAP_IDLE |
		OW_MEMSTATS_HEAP_INUSE | OW_MEMSTATS_HEAP_RELEASED | OW_MEMSTATS_STACK |
		OW_MEMSTATS_MSPAN | OW_MEMSTATS_MCACHE | OW_MEMSTATS_BUCK_HASH_SYS |
		OW_MEMSTATS_GC_SYS | OW_MEMSTATS_OTHER_SYS,
	.heap_alloc_bytes = OW_MIB(115),
	.heap_inuse_bytes = OW_MIB(120),
	.heap_idle_bytes = OW_MIB(60),
	.heap_released_bytes = OW_MIB(50),
	.stack_sys_bytes = OW_MIB(2),
	.gc_sys_bytes = OW_MIB(8),
	.sys_bytes = OW_MIB(190),
};

static const struct ow_process process = {
	.have = OW_PROCESS_RSS | OW_PROCESS_RSS_PARTS | OW_PROCESS_SWAP | OW_PROCESS_LAZY_FREE,
	.rss_bytes = OW_MIB(176),
	.rss_anon_bytes = OW_MIB(170),
	.rss_file_bytes = OW_MIB(5),
	.rss_shmem_bytes = OW_MIB(1),
	.swap_bytes = OW_MIB(3),
	.lazy_free_bytes = OW_MIB(20),
};

/* The steps as "id=MiB", totals with "=" in front. */
static char *shown(struct ow_arena *arena, const struct ow_account *a)
{
	char *text = ow_printf(arena, "%s", "");

	for (size_t i = 0; i < a->n_steps; i++)
		text = ow_printf(arena, "%s%s%s%s:%d", text, i ? " " : "",
				 a->step[i].kind == OW_STEP_TOTAL  ? "="
				 : a->step[i].kind == OW_STEP_REST ? "?"
								   : "",
				 a->step[i].id, (int)(a->step[i].bytes / (int64_t)OW_MIB(1)));
	return text;
}

static void add_up(const struct ow_account *a)
{
	int64_t sum = 0;

	for (size_t i = 0; i < a->n_steps; i++) {
		if (a->step[i].kind != OW_STEP_TOTAL) {
			sum += a->step[i].bytes;
			continue;
		}
		if (i)
			assert_true(sum == a->step[i].bytes);
		sum = a->step[i].bytes;
	}
}

static void make(struct ow_go_stats *stats, struct ow_go_moment *moment)
{
	*stats = (struct ow_go_stats){ .source = { "heap", 1 }, .memstats = memstats };
	*moment = (struct ow_go_moment){
		.stats = stats,
		.n_stats = 1,
		.profile_source = { "heap", 1 },
		.profile_bytes = MIB(100),
		.process = &process,
		.status_source = { "status", 2 },
		.smaps_source = { "smaps_rollup", 3 },
	};
}

static void all_parts_add_up_to_the_limit(void **state)
{
	struct ow_stat stat[] = { { "anon", OW_MIB(180), 1 },
				  { "file", OW_MIB(30), 2 },
				  { "shmem", OW_MIB(4), 3 },
				  { "kernel", OW_MIB(10), 4 } };
	struct ow_cgroup group = {
		.have = OW_CGROUP_USAGE | OW_CGROUP_LIMIT | OW_CGROUP_STAT,
		.version = 2,
		.path = "/a",
		.usage_bytes = MIB(221),
		.limit_bytes = MIB(300),
		.stat = { stat, OW_ARRAY_SIZE(stat) },
	};
	struct ow_go_moment moment;
	struct ow_go_stats stats;
	struct ow_account a;

	make(&stats, &moment);
	moment.cgroup = &group;
	moment.cgroup_source.name = "group";
	assert_int_equal(
		ow_account_make(&(struct ow_go_series){ &moment, 1 }, UINT64_MAX, *state, &a), 0);
	assert_string_equal(
		shown(*state, &a),
		"=profile:100 ?since_profile:15 =heap_alloc:115 ?fragmentation:5 "
		"=heap_inuse:120 idle:10 stacks:2 structures:8 =go:140 swapped:-3 "
		"lazy_free:20 ?off_heap:13 =rss_anon:170 rss_file:5 rss_shmem:1 "
		"=rss:176 others:10 cache:24 kernel:10 ?usage_rest:1 =usage:221 ?free:79 "
		"=limit:300");
	add_up(&a);
	assert_string_equal(a.step[0].source[0]->name, "heap");
	assert_null(a.step[0].source[1]);
	/* A rest is of both totals. */
	assert_string_equal(a.step[11].source[0]->name, "heap");
	assert_string_equal(a.step[11].source[1]->name, "status");
}

static void what_is_missing_is_not_told_apart(void **state)
{
	static const struct {
		unsigned memstats, process; /* that are not known */
		bool no_profile;
		const char *shown;
	} cases[] = {
		{ 0, OW_PROCESS_LAZY_FREE, false,
		  "=profile:100 ?since_profile:15 =heap_alloc:115 ?fragmentation:5 "
		  "=heap_inuse:120 idle:10 stacks:2 structures:8 =go:140 swapped:-3 "
		  "?not_told_apart:33 =rss_anon:170 rss_file:5 rss_shmem:1 =rss:176" },
		{ 0, OW_PROCESS_RSS_PARTS, true,
		  "=heap_alloc:115 ?fragmentation:5 =heap_inuse:120 idle:10 stacks:2 "
		  "structures:8 =go:140 swapped:-3 lazy_free:20 ?not_told_apart:19 =rss:176" },
		{ OW_MEMSTATS_STACK, 0, true,
		  "=heap_alloc:115 ?fragmentation:5 =heap_inuse:120 idle:10 structures:8 "
		  "?not_told_apart:2 =go:140 swapped:-3 lazy_free:20 ?off_heap:13 =rss_anon:170 "
		  "rss_file:5 rss_shmem:1 =rss:176" },
		{ ~0U, 0, false,
		  "=profile:100 swapped:-3 lazy_free:20 ?not_told_apart:53 =rss_anon:170 "
		  "rss_file:5 rss_shmem:1 =rss:176" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_process known = process;
		struct ow_go_moment moment;
		struct ow_go_stats stats;
		struct ow_account a;

		make(&stats, &moment);
		stats.memstats.have &= ~cases[i].memstats;
		known.have &= ~cases[i].process;
		moment.process = &known;
		if (cases[i].no_profile)
			moment.profile_source.name = NULL;
		assert_int_equal(ow_account_make(&(struct ow_go_series){ &moment, 1 }, UINT64_MAX,
						 *state, &a),
				 0);
		assert_string_equal(shown(*state, &a), cases[i].shown);
		add_up(&a);
	}
}

static void memory_that_was_never_touched_is_no_error(void **state)
{
	struct ow_process small = process;
	struct ow_go_moment moment;
	struct ow_go_stats stats;
	struct ow_account a;

	make(&stats, &moment);
	small.rss_anon_bytes = MIB(60);
	small.rss_bytes = MIB(66);
	moment.process = &small;
	assert_int_equal(
		ow_account_make(&(struct ow_go_series){ &moment, 1 }, UINT64_MAX, *state, &a), 0);
	for (size_t i = 0; i < a.n_steps; i++)
		if (strcmp(a.step[i].id, "off_heap") == 0) {
			assert_int_equal(a.step[i].bytes, -(int64_t)OW_MIB(97));
			assert_string_equal(a.step[i].title, "taken and never touched");
		}
	add_up(&a);
}

static void growth_is_since_the_first_moment(void **state)
{
	struct ow_process grown = process;
	struct ow_go_moment moment[2];
	struct ow_go_stats stats[2];
	struct ow_account a;

	make(&stats[0], &moment[0]);
	make(&stats[1], &moment[1]);
	grown.lazy_free_bytes = MIB(50);
	moment[1].process = &grown;
	moment[1].profile_bytes = MIB(110);
	assert_int_equal(
		ow_account_make(&(struct ow_go_series){ moment, 2 }, UINT64_MAX, *state, &a), 0);
	for (size_t i = 0; i < a.n_steps; i++) {
		const struct ow_account_step *step = &a.step[i];
		const int64_t want = strcmp(step->id, "profile") == 0         ? 10
				     : strcmp(step->id, "since_profile") == 0 ? -10
				     : strcmp(step->id, "lazy_free") == 0     ? 30
				     : strcmp(step->id, "off_heap") == 0      ? -30
									      : 0;

		assert_true(step->have_growth);
		assert_int_equal(step->growth_bytes, want * (int64_t)OW_MIB(1));
	}
}

/* Of two pages that which has all counts, and no number of the other is mixed in. */
static void the_runtime_s_numbers_are_of_one_page(void **state)
{
	struct ow_go_moment moment;
	struct ow_go_stats stats[2];
	struct ow_account a;

	make(&stats[0], &moment);
	stats[1] = (struct ow_go_stats){
		.page = OW_GO_PAGE_METRICS,
		.source = { "metrics", 9 },
		.memstats = { .have = OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_SYS,
			      .heap_alloc_bytes = OW_MIB(1),
			      .sys_bytes = OW_MIB(1) },
	};
	moment.stats = stats;
	moment.n_stats = 2;
	assert_int_equal(
		ow_account_make(&(struct ow_go_series){ &moment, 1 }, UINT64_MAX, *state, &a), 0);
	assert_ptr_equal(a.moment[0].stats, &stats[0]);
	assert_int_equal(a.moment[0].value[OW_ACCOUNT_HEAP_ALLOC], MIB(115));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(all_parts_add_up_to_the_limit),
		UNIT(what_is_missing_is_not_told_apart),
		UNIT(memory_that_was_never_touched_is_no_error),
		UNIT(growth_is_since_the_first_moment),
		UNIT(the_runtime_s_numbers_are_of_one_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
