/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#define USEC_PER_MINUTE (60 * OW_USEC_PER_SEC)
#define USEC_PER_HOUR   (60 * USEC_PER_MINUTE)
#define USEC_PER_DAY    (24 * USEC_PER_HOUR)

/* Whole seconds, rounded down also before 1970, and what is left of usec. */
static time_t split(int64_t usec, int64_t *fraction)
{
	int64_t seconds = usec / OW_USEC_PER_SEC;

	*fraction = usec % OW_USEC_PER_SEC;
	if (*fraction < 0) {
		*fraction += OW_USEC_PER_SEC;
		seconds--;
	}
	return (time_t)seconds;
}

char *ow_time_utc(int64_t usec, char buffer[OW_TIME_MAX])
{
	struct tm tm = { 0 };
	int64_t fraction;
	time_t seconds = split(usec, &fraction);
	size_t n;

	(void)gmtime_r(&seconds, &tm);
	n = strftime(buffer, OW_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	if (fraction)
		(void)snprintf(buffer + n, OW_TIME_MAX - n, ".%06dZ", (int)fraction);
	else
		(void)snprintf(buffer + n, OW_TIME_MAX - n, "Z");
	return buffer;
}

char *ow_time_local(int64_t usec, char buffer[OW_TIME_MAX])
{
	struct tm tm = { 0 };
	int64_t fraction;
	time_t seconds = split(usec, &fraction);

	(void)localtime_r(&seconds, &tm);
	/* A zone's name may be of any length. */
	if (strftime(buffer, OW_TIME_MAX, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		(void)strftime(buffer, OW_TIME_MAX, "%Y-%m-%d %H:%M:%S %z", &tm);
	return buffer;
}

/* Is it a moment of the calendar? timegm() would make 2 March of 30 February. */
static bool in_calendar(const struct tm *tm)
{
	struct tm same = *tm;

	if (tm->tm_year < 70 || tm->tm_year > 9999 - 1900 || tm->tm_mon < 0 || tm->tm_mon > 11 ||
	    tm->tm_mday < 1 || tm->tm_mday > 31 || tm->tm_hour < 0 || tm->tm_hour > 23 ||
	    tm->tm_min < 0 || tm->tm_min > 59 || tm->tm_sec < 0 || tm->tm_sec > 60)
		return false;
	same.tm_hour = same.tm_min = same.tm_sec = 0;
	(void)timegm(&same);
	return same.tm_mday == tm->tm_mday;
}

/* isdst as in struct tm: 1 summer time, 0 not, -1 not known. */
static bool from_tm(const struct tm *tm, bool utc, int isdst, int64_t *ret)
{
	struct tm copy = *tm;
	time_t seconds;

	if (!in_calendar(tm))
		return false;
	copy.tm_isdst = isdst;
	copy.tm_wday = -1; /* stays so when mktime() fails: -1 alone may be a time */
	seconds = utc ? timegm(&copy) : mktime(&copy);
	if (copy.tm_wday < 0)
		return false;
	*ret = (int64_t)seconds * OW_USEC_PER_SEC;
	return true;
}

bool ow_time_from_tm(const struct tm *tm, bool utc, int64_t *ret)
{
	return from_tm(tm, utc, -1, ret);
}

/* A number of least to most digits. */
static bool scan_digits(struct ow_str *s, size_t least, size_t most, int *ret)
{
	struct ow_str rest = *s;
	int value = 0;
	size_t n = 0;

	for (; n < most && rest.n && rest.p[0] >= '0' && rest.p[0] <= '9'; n++) {
		value = 10 * value + (rest.p[0] - '0');
		rest = ow_str_skip(rest, 1);
	}
	if (n < least)
		return false;
	*ret = value;
	*s = rest;
	return true;
}

/* A fraction in millionths: "5" is 500000. At least one digit; those past the sixth are dropped. */
static bool scan_micros(struct ow_str *s, int64_t *ret)
{
	int64_t value = 0, unit = OW_USEC_PER_SEC;
	size_t n = 0;

	for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++) {
		unit /= 10;
		value += (s->p[n] - '0') * unit;
	}
	if (n == 0)
		return false;
	*s = ow_str_skip(*s, n);
	*ret = value;
	return true;
}

/* "2026-11-20"; a year of two digits only where brief allows it. */
static bool scan_date(struct ow_str *s, bool brief, struct tm *tm)
{
	struct ow_str rest = *s;
	int year, month, day;
	bool full = scan_digits(&rest, 4, 4, &year);

	if (!full && !(brief && scan_digits(&rest, 2, 2, &year)))
		return false;
	if (!full)
		year += year < 69 ? 2000 : 1900; /* as strptime(3) does */
	if (!ow_scan_char(&rest, '-') || !scan_digits(&rest, 1, 2, &month) ||
	    !ow_scan_char(&rest, '-') || !scan_digits(&rest, 1, 2, &day))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	*s = rest;
	return true;
}

/* "07:51", "07:51:02", "07:51:02.123456". */
static bool scan_clock(struct ow_str *s, struct tm *tm, int64_t *micros)
{
	struct ow_str rest = *s;
	int hour, minute, second = 0;
	int64_t part = 0;

	if (!scan_digits(&rest, 1, 2, &hour) || !ow_scan_char(&rest, ':') ||
	    !scan_digits(&rest, 1, 2, &minute))
		return false;
	if (ow_scan_char(&rest, ':')) {
		if (!scan_digits(&rest, 1, 2, &second))
			return false;
		if ((ow_scan_char(&rest, '.') || ow_scan_char(&rest, ',')) &&
		    !scan_micros(&rest, &part))
			return false;
	}
	tm->tm_hour = hour;
	tm->tm_min = minute;
	tm->tm_sec = second;
	*micros = part;
	*s = rest;
	return true;
}

/* "Z", "+01:00", "-0330": what local time is ahead of UTC. */
static bool scan_offset(struct ow_str *s, int64_t *ret)
{
	struct ow_str rest = *s;
	int hours, minutes;
	bool east;

	if (ow_scan_char(s, 'Z') || ow_scan_char(s, 'z')) {
		*ret = 0;
		return true;
	}
	east = ow_scan_char(&rest, '+');
	if ((!east && !ow_scan_char(&rest, '-')) || !scan_digits(&rest, 2, 2, &hours))
		return false;
	(void)ow_scan_char(&rest, ':');
	if (!scan_digits(&rest, 2, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret = (hours * USEC_PER_HOUR + minutes * USEC_PER_MINUTE) * (east ? 1 : -1);
	*s = rest;
	return true;
}

bool ow_time_scan_rfc3339(struct ow_str s, int64_t *ret)
{
	struct tm tm = { 0 };
	int64_t micros, offset, usec;

	if (!scan_date(&s, false, &tm) ||
	    (!ow_scan_char(&s, 'T') && !ow_scan_char(&s, 't') && !ow_scan_char(&s, ' ')) ||
	    !scan_clock(&s, &tm, &micros) || !scan_offset(&s, &offset) || s.n)
		return false;
	if (!from_tm(&tm, true, -1, &usec))
		return false;
	*ret = usec + micros - offset;
	return true;
}

static bool span_unit(struct ow_str word, int64_t *ret)
{
	static const struct {
		const char *names; /* each with a blank before and behind it */
		int64_t usec;
	} units[] = {
		{ " usec us µs ", 1 },
		{ " msec ms ", 1000 },
		{ " seconds second sec s ", OW_USEC_PER_SEC },
		{ " minutes minute min m ", USEC_PER_MINUTE },
		{ " hours hour hr h ", USEC_PER_HOUR },
		{ " days day d ", USEC_PER_DAY },
		{ " weeks week w ", 7 * USEC_PER_DAY },
		{ " months month M ", INT64_C(2629800) * OW_USEC_PER_SEC },
		{ " years year y ", INT64_C(31557600) * OW_USEC_PER_SEC },
	};
	char padded[16];

	if (word.n + 3 > sizeof(padded))
		return false;
	(void)snprintf(padded, sizeof(padded), " %.*s ", (int)word.n, word.p);
	for (size_t i = 0; i < OW_ARRAY_SIZE(units); i++) {
		if (strstr(units[i].names, padded)) {
			*ret = units[i].usec;
			return true;
		}
	}
	return false;
}

/* The letters at the front of s, also those outside ASCII; none is an empty word. */
static struct ow_str take_word(struct ow_str *s)
{
	struct ow_str word = { s->p, 0 };

	while (word.n < s->n &&
	       (((word.p[word.n] | 0x20) >= 'a' && (word.p[word.n] | 0x20) <= 'z') ||
		(unsigned char)word.p[word.n] >= 0x80))
		word.n++;
	*s = ow_str_skip(*s, word.n);
	return word;
}

/* "2h 30min", "1.5 days", "90": to the end of s; a number without a unit is seconds. */
static bool scan_span(struct ow_str s, int64_t *ret)
{
	int64_t sum = 0, number, unit, micros;

	s = ow_str_trim(s);
	if (s.n == 0)
		return false;
	while (s.n) {
		struct ow_str word;

		micros = 0;
		if (s.p[0] == '-' || !ow_scan_i64(&s, &number) ||
		    (ow_scan_char(&s, '.') && !scan_micros(&s, &micros)))
			return false;
		(void)ow_scan_blanks(&s);
		word = take_word(&s);
		unit = OW_USEC_PER_SEC;
		if (word.n && !span_unit(word, &unit))
			return false;
		/* The largest unit times a million does not fit in 64 bits. */
		micros = (int64_t)((__int128)unit * micros / OW_USEC_PER_SEC);
		if (__builtin_mul_overflow(number, unit, &number) ||
		    __builtin_add_overflow(number, micros, &number) ||
		    __builtin_add_overflow(sum, number, &sum))
			return false;
		(void)ow_scan_blanks(&s);
	}
	*ret = sum;
	return true;
}

static bool cut_suffix(struct ow_str *s, const char *suffix)
{
	size_t n = strlen(suffix);

	if (s->n <= n || memcmp(s->p + s->n - n, suffix, n) != 0)
		return false;
	s->n -= n;
	return true;
}

/* "now", "@1795154068", "-1h", "2 hours ago", "5min left". */
static bool scan_relative(struct ow_str s, int64_t now_usec, int64_t *ret)
{
	int64_t span = 0, base = now_usec, usec;
	bool back = false;

	if (ow_str_is(s, "now")) {
		*ret = now_usec;
		return true;
	}
	if (ow_scan_char(&s, '@'))
		base = 0;
	else if (ow_scan_char(&s, '-') || cut_suffix(&s, " ago"))
		back = true;
	else if (!ow_scan_char(&s, '+') && !cut_suffix(&s, " left"))
		return false;
	if (!scan_span(s, &span) || __builtin_add_overflow(base, back ? -span : span, &usec))
		return false;
	*ret = usec;
	return true;
}

/* The calendar day that is some days away from that of now. */
static void day_of(int64_t now_usec, bool utc, int days, struct tm *ret)
{
	int64_t fraction;
	time_t seconds = split(now_usec, &fraction);
	struct tm tm = { 0 };

	(void)(utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm));
	tm.tm_mday += days;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	(void)timegm(&tm); /* mends the day of the month */
	*ret = tm;
}

static bool scan_day_word(struct ow_str *s, int64_t now_usec, bool utc, struct tm *ret)
{
	static const struct {
		const char *word;
		int days;
	} words[] = { { "today", 0 }, { "yesterday", -1 }, { "tomorrow", 1 } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++) {
		if (ow_scan_lit(s, words[i].word)) {
			day_of(now_usec, utc, words[i].days, ret);
			return true;
		}
	}
	return false;
}

/* "Fri " or "friday " at the front: 0 Sunday to 6 Saturday; -1 when there is none. */
static int scan_weekday(struct ow_str *s)
{
	static const char *const names[] = { "sunday",   "monday", "tuesday", "wednesday",
					     "thursday", "friday", "saturday" };
	struct ow_str rest = *s, word = take_word(&rest);

	if (!ow_scan_char(&rest, ' ') || (word.n != 3 && word.n < 6))
		return -1;
	for (int i = 0; i < 7; i++) {
		if ((word.n == 3 || word.n == strlen(names[i])) &&
		    strncasecmp(word.p, names[i], word.n) == 0) {
			(void)ow_scan_blanks(&rest);
			*s = rest;
			return i;
		}
	}
	return -1;
}

/* Which of the moments with this wall clock is of the zone that is called so? */
static bool from_named_zone(const struct tm *tm, struct ow_str zone, int64_t *ret)
{
	for (int isdst = 0; isdst <= 1; isdst++) {
		struct tm back = { 0 };
		int64_t usec;
		time_t seconds;

		if (!from_tm(tm, false, isdst, &usec))
			return false;
		seconds = (time_t)(usec / OW_USEC_PER_SEC);
		if (localtime_r(&seconds, &back) && back.tm_hour == tm->tm_hour &&
		    back.tm_min == tm->tm_min && ow_str_is(zone, back.tm_zone)) {
			*ret = usec;
			return true;
		}
	}
	return false;
}

/* "2026-11-20", "2026-11-20 07:51", "07:51:02.5", "yesterday". */
static bool scan_moment(struct ow_str *s, int64_t now_usec, bool utc, struct tm *tm,
			int64_t *micros)
{
	struct ow_str rest;

	if (scan_day_word(s, now_usec, utc, tm))
		return true;
	if (!scan_date(s, true, tm)) {
		day_of(now_usec, utc, 0, tm);
		return scan_clock(s, tm, micros);
	}
	rest = *s;
	if ((ow_scan_char(&rest, ' ') || ow_scan_char(&rest, 'T')) && ow_scan_blanks(&rest) &&
	    scan_clock(&rest, tm, micros))
		*s = rest;
	return true;
}

static bool scan_absolute(struct ow_str s, int64_t now_usec, bool utc, int64_t *ret)
{
	const int weekday = scan_weekday(&s);
	const bool named_utc = cut_suffix(&s, " UTC");
	struct tm tm = { 0 }, day;
	int64_t micros = 0, usec;
	bool ok;

	if (!scan_moment(&s, now_usec, utc || named_utc, &tm, &micros))
		return false;
	if (s.n == 0)
		ok = from_tm(&tm, utc || named_utc, -1, &usec);
	else
		ok = !named_utc && ow_scan_char(&s, ' ') && from_named_zone(&tm, s, &usec);
	if (!ok)
		return false;
	day = tm;
	(void)timegm(&day);
	if (weekday >= 0 && weekday != day.tm_wday)
		return false;
	*ret = usec + micros;
	return true;
}

int ow_time_parse(const char *text, int64_t now_usec, bool utc, int64_t *ret)
{
	const struct ow_str s = ow_str_trim(ow_str(text));

	if (scan_relative(s, now_usec, ret) || ow_time_scan_rfc3339(s, ret) ||
	    scan_absolute(s, now_usec, utc, ret))
		return 0;
	return -EINVAL;
}
