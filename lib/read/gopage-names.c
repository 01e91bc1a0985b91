/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gopage-internal.h"

#include <math.h>

#include "base/time.h"

/* How a number is kept. */
enum form {
	BYTES, /* or a count */
	LIMIT, /* the largest number that the runtime can say is none */
	MOMENT,
	SHARE,
	CLASS,
};

/*
 * The names that say something, as runtime/metrics has them (Prometheus' client makes
 * go_memory_classes_total_bytes of /memory/classes/total:bytes), or as that client has always
 * called them. A field that takes two rows is there when both were.
 */
static const struct name {
	const char *name;
	enum form form;
	unsigned memstats, go; /* the bit, in the one or in the other */
	size_t at;             /* in struct ow_go_stats, or the class */
} names[] = {
#define MEMSTATS(name, bit, member)                                  \
	{                                                            \
		"go_memstats_" name, BYTES, OW_MEMSTATS_##bit, 0,    \
			offsetof(struct ow_go_stats, memstats) +     \
				offsetof(struct ow_memstats, member) \
	}
#define RUNTIME(name, form, memstats_bit, member)                    \
	{                                                            \
		name, form, OW_MEMSTATS_##memstats_bit, 0,           \
			offsetof(struct ow_go_stats, memstats) +     \
				offsetof(struct ow_memstats, member) \
	}
#define GO(name, form, bit, member)                                              \
	{                                                                        \
		name, form, 0, OW_GO_##bit, offsetof(struct ow_go_stats, member) \
	}
#define OF_CLASS(name, class)                                        \
	{                                                            \
		"/memory/classes/" name ":bytes", CLASS, 0, 0, class \
	}
	MEMSTATS("alloc_bytes", ALLOC, alloc_bytes),
	MEMSTATS("alloc_bytes_total", TOTAL_ALLOC, total_alloc_bytes),
	MEMSTATS("sys_bytes", SYS, sys_bytes),
	MEMSTATS("mallocs_total", MALLOCS, mallocs),
	MEMSTATS("frees_total", FREES, frees),
	MEMSTATS("heap_alloc_bytes", HEAP_ALLOC, heap_alloc_bytes),
	MEMSTATS("heap_sys_bytes", HEAP_SYS, heap_sys_bytes),
	MEMSTATS("heap_idle_bytes", HEAP_IDLE, heap_idle_bytes),
	MEMSTATS("heap_inuse_bytes", HEAP_INUSE, heap_inuse_bytes),
	MEMSTATS("heap_released_bytes", HEAP_RELEASED, heap_released_bytes),
	MEMSTATS("heap_objects", HEAP_OBJECTS, heap_objects),
	MEMSTATS("stack_inuse_bytes", STACK, stack_inuse_bytes),
	MEMSTATS("stack_sys_bytes", STACK, stack_sys_bytes),
	MEMSTATS("mspan_inuse_bytes", MSPAN, mspan_inuse_bytes),
	MEMSTATS("mspan_sys_bytes", MSPAN, mspan_sys_bytes),
	MEMSTATS("mcache_inuse_bytes", MCACHE, mcache_inuse_bytes),
	MEMSTATS("mcache_sys_bytes", MCACHE, mcache_sys_bytes),
	MEMSTATS("buck_hash_sys_bytes", BUCK_HASH_SYS, buck_hash_sys_bytes),
	MEMSTATS("gc_sys_bytes", GC_SYS, gc_sys_bytes),
	MEMSTATS("other_sys_bytes", OTHER_SYS, other_sys_bytes),
	MEMSTATS("next_gc_bytes", NEXT_GC, next_gc_bytes),
	RUNTIME("go_memstats_last_gc_time_seconds", MOMENT, LAST_GC, last_gc_usec),
	RUNTIME("go_gc_duration_seconds_count", BYTES, GC_COUNT, gc_count),
	RUNTIME("/gc/cycles/total:gc-cycles", BYTES, GC_COUNT, gc_count),
	RUNTIME("/gc/cycles/forced:gc-cycles", BYTES, FORCED_GC_COUNT, forced_gc_count),
	RUNTIME("/gc/heap/allocs:bytes", BYTES, TOTAL_ALLOC, total_alloc_bytes),
	RUNTIME("/gc/heap/goal:bytes", BYTES, NEXT_GC, next_gc_bytes),
	RUNTIME("/gc/heap/objects:objects", BYTES, HEAP_OBJECTS, heap_objects),
	RUNTIME("/memory/classes/metadata/other:bytes", BYTES, GC_SYS, gc_sys_bytes),
	RUNTIME("/memory/classes/other:bytes", BYTES, OTHER_SYS, other_sys_bytes),
	RUNTIME("/memory/classes/profiling/buckets:bytes", BYTES, BUCK_HASH_SYS,
		buck_hash_sys_bytes),
	RUNTIME("/memory/classes/total:bytes", BYTES, SYS, sys_bytes),
	GO("go_goroutines", BYTES, GOROUTINES, goroutines),
	GO("go_threads", BYTES, THREADS, threads),
	GO("go_memstats_gc_cpu_fraction", SHARE, GC_CPU, gc_cpu_share),
	GO("process_resident_memory_bytes", BYTES, RESIDENT, resident_bytes),
	GO("process_virtual_memory_bytes", BYTES, VIRTUAL, virtual_bytes),
	GO("process_start_time_seconds", MOMENT, START, start_usec),
	GO("/gc/gogc:percent", LIMIT, GOGC, gogc_percent),
	GO("/gc/gomemlimit:bytes", LIMIT, MEMORY_LIMIT, memory_limit_bytes),
	GO("/gc/heap/live:bytes", BYTES, LIVE, live_bytes),
	GO("/gc/limiter/last-enabled:gc-cycle", BYTES, LIMITER, limiter_cycle),
	GO("/sched/gomaxprocs:threads", BYTES, PROCS, procs),
	GO("/sched/goroutines:goroutines", BYTES, GOROUTINES, goroutines),
	GO("/sched/threads/total:threads", BYTES, THREADS, threads),
	OF_CLASS("heap/objects", PAGE_OBJECTS),
	OF_CLASS("heap/unused", PAGE_UNUSED),
	OF_CLASS("heap/free", PAGE_FREE),
	OF_CLASS("heap/released", PAGE_RELEASED),
	OF_CLASS("heap/stacks", PAGE_STACKS),
	OF_CLASS("os-stacks", PAGE_OS_STACKS),
	OF_CLASS("metadata/mspan/inuse", PAGE_MSPAN_INUSE),
	OF_CLASS("metadata/mspan/free", PAGE_MSPAN_FREE),
	OF_CLASS("metadata/mcache/inuse", PAGE_MCACHE_INUSE),
	OF_CLASS("metadata/mcache/free", PAGE_MCACHE_FREE),
#undef MEMSTATS
#undef RUNTIME
#undef GO
#undef OF_CLASS
};

