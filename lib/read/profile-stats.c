/* SPDX-License-Identifier: Apache-2.0 */
#include "read/profile-text.h"

/* The lines behind "# runtime.MemStats": "# Stack = 360448 / 360448" has a second number. */
static const struct {
	const char *key;
	unsigned have;
	size_t at, second; /* in struct ow_memstats; second 0: there is none */
} fields[] = {
#define ONE(key, have, member)                                     \
	{                                                          \
		key, have, offsetof(struct ow_memstats, member), 0 \
	}
#define TWO(key, have, member, other)                            \
	{                                                        \
		key, have, offsetof(struct ow_memstats, member), \
			offsetof(struct ow_memstats, other)      \
	}
	ONE("Alloc", OW_MEMSTATS_ALLOC, alloc_bytes),
	ONE("TotalAlloc", OW_MEMSTATS_TOTAL_ALLOC, total_alloc_bytes),
	ONE("Sys", OW_MEMSTATS_SYS, sys_bytes),
	ONE("Mallocs", OW_MEMSTATS_MALLOCS, mallocs),
	ONE("Frees", OW_MEMSTATS_FREES, frees),
	ONE("HeapAlloc", OW_MEMSTATS_HEAP_ALLOC, heap_alloc_bytes),
	ONE("HeapSys", OW_MEMSTATS_HEAP_SYS, heap_sys_bytes),
	ONE("HeapIdle", OW_MEMSTATS_HEAP_IDLE, heap_idle_bytes),
	ONE("HeapInuse", OW_MEMSTATS_HEAP_INUSE, heap_inuse_bytes),
	ONE("HeapReleased", OW_MEMSTATS_HEAP_RELEASED, heap_released_bytes),
	ONE("HeapObjects", OW_MEMSTATS_HEAP_OBJECTS, heap_objects),
	TWO("Stack", OW_MEMSTATS_STACK, stack_inuse_bytes, stack_sys_bytes),
	TWO("MSpan", OW_MEMSTATS_MSPAN, mspan_inuse_bytes, mspan_sys_bytes),
	TWO("MCache", OW_MEMSTATS_MCACHE, mcache_inuse_bytes, mcache_sys_bytes),
	ONE("BuckHashSys", OW_MEMSTATS_BUCK_HASH_SYS, buck_hash_sys_bytes),
	ONE("GCSys", OW_MEMSTATS_GC_SYS, gc_sys_bytes),
	ONE("OtherSys", OW_MEMSTATS_OTHER_SYS, other_sys_bytes),
	ONE("NextGC", OW_MEMSTATS_NEXT_GC, next_gc_bytes),
	ONE("NumGC", OW_MEMSTATS_GC_COUNT, gc_count),
	ONE("NumForcedGC", OW_MEMSTATS_FORCED_GC_COUNT, forced_gc_count),
	ONE("MaxRSS", OW_MEMSTATS_MAX_RSS, max_rss_bytes),
#undef ONE
#undef TWO
};

static uint64_t *number_at(struct ow_memstats *stats, size_t at)
{
	return (uint64_t *)(void *)((char *)stats + at);
}

/* "[1795154620110511049 0 0 ...]": when the last 256 collections ended, in no order that is of
 * use. The newest but one is the one that a profile shows. */
static void pause_ends(struct ow_memstats *stats, struct ow_str s)
{
	uint64_t last = 0, before = 0, end;

	if (!ow_scan_char(&s, '['))
		return;
	while (ow_scan_blanks(&s) && ow_scan_u64(&s, &end)) {
		if (end > last) {
			before = last;
			last = end;
		} else if (end > before && end < last) {
			before = end;
		}
	}
	if (before == 0 || before / 1000 > INT64_MAX)
		return;
	stats->before_last_gc_usec = (int64_t)(before / 1000);
	stats->have |= OW_MEMSTATS_BEFORE_LAST_GC;
}

void text_stats_line(struct ow_memstats *stats, struct ow_str line)
{
	struct ow_str s = line, key;
	uint64_t first, second = 0;

	if (!ow_scan_until(&s, "=", &key) || !ow_scan_blanks(&s))
		return;
	key = ow_str_trim(key);
	if (ow_str_is(key, "PauseEnd"))
		pause_ends(stats, s);
	if (!ow_scan_u64(&s, &first))
		return;
	if (ow_str_is(key, "LastGC") && first / 1000 <= INT64_MAX) {
		stats->last_gc_usec = (int64_t)(first / 1000); /* it is in nanoseconds */
		stats->have |= OW_MEMSTATS_LAST_GC;
	}
	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++) {
		if (!ow_str_is(key, fields[i].key))
			continue;
		if (fields[i].second && (!ow_scan_lit(&s, " / ") || !ow_scan_u64(&s, &second)))
			return;
		*number_at(stats, fields[i].at) = first;
		if (fields[i].second)
			*number_at(stats, fields[i].second) = second;
		stats->have |= fields[i].have;
		return;
	}
}
