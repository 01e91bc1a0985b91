/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <string.h>

#include "unit.h"

static void memory_is_zeroed_and_aligned(void **state)
{
	for (size_t size = 1; size < 3000; size += 7) {
		const char *p = ow_alloc(*state, 1, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
	}
}

static void a_refusal_is_remembered(void **state)
{
	struct ow_arena *arena = ow_arena_new(64);

	(void)state;
	assert_non_null(ow_alloc(arena, 1, 16));
	assert_false(ow_arena_refused(arena));
	assert_null(ow_alloc(arena, 1, 4096));
	(void)ow_alloc(arena, 1, 16);
	assert_true(ow_arena_refused(arena));
	ow_arena_clear(arena);
	assert_false(ow_arena_refused(arena));
	ow_arena_free(arena);
}

static void the_limit_holds(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_KIB(100));
	size_t n = 0;

	(void)state;
	while (n < 1000 && ow_alloc(arena, 1, 1024))
		n++;
	assert_in_range(n, 90, 100);
	assert_true(ow_arena_bytes(arena) <= OW_KIB(100));
	assert_null(ow_alloc(arena, SIZE_MAX, 2));
	assert_null(ow_alloc(arena, 1, SIZE_MAX));
}

static void an_array_grows_one_by_one_and_keeps_its_items(void **state)
{
	int *item = NULL;

	for (int n = 0; n < 1000; n++) {
		item = ow_grow(*state, item, (size_t)n, sizeof(*item));
		assert_non_null(item);
		item[n] = n;
		for (int i = 0; i <= n; i++)
			assert_int_equal(item[i], i);
	}
}

static void a_cleared_arena_is_zeroed_again(void **state)
{
	struct ow_arena *arena = *state;
	char *p = ow_alloc(arena, 1, 5000);

	memset(p, 'x', 5000);
	ow_arena_clear(arena);
	p = ow_alloc(arena, 1, 5000);
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(p[i], 0);
}

static void text_is_formatted_whole(void **state)
{
	assert_string_equal(ow_printf(*state, "%s has %d", "leaky", 42), "leaky has 42");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(memory_is_zeroed_and_aligned),
		UNIT(a_refusal_is_remembered),
		UNIT(the_limit_holds),
		UNIT(an_array_grows_one_by_one_and_keeps_its_items),
		UNIT(a_cleared_arena_is_zeroed_again),
		UNIT(text_is_formatted_whole),
	};

	return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
