/* SPDX-License-Identifier: Apache-2.0 */
#include "read/cgroup.h"

#include <errno.h>

#include "stats.h"
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
		struct ow_cgroup_place place;

		assert_int_equal(ow_cgroup_place_read(cases[i].path, *state, &place), 0);
		assert_int_equal(place.version, cases[i].version);
		assert_string_equal(place.path, cases[i].group);
		assert_string_equal(place.name, cases[i].name);
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
	struct ow_cgroup_place place;

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_int_equal(ow_cgroup_place_read(cases[i], *state, &place), -EINVAL);
}

/* What the reader says of a text, which it must know. */
static int read_text(unsigned version, const char *name, const char *text, struct ow_arena *arena,
		     struct ow_cgroup *group)
{
	const struct ow_cgroup_file *file = ow_cgroup_file(version, name);

	assert_non_null(file);
	return ow_cgroup_read(file, ow_str(text), NULL, arena, group);
}

static void numbers_become_fields(void **state)
{
#define AT(member) offsetof(struct ow_cgroup, member)
	static const struct {
		unsigned version;
		const char *name, *text;
		unsigned have;
		size_t at;
		uint64_t value;
	} cases[] = {
		{ 1, "memory.limit_in_bytes", "209715200\n", OW_CGROUP_LIMIT, AT(limit_bytes),
		  209715200 },
		{ 1, "memory.usage_in_bytes", "4096", OW_CGROUP_USAGE, AT(usage_bytes), 4096 },
		{ 1, "memory.max_usage_in_bytes", "5\n", OW_CGROUP_PEAK, AT(peak_bytes), 5 },
		{ 1, "memory.soft_limit_in_bytes", "5\n", OW_CGROUP_SOFT_LIMIT,
		  AT(soft_limit_bytes), 5 },
		{ 1, "memory.memsw.limit_in_bytes", "1\n", OW_CGROUP_MEMSW, AT(memsw.limit_bytes),
		  1 },
		{ 1, "memory.kmem.usage_in_bytes", "1\n", OW_CGROUP_KMEM, AT(kmem.usage_bytes), 1 },
		{ 1, "memory.kmem.tcp.max_usage_in_bytes", "1\n", OW_CGROUP_KMEM_TCP,
		  AT(kmem_tcp.peak_bytes), 1 },
		{ 1, "pids.max", "max\n", OW_CGROUP_PIDS_LIMIT, AT(pids_limit), UINT64_MAX },
		{ 2, "memory.max", "max\n", OW_CGROUP_LIMIT, AT(limit_bytes), UINT64_MAX },
		{ 2, "memory.max", "0\n", OW_CGROUP_LIMIT, AT(limit_bytes), 0 },
		{ 2, "memory.current", "7\n", OW_CGROUP_USAGE, AT(usage_bytes), 7 },
		{ 2, "memory.peak", "7\n", OW_CGROUP_PEAK, AT(peak_bytes), 7 },
		{ 2, "memory.high", "max", OW_CGROUP_HIGH, AT(high_bytes), UINT64_MAX },
		{ 2, "memory.min", "4096\n", OW_CGROUP_MIN, AT(min_bytes), 4096 },
		{ 2, "memory.low", "4096\n", OW_CGROUP_LOW, AT(low_bytes), 4096 },
		{ 2, "memory.swap.max", "max", OW_CGROUP_SWAP, AT(swap.limit_bytes), UINT64_MAX },
		{ 2, "memory.swap.current", "9\n", OW_CGROUP_SWAP, AT(swap.usage_bytes), 9 },
		{ 2, "memory.swap.peak", "9\n", OW_CGROUP_SWAP, AT(swap.peak_bytes), 9 },
		{ 2, "memory.swap.high", "9\n", OW_CGROUP_SWAP, AT(swap.high_bytes), 9 },
		{ 2, "memory.zswap.max", "max\n", OW_CGROUP_ZSWAP, AT(zswap.limit_bytes),
		  UINT64_MAX },
		{ 2, "pids.current", "12\n", OW_CGROUP_PIDS_CURRENT, AT(pids_current), 12 },
	};
#undef AT

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_cgroup group = { .version = cases[i].version };

		assert_int_equal(
			read_text(cases[i].version, cases[i].name, cases[i].text, *state, &group),
			0);
		assert_int_equal(group.have, cases[i].have);
		assert_true(*(uint64_t *)((char *)&group + cases[i].at) == cases[i].value);
	}
}

