/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

static void a_report_reads_like_this(void **state)
{
	report_is(*state,
		  report_written(*state, report_case(*state, "leak", "leaky"), ow_report_markdown,
				 0, false),
		  "report/leak/expected.md");
}

/* The report without what is code: there Markdown and GitHub look for nothing. */
static char *without_code(struct ow_arena *arena, const char *text)
{
	char *out = ow_alloc(arena, strlen(text) + 1, 1), *to = out;
	size_t fence = 0;

	while (*text) {
		size_t ticks = strspn(text, "`");

		if (ticks == 0) {
			if (fence == 0) {
				if (*text == '\\' && text[1])
					*to++ = *text++;
				*to++ = *text;
			}
			text++;
			continue;
		}
		if (fence == 0)
			fence = ticks;
		else if (fence == ticks)
			fence = 0;
		text += ticks;
	}
	assert_int_equal(fence, 0); /* every span and every block of code is closed */
	return out;
}

/* Does text hold the mark where nothing escapes it? */
static bool has_raw(const char *text, const char *mark)
{
	for (const char *at = text; (at = strstr(at, mark)); at++)
		if (at == text || at[-1] != '\\')
			return true;
	return false;
}

static void hostile_names_stay_text(void **state)
{
	static const struct {
		const char *name;
		const char *raw; /* what must not be in the prose unescaped */
	} cases[] = {
		{ "<img src=x>", "<img" },
		{ "@everyone", "@everyone" },
		{ "a|b", "a|b" },
		{ "[x](http://y)", "[x](" },
		{ "**bold**", "**bold" },
		{ "#1", "#1" },
		{ "x https://e.org", "https://" },
		{ "</details>", "</details" },
		{ "`", "\"`\"" },
		{ "```", "\"```" },
		{ ":tada:", ":tada:" },
		{ "$x$", "$x$" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill_case *kase = report_case(*state, cases[i].name, cases[i].name);
		const char *prose = without_code(
			*state, report_written(*state, kase, ow_report_markdown, 0, false));

		if (strcmp(cases[i].name, "</details>") == 0)
			assert_null(strstr(prose, "\"</details"));
		else if (has_raw(prose, cases[i].raw))
			fail_msg("'%s' is raw in the prose", cases[i].name);
	}
}

static void a_bar_does_not_end_a_cell(void **state)
{
	struct kill_case *kase = report_case(*state, "a|b", "c|d");
	struct ow_str rest = ow_str(report_written(*state, kase, ow_report_markdown, 0, false)),
		      line;
	size_t columns = 0;

	while (ow_scan_line(&rest, &line)) {
		size_t bars = 0;

		if (line.n == 0 || line.p[0] != '|') {
			columns = 0;
			continue;
		}
		for (size_t i = 0; i < line.n; i++)
			bars += line.p[i] == '|' && (i == 0 || line.p[i - 1] != '\\');
		if (columns == 0)
			columns = bars;
		assert_int_equal(bars, columns);
	}
}

static void the_record_is_folded_and_a_huge_one_is_cut(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");
	const char *text;

	for (size_t i = 0; i < 3000; i++)
		(void)kill_line(*state, &kase->oom, "[%7zu]     0 %5zu filler of a long record", i,
				i);
	text = report_written(*state, kase, ow_report_markdown, 0, false);
	assert_non_null(strstr(text, "<details><summary>The kernel's record, 30"));
	assert_non_null(strstr(text, "</details>"));
	assert_true(strlen(text) < 100000);
}

static void it_has_tasks_for_people(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");

	assert_non_null(strstr(report_written(*state, kase, ow_report_markdown, 0, false),
			       "- [ ] Owner: "));
	assert_null(strstr(report_written(*state, kase, ow_report_text, 80, false), "Owner: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_report_reads_like_this),  UNIT(hostile_names_stay_text),
		UNIT(a_bar_does_not_end_a_cell), UNIT(the_record_is_folded_and_a_huge_one_is_cut),
		UNIT(it_has_tasks_for_people),
	};

	return cmocka_run_group_tests_name("render/report-markdown", tests, NULL, NULL);
}
