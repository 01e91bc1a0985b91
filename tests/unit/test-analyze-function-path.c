/* SPDX-License-Identifier: Apache-2.0 */
#include "golang.h"
#include "report/report.h"

static void the_path_that_took_the_growth_is_named(void **state)
{
	struct go_case *g = go_case(*state, true);
	struct ow_chain chain;

	(void)go_log(g, 98, 2, 0.3);
	(void)go_own_heap(g, 30);
	(void)go_own_heap(g, 90);
	assert_go(g, "allocation-path", "supported");
	assert_int_equal(ow_chain_run(&g->kase->c, *state, &chain), 0);
	assert_string_equal(chain.cause->subject, "main.keep (main.go:7)");
	assert_ptr_equal(chain.cause, chain.reached);
}

static void what_holds_most_and_does_not_grow_is_not_accused(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 2, 0.3);
	(void)go_heap(g, 30, 3, 20);
	(void)go_heap(g, 90, 15, 20);
	assert_go(g, "allocation-path", "supported");
	assert_string_equal(go_statement(g, "allocation-path"),
			    "of the growth between the profiles 100 % was allocated in main.keep "
			    "(main.go:7), which has 43 % of the last one");
}

static void growth_that_is_spread_has_no_path(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 2, 0.3);
	(void)go_heap(g, 30, 1, 1);
	(void)go_heap(g, 90, 10, 9);
	assert_go(g, "allocation-path", "refuted");
}

static void profiles_alone_say_that_the_heap_grew(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_own_heap(g, 30);
	(void)go_own_heap(g, 90);
	assert_go(g, "live-heap-leak", "supported");
	assert_go(g, "allocation-path", "supported");
	assert_go(g, "leak", "not asked"); /* no series */
}

static void one_profile_says_who_holds_and_no_more(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 2, 0.3);
	(void)go_own_heap(g, 90);
	assert_go(g, "allocation-path", "not-tested");
	assert_string_equal(
		go_statement(g, "allocation-path"),
		"main.keep (main.go:7) holds most, 15 MiB of 16 MiB; growth unknown: one "
		"profile of that life");
}

/* The catalogue is loaded between the two profiles; what was killed is another story. */
static void what_starts_up_is_not_accused(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_heap(g, 1, 0.1, 1);
	(void)go_heap(g, 10, 1, 20);
	assert_go(g, "allocation-path", "not-tested");
	(void)go_log(g, 98, 2, 0.3); /* 0.3 MiB a second, and that was 2 */
	assert_go(g, "allocation-path", "not-tested");
}

static void what_has_stopped_growing_is_not_accused(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_heap(g, 10, 1, 1);
	(void)go_heap(g, 50, 20, 1);
	(void)go_heap(g, 90, 21, 1);
	assert_go(g, "allocation-path", "not-tested");
	g->heap[2] = *go_heap(g, 91, 38, 1);
	g->kase->c.go.n_heaps = 3;
	assert_go(g, "allocation-path", "supported");
}

static void a_heap_that_does_not_grow_by_its_log_has_no_path(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_log(g, 98, 30, 0);
	(void)go_heap(g, 30, 5, 1);
	(void)go_heap(g, 90, 14, 1);
	assert_go(g, "allocation-path", "not-tested");
}

static void another_run_is_a_lead_in_words(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_own_heap(g, 300);
	go_own_heap(g, 360)->of.pid = 100;
	assert_go(g, "allocation-path", "not-tested");
	assert_string_equal(
		go_statement(g, "allocation-path"),
		"same program, another run (it was taken 4 min 20 s after the kill): in "
		"\"heap.2\" main.keep (main.go:7) holds 55 MiB of 56 MiB");
}

