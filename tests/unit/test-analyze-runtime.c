/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/runtime.h"

#include "golang.h"

static void a_live_heap_that_grows_leads_to_the_kill(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 2, 0.3);
	assert_go(g, "live-heap-leak", "supported");
	assert_go(g, "leak", "supported");
	assert_go(g, "inconclusive", "refuted");
	assert_go(g, "gc-headroom", "supported");
	assert_go(g, "gc-death-spiral", "refuted");
	assert_go(g, "buffer-growth", "refuted");
}

static void the_prediction_is_near_the_kill(void **state)
{
	struct go_case *g = go_case(*state, true);
	int64_t predicted, lived;
	struct ow_scene s;

	(void)go_log(g, 98, 2, 0.3);
	assert_int_equal(ow_scene_make(&g->kase->c, *state, &s), 0);
	assert_true(ow_runtime_predict(&s, &predicted));
	assert_true(ow_runtime_lived(&s, &lived));
	assert_int_equal(lived, GO_LIFE * INT64_C(1000000));
	assert_true(llabs(predicted - lived) < lived / 10);
}

static void growth_that_does_not_lead_to_the_kill_is_no_shape(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 10, 0.09); /* at the limit 143 s later */
	assert_go(g, "live-heap-leak", "supported");
	assert_go(g, "leak", "not-tested");
	assert_go(g, "inconclusive", "not-tested");
}

static void a_steady_heap_is_no_leak(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 30, 0);
	assert_go(g, "live-heap-leak", "refuted");
	assert_go(g, "leak", "not-tested");
}

static void the_log_of_another_run_decides_nothing(void **state)
{
	static const char *const labels[] = { "live-heap-leak", "leak", "gc-headroom",
					      "gc-death-spiral", "buffer-growth" };
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 2, 0.3);
	go_log_times(g, 300);
	for (size_t i = 0; i < OW_ARRAY_SIZE(labels); i++)
		assert_go(g, labels[i], "not-tested");
	assert_string_equal(go_statement(g, "live-heap-leak"),
			    "the log \"app.log\" is not known to be of the life that ended so: it "
			    "goes on after the kill");
}

static void too_little_of_a_log_decides_nothing(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 10, 40, 2);
	assert_go(g, "live-heap-leak", "not-tested");
	assert_go(g, "leak", "not-tested");
}

static void memory_that_is_no_heap_is_not_explained_by_one(void **state)
{
	struct go_case *g = go_case(*state, true);
	struct ow_stat *stat = g->kase->oom.memory_stat.item;

	(void)go_log(g, 98, 2, 0.3);
	stat[0].value = 9000 * 1024;                  /* anon */
	stat[1].value = stat[6].value = 55000 * 1024; /* file, shmem */
	assert_go(g, "live-heap-leak", "not-tested");
	assert_go(g, "leak", "not-tested");
}

static void the_memory_limit_comes_with_its_arithmetic(void **state)
{
	struct go_case *g = go_case(*state, true);
	const char *advice;
	struct ow_scene s;

	(void)go_log(g, 98, 2, 0.3);
	assert_int_equal(ow_scene_make(&g->kase->c, *state, &s), 0);
	advice = ow_runtime_advice(&s, *state);
	assert_non_null(advice);
	assert_non_null(strstr(advice, "GOMEMLIMIT=57MiB = (64 MiB limit - 540 KiB that is not "
				       "anonymous memory) x 0.9; it delays the end"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_live_heap_that_grows_leads_to_the_kill),
		UNIT(the_prediction_is_near_the_kill),
		UNIT(growth_that_does_not_lead_to_the_kill_is_no_shape),
		UNIT(a_steady_heap_is_no_leak),
		UNIT(the_log_of_another_run_decides_nothing),
		UNIT(too_little_of_a_log_decides_nothing),
		UNIT(memory_that_is_no_heap_is_not_explained_by_one),
		UNIT(the_memory_limit_comes_with_its_arithmetic),
	};

	return cmocka_run_group_tests_name("analyze/runtime", tests, NULL, NULL);
}
