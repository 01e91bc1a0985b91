/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over folders that are laid out like /sys/fs/cgroup. Those of real hosts:
 * test-collect-cgroup-hosts.c; real groups: test-collect-cgroup.c. */
#include "collect/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cgroup-walk.h"
#include "folder.h"

#define PLAIN (OW_CGROUP_USAGE | OW_CGROUP_LIMIT | OW_CGROUP_BINDING_LIMIT)

/* A group of v2 below root, "" for the root. */
static void put_group(struct ow_arena *arena, const char *root, const char *path, const char *limit,
		      const char *usage)
{
	folder_write(arena, root, ow_printf(arena, "%s/memory.max", path), limit);
	folder_write(arena, root, ow_printf(arena, "%s/memory.current", path), usage);
}

static void put_root(struct ow_arena *arena, const char *root)
{
	folder_write(arena, root, "cgroup.controllers", "cpuset memory pids\n");
}

static void groups_come_depth_first_by_name(void **state)
{
	static const char *const paths[] = { "/", "/a", "/a/b", "/a/b/c", "/a/d", "/a-b", "/e" };
	struct walked walked;
	FOLDER(root);

	put_root(*state, root);
	for (size_t i = OW_ARRAY_SIZE(paths); i-- > 1;)
		put_group(*state, root, paths[i] + 1, "max\n", "0\n");
	walked = walk(*state, root, OW_CGROUP_LIMIT);
	assert_int_equal(walked.n, OW_ARRAY_SIZE(paths));
	/* "/a-b" is before "/a/b" by its bytes, but no child comes before its parent's sibling. */
	for (size_t i = 0; i < walked.n; i++)
		assert_string_equal(walked.group[i].path, paths[i]);
	assert_int_equal(walked.group[0].depth, 0);
	assert_int_equal(walked.group[3].depth, 3);
	assert_int_equal(walked.group[3].version, 2);
}

