/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"

#define PRESSURE \
	" due to memory pressure for /user.slice being 51.07% > 50.00% for > 20s with reclaim activity"
#define USED                                                                                  \
	" due to memory used (15449980928) / total (16437264384) and swap used (14808154112)" \
	" / total (16436412416) being more than 90.00%"
#define MIB(n) ((uint64_t)(n) << 20)

/* What one line tells; 0 and NULL where it tells nothing. */
static const struct {
	const char *text, *killer, *task_memcg, *limit_memcg, *unit, *signal, *comm;
	int64_t pid, uid, adj;
	uint64_t rss_bytes, usage_bytes;
} forms[] = {
	{ .text = "systemd-oomd[726]: Killed /user.slice/a.scope" PRESSURE,
	  .killer = "systemd-oomd",
	  .task_memcg = "/user.slice/a.scope",
	  .limit_memcg = "/user.slice" },
	{ .text = "systemd-oomd[726]: Killed /user.slice/a due to memory pressure for /x" PRESSURE,
	  .killer = "systemd-oomd",
	  .task_memcg = "/user.slice/a due to memory pressure for /x",
	  .limit_memcg = "/user.slice" },
	{ .text = "systemd-oomd[726]: Killed /a.scope" USED,
	  .killer = "systemd-oomd",
	  .task_memcg = "/a.scope" },
	{ .text = "systemd-oomd[726]: Marked /user.slice for killing" PRESSURE,
	  .killer = "systemd-oomd",
	  .task_memcg = "/user.slice",
	  .limit_memcg = "/user.slice" },
	{ .text = "systemd-oomd[726]: Marked /system.slice/a.service for killing" USED,
	  .killer = "systemd-oomd",
	  .task_memcg = "/system.slice/a.service" },
	{ .text = "systemd[1]: build.service: systemd-oomd killed 134 process(es) in this unit.",
	  .killer = "systemd-oomd",
	  .unit = "build.service" },
	{ .text = "oomd[9]: oomd kill: 81.28 80.05 42.78 system.slice/a b.service 1000 "
		  "ruleset:[r] detectorgroup:[d] killer:kill_by_pressure v2",
	  .killer = "oomd",
	  .task_memcg = "/system.slice/a b.service",
	  .usage_bytes = 1000 },
	{ .text = "oomd[9]: oomd kill: 10.00 60.00 600.00 Evil  1999 detector:swap,12345MB "
		  "killer:Evaporate",
	  .killer = "oomd",
	  .task_memcg = "/Evil",
	  .usage_bytes = 1999 },
	{ .text = "earlyoom[454]: sending SIGTERM to process 7378 uid 1000 \"tail\": badness 156, "
		  "VmRSS 4962 MiB",
	  .killer = "earlyoom",
	  .signal = "SIGTERM",
	  .comm = "tail",
	  .pid = 7378,
	  .uid = 1000,
	  .rss_bytes = MIB(4962) },
	{ .text = "earlyoom[454]: sending SIGKILL to process 42 \"Web Content\": badness 9, VmRSS "
		  "6 MiB",
	  .killer = "earlyoom",
	  .signal = "SIGKILL",
	  .comm = "Web Content",
	  .pid = 42,
	  .rss_bytes = MIB(6) },
	{ .text = "earlyoom[454]: sending SIGTERM to process 42 uid 991 \"r\": badness 1\": "
		  "oom_score 1331, oom_score_adj 500, VmRSS 3287 MiB, cmdline \"x \"r\": badness "
		  "4, VmRSS 9 MiB\"",
	  .killer = "earlyoom",
	  .signal = "SIGTERM",
	  .comm = "r\": badness 1",
	  .pid = 42,
	  .uid = 991,
	  .adj = 500,
	  .rss_bytes = MIB(3287) },
	{ .text = "earlyoom[454]: Killing process 42 Web Content",
	  .killer = "earlyoom",
	  .comm = "Web Content",
	  .pid = 42 },
	{ .text = "lowmemorykiller[4]: Kill 'com.example' (4567), uid 10247, oom_score_adj 500 to "
		  "free 188964kB rss, 51364kB anon rss, 22360kB swap; reason: low watermark",
	  .killer = "lmkd",
	  .comm = "com.example",
	  .pid = 4567,
	  .uid = 10247,
	  .adj = 500,
	  .rss_bytes = UINT64_C(188964) * 1024 },
};

