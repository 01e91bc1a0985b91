/* SPDX-License-Identifier: Apache-2.0 */
#include "read/mend.h"

#include "oom-log.h"

static void damage_is_undone_where_it_stands(void **state)
{
	static const struct {
		const char *line, *want; /* NULL: nothing to undo */
	} cases[] = {
		{ "\x1b[32m[   12.3] \x1b[0m\x1b[33mOut of memory: \x1b[0mKilled process 1 (x)",
		  "[   12.3] Out of memory: Killed process 1 (x)" },
		{ "Nov 20 07:51:02 h kernel: \x1b[1;31mOut of memory\x1b[0m",
		  "Nov 20 07:51:02 h kernel: Out of memory" },
		{ "Out of memory: Killed process 1 (\x1b[31mx)", NULL }, /* a name */
		{ "Out of memory: \x1b not a colour", NULL },
		{ "x invoked oom-killer: gfp_mask=3D0xd0, order=3D0",
		  "x invoked oom-killer: gfp_mask=0xd0, order=0" },
		{ "5m12s   Warning   OOMKilling   node/ip-10-0-0-7   Out of memory: Killed process 1 (x)",
		  "Out of memory: Killed process 1 (x)" },
		{ "  Warning  OOMKilling  5m  kernel-monitor  Memory cgroup out of memory: Killed "
		  "process 1 (x)",
		  "Memory cgroup out of memory: Killed process 1 (x)" },
		{ "Tasks in /Warning OOMKilling  Out of memory: Killed process 1 (x) are", NULL },
		{ "Task in /a Warning Warning OOMKilling  Out of memory: Killed process 1 (x)",
		  NULL },
		{ "x\xc2\xa0invoked\xc2\xa0oom-killer", "x invoked oom-killer" },
		{ "Killed process 1 (a=3Db)", NULL },
		{ "x invoked oom-killer: gfp_mask=3D0xd0, order=0", NULL }, /* not all are quoted */
		{ "oom-kill:constraint=3DCONSTRAINT_NONE,nodemask=3D(null),cpuset=3D/a=",
		  "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/a" },
		{ "[   12.3]  [&lt;c01b5a2f&gt;] f+0x1/0x2", "[   12.3]  [<c01b5a2f>] f+0x1/0x2" },
		{ "&lt;4&gt;[   12.3] Killed process 1 (&quot;a&amp;b&#39;)",
		  "<4>[   12.3] Killed process 1 (\"a&b')" },
		{ "[   12.3]  &lt;TASK&gt;\r", "[   12.3]  <TASK>" },
		{ "Killed process 1 (a &lt;b&gt;)", NULL },
		{ "[  123]     0   123     8843     8362        0 &lt;TASK&gt;", NULL },
		{ "**Out of memory: Killed process 1 (**x**)**",
		  "Out of memory: Killed process 1 (x)" },
		{ "[   12.3] **Killed process 1 (x)** total-vm:8kB",
		  "[   12.3] Killed process 1 (x) total-vm:8kB" },
		{ "`[   12.3] x invoked oom-killer: order=0`",
		  "[   12.3] x invoked oom-killer: order=0" },
		{ "> **[   12.3] Killed process 1 (x)**", "> [   12.3] Killed process 1 (x)" },
		{ "__Out of memory: Killed process 1 (__x)__",
		  "Out of memory: Killed process 1 (x)" },
		{ "Killed process **1** (**x**) total-vm:8kB",
		  "Killed process 1 (x) total-vm:8kB" },
		{ "Killed process 1 (**x**) total-vm:8kB", NULL }, /* a name may be that */
		{ "Killed process 1 (`x`)", NULL },
		{ "[  123]     0   123     8843     8362        0 **[12.3]", NULL },
		{ "Killed process 1 (process **2**)", NULL },
		{ "**x** invoked oom-killer: order=0", NULL },
		{ " | [   12.3] Killed process 1 (x) |", "[   12.3] Killed process 1 (x)" },
		{ "||", NULL },
		{ "[\xc2\xa0 pid\xc2\xa0 ]\xc2\xa0\xc2\xa0 uid", "[  pid  ]   uid" },
		{ "Killed process 1 (a\xc2\xa0"
		  "b)",
		  NULL },
		{ "{\"log\":\"[   12.3] a \\u003c b \\\"c\\\" \\\\ \\t\\n\",\"stream\":\"stdout\",\"time\":\"x\"}",
		  "[   12.3] a < b \"c\" \\ \t" },
		{ "{\"log\":\"no stream\"}", NULL },
		{ "{\"log\":\"cut \\u00\",\"stream\":\"", "cut u00" },
		{ "plain", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_str got = OW_STR("before");
		struct ow_mender m = { 0 };
		char buffer[256];
		bool mended = ow_mend(&m, ow_str(cases[i].line), buffer, &got);

		if (mended != (cases[i].want != NULL) ||
		    !ow_str_is(got, mended ? cases[i].want : "before"))
			fail_msg("%s: '%.*s'", cases[i].line, (int)got.n, got.p);
	}
}

static void what_is_certain_of_one_line_holds_for_the_next(void **state)
{
	struct ow_str got = { 0 };
	struct ow_mender m = { 0 };
	char buffer[256];

	(void)state;
	assert_false(ow_mend(&m, OW_STR("Killed process 1 (a&lt;)"), buffer, &got));
	assert_true(ow_mend(&m, OW_STR("[   12.3]  &lt;TASK&gt;"), buffer, &got));
	assert_true(ow_mend(&m, OW_STR("Killed process 1 (a&lt;)"), buffer, &got));
	assert_true(ow_str_is(got, "Killed process 1 (a<)"));
	assert_false(ow_mend(&m, OW_STR("[   12.3]  <TASK>"), buffer, &got));

	m = (struct ow_mender){ 0 };
	assert_false(ow_mend(&m, OW_STR("[   12.3]  <TASK>"), buffer, &got));
	assert_false(ow_mend(&m, OW_STR("[   12.3]  &lt;TASK&gt;"), buffer, &got));

	assert_false(ow_mend(&m, OW_STR("cpuset=3D/"), buffer, &got));
	assert_true(ow_mend(&m, OW_STR("x order=3D0"), buffer, &got));
	assert_true(ow_mend(&m, OW_STR("cpuset=3D/ mems="), buffer, &got));
	assert_true(ow_str_is(got, "cpuset=/ mems"));
	assert_true(m.soft);
	assert_false(ow_mend(&m, OW_STR("cpuset=3D/ a=b"), buffer, &got));
	assert_false(m.soft);
}

static void a_soft_break_leaves_no_trace(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log,
		"[   12.000001] eat invoked oom-killer: gfp_mask=3D0xcc0(GFP_KERN=\n"
		"EL), order=3D0, oom_score_adj=3D0\n"
		"[   12.000002] Memory cgroup out of memory: Killed process 42 (eat) total-v=\n"
		"m:8kB, anon-rss:4kB, file-rss:0kB\n");
	assert_int_equal(log.n, 1);
	assert_string_equal(log.oom[0]->trigger.gfp_flags, "GFP_KERNEL");
	assert_int_equal(log.oom[0]->trigger.order, 0);
	assert_int_equal(ow_oom_victims(log.oom[0])->total_vm_bytes, 8192);
	oom_log_release(&log);
}