_Static_assert(OW_ARRAY_SIZE(names) <= 64, "each name has a bit of seen");

/* Is it that name, as the runtime or as Prometheus' client writes it? */
static bool is_name(struct ow_str s, const char *name)
{
	if (ow_str_is(s, name))
		return true;
	if (name[0] != '/' || !ow_scan_lit(&s, "go"))
		return false;
	for (; *name && s.n; name++, s = ow_str_skip(s, 1))
		if (s.p[0] != (strchr("/:-", *name) ? '_' : *name))
			return false;
	return !*name && (s.n == 0 || ow_str_is(s, "_total"));
}

#define WHOLE_MAX 9.2e18 /* below it a double is a whole number of 63 bits */
#define NONE      1e15   /* no limit in bytes or percent is so large: "off" is 2^63 or 2^64 */

/* The bits of memstats or go that are complete now. */
static bool is_complete(const struct page_numbers *numbers, const struct name *name)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++)
		if (name->memstats && names[i].memstats == name->memstats &&
		    names[i].at != name->at && !(numbers->seen & UINT64_C(1) << i))
			return false;
	return true;
}

static void put(struct page_numbers *numbers, const struct name *name, double value)
{
	char *at = (char *)&numbers->stats + name->at;
	const uint64_t whole = name->form == LIMIT && value >= NONE ? UINT64_MAX : (uint64_t)value;
	const int64_t usec = name->form == MOMENT ? (int64_t)(value * OW_USEC_PER_SEC) : 0;

	if (name->form == CLASS) {
		numbers->class[name->at] = whole;
		numbers->have_class |= 1U << name->at;
		return;
	}
	if (name->form == SHARE)
		memcpy(at, &value, sizeof(value));
	else
		memcpy(at, name->form == MOMENT ? (const void *)&usec : (const void *)&whole,
		       sizeof(whole));
	numbers->stats.have |= name->go;
	if (is_complete(numbers, name))
		numbers->stats.memstats.have |= name->memstats;
}

