/* SPDX-License-Identifier: Apache-2.0 */
#include "gc.h"

static int setup(void **state)
{
	*state = ow_gc_lives_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	*state = ow_gc_lives_free(*state);
	return 0;
}

#define LIVES(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void one_process_is_one_life(void **state)
{
	struct made m = { 0 };
	const struct ow_gc_life *life = NULL;

	for (int i = 0; i < 1000; i++)
		life = made_next(*state, &m, 0.7, 20);
	assert_int_equal(ow_gc_lives_count(*state), 1);
	assert_int_equal(life->cycles, 1000);
	assert_int_equal(life->missed, 0);
	assert_true(life->from_start && !life->replaced);
	assert_int_equal(life->clock, OW_GC_CLOCK_START);
	assert_int_equal(life->first_usec, 700000);
	assert_int_equal(life->last_usec, 700000000);
}

static void a_number_that_falls_begins_a_life(void **state)
{
	struct made m = { 0 };
	const struct ow_gc_life *first, *second;

	for (int i = 0; i < 20; i++)
		made_next(*state, &m, 1, 20);
	m = (struct made){ .line = 20 };
	made_next(*state, &m, 0.1, 2);
	assert_int_equal(ow_gc_lives_count(*state), 2);
	first = ow_gc_lives_at(*state, 0);
	second = ow_gc_lives_at(*state, 1);
	assert_true(first->replaced);
	assert_int_equal(first->successor, 2);
	assert_int_equal(second->predecessor, 1);
	assert_false(second->replaced);
	assert_ptr_equal(ow_gc_lives_find(*state, 2), second);
	assert_null(ow_gc_lives_find(*state, 3));
}

/* As with `go run`, whose own collections stand between those of the program. */
static void processes_that_take_turns_are_told_apart(void **state)
{
	struct made a = { 0 }, b = { 0 };

	for (int i = 0; i < 5; i++)
		made_next(*state, &a, 0.5, 50);
	for (int i = 0; i < 30; i++) {
		made_next(*state, &b, 0.3, 8);
		if (i % 3 == 0)
			made_next(*state, &a, 1, 50);
	}
	assert_int_equal(ow_gc_lives_count(*state), 2);
	assert_int_equal(ow_gc_lives_at(*state, 0)->cycles, 15);
	assert_int_equal(ow_gc_lives_at(*state, 1)->cycles, 30);
	assert_int_equal(ow_gc_lives_at(*state, 0)->missed, 0);
	assert_int_equal(ow_gc_lives_at(*state, 1)->missed, 0);
	/* The first was not replaced: it went on. */
	assert_false(ow_gc_lives_at(*state, 0)->replaced);
	assert_int_equal(ow_gc_lives_at(*state, 1)->predecessor, 0);
}

/* Both count alike; what they hold tells them apart. */
static void processes_of_the_same_number_are_told_apart_by_their_goal(void **state)
{
	struct made a = { 0 }, b = { 0 };
	const struct ow_gc_life *life;

	for (int i = 0; i < 40; i++) {
		life = made_next(*state, &a, 0.5, 400);
		assert_int_equal(life->number, 1);
		life = made_next(*state, &b, 0.5, 8);
		assert_int_equal(life->number, 2);
	}
	assert_int_equal(ow_gc_lives_count(*state), 2);
}

static void names_tell_processes_apart(void **state)
{
	struct made a = { .who = "web-1" }, b = { .who = "web-2" };

	for (int i = 0; i < 10; i++) {
		made_next(*state, &a, 1, 20);
		made_next(*state, &b, 1, 20);
	}
	assert_int_equal(ow_gc_lives_count(*state), 2);
	assert_string_equal(ow_gc_lives_at(*state, 1)->who, "web-2");
	assert_int_equal(ow_gc_lives_at(*state, 1)->predecessor, 0);
}

