/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/holders.h"

#include <errno.h>
#include <stdlib.h>

#include "analyze/words.h"
#include "base/scan.h"

#define SHARED_TWICE 1.05 /* more mapped than there is, by more than counters are off */

struct row {
	const struct ow_oom_task *task;
	uint64_t least, most;
};

static const char *name_of(const struct row *row)
{
	return row->task->comm ? row->task->comm : "";
}

static int by_name(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int r = strcmp(name_of(x), name_of(y));

	if (r)
		return r;
	if (x->most != y->most)
		return x->most < y->most ? 1 : -1;
	return x->task->line < y->task->line ? -1 : x->task->line > y->task->line;
}

static int by_size(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->most != y->most)
		return x->most < y->most ? 1 : -1;
	return by_name(a, b);
}

static int programs_by_size(const void *a, const void *b)
{
	const struct ow_program *x = a, *y = b;

	if (x->most_bytes != y->most_bytes)
		return x->most_bytes < y->most_bytes ? 1 : -1;
	return strcmp(x->comm ? x->comm : "", y->comm ? y->comm : "");
}

static bool is_victim(const struct ow_oom_task *task, const struct ow_oom_victim *victim)
{
	return victim && (victim->have & OW_VICTIM_PID) && (task->have & OW_TASK_PID) &&
	       task->pid == victim->pid;
}

/* least is 0 where the table does not tell; the group's counters may raise it. */
static void measure(const struct ow_oom_task *t, const struct ow_oom_victim *victim,
		    bool shmem_counted, struct row *ret)
{
	uint64_t beside = 0, shmem = 0;

	if (t->have & OW_TASK_SWAP)
		beside = ow_add(beside, t->swap_bytes);
	if (t->have & OW_TASK_PGTABLES)
		beside = ow_add(beside, t->pgtables_bytes);
	ret->task = t;
	if (t->have & OW_TASK_RSS_ANON) {
		if (shmem_counted && (t->have & OW_TASK_RSS_SHMEM))
			shmem = t->rss_shmem_bytes;
		ret->most = ow_add(ow_add(t->rss_anon_bytes, shmem), beside);
		ret->least = ret->most;
	} else if (is_victim(t, victim) && (victim->have & OW_VICTIM_ANON)) {
		ret->most = ow_add(victim->anon_rss_bytes, beside);
		ret->least = ret->most;
	} else {
		ret->most = ow_add(t->rss_bytes, beside);
		ret->least = 0;
	}
}

/* Who maps shared memory, from the table or else from the kill lines. */
static void shared_maps(const struct ow_oom *oom, struct ow_holders *h)
{
	const struct ow_oom_task *task = ow_oom_tasks(oom);

	for (size_t i = 0; i < oom->tasks.n; i++) {
		if (!(task[i].have & OW_TASK_RSS_SHMEM))
			continue;
		h->have_shmem = true;
		h->mapped_shmem_bytes = ow_add(h->mapped_shmem_bytes, task[i].rss_shmem_bytes);
		h->n_mappers += task[i].rss_shmem_bytes > 0;
	}
}

static void add_row(struct ow_program *p, const struct row *row, const struct ow_oom_victim *victim)
{
	p->n++;
	p->least_bytes = ow_add(p->least_bytes, row->least);
	p->most_bytes = ow_add(p->most_bytes, row->most);
	p->victim |= is_victim(row->task, victim);
	if (!p->largest || row->most > p->largest_bytes) {
		p->largest = row->task;
		p->largest_bytes = row->most;
	}
}

/* rows are sorted by name. Returns how many programs there are. */
static size_t group(const struct row *row, size_t n, const struct ow_oom_victim *victim,
		    struct ow_program *program)
{
	size_t n_programs = 0;

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(name_of(&row[i]), name_of(&row[i - 1])) != 0)
			program[n_programs++].comm = row[i].task->comm;
		add_row(&program[n_programs - 1], &row[i], victim);
	}
	return n_programs;
}

