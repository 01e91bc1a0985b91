/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/balance.h"

#include "analyze/words.h"

/* The value of the first of these names that there is. v1 prints "total_rss" for the group with
 * its children and "rss" for the group alone. */
static struct ow_amount first_of(const struct ow_list *stats, const char *const *name)
{
	for (; *name; name++) {
		const struct ow_stat *stat = ow_stat_find(stats, *name);

		if (stat)
			return (struct ow_amount){ .have = true,
						   .bytes = stat->value,
						   .line = stat->line };
	}
	return (struct ow_amount){ 0 };
}

#define FIRST(stats, ...) first_of((stats), (const char *const[]){ __VA_ARGS__, NULL })

static struct ow_amount plus(struct ow_amount a, struct ow_amount b)
{
	if (!a.have || !b.have)
		return a.have ? a : b;
	a.bytes = ow_add(a.bytes, b.bytes);
	a.line2 = b.line;
	return a;
}

static struct ow_amount minus(struct ow_amount a, struct ow_amount b)
{
	if (b.have) {
		a.bytes = ow_less(a.bytes, b.bytes);
		a.line2 = b.line;
	}
	return a;
}

static struct ow_amount at_line(bool have, uint64_t bytes, size_t line)
{
	return (struct ow_amount){ .have = have, .bytes = have ? bytes : 0, .line = line };
}

/* Sums of the rows: swap entries, and page tables for kernels whose statistics lack them. */
static void sum_table(const struct ow_oom *oom, struct ow_amount *swapents,
		      struct ow_amount *pagetables)
{
	const struct ow_oom_task *task = ow_oom_tasks(oom);

	for (size_t i = 0; i < oom->tasks.n; i++) {
		if (task[i].have & OW_TASK_SWAP)
			*swapents = at_line(true, ow_add(swapents->bytes, task[i].swap_bytes),
					    oom->lines.table);
		if (task[i].have & OW_TASK_PGTABLES)
			*pagetables =
				at_line(true, ow_add(pagetables->bytes, task[i].pgtables_bytes),
					oom->lines.table);
	}
}

static void kernel_parts(struct ow_balance *b, const struct ow_list *stats)
{
	b->part[OW_PART_SLAB] = FIRST(stats, "slab");
	if (!b->part[OW_PART_SLAB].have)
		b->part[OW_PART_SLAB] =
			plus(FIRST(stats, "slab_unreclaimable"), FIRST(stats, "slab_reclaimable"));
	if (!b->part[OW_PART_PAGETABLES].have)
		b->part[OW_PART_PAGETABLES] =
			plus(FIRST(stats, "pagetables"), FIRST(stats, "sec_pagetables"));
	b->part[OW_PART_STACKS] = FIRST(stats, "kernel_stack");
	b->part[OW_PART_PERCPU] = plus(FIRST(stats, "percpu"), FIRST(stats, "vmalloc"));
}

static uint64_t named_kernel_bytes(const struct ow_balance *b)
{
	uint64_t sum = 0;

	for (enum ow_part p = OW_PART_SLAB; p <= OW_PART_PERCPU; p++)
		sum = ow_add(sum, b->part[p].bytes);
	return sum;
}

static void rest_of(struct ow_balance *b)
{
	uint64_t known = b->machine ? b->part[OW_PART_HUGETLB].bytes : 0;

	if (!b->usage.have || !b->part[OW_PART_ANON].have || !b->part[OW_PART_CACHE].have)
		return;
	for (enum ow_part p = OW_PART_ANON; p <= OW_PART_SWAPCACHED; p++)
		known = ow_add(known, b->part[p].bytes);
	if (b->part[OW_PART_KERNEL].have)
		known = ow_add(known, b->part[OW_PART_KERNEL].bytes);
	else
		known = ow_add(known, named_kernel_bytes(b));
	if (b->machine && b->part[OW_PART_UNEVICTABLE].have)
		known = ow_add(known, b->part[OW_PART_UNEVICTABLE].bytes);
	b->rest = at_line(true, ow_less(b->usage.bytes, known), b->usage.line);
}

