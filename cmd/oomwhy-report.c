/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-report: why was it killed, and what do I change? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/chain.h"
#include "base/file.h"
#include "base/time.h"
#include "command.h"
#include "lookup.h"
#include "read/case.h"
#include "render/report.h"
#include "report-go.h"
#include "report/report.h"
#include "source.h"

#define LOOKUP_MAX OW_MIB(32)
#define REPORT_MAX OW_MIB(256) /* of which profiles may take most */

static struct ow_source_options arg_source;
static struct report_go_options arg_go;
static const char *arg_unit, *arg_format, *arg_output, *arg_fail_on;
static int64_t arg_kill;
static bool arg_json, arg_no_pager;

/* clang-format off */
static const struct ow_option options[] = {
	{ .brief = 'k', .name = "kill", .number = &arg_kill, .hint = "N|PID",
	  .help = "about kill N of 'oomwhy kills', or of process PID",
	  .more = "A number that is both is taken for the N of the listing." },
	{ .brief = 'u', .name = "unit", .arg = &arg_unit, .hint = "UNIT",
	  .help = "about the newest kill of a unit, container or pod" },
	{ .brief = 'f', .name = "format", .arg = &arg_format, .hint = "text|markdown|json",
	  .complete = OW_COMPLETE_WORDS, .help = "how to print (text)",
	  .more = "With --output, the ending of the file's name chooses: .md, .json, .txt." },
	{ .brief = 'j', .name = "json", .flag = &arg_json, .help = "as --format=json" },
	{ .brief = 'o', .name = "output", .arg = &arg_output, .hint = "FILE",
	  .complete = OW_COMPLETE_FILE, .help = "write to FILE, all or nothing" },
	{ .name = "fail-on", .arg = &arg_fail_on, .hint = "oom", .complete = OW_COMPLETE_WORDS,
	  .help = "exit with 10 when there was an OOM kill" },
	REPORT_GO_OPTIONS(arg_go),
	OW_SOURCE_OPTIONS(arg_source),
	{ .name = "no-pager", .flag = &arg_no_pager, .help = "do not start a pager" },
};
/* clang-format on */

/* What the sources are read into. */
struct intake {
	struct ow_case_reader *reader;
	struct ow_case_select *select;
	const char *name; /* of the container that was asked for; or NULL */
	struct ow_arena *arena;
};

static int log_begin(void *arg, const char *name, const char *path,
		     const struct ow_line_clock *clock)
{
	const struct intake *in = arg;

	return ow_case_log_begin(in->reader, name, path, clock);
}

static int log_feed(void *arg, const char *bytes, size_t n, const struct ow_oom_scout *scout)
{
	const struct intake *in = arg;

	return ow_case_log_feed(in->reader, bytes, n, scout);
}

static int log_end(void *arg)
{
	const struct intake *in = arg;

	return ow_case_log_end(in->reader);
}

static void log_looked(void *arg, const struct ow_source *source)
{
	const struct intake *in = arg;

	ow_case_log_looked(in->reader, source);
}

static int log_note(void *arg, const struct ow_source *source)
{
	const struct intake *in = arg;

	return ow_case_reader_note(in->reader, source);
}

/* A case says itself which id has the name that was asked for: the kernel only knows ids. */
static int log_add(void *arg, const struct ow_evidence *file)
{
	const struct intake *in = arg;
	const char *id = in->name ? ow_lookup_file(file, in->name, in->arena) : NULL;

	if (id)
		in->select->owner = id;
	return ow_case_reader_add(in->reader, file);
}

/* Is the operand a source? A name with a slash is a path even where nothing is there: then it is a
 * source that is missing. */
static bool is_source(const char *operand)
{
	return strcmp(operand, "-") == 0 || strchr(operand, '/') || access(operand, F_OK) == 0;
}

/* What the call asks for: sources, and at most one name. */
struct question {
	char **source;
	int n_sources;
	const char *name;
	const struct ow_report_format *format;
};

/* 0, or OW_EXIT_USAGE after having said what was wrong. */
static int understand(const struct ow_command *command, int n, char *argv[], struct question *q)
{
	q->source = argv;
	for (int i = 0; i < n; i++) {
		if (arg_go.heap.n && report_go_is_profile(argv[i])) {
			if (!ow_words_add(&arg_go.heap, argv[i]))
				return ow_command_fail(command, OW_EXIT_FAILED,
						       "cannot begin: out of memory");
		} else if (is_source(argv[i]))
			q->source[q->n_sources++] = argv[i];
		else if (q->name)
			return ow_command_misuse(command, "one name at a time: '%s' and '%s'",
						 q->name, argv[i]);
		else
			q->name = argv[i];
	}
	if (q->name && arg_unit)
		return ow_command_misuse(command, "one name at a time: '%s' and '%s'", q->name,
					 arg_unit);
	if (arg_unit)
		q->name = arg_unit;
	if (arg_json && arg_format && strcmp(arg_format, "json") != 0)
		return ow_command_misuse(command, "--json and --format=%s exclude each other",
					 arg_format);
	if (arg_fail_on && strcmp(arg_fail_on, "oom") != 0)
		return ow_command_misuse(command, "--fail-on takes 'oom', not '%s'", arg_fail_on);

	if (arg_json)
		q->format = ow_report_format_find("json");
	else if (arg_format)
		q->format = ow_report_format_find(arg_format);
	else
		q->format = arg_output ? ow_report_format_for(arg_output) : NULL;
	if (!q->format && !arg_format)
		q->format = ow_report_format_find("text");
	if (!q->format)
		return ow_command_misuse(command, "there is no format '%s'", arg_format);
	return 0;
}

