/* SPDX-License-Identifier: Apache-2.0 */
#include "base/scan.h"

#include "unit.h"

static void a_failed_scan_touches_nothing(void **state)
{
	struct ow_str s = OW_STR("abc"), word = OW_STR("kept");
	uint64_t number = 7;

	(void)state;
	assert_false(ow_scan_u64(&s, &number));
	assert_false(ow_scan_lit(&s, "abd"));
	assert_false(ow_scan_until(&s, "z", &word));
	assert_true(ow_str_is(s, "abc"));
	assert_true(ow_str_is(word, "kept"));
	assert_int_equal(number, 7);
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 },
		{ "", false, 0 },
		{ "-1", false, 0 },
		{ "12kB", true, 12 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_str s = ow_str(cases[i].text);
		uint64_t value = 0;

		assert_int_equal(ow_scan_u64(&s, &value), cases[i].ok);
		assert_int_equal(value, cases[i].value);
	}
}

static void a_few_digits_are_what_they_are_read_as(void **state)
{
	static const char behind[] = "/:. ]a\x80\xff";
	char text[16];

	(void)state;
	for (unsigned digits = 0; digits <= 8; digits++)
		for (size_t b = 0; b < sizeof(behind); b++)
			for (uint32_t x = 1, i = 0; i < 20; i++) {
				struct ow_str s = { text, 8 };
				uint64_t number = 42, wanted = 42;

				memset(text, i & 1 ? '9' : behind[b], sizeof(text));
				for (unsigned d = 0; d < digits; d++) {
					x = x * 1664525 + 1013904223;
					text[d] = (char)('0' + (x >> 24) % 10);
				}
				text[digits] = behind[b];
				if (digits < 8)
					(void)ow_scan_u64(&s, &wanted);
				assert_int_equal(ow_digits(text, &number), digits);
				assert_int_equal(number, wanted);
			}
}

/* The first and the last byte are looked for in many places at once. */
static void text_is_found_wherever_it_stands(void **state)
{
	static const char *const texts[] = { "a", "ab", "aba", "abcdefghijklmnopqrstuvwxyz" };
	char bytes[100];

	(void)state;
	for (size_t t = 0; t < OW_ARRAY_SIZE(texts); t++) {
		const struct ow_str text = ow_str(texts[t]);

		for (size_t n = 0; n < 80; n++) {
			memset(bytes, 'a', sizeof(bytes));
			if (text.n > 1)
				assert_null(ow_str_find((struct ow_str){ bytes, n }, text));
			for (size_t at = 0; at + text.n <= n; at++) {
				memset(bytes, text.n > 1 ? 'a' : 'x', n);
				memcpy(bytes + at, text.p, text.n);
				assert_ptr_equal(ow_str_find((struct ow_str){ bytes, n }, text),
						 bytes + at);
				assert_null(ow_str_find((struct ow_str){ bytes, at + text.n - 1 },
							text));
			}
		}
	}
}

static void pairs_are_found_wherever_they_stand(void **state)
{
	static const char pairs[][2] = { { 'a', 'b' }, { 'm', '-' } };
	char bytes[70];

	(void)state;
	for (size_t n = 0; n < sizeof(bytes); n++) {
		memset(bytes, 'a', sizeof(bytes)); /* what is behind n counts not */
		bytes[n] = 'b';
		assert_false(ow_str_has_pair((struct ow_str){ bytes, n }, pairs, 2));
		for (size_t at = 0; at + 1 < n; at++) {
			memset(bytes, '-', n);
			memcpy(bytes + at, pairs[at % 2], 2);
			assert_true(ow_str_has_pair((struct ow_str){ bytes, n }, pairs, 2));
			assert_false(ow_str_has_pair((struct ow_str){ bytes, at + 1 }, pairs, 2));
		}
	}
}

static void signed_and_hex_numbers_are_read(void **state)
{
	struct ow_str s = OW_STR("-1000 fFx 11112222333344445");
	uint64_t hex = 0;
	int64_t i = 0;

	(void)state;
	assert_true(ow_scan_i64(&s, &i) && ow_scan_blanks(&s) && ow_scan_hex(&s, &hex));
	assert_int_equal(i, -1000);
	assert_int_equal(hex, 0xff);
	assert_true(ow_scan_lit(&s, "x "));
	assert_false(ow_scan_hex(&s, &hex)); /* 17 digits */
}

static void text_is_cut_from_the_left_or_from_the_right(void **state)
{
	struct ow_str s = OW_STR("a) b) c"), front;

	(void)state;
	assert_true(ow_scan_until_last(&s, ") ", &front));
	assert_true(ow_str_is(front, "a) b"));
	assert_true(ow_str_is(s, "c"));
	s = OW_STR("a) b) c");
	assert_true(ow_scan_until(&s, ") ", &front));
	assert_true(ow_str_is(front, "a"));
	assert_false(ow_scan_until_last(&front, "too long to be found", &s));
}

static void lines_end_with_or_without_a_feed(void **state)
{
	struct ow_str s = OW_STR("one\n\ntwo"), line;

	(void)state;
	assert_true(ow_scan_line(&s, &line) && ow_str_is(line, "one"));
	assert_true(ow_scan_line(&s, &line) && ow_str_is(line, ""));
	assert_true(ow_scan_line(&s, &line) && ow_str_is(line, "two"));
	assert_false(ow_scan_line(&s, &line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_failed_scan_touches_nothing),
		UNIT(numbers_that_do_not_fit_are_refused),
		UNIT(a_few_digits_are_what_they_are_read_as),
		UNIT(text_is_found_wherever_it_stands),
		UNIT(pairs_are_found_wherever_they_stand),
		UNIT(signed_and_hex_numbers_are_read),
		UNIT(text_is_cut_from_the_left_or_from_the_right),
		UNIT(lines_end_with_or_without_a_feed),
	};

	return cmocka_run_group_tests_name("base/scan", tests, NULL, NULL);
}
