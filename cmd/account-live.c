/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "base/file.h"
#include "collect/cgroup.h"
#include "collect/names.h"
#include "collect/process.h"
#include "read/owner.h"

#define EXE_BYTES   65536 /* of a program: its notes stand in front */
#define ENVIRON_MAX OW_MIB(2)
#define GROUP_MAX   OW_MIB(16)

#define GROUP_WANT                                                                              \
	(OW_CGROUP_USAGE | OW_CGROUP_LIMIT | OW_CGROUP_PEAK | OW_CGROUP_STAT | OW_CGROUP_KMEM | \
	 OW_CGROUP_BINDING_LIMIT)

/* Names in the lists are the walk's: they are copied. */
static int keep_group(struct ow_arena *arena, struct ow_cgroup *group)
{
	struct ow_stat *stat = group->stat.item;

	for (size_t i = 0; i < group->stat.n; i++) {
		stat[i].name = ow_str_keep(arena, ow_str(stat[i].name));
		if (!stat[i].name)
			return -ENOMEM;
	}
	group->source = ow_str_keep(arena, ow_str(group->source));
	return group->source ? 0 : -ENOMEM;
}

/* One group. -ENOENT when it is gone. */
static int read_group_at(struct ow_cgroupfs *fs, const char *path, struct ow_arena *arena,
			 struct ow_cgroup *ret, struct ow_err *err)
{
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = { .path = path, .want = GROUP_WANT };
	int r = ow_cgroup_walk_new(fs, &options, &walk, err);

	if (r < 0)
		return r;
	r = ow_cgroup_walk_next(walk, arena, ret, err);
	if (r == 0)
		return ow_fail(err, ENOENT, "the cgroup '%s' is gone", path);
	return r < 0 ? r : keep_group(arena, ret);
}

/* The group whose limit binds the process: its own or one above. */
static int read_binding_group(const char *path, struct ow_arena *arena, struct ow_cgroup *group,
			      struct ow_err *err)
{
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	struct ow_cgroup above;
	int r = ow_cgroupfs_open(NULL, &fs, err);

	if (r == 0)
		r = read_group_at(fs, path, arena, group, err);
	if (r < 0)
		return r;
	if ((group->have & OW_CGROUP_BINDING_LIMIT) &&
	    group->binding_limit.limit_bytes != UINT64_MAX &&
	    strcmp(group->binding_limit.path, group->path) != 0 &&
	    read_group_at(fs, group->binding_limit.path, arena, &above, err) == 0)
		*group = above;
	return 0;
}

static void add_group(struct ow_arena *arena, const char *path, struct ow_go_moment *moment)
{
	struct ow_cgroup *group = ow_alloc(arena, 1, sizeof(*group));
	struct ow_err err;

	/* Without it the account ends at RSS. */
	if (!group || read_binding_group(path, arena, group, &err) < 0)
		return;
	moment->cgroup = group;
	moment->cgroup_source.name = ow_printf(arena, "cgroup %s", group->path);
	moment->cgroup_source.time_usec = account_now();
}

/* The value of a variable: "" where it is not set. Nothing else of the environment is kept. */
static const char *variable(struct ow_str text, const char *name, struct ow_arena *arena)
{
	while (text.n) {
		struct ow_str word = { text.p, strnlen(text.p, text.n) }, key;

		text = ow_str_skip(text, word.n + (word.n < text.n));
		if (ow_scan_until(&word, "=", &key) && ow_str_is(key, name))
			return ow_str_keep(arena, word);
	}
	return "";
}

static void add_environment(int dir, int64_t pid, struct ow_arena *arena,
			    struct ow_go_moment *moment)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(2 * ENVIRON_MAX);
	struct ow_str text;
	char path[64];

	(void)snprintf(path, sizeof(path), "%" PRId64 "/environ", pid);
	if (!scratch || ow_file_read(dir, path, ENVIRON_MAX, scratch, &text, NULL) < 0)
		return;
	moment->environment = (struct ow_go_environment){
		.source = { ow_printf(arena, "/proc/%s", path), account_now() },
		.gogc = variable(text, "GOGC", arena),
		.gomemlimit = variable(text, "GOMEMLIMIT", arena),
		.godebug = variable(text, "GODEBUG", arena),
	};
}

int account_read_process(struct ow_arena *arena, int64_t pid, struct ow_go_moment *ret,
			 struct ow_err *err)
{
	ow_scoped(ow_closep) int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const unsigned want = OW_PROCESS_ALL & ~(OW_PROCESS_OOM_SCORE | OW_PROCESS_OOM_SCORE_ADJ);
	struct ow_process *process = ow_alloc(arena, 1, sizeof(*process));
	struct ow_go_moment moment = { 0 };
	int r;

	if (proc < 0)
		return ow_fail(err, errno, "cannot read /proc: %m");
	if (!process)
		return ow_fail(err, ENOMEM, "cannot read process %" PRId64 ": %m", pid);
	r = ow_process_collect(proc, pid, want, arena, process, err);
	if (r < 0)
		return r;
	moment.process = process;
	moment.status_source.name = ow_printf(arena, "/proc/%" PRId64 "/status", pid);
	moment.smaps_source.name = ow_printf(arena, "/proc/%" PRId64 "/smaps_rollup", pid);
	moment.status_source.time_usec = moment.smaps_source.time_usec = account_now();
	if (process->have & OW_PROCESS_CGROUP)
		add_group(arena, process->cgroup, &moment);
	add_environment(proc, pid, arena, &moment);
	*ret = moment;
	return 0;
}

