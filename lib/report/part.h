/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_PART_H
#define OW_REPORT_PART_H

#include "report/report.h"

/* What the parts of the report share while it is made. */
struct ow_draft {
	const struct ow_case *c;
	const struct ow_chain *chain;
	const struct ow_scene *s;
	struct ow_report *report; /* the exhibits grow in it as they are cited */
	struct ow_doc *doc;
	struct ow_arena *arena;
};

/* The number of the exhibit that the cite leads to; a new one at the first citation. 0 when it
 * cites nothing. */
size_t ow_draft_exhibit(struct ow_draft *d, const struct ow_cite *cite);

/* At the end of the last text: "[3]"; " [3] [4]", all places that a reason cites; "[3]", the first
 * place that the reasons of the finding's verdict cite. */
void ow_draft_cite(struct ow_draft *d, const struct ow_cite *cite);
void ow_draft_reason(struct ow_draft *d, const struct ow_reason *reason);
void ow_draft_cites(struct ow_draft *d, const struct ow_finding *f);

/* printf(3) into the arena; "" when it refuses. */
const char *ow_draft_text(struct ow_draft *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with its first letter raised: a sentence of a finding begins a paragraph. */
const char *ow_draft_sentence(struct ow_draft *d, const char *text);

/* A moment as the case knows it: "2026-11-20T07:51:02Z", else "283.033 s after boot", else "at an
 * unknown time". */
const char *ow_draft_when(struct ow_draft *d, const struct ow_oom *oom);

/* Whose it was, in a few words: "leaky (docker 0c5036356ccb), image shop/leaky:1.4"; NULL where
 * only an id is known. */
const char *ow_draft_container(struct ow_draft *d);

/* Without a kill: that the container lives near its limit, with the numbers; NULL where it does
 * not, or that is not known. */
const char *ow_draft_near(struct ow_draft *d);

/* Is the finding more than open or refuted? */
bool ow_draft_stands(const struct ow_finding *f);

/* The first datum that is missing for the finding's level, and the command that gets it; what a
 * reader should run next. NULL when nothing is. */
const struct ow_need *ow_draft_next_step(struct ow_draft *d);

/* The parts, in their order. */
void ow_part_verdict(struct ow_draft *d);
void ow_part_roles(struct ow_draft *d);
void ow_part_container(struct ow_draft *d);
void ow_part_chain(struct ow_draft *d);
void ow_part_steps(struct ow_draft *d);
void ow_part_zones(struct ow_draft *d);
void ow_part_makeup(struct ow_draft *d);
void ow_part_table(struct ow_draft *d);
void ow_part_ruled_out(struct ow_draft *d);
void ow_part_open(struct ow_draft *d);
void ow_part_timeline(struct ow_draft *d);
void ow_part_fix(struct ow_draft *d);
void ow_part_quality(struct ow_draft *d);
void ow_part_sources(struct ow_draft *d);
void ow_part_evidence(struct ow_draft *d);
void ow_part_foot(struct ow_draft *d);

#endif
