/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"

/* A report as the kernel writes it; the tests break it and want the same record. */
static const char report[] =
	"[  332.383394] ioctl_sg01 invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), "
	"order=0, oom_score_adj=0\n"
	"[  332.393225] CPU: 0 PID: 14622 Comm: ioctl_sg01 Not tainted 5.10.6-with-a-long-name #2\n"
	"[  332.537092] Mem-Info:\n"
	"[  332.539376] active_anon:144 inactive_anon:4026083 isolated_anon:0\n"
	"[  332.539376]  free:34555 free_pcp:20 free_cma:0\n"
	"[  332.570972] Node 0 active_anon:576kB inactive_anon:16104332kB active_file:180kB "
	"inactive_file:4kB unevictable:0kB kernel_stack:3000kB all_unreclaimable? no\n"
	"[  332.599372] Node 0 Normal free:4228kB min:3636kB low:4544kB high:5452kB "
	"reserved_highatomic:0KB active_anon:0kB present:15964kB managed:15876kB mlocked:0kB\n"
	"[  333.000000] Tasks state (memory values in pages):\n"
	"[  333.000001] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "
	"oom_score_adj name\n"
	"[  333.086069] [  14595]     0 14595     3187       34    73728        0             0 agetty\n"
	"[  333.102951] [  14622]     0 14622  4015311  4014104 32231424        0             0 "
	"ioctl_sg01\n"
	"[  333.111548] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
	"global_oom,task_memcg=/user.slice,task=ioctl_sg01,pid=14622,uid=0\n"
	"[  333.124428] Out of memory: Killed process 14622 (ioctl_sg01) total-vm:16061244kB, "
	"anon-rss:16056416kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:31476kB oom_score_adj:0\n"
	"[  333.374806] oom_reaper: reaped process 14622 (ioctl_sg01), now anon-rss:0kB, "
	"file-rss:0kB, shmem-rss:0kB\n";

static void check(const char *what, const char *text)
{
	const struct ow_oom_victim *v;
	const struct ow_oom *oom;
	struct oom_log log;

	oom_log(&log, text);
	if (log.n != 1 || log.oom[0]->victims.n != 1 || log.oom[0]->tasks.n != 2 ||
	    log.oom[0]->missing.n != 0)
		fail_msg("%s: %zu records, %zu tasks:\n%s", what, log.n,
			 log.n ? log.oom[0]->tasks.n : 0, text);
	oom = log.oom[0];
	v = ow_oom_victims(oom);
	assert_int_equal(v->pid, 14622);
	assert_string_equal(v->comm, "ioctl_sg01");
	assert_int_equal(v->total_vm_bytes, 16061244ULL * 1024);
	assert_int_equal(v->pgtables_bytes, 31476 * 1024);
	assert_int_equal(v->have & OW_VICTIM_ADJ, OW_VICTIM_ADJ);
	assert_string_equal(oom->trigger.comm, "ioctl_sg01");
	assert_string_equal(oom->trigger.gfp_flags, "GFP_HIGHUSER_MOVABLE");
	assert_int_equal(oom->trigger.have & OW_TRIGGER_ADJ, OW_TRIGGER_ADJ);
	assert_string_equal(oom->kernel, "5.10.6-with-a-long-name");
	assert_string_equal(oom->task_memcg, "/user.slice");
	assert_int_equal(oom->kind, OW_OOM_GLOBAL);
	assert_int_equal(ow_stat_find(&oom->meminfo, "free")->value, 34555 * 4096);
	assert_int_equal(ow_stat_find(&oom->meminfo, "kernel_stack")->value, 3000 * 1024);
	assert_int_equal(((struct ow_oom_zone *)oom->zones.item)->managed_bytes, 15876 * 1024);
	assert_true(oom_log_has(&oom->notes, "shmem-rss:0kB"));
	oom_log_release(&log);
}

static size_t append(char *to, const char *lead, struct ow_str line)
{
	size_t n = strlen(lead);

	memcpy(to, lead, n);
	memcpy(to + n, line.p, line.n);
	to[n + line.n] = '\n';
	return n + line.n + 1;
}

