/* SPDX-License-Identifier: Apache-2.0 */
#include "render/columns.h"

#include "unit.h"

static void wide_characters_take_two_columns(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
		{ "", 0 },
		{ "eat", 3 },
		{ "gr\xc3\xbc\xc3\x9f", 4 },
		{ "\xe6\x97\xa5\xe6\x9c\xac", 4 }, /* two ideographs */
		{ "e\xcc\x81", 1 },                /* e and a combining acute */
		{ "\xf0\x9f\x94\xa5", 2 },         /* a flame */
		{ "\xff\xfe", 2 },                 /* no UTF-8: a byte each */
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_int_equal(ow_columns(ow_str(cases[i].text)), cases[i].columns);
}

static void no_character_is_cut(void **state)
{
	struct ow_str s = OW_STR("a\xe6\x97\xa5z");

	(void)state;
	assert_int_equal(ow_columns_fit(s, 0), 0);
	assert_int_equal(ow_columns_fit(s, 1), 1);
	assert_int_equal(ow_columns_fit(s, 2), 1);
	assert_int_equal(ow_columns_fit(s, 3), 4);
	assert_int_equal(ow_columns_fit(s, 99), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(wide_characters_take_two_columns),
		UNIT(no_character_is_cut),
	};

	return cmocka_run_group_tests_name("render/columns", tests, NULL, NULL);
}
