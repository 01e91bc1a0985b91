/* SPDX-License-Identifier: Apache-2.0 */
#include "read/csv.h"

#include "unit.h"

#define TIME "2026-11-20T07:51:02.123Z"

static void the_text_of_a_row_is_found(void **state)
{
	static const struct {
		const char *line, *text, *time;
		bool open;
	} cases[] = {
		{ "\"" TIME "\",\"[   12.345678] a\"", "[   12.345678] a", TIME, false },
		{ "\"[   12.345678] a, b\",\"" TIME "\"", "[   12.345678] a, b", TIME, false },
		{ TIME ",web-1,kernel,\"a\"", "a", TIME, false },
		{ "\"" TIME "\",\"web-1\",\"a \"\"b\"\"\"", "a \"\"b\"\"", TIME, false },
		{ "\"2026-11-20 07:51:02\",\"a\"", "a", "2026-11-20 07:51:02", false },
		{ "\"Nov 20, 2026 @ 07:51:02\",\"[12.5] a\",\"web-1\"", "[12.5] a", "", false },
		{ "\"" TIME "\",\"active_anon:1", "active_anon:1", TIME, true },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_csv_row row;

		if (!ow_csv_read(ow_str(cases[i].line), &row))
			fail_msg("%s: no row", cases[i].line);
		if (!ow_str_is(row.text, cases[i].text) || !ow_str_is(row.time, cases[i].time) ||
		    row.open != cases[i].open)
			fail_msg("%s: '%.*s'", cases[i].line, (int)row.text.n, row.text.p);
	}
}

static void a_line_of_a_log_is_no_row(void **state)
{
	static const char *const lines[] = {
		"",
		"\"a\" invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0",
		"\"a\",\"b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0",
		"\"a\",\"[12.5] b invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0",
		"4,344,283033791,-;Memory cgroup stats for /a,\"[12.5] b\",:",
		"2026-11-20T07:51:02,123456+00:00 Task in /a,\"b\" killed",
		"2026-11-20T07:51:02.123Z web-1 kernel: a,\"b\"",
		"[   12.345678] Memory cgroup stats for /\"" TIME "\",\"a\"",
		"\"" TIME "\"",
		"\"" TIME "\" \"a\"",
		"\"web-1\",\"kernel\",\"text\"",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(lines); i++) {
		struct ow_csv_row row;

		if (ow_csv_read(ow_str(lines[i]), &row))
			fail_msg("%s: '%.*s'", lines[i], (int)row.text.n, row.text.p);
	}
}

static void a_text_of_several_lines_ends_at_its_quote(void **state)
{
	struct ow_str rest;

	(void)state;
	assert_false(ow_csv_ends(OW_STR(" active_file:1 \"\"x\"\""), &rest));
	assert_true(ow_csv_ends(OW_STR(" free:2\",\"web-1\""), &rest));
	assert_true(ow_str_is(rest, " free:2"));
}

static void doubled_quotes_are_one(void **state)
{
	char buffer[16];

	(void)state;
	assert_int_equal(ow_csv_unquote(OW_STR("a \"\"b\"\"\""), buffer), 6);
	assert_memory_equal(buffer, "a \"b\"\"", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_text_of_a_row_is_found),
		UNIT(a_line_of_a_log_is_no_row),
		UNIT(a_text_of_several_lines_ends_at_its_quote),
		UNIT(doubled_quotes_are_one),
	};

	return cmocka_run_group_tests_name("read/csv", tests, NULL, NULL);
}