/* Go's linker writes a note of its own into each program: name "Go", type 4, the build id. */
static bool is_go(int proc, int64_t pid)
{
	static const char note[] = "\4\0\0\0Go\0";
	ow_scoped(ow_closep) int fd = -1;
	char bytes[EXE_BYTES], path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%" PRId64 "/exe", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, bytes, sizeof(bytes)) : 0;
	return n > 0 && memmem(bytes, (size_t)n, note, sizeof(note));
}

/* The best process so far: Go's before others, then the largest. */
struct choice {
	int proc;
	int64_t pid;
	const char *comm;
	bool is_go;
	uint64_t rss_bytes;
	size_t seen;
};

static int consider(struct choice *choice, int64_t pid, struct ow_arena *arena, struct ow_err *err)
{
	struct ow_process process = { 0 };
	int r = ow_process_collect(choice->proc, pid, OW_PROCESS_RSS, arena, &process, err);
	bool go;

	if (r < 0)
		return r == -ESRCH ? 0 : r;
	choice->seen++;
	go = is_go(choice->proc, pid);
	if (choice->pid &&
	    (choice->is_go > go || (choice->is_go == go && choice->rss_bytes >= process.rss_bytes)))
		return 0;
	choice->pid = pid;
	choice->comm = process.comm;
	choice->is_go = go;
	choice->rss_bytes = process.rss_bytes;
	return 0;
}

/* Looks at the processes of a group and of those below it. */
static int choose(struct ow_cgroupfs *fs, const char *path, struct ow_arena *arena,
		  struct choice *choice, struct ow_err *err)
{
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = {
		.path = path,
		.want = OW_CGROUP_PROCESSES,
		.depth_max = UINT_MAX,
	};
	struct ow_cgroup group;
	int more, r = ow_cgroup_walk_new(fs, &options, &walk, err);

	if (r < 0)
		return r;
	while ((more = ow_cgroup_walk_next(walk, arena, &group, err)) > 0) {
		const int64_t *pid = group.pids.item;

		for (size_t i = 0; i < group.pids.n && r == 0; i++)
			if (pid[i])
				r = consider(choice, pid[i], arena, err);
		if (r < 0)
			return r;
	}
	return more;
}

/* Is the group the whole of somebody who is called so? */
static int is_called(struct ow_names *names, const char *path, const char *word,
		     struct ow_arena *arena, bool *ret)
{
	struct ow_owner owner;
	struct ow_name name;
	int r = ow_owner_read(path, arena, &owner);

	*ret = false;
	if (r < 0 || owner.kind == OW_OWNER_CGROUP || owner.kind == OW_OWNER_ROOT ||
	    strcmp(owner.path, path) != 0)
		return r;
	r = ow_names_owner(names, &owner, &name);
	*ret = r == 0 && ow_name_is(&name, word);
	return r;
}

/* The path of the group that word names. */
static int find_group(struct ow_cgroupfs *fs, const char *word, struct ow_arena *arena,
		      const char **ret, struct ow_err *err)
{
	ow_scoped(ow_names_freep) struct ow_names *names = ow_names_new(&(struct ow_names_options){
		.host = arg_account.host, .no_places = arg_account.no_names });
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(GROUP_MAX);
	const struct ow_cgroup_walk_options options = { .depth_max = UINT_MAX };
	const char *found = NULL;
	struct ow_cgroup group;
	int more, r;

	if (!names || !scratch)
		return ow_fail(err, ENOMEM, "cannot look for '%s': %m", word);
	r = ow_cgroup_walk_new(fs, &options, &walk, err);
	if (r < 0)
		return r;
	while ((more = ow_cgroup_walk_next(walk, scratch, &group, err)) > 0) {
		bool called;

		r = is_called(names, group.path, word, scratch, &called);
		if (r < 0)
			return ow_fail(err, -r, "cannot look for '%s': %m", word);
		if (called && found)
			return ow_fail(err, ENOTUNIQ,
				       "'%s' names more than one: '%s' and '%s'; give a path", word,
				       found, group.path);
		if (called)
			found = ow_str_keep(arena, ow_str(group.path));
		ow_arena_clear(scratch);
	}
	if (more == 0 && !found)
		return ow_fail(err, ENOENT,
			       "there is no file '%s', and no container, unit or cgroup "
			       "of that name runs",
			       word);
	*ret = found;
	return more;
}

int account_find_process(const struct ow_command *command, const char *word, int64_t *ret_pid,
			 struct ow_err *err)
{
	ow_scoped(ow_closep) int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(GROUP_MAX);
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	struct choice choice = { .proc = proc };
	const char *path = word;
	int r;

	if (proc < 0)
		return ow_fail(err, errno, "cannot read /proc: %m");
	if (!arena)
		return ow_fail(err, ENOMEM, "cannot look for '%s': %m", word);
	r = ow_cgroupfs_open(NULL, &fs, err);
	if (r == 0 && word[0] != '/')
		r = find_group(fs, word, arena, &path, err);
	if (r == 0)
		r = choose(fs, path, arena, &choice, err);
	if (r < 0)
		return r;
	if (!choice.pid)
		return ow_fail(err, ENOENT, "'%s' has no process", word);
	ow_command_warn(command, "'%s': process %" PRId64 " ('%s'), %s of %zu", word, choice.pid,
			choice.comm ? choice.comm : "",
			choice.is_go ? "the largest program of Go" : "the largest", choice.seen);
	*ret_pid = choice.pid;
	return 0;
}
