/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_HEAP_SERIES_H
#define OW_ANALYZE_HEAP_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/heap-series.h"
#include "record/profile.h"

/*
 * Growth over several profiles of one process. They come one by one, in any order, and need not
 * stay: what is kept is a number for each path and profile.
 */
struct ow_heap_series_maker;

#define OW_HEAP_SERIES_MAX 512 /* profiles: each pair of points is looked at */

/* For so many profiles at most. What is kept comes from the arena. NULL when there is no memory. */
struct ow_heap_series_maker *ow_heap_series_new(size_t n, struct ow_arena *arena);

/* One more. profile is the one that heap was made of; neither needs to last. source is what it is
 * called. Returns 0 or -ENOMEM. */
int ow_heap_series_add(struct ow_heap_series_maker *maker, const struct ow_heap *heap,
		       const struct ow_profile *profile, struct ow_str source);

/*
 * The growth. Left out, and said, is what does not belong to the others: one profile that is named
 * twice; a difference; another program (the one that most are of stays, of equals the newer);
 * another run of it. A new run is told by where the kernel has put the program or its vdso, and by
 * a sum of all that was ever allocated that got less; the newest run that has two profiles stays.
 *
 * limit: bytes, or 0. -ENOENT: there are no two profiles of one run, err says what there is;
 * -ENOMEM.
 */
int ow_heap_series_end(struct ow_heap_series_maker *maker, int64_t limit_bytes,
		       struct ow_heap_trend *ret, struct ow_err *err);

#endif
