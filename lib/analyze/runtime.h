/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_RUNTIME_H
#define OW_ANALYZE_RUNTIME_H

#include "analyze/hypothesis.h"

/*
 * What the families of the level runtime share. Its labels are judged by two tables that commands
 * of their own use as well: by the lines of the collector (analyze/gc.h) and by the numbers of the
 * runtime (analyze/account.h), as far as either is of the life that ended with the kill.
 */

/* Has the case anything of a Go program? */
bool ow_runtime_possible(const struct ow_scene *s);

/*
 * Does what the runtime of the victim says concern the kill? Not where the victim was not the one
 * that held the memory, and not where the memory was of another kind than a process's own: then f
 * is settled as open.
 */
bool ow_runtime_concerns(const struct ow_scene *s, struct ow_finding *f);

/* Judges the label of the finding's hypothesis by what there is. Where the log and the numbers
 * disagree, it is a contradiction. */
void ow_runtime_judge(const struct ow_scene *s, struct ow_finding *f);

/*
 * When the collector would have met the limit, by the slope of the live heap, its room and what
 * else was charged to the limit: microseconds after the start. False where that is not known.
 */
bool ow_runtime_predict(const struct ow_scene *s, int64_t *ret_usec);

/*
 * The GOMEMLIMIT to set, with the arithmetic, and what it is worth where the live heap grows. NULL
 * where the limit is not known. In the arena.
 */
const char *ow_runtime_advice(const struct ow_scene *s, struct ow_arena *arena);

/* How long the process lived. false: not known. */
bool ow_runtime_lived(const struct ow_scene *s, int64_t *ret_usec);

#endif
