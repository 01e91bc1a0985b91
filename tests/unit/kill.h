/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_KILL_H
#define OW_TESTS_KILL_H

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analyze/chain.h"
#include "record/case.h"
#include "unit.h"

/*
 * Cases of one kill, made by hand: a test says what is special about its kill, and the rest is a
 * plain record with its lines. Sizes are kB, as the kernel prints them.
 */
struct kill_task {
	const char *comm;
	uint64_t anon, file, shmem, pgtables, swap;
	int64_t adj;
};

#define KILL_TASKS 80
#define KILL_STATS 24
#define KILL_NONE  UINT64_MAX /* the line is not in the record; 0 is a number */

struct kill {
	enum ow_oom_kind kind; /* OW_OOM_UNKNOWN is taken for OW_OOM_MEMCG */
	unsigned version;      /* 1 or 2; 0 is 2 */
	const char *kernel;    /* "6.12.95": has the columns of 6.8 */
	const char *limit_memcg, *task_memcg;
	enum ow_owner_kind limit_kind, task_kind; /* OW_OWNER_CGROUP unless said otherwise */
	const char *limit_id, *task_id;
	uint64_t limit, usage;
	uint64_t swap, swap_limit; /* v2; v1: memory+swap; 0 and 0 is none allowed */
	uint64_t kmem;             /* v1 */
	bool no_stats, no_table, no_kill_line, old_table;
	struct {
		const char *name;
		uint64_t value;
	} stat[KILL_STATS];
	struct kill_task
		task[KILL_TASKS]; /* pids from 100; the first is killed unless victim says */
	size_t n_tasks;           /* 0: those with a name */
	size_t victim;
	const char *trace[4];
	const char *trigger;
	int64_t order;
	uint64_t cpus;
};

struct kill_case {
	struct ow_case c;
	struct ow_oom oom;
	const struct ow_oom *kills[1];
	struct ow_container container;
	struct ow_cgroup cgroup;
	struct ow_source source;
};