static void what_carries_a_line_tells_when(void **state)
{
	static const struct {
		const char *line, *time;
	} cases[] = {
		{ "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"noon\"}", "noon" },
		{ "{\"log\":\"\\\"time\\\":\\\"x\\\"\",\"stream\":\"stdout\"}", "" },
		{ "{\"log\":\"[   12.3] a\\n\",\"stream\":\"stdout\",\"time\":\"noon\"}", "" },
		{ "\"2026-11-20T07:51:02Z\",\"a\"", "2026-11-20T07:51:02Z" },
		{ "[   12.3] a", "" },
	};
	struct ow_mender m = { 0 };
	char buffer[128];

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_str got;

		(void)ow_mend(&m, ow_str(cases[i].line), buffer, &got);
		if (!ow_str_is(m.time, cases[i].time))
			fail_msg("%s: '%.*s'", cases[i].line, (int)m.time.n, m.time.p);
	}
}

static void a_field_of_several_lines_loses_its_quotes(void **state)
{
	struct ow_mender m = { 0 };
	struct ow_str got;
	char buffer[128];

	(void)state;
	assert_true(ow_mend(&m, OW_STR("\"2026-11-20T07:51:02Z\",\"active_anon:1"), buffer, &got));
	assert_true(ow_str_is(got, "active_anon:1"));
	assert_true(ow_mend(&m, OW_STR(" active_file:2"), buffer, &got));
	assert_true(ow_mend(&m, OW_STR(" free:3\",web-1"), buffer, &got));
	assert_true(ow_str_is(got, " free:3"));
	assert_false(ow_mend(&m, OW_STR(" free:3\",web-1"), buffer, &got));
}

