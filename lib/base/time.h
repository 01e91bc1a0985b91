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

/* The same moment in the local zone: "2026-11-20 08:51:02 CET". */
char *ow_time_local(int64_t usec, char buffer[OW_TIME_MAX]);

/*
 * Reads RFC 3339, to the end of s: "2026-11-20T07:51:02.123456Z", "2026-11-20 07:51:02+01:00". A
 * zone is required. Leap seconds and years 1970 to 9999 are taken.
 */
bool ow_time_scan_rfc3339(struct ow_str s, int64_t *ret);

/*
 * Reads what journalctl --since takes (systemd.time(7)): "yesterday", "today", "now", "-1h",
 * "2 hours ago", "2026-11-20", "2026-11-20 07:51", "07:51", "@1795154068", RFC 3339; relative to
 * now, in the local zone or in UTC. -EINVAL when it is none of them.
 */
int ow_time_parse(const char *text, int64_t now_usec, bool utc, int64_t *ret);

/* Microseconds since 1970 of a broken-down time in UTC or the local zone. False when out of range.
 */
struct tm;
bool ow_time_from_tm(const struct tm *tm, bool utc, int64_t *ret);

#endif
