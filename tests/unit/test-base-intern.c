/* SPDX-License-Identifier: Apache-2.0 */
#include "base/intern.h"

#include <errno.h>
#include <stdio.h>

#include "unit.h"

static void equal_bytes_have_one_number(void **state)
{
	struct ow_intern intern;
	uint32_t number;

	ow_intern_init(&intern, *state);
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 3000; i++) {
			char text[32];
			const int n = snprintf(text, sizeof(text), "name %u", i);

			assert_int_equal(ow_intern(&intern, text, (size_t)n, &number), 0);
			assert_int_equal(number, i);
			assert_int_equal(intern.item[i].n, n);
			assert_memory_equal(intern.item[i].p, text, (size_t)n);
		}
	}
	assert_int_equal(intern.n, 3000);
}

static void a_zero_byte_and_nothing_are_different(void **state)
{
	struct ow_intern intern;
	uint32_t nothing, zero;

	ow_intern_init(&intern, *state);
	assert_false(ow_intern_find(&intern, "", 0, &nothing));
	assert_int_equal(ow_intern(&intern, NULL, 0, &nothing), 0);
	assert_false(ow_intern_find(&intern, "\0", 1, &zero));
	assert_int_equal(ow_intern(&intern, "\0", 1, &zero), 0);
	assert_int_not_equal(nothing, zero);
	assert_true(ow_intern_find(&intern, "\0", 1, &nothing));
	assert_int_equal(nothing, zero);
}

static void a_full_arena_is_said(void **state)
{
	struct ow_arena *arena = ow_arena_new(OW_KIB(20));
	struct ow_intern intern;
	uint32_t number;
	int r = 0;

	(void)state;
	ow_intern_init(&intern, arena);
	for (uint32_t i = 0; i < 10000 && r == 0; i++)
		r = ow_intern(&intern, &i, sizeof(i), &number);
	assert_int_equal(r, -ENOMEM);
	ow_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(equal_bytes_have_one_number),
		UNIT(a_zero_byte_and_nothing_are_different),
		UNIT(a_full_arena_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