static void of_cgroup(const struct ow_oom *oom, struct ow_balance *b)
{
	const struct ow_list *stats = &oom->memory_stat;
	struct ow_amount file = FIRST(stats, "file", "total_cache", "cache");

	b->usage = at_line(oom->have & OW_OOM_USAGE, oom->usage_bytes, oom->lines.memory);
	b->limit = at_line(oom->have & OW_OOM_LIMIT, oom->limit_bytes, oom->lines.memory);
	if ((oom->have & OW_OOM_SWAP) && (oom->swap.have & OW_COUNTER_USAGE))
		b->swap = at_line(true, oom->swap.usage_bytes, oom->lines.swap);
	else if (oom->have & OW_OOM_MEMSW)
		b->swap = FIRST(stats, "total_swap", "swap");
	if (!b->swap.have && (oom->have & OW_OOM_MEMSW) && (oom->memsw.have & OW_COUNTER_USAGE) &&
	    b->usage.have)
		b->swap = at_line(true, ow_less(oom->memsw.usage_bytes, oom->usage_bytes),
				  oom->lines.swap);

	b->part[OW_PART_ANON] = FIRST(stats, "anon", "total_rss", "rss");
	b->part[OW_PART_SHMEM] = FIRST(stats, "shmem", "total_shmem");
	b->part[OW_PART_CACHE] = file.have && b->part[OW_PART_SHMEM].have
					 ? minus(file, b->part[OW_PART_SHMEM])
					 : file;
	b->part[OW_PART_SOCK] = FIRST(stats, "sock");
	/* v1 counts the swap cache in rss, where "total_rss" or "rss" is printed. */
	if (!FIRST(stats, "total_rss", "rss").have)
		b->part[OW_PART_SWAPCACHED] = FIRST(stats, "swapcached");
	b->part[OW_PART_DIRTY] =
		plus(FIRST(stats, "file_dirty", "total_dirty", "dirty"),
		     FIRST(stats, "file_writeback", "total_writeback", "writeback"));
	b->part[OW_PART_UNEVICTABLE] = FIRST(stats, "unevictable", "total_unevictable");
	kernel_parts(b, stats);
	b->part[OW_PART_KERNEL] = FIRST(stats, "kernel");
	if (!b->part[OW_PART_KERNEL].have && (oom->have & OW_OOM_KMEM) &&
	    (oom->kmem.have & OW_COUNTER_USAGE))
		b->part[OW_PART_KERNEL] = at_line(true, oom->kmem.usage_bytes, oom->lines.kmem);
	b->complete = b->part[OW_PART_KERNEL].have;
}

static uint64_t lru_bytes(const struct ow_list *stats)
{
	static const char *const names[] = { "active_anon", "inactive_anon", "active_file",
					     "inactive_file" };
	uint64_t sum = 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		const struct ow_stat *stat = ow_stat_find(stats, names[i]);

		sum = ow_add(sum, stat ? stat->value : 0);
	}
	return sum;
}

/* The zones that were printed have all that is free, their nodes all that is used, and "pages RAM"
 * says much more than they have: then that line was not read as it was written. */
static bool ram_is_torn(const struct ow_oom *oom)
{
	const struct ow_oom_zone *zone = ow_oom_zones(oom);
	const struct ow_oom_node *node = oom->nodes.item;
	const struct ow_stat *free = ow_stat_find(&oom->meminfo, "free");
	uint64_t present = 0, zones_free = 0, lru = 0;

	for (size_t i = 0; i < oom->zones.n; i++) {
		present = ow_add(present, zone[i].present_bytes);
		zones_free = ow_add(zones_free, zone[i].free_bytes);
	}
	for (size_t i = 0; i < oom->nodes.n; i++)
		lru = ow_add(lru, lru_bytes(&node[i].meminfo));
	return free && present && oom->nodes.n && oom->ram_bytes / 2 > present &&
	       zones_free == free->value && lru == lru_bytes(&oom->meminfo);
}

