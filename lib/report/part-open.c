/* SPDX-License-Identifier: Apache-2.0 */
/* What was refuted, with its number, and what could not be tested, with its command. Hypotheses
 * with one reason, or one command, are told together. */
#include "report/part.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool refuted_together(const struct ow_finding *a, const struct ow_finding *b)
{
	return a->verdict == OW_REFUTED && b->verdict == OW_REFUTED &&
	       a->hypothesis->level == b->hypothesis->level &&
	       same_text(a->statement, b->statement);
}

static const struct ow_need *need_of(const struct ow_finding *f)
{
	return f->verdict != OW_REFUTED && f->n_needs ? &f->need[0] : NULL;
}

static bool open_together(const struct ow_finding *a, const struct ow_finding *b)
{
	const struct ow_need *x = need_of(a), *y = need_of(b);

	return x && y && a->hypothesis->level == b->hypothesis->level &&
	       same_text(x->command, y->command);
}

typedef bool together_fn(const struct ow_finding *a, const struct ow_finding *b);

/* Has an earlier one of its kind told it already? */
static bool is_told(const struct ow_chain *chain, size_t i, together_fn *together)
{
	for (size_t k = 0; k < i; k++)
		if (together(&chain->finding[k], &chain->finding[i]))
			return true;
	return false;
}

/* "`a`, `b`" of all from i on that are told together with it. */
static void labels(struct ow_draft *d, size_t i, together_fn *together)
{
	const struct ow_finding *first = &d->chain->finding[i];

	ow_doc_text(d->doc);
	for (size_t k = i; k < d->chain->n; k++) {
		const struct ow_finding *f = &d->chain->finding[k];

		if (!together(first, f))
			continue;
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s", k == i ? "" : ", ");
		ow_doc_say(d->doc, OW_INK_CODE, "%s", f->hypothesis->label);
	}
}

void ow_part_ruled_out(struct ow_draft *d)
{
	static const char *const heading[] = { "Not so", "Because", NULL };
	bool any = false;

	for (size_t i = 0; i < d->chain->n; i++) {
		const struct ow_finding *f = &d->chain->finding[i];

		if (f->verdict != OW_REFUTED || is_told(d->chain, i, refuted_together))
			continue;
		if (!any) {
			ow_doc_heading(d->doc, 1, "Ruled out");
			ow_doc_table(d->doc, heading);
			any = true;
		}
		labels(d, i, refuted_together);
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s ", f->statement);
		ow_draft_cites(d, f);
	}
}

static void add_question(struct ow_draft *d, size_t i)
{
	const struct ow_finding *f = &d->chain->finding[i];
	struct ow_report *r = d->report;
	struct ow_question *more;
	const char *names = "";

	for (size_t k = i; k < d->chain->n; k++)
		if (open_together(f, &d->chain->finding[k]))
			names = ow_draft_text(d, "%s%s%s", names, *names ? ", " : "",
					      d->chain->finding[k].hypothesis->label);
	more = ow_grow(d->arena, r->question, r->n_questions, sizeof(*r->question));
	if (!more)
		return;
	r->question = more;
	r->question[r->n_questions++] = (struct ow_question){
		.question = ow_draft_text(d, "%s (%s) Needed: %s",
					  ow_levels[f->hypothesis->level].question, names,
					  f->need[0].what),
		.command = f->need[0].command,
	};
}

static void say_need(struct ow_draft *d, const struct ow_finding *f, size_t i)
{
	if (i)
		ow_doc_block(d->doc, OW_BLOCK_PARA);
	if (i)
		ow_doc_item(d->doc, OW_INK_PLAIN, "and ");
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s", f->need[i].what);
	if (!f->need[i].command)
		return;
	ow_doc_block(d->doc, OW_BLOCK_COMMAND);
	ow_doc_item(d->doc, OW_INK_COMMAND, "%s", f->need[i].command);
}

void ow_part_open(struct ow_draft *d)
{
	bool any = false;

	for (size_t i = 0; i < d->chain->n; i++) {
		const struct ow_finding *f = &d->chain->finding[i];

		if (!need_of(f) || is_told(d->chain, i, open_together))
			continue;
		if (!any) {
			ow_doc_heading(d->doc, 1, "Still possible, not checked");
			any = true;
		}
		ow_doc_block(d->doc, OW_BLOCK_LIST);
		labels(d, i, open_together);
		ow_doc_say(d->doc, OW_INK_PLAIN, ": needs ");
		for (size_t k = 0; k < f->n_needs; k++)
			say_need(d, f, k);
		add_question(d, i);
	}
}
