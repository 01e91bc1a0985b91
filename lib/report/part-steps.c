/* SPDX-License-Identifier: Apache-2.0 */
/* How we got there: for each level the question, the hypothesis, what it predicts, the lines that
 * were tested with the decisive places underlined, and the verdict. */
#include "report/part.h"

#define EXCERPTS_MAX 3

/* The marks of all reasons that cite this line. */
static void underline(struct ow_draft *d, const struct ow_finding *f, size_t id)
{
	for (size_t i = 0; i < f->n_reasons; i++)
		for (size_t k = 0; k < f->reason[i].n_cites; k++) {
			const struct ow_cite *cite = &f->reason[i].cite[k];

			if (cite->mark.n && ow_draft_exhibit(d, cite) == id)
				ow_doc_mark(d->doc, (size_t)(cite->mark.p - cite->text.p),
					    cite->mark.n, cite->note);
		}
}

static void excerpt(struct ow_draft *d, const struct ow_finding *f, const struct ow_cite *cite)
{
	size_t id = ow_draft_exhibit(d, cite);
	struct ow_block *block = ow_doc_block(d->doc, OW_BLOCK_EXCERPT);

	block->excerpt.id = id;
	block->excerpt.line = cite->text;
	underline(d, f, id);
}

/* The lines of a finding, each once, those with something underlined. */
static void excerpts(struct ow_draft *d, const struct ow_finding *f)
{
	size_t shown[EXCERPTS_MAX], n = 0;

	for (size_t i = 0; i < f->n_reasons; i++)
		for (size_t k = 0; k < f->reason[i].n_cites && n < EXCERPTS_MAX; k++) {
			const struct ow_cite *cite = &f->reason[i].cite[k];
			size_t id = cite->mark.n ? ow_draft_exhibit(d, cite) : 0;
			bool seen = id == 0;

			for (size_t j = 0; j < n; j++)
				seen |= shown[j] == id;
			if (!seen) {
				shown[n++] = id;
				excerpt(d, f, cite);
			}
		}
}

static void reasons(struct ow_draft *d, const struct ow_finding *f)
{
	if (f->n_reasons == 0)
		return;
	ow_doc_block(d->doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < f->n_reasons; i++) {
		const struct ow_reason *reason = &f->reason[i];

		ow_doc_item(d->doc, OW_INK_PLAIN, "%s%s", reason->against ? "Against: " : "",
			    reason->text);
		if (reason->class != OW_OBSERVED)
			ow_doc_say(d->doc, OW_INK_PLAIN, " (%s)", ow_class_names[reason->class]);
		ow_draft_reason(d, reason);
	}
}

static void verdict(struct ow_draft *d, const struct ow_finding *f)
{
	ow_doc_block(d->doc, OW_BLOCK_PARA);
	ow_doc_text(d->doc);
	ow_doc_say(d->doc, OW_INK_STRONG, "Verdict: ");
	ow_doc_say(d->doc, OW_INK_VERDICT, "%s", ow_verdict_names[f->verdict]);
	if (strcmp(f->word, ow_verdict_names[f->verdict]) != 0)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %s", f->word);
	ow_doc_say(d->doc, OW_INK_PLAIN, ". %s.", ow_draft_sentence(d, f->statement));
	if (f->n_rivals) {
		ow_doc_say(d->doc, OW_INK_PLAIN, " Not ruled out: ");
		for (size_t i = 0; i < f->n_rivals; i++) {
			ow_doc_say(d->doc, OW_INK_PLAIN, "%s", i ? ", " : "");
			ow_doc_say(d->doc, OW_INK_CODE, "%s", f->rival[i]->label);
		}
		ow_doc_say(d->doc, OW_INK_PLAIN, ".");
	}
}

