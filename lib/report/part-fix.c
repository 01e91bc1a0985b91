/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What to do: now, for good, and against the next time. No advice names a value for the limit: all
 * that ran was cut at it, so what is needed is at least that much, and not a number.
 */
#include "analyze/words.h"
#include "report/part.h"

static void now(struct ow_draft *d)
{
	const struct ow_container *k = d->s->container;
	const char *name = k ? ow_words_shell(d->arena, k->name ? k->name : k->id) : NULL;

	ow_doc_text(d->doc);
	ow_doc_say(d->doc, OW_INK_STRONG, "Now: ");
	if (d->s->oom->have & OW_OOM_NO_VICTIM) {
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   "leave one task of %s killable, or end one by hand.", d->s->limit_owner);
		return;
	}
	ow_doc_say(d->doc, OW_INK_PLAIN, "restarting is the only step that needs no cause");
	if (name && (k->have & OW_CONTAINER_RUNNING) && !k->running) {
		ow_doc_say(d->doc, OW_INK_PLAIN, ": ");
		ow_doc_say(d->doc, OW_INK_COMMAND, "%s start %s", k->runtime, name);
	}
	ow_doc_say(d->doc, OW_INK_PLAIN, ". ");
	if (d->s->oom->kind == OW_OOM_MEMCG && (d->s->oom->have & OW_OOM_LIMIT) &&
	    !ow_bytes_unlimited(d->s->oom->limit_bytes))
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   "How much it needs is not known: it was cut at %s, so at least that.",
			   ow_words_bytes(d->arena, d->s->oom->limit_bytes));
}

/* The remedies of what stands, from the answers down the chain. */
static void for_good(struct ow_draft *d)
{
	for (size_t i = 0; i < d->chain->n; i++) {
		const struct ow_finding *f = &d->chain->finding[i];
		const struct ow_hypothesis *h = f->hypothesis;

		if (!ow_draft_stands(f) || (h->level == OW_LEVEL_KILL && !d->s->oom->killer) ||
		    (h->stand == OW_RIVAL && f != d->chain->answer[h->level]) ||
		    strcmp(h->label, "memcg-own-limit") == 0)
			continue;
		if (strcmp(h->label, "memcg-ancestor-limit") == 0 && f->verdict != OW_CONFIRMED)
			continue;
		ow_doc_text(d->doc);
		ow_doc_say(d->doc, OW_INK_STRONG, "For good, ");
		ow_doc_say(d->doc, OW_INK_CODE, "%s", h->label);
		ow_doc_say(d->doc, OW_INK_PLAIN, ": %s.", h->remedy);
	}
}

static void guard(struct ow_draft *d)
{
	const struct ow_finding *shape = ow_chain_find(d->chain, "inconclusive");

	ow_doc_text(d->doc);
	ow_doc_say(d->doc, OW_INK_STRONG, "Guard: ");
	ow_doc_say(
		d->doc, OW_INK_PLAIN,
		"sample the memory of the next life, so that the next report can say how it grew");
	if (shape && shape->n_needs && shape->need[0].command) {
		ow_doc_say(d->doc, OW_INK_PLAIN, ": the command of ");
		ow_doc_say(d->doc, OW_INK_CODE, "%s", shape->hypothesis->label);
		ow_doc_say(d->doc, OW_INK_PLAIN, " above");
	}
	ow_doc_say(d->doc, OW_INK_PLAIN, ".");
}

void ow_part_fix(struct ow_draft *d)
{
	if (!d->s->oom || d->s->oom->kind == OW_OOM_SYSRQ)
		return;
	ow_doc_heading(d->doc, 1, "Fix");
	ow_doc_block(d->doc, OW_BLOCK_LIST);
	now(d);
	for_good(d);
	guard(d);
}
