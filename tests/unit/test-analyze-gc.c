/* SPDX-License-Identifier: Apache-2.0 */
#include "gc.h"

#include <string.h>

/* One process, what is known of its limit, and what is said of it. */
struct look {
	struct ow_gc_lives *lives;
	struct ow_arena *arena;
	struct made made;
	struct ow_gc_known known;
	struct ow_gc_sum sum;
};

static int setup(void **state)
{
	struct look *look = calloc(1, sizeof(*look));

	if (!look)
		return -1;
	look->lives = ow_gc_lives_new();
	look->arena = ow_arena_new(OW_MIB(16));
	*state = look;
	return look->lives && look->arena ? 0 : -1;
}

static int teardown(void **state)
{
	struct look *look = *state;

	(void)ow_gc_lives_free(look->lives);
	(void)ow_arena_free(look->arena);
	free(look);
	return 0;
}

#define LOOK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static const struct ow_gc_life *life_of(const struct look *look)
{
	return ow_gc_lives_at(look->lives, 0);
}

static void limit(struct look *look, uint64_t megabytes)
{
	look->known = (struct ow_gc_known){ .have_limit = true, .limit_bytes = megabytes * MB };
}

static const struct ow_gc_sum *sum(struct look *look)
{
	assert_true(ow_gc_sum(life_of(look), &look->known, look->arena, &look->sum));
	return &look->sum;
}

static enum ow_verdict verdict(struct look *look, const char *label)
{
	const struct ow_gc_case c = { life_of(look), sum(look), &look->known };
	struct ow_finding f = { 0 };

	ow_arena_clear(look->arena);
	assert_true(ow_gc_judge(ow_gc_rule_find(label), &c, look->arena, &f));
	assert_non_null(f.statement);
	assert_true(f.verdict != OW_CONFIRMED);
	for (size_t i = 0; i < f.n_reasons; i++)
		for (size_t j = 0; j < f.reason[i].n_cites; j++)
			assert_true(f.reason[i].cite[j].line >= 1 &&
				    f.reason[i].cite[j].line <= look->made.line);
	return f.verdict;
}

/* n collections, so many seconds apart, of a live heap that goes from one size to another. */
static void live(struct look *look, int n, double seconds, double from, double to)
{
	for (int i = 0; i < n; i++)
		made_next(look->lives, &look->made, seconds,
			  (uint64_t)(from + (to - from) * i / (n > 1 ? n - 1 : 1)));
}

static void a_heap_that_grows_is_a_leak_where_that_matters(void **state)
{
	struct look *look = *state;

	live(look, 60, 1, 20, 140);
	assert_string_equal(sum(look)->shape, "leak");
	assert_true(look->sum.live.grows && look->sum.live.fit.p < 0.001);
	assert_true(fabs(look->sum.live.fit.slope / (double)MB - 2.03) < 0.1);
	assert_int_equal(verdict(look, "live-heap-leak"), OW_SUPPORTED);
	limit(look, 500);
	assert_int_equal(verdict(look, "live-heap-leak"), OW_SUPPORTED);
	/* It rose by 120 MB: that is less than a tenth of 2000. */
	limit(look, 2000);
	assert_int_equal(verdict(look, "live-heap-leak"), OW_REFUTED);
}

static void seven_collections_say_nothing(void **state)
{
	struct look *look = *state;

	live(look, 7, 10, 20, 140);
	assert_int_equal(sum(look)->live.lack, OW_GC_LACK_CYCLES);
	assert_int_equal(verdict(look, "live-heap-leak"), OW_NOT_TESTED);
	assert_string_equal(look->sum.shape, "inconclusive");
}

static void nineteen_seconds_say_nothing(void **state)
{
	struct look *look = *state;

	live(look, 190, 0.1, 20, 400);
	assert_int_equal(sum(look)->live.lack, OW_GC_LACK_SPAN);
	assert_int_equal(verdict(look, "live-heap-leak"), OW_NOT_TESTED);
}

