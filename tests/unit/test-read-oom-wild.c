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
	const char *trigger, *limit, *task_memcg;
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
	       is_text(w->task_memcg, oom->task_memcg);
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
