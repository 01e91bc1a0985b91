/* SPDX-License-Identifier: Apache-2.0 */
#include "read/stamp.h"

#include <time.h>

#include "base/time.h"

/*
 * How the names of the months begin in the languages that dmesg -T is read in most: English,
 * German, French, Spanish, Italian, Portuguese, Dutch, Czech, Turkish, Russian. In Chinese,
 * Japanese and Korean a month is a number.
 */
static const char *const month_names[] = {
	"Jan jan ene gen led Oca янв",
	"Feb feb fév fev úno Şub фев",
	"Mar mar Mär mär mrt bře мар",
	"Apr apr avr abr dub Nis апр",
	"May may Mai mai mei mag kvě май мая",
	"Jun jun juin giu čen Haz июн",
	"Jul jul juil lug čec Tem июл",
	"Aug aug aoû ago srp Ağu авг",
	"Sep sep set zář Eyl сен",
	"Oct oct Okt okt ott out říj Eki окт",
	"Nov nov lis Kas ноя",
	"Dec dec déc dic dez Dez pro Ara дек",
};

static bool scan_name(struct ow_str *s, struct ow_str name)
{
	if (s->n < name.n || memcmp(s->p, name.p, name.n) != 0)
		return false;
	*s = ow_str_skip(*s, name.n);
	return true;
}

/* The English name, which comes first: syslog has no other. */
static bool scan_english_month(struct ow_str *s, int *ret)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(month_names); i++)
		if (scan_name(s, (struct ow_str){ month_names[i], 3 })) {
			*ret = (int)i + 1;
			return true;
		}
	return false;
}

static bool scan_month(struct ow_str *s, int *ret)
{
	if (s->n == 0 || (s->p[0] >= '0' && s->p[0] <= '9'))
		return false; /* in no language is that a name: "[  12345]" is a pid */
	for (size_t i = 0; i < OW_ARRAY_SIZE(month_names); i++) {
		struct ow_str names = ow_str(month_names[i]), name;

		while (ow_scan_blanks(&names) && ow_scan_word(&names, &name))
			if (scan_name(s, name)) {
				*ret = (int)i + 1;
				return true;
			}
	}
	return false;
}

/* Exactly n digits. */
static bool scan_digits(struct ow_str *s, size_t n, int *ret)
{
	int value = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		value = 10 * value + (s->p[i] - '0');
	}
	*s = ow_str_skip(*s, n);
	*ret = value;
	return true;
}

/* "5", " 5" and "20": one or two digits, padded or not. */
static bool scan_day(struct ow_str *s, int *ret)
{
	struct ow_str rest = *s;

	(void)ow_scan_blanks(&rest);
	if (!scan_digits(&rest, 2, ret) && !scan_digits(&rest, 1, ret))
		return false;
	*s = rest;
	return *ret >= 1 && *ret <= 31;
}

/* The digits behind a point, of any number, as microseconds. */
static bool scan_fraction(struct ow_str *s, uint32_t *ret_usec)
{
	uint32_t unit = 100000, usec = 0;
	size_t n = 0;

	for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++, unit /= 10)
		usec += unit * (uint32_t)(s->p[n] - '0');
	if (n == 0)
		return false;
	*s = ow_str_skip(*s, n);
	*ret_usec = usec;
	return true;
}

/* "07:51:02", with or without a fraction. */
static bool scan_clock(struct ow_str *s, struct ow_stamp *stamp)
{
	struct ow_str rest = *s, fraction;

	if (!scan_digits(&rest, 2, &stamp->hour) || !ow_scan_char(&rest, ':') ||
	    !scan_digits(&rest, 2, &stamp->minute) || !ow_scan_char(&rest, ':') ||
	    !scan_digits(&rest, 2, &stamp->second))
		return false;
	if (stamp->hour > 23 || stamp->minute > 59 || stamp->second > 60)
		return false;
	fraction = rest;
	if ((ow_scan_char(&fraction, '.') || ow_scan_char(&fraction, ',')) &&
	    scan_fraction(&fraction, &stamp->usec))
		rest = fraction;
	*s = rest;
	return true;
}

static void scan_zone(struct ow_str *s, struct ow_stamp *stamp)
{
	struct ow_str rest = *s;
	int sign, hours, minutes;

	stamp->has_zone = true;
	if (ow_scan_char(s, 'Z') || ow_scan_lit(s, " UTC"))
		return;
	sign = ow_scan_char(&rest, '-') ? -1 : ow_scan_char(&rest, '+') ? 1 : 0;
	if (sign && scan_digits(&rest, 2, &hours) && (ow_scan_char(&rest, ':') || true) &&
	    scan_digits(&rest, 2, &minutes) && hours <= 15 && minutes <= 59) {
		stamp->zone_sec = sign * (hours * 3600 + minutes * 60);
		*s = rest;
		return;
	}
	stamp->has_zone = false;
}