static void layouts_are_told_by_what_is_there(void **state)
{
	static const struct {
		const char *files[3];
		unsigned version;
		const char *mount;
	} cases[] = {
		{ { "cgroup.controllers", "memory/memory.max" }, 2, "" },
		{ { "sys/fs/cgroup/cgroup.controllers" }, 2, "/sys/fs/cgroup" },
		{ { "unified/cgroup.controllers", "memory/cgroup.procs" }, 2, "/unified" },
		{ { "memory/memory.limit_in_bytes" }, 1, "/memory" },
		{ { "sys/fs/cgroup/memory/memory.stat" }, 1, "/sys/fs/cgroup/memory" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
		struct ow_err err;
		FOLDER(root);

		for (size_t k = 0; cases[i].files[k]; k++)
			folder_write(*state, root, cases[i].files[k], "cpu memory\n");
		assert_int_equal(ow_cgroupfs_open(root, &fs, &err), 0);
		assert_int_equal(ow_cgroupfs_version(fs), cases[i].version);
		assert_string_equal(ow_cgroupfs_mount(fs),
				    ow_printf(*state, "%s%s", root, cases[i].mount));
		assert_false(ow_cgroupfs_is_namespaced(fs));
	}
}

static void a_hybrid_host_has_its_memory_where_the_controller_is(void **state)
{
	struct walked walked;
	FOLDER(root);

	folder_write(*state, root, "unified/cgroup.controllers", "hugetlb\n");
	folder_write(*state, root, "unified/a/memory.pressure", "");
	folder_write(*state, root, "memory/b/memory.usage_in_bytes", "4096\n");
	folder_write(*state, root, "pids/b/pids.current", "3\n");
	walked = walk(*state, root, OW_CGROUP_ALL);
	assert_int_equal(walked.n, 2);
	assert_string_equal(walked.group[1].path, "/b");
	assert_int_equal(walked.group[1].version, 1);
	assert_int_equal(walked.group[1].usage_bytes, 4096);
	assert_int_equal(walked.group[1].pids_current, 3);
}

static void without_the_controller_there_are_no_groups(void **state)
{
	struct ow_cgroupfs *fs = NULL;
	struct ow_err err;
	FOLDER(root);

	folder_write(*state, root, "cgroup.controllers", "cpu memoryless\n");
	assert_int_equal(ow_cgroupfs_open(root, &fs, &err), -ENOENT);
	assert_non_null(strstr(err.text, root));
	assert_int_equal(ow_cgroupfs_open("/nowhere/at/all", &fs, &err), -ENOENT);
	assert_null(fs);
}

static void only_what_is_wanted_is_read(void **state)
{
	struct walked walked;
	FOLDER(root);

	put_root(*state, root);
	put_group(*state, root, "a", "max\n", "no number\n");
	folder_write(*state, root, "a/memory.stat", "nothing\n");
	walked = walk(*state, root, OW_CGROUP_LIMIT);
	assert_int_equal(walked.seen.partial, 0);
	assert_int_equal(walked.group[1].have, OW_CGROUP_LIMIT);
	assert_true(walked.group[1].limit_bytes == UINT64_MAX);
	walked = walk(*state, root, OW_CGROUP_LIMIT | OW_CGROUP_USAGE);
	assert_int_equal(walked.seen.partial, 1);
	assert_non_null(strstr(walked.seen.first.text, "'memory.current' of cgroup '/a'"));
	assert_int_equal(walked.group[1].have, OW_CGROUP_LIMIT);
}

static void a_walk_begins_and_ends_where_it_is_told(void **state)
{
	struct walked walked;
	FOLDER(root);

	put_root(*state, root);
	put_group(*state, root, "a", "100\n", "90\n");
	put_group(*state, root, "a/b", "max\n", "10\n");
	put_group(*state, root, "a/b/c", "max\n", "10\n");
	put_group(*state, root, "a/b/c/d", "max\n", "10\n");
	put_group(*state, root, "a/x", "max\n", "10\n");
	walked = walk_from(
		*state, root,
		&(struct ow_cgroup_walk_options){ .path = "/a/b", .want = PLAIN, .depth_max = 1 });
	assert_int_equal(walked.n, 2);
	assert_string_equal(walked.group[0].path, "/a/b");
	assert_string_equal(walked.group[1].path, "/a/b/c");
	assert_int_equal(walked.group[1].depth, 3);
	/* What is above the beginning binds, too. */
	assert_string_equal(walked.group[0].binding_limit.path, "/a");
	walked = walk_from(*state, root, &(struct ow_cgroup_walk_options){ .path = "/" });
	assert_int_equal(walked.n, 1);
	assert_int_equal(walked.group[0].have, 0);
}

static void a_path_that_is_not_there_is_said(void **state)
{
	static const struct {
		const char *path;
		int error;
	} cases[] = {
		{ "/b", -ENOENT },    { "/a/b", -ENOENT },  { "/b/c", -ENOENT },
		{ "/file", -ENOENT }, { "", -EINVAL },      { "a", -EINVAL },
		{ "/a/", -EINVAL },   { "/../a", -EINVAL }, { "/a/./a", -EINVAL },
	};
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	struct ow_err err;
	FOLDER(root);

	put_root(*state, root);
	put_group(*state, root, "a", "max\n", "0\n");
	folder_write(*state, root, "file", "");
	assert_int_equal(ow_cgroupfs_open(root, &fs, &err), 0);
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_cgroup_walk *walk = NULL;
		const struct ow_cgroup_walk_options options = { .path = cases[i].path };

		assert_int_equal(ow_cgroup_walk_new(fs, &options, &walk, &err), cases[i].error);
		assert_null(walk);
		assert_non_null(strchr(err.text, '\''));
	}
}

