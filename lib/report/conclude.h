/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_CONCLUDE_H
#define OW_REPORT_CONCLUDE_H

#include "analyze/series.h"
#include "base/arena.h"
#include "record/oom.h"
#include "report/doc.h"

/*
 * What one record by itself allows to conclude, a short line each with the lines that it rests on,
 * for a listing:
 *
 *   - limit: container 3418d5a1b2c3: usage 32 MiB, 100.0 % of its limit of 32 MiB (line 29)
 *   - made of: anonymous 99.6 %, kernel 0.4 % (lines 32, 34)
 *   - why this one: it has the highest score of 3, ... (lines 94, 97)
 *
 * The numbers and verdicts are those of the analysis (analyze/chain.h), run on the one kill.
 */

/* The conclusions of one record, as one list. 0 or -ENOMEM with ret as it was. It lives in the
 * arena and points into the record. */
int ow_conclude(const struct ow_oom *oom, struct ow_arena *arena, struct ow_doc *ret);

/* The kills of a listing by whose limit it was: how many, over how long, how regularly. Empty when
 * no limit was hit twice. Returns as above. */
int ow_conclude_series(const struct ow_series *series, struct ow_arena *arena, struct ow_doc *ret);

#endif
