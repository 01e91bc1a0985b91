/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_MEMSTATS_H
#define OW_RECORD_MEMSTATS_H

#include <stdint.h>

/* What Go's runtime.MemStats said, as it stands behind a heap profile of /debug/pprof/heap?debug=1.
 * Which fields were there: enum ow_memstats_have. */
struct ow_memstats {
	unsigned have;
	uint64_t alloc_bytes, total_alloc_bytes, sys_bytes;
	uint64_t mallocs, frees;
	uint64_t heap_alloc_bytes, heap_sys_bytes, heap_idle_bytes, heap_inuse_bytes;
	uint64_t heap_released_bytes, heap_objects;
	uint64_t stack_inuse_bytes, stack_sys_bytes;
	uint64_t mspan_inuse_bytes, mspan_sys_bytes;
	uint64_t mcache_inuse_bytes, mcache_sys_bytes;
	uint64_t buck_hash_sys_bytes, gc_sys_bytes, other_sys_bytes;
	uint64_t next_gc_bytes;
	int64_t last_gc_usec;        /* of the wall clock; 0: no collection yet */
	int64_t before_last_gc_usec; /* when the collection before that one ended: by PauseEnd */
	uint64_t gc_count, forced_gc_count;
	uint64_t max_rss_bytes;
};

enum ow_memstats_have {
	OW_MEMSTATS_ALLOC = 1 << 0,
	OW_MEMSTATS_TOTAL_ALLOC = 1 << 1,
	OW_MEMSTATS_SYS = 1 << 2,
	OW_MEMSTATS_MALLOCS = 1 << 3,
	OW_MEMSTATS_FREES = 1 << 4,
	OW_MEMSTATS_HEAP_ALLOC = 1 << 5,
	OW_MEMSTATS_HEAP_SYS = 1 << 6,
	OW_MEMSTATS_HEAP_IDLE = 1 << 7,
	OW_MEMSTATS_HEAP_INUSE = 1 << 8,
	OW_MEMSTATS_HEAP_RELEASED = 1 << 9,
	OW_MEMSTATS_HEAP_OBJECTS = 1 << 10,
	OW_MEMSTATS_STACK = 1 << 11,  /* both numbers */
	OW_MEMSTATS_MSPAN = 1 << 12,  /* both numbers */
	OW_MEMSTATS_MCACHE = 1 << 13, /* both numbers */
	OW_MEMSTATS_BUCK_HASH_SYS = 1 << 14,
	OW_MEMSTATS_GC_SYS = 1 << 15,
	OW_MEMSTATS_OTHER_SYS = 1 << 16,
	OW_MEMSTATS_NEXT_GC = 1 << 17,
	OW_MEMSTATS_LAST_GC = 1 << 18,
	OW_MEMSTATS_GC_COUNT = 1 << 19,
	OW_MEMSTATS_FORCED_GC_COUNT = 1 << 20,
	OW_MEMSTATS_MAX_RSS = 1 << 21,
	OW_MEMSTATS_BEFORE_LAST_GC = 1 << 22,
};

#endif
