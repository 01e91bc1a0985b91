/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "oom-log.h"
#include "report.h"

static struct ow_report made(struct ow_arena *arena, const struct kill_case *kase)
{
	struct ow_chain *chain = ow_alloc(arena, 1, sizeof(*chain));
	struct ow_report report;

	assert_int_equal(ow_chain_run(&kase->c, arena, chain), 0);
	assert_int_equal(ow_report_make(&kase->c, chain, arena, &report), 0);
	return report;
}

/* Does any block of the document say it? */
static bool says(const struct ow_report *report, const char *words)
{
	for (size_t i = 0; i < report->doc.n; i++)
		for (size_t k = 0; k < report->doc.block[i].n; k++)
			for (size_t s = 0; s < report->doc.block[i].text[k].n; s++)
				if (strstr(report->doc.block[i].text[k].span[s].text, words))
					return true;
	return false;
}

static void a_title_names_the_container_and_its_limit(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");

	assert_string_equal(
		made(*state, kase).title,
		"OOM report: container \"leaky\" was killed at its own limit of 64 MiB; "
		"why it grew is undecided");
	kase->c.n_containers = 0;
	assert_string_equal(
		made(*state, kase).title,
		"OOM report: \"leak\" (pid 100) of container 3418d5a1b2c3 was killed at "
		"its own limit of 64 MiB; why it grew is undecided");
	kase->c.n_kills = 0;
	kase->c.asked = "leaky";
	assert_string_equal(
		made(*state, kase).title,
		"OOM report: no OOM kill was found of \"leaky\", which is no proof that "
		"there was none");
}

static void the_same_case_gives_the_same_report(void **state)
{
	const char *a = report_written(*state, report_case(*state, "leak", "leaky"),
				       ow_report_markdown, 0, false);
	const char *b = report_written(*state, report_case(*state, "leak", "leaky"),
				       ow_report_markdown, 0, false);

	assert_string_equal(a, b);
}

static void no_limit_is_advised(void **state)
{
	struct ow_report report = made(*state, report_case(*state, "leak", "leaky"));

	assert_true(says(&report, "at least that"));
	assert_false(says(&report, "--memory 2g"));
	assert_false(says(&report, "raise the limit"));
}

static void disagreement_of_the_engine_is_said(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");
	struct ow_report report = made(*state, kase);

	assert_false(says(&report, "State.OOMKilled is false"));
	kase->container.oom_killed = false;
	kase->container.limit_bytes = OW_MIB(128);
	report = made(*state, kase);
	assert_true(says(&report, "State.OOMKilled is false"));
	assert_true(says(&report, "it was changed, or is set on a group inside"));
}

static void what_is_missing_and_lost_is_said(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");
	static const char *missing[] = { "stats" };
	struct ow_report report;

	kase->oom.missing = (struct ow_list){ missing, 1 };
	kase->oom.have &= ~(unsigned)OW_OOM_TIME;
	kase->source.lost = 7;
	kase->source.suppressed = 3;
	report = made(*state, kase);
	assert_true(says(&report, "not in the source: stats"));
	assert_true(says(&report, "7 lines were lost"));
	assert_true(says(&report, "dmesg.txt: 3 reports of kills were not printed"));
	assert_true(says(&report, "what time of day"));
}

static void the_first_kill_that_has_a_report_is_judged(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");
	struct ow_oom headless = { .source = "dmesg.txt", .line = 5, .kind = OW_OOM_MEMCG };
	const struct ow_oom *kills[] = { &headless, &kase->oom };
	struct ow_report report;

	kase->c.kills = kills;
	kase->c.n_kills = 2;
	report = made(*state, kase);
	assert_string_equal(report.root_cause.label, "victim-is-holder");
	assert_true(says(&report, "the first one that has is judged"));
	assert_true(says(&report, "1 of 2 kills have no report of their own"));
}

static void a_container_that_lives_near_its_limit_is_told(void **state)
{
	static const struct {
		uint64_t usage_mib, limit_mib, cache_mib;
		const char *says;
	} cases[] = {
		{ 63, 64, 1, "It lives near its limit: when this was read it used 98.4 % of" },
		{ 63, 64, 40, "but part of that is page cache" },
		{ 32, 64, 1, NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill_case *kase = report_case(*state, "leak", "leaky");
		struct ow_stat stat[] = { { "inactive_file", OW_MIB(cases[i].cache_mib), 1 },
					  { "active_file", 0, 2 } };
		struct ow_report report;

		kase->c.n_kills = 0;
		kase->c.asked = "leaky";
		kase->c.n_cgroups = 1;
		kase->cgroup = (struct ow_cgroup){
			.have = OW_CGROUP_USAGE | OW_CGROUP_LIMIT | OW_CGROUP_STAT,
			.path = "/docker/3418",
			.source = "cgroup/v2/docker/3418/memory.current",
			.version = 2,
			.usage_bytes = OW_MIB(cases[i].usage_mib),
			.limit_bytes = OW_MIB(cases[i].limit_mib),
			.stat = { stat, OW_ARRAY_SIZE(stat) },
		};
		report = made(*state, kase);
		assert_true(says(&report, "The cgroup now"));
		assert_int_equal(says(&report, "It lives"), cases[i].says != NULL);
		if (cases[i].says)
			assert_true(says(&report, cases[i].says));
	}
}

static void a_title_says_no_more_than_the_record(void **state)
{
	static const struct {
		const char *log, *title;
	} cases[] = {
		{ "a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
		  "Mem-Info:\n"
		  "Out of memory: Killed process 7 (eat) total-vm:8kB, anon-rss:4kB\n",
		  "\"eat\" (pid 7) of an unknown cgroup was killed because the machine ran out of "
		  "memory; what filled it is undecided" },
		{ "a invoked oom-killer: gfp_mask=0x0(), order=0, oom_score_adj=0\n"
		  "Mem-Info:\n"
		  "Out of memory: Killed process 7 (eat) total-vm:8kB, anon-rss:4kB\n",
		  "\"eat\" (pid 7) of an unknown cgroup was killed because a page fault had failed; "
		  "why is undecided" },
		{ "a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
		  "Mem-Info:\n"
		  "Out of memory and no killable processes...\n",
		  "The machine ran out of memory, and nothing could be killed" },
		{ "a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
		  "Mem-Info:\n"
		  "Out of memory and no killable processes...\n"
		  "Kernel panic - not syncing: System is deadlocked on memory\n",
		  "The machine ran out of memory, nothing could be killed, and the machine "
		  "stopped (panic)" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;
		struct ow_case c = { .n_kills = 1 };
		struct ow_chain chain;
		struct ow_report report;

		oom_log(&log, cases[i].log);
		assert_int_equal(log.n, 1);
		c.kills = (const struct ow_oom *const *)log.oom;
		assert_int_equal(ow_chain_run(&c, *state, &chain), 0);
		assert_int_equal(ow_report_make(&c, &chain, *state, &report), 0);
		assert_string_equal(report.title + strlen("OOM report: "), cases[i].title);
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_title_names_the_container_and_its_limit),
		UNIT(a_container_that_lives_near_its_limit_is_told),
		UNIT(a_title_says_no_more_than_the_record),
		UNIT(the_same_case_gives_the_same_report),
		UNIT(no_limit_is_advised),
		UNIT(disagreement_of_the_engine_is_said),
		UNIT(what_is_missing_and_lost_is_said),
		UNIT(the_first_kill_that_has_a_report_is_judged),
	};

	return cmocka_run_group_tests_name("report/report", tests, NULL, NULL);
}
