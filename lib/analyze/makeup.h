/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_MAKEUP_H
#define OW_ANALYZE_MAKEUP_H

#include "analyze/hypothesis.h"

/*
 * What the families of the level makeup share. A kind of memory is the answer when it has at least
 * 60 % of usage and swap; from 40 % it is a major part. Measured shares of the kind that filled a
 * cgroup begin at 84 %, so 60 has a wide margin. It says who was there, not who grew.
 */
#define OW_DOMINATES 0.60
#define OW_MAJOR     0.40

/* How a part of so many bytes comes out against the whole; OW_OPEN when there is no whole. */
enum ow_outcome ow_makeup_outcome(const struct ow_balance *b, uint64_t bytes);

/* Adds the reason with its number and settles f. what: "anonymous memory". The bytes may be an
 * upper bound (a part that was not printed): that can only refute. */
void ow_makeup_settle(const struct ow_scene *s, struct ow_finding *f, const char *what,
		      const struct ow_amount *part, bool bound);

/* The line that an amount was read in, with its number underlined. */
struct ow_cite ow_makeup_cite(const struct ow_oom *oom, const struct ow_amount *amount,
			      const char *note);

/* "usage 32,768 kB" or "usage and swap 40,960 kB" */
const char *ow_makeup_whole(const struct ow_scene *s, struct ow_arena *arena);

/* The largest kind when it dominates, for the level process: what killing somebody gives back. */
bool ow_makeup_dominates(const struct ow_balance *b, enum ow_part part);

#endif
