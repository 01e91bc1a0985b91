/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pattern.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static void patterns_are_those_of_go(void **state)
{
	static const struct {
		const char *pattern;
		struct ow_str text;
		bool matches;
	} rows[] = {
		{ "main\\.", { "main.grow", 9 }, true },
		{ "main\\.", { "maingrow", 8 }, false },
		{ "^(runtime|net)", { "net/http", 8 }, true },
		{ "^(runtime|net)", { "x/net", 5 }, false },
		{ "(?i)TRACK", { "Track", 5 }, true },
		{ "\\d+$", { "line12", 6 }, true },
		{ "line$", { "line\n", 5 }, false },
		{ "[[:alpha:]]{3}", { "ab", 2 }, false },
		{ ".", { "", 0 }, false },
		{ "x*", { NULL, 0 }, true },
		{ "é", { "caf\xc3\xa9", 5 }, true },
		{ "b",
		  { "\xff\xfe"
		    "b",
		    3 },
		  true }, /* behind what is no UTF-8 */
		{ "a.b", { "a\0b", 3 }, true },
		{ "\\Qa.b\\E", { "axb", 3 }, false },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		ow_scoped(ow_pattern_freep) struct ow_pattern *pattern = NULL;

		assert_int_equal(ow_pattern_new(rows[i].pattern, &pattern, NULL), 0);
		assert_int_equal(ow_pattern_matches(pattern, rows[i].text), rows[i].matches);
	}
}

static void a_wrong_pattern_is_said(void **state)
{
	struct ow_pattern *pattern = NULL;
	struct ow_err err;

	(void)state;
	assert_int_equal(ow_pattern_new("a(b", &pattern, &err), -EINVAL);
	assert_null(pattern);
	assert_non_null(strstr(err.text, "'a(b'"));
}

/* A pattern of a profile may be made to search for ever. */
static void a_search_without_end_ends(void **state)
{
	ow_scoped(ow_pattern_freep) struct ow_pattern *pattern = NULL;
	char text[64];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '!';
	assert_int_equal(ow_pattern_new("^(((a+)+)+)+$", &pattern, NULL), 0);
	assert_false(ow_pattern_matches(pattern, (struct ow_str){ text, sizeof(text) }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(patterns_are_those_of_go),
		UNIT(a_wrong_pattern_is_said),
		UNIT(a_search_without_end_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
