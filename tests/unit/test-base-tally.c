/* SPDX-License-Identifier: Apache-2.0 */
#include "base/tally.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static struct ow_tally *made(struct ow_arena *arena, size_t n_values)
{
	struct ow_tally *tally = ow_tally_new(arena, n_values);

	assert_non_null(tally);
	return tally;
}

static void equal_sequences_add_up(void **state)
{
	struct ow_tally *tally = made(*state, 2);
	const uint32_t stack[] = { 7, 70000, 3 };
	struct ow_tally_place place = { 0 };
	struct ow_tally_item item = { .number = (uint32_t[3]){ 0 } };

	for (int64_t i = 1; i <= 100; i++)
		assert_int_equal(ow_tally_add(tally, stack, 3, 5, (int64_t[]){ i, -i }), 0);
	assert_int_equal(ow_tally_seal(tally), 0);
	assert_int_equal(ow_tally_count(tally), 1);
	assert_int_equal(ow_tally_longest(tally), 3);
	assert_true(ow_tally_next(tally, &place, &item));
	assert_int_equal(item.n, 3);
	assert_memory_equal(item.number, stack, sizeof(stack));
	assert_int_equal(item.tag, 5);
	assert_int_equal(item.value[0], 5050);
	assert_int_equal(item.value[1], -5050);
	assert_false(ow_tally_next(tally, &place, &item));
}

static void what_differs_in_anything_is_apart(void **state)
{
	struct ow_tally *tally = made(*state, 1);
	const int64_t one = 1;
	const uint32_t a[] = { 1, 2 }, b[] = { 2, 1 };

	assert_int_equal(ow_tally_add(tally, a, 2, 0, &one), 0);
	assert_int_equal(ow_tally_add(tally, b, 2, 0, &one), 0);
	assert_int_equal(ow_tally_add(tally, a, 1, 0, &one), 0);
	assert_int_equal(ow_tally_add(tally, a, 2, 1, &one), 0);
	assert_int_equal(ow_tally_add(tally, a, 0, 0, &one), 0);
	assert_int_equal(ow_tally_seal(tally), 0);
	assert_int_equal(ow_tally_count(tally), 5);
}

/* The place in the order is that of the first time, also of sums that need more room later. */
static void the_order_is_that_of_the_first_time(void **state)
{
	struct ow_tally *tally = made(*state, 1);
	struct ow_tally_place place = { 0 };
	struct ow_tally_item item = { .number = (uint32_t[1]){ 0 } };
	const int64_t large = INT64_C(1) << 40;

	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(ow_tally_add(tally, &i, 1, 0, (int64_t[]){ 1 }), 0);
	for (uint32_t i = 0; i < 5000; i += 3)
		assert_int_equal(ow_tally_add(tally, &i, 1, 0, &large), 0);
	assert_int_equal(ow_tally_seal(tally), 0);
	for (uint32_t i = 0; i < 5000; i++) {
		assert_true(ow_tally_next(tally, &place, &item));
		assert_int_equal(item.number[0], i);
		assert_int_equal(item.value[0], i % 3 == 0 ? large + 1 : 1);
	}
	assert_false(ow_tally_next(tally, &place, &item));
}

static void numbers_of_every_width_come_back(void **state)
{
	struct ow_tally *tally = made(*state, 1);
	struct ow_tally_place place = { 0 };
	uint32_t number[37], back[37];
	struct ow_tally_item item = { .number = back };

	for (unsigned bits = 0; bits <= 32; bits++) {
		for (uint32_t i = 0; i < 37; i++)
			number[i] = (uint32_t)((UINT64_C(1) << bits) - 1) & ~(i % 5);
		assert_int_equal(ow_tally_add(tally, number, 37, bits, (int64_t[]){ bits + 1 }), 0);
	}
	assert_int_equal(ow_tally_seal(tally), 0);
	for (unsigned bits = 0; bits <= 32; bits++) {
		assert_true(ow_tally_next(tally, &place, &item));
		assert_int_equal(item.tag, bits);
		for (uint32_t i = 0; i < 37; i++)
			assert_int_equal(back[i], (uint32_t)((UINT64_C(1) << bits) - 1) & ~(i % 5));
	}
}

static void long_sequences_are_taken_up_to_a_limit(void **state)
{
	struct ow_tally *tally = made(*state, 1);
	uint32_t *number = ow_alloc(*state, OW_TALLY_SEQUENCE_MAX + 1, sizeof(*number));
	struct ow_tally_place place = { 0 };
	struct ow_tally_item item = { 0 };

	assert_non_null(number);
	for (uint32_t i = 0; i < OW_TALLY_SEQUENCE_MAX; i++)
		number[i] = i * 60000;
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			ow_tally_add(tally, number, OW_TALLY_SEQUENCE_MAX, 0, (int64_t[]){ 4 }), 0);
	assert_int_equal(
		ow_tally_add(tally, number, OW_TALLY_SEQUENCE_MAX + 1, 0, (int64_t[]){ 4 }),
		-E2BIG);
	assert_int_equal(ow_tally_seal(tally), 0);
	assert_int_equal(ow_tally_count(tally), 1);
	item.number = ow_alloc(*state, ow_tally_longest(tally), sizeof(*number));
	assert_true(ow_tally_next(tally, &place, &item));
	assert_memory_equal(item.number, number, OW_TALLY_SEQUENCE_MAX * sizeof(*number));
	assert_int_equal(item.value[0], 8);
}

static void sums_wrap_as_the_processor_s_do(void **state)
{
	struct ow_tally *tally = made(*state, 1);
	struct ow_tally_place place = { 0 };
	struct ow_tally_item item = { 0 };

	assert_int_equal(ow_tally_add(tally, NULL, 0, 0, (int64_t[]){ INT64_MAX }), 0);
	assert_int_equal(ow_tally_add(tally, NULL, 0, 0, (int64_t[]){ 1 }), 0);
	assert_int_equal(ow_tally_seal(tally), 0);
	assert_true(ow_tally_next(tally, &place, &item));
	assert_true(item.value[0] == INT64_MIN);
}

static void a_full_arena_is_said(void **state)
{
	struct ow_arena *arena = ow_arena_new(OW_KIB(200));
	struct ow_tally *tally = made(arena, 1);
	int r = 0;

	(void)state;
	for (uint32_t i = 0; i < 100000 && r == 0; i++)
		r = ow_tally_add(tally, &i, 1, 0, (int64_t[]){ 1 });
	assert_int_equal(r, -ENOMEM);
	(void)ow_tally_seal(tally);
	ow_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(equal_sequences_add_up),
		UNIT(what_differs_in_anything_is_apart),
		UNIT(the_order_is_that_of_the_first_time),
		UNIT(numbers_of_every_width_come_back),
		UNIT(long_sequences_are_taken_up_to_a_limit),
		UNIT(sums_wrap_as_the_processor_s_do),
		UNIT(a_full_arena_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
