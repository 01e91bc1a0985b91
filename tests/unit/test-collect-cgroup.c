/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a real group of its own, on whichever version of cgroups has the memory controller. */
#include "collect/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <libcgroup.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "read/cgroup.h"
#include "unit.h"

#define LIMIT      "33554432"
#define V1         "/sys/fs/cgroup/memory"
#define V2         "/sys/fs/cgroup"
#define HARD_NAME  "oomwhy test %41;[2]"
#define HARD_CODED "oomwhy%20test%20%2541%3B%5B2%5D"

/* Where groups are made; NULL when this user cannot make any. */
static const char *mount_point(void)
{
	if (access(V1 "/memory.limit_in_bytes", F_OK) == 0 || access(V1 "/memory.stat", F_OK) == 0)
		return access(V1, W_OK) == 0 ? V1 : NULL;
	return access(V2 "/memory.stat", F_OK) == 0 && access(V2, W_OK) == 0 ? V2 : NULL;
}

static bool is_v1(void)
{
	return strcmp(mount_point(), V1) == 0;
}

static const char *limit_file(void)
{
	return is_v1() ? "memory.limit_in_bytes" : "memory.max";
}

static void remove_group(const char *const *path)
{
	(void)rmdir(*path);
}

static const char *make_group(struct ow_arena *arena, const char *name)
{
	const char *group = ow_printf(arena, "%s/%s", mount_point(), name);
	const char *limit = ow_printf(arena, "%s/%s", group, limit_file());
	FILE *file;

	assert_true(mkdir(group, 0755) == 0 || errno == EEXIST);
	file = fopen(limit, "w");
	assert_non_null(file);
	assert_true(fputs(LIMIT, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return group;
}

#define GROUP(variable, name) \
	ow_scoped(remove_group) const char *const variable = make_group(*state, name)

static const struct ow_evidence *find(const struct ow_evidence *file, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(file[i].path), tail = strlen(name);

		if (length > tail && file[i].path[length - tail - 1] == '/' &&
		    strcmp(file[i].path + length - tail, name) == 0)
			return &file[i];
	}
	return NULL;
}

static void the_files_of_a_group_are_read(void **state)
{
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	const struct ow_evidence *limit;
	struct ow_err err;
	size_t n = 0;
	const char *name = ow_printf(*state, "oomwhy-test-%d", getpid());
	GROUP(group, name);

	assert_int_equal(ow_cgroup_collect(ow_printf(*state, "/%s", name), *state, file, &n, &err),
			 0);
	assert_true(n >= 5 && n <= OW_CGROUP_FILES_MAX);
	limit = find(file, n, is_v1() ? "memory.limit_in_bytes" : "memory.max");
	assert_non_null(limit);
	assert_string_equal(limit->path,
			    ow_printf(*state, "cgroup/v%d/%s/%s", is_v1() ? 1 : 2, name,
				      is_v1() ? "memory.limit_in_bytes" : "memory.max"));
	assert_string_equal(limit->source,
			    ow_printf(*state, "%s/%s", group,
				      is_v1() ? "memory.limit_in_bytes" : "memory.max"));
	assert_true(ow_str_is(limit->bytes, LIMIT "\n"));
	assert_non_null(find(file, n, "memory.stat"));
	assert_non_null(find(file, n, is_v1() ? "memory.oom_control" : "memory.events"));
	assert_non_null(find(file, n, is_v1() ? "memory.use_hierarchy" : "memory.events.local"));
	assert_null(find(file, n, "cgroup.procs")); /* numbers that mean nothing later */
}

static void what_is_collected_is_understood_by_its_reader(void **state)
{
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct ow_cgroup read = { 0 };
	struct ow_err err;
	size_t n = 0;
	GROUP(group, HARD_NAME);

	assert_non_null(group);
	assert_int_equal(ow_cgroup_collect("/" HARD_NAME, *state, file, &n, &err), 0);
	for (size_t i = 0; i < n; i++) {
		const struct ow_cgroup_file *kind;
		struct ow_cgroup_place place;

		assert_int_equal(ow_cgroup_place_read(file[i].path, *state, &place), 0);
		assert_string_equal(place.path, "/" HARD_NAME);
		kind = ow_cgroup_file(place.version, place.name);
		if (kind)
			assert_int_equal(ow_cgroup_read(kind, file[i].bytes, NULL, *state, &read),
					 0);
	}
	assert_int_equal(read.have & (OW_CGROUP_LIMIT | OW_CGROUP_USAGE | OW_CGROUP_OOM_KILLS),
			 OW_CGROUP_LIMIT | OW_CGROUP_USAGE | OW_CGROUP_OOM_KILLS);
	assert_int_equal(read.limit_bytes, OW_MIB(32));
}

static void a_name_of_any_characters_is_encoded(void **state)
{
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct ow_err err;
	size_t n = 0;
	GROUP(group, HARD_NAME);

	assert_non_null(group);
	assert_int_equal(ow_cgroup_collect("/" HARD_NAME, *state, file, &n, &err), 0);
	assert_non_null(strstr(find(file, n, "memory.stat")->path, "/" HARD_CODED "/"));
}

static void the_root_has_no_name(void **state)
{
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct ow_err err = { "kept" };
	size_t n = 0;

	assert_int_equal(ow_cgroup_collect("/", *state, file, &n, &err), 0);
	assert_string_equal(err.text, "kept"); /* the root lacks files, which is no failure */
	assert_string_equal(find(file, n, "memory.stat")->path,
			    is_v1() ? "cgroup/v1/memory.stat" : "cgroup/v2/memory.stat");
}

static void a_group_that_is_gone_is_not_there(void **state)
{
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct ow_err err;
	size_t n = 7;

	assert_int_equal(ow_cgroup_collect("/docker/oomwhy-gone", *state, file, &n, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/docker/oomwhy-gone"));
	assert_int_equal(n, 7);
}

static void no_path_leads_out(void **state)
{
	static const char *const paths[] = {
		"", "a", "/..", "/../..", "/a/../b", "/./a", "//a", "/a//b", "/a/", "../a",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(paths); i++) {
		struct ow_evidence file[OW_CGROUP_FILES_MAX];
		struct ow_err err;
		size_t n;

		assert_int_equal(ow_cgroup_collect(paths[i], *state, file, &n, &err), -EINVAL);
	}
}

/* Runs in a child: its own paths are not those that the kernel prints. */
static int inside_a_namespace(void)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct ow_err err;
	size_t n;

	if (unshare(CLONE_NEWCGROUP) < 0)
		return 2;
	return ow_cgroup_collect("/", arena, file, &n, &err) == -EXDEV ? 0 : 3;
}

static void inside_a_container_nothing_is_looked_up(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(inside_a_namespace());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Writes a value into a file of a group. */
static void set(struct ow_arena *arena, const char *group, const char *file, const char *value)
{
	FILE *to = fopen(ow_printf(arena, "%s/%s", group, file), "w");

	assert_non_null(to);
	assert_true(fputs(value, to) >= 0);
	assert_int_equal(fclose(to), 0);
}

/* A group that has others below it, on v2, too. */
static const char *make_parent(struct ow_arena *arena)
{
	const char *group = make_group(arena, ow_printf(arena, "oomwhy-test-%d", getpid()));

	if (!is_v1())
		set(arena, group, "cgroup.subtree_control", "+memory");
	return group;
}

/* The walk from a group on this host, as far as it is known to go well. */
struct walking {
	struct ow_cgroupfs *fs;
	struct ow_cgroup_walk *walk;
};

static void walking_release(struct walking *walking)
{
	walking->walk = ow_cgroup_walk_free(walking->walk);
	walking->fs = ow_cgroupfs_close(walking->fs);
}

static struct walking walk_from(const char *group, unsigned want)
{
	struct ow_cgroup_walk_options options = { .path = group + strlen(mount_point()),
						  .want = want,
						  .depth_max = UINT_MAX };
	struct walking walking = { 0 };
	struct ow_err err;

	assert_int_equal(ow_cgroupfs_open(NULL, &walking.fs, &err), 0);
	assert_string_equal(ow_cgroupfs_mount(walking.fs), mount_point());
	assert_int_equal(ow_cgroupfs_version(walking.fs), is_v1() ? 1 : 2);
	assert_int_equal(ow_cgroup_walk_new(walking.fs, &options, &walking.walk, &err), 0);
	return walking;
}

static char memory[] = "memory";

static void same_limit_for_libcgroup(struct ow_arena *arena, const struct ow_cgroup *group)
{
	char text[256];
	void *handle = NULL;
	char *name = ow_printf(arena, "%s", limit_file());

	assert_int_equal(
		cgroup_read_value_begin(memory, group->path, name, &handle, text, sizeof(text)), 0);
	assert_int_equal(cgroup_read_value_end(&handle), 0);
	assert_string_equal(text, ow_printf(arena, "%lu\n", (unsigned long)group->limit_bytes));
}

/* libcgroup leaves the line feed at the end of each value. */
static void same_stat_for_libcgroup(struct ow_arena *arena, const struct ow_cgroup *group)
{
	const struct ow_stat *stat = group->stat.item;
	struct cgroup_stat line;
	void *handle = NULL;
	size_t n = 0;
	int r = cgroup_read_stats_begin(memory, group->path, &handle, &line);

	for (; r == 0; r = cgroup_read_stats_next(&handle, &line)) {
		assert_true(n < group->stat.n);
		assert_string_equal(line.name, stat[n].name);
		assert_string_equal(line.value, ow_printf(arena, "%llu\n", stat[n].value));
		n++;
	}
	assert_int_equal(cgroup_read_stats_end(&handle), 0);
	assert_int_equal(n, group->stat.n);
}

/* How many groups libcgroup finds there. */
static size_t count_by_libcgroup(const char *path)
{
	struct cgroup_file_info info;
	void *handle = NULL;
	size_t n = 0;
	int level;
	int r = cgroup_walk_tree_begin(memory, path, 0, &handle, &info, &level);

	for (; r == 0; r = cgroup_walk_tree_next(0, &handle, &info, level))
		n += info.type == CGROUP_FILE_TYPE_DIR;
	assert_int_equal(cgroup_walk_tree_end(&handle), 0);
	return n;
}

static void libcgroup_finds_the_same_groups_and_values(void **state)
{
	static const char *const names[] = { "a", "b c", "d\033[31m" };
	ow_scoped(remove_group) const char *const parent = make_parent(*state);
	const char *child[OW_ARRAY_SIZE(names)];
	struct ow_cgroup group;
	struct ow_err err;
	size_t n = 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		child[i] = ow_printf(*state, "%s/%s", parent, names[i]);
		assert_int_equal(mkdir(child[i], 0755), 0);
		set(*state, child[i], limit_file(), ow_printf(*state, "%zu", OW_MIB(16) << i));
	}
	{
		ow_scoped(walking_release) struct walking walking =
			walk_from(parent, OW_CGROUP_LIMIT | OW_CGROUP_STAT);

		while (ow_cgroup_walk_next(walking.walk, *state, &group, &err) > 0) {
			assert_int_equal(group.have, OW_CGROUP_LIMIT | OW_CGROUP_STAT);
			assert_int_equal(group.limit_bytes, n ? OW_MIB(16) << (n - 1) : OW_MIB(32));
			same_limit_for_libcgroup(*state, &group);
			same_stat_for_libcgroup(*state, &group);
			n++;
		}
		assert_int_equal(n, count_by_libcgroup(parent + strlen(mount_point())));
	}
	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++)
		assert_int_equal(rmdir(child[i]), 0);
	assert_int_equal(n, 1 + OW_ARRAY_SIZE(names));
}

#define GROUPS 8

/* Group i is made, limited to 16 + i MiB, made full of nothing, and removed, as fast as it goes. */
static _Noreturn void make_and_remove(struct ow_arena *arena, const char *parent)
{
	const char *child[GROUPS], *limit[GROUPS], *value[GROUPS];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned i = 0; i < GROUPS; i++) {
		child[i] = ow_printf(arena, "%s/%c", parent, 'a' + (int)i);
		limit[i] = ow_printf(arena, "%s/%s", child[i], limit_file());
		value[i] = ow_printf(arena, "%zu", OW_MIB(16 + i));
	}
	for (;;)
		for (unsigned i = 0; i < GROUPS; i++) {
			int fd;

			(void)mkdir(child[i], 0755);
			fd = open(limit[i], O_WRONLY | O_CLOEXEC);
			(void)!write(fd, value[i], strlen(value[i]));
			(void)close(fd);
			(void)rmdir(child[(i + GROUPS / 2) % GROUPS]);
		}
}

