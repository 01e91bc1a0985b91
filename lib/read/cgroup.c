/* SPDX-License-Identifier: Apache-2.0 */
#include "read/cgroup.h"

#include <errno.h>
#include <stddef.h>

#include "read/psi.h"
#include "record/oom.h"

/* What v1 prints for a limit that nobody set: the largest number of pages, 2^63 bytes less a part
 * of a page on 64 bits, 2^31 - 1 pages of 4 KiB on 32. */
#define V1_NO_LIMIT    (((uint64_t)1 << 63) - ((uint64_t)1 << 20))
#define V1_NO_LIMIT_32 ((uint64_t)INT32_MAX * 4096)

#define PROCESSES_MAX  (1 << 22) /* PID_MAX_LIMIT */

static void *at(struct ow_cgroup *group, size_t offset)
{
	return (char *)group + offset;
}

/* The value is there now. */
static void has(const struct ow_cgroup_file *file, struct ow_cgroup *group)
{
	if (file->part)
		((struct ow_cgroup_counter *)at(group, file->counter))->have |= file->part;
	group->have |= file->gives;
}

/* "33554432": nothing else is in the file. */
static bool scan_number(struct ow_str s, uint64_t *ret)
{
	uint64_t value;

	if (!ow_scan_u64(&s, &value))
		return false;
	(void)ow_scan_char(&s, '\n');
	if (s.n)
		return false;
	*ret = value;
	return true;
}

static int read_number(const struct ow_cgroup_file *file, struct ow_str text,
		       struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group)
{
	(void)names, (void)arena;
	if (!scan_number(text, at(group, file->offset)))
		return -EBADMSG;
	has(file, group);
	return 0;
}

/* "max", or a number */
static int read_limit(const struct ow_cgroup_file *file, struct ow_str text,
		      struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group)
{
	uint64_t *limit = at(group, file->offset);

	(void)names, (void)arena;
	if (ow_str_is(text, "max\n") || ow_str_is(text, "max"))
		*limit = UINT64_MAX;
	else if (!scan_number(text, limit))
		return -EBADMSG;
	else if (file->version == 1 && (*limit >= V1_NO_LIMIT || *limit == V1_NO_LIMIT_32))
		*limit = UINT64_MAX;
	has(file, group);
	return 0;
}

/* "0" or "1" */
static int read_flag(const struct ow_cgroup_file *file, struct ow_str text,
		     struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group)
{
	uint64_t value;

	(void)names, (void)arena;
	if (!scan_number(text, &value) || value > 1)
		return -EBADMSG;
	*(bool *)at(group, file->offset) = value == 1;
	has(file, group);
	return 0;
}

static int read_stats(const struct ow_cgroup_file *file, struct ow_str text,
		      struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group)
{
	int r = ow_stats_read(text, names, arena, at(group, file->offset));

	if (r >= 0)
		has(file, group);
	return r;
}

/* The counter of kills is part of the file from 4.13. */
static int read_events(const struct ow_cgroup_file *file, struct ow_str text,
		       struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group)
{
	int r = ow_stats_read(text, names, arena, &group->events);
	const struct ow_stat *kills = r < 0 ? NULL : ow_stat_find(&group->events, "oom_kill");

	(void)file;
	if (r < 0)
		return r;
	group->have |= OW_CGROUP_EVENTS;
	if (kills) {
		group->oom_kills = kills->value;
		group->have |= OW_CGROUP_OOM_KILLS;
	}
	return r;
}

/* A file of names and numbers that have fields of their own. */
struct member {
	const char *name;
	unsigned have;
	bool is_flag;
	size_t offset;
};

static int read_members(struct ow_str text, const struct member *member, size_t n,
			struct ow_stat_names *names, struct ow_arena *arena,
			struct ow_cgroup *group)
{
	struct ow_list stats;
	int r = ow_stats_read(text, names, arena, &stats);
	unsigned have = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		const struct ow_stat *stat = ow_stat_find(&stats, member[i].name);

		if (!stat || (member[i].is_flag && stat->value > 1))
			continue;
		if (member[i].is_flag)
			*(bool *)at(group, member[i].offset) = stat->value == 1;
		else
			*(uint64_t *)at(group, member[i].offset) = stat->value;
		have |= member[i].have;
	}
	if (r >= 0 && !have)
		return -EBADMSG;
	group->have |= have;
	return r;
}

#define AT(member) offsetof(struct ow_cgroup, member)

