/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_JOURNAL_H
#define OW_COLLECT_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/collect.h"

/*
 * The kernel's lines around OOM reports in systemd's journal, as journal export text, each line
 * once, oldest boot first and by the kernel's clock within a boot:
 *
 *   __CURSOR=s=7a3a...;i=5d;b=8e5c...;m=...;t=...;x=...
 *   __REALTIME_TIMESTAMP=1795154690123456
 *   __MONOTONIC_TIMESTAMP=905123456
 *   _BOOT_ID=8e5ca1ce7a6f4b8db2a3b3d1a6a3a0f1
 *   _HOSTNAME=web-1
 *   _TRANSPORT=kernel
 *   PRIORITY=3
 *   SYSLOG_FACILITY=0
 *   _SOURCE_MONOTONIC_TIMESTAMP=283033791
 *   MESSAGE=Memory cgroup out of memory: Killed process 2897 (eat) total-vm:35372kB, ...
 *
 * Two stages, as most of a journal is not the kernel's and most of the kernel's is no report: the
 * few lines of priority 0 to 4 are searched for the words of a report, and only the lines within
 * moments of a hit are given: the time is bounded, not the number of lines. Of those who kill in
 * user space (systemd-oomd, oomd, earlyoom, nohang, lmkd) and of systemd, which says what
 * systemd-oomd killed, the lines around a kill are given, too, with who wrote them. Files are
 * opened one at a time and closed again (two, where a report goes on in the next): the journal maps
 * its files, and this runs on hosts that are short of memory.
 *
 * All boots are read, also when boot asks for one: a listing numbers its kills the same whatever
 * part of it is shown. -ENXIO when there is no such boot, -EINVAL when boot is no boot. A file that
 * was named and cannot be opened is an error; of a folder, one of several is skipped and counted.
 */
struct ow_journal_options {
	const char *directory;    /* of journal files; NULL is this host's journal */
	const char *root;         /* another root directory to take the journal from; or NULL */
	const char *const *files; /* these files only, n_files of them */
	size_t n_files;
	bool failures; /* give the lines of page allocation failures as well: they are no kills */
	const char *boot; /* as journalctl -b: "" or "0" the last, "-1" the one before, "1" the
			   * first, or an id; NULL for all */
};

/* What was looked at, for "nothing was found in ...": of all boots, or of the one that was asked
 * for. Filled as far as it goes, also on failure. */
struct ow_journal_seen {
	uint64_t files, damaged_files; /* damaged: skipped, or read as far as it went */
	uint64_t entries;              /* lines of the kernel that were searched */
	uint64_t failures;             /* page allocation failures */
	uint64_t noticed;              /* kills by the kernel that systemd says it noticed */
	uint64_t lost;                 /* lines that journald says it missed of the kernel, or
					* dropped of a killer in user space (rate limit) */
	uint64_t late_boots;           /* boots, but for the oldest, without their first lines */
	bool has_kernel;               /* there are lines of the kernel, also of other boots */
	bool running;     /* this host's, with lines of the boot that runs: up to this moment */
	bool is_volatile; /* this host's, and in /run alone: it goes with the boot */
	int64_t first_usec, last_usec; /* of the readable files that have lines of the kernel; 0
					* for none */
	uint64_t boot_first_usec;      /* the kernel's clock at the first line of all */
	char damaged[256];             /* the first damaged file and why */
	char boot_id[33];              /* what options.boot means, known before the first bytes are
					* given; "" when it is NULL */
};

int ow_journal_collect(const struct ow_journal_options *options, ow_collect_fn *take, void *arg,
		       struct ow_journal_seen *seen, struct ow_err *err);

/* What a unit wrote. */
struct ow_journal_unit {
	const char *unit;               /* "app.service", or "app" for that */
	const char *directory, *file;   /* of journal files, or one; NULL is this host's journal */
	int64_t since_usec, until_usec; /* INT64_MIN and INT64_MAX for no bound */
	/* Asked some times a second once all is read, which then goes on with what comes; below 0
	 * ends it. NULL: ends when all is read. */
	int (*wait)(void *arg);
};

/*
 * The lines of a unit of the system or of the user, as journal export text, oldest first. -ENODATA
 * when there is none; -EINVAL when no unit can have that name; what take or wait returned.
 */
int ow_journal_read_unit(const struct ow_journal_unit *options, ow_collect_fn *take, void *arg,
			 struct ow_err *err);

#endif