/* What is given out is whole and of one group: its limit is the one that its name has, or none yet.
 */
static void check_group(const struct ow_cgroup *group, const char *parent, unsigned want)
{
	const size_t length = strlen(parent) - strlen(mount_point());
	unsigned i;

	assert_int_equal(group->have & want, want);
	if (strlen(group->path) == length)
		return;
	i = (unsigned)(group->path[length + 1] - 'a');
	assert_true(i < GROUPS);
	assert_true(group->limit_bytes == UINT64_MAX || group->limit_bytes == OW_MIB(16 + i));
	assert_true(group->stat.n > 10);
}

static void groups_that_come_and_go_are_not_mixed(void **state)
{
	const unsigned want = OW_CGROUP_LIMIT | OW_CGROUP_USAGE | OW_CGROUP_STAT |
			      OW_CGROUP_OOM_KILLS | OW_CGROUP_PROCESSES | OW_CGROUP_BINDING_LIMIT;
	ow_scoped(remove_group) const char *const parent = make_parent(*state);
	uint64_t given = 0, vanished = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		make_and_remove(*state, parent);
	for (int round = 0; round < 2000 && (round < 200 || vanished < 20); round++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
		ow_scoped(walking_release) struct walking walking = walk_from(parent, want);
		struct ow_cgroup group;
		struct ow_err err;
		int r;

		while ((r = ow_cgroup_walk_next(walking.walk, arena, &group, &err)) > 0)
			check_group(&group, parent, want);
		assert_int_equal(r, 0);
		assert_int_equal(ow_cgroup_walk_seen(walking.walk)->partial, 0);
		given += ow_cgroup_walk_seen(walking.walk)->groups;
		vanished += ow_cgroup_walk_seen(walking.walk)->vanished;
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (int i = 0; i < GROUPS; i++)
		(void)rmdir(ow_printf(*state, "%s/%c", parent, 'a' + i));
	assert_true(given > 200);
	print_message("# %d groups were given, %d vanished\n", (int)given, (int)vanished);
}

/* A group is removed while the walk is deep below it: the way back is still there. */
static void the_way_back_is_there_when_groups_are_removed(void **state)
{
	enum { DEPTH = 40 };
	ow_scoped(remove_group) const char *const parent = make_parent(*state);
	const char *path[DEPTH];
	struct ow_cgroup group;
	struct ow_err err;
	unsigned n = 0;
	int r;

	for (int i = 0; i < DEPTH; i++) {
		path[i] = ow_printf(*state, "%s/x", i ? path[i - 1] : parent);
		assert_int_equal(mkdir(path[i], 0755), 0);
	}
	assert_int_equal(mkdir(ow_printf(*state, "%s/y", parent), 0755), 0);
	{
		ow_scoped(walking_release) struct walking walking = walk_from(parent, 0);

		while ((r = ow_cgroup_walk_next(walking.walk, *state, &group, &err)) > 0)
			if (++n == DEPTH + 1)
				for (int i = DEPTH; i-- > 0;)
					assert_int_equal(rmdir(path[i]), 0);
	}
	assert_int_equal(r, 0);
	assert_int_equal(n, DEPTH + 2);
	assert_string_equal(group.path + strlen(group.path) - 2, "/y");
	assert_int_equal(rmdir(ow_printf(*state, "%s/y", parent)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_files_of_a_group_are_read),
		UNIT(what_is_collected_is_understood_by_its_reader),
		UNIT(a_name_of_any_characters_is_encoded),
		UNIT(the_root_has_no_name),
		UNIT(a_group_that_is_gone_is_not_there),
		UNIT(no_path_leads_out),
		UNIT(inside_a_container_nothing_is_looked_up),
		UNIT(libcgroup_finds_the_same_groups_and_values),
		UNIT(groups_that_come_and_go_are_not_mixed),
		UNIT(the_way_back_is_there_when_groups_are_removed),
	};

	if (!mount_point()) {
		printf("1..0 # SKIP needs root and the memory controller of cgroups\n");
		return 0;
	}
	return cmocka_run_group_tests_name("collect/cgroup", tests, NULL, NULL);
}
