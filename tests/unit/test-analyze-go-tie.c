/* SPDX-License-Identifier: Apache-2.0 */
/* Which pieces are of the life that ended so? */
#include "golang.h"

static struct ow_scene scene_of(struct go_case *g)
{
	struct ow_scene s;

	assert_int_equal(ow_scene_make(&g->kase->c, g->arena, &s), 0);
	return s;
}

static void a_profile_is_own_when_it_was_taken_in_that_life(void **state)
{
	static const struct {
		double at;
		bool started;
		enum ow_tie tie;
	} cases[] = {
		{ 50, true, OW_TIE_OWN },   { 0, true, OW_TIE_OWN },
		{ 101, true, OW_TIE_OWN }, /* clocks differ */
		{ 104, true, OW_TIE_RUN },  { -1, true, OW_TIE_OWN },
		{ -60, true, OW_TIE_RUN },  { 50, false, OW_TIE_UNSURE },
		{ 104, false, OW_TIE_RUN },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct go_case *g = go_case(*state, cases[i].started);

		(void)go_heap(g, cases[i].at, 10, 1);
		assert_int_equal(scene_of(g).go->heap[0].tie.tie, cases[i].tie);
	}
}

static void a_profile_without_a_time_is_never_own(void **state)
{
	struct go_case *g = go_case(*state, true);
	struct ow_go_heap *h = go_heap(g, 50, 10, 1);

	h->of.source.time_usec = 0;
	assert_int_equal(scene_of(g).go->heap[0].tie.tie, OW_TIE_UNSURE);
}

static void a_page_counts_from_its_last_collection(void **state)
{
	struct go_case *g = go_case(*state, true);
	struct ow_go_heap *h = go_heap(g, 500, 10, 1); /* the file was copied later */

	h->of.loose = true;
	g->profile->memstats.have = OW_MEMSTATS_LAST_GC;
	g->profile->memstats.last_gc_usec = go_time(40);
	assert_int_equal(scene_of(g).go->heap[0].tie.tie, OW_TIE_OWN);
}

static void a_file_that_was_copied_in_that_life_is_as_old_as_its_last_collection(void **state)
{
	static const struct {
		double collected;
		enum ow_tie tie;
	} cases[] = { { 40, OW_TIE_OWN }, { -3600, OW_TIE_RUN } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct go_case *g = go_case(*state, true);

		go_heap(g, 50, 10, 1)->of.loose = true;
		g->profile->memstats.have = OW_MEMSTATS_LAST_GC;
		g->profile->memstats.last_gc_usec = go_time(cases[i].collected);
		assert_int_equal(scene_of(g).go->heap[0].tie.tie, cases[i].tie);
	}
}

static void another_container_or_process_is_another_program(void **state)
{
	struct go_case *g = go_case(*state, true);

	go_heap(g, 50, 10, 1)->of.container = "3418b1d0c3a2";
	go_heap(g, 51, 10, 1)->of.container = "77778888999900001111";
	go_heap(g, 52, 10, 1)->of.pid = 100;
	go_heap(g, 53, 10, 1)->of.pid = 101;
	assert_int_equal(scene_of(g).go->heap[0].tie.tie, OW_TIE_OWN);
	assert_int_equal(scene_of(g).go->heap[1].tie.tie, OW_TIE_PROGRAM);
	assert_int_equal(scene_of(g).go->heap[2].tie.tie, OW_TIE_OWN);
	assert_int_equal(scene_of(g).go->heap[3].tie.tie, OW_TIE_PROGRAM);
}

static void another_name_is_another_program(void **state)
{
	static const struct {
		const char *file;
		enum ow_tie tie;
	} cases[] = { { "/app/leak", OW_TIE_OWN },
		      { "/app/leaky", OW_TIE_PROGRAM },
		      { "/leak/server", OW_TIE_PROGRAM } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct go_case *g = go_case(*state, true);
		struct ow_profile_mapping *m = ow_alloc(*state, 1, sizeof(*m));

		(void)go_heap(g, 50, 10, 1);
		m->file = ow_str(cases[i].file);
		m->limit = 0x500000;
		g->profile->mapping = m;
		g->profile->n_mappings = 1;
		assert_int_equal(scene_of(g).go->heap[0].tie.tie, cases[i].tie);
	}
}

static void what_is_larger_than_the_limit_was_another_run(void **state)
{
	struct go_case *g = go_case(*state, true);

	(void)go_heap(g, 50, 70, 1);
	assert_int_equal(scene_of(g).go->heap[0].tie.tie, OW_TIE_RUN);
}

