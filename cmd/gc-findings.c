/* SPDX-License-Identifier: Apache-2.0 */
/* What is supported, what is ruled out, what is not known, and why. */
#include <errno.h>

#include "gc-page.h"

static bool is_told(const struct ow_reason *reason, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (reason->cite[i].line == reason->cite[n].line)
			return true;
	return false;
}

static const char *cites(const struct gc_page *page, const struct ow_reason *reason)
{
	const char *text = "";

	for (size_t i = 0; i < reason->n_cites && text; i++)
		if (!is_told(reason, i))
			text = ow_printf(page->arena, "%s%s%zu", text, i ? ", " : " [line ",
					 reason->cite[i].line);
	return text && *text ? ow_printf(page->arena, "%s]", text) : "";
}

static void write_reasons(const struct gc_page *page, const struct ow_finding *f)
{
	for (size_t i = 0; i < f->n_reasons; i++) {
		const char *where = cites(page, &f->reason[i]);
		const char *text =
			ow_printf(page->arena, "%s%s", f->reason[i].text, where ? where : "");

		(void)fprintf(page->out, "%*s%s ", GC_PAGE_INDENT, "",
			      f->reason[i].against ? "-" : "+");
		gc_page_flow(page, GC_PAGE_INDENT + 2, GC_PAGE_INDENT + 2, text ? text : "");
	}
}

static void write_needs(const struct gc_page *page, const struct ow_finding *f)
{
	for (size_t i = 0; i < f->n_needs; i++) {
		(void)fprintf(page->out, "%*s? ", GC_PAGE_INDENT, "");
		gc_page_flow(page, GC_PAGE_INDENT + 2, GC_PAGE_INDENT + 2,
			     ow_printf(page->arena, "%s%s%s", f->need[i].what,
				       f->need[i].command ? ": " : "",
				       f->need[i].command ? f->need[i].command : ""));
	}
}

/* Those of one verdict; the first of them has its name in front. */
static void write_verdict(const struct gc_page *page, const struct ow_finding *finding,
			  enum ow_verdict verdict, const char *name)
{
	for (size_t i = 0; i < ow_gc_n_rules; i++) {
		const struct ow_finding *f = &finding[i];

		if (f->verdict != verdict)
			continue;
		gc_page_item(page, name, "%s: %s", ow_gc_rules[i].label, f->statement);
		name = "";
		if (verdict == OW_NOT_TESTED)
			continue;
		write_reasons(page, f);
		if (verdict != OW_SUPPORTED)
			continue;
		write_needs(page, f);
		gc_page_item(page, "", "Remedy: %s", ow_gc_rules[i].remedy);
	}
}

int gc_page_findings(const struct gc_page *page)
{
	const struct ow_gc_case c = { page->life, page->sum, &page->log->known };
	struct ow_finding *finding = ow_alloc(page->arena, ow_gc_n_rules, sizeof(*finding));
	bool any = false;

	for (size_t i = 0; finding && i < ow_gc_n_rules; i++) {
		if (!ow_gc_judge(&ow_gc_rules[i], &c, page->arena, &finding[i]))
			return -ENOMEM;
		any |= finding[i].verdict == OW_SUPPORTED;
	}
	if (!finding)
		return -ENOMEM;
	(void)fputs("\n", page->out);
	if (!any)
		gc_page_item(page, "Verdict",
			     "undecided: nothing that would explain a kill is supported");
	write_verdict(page, finding, OW_SUPPORTED, "Supported");
	write_verdict(page, finding, OW_REFUTED, "Ruled out");
	write_verdict(page, finding, OW_NOT_TESTED, "Not known");
	return 0;
}
