/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_JOURNAL_H
#define OW_COLLECT_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/collect.h"

/*
 * The kernel's lines around OOM reports in systemd's journal, as journal export text (fields:
 * __CURSOR, __REALTIME_TIMESTAMP, __MONOTONIC_TIMESTAMP, _BOOT_ID, _HOSTNAME, _TRANSPORT, PRIORITY,
 * SYSLOG_FACILITY, _SOURCE_MONOTONIC_TIMESTAMP, MESSAGE), oldest first.
 *
 * Two stages, as most of a journal is not the kernel's and most of the kernel's is no report: the
 * few lines of priority 0 to 4 are searched for the words of a report, and only the lines around a
 * hit are read. Files are opened one at a time, oldest first, and closed again: the journal maps
 * its files, and this runs on hosts that are short of memory.
 *
 * All boots are read, also when boot asks for one: a listing numbers its kills the same whatever
 * part of it is shown. -ENXIO when there is no such boot.
 */
struct ow_journal_options {
	const char *directory;    /* of journal files; NULL is this host's journal */
	const char *root;         /* another root directory to take the journal from; or NULL */
	const char *const *files; /* these files only, n_files of them */
	size_t n_files;
	const char *boot; /* as journalctl -b: "" or "0" the last, "-1" the one before, "1" the first,
			   * or an id; NULL for all */
};

/* What was looked at, for "nothing was found in ...". */
struct ow_journal_seen {
	uint64_t files, damaged_files; /* damaged: skipped, or read as far as it went */
	uint64_t entries;              /* entries of the kernel that were looked at */
	int64_t first_usec, last_usec; /* of all readable files; 0 and 0 when there is no entry */
	char damaged[256];             /* the first damaged file and why */
	char boot_id[33];              /* what options.boot means, known before the first bytes are
					* given; "" when it is NULL */
};

int ow_journal_collect(const struct ow_journal_options *options, ow_collect_fn *take, void *arg,
		       struct ow_journal_seen *seen, struct ow_err *err);

#endif
