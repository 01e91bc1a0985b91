/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GC_INTERNAL_H
#define OW_ANALYZE_GC_INTERNAL_H

#include "analyze/gc.h"

/* Shared by gc-*.c only. */

#define OW_GC_CYCLES_LEAST 8 /* a slope from fewer says nothing */
#define OW_GC_SPAN_LEAST   (20 * INT64_C(1000000))

/* Makes an empty life of it; bucket is room for OW_GC_BUCKETS. */
void ow_gc_life_begin(struct ow_gc_life *life, struct ow_gc_bucket *bucket);

/* One more cycle, which is known to be of this life. */
void ow_gc_life_cycle(struct ow_gc_life *life, const struct ow_gc_event *event);

/* One more line of MemStats. When there are no cycles, they are what the buckets hold. */
void ow_gc_life_printed(struct ow_gc_life *life, const struct ow_gc_event *event);

/* The cycle that is back cycles before the latest; NULL when it is not kept. */
const struct ow_gc_recent *ow_gc_life_recent(const struct ow_gc_life *life, size_t back);

/* The value below which so many of the pauses are, from 0 to 1, in microseconds. */
double ow_gc_life_pause(const struct ow_gc_life *life, double share);

/* An empty bucket, and one that has what both have. */
struct ow_gc_bucket ow_gc_bucket_empty(void);
void ow_gc_bucket_merge(struct ow_gc_bucket *into, const struct ow_gc_bucket *from);

/* Growth of a value of the buckets since the latest reset; value() says false where it has none. */
typedef bool ow_gc_value_fn(const struct ow_gc_bucket *bucket, double *ret);
struct ow_gc_growth ow_gc_grow(const struct ow_gc_life *life, ow_gc_value_fn *value,
			       struct ow_arena *scratch);

/* A limit of 0 is none. */
static inline struct ow_gc_known ow_gc_known_sane(const struct ow_gc_known *known)
{
	struct ow_gc_known sane = *known;

	sane.have_limit &= sane.limit_bytes != 0;
	return sane;
}

/* From how many bytes on a rise matters: a tenth of the limit; without one, when the level doubled.
 */
double ow_gc_material(const struct ow_gc_life *life, const struct ow_gc_known *known);

/* Is that a leak: a rise that matters, goes on, and passes what the heap was emptied from before?
 */
bool ow_gc_leaks(const struct ow_gc_life *life, const struct ow_gc_known *known,
		 const struct ow_gc_growth *live);

/* Is that a plateau: a rise that matters, and then none? */
bool ow_gc_rests(const struct ow_gc_life *life, const struct ow_gc_known *known,
		 const struct ow_gc_growth *live);

#endif
