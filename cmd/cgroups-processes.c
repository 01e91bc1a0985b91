/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups-processes.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/process-sum.h"
#include "collect/process.h"
#include "render/field-text.h"
#include "render/fields.h"
#include "render/table.h"

#define PROCESSES_MAX OW_MIB(256) /* of one group: some 500 bytes a process */

/* The processes of one group, all in the arena. */
struct crowd {
	struct ow_arena *arena;
	int proc;
	struct ow_process *process;
	size_t n;
	struct ow_cgroup group; /* with its usage */
};

static void release(struct crowd *c)
{
	c->arena = ow_arena_free(c->arena);
}

static int add_process(struct crowd *c, int64_t pid, struct ow_cgroups_lack *lack,
		       struct ow_err *err)
{
	struct ow_process process = { 0 }, *more;
	int error;

	if (pid == 0) {
		lack->foreign++;
		return 0;
	}
	error = ow_process_collect(c->proc, pid, OW_PROCESS_ALL, c->arena, &process, err);
	if (error < 0)
		return error == -ESRCH ? 0 : error;
	if (process.denied && lack->denied++ == 0)
		(void)snprintf(lack->file, sizeof(lack->file), "%s", process.denied);
	more = ow_grow(c->arena, c->process, c->n, sizeof(*more));
	if (!more)
		return ow_fail(err, ENOMEM, "cannot list the processes: %m");
	c->process = more;
	c->process[c->n++] = process;
	return 0;
}

static int gather(struct ow_cgroupfs *fs, const char *path, struct crowd *c,
		  struct ow_cgroups_lack *lack, struct ow_err *err)
{
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = {
		.path = path,
		.want = OW_CGROUP_USAGE | OW_CGROUP_PROCESSES,
		.depth_max = UINT_MAX,
	};
	struct ow_cgroup group;
	int more, error = ow_cgroup_walk_new(fs, &options, &walk, err);

	if (error < 0)
		return error == -ENOENT ? 0 : error;
	while ((more = ow_cgroup_walk_next(walk, c->arena, &group, err)) > 0) {
		const int64_t *pid = group.pids.item;

		if (!c->group.path)
			c->group = group;
		for (size_t i = 0; i < group.pids.n && error == 0; i++)
			error = add_process(c, pid[i], lack, err);
		if (error < 0)
			return error;
	}
	return more;
}

/* What it holds of its own. */
static uint64_t held(const struct ow_process *p)
{
	const uint64_t anon = p->have & OW_PROCESS_PSS_PARTS   ? p->pss_anon_bytes
			      : p->have & OW_PROCESS_RSS_PARTS ? p->rss_anon_bytes
							       : p->rss_bytes;
	uint64_t sum;

	return __builtin_add_overflow(anon, p->have & OW_PROCESS_SWAP ? p->swap_bytes : 0, &sum)
		       ? UINT64_MAX
		       : sum;
}

static int compare(const void *left, const void *right)
{
	const struct ow_process *a = left, *b = right;
	const uint64_t x = held(a), y = held(b);

	return x != y ? (x < y) - (x > y) : (a->pid > b->pid) - (a->pid < b->pid);
}

static const struct {
	const char *heading, *field;
	bool right, cut;
} columns[] = {
	{ "  PID", "pid", true, false },
	{ "COMMAND", "command", false, true },
	{ "ANON", "rss_anon_bytes", true, false },
	{ "FILE", "rss_file_bytes", true, false },
	{ "SHMEM", "rss_shmem_bytes", true, false },
	{ "PSS", "pss_bytes", true, false },
	{ "SWAP", "swap_bytes", true, false },
	{ "PGTABLES", "pgtables_bytes", true, false },
	{ "ADJ", "oom_score_adj", true, false },
	{ "SCORE", "oom_score", true, false },
};

static const struct ow_field *field_of(const char *name)
{
	for (size_t i = 0; i < ow_process_fields.n; i++)
		if (strcmp(ow_process_fields.item[i].name, name) == 0)
			return &ow_process_fields.item[i];
	return NULL;
}

