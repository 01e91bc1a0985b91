/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <errno.h>
#include <time.h>

#include "unit.h"

/* Zones are written out, as a small system has no zone files. */
#define BERLIN    "CET-1CEST,M3.5.0,M10.5.0/3"
#define ST_JOHNS  "NST3:30NDT,M3.2.0,M11.1.0"
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
#define KATHMANDU "<+0545>-5:45"
#define TOKYO     "JST-9"
#define HONOLULU  "HST10"

#define NOW       INT64_C(1795161062500000) /* Friday 2026-11-20 07:51:02.5 UTC */

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static int utc_again(void **state)
{
	set_zone("UTC");
	return unit_teardown(state);
}

static void utc_is_printed_as_rfc_3339(void **state)
{
	static const struct {
		int64_t usec;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59.999999Z" },
		{ NOW, "2026-11-20T07:51:02.500000Z" },
		{ 951782400000001, "2000-02-29T00:00:00.000001Z" },
		{ INT64_C(253402300799) * OW_USEC_PER_SEC, "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "294247-01-10T04:00:54.775807Z" },
	};
	char text[OW_TIME_MAX];

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_string_equal(ow_time_utc(cases[i].usec, text), cases[i].text);
}

static void rfc_3339_and_its_relatives_are_read(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t usec;
	} cases[] = {
		{ "2026-11-20T07:51:02.5Z", true, NOW },
		{ "2026-11-20 08:51:02.500000+01:00", true, NOW },
		{ "2026-11-20t04:21:02,500000-0330", true, NOW },
		{ "2026-11-20T07:51:02.500000999z", true, NOW },
		{ "1970-01-01T00:00:00Z", true, 0 },
		{ "2016-12-31T23:59:60Z", true, INT64_C(1483228800) * OW_USEC_PER_SEC },
		{ "0001-01-01T00:00:00Z", false, 0 },
		{ "10000-01-01T00:00:00Z", false, 0 },
		{ "2026-11-20T07:51:02", false, 0 },
		{ "2026-11-20T07:51:02.Z", false, 0 },
		{ "2026-11-20T07:51:02Z ", false, 0 },
		{ "2026-02-29T00:00:00Z", false, 0 },
		{ "2026-13-01T00:00:00Z", false, 0 },
		{ "2026-11-20T24:00:00Z", false, 0 },
		{ "2026-11-20T07:51:61Z", false, 0 },
		{ "2026-11-20T07:51:02+24:00", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		int64_t usec = -7;

		assert_int_equal(ow_time_scan_rfc3339(ow_str(cases[i].text), &usec), cases[i].ok);
		assert_true(usec == (cases[i].ok ? cases[i].usec : -7));
	}
}

/* What is printed is read back, over a century in steps that meet every hour and month. */
static void printed_times_are_read_back(void **state)
{
	static const char *const zones[] = { "UTC", BERLIN, ST_JOHNS, LORD_HOWE, KATHMANDU };
	char text[OW_TIME_MAX];

	(void)state;
	for (size_t zone = 0; zone < OW_ARRAY_SIZE(zones); zone++) {
		set_zone(zones[zone]);
		for (int64_t s = 86400; s < INT64_C(4102444800); s += 1000003) {
			int64_t usec = s * OW_USEC_PER_SEC + s % OW_USEC_PER_SEC, back;

			assert_true(ow_time_scan_rfc3339(ow_str(ow_time_utc(usec, text)), &back));
			assert_true(back == usec);
			assert_int_equal(ow_time_parse(ow_time_local(usec, text), 0, false, &back),
					 0);
			assert_true(back == s * OW_USEC_PER_SEC);
		}
	}
}

static void the_words_of_journalctl_are_taken(void **state)
{
	static const struct {
		const char *text, *utc;
	} cases[] = {
		{ "now", "2026-11-20T07:51:02.500000Z" },
		{ "today", "2026-11-20T00:00:00Z" },
		{ " yesterday ", "2026-11-19T00:00:00Z" },
		{ "tomorrow", "2026-11-21T00:00:00Z" },
		{ "today UTC", "2026-11-20T00:00:00Z" },
		{ "-1h", "2026-11-20T06:51:02.500000Z" },
		{ "- 1h", "2026-11-20T06:51:02.500000Z" },
		{ "+1h30min", "2026-11-20T09:21:02.500000Z" },
		{ "2 hours ago", "2026-11-20T05:51:02.500000Z" },
		{ "2h 30min ago", "2026-11-20T05:21:02.500000Z" },
		{ "1.5h ago", "2026-11-20T06:21:02.500000Z" },
		{ "1h left", "2026-11-20T08:51:02.500000Z" },
		{ "-5", "2026-11-20T07:50:57.500000Z" },
		{ "-500ms", "2026-11-20T07:51:02Z" },
		{ "-500000µs", "2026-11-20T07:51:02Z" },
		{ "-1M", "2026-10-20T21:21:02.500000Z" },
		{ "-1m", "2026-11-20T07:50:02.500000Z" },
		{ "-1y", "2025-11-20T01:51:02.500000Z" },
		{ "1 week ago", "2026-11-13T07:51:02.500000Z" },
		{ "2026-11-20", "2026-11-20T00:00:00Z" },
		{ "26-11-20", "2026-11-20T00:00:00Z" },
		{ "2026-11-20 07:51", "2026-11-20T07:51:00Z" },
		{ "2026-11-20T07:51", "2026-11-20T07:51:00Z" },
		{ "2026-11-20 07:51:02.25", "2026-11-20T07:51:02.250000Z" },
		{ "Fri 2026-11-20 07:51:02 UTC", "2026-11-20T07:51:02Z" },
		{ "friday 2026-11-20", "2026-11-20T00:00:00Z" },
		{ "07:51", "2026-11-20T07:51:00Z" },
		{ "7:5", "2026-11-20T07:05:00Z" },
		{ "@1795154068", "2026-11-20T05:54:28Z" },
		{ "@1795154068.5", "2026-11-20T05:54:28.500000Z" },
		{ "2026-11-20T08:51:02+01:00", "2026-11-20T07:51:02Z" },
	};
	char text[OW_TIME_MAX];
	int64_t usec;

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_int_equal(ow_time_parse(cases[i].text, NOW, false, &usec), 0);
		assert_string_equal(ow_time_utc(usec, text), cases[i].utc);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		" ",
		"soon",
		"5",
		"1h",
		"-",
		"+",
		"@",
		"ago",
		" ago",
		"-1 fortnight",
		"-1h ago",
		"--1h",
		"-1.h",
		"yesterday 07:51",
		"2026-11-20 24:00",
		"2026-11-20 07:60",
		"2026-02-30",
		"2026-11-20 CET",
		"2026-11-20x",
		"Thu 2026-11-20",
		"Fry 2026-11-20",
		"202-11-20",
		"07",
		"07:51:02:01",
		"-9223372036854775807y",
		"@9223372036854775807",
		"-99999999999999999999s",
		"2026-11-20 07:51:02 UTC UTC",
		"1969-12-31",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		int64_t usec = -7;

		assert_int_equal(ow_time_parse(cases[i], NOW, true, &usec), -EINVAL);
		assert_true(usec == -7);
	}
}