/* Memory of its own alone: shared memory is charged to whoever touched it first. */
static void find_over(const struct ow_oom *oom, const struct ow_oom_victim *victim,
		      const struct ow_balance *b, struct ow_holders *h)
{
	const struct ow_oom_task *task = ow_oom_tasks(oom);

	for (size_t i = 0; i < oom->tasks.n && b->total.have; i++) {
		const struct ow_oom_task *t = &task[i];
		bool killed = is_victim(t, victim) && (victim->have & OW_VICTIM_ANON);
		uint64_t own = t->have & OW_TASK_RSS_ANON ? t->rss_anon_bytes
			       : killed                   ? victim->anon_rss_bytes
							  : 0;

		if (own && (t->have & OW_TASK_SWAP))
			own = ow_add(own, t->swap_bytes);
		if (ow_share(own, b->total.bytes) > SHARED_TWICE && own > h->over_bytes) {
			h->over_comm = t->comm;
			h->over_pid = t->have & OW_TASK_PID ? t->pid : -1;
			h->over_bytes = own;
			h->over_line = t->line;
		}
	}
}

static void sums(const struct row *row, size_t n, const struct ow_oom_victim *victim,
		 struct ow_holders *h)
{
	for (size_t i = 0; i < n; i++) {
		h->most_bytes = ow_add(h->most_bytes, row[i].most);
		if (i < 10)
			h->ten_bytes = ow_add(h->ten_bytes, row[i].most);
		if (is_victim(row[i].task, victim)) {
			h->victim_row = row[i].task;
			h->victim_bytes = row[i].most;
		}
	}
	h->n_processes = n;
	h->largest = n ? row[0].task : NULL;
	h->largest_bytes = n ? row[0].most : 0;
}

/* What the group's counters say that processes hold, less the most that all others can. */
static void raise_least(const struct ow_balance *b, struct ow_program *program, size_t n,
			uint64_t most_bytes)
{
	uint64_t counted = ow_add(b->part[OW_PART_ANON].bytes, b->swapents.bytes);

	counted = ow_add(counted, b->part[OW_PART_PAGETABLES].bytes);
	for (size_t i = 0; b->part[OW_PART_ANON].have && i < n; i++) {
		struct ow_program *p = &program[i];
		uint64_t least = ow_less(counted, ow_less(most_bytes, p->most_bytes));

		least = least < p->most_bytes ? least : p->most_bytes;
		p->least_bytes = least > p->least_bytes ? least : p->least_bytes;
	}
}

int ow_holders_make(const struct ow_oom *oom, const struct ow_balance *balance,
		    struct ow_arena *arena, struct ow_holders *ret)
{
	const struct ow_oom_victim *victim = oom->victims.n ? ow_oom_victims(oom) : NULL;
	const struct ow_oom_task *task = ow_oom_tasks(oom);
	const struct ow_amount *shmem = &balance->part[OW_PART_SHMEM];
	struct row *row = ow_alloc(arena, oom->tasks.n + 1, sizeof(*row));
	struct ow_program *program = ow_alloc(arena, oom->tasks.n + 1, sizeof(*program));
	struct ow_holders h = { .exact = oom->tasks.n > 0 };
	size_t n = 0;

	if (!row || !program)
		return -ENOMEM;
	shared_maps(oom, &h);
	h.shmem_counted = h.have_shmem && shmem->have &&
			  (double)h.mapped_shmem_bytes <= SHARED_TWICE * (double)shmem->bytes;
	for (size_t i = 0; i < oom->tasks.n; i++) {
		if (!(task[i].have & (OW_TASK_RSS | OW_TASK_RSS_ANON)))
			continue;
		h.exact &= (task[i].have & OW_TASK_RSS_ANON) != 0;
		measure(&task[i], victim, h.shmem_counted, &row[n++]);
	}
	find_over(oom, victim, balance, &h);

	qsort(row, n, sizeof(*row), by_size);
	sums(row, n, victim, &h);
	qsort(row, n, sizeof(*row), by_name);
	h.n_programs = group(row, n, victim, program);
	if (!h.exact)
		raise_least(balance, program, h.n_programs, h.most_bytes);
	qsort(program, h.n_programs, sizeof(*program), programs_by_size);
	for (size_t i = 0; i < h.n_programs; i++)
		if (program[i].victim)
			h.victim = &program[i];
	h.program = program;
	*ret = h;
	return 0;
}

bool ow_rss_error(const struct ow_oom *oom, uint64_t cpus, uint64_t *ret)
{
	const uint64_t page = oom->have & OW_OOM_PAGE ? oom->page_bytes : 4096;
	uint64_t major, minor, pages;

	if (!ow_oom_release(oom, &major, &minor))
		return false;
	if (major > 6 || (major == 6 && minor > 19)) {
		*ret = 0;
		return true;
	}
	if (major < 6 || minor < 2 || cpus == 0 || cpus > 65536)
		return false;
	pages = 2 * cpus > 32 ? 2 * cpus : 32;
	*ret = cpus * pages * page;
	return true;
}
