/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-kills: lists the OOM kills in a kernel log. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/relay.h"
#include "base/time.h"
#include "command.h"
#include "kept.h"
#include "kills-view.h"
#include "looked.h"
#include "read/oom.h"
#include "source.h"

#define SERIES_MAX OW_MIB(32)  /* paths of cgroups, 4 KiB each at most */
#define RELAY_FROM 64          /* records that are not worth a thread */
#define RELAY_MAX  OW_KIB(256) /* a larger record is not left waiting */

static struct ow_source_options arg_source;
static int64_t arg_lines = -1;
static bool arg_reverse, arg_json, arg_verbose, arg_no_pager;

static const struct ow_option options[] = {
	OW_SOURCE_OPTIONS(arg_source),
	{ .brief = 'n',
	  .name = "lines",
	  .number = &arg_lines,
	  .hint = "N",
	  .help = "only the newest N of the list" },
	{ .brief = 'r', .name = "reverse", .flag = &arg_reverse, .help = "newest first" },
	{ .brief = 'j',
	  .name = "json",
	  .flag = &arg_json,
	  .help = "one JSON object a kill, one a line",
	  .more = "The keys are described in oomwhy-explain(1) and docs/formats/kill.md." },
	{ .brief = 'v',
	  .name = "verbose",
	  .flag = &arg_verbose,
	  .help = "with each kill what its record allows to conclude",
	  .more = "That is whose limit it was and how full, what the memory was, who held it, why "
		  "the kernel chose this one, and what the record lacks, each with the lines that "
		  "it rests on; behind the list, the limits that were hit more than once, and how "
		  "regularly. --json is the same with and without." },
	{ .brief = 'a',
	  .name = "all",
	  .flag = &arg_source.all,
	  .help = "list what is no kill, or not known to be, too",
	  .more = "That are page allocation failures, of the kind allocation-failure: the kernel "
		  "refused a request for memory, said so, and killed nobody for it. And in a "
		  "log file, reports that a program wrote and not the kernel: they may be copies "
		  "of true ones, or forged. None of these has a number." },
	{ .name = "no-pager", .flag = &arg_no_pager, .help = "do not start a pager" },
};

/* The listing as it comes in, and what it was made from. */
struct listing {
	struct ow_oom_reader *reader;
	struct ow_source_period period;
	struct ow_looked looked;
	uint64_t number; /* of the last record */
	bool too_many;   /* to be held back */
	struct ow_kept kept;
	struct ow_series series;   /* with --verbose */
	struct ow_kills_view view; /* the relay's thread uses it, while there is one */
	struct ow_relay *relay;
	uint64_t handed; /* records to be shown */
};

/* A record that is shown by a second thread. */
struct shown {
	struct ow_arena *arena;
	const struct ow_oom *oom;
	uint64_t number;
};

/* The newest come last, so that nothing can be printed before all is read. */
static int hold_back(struct listing *l, struct ow_oom *oom, struct ow_arena **arena,
		     uint64_t number)
{
	int error;

	if (arg_lines == 0)
		return 0;
	error = ow_kept_add(&l->kept, oom, arena, number);
	l->too_many = error == -EFBIG;
	return l->too_many ? -ECANCELED : error;
}

static int show_relayed(void *arg, void *item)
{
	const struct shown *shown = item;
	struct listing *l = arg;
	int error = ow_kills_view_add(&l->view, shown->oom, shown->number);

	ow_arena_clear(shown->arena);
	return error;
}

static void release_relayed(void *item)
{
	(void)ow_arena_free(((struct shown *)item)->arena);
}

/* On a second thread where there is much to show and nobody looks on while it comes; it gives back
 * arenas for the reader to use. */
static int show(struct listing *l, const struct ow_oom *oom, struct ow_arena **arena,
		uint64_t number)
{
	const struct ow_relay_sink sink = { show_relayed, release_relayed, l,
					    sizeof(struct shown) };
	struct shown shown = { *arena, oom, number };
	int error = 0;

	if (++l->handed == RELAY_FROM && !ow_command_is_terminal())
		l->relay = ow_relay_new(&sink);
	if (l->relay && ow_arena_bytes(*arena) <= RELAY_MAX) {
		error = ow_relay_put(l->relay, &shown);
		*arena = shown.arena;
		return error;
	}
	if (l->relay)
		error = ow_relay_wait(l->relay);
	return error == 0 ? ow_kills_view_add(&l->view, oom, number) : error;
}

static int take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct listing *l = arg;
	struct ow_looked_log *log = ow_looked_last(&l->looked);
	const bool kill = oom->kind != OW_OOM_ALLOCATION && !(oom->have & OW_OOM_FOREIGN);
	const uint64_t number = kill ? ++l->number : 0;

	log->kills += kill;
	log->reports += kill && !oom->killer;
	if (!ow_source_wanted(&l->period, oom)) {
		log->undated += kill && !(oom->have & OW_OOM_TIME);
		return 0;
	}
	log->doubted += (oom->have & OW_OOM_DOUBTED) != 0;
	if (l->series.arena && kill && oom->victims.n && !oom->killer &&
	    ow_series_add(&l->series, oom) < 0)
		return -ENOMEM;
	if (arg_reverse || arg_lines >= 0)
		return hold_back(l, oom, arena, number);
	return show(l, oom, arena, number);
}

