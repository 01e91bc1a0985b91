/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "analyze/zones.h"
#include "base/escape.h"
#include "read/oom.h"
#include "render/report.h"
#include "report/annotate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool held)
{
	if (!held)
		abort();
}

/* Marks lie in their line, one behind the other. */
static void check_marks(const struct ow_doc *doc)
{
	for (size_t i = 0; i < doc->n; i++) {
		const struct ow_excerpt *e = &doc->block[i].excerpt;
		size_t at = 0;

		for (size_t k = 0; k < e->n_marks; k++) {
			check(e->mark[k].n > 0 && e->mark[k].at >= at);
			at = e->mark[k].at + e->mark[k].n;
		}
		check(at <= e->line.n);
	}
}

/* What people see holds printable UTF-8 and line feeds, whatever the log held. */
static void check_printable(const struct ow_doc *doc, ow_doc_fn *write, size_t width)
{
	const struct ow_report_style style = { .width = width };
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	int r = out ? write(doc, &style, out) : -1;
	struct ow_str rest;

	if (out)
		(void)fclose(out);
	rest = (struct ow_str){ text, r == 0 ? n : 0 };
	for (; rest.n; rest = ow_str_skip(rest, ow_utf8_length(rest))) {
		unsigned char c = (unsigned char)rest.p[0];

		check(ow_utf8_length(rest) > 0);
		check((c >= 0x20 && c != 0x7f) || c == '\n');
	}
	free(text);
}

static void check_doc(const struct ow_doc *doc)
{
	check_marks(doc);
	check_printable(doc, ow_doc_print_text, 40);
	check_printable(doc, ow_doc_print_text, 120);
	check_printable(doc, ow_doc_print_markdown, 0);
}

/* Nothing can be used that is not free, and of no zone that the request may not use. */
static void check_zones(const struct ow_oom *oom, struct ow_arena *arena)
{
	struct ow_zones zones;
	size_t n = 0;

	if (ow_zones_make(oom, arena, &zones) < 0)
		return;
	for (size_t i = 0; i < zones.n; i++) {
		const struct ow_zone_row *row = &zones.row[i];
		const bool has = row->serves == OW_SERVES_NARROW || row->serves == OW_SERVES_YES;

		check(row->usable_bytes <= row->zone->free_bytes);
		check(has == (row->usable_bytes > 0));
		check((row->why_not != NULL) == (row->serves == OW_SERVES_OPEN));
		check(ow_serves_names[row->serves] && ow_serves_words[row->serves]);
	}
	for (size_t i = 0; i < OW_SERVES_COUNT; i++)
		n += zones.count[i];
	check(n == zones.n);
	check(zones.n == oom->zones.n);
}

static int take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	ow_scoped(ow_arena_freep) struct ow_arena *own = ow_arena_new(OW_MIB(64));
	struct ow_doc doc;

	(void)arg;
	(void)arena;
	if (own)
		check_zones(oom, own);
	for (int whole = 0; own && whole <= 1; whole++)
		if (ow_annotate_record(oom, whole, own, &doc) == 0)
			check_doc(&doc);
	return 0;
}

/* A kernel log of any bytes, read, explained and written; and each of its lines by itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ow_oom_options options = { .source = "log", .keep_said = true };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader =
		ow_oom_reader_new(&options, take, NULL);
	struct ow_str rest = { (const char *)data, size }, line;

	if (!arena || !reader || ow_oom_reader_feed(reader, rest.p, rest.n) < 0 ||
	    ow_oom_reader_end(reader) < 0)
		return 0;
	for (size_t i = 0; i < 8 && ow_scan_line(&rest, &line); i++) {
		struct ow_doc doc;

		if (line.n < OW_OOM_LINE_MAX && ow_annotate_line(line, arena, &doc) == 0)
			check_doc(&doc);
		ow_arena_clear(arena);
	}
	return 0;
}