static void a_heap_that_is_level_does_not_leak(void **state)
{
	struct look *look = *state;

	for (int i = 0; i < 300; i++)
		made_next(look->lives, &look->made, 0.2, 24 + (uint64_t)(i * 7 % 5));
	assert_string_equal(sum(look)->shape, "flat");
	assert_int_equal(sum(look)->live.lack, OW_GC_LACK_GROWTH);
	assert_int_equal(verdict(look, "live-heap-leak"), OW_REFUTED);
}

static void what_warms_up_does_not_leak(void **state)
{
	struct look *look = *state;

	for (int i = 0; i < 300; i++)
		made_next(look->lives, &look->made, 0.5,
			  (uint64_t)(20 + 200 * (1 - exp(-i / 75.0))));
	assert_int_not_equal(verdict(look, "live-heap-leak"), OW_SUPPORTED);
	assert_string_not_equal(look->sum.shape, "leak");
}

static void what_fills_and_stops_is_a_plateau(void **state)
{
	struct look *look = *state;

	live(look, 60, 1, 20, 200);
	live(look, 120, 1, 200, 200);
	assert_string_equal(sum(look)->shape, "plateau");
	assert_int_not_equal(verdict(look, "live-heap-leak"), OW_SUPPORTED);
	limit(look, 410);
	assert_string_equal(sum(look)->shape, "tight-plateau");
}

static void a_saw_does_not_leak(void **state)
{
	struct look *look = *state;

	for (int tooth = 0; tooth < 5; tooth++)
		live(look, 40, 1, 20, 200);
	assert_true(life_of(look)->resets >= 3);
	assert_int_not_equal(verdict(look, "live-heap-leak"), OW_SUPPORTED);
}

static void bursts_do_not_leak(void **state)
{
	struct look *look = *state;

	for (int i = 0; i < 300; i++)
		made_next(look->lives, &look->made, 0.3, i % 20 >= 17 ? 20 + (uint64_t)i : 20);
	assert_int_not_equal(verdict(look, "live-heap-leak"), OW_SUPPORTED);
}

static void head_room_is_a_factor_beside_a_leak(void **state)
{
	struct look *look = *state;

	live(look, 60, 1, 20, 140);
	assert_int_equal(verdict(look, "gc-headroom"), OW_NOT_TESTED); /* no limit */
	limit(look, 1000);
	assert_int_equal(verdict(look, "gc-headroom"), OW_REFUTED);
	limit(look, 280);
	assert_int_equal(verdict(look, "gc-headroom"), OW_SUPPORTED);
}

/* Alone it is a cause only where the live heap is level for an hour. */
static void head_room_alone_takes_an_hour(void **state)
{
	struct look *look = *state;

	live(look, 60, 1, 60, 60);
	limit(look, 122);
	assert_int_equal(verdict(look, "gc-headroom"), OW_NOT_TESTED);
	live(look, 400, 10, 60, 60);
	assert_int_equal(verdict(look, "gc-headroom"), OW_SUPPORTED);
}

static void the_time_to_the_limit_is_a_range(void **state)
{
	struct look *look = *state;

	/* 140 MB live at last, 280 the next goal; 2.03 MB/s, the goal rises twice as fast. */
	live(look, 60, 1, 20, 140);
	limit(look, 680);
	assert_true(sum(look)->have_eta && !look->sum.eta_now);
	assert_true(fabs(look->sum.eta_low_usec / 1e6 - 98) < 8);
	assert_true(fabs(look->sum.eta_high_usec / 1e6 - 197) < 16);
	limit(look, 250);
	assert_true(sum(look)->have_eta && look->sum.eta_now);
}

