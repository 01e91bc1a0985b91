/* SPDX-License-Identifier: Apache-2.0 */
#include "render/excerpt.h"

#include <string.h>

#include "render/columns.h"
#include "unit.h"

static struct ow_mark mark(const char *line, const char *words, const char *note)
{
	return (struct ow_mark){ (size_t)(strstr(line, words) - line), strlen(words), note };
}

static const char *const *excerpt(struct ow_arena *arena, const char *line, struct ow_mark *marks,
				  size_t n_marks, size_t width, size_t *n)
{
	const struct ow_excerpt e = { .line = ow_str(line), .mark = marks, .n_marks = n_marks };
	const char *const *lines;

	assert_int_equal(ow_excerpt_lines(&e, width, arena, &lines, n), 0);
	return lines;
}

static void carets_stand_below_their_words(void **state)
{
	static const char line[] = "memory: usage 32768kB, limit 32768kB, failcnt 19";
	struct ow_mark marks[] = { mark(line, "usage 32768kB", "full"),
				   mark(line, "limit 32768kB", "its own") };
	const char *const *lines;
	size_t n;

	lines = excerpt(*state, line, marks, 2, 72, &n);
	assert_int_equal(n, 3);
	assert_string_equal(lines[0], line);
	assert_string_equal(lines[1], "        ^^^^^^^^^^^^^  ^^^^^^^^^^^^^ its own");
	assert_string_equal(lines[2], "        full");
}

static void a_long_line_is_shown_around_its_marks(void **state)
{
	char line[400];
	struct ow_mark marks[1];
	const char *const *lines;
	size_t n;

	memset(line, 'x', sizeof(line));
	memcpy(line + 300, "oom_memcg=/a", 12);
	line[sizeof(line) - 1] = '\0';
	marks[0] = mark(line, "oom_memcg=/a", "whose limit");
	lines = excerpt(*state, line, marks, 1, 60, &n);
	assert_int_equal(n, 2);
	assert_non_null(strstr(lines[0], "oom_memcg=/a"));
	assert_int_equal(strstr(lines[0], "oom_memcg") - lines[0],
			 strchr(lines[1], '^') - lines[1]);
	for (size_t i = 0; i < n; i++)
		assert_true(ow_columns(ow_str(lines[i])) <= 60);
}

static void carets_count_what_escapes_make_wider(void **state)
{
	static const char line[] = "Killed process 1 (\x1b[2J\xe6\x97\xa5) anon-rss:1kB";
	struct ow_mark marks[] = { mark(line, "anon-rss:1kB", NULL) };
	const char *const *lines;
	size_t n;

	lines = excerpt(*state, line, marks, 1, 72, &n);
	assert_string_equal(lines[0], "Killed process 1 (\\x1b[2J\xe6\x97\xa5) anon-rss:1kB");
	assert_int_equal(strchr(lines[1], '^') - lines[1], 29);
}

static void without_marks_the_line_is_alone(void **state)
{
	size_t n;

	(void)excerpt(*state, "anything", NULL, 0, 72, &n);
	assert_int_equal(n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(carets_stand_below_their_words),
		UNIT(a_long_line_is_shown_around_its_marks),
		UNIT(carets_count_what_escapes_make_wider),
		UNIT(without_marks_the_line_is_alone),
	};

	return cmocka_run_group_tests_name("render/excerpt", tests, NULL, NULL);
}
