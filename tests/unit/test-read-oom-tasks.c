/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"

#define KILL "Out of memory: Killed process 2897 (eat) total-vm:35372kB, anon-rss:32512kB\n"

static const struct {
	const char *what, *rows;
	size_t tasks;
	const char *comm; /* of the victim's row */
	uint64_t rss, pgtables, swap;
	int64_t adj;
} tables[] = {
	{ "2.6.25", "[ 2897]     0  2897     8843     8362   1       0 eat\n", 1, "eat", 8362, 0, 0,
	  0 },
	{ "2.6.36", "[ 2897]     0  2897     8843     8362   1     -17         -1000 eat\n", 1,
	  "eat", 8362, 0, 0, -1000 },
	{ "3.6", "[ 2897]     0  2897     8843     8362      24        7             3 eat me\n", 1,
	  "eat me", 8362, 24 * 4096, 7, 3 },
	{ "4.0",
	  "[ 2897]     0  2897     8843     8362      24       3        7           994 (sd-pam)\n",
	  1, "(sd-pam)", 8362, 27 * 4096, 7, 994 },
	{ "4.15", "[ 2897]     0  2897     8843     8362   110592        7         -1000 eat\n", 1,
	  "eat", 8362, 110592, 7, -1000 },
	{ "4.19",
	  "[   2896] 1001240000  2896      256        1    28672        0          -998 pause\n"
	  "[   2897]     0  2897     8843     8362   110592        7             0 eat\n",
	  2, "eat", 8362, 110592, 7, 0 },
	{ "6.8",
	  "[   2897]     0  2897     8843     8362     8128      234         0   110592        7             0 12 eat\n",
	  1, "12 eat", 8362, 110592, 7, 0 },
	{ "6.8, but the sum is another",
	  "[   2897]     0  2897     8843     8362     8128      230         0   110592        7             0 eat\n",
	  0, NULL, 0, 0, 0, 0 },
	{ "the victim's size is another",
	  "[   2897]     0  2897     5000     8362   110592        7             0 eat\n", 0, NULL,
	  0, 0, 0, 0 },
	{ "3.6 or 4.15",
	  "[ 2897]     0  2897     8843     8362 12345678        7             0 eat\n", 0, NULL, 0,
	  0, 0, 0 },
	{ "blanks are lost", "[ 2897] 0 2897 8843 8362 24 7 0 eat\n", 0, NULL, 0, 0, 0, 0 },
	{ "a patch's column",
	  "[   2897]     0  2897     8843     8362       12   110592        7             0 eat\n",
	  0, NULL, 0, 0, 0, 0 },
	{ "no name", "[   2897]     0  2897     8843     8362   110592        7             0\n", 0,
	  NULL, 0, 0, 0, 0 },
};

static void rows_without_their_header_are_read_where_it_is_certain(void **state)
{
	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(tables); i++) {
		const struct ow_oom_task *t;
		char text[1024];
		struct oom_log log;

		(void)snprintf(text, sizeof(text), "%s" KILL, tables[i].rows);
		oom_log(&log, text);
		assert_int_equal(log.n, 1);
		if (log.oom[0]->tasks.n != tables[i].tasks)
			fail_msg("%s: %zu tasks", tables[i].what, log.oom[0]->tasks.n);
		assert_int_equal(oom_log_has(&log.oom[0]->missing, "tasks"), !tables[i].tasks);
		if (tables[i].tasks) {
			t = ow_oom_tasks(log.oom[0]) + tables[i].tasks - 1;
			if (t->pid != 2897 || strcmp(t->comm, tables[i].comm) != 0 ||
			    t->rss_bytes != tables[i].rss * 4096 ||
			    t->pgtables_bytes != tables[i].pgtables ||
			    t->swap_bytes != tables[i].swap * 4096 ||
			    t->oom_score_adj != tables[i].adj)
				fail_msg("%s: row of %s", tables[i].what, t->comm);
			assert_true(oom_log_has(&log.oom[0]->notes, "header of the task table"));
			assert_int_equal(log.oom[0]->lines.table, 0);
		}
		oom_log_release(&log);
	}
}

static void rows_alone_are_no_report(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, tables[4].rows);
	assert_int_equal(log.n, 0);
	oom_log_release(&log);
}

/* Another line may end the block; the rows behind it are still of the table. */
static void a_header_holds_for_all_of_its_rows(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log,
		"[ pid ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n"
		"[   2896]     0  2896      256        1    28672        0          -998 pause\n"
		"CPU: 1 PID: 5 Comm: x Not tainted 5.10.0 #1\n"
		"[   2897]     0  2897     8843     8362   110592        7             0 eat\n" KILL);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->tasks.n, 2);
	assert_false(oom_log_has(&log.oom[0]->notes, "header of the task table"));
	oom_log_release(&log);
}

/* The kill line is known by the row of its victim: without that it would be a record of its own. */
static void a_row_with_a_number_that_cannot_be_is_a_row(void **state)
{
	static const char *const odd[] = { "18446744073709551615", "-3",
					   "99999999999999999999999999999" };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(odd); i++) {
		const struct ow_oom_task *t;
		struct oom_log log;
		char text[1024];

		(void)snprintf(
			text, sizeof(text),
			"eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
			"oom_score_adj=0\n"
			"[ pid ]   uid  tgid total_vm      rss pgtables_bytes swapents "
			"oom_score_adj name\n"
			"[   2896]     0  2896      256        1    28672        0          -998 "
			"pause\n"
			"[   2897]     0  2897     8843 %s   110592        7             0 eat\n" KILL,
			odd[i]);
		oom_log(&log, text);
		assert_int_equal(log.n, 1);
		assert_int_equal(log.oom[0]->tasks.n, 2);
		t = ow_oom_tasks(log.oom[0]) + 1;
		assert_false(t->have & OW_TASK_RSS);
		assert_int_equal(t->swap_bytes, 7 * 4096);
		assert_true(oom_log_has(&log.oom[0]->notes,
					"1 row of the task table has a number that is below zero"));
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(rows_without_their_header_are_read_where_it_is_certain),
		UNIT(a_row_with_a_number_that_cannot_be_is_a_row),
		UNIT(rows_alone_are_no_report),
		UNIT(a_header_holds_for_all_of_its_rows),
	};

	return cmocka_run_group_tests_name("read/oom-tasks", tests, NULL, NULL);
}
