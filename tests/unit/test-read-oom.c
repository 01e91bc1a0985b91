/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom.h"

#include "oom-log.h"

#define HEAD(comm) \
	comm " invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
#define CPU(comm) "CPU: 0 PID: 7 Comm: " comm " Not tainted 6.1.0 #1\n"
#define MEMORY    "memory: usage 32768kB, limit 32768kB, failcnt 19\n"
#define TABLE                                                                                  \
	"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n" \
	"[     42]     0    42     8843     8362   110592        0             0 eat\n"        \
	"[     43]     0    43     8843      362   110592        0             0 idle\n"
#define CHOICE(pid)                                                                     \
	"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0," \
	"oom_memcg=/a,task_memcg=/a/b,task=eat,pid=" pid ",uid=1000\n"
#define SIZES       " total-vm:35372kB, anon-rss:32512kB, file-rss:936kB, shmem-rss:0kB"
#define KILLED(pid) "Memory cgroup out of memory: Killed process " pid " (eat)" SIZES "\n"
#define GROUP       "Tasks in /a are going to be killed due to memory.oom.group set\n"
#define WHOLE(pid)  \
	HEAD("eat") \
	CPU("eat") MEMORY "Memory cgroup stats for /a:\nanon 1\n" TABLE CHOICE(pid) KILLED(pid)

static void a_whole_report_misses_nothing(void **state)
{
	const struct ow_oom *oom;
	struct oom_log log;

	(void)state;
	oom_log(&log, "noise\n" WHOLE("42") "noise\n");
	assert_int_equal(log.n, 1);
	oom = log.oom[0];
	assert_int_equal(oom->kind, OW_OOM_MEMCG);
	assert_int_equal(oom->missing.n, 0);
	assert_int_equal(oom->victims.n, 1);
	assert_int_equal(oom->trigger.pid, 7);
	assert_string_equal(oom->limit_owner.id, "/a");
	assert_string_equal(oom->task_owner.id, "/a/b");
	assert_int_equal(ow_oom_victims(oom)->uid, 1000);
	assert_int_equal(oom->line, 2);
	assert_int_equal(oom->lines.head, 2);
	assert_int_equal(oom->lines.kernel, 3);
	assert_int_equal(oom->lines.memory, 4);
	assert_int_equal(oom->lines.stats, 5);
	assert_int_equal(oom->lines.table, 7);
	assert_int_equal(oom->lines.constraint, 10);
	assert_int_equal(ow_oom_victims(oom)->line, 11);
	assert_int_equal(oom->lines.last, 11);
	assert_int_equal(log.seen.lines, 12);
	oom_log_release(&log);
}

