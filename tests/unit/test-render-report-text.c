/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"
#include "render/columns.h"
#include "report.h"

static void a_report_reads_like_this(void **state)
{
	report_is(*state,
		  report_written(*state, report_case(*state, "leak", "leaky"), ow_report_text, 80,
				 false),
		  "report/leak/expected.txt");
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	static const size_t widths[] = { 60, 80, 132 };

	for (size_t i = 0; i < OW_ARRAY_SIZE(widths); i++) {
		struct ow_str rest =
			ow_str(report_written(*state, report_case(*state, "leak", "leaky"),
					      ow_report_text, widths[i], false));
		struct ow_str line;

		while (ow_scan_line(&rest, &line))
			if (!ow_str_has(line, "'")) /* quoted words of a command stay whole */
				assert_in_range(ow_columns(line), 0, widths[i]);
	}
}

static void the_first_screen_has_the_answer_and_the_whole_is_short(void **state)
{
	struct ow_str rest = ow_str(report_written(*state, report_case(*state, "leak", "leaky"),
						   ow_report_text, 80, false));
	size_t lines = 0, first = 0;
	struct ow_str line;

	while (ow_scan_line(&rest, &line)) {
		lines++;
		if (ow_str_is(line, "HOW WE GOT THERE"))
			first = lines;
	}
	assert_in_range(first, 10, 37); /* with the blank line and the heading itself */
	assert_in_range(lines, 100, 250);
}

static void colour_changes_nothing_but_colour(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");
	const char *plain = report_written(*state, kase, ow_report_text, 80, false);
	char *colour = report_written(*state, kase, ow_report_text, 80, true), *to = colour;

	assert_non_null(strchr(colour, '\033'));
	for (const char *from = colour; *from;) {
		if (*from == '\033')
			from += strcspn(from, "m") + 1;
		else
			*to++ = *from++;
	}
	*to = '\0';
	assert_string_equal(colour, plain);
}

static void nothing_raw_reaches_the_terminal(void **state)
{
	static const char *const names[] = { "\x1b[31mred",
					     "a\nb",
					     "a\rb",
					     "\xff\xfe",
					     "a\xe2\x80\xae"
					     "b",
					     "%s%n",
					     "\x9b"
					     "2J" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		struct kill_case *kase = report_case(*state, names[i], names[i]);
		struct ow_str rest;

		kase->container.restart_policy = names[i];
		kase->oom.kernel = names[i];
		kase->oom.host = names[i];
		kase->source.name = names[i];
		kase->source.detail = names[i];
		rest = ow_str(report_written(*state, kase, ow_report_text, 80, false));
		while (rest.n) {
			unsigned char c = (unsigned char)rest.p[0];
			size_t length = ow_utf8_length(rest);

			assert_true(length > 0);
			assert_true(c >= 0x20 || c == '\n');
			assert_int_not_equal(c, 0x7f);
			if (length > 1)
				assert_int_not_equal(memcmp(rest.p, "\xe2\x80\xae", 3), 0);
			rest = ow_str_skip(rest, length);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_report_reads_like_this),
		UNIT(no_line_is_wider_than_the_terminal),
		UNIT(the_first_screen_has_the_answer_and_the_whole_is_short),
		UNIT(colour_changes_nothing_but_colour),
		UNIT(nothing_raw_reaches_the_terminal),
	};

	return cmocka_run_group_tests_name("render/report-text", tests, NULL, NULL);
}
