/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/chain.h"
#include "base/escape.h"
#include "read/case.h"
#include "render/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool held)
{
	if (!held)
		abort();
}

/* The input is files one behind the other: a line with the path, the bytes, and a line of "%%". */
static bool next_file(struct ow_str *input, struct ow_arena *arena, struct ow_evidence *ret)
{
	struct ow_str path;

	if (!ow_scan_line(input, &path))
		return false;
	if (!ow_scan_until(input, "\n%%\n", &ret->bytes)) {
		ret->bytes = *input;
		input->n = 0;
	}
	ret->path = ow_str_keep(arena, path);
	ret->source = ret->path;
	return ret->path;
}

/* What stands below the process cites something and is supported at most, but for what stands
 * beside it; numbers are numbers; no piece of another run or program is behind it. */
static void check_finding(const struct ow_chain *chain, const struct ow_finding *f)
{
	const struct ow_go_scene *go = chain->scene.go;
	const bool stands = f->verdict == OW_CONFIRMED || f->verdict == OW_SUPPORTED;
	bool own = false;

	for (size_t i = 0; i < f->n_numbers; i++)
		check(isfinite(f->number[i].value));
	if (f->hypothesis->level < OW_LEVEL_RUNTIME)
		return;
	check(go);
	check(f->verdict != OW_CONFIRMED);
	for (size_t i = 0; i < go->n_heaps; i++)
		own |= ow_go_is_own(&go->heap[i].tie);
	for (size_t i = 0; i < go->n_pages; i++)
		own |= ow_go_is_own(&go->page[i].tie);
	own |= go->life && ow_go_is_own(&go->life_tie);
	check(!stands || own);
}

static void check_text(const struct ow_report *report, ow_report_fn *write, bool json)
{
	const struct ow_report_style style = { .width = 80 };
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct ow_str rest;

	check(out && write(report, &style, out) == 0);
	check(fclose(out) == 0);
	rest = (struct ow_str){ text, n };
	check(!json || (!ow_str_has(rest, ": nan") && !ow_str_has(rest, ":nan") &&
			!ow_str_has(rest, ":inf") && !ow_str_has(rest, ":-nan")));
	for (; rest.n; rest = ow_str_skip(rest, ow_utf8_length(rest))) {
		const unsigned char c = (unsigned char)rest.p[0];

		check(ow_utf8_length(rest) > 0);
		check((c >= 0x20 && c != 0x7f) || c == '\n');
	}
	free(text);
}

/* Any case with something of Go programs makes a report that accuses no more than it may. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ow_case_select any = { .since_usec = INT64_MIN,
						   .until_usec = INT64_MAX };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(256));
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	struct ow_str input = { (const char *)data, size };
	struct ow_evidence file = { 0 };
	struct ow_report report;
	struct ow_chain chain;
	struct ow_case c;

	while (arena && reader && next_file(&input, arena, &file))
		if (ow_case_reader_add(reader, &file) < 0)
			return 0;
	if (!arena || !reader || ow_case_reader_finish(reader, &c) < 0 ||
	    ow_chain_run(&c, arena, &chain) < 0 || ow_report_make(&c, &chain, arena, &report) < 0)
		return 0;
	for (size_t i = 0; i < chain.n; i++)
		check_finding(&chain, &chain.finding[i]);
	check(!chain.cause || chain.holder);
	check_text(&report, ow_report_text, false);
	check_text(&report, ow_report_markdown, false);
	check_text(&report, ow_report_json, true);
	return 0;
}
