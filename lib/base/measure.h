/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_MEASURE_H
#define OW_BASE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"

/*
 * Values as pprof prints them: "4.93MB", "150", "1.20s". Units of memory go in steps of 1024 and
 * are called B, kB, MB, GB, TB, PB; of time ns, us, ms, s, hrs. Names are known in all their forms:
 * "bytes", "MB", "megabytes".
 */

#define OW_MEASURE_MAX 96 /* of a value with its unit, and of a unit */

/*
 * value in the unit to, "minimum" and "auto" being the largest in which it is at least 1. unit gets
 * the name of that unit, cut when it is longer; "" for counts. A unit that is not known changes
 * nothing.
 */
double ow_measure_scale(int64_t value, struct ow_str from, struct ow_str to,
			char unit[OW_MEASURE_MAX]);

/* The value with two digits behind the point, unless they are 0, and the unit. */
char *ow_measure_label(int64_t value, struct ow_str from, struct ow_str to,
		       char buffer[OW_MEASURE_MAX]);

/* "63.48%", " 0.49%", "  100%": at least two digits; the sign is lost. */
#define OW_MEASURE_PERCENT_MAX 32
char *ow_measure_percent(int64_t value, int64_t total, char buffer[OW_MEASURE_PERCENT_MAX]);

/* A size as people give it to an option: "209715200", "200M", "200MiB", "1.5g", "204800kB". All
 * steps are of 1024. False when it is none, or does not fit in 63 bits. */
bool ow_measure_bytes(const char *text, uint64_t *ret);

#endif
