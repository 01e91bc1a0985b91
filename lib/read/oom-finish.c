/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "read/oom-build.h"
#include "read/owner.h"

#define PAGE_GUESS 4096

/* The power of two that bytes / pages is, or nearly is: the two were counted a moment apart. */
static uint64_t page_size(uint64_t bytes, uint64_t pages)
{
	for (uint64_t page = 1024; pages && page <= OW_MIB(1); page *= 2)
		if (bytes / pages + bytes / pages / 8 >= page && bytes / pages <= page + page / 8)
			return page;
	return 0;
}

/* The kill line gives in kB what the table gives in pages. */
static uint64_t page_by_victim(struct ow_oom_build *b)
{
	const struct ow_oom *oom = &b->oom;
	const struct ow_oom_victim *v = ow_oom_victims(oom);
	uint64_t page = 0;

	for (size_t i = 0; i < oom->victims.n && !page; i++) {
		const struct ow_oom_task *t = ow_oom_find_task(b, v[i].pid);

		if (t && (v[i].have & OW_VICTIM_TOTAL_VM) && (t->have & OW_TASK_TOTAL_VM))
			page = page_size(v[i].total_vm_bytes, t->total_vm_bytes);
	}
	return page;
}

/*
 * Rows without their header are kept only where nothing speaks against what was made of them: the
 * sums of the rows that have one, and what the kill line says of the victim.
 */
static void check_lone_table(struct ow_oom_build *b)
{
	struct ow_oom *oom = &b->oom;
	const struct ow_oom_task *t = ow_oom_tasks(oom);
	const unsigned parts = OW_TASK_RSS_ANON | OW_TASK_RSS_FILE | OW_TASK_RSS_SHMEM;
	bool wrong = false;

	if (!b->lone_table)
		return;
	for (size_t i = 0; i < oom->tasks.n; i++)
		wrong |= (t[i].have & parts) == parts &&
			 t[i].rss_bytes !=
				 t[i].rss_anon_bytes + t[i].rss_file_bytes + t[i].rss_shmem_bytes;
	for (size_t i = 0; i < oom->victims.n; i++) {
		const struct ow_oom_victim *v = &ow_oom_victims(oom)[i];

		t = ow_oom_find_task(b, v->pid);
		wrong |= t && (v->have & OW_VICTIM_TOTAL_VM) &&
			 !page_size(v->total_vm_bytes, t->total_vm_bytes);
	}
	if (wrong)
		oom->tasks.n = b->by_pid.n = 0;
	ow_oom_note_text(b, wrong ? OW_STR("the header of the task table is lost, and its rows "
					   "are left out: what they mean is not certain")
				  : OW_STR("the header of the task table is lost: its columns "
					   "follow from where its numbers stand"));
}

static void set_page(struct ow_oom_build *b)
{
	const struct {
		uint64_t bytes;
		const char *from;
	} sources[] = {
		{ b->buddy_unit_bytes, "the lists of free blocks begin with it" },
		{ page_by_victim(b), "total-vm of the killed against total_vm of its row" },
		{ page_size(b->node_lru_bytes, b->lru_pages),
		  "the lists of the nodes in kB against those of the machine in pages" },
	};
	struct ow_oom *oom = &b->oom;

	for (size_t i = 0; !oom->page_bytes && i < OW_ARRAY_SIZE(sources); i++) {
		oom->page_bytes = sources[i].bytes;
		oom->page_from = sources[i].bytes ? sources[i].from : NULL;
	}
	if (oom->page_bytes)
		oom->have |= OW_OOM_PAGE;
}

/* Pages to bytes; a number that has no room as bytes is no number of pages. */
static void scale(uint64_t *value, uint64_t page, unsigned *have, unsigned bit)
{
	if ((*have & bit) && __builtin_mul_overflow(*value, page, value))
		*have &= ~bit;
}

static void scale_tasks(struct ow_oom_build *b, uint64_t page)
{
	struct ow_oom_task *t = ow_oom_tasks(&b->oom);

	for (size_t i = 0; i < b->oom.tasks.n; i++, t++) {
		const unsigned have = t->have;

		scale(&t->total_vm_bytes, page, &t->have, OW_TASK_TOTAL_VM);
		scale(&t->rss_bytes, page, &t->have, OW_TASK_RSS);
		scale(&t->rss_anon_bytes, page, &t->have, OW_TASK_RSS_ANON);
		scale(&t->rss_file_bytes, page, &t->have, OW_TASK_RSS_FILE);
		scale(&t->rss_shmem_bytes, page, &t->have, OW_TASK_RSS_SHMEM);
		scale(&t->swap_bytes, page, &t->have, OW_TASK_SWAP);
		if (b->table_pages)
			scale(&t->pgtables_bytes, page, &t->have, OW_TASK_PGTABLES);
		b->odd_rows += t->have != have;
	}
}

