/* SPDX-License-Identifier: Apache-2.0 */
#include "read/process.h"

#include <errno.h>

#include "unit.h"

static int read_text(const char *name, struct ow_str text, struct ow_arena *arena,
		     struct ow_process *process)
{
	for (size_t i = 0; i < ow_process_files_n; i++)
		if (strcmp(ow_process_files[i].name, name) == 0)
			return ow_process_read(&ow_process_files[i], text, arena, process);
	fail_msg("nothing reads %s", name);
	return 0;
}

static void status_says_who_it_is_and_what_it_holds(void **state)
{
	struct ow_process p = { .pid = 2897 };
	const int64_t *pid;

	assert_int_equal(read_text("status",
				   OW_STR("Name:\tleaky\n"
					  "Umask:\t0022\n"
					  "State:\tS (sleeping)\n"
					  "PPid:\t2870\n"
					  "Uid:\t1000\t0\t0\t0\n"
					  "NSpid:\t2897\t12\t1\n"
					  "VmSize:\t   35372 kB\n"
					  "VmLck:\t       4 kB\n"
					  "VmHWM:\t   33500 kB\n"
					  "VmRSS:\t   33448 kB\n"
					  "RssAnon:\t   32512 kB\n"
					  "RssFile:\t     936 kB\n"
					  "RssShmem:\t       0 kB\n"
					  "VmPTE:\t     108 kB\n"
					  "VmSwap:\t      16 kB\n"
					  "HugetlbPages:\t    2048 kB\n"
					  "Threads:\t4\n"),
				   *state, &p),
			 0);
	assert_string_equal(p.comm, "leaky");
	assert_string_equal(p.state, "S (sleeping)");
	assert_int_equal(p.ppid, 2870);
	assert_int_equal(p.uid, 1000);
	assert_int_equal(p.threads, 4);
	assert_int_equal(p.ns_pids.n, 3);
	pid = p.ns_pids.item;
	assert_int_equal(pid[0], 2897);
	assert_int_equal(pid[2], 1);
	assert_int_equal(p.total_vm_bytes, 35372 * 1024);
	assert_int_equal(p.locked_bytes, 4 * 1024);
	assert_int_equal(p.rss_peak_bytes, 33500 * 1024);
	assert_int_equal(p.rss_bytes, 33448 * 1024);
	assert_int_equal(p.rss_anon_bytes, 32512 * 1024);
	assert_int_equal(p.rss_file_bytes, 936 * 1024);
	assert_int_equal(p.rss_shmem_bytes, 0);
	assert_int_equal(p.pgtables_bytes, 108 * 1024);
	assert_int_equal(p.swap_bytes, 16 * 1024);
	assert_int_equal(p.hugetlb_bytes, 2048 * 1024);
	assert_int_equal(p.have, OW_PROCESS_PPID | OW_PROCESS_UID | OW_PROCESS_THREADS |
					 OW_PROCESS_NS_PIDS | OW_PROCESS_TOTAL_VM |
					 OW_PROCESS_LOCKED | OW_PROCESS_RSS_PEAK | OW_PROCESS_RSS |
					 OW_PROCESS_RSS_PARTS | OW_PROCESS_PGTABLES |
					 OW_PROCESS_SWAP | OW_PROCESS_HUGETLB);
}

static void a_kernel_thread_has_no_memory(void **state)
{
	struct ow_process p = { 0 };

	assert_int_equal(read_text("status",
				   OW_STR("Name:\tkthreadd\nState:\tS (sleeping)\nThreads:\t1\n"),
				   *state, &p),
			 0);
	assert_int_equal(p.have, OW_PROCESS_THREADS);
	assert_int_equal(read_text("cmdline", OW_STR(""), *state, &p), -EBADMSG);
	assert_null(p.command);
}