static void what_is_not_in_the_log_is_counted(void **state)
{
	struct made m = { 0 };
	const struct ow_gc_life *life = NULL;

	for (int i = 0; i < 10; i++)
		made_next(*state, &m, 1, 20);
	m.number += 3;
	life = made_next(*state, &m, 4, 20);
	assert_int_equal(ow_gc_lives_count(*state), 1);
	assert_int_equal(life->missed, 3);
}

/* A number far ahead at the same moment is another process's. */
static void a_gap_that_time_does_not_explain_is_another_process(void **state)
{
	struct made a = { 0 }, b = { .number = 4000, .at = 100, .live = 20 };

	for (int i = 0; i < 100; i++)
		made_next(*state, &a, 1, 20);
	made_next(*state, &b, 0.1, 20);
	made_next(*state, &a, 1, 20);
	assert_int_equal(ow_gc_lives_count(*state), 2);
	assert_int_equal(ow_gc_lives_at(*state, 0)->cycles, 101);
	assert_int_equal(ow_gc_lives_at(*state, 1)->predecessor, 0);
}

static void a_line_that_is_there_twice_counts_once(void **state)
{
	struct made m = { 0 };
	const struct ow_gc_life *life;

	made_next(*state, &m, 1, 20);
	made_next(*state, &m, 1, 20);
	life = made_add(*state, &m);
	assert_int_equal(life->cycles, 2);
	assert_int_equal(ow_gc_lives_count(*state), 1);
}

/* Runs whose first collection is the only one, and always the same. */
static void short_runs_are_lives(void **state)
{
	for (int i = 0; i < 5; i++) {
		struct made m = { .stop_ms = i };

		m.number = 1;
		m.live = 381;
		m.goal = 382 + (uint64_t)i;
		made_add(*state, &m);
	}
	assert_int_equal(ow_gc_lives_count(*state), 5);
}

static void the_next_file_goes_on_only_where_it_fits(void **state)
{
	struct made m = { 0 };

	for (int i = 0; i < 10; i++)
		made_next(*state, &m, 1, 20);
	ow_gc_lives_next_source(*state);
	made_next(*state, &m, 1, 20); /* a log that was rotated */
	assert_int_equal(ow_gc_lives_count(*state), 1);
	ow_gc_lives_next_source(*state);
	m.number += 5;
	made_next(*state, &m, 6, 20);
	assert_int_equal(ow_gc_lives_count(*state), 2);
	/* What begins in another file is no restart of what was in this one. */
	ow_gc_lives_next_source(*state);
	m = (struct made){ 0 };
	assert_int_equal(made_next(*state, &m, 1, 2)->predecessor, 0);
}

static void too_many_lives_forget_the_first_that_ended(void **state)
{
	for (int i = 0; i < OW_GC_LIVES + 100; i++) {
		struct made m = { 0 };

		made_next(*state, &m, 1, 5);
		made_next(*state, &m, 1, 6);
	}
	assert_int_equal(ow_gc_lives_count(*state), OW_GC_LIVES);
	assert_int_equal(ow_gc_lives_forgotten(*state), 100);
	assert_int_equal(ow_gc_lives_at(*state, 0)->number, 101);
	assert_int_equal(ow_gc_lives_at(*state, OW_GC_LIVES - 1)->number, OW_GC_LIVES + 100);
}

static void what_is_printed_by_hand_is_a_life_until_a_collection_comes(void **state)
{
	struct ow_gc_event event = { .kind = OW_GC_EVENT_STATS, .line = 7, .have_time = true };
	const struct ow_gc_life *life;
	struct made m = { 0 };

	event.stats.memstats =
		(struct ow_memstats){ .have = OW_MEMSTATS_HEAP_ALLOC, .heap_alloc_bytes = 5 * MB };
	assert_int_equal(ow_gc_lives_add(*state, "log", &event, &life), 0);
	event.time_usec = 3 * OW_USEC_PER_SEC;
	assert_int_equal(ow_gc_lives_add(*state, "log", &event, &life), 0);
	assert_int_equal(life->cycles, 0);
	assert_int_equal(life->printed.lines, 2);
	assert_int_equal(life->last_usec, 3 * OW_USEC_PER_SEC);
	life = made_next(*state, &m, 1, 20);
	assert_int_equal(ow_gc_lives_count(*state), 1);
	assert_int_equal(life->cycles, 1);
	assert_int_equal(life->printed.lines, 2);
	assert_int_equal(life->n_buckets, 1);
}

