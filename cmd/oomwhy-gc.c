/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-gc: does the heap of a Go program grow, and does its collector cope? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "gc.h"

#define NAMES_MAX OW_MIB(16)

struct gc_options arg_gc = { .process = -1 };

static const struct ow_option options[] = {
	{ .brief = 't',
	  .name = "table",
	  .flag = &arg_gc.table,
	  .help = "the collections, one a line" },
	{ .brief = 'j',
	  .name = "json",
	  .flag = &arg_gc.json,
	  .help = "all of it as one JSON object",
	  .more = "The keys are described in docs/formats/gc.md." },
	{ .name = "csv",
	  .flag = &arg_gc.csv,
	  .help = "the collections as CSV (RFC 4180)",
	  .more = "Sizes are in bytes, times in microseconds; a field is empty where the line does "
		  "not have it." },
	{ .brief = 'f',
	  .name = "follow",
	  .flag = &arg_gc.follow,
	  .help = "go on with what is written from now on",
	  .more = "On a terminal a chart is drawn every second, else each collection is a line, as "
		  "with --table. A file may be rotated meanwhile. An interrupt (Ctrl-C) ends it, "
		  "and the summary follows." },
	{ .name = "limit",
	  .arg = &arg_gc.limit,
	  .hint = "SIZE",
	  .help = "the memory limit it has to live with: 200M, 1GiB",
	  .more = "Growth is held against it, and the time until it is reached is told, as a "
		  "range. Of a container that Docker knows it is known without." },
	{ .brief = 'u',
	  .name = "unit",
	  .arg = &arg_gc.unit,
	  .hint = "UNIT",
	  .help = "read what a systemd unit wrote to the journal" },
	{ .brief = 'S',
	  .name = "since",
	  .arg = &arg_gc.source.since,
	  .hint = "TIME",
	  .help = "only what was written at or after TIME",
	  .more = "TIME is as in systemd.time(7): '2026-11-20 07:51', yesterday, -2h. Lines need "
		  "the time of a wrapper for that: of the journal, of an engine, of syslog." },
	{ .brief = 'U',
	  .name = "until",
	  .arg = &arg_gc.source.until,
	  .hint = "TIME",
	  .help = "only what was written at or before TIME" },
	{ .brief = 'D',
	  .name = "directory",
	  .arg = &arg_gc.source.directory,
	  .hint = "DIR",
	  .complete = OW_COMPLETE_DIR,
	  .help = "with --unit, read the journal files in DIR" },
	{ .name = "file",
	  .arg = &arg_gc.source.file,
	  .hint = "FILE",
	  .complete = OW_COMPLETE_FILE,
	  .help = "with --unit, read the journal file FILE" },
	{ .name = "host",
	  .arg = &arg_gc.host,
	  .hint = "ENGINE",
	  .help = "the container engine, as in DOCKER_HOST",
	  .more = "unix:///PATH or tcp://HOST:PORT. Else $DOCKER_HOST, the current context, or the usual sockets of Docker and "
		  "Podman." },
	{ .brief = 'p',
	  .name = "process",
	  .number = &arg_gc.process,
	  .hint = "N",
	  .help = "of several processes in the log, show number N" },
	{ .name = "pattern",
	  .arg = &arg_gc.pattern,
	  .hint = "REGEX",
	  .help = "how the program prints its MemStats",
	  .more = "A Perl regular expression with groups that have the names of fields, as "
		  "'heap=(?<heap_alloc_bytes>\\\\d+)'. The usual spellings are known without." },
	{ .name = "ascii", .flag = &arg_gc.ascii, .help = "draw charts in ASCII" },
	{ .name = "utc",
	  .flag = &arg_gc.source.utc,
	  .help = "show times in UTC, and read them so" },
	{ .name = "now",
	  .arg = &arg_gc.source.now,
	  .hint = "TIME",
	  .help = "count from TIME, not from this moment" },
	{ .name = "no-pager", .flag = &arg_gc.no_pager, .help = "do not start a pager" },
};

/* "200M", "1GiB", "209715200": in steps of 1024, as engines have it. */
static bool read_size(const char *text, uint64_t *ret)
{
	static const char units[] = "kmgt";
	struct ow_str s = ow_str(text);
	uint64_t value;

	if (!ow_scan_u64(&s, &value) || value == 0)
		return false;
	for (size_t i = 0; s.n && i < sizeof(units) - 1; i++) {
		if ((*s.p | 0x20) != units[i])
			continue;
		if (value > UINT64_MAX >> (10 * (i + 1)))
			return false;
		value <<= 10 * (i + 1);
		s = ow_str_skip(s, 1);
		(void)ow_scan_char(&s, 'i');
		break;
	}
	(void)(ow_scan_char(&s, 'B') || ow_scan_char(&s, 'b'));
	*ret = value;
	return s.n == 0;
}