bool ow_stamp_scan_iso(struct ow_str *s, struct ow_stamp *ret)
{
	struct ow_stamp stamp = { 0 };
	struct ow_str rest = *s;

	if (!scan_digits(&rest, 4, &stamp.year) || !ow_scan_char(&rest, '-') ||
	    !scan_digits(&rest, 2, &stamp.month) || !ow_scan_char(&rest, '-') ||
	    !scan_digits(&rest, 2, &stamp.day) ||
	    (!ow_scan_char(&rest, 'T') && !ow_scan_char(&rest, ' ')) || !scan_clock(&rest, &stamp))
		return false;
	if (stamp.month < 1 || stamp.month > 12 || stamp.day < 1 || stamp.day > 31)
		return false;
	scan_zone(&rest, &stamp);
	*s = rest;
	*ret = stamp;
	return true;
}

bool ow_stamp_scan_logcat(struct ow_str *s, struct ow_stamp *ret)
{
	struct ow_stamp stamp = { 0 };
	struct ow_str rest = *s;

	if (!scan_digits(&rest, 2, &stamp.month) || !ow_scan_char(&rest, '-') ||
	    !scan_digits(&rest, 2, &stamp.day) || !ow_scan_char(&rest, ' ') ||
	    !scan_clock(&rest, &stamp))
		return false;
	if (stamp.month < 1 || stamp.month > 12 || stamp.day < 1 || stamp.day > 31)
		return false;
	*s = rest;
	*ret = stamp;
	return true;
}

/* "2026 ": with the blank behind it. */
static bool scan_year(struct ow_str *s, int *ret)
{
	struct ow_str rest = *s;
	int year;

	if (!scan_digits(&rest, 4, &year) || year < 1970 || !ow_scan_char(&rest, ' '))
		return false;
	*s = rest;
	*ret = year;
	return true;
}

bool ow_stamp_scan_syslog(struct ow_str *s, struct ow_stamp *ret)
{
	struct ow_stamp stamp = { 0 };
	struct ow_str rest = *s;

	if (!scan_english_month(&rest, &stamp.month) || !scan_day(&rest, &stamp.day) ||
	    !ow_scan_char(&rest, ' '))
		return false;
	(void)scan_year(&rest, &stamp.year);
	if (!scan_clock(&rest, &stamp) || !ow_scan_char(&rest, ' '))
		return false;
	if (stamp.year == 0)
		(void)scan_year(&rest, &stamp.year);
	*s = rest;
	*ret = stamp;
	return true;
}

/* The words between the weekday and the clock: "May 16", "16 mai", "3月 26", "16. Mai". */
static void scan_date_words(struct ow_str s, struct ow_stamp *stamp)
{
	struct ow_str word;

	while (ow_scan_blanks(&s) && ow_scan_word(&s, &word)) {
		int number = 0;

		if (stamp->month == 0 && scan_month(&word, &stamp->month))
			continue;
		if (!scan_day(&word, &number))
			continue;
		if (stamp->month == 0 && (unsigned char)(word.n ? word.p[0] : 0) >= 0x80)
			stamp->month = number <= 12 ? number : 0;
		else
			stamp->day = number;
	}
}

bool ow_stamp_scan_ctime(struct ow_str s, struct ow_stamp *ret)
{
	struct ow_stamp stamp = { 0 };
	struct ow_str date, clock, weekday;

	s = ow_str_trim(s);
	if (!ow_scan_word(&s, &weekday))
		return false;
	clock = s;
	if (!ow_scan_until_last(&clock, " ", &date) || !scan_digits(&clock, 4, &stamp.year) ||
	    clock.n != 0 || stamp.year < 1970) {
		stamp.year = 0; /* somebody left it out */
		date = s;
	}
	clock = date;
	if (!ow_scan_until_last(&clock, " ", &date) || !scan_clock(&clock, &stamp) || clock.n != 0)
		return false;
	scan_date_words(date, &stamp);
	*ret = stamp;
	return true;
}

