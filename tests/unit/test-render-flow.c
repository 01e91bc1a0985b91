/* SPDX-License-Identifier: Apache-2.0 */
#include "render/flow.h"

#include <string.h>

#include "render/columns.h"
#include "unit.h"

/* The lines of one span, joined by bars. */
static const char *broken(struct ow_arena *arena, enum ow_ink ink, const char *words, size_t width)
{
	struct ow_span span = { ink, words };
	const struct ow_text text = { &span, 1 };
	struct ow_flow_line *line;
	struct ow_flow flow;
	char *all = ow_printf(arena, "%s", "");
	size_t n;

	assert_int_equal(ow_flow_make(&text, arena, &flow), 0);
	assert_int_equal(ow_flow_break(&flow, width, arena, &line, &n), 0);
	for (size_t i = 0; i < n; i++)
		all = ow_printf(arena, "%s%s%.*s", all, i ? "|" : "", (int)line[i].n,
				flow.bytes + line[i].at);
	return all;
}

static void lines_break_at_blanks_and_long_words_are_cut(void **state)
{
	assert_string_equal(broken(*state, OW_INK_PLAIN, "one two three", 8), "one two|three");
	assert_string_equal(broken(*state, OW_INK_PLAIN, "one two three", 7), "one two|three");
	assert_string_equal(broken(*state, OW_INK_PLAIN, "abcdefgh", 3), "abc|def|gh");
	assert_string_equal(broken(*state, OW_INK_PLAIN, "", 8), "");
	assert_string_equal(broken(*state, OW_INK_PLAIN, "a  b", 1), "a|b");
}

static void a_command_breaks_where_a_shell_would_read_the_same(void **state)
{
	assert_string_equal(
		broken(*state, OW_INK_COMMAND, "docker inspect -f '{{.A}} {{.B}}' web", 20),
		"docker inspect -f|'{{.A}} {{.B}}' web");
	assert_string_equal(broken(*state, OW_INK_COMMAND, "grep 'a b c d e f g h i j k' x", 12),
			    "grep|'a b c d e f g h i j k'|x");
}

static void a_command_is_copied_as_it_is_and_prose_is_escaped(void **state)
{
	assert_string_equal(broken(*state, OW_INK_COMMAND, "cat '/a\\x2db'", 80), "cat '/a\\x2db'");
	assert_string_equal(broken(*state, OW_INK_PLAIN, "cat '/a\\x2db'", 80), "cat '/a\\\\x2db'");
	/* What nobody can type is escaped in a command, too. */
	assert_string_equal(broken(*state, OW_INK_COMMAND, "cat \x1b[31m", 80), "cat \\x1b[31m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(lines_break_at_blanks_and_long_words_are_cut),
		UNIT(a_command_breaks_where_a_shell_would_read_the_same),
		UNIT(a_command_is_copied_as_it_is_and_prose_is_escaped),
	};

	return cmocka_run_group_tests_name("render/flow", tests, NULL, NULL);
}