/* How many records there are, who was killed in each, and what each misses. */
static void lines_go_to_the_record_that_expects_them(void **state)
{
	static const struct {
		const char *why, *text;
		const char *want; /* for each record: kind, its victims, what is missing */
	} cases[] = {
		{ "two reports", WHOLE("42") WHOLE("43"), "memcg 42; memcg 43; " },
		{ "no kill line: the oom-kill line names the victim",
		  HEAD("eat") CPU("eat") MEMORY
		  "Memory cgroup stats for /a:\nanon 1\n" TABLE CHOICE("42"),
		  "memcg 42 -kill; " },
		{ "the head is lost", MEMORY TABLE CHOICE("42") KILLED("42"),
		  "memcg 42 -head -kernel -stats; " },
		{ "head and kill of different reports", HEAD("eat") CHOICE("42") KILLED("99"),
		  "memcg 42 -kernel -memory -stats -tasks -kill; "
		  "memcg 99 -head -kernel -memory -stats -tasks -constraint; " },
		{ "a kill that the table does not know",
		  HEAD("eat") MEMORY TABLE KILLED("99") KILLED("42"),
		  "memcg -kernel -stats -constraint -kill; "
		  "memcg 99 -head -kernel -memory -stats -tasks -constraint; "
		  "memcg 42 -head -kernel -memory -stats -tasks -constraint; " },
		{ "a kill of a memory cgroup under the head of the machine",
		  HEAD("eat") "Mem-Info:\nactive_anon:1 inactive_anon:1\n" KILLED("42"),
		  "global -kernel -tasks -constraint -kill; "
		  "memcg 42 -head -kernel -memory -stats -tasks -constraint; " },
		{ "only kills: the rate limit kept the reports back",
		  KILLED("1") KILLED("2") KILLED("3"),
		  "memcg 1 -head -kernel -memory -stats -tasks -constraint; "
		  "memcg 2 -head -kernel -memory -stats -tasks -constraint; "
		  "memcg 3 -head -kernel -memory -stats -tasks -constraint; " },
		{ "heads are no kills", HEAD("a") HEAD("b"),
		  "unknown -kernel -tasks -constraint -kill; unknown -kernel -tasks -constraint -kill; " },
		{ "a group dies: its first victim is told twice",
		  HEAD("eat") MEMORY TABLE CHOICE("42") KILLED("42") GROUP KILLED("42")
			  KILLED("43"),
		  "memcg 42 43 -kernel -stats; " },
		{ "two groups, the second without a report",
		  KILLED("1") GROUP KILLED("1") KILLED("2") KILLED("5") GROUP KILLED("5")
			  KILLED("6"),
		  "memcg 1 2 -head -kernel -memory -stats -tasks -constraint; "
		  "memcg 5 6 -head -kernel -memory -stats -tasks -constraint; " },
		{ "a thread was chosen, its process was killed (up to 5.0)",
		  HEAD("eat") "Task in /a killed as a result of limit of /a\n"
			      "Memory cgroup out of memory: Kill process 41 (eat) score 9 or sacrifice child\n"
			      "Killed process 42 (eat)" SIZES "\n",
		  "memcg 42 -kernel -memory -stats -tasks; " },
		{ "the chosen one was dying already: nobody was killed",
		  HEAD("eat") MEMORY TABLE CHOICE(
			  "42") "Memory cgroup out of memory: OOM victim 42 (eat) is already exiting. "
				"Skip killing the task\n",
		  "memcg -kernel -stats; " },
		{ "nobody can be killed",
		  HEAD("eat") MEMORY TABLE "Out of memory and no killable processes...\n",
		  "memcg -kernel -stats; " },
		{ "nobody can be killed, and the machine stops",
		  HEAD("eat") "Mem-Info:\nactive_anon:1 inactive_anon:1\n" TABLE
			      "Out of memory and no killable processes...\n"
			      "Kernel panic - not syncing: System is deadlocked on memory\n",
		  "global -kernel; " },
		{ "vm.panic_on_oom",
		  HEAD("eat") "Mem-Info:\nactive_anon:1 inactive_anon:1\n" TABLE
			      "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled\n",
		  "panic -kernel; " },
		{ "some other panic",
		  HEAD("eat") "Kernel panic - not syncing: corrupted stack end detected\n",
		  "unknown -kernel -tasks -constraint -kill; " },
		{ "only the choice of an old kernel",
		  "Out of memory: Kill process 42 (eat) score 9 or sacrifice child\n",
		  "global -head -kernel -meminfo -tasks -kill; " },
		{ "the memory of the machine alone is no OOM report",
		  "Mem-Info:\nactive_anon:1 inactive_anon:1\nNode 0 DMA free:1kB min:1kB\n", "" },
		{ "a failed allocation is no kill",
		  "x: page allocation failure: order:0, mode:0x400dc0(GFP_KERNEL), nodemask=(null)\n" CPU(
			  "x") "Mem-Info:\nactive_anon:1 inactive_anon:1\n524158 pages RAM\n",
		  "" },
		{ "a failed allocation between head and kill",
		  HEAD("eat") "x: page allocation failure: order:0, mode:0x400dc0(GFP_KERNEL)\n" CPU(
			  "x") "Mem-Info:\nactive_anon:1 inactive_anon:1\n" KILLED("42"),
		  "memcg 42 -kernel -memory -stats -tasks -constraint; " },
		{ "5.0 and 5.1 say CONSTRAINT_NONE for a memory cgroup, too",
		  "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),oom_memcg=/a,task_memcg=/a,"
		  "task=eat,pid=42,uid=0\n",
		  "memcg 42 -head -kernel -memory -stats -tasks -kill; " },
		{ "a cpuset",
		  "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=c,mems_allowed=1,"
		  "global_oom,task_memcg=/,task=eat,pid=42,uid=0\n"
		  "Out of memory: Killed process 42 (eat)" SIZES "\n",
		  "cpuset 42 -head -kernel -meminfo -tasks; " },
		{ "a memory policy",
		  "oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=1,cpuset=/,mems_allowed=0-1,"
		  "global_oom,task_memcg=/,task=eat,pid=42,uid=0\n",
		  "mempolicy 42 -head -kernel -meminfo -tasks -kill; " },
		{ "somebody asked for it",
		  "kworker/0:1 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, "
		  "oom_score_adj=0\nOut of memory: Killed process 42 (eat)" SIZES "\n",
		  "sysrq 42 -kernel -meminfo -tasks -constraint; " },
		{ "two boots in one log: the clock goes back",
		  "[ 9000.000000] " HEAD("eat") "[  100.000000] " KILLED("42"),
		  "unknown -kernel -tasks -constraint -kill; "
		  "memcg 42 -head -kernel -memory -stats -tasks -constraint; " },
		{ "a kill an hour later is not this report's",
		  "[  100.000000] " HEAD("eat") "[ 3700.000000] " KILLED("42"),
		  "unknown -kernel -tasks -constraint -kill; "
		  "memcg 42 -head -kernel -memory -stats -tasks -constraint; " },
		{ "a kill a day later, in a log that tells no year",
		  "Nov 20 07:51:02 h kernel: " HEAD("eat") "Nov 21 07:51:02 h kernel: " KILLED(
			  "42"),
		  "unknown -kernel -tasks -constraint -kill; "
		  "memcg 42 -head -kernel -memory -stats -tasks -constraint; " },
		{ "a kill a second later, in the next month",
		  "Feb 29 23:59:59 h kernel: " HEAD("eat") "Mar  1 00:00:00 h kernel: " KILLED(
			  "42"),
		  "memcg 42 -kernel -memory -stats -tasks -constraint; " },
		{ "two CPUs at once",
		  "[    1.000000][  T100] " HEAD("a") "[    1.000001][  T200] " HEAD(
			  "b") "[    1.000002][  T100] " MEMORY "[    1.000003][  T200] Mem-Info:\n"
			       "[    1.000004][  T200] active_anon:1 inactive_anon:1\n"
			       "[    1.000005][  T100] " KILLED(
				       "1") "[    1.000006][  T200] Out of memory: Killed process 2 (b)" SIZES
					    "\n",
		  "memcg 1 -kernel -stats -tasks -constraint; global 2 -kernel -tasks -constraint; " },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const char *got = "";
		struct oom_log log;

		oom_log(&log, cases[i].text);
		for (size_t r = 0; r < log.n; r++) {
			const struct ow_oom *oom = log.oom[r];
			const char *const *missing = oom->missing.item;

			got = ow_printf(*state, "%s%s", got, ow_oom_kind_names[oom->kind]);
			for (size_t v = 0; v < oom->victims.n; v++)
				got = ow_printf(*state, "%s %d", got,
						(int)ow_oom_victims(oom)[v].pid);
			for (size_t m = 0; m < oom->missing.n; m++)
				got = ow_printf(*state, "%s -%s", got, missing[m]);
			got = ow_printf(*state, "%s; ", got);
		}
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s:\nwant %s\ngot  %s", cases[i].why, cases[i].want, got);
		oom_log_release(&log);
	}
}