bool ow_stamp_is_human(struct ow_str s)
{
	int month, day, hour, minute;
	uint32_t usec;
	uint64_t sec;

	s = ow_str_trim(s);
	if (s.n && s.p[0] == '<' && s.p[s.n - 1] == '>') {
		s = ow_str_trim((struct ow_str){ s.p + 1, s.n - 2 });
		return ow_stamp_scan_boot(&s, &sec) && s.n == 0;
	}
	if (s.n == 0 || s.p[s.n - 1] < '0' || s.p[s.n - 1] > '9')
		return false;
	if (ow_scan_char(&s, '+'))
		return ow_scan_u64(&s, &sec) && ow_scan_char(&s, '.') && scan_fraction(&s, &usec) &&
		       s.n == 0;
	return scan_month(&s, &month) && scan_day(&s, &day) && ow_scan_char(&s, ' ') &&
	       scan_digits(&s, 2, &hour) && ow_scan_char(&s, ':') && scan_digits(&s, 2, &minute) &&
	       s.n == 0;
}

bool ow_stamp_scan_boot(struct ow_str *s, uint64_t *ret_usec)
{
	struct ow_str rest = *s;
	uint32_t usec;
	uint64_t sec;

	(void)ow_scan_blanks(&rest);
	if (!ow_scan_u64(&rest, &sec) || sec > UINT32_MAX || !ow_scan_char(&rest, '.') ||
	    !scan_fraction(&rest, &usec))
		return false;
	*s = rest;
	*ret_usec = sec * (uint64_t)OW_USEC_PER_SEC + usec;
	return true;
}

/* Days since 1970 of a day of the Gregorian calendar, counted in eras of 400 years that begin in
 * March, so that the leap day ends a year. */
static int64_t days(int64_t year, int month, int day)
{
	int64_t from_march = month <= 2 ? month + 9 : month - 3, y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y - 400 * era;
	int64_t of_year = (153 * from_march + 2) / 5 + day - 1;

	return 146097 * era + 365 * of_era + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t moment(const struct ow_stamp *stamp, int year)
{
	int64_t sec = 86400 * days(year, stamp->month, stamp->day) + 3600 * stamp->hour +
		      60 * stamp->minute + stamp->second - stamp->zone_sec;

	return sec * OW_USEC_PER_SEC + stamp->usec;
}

int64_t ow_stamp_written(const struct ow_stamp *stamp)
{
	return moment(stamp, stamp->year ? stamp->year : 2000);
}

static bool day_exists(const struct ow_stamp *stamp, int year)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return stamp->month != 2 || stamp->day < 29 || (stamp->day == 29 && leap);
}

bool ow_stamp_settle(const struct ow_stamp *stamp, const struct ow_line_clock *clock, int64_t *ret)
{
	time_t now = (time_t)(clock->now_usec / OW_USEC_PER_SEC);
	struct tm tm;

	if (stamp->month == 0 || stamp->day == 0 || (!stamp->has_zone && !clock->utc))
		return false;
	if (stamp->year != 0) {
		*ret = moment(stamp, stamp->year);
		return true;
	}
	if (!clock->has_now || !gmtime_r(&now, &tm))
		return false;
	/* The last such day before now; of two 29 Februaries at most eight years lie between. */
	for (int year = tm.tm_year + 1900, back = 0; back <= 8; back++, year--)
		if (day_exists(stamp, year) && moment(stamp, year) <= clock->now_usec) {
			*ret = moment(stamp, year);
			return true;
		}
	return false;
}

void ow_stamp_set(const struct ow_stamp *stamp, const struct ow_line_clock *clock,
		  struct ow_line *line)
{
	if (ow_stamp_settle(stamp, clock, &line->time_usec))
		line->have |= OW_LINE_TIME;
	line->written_usec = ow_stamp_written(stamp);
	line->have |= OW_LINE_WRITTEN;
}

/* Zones are quarters of an hour apart, and years are whole days. */
static bool is_same_moment(int64_t a, int64_t b)
{
	const int64_t quarter = 900 * OW_USEC_PER_SEC, near = 5 * OW_USEC_PER_SEC;
	const int64_t apart = ((a - b) % quarter + quarter) % quarter;

	return apart <= near || apart >= quarter - near;
}

void ow_stamp_carry(struct ow_str time, const struct ow_line_clock *clock, struct ow_line *line)
{
	struct ow_stamp stamp;

	if ((line->have & OW_LINE_TIME) || !ow_stamp_scan_iso(&time, &stamp))
		return;
	if (!(line->have & OW_LINE_WRITTEN))
		ow_stamp_set(&stamp, clock, line);
	else if (is_same_moment(ow_stamp_written(&stamp), line->written_usec) &&
		 ow_stamp_settle(&stamp, clock, &line->time_usec))
		line->have |= OW_LINE_TIME;
}
