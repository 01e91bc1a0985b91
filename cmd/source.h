/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_SOURCE_H
#define OW_CMD_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/collect.h"
#include "command.h"
#include "read/line.h"
#include "read/oom-filter.h"
#include "record/case.h"

/*
 * Where the kernel's log comes from. Shared by the commands that read it: the options are the
 * same words everywhere, and so is what happens when a source is missing.
 */

struct ow_source_options {
	const char *since, *until, *boot; /* as journalctl takes them; NULL when not given */
	const char *directory, *file, *root;
	const char *now; /* the moment to count from, and the year of times that have none */
	bool utc;
	bool all; /* also what is no kill, or not known to be one */
};

/* The rows of an option table for these, all in one place. options is a struct ow_source_options
 * with static storage. */
/* clang-format off */
#define OW_SOURCE_OPTIONS(options)                                                                 \
	{ .brief = 'S', .name = "since", .arg = &(options).since, .hint = "TIME",                  \
	  .help = "only kills at or after TIME",                                                   \
	  .more = "TIME is as in systemd.time(7): '2026-11-20 07:51', yesterday, -2h, '3 days ago'." }, \
	{ .brief = 'U', .name = "until", .arg = &(options).until, .hint = "TIME",                  \
	  .help = "only kills at or before TIME" },                                                \
	{ .brief = 'b', .name = "boot", .arg = &(options).boot, .hint = "ID", .optional = true,    \
	  .help = "only kills of this boot, or of boot ID",                                        \
	  .more = "ID is an offset as in journalctl(1), -1 being the boot before, or a boot id. "  \
		  "Only journals and /dev/kmsg know boots." },                                     \
	{ .brief = 'D', .name = "directory", .arg = &(options).directory, .hint = "DIR",           \
	  .complete = OW_COMPLETE_DIR, .help = "read the journal files in DIR" },                  \
	{ .name = "file", .arg = &(options).file, .hint = "FILE", .complete = OW_COMPLETE_FILE,    \
	  .help = "read the journal file FILE" },                                                  \
	{ .name = "root", .arg = &(options).root, .hint = "DIR", .complete = OW_COMPLETE_DIR,      \
	  .help = "read the journal of the system under DIR" },                                    \
	{ .name = "utc", .flag = &(options).utc,                                                   \
	  .help = "show times in UTC, and read them so",                                           \
	  .more = "Times in a log that have no zone, as those of dmesg -T and of syslog, are "     \
		  "taken for UTC." },                                                              \
	{ .name = "now", .arg = &(options).now, .hint = "TIME",                                    \
	  .help = "count from TIME, not from this moment",                                         \
	  .more = "A time in a log that has no year, as that of syslog, is taken for the last one " \
		  "before TIME." }
/* clang-format on */

/* Gets each log: begin, feed as often as it takes, end. What they return below 0 ends it all, and
 * is said; -ECANCELED is not, as the sink has said why. */
struct ow_log_sink {
	int (*begin)(void *arg, const char *name, const char *path,
		     const struct ow_line_clock *clock);
	/* scout is what was found in the bytes where they were read; NULL: nobody has looked. */
	int (*feed)(void *arg, const char *bytes, size_t n, const struct ow_oom_scout *scout);
	int (*end)(void *arg);
	/* Before end, of a journal: what its collector knows of it besides the lines that it gave
	 * (see read/seen.h). NULL where nobody wants it. */
	void (*looked)(void *arg, const struct ow_source *source);
	/* A source that has no log to give: state, name and detail are set. */
	int (*note)(void *arg, const struct ow_source *source);
	/* A file of a case that is no kernel log; NULL where nobody wants it. */
	int (*add)(void *arg, const struct ow_evidence *file);
	void *arg;
};

/* The conditions, worked out from the words. */
struct ow_source_period {
	int64_t since_usec, until_usec; /* INT64_MIN and INT64_MAX for no bound */
	int64_t now_usec;
	char boot_id[33]; /* "" for all boots; known after ow_source_read */
};

/* Works the conditions out. 0, or OW_EXIT_USAGE after having said what was wrong. */
int ow_source_settle(const struct ow_command *command, const struct ow_source_options *options,
		     struct ow_source_period *ret);

/*
 * Reads operands (or, where there are none, the journal of this host, else /dev/kmsg) into sink.
 * An operand is "-", a log file (packed or not), a journal file, a folder of journal files or a
 * case. Says on stderr what failed. period is settled; its boot becomes known, and a case brings a
 * moment of its own unless --now was given. Returns OW_EXIT_DONE, OW_EXIT_PARTIAL when a source
 * that exists could not be read, OW_EXIT_FAILED when nothing or a named one could not,
 * OW_EXIT_USAGE.
 */
int ow_source_read(const struct ow_command *command, const struct ow_source_options *options, int n,
		   char *operand[], const struct ow_log_sink *sink,
		   struct ow_source_period *period);

/* Is the record in the period and boot? A record without a date is in no bounded period. */
bool ow_source_wanted(const struct ow_source_period *period, const struct ow_oom *oom);

#endif