static void of_machine(const struct ow_oom *oom, struct ow_balance *b)
{
	const struct ow_list *stats = &oom->meminfo;
	/* What is on the CPUs' own lists is free as well. */
	struct ow_amount free = plus(FIRST(stats, "free"), FIRST(stats, "free_pcp"));
	struct ow_amount anon =
		plus(plus(FIRST(stats, "active_anon"), FIRST(stats, "inactive_anon")),
		     FIRST(stats, "isolated_anon"));

	b->machine = true;
	b->limit = at_line((oom->have & OW_OOM_RAM) && !ram_is_torn(oom),
			   ow_less(oom->ram_bytes, oom->reserved_bytes), oom->lines.ram);
	if (b->limit.have && free.have)
		b->usage = at_line(true, ow_less(b->limit.bytes, free.bytes), free.line);
	if ((oom->have & OW_OOM_SWAP_TOTAL) && (oom->have & OW_OOM_SWAP_FREE))
		b->swap = at_line(true, ow_less(oom->swap_total_bytes, oom->swap_free_bytes),
				  oom->lines.free_swap);

	b->part[OW_PART_SHMEM] = FIRST(stats, "shmem");
	/* Shared memory is on the anonymous lists. */
	b->part[OW_PART_ANON] = minus(anon, b->part[OW_PART_SHMEM]);
	b->part[OW_PART_CACHE] =
		plus(plus(FIRST(stats, "active_file"), FIRST(stats, "inactive_file")),
		     FIRST(stats, "isolated_file"));
	b->part[OW_PART_HUGETLB] = FIRST(stats, "hugetlb");
	b->part[OW_PART_DIRTY] = plus(FIRST(stats, "dirty"), FIRST(stats, "writeback"));
	b->part[OW_PART_UNEVICTABLE] = FIRST(stats, "unevictable");
	b->part[OW_PART_PAGETABLES] =
		plus(FIRST(stats, "pagetables"), FIRST(stats, "sec_pagetables"));
	kernel_parts(b, stats);
}

void ow_balance_make(const struct ow_oom *oom, struct ow_balance *ret)
{
	struct ow_balance b = { 0 };
	struct ow_amount pagetables = { 0 };

	if (oom->kind == OW_OOM_MEMCG)
		of_cgroup(oom, &b);
	else
		of_machine(oom, &b);
	sum_table(oom, &b.swapents, &pagetables);
	if (!b.part[OW_PART_PAGETABLES].have)
		b.part[OW_PART_PAGETABLES] = pagetables;
	/* Without swap accounting the group's counter is 0, or there is none. */
	if (b.swapents.have && (!b.swap.have || b.swap.bytes < b.swapents.bytes))
		b.swap = b.swapents;
	b.total = plus(b.usage, b.swap);
	b.total.have = b.usage.have;
	rest_of(&b);
	*ret = b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t ow_balance_most(const struct ow_balance *b, enum ow_part part)
{
	uint64_t most = UINT64_MAX;

	if (b->part[part].have)
		return b->part[part].bytes;
	if (part == OW_PART_SHMEM && b->part[OW_PART_CACHE].have)
		return b->part[OW_PART_CACHE].bytes;
	if (part >= OW_PART_SLAB && part <= OW_PART_PERCPU && b->part[OW_PART_KERNEL].have)
		most = ow_less(b->part[OW_PART_KERNEL].bytes, named_kernel_bytes(b));
	if (b->rest.have && !(part >= OW_PART_SLAB && b->part[OW_PART_KERNEL].have))
		most = smaller(most, b->rest.bytes);
	return most;
}

struct ow_amount ow_balance_swapped_shmem(const struct ow_balance *b)
{
	struct ow_amount rest = { 0 };

	if (b->swap.have && b->swapents.have)
		rest = at_line(true, ow_less(b->swap.bytes, b->swapents.bytes), b->swap.line);
	else if (b->swap.have && b->swap.bytes == 0)
		rest = at_line(true, 0, b->swap.line);
	return rest;
}
