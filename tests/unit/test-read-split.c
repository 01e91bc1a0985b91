/* SPDX-License-Identifier: Apache-2.0 */
#include "read/split.h"

#include <errno.h>

#include "unit.h"

struct seen {
	char text[256];
	size_t n;
	int fail; /* what take returns */
};

static int take(void *arg, struct ow_str object)
{
	struct seen *seen = arg;

	assert_true(seen->n + object.n + 1 < sizeof(seen->text));
	memcpy(seen->text + seen->n, object.p, object.n);
	seen->n += object.n;
	seen->text[seen->n++] = '|';
	return seen->fail;
}

static void objects_come_one_by_one_whatever_the_pieces(void **state)
{
	static const struct {
		const char *text, *objects;
		bool whole;
	} cases[] = {
		{ "[{\"a\":1},{\"b\":{\"c\":[2,{}]}}]", "{\"a\":1}|{\"b\":{\"c\":[2,{}]}}|", true },
		{ "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}|{\"b\":2}|", true },
		{ "{\"a\":\"}\\\"{\\\\\"}", "{\"a\":\"}\\\"{\\\\\"}|", true },
		{ " [ ] ", "", true },
		{ "", "", true },
		{ "[{\"a\":1}", "{\"a\":1}|", false },
		{ "{\"a\":", "", false },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		for (size_t piece = 1; piece < 40; piece++) {
			struct seen seen = { .n = 0 };
			ow_scoped(ow_split_freep) struct ow_split *split =
				ow_split_new(take, &seen);
			struct ow_str rest = ow_str(cases[i].text);

			while (rest.n) {
				size_t n = rest.n < piece ? rest.n : piece;

				assert_int_equal(ow_split_feed(split, rest.p, n), 0);
				rest = ow_str_skip(rest, n);
			}
			seen.text[seen.n] = '\0';
			assert_string_equal(seen.text, cases[i].objects);
			assert_int_equal(ow_split_is_whole(split), cases[i].whole);
		}
}

static void what_is_no_object_ends_it(void **state)
{
	static const char *const texts[] = { "<html>", "[7]", "[[{}]]", "{}]", "null", "\"a\"" };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		struct seen seen = { .n = 0 };
		ow_scoped(ow_split_freep) struct ow_split *split = ow_split_new(take, &seen);

		assert_int_equal(ow_split_feed(split, texts[i], strlen(texts[i])), -EBADMSG);
		assert_int_equal(ow_split_feed(split, "{}", 2), -EBADMSG);
		assert_false(ow_split_is_whole(split));
	}
}

static void an_object_has_a_limit(void **state)
{
	static char many[OW_KIB(64)];
	struct seen seen = { .n = 0 };
	ow_scoped(ow_split_freep) struct ow_split *split = ow_split_new(take, &seen);
	int r = ow_split_feed(split, "{\"a\":\"", 6);

	(void)state;
	memset(many, 'x', sizeof(many));
	for (size_t i = 0; r == 0 && i < 1000; i++)
		r = ow_split_feed(split, many, sizeof(many));
	assert_int_equal(r, -EFBIG);
	assert_int_equal(seen.n, 0);
}

static void who_takes_them_may_end_it(void **state)
{
	struct seen seen = { .fail = -ENOMEM };
	ow_scoped(ow_split_freep) struct ow_split *split = ow_split_new(take, &seen);

	(void)state;
	assert_int_equal(ow_split_feed(split, "[{},{}]", 7), -ENOMEM);
	assert_int_equal(seen.n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(objects_come_one_by_one_whatever_the_pieces),
		UNIT(what_is_no_object_ends_it),
		UNIT(an_object_has_a_limit),
		UNIT(who_takes_them_may_end_it),
	};

	return cmocka_run_group_tests_name("read/split", tests, NULL, NULL);
}