/* "oom_kill_disable 0", "under_oom 0", from 4.13 "oom_kill 0" */
static int read_oom_control(const struct ow_cgroup_file *file, struct ow_str text,
			    struct ow_stat_names *names, struct ow_arena *arena,
			    struct ow_cgroup *group)
{
	static const struct member members[] = {
		{ "oom_kill_disable", OW_CGROUP_OOM_KILL_DISABLE, true, AT(oom_kill_disable) },
		{ "under_oom", OW_CGROUP_UNDER_OOM, true, AT(under_oom) },
		{ "oom_kill", OW_CGROUP_OOM_KILLS, false, AT(oom_kills) },
	};

	(void)file;
	return read_members(text, members, OW_ARRAY_SIZE(members), names, arena, group);
}

/* "nr_descendants 3", "nr_dying_descendants 0", and in newer kernels the same of each controller */
static int read_cgroup_stat(const struct ow_cgroup_file *file, struct ow_str text,
			    struct ow_stat_names *names, struct ow_arena *arena,
			    struct ow_cgroup *group)
{
	static const struct member members[] = {
		{ "nr_descendants", OW_CGROUP_DESCENDANTS, false, AT(descendants) },
		{ "nr_dying_descendants", OW_CGROUP_DYING_DESCENDANTS, false,
		  AT(dying_descendants) },
	};

	(void)file;
	return read_members(text, members, OW_ARRAY_SIZE(members), names, arena, group);
}

static int read_pressure(const struct ow_cgroup_file *file, struct ow_str text,
			 struct ow_stat_names *names, struct ow_arena *arena,
			 struct ow_cgroup *group)
{
	int r = ow_psi_read(text, &group->psi);

	(void)names, (void)arena;
	if (r == 0)
		has(file, group);
	return r;
}

/* A process a line, 0 for one outside of the reader's namespace. None is no error. */
static int read_processes(const struct ow_cgroup_file *file, struct ow_str text,
			  struct ow_stat_names *names, struct ow_arena *arena,
			  struct ow_cgroup *group)
{
	const bool empty = text.n == 0;
	int64_t *pid = NULL;
	struct ow_str line;
	size_t n = 0;
	int senseless = 0;

	(void)names;
	while (n < PROCESSES_MAX && ow_scan_line(&text, &line)) {
		int64_t *more = ow_grow(arena, pid, n, sizeof(*pid));

		if (!more)
			return -ENOMEM;
		pid = more;
		if (ow_scan_i64(&line, &pid[n]) && line.n == 0 && pid[n] >= 0)
			n++;
		else
			senseless++;
	}
	if (n == 0 && !empty)
		return -EBADMSG;
	group->pids = (struct ow_list){ pid, n };
	group->processes = n;
	has(file, group);
	return senseless;
}

#define VALUE(version, name, bit, how, member)                               \
	{                                                                    \
		version, name, bit, .read = read_##how, .offset = AT(member) \
	}
#define PART(version, name, bit, how, object, member, of_it)                                 \
	{                                                                                    \
		version, name, bit, .read = read_##how, .offset = AT(object.member),         \
				    .counter = AT(object), .part = OW_CGROUP_COUNTER_##of_it \
	}

