/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap-series.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/time.h"
#include "unit.h"

/* A profile: bytes of the paths a, b and c, and when it was taken. */
struct shot {
	const char *name;
	int64_t seconds; /* below 0: not known */
	int64_t a, b, c;
	int64_t allocated;   /* 0: not known */
	int64_t error;       /* of each path; below 0: not known */
	const char *program; /* NULL: prog */
	uint64_t vdso;
	bool difference;
	bool unsampled;
};

#define MIB (1 << 20)

static struct ow_heap_row row_of(const char *who, int64_t bytes, int64_t error)
{
	return (struct ow_heap_row){
		.have = OW_HEAP_ROW_WHO,
		.site = { .name = OW_STR("leaf"), .file = OW_STR("leaf.go"), .line = 7 },
		.who = { .name = ow_str(who), .file = OW_STR("main.go"), .line = 3 },
		.sums = { .have = OW_HEAP_INUSE, .inuse_bytes = bytes, .error_bytes = error },
	};
}

static int add(struct ow_heap_series_maker *maker, const struct shot *shot)
{
	const int64_t error = shot->error < 0 ? 0 : shot->error;
	struct ow_heap_row row[3];
	struct ow_profile_mapping mapping[] = {
		{ .start = 0x400000, .file = OW_STR("/bin/prog") },
		{ .start = shot->vdso, .file = OW_STR("[vdso]") },
	};
	const struct ow_profile profile = { .mapping = mapping, .n_mappings = 2 };
	struct ow_heap heap = {
		.program = shot->program ? ow_str(shot->program) : OW_STR("prog"),
		.difference = shot->difference,
		.oddities = { &(struct ow_heap_oddity){ .word = "rate-zero" }, shot->unsampled },
		.total = { .have = OW_HEAP_INUSE,
			   .inuse_bytes = shot->a + shot->b + shot->c,
			   .error_bytes = (int64_t)(1.7 * (double)error),
			   .alloc_bytes = shot->allocated },
	};

	if (shot->a)
		row[heap.rows.n++] = row_of("a", shot->a, error);
	if (shot->b)
		row[heap.rows.n++] = row_of("b", shot->b, error);
	if (shot->c)
		row[heap.rows.n++] = row_of("c", shot->c, error);
	heap.rows.item = row;
	if (shot->error >= 0)
		heap.total.have |= OW_HEAP_ERROR;
	if (shot->allocated)
		heap.total.have |= OW_HEAP_ALLOC;
	if (shot->seconds >= 0) {
		heap.age.have = OW_HEAP_AGE_TIME;
		heap.age.time_usec = shot->seconds * OW_USEC_PER_SEC;
	}
	return ow_heap_series_add(maker, &heap, &profile, ow_str(shot->name));
}

static int follow(struct ow_arena *arena, const struct shot *shot, size_t n, int64_t limit,
		  struct ow_heap_trend *ret, struct ow_err *err)
{
	struct ow_heap_series_maker *maker = ow_heap_series_new(n, arena);

	assert_non_null(maker);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(add(maker, &shot[i]), 0);
	return ow_heap_series_end(maker, limit, ret, err);
}

/* "a grows 30, b noise 0": MiB that they added, then the strays. */
static char *shown(struct ow_arena *arena, const struct ow_heap_trend *trend)
{
	const struct ow_heap_series_row *row = trend->series.rows.item;
	const struct ow_heap_stray *stray = trend->series.strays.item;
	char *text = ow_printf(arena, "%s", ow_heap_growth_names[trend->series.total.kind]);

	for (size_t i = 0; i < trend->series.rows.n; i++)
		text = ow_printf(arena, "%s, %.*s %s %" PRId64 "%s%s", text, (int)row[i].who.name.n,
				 row[i].who.name.p, ow_heap_growth_names[row[i].growth.kind],
				 row[i].growth.growth_bytes / MIB, row[i].is_new ? " new" : "",
				 row[i].is_gone ? " gone" : "");
	for (size_t i = 0; i < trend->series.strays.n; i++)
		text = ow_printf(arena, "%s; %.*s %s", text, (int)stray[i].source.n,
				 stray[i].source.p, stray[i].word);
	return text;
}

#define SHOTS 6

