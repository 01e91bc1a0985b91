/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"

/* Forms of lines, and of what people do to them, as they are met in logs that were posted: each was
 * once read wrongly. */
struct wild {
	const char *what;
	const char *log;
	size_t records;
	enum ow_oom_kind kind; /* this and the next of the last record */
	int64_t pid;           /* 0: no victim */
	const char *comm;
	uint64_t total_vm_kb, tasks;
	const char *trigger, *limit, *task_memcg, *cpuset;
};

static const struct wild wild[] = {
	{ .what = "2.6.9: no trigger, a capital M, nothing but the name",
	  .log = "Nov 17 06:19:30 h kernel: oom-killer: gfp_mask=0xd0\n"
		 "Nov 17 06:19:30 h kernel: Mem-info:\n"
		 "Nov 17 06:19:30 h kernel: Active:6386 inactive:6367 dirty:0 free:59 slab:1280\n"
		 "Nov 17 06:19:30 h kernel: DMA free:60kB min:60kB low:120kB high:180kB\n"
		 "Nov 17 06:19:30 h kernel: Out of Memory: Killed process 42 (httpd).\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "httpd" },
	{ .what = "2.6.18: score and children, a user behind the pid",
	  .log = "httpd invoked oom-killer: gfp_mask=0x201d2, order=0, oomkilladj=0\n"
		 "Out of Memory: Kill process 40 (httpd) score 1031 and children.\n"
		 "Out of memory: Killed process 42, UID 99, (httpd).\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "httpd",
	  .trigger = "httpd" },
	{ .what = "no cgroups, no cpusets: the task follows the nodes",
	  .log = "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=chro,mium,pid=42,uid=7\n",
	  .records = 1,
	  .pid = 42,
	  .comm = "chro,mium" },
	{ .what = "no cgroups, but cpusets",
	  .log = "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=/a,"
		 "mems_allowed=0,2,task=eat,pid=42,uid=7\n",
	  .records = 1,
	  .kind = OW_OOM_CPUSET,
	  .pid = 42,
	  .comm = "eat" },
	{ .what = "blanks that somebody lost",
	  .log = "Out of memory: Kill process 41(my sqld) score 9 or sacrifice child\n"
		 "Killed process 42, UID 27,(my sqld) total-vm:8kB, anon-rss:4kB\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "my sqld",
	  .total_vm_kb = 8 },
	{ .what = "late EL7: a user behind the name",
	  .log = "Out of memory: Kill process 42 (tidb (x)) score 956 or sacrifice child\n"
		 "Killed process 42 (tidb (x)), UID 1000, total-vm:8kB, anon-rss:4kB, file-rss:0kB\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "tidb (x)",
	  .total_vm_kb = 8 },
	{ .what = "a date in brackets, and a tag behind it",
	  .log = "[2026-09-12 10:14:02 UTC] kernel: Out of memory: Killed process 42 (eat) total-vm:8kB\n"
		 "[2026-09-12 10:14:03 UTC] app[1]: Out of memory: Killed process 43 (eat)\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "eat",
	  .total_vm_kb = 8 },
	{ .what = "a date that lost its year",
	  .log = "[Tue Sep 16 03:14:22] Out of memory: Killed process 42 (eat)\n"
		 "  total-vm:8kB, anon-rss:4kB, file-rss:0kB, oom_score_adj:0\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "eat",
	  .total_vm_kb = 8 },
	{ .what = "a host and a tag, but no time",
	  .log = "host kernel: Out of Memory: Killed process 42 (mysql).\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "mysql" },
	{ .what = "a choice that ends with its scope",
	  .log = "eat invoked oom-killer\n"
		 "oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=1,cpuset=/,mems_allowed=0-1,"
		 "global_oom\n",
	  .records = 1,
	  .kind = OW_OOM_MEMPOLICY,
	  .trigger = "eat",
	  .cpuset = "/" },
	{ .what = "a choice of which somebody left parts out",
	  .log = "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null),cpuset=emulator,mems_allowed=0,"
		 "global_oom,task=qemu-system-x86\n"
		 "Out of memory: Killed process 42 (qemu-system-x86) total-vm:8kB\n",
	  .records = 1,
	  .kind = OW_OOM_CPUSET,
	  .pid = 42,
	  .comm = "qemu-system-x86",
	  .total_vm_kb = 8,
	  .cpuset = "emulator" },
	{ .what = "a mail that breaks at hyphens, and quotes only some lines",
	  .log = "> [ 1171.795551] Out of memory: Killed process 42 (eat) total-\nvm:\n"
		 "> 8kB, anon-rss:4kB, file-\nrss:10972kB\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "eat",
	  .total_vm_kb = 8 },
	{ .what = "rows that are left of a table, and a victim of the others",
	  .log = "> [    1.1] [  17456]     0 17456     4166      271    65536        0             0 sshd\n"
		 "> [    1.2] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=eat,pid=42,uid=7\n"
		 "> [    1.3] Out of memory: Killed process 42 (eat) total-vm:8kB, anon-rss:4kB\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "eat",
	  .total_vm_kb = 8,
	  .tasks = 1 },
	{ .what = "quoted and indented",
	  .log = ">     eat invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"
		 ">\n"
		 ">     Task in /a/b killed as a result of limit of /a\n"
		 ">     memory: usage 8kB, limit 8kB, failcnt 1\n"
		 ">     Memory cgroup stats for /a: cache:4KB rss:4KB\n"
		 "> \t    mapped_file:0KB\n"
		 ">     Killed process 42 (eat) total-vm:8kB, anon-rss:4kB\n",
	  .records = 1,
	  .kind = OW_OOM_MEMCG,
	  .pid = 42,
	  .comm = "eat",
	  .total_vm_kb = 8,
	  .trigger = "eat",
	  .limit = "/a",
	  .task_memcg = "/a/b" },
	{ .what = "another CPU's unfinished line in front of the head",
	  .log = " [<c01484c4>] <4>cc1 invoked oom-killer: gfp_mask=0x201d2, order=0, \noomkilladj=0\n",
	  .records = 1,
	  .trigger = "cc1" },
	{ .what = "a patched kernel's low memory",
	  .log = "Out of memory (in lowmem): kill process 42 (eat) score 9 or a child\n"
		 "Killed process 42 (eat) vsz:8kB, anon-rss:4kB, file-rss:0kB lowmem 0kB\n",
	  .records = 1,
	  .kind = OW_OOM_GLOBAL,
	  .pid = 42,
	  .comm = "eat",
	  .total_vm_kb = 8 },
};

static bool is_text(const char *want, const char *got)
{
	return !want || (got && strcmp(want, got) == 0);
}

static bool is_right(const struct wild *w, const struct oom_log *log)
{
	const struct ow_oom *oom = log->n ? log->oom[log->n - 1] : NULL;
	const struct ow_oom_victim *v = oom && oom->victims.n ? ow_oom_victims(oom) : NULL;

	if (log->n != w->records || !oom)
		return log->n == w->records;
	return oom->kind == w->kind && (v ? v->pid : 0) == w->pid &&
	       is_text(w->comm, v ? v->comm : NULL) &&
	       (!v || v->total_vm_bytes == w->total_vm_kb * 1024) && oom->tasks.n == w->tasks &&
	       is_text(w->trigger, oom->trigger.comm) && is_text(w->limit, oom->limit_memcg) &&
	       is_text(w->task_memcg, oom->task_memcg) && is_text(w->cpuset, oom->cpuset);
}

static void what_was_met_in_the_wild_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(wild); i++) {
		struct oom_log log;

		oom_log(&log, wild[i].log);
		if (!is_right(&wild[i], &log)) {
			const struct ow_oom *oom = log.n ? log.oom[log.n - 1] : NULL;
			const struct ow_oom_victim *v =
				oom && oom->victims.n ? ow_oom_victims(oom) : NULL;

			fail_msg(
				"%s: %zu records, kind %d, pid %d (%s), %zu tasks, trigger %s, limit %s, task %s",
				wild[i].what, log.n, oom ? (int)oom->kind : -1, v ? (int)v->pid : 0,
				v && v->comm ? v->comm : "-", oom ? oom->tasks.n : 0,
				oom && oom->trigger.comm ? oom->trigger.comm : "-",
				oom && oom->limit_memcg ? oom->limit_memcg : "-",
				oom && oom->task_memcg ? oom->task_memcg : "-");
		}
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_was_met_in_the_wild_is_read),
	};

	return cmocka_run_group_tests_name("read/oom-wild", tests, NULL, NULL);
}