static void days_and_clocks_are_of_the_local_zone_unless_utc_is_asked_for(void **state)
{
	static const struct {
		const char *zone, *text;
		bool utc;
		const char *result;
	} cases[] = {
		{ TOKYO, "today", false, "2026-11-19T15:00:00Z" },
		{ TOKYO, "today", true, "2026-11-20T00:00:00Z" },
		{ TOKYO, "today UTC", false, "2026-11-20T00:00:00Z" },
		{ HONOLULU, "today", false, "2026-11-19T10:00:00Z" },
		{ HONOLULU, "Thu 23:00", false, "2026-11-20T09:00:00Z" },
		{ BERLIN, "2026-07-01 12:00", false, "2026-07-01T10:00:00Z" },
		{ BERLIN, "2026-07-01 12:00 CEST", false, "2026-07-01T10:00:00Z" },
		{ BERLIN, "2026-12-01 12:00", false, "2026-12-01T11:00:00Z" },
		/* The hour that comes twice, told apart by the zone's name. */
		{ BERLIN, "2026-10-25 02:30 CEST", false, "2026-10-25T00:30:00Z" },
		{ BERLIN, "2026-10-25 02:30 CET", false, "2026-10-25T01:30:00Z" },
		{ BERLIN, "1970-01-01", false, "1969-12-31T23:00:00Z" },
	};
	char text[OW_TIME_MAX];
	int64_t usec;

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		set_zone(cases[i].zone);
		assert_int_equal(ow_time_parse(cases[i].text, NOW, cases[i].utc, &usec), 0);
		assert_string_equal(ow_time_utc(usec, text), cases[i].result);
	}
}