/* What carries them, and whether the line is from whom it says. */
static const char *const carriers[] = {
	"Nov 20 07:51:02 web-1 %s\n", "2026-11-20T07:51:02.123456+00:00 web-1 %s\n",
	"[  283.033791] web-1 %s\n",  "[  283.033791] %s\n",
	"12,344,283033791,-;%s\n",    "<30>[  283.033791] %s\n",
};

static void same_text(const char *line, const char *got, const char *want)
{
	if ((got == NULL) != (want == NULL) || (got && strcmp(got, want) != 0))
		fail_msg("%s: '%s' is not '%s'", line, got ? got : "-", want ? want : "-");
}

static void assert_form(const struct ow_oom *oom, size_t i, const char *line)
{
	const struct ow_oom_victim none = { 0 }, *v = oom->victims.n ? ow_oom_victims(oom) : &none;

	assert_int_equal(oom->kind, OW_OOM_USERSPACE);
	same_text(line, oom->killer, forms[i].killer);
	same_text(line, oom->task_memcg, forms[i].task_memcg);
	same_text(line, oom->limit_memcg, forms[i].limit_memcg);
	same_text(line, oom->signal, forms[i].signal);
	same_text(line, v->comm, forms[i].comm);
	if (forms[i].unit)
		same_text(line, oom->task_owner.id, forms[i].unit);
	assert_int_equal(oom->victims.n, forms[i].pid != 0);
	assert_int_equal(v->pid, forms[i].pid);
	assert_int_equal(v->uid, forms[i].uid);
	assert_int_equal(v->oom_score_adj, forms[i].adj);
	assert_int_equal(v->rss_bytes, forms[i].rss_bytes);
	assert_int_equal(!!(v->have & OW_VICTIM_RSS), forms[i].rss_bytes != 0);
	assert_int_equal(oom->usage_bytes, forms[i].usage_bytes);
	assert_int_equal(oom->lines.killer, 1);
	assert_int_equal(oom->missing.n, 0);
}

static void each_killer_is_read_in_its_own_words_from_any_carrier(void **state)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(forms); i++)
		for (size_t k = 0; k < OW_ARRAY_SIZE(carriers); k++) {
			const char *at = strchr(carriers[k], '%');
			const char *line = ow_printf(*state, "%.*s%s%s", (int)(at - carriers[k]),
						     carriers[k], forms[i].text, at + 2);
			struct oom_log log;

			oom_log(&log, line);
			if (log.n != 1)
				fail_msg("%zu records in %s", log.n, line);
			assert_form(log.oom[0], i, line);
			assert_true(oom_log_has(&log.oom[0]->notes, "known from the log alone"));
			assert_int_equal(log.seen.foreign_lines, 0);
			oom_log_release(&log);
		}
}

static void what_is_no_kill_is_no_record(void **state)
{
	static const char *const logs[] = {
		/* another program's words */
		"Nov 20 07:51:02 h logger: sending SIGTERM to process 7 uid 0 \"x\": badness 1\n",
		"Nov 20 07:51:02 h app[7]: Killed /a" USED "\n",
		"Nov 20 07:51:02 h earlyoom[7]: Killed /a" USED "\n",
		"Killed /a" USED "\n",
		/* of the kernel, whose facility says so */
		"6,344,283033791,-;oomd kill: 1.00 1.00 1.00 /a 1 ruleset:[r] killer:k v2\n",
		/* rehearsals and failures */
		"Nov 20 07:51:02 h oomd[9]: oomd kill: 1.00 1.00 1.00 /a 1 ruleset:[r] "
		"detectorgroup:[d] killer:(dry)k v2\n",
		"Nov 20 07:51:02 h systemd-oomd[7]: oomd dry-run: Would have tried to kill /a with "
		"recurse=true\n",
		"Nov 20 07:51:02 h earlyoom[7]: sending SIGTERM to process 7 uid 0 \"x\": badness 1, "
		"VmRSS 1 MiB\nNov 20 07:51:02 h earlyoom[7]: dryrun, not actually sending any "
		"signal\n",
		"Nov 20 07:51:02 h earlyoom[7]: sending SIGTERM to process 7 uid 0 \"x\": badness 1, "
		"VmRSS 1 MiB\nNov 20 07:51:02 h earlyoom[7]: kill failed: Operation not "
		"permitted\n",
		/* only the front of one */
		"Nov 20 07:51:02 h earlyoom[7]: low memory! at or below SIGTERM limits: mem 10.00%, "
		"swap 10.00%\n",
		"Nov 20 07:51:02 h earlyoom[7]: sending SIGTERM when mem <= 10.00% and swap <= "
		"10.00%,\n",
		"Nov 20 07:51:02 h nohang[7]:   PID: 7, Name: x, badness: 934\n",
		"Nov 20 07:51:02 h systemd-oomd[7]: Rule 'r' conditions met for cgroup /a for 10s, "
		"taking action kill-by-pgscan\n",
		"Nov 20 07:51:02 h systemd[1]: a.service: systemd-oomd killed 0 process(es) in this "
		"unit.\n",
		/* cut */
		"Nov 20 07:51:02 h systemd-oomd[7]: Killed /a due to memory\n",
		"Nov 20 07:51:02 h earlyoom[7]: sending SIGTERM to process 7 uid 0 \"x\n",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(logs); i++) {
		struct oom_log log;

		oom_log(&log, logs[i]);
		if (log.n)
			fail_msg("a record in %s", logs[i]);
		oom_log_release(&log);
	}
}

