/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-repeat.h"

#include "oom-log.h"

#define SIZES    " total-vm:8kB, anon-rss:4kB, file-rss:0kB\n"
#define HEAD(at) at "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
#define KILL(at) at "Out of memory: Killed process 42 (eat)" SIZES
#define T1       "[   12.000001] "
#define T2       "[   12.000002] "
#define WALL     "Nov 20 07:51:02 web-1 kernel: "

static void a_report_that_stands_twice_is_one_kill(void **state)
{
	static const struct {
		const char *log;
		size_t records, repeated;
	} cases[] = {
		{ HEAD(T1) KILL(T2) HEAD(T1) KILL(T2), 1, 1 },
		{ KILL(T2) HEAD(T1) KILL(T2), 1, 1 },
		{ KILL(T2) HEAD(T1) KILL(T2) HEAD(T1) KILL(T2), 1, 2 },
		{ HEAD(T1) KILL(T2) KILL(T2), 1, 1 },
		{ KILL(T2) KILL(T2), 1, 1 },
		{ KILL(T2) KILL(WALL T2), 1, 1 }, /* the kernel's clock is the same */
		{ HEAD(WALL) KILL(WALL) HEAD(WALL) KILL(WALL), 1, 1 },
		{ HEAD(T1) HEAD(T1), 1, 1 },
		{ T1 "Out of memory and no killable processes...\n" T2 "noise\n" T1
		     "Out of memory and no killable processes...\n",
		  2, 0 }, /* nobody is named */
		{ KILL("") KILL(""), 2, 0 },
		{ HEAD(WALL) HEAD(WALL), 2, 0 },
		{ KILL(T1) KILL(T2), 2, 0 },
		{ KILL(T1) T1 "Out of memory: Killed process 43 (eat)" SIZES, 2, 0 },
		{ KILL(T1) T1 "Out of memory: Killed process 42 (eats)" SIZES, 2, 0 },
		{ KILL(T1) T1 "Out of memory: Killed process 42 (eat) total-vm:9kB\n", 2, 0 },
		{ KILL(WALL) KILL("Nov 20 07:51:02 web-2 kernel: "), 2, 0 },
		{ HEAD(WALL) KILL(WALL) WALL
		  "other invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n" KILL(WALL),
		  2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;

		oom_log(&log, cases[i].log);
		if (log.n != cases[i].records || log.seen.repeated != cases[i].repeated)
			fail_msg("%zu: %zu records, %zu again:\n%s", i, log.n,
				 (size_t)log.seen.repeated, cases[i].log);
		oom_log_release(&log);
	}
}

static void the_fuller_one_is_kept_and_says_so(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, T1 "Out of memory: Killed process 41 (eat)" SIZES KILL(
			      T2) "[   13.0] "
				  "Out of memory: Killed process 43 (eat)" SIZES HEAD(T1) KILL(T2));
	assert_int_equal(log.n, 3);
	assert_int_equal(ow_oom_victims(log.oom[0])->pid, 41);
	assert_int_equal(ow_oom_victims(log.oom[1])->pid, 42);
	assert_int_equal(log.oom[1]->lines.head, 4);
	assert_true(oom_log_has(&log.oom[1]->notes, "second time"));
	assert_int_equal(ow_oom_victims(log.oom[2])->pid, 43);
	oom_log_release(&log);
}

/* Of a storm the kernel prints only the kill lines: none may be lost, whatever the number. */
static void no_kill_of_a_storm_is_lost(void **state)
{
	enum { KILLS = 60 };
	char text[KILLS * 128], *at = text;
	struct oom_log log;

	(void)state;
	for (size_t i = 0; i < KILLS; i++)
		at += snprintf(at, 128, "%sKilled process %zu (eat)%s", WALL, 100 + i, SIZES);
	oom_log(&log, text);
	assert_int_equal(log.n, KILLS);
	assert_int_equal(log.seen.repeated, 0);
	for (size_t i = 0; i < KILLS; i++)
		assert_int_equal(ow_oom_victims(log.oom[i])->pid, 100 + i);
	oom_log_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_report_that_stands_twice_is_one_kill),
		UNIT(the_fuller_one_is_kept_and_says_so),
		UNIT(no_kill_of_a_storm_is_lost),
	};

	return cmocka_run_group_tests_name("read/oom-repeat", tests, NULL, NULL);
}