static int log_begin(void *arg, const char *name, const char *path,
		     const struct ow_line_clock *clock)
{
	struct listing *l = arg;

	if (ow_looked_begin(&l->looked, name, path) < 0)
		return -ENOMEM;
	l->reader = ow_oom_reader_new(&(struct ow_oom_options){ .source = name,
								.clock = *clock,
								.failures = arg_source.all,
								.foreign = arg_source.all },
				      take, l);
	return l->reader ? 0 : -ENOMEM;
}

static int log_feed(void *arg, const char *bytes, size_t n, const struct ow_oom_scout *scout)
{
	struct listing *l = arg;

	return ow_oom_reader_feed_scouted(l->reader, bytes, n, scout);
}

static int log_end(void *arg)
{
	struct listing *l = arg;
	int error = ow_oom_reader_end(l->reader);

	ow_looked_end(&l->looked, ow_oom_reader_seen(l->reader));
	l->reader = ow_oom_reader_free(l->reader);
	return error;
}

static void log_looked(void *arg, const struct ow_source *source)
{
	struct listing *l = arg;

	ow_looked_last(&l->looked)->told = *source;
}

static int log_note(void *arg, const struct ow_source *source)
{
	struct listing *l = arg;

	return ow_looked_note(&l->looked, source);
}

/* Records that were held back, in the order that was asked for. */
static int print_kept(struct listing *l)
{
	int error = 0;

	for (size_t i = 0; i < l->kept.n && error == 0; i++) {
		const struct ow_kept_row *row =
			ow_kept_at(&l->kept, arg_reverse ? l->kept.n - 1 - i : i);

		error = ow_kills_view_add(&l->view, row->oom, row->number);
	}
	return error;
}

static void free_listing(struct listing *l)
{
	l->relay = ow_relay_free(l->relay);
	ow_kept_release(&l->kept);
	ow_looked_release(&l->looked);
	l->reader = ow_oom_reader_free(l->reader);
	ow_kills_view_release(&l->view);
	l->series.arena = ow_arena_free(l->series.arena);
}

static void deny(const struct ow_command *command, const struct listing *l, int status)
{
	const struct ow_asked asked = {
		.since_usec = l->period.since_usec,
		.until_usec = l->period.until_usec,
		.boot = arg_source.boot != NULL,
		.now_usec = l->period.now_usec,
	};

	ow_looked_deny(&l->looked, command, &asked, status, arg_source.all);
}

static int run(const struct ow_command *command, int n, char *argv[])
{
	ow_scoped(free_listing) struct listing l = { 0 };
	const struct ow_log_sink sink = {
		.begin = log_begin,
		.feed = log_feed,
		.end = log_end,
		.looked = log_looked,
		.note = log_note,
		.arg = &l,
	};
	int status, error;

	l.view = (struct ow_kills_view){ .json = arg_json,
					 .verbose = arg_verbose,
					 .utc = arg_source.utc };
	if (arg_verbose && !arg_json && !(l.series.arena = ow_arena_new(SERIES_MAX)))
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot begin: %s",
				       strerror(ENOMEM));
	if (arg_lines > 0)
		l.kept.cap = (size_t)arg_lines;
	status = ow_source_settle(command, &arg_source, &l.period);
	if (status != OW_EXIT_DONE)
		return status;
	if (!arg_no_pager && !arg_json)
		ow_command_pager();

	status = ow_source_read(command, &arg_source, n, argv, &sink, &l.period);
	if (l.too_many)
		return ow_kept_refuse(command, arg_reverse ? "-r" : "-n");
	error = l.relay ? ow_relay_wait(l.relay) : print_kept(&l);
	if (error == 0)
		error = ow_kills_view_end(&l.view);
	if (error == 0 && l.series.n)
		error = ow_kills_view_series(&l.series);
	if (error < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot print the list: %s",
				       strerror(-error));
	if (l.view.shown || arg_lines == 0) {
		ow_looked_remark(&l.looked, command, arg_source.all);
		return status;
	}
	if (status != OW_EXIT_USAGE)
		deny(command, &l, status);
	return status == OW_EXIT_DONE ? OW_EXIT_NOTHING : status;
}

static const struct ow_command kills = {
	.name = "oomwhy-kills",
	.synopsis = "[OPTION...] [SOURCE...]",
	.purpose = "List the OOM kills that a kernel log holds, oldest first",
	.about = "SOURCE is a kernel log in a file (also packed with gzip, xz or zstd), a folder\n"
		 "with journal files, a case, or - for standard input. Without one it is the\n"
		 "journal of this host, all boots, or else /dev/kmsg.",
	.operands = OW_COMPLETE_FILE,
	.options = options,
	.n_options = OW_ARRAY_SIZE(options),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&kills, argc, argv);
}
