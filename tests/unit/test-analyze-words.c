/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/words.h"

#include "unit.h"

static void sizes_are_exact(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0 bytes" },
		{ 1, "1 byte" },
		{ 1234567, "1,234,567 bytes" },
		{ UINT64_C(32512) << 10, "32,512 kB" },
		{ UINT64_C(200) << 20, "200 MiB" },
		{ UINT64_C(2) << 30, "2 GiB" },
		{ UINT64_C(197168) << 10, "197,168 kB" },
		{ UINT64_MAX, "18,446,744,073,709,551,615 bytes" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_string_equal(ow_words_bytes(*state, cases[i].bytes), cases[i].text);
}

static void spans_have_two_units_at_most(void **state)
{
	assert_string_equal(ow_words_span(*state, 250000), "0.2 s");
	assert_string_equal(ow_words_span(*state, UINT64_C(59) * 1000000), "59 s");
	assert_string_equal(ow_words_span(*state, UINT64_C(250) * 1000000), "4 min 10 s");
	assert_string_equal(ow_words_span(*state, UINT64_C(11100) * 1000000), "3 h 5 min");
	assert_string_equal(ow_words_span(*state, UINT64_C(9) * 86400 * 1000000), "9 days");
}

static void owners_are_named_as_people_know_them(void **state)
{
	static const char id[] = "3418d5a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789a";
	struct ow_container container = { .id = id, .name = "leaky" };
	struct ow_case c = { .containers = &container, .n_containers = 1 };
	struct ow_owner owner = { .kind = OW_OWNER_CONTAINER, .id = id };

	assert_string_equal(ow_words_owner(*state, &c, &owner), "container \"leaky\"");
	c.n_containers = 0;
	assert_string_equal(ow_words_owner(*state, &c, &owner), "container 3418d5a1b2c3");
	owner = (struct ow_owner){ .kind = OW_OWNER_UNIT, .id = "nginx.service" };
	assert_string_equal(ow_words_owner(*state, &c, &owner), "unit \"nginx.service\"");
	owner = (struct ow_owner){ .kind = OW_OWNER_CGROUP };
	assert_string_equal(ow_words_owner(*state, &c, &owner), "an unknown cgroup");
}

static void a_shell_reads_one_word_and_what_it_was(void **state)
{
	assert_string_equal(ow_words_shell(*state, "web-1"), "web-1");
	assert_string_equal(ow_words_shell(*state, "-rf"), "'-rf'");
	assert_string_equal(ow_words_shell(*state, "a b; rm -r $HOME"), "'a b; rm -r $HOME'");
	assert_string_equal(ow_words_shell(*state, "it's"), "'it'\\''s'");
	assert_string_equal(ow_words_shell(*state, ""), "''");
	assert_null(ow_words_shell(*state, "a\nb"));
	assert_null(ow_words_shell(*state, "\x1b[31m"));
}

static void long_names_are_cut_and_say_so(void **state)
{
	char *comm = ow_alloc(*state, 5000, 1);

	memset(comm, 'x', 4999);
	assert_true(strlen(ow_words_process(*state, comm, 1)) < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(sizes_are_exact),
		UNIT(spans_have_two_units_at_most),
		UNIT(owners_are_named_as_people_know_them),
		UNIT(a_shell_reads_one_word_and_what_it_was),
		UNIT(long_names_are_cut_and_say_so),
	};

	return cmocka_run_group_tests_name("analyze/words", tests, NULL, NULL);
}
