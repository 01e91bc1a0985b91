/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_REPORT_H
#define OW_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "analyze/chain.h"
#include "base/arena.h"
#include "record/case.h"
#include "report/doc.h"

/*
 * The report of one case: what was found, once as plain structs for programs and once as a
 * document for people. Both are made from the chain and say the same. It is a function of the case
 * alone: the same case gives the same report. All texts are raw; renderers escape them.
 */

/* A piece of evidence with its number. Numbers count from 1 in the order of first citation. */
struct ow_exhibit {
	size_t id;
	const char *source;
	size_t line; /* 0: the source has no lines */
	struct ow_str text;
};

/* One finding of the chain, in the words of the report. */
struct ow_claim {
	const char *level, *label;
	const char *verdict; /* as spelt in ow_verdict_names */
	const char *word;
	const char *statement;
	const struct ow_number *number;
	size_t n_numbers;
	const size_t *evidence; /* ids */
	size_t n_evidence;
};

/* What could not be settled, and what would settle it. */
struct ow_question {
	const char *question;
	const char *command; /* NULL: nothing would any more */
};

struct ow_report {
	const struct ow_case *c;
	const char *title;
	struct ow_name container; /* whose it was: id is NULL where no container or pod is known */
	struct ow_claim *claim;
	size_t n_claims;
	struct ow_exhibit *exhibit;
	size_t n_exhibits;
	struct ow_question *question;
	size_t n_questions;

	/* How far the chain got: the holder, or the answer above it after which nothing is settled;
	 * level is NULL when not even the kill is. A holder is no cause: that takes two points in
	 * time. word says what is not known. subject may be NULL. */
	struct {
		const char *level, *label, *word, *subject;
	} root_cause;

	struct ow_doc doc;
};

/* 0 or -ENOMEM with ret as it was. The report lives in the arena and points into the case and the
 * chain, which must outlive it. */
int ow_report_make(const struct ow_case *c, const struct ow_chain *chain, struct ow_arena *arena,
		   struct ow_report *ret);

#endif
