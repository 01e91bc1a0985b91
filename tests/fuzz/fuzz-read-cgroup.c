/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/cgroup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_stats(const struct ow_list *stats, size_t lines)
{
	const struct ow_stat *stat = stats->item;

	for (size_t i = 0; i < stats->n; i++)
		if (!stat[i].name[0] || strpbrk(stat[i].name, " \t\n") || stat[i].line > lines ||
		    stat[i].line <= (i ? stat[i - 1].line : 0))
			abort();
}

static void check_pids(const struct ow_cgroup *group)
{
	const int64_t *pid = group->pids.item;

	if (group->processes != group->pids.n)
		abort();
	for (size_t i = 0; i < group->pids.n; i++)
		if (pid[i] < 0)
			abort();
}

/* Bits that no file of this name gives are not set, and values are those that there can be. */
static void check(const struct ow_cgroup_file *file, const struct ow_cgroup *group, size_t lines)
{
	if (!group->have || (group->have & ~file->gives))
		abort();
	check_stats(&group->stat, lines);
	check_stats(&group->events, lines);
	check_stats(&group->events_local, lines);
	check_stats(&group->swap_events, lines);
	check_pids(group);
	if (group->psi.some.avg10_permyriad > 10000 || group->psi.full.avg300_permyriad > 10000)
		abort();
}

static bool same(const struct ow_cgroup *a, const struct ow_cgroup *b)
{
	return a->have == b->have && a->limit_bytes == b->limit_bytes &&
	       a->usage_bytes == b->usage_bytes && a->oom_kills == b->oom_kills &&
	       a->stat.n == b->stat.n && a->events.n == b->events.n && a->pids.n == b->pids.n;
}

/* The first byte chooses the file; the rest is what is in it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct ow_cgroup group = { .version = 2 }, again = { .version = 2 };
	struct ow_stat_names names = { .arena = arena };
	const struct ow_cgroup_file *file;
	struct ow_str text = { (const char *)data + 1, size - 1 };
	size_t lines = 1;
	int r;

	if (!arena || size == 0)
		return 0;
	file = &ow_cgroup_files[data[0] % ow_cgroup_files_n];
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	r = ow_cgroup_read(file, text, NULL, arena, &group);
	if (ow_cgroup_read(file, text, &names, arena, &again) != r || !same(&group, &again))
		abort();
	if (r < 0 && (r != -EBADMSG || group.have))
		abort();
	if (r >= 0)
		check(file, &group, lines);
	if ((size_t)(r < 0 ? 0 : r) > lines)
		abort();
	return 0;
}