/* Breaks long lines: a mail program does so at a blank, which goes; a terminal anywhere. */
static char *broken(struct ow_arena *arena, size_t columns, bool anywhere, const char *lead)
{
	char *out = ow_alloc(arena, 16 * sizeof(report), 1), *to = out;
	struct ow_str rest = OW_STR(report), line;

	assert_non_null(out);
	while (ow_scan_line(&rest, &line)) {
		while (line.n > columns) {
			size_t n = columns;

			while (!anywhere && n > 20 && line.p[n] != ' ')
				n--;
			if (n <= 20)
				break;
			to += append(to, lead, (struct ow_str){ line.p, n });
			line = ow_str_skip(line, n + !anywhere);
		}
		to += append(to, lead, line);
	}
	return out;
}

static void what_a_mail_has_broken_is_whole_again(void **state)
{
	static const size_t columns[] = { 1000, 120, 100, 80, 76, 72, 68 };
	static const char *const leads[] = { "", "> ", "> > ", ">> ", "  " };

	for (size_t c = 0; c < OW_ARRAY_SIZE(columns); c++)
		for (size_t l = 0; l < OW_ARRAY_SIZE(leads); l++)
			check(leads[l], broken(*state, columns[c], false, leads[l]));
}

static void what_a_terminal_has_cut_in_a_word_is_whole_again(void **state)
{
	static const char *const leads[] = { "", "> ", "> > ", "  " };

	for (size_t columns = 70; columns <= 140; columns++)
		for (size_t l = 0; l < OW_ARRAY_SIZE(leads); l++)
			check(leads[l], broken(*state, columns, true, leads[l]));
}

static void a_stamp_alone_belongs_to_the_next_line(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "[Wed Mar 13 11:16:48 2024] noise\n[   12.000001]\n"
		      "Out of memory: Killed process 42 (eat) total-vm:8kB\n");
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->boot_usec, 12000001);
	assert_int_equal(log.oom[0]->line, 3);
	oom_log_release(&log);
}

static void folded_lines_are_parted_but_never_where_a_name_is(void **state)
{
	const struct ow_oom *oom;
	struct oom_log log;

	(void)state;
	oom_log(&log, "Nov 20 07:51:02 h kernel: active_anon:1 inactive_anon:2#012 free:3\n"
		      "4,1,5,-;Memory cgroup stats for /a:\n4,2,6,-;anon 4096\\x0afile 12\n"
		      "4,3,7,-;Memory cgroup out of memory: Killed process 42 (a\\x5cx0ab)\n");
	assert_int_equal(log.n, 1);
	oom = log.oom[0];
	assert_int_equal(ow_stat_find(&oom->memory_stat, "file")->value, 12);
	assert_string_equal(ow_oom_victims(oom)->comm, "a\\x0ab");
	oom_log_release(&log);

	oom_log(&log, "Nov 20 07:51:02 h kernel: Memory cgroup stats for "
		      "/a#012Out of memory: Killed process 1 (init) total-vm:8kB:\n");
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->victims.n, 0);
	oom_log_release(&log);

	/* What stands behind the colon of the name can be nothing but the numbers. */
	oom_log(&log,
		"Nov 20 07:51:02 h kernel: Memory cgroup stats for /a:#012anon 4096#012file 12\n");
	assert_int_equal(log.n, 1);
	assert_int_equal(ow_stat_find(&log.oom[0]->memory_stat, "file")->value, 12);
	oom_log_release(&log);
	oom_log(&log, "Nov 20 07:51:02 h kernel: Memory cgroup stats for /a:#012anon 4096:\n");
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->memory_stat.n, 0);
	oom_log_release(&log);
}

static void lines_that_are_whole_are_left_alone(void **state)
{
	struct oom_log log;

	(void)state;
	/* No stamps: what follows could be a continuation, and is none. */
	oom_log(&log, "Out of memory: Kill process 42 (eat) score 9 or sacrifice child\n"
		      "Killed process 42 (eat)\n"
		      "docker0: port 2(veth4cb51e1) entered disabled state\n"
		      "x (y) UID:0\n");
	assert_int_equal(log.n, 1);
	assert_string_equal(ow_oom_victims(log.oom[0])->comm, "eat");
	assert_int_equal(ow_oom_victims(log.oom[0])->have, OW_VICTIM_PID);
	oom_log_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_a_mail_has_broken_is_whole_again),
		UNIT(what_a_terminal_has_cut_in_a_word_is_whole_again),
		UNIT(a_stamp_alone_belongs_to_the_next_line),
		UNIT(folded_lines_are_parted_but_never_where_a_name_is),
		UNIT(lines_that_are_whole_are_left_alone),
	};

	return cmocka_run_group_tests_name("read/oom-join", tests, NULL, NULL);
}