#define EARLYOOM(text) "Nov 20 07:51:02 h earlyoom[7]: " text "\n"
#define NOHANG(text)   "Nov 20 07:51:02 h nohang[7]: " text "\n"

static void the_lines_of_one_kill_are_one_record(void **state)
{
	static const char *const logs[] = {
		EARLYOOM("low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%")
			EARLYOOM("sending SIGTERM to process 7 uid 0 \"x\": badness 1, VmRSS 2 MiB")
				EARLYOOM("escalating to SIGKILL after 0.5 seconds")
					EARLYOOM("process exited after 0.7 seconds"),
		EARLYOOM("sending SIGTERM to process 7 uid 0 \"x\": badness 1, VmRSS 2 MiB")
			EARLYOOM("kill failed: Timer expired") EARLYOOM(
				"low memory! at or below SIGKILL limits: mem 5.00%, swap 5.00%")
				EARLYOOM("sending SIGKILL to process 7 uid 0 \"x\": badness 1, "
					 "VmRSS 2 MiB"),
		NOHANG("  PID: 7, Name: x, badness: 934") NOHANG(
			"  PID:       7, name: x, state: R (running), EUID: 0, SID: 1 (sh)")
			NOHANG("  badness:   934, oom_score:  934, oom_score_adj:  0") NOHANG(
				"  Vm, MiB:   Size: 9, RSS: 2 (Anon: 1, File: 1, Shmem: 0), Swap: 0")
				NOHANG("  cgroup_v2: /a.scope")
					NOHANG("Implementing a corrective action:")
						NOHANG("  Sending SIGKILL to the victim")
							NOHANG("The victim died in 0.02s"),
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(logs); i++) {
		const struct ow_oom_victim *v;
		struct oom_log log;

		oom_log(&log, logs[i]);
		assert_int_equal(log.n, 1);
		v = ow_oom_victims(log.oom[0]);
		assert_int_equal(v->pid, 7);
		assert_string_equal(v->comm, "x");
		assert_int_equal(v->rss_bytes, MIB(2));
		assert_string_equal(log.oom[0]->signal, "SIGKILL");
		oom_log_release(&log);
	}
}

static void systemd_says_of_which_unit_it_was(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "Nov 20 07:51:02 h systemd-oomd[7]: Killed /user.slice/a.scope" PRESSURE "\n"
		      "Nov 20 07:51:02 h systemd[1]: a.scope: systemd-oomd killed 3 process(es) in "
		      "this unit.\n"
		      "Nov 20 07:51:03 h systemd[1]: b.scope: systemd-oomd killed 1 process(es) in "
		      "this unit.\n"
		      "Nov 20 07:51:04 h systemd[1]: c.scope: A process of this unit has been "
		      "killed by the OOM killer.\n");
	assert_int_equal(log.n, 2);
	assert_string_equal(log.oom[0]->task_memcg, "/user.slice/a.scope");
	assert_int_equal(log.oom[0]->lines.last, 2);
	assert_null(log.oom[1]->task_memcg);
	assert_string_equal(log.oom[1]->task_owner.id, "b.scope");
	assert_int_equal(log.seen.noticed, 1);
	oom_log_release(&log);
}