/* GOGC=off: the goal stands while the live heap rises to it, and there the collector never ends. */
static void spiral(struct look *look, bool slower)
{
	struct made *m = &look->made;

	for (int i = 0; i < 100; i++) {
		m->number++;
		m->at += i < 60 ? 0.5 : 0.02;
		m->goal = 64;
		m->live = i < 60 ? 4 + (uint64_t)i : 64;
		m->start = i < 60 || slower ? 0 : 200;
		made_add(look->lives, m);
	}
}

static void a_limit_that_leaves_no_room_is_a_spiral(void **state)
{
	struct look *look = *state;

	spiral(look, true);
	assert_true(sum(look)->capped);
	assert_int_equal(look->sum.cap_seen_bytes, 64 * MB);
	assert_int_equal(verdict(look, "gc-death-spiral"), OW_NOT_TESTED); /* not long enough */
	for (int i = 0; i < 64; i++) {
		look->made.number++;
		look->made.at += 0.02;
		made_add(look->lives, &look->made);
	}
	assert_int_equal(verdict(look, "gc-death-spiral"), OW_SUPPORTED);
	limit(look, 64);
	assert_int_equal(verdict(look, "cap-above-limit"), OW_SUPPORTED);
	assert_int_equal(verdict(look, "gc-headroom"), OW_REFUTED); /* it is live */
	limit(look, 400);
	assert_int_equal(verdict(look, "cap-above-limit"), OW_NOT_TESTED);
}

/* A small GOGC is no limit: there never was more room. */
static void a_small_gogc_is_no_spiral(void **state)
{
	struct look *look = *state;
	struct made *m = &look->made;

	for (int i = 0; i < 400; i++) {
		m->number++;
		m->at += 0.1;
		m->live = 100;
		m->goal = 104;
		made_add(look->lives, m);
	}
	assert_false(sum(look)->capped);
	assert_true(look->sum.have_gogc && fabs(look->sum.gogc_percent - 4) < 0.1);
	assert_int_not_equal(verdict(look, "gc-death-spiral"), OW_SUPPORTED);
}

static void a_cap_that_is_known_is_held_against_the_limit(void **state)
{
	struct look *look = *state;

	live(look, 60, 1, 20, 20);
	limit(look, 200);
	look->known.have_cap = true;
	look->known.cap_bytes = 200 * MB;
	assert_int_equal(verdict(look, "cap-above-limit"), OW_SUPPORTED);
	look->known.cap_bytes = 180 * MB;
	assert_int_equal(verdict(look, "cap-above-limit"), OW_REFUTED);
}

static void stacks_that_grow_are_goroutines(void **state)
{
	struct look *look = *state;

	for (int i = 0; i < 60; i++) {
		look->made.stacks = 2 + 2 * (uint64_t)i;
		made_next(look->lives, &look->made, 1, 4 + (uint64_t)i / 2);
	}
	assert_int_equal(verdict(look, "goroutine-leak"), OW_SUPPORTED);
	/* The live heap doubled as well; what goroutines hold may be all of that. */
	assert_int_equal(verdict(look, "live-heap-leak"), OW_NOT_TESTED);
	assert_false(look->sum.have_gogc);
}

static void small_stacks_are_no_goroutine_leak(void **state)
{
	struct look *look = *state;

	live(look, 60, 1, 20, 140);
	assert_int_equal(verdict(look, "goroutine-leak"), OW_REFUTED);
	look->made.form = OW_GC_1_6; /* which does not print them */
}

static void a_jump_at_the_end_is_a_buffer(void **state)
{
	struct look *look = *state;

	live(look, 60, 1, 20, 20);
	limit(look, 250);
	assert_int_equal(verdict(look, "buffer-growth"), OW_NOT_TESTED);
	look->made.start = 200;
	made_next(look->lives, &look->made, 1, 180);
	assert_int_equal(verdict(look, "buffer-growth"), OW_SUPPORTED);
	limit(look, 1000); /* it is small against that */
	assert_int_equal(verdict(look, "buffer-growth"), OW_NOT_TESTED);
}

