/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/account-internal.h"
#include "analyze/group.h"
#include "analyze/words.h"

/* What the runtime's part of the steps needs, all of one page: the numbers of two add up to
 * nothing. */
#define KEY_NUMBERS                                                                                \
	(OW_MEMSTATS_SYS | OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_HEAP_IDLE |                        \
	 OW_MEMSTATS_HEAP_INUSE | OW_MEMSTATS_HEAP_RELEASED | OW_MEMSTATS_STACK |                  \
	 OW_MEMSTATS_MSPAN | OW_MEMSTATS_MCACHE | OW_MEMSTATS_BUCK_HASH_SYS | OW_MEMSTATS_GC_SYS | \
	 OW_MEMSTATS_OTHER_SYS)

/* The page that has most of them; of equal ones the latest, else that which costs the process least
 * to write, as its numbers are then nearest to those of /proc. */
static const struct ow_go_stats *choose(const struct ow_go_moment *from)
{
	static const int rank[OW_GO_PAGE_COUNT] = {
		[OW_GO_PAGE_HEAP] = 0,
		[OW_GO_PAGE_RUNTIME] = 1,
		[OW_GO_PAGE_METRICS] = 2,
	};
	const struct ow_go_stats *best = NULL;

	for (size_t i = 0; i < from->n_stats; i++) {
		const struct ow_go_stats *s = &from->stats[i];
		const int more =
			best ? __builtin_popcount(s->memstats.have & KEY_NUMBERS) -
					__builtin_popcount(best->memstats.have & KEY_NUMBERS)
			     : 1;
		const bool timed = best && best->source.time_usec && s->source.time_usec &&
				   best->source.time_usec != s->source.time_usec;

		if (more > 0 || (more == 0 && (timed ? s->source.time_usec > best->source.time_usec
						     : rank[s->page] > rank[best->page])))
			best = s;
	}
	return best && best->memstats.have ? best : NULL;
}

static void put(struct ow_account_moment *m, enum ow_account_number number, uint64_t value,
		const struct ow_go_source *source)
{
	m->have |= UINT32_C(1) << number;
	m->value[number] = value;
	m->source[number] = source;
}

/* All but the heap itself and the stacks. */
static uint64_t structures(const struct ow_memstats *s)
{
	uint64_t sum = ow_add(s->mspan_sys_bytes, s->mcache_sys_bytes);

	sum = ow_add(sum, s->buck_hash_sys_bytes);
	sum = ow_add(sum, s->gc_sys_bytes);
	return ow_add(sum, s->other_sys_bytes);
}

static void add_memory(struct ow_account_moment *m, const struct ow_go_stats *stats)
{
	const unsigned of_structures = OW_MEMSTATS_MSPAN | OW_MEMSTATS_MCACHE |
				       OW_MEMSTATS_BUCK_HASH_SYS | OW_MEMSTATS_GC_SYS |
				       OW_MEMSTATS_OTHER_SYS;
	const struct ow_memstats *s = &stats->memstats;
	const struct {
		unsigned needs;
		enum ow_account_number number;
		uint64_t value;
	} numbers[] = {
		{ OW_MEMSTATS_HEAP_ALLOC, OW_ACCOUNT_HEAP_ALLOC, s->heap_alloc_bytes },
		{ OW_MEMSTATS_HEAP_INUSE, OW_ACCOUNT_HEAP_INUSE, s->heap_inuse_bytes },
		{ OW_MEMSTATS_HEAP_IDLE | OW_MEMSTATS_HEAP_RELEASED, OW_ACCOUNT_IDLE,
		  ow_less(s->heap_idle_bytes, s->heap_released_bytes) },
		{ OW_MEMSTATS_HEAP_RELEASED, OW_ACCOUNT_RELEASED, s->heap_released_bytes },
		{ OW_MEMSTATS_STACK, OW_ACCOUNT_STACKS, s->stack_sys_bytes },
		{ of_structures, OW_ACCOUNT_STRUCTURES, structures(s) },
		{ OW_MEMSTATS_SYS | OW_MEMSTATS_HEAP_RELEASED, OW_ACCOUNT_GO,
		  ow_less(s->sys_bytes, s->heap_released_bytes) },
	};

	m->stats = stats;
	for (size_t i = 0; i < OW_ARRAY_SIZE(numbers); i++)
		if ((s->have & numbers[i].needs) == numbers[i].needs)
			put(m, numbers[i].number, numbers[i].value, &stats->source);
}

