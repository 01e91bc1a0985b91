/* SPDX-License-Identifier: Apache-2.0 */
#include "read/pieces.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

struct seen {
	char text[256];
	size_t n, longest;
	int answer;
};

static int take(void *arg, struct ow_str line)
{
	struct seen *seen = arg;

	if (line.n > seen->longest)
		seen->longest = line.n;
	if (line.n < 32) {
		memcpy(seen->text + seen->n, line.p, line.n);
		seen->n += line.n;
		seen->text[seen->n++] = '|';
	}
	return seen->answer;
}

static void feed(struct seen *seen, const char *text, size_t step)
{
	ow_scoped(ow_pieces_release) struct ow_pieces pieces = { 0 };
	const size_t n = strlen(text);

	for (size_t i = 0; i < n; i += step)
		assert_int_equal(
			ow_pieces_feed(&pieces, text + i, n - i < step ? n - i : step, take, seen),
			0);
	assert_int_equal(ow_pieces_end(&pieces, take, seen), 0);
}

static void lines_are_the_same_whatever_the_pieces(void **state)
{
	(void)state;
	for (size_t step = 1; step < 12; step++) {
		struct seen seen = { 0 };

		feed(&seen, "one\r\n\ntwo\r\nthree", step);
		assert_string_equal(seen.text, "one||two|three|");
	}
}

static void a_line_that_is_too_long_is_cut(void **state)
{
	ow_scoped(ow_pieces_release) struct ow_pieces pieces = { 0 };
	struct seen seen = { 0 };

	(void)state;
	for (size_t i = 0; i < 3 * OW_PIECES_LINE_MAX / 16; i++)
		assert_int_equal(ow_pieces_feed(&pieces, "0123456789abcdef", 16, take, &seen), 0);
	assert_int_equal(ow_pieces_feed(&pieces, "\nnext\n", 6, take, &seen), 0);
	assert_int_equal(seen.longest, OW_PIECES_LINE_MAX);
	assert_string_equal(seen.text, "next|");
}

static void what_take_says_ends_it(void **state)
{
	ow_scoped(ow_pieces_release) struct ow_pieces pieces = { 0 };
	struct seen seen = { .answer = -ENOMEM };

	(void)state;
	assert_int_equal(ow_pieces_feed(&pieces, "a\nb\n", 4, take, &seen), -ENOMEM);
	assert_string_equal(seen.text, "a|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_the_same_whatever_the_pieces),
		cmocka_unit_test(a_line_that_is_too_long_is_cut),
		cmocka_unit_test(what_take_says_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