static void many_callers_at_once_are_bounded(void **state)
{
	char *text = ow_alloc(*state, OW_KIB(64), 1), *to = text;
	struct oom_log log;

	for (int i = 0; i < 20; i++)
		to += snprintf(to, 400, "[    1.%06d][  T%3d] %s", i, 100 + i, HEAD("eat"));
	for (int i = 0; i < 20; i++)
		to += snprintf(to, 400, "[    1.%06d][  T%3d] %s[    1.%06d][  T%3d] %s", 20 + i,
			       100 + i, GROUP, 20 + i, 100 + i, GROUP);
	oom_log(&log, text);
	assert_int_equal(log.n, 60);
	for (size_t i = 1; i < log.n; i++)
		assert_true(log.oom[i]->line > log.oom[i - 1]->line);
	oom_log_release(&log);
}

static void the_reaper_finds_its_victim_in_an_older_record(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log,
		"[    1.0][ T1] " HEAD("a") "[    1.1][ T1] " KILLED("42") "[    1.2][ T2] " HEAD("b") "[    1.3][ T2] " KILLED(
			"43") "[    1.4][ T99] oom_reaper: reaped process 42 (eat), now anon-rss:0kB\n");
	assert_int_equal(log.n, 2);
	assert_true(oom_log_has(&log.oom[0]->notes, "reaped process 42"));
	assert_int_equal(log.oom[1]->notes.n, 0);
	oom_log_release(&log);
}