static void pauses_have_two_digits(void **state)
{
	struct look *look = *state;

	for (int i = 1; i <= 100; i++) {
		look->made.stop_ms = i * 0.01;
		made_next(look->lives, &look->made, 1, 20);
	}
	assert_true(sum(look)->have_pauses);
	assert_true(look->sum.pause_p50_usec == 500);
	assert_true(look->sum.pause_p99_usec == 990);
	assert_true(fabs(look->sum.pause_max_usec - 1000) < 1e-6);
	assert_true(fabs(look->sum.stop_usec - 50500) < 1e-6);
}

/* 100 ms of a processor each second, of two. */
static void the_share_of_the_processors_is_of_the_stretch(void **state)
{
	struct look *look = *state;

	look->made.gc_ms = 0;
	live(look, 50, 1, 20, 20);
	look->made.gc_ms = 100;
	live(look, 50, 1, 20, 20);
	assert_true(fabs(sum(look)->all.gc_share - 0.025) < 1e-3);
	assert_true(look->sum.window[0].gc_share == 0);
	assert_true(fabs(look->sum.window[look->sum.n_windows - 1].gc_share - 0.05) < 1e-9);
	assert_true(fabs(look->sum.all.cycles_per_s - 100.0 / 99) < 1e-9);
	assert_true(look->sum.busiest >= look->sum.n_windows / 2);
}

static void a_process_that_only_collects_by_the_clock_is_idle(void **state)
{
	struct look *look = *state;

	live(look, 10, 1, 20, 20);
	assert_false(sum(look)->idle);
	look->made.periodic = true;
	live(look, 3, 120, 20, 20);
	assert_true(sum(look)->idle);
}

static void without_memory_nothing_is_judged(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *small = ow_arena_new(64);
	struct look *look = *state;
	struct ow_gc_sum told;
	struct ow_finding f = { .n_reasons = 77 };

	live(look, 60, 1, 20, 140);
	assert_false(ow_gc_sum(life_of(look), &look->known, small, &told));
	ow_arena_clear(small);
	assert_false(ow_gc_judge(&ow_gc_rules[0],
				 &(struct ow_gc_case){ life_of(look), sum(look), &look->known },
				 small, &f));
	assert_int_equal(f.n_reasons, 77);
}

static void a_label_has_one_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < ow_gc_n_rules; i++)
		assert_ptr_equal(ow_gc_rule_find(ow_gc_rules[i].label), &ow_gc_rules[i]);
	assert_null(ow_gc_rule_find("off-heap")); /* not from these lines */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOK(a_heap_that_grows_is_a_leak_where_that_matters),
		LOOK(seven_collections_say_nothing),
		LOOK(nineteen_seconds_say_nothing),
		LOOK(a_heap_that_is_level_does_not_leak),
		LOOK(what_warms_up_does_not_leak),
		LOOK(what_fills_and_stops_is_a_plateau),
		LOOK(a_saw_does_not_leak),
		LOOK(bursts_do_not_leak),
		LOOK(head_room_is_a_factor_beside_a_leak),
		LOOK(head_room_alone_takes_an_hour),
		LOOK(the_time_to_the_limit_is_a_range),
		LOOK(a_limit_that_leaves_no_room_is_a_spiral),
		LOOK(a_small_gogc_is_no_spiral),
		LOOK(a_cap_that_is_known_is_held_against_the_limit),
		LOOK(stacks_that_grow_are_goroutines),
		LOOK(small_stacks_are_no_goroutine_leak),
		LOOK(a_jump_at_the_end_is_a_buffer),
		LOOK(pauses_have_two_digits),
		LOOK(the_share_of_the_processors_is_of_the_stretch),
		LOOK(a_process_that_only_collects_by_the_clock_is_idle),
		LOOK(without_memory_nothing_is_judged),
		LOOK(a_label_has_one_rule),
	};

	return cmocka_run_group_tests_name("analyze/gc", tests, NULL, NULL);
}
