/* SPDX-License-Identifier: Apache-2.0 */
/* The exhibits, the whole record, what only people know, and the words that were used. */
#include "report/part.h"

#define RECORD_LINES_MAX 150 /* of a record with thousands of tasks */

static void exhibits(struct ow_draft *d)
{
	const struct ow_report *r = d->report;

	if (r->n_exhibits == 0)
		return;
	ow_doc_heading(d->doc, 1, "Evidence");
	ow_doc_block(d->doc, OW_BLOCK_LINES);
	for (size_t i = 0; i < r->n_exhibits; i++) {
		const struct ow_exhibit *e = &r->exhibit[i];
		const char *name =
			e->line ? ow_draft_text(d, "[%zu] %s:%zu", e->id, e->source, e->line)
				: ow_draft_text(d, "[%zu] %s", e->id, e->source);

		ow_doc_line(d->doc, name, e->text);
	}
}

static void whole_record(struct ow_draft *d)
{
	const struct ow_oom *oom = d->s->oom;
	const struct ow_oom_text *text = oom ? oom->texts.item : NULL;
	size_t n = oom ? oom->texts.n : 0;
	size_t shown = n > RECORD_LINES_MAX ? RECORD_LINES_MAX : n;

	if (n == 0)
		return;
	ow_doc_block(d->doc, OW_BLOCK_FOLD)->paper = true;
	ow_doc_item(d->doc, OW_INK_PLAIN, "The %srecord, %zu lines%s",
		    oom->killer ? "" : "kernel's ", n,
		    shown < n ? ow_draft_text(d, ", the first %zu and the last of them", shown - 1)
			      : "");
	ow_doc_block(d->doc, OW_BLOCK_LINES)->paper = true;
	for (size_t i = 0; i < shown; i++) {
		size_t at = shown < n && i + 1 == shown ? n - 1 : i;

		ow_doc_line(d->doc, NULL, (struct ow_str){ text[at].text, text[at].length });
	}
	ow_doc_block(d->doc, OW_BLOCK_FOLD)->paper = true;
}

static void for_humans(struct ow_draft *d)
{
	static const char *const tasks[] = {
		"Owner: ____",
		"Customer impact, from when to when: ____",
		"How was it noticed, and how long after the kill? ____",
		"What changed before it (limit, image, load)? ____",
	};

	ow_doc_heading(d->doc, 1, "For the humans")->paper = true;
	ow_doc_block(d->doc, OW_BLOCK_TASKS)->paper = true;
	for (size_t i = 0; i < OW_ARRAY_SIZE(tasks); i++)
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s", tasks[i]);
}

void ow_part_evidence(struct ow_draft *d)
{
	exhibits(d);
	whole_record(d);
	if (d->s->oom)
		for_humans(d);
}

void ow_part_foot(struct ow_draft *d)
{
	ow_doc_block(d->doc, OW_BLOCK_FOOT);
	ow_doc_item(
		d->doc, OW_INK_PLAIN,
		"confirmed: it held, and every possible rival is refuted. supported: it held, and a "
		"rival is untested or it held in part. not-tested: a datum is missing. "
		"contradictory: two sources disagree. Derived is arithmetic, inferred is a rule "
		"that mostly holds; all else was written by the kernel or the engine. 1 kB is 1024 "
		"bytes, as the kernel prints it. A label is explained by ");
	ow_doc_say(d->doc, OW_INK_COMMAND, "oomwhy explain LABEL");
	ow_doc_say(d->doc, OW_INK_PLAIN, ".");
}
