/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"

#define T1 "[   12.000001][  T123] "
#define T2 "[   12.000002][  T124] "
#define OTHERS                                                                   \
	T2 "BUG: KASAN: use-after-free in foo+0x1/0x2\n" T2                      \
	   "CPU: 1 PID: 5 Comm: x Not tainted 5.10.0 #1\n" T2 "Call Trace:\n" T2 \
	   " dump_stack+0x1/0x2\n" T2 ",task=not,ours\n"
#define HEAD                                                                                   \
	T1 "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n" T1 \
	   "memory: usage 32768kB, limit 32768kB, failcnt 19\n" T1 "Memory cgroup stats for /a:\n"

static void other_lines_may_stand_in_the_middle_of_one(void **state)
{
	static const char *const choices[][4] = {
		{ "oom_memcg=/a,task_memcg=/a/in", ",task=eat,pid=42,uid=7" },
		{ "oom_memcg=/a,task_memcg=", "/a/in,task=eat,pid=42,uid=7" },
		{ "oom_memcg=/a", ",task_memcg=/a/in", ",task=eat,pid=42,uid=7" },
		{ "oom_memcg=", "/a", ",task_memcg=", "/a/in,task=eat,pid=42,uid=7" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(choices); i++) {
		char text[4096] = HEAD T1 "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),"
					  "cpuset=/,mems_allowed=0,";
		const struct ow_oom *oom;
		struct oom_log log;

		for (size_t p = 0; p < 4 && choices[i][p]; p++)
			(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s\n%s",
				       p ? T1 : "", choices[i][p], OTHERS);
		oom_log(&log, text);
		if (log.n != 1)
			fail_msg("%zu: %zu records", i, log.n);
		oom = log.oom[0];
		assert_string_equal(oom->limit_memcg, "/a");
		assert_string_equal(oom->task_memcg, "/a/in");
		assert_int_equal(oom->victims.n, 1);
		assert_string_equal(ow_oom_victims(oom)->comm, "eat");
		assert_int_equal(ow_oom_victims(oom)->pid, 42);
		assert_int_equal(ow_oom_victims(oom)->uid, 7);
		assert_int_equal(oom->lines.constraint, 4);
		oom_log_release(&log);
	}
}

static void the_rest_of_a_kill_line_is_found(void **state)
{
	static const char *const kills[][2] = {
		{ "total-vm:8kB, anon-", "rss:4kB, file-rss:2kB" },
		{ "total-vm:8kB, anon-rss:4kB,", " file-rss:2kB" },
		{ "total-v", "m:8kB, anon-rss:4kB, file-rss:2kB" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(kills); i++) {
		const struct ow_oom_victim *v;
		char text[4096];
		struct oom_log log;

		(void)snprintf(text, sizeof(text),
			       HEAD T1 "Memory cgroup out of memory: Killed process 42 (eat) %s\n%s"
				       "%s%s\n",
			       kills[i][0], OTHERS, T1, kills[i][1]);
		oom_log(&log, text);
		assert_int_equal(log.n, 1);
		v = ow_oom_victims(log.oom[0]);
		assert_string_equal(v->comm, "eat");
		assert_int_equal(v->total_vm_bytes, 8192);
		assert_int_equal(v->anon_rss_bytes, 4096);
		assert_int_equal(v->file_rss_bytes, 2048);
		assert_int_equal(v->line, 4);
		oom_log_release(&log);
	}
}

/* What a log that is cut at a column lacks is not found in what follows. */
static void a_line_that_stays_cut_takes_nothing(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, HEAD T1
		"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems\n" T1
		"Memory cgroup out of memory: Killed process 42 (eat) total-vm:8kB, an\n" T1
		"Normal free:60kB min:60kB low:120kB\n" T1 "/dev/sda1: clean, 42 files, 8kB\n" T1
		"Memory cgroup out of memory: Killed process 43 (eat) total-vm:9kB, an\n");
	assert_int_equal(log.n, 2);
	assert_int_equal(ow_oom_victims(log.oom[0])->have, OW_VICTIM_PID | OW_VICTIM_TOTAL_VM);
	assert_int_equal(ow_oom_victims(log.oom[1])->pid, 43);
	assert_null(log.oom[0]->limit_memcg ? NULL : log.oom[0]->task_memcg);
	oom_log_release(&log);
}

/* A server that gathers logs writes them as they come. */
static void each_host_has_its_own_records(void **state)
{
#define ON(host) "Nov 20 07:51:02 " host " kernel: "
	static const char text[] =
		ON("a") "x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n" ON("b") "y invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n" ON("a") "memory: usage 8kB, limit 8kB, failcnt 1\n" ON("b") "memory: usage 16kB, limit 16kB, failcnt 2\n" ON(
			"c") "Memory cgroup out of memory: Killed process 5 (z) total-vm:4kB\n" ON("b") "Memory cgroup out of memory: Killed process 7 (y) total-vm:4kB\n" ON("a") "Memory cgroup out of memory: Killed process 7 (x) total-vm:8kB\n" ON("c") "oom_reaper: reaped process 7 (w), now anon-rss:0kB\n";
#undef ON
	static const struct {
		const char *host, *comm;
		uint64_t limit;
	} want[] = { { "a", "x", 8192 }, { "b", "y", 16384 }, { "c", "z", 0 } };
	struct oom_log log;

	(void)state;
	oom_log(&log, text);
	assert_int_equal(log.n, OW_ARRAY_SIZE(want));
	for (size_t i = 0; i < log.n; i++) {
		const struct ow_oom *oom = log.oom[i];
		size_t k = 0;

		while (strcmp(want[k].host, oom->host) != 0)
			k++;
		assert_int_equal(oom->victims.n, 1);
		assert_string_equal(ow_oom_victims(oom)->comm, want[k].comm);
		assert_int_equal(oom->limit_bytes, want[k].limit);
		assert_false(k < 2 && oom_log_has(&oom->notes, "reaped"));
	}
	oom_log_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_host_has_its_own_records),
		UNIT(other_lines_may_stand_in_the_middle_of_one),
		UNIT(the_rest_of_a_kill_line_is_found),
		UNIT(a_line_that_stays_cut_takes_nothing),
	};

	return cmocka_run_group_tests_name("read/oom-bind", tests, NULL, NULL);
}
