/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "analyze/heap-internal.h"

#define NANOS_PER_USEC 1000

/* What a profile shows was live at a collection that is over, and the newest counts only from the
 * next one on; runtime.GC() makes it count at once. */

static void by_memstats(const struct ow_memstats *stats, struct ow_heap_age *age)
{
	if (stats->have & OW_MEMSTATS_GC_COUNT && stats->gc_count >= 2) {
		age->have |= OW_HEAP_AGE_COLLECTION;
		age->collections = stats->gc_count;
		age->collection = stats->gc_count - 1;
		age->forced =
			stats->have & OW_MEMSTATS_FORCED_GC_COUNT ? stats->forced_gc_count : 0;
	}
	if (stats->have & OW_MEMSTATS_BEFORE_LAST_GC) {
		age->have |= OW_HEAP_AGE_MARK;
		age->mark_usec = stats->before_last_gc_usec;
	}
	if (stats->have & OW_MEMSTATS_LAST_GC && stats->last_gc_usec) {
		age->have |= OW_HEAP_AGE_LAST_MARK;
		age->last_mark_usec = stats->last_gc_usec;
	}
	if (stats->have & OW_MEMSTATS_HEAP_ALLOC && stats->heap_alloc_bytes <= INT64_MAX) {
		age->have |= OW_HEAP_AGE_LIVE;
		age->live_bytes = (int64_t)stats->heap_alloc_bytes;
	}
}

/* The last collection before the profile, and the one before. */
static void by_marks(const struct ow_heap_facts *facts, struct ow_heap_age *age)
{
	size_t n = 0;

	if (!(age->have & OW_HEAP_AGE_TIME))
		return;
	while (n < facts->n_marks && facts->mark[n].wall_usec <= age->time_usec)
		n++;
	if (n < 2)
		return;
	age->have |= OW_HEAP_AGE_COLLECTION | OW_HEAP_AGE_MARK | OW_HEAP_AGE_LAST_MARK |
		     OW_HEAP_AGE_LIVE;
	age->collections = facts->mark[n - 1].number;
	age->collection = facts->mark[n - 2].number;
	age->last_mark_usec = facts->mark[n - 1].wall_usec;
	age->mark_usec = facts->mark[n - 2].wall_usec;
	age->live_bytes = facts->mark[n - 2].live_bytes;
}

void heap_age(struct heap_work *work)
{
	const struct ow_profile *profile = work->view->profile;
	struct ow_heap *heap = work->heap;
	struct ow_heap_age *age = &heap->age;
	int64_t until;

	if (profile->time_nanos > 0) {
		age->have |= OW_HEAP_AGE_TIME;
		age->time_usec = profile->time_nanos / NANOS_PER_USEC;
	}
	if (heap->difference || heap->profiles > 1 || heap->measure != OW_HEAP_MEASURE_INUSE)
		return;
	by_memstats(work->facts->memstats ? work->facts->memstats : &profile->memstats, age);
	if (!(age->have & OW_HEAP_AGE_COLLECTION))
		by_marks(work->facts, age);
	if (age->have & OW_HEAP_AGE_LIVE && age->live_bytes > 0 &&
	    !(work->facts->have & OW_HEAP_FACT_FILTERED))
		age->covered_permyriad = (int64_t)fmin(
			(double)heap->total.inuse_bytes / (double)age->live_bytes * 10000, 9e18);
	else
		age->have &= ~(unsigned)OW_HEAP_AGE_LIVE;
	until = age->have & OW_HEAP_AGE_TIME ? age->time_usec : age->last_mark_usec;
	if (age->have & OW_HEAP_AGE_MARK &&
	    (age->have & (OW_HEAP_AGE_TIME | OW_HEAP_AGE_LAST_MARK)) &&
	    !__builtin_sub_overflow(until, age->mark_usec, &age->behind_usec) &&
	    age->behind_usec >= 0)
		age->have |= OW_HEAP_AGE_BEHIND;
}