static void a_zone_that_does_not_fit_a_moment_is_refused(void **state)
{
	int64_t usec;

	(void)state;
	set_zone(BERLIN);
	assert_int_equal(ow_time_parse("2026-12-01 12:00 CEST", NOW, false, &usec), -EINVAL);
	assert_int_equal(ow_time_parse("2026-12-01 12:00 EST", NOW, false, &usec), -EINVAL);
}

static void a_long_zone_name_gives_way_to_its_offset(void **state)
{
	char text[OW_TIME_MAX];

	(void)state;
	set_zone("<a-zone-with-a-name-that-has-no-end>-1");
	assert_string_equal(ow_time_local(NOW, text), "2026-11-20 08:51:02 +0100");
}

static void broken_down_times_outside_the_calendar_are_refused(void **state)
{
	static const struct tm bad[] = {
		{ .tm_year = 69, .tm_mon = 11, .tm_mday = 31 },
		{ .tm_year = 8100, .tm_mday = 1 },
		{ .tm_year = 126, .tm_mon = 12, .tm_mday = 1 },
		{ .tm_year = 126, .tm_mon = 1, .tm_mday = 29 },
		{ .tm_year = 126, .tm_mday = 0 },
		{ .tm_year = 126, .tm_mday = 1, .tm_hour = 24 },
		{ .tm_year = 126, .tm_mday = 1, .tm_sec = -1 },
	};
	const struct tm leap_day = { .tm_year = 124, .tm_mon = 1, .tm_mday = 29, .tm_isdst = 1 };
	int64_t usec = -7;

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(bad); i++)
		assert_false(ow_time_from_tm(&bad[i], i % 2, &usec));
	assert_true(usec == -7);
	assert_true(ow_time_from_tm(&leap_day, false, &usec));
	assert_true(usec == INT64_C(1709164800) * OW_USEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(utc_is_printed_as_rfc_3339),
		UNIT(rfc_3339_and_its_relatives_are_read),
		cmocka_unit_test_setup_teardown(printed_times_are_read_back, unit_setup, utc_again),
		UNIT(the_words_of_journalctl_are_taken),
		UNIT(what_is_no_time_is_refused),
		cmocka_unit_test_setup_teardown(
			days_and_clocks_are_of_the_local_zone_unless_utc_is_asked_for, unit_setup,
			utc_again),
		cmocka_unit_test_setup_teardown(a_zone_that_does_not_fit_a_moment_is_refused,
						unit_setup, utc_again),
		cmocka_unit_test_setup_teardown(a_long_zone_name_gives_way_to_its_offset,
						unit_setup, utc_again),
		UNIT(broken_down_times_outside_the_calendar_are_refused),
	};

	return cmocka_run_group_tests_name("base/time", tests, NULL, NULL);
}