static void a_page_without_a_name_may_be_of_another_program(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_own_heap(g, 360);
	assert_string_equal(
		go_statement(g, "allocation-path"),
		"perhaps this program, another run (it was taken 4 min 20 s after the kill): in "
		"\"heap.1\" main.keep (main.go:7) holds 55 MiB of 56 MiB");
	go_own_heap(g, 350)->of.pid = 100; /* rather one with a name */
	assert_string_equal(
		go_statement(g, "allocation-path"),
		"same program, another run (it was taken 4 min 10 s after the kill): in "
		"\"heap.2\" main.keep (main.go:7) holds 54 MiB of 55 MiB");
}

static void another_program_is_not_even_a_lead(void **state)
{
	struct go_case *g = go_case(*state, true);

	go_own_heap(g, 50)->of.pid = 7;
	assert_go(g, "allocation-path", "not-tested");
	assert_null(strstr(go_statement(g, "allocation-path"), "main.keep"));
}

static void a_victim_that_held_little_is_not_looked_into(void **state)
{
	struct go_case *g = go_case(*state, true);
	struct ow_oom_task *task = ow_alloc(*state, 2, sizeof(*task));
	struct ow_oom *oom = &g->kase->oom;

	task[0] = task[1] = ow_oom_tasks(oom)[0];
	task[0].rss_bytes = task[0].rss_anon_bytes = 8 * GO_MIB;
	task[1].pid = task[1].tgid = 200;
	task[1].comm = "other";
	oom->tasks = (struct ow_list){ task, 2 };
	ow_oom_victims(oom)->anon_rss_bytes = 8 * GO_MIB;
	(void)go_heap(g, 10, 1, 0.1);
	(void)go_heap(g, 50, 3, 0.1);
	(void)go_heap(g, 90, 5, 0.1);
	assert_go(g, "allocation-path", "not-tested");
	assert_go(g, "live-heap-leak", "not-tested");
}

/* Whatever is left out, no verdict on code gets stronger, and none is confirmed. */
static void less_evidence_accuses_no_more(void **state)
{
	static const char *const labels[] = { "allocation-path", "live-heap-leak", "leak" };

	for (unsigned without = 0; without < 16; without++) {
		struct go_case *g = go_case(*state, !(without & 1));

		if (!(without & 2))
			(void)go_log(g, 98, 2, 0.3);
		if (!(without & 4))
			(void)go_own_heap(g, 30);
		if (!(without & 8))
			(void)go_own_heap(g, 90);
		for (size_t i = 0; i < OW_ARRAY_SIZE(labels); i++) {
			const char *verdict = kill_verdict(*state, &g->kase->c, labels[i]);

			assert_string_not_equal(verdict, "confirmed");
			if (without & (i == 0 ? 12 : i == 2 ? 2 : 0))
				assert_string_not_equal(verdict, "supported");
			if (i == 1 && (without & 2) && (without & 12))
				assert_string_not_equal(verdict, "supported");
		}
	}
}

static void without_anything_of_go_the_levels_are_not_asked(void **state)
{
	struct go_case *g = go_case(*state, true);

	assert_go(g, "allocation-path", "not asked");
	assert_go(g, "live-heap-leak", "not asked");
	assert_go(g, "leak", "not asked");
	assert_go(g, "inconclusive", "not-tested");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_path_that_took_the_growth_is_named),
		UNIT(what_holds_most_and_does_not_grow_is_not_accused),
		UNIT(growth_that_is_spread_has_no_path),
		UNIT(profiles_alone_say_that_the_heap_grew),
		UNIT(one_profile_says_who_holds_and_no_more),
		UNIT(what_starts_up_is_not_accused),
		UNIT(what_has_stopped_growing_is_not_accused),
		UNIT(a_heap_that_does_not_grow_by_its_log_has_no_path),
		UNIT(another_run_is_a_lead_in_words),
		UNIT(a_page_without_a_name_may_be_of_another_program),
		UNIT(another_program_is_not_even_a_lead),
		UNIT(a_victim_that_held_little_is_not_looked_into),
		UNIT(less_evidence_accuses_no_more),
		UNIT(without_anything_of_go_the_levels_are_not_asked),
	};

	return cmocka_run_group_tests_name("analyze/function-path", tests, NULL, NULL);
}