static void hostile_names_stay_whole(void **state)
{
	static const struct {
		const char *printed, *name;
	} cases[] = {
		{ "a b) S (c", "a b) S (c" },
		{ "VmRSS:\t1 kB", "VmRSS:\t1 kB" },
		{ "a\\nb", "a\nb" },
		{ "a\\\\nb", "a\\nb" },
		{ "\033[31m", "\033[31m" },
		{ "end\\", "end\\" },
		{ "", "" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_process p = { 0 };
		const char *text = ow_printf(*state, "Name:\t%s\nThreads:\t1\n", cases[i].printed);

		assert_int_equal(read_text("status", ow_str(text), *state, &p), 0);
		assert_string_equal(p.comm, cases[i].name);
		assert_int_equal(p.have, OW_PROCESS_THREADS);
	}
}

static void parts_are_there_all_together(void **state)
{
	static const char *const texts[] = {
		"VmRSS:\t5 kB\nRssAnon:\t3 kB\nRssFile:\t2 kB\n",
		"VmRSS:\t5 kB\nRssAnon:\t3 kB\nRssFile:\t2 kB\nRssShmem:\tx kB\n",
		"VmRSS:\t5 kB\nRssAnon:\t3 kB\nRssFile:\t2 kB\nRssShmem:\t0 kB\nRssShmem:\t9 kB\n",
		"VmRSS:\t5 kB\nRssAnon:\t3\nRssFile:\t2 kB\nRssShmem:\t0 kB\n",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		struct ow_process p = { 0 };

		assert_int_equal(read_text("status", ow_str(texts[i]), *state, &p), 0);
		assert_int_equal(p.have, OW_PROCESS_RSS);
	}
}

static void smaps_rollup_has_the_shares(void **state)
{
	struct ow_process p = { 0 };

	assert_int_equal(
		read_text("smaps_rollup",
			  OW_STR("55d0c4a1b000-7ffc7d9f2000 ---p 00000000 00:00 0  [rollup]\n"
				 "Rss:               33448 kB\n"
				 "Pss:               33120 kB\n"
				 "Pss_Dirty:         32512 kB\n"
				 "Pss_Anon:          32512 kB\n"
				 "Pss_File:            608 kB\n"
				 "Pss_Shmem:             0 kB\n"
				 "Shared_Clean:        700 kB\n"
				 "Shared_Dirty:          0 kB\n"
				 "Private_Clean:       236 kB\n"
				 "Private_Dirty:     32512 kB\n"
				 "LazyFree:              8 kB\n"
				 "AnonHugePages:      2048 kB\n"
				 "Swap:                 16 kB\n"
				 "SwapPss:               4 kB\n"),
			  *state, &p),
		0);
	assert_int_equal(p.pss_bytes, 33120 * 1024);
	assert_int_equal(p.pss_anon_bytes, 32512 * 1024);
	assert_int_equal(p.pss_file_bytes, 608 * 1024);
	assert_int_equal(p.private_bytes, (236 + 32512) * 1024);
	assert_int_equal(p.lazy_free_bytes, 8 * 1024);
	assert_int_equal(p.anon_thp_bytes, 2048 * 1024);
	assert_int_equal(p.swap_pss_bytes, 4 * 1024);
	assert_int_equal(p.have, OW_PROCESS_PSS | OW_PROCESS_PSS_PARTS | OW_PROCESS_PRIVATE |
					 OW_PROCESS_LAZY_FREE | OW_PROCESS_ANON_THP |
					 OW_PROCESS_SWAP_PSS);
}

static void the_start_is_behind_any_name(void **state)
{
	static const char *const names[] = { "leaky", "a) S 1 (b", ") 1 2 3", "a b" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		struct ow_process p = { 0 };
		const char *text =
			ow_printf(*state,
				  "2897 (%s) S 1 2897 2897 0 -1 4194560 107 0 0 0 3 1 0 0 20 0 1 0 "
				  "173785 36220928 8362 18446744073709551615\n",
				  names[i]);

		assert_int_equal(read_text("stat", ow_str(text), *state, &p), 0);
		assert_int_equal(p.start_usec, 1737850000);
	}
}

static void the_memory_controllers_group_is_taken(void **state)
{
	static const struct {
		const char *text, *group;
	} cases[] = {
		{ "0::/system.slice/web.service\n", "/system.slice/web.service" },
		{ "4:memory:/docker/34\n3:cpuset:/\n0::/init.scope\n", "/docker/34" },
		{ "0::/unified\n4:cpu,memory:/docker/34\n", "/docker/34" },
		{ "4:memory_x:/a\n0::/b\n", "/b" },
		{ "1:name=systemd:/a:b\n0::/a:b c\n", "/a:b c" },
		{ "0::/\n", "/" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_process p = { 0 };

		assert_int_equal(read_text("cgroup", ow_str(cases[i].text), *state, &p), 0);
		assert_string_equal(p.cgroup, cases[i].group);
	}
}

static void scores_may_be_negative(void **state)
{
	struct ow_process p = { 0 };

	assert_int_equal(read_text("oom_score", OW_STR("668\n"), *state, &p), 0);
	assert_int_equal(read_text("oom_score_adj", OW_STR("-1000\n"), *state, &p), 0);
	assert_int_equal(p.oom_score, 668);
	assert_int_equal(p.oom_score_adj, -1000);
}

static void arguments_are_redacted(void **state)
{
	static const struct {
		struct ow_str cmdline;
		const char *command;
	} cases[] = {
		{ OW_STR("leaky\0"), "leaky" },
		{ OW_STR("/usr/bin/leaky\0"), "leaky" },
		{ OW_STR("/usr/bin/psql\0-W\0secret\0"), "psql [redacted]" },
		{ OW_STR("leaky\0\0\0"), "leaky" },
		{ OW_STR("leaky\0secret"), "leaky [redacted]" },
		{ OW_STR("postgres: alice shop 10.0.0.1(4711) idle\0\0\0"),
		  "postgres: [redacted]" },
		{ OW_STR("sshd: root@pts/0\0"), "sshd: [redacted]" },
		{ OW_STR("-bash\0"), "-bash" },
		{ OW_STR("a/b/\0"), NULL },
		{ OW_STR("\0secret\0"), NULL },
		{ OW_STR(" secret\0"), NULL },
		{ OW_STR(""), NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const char *command = NULL;
		int r = ow_process_command(cases[i].cmdline, *state, &command);

		assert_int_equal(r, cases[i].command ? 0 : -EBADMSG);
		if (cases[i].command)
			assert_string_equal(command, cases[i].command);
		else
			assert_null(command);
	}
}

static void text_that_makes_no_sense_changes_nothing(void **state)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "status", "" },
		{ "status", "VmRSS:\t18446744073709551615 kB\n" },
		{ "status", "VmRSS: many kB\nNSpid:\tx\nUid:\t-1\n" },
		{ "stat", "1 (a) S 1 2" },
		{ "stat", "no name" },
		{ "stat", "1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x 20\n" },
		{ "smaps_rollup", "Rss: 5 kB\n" },
		{ "oom_score", "x\n" },
		{ "oom_score_adj", "" },
		{ "cgroup", "0:\n0::relative\n" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_process p = { .rss_bytes = 7, .oom_score = 8 };

		assert_int_equal(read_text(cases[i].name, ow_str(cases[i].text), *state, &p),
				 -EBADMSG);
		assert_int_equal(p.have, 0);
		assert_int_equal(p.rss_bytes, 7);
		assert_int_equal(p.oom_score, 8);
	}
}

static void every_field_has_its_file(void **state)
{
	unsigned given = 0;

	(void)state;
	for (size_t i = 0; i < ow_process_files_n; i++) {
		assert_int_equal(given & ow_process_files[i].gives, 0);
		given |= ow_process_files[i].gives;
	}
	assert_int_equal(given, OW_PROCESS_ALL);
	for (size_t i = 0; i < ow_process_fields.n; i++)
		assert_int_equal(ow_process_fields.item[i].have & ~given, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(status_says_who_it_is_and_what_it_holds),
		UNIT(a_kernel_thread_has_no_memory),
		UNIT(hostile_names_stay_whole),
		UNIT(parts_are_there_all_together),
		UNIT(smaps_rollup_has_the_shares),
		UNIT(the_start_is_behind_any_name),
		UNIT(the_memory_controllers_group_is_taken),
		UNIT(scores_may_be_negative),
		UNIT(arguments_are_redacted),
		UNIT(text_that_makes_no_sense_changes_nothing),
		UNIT(every_field_has_its_file),
	};

	return cmocka_run_group_tests_name("read/process", tests, NULL, NULL);
}
