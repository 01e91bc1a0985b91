/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_CHAIN_H
#define OW_ANALYZE_CHAIN_H

#include "analyze/hypothesis.h"

/*
 * Runs the hypotheses over a case, level by level, and derives the verdicts:
 *
 *   confirmed      the prediction held, and every rival of the level that is possible is refuted
 *   supported      it held, and a rival is not refuted (it is named), or it held only in part
 *   refuted        the prediction failed
 *   not-tested     a datum is missing
 *   contradictory  two sources disagree
 *
 * A finding that cites nothing is never more than not-tested. The levels tenant and process are not
 * asked where they make no sense, and runtime and function only where the case has something of a
 * Go program: nothing of them is in findings then, and asked says so.
 */
struct ow_chain {
	struct ow_scene scene;
	struct ow_finding *finding; /* n of them, in the order of the catalogue */
	size_t n;
	const struct ow_finding *answer[OW_LEVEL_COUNT]; /* confirmed, supported or contradictory;
							    NULL: the level is undecided */
	bool asked[OW_LEVEL_COUNT];
	const struct ow_finding
		*reached; /* how far it got: the answer of the last level in a row of at
			     least supported ones; NULL when not even the kill is */
	const struct ow_finding
		*end; /* what ended the container: confirmed or supported, or NULL */
	const struct ow_finding *holder; /* the answer of process, where all levels above it are at
					    least supported; else NULL, and nobody is named */
	const struct ow_finding *cause;  /* what grew: the answer of runtime, or of function below
					    it, where all above are at least supported; or NULL */
};

/* 0 or -ENOMEM with ret as it was. All of it lives in the arena and points into the case. */
int ow_chain_run(const struct ow_case *c, struct ow_arena *arena, struct ow_chain *ret);

/* The finding of that label; NULL when it was not judged. */
const struct ow_finding *ow_chain_find(const struct ow_chain *chain, const char *label);

#endif