/* clang-format off */
const struct ow_cgroup_file ow_cgroup_files[] = {
	VALUE(1, "memory.limit_in_bytes", OW_CGROUP_LIMIT, limit, limit_bytes),
	VALUE(1, "memory.soft_limit_in_bytes", OW_CGROUP_SOFT_LIMIT, limit, soft_limit_bytes),
	PART(1, "memory.memsw.limit_in_bytes", OW_CGROUP_MEMSW, limit, memsw, limit_bytes, LIMIT),
	PART(1, "memory.kmem.limit_in_bytes", OW_CGROUP_KMEM, limit, kmem, limit_bytes, LIMIT),
	PART(1, "memory.kmem.tcp.limit_in_bytes", OW_CGROUP_KMEM_TCP, limit, kmem_tcp, limit_bytes, LIMIT),
	VALUE(1, "memory.use_hierarchy", OW_CGROUP_USE_HIERARCHY, flag, use_hierarchy),
	VALUE(1, "memory.usage_in_bytes", OW_CGROUP_USAGE, number, usage_bytes),
	VALUE(1, "memory.stat", OW_CGROUP_STAT, stats, stat),
	VALUE(1, "memory.max_usage_in_bytes", OW_CGROUP_PEAK, number, peak_bytes),
	PART(1, "memory.memsw.usage_in_bytes", OW_CGROUP_MEMSW, number, memsw, usage_bytes, USAGE),
	PART(1, "memory.memsw.max_usage_in_bytes", OW_CGROUP_MEMSW, number, memsw, peak_bytes, PEAK),
	PART(1, "memory.kmem.usage_in_bytes", OW_CGROUP_KMEM, number, kmem, usage_bytes, USAGE),
	PART(1, "memory.kmem.max_usage_in_bytes", OW_CGROUP_KMEM, number, kmem, peak_bytes, PEAK),
	PART(1, "memory.kmem.tcp.usage_in_bytes", OW_CGROUP_KMEM_TCP, number, kmem_tcp, usage_bytes, USAGE),
	PART(1, "memory.kmem.tcp.max_usage_in_bytes", OW_CGROUP_KMEM_TCP, number, kmem_tcp, peak_bytes, PEAK),
	{ 1, "memory.oom_control", OW_CGROUP_OOM_KILLS | OW_CGROUP_OOM_KILL_DISABLE | OW_CGROUP_UNDER_OOM, .read = read_oom_control },

	VALUE(2, "memory.max", OW_CGROUP_LIMIT, limit, limit_bytes),
	VALUE(2, "memory.high", OW_CGROUP_HIGH, limit, high_bytes),
	VALUE(2, "memory.min", OW_CGROUP_MIN, limit, min_bytes),
	VALUE(2, "memory.low", OW_CGROUP_LOW, limit, low_bytes),
	PART(2, "memory.swap.max", OW_CGROUP_SWAP, limit, swap, limit_bytes, LIMIT),
	PART(2, "memory.swap.high", OW_CGROUP_SWAP, limit, swap, high_bytes, HIGH),
	PART(2, "memory.zswap.max", OW_CGROUP_ZSWAP, limit, zswap, limit_bytes, LIMIT),
	VALUE(2, "memory.oom.group", OW_CGROUP_OOM_GROUP, flag, oom_group),
	VALUE(2, "memory.current", OW_CGROUP_USAGE, number, usage_bytes),
	VALUE(2, "memory.stat", OW_CGROUP_STAT, stats, stat),
	VALUE(2, "memory.peak", OW_CGROUP_PEAK, number, peak_bytes),
	PART(2, "memory.swap.current", OW_CGROUP_SWAP, number, swap, usage_bytes, USAGE),
	PART(2, "memory.swap.peak", OW_CGROUP_SWAP, number, swap, peak_bytes, PEAK),
	PART(2, "memory.zswap.current", OW_CGROUP_ZSWAP, number, zswap, usage_bytes, USAGE),
	{ 2, "memory.events", OW_CGROUP_EVENTS | OW_CGROUP_OOM_KILLS, .read = read_events },
	VALUE(2, "memory.events.local", OW_CGROUP_EVENTS_LOCAL, stats, events_local),
	VALUE(2, "memory.swap.events", OW_CGROUP_SWAP_EVENTS, stats, swap_events),
	{ 2, "memory.pressure", OW_CGROUP_PSI, .read = read_pressure },
	{ 2, "cgroup.stat", OW_CGROUP_DESCENDANTS | OW_CGROUP_DYING_DESCENDANTS, .read = read_cgroup_stat },

	{ 0, "cgroup.procs", OW_CGROUP_PROCESSES, .is_long = true, .read = read_processes },
	{ 0, "pids.current", OW_CGROUP_PIDS_CURRENT, .is_pids = true, .read = read_number, .offset = AT(pids_current) },
	{ 0, "pids.max", OW_CGROUP_PIDS_LIMIT, .is_pids = true, .read = read_limit, .offset = AT(pids_limit) },
};
/* clang-format on */

const size_t ow_cgroup_files_n = OW_ARRAY_SIZE(ow_cgroup_files);

const struct ow_cgroup_file *ow_cgroup_file(unsigned version, const char *name)
{
	for (size_t i = 0; i < ow_cgroup_files_n; i++) {
		const struct ow_cgroup_file *file = &ow_cgroup_files[i];

		if (ow_cgroup_file_is_of(file, version) && strcmp(file->name, name) == 0)
			return file;
	}
	return NULL;
}

int ow_cgroup_read(const struct ow_cgroup_file *file, struct ow_str text,
		   struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group)
{
	if (names)
		names->next = 0;
	return file->read(file, text, names, arena, group);
}
