/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-trust.h"

#include "oom-log.h"

#define KILLED "Out of memory: Killed process 7 (eat) total-vm:8kB, anon-rss:4kB, file-rss:0kB\n"

/* A log of eight lines that look alike, and then the text. */
static void log_of(struct ow_arena *arena, struct oom_log *log, const char *line, const char *text)
{
	const char *all = "";

	for (size_t i = 0; i < 8; i++)
		all = ow_printf(arena, "%s%s", all, line);
	oom_log(log, ow_printf(arena, "%s%s", all, text));
}

static void a_kill_that_lacks_what_the_others_have_is_doubted(void **state)
{
	static const struct {
		const char *line, *text, *lacks;
	} cases[] = {
		{ "Nov 20 07:51:02 h kernel: [    1.0] eth0: up\n",
		  "Nov 20 07:51:02 h kernel: " KILLED, "the kernel's stamp" },
		{ "Nov 20 07:51:02 h kernel: [    1.0] eth0: up\n",
		  "Nov 20 07:51:02 h kernel: [    2.0] " KILLED, NULL },
		{ "Nov 20 07:51:02 h kernel: eth0: up\n", "Nov 20 07:51:02 h kernel: " KILLED,
		  NULL },
		{ "Nov 20 07:51:02 h kernel: eth0: up\n", "Nov 20 07:51:02 " KILLED,
		  "the kernel's name" },
		{ "[    1.0] eth0: up\n", KILLED, "the kernel's stamp" },
		{ "<4>[    1.0] eth0: up\n", "[    1.0] " KILLED, "the level" },
		/* The rest of a printk has no stamp, and what has more is of another log. */
		{ "[    1.0] eth0: up\nand the rest of it\n", KILLED, NULL },
		{ "[    1.0] eth0: up\n", "Nov 20 07:51:02 h kernel: " KILLED, NULL },
		{ "[    1.0] eth0: up\n",
		  "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
		  "global_oom,task_memcg=/,task=eat,pid=7,uid=0\n",
		  "the kernel's stamp" },
		/* These know themselves whose a line is. */
		{ "4,344,283033791,-;eth0: up\n", "4,345,283033792,-;" KILLED, NULL },
		{ "{\"_TRANSPORT\":\"kernel\",\"_BOOT_ID\":\"0a0a0a0a0a0a4a0a8a0a0a0a0a0a0a0a\","
		  "\"_SOURCE_MONOTONIC_TIMESTAMP\":\"1\",\"MESSAGE\":\"eth0: up\"}\n",
		  "{\"_TRANSPORT\":\"kernel\",\"_BOOT_ID\":\"0a0a0a0a0a0a4a0a8a0a0a0a0a0a0a0a\","
		  "\"MESSAGE\":\"Killed process 7 (eat) total-vm:8kB\"}\n",
		  NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;
		const char *doubt;

		log_of(*state, &log, cases[i].line, cases[i].text);
		assert_int_equal(log.n, 1);
		doubt = ow_oom_doubt_of(log.oom[0]);
		if (!doubt != !cases[i].lacks || (doubt && !strstr(doubt, cases[i].lacks)))
			fail_msg("%s: %s", cases[i].text, doubt ? doubt : "not doubted");
		oom_log_release(&log);
	}
}

static void few_neighbours_are_no_ground_for_doubt(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "[    1.0] eth0: up\n[    1.0] eth0: up\n" KILLED);
	assert_null(ow_oom_doubt_of(log.oom[0]));
	oom_log_release(&log);
}

