/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_ACCOUNT_H
#define OW_REPORT_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/account.h"
#include "analyze/goroutines.h"
#include "report/doc.h"

/*
 * What is said of an account beside its steps. Sources are numbered in the order in which steps and
 * reasons name them, and cited as [1].
 */
struct ow_account_paper {
	const struct ow_account *account;
	int64_t now_usec; /* ages are counted from it; 0: no ages */
	struct ow_arena *arena;
	const struct ow_go_source **source;
	size_t n_sources;
};

/* Numbers the sources of the steps. 0 or -ENOMEM. */
int ow_account_paper_init(const struct ow_account *account, int64_t now_usec,
			  struct ow_arena *arena, struct ow_account_paper *ret);

/* "[1]", "[1] [3]": where a step is from. In the arena; "" when it refuses. */
const char *ow_account_step_from(const struct ow_account_paper *paper,
				 const struct ow_account_step *step);

/* The title and the answer; what stands in front of the steps. */
void ow_account_front(struct ow_account_paper *paper, struct ow_doc *doc);

/* What the large steps are, which classes fit and which do not, what to do, the sources; what
 * stands behind them. */
void ow_account_back(struct ow_account_paper *paper, struct ow_doc *doc);

#endif