/* Reserves that have no room as bytes are none that a kernel has: the zone's are left out. */
static void scale_zones(const struct ow_oom_build *b, uint64_t page)
{
	struct ow_oom_zone *zone = ow_oom_zones(&b->oom);

	for (size_t i = 0; i < b->oom.zones.n; i++) {
		uint64_t *reserve = zone[i].reserve.item;

		for (size_t k = 0; k < zone[i].reserve.n; k++)
			if (__builtin_mul_overflow(reserve[k], page, &reserve[k]))
				zone[i].reserve.n = 0;
	}
}

static void note_pages(struct ow_oom_build *b, const char *name, uint64_t pages)
{
	const char *words = ow_printf(b->arena, "%s %" PRIu64, name, pages);

	ow_oom_note_absurd(b, ow_str(words ? words : name));
}

static void scale_meminfo(struct ow_oom_build *b, uint64_t page)
{
	struct ow_oom *oom = &b->oom;
	struct ow_stat *stat = oom->meminfo.item;
	const uint64_t pages = oom->ram_bytes;
	const bool ram = oom->have & OW_OOM_RAM;
	size_t n = 0;

	for (size_t i = 0; i < oom->meminfo.n; i++) {
		unsigned long long bytes;

		if (__builtin_mul_overflow(stat[i].value, page, &bytes)) {
			note_pages(b, stat[i].name, stat[i].value);
			continue;
		}
		stat[n] = stat[i];
		stat[n++].value = bytes;
	}
	oom->meminfo.n = n;
	scale(&oom->ram_bytes, page, &oom->have, OW_OOM_RAM);
	scale(&oom->reserved_bytes, page, &oom->have, OW_OOM_RAM);
	if (ram && !(oom->have & OW_OOM_RAM))
		note_pages(b, "pages RAM", pages);
}

static void add_meminfo(struct ow_oom_build *b, const char *name, uint64_t bytes, size_t line)
{
	struct ow_stat *stat = line ? ow_oom_add(b, &b->oom.meminfo, sizeof(*stat)) : NULL;

	if (stat)
		*stat = (struct ow_stat){ name, bytes, line };
}

static void note_odd_rows(struct ow_oom_build *b)
{
	const char *note;

	if (b->odd_rows == 0 || b->oom.tasks.n == 0)
		return;
	note = ow_printf(b->arena,
			 "%zu row%s of the task table %s a number that is below zero, or damaged: "
			 "left out",
			 b->odd_rows, b->odd_rows == 1 ? "" : "s",
			 b->odd_rows == 1 ? "has" : "have");
	if (note)
		ow_oom_note_text(b, ow_str(note));
}

static void convert(struct ow_oom_build *b)
{
	struct ow_oom *oom = &b->oom;
	uint64_t page;

	check_lone_table(b);
	set_page(b);
	page = oom->page_bytes ? oom->page_bytes : PAGE_GUESS;
	if (!oom->page_bytes && (oom->tasks.n || oom->meminfo.n || (oom->have & OW_OOM_RAM)))
		ow_oom_note_text(b, OW_STR("the page size is not in the record: 4096 assumed"));
	scale_tasks(b, page);
	scale_meminfo(b, page);
	scale_zones(b, page);
	note_odd_rows(b);
	add_meminfo(b, "kernel_stack", b->kernel_stack_bytes, b->kernel_stack_line);
	add_meminfo(b, "hugetlb", b->hugetlb_bytes, b->hugetlb_line);
	add_meminfo(b, "hugetlb_free", b->hugetlb_free_bytes, b->hugetlb_line);
}

/* Without a kill line the oom-kill: line names the victim, unless that was dying already. */
static void set_victims(struct ow_oom_build *b)
{
	struct ow_oom *oom = &b->oom;
	struct ow_oom_victim *v = ow_oom_victims(oom);

	if (oom->victims.n == 0 && b->chosen.line && b->chosen.pid != b->exiting_pid &&
	    !(oom->have & OW_OOM_NO_VICTIM)) {
		v = ow_oom_add(b, &oom->victims, sizeof(*v));
		if (v)
			*v = b->chosen;
	}
	/* 5.4 to 5.4.1x print bytes there and call them kB. */
	for (size_t i = 0; v && i < oom->victims.n; i++) {
		const struct ow_oom_task *t = ow_oom_find_task(b, v[i].pid);

		if (!t || b->table_pages || !(t->have & OW_TASK_PGTABLES) ||
		    !(v[i].have & OW_VICTIM_PGTABLES) || t->pgtables_bytes == 0 ||
		    v[i].pgtables_bytes / 1024 != t->pgtables_bytes)
			continue;
		v[i].pgtables_bytes = t->pgtables_bytes;
		ow_oom_note_text(b, OW_STR("pgtables of the kill line are bytes, not kB: "
					   "an error of this kernel"));
	}
}

static bool constraint_is(const struct ow_oom *oom, const char *name)
{
	return oom->constraint && strcmp(oom->constraint, name) == 0;
}