static void the_limit_with_the_least_headroom_binds(void **state)
{
	static const struct {
		const char *limits[3], *usages[3]; /* of /a, /a/b, /a/b/c */
		const char *path;                  /* that binds /a/b/c; NULL: not known */
		uint64_t headroom;                 /* UINT64_MAX: no limit */
	} cases[] = {
		{ { "max\n", "max\n", "max\n" }, { "9\n", "9\n", "9\n" }, "/", UINT64_MAX },
		{ { "max\n", "max\n", "50\n" }, { "9\n", "9\n", "9\n" }, "/a/b/c", 41 },
		{ { "100\n", "max\n", "50\n" }, { "80\n", "9\n", "9\n" }, "/a", 20 },
		{ { "100\n", "40\n", "50\n" }, { "20\n", "9\n", "9\n" }, "/a/b", 31 },
		/* Of equal ones the nearest. */
		{ { "50\n", "50\n", "50\n" }, { "9\n", "9\n", "9\n" }, "/a/b/c", 41 },
		{ { "50\n", "50\n", "max\n" }, { "9\n", "9\n", "9\n" }, "/a/b", 41 },
		/* At its limit or over it, as after one was lowered. */
		{ { "max\n", "5\n", "50\n" }, { "9\n", "9\n", "9\n" }, "/a/b", 0 },
		{ { "max\n", "max\n", "0\n" }, { "9\n", "9\n", "9\n" }, "/a/b/c", 0 },
		/* Not known: it could be the one. */
		{ { "x\n", "max\n", "50\n" }, { "9\n", "9\n", "9\n" }, NULL, 0 },
		{ { "100\n", "max\n", "50\n" }, { "x\n", "9\n", "9\n" }, NULL, 0 },
		{ { "max\n", "max\n", "50\n" }, { "x\n", "9\n", "9\n" }, "/a/b/c", 41 },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_cgroup *group;
		struct walked walked;
		FOLDER(root);

		put_root(*state, root);
		put_group(*state, root, "a", cases[i].limits[0], cases[i].usages[0]);
		put_group(*state, root, "a/b", cases[i].limits[1], cases[i].usages[1]);
		put_group(*state, root, "a/b/c", cases[i].limits[2], cases[i].usages[2]);
		walked = walk(*state, root, OW_CGROUP_BINDING_LIMIT);
		group = find(&walked, "/a/b/c");
		if (!cases[i].path) {
			assert_int_equal(group->have, 0);
			continue;
		}
		assert_int_equal(group->have, OW_CGROUP_BINDING_LIMIT);
		assert_string_equal(group->binding_limit.path, cases[i].path);
		if (cases[i].headroom == UINT64_MAX) {
			assert_int_equal(group->binding_limit.have, 0);
			assert_true(group->binding_limit.limit_bytes == UINT64_MAX);
		} else {
			assert_int_equal(group->binding_limit.headroom_bytes, cases[i].headroom);
		}
	}
}

static void a_group_without_the_controller_limits_nothing(void **state)
{
	struct walked walked;
	FOLDER(root);

	put_root(*state, root);
	put_group(*state, root, "a", "100\n", "10\n");
	folder_write(*state, root, "a/b/cgroup.procs", "");
	walked = walk(*state, root, PLAIN);
	assert_int_equal(find(&walked, "/a/b")->have, OW_CGROUP_BINDING_LIMIT);
	assert_string_equal(find(&walked, "/a/b")->binding_limit.path, "/a");
}