static void tags_go_where_a_page_is_certain(void **state)
{
	struct ow_mender m = { 0 };
	struct ow_str got;
	char buffer[128];

	(void)state;
	/* A name may look like a tag. */
	assert_false(ow_mend(&m, OW_STR("[   12.3] [    105]     0   105 0 <b>"), buffer, &got));
	assert_false(ow_mend(&m, OW_STR("[   12.3]  </TASK>"), buffer, &got));
	assert_true(ow_mend(&m, OW_STR("<p class=\"x\"><span>a</span></p>"), buffer, &got));
	assert_true(ow_str_is(got, "a"));
	assert_true(ow_mend(&m, OW_STR("anon 5<br />"), buffer, &got));
	assert_true(ow_str_is(got, "anon 5"));
	assert_false(ow_mend(&m, OW_STR("[   12.3]  </TASK>"), buffer, &got));
}

static void zeros_in_front_of_a_line_go(void **state)
{
	(void)state;
	assert_true(ow_str_is(ow_mend_zeros((struct ow_str){ "\0\0a", 3 }), "a"));
	assert_int_equal(ow_mend_zeros((struct ow_str){ "\0\0", 2 }).n, 2);
	assert_int_equal(ow_mend_zeros((struct ow_str){ "\0a\0", 3 }).n, 3);
}

/* Whatever it says itself. */
static void a_line_that_changes_the_next_ones_is_known(void **state)
{
	static const struct {
		const char *line;
		bool leads;
	} cases[] = {
		{ "", false },
		{ "P", false },
		{ "[    1.000000] docker0: port 2(veth4cb51e1) entered blocking state", false },
		{ "audit: type=1400 apparmor=STATUS, profile=x Port P", false },
		{ "gfp_mask=3D0xcc0", true },
		{ "the line is broken her=", true },
		{ "the line is broken her=\r", true },
		{ "2026-11-20T07:51:02.123456Z stderr P [  200.000000] x invo", true },
		{ "4,344,283033791,c;text", true },
		{ "6,22,1,-,ncfrag=0/200;text", true },
		{ "&lt;4&gt;text", true },
		{ " <TASK>", true },
		{ "\"2026-11-20T07:51:02Z\",\"active_anon:1", true },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		if (ow_mend_leads(ow_str(cases[i].line)) != cases[i].leads)
			fail_msg("%s", cases[i].line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(damage_is_undone_where_it_stands),
		UNIT(what_is_certain_of_one_line_holds_for_the_next),
		UNIT(what_carries_a_line_tells_when),
		UNIT(a_field_of_several_lines_loses_its_quotes),
		UNIT(tags_go_where_a_page_is_certain),
		UNIT(zeros_in_front_of_a_line_go),
		UNIT(a_soft_break_leaves_no_trace),
		UNIT(a_line_that_changes_the_next_ones_is_known),
	};

	return cmocka_run_group_tests_name("read/mend", tests, NULL, NULL);
}