static void few_neighbours_on_both_sides_are_enough(void **state)
{
	static const char up[] = "[    1.0] eth0: up\n";
	static const char head[] = "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n";
	static const struct {
		size_t before;
		const char *text;
		size_t behind;
		const char *doubt;
	} cases[] = {
		{ 3, KILLED, 3, "line 4 lacks the kernel's stamp, which the lines around it have" },
		{ 7, KILLED, 3, "line 8 lacks the kernel's stamp, which the lines around it have" },
		{ 3, KILLED, 2, NULL },
		{ 2, KILLED, 9, NULL },
		/* A whole report, and one that is longer than what is in front of it. */
		{ 4, head, 3, "line 5 lacks the kernel's stamp" },
		{ 3, "x\nx\nx\nx\n" KILLED, 9, NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const char *all = "", *doubt;
		struct oom_log log;

		for (size_t k = 0; k < cases[i].before; k++)
			all = ow_printf(*state, "%s%s", all, up);
		all = ow_printf(*state, "%s%s", all, cases[i].text);
		for (size_t k = 0; k < cases[i].behind; k++)
			all = ow_printf(*state, "%s%s", all, up);
		oom_log(&log, all);
		assert_int_equal(log.n, 1);
		doubt = ow_oom_doubt_of(log.oom[0]);
		if (!doubt != !cases[i].doubt || (doubt && !strstr(doubt, cases[i].doubt)))
			fail_msg("%zu: %s", i, doubt ? doubt : "not doubted");
		oom_log_release(&log);
	}
}

/* A whole report of its own is told by its first line, and once. */
static void a_report_is_doubted_once(void **state)
{
	struct oom_log log;

	log_of(*state, &log, "Nov 20 07:51:02 h kernel: [    1.0] eth0: up\n",
	       "Nov 20 07:51:02 h kernel: eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), "
	       "order=0, oom_score_adj=0\n"
	       "Nov 20 07:51:02 h kernel: " KILLED);
	assert_int_equal(log.n, 1);
	assert_non_null(strstr(ow_oom_doubt_of(log.oom[0]), "line 9 lacks"));
	assert_int_equal(log.oom[0]->notes.n, 1);
	oom_log_release(&log);
}

/* Somebody put two logs into one file. */
static void a_log_that_goes_on_like_that_is_not_doubted(void **state)
{
	static const char *const bare = "Nov 20 07:51:02 h kernel: " KILLED;
	static const char *const next = "Nov 20 07:51:03 h kernel: eth0: up\n";
	static const char *const full = "Nov 20 07:51:03 h kernel: [    3.0] eth0: up\n";
	static const struct {
		size_t alike;
		bool full, doubted;
	} cases[] = { { 0, false, true }, { 7, false, true }, { 8, false, false },
		      { 0, true, true },  { 7, true, true },  { 9, true, false } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const char *text = bare;
		struct oom_log log;

		for (size_t k = 0; k < cases[i].alike; k++)
			text = ow_printf(*state, "%s%s", text, next);
		for (size_t k = 0; k < 9 && cases[i].full; k++)
			text = ow_printf(*state, "%s%s", text, full);
		log_of(*state, &log, "Nov 20 07:51:02 h kernel: [    1.0] eth0: up\n", text);
		assert_int_equal(log.n, 1);
		assert_int_equal(ow_oom_doubt_of(log.oom[0]) != NULL, cases[i].doubted);
		assert_int_equal(log.oom[0]->notes.n, cases[i].doubted);
		oom_log_release(&log);
	}
}

static void a_report_of_a_program_is_a_record_only_when_asked_for(void **state)
{
	static const char *const text =
		"Nov 20 07:51:02 h app[7]: " KILLED "Nov 20 07:51:02 h kernel: " KILLED
		"Nov 20 07:51:02 h vm[8]: [    1.0] " KILLED;
	struct oom_log log;

	(void)state;
	oom_log(&log, text);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.seen.foreign_lines, 2);
	oom_log_release(&log);

	oom_log_read(&log, ow_str(text), 0,
		     &(struct ow_oom_options){ .source = "log", .foreign = true });
	assert_int_equal(log.n, 3);
	assert_null(ow_oom_doubt_of(log.oom[0]));
	assert_string_equal(ow_oom_doubt_of(log.oom[1]),
			    "may be forged: app wrote it, not the kernel");
	assert_string_equal(ow_oom_doubt_of(log.oom[2]),
			    "may be forged: vm wrote it, not the kernel");
	for (size_t i = 0; i < log.n; i++) {
		assert_int_equal(log.oom[i]->victims.n, 1);
		assert_int_equal(!(log.oom[i]->have & OW_OOM_FOREIGN), i == 0);
	}
	oom_log_release(&log);
}

/* What somebody chose, such as a path that a mount cannot find, may hold feeds and the kernel's own
 * words. */
static void a_printk_with_a_feed_is_one_line(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
		{ "4,1,5,-;overlayfs: failed to resolve '/x\\x0a" KILLED, 0 },
		{ "4,1,5,-;overlayfs: failed to resolve 'a invoked oom-killer: "
		  "gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0': -2\n",
		  0 },
		{ "4,1,5,-;123456789 abcde invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n",
		  1 },
		{ "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"overlayfs: failed to resolve '/x\\n"
		  "Out of memory: Killed process 7 (eat) total-vm:8kB\"}\n",
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;

		oom_log(&log, cases[i].text);
		if (log.n != cases[i].n)
			fail_msg("%s: %zu records", cases[i].text, log.n);
		oom_log_release(&log);
	}
}

static void a_feed_in_a_name_stays_in_it(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log,
		"6,1,5,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"
		"mems_allowed=0,oom_memcg=/a\\x0aOut of memory: Killed process 1 (init),"
		"task_memcg=/a\\x0aOut of memory: Killed process 1 (init),task=eat,pid=7,uid=0\n"
		"3,2,6,-;Memory cgroup out of memory: Killed process 7 (eat) total-vm:8kB\n");
	assert_int_equal(log.n, 1);
	assert_string_equal(log.oom[0]->limit_memcg, "/a\nOut of memory: Killed process 1 (init)");
	assert_int_equal(ow_oom_victims(log.oom[0])->pid, 7);
	oom_log_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_kill_that_lacks_what_the_others_have_is_doubted),
		UNIT(few_neighbours_are_no_ground_for_doubt),
		UNIT(few_neighbours_on_both_sides_are_enough),
		UNIT(a_printk_with_a_feed_is_one_line),
		UNIT(a_feed_in_a_name_stays_in_it),
		UNIT(a_report_is_doubted_once),
		UNIT(a_log_that_goes_on_like_that_is_not_doubted),
		UNIT(a_report_of_a_program_is_a_record_only_when_asked_for),
	};

	return cmocka_run_group_tests_name("read/oom-trust", tests, NULL, NULL);
}