static int check(const struct ow_command *command, int n, struct gc_log *log)
{
	if (arg_gc.table + arg_gc.json + arg_gc.csv > 1)
		return ow_command_misuse(command, "--table, --json and --csv exclude each other");
	if (arg_gc.follow && (n > 1 || (arg_gc.unit && n)))
		return ow_command_misuse(command, "--follow follows one log");
	if (arg_gc.follow && (arg_gc.json || arg_gc.process >= 0))
		return ow_command_misuse(command, "--follow does not go with --%s",
					 arg_gc.json ? "json" : "process");
	if (!arg_gc.unit && (arg_gc.source.directory || arg_gc.source.file))
		return ow_command_misuse(command, "--%s needs --unit",
					 arg_gc.source.file ? "file" : "directory");
	if (n == 0 && !arg_gc.unit && isatty(STDIN_FILENO))
		return ow_command_misuse(command, "name a log, a container or a --unit");
	if (arg_gc.limit) {
		log->known.have_limit = true;
		log->known.limit_from = "--limit";
		if (!read_size(arg_gc.limit, &log->known.limit_bytes))
			return ow_command_misuse(command, "--limit: '%s' is no size", arg_gc.limit);
	}
	return ow_source_settle(command, &arg_gc.source, &log->period);
}

static int take_table(void *arg, const struct ow_gc_life *life, const struct ow_gc_event *event)
{
	(void)arg;
	if (arg_gc.process >= 0 && (uint64_t)arg_gc.process != life->number)
		return 0;
	gc_table_row(life, event, stdout);
	return ferror(stdout) ? -EIO : 0;
}

static int take_csv(void *arg, const struct ow_gc_life *life, const struct ow_gc_event *event)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_MIB(4));

	(void)arg;
	if (!scratch)
		return -ENOMEM;
	if (arg_gc.process >= 0 && (uint64_t)arg_gc.process != life->number)
		return 0;
	gc_csv_row(life, event, scratch, stdout);
	return ferror(stdout) ? -EIO : 0;
}

/* What was to be found and is not there. */
static int deny(const struct gc_log *log, int status)
{
	const struct ow_command *command = log->command;

	if (status != OW_EXIT_DONE)
		return status;
	if (arg_gc.process >= 0 && ow_gc_lives_count(log->lives))
		return ow_command_fail(command, OW_EXIT_NOTHING, "there is no process %lld",
				       (long long)arg_gc.process);
	if (log->undated)
		return ow_command_fail(command, OW_EXIT_NOTHING,
				       "%llu collections have no time that --since and --until "
				       "could be held against",
				       (unsigned long long)log->undated);
	if (log->seen.events[OW_GC_EVENT_SCAVENGE] + log->seen.events[OW_GC_EVENT_SCHED])
		return ow_command_fail(command, OW_EXIT_NOTHING,
				       "lines of Go's scavenger or scheduler, and no collection: "
				       "start the program with GODEBUG=gctrace=1 as well");
	return ow_command_fail(command, OW_EXIT_NOTHING,
			       "no collection of Go in %llu %s: was the program started with "
			       "GODEBUG=gctrace=1?",
			       (unsigned long long)log->seen.lines,
			       log->seen.lines == 1 ? "line" : "lines");
}

static bool has_something(const struct gc_log *log)
{
	if (arg_gc.process >= 0)
		return ow_gc_lives_find(log->lives, (size_t)arg_gc.process) != NULL;
	return ow_gc_lives_count(log->lives) > 0;
}

static int write_all(const struct gc_log *log)
{
	if (arg_gc.json)
		return gc_write_json(log, stdout);
	return arg_gc.table || arg_gc.csv ? 0 : gc_write_summary(log, ow_command_width(), stdout);
}

static void free_log(struct gc_log *log)
{
	log->reader = ow_gctrace_reader_free(log->reader);
	log->lives = ow_gc_lives_free(log->lives);
	log->arena = ow_arena_free(log->arena);
}

static int run(const struct ow_command *command, int n, char *argv[])
{
	ow_scoped(free_log) struct gc_log log = { .command = command };
	int status, r;

	log.lives = ow_gc_lives_new();
	log.arena = ow_arena_new(NAMES_MAX);
	if (!log.lives || !log.arena)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot begin: %s",
				       strerror(ENOMEM));
	status = check(command, n, &log);
	if (status != OW_EXIT_DONE)
		return status;
	if (arg_gc.follow)
		return gc_follow(&log, n, argv);
	if (!arg_gc.no_pager && !arg_gc.json && !arg_gc.csv)
		ow_command_pager();
	if (arg_gc.table || arg_gc.csv) {
		log.take = arg_gc.table ? take_table : take_csv;
		(arg_gc.table ? gc_table_head : gc_csv_head)(stdout);
	}
	status = gc_read(&log, n, argv);
	if (!has_something(&log) && !(arg_gc.json && status == OW_EXIT_DONE))
		return deny(&log, status);
	r = write_all(&log);
	if (r < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot show it: %s", strerror(-r));
	return has_something(&log) ? status : deny(&log, status);
}

static const struct ow_command gc = {
	.name = "oomwhy-gc",
	.synopsis = "[OPTION...] [LOG|CONTAINER...]",
	.purpose = "Show whether the heap of a Go program grows, from its GODEBUG=gctrace=1 lines",
	.about = "A LOG is a file, also packed with gzip, xz or zstd, or - for standard input,\n"
		 "which is read where nothing is named. What is no file is a container of Docker\n"
		 "or Podman.",
	.operands = OW_COMPLETE_FILE,
	.options = options,
	.n_options = OW_ARRAY_SIZE(options),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&gc, argc, argv);
}