static void v1_without_hierarchy_charges_nobody_above(void **state)
{
	static const struct {
		const char *a, *b; /* memory.use_hierarchy */
		const char *path;  /* that binds /a/b/c */
	} cases[] = {
		{ "1\n", "1\n", "/a" },
		{ "0\n", "1\n", "/a/b" },
		{ "0\n", "0\n", "/" },
		{ "1\n", "0\n", "/" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct walked walked;
		FOLDER(root);

		folder_write(*state, root, "memory/a/memory.use_hierarchy", cases[i].a);
		folder_write(*state, root, "memory/a/memory.limit_in_bytes", "100\n");
		folder_write(*state, root, "memory/a/memory.usage_in_bytes", "99\n");
		folder_write(*state, root, "memory/a/b/memory.use_hierarchy", cases[i].b);
		folder_write(*state, root, "memory/a/b/memory.limit_in_bytes", "100\n");
		folder_write(*state, root, "memory/a/b/memory.usage_in_bytes", "10\n");
		folder_write(*state, root, "memory/a/b/c/memory.limit_in_bytes",
			     "9223372036854771712\n");
		folder_write(*state, root, "memory/a/b/c/memory.usage_in_bytes", "10\n");
		walked = walk(*state, root, OW_CGROUP_BINDING_LIMIT);
		assert_string_equal(find(&walked, "/a/b/c")->binding_limit.path, cases[i].path);
	}
}

static void names_of_any_bytes_stay_whole(void **state)
{
	static const char *const names[] = { "\n", "a\nb", "\033[31m", "\xff\xfe",
					     " ",  "%41",  "...",      "-n" };
	struct walked walked;
	FOLDER(root);

	put_root(*state, root);
	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++)
		put_group(*state, root, names[i], "7\n", "0\n");
	walked = walk(*state, root, PLAIN);
	assert_int_equal(walked.n, OW_ARRAY_SIZE(names) + 1);
	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++)
		assert_int_equal(find(&walked, ow_printf(*state, "/%s", names[i]))->limit_bytes, 7);
}

static void what_is_no_group_is_passed_over(void **state)
{
	struct walked walked;
	FOLDER(root);

	put_root(*state, root);
	put_group(*state, root, "a", "7\n", "0\n");
	folder_write(*state, root, "file", "");
	assert_int_equal(symlink("a", ow_printf(*state, "%s/link", root)), 0);
	assert_int_equal(symlink(".", ow_printf(*state, "%s/a/self", root)), 0);
	assert_int_equal(mkfifo(ow_printf(*state, "%s/a/memory.stat", root), 0600), 0);
	walked = walk(*state, root, PLAIN | OW_CGROUP_STAT);
	assert_int_equal(walked.n, 2);
	assert_int_equal(walked.group[1].have, PLAIN);
	assert_int_equal(walked.seen.partial, 1);
}

/* Groups go between two steps of the walk: those that were listed already, and one that is entered.
 */
static void groups_that_vanish_are_left_out(void **state)
{
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = { .want = PLAIN, .depth_max = UINT_MAX };
	struct ow_cgroup group;
	struct ow_err err;
	FOLDER(root);

	put_root(*state, root);
	put_group(*state, root, "a/b", "7\n", "0\n");
	put_group(*state, root, "c", "7\n", "0\n");
	put_group(*state, root, "d", "7\n", "0\n");
	assert_int_equal(ow_cgroupfs_open(root, &fs, &err), 0);
	assert_int_equal(ow_cgroup_walk_new(fs, &options, &walk, &err), 0);
	assert_int_equal(ow_cgroup_walk_next(walk, *state, &group, &err), 1);
	assert_int_equal(ow_cgroup_walk_next(walk, *state, &group, &err), 1);
	assert_string_equal(group.path, "/a");
	assert_string_equal(group.source, root);
	(void)nftw(ow_printf(*state, "%s/a", root), folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	(void)nftw(ow_printf(*state, "%s/c", root), folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	assert_int_equal(ow_cgroup_walk_next(walk, *state, &group, &err), 1);
	assert_string_equal(group.path, "/d");
	assert_int_equal(ow_cgroup_walk_next(walk, *state, &group, &err), 0);
	assert_int_equal(ow_cgroup_walk_next(walk, *state, &group, &err), 0);
	assert_int_equal(ow_cgroup_walk_seen(walk)->vanished, 1);
	assert_int_equal(ow_cgroup_walk_seen(walk)->groups, 3);
}

#define DEEP "a-group-with-a-name"

/* Makes groups below each other, deeper than any path can be long. */
static void make_deep(const char *root, unsigned depth)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY);

	for (unsigned i = 0; i < depth; i++) {
		int below, file;

		assert_int_equal(mkdirat(fd, DEEP, 0755), 0);
		below = openat(fd, DEEP, O_RDONLY | O_DIRECTORY);
		assert_true(below >= 0);
		(void)close(fd);
		fd = below;
		file = openat(fd, "memory.max", O_WRONLY | O_CREAT, 0644);
		assert_int_equal(write(file, "7\n", 2), 2);
		(void)close(file);
		if (i % 100 == 0)
			assert_int_equal(mkdirat(fd, "z", 0755), 0);
	}
	(void)close(fd);
}