static inline size_t kill_line(struct ow_arena *arena, struct ow_oom *oom, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static inline size_t kill_line(struct ow_arena *arena, struct ow_oom *oom, const char *format, ...)
{
	struct ow_oom_text *text;
	va_list args;

	oom->texts.item = ow_grow(arena, oom->texts.item, oom->texts.n, sizeof(*text));
	assert_non_null(oom->texts.item);
	text = (struct ow_oom_text *)oom->texts.item + oom->texts.n++;
	va_start(args, format);
	text->text = ow_vprintf(arena, format, args);
	va_end(args);
	text->length = strlen(text->text);
	text->line = oom->texts.n + 10;
	return text->line;
}

static inline void kill_stats(struct ow_arena *arena, const struct kill *k, struct ow_oom *oom)
{
	struct ow_list *list = k->kind == OW_OOM_GLOBAL ? &oom->meminfo : &oom->memory_stat;
	struct ow_stat *stat = ow_alloc(arena, KILL_STATS, sizeof(*stat));

	list->item = stat;
	if (k->kind == OW_OOM_GLOBAL) {
		oom->lines.meminfo = kill_line(arena, oom, "Mem-Info:");
		oom->lines.free_swap = kill_line(arena, oom, "Free swap  = 0kB");
		oom->lines.ram = kill_line(arena, oom, "524158 pages RAM");
	} else {
		oom->lines.stats =
			kill_line(arena, oom, "Memory cgroup stats for %s:", oom->limit_memcg);
	}
	for (size_t i = 0; i < KILL_STATS && k->stat[i].name; i++)
		stat[list->n++] = (struct ow_stat){
			.name = k->stat[i].name,
			.value = k->stat[i].value * 1024,
			.line = kill_line(arena, oom, "%s %" PRIu64, k->stat[i].name,
					  k->stat[i].value * 1024),
		};
}

static inline void kill_table(struct ow_arena *arena, const struct kill *k, struct ow_oom *oom)
{
	struct ow_oom_task *task = ow_alloc(arena, KILL_TASKS, sizeof(*task));

	oom->tasks.item = task;
	oom->lines.table = kill_line(arena, oom, "[  pid  ]   uid  tgid total_vm      rss name");
	for (size_t i = 0; i < KILL_TASKS && (i < k->n_tasks || (!k->n_tasks && k->task[i].comm));
	     i++) {
		const struct kill_task *t = &k->task[k->n_tasks && !k->task[i].comm ? 0 : i];
		uint64_t rss = t->anon + t->file + t->shmem;

		task[oom->tasks.n++] = (struct ow_oom_task){
			.have = OW_TASK_PID | OW_TASK_TGID | OW_TASK_UID | OW_TASK_RSS |
				OW_TASK_PGTABLES | OW_TASK_SWAP | OW_TASK_ADJ |
				(k->old_table
					 ? 0
					 : OW_TASK_RSS_ANON | OW_TASK_RSS_FILE | OW_TASK_RSS_SHMEM),
			.pid = 100 + (int64_t)i,
			.tgid = 100 + (int64_t)i,
			.comm = t->comm,
			.rss_bytes = rss * 1024,
			.rss_anon_bytes = k->old_table ? 0 : t->anon * 1024,
			.rss_file_bytes = k->old_table ? 0 : t->file * 1024,
			.rss_shmem_bytes = k->old_table ? 0 : t->shmem * 1024,
			.pgtables_bytes = t->pgtables * 1024,
			.swap_bytes = t->swap * 1024,
			.oom_score_adj = t->adj,
			.line = kill_line(arena, oom, "[%7zu]     0 %5zu %8" PRIu64 " %s", 100 + i,
					  100 + i, rss / 4, t->comm),
		};
	}
}

static inline void kill_victim(struct ow_arena *arena, const struct kill *k, struct ow_oom *oom)
{
	const struct kill_task *t = &k->task[k->victim];
	struct ow_oom_victim *victim = ow_alloc(arena, 1, sizeof(*victim));
	size_t pid = 100 + k->victim;

	*victim = (struct ow_oom_victim){
		.have = OW_VICTIM_PID | OW_VICTIM_ANON | OW_VICTIM_FILE | OW_VICTIM_SHMEM |
			OW_VICTIM_PGTABLES | OW_VICTIM_ADJ,
		.pid = (int64_t)pid,
		.comm = t->comm,
		.anon_rss_bytes = t->anon * 1024,
		.file_rss_bytes = t->file * 1024,
		.shmem_rss_bytes = t->shmem * 1024,
		.pgtables_bytes = t->pgtables * 1024,
		.oom_score_adj = t->adj,
	};
	victim->line = kill_line(arena, oom,
				 "%s: Killed process %zu (%s) total-vm:99999kB, anon-rss:%" PRIu64
				 "kB, file-rss:%" PRIu64 "kB, shmem-rss:%" PRIu64
				 "kB, UID:0 pgtables:%" PRIu64 "kB oom_score_adj:%" PRId64,
				 oom->kind == OW_OOM_MEMCG ? "Memory cgroup out of memory"
							   : "Out of memory",
				 pid, t->comm, t->anon, t->file, t->shmem, t->pgtables, t->adj);
	oom->victims = (struct ow_list){ victim, 1 };
}

static inline struct ow_owner kill_owner(const char *path, const char *id, enum ow_owner_kind kind)
{
	return (struct ow_owner){ .kind = kind,
				  .runtime = kind == OW_OWNER_CONTAINER ? "docker" : NULL,
				  .id = id ? id : path,
				  .path = path };
}

static inline void kill_counters(struct ow_arena *arena, const struct kill *k, struct ow_oom *oom)
{
	const char *what = k->version == 1 ? "memory+swap" : "swap";
	struct ow_oom_counter swap = {
		.have = OW_COUNTER_USAGE | OW_COUNTER_LIMIT | OW_COUNTER_FAILCNT,
		.usage_bytes = k->swap * 1024,
		.limit_bytes = k->swap_limit * 1024,
	};

	oom->have |= OW_OOM_USAGE | OW_OOM_LIMIT | OW_OOM_FAILCNT;
	oom->usage_bytes = k->usage * 1024;
	oom->limit_bytes = k->limit * 1024;
	oom->lines.memory =
		kill_line(arena, oom, "memory: usage %" PRIu64 "kB, limit %" PRIu64 "kB, failcnt 0",
			  k->usage, k->limit);
	if (k->swap_limit == KILL_NONE)
		return;
	oom->lines.swap =
		kill_line(arena, oom, "%s: usage %" PRIu64 "kB, limit %" PRIu64 "kB, failcnt 0",
			  what, k->swap, k->swap_limit);
	if (k->version == 1) {
		oom->have |= OW_OOM_MEMSW | OW_OOM_KMEM;
		oom->memsw = swap;
		oom->kmem = (struct ow_oom_counter){ .have = OW_COUNTER_USAGE,
						     .usage_bytes = k->kmem * 1024 };
		oom->lines.kmem = kill_line(arena, oom, "kmem: usage %" PRIu64 "kB", k->kmem);
	} else {
		oom->have |= OW_OOM_SWAP;
		oom->swap = swap;
	}
}

static inline struct ow_oom kill_oom(struct ow_arena *arena, const struct kill *k)
{
	const bool machine = k->kind != OW_OOM_UNKNOWN && k->kind != OW_OOM_MEMCG;
	struct ow_oom oom = {
		.have = OW_OOM_TRIGGER | OW_OOM_PAGE | OW_OOM_TIME | OW_OOM_BOOT,
		.source = "dmesg.txt",
		.line = 11,
		.kind = machine ? k->kind : OW_OOM_MEMCG,
		.kernel = k->kernel ? k->kernel : "6.12.95",
		.page_bytes = 4096,
		.boot_usec = UINT64_C(283000000),
		.time_usec = INT64_C(1795154068000000),
		.trigger = { .have = OW_TRIGGER_ORDER | OW_TRIGGER_PID,
			     .pid = 100 + (int64_t)k->victim,
			     .comm = k->trigger ? k->trigger : k->task[k->victim].comm,
			     .order = k->order },
	};
	const char **trace = ow_alloc(arena, OW_ARRAY_SIZE(k->trace), sizeof(*trace));

	oom.lines.head =
		kill_line(arena, &oom,
			  "%s invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=%" PRId64
			  ", oom_score_adj=0",
			  oom.trigger.comm, k->order);
	oom.lines.kernel = kill_line(arena, &oom, "CPU: 0 PID: 100 Comm: %s Not tainted %s #1",
				     oom.trigger.comm, oom.kernel);
	for (size_t i = 0; i < OW_ARRAY_SIZE(k->trace) && k->trace[i]; i++) {
		trace[oom.trace.n++] = k->trace[i];
		kill_line(arena, &oom, " %s+0x12/0x34", k->trace[i]);
	}
	oom.trace.item = trace;
	oom.limit_memcg = machine ? NULL : k->limit_memcg ? k->limit_memcg : "/batch";
	oom.task_memcg = k->task_memcg     ? k->task_memcg
			 : oom.limit_memcg ? oom.limit_memcg
					   : "/batch";
	if (oom.limit_memcg)
		oom.limit_owner = kill_owner(oom.limit_memcg, k->limit_id, k->limit_kind);
	oom.task_owner = kill_owner(oom.task_memcg, k->task_id ? k->task_id : k->limit_id,
				    k->task_kind ? k->task_kind : k->limit_kind);
	if (!machine)
		kill_counters(arena, k, &oom);
	if (!k->no_stats)
		kill_stats(arena, k, &oom);
	if (!k->no_table)
		kill_table(arena, k, &oom);
	if (!machine)
		oom.lines.constraint = kill_line(
			arena, &oom,
			"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
			"oom_memcg=%s,task_memcg=%s,task=%s,pid=%zu,uid=0",
			oom.limit_memcg, oom.task_memcg, k->task[k->victim].comm, 100 + k->victim);
	if (!k->no_kill_line)
		kill_victim(arena, k, &oom);
	oom.lines.first = 11;
	oom.lines.last = 10 + oom.texts.n;
	return oom;
}

static inline struct kill_case *kill_case(struct ow_arena *arena, const struct kill *k)
{
	struct kill_case *kase = ow_alloc(arena, 1, sizeof(*kase));

	kase->oom = kill_oom(arena, k);
	kase->kills[0] = &kase->oom;
	kase->source = (struct ow_source){
		.name = "dmesg.txt",
		.state = OW_SOURCE_READ,
		.detail = "1 OOM kill",
		.have = OW_SOURCE_BOOT_PERIOD,
		.boot_last_usec = UINT64_C(283000000),
		.lines = kase->oom.texts.n,
		.kernel_lines = kase->oom.texts.n,
	};
	kase->c = (struct ow_case){
		.kills = kase->kills,
		.n_kills = 1,
		.sources = &kase->source,
		.n_sources = 1,
		.containers = &kase->container,
		.cgroups = &kase->cgroup,
	};
	if (k->cpus) {
		kase->c.host.have = OW_HOST_CPUS;
		kase->c.host.cpus = k->cpus;
	}
	return kase;
}

/* A plain leak: one process holds a 64 MiB cgroup. */
static inline struct kill kill_leak(void)
{
	return (struct kill){
		.limit = 65536,
		.usage = 65536,
		.stat = { { "anon", 65000 },
			  { "file", 0 },
			  { "kernel", 400 },
			  { "kernel_stack", 16 },
			  { "pagetables", 160 },
			  { "sock", 0 },
			  { "shmem", 0 },
			  { "file_dirty", 0 },
			  { "file_writeback", 0 },
			  { "swapcached", 0 },
			  { "unevictable", 0 },
			  { "slab", 200 },
			  { "slab_unreclaimable", 100 },
			  { "percpu", 0 } },
		.task = { { "leak", 65000, 900, 0, 160, 0, 0 } },
		.cpus = 2,
	};
}

static inline const char *kill_verdict(struct ow_arena *arena, const struct ow_case *c,
				       const char *label)
{
	const struct ow_finding *f;
	struct ow_chain chain;

	assert_int_equal(ow_chain_run(c, arena, &chain), 0);
	f = ow_chain_find(&chain, label);
	return f ? ow_verdict_names[f->verdict] : "not asked";
}

/* What the finding with that label comes to. */
static inline const char *kill_statement(struct ow_arena *arena, const struct kill_case *kase,
					 const char *label)
{
	const struct ow_finding *f;
	struct ow_chain chain;

	assert_int_equal(ow_chain_run(&kase->c, arena, &chain), 0);
	f = ow_chain_find(&chain, label);
	assert_non_null(f);
	return f->statement;
}

#define assert_verdict(arena, kase, label, verdict) \
	assert_string_equal(kill_verdict((arena), &(kase)->c, (label)), (verdict))

#endif