/* What any page says, the chosen one first. */
static void add_rest(struct ow_account_moment *m, const struct ow_go_stats *s)
{
	const struct {
		bool have;
		enum ow_account_number number;
		uint64_t value;
	} numbers[] = {
		{ s->have & OW_GO_LIVE, OW_ACCOUNT_LIVE, s->live_bytes },
		{ s->memstats.have & OW_MEMSTATS_NEXT_GC, OW_ACCOUNT_GOAL,
		  s->memstats.next_gc_bytes },
		{ s->have & OW_GO_GOROUTINES, OW_ACCOUNT_GOROUTINES, s->goroutines },
		{ s->memstats.have & OW_MEMSTATS_GC_COUNT, OW_ACCOUNT_GC_COUNT,
		  s->memstats.gc_count },
		{ s->have & OW_GO_LIMITER, OW_ACCOUNT_LIMITER, s->limiter_cycle },
		{ s->memstats.have & OW_MEMSTATS_TOTAL_ALLOC, OW_ACCOUNT_TOTAL_ALLOC,
		  s->memstats.total_alloc_bytes },
		{ s->have & OW_GO_GOGC, OW_ACCOUNT_GOGC, s->gogc_percent },
		{ s->have & OW_GO_MEMORY_LIMIT, OW_ACCOUNT_MEMORY_LIMIT, s->memory_limit_bytes },
		{ s->have & OW_GO_RESIDENT, OW_ACCOUNT_RSS, s->resident_bytes },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(numbers); i++)
		if (numbers[i].have && !(m->have & UINT32_C(1) << numbers[i].number))
			put(m, numbers[i].number, numbers[i].value, &s->source);
	if (!m->last_gc_usec && (s->memstats.have & OW_MEMSTATS_LAST_GC))
		m->last_gc_usec = s->memstats.last_gc_usec;
	if (!m->time_usec)
		m->time_usec = s->source.time_usec;
}

static void add_process(struct ow_account_moment *m, const struct ow_go_moment *from)
{
	const struct ow_process *p = from->process;

	if (p->have & OW_PROCESS_RSS)
		put(m, OW_ACCOUNT_RSS, p->rss_bytes, &from->status_source);
	if (p->have & OW_PROCESS_RSS_PARTS) {
		put(m, OW_ACCOUNT_RSS_ANON, p->rss_anon_bytes, &from->status_source);
		put(m, OW_ACCOUNT_RSS_FILE, p->rss_file_bytes, &from->status_source);
		put(m, OW_ACCOUNT_RSS_SHMEM, p->rss_shmem_bytes, &from->status_source);
	} else if (p->have & OW_PROCESS_PSS_PARTS) {
		put(m, OW_ACCOUNT_RSS_ANON, p->pss_anon_bytes, &from->smaps_source);
	}
	if (p->have & OW_PROCESS_SWAP)
		put(m, OW_ACCOUNT_SWAPPED, p->swap_bytes, &from->status_source);
	if (p->have & OW_PROCESS_LAZY_FREE)
		put(m, OW_ACCOUNT_LAZY_FREE, p->lazy_free_bytes, &from->smaps_source);
	if (p->have & OW_PROCESS_ANON_THP)
		put(m, OW_ACCOUNT_HUGE, p->anon_thp_bytes, &from->smaps_source);
}

static void add_group(struct ow_account_moment *m, const struct ow_go_moment *from)
{
	const struct ow_go_source *source = &from->cgroup_source;
	const struct ow_cgroup *group = from->cgroup;
	struct ow_balance balance;
	const struct ow_amount *part = balance.part;

	if (group->have & OW_CGROUP_USAGE)
		put(m, OW_ACCOUNT_USAGE, group->usage_bytes, source);
	if (group->have & OW_CGROUP_BINDING_LIMIT)
		put(m, OW_ACCOUNT_LIMIT, group->binding_limit.limit_bytes, source);
	else if (group->have & OW_CGROUP_LIMIT)
		put(m, OW_ACCOUNT_LIMIT, group->limit_bytes, source);
	ow_group_balance(group, &balance);
	if (part[OW_PART_ANON].have)
		put(m, OW_ACCOUNT_GROUP_ANON, part[OW_PART_ANON].bytes, source);
	if (part[OW_PART_SHMEM].have)
		put(m, OW_ACCOUNT_GROUP_SHMEM, part[OW_PART_SHMEM].bytes, source);
	if (part[OW_PART_CACHE].have)
		put(m, OW_ACCOUNT_GROUP_FILE,
		    ow_add(part[OW_PART_CACHE].bytes, part[OW_PART_SHMEM].bytes), source);
	if (part[OW_PART_KERNEL].have)
		put(m, OW_ACCOUNT_GROUP_KERNEL,
		    ow_add(part[OW_PART_KERNEL].bytes, part[OW_PART_SOCK].bytes), source);
}