static void what_others_wrote_is_no_report(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "Nov 20 07:51:02 web-1 app[42]: " KILLED("1") "12,1,5,-;" KILLED(
			      "1") "Nov 20 07:51:02 web-1 app[42]: hello\n");
	assert_int_equal(log.n, 0);
	assert_int_equal(log.seen.foreign_lines, 2);
	oom_log_release(&log);
}

static void losses_are_counted(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "4,10,5,-;a\n4,11,6,-;b\n4,20,7,-;c\n"
		      "4,21,8,-;oom_kill_process: 38 callbacks suppressed\n"
		      "4,22,9,-;printk: 12 messages suppressed.\n"
		      "Nov 20 07:51:02 web-1 systemd-journald[1]: Missed 5 kernel messages\n");
	assert_int_equal(log.seen.lost, 8 + 12 + 5);
	assert_int_equal(log.seen.suppressed, 38);
	assert_int_equal(log.seen.boot_first_usec, 5);
	assert_int_equal(log.seen.boot_last_usec, 9);
	oom_log_release(&log);
}

static void binary_and_long_lines_are_skipped_and_counted(void **state)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;
	const struct ow_oom_options options = { .source = "log" };
	static char piece[OW_KIB(64)];
	struct oom_log log = { 0 };

	(void)state;
	reader = ow_oom_reader_new(&options, oom_log_take, &log);
	assert_non_null(reader);
	memset(piece, 'x', sizeof(piece));
	for (size_t i = 0; i < OW_MIB(1024) / sizeof(piece); i++) /* one line of a gigabyte */
		assert_int_equal(ow_oom_reader_feed(reader, piece, sizeof(piece)), 0);
	assert_int_equal(
		ow_oom_reader_feed(reader, "\nOut of memory: \0Killed process 1 (x)\n", 38), 0);
	assert_int_equal(ow_oom_reader_feed(reader, KILLED("42"), sizeof(KILLED("42")) - 1), 0);
	assert_int_equal(ow_oom_reader_end(reader), 0);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->line, 3);
	assert_int_equal(ow_oom_reader_seen(reader)->cut_lines, 1);
	assert_int_equal(ow_oom_reader_seen(reader)->binary_lines, 1);
	oom_log_release(&log);
}

static void a_cut_report_never_names_another_victim(void **state)
{
	static const char text[] = WHOLE("42") GROUP KILLED("42") KILLED("43");

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		const struct ow_oom_options options = { .source = "log" };
		struct oom_log log;

		oom_log_read(&log, (struct ow_str){ text, n }, 0, &options);
		for (size_t r = 0; r < log.n; r++)
			for (size_t v = 0; v < log.oom[r]->victims.n; v++) {
				const int64_t pid = ow_oom_victims(log.oom[r])[v].pid;

				/* Within the number itself it can be cut. */
				if (pid != 42 && pid != 43 && text[n - 1] != '4')
					fail_msg("%zu: %d", n, (int)pid);
			}
		oom_log_release(&log);
	}
}

static void pieces_of_any_size_give_the_same_records(void **state)
{
	static const char text[] = "noise\n" WHOLE("42") "4,1,2,-,caller=T1;" HEAD(
		"a") "\n\n"
		     "[    5.0] " WHOLE("43") "oom_reaper: reaped process 43 (x)\n";
	static const size_t pieces[] = { 0, 1, 2, 7, 64, 1000 };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(pieces); i++) {
		const struct ow_oom_options options = { .source = "log", .keep_texts = true };
		struct oom_log log;

		oom_log_read(&log, OW_STR(text), pieces[i], &options);
		assert_int_equal(log.n, 3);
		assert_int_equal(log.oom[0]->tasks.n, 2);
		assert_int_equal(log.oom[0]->texts.n, 10);
		assert_int_equal(ow_oom_victims(log.oom[2])->pid, 43);
		assert_int_equal(log.oom[2]->lines.last, 25);
		assert_int_equal(log.seen.bytes, sizeof(text) - 1);
		oom_log_release(&log);
	}
}