/* Without a process to be of, a line of the scavenger is nobody's. */
static void what_is_of_nobody_is_left_out(void **state)
{
	const struct ow_gc_event event = { .kind = OW_GC_EVENT_SCAVENGE };
	const struct ow_gc_life *life = (const void *)state;

	assert_int_equal(ow_gc_lives_add(*state, "log", &event, &life), 0);
	assert_null(life);
	assert_int_equal(ow_gc_lives_count(*state), 0);
}

/* Buckets fold, and keep what they had. */
static void a_long_life_keeps_its_sums(void **state)
{
	const struct ow_gc_life *life = NULL;
	uint64_t cycles = 0, least = UINT64_MAX;
	struct made m = { .stop_ms = 0.5 };

	for (int i = 0; i < 20000; i++)
		life = made_next(*state, &m, i == 10000 ? 5000 : 1.5, i == 7777 ? 3 : 20);
	assert_true(life->n_buckets <= OW_GC_BUCKETS && life->n_buckets > OW_GC_BUCKETS / 2 - 1);
	for (size_t i = 0; i < life->n_buckets; i++) {
		cycles += life->bucket[i].cycles;
		if (life->bucket[i].live_min_bytes < least)
			least = life->bucket[i].live_min_bytes;
	}
	assert_int_equal(cycles, 20000);
	assert_int_equal(least, 3 * MB);
	assert_int_equal(life->pauses, 20000);
	assert_int_equal(life->lowest.cycle.live_bytes, 3 * MB);
	assert_int_equal(life->lowest.line, 7778);
}

static void an_emptied_heap_begins_anew(void **state)
{
	const struct ow_gc_life *life = NULL;
	struct made m = { 0 };

	for (int i = 0; i < 50; i++)
		life = made_next(*state, &m, 1, 10 + (uint64_t)i);
	for (int i = 0; i < 20; i++)
		life = made_next(*state, &m, 1, 6);
	assert_int_equal(life->resets, 1);
	assert_int_equal(life->cycles_since_reset, 20);
	assert_int_equal(life->reset_usec, 51 * OW_USEC_PER_SEC);
	assert_true(life->emptied_bytes >= 50 * MB);
}

static void a_burst_is_no_reset(void **state)
{
	const struct ow_gc_life *life = NULL;
	struct made m = { 0 };

	for (int i = 0; i < 100; i++)
		life = made_next(*state, &m, 1, i % 10 < 7 ? 10 : 60);
	assert_int_equal(life->resets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVES(one_process_is_one_life),
		LIVES(a_number_that_falls_begins_a_life),
		LIVES(processes_that_take_turns_are_told_apart),
		LIVES(processes_of_the_same_number_are_told_apart_by_their_goal),
		LIVES(names_tell_processes_apart),
		LIVES(what_is_not_in_the_log_is_counted),
		LIVES(a_gap_that_time_does_not_explain_is_another_process),
		LIVES(a_line_that_is_there_twice_counts_once),
		LIVES(short_runs_are_lives),
		LIVES(the_next_file_goes_on_only_where_it_fits),
		LIVES(too_many_lives_forget_the_first_that_ended),
		LIVES(what_is_printed_by_hand_is_a_life_until_a_collection_comes),
		LIVES(what_is_of_nobody_is_left_out),
		LIVES(a_long_life_keeps_its_sums),
		LIVES(an_emptied_heap_begins_anew),
		LIVES(a_burst_is_no_reset),
	};

	return cmocka_run_group_tests_name("analyze/gc-lives", tests, NULL, NULL);
}
