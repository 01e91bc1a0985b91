/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"

/* Counters that went below zero, as kernels print them, and what is left of their line. */
static void a_counter_below_zero_is_none_and_is_noted(void **state)
{
	static const struct {
		const char *line, *note;
		unsigned have;
	} cases[] = {
		{ "memory: usage 18446744073709537436kB, limit 8kB, failcnt 3",
		  "memory: usage 18446744073709537436kB is below zero, or damaged: left out",
		  OW_OOM_LIMIT | OW_OOM_FAILCNT },
		{ "memory: usage 18014398509481983kB, limit 8kB, failcnt 3",
		  "memory: usage 18014398509481983kB is", OW_OOM_LIMIT | OW_OOM_FAILCNT },
		{ "memory: usage 8kB, limit 18446744073709551612kB, failcnt 3",
		  "memory: limit 18446744073709551612kB is", OW_OOM_USAGE | OW_OOM_FAILCNT },
		{ "memory: usage 8kB, limit 999999999999999999999999kB, failcnt 3",
		  "memory: limit 999999999999999999999999kB is", OW_OOM_USAGE | OW_OOM_FAILCNT },
		/* Nobody set a limit. */
		{ "memory: usage 8kB, limit 18014398509481983kB, failcnt 3", NULL,
		  OW_OOM_USAGE | OW_OOM_LIMIT | OW_OOM_FAILCNT },
		{ "memory: usage 8kB, limit 9007199254740988kB, failcnt 3", NULL,
		  OW_OOM_USAGE | OW_OOM_LIMIT | OW_OOM_FAILCNT },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;

		oom_log(&log, cases[i].line);
		assert_int_equal(log.n, 1);
		assert_int_equal(log.oom[0]->have & (OW_OOM_USAGE | OW_OOM_LIMIT | OW_OOM_FAILCNT),
				 cases[i].have);
		if (cases[i].note)
			assert_true(oom_log_has(&log.oom[0]->notes, cases[i].note));
		else
			assert_int_equal(log.oom[0]->notes.n, 0);
		oom_log_release(&log);
	}
}

static void a_statistic_below_zero_costs_no_other(void **state)
{
	static const struct {
		const char *text, *note;
	} cases[] = {
		{ "Memory cgroup stats for /a: cache:8KB rss:-12KB mapped_file:4KB",
		  "rss:-12KB is below zero" },
		{ "Memory cgroup stats for /a: cache:8KB rss:18446744073709551612KB mapped_file:4KB",
		  "rss:18446744073709551612KB is below zero" },
		{ "Memory cgroup stats for /a:\ncache 8192\nrss 18446744073709535232\n"
		  "mapped_file 4096",
		  "rss 18446744073709535232 is below zero" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_list *stats;
		struct oom_log log;

		oom_log(&log, cases[i].text);
		assert_int_equal(log.n, 1);
		stats = &log.oom[0]->memory_stat;
		assert_int_equal(stats->n, 2);
		assert_int_equal(ow_stat_find(stats, "cache")->value, 8192);
		assert_int_equal(ow_stat_find(stats, "mapped_file")->value, 4096);
		assert_true(oom_log_has(&log.oom[0]->notes, cases[i].note));
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_counter_below_zero_is_none_and_is_noted),
		UNIT(a_statistic_below_zero_costs_no_other),
	};

	return cmocka_run_group_tests_name("read/oom-memcg", tests, NULL, NULL);
}
