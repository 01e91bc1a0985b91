/* SPDX-License-Identifier: Apache-2.0 */
#include "read/json.h"

#include <errno.h>

#include "unit.h"

static void values_are_got_by_name_and_type(void **state)
{
	ow_scoped(ow_json_freep) json_t *json = NULL;
	const char *text = "kept", *none = "kept";
	int64_t number = 7, time = 7, not_number = 7;
	bool flag = false;
	struct ow_err err;

	assert_int_equal(ow_json_load(OW_STR("{\"t\": \"x\\u00e4\", \"e\": \"\", \"n\": -5, "
					     "\"b\": true, \"when\": \"1970-01-01T00:00:01Z\", "
					     "\"f\": 1.5}"),
				      &json, &err),
			 0);
	assert_int_equal(ow_json_get_text(json, "t", *state, &text), 0);
	assert_string_equal(text, "xä");
	assert_int_equal(ow_json_get_text(json, "e", *state, &none), 0);
	assert_int_equal(ow_json_get_text(json, "n", *state, &none), 0);
	assert_int_equal(ow_json_get_text(NULL, "n", *state, &none), 0);
	assert_string_equal(none, "kept");
	assert_true(ow_json_get_i64(json, "n", &number) && number == -5);
	assert_true(ow_json_get_bool(json, "b", &flag) && flag);
	assert_true(ow_json_get_time(json, "when", &time) && time == 1000000);
	assert_false(ow_json_get_i64(json, "f", &not_number));
	assert_false(ow_json_get_i64(json, "t", &not_number));
	assert_false(ow_json_get_time(json, "t", &not_number));
	assert_false(ow_json_get_bool(json, "n", &flag));
	assert_int_equal(not_number, 7);
}

static void bad_json_is_refused_with_its_place(void **state)
{
	static const char *const cases[] = {
		"",
		"[]",
		"7",
		"{\"a\": 1",
		"{\"a\": 1} {}",
		"{\"a\": 1, \"a\": 2}",
		"{\"a\": 99999999999999999999}",
		"{\"a\": \"\xff\"}",
		"{\"a\": \"\\u0000\"}",
		"{\"a\": \"\\ud800\"}",
		"{\"a\": tru\033[31me}",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_err err = { "" };
		json_t *json = NULL;

		assert_int_equal(ow_json_load(ow_str(cases[i]), &json, &err), -EBADMSG);
		assert_null(json);
		assert_non_null(strstr(err.text, "bad JSON"));
		assert_null(strstr(err.text, "31m"));
	}
}

static void deep_nesting_and_long_texts_are_refused(void **state)
{
	size_t n = OW_JSON_MAX + 1;
	char *bytes = ow_alloc(*state, n, 1);
	struct ow_err err;
	json_t *json = NULL;

	assert_non_null(bytes);
	memset(bytes, '[', n);
	memcpy(bytes, "{\"a\":", 5);
	assert_int_equal(ow_json_load((struct ow_str){ bytes, 100000 }, &json, &err), -EBADMSG);
	assert_int_equal(ow_json_load((struct ow_str){ bytes, n }, &json, &err), -EFBIG);
	assert_string_equal(err.text, "the JSON text is longer than 4 MiB");
	assert_null(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(values_are_got_by_name_and_type),
		UNIT(bad_json_is_refused_with_its_place),
		UNIT(deep_nesting_and_long_texts_are_refused),
	};

	return cmocka_run_group_tests_name("read/json", tests, NULL, NULL);
}