static void only_v1_prints_no_limit_as_a_number(void **state)
{
	static const struct {
		unsigned version;
		const char *text;
		uint64_t value;
	} cases[] = {
		{ 1, "9223372036854771712\n", UINT64_MAX }, /* pages of 4 KiB */
		{ 1, "9223372036854710272\n", UINT64_MAX }, /* pages of 64 KiB */
		{ 1, "8796093018112\n", UINT64_MAX },       /* 32 bits */
		{ 1, "8796093022208\n", 8796093022208 },    /* 8 TiB are a limit */
		{ 2, "9223372036854771712\n", 9223372036854771712U },
		{ 2, "8796093018112\n", 8796093018112 },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_cgroup group = { .have = 0 };

		assert_int_equal(
			read_text(cases[i].version,
				  cases[i].version == 1 ? "memory.limit_in_bytes" : "memory.max",
				  cases[i].text, *state, &group),
			0);
		assert_true(group.limit_bytes == cases[i].value);
	}
}

static void parts_of_a_counter_come_together(void **state)
{
	struct ow_cgroup group = { .version = 1 };

	assert_int_equal(read_text(1, "memory.memsw.limit_in_bytes", "30\n", *state, &group), 0);
	assert_int_equal(group.memsw.have, OW_CGROUP_COUNTER_LIMIT);
	assert_int_equal(read_text(1, "memory.memsw.usage_in_bytes", "20\n", *state, &group), 0);
	assert_int_equal(read_text(1, "memory.memsw.max_usage_in_bytes", "x\n", *state, &group),
			 -EBADMSG);
	assert_int_equal(group.have, OW_CGROUP_MEMSW);
	assert_int_equal(group.memsw.have, OW_CGROUP_COUNTER_LIMIT | OW_CGROUP_COUNTER_USAGE);
	assert_int_equal(group.memsw.limit_bytes, 30);
	assert_int_equal(group.memsw.usage_bytes, 20);
}

static void all_names_of_memory_stat_are_kept(void **state)
{
	struct ow_cgroup group = { .version = 2 };

	assert_int_equal(
		read_text(2, "memory.stat", "anon 5\nfile 6\nnew_in_7.1 7\n", *state, &group), 0);
	assert_int_equal(group.have, OW_CGROUP_STAT);
	assert_int_equal(group.stat.n, 3);
	assert_int_equal(stat_of(&group.stat, "new_in_7.1"), 7);
}

static void events_count_the_kills(void **state)
{
	struct ow_cgroup group = { .version = 2 };

	assert_int_equal(read_text(2, "memory.events",
				   "low 0\nhigh 0\nmax 33\noom 2\noom_kill 1\noom_group_kill 1\n",
				   *state, &group),
			 0);
	assert_int_equal(group.have, OW_CGROUP_EVENTS | OW_CGROUP_OOM_KILLS);
	assert_int_equal(group.oom_kills, 1);
	assert_int_equal(stat_of(&group.events, "max"), 33);
	assert_int_equal(read_text(2, "memory.events.local", "oom_kill 0\n", *state, &group), 0);
	assert_int_equal(group.oom_kills, 1);
	assert_int_equal(stat_of(&group.events_local, "oom_kill"), 0);
}

static void kernels_before_4_13_count_no_kills(void **state)
{
	struct ow_cgroup v1 = { .version = 1 }, v2 = { .version = 2 };

	assert_int_equal(read_text(2, "memory.events", "low 0\nmax 3\noom 1\n", *state, &v2), 0);
	assert_int_equal(v2.have, OW_CGROUP_EVENTS);
	assert_int_equal(read_text(1, "memory.oom_control", "oom_kill_disable 0\nunder_oom 1\n",
				   *state, &v1),
			 0);
	assert_int_equal(v1.have, OW_CGROUP_OOM_KILL_DISABLE | OW_CGROUP_UNDER_OOM);
	assert_true(v1.under_oom && !v1.oom_kill_disable);
}

static void oom_control_has_three_values(void **state)
{
	struct ow_cgroup group = { .version = 1 };

	assert_int_equal(read_text(1, "memory.oom_control",
				   "oom_kill_disable 1\nunder_oom 0\noom_kill 3\n", *state, &group),
			 0);
	assert_int_equal(group.have,
			 OW_CGROUP_OOM_KILL_DISABLE | OW_CGROUP_UNDER_OOM | OW_CGROUP_OOM_KILLS);
	assert_true(group.oom_kill_disable && !group.under_oom);
	assert_int_equal(group.oom_kills, 3);
}