static int add_row(struct ow_table *table, const struct ow_process *process, struct ow_arena *arena)
{
	const char *cell[OW_ARRAY_SIZE(columns)];
	int error = 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(columns) && error == 0; i++)
		error = ow_field_text(field_of(columns[i].field), process, arena, &cell[i]);
	/* A kernel thread or another user's process has its name alone. */
	if (error == 0 && !cell[1])
		cell[1] = process->comm;
	return error == 0 ? ow_table_add(table, cell) : error;
}

static int print_table(const struct crowd *c, const struct ow_cgroups_paper *paper)
{
	struct ow_column column[OW_ARRAY_SIZE(columns)];
	ow_scoped(ow_table_freep) struct ow_table *table = NULL;
	int error = 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(columns); i++)
		column[i] = (struct ow_column){ .name = columns[i].heading,
						.width = 1,
						.right = columns[i].right,
						.cut = columns[i].cut };
	table = ow_table_new(column, OW_ARRAY_SIZE(columns), paper->columns);
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < c->n && error == 0; i++)
		error = add_row(table, &c->process[i], c->arena);
	return error == 0 ? ow_table_print(table, paper->out) : error;
}

/* What they hold together, and what of the group's usage is nobody's. */
static void print_sum(const struct crowd *c, FILE *out)
{
	char anon[OW_BYTES_MAX], shmem[OW_BYTES_MAX], swap[OW_BYTES_MAX], rest[OW_BYTES_MAX];
	struct ow_process_sum sum;

	ow_process_sum(c->process, c->n, &c->group, &sum);
	(void)fprintf(out, "  %" PRIu64 " process%s: %s anonymous, %s shared, %s in swap%s\n",
		      sum.processes, sum.processes == 1 ? "" : "es",
		      ow_bytes_in(sum.anon_bytes, anon), ow_bytes_in(sum.shmem_bytes, shmem),
		      ow_bytes_in(sum.swap_bytes, swap),
		      sum.is_pss ? "" : " (pages that are shared count in each)");
	if (sum.unreadable)
		(void)fprintf(out, "  %" PRIu64 " of them could not be read\n", sum.unreadable);
	if (sum.has_rest && sum.rest_bytes >= 0)
		(void)fprintf(out, "  %s of the usage is no process's: page cache, tmpfs, kernel\n",
			      ow_bytes_in((uint64_t)sum.rest_bytes, rest));
	else if (sum.has_rest)
		(void)fprintf(out,
			      "  they hold %s more than is charged to the group: shared pages, or "
			      "those of another group\n",
			      ow_bytes_in(0 - (uint64_t)sum.rest_bytes, rest));
}

static int print_json(const struct crowd *c, FILE *out)
{
	struct ow_json json;

	for (size_t i = 0; i < c->n; i++) {
		ow_json_init(&json, out);
		ow_fields_json(&json, NULL, &ow_process_fields, &c->process[i]);
		fputc('\n', out);
	}
	return ferror(out) ? -EIO : 0;
}

int ow_cgroups_processes(struct ow_cgroupfs *fs, int proc, const char *path, bool json,
			 const struct ow_cgroups_paper *paper, struct ow_cgroups_lack *lack,
			 struct ow_err *err)
{
	ow_scoped(release) struct crowd c = { .arena = ow_arena_new(PROCESSES_MAX), .proc = proc };
	int error;

	if (!c.arena)
		return ow_fail(err, ENOMEM, "cannot list the processes: %m");
	error = gather(fs, path, &c, lack, err);
	if (error < 0 || c.n == 0)
		return error;
	qsort(c.process, c.n, sizeof(*c.process), compare);
	error = json ? print_json(&c, paper->out) : print_table(&c, paper);
	if (error == 0 && !json)
		print_sum(&c, paper->out);
	return error < 0 ? ow_fail(err, -error, "cannot list the processes: %m") : 0;
}
