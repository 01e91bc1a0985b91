/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include "unit.h"

static void bytes_that_are_no_utf8_are_shown_as_hex(void **state)
{
	static const struct {
		const char *raw, *bytes, *text;
	} cases[] = {
		{ "eat", "eat", "eat" },
		{ "a\\x41", "a\\\\x41", "a\\\\x41" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xff\xc3", "\\xff\\xc3", "\\xff\\xc3" },
		{ "\xc0\x80", "\\xc0\\x80", "\\xc0\\x80" },               /* overlong */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" }, /* surrogate */
		{ "\x1b[31mred\r\n", "\x1b[31mred\r\n", "\\x1b[31mred\\x0d\\x0a" },
		{ "a\xc2\x9b"
		  "2J",
		  "a\xc2\x9b"
		  "2J",
		  "a\\xc2\\x9b2J" }, /* C1: CSI */
		{ "a\xe2\x80\xae"
		  "b",
		  "a\xe2\x80\xae"
		  "b",
		  "a\\xe2\\x80\\xaeb" }, /* turns right to left */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_string_equal(ow_escape_bytes(*state, ow_str(cases[i].raw)), cases[i].bytes);
		assert_string_equal(ow_escape_text(*state, ow_str(cases[i].raw)), cases[i].text);
	}
}

static void a_zero_byte_does_not_end_the_text(void **state)
{
	assert_string_equal(ow_escape_bytes(*state, OW_STR("a\0b")), "a\\x00b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(bytes_that_are_no_utf8_are_shown_as_hex),
		UNIT(a_zero_byte_does_not_end_the_text),
	};

	return cmocka_run_group_tests_name("base/escape", tests, NULL, NULL);
}
