/* SPDX-License-Identifier: Apache-2.0 */
#include "read/priority.h"

#include "unit.h"

static void words_are_counted_as_syslog_does(void **state)
{
	static const struct {
		const char *facility, *level;
		unsigned want;
	} cases[] = {
		{ "kern", "emerg", 0 },     { "kern", "warn", 4 },      { "user", "debug", 15 },
		{ "authpriv", "info", 86 }, { "local7", "debug", 191 },
	};
	unsigned got = 7;

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_true(
			ow_priority_of(ow_str(cases[i].facility), ow_str(cases[i].level), &got));
		assert_int_equal(got, cases[i].want);
	}
	assert_false(ow_priority_of(OW_STR("kern"), OW_STR("warning"), &got));
	assert_false(ow_priority_of(OW_STR("kernel"), OW_STR("warn"), &got));
	assert_false(ow_priority_of(OW_STR(""), OW_STR(""), &got));
	assert_int_equal(got, 191);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(words_are_counted_as_syslog_does),
	};

	return cmocka_run_group_tests_name("read/priority", tests, NULL, NULL);
}