static void the_kernels_report_is_not_cut_by_them(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log,
		"[  1.0] x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
		"[  1.0] h earlyoom[7]: sending SIGTERM to process 7 uid 0 \"x\": badness 1, VmRSS 2 "
		"MiB\n"
		"[  1.1] h earlyoom[7]: sending SIGTERM to process 8 uid 0 \"x\": badness 1, VmRSS 2 "
		"MiB\n"
		"[  1.1] h earlyoom[7]: sending SIGTERM to process 9 uid 0 \"x\": badness 1, VmRSS 2 "
		"MiB\n"
		"[  1.1] h earlyoom[7]: sending SIGTERM to process 10 uid 0 \"x\": badness 1, VmRSS "
		"2 MiB\n"
		"[  1.2] Out of memory: Killed process 7 (x) total-vm:8kB, anon-rss:4kB\n"
		"[  1.3] oom_reaper: reaped process 7 (x), now anon-rss:0kB\n");
	assert_int_equal(log.n, 5);
	for (size_t i = 0; i < log.n; i++)
		if (!log.oom[i]->killer) {
			assert_int_equal(log.oom[i]->lines.head, 1);
			assert_int_equal(ow_oom_victims(log.oom[i])->line, 6);
			assert_true(oom_log_has(&log.oom[i]->notes, "reaped process 7"));
		}
	oom_log_release(&log);
}

#define ENTRY(who, message)                                                            \
	"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795154690027200\n_TRANSPORT=stdout\n" who \
	"MESSAGE=" message "\n\n"
#define SENDING "sending SIGTERM to process 7378 uid 1000 \"tail\": badness 156, VmRSS 4962 MiB"

static void journald_vouches_for_the_program_not_for_its_word(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		bool verified;
	} cases[] = {
		{ ENTRY("SYSLOG_IDENTIFIER=earlyoom\n_COMM=earlyoom\n_EXE=/usr/bin/earlyoom\n",
			SENDING),
		  1, true },
		{ ENTRY("_COMM=earlyoom\n_EXE=/opt/x/y\n_SYSTEMD_UNIT=earlyoom.service\n", SENDING),
		  1, true },
		{ ENTRY("_COMM=nohang\n_EXE=/usr/bin/python3.11\n"
			"_SYSTEMD_UNIT=nohang-desktop.service\n",
			"Sending SIGTERM to the victim"),
		  1, true },
		{ ENTRY("_COMM=systemd\n_EXE=/usr/lib/systemd/systemd\n",
			"a.service: systemd-oomd killed 3 process(es) in this unit."),
		  1, true },
		{ ENTRY("_COMM=earlyoom\n_EXE=/srv/earlyoom\n"
			"_SYSTEMD_UNIT=user@1000.service\n",
			SENDING),
		  1, false },
		{ ENTRY("_COMM=earlyoom\n_SYSTEMD_UNIT=earlyoomx.service\n", SENDING), 1, false },
		{ ENTRY("SYSLOG_IDENTIFIER=earlyoom\n", SENDING), 1, false },
		{ ENTRY("SYSLOG_IDENTIFIER=earlyoom\n_COMM=logger\n_EXE=/usr/bin/logger\n",
			SENDING),
		  0, false },
		{ ENTRY("_COMM=logger\n_EXE=/usr/bin/logger\n", "earlyoom[7]: " SENDING), 0,
		  false },
		{ ENTRY("_COMM=sh\n_SYSTEMD_UNIT=earlyoom.service\n", SENDING), 0, false },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;

		oom_log(&log, cases[i].text);
		if (log.n != cases[i].n)
			fail_msg("%zu records in %s", log.n, cases[i].text);
		if (log.n && !!(log.oom[0]->have & OW_OOM_VERIFIED) != cases[i].verified)
			fail_msg("%s", cases[i].text);
		if (log.n)
			assert_int_equal(oom_log_has(&log.oom[0]->notes, "the log alone"),
					 !cases[i].verified);
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_killer_is_read_in_its_own_words_from_any_carrier),
		UNIT(what_is_no_kill_is_no_record),
		UNIT(the_lines_of_one_kill_are_one_record),
		UNIT(systemd_says_of_which_unit_it_was),
		UNIT(the_kernels_report_is_not_cut_by_them),
		UNIT(journald_vouches_for_the_program_not_for_its_word),
	};

	return cmocka_run_group_tests_name("read/oom-userspace", tests, NULL, NULL);
}