static void what_grows_is_told_from_what_does_not(void **state)
{
	static const struct {
		struct shot shot[SHOTS];
		size_t n;
		const char *found;
	} rows[] = {
		/* A steady leak, something steady, and something that comes and goes. */
		{ { { "0", 0, 10 * MIB, 5 * MIB, 1 * MIB, .error = MIB / 2 },
		    { "1", 10, 20 * MIB, 5 * MIB, 2 * MIB, .error = MIB / 2 },
		    { "2", 20, 30 * MIB, 5 * MIB, 1 * MIB, .error = MIB / 2 },
		    { "3", 30, 40 * MIB, 5 * MIB, 2 * MIB, .error = MIB / 2 } },
		  4,
		  "grows, a grows 30, c noise 0, b noise 0" },
		/* What is added is less than twice the error of both ends, however steadily. */
		{ { { "0", 0, 10 * MIB, .error = 2 * MIB },
		    { "1", 10, 11 * MIB, .error = 2 * MIB },
		    { "2", 20, 12 * MIB, .error = 2 * MIB },
		    { "3", 30, 13 * MIB, .error = 2 * MIB } },
		  4,
		  "noise, a noise 3" },
		/* More in the end, for sure, but it went up and down. */
		{ { { "0", 0, 10 * MIB, .error = 1 },
		    { "1", 10, 50 * MIB, .error = 1 },
		    { "2", 20, 20 * MIB, .error = 1 },
		    { "3", 30, 30 * MIB, .error = 1 } },
		  4,
		  "unsteady, a unsteady 17" },
		/* Two points, with their error and without. */
		{ { { "0", 0, 10 * MIB, 5 * MIB, .error = MIB },
		    { "1", 10, 20 * MIB, 5 * MIB, .error = MIB } },
		  2,
		  "grows, a grows 10, b noise 0" },
		{ { { "0", 0, 10 * MIB, .error = -1 }, { "1", 10, 20 * MIB, .error = -1 } },
		  2,
		  "undecided, a undecided 10" },
		/* New, gone, and in between. */
		{ { { "0", 0, 0, 40 * MIB, 0, .error = 1 },
		    { "1", 10, 10 * MIB, 20 * MIB, 5 * MIB, .error = 1 },
		    { "2", 20, 30 * MIB, 0, 0, .error = 1 } },
		  3,
		  "shrinks, a grows 30 new, b shrinks -40 gone, c noise 0 new gone" },
		/* The order in which they are named does not matter. */
		{ { { "2", 20, 30 * MIB, .error = 1 },
		    { "0", 0, 10 * MIB, .error = 1 },
		    { "1", 10, 20 * MIB, .error = 1 } },
		  3,
		  "grows, a grows 20" },
	};
	struct ow_heap_trend trend;

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		assert_int_equal(follow(*state, rows[i].shot, rows[i].n, 0, &trend, NULL), 0);
		assert_string_equal(shown(*state, &trend), rows[i].found);
		assert_int_equal(trend.series.unit, OW_HEAP_PER_HOUR);
	}
}