bool page_take(struct page_numbers *numbers, struct ow_str name, double value)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		const double most = names[i].form == LIMIT    ? INFINITY
				    : names[i].form == MOMENT ? WHOLE_MAX / OW_USEC_PER_SEC
				    : names[i].form == SHARE  ? 1
							      : WHOLE_MAX;

		if (!is_name(name, names[i].name))
			continue;
		if (!(value >= 0 && value <= most))
			return false;
		numbers->seen |= UINT64_C(1) << i;
		put(numbers, &names[i], value);
		return true;
	}
	return false;
}

/* What MemStats call it, as the sum of classes. */
static const struct {
	unsigned have;
	size_t at, second; /* second 0: there is none */
	unsigned of, of_second;
} sums[] = {
#define AT(member) offsetof(struct ow_memstats, member)
#define C(class)   (1U << PAGE_##class)
	{ OW_MEMSTATS_HEAP_ALLOC, AT(heap_alloc_bytes), 0, C(OBJECTS), 0 },
	{ OW_MEMSTATS_HEAP_INUSE, AT(heap_inuse_bytes), 0, C(OBJECTS) | C(UNUSED), 0 },
	{ OW_MEMSTATS_HEAP_IDLE, AT(heap_idle_bytes), 0, C(FREE) | C(RELEASED), 0 },
	{ OW_MEMSTATS_HEAP_RELEASED, AT(heap_released_bytes), 0, C(RELEASED), 0 },
	{ OW_MEMSTATS_HEAP_SYS, AT(heap_sys_bytes), 0,
	  C(OBJECTS) | C(UNUSED) | C(FREE) | C(RELEASED), 0 },
	{ OW_MEMSTATS_STACK, AT(stack_inuse_bytes), AT(stack_sys_bytes), C(STACKS),
	  C(STACKS) | C(OS_STACKS) },
	{ OW_MEMSTATS_MSPAN, AT(mspan_inuse_bytes), AT(mspan_sys_bytes), C(MSPAN_INUSE),
	  C(MSPAN_INUSE) | C(MSPAN_FREE) },
	{ OW_MEMSTATS_MCACHE, AT(mcache_inuse_bytes), AT(mcache_sys_bytes), C(MCACHE_INUSE),
	  C(MCACHE_INUSE) | C(MCACHE_FREE) },
#undef AT
#undef C
};

static uint64_t sum_of(const struct page_numbers *numbers, unsigned classes)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < PAGE_CLASS_COUNT; i++)
		if ((classes & 1U << i) && __builtin_add_overflow(sum, numbers->class[i], &sum))
			return UINT64_MAX;
	return sum;
}

void page_finish(struct page_numbers *numbers)
{
	struct ow_memstats *memstats = &numbers->stats.memstats;

	for (size_t i = 0; i < OW_ARRAY_SIZE(sums); i++) {
		const unsigned needs = sums[i].of | sums[i].of_second;
		const uint64_t first = sum_of(numbers, sums[i].of);
		const uint64_t second = sum_of(numbers, sums[i].of_second);

		if ((memstats->have & sums[i].have) || (numbers->have_class & needs) != needs)
			continue;
		memcpy((char *)memstats + sums[i].at, &first, sizeof(first));
		if (sums[i].second)
			memcpy((char *)memstats + sums[i].second, &second, sizeof(second));
		memstats->have |= sums[i].have;
	}
}