static void a_log_is_own_when_it_is_as_long_as_the_life(void **state)
{
	static const struct {
		double until;
		enum ow_tie tie;
	} cases[] = { { 98, OW_TIE_OWN }, { 60, OW_TIE_UNSURE }, { 110, OW_TIE_RUN } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct go_case *g = go_case(*state, true);

		(void)go_log(g, cases[i].until, 2, 0.25);
		assert_int_equal(scene_of(g).go->life_tie.tie, cases[i].tie);
	}
}

static void the_log_of_that_container_may_end_earlier(void **state)
{
	struct go_case *g = go_case(*state, true);

	go_log(g, 60, 2, 0.25)->of.container = GO_ID;
	assert_int_equal(scene_of(g).go->life_tie.tie, OW_TIE_OWN);
	go_log_times(g, 0);
	assert_int_equal(scene_of(g).go->life_tie.tie, OW_TIE_OWN);
}

/* Another program's that was saved when this one was killed. */
static void a_log_of_another_size_may_be_of_another_program(void **state)
{
	for (int timed = 0; timed < 2; timed++) {
		struct go_case *g = go_case(*state, true);

		(void)go_log(g, 98, 2, 0.05);
		if (timed)
			go_log_times(g, 0);
		assert_int_equal(scene_of(g).go->life_tie.tie, OW_TIE_UNSURE);
		g->log.of.container = GO_ID;
		assert_int_equal(scene_of(g).go->life_tie.tie, OW_TIE_OWN);
	}
}

static void a_log_with_times_that_fell_silent_before_the_kill_may_be_of_another(void **state)
{
	struct go_case *g = go_case(*state, false);

	(void)go_log(g, 98, 2, 0.3);
	go_log_times(g, -60);
	assert_int_equal(scene_of(g).go->life_tie.tie, OW_TIE_UNSURE);
	assert_false(scene_of(g).go->has_start);
}

static void the_log_of_another_container_says_no_start(void **state)
{
	struct go_case *g = go_case(*state, false);

	go_log(g, 98, 2, 0.3)->of.container = "77778888999900001111";
	go_log_times(g, 0);
	assert_int_equal(scene_of(g).go->life_tie.tie, OW_TIE_PROGRAM);
	assert_false(scene_of(g).go->has_start);
}

static void a_log_with_times_ends_with_the_kill(void **state)
{
	static const struct {
		double later;
		enum ow_tie tie;
	} cases[] = { { 0, OW_TIE_OWN }, { 30, OW_TIE_RUN }, { -160, OW_TIE_RUN } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct go_case *g = go_case(*state, false);

		(void)go_log(g, 98, 2, 0.3);
		go_log_times(g, cases[i].later);
		assert_int_equal(scene_of(g).go->life_tie.tie, cases[i].tie);
	}
}

static void a_log_with_times_says_when_the_life_began(void **state)
{
	struct go_case *g = go_case(*state, false);

	(void)go_log(g, 98, 2, 0.3);
	go_log_times(g, 0);
	(void)go_heap(g, 50, 10, 1);
	(void)go_heap(g, -50, 10, 1);
	assert_true(scene_of(g).go->has_start);
	assert_int_equal(scene_of(g).go->start_usec, GO_START);
	assert_int_equal(scene_of(g).go->heap[0].tie.tie, OW_TIE_RUN);
	assert_int_equal(scene_of(g).go->heap[1].tie.tie, OW_TIE_OWN);
}

static void a_log_without_any_time_must_fit_the_size(void **state)
{
	static const struct {
		double first, slope;
		enum ow_tie tie;
	} cases[] = { { 2, 0.3, OW_TIE_OWN },
		      { 2, 0.2, OW_TIE_UNSURE }, /* it may be of another program */
		      { 2, 0.02, OW_TIE_UNSURE },
		      { 2, 0.9, OW_TIE_RUN } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct go_case *g = go_case(*state, false);

		(void)go_log(g, 98, cases[i].first, cases[i].slope);
		assert_int_equal(scene_of(g).go->life_tie.tie, cases[i].tie);
	}
}

static void of_several_lives_in_a_log_the_last_that_fits_is_taken(void **state)
{
	struct go_case *g = go_case(*state, false);
	struct ow_gc_event *both = ow_alloc(*state, 200, sizeof(*both));
	size_t n = 0;

	(void)go_log(g, 60, 2, 0.5); /* it was killed before, and restarted */
	for (size_t i = 0; i < g->log.n; i++)
		both[n++] = g->log.event[i];
	(void)go_log(g, 98, 2, 0.3);
	for (size_t i = 0; i < g->log.n; i++)
		both[n++] = g->log.event[i];
	g->log.event = both;
	g->log.n = n;
	assert_int_equal(scene_of(g).go->life_tie.tie, OW_TIE_OWN);
	assert_int_equal(scene_of(g).go->life->cycles, 49);
}