static void hypothesis(struct ow_draft *d, const struct ow_finding *f)
{
	ow_doc_block(d->doc, OW_BLOCK_PARA);
	ow_doc_text(d->doc);
	ow_doc_say(d->doc, OW_INK_STRONG, "Hypothesis ");
	ow_doc_say(d->doc, OW_INK_CODE, "%s", f->hypothesis->label);
	ow_doc_say(d->doc, OW_INK_PLAIN, ": %s. ", f->hypothesis->meaning);
	ow_doc_say(d->doc, OW_INK_STRONG, "Prediction: ");
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s.", f->hypothesis->prediction);
}

/* A factor stands beside the answer, whatever that is. */
static void factors(struct ow_draft *d, enum ow_level level)
{
	for (size_t i = 0; i < d->chain->n; i++) {
		const struct ow_finding *f = &d->chain->finding[i];

		if (f->hypothesis->level != level || f->hypothesis->stand != OW_FACTOR ||
		    !ow_draft_stands(f))
			continue;
		ow_doc_block(d->doc, OW_BLOCK_PARA);
		ow_doc_text(d->doc);
		ow_doc_say(d->doc, OW_INK_STRONG, "Beside it ");
		ow_doc_say(d->doc, OW_INK_CODE, "%s", f->hypothesis->label);
		ow_doc_say(d->doc, OW_INK_PLAIN, ", ");
		ow_doc_say(d->doc, OW_INK_VERDICT, "%s", ow_verdict_names[f->verdict]);
		ow_doc_say(d->doc, OW_INK_PLAIN, ": %s ", f->statement);
		ow_draft_cites(d, f);
	}
}

/* No answer: the hypotheses that are still open, with what is known of them. */
static void undecided(struct ow_draft *d, enum ow_level level)
{
	ow_doc_block(d->doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < d->chain->n; i++) {
		const struct ow_finding *f = &d->chain->finding[i];

		if (f->hypothesis->level != level || f->hypothesis->stand != OW_RIVAL ||
		    f->outcome != OW_OPEN)
			continue;
		ow_doc_text(d->doc);
		ow_doc_say(d->doc, OW_INK_CODE, "%s", f->hypothesis->label);
		ow_doc_say(d->doc, OW_INK_PLAIN, ": %s", f->statement);
		for (size_t k = 0; k < f->n_reasons; k++)
			ow_draft_reason(d, &f->reason[k]);
	}
	ow_doc_block(d->doc, OW_BLOCK_PARA);
	ow_doc_text(d->doc);
	ow_doc_say(d->doc, OW_INK_STRONG, "Verdict: ");
	ow_doc_say(d->doc, OW_INK_VERDICT, "%s", ow_verdict_names[OW_NOT_TESTED]);
	ow_doc_say(d->doc, OW_INK_PLAIN, ". The evidence does not settle it.");
}

static void step(struct ow_draft *d, enum ow_level level)
{
	const struct ow_finding *f = d->chain->answer[level];

	ow_doc_heading(d->doc, 2, "%s: %s", ow_levels[level].name, ow_levels[level].question);
	if (f) {
		hypothesis(d, f);
		excerpts(d, f);
		reasons(d, f);
	}
	if (level == OW_LEVEL_LIMIT)
		ow_part_zones(d);
	if (level == OW_LEVEL_MAKEUP)
		ow_part_makeup(d);
	if (level == OW_LEVEL_PROCESS)
		ow_part_table(d);
	if (f)
		verdict(d, f);
	else
		undecided(d, level);
	factors(d, level);
}

/* What ended the container is a question of its own, beside that of the kill. */
static void end_step(struct ow_draft *d, const struct ow_finding *f)
{
	ow_doc_heading(d->doc, 2, "end: What ended the container?");
	hypothesis(d, f);
	excerpts(d, f);
	reasons(d, f);
	verdict(d, f);
}

void ow_part_steps(struct ow_draft *d)
{
	ow_doc_heading(d->doc, 1, "How we got there");
	for (enum ow_level level = 0; level < OW_LEVEL_COUNT; level++)
		if (d->chain->asked[level]) {
			step(d, level);
			if (level == OW_LEVEL_KILL && d->chain->end)
				end_step(d, d->chain->end);
		}
}