static void the_texts_are_the_lines_as_they_were_read(void **state)
{
	static const char text[] =
		"noise\n[    5.000000] " HEAD("eat") "noise\n"
						     "[    5.000001] " KILLED("42");
	const struct ow_oom_options options = { .source = "log", .keep_texts = true };
	struct oom_log log;

	(void)state;
	oom_log_read(&log, OW_STR(text), 0, &options);
	assert_int_equal(log.oom[0]->texts.n, 2);
	assert_non_null(ow_oom_text_at(log.oom[0], 2));
	assert_string_equal(
		ow_oom_text_at(log.oom[0], 4)->text,
		"[    5.000001] Memory cgroup out of memory: Killed process 42 (eat)" SIZES);
	assert_null(ow_oom_text_at(log.oom[0], 3));
	oom_log_release(&log);
}

static void a_report_of_many_processes_is_bounded(void **state)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;
	const struct ow_oom_options options = { .source = "log", .keep_texts = true };
	struct oom_log log = { 0 };
	char row[128];

	(void)state;
	reader = ow_oom_reader_new(&options, oom_log_take, &log);
	assert_non_null(reader);
	assert_int_equal(ow_oom_reader_feed(reader, TABLE, sizeof(TABLE) - 1), 0);
	for (int i = 0; i < 200000; i++) {
		int n = snprintf(row, sizeof(row),
				 "[%7d]     0 %5d     8843     8362   110592"
				 "        0             0 eat\n",
				 i, i);

		assert_int_equal(ow_oom_reader_feed(reader, row, (size_t)n), 0);
	}
	assert_int_equal(ow_oom_reader_feed(reader, KILLED("42"), sizeof(KILLED("42")) - 1), 0);
	assert_int_equal(ow_oom_reader_end(reader), 0);
	assert_int_equal(log.n, 1);
	assert_true(ow_arena_bytes(log.arena[0]) <= OW_OOM_RECORD_MAX);
	assert_int_equal(ow_oom_victims(log.oom[0])->pid, 42);
	assert_true(log.oom[0]->tasks.n > 10000);
	assert_true(oom_log_has(&log.oom[0]->notes, "too long"));
	oom_log_release(&log);
}

static int refuse(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	(void)oom;
	(void)arena;
	++*(int *)arg;
	return -5;
}

static void the_taker_can_end_the_reading(void **state)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;
	static const char kills[] =
		"[  1.0] memory: usage 1kB, limit 1kB, failcnt 0\n[  1.0] " KILLED(
			"1") "[  1.1] " KILLED("2") "[  1.2] noise\n";
	const struct ow_oom_options options = { .source = "log" };
	int calls = 0;

	(void)state;
	reader = ow_oom_reader_new(&options, refuse, &calls);
	assert_non_null(reader);
	assert_int_equal(ow_oom_reader_feed(reader, kills, sizeof(kills) - 1), -5);
	assert_int_equal(calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_whole_report_misses_nothing),
		UNIT(lines_go_to_the_record_that_expects_them),
		UNIT(many_callers_at_once_are_bounded),
		UNIT(the_reaper_finds_its_victim_in_an_older_record),
		UNIT(what_others_wrote_is_no_report),
		UNIT(losses_are_counted),
		UNIT(binary_and_long_lines_are_skipped_and_counted),
		UNIT(a_cut_report_never_names_another_victim),
		UNIT(pieces_of_any_size_give_the_same_records),
		UNIT(the_texts_are_the_lines_as_they_were_read),
		UNIT(a_report_of_many_processes_is_bounded),
		UNIT(the_taker_can_end_the_reading),
	};

	return cmocka_run_group_tests_name("read/oom", tests, NULL, NULL);
}
