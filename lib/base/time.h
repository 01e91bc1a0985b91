/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_TIME_H
#define OW_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/scan.h"

#define OW_USEC_PER_SEC INT64_C(1000000)

/* Wall-clock times are int64_t microseconds since 1970-01-01 UTC. */

/* "2026-11-20T07:51:02.123456Z"; the fraction is left out when it is 0. */
#define OW_TIME_MAX     40
char *ow_time_utc(int64_t usec, char buffer[OW_TIME_MAX]);

/* The same moment in the local zone: "2026-11-20 08:51:02 CET". ow_time_parse reads it back. */
char *ow_time_local(int64_t usec, char buffer[OW_TIME_MAX]);

/*
 * Reads RFC 3339, to the end of s: "2026-11-20T07:51:02.123456Z", "2026-11-20 07:51:02+01:00", and
 * what close relatives print: "+0100" (journalctl -o short-iso), ",123456" (dmesg). A zone is
 * required. Leap seconds and years 1970 to 9999 are taken; digits past microseconds are dropped.
 */
bool ow_time_scan_rfc3339(struct ow_str s, int64_t *ret);

/*
 * Reads what journalctl --since takes (systemd.time(7)): "yesterday", "today", "now", "-1h",
 * "2 hours ago", "2026-11-20", "2026-11-20 07:51", "07:51", "@1795154068", RFC 3339; relative to
 * now, in the local zone or in UTC. A weekday may stand before a date, and "UTC" or a name of the
 * local zone behind it. -EINVAL when it is none of them; a day that the calendar does not have is
 * none.
 */
int ow_time_parse(const char *text, int64_t now_usec, bool utc, int64_t *ret);

/*
 * Microseconds since 1970 of a broken-down time in UTC or the local zone. False when it is not in
 * the calendar (30 February, second 61) or not of the years 1970 to 9999. Of an hour that summer
 * time repeats, libc chooses one; tm_isdst, tm_wday and tm_yday are not looked at.
 */
struct tm;
bool ow_time_from_tm(const struct tm *tm, bool utc, int64_t *ret);

#endif