static void what_does_not_belong_is_left_out(void **state)
{
	static const struct {
		struct shot shot[SHOTS];
		size_t n;
		const char *found;
	} rows[] = {
		{ { { "0", 0, 10 * MIB }, { "1", 10, 20 * MIB }, { "again", 10, 20 * MIB } },
		  3,
		  "grows, a grows 10; again same" },
		{ { { "0", 0, 10 * MIB }, { "1", 10, 20 * MIB }, { "other", 10, 30 * MIB } },
		  3,
		  "grows, a grows 10; other same-moment" },
		{ { { "0", 0, 10 * MIB },
		    { "delta", 5, 10 * MIB, .difference = true },
		    { "1", 10, 20 * MIB } },
		  3,
		  "grows, a grows 10; delta delta" },
		{ { { "0", 0, 10 * MIB },
		    { "unsampled", 5, 1, .unsampled = true },
		    { "1", 10, 20 * MIB } },
		  3,
		  "grows, a grows 10; unsampled rate-zero" },
		{ { { "0", 0, 10 * MIB },
		    { "x", 5, 99 * MIB, .program = "other" },
		    { "1", 10, 20 * MIB } },
		  3,
		  "grows, a grows 10; x other-program" },
		/* Of equals the newer. */
		{ { { "0", 0, 10 * MIB },
		    { "1", 10, 20 * MIB },
		    { "x", 20, 10 * MIB, .program = "other" },
		    { "y", 30, 40 * MIB, .program = "other" } },
		  4,
		  "grows, a grows 30; 0 other-program; 1 other-program" },
		/* It was started anew: less was ever allocated, or the vdso lies elsewhere. */
		{ { { "0", 0, 90 * MIB, .allocated = 500 * MIB },
		    { "1", 10, 10 * MIB, .allocated = 20 * MIB },
		    { "2", 20, 20 * MIB, .allocated = 40 * MIB } },
		  3,
		  "grows, a grows 10; 0 other-run" },
		{ { { "0", 0, 10 * MIB, .vdso = 0x1000 },
		    { "1", 10, 20 * MIB, .vdso = 0x1000 },
		    { "2", 20, 5 * MIB, .vdso = 0x2000 } },
		  3,
		  "grows, a grows 10; 2 other-run" },
		{ { { "0", 0, 10 * MIB, .vdso = 0x1000 },
		    { "1", 10, 20 * MIB, .vdso = 0x1000 },
		    { "2", 20, 5 * MIB, .vdso = 0x2000 },
		    { "3", 30, 9 * MIB, .vdso = 0x2000 },
		    { "4", 40, 1 * MIB, .vdso = 0x3000 } },
		  5,
		  "grows, a grows 4; 0 other-run; 1 other-run; 4 other-run" },
		/* No collection in between; but idle for long is idle, and two points are left. */
		{ { { "0", 0, 10 * MIB, .allocated = 20 * MIB },
		    { "1", 10, 20 * MIB, .allocated = 40 * MIB },
		    { "2", 20, 20 * MIB, .allocated = 40 * MIB },
		    { "3", 30, 30 * MIB, .allocated = 60 * MIB } },
		  4,
		  "grows, a grows 20; 2 same-state" },
		{ { { "0", 0, 10 * MIB, .allocated = 20 * MIB },
		    { "1", 1000, 20 * MIB, .allocated = 40 * MIB },
		    { "2", 2000, 20 * MIB, .allocated = 40 * MIB },
		    { "3", 3000, 20 * MIB, .allocated = 40 * MIB } },
		  4,
		  "unsteady, a unsteady 5" },
		{ { { "0", 0, 10 * MIB, .allocated = 20 * MIB },
		    { "1", 10, 10 * MIB, .allocated = 20 * MIB } },
		  2,
		  "noise, a noise 0" },
	};
	struct ow_heap_trend trend;

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		assert_int_equal(follow(*state, rows[i].shot, rows[i].n, 0, &trend, NULL), 0);
		assert_string_equal(shown(*state, &trend), rows[i].found);
	}
}

static void without_times_it_goes_by_the_order(void **state)
{
	static const struct shot shots[] = {
		{ "0", -1, 10 * MIB },
		{ "1", 10, 20 * MIB },
		{ "2", -1, 30 * MIB },
		{ "again", -1, 30 * MIB },
	};
	struct ow_heap_trend trend;

	assert_int_equal(follow(*state, shots, 4, 100 * MIB, &trend, NULL), 0);
	assert_string_equal(shown(*state, &trend), "grows, a grows 20; again same");
	assert_int_equal(trend.series.unit, OW_HEAP_PER_STEP);
	assert_false(trend.series.have & OW_HEAP_SERIES_SPAN);
	assert_int_equal(trend.series.total.slope_bytes, 10 * MIB);
	assert_true(trend.series.reach.have & OW_HEAP_REACH_STEPS);
	assert_int_equal(trend.series.reach.likely_steps, 7);
}

