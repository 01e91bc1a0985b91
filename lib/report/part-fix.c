/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What to do: now, for good, and against the next time. No advice names a value for the limit: all
 * that ran was cut at it, so what is needed is at least that much, and not a number.
 */
#include <string.h>

#include "analyze/runtime.h"
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

/* What is said farther down is nearer to the place. */
static bool is_overtaken(const struct ow_draft *d, const struct ow_hypothesis *h)
{
	const struct ow_finding *cause = d->chain->cause;

	return cause && h->stand == OW_RIVAL && h->level >= OW_LEVEL_MAKEUP &&
	       h->level != OW_LEVEL_SHAPE && h->level < cause->hypothesis->level;
}

/* The memory limit to set, where that is what is asked for. */
static const char *memory_limit(struct ow_draft *d, const struct ow_hypothesis *h)
{
	return h->level == OW_LEVEL_RUNTIME && h->stand == OW_FACTOR
		       ? ow_runtime_advice(d->s, d->arena)
		       : NULL;
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
		if (is_overtaken(d, h))
			continue;
		ow_doc_text(d->doc);
		ow_doc_say(d->doc, OW_INK_STRONG, "For good, ");
		ow_doc_say(d->doc, OW_INK_CODE, "%s", h->label);
		if (h->level == OW_LEVEL_FUNCTION && f->subject)
			ow_doc_say(d->doc, OW_INK_PLAIN, ": in %s", f->subject);
		if (memory_limit(d, h))
			ow_doc_say(d->doc, OW_INK_PLAIN, ": %s.", memory_limit(d, h));
		else
			ow_doc_say(d->doc, OW_INK_PLAIN, ": %s.", h->remedy);
	}
}

/* What must be seen after the change, if this was it. */
static void verify(struct ow_draft *d)
{
	const struct ow_finding *leak = ow_chain_find(d->chain, "leak");
	int64_t lived;

	ow_doc_say(d->doc, OW_INK_STRONG, "Verify: ");
	ow_doc_say(d->doc, OW_INK_PLAIN,
		   "after the change, with the same work, the live heap stays where it is");
	if (leak && ow_draft_stands(leak) && ow_runtime_lived(d->s, &lived))
		ow_doc_say(d->doc, OW_INK_PLAIN, " for longer than the %s that this life had",
			   ow_words_span(d->arena, (uint64_t)lived));
	ow_doc_say(d->doc, OW_INK_PLAIN,
		   "; two heap profiles of it differ by no more than their sampling error. If not, "
		   "the cause was another: keep this case.");
}

static void guard(struct ow_draft *d)
{
	const struct ow_finding *shape = ow_chain_find(d->chain, "inconclusive");

	ow_doc_text(d->doc);
	if (d->chain->cause) {
		verify(d);
		return;
	}
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
	if (!d->s->go && d->chain->holder)
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   " Of a Go program take what it says of itself: --heap, --gctrace, "
			   "--metrics.");
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
