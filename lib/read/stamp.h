/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_STAMP_H
#define OW_READ_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scan.h"
#include "read/line.h"

/*
 * The times that logs write in front of their lines. What a time lacks (its year, its zone) is
 * known to be lacking; ow_stamp_settle() fills it in only where the clock allows it.
 *
 * The scanners keep the rule of base/scan.h: on false nothing was touched.
 */
struct ow_stamp {
	int year; /* 0: not told */
	int month, day, hour, minute, second;
	uint32_t usec;
	bool has_zone;
	int zone_sec; /* east of Greenwich */
};

/* "2026-11-20T07:51:02.123456+00:00": T or a blank, a point or a comma, the zone as Z, +00:00,
 * +0000, " UTC", or none. */
bool ow_stamp_scan_iso(struct ow_str *s, struct ow_stamp *ret);

/* "Nov  5 07:51:02", "Nov 20 07:51:02.123456", "Nov 20 07:51:02 2026", "Nov 20 2026 07:51:02". */
bool ow_stamp_scan_syslog(struct ow_str *s, struct ow_stamp *ret);

/* "11-20 07:51:02.123": of Android. */
bool ow_stamp_scan_logcat(struct ow_str *s, struct ow_stamp *ret);

/* "Tue May 16 19:45:20 2017" to the end of s, with the names of the reader's own language. A month
 * that is not known leaves month 0, which never settles. */
bool ow_stamp_scan_ctime(struct ow_str s, struct ow_stamp *ret);

/* "Apr  5 10:11" and "+0.000003", "<    0.000003>", to the end of s: dmesg -H and its delta, of no
 * use as a time. */
bool ow_stamp_is_human(struct ow_str s);

/* "283.033791", "   33.9": seconds with a fraction of any length. */
bool ow_stamp_scan_boot(struct ow_str *s, uint64_t *ret_usec);

/* The time as it is written, as if it were UTC and of some leap year: for the distance to another
 * one of the same log. */
int64_t ow_stamp_written(const struct ow_stamp *stamp);

/* Microseconds since 1970 UTC; false where year or zone stay open. */
bool ow_stamp_settle(const struct ow_stamp *stamp, const struct ow_line_clock *clock, int64_t *ret);

/* The time of the line, as far as the stamp tells. */
void ow_stamp_set(const struct ow_stamp *stamp, const struct ow_line_clock *clock,
		  struct ow_line *line);

/* What carried the line, and is off already, has this time, of the form of ow_stamp_scan_iso(): it
 * is the line's where that has none. Where it has one without a year or zone, it must be the same
 * moment in some year and zone: else the line was carried later. */
void ow_stamp_carry(struct ow_str time, const struct ow_line_clock *clock, struct ow_line *line);

#endif