static void a_limit_is_reached_in_a_time_or_it_is_said_why_not(void **state)
{
	static const struct shot steady[] = {
		{ "0", 0, 10 * MIB, .error = MIB },
		{ "1", 3600, 20 * MIB, .error = MIB },
	};
	static const struct shot flat[] = { { "0", 0, 10 * MIB }, { "1", 3600, 10 * MIB } };
	static const struct shot vague[] = {
		{ "0", 0, 10 * MIB, .error = 2 * MIB },
		{ "1", 3600, 20 * MIB, .error = 2 * MIB },
	};
	static const double sigma = 1.7 * M_SQRT2;
	struct ow_heap_trend trend;
	const struct ow_heap_reach *reach = &trend.series.reach;

	assert_int_equal(follow(*state, steady, 2, 120 * MIB, &trend, NULL), 0);
	assert_true(reach->have & OW_HEAP_REACH_TIME);
	assert_null(reach->why);
	assert_int_equal(reach->likely_usec, 36000 * OW_USEC_PER_SEC);
	assert_true(llabs(reach->soonest_usec - (int64_t)(36e10 / (10 + 2 * sigma))) < 100000);
	assert_true(llabs(reach->latest_usec - (int64_t)(36e10 / (10 - 2 * sigma))) < 100000);
	assert_int_equal(follow(*state, steady, 2, 15 * MIB, &trend, NULL), 0);
	assert_string_equal(reach->why, "the total is above it already");
	assert_int_equal(follow(*state, flat, 2, 120 * MIB, &trend, NULL), 0);
	assert_string_equal(reach->why, "the total is not known to grow");
	assert_int_equal(follow(*state, vague, 2, 120 * MIB, &trend, NULL), 0);
	assert_non_null(strstr(reach->why, "fivefold"));
	assert_int_equal(follow(*state, steady, 2, 0, &trend, NULL), 0);
	assert_false(trend.series.have & OW_HEAP_SERIES_REACH);
}

static void one_profile_is_no_series(void **state)
{
	static const struct shot shots[] = {
		{ "0", 0, 10 * MIB },
		{ "x", 10, 10 * MIB, .program = "other" },
	};
	static const struct shot runs[] = {
		{ "0", 0, 10 * MIB, .vdso = 0x1000 },
		{ "1", 10, 20 * MIB, .vdso = 0x2000 },
	};
	struct ow_heap_trend trend = { .measure = 77 };
	struct ow_err err;

	assert_int_equal(follow(*state, shots, 1, 0, &trend, &err), -ENOENT);
	assert_string_equal(err.text, "a series takes two profiles or more");
	assert_int_equal(follow(*state, shots, 2, 0, &trend, &err), -ENOENT);
	assert_string_equal(err.text, "there are no two profiles of one run: '0' is left out "
				      "(other-program)");
	assert_int_equal(follow(*state, runs, 2, 0, &trend, &err), -ENOENT);
	assert_string_equal(err.text, "there are no two profiles of one run: '0' is left out "
				      "(other-run)");
	assert_int_equal(trend.measure, 77);
}

static void values_out_of_this_world_are_followed(void **state)
{
	static const struct shot shots[] = {
		{ "0", 0, INT64_MIN + 1, .error = INT64_MAX },
		{ "1", 1, INT64_MAX, .error = INT64_MAX },
		{ "2", 2, 0, 0, 0, .error = INT64_MAX },
		{ "3", INT64_MAX / OW_USEC_PER_SEC, INT64_MAX },
		{ "4", 3, INT64_MIN, .error = 0 },
	};
	struct ow_heap_trend trend;

	assert_int_equal(follow(*state, shots, 5, 1, &trend, NULL), 0);
	assert_int_equal(trend.series.points.n, 5);
}

static void the_limit_of_memory_is_an_error(void **state)
{
	static const struct shot shots[] = {
		{ "0", 0, 10 * MIB, 1, 1 },
		{ "1", 1, 20 * MIB, 1, 1 },
		{ "2", 2, 30 * MIB, 1, 1 },
		{ "3", 3, 40 * MIB, 1, 1 },
	};
	int r = -ENOMEM;

	(void)state;
	for (size_t limit = 256; r < 0; limit += 256) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(limit);
		struct ow_heap_series_maker *maker = ow_heap_series_new(4, arena);
		struct ow_heap_trend trend;

		for (size_t i = 0; maker && i < 4; i++)
			if (add(maker, &shots[i]) < 0)
				maker = NULL;
		r = maker ? ow_heap_series_end(maker, 0, &trend, NULL) : -ENOMEM;
		assert_true(r == 0 || r == -ENOMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_grows_is_told_from_what_does_not),
		UNIT(what_does_not_belong_is_left_out),
		UNIT(without_times_it_goes_by_the_order),
		UNIT(a_limit_is_reached_in_a_time_or_it_is_said_why_not),
		UNIT(one_profile_is_no_series),
		UNIT(values_out_of_this_world_are_followed),
		UNIT(the_limit_of_memory_is_an_error),
	};

	return cmocka_run_group_tests_name("analyze/heap-series", tests, NULL, NULL);
}
