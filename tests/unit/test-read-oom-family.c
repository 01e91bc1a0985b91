/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"

/* The forms that one line has had from kernel to kernel, each read as a log of its own. */

static void heads_of_all_kernels_are_read(void **state)
{
	static const struct {
		const char *text, *comm, *mask, *flags, *nodemask;
		int64_t order;
		unsigned have;
	} cases[] = {
		/* 2.6.17, 2.6.32, 2.6.36, 3.7 */
		{ "nautilus invoked oom-killer: gfp_mask=0x201da, order=0, oomkilladj=0",
		  "nautilus", "0x201da", NULL, NULL, 0, OW_TRIGGER_ORDER },
		{ "apache2 invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0", "apache2",
		  "0x280da", NULL, NULL, 0, OW_TRIGGER_ORDER },
		{ "x invoked oom-killer: gfp_mask=0x280da, order=2, oom_adj=0, oom_score_adj=-17",
		  "x", "0x280da", NULL, NULL, 2, OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		{ "sed invoked oom-killer: gfp_mask=0x201da, order=0, oom_score_adj=0", "sed",
		  "0x201da", NULL, NULL, 0, OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		/* 4.6, 4.9, 4.12, 5.0 */
		{ "x invoked oom-killer: gfp_mask=0x24000c0(GFP_KERNEL), order=0, oom_score_adj=0",
		  "x", "0x24000c0", "GFP_KERNEL", NULL, 0, OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		{ "x invoked oom-killer: gfp_mask=0x2400840(GFP_NOFS|__GFP_NOFAIL), nodemask=0,2, "
		  "order=0, oom_score_adj=0",
		  "x", "0x2400840", "GFP_NOFS|__GFP_NOFAIL", "0,2", 0,
		  OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		{ "x invoked oom-killer: gfp_mask=0x6200ca(GFP_HIGHUSER_MOVABLE), "
		  "nodemask=(null),  order=0, oom_score_adj=0",
		  "x", "0x6200ca", "GFP_HIGHUSER_MOVABLE", "(null)", 0,
		  OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		{ "kworker/0:2 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=-1, "
		  "oom_score_adj=0",
		  "kworker/0:2", "0xcc0", "GFP_KERNEL", NULL, -1,
		  OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		/* a page fault that was told to try again; digits in a flag's name */
		{ "x invoked oom-killer: gfp_mask=0x0(), order=0, oom_score_adj=1000", "x", "0x0",
		  NULL, NULL, 0, OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		{ "x invoked oom-killer: gfp_mask=0xcc4(GFP_KERNEL|GFP_DMA32), order=0, "
		  "oom_score_adj=0",
		  "x", "0xcc4", "GFP_KERNEL|GFP_DMA32", NULL, 0,
		  OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		/* names of any kind */
		{ "runc:[2:INIT] invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
		  "oom_score_adj=-998",
		  "runc:[2:INIT]", "0xcc0", "GFP_KERNEL", NULL, 0,
		  OW_TRIGGER_ORDER | OW_TRIGGER_ADJ },
		{ "tmux: client invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0",
		  "tmux: client", "0xcc0", "GFP_KERNEL", NULL, 0, OW_TRIGGER_ORDER },
		{ "order=7, a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0",
		  "order=7, a", "0xcc0", "GFP_KERNEL", NULL, 0, OW_TRIGGER_ORDER },
		{ "Node 0 x invoked oom-killer: gfp_mask=0xd0, order=0", "Node 0 x", "0xd0", NULL,
		  NULL, 0, OW_TRIGGER_ORDER },
		{ "x invoked oom-killer", "x", NULL, NULL, NULL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom_trigger *t;
		struct oom_log log;

		oom_log(&log, cases[i].text);
		if (log.n != 1)
			fail_msg("%s", cases[i].text);
		t = &log.oom[0]->trigger;
		assert_string_equal(t->comm, cases[i].comm);
		if (!cases[i].mask != !t->gfp_mask || !cases[i].flags != !t->gfp_flags)
			fail_msg("%s: %s %s", cases[i].text, t->gfp_mask, t->gfp_flags);
		if (t->gfp_mask)
			assert_string_equal(t->gfp_mask, cases[i].mask);
		if (t->gfp_flags)
			assert_string_equal(t->gfp_flags, cases[i].flags);
		if (cases[i].nodemask)
			assert_string_equal(log.oom[0]->nodemask, cases[i].nodemask);
		assert_int_equal(t->have, cases[i].have);
		assert_int_equal(t->order, cases[i].order);
		oom_log_release(&log);
	}
}

static void kernels_are_named_by_their_cpu_line(void **state)
{
	static const struct {
		const char *text;
		int64_t pid;
		const char *release;
	} cases[] = {
		{ "Pid: 42, comm: eat Tainted: G        W  2.6.32-45-generic-pae #102-Ubuntu", 42,
		  "2.6.32-45-generic-pae" },
		{ "CPU: 4 PID: 42 Comm: eat Not tainted 3.10.0-514.6.1.el7.x86_64 #1", 42,
		  "3.10.0-514.6.1.el7.x86_64" },
		{ "CPU: 1 UID: 0 PID: 42 Comm: eat Not tainted 6.14.0 #1 PREEMPT(full)", 42,
		  "6.14.0" },
		{ "CPU: 0 PID: 42 Comm: eat Kdump: loaded Not tainted 4.18.0-553.el8.x86_64 #1", 42,
		  "4.18.0-553.el8.x86_64" },
		{ "CPU: 0 PID: 42 Comm: eat Tainted: P           OE    --------- -  - 4.18.0-372 #1",
		  42, "4.18.0-372" },
		{ "CPU: 1 PID: 42 Comm: eat Tainted: G S   OE  6.7.4-arch1-1 #1 20d30c48b78a", 42,
		  "6.7.4-arch1-1" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		char text[512];
		struct oom_log log;

		(void)snprintf(text, sizeof(text), "eat invoked oom-killer: order=0\n%s\n",
			       cases[i].text);
		oom_log(&log, text);
		assert_int_equal(log.oom[0]->trigger.pid, cases[i].pid);
		if (!log.oom[0]->kernel || strcmp(log.oom[0]->kernel, cases[i].release) != 0)
			fail_msg("%s: %s", cases[i].text, log.oom[0]->kernel);
		oom_log_release(&log);
	}
}

static void the_cpu_line_of_somebody_else_is_not_the_triggers(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "eat invoked oom-killer: order=0\n"
		      "CPU: 1 PID: 7 Comm: kworker/u4:0 Not tainted 4.20.0+ #252\n");
	assert_int_equal(log.oom[0]->trigger.have & OW_TRIGGER_PID, 0);
	assert_null(log.oom[0]->kernel);
	oom_log_release(&log);
}

#define ALL                                                                                     \
	(OW_VICTIM_PID | OW_VICTIM_UID | OW_VICTIM_TOTAL_VM | OW_VICTIM_ANON | OW_VICTIM_FILE | \
	 OW_VICTIM_SHMEM | OW_VICTIM_PGTABLES | OW_VICTIM_ADJ)
#define SIZES (OW_VICTIM_PID | OW_VICTIM_TOTAL_VM | OW_VICTIM_ANON | OW_VICTIM_FILE)

static void kill_lines_of_all_kernels_are_read(void **state)
{
	static const struct {
		const char *text;
		enum ow_oom_kind kind;
		int64_t pid;
		const char *comm;
		uint64_t total_vm;
		unsigned have;
	} cases[] = {
		/* 2.6.24, 2.6.33, 2.6.36, EL6, 4.5, 5.1, EL8, 5.4 */
		{ "Killed process 21754 (apache2)", OW_OOM_UNKNOWN, 21754, "apache2", 0,
		  OW_VICTIM_PID },
		{ "Killed process 7 (x) vsz:1024kB, anon-rss:8kB, file-rss:4kB", OW_OOM_UNKNOWN, 7,
		  "x", 1024, SIZES },
		{ "Killed process 6576 (java) total-vm:33914892kB, anon-rss:8kB, file-rss:0kB",
		  OW_OOM_UNKNOWN, 6576, "java", 33914892, SIZES },
		{ "Killed process 40738, UID 27, (mysqld) total-vm:6424316kB, anon-rss:8kB, "
		  "file-rss:0kB",
		  OW_OOM_UNKNOWN, 40738, "mysqld", 6424316, SIZES | OW_VICTIM_UID },
		{ "Killed process 7 (x) total-vm:8kB, anon-rss:8kB, file-rss:4kB, shmem-rss:0kB",
		  OW_OOM_UNKNOWN, 7, "x", 8, SIZES | OW_VICTIM_SHMEM },
		{ "Memory cgroup out of memory: Killed process 210 (stress) total-vm:8kB, "
		  "anon-rss:0kB, file-rss:20kB, shmem-rss:0kB",
		  OW_OOM_MEMCG, 210, "stress", 8, SIZES | OW_VICTIM_SHMEM },
		{ "Out of memory: Killed process 7 (x) total-vm:8kB, anon-rss:0kB, file-rss:20kB, "
		  "shmem-rss:0kB, UID:1001240000",
		  OW_OOM_GLOBAL, 7, "x", 8, SIZES | OW_VICTIM_SHMEM | OW_VICTIM_UID },
		{ "Out of memory: Killed process 7 (x) total-vm:8kB, anon-rss:0kB, file-rss:20kB, "
		  "shmem-rss:0kB, UID:0 pgtables:112kB oom_score_adj:-994",
		  OW_OOM_GLOBAL, 7, "x", 8, ALL },
		/* other prefixes */
		{ "Out of memory (oom_kill_allocating_task): Killed process 7 (x) total-vm:8kB, "
		  "anon-rss:0kB, file-rss:20kB",
		  OW_OOM_GLOBAL, 7, "x", 8, SIZES },
		{ "No available memory (MPOL_BIND): Killed process 7 (x) total-vm:8kB, anon-rss:0kB, "
		  "file-rss:20kB",
		  OW_OOM_MEMPOLICY, 7, "x", 8, SIZES },
		/* names of any kind */
		{ "Out of memory: Killed process 7 (a) total-vm:1kB) total-vm:8kB, anon-rss:0kB, "
		  "file-rss:20kB",
		  OW_OOM_GLOBAL, 7, "a) total-vm:1kB", 8, SIZES },
		{ "Out of memory: Killed process 7 (() total-vm:8kB, anon-rss:0kB, file-rss:20kB",
		  OW_OOM_GLOBAL, 7, "(", 8, SIZES },
		{ "Out of memory: Killed process 7 (x, UID 0, (y)) total-vm:8kB, anon-rss:0kB, "
		  "file-rss:20kB",
		  OW_OOM_GLOBAL, 7, "x, UID 0, (y)", 8, SIZES },
		{ "Out of memory: Killed process 7 (\x1b[31m\x07) total-vm:8kB, anon-rss:0kB, "
		  "file-rss:20kB",
		  OW_OOM_GLOBAL, 7, "\x1b[31m\x07", 8, SIZES },
		{ "Out of memory: Killed process 7 () total-vm:8kB, anon-rss:0kB, file-rss:20kB",
		  OW_OOM_GLOBAL, 7, NULL, 8, SIZES },
		/* cut: what is not whole is left out */
		{ "Out of memory: Killed process 7 (x) total-vm:8kB, anon-rss:10", OW_OOM_GLOBAL, 7,
		  "x", 8, OW_VICTIM_PID | OW_VICTIM_TOTAL_VM },
		{ "Out of memory: Killed process 7 (Web Con", OW_OOM_GLOBAL, 7, NULL, 0,
		  OW_VICTIM_PID },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom_victim *v;
		struct oom_log log;

		oom_log(&log, cases[i].text);
		if (log.n != 1 || log.oom[0]->victims.n != 1)
			fail_msg("%s", cases[i].text);
		v = ow_oom_victims(log.oom[0]);
		if (log.oom[0]->kind != cases[i].kind || v->pid != cases[i].pid ||
		    v->have != cases[i].have || v->total_vm_bytes != cases[i].total_vm * 1024)
			fail_msg("%s: kind %d pid %d have %x", cases[i].text, log.oom[0]->kind,
				 (int)v->pid, v->have);
		if (!v->comm != !cases[i].comm || (v->comm && strcmp(v->comm, cases[i].comm) != 0))
			fail_msg("%s: comm '%s'", cases[i].text, v->comm);
		oom_log_release(&log);
	}
}

/* It may have been 72 before it was cut. */
static void a_pid_that_ends_the_line_names_nobody(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "Out of memory: Killed process 7");
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->kind, OW_OOM_GLOBAL);
	assert_int_equal(log.oom[0]->victims.n, 0);
	assert_true(oom_log_has(&log.oom[0]->missing, "kill"));
	oom_log_release(&log);
}

#define SETS "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0-1,3"

static void oom_kill_lines_are_parted_where_the_kernel_did(void **state)
{
	static const struct {
		const char *text, *constraint, *limit, *task, *comm, *cpuset;
		int64_t pid;
	} cases[] = {
		{ SETS ",oom_memcg=/a,task_memcg=/a/b,task=eat,pid=42,uid=0", "CONSTRAINT_MEMCG",
		  "/a", "/a/b", "eat", "/", 42 },
		{ "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
		  "global_oom,task_memcg=/,task=eat,pid=42,uid=0",
		  "CONSTRAINT_NONE", NULL, "/", "eat", "/", 42 },
		{ "oom-kill:constraint=CONSTRAINT_BPF_PSI_MEM,nodemask=(null),oom_memcg=/a,"
		  "task_memcg=/a,task=eat,pid=42,uid=0",
		  "CONSTRAINT_BPF_PSI_MEM", "/a", "/a", "eat", NULL, 42 },
		/* a comm and cgroups that look like the line itself */
		{ SETS ",oom_memcg=/a,task_memcg=/a/b,task=x,pid=1,uid=0,pid=42,uid=0",
		  "CONSTRAINT_MEMCG", "/a", "/a/b", "x,pid=1,uid=0", "/", 42 },
		{ SETS ",oom_memcg=/a,task_memcg=/a/b,task=x,task=y,pid=42,uid=0",
		  "CONSTRAINT_MEMCG", "/a", "/a/b", "x,task=y", "/", 42 },
		{ SETS
		  ",oom_memcg=/a,task_memcg=/z,task_memcg=/a,task_memcg=/z/b,task=x,pid=42,uid=0",
		  "CONSTRAINT_MEMCG", "/a,task_memcg=/z", "/a,task_memcg=/z/b", "x", "/", 42 },
		{ "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),"
		  "cpuset=c,mems_allowed=0,global_oom,task_memcg=,mems_allowed=0,oom_memcg=/a,"
		  "task_memcg=/a/b,task=x,pid=42,uid=0",
		  "CONSTRAINT_MEMCG", "/a", "/a/b", "x",
		  "c,mems_allowed=0,global_oom,task_memcg=", 42 },
		/* cut: what may not be whole is left out */
		{ SETS ",oom_memcg=/a,task_memcg=/a/b,task=eat,pid=4", "CONSTRAINT_MEMCG", "/a",
		  "/a/b", NULL, "/", 0 },
		{ SETS ",oom_memcg=/a,task_memcg=/a/b,task=ea", "CONSTRAINT_MEMCG", "/a", "/a/b",
		  NULL, "/", 0 },
		{ SETS ",oom_memcg=/a,task_memcg=/a/", "CONSTRAINT_MEMCG", "/a", NULL, NULL, "/",
		  0 },
		{ SETS ",oom_memcg=/a,task_me", "CONSTRAINT_MEMCG", NULL, NULL, NULL, "/", 0 },
		{ "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=test,mems_allowed=0",
		  "CONSTRAINT_CPUSET", NULL, NULL, NULL, "test", 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom *oom;
		struct oom_log log;

		oom_log(&log, cases[i].text);
		assert_int_equal(log.n, 1);
		oom = log.oom[0];
		assert_string_equal(oom->constraint, cases[i].constraint);
		if (!oom->limit_memcg != !cases[i].limit ||
		    (oom->limit_memcg && strcmp(oom->limit_memcg, cases[i].limit) != 0) ||
		    !oom->task_memcg != !cases[i].task ||
		    (oom->task_memcg && strcmp(oom->task_memcg, cases[i].task) != 0) ||
		    !oom->cpuset != !cases[i].cpuset ||
		    (oom->cpuset && strcmp(oom->cpuset, cases[i].cpuset) != 0))
			fail_msg("%s: %s %s %s", cases[i].text, oom->limit_memcg, oom->task_memcg,
				 oom->cpuset);
		assert_int_equal(oom->victims.n, cases[i].pid != 0);
		if (cases[i].pid) {
			assert_int_equal(ow_oom_victims(oom)->pid, cases[i].pid);
			assert_string_equal(ow_oom_victims(oom)->comm, cases[i].comm);
		}
		oom_log_release(&log);
	}
}

#define KILL "Killed process 42 (eat) total-vm:40kB, anon-rss:8kB, file-rss:4kB\n"

static void tables_are_read_by_their_own_header(void **state)
{
	static const struct {
		const char *header, *row, *comm;
		uint64_t pgtables, swap;
		unsigned have;
	} cases[] = {
		/* 2.6.25, 2.6.36, 3.6, 4.0, 4.15, 6.8, and a patched one */
		{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
		  "[   42]   500    42       10        3   0       0 eat", "eat", 0, 0,
		  OW_TASK_PID | OW_TASK_UID | OW_TASK_TGID | OW_TASK_TOTAL_VM | OW_TASK_RSS },
		{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
		  "[   42]   500    42       10        3   0     -17         -1000 eat", "eat", 0,
		  0, OW_TASK_ADJ },
		{ "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
		  "[   42]   500    42       10        3      13        5          -900 Web Content",
		  "Web Content", 13 * 4096, 5 * 4096, OW_TASK_PGTABLES | OW_TASK_SWAP },
		{ "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name",
		  "[   42]   500    42       10        3      13       2        5             0 [x] y",
		  "[x] y", 15 * 4096, 5 * 4096, OW_TASK_PGTABLES | OW_TASK_SWAP },
		{ "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
		  "[     42] 1001240000    42       10        3    61440        5           999 eat",
		  "eat", 61440, 5 * 4096, OW_TASK_PGTABLES | OW_TASK_SWAP | OW_TASK_ADJ },
		{ "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes "
		  "swapents oom_score_adj name",
		  "[     42]   500    42       10        3        2        1         0    61440 "
		  "       5             0 9 lives",
		  "9 lives", 61440, 5 * 4096,
		  OW_TASK_RSS_ANON | OW_TASK_RSS_FILE | OW_TASK_RSS_SHMEM },
		{ "[  pid  ]   uid  tgid total_vm      rss (01)nrss  pgtables_bytes swapents "
		  "oom_score_adj name",
		  "[     42]   500    42       10        3     1872    61440        5           999 eat",
		  "eat", 61440, 5 * 4096, OW_TASK_PGTABLES | OW_TASK_SWAP },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom_task *t;
		struct oom_log log;
		char text[1024];

		(void)snprintf(text, sizeof(text), "%s\n%s\nnoise: between\n%s\n%s",
			       cases[i].header, cases[i].row, cases[i].row, KILL);
		oom_log(&log, text);
		assert_int_equal(log.n, 1);
		assert_int_equal(log.oom[0]->tasks.n, 2);
		t = ow_oom_tasks(log.oom[0]) + 1;
		assert_int_equal(log.oom[0]->page_bytes, 4096);
		assert_int_equal(t->pid, 42);
		assert_int_equal(t->tgid, 42);
		assert_int_equal(t->total_vm_bytes, 40960);
		assert_int_equal(t->rss_bytes, 3 * 4096);
		assert_int_equal(t->pgtables_bytes, cases[i].pgtables);
		assert_int_equal(t->swap_bytes, cases[i].swap);
		assert_int_equal(t->have & cases[i].have, cases[i].have);
		assert_int_equal(t->line, 4);
		assert_string_equal(t->comm, cases[i].comm);
		oom_log_release(&log);
	}
}

#define USAGE                                             \
	"memory: usage 980kB, limit 1000kB, failcnt 19\n" \
	"memory+swap: usage 0kB, limit 18014398509481983kB, failcnt 0\n"

static uint64_t stat_of(const struct ow_oom *oom, const char *name)
{
	const struct ow_stat *stat = ow_stat_find(&oom->memory_stat, name);

	assert_non_null(stat);
	return stat->value;
}

static void the_stats_of_v1_and_v2_are_bytes(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, USAGE "Memory cgroup stats for /mem: cache:0KB rss:980KB swap:4KB\n");
	assert_int_equal(stat_of(log.oom[0], "rss"), 980 * 1024);
	assert_int_equal(stat_of(log.oom[0], "swap"), 4096);
	assert_string_equal(log.oom[0]->limit_memcg, "/mem");
	oom_log_release(&log);

	oom_log(&log,
		USAGE "Memory cgroup stats for /mem:\nanon 4096\n        file 12\npgfault 7\n");
	assert_int_equal(stat_of(log.oom[0], "anon"), 4096);
	assert_int_equal(stat_of(log.oom[0], "file"), 12);
	assert_int_equal(ow_stat_find(&log.oom[0]->memory_stat, "pgfault")->line, 6);
	oom_log_release(&log);
}

static void the_stats_of_a_tree_have_the_children(void **state)
{
	struct oom_log log;

	(void)state;
	/* up to 5.2: one line for each cgroup, with what is its own */
	oom_log(&log, USAGE "Memory cgroup stats for /pod: cache:0KB rss:0KB\n"
			    "Memory cgroup stats for /pod/a b: x: cache:8KB rss:100KB\n"
			    "Memory cgroup stats for /pod/c: cache:4KB rss:30KB\n");
	assert_int_equal(stat_of(log.oom[0], "rss"), 130 * 1024);
	assert_int_equal(stat_of(log.oom[0], "cache"), 12 * 1024);
	assert_string_equal(log.oom[0]->limit_memcg, "/pod");
	oom_log_release(&log);
	/* from 6.5, v1: the total stands beside the group's own */
	oom_log(&log, USAGE "Memory cgroup stats for /pod:\nrss 100\ncache 1\ntotal_rss 700\n");
	assert_int_equal(stat_of(log.oom[0], "rss"), 700);
	assert_int_equal(stat_of(log.oom[0], "total_rss"), 700);
	assert_int_equal(stat_of(log.oom[0], "cache"), 1);
	oom_log_release(&log);
}

static void counters_of_both_versions_are_bytes(void **state)
{
	const struct ow_oom *oom;
	struct oom_log log;

	(void)state;
	oom_log(&log, USAGE "kmem: usage 124kB, limit 9007199254740988kB, failcnt 0\n");
	oom = log.oom[0];
	assert_int_equal(oom->usage_bytes, 980 * 1024);
	assert_int_equal(oom->limit_bytes, 1000 * 1024);
	assert_int_equal(oom->failcnt, 19);
	assert_true(ow_bytes_unlimited(oom->memsw.limit_bytes));
	assert_int_equal(oom->kmem.usage_bytes, 124 * 1024);
	assert_int_equal(oom->have & OW_OOM_SWAP, 0);
	oom_log_release(&log);

	/* A counter that ran below zero is no number of bytes. */
	oom_log(&log, "memory: usage 18446744073709537436kB, limit 8kB, failcnt 0\n"
		      "swap: usage 4kB, limit 0kB, failcnt 2\n");
	oom = log.oom[0];
	assert_int_equal(oom->have & (OW_OOM_USAGE | OW_OOM_LIMIT), OW_OOM_LIMIT);
	assert_int_equal(oom->swap.usage_bytes, 4096);
	assert_true(oom_log_has(&oom->notes, "18446744073709537436kB"));
	oom_log_release(&log);
}

#define HEAD "x invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"

static void the_machines_memory_is_bytes(void **state)
{
	static const char text[] = HEAD
		"Mem-Info:\n"
		"active_anon:221 inactive_anon:14331 isolated_anon:0\n"
		" free:427891 free_pcp:153 free_cma:0\n"
		"Node 0 active_anon:884kB shmem_thp: 0kB kernel_stack:1856kB pagetables:1648kB "
		"all_unreclaimable? no\n"
		"Node 0 DMA free:15036kB boost:0kB min:352kB low:440kB high:528kB "
		"reserved_highatomic:0KB present:15992kB managed:15360kB mlocked:0kB\n"
		"lowmem_reserve[]: 0 1893 1893 1893 1893\n"
		"Normal free:4228kB min:3636kB low:4544kB high:5452kB present:15964kB\n"
		"Node 0 DMA: 1*4kB (U) 1*8kB (U) = 12kB\n"
		"Node 0 hugepages_total=3 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB\n"
		"42845 total pagecache pages\n"
		"Free swap  = 0kB\n"
		"Total swap = 8388604kB\n"
		"524158 pages RAM\n"
		"17809 pages reserved\n";
	const struct ow_oom_zone *zone;
	const struct ow_oom *oom;
	struct oom_log log;

	(void)state;
	oom_log(&log, text);
	oom = log.oom[0];
	assert_int_equal(oom->kind, OW_OOM_GLOBAL);
	assert_int_equal(oom->page_bytes, 4096);
	assert_int_equal(ow_stat_find(&oom->meminfo, "inactive_anon")->value, 14331 * 4096);
	assert_int_equal(ow_stat_find(&oom->meminfo, "free")->value, 427891ULL * 4096);
	assert_int_equal(ow_stat_find(&oom->meminfo, "pagecache")->value, 42845 * 4096);
	assert_int_equal(ow_stat_find(&oom->meminfo, "kernel_stack")->value, 1856 * 1024);
	assert_int_equal(ow_stat_find(&oom->meminfo, "hugetlb")->value, 3 * 2048 * 1024);
	assert_int_equal(oom->zones.n, 2);
	zone = oom->zones.item;
	assert_string_equal(zone[0].name, "DMA");
	assert_int_equal(zone[0].node, 0);
	assert_int_equal(zone[0].free_bytes, 15036 * 1024);
	assert_int_equal(zone[0].managed_bytes, 15360 * 1024);
	assert_string_equal(zone[1].name, "Normal");
	assert_false(zone[1].have & OW_ZONE_NODE);
	assert_int_equal(oom->ram_bytes, 524158ULL * 4096);
	assert_int_equal(oom->reserved_bytes, 17809 * 4096);
	assert_int_equal(oom->swap_total_bytes, 8388604ULL * 1024);
	assert_int_equal(oom->have & OW_OOM_SWAP_FREE, OW_OOM_SWAP_FREE);
	oom_log_release(&log);
}

static void the_page_size_comes_from_the_record(void **state)
{
	static const struct {
		const char *text;
		uint64_t page, ram;
	} cases[] = {
		{ HEAD "Mem-Info:\nNode 0 DMA: 1*64kB (U) = 64kB\n10 pages RAM\n1 pages reserved\n",
		  65536, 655360 },
		{ HEAD "Mem-Info:\nactive_anon:10 inactive_anon:0\nNode 0 active_anon:160kB\n"
		       "10 pages RAM\n1 pages reserved\n",
		  16384, 163840 },
		{ HEAD "Mem-Info:\n10 pages RAM\n1 pages reserved\n"
		       "[ pid ]   uid  tgid total_vm      rss oom_score_adj name\n"
		       "[   42]     0    42      571        3             0 eat\n"
		       "Out of memory: Killed process 42 (eat) total-vm:36544kB, anon-rss:0kB\n",
		  65536, 655360 },
		{ HEAD "Mem-Info:\n10 pages RAM\n1 pages reserved\n", 0, 40960 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;

		oom_log(&log, cases[i].text);
		assert_int_equal(log.oom[0]->page_bytes, cases[i].page);
		assert_int_equal(log.oom[0]->ram_bytes, cases[i].ram);
		assert_int_equal(oom_log_has(&log.oom[0]->notes, "assumed"), cases[i].page == 0);
		oom_log_release(&log);
	}
}

static void call_traces_keep_the_sure_frames(void **state)
{
	struct oom_log log;
	const char *const *frame;

	(void)state;
	oom_log(&log,
		HEAD "Call Trace:\n"
		     " <TASK>\n"
		     " dump_stack_lvl+0x4a/0x63\n"
		     " ? srso_alias_return_thunk+0x5/0x7f\n"
		     " [<ffffffff811239dc>] mem_cgroup_out_of_memory+0x241/0x299\n"
		     " [c00000001d0ab1d0] [c000000000cbcba4] try_charge+0x98/0xe0 (unreliable)\n"
		     " xfs_file_write_iter+0xe9/0x120 [xfs]\n"
		     "[<c006baf0>] (oom_kill_process.part.0+0x0/0x8) from [<c0>] (x+0x1/0x2)\n"
		     "RIP: 0033:0x7f63ea33e927\n");
	assert_int_equal(log.oom[0]->trace.n, 5);
	frame = log.oom[0]->trace.item;
	assert_string_equal(frame[0], "dump_stack_lvl");
	assert_string_equal(frame[1], "mem_cgroup_out_of_memory");
	assert_string_equal(frame[2], "try_charge");
	assert_string_equal(frame[3], "xfs_file_write_iter");
	assert_string_equal(frame[4], "oom_kill_process.part.0");
	assert_int_equal(log.oom[0]->kind, OW_OOM_MEMCG);
	oom_log_release(&log);
}

static void task_in_lines_are_parted_by_the_tree(void **state)
{
	static const struct {
		const char *text, *task, *limit;
	} cases[] = {
		{ "Task in /a/b killed as a result of limit of /a", "/a/b", "/a" },
		{ "Task in /a killed as a result of limit of /", "/a", "/" },
		{ "Task in /a/x killed as a result of limit of /z killed as a result of limit of /a",
		  "/a/x killed as a result of limit of /z", "/a" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;

		oom_log(&log, cases[i].text);
		assert_int_equal(log.n, 1);
		assert_string_equal(log.oom[0]->task_memcg, cases[i].task);
		assert_string_equal(log.oom[0]->limit_memcg, cases[i].limit);
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(heads_of_all_kernels_are_read),
		UNIT(kernels_are_named_by_their_cpu_line),
		UNIT(the_cpu_line_of_somebody_else_is_not_the_triggers),
		UNIT(kill_lines_of_all_kernels_are_read),
		UNIT(a_pid_that_ends_the_line_names_nobody),
		UNIT(oom_kill_lines_are_parted_where_the_kernel_did),
		UNIT(tables_are_read_by_their_own_header),
		UNIT(the_stats_of_v1_and_v2_are_bytes),
		UNIT(the_stats_of_a_tree_have_the_children),
		UNIT(counters_of_both_versions_are_bytes),
		UNIT(the_machines_memory_is_bytes),
		UNIT(the_page_size_comes_from_the_record),
		UNIT(call_traces_keep_the_sure_frames),
		UNIT(task_in_lines_are_parted_by_the_tree),
	};

	return cmocka_run_group_tests_name("read/oom-family", tests, NULL, NULL);
}
