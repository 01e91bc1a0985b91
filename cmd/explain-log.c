/* SPDX-License-Identifier: Apache-2.0 */
#include "explain-log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "explain-gc.h"
#include "kept.h"
#include "looked.h"
#include "read/oom.h"
#include "render/report.h"
#include "report/annotate.h"

#define NOTES_MAX OW_MIB(64) /* of one record */

struct intake {
	const struct ow_command *command;
	const struct ow_explain_options *options;
	bool whole;
	struct ow_source_period period;
	struct ow_oom_reader *reader;
	struct ow_explain_gc *gc; /* lines of Go's runtime, of a log that has no record */
	struct ow_kept kept;
	bool too_many; /* to be held back */
	uint64_t found, shown, undated;
	uint64_t lines;
	struct ow_looked looked;
};

static int print(struct intake *in, const struct ow_doc *doc)
{
	const struct ow_report_style style = { .width = ow_command_width(),
					       .colour = ow_command_colour(STDOUT_FILENO) };
	ow_doc_fn *write = strcmp(in->options->format, "markdown") == 0 ? ow_doc_print_markdown
									: ow_doc_print_text;

	if (in->shown++)
		printf("\n");
	return write(doc, &style, stdout);
}

static int explain(struct intake *in, const struct ow_oom *oom)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(NOTES_MAX);
	struct ow_doc doc;
	int r = arena ? ow_annotate_record(oom, in->whole, arena, &doc) : -ENOMEM;

	return r == 0 ? print(in, &doc) : r;
}

/* The newest come last. */
static int hold_back(struct intake *in, struct ow_oom *oom, struct ow_arena **arena)
{
	int r = in->options->newest ? ow_kept_add(&in->kept, oom, arena, in->found) : 0;

	in->too_many = r == -EFBIG;
	return in->too_many ? -ECANCELED : r;
}

static int take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct intake *in = arg;

	in->found++;
	if (strcmp(in->options->format, "json") == 0) {
		(void)ow_command_fail(in->command, OW_EXIT_USAGE,
				      "--format=json is for lines of Go's runtime; records of the "
				      "kernel: oomwhy kills --json");
		return -ECANCELED;
	}
	ow_looked_last(&in->looked)->reports += !oom->killer;
	if (!ow_source_wanted(&in->period, oom)) {
		in->undated += !(oom->have & OW_OOM_TIME);
		return 0;
	}
	if (in->options->newest >= 0)
		return hold_back(in, oom, arena);
	return explain(in, oom);
}

static int log_begin(void *arg, const char *name, const char *path,
		     const struct ow_line_clock *clock)
{
	struct intake *in = arg;
	const struct ow_oom_options options = { .source = name,
						.clock = *clock,
						.keep_said = true };

	if (ow_looked_begin(&in->looked, name, path) < 0)
		return -ENOMEM;
	in->reader = ow_oom_reader_new(&options, take, in);
	return in->reader ? 0 : -ENOMEM;
}

static int log_feed(void *arg, const char *bytes, size_t n, const struct ow_oom_scout *scout)
{
	struct intake *in = arg;
	int r = ow_oom_reader_feed_scouted(in->reader, bytes, n, scout);

	return r == 0 && in->gc ? ow_explain_gc_feed(in->gc, bytes, n) : r;
}

static int log_end(void *arg)
{
	struct intake *in = arg;
	int r = ow_oom_reader_end(in->reader);

	ow_looked_end(&in->looked, ow_oom_reader_seen(in->reader));
	in->lines += ow_looked_last(&in->looked)->source.lines;
	in->reader = ow_oom_reader_free(in->reader);
	return r == 0 && in->gc ? ow_explain_gc_end(in->gc) : r;
}

/* Of a journal only the lines around reports were given. */
static void log_looked(void *arg, const struct ow_source *source)
{
	struct intake *in = arg;

	ow_looked_last(&in->looked)->told = *source;
}

static int log_note(void *arg, const struct ow_source *source)
{
	(void)arg;
	(void)source; /* said on stderr by whoever found out */
	return 0;
}

