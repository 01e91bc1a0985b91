/* SPDX-License-Identifier: Apache-2.0 */
#include "read/stats.h"

#include <errno.h>

#include "unit.h"

static const struct ow_stat *stats(const struct ow_list *list)
{
	return list->item;
}

static void each_line_is_a_name_and_a_number(void **state)
{
	struct ow_list list = { 0 };

	assert_int_equal(ow_stats_read(OW_STR("anon 33554432\nfile 0"), NULL, *state, &list), 0);
	assert_int_equal(list.n, 2);
	assert_string_equal(stats(&list)[0].name, "anon");
	assert_int_equal(stats(&list)[0].value, 33554432);
	assert_int_equal(stats(&list)[1].line, 2);
}

static void lines_that_make_no_sense_are_passed_over(void **state)
{
	static const char *const lines[] = {
		"",         "anon",    "anon ", "anon x",   "anon -1",
		"anon 1 2", "anon  1", " 1",    "anon 1\r", "anon 18446744073709551616",
		"anon\t1",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(lines); i++) {
		struct ow_list list = { 0 };
		const char *text = ow_printf(*state, "%s\nfile 4\n", lines[i]);

		assert_int_equal(ow_stats_read(ow_str(text), NULL, *state, &list), 1);
		assert_int_equal(list.n, 1);
		assert_int_equal(stats(&list)[0].line, 2);
		list.n = 9;
		assert_int_equal(ow_stats_read(ow_str(lines[i]), NULL, *state, &list), -EBADMSG);
		assert_int_equal(list.n, 9);
	}
}

static void a_name_with_a_nul_is_none(void **state)
{
	struct ow_list list;

	assert_int_equal(ow_stats_read(OW_STR("a\0b 1\nc 2\n"), NULL, *state, &list), 1);
	assert_string_equal(stats(&list)[0].name, "c");
}

static void names_are_kept_once(void **state)
{
	struct ow_stat_names names = { .arena = *state };
	struct ow_list first, second;

	assert_int_equal(ow_stats_read(OW_STR("anon 1\nfile 2\n"), &names, *state, &first), 0);
	names.next = 0;
	assert_int_equal(ow_stats_read(OW_STR("anon 3\nnew 4\nfile 5\n"), &names, *state, &second),
			 0);
	assert_int_equal(names.n, 3);
	assert_ptr_equal(stats(&first)[0].name, stats(&second)[0].name);
	assert_ptr_equal(stats(&first)[1].name, stats(&second)[2].name);
	assert_string_equal(stats(&second)[1].name, "new");
}

static void names_without_end_are_not_all_kept(void **state)
{
	struct ow_stat_names names = { .arena = *state };

	for (int i = 0; i < 5000; i++) {
		struct ow_list list;
		const char *name = ow_printf(*state, "name_%d", i);

		assert_int_equal(ow_stats_read(ow_str(ow_printf(*state, "%s 1\n", name)), &names,
					       *state, &list),
				 0);
		assert_string_equal(stats(&list)[0].name, name);
	}
	assert_int_equal(names.n, 1024);
}

static void names_that_find_no_room_are_kept_with_the_values(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *small = ow_arena_new(1);
	struct ow_stat_names names = { .arena = small };
	struct ow_list list;

	assert_int_equal(ow_stats_read(OW_STR("anon 1\n"), &names, *state, &list), 0);
	assert_string_equal(stats(&list)[0].name, "anon");
}

static void no_memory_changes_nothing(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *small = ow_arena_new(1);
	struct ow_list list = { .n = 9 };

	(void)state;
	assert_int_equal(ow_stats_read(OW_STR("anon 1\n"), NULL, small, &list), -ENOMEM);
	assert_int_equal(list.n, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_line_is_a_name_and_a_number),
		UNIT(lines_that_make_no_sense_are_passed_over),
		UNIT(a_name_with_a_nul_is_none),
		UNIT(names_are_kept_once),
		UNIT(names_without_end_are_not_all_kept),
		UNIT(names_that_find_no_room_are_kept_with_the_values),
		UNIT(no_memory_changes_nothing),
	};

	return cmocka_run_group_tests_name("read/stats", tests, NULL, NULL);
}
