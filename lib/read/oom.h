/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_H
#define OW_READ_OOM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/scan.h"
#include "read/line.h"
#include "read/oom-filter.h"
#include "record/oom.h"

/*
 * Finds the OOM reports in a kernel log, in whatever wrapper it comes, and makes one record of
 * each:
 *
 *   eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
 *   memory: usage 32768kB, limit 32768kB, failcnt 19
 *   [   2897]     0  2897     8843     8362     8128      234         0   110592        0 0 eat
 *   oom-kill:constraint=CONSTRAINT_MEMCG,...,oom_memcg=/a,task_memcg=/a/b,task=eat,pid=2897,uid=0
 *   Memory cgroup out of memory: Killed process 2897 (eat) total-vm:35372kB, anon-rss:32512kB, ...
 *
 * Each line is known by what it says, never by the version of the kernel; then the lines of one
 * report are put together. A report without its head (rate limit, a ring that wrapped) or without
 * its tail is a record, too, and says what is missing. A kill is never put under a head that does
 * not expect it.
 *
 * Besides the lines of read/line.h it reads the journal's export format and JSON (read/export.h,
 * read/object.h), joins lines that a mail program or a terminal has broken, and undoes other damage
 * (read/mend.h).
 *
 * A report that stands in the source twice, with the same time, victim and sizes, is one record.
 *
 * The reader is fed in pieces of any size and holds a bounded amount of memory, whatever the input
 * is. Lines past OW_OOM_LINE_MAX bytes are cut there and counted; so are records past
 * OW_OOM_RECORD_MAX bytes of memory.
 */

#define OW_OOM_LINE_MAX   OW_KIB(64)
#define OW_OOM_RECORD_MAX OW_MIB(16)

struct ow_oom_reader;

struct ow_oom_options {
	const char *source; /* goes to the records; must outlive the reader */
	struct ow_line_clock clock;
	bool keep_texts; /* fill the records' texts: the evidence */
	bool keep_said;  /* fill the records' said: to be explained line by line */
	bool failures;   /* make records of page allocation failures, too: they are no kills */
	bool long_way;   /* without read/oom-short.h, for tests: the records are the same */
	bool foreign;    /* and of reports that are not the kernel's, by what the log says */
};

/* What the reader saw, for "nothing was found in ...". Times are of the first and last line that
 * had one. */
struct ow_oom_seen {
	unsigned have; /* OW_LINE_BOOT, OW_LINE_TIME, OW_LINE_SEQUENCE */
	uint64_t lines, bytes;
	uint64_t kernel_lines; /* lines that could be the kernel's: those not known to be foreign */
	uint64_t later,
		earlier;    /* lines that are so much after the one in front of them, or before */
	uint64_t cut_lines; /* longer than OW_OOM_LINE_MAX */
	uint64_t binary_lines;   /* skipped: they hold a NUL byte */
	uint64_t foreign_lines;  /* looked like a report but were not the kernel's */
	uint64_t lost;           /* lines that the log itself says were lost */
	uint64_t overruns;       /* how often it says so without a number */
	uint64_t suppressed;     /* reports that the kernel says it did not print */
	uint64_t repeated;       /* reports that stand in the source again: each is one record */
	uint64_t noticed;        /* kills by the kernel that systemd says it noticed */
	uint64_t failures;       /* page allocation failures in the lines that were looked at */
	uint64_t passed_over;    /* lines that were not looked at: they have no word of a report */
	uint64_t first_sequence; /* of /dev/kmsg: so many lines were there before */
	uint64_t boot_first_usec, boot_last_usec;
	int64_t time_first_usec, time_last_usec;
};

/*
 * Takes one finished record. The record and all that it points to live in *arena. To keep them,
 * take the arena and leave NULL in its place, or another arena of OW_OOM_RECORD_MAX that is used no
 * more: the next record may be made in it. Else they are gone when the function returns.
 * Returns 0, or a negative errno that ends the reading.
 */
typedef int ow_oom_fn(void *arg, struct ow_oom *oom, struct ow_arena **arena);

/* NULL when there is no memory. */
struct ow_oom_reader *ow_oom_reader_new(const struct ow_oom_options *options, ow_oom_fn *emit,
					void *arg);
struct ow_oom_reader *ow_oom_reader_free(struct ow_oom_reader *reader);

static inline void ow_oom_reader_freep(struct ow_oom_reader **reader)
{
	*reader = ow_oom_reader_free(*reader);
}

/* Reads the next n bytes. Returns 0, -ENOMEM, or what emit returned. */
int ow_oom_reader_feed(struct ow_oom_reader *reader, const char *bytes, size_t n);

/* The same, where ow_oom_scout() has looked at just these bytes; NULL: it has not. */
int ow_oom_reader_feed_scouted(struct ow_oom_reader *reader, const char *bytes, size_t n,
			       const struct ow_oom_scout *scout);

/* There is no more: finishes the last line and the open records. Returns as ow_oom_reader_feed. */
int ow_oom_reader_end(struct ow_oom_reader *reader);

const struct ow_oom_seen *ow_oom_reader_seen(const struct ow_oom_reader *reader);

#endif
