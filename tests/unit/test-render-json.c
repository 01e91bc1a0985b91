/* SPDX-License-Identifier: Apache-2.0 */
#include "render/json.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "unit.h"

/* Writes through fn and gives the text, which the caller frees. */
static char *written(void (*fn)(struct ow_json *json))
{
	struct ow_json json;
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	ow_json_init(&json, out);
	fn(&json);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void write_nested(struct ow_json *json)
{
	ow_json_object(json, NULL);
	ow_json_text(json, "schema", "oomwhy.kill/1");
	ow_json_u64(json, "limit_bytes", UINT64_MAX);
	ow_json_i64(json, "oom_score_adj", -1000);
	ow_json_bool(json, "running", false);
	ow_json_null(json, "none");
	ow_json_list(json, "victims");
	ow_json_object(json, NULL);
	ow_json_end(json);
	ow_json_u64(json, NULL, 7);
	ow_json_end(json);
	ow_json_real(json, "share", 0.5);
	ow_json_end(json);
}

static void values_stand_where_they_belong(void **state)
{
	char *text = written(write_nested);

	(void)state;
	assert_string_equal(text, "{\"schema\": \"oomwhy.kill/1\", \"limit_bytes\": "
				  "18446744073709551615, \"oom_score_adj\": -1000, \"running\": "
				  "false, \"none\": null, \"victims\": [{}, 7], \"share\": 0.5}");
	free(text);
}

static uint64_t number_of(size_t i)
{
	uint64_t number = 1;

	for (size_t d = 0; d < i / 3; d++)
		number *= 10;
	return number + i % 3 - 1;
}

static void write_numbers(struct ow_json *json)
{
	ow_json_list(json, NULL);
	for (size_t i = 0; i < 60; i++)
		ow_json_u64(json, NULL, number_of(i));
	ow_json_i64(json, NULL, INT64_MIN);
	ow_json_end(json);
}

/* The powers of ten, and those beside them. */
static void numbers_of_any_length_are_whole(void **state)
{
	char *text = written(write_numbers), wanted[32], *p = text + 1;

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		(void)snprintf(wanted, sizeof(wanted), "%" PRIu64 ", ", number_of(i));
		assert_memory_equal(p, wanted, strlen(wanted));
		p += strlen(wanted);
	}
	assert_string_equal(p, "-9223372036854775808]");
	free(text);
}

static void write_strings(struct ow_json *json)
{
	char text[40];

	ow_json_list(json, NULL);
	for (size_t n = 1; n < sizeof(text); n++)
		for (size_t at = 0; at < n; at++) {
			memset(text, 'a', sizeof(text));
			text[at] = '"';
			ow_json_str(json, NULL, (struct ow_str){ text, n });
		}
	ow_json_end(json);
}

/* Several bytes are looked at at once. */
static void a_quote_is_escaped_wherever_it_stands(void **state)
{
	char *text = written(write_strings), wanted[50], *p = text + 1;

	(void)state;
	for (size_t n = 1; n < 40; n++)
		for (size_t at = 0; at < n; at++) {
			memset(wanted, 'a', sizeof(wanted));
			memcpy(wanted + 1 + at, "\\\"", 2);
			wanted[0] = wanted[n + 2] = '"';
			assert_memory_equal(p, wanted, n + 3);
			p += n + 3 + 2;
		}
	free(text);
}

static void write_not_finite(struct ow_json *json)
{
	ow_json_list(json, NULL);
	ow_json_real(json, NULL, 0.0 / 0.0);
	ow_json_real(json, NULL, 1.0 / 0.0);
	ow_json_end(json);
}

static void a_number_that_json_has_not_is_null(void **state)
{
	char *text = written(write_not_finite);

	(void)state;
	assert_string_equal(text, "[null, null]");
	free(text);
}

static void write_every_byte(struct ow_json *json)
{
	char bytes[256];

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	ow_json_list(json, NULL);
	ow_json_str(json, NULL, (struct ow_str){ bytes, sizeof(bytes) });
	ow_json_end(json);
}

/* jansson is the judge of what is JSON; the rule of \xNN gives the bytes back. */
static void every_byte_comes_back(void **state)
{
	char *text = written(write_every_byte);
	json_t *list = json_loads(text, 0, NULL);
	const char *s = json_string_value(json_array_get(list, 0));
	int n = 0;

	(void)state;
	assert_non_null(s);
	while (*s) {
		unsigned int c = (unsigned char)*s;
		struct ow_str hex;
		uint64_t byte;

		if (strncmp(s, "\\\\", 2) == 0) {
			c = '\\';
			s += 2;
		} else if (strncmp(s, "\\x", 2) == 0) {
			hex = (struct ow_str){ s + 2, 2 };
			assert_true(ow_scan_hex(&hex, &byte));
			c = (unsigned int)byte;
			s += 4;
		} else {
			s++;
		}
		assert_int_equal(c, n++);
	}
	assert_int_equal(n, 256);
	json_decref(list);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(values_stand_where_they_belong),
		UNIT(numbers_of_any_length_are_whole),
		UNIT(a_quote_is_escaped_wherever_it_stands),
		UNIT(a_number_that_json_has_not_is_null),
		UNIT(every_byte_comes_back),
	};

	return cmocka_run_group_tests_name("render/json", tests, NULL, NULL);
}
