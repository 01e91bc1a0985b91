/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a real group of its own, on whichever version of cgroups has the memory controller. */
#include "collect/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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

static void remove_group(const char *const *path)
{
	(void)rmdir(*path);
}

static const char *make_group(struct ow_arena *arena, const char *name)
{
	const char *group = ow_printf(arena, "%s/%s", mount_point(), name);
	const char *limit =
		ow_printf(arena, "%s/%s", group, is_v1() ? "memory.limit_in_bytes" : "memory.max");
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
	};

	if (!mount_point()) {
		printf("1..0 # SKIP needs root and the memory controller of cgroups\n");
		return 0;
	}
	return cmocka_run_group_tests_name("collect/cgroup", tests, NULL, NULL);
}