static void release(struct intake *in)
{
	in->reader = ow_oom_reader_free(in->reader);
	in->gc = ow_explain_gc_free(in->gc);
	ow_kept_release(&in->kept);
	ow_looked_release(&in->looked);
}

static int print_kept(struct intake *in)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->kept.n; i++)
		r = explain(in, ow_kept_at(&in->kept, i)->oom);
	return r;
}

int ow_explain_source(const struct ow_command *command, const struct ow_explain_options *options,
		      char *name)
{
	ow_scoped(release) struct intake in = { .command = command,
						.options = options,
						.whole = true };
	const struct ow_log_sink sink = { .begin = log_begin,
					  .feed = log_feed,
					  .end = log_end,
					  .looked = log_looked,
					  .note = log_note,
					  .arg = &in };
	int status = ow_source_settle(command, &options->source, &in.period), r;

	if (status != OW_EXIT_DONE)
		return status;
	in.gc = ow_explain_gc_new();
	if (options->newest > 0)
		in.kept.cap = (size_t)options->newest;
	status = ow_source_read(command, &options->source, 1, &name, &sink, &in.period);
	if (in.too_many)
		return ow_kept_refuse(command, "-n");
	r = print_kept(&in);
	if (r < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot print the record: %s",
				       strerror(-r));
	ow_looked_remark(&in.looked, command, true);
	if (in.undated)
		ow_command_warn(command,
				"%" PRIu64 " record%s no date and %s left out (--now or --utc may "
				"settle it)",
				in.undated, in.undated == 1 ? " has" : "s have",
				in.undated == 1 ? "is" : "are");
	if (in.found == 0 && in.gc && ow_explain_gc_found(in.gc)) {
		const int one = ow_explain_gc_print(command, options->format, in.gc, name);

		return one == OW_EXIT_DONE ? status : one;
	}
	if (status == OW_EXIT_DONE && in.shown == 0 && options->newest != 0)
		return ow_command_fail(
			command, OW_EXIT_NOTHING,
			in.found ? "no OOM record of that time or boot in %s, %" PRIu64 " line%s"
				 : "no OOM record in %s, %" PRIu64 " line%s",
			strcmp(name, "-") == 0 ? "standard input" : name, in.lines,
			in.lines == 1 ? "" : "s");
	return status;
}

/* Without what carried it: a stamp, the words of syslog. */
static struct ow_str unwrapped(struct ow_str raw)
{
	const struct ow_line_clock clock = { 0 };
	struct ow_line line;

	ow_line_unwrap(raw, &clock, &line);
	return line.text.n ? line.text : raw;
}

bool ow_explain_is_pasted(const char *text)
{
	struct ow_str rest = ow_str(text), line;

	while (ow_scan_line(&rest, &line))
		if (ow_annotate_knows(line) || ow_annotate_knows(unwrapped(line)))
			return true;
	return false;
}

/* The lines one by one, when they make no record. */
static int explain_alone(struct intake *in, const char *text)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(NOTES_MAX);
	struct ow_str rest = ow_str(text), line;
	int r = arena ? 0 : -ENOMEM;

	while (r == 0 && ow_scan_line(&rest, &line)) {
		struct ow_doc doc;

		r = ow_annotate_line(ow_annotate_knows(line) ? line : unwrapped(line), arena, &doc);
		r = r == 0 ? print(in, &doc) : r == -ENOENT ? 0 : r;
		ow_arena_clear(arena);
	}
	return r;
}

int ow_explain_pasted(const struct ow_command *command, const struct ow_explain_options *options,
		      const char *text)
{
	ow_scoped(release) struct intake in = {
		.command = command,
		.options = options,
		.period = { INT64_MIN, INT64_MAX, 0, "" },
	};
	const struct ow_line_clock clock = { 0 };
	int r = log_begin(&in, "the command line", NULL, &clock);

	if (r == 0)
		r = log_feed(&in, text, strlen(text), NULL);
	if (r == 0)
		r = log_end(&in);
	if (r == 0)
		r = print_kept(&in);
	if (r == 0 && in.found == 0)
		r = explain_alone(&in, text);
	if (r < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot explain the line: %s",
				       strerror(-r));
	return OW_EXIT_DONE;
}