static void a_page_says_when_its_process_began(void **state)
{
	struct go_case *g = go_case(*state, false);

	g->page[0] = (struct ow_go_numbers){
		.of = { .source = { "metrics", go_time(80) } },
		.stats = { .have = OW_GO_START, .start_usec = GO_START },
	};
	g->kase->c.go.n_pages = 1;
	(void)go_heap(g, 50, 10, 1);
	assert_int_equal(scene_of(g).go->heap[0].tie.tie, OW_TIE_OWN);
	/* So long before the kill that another may have followed. */
	g->page[0].of.source.time_usec = go_time(30);
	assert_int_equal(scene_of(g).go->heap[0].tie.tie, OW_TIE_UNSURE);
}

static void a_page_of_a_process_that_began_before_or_was_larger_is_of_another_run(void **state)
{
	static const struct {
		double start;
		unsigned heap_mib;
		enum ow_tie tie;
	} cases[] = { { 0, 40, OW_TIE_OWN },
		      { 5, 40, OW_TIE_OWN }, /* a script started it */
		      { -3600, 40, OW_TIE_RUN },
		      { 0, 65, OW_TIE_RUN } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct go_case *g = go_case(*state, true);
		struct ow_go_stats *stats = &g->page[0].stats;

		g->page[0].of.source = (struct ow_go_source){ "metrics", go_time(80) };
		stats->have = OW_GO_START;
		stats->start_usec = go_time(cases[i].start);
		stats->memstats.have = OW_MEMSTATS_HEAP_INUSE;
		stats->memstats.heap_inuse_bytes = (uint64_t)cases[i].heap_mib * GO_MIB;
		g->kase->c.go.n_pages = 1;
		assert_int_equal(scene_of(g).go->page[0].tie.tie, cases[i].tie);
	}
}

static void goroutines_of_another_container_are_not_taken(void **state)
{
	static const struct ow_goroutines list = { .source = "goroutines", .total = 1 };
	struct go_case *g = go_case(*state, true);
	struct ow_go_stacks stacks = { .of = { .source = { "goroutines", go_time(80) } },
				       .goroutines = &list };

	g->page[0] = (struct ow_go_numbers){ .of = { .source = { "metrics", go_time(80) } } };
	g->kase->c.go.n_pages = 1;
	g->kase->c.go.stacks = &stacks;
	g->kase->c.go.n_stacks = 1;
	assert_ptr_equal(scene_of(g).go->account->moment[0].from->goroutines, &list);
	stacks.of.container = "77778888999900001111";
	assert_null(scene_of(g).go->account->moment[0].from->goroutines);
}

static void growth_that_leads_to_the_size_ties_profiles_without_a_start(void **state)
{
	struct go_case *g = go_case(*state, false);

	go_heap(g, 40, 8, 1)->of.pid = 100;
	go_heap(g, 90, 20, 1)->of.pid = 100;
	assert_int_equal(scene_of(g).go->heap[1].tie.tie, OW_TIE_OWN);
	g->heap[1].of.pid = 0; /* and it has no name */
	assert_int_equal(scene_of(g).go->heap[1].tie.tie, OW_TIE_UNSURE);
	g->heap[0].of.source.time_usec = go_time(85); /* by this slope it were far larger */
	g->heap[1] = g->heap[0];
	g->kase->c.go.n_heaps = 1;
	go_heap(g, 95, 60, 1)->of.pid = 100;
	assert_int_equal(scene_of(g).go->heap[1].tie.tie, OW_TIE_UNSURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_profile_is_own_when_it_was_taken_in_that_life),
		UNIT(a_profile_without_a_time_is_never_own),
		UNIT(a_page_counts_from_its_last_collection),
		UNIT(a_file_that_was_copied_in_that_life_is_as_old_as_its_last_collection),
		UNIT(another_container_or_process_is_another_program),
		UNIT(another_name_is_another_program),
		UNIT(what_is_larger_than_the_limit_was_another_run),
		UNIT(a_log_is_own_when_it_is_as_long_as_the_life),
		UNIT(the_log_of_that_container_may_end_earlier),
		UNIT(a_log_of_another_size_may_be_of_another_program),
		UNIT(a_log_with_times_that_fell_silent_before_the_kill_may_be_of_another),
		UNIT(the_log_of_another_container_says_no_start),
		UNIT(a_log_with_times_ends_with_the_kill),
		UNIT(a_log_with_times_says_when_the_life_began),
		UNIT(a_log_without_any_time_must_fit_the_size),
		UNIT(of_several_lives_in_a_log_the_last_that_fits_is_taken),
		UNIT(a_page_says_when_its_process_began),
		UNIT(a_page_of_a_process_that_began_before_or_was_larger_is_of_another_run),
		UNIT(goroutines_of_another_container_are_not_taken),
		UNIT(growth_that_leads_to_the_size_ties_profiles_without_a_start),
	};

	return cmocka_run_group_tests_name("analyze/go-tie", tests, NULL, NULL);
}
