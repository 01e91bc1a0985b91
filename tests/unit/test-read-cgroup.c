/* SPDX-License-Identifier: Apache-2.0 */
#include "read/cgroup.h"

#include <errno.h>

#include "unit.h"

static void a_path_of_the_case_names_a_file_of_a_group(void **state)
{
	static const struct {
		const char *path;
		unsigned version;
		const char *group, *name;
	} cases[] = {
		{ "cgroup/v1/docker/34/memory.limit_in_bytes", 1, "/docker/34",
		  "memory.limit_in_bytes" },
		{ "cgroup/v2/a.slice/b%20c/memory.max", 2, "/a.slice/b c", "memory.max" },
		{ "cgroup/v2/memory.max", 2, "/", "memory.max" },
		{ "cgroup/v2//memory.max", 2, "/", "memory.max" },
		{ "cgroup/v2//a/memory.max", 2, "/a", "memory.max" },
		{ "cgroup/v2/%C3%a4%25/x", 2, "/ä%", "x" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_cgroup_file file;

		assert_int_equal(ow_cgroup_file_read(cases[i].path, *state, &file), 0);
		assert_int_equal(file.version, cases[i].version);
		assert_string_equal(file.path, cases[i].group);
		assert_string_equal(file.name, cases[i].name);
	}
}

static void other_paths_are_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"cgroup",
		"cgroup/v3/a/memory.max",
		"cgroup/v1/",
		"cgroup/v1/a/",
		"cgroup/v1/a%/x",
		"cgroup/v1/a%4/x",
		"cgroup/v1/a%4g/x",
		"cgroup/v1/a%00/x",
		"docker/x.json",
	};
	struct ow_cgroup_file file;

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_int_equal(ow_cgroup_file_read(cases[i], *state, &file), -EINVAL);
}

static void files_become_fields(void **state)
{
	static const struct {
		unsigned version;
		const char *name, *text;
		unsigned have;
		uint64_t value;
	} cases[] = {
		{ 1, "memory.limit_in_bytes", "209715200\n", OW_CGROUP_LIMIT, 209715200 },
		{ 1, "memory.limit_in_bytes", "9223372036854771712\n", OW_CGROUP_LIMIT,
		  UINT64_MAX },
		{ 1, "memory.limit_in_bytes", "8796093018112\n", OW_CGROUP_LIMIT, UINT64_MAX },
		{ 1, "memory.usage_in_bytes", "4096", OW_CGROUP_USAGE, 4096 },
		{ 1, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
		  OW_CGROUP_OOM_KILLS, 3 },
		{ 2, "memory.max", "max\n", OW_CGROUP_LIMIT, UINT64_MAX },
		{ 2, "memory.max", "0\n", OW_CGROUP_LIMIT, 0 },
		{ 2, "memory.current", "7\n", OW_CGROUP_USAGE, 7 },
		{ 2, "memory.events", "oom 1\noom_kill 2\noom_group_kill 1\n", OW_CGROUP_OOM_KILLS,
		  2 },
		/* Of the other version, or of no interest. */
		{ 1, "memory.max", "5\n", 0, 0 },
		{ 2, "memory.limit_in_bytes", "5\n", 0, 0 },
		{ 2, "memory.stat", "anon 5\n", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_cgroup group = { .version = cases[i].version };

		assert_int_equal(ow_cgroup_read(cases[i].name, ow_str(cases[i].text), &group), 0);
		assert_int_equal(group.have, cases[i].have);
		assert_true(group.limit_bytes + group.usage_bytes + group.oom_kills ==
			    cases[i].value);
	}
}

static void text_that_makes_no_sense_changes_nothing(void **state)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "memory.max", "" },
		{ "memory.max", "\n" },
		{ "memory.max", "-1\n" },
		{ "memory.max", "maximum\n" },
		{ "memory.max", "18446744073709551616\n" },
		{ "memory.max", "5\n\n" },
		{ "memory.current", "max\n" },
		{ "memory.events", "oom_kill x\n" },
		{ "memory.events", "oom_kills 5\n" },
		{ "memory.events", "" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_cgroup group = { .version = 2, .limit_bytes = 7 };

		assert_int_equal(ow_cgroup_read(cases[i].name, ow_str(cases[i].text), &group),
				 -EBADMSG);
		assert_int_equal(group.have, 0);
		assert_int_equal(group.limit_bytes, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_path_of_the_case_names_a_file_of_a_group),
		UNIT(other_paths_are_refused),
		UNIT(files_become_fields),
		UNIT(text_that_makes_no_sense_changes_nothing),
	};

	return cmocka_run_group_tests_name("read/cgroup", tests, NULL, NULL);
}
