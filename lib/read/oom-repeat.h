/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_REPEAT_H
#define OW_READ_OOM_REPEAT_H

#include "read/oom-build.h"
#include "read/oom.h"

/*
 * Private to the reader of OOM reports: a report that stands in a log twice is one kill.
 *
 * People paste a log twice, put two listings of one boot into one file, and show the kill line
 * before the whole report. Two records are the same kill when the line that names the victim
 * (without one, the head) has the same time, the kernel's clock before the wall's, and both have
 * the same victim by pid and name with the same sizes, and no other trigger, boot or host. Kills
 * with another pid or another time are others; without a time nothing is
 * the same, nor is what names nobody without the kernel's clock.
 *
 * What comes again is left out and counted, unless it is more than a kill line and that is all that
 * was there: such lines are held back, a few, until what follows them is known.
 */
#define OW_REPEAT_KNOWN 256
#define OW_REPEAT_HELD  8

struct ow_oom_mark {
	unsigned have; /* OW_LINE_BOOT or OW_LINE_WRITTEN; 0: it cannot be told from others */
	int64_t usec;
	int64_t pid; /* -1: nobody */
	uint64_t total_vm_bytes, anon_rss_bytes, file_rss_bytes;
	char comm[32], trigger[32], boot_id[33], host[64];
};

struct ow_oom_repeats {
	struct ow_oom_mark known[OW_REPEAT_KNOWN]; /* the latest, in a ring */
	int64_t usec[OW_REPEAT_KNOWN];             /* their times, to look through */
	size_t n;
	struct ow_oom_build *held[OW_REPEAT_HELD];
	size_t n_held;
};

struct ow_oom_assembly;

/* Emits the finished record, or holds it back, or leaves it out; it is no more the caller's.
 * Returns 0 or what emit returned. */
int ow_oom_hand_on(struct ow_oom_assembly *a, struct ow_oom_build *b);

/* Emits all that is held back. */
int ow_oom_hand_on_held(struct ow_oom_assembly *a);

void ow_oom_repeats_release(struct ow_oom_repeats *repeats);

#endif
