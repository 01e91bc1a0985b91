/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

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

/* The report in one form; NULL when there was no memory for it. */
static char *written(const struct ow_report *report, ow_report_fn *write, size_t *n)
{
	const struct ow_report_style style = { .width = 80 };
	char *text = NULL;
	FILE *out = open_memstream(&text, n);
	int r = out ? write(report, &style, out) : -1;

	if (out)
		(void)fclose(out);
	if (r == 0)
		return text;
	free(text);
	return NULL;
}

/* People's forms hold printable UTF-8 and line feeds, whatever the log held. */
static void check_printable(const struct ow_report *report, ow_report_fn *write)
{
	size_t n = 0;
	char *text = written(report, write, &n);
	struct ow_str rest = { text, text ? n : 0 };

	for (; rest.n; rest = ow_str_skip(rest, ow_utf8_length(rest))) {
		unsigned char c = (unsigned char)rest.p[0];

		check(ow_utf8_length(rest) > 0);
		check((c >= 0x20 && c != 0x7f) || c == '\n');
	}
	free(text);
}

static void check_claims(const struct ow_report *report)
{
	for (size_t i = 0; i < report->n_claims; i++) {
		const struct ow_claim *claim = &report->claim[i];
		bool stands = ow_str_is(ow_str(claim->verdict), "confirmed") ||
			      ow_str_is(ow_str(claim->verdict), "supported");

		check(!stands || claim->n_evidence > 0);
		for (size_t k = 0; k < claim->n_evidence; k++)
			check(claim->evidence[k] >= 1 && claim->evidence[k] <= report->n_exhibits);
	}
}

/* A kernel log of any bytes, read, judged and written: what stands cites what is there, and nothing
 * raw comes out. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ow_case_select select = { .since_usec = INT64_MIN, .until_usec = INT64_MAX };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&select);
	const struct ow_line_clock clock = { 0 };
	struct ow_report report;
	struct ow_chain chain;
	struct ow_case c;

	if (!arena || !reader || ow_case_log_begin(reader, "log", NULL, &clock) < 0 ||
	    ow_case_log_feed(reader, (const char *)data, size, NULL) < 0 ||
	    ow_case_log_end(reader) < 0 || ow_case_reader_finish(reader, &c) < 0 ||
	    ow_chain_run(&c, arena, &chain) < 0 || ow_report_make(&c, &chain, arena, &report) < 0)
		return 0;
	check_claims(&report);
	check_printable(&report, ow_report_text);
	check_printable(&report, ow_report_markdown);
	free(written(&report, ow_report_json, &(size_t){ 0 }));
	return 0;
}