/* "80MiB", "1000000", "off" as GOMEMLIMIT and GOGC take them; false when it is none. */
static bool scan_setting(const char *text, bool is_percent, uint64_t *ret)
{
	static const struct {
		const char *unit;
		uint64_t size;
	} units[] = { { "B", 1 },
		      { "KiB", OW_KIB(1) },
		      { "MiB", OW_MIB(1) },
		      { "GiB", (uint64_t)1 << 30 },
		      { "TiB", (uint64_t)1 << 40 } };
	struct ow_str s = ow_str(text);
	uint64_t value;

	if (ow_str_is(s, "off") || (is_percent && s.n && s.p[0] == '-')) {
		*ret = UINT64_MAX;
		return true;
	}
	if (!ow_scan_u64(&s, &value))
		return false;
	for (size_t i = 0; !is_percent && i < OW_ARRAY_SIZE(units); i++)
		if (ow_str_is(s, units[i].unit))
			return !__builtin_mul_overflow(value, units[i].size, ret);
	if (s.n == 0)
		*ret = value;
	return s.n == 0;
}

/* What the program was started with holds until it says otherwise: a page that says so is better.
 * What was not set there the program may have set itself. */
static void add_environment(struct ow_account_moment *m, const struct ow_go_environment *e)
{
	uint64_t value;

	if (e->gomemlimit && !ow_account_has(m, OW_ACCOUNT_BIT(MEMORY_LIMIT)) &&
	    scan_setting(e->gomemlimit, false, &value))
		put(m, OW_ACCOUNT_MEMORY_LIMIT, value, &e->source);
	if (e->gogc && !ow_account_has(m, OW_ACCOUNT_BIT(GOGC)) &&
	    scan_setting(e->gogc, true, &value))
		put(m, OW_ACCOUNT_GOGC, value, &e->source);
}

static int64_t clamp(uint64_t bytes)
{
	return bytes < INT64_MAX / 4 ? (int64_t)bytes : INT64_MAX / 4;
}

void account_numbers(const struct ow_go_moment *from, uint64_t limit_bytes,
		     const struct ow_go_source *limit_source, struct ow_account_moment *ret)
{
	const uint32_t of_gap =
		OW_ACCOUNT_BIT(RSS_ANON) | OW_ACCOUNT_BIT(GO) | OW_ACCOUNT_BIT(LAZY_FREE);
	struct ow_account_moment m = { .from = from };
	const struct ow_go_stats *stats = choose(from);

	if (stats) {
		add_memory(&m, stats);
		add_rest(&m, stats);
	}
	for (size_t i = 0; i < from->n_stats; i++)
		add_rest(&m, &from->stats[i]);
	if (from->profile_source.name) {
		put(&m, OW_ACCOUNT_PROFILE, from->profile_bytes, &from->profile_source);
		if (!ow_account_has(&m, OW_ACCOUNT_BIT(LIVE)))
			put(&m, OW_ACCOUNT_LIVE, from->profile_bytes, &from->profile_source);
		if (!m.time_usec)
			m.time_usec = from->profile_source.time_usec;
	}
	if (from->goroutines && !from->goroutines->cut)
		put(&m, OW_ACCOUNT_GOROUTINES, from->goroutines->total, &from->goroutines_source);
	if (from->process)
		add_process(&m, from);
	if (from->cgroup)
		add_group(&m, from);
	if (limit_bytes != UINT64_MAX)
		put(&m, OW_ACCOUNT_LIMIT, limit_bytes, limit_source);
	add_environment(&m, &from->environment);
	m.have_gap = ow_account_has(&m, of_gap);
	if (m.have_gap)
		m.gap_bytes = clamp(m.value[OW_ACCOUNT_RSS_ANON]) +
			      clamp(m.value[OW_ACCOUNT_SWAPPED]) -
			      clamp(m.value[OW_ACCOUNT_LAZY_FREE]) - clamp(m.value[OW_ACCOUNT_GO]);
	*ret = m;
}
