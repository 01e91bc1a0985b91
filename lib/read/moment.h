/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_MOMENT_H
#define OW_READ_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "record/oom.h"

/*
 * When and where a kill was, as far as its record says, kept when the record is not. Kills come
 * from sources with different clocks (the kernel's since boot, the wall's, none), of boots and
 * hosts that may have no name: what is not known is never taken for a difference, nor for a sign of
 * sameness.
 */
struct ow_moment {
	unsigned have; /* OW_OOM_BOOT, OW_OOM_TIME */
	uint64_t boot_usec;
	int64_t time_usec;
	uint64_t boot, host; /* hashes of their names; 0: not known */
	unsigned source;
	uint64_t number; /* of the listing */
};

/* The moment of a record, the number-th of the listing, from the source-th source. */
struct ow_moment ow_moment_of(const struct ow_oom *oom, unsigned source, uint64_t number);

/* Is it known that they are of two boots or of two hosts? */
bool ow_moment_apart(const struct ow_moment *a, const struct ow_moment *b);

/*
 * By how much b is later than a, on the best clock that they share: the kernel's where the boot is
 * known to be the same, else the wall's. The kernel's clock of boots without a name will do inside
 * one source, where there is nothing else. False where nothing is shared.
 */
bool ow_moment_later_by(const struct ow_moment *a, const struct ow_moment *b, int64_t *ret);

/* Is it known that a was before b? */
bool ow_moment_older(const struct ow_moment *a, const struct ow_moment *b);

/*
 * Are they one kill that two sources have, given that the same process was killed? They are when
 * the kernel's clock says the same to the microsecond; within 1 s of one known boot, as a record
 * that lacks its head begins later; and within 2 s of the wall clock where that is all there is, as
 * syslog has whole seconds.
 */
bool ow_moment_same_kill(const struct ow_moment *a, const struct ow_moment *b);

#endif