/* nftw() cannot do that. */
static void remove_deep(const char *root, unsigned depth)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY);

	for (unsigned i = 0; i < depth; i++) {
		int below = openat(fd, DEEP, O_RDONLY | O_DIRECTORY);

		(void)close(fd);
		fd = below;
	}
	for (unsigned i = 0; i < depth; i++) {
		int above = openat(fd, "..", O_RDONLY | O_DIRECTORY);

		(void)unlinkat(fd, "memory.max", 0);
		(void)unlinkat(fd, "z", AT_REMOVEDIR);
		(void)close(fd);
		fd = above;
		assert_int_equal(unlinkat(fd, DEEP, AT_REMOVEDIR), 0);
	}
	(void)close(fd);
}

static void groups_deeper_than_a_path_is_long_cost_few_descriptors(void **state)
{
	enum { DEPTH = 400 };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = { .want = PLAIN, .depth_max = UINT_MAX };
	struct rlimit limit, few;
	struct ow_cgroup group;
	unsigned deepest = 0;
	struct ow_err err;
	size_t n = 0;
	int r;
	FOLDER(root);

	put_root(*state, root);
	make_deep(root, DEPTH);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	few = (struct rlimit){ 64, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(ow_cgroupfs_open(root, &fs, &err), 0);
	assert_int_equal(ow_cgroup_walk_new(fs, &options, &walk, &err), 0);
	while ((r = ow_cgroup_walk_next(walk, arena, &group, &err)) > 0) {
		n++;
		if (group.depth > deepest)
			deepest = group.depth;
		ow_arena_clear(arena);
	}
	assert_int_equal(r, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(deepest, DEPTH);
	assert_int_equal(n, 1 + DEPTH + DEPTH / 100);
	assert_int_equal(ow_cgroup_walk_seen(walk)->vanished, 0);
	remove_deep(root, DEPTH);
}

static void no_descriptor_left_ends_the_walk(void **state)
{
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = { .want = PLAIN, .depth_max = UINT_MAX };
	struct rlimit limit, few;
	struct ow_cgroup group;
	struct ow_err err;
	int r;
	FOLDER(root);

	put_root(*state, root);
	make_deep(root, 30);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	few = (struct rlimit){ 16, limit.rlim_max };
	assert_int_equal(ow_cgroupfs_open(root, &fs, &err), 0);
	assert_int_equal(ow_cgroup_walk_new(fs, &options, &walk, &err), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	while ((r = ow_cgroup_walk_next(walk, *state, &group, &err)) > 0)
		;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(r, -EMFILE);
	assert_non_null(strstr(err.text, "/" DEEP));
	remove_deep(root, 30);
}

static void a_full_arena_is_no_memory(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *small = ow_arena_new(1);
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = { .want = PLAIN, .depth_max = UINT_MAX };
	struct ow_cgroup group = { .depth = 99 };
	struct ow_err err;
	FOLDER(root);

	put_root(*state, root);
	put_group(*state, root, "a", "7\n", "0\n");
	assert_int_equal(ow_cgroupfs_open(root, &fs, &err), 0);
	assert_int_equal(ow_cgroup_walk_new(fs, &options, &walk, &err), 0);
	assert_int_equal(ow_cgroup_walk_next(walk, small, &group, &err), 1); /* "/" needs none */
	group.depth = 99;
	assert_int_equal(ow_cgroup_walk_next(walk, small, &group, &err), -ENOMEM);
	assert_int_equal(group.depth, 99);
}

/* A child, for root may read anything. */
static void walk_as_nobody(struct ow_arena *arena, const char *root)
{
	struct walked walked;

	assert_true(setgid(65534) == 0 && setuid(65534) == 0);
	walked = walk(arena, root, PLAIN);
	assert_int_equal(walked.n, 3);
	assert_string_equal(walked.group[1].path, "/a");
	assert_int_equal(walked.group[1].have, OW_CGROUP_LIMIT);
	assert_string_equal(walked.group[2].path, "/c");
	assert_int_equal(walked.seen.denied, 1);
	assert_int_equal(walked.seen.partial, 1);
	assert_non_null(strstr(walked.seen.first.text, "'memory.current' of cgroup '/a'"));
	assert_non_null(strstr(walked.seen.first.text, "Permission denied"));
}

static void what_may_not_be_read_is_counted_and_said(void **state)
{
	pid_t pid;
	int status;
	FOLDER(root);

	if (geteuid() != 0)
		skip();
	put_root(*state, root);
	put_group(*state, root, "a", "7\n", "0\n");
	put_group(*state, root, "b/below", "7\n", "0\n");
	put_group(*state, root, "c", "7\n", "0\n");
	assert_int_equal(chmod(root, 0755), 0);
	assert_int_equal(chmod(ow_printf(*state, "%s/a/memory.current", root), 0), 0);
	assert_int_equal(chmod(ow_printf(*state, "%s/b", root), 0), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		walk_as_nobody(*state, root);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* More than fits into the first buffer. */
static void long_files_are_read_whole(void **state)
{
	enum { PROCESSES = 20000 };
	char *text = ow_alloc(*state, PROCESSES, 8), *to = text;
	const struct ow_cgroup *group;
	struct walked walked;
	FOLDER(root);

	for (int i = 0; i < PROCESSES; i++)
		to += snprintf(to, 8, "%d\n", 1 + i);
	put_root(*state, root);
	folder_write(*state, root, "a/cgroup.procs", text);
	to = ow_alloc(*state, PROCESSES, 16);
	text = to;
	for (int i = 0; i < PROCESSES; i++)
		to += snprintf(to, 16, "n%d 1\n", i);
	folder_write(*state, root, "a/memory.stat", text);
	walked = walk(*state, root, OW_CGROUP_PROCESSES | OW_CGROUP_STAT);
	group = find(&walked, "/a");
	assert_int_equal(group->processes, PROCESSES);
	assert_int_equal(((int64_t *)group->pids.item)[PROCESSES - 1], PROCESSES);
	assert_int_equal(group->stat.n, PROCESSES);
	assert_string_equal(((struct ow_stat *)group->stat.item)[PROCESSES - 1].name, "n19999");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(groups_come_depth_first_by_name),
		UNIT(layouts_are_told_by_what_is_there),
		UNIT(a_hybrid_host_has_its_memory_where_the_controller_is),
		UNIT(without_the_controller_there_are_no_groups),
		UNIT(only_what_is_wanted_is_read),
		UNIT(a_walk_begins_and_ends_where_it_is_told),
		UNIT(a_path_that_is_not_there_is_said),
		UNIT(the_limit_with_the_least_headroom_binds),
		UNIT(a_group_without_the_controller_limits_nothing),
		UNIT(v1_without_hierarchy_charges_nobody_above),
		UNIT(names_of_any_bytes_stay_whole),
		UNIT(what_is_no_group_is_passed_over),
		UNIT(groups_that_vanish_are_left_out),
		UNIT(groups_deeper_than_a_path_is_long_cost_few_descriptors),
		UNIT(no_descriptor_left_ends_the_walk),
		UNIT(a_full_arena_is_no_memory),
		UNIT(what_may_not_be_read_is_counted_and_said),
		UNIT(long_files_are_read_whole),
	};

	return cmocka_run_group_tests_name("collect/cgroup-walk", tests, NULL, NULL);
}