static void the_rest_of_the_files_become_fields(void **state)
{
	struct ow_cgroup group = { .version = 2 };
	const int64_t *pid;

	assert_int_equal(read_text(2, "memory.oom.group", "1\n", *state, &group), 0);
	assert_true(group.oom_group);
	assert_int_equal(read_text(2, "cgroup.stat",
				   "nr_descendants 3\nnr_subsys_memory 4\nnr_dying_descendants 2\n",
				   *state, &group),
			 0);
	assert_int_equal(group.descendants, 3);
	assert_int_equal(group.dying_descendants, 2);
	assert_int_equal(read_text(2, "cgroup.procs", "0\n17\n4194303\n", *state, &group), 0);
	assert_int_equal(group.processes, 3);
	assert_int_equal(group.pids.n, 3);
	pid = group.pids.item;
	assert_int_equal(pid[0], 0);
	assert_int_equal(pid[2], 4194303);
	assert_int_equal(group.have, OW_CGROUP_OOM_GROUP | OW_CGROUP_DESCENDANTS |
					     OW_CGROUP_DYING_DESCENDANTS | OW_CGROUP_PROCESSES);
}

static void a_group_without_processes_has_none(void **state)
{
	struct ow_cgroup group = { .processes = 7 };

	assert_int_equal(read_text(1, "cgroup.procs", "", *state, &group), 0);
	assert_int_equal(group.have, OW_CGROUP_PROCESSES);
	assert_int_equal(group.processes, 0);
}

static void files_of_the_other_version_have_no_reader(void **state)
{
	(void)state;
	assert_null(ow_cgroup_file(1, "memory.max"));
	assert_null(ow_cgroup_file(2, "memory.limit_in_bytes"));
	assert_null(ow_cgroup_file(2, "memory.failcnt"));
	assert_null(ow_cgroup_file(2, ""));
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
		{ "memory.oom.group", "2\n" },
		{ "memory.events", "oom_kill x\n" },
		{ "memory.events", "" },
		{ "memory.stat", "\n\n" },
		{ "memory.pressure", "some\n" },
		{ "cgroup.stat", "nr_subsys_memory 4\n" },
		{ "cgroup.procs", "\n" },
		{ "cgroup.procs", "-1\n" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_cgroup group = { .version = 2, .limit_bytes = 7, .processes = 8 };

		assert_int_equal(read_text(2, cases[i].name, cases[i].text, *state, &group),
				 -EBADMSG);
		assert_int_equal(group.have, 0);
		assert_int_equal(group.limit_bytes, 7);
		assert_int_equal(group.processes, 8);
		assert_int_equal(group.stat.n + group.events.n, 0);
	}
}

static void bad_lines_are_counted(void **state)
{
	struct ow_cgroup group = { .version = 2 };

	assert_int_equal(read_text(2, "memory.stat", "anon 5\nfile\nshmem -1\n", *state, &group),
			 2);
	assert_int_equal(group.stat.n, 1);
	assert_int_equal(read_text(2, "cgroup.procs", "1\nx\n2\n", *state, &group), 1);
	assert_int_equal(group.processes, 2);
}

/* What one field needs is what its bit says: else a listing of some fields would lack one. */
static void every_field_has_its_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < ow_cgroup_fields.n; i++) {
		const unsigned bit = ow_cgroup_fields.item[i].have;
		unsigned given = OW_CGROUP_BINDING_LIMIT | OW_CGROUP_CONTAINER;

		for (size_t k = 0; k < ow_cgroup_files_n; k++)
			given |= ow_cgroup_files[k].gives;
		assert_int_equal(bit & ~given, 0);
	}
	assert_string_equal(ow_cgroup_field(ow_str("psi"))->name, "psi");
	assert_null(ow_cgroup_field(ow_str("memory")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_path_of_the_case_names_a_file_of_a_group),
		UNIT(other_paths_are_refused),
		UNIT(numbers_become_fields),
		UNIT(only_v1_prints_no_limit_as_a_number),
		UNIT(parts_of_a_counter_come_together),
		UNIT(all_names_of_memory_stat_are_kept),
		UNIT(events_count_the_kills),
		UNIT(kernels_before_4_13_count_no_kills),
		UNIT(oom_control_has_three_values),
		UNIT(the_rest_of_the_files_become_fields),
		UNIT(a_group_without_processes_has_none),
		UNIT(files_of_the_other_version_have_no_reader),
		UNIT(text_that_makes_no_sense_changes_nothing),
		UNIT(bad_lines_are_counted),
		UNIT(every_field_has_its_file),
	};

	return cmocka_run_group_tests_name("read/cgroup", tests, NULL, NULL);
}