/* A cgroup's limit has the most witnesses. CONSTRAINT_NONE is none: 5.0 and 5.1 print it always. */
static bool is_memcg(const struct ow_oom_build *b)
{
	const struct ow_oom *oom = &b->oom;

	return oom->limit_memcg || oom->lines.memory || oom->lines.swap || oom->lines.kmem ||
	       oom->lines.stats || b->prefix == OW_PREFIX_MEMCG || b->memcg_trace ||
	       constraint_is(oom, "CONSTRAINT_MEMCG");
}

static enum ow_oom_kind kind_of(const struct ow_oom_build *b)
{
	const struct ow_oom *oom = &b->oom;

	if (b->panic_on_oom)
		return OW_OOM_PANIC;
	if (b->sysrq_trace || ((oom->trigger.have & OW_TRIGGER_ORDER) && oom->trigger.order == -1))
		return OW_OOM_SYSRQ;
	if (is_memcg(b))
		return OW_OOM_MEMCG;
	if (b->prefix == OW_PREFIX_CPUSET || constraint_is(oom, "CONSTRAINT_CPUSET"))
		return OW_OOM_CPUSET;
	if (b->prefix == OW_PREFIX_MEMPOLICY || constraint_is(oom, "CONSTRAINT_MEMORY_POLICY"))
		return OW_OOM_MEMPOLICY;
	if ((oom->have & OW_OOM_GLOBAL_OOM) || b->prefix == OW_PREFIX_GLOBAL ||
	    b->prefix == OW_PREFIX_ALLOCATING || oom->lines.meminfo || oom->meminfo.n ||
	    oom->zones.n || b->page_trace)
		return OW_OOM_GLOBAL;
	return OW_OOM_UNKNOWN;
}

static void add_missing(struct ow_oom_build *b, bool missing, const char *part)
{
	const char **item = missing ? ow_oom_add(b, &b->oom.missing, sizeof(*item)) : NULL;

	if (item)
		*item = part;
}

/*
 * What a complete record of this kind would have. The oom-kill: line came with 5.0: where nothing
 * tells an old kernel from a lost line, it is not missed.
 */
static void set_missing(struct ow_oom_build *b)
{
	const struct ow_oom *oom = &b->oom;
	bool no_kill = (oom->have & OW_OOM_NO_VICTIM) || b->panic_on_oom;
	bool killed = oom->victims.n && ow_oom_victims(oom)[0].line != oom->lines.constraint;
	bool memcg = oom->kind == OW_OOM_MEMCG || oom->lines.memory;
	bool new_form = (oom->trigger.gfp_flags && !oom->nodemask) || (killed && b->prefix);

	add_missing(b, !oom->lines.head, "head");
	add_missing(b, !oom->lines.kernel, "kernel");
	add_missing(b, memcg && !oom->lines.memory, "memory");
	add_missing(b, memcg && oom->memory_stat.n == 0, "stats");
	add_missing(b, !memcg && oom->kind != OW_OOM_UNKNOWN && oom->meminfo.n == 0, "meminfo");
	add_missing(b, oom->tasks.n == 0, "tasks");
	add_missing(b, !oom->lines.constraint && !no_kill && !b->old_form && new_form,
		    "constraint");
	add_missing(b, !killed && !no_kill && b->exiting_pid < 0, "kill");
}

static void finish_userspace(struct ow_oom_build *b)
{
	b->oom.kind = OW_OOM_USERSPACE;
	if (!(b->oom.have & OW_OOM_VERIFIED))
		ow_oom_note_text(b, OW_STR("who wrote this is known from the log alone: any "
					   "program can take that name"));
}

static void finish_failure(struct ow_oom_build *b)
{
	convert(b);
	b->oom.kind = OW_OOM_ALLOCATION;
	add_missing(b, !b->oom.lines.kernel, "kernel");
	add_missing(b, b->oom.meminfo.n == 0, "meminfo");
}

void ow_oom_finish(struct ow_oom_build *b)
{
	struct ow_oom *oom = &b->oom;

	if (oom->killer) {
		finish_userspace(b);
	} else if (b->aside) {
		finish_failure(b);
	} else {
		convert(b);
		set_victims(b);
		oom->kind = kind_of(b);
		if (b->prefix == OW_PREFIX_ALLOCATING)
			oom->have |= OW_OOM_ALLOCATING;
		set_missing(b);
	}
	if (oom->limit_memcg)
		(void)ow_owner_read(oom->limit_memcg, b->arena, &oom->limit_owner);
	if (oom->task_memcg && oom->limit_memcg && !oom->task_owner.id &&
	    strcmp(oom->task_memcg, oom->limit_memcg) == 0)
		oom->task_owner = oom->limit_owner;
	if (oom->task_memcg && !oom->task_owner.id)
		(void)ow_owner_read(oom->task_memcg, b->arena, &oom->task_owner);
	if (b->full)
		ow_oom_note_text(b, OW_STR("the record is too long to be kept whole: its end was "
					   "left out"));
}
