/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "base/time.h"
#include "report/part.h"

static bool same_place(const struct ow_exhibit *e, const struct ow_cite *cite)
{
	if (strcmp(e->source, cite->source) != 0 || e->line != cite->line)
		return false;
	return cite->line ||
	       (e->text.n == cite->text.n && memcmp(e->text.p, cite->text.p, cite->text.n) == 0);
}

size_t ow_draft_exhibit(struct ow_draft *d, const struct ow_cite *cite)
{
	struct ow_report *r = d->report;
	struct ow_exhibit *more;

	if (!cite->source)
		return 0;
	for (size_t i = 0; i < r->n_exhibits; i++)
		if (same_place(&r->exhibit[i], cite))
			return r->exhibit[i].id;
	more = ow_grow(d->arena, r->exhibit, r->n_exhibits, sizeof(*r->exhibit));
	if (!more)
		return 0;
	r->exhibit = more;
	r->exhibit[r->n_exhibits] = (struct ow_exhibit){
		.id = r->n_exhibits + 1,
		.source = cite->source,
		.line = cite->line,
		.text = cite->text,
	};
	return ++r->n_exhibits;
}

void ow_draft_cite(struct ow_draft *d, const struct ow_cite *cite)
{
	size_t id = ow_draft_exhibit(d, cite);

	if (id)
		ow_doc_say(d->doc, OW_INK_CITE, "[%zu]", id);
}

void ow_draft_reason(struct ow_draft *d, const struct ow_reason *reason)
{
	size_t said[OW_REASON_CITES];

	for (size_t i = 0; i < reason->n_cites; i++) {
		bool seen = false;

		said[i] = ow_draft_exhibit(d, &reason->cite[i]);
		for (size_t k = 0; k < i; k++)
			seen |= said[k] == said[i];
		if (!seen)
			ow_doc_say(d->doc, OW_INK_PLAIN, " ");
		if (!seen)
			ow_draft_cite(d, &reason->cite[i]);
	}
}

void ow_draft_cites(struct ow_draft *d, const struct ow_finding *f)
{
	bool against = f->verdict == OW_REFUTED;

	for (size_t i = 0; i < f->n_reasons; i++)
		for (size_t k = 0; f->reason[i].against == against && k < f->reason[i].n_cites;
		     k++) {
			ow_draft_cite(d, &f->reason[i].cite[k]);
			return;
		}
}

const char *ow_draft_text(struct ow_draft *d, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = ow_vprintf(d->arena, format, args);
	va_end(args);
	return text ? text : "";
}

const char *ow_draft_sentence(struct ow_draft *d, const char *text)
{
	char *copy = ow_str_keep(d->arena, ow_str(text));

	if (!copy)
		return "";
	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	return copy;
}

const char *ow_draft_when(struct ow_draft *d, const struct ow_oom *oom)
{
	char utc[OW_TIME_MAX];

	if (oom->have & OW_OOM_TIME)
		return ow_draft_text(d, "%s", ow_time_utc(oom->time_usec, utc));
	if (oom->have & OW_OOM_BOOT)
		return ow_draft_text(d, "%.3f s after boot", (double)oom->boot_usec / 1e6);
	return "at an unknown time";
}

bool ow_draft_stands(const struct ow_finding *f)
{
	return f && (f->verdict == OW_CONFIRMED || f->verdict == OW_SUPPORTED ||
		     f->verdict == OW_CONTRADICTORY);
}

/* From the top of the chain: what is open above makes everything below it uncertain. Shape comes
 * after process here, because it can only be had from the next life. */
const struct ow_need *ow_draft_next_step(struct ow_draft *d)
{
	static const enum ow_level order[] = { OW_LEVEL_KILL,     OW_LEVEL_LIMIT,
					       OW_LEVEL_TENANT,   OW_LEVEL_MAKEUP,
					       OW_LEVEL_PROCESS,  OW_LEVEL_RUNTIME,
					       OW_LEVEL_FUNCTION, OW_LEVEL_SHAPE };

	for (size_t i = 0; i < OW_ARRAY_SIZE(order); i++) {
		const struct ow_finding *answer = d->chain->answer[order[i]];

		if (!d->chain->asked[order[i]] || (answer && answer->verdict == OW_CONFIRMED))
			continue;
		if (answer && answer->n_needs && answer->need[0].command)
			return &answer->need[0];
		for (size_t k = 0; !answer && k < d->chain->n; k++) {
			const struct ow_finding *f = &d->chain->finding[k];

			if (f->hypothesis->level == order[i] && f->outcome == OW_OPEN &&
			    f->hypothesis->stand == OW_RIVAL && f->n_needs && f->need[0].command)
				return &f->need[0];
		}
	}
	return NULL;
}
