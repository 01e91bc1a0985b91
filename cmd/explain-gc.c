/* SPDX-License-Identifier: Apache-2.0 */
#include "explain-gc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render/gc-line.h"
#include "render/report.h"
#include "report/annotate-gc.h"

#define NOTES_MAX OW_MIB(4) /* of one line */
#define FORMS_MAX 64        /* there are less */
#define TEXT_MAX  2048      /* a longer line of the scheduler is shown by an earlier one */

struct ow_explain_gc {
	struct ow_gctrace_reader *reader;
	size_t found;
	uint64_t collections;
	size_t n;
	struct shown {
		const struct ow_gc_line *line;
		size_t number, n;
		char text[TEXT_MAX];
	} form[FORMS_MAX];
};

static int explain(const char *format, struct ow_str line, bool first)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(NOTES_MAX);
	const struct ow_report_style style = { .width = ow_command_width(),
					       .colour = ow_command_colour(STDOUT_FILENO) };
	struct ow_gc_reading reading;
	struct ow_doc doc;
	int r;

	if (!ow_gctrace_read_whole(line, &reading))
		return -ENOENT;
	if (strcmp(format, "json") == 0) {
		ow_gc_line_json(&reading, stdout);
		return 0;
	}
	r = arena ? ow_annotate_gc(&reading, arena, &doc) : -ENOMEM;
	if (r < 0)
		return r;
	if (!first)
		printf("\n");
	return strcmp(format, "markdown") == 0 ? ow_doc_print_markdown(&doc, &style, stdout)
					       : ow_doc_print_text(&doc, &style, stdout);
}

bool ow_explain_gc_is_pasted(const char *text)
{
	struct ow_str rest = ow_str(text), line;
	struct ow_gc_reading reading;

	while (ow_scan_line(&rest, &line))
		if (ow_gctrace_read_whole(line, &reading))
			return true;
	return false;
}

static int failed(const struct ow_command *command, int r)
{
	return ow_command_fail(command, OW_EXIT_FAILED, "cannot explain the line: %s",
			       strerror(-r));
}

int ow_explain_gc_pasted(const struct ow_command *command, const char *format, const char *text)
{
	struct ow_str rest = ow_str(text), line;
	bool first = true;

	while (ow_scan_line(&rest, &line)) {
		const int r = explain(format, line, first);

		if (r < 0 && r != -ENOENT)
			return failed(command, r);
		first = first && r == -ENOENT;
	}
	return OW_EXIT_DONE;
}

/* Keeps the line in the place of the one before of its form. */
static int take(void *arg, const struct ow_gc_event *event)
{
	struct ow_explain_gc *gc = arg;
	struct ow_gc_reading reading;
	size_t i = 0;

	gc->found++;
	gc->collections += event->kind == OW_GC_EVENT_CYCLE;
	if (event->text.n > TEXT_MAX || !ow_gctrace_read_whole(event->text, &reading))
		return 0;
	while (i < gc->n && gc->form[i].line != reading.line)
		i++;
	if (i == FORMS_MAX)
		return 0;
	gc->n += i == gc->n;
	gc->form[i].line = reading.line;
	gc->form[i].number = event->line;
	gc->form[i].n = event->text.n;
	memcpy(gc->form[i].text, event->text.p, event->text.n);
	return 0;
}

struct ow_explain_gc *ow_explain_gc_new(void)
{
	struct ow_explain_gc *gc = calloc(1, sizeof(*gc));
	const struct ow_gctrace_options options = { 0 };
	struct ow_err err;

	if (gc && ow_gctrace_reader_new(&options, take, gc, &gc->reader, &err) < 0)
		return ow_explain_gc_free(gc);
	return gc;
}

struct ow_explain_gc *ow_explain_gc_free(struct ow_explain_gc *gc)
{
	if (gc)
		(void)ow_gctrace_reader_free(gc->reader);
	free(gc);
	return NULL;
}

int ow_explain_gc_feed(struct ow_explain_gc *gc, const char *bytes, size_t n)
{
	return ow_gctrace_reader_feed(gc->reader, bytes, n);
}

int ow_explain_gc_end(struct ow_explain_gc *gc)
{
	return ow_gctrace_reader_end(gc->reader);
}

size_t ow_explain_gc_found(const struct ow_explain_gc *gc)
{
	return gc->found;
}

int ow_explain_gc_print(const struct ow_command *command, const char *format,
			const struct ow_explain_gc *gc, const char *name)
{
	for (size_t i = 0; i < gc->n; i++) {
		const struct ow_str line = { gc->form[i].text, gc->form[i].n };
		const int r = explain(format, line, i == 0);

		if (r < 0)
			return failed(command, r);
	}
	if (strcmp(format, "json") != 0)
		printf("\n%zu lines of Go's runtime, %" PRIu64 " of them collections: of each kind "
		       "the last one\nis explained. What they say together: oomwhy gc %s\n",
		       gc->found, gc->collections, name);
	return OW_EXIT_DONE;
}