/* Does the call name a place to read, so that this host is none of its business? */
static bool has_sources(const struct question *q)
{
	return q->n_sources || arg_source.directory || arg_source.file || arg_source.root;
}

static int write_report(const struct ow_command *command, const struct question *q,
			const struct ow_report *report)
{
	const bool to_file = arg_output && strcmp(arg_output, "-") != 0;
	const struct ow_report_style style = {
		.width = to_file ? 0 : ow_command_width(),
		.colour = !to_file && ow_command_colour(STDOUT_FILENO),
	};
	struct ow_err err = { "" };
	char *text = NULL;
	size_t n = 0;
	FILE *out;
	int error;

	if (!to_file) {
		if (!arg_no_pager && ow_report_formats[0].write == q->format->write)
			ow_command_pager();
		errno = 0;
		error = q->format->write(report, &style, stdout);
		if (error == -EIO && errno)
			error = -errno; /* a full disk says so */
		return error < 0 ? ow_command_fail(command, OW_EXIT_FAILED,
						   "cannot print the report: %s", strerror(-error))
				 : OW_EXIT_DONE;
	}

	out = open_memstream(&text, &n);
	error = out ? q->format->write(report, &style, out) : -errno;
	if (out && fclose(out) != 0 && error == 0)
		error = -errno;
	if (error < 0)
		(void)ow_fail(&err, -error, "cannot make the report: %m");
	else
		error = ow_file_replace(arg_output, (struct ow_str){ text, n }, &err);
	free(text);
	return error < 0 ? ow_command_fail(command, OW_EXIT_FAILED, "%s", err.text) : OW_EXIT_DONE;
}

/* The status that the evidence deserves, now that the report is written. */
static int judge_status(const struct ow_case *c, int read)
{
	if (c->n_kills && arg_fail_on)
		return OW_EXIT_OOM;
	if (read != OW_EXIT_DONE)
		return read;
	for (size_t i = 0; i < c->n_sources; i++)
		if (c->sources[i].state == OW_SOURCE_UNREADABLE)
			return OW_EXIT_PARTIAL;
	return c->n_kills ? OW_EXIT_DONE : OW_EXIT_NOTHING;
}

static int report_case(const struct ow_command *command, const struct question *q,
		       const struct ow_case *c)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(REPORT_MAX);
	struct ow_report report;
	struct ow_chain chain;
	int error;

	error = arena ? ow_chain_run(c, arena, &chain) : -ENOMEM;
	if (error == 0)
		error = ow_report_make(c, &chain, arena, &report);
	if (error < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot make the report: %s",
				       strerror(-error));
	return write_report(command, q, &report);
}

static int run(const struct ow_command *command, int n, char *argv[])
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(LOOKUP_MAX);
	ow_scoped(ow_lookup_freep) struct ow_lookup *lookup = arena ? ow_lookup_new(arena) : NULL;
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = NULL;
	struct ow_source_period period = { INT64_MIN, INT64_MAX, 0, "" };
	struct ow_case_select select = { .kill = (uint64_t)arg_kill, .boot_id = period.boot_id };
	struct question q = { 0 };
	struct intake in = { NULL, &select, NULL, arena };
	const struct ow_log_sink sink = {
		.begin = log_begin,
		.feed = log_feed,
		.end = log_end,
		.looked = log_looked,
		.note = log_note,
		.add = log_add,
		.arg = &in,
	};
	struct ow_case c;
	int status, written, given = OW_EXIT_DONE, error = 0;

	status = understand(command, n, argv, &q);
	if (status != 0)
		return status;
	status = ow_source_settle(command, &arg_source, &period);
	if (status != 0)
		return status;

	select.owner = q.name;
	if (lookup && q.name && !has_sources(&q))
		select.owner = ow_lookup_name(lookup, q.name);
	select.since_usec = period.since_usec;
	select.until_usec = period.until_usec;
	reader = lookup ? ow_case_reader_new(&select) : NULL;
	if (!reader)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot begin: out of memory");

	in.reader = reader;
	in.name = q.name;
	status = ow_source_read(command, &arg_source, q.n_sources, q.source, &sink, &period);
	if (status == OW_EXIT_USAGE)
		return status;
	if (!has_sources(&q))
		error = ow_lookup_incident(lookup, reader);
	if (error == 0)
		given = report_go_read(command, &arg_go, reader);
	if (error == 0)
		error = ow_case_reader_finish(reader, &c);
	if (error < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot put the case together: %s",
				       strerror(-error));
	c.now_usec = period.now_usec;
	c.asked = q.name;

	/* No log could be read: without a container either, a report would be of nothing. */
	if (status == OW_EXIT_FAILED && c.n_kills == 0 && c.n_containers == 0)
		return status;
	written = report_case(command, &q, &c);
	return written != OW_EXIT_DONE ? written : judge_status(&c, given ? given : status);
}

static const struct ow_command report = {
	.name = "oomwhy-report",
	.synopsis = "[OPTION...] [SOURCE...] [CONTAINER|UNIT]",
	.purpose = "Say why something was killed for lack of memory, and what to change",
	.about = "It is about the newest incident, unless --kill, --unit or a name chooses\n"
		 "another. SOURCE is as for oomwhy-kills(1); without one it is this host, and\n"
		 "the container that was killed is looked up through Docker's socket.",
	.operands = OW_COMPLETE_FILE,
	.options = options,
	.n_options = OW_ARRAY_SIZE(options),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&report, argc, argv);
}
