/* SPDX-License-Identifier: Apache-2.0 */
#include "read/stamp.h"

#include <inttypes.h>

#include "unit.h"

static void a_year_is_the_last_one_before_now(void **state)
{
	/* now: 2027-01-02 00:00:00 UTC */
	const struct ow_line_clock clock = { .utc = true,
					     .has_now = true,
					     .now_usec = INT64_C(1798848000000000) };
	static const struct {
		const char *text;
		int64_t sec;
	} cases[] = {
		{ "Jan  1 00:00:00 ", 1798761600 }, /* 2027 */
		{ "Jan  2 00:00:00 ", 1798848000 }, /* 2027, now itself */
		{ "Jan  2 00:00:01 ", 1767312001 }, /* 2026 */
		{ "Dec 31 23:59:59 ", 1798761599 }, /* 2026 */
		{ "Feb 29 12:00:00 ", 1709208000 }, /* 2024 */
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_str s = ow_str(cases[i].text);
		struct ow_stamp stamp;
		int64_t usec = 0;

		assert_true(ow_stamp_scan_syslog(&s, &stamp));
		assert_true(ow_stamp_settle(&stamp, &clock, &usec));
		assert_int_equal(usec, cases[i].sec * 1000000);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const texts[] = {
		"Foo 20 07:51:02 ",
		"Nov 32 07:51:02 ",
		"Nov 20 24:00:00 ",
		"Nov 20 07:51 ",
		"Nov 20 07:51:02",
		"November",
		"",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		struct ow_str s = ow_str(texts[i]);
		struct ow_stamp stamp = { .year = 7 };

		if (ow_stamp_scan_syslog(&s, &stamp) || stamp.year != 7 || s.p != texts[i])
			fail_msg("'%s'", texts[i]);
	}
}

static void months_are_known_in_many_languages(void **state)
{
	static const struct {
		const char *text;
		int month, day;
	} cases[] = {
		{ "Tue May 16 19:45:20 2017", 5, 16 },
		{ "Di M\xc3\xa4r  3 19:45:20 2017", 3, 3 },
		{ "mar. juil. 16 19:45:20 2017", 7, 16 },
		{ "mar 16 mag 19:45:20 2017", 5, 16 },
		{ "\xe4\xba\x8c 3\xe6\x9c\x88 26 10:28:47 2024", 3, 26 },
		{ "\xd0\x92\xd1\x82 \xd0\xbc\xd0\xb0\xd1\x8f 16 19:45:20 2017", 5, 16 },
		{ "xx yy 16 19:45:20 2017", 0, 16 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_stamp stamp;

		assert_true(ow_stamp_scan_ctime(ow_str(cases[i].text), &stamp));
		if (stamp.month != cases[i].month || stamp.day != cases[i].day)
			fail_msg("%s: %d %d", cases[i].text, stamp.month, stamp.day);
	}
}

static void an_unknown_month_never_settles(void **state)
{
	const struct ow_line_clock clock = { .utc = true };
	struct ow_stamp stamp;
	int64_t usec = 42;

	(void)state;
	assert_true(ow_stamp_scan_ctime(OW_STR("xx yy 16 19:45:20 2017"), &stamp));
	assert_false(ow_stamp_settle(&stamp, &clock, &usec));
	assert_int_equal(usec, 42);
}

static void zones_are_taken_off(void **state)
{
	static const struct {
		const char *text;
		int64_t sec;
	} cases[] = {
		{ "2026-11-20T07:51:02Z", 1795161062 },
		{ "2026-11-20 07:51:02 UTC", 1795161062 },
		{ "2026-11-20T08:51:02+01:00", 1795161062 },
		{ "2026-11-20T02:21:02-0530", 1795161062 },
	};
	const struct ow_line_clock clock = { 0 };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_str s = ow_str(cases[i].text);
		struct ow_stamp stamp;
		int64_t usec = 0;

		assert_true(ow_stamp_scan_iso(&s, &stamp));
		assert_int_equal(s.n, 0);
		assert_true(ow_stamp_settle(&stamp, &clock, &usec));
		assert_int_equal(usec, cases[i].sec * 1000000);
	}
}

static void boot_times_keep_their_microseconds(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t usec;
	} cases[] = {
		{ "   33.9", true, 33900000 },
		{ "283.033791", true, 283033791 },
		{ "283.0337912", true, 283033791 },
		{ "0.000001", true, 1 },
		{ "283", false, 0 },
		{ "283.", false, 0 },
		{ ".5", false, 0 },
		{ "99999999999.0", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_str s = ow_str(cases[i].text);
		uint64_t usec = 0;

		assert_int_equal(ow_stamp_scan_boot(&s, &usec), cases[i].ok);
		assert_int_equal(usec, cases[i].usec);
	}
}

static void what_carries_a_line_may_lend_its_time(void **state)
{
	static const struct {
		const char *line, *carried;
		int64_t sec; /* 0: it has no time */
	} cases[] = {
		{ "eat invoked", "2026-11-20T07:51:02Z", 1795161062 },
		{ "[   12.345678] eat invoked", "2026-11-20T07:51:02Z", 1795161062 },
		{ "eat invoked", "2026-11-20T07:51:02", 0 },
		{ "eat invoked", "noon", 0 },
		{ "2026-11-20T07:51:05Z eat invoked", "2026-11-20T07:51:02Z", 1795161065 },
		{ "Nov 20 07:51:02 web-1 kernel: eat", "2026-11-20T07:51:03Z", 1795161063 },
		{ "Nov 20 09:36:02 web-1 kernel: eat", "2026-11-20T07:51:02Z", 1795161062 },
		/* It came later. */
		{ "Nov 20 07:51:02 web-1 kernel: eat", "2026-11-20T07:58:02Z", 0 },
	};
	const struct ow_line_clock clock = { 0 };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_line line = { 0 };

		ow_line_unwrap(ow_str(cases[i].line), &clock, &line);
		ow_stamp_carry(ow_str(cases[i].carried), &clock, &line);
		if (!(line.have & OW_LINE_TIME) != !cases[i].sec ||
		    (cases[i].sec && line.time_usec != cases[i].sec * 1000000))
			fail_msg("%s: %" PRId64, cases[i].line, line.time_usec);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_year_is_the_last_one_before_now),
		UNIT(what_carries_a_line_may_lend_its_time),
		UNIT(what_is_no_time_is_refused),
		UNIT(months_are_known_in_many_languages),
		UNIT(an_unknown_month_never_settles),
		UNIT(zones_are_taken_off),
		UNIT(boot_times_keep_their_microseconds),
	};

	return cmocka_run_group_tests_name("read/stamp", tests, NULL, NULL);
}
