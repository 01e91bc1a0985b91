/* SPDX-License-Identifier: Apache-2.0 */
/* Page allocation failures: no kills, but reports with much of what those of kills have. */
#include "oom-log.h"

#define HEAD_5_0                                                                   \
	"[    1.0] cp: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|" \
	"__GFP_ZERO), nodemask=(null),cpuset=/a,mems_allowed=0-1\n"
#define BODY                                                               \
	"[    1.1] CPU: 0 PID: 9 Comm: cp Not tainted 6.1.0-18-amd64 #1\n" \
	"[    1.2] Call Trace:\n"                                          \
	"[    1.2]  warn_alloc+0x118/0x180\n"                              \
	"[    1.3] Mem-Info:\n"                                            \
	"[    1.3] active_anon:10 inactive_anon:20 isolated_anon:0\n"      \
	"[    1.3] Node 0 DMA: 1*4kB (U) 0*8kB = 4kB\n"                    \
	"[    1.3] 100 pages RAM\n"                                        \
	"[    1.3] 7 pages reserved\n"
#define KILL_OF(pid)                                                                         \
	"[    1.4] Out of memory: Killed process " pid " (eat) total-vm:8kB, anon-rss:4kB, " \
	"file-rss:0kB\n"
#define KILL KILL_OF("42")

static void read_all(struct oom_log *log, const char *text)
{
	oom_log_read(log, ow_str(text), 0,
		     &(struct ow_oom_options){ .source = "log", .failures = true });
}

static void a_failure_is_counted_and_a_record_only_when_asked_for(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, HEAD_5_0 BODY);
	assert_int_equal(log.n, 0);
	assert_int_equal(log.seen.failures, 1);
	oom_log_release(&log);

	read_all(&log, HEAD_5_0 BODY);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.seen.failures, 1);
	assert_int_equal(log.oom[0]->kind, OW_OOM_ALLOCATION);
	assert_int_equal(log.oom[0]->victims.n, 0);
	oom_log_release(&log);
}

static void its_parts_are_read_as_those_of_a_kill(void **state)
{
	const struct ow_oom *oom;
	struct oom_log log;

	(void)state;
	read_all(&log, HEAD_5_0 BODY);
	oom = log.oom[0];
	assert_string_equal(oom->trigger.comm, "cp");
	assert_int_equal(oom->trigger.pid, 9);
	assert_int_equal(oom->trigger.order, 4);
	assert_string_equal(oom->trigger.gfp_mask, "0x40dc0");
	assert_string_equal(oom->trigger.gfp_flags, "GFP_KERNEL|__GFP_ZERO");
	assert_string_equal(oom->nodemask, "(null)");
	assert_string_equal(oom->cpuset, "/a");
	assert_string_equal(oom->mems_allowed, "0-1");
	assert_string_equal(oom->kernel, "6.1.0-18-amd64");
	assert_int_equal(oom->trace.n, 1);
	assert_int_equal(ow_stat_find(&oom->meminfo, "inactive_anon")->value, 20 * 4096);
	assert_int_equal(oom->ram_bytes, 100 * 4096);
	assert_int_equal(oom->missing.n, 0);
	oom_log_release(&log);
}

static void its_head_is_known_in_the_forms_of_all_kernels(void **state)
{
	static const struct {
		const char *text, *mask, *flags;
		int64_t order;
	} cases[] = {
		{ "x: page allocation failure. order:2, mode:0x4020", "0x4020", NULL, 2 },
		{ "x: page allocation failure: order:4, mode:0x2040d0", "0x2040d0", NULL, 4 },
		{ "x: page allocation failure: order:5, mode:0x24040c0(GFP_KERNEL|__GFP_COMP)",
		  "0x24040c0", "GFP_KERNEL|__GFP_COMP", 5 },
		{ "x: page allocation failure: order:0, mode:0x1080020(GFP_ATOMIC), nodemask=(null)",
		  "0x1080020", "GFP_ATOMIC", 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom_trigger *t;
		struct oom_log log;

		read_all(&log, cases[i].text);
		assert_int_equal(log.n, 1);
		t = &log.oom[0]->trigger;
		assert_string_equal(t->comm, "x");
		assert_int_equal(t->order, cases[i].order);
		assert_string_equal(t->gfp_mask, cases[i].mask);
		assert_true(cases[i].flags ? strcmp(t->gfp_flags, cases[i].flags) == 0
					   : !t->gfp_flags);
		assert_int_equal(log.oom[0]->missing.n, 2); /* the kernel, and its memory */
		oom_log_release(&log);
	}
}

/* Whether they are asked for or not, the records of kills are the same. */
static void no_line_of_a_failure_gets_into_a_kill(void **state)
{
	static const struct {
		const char *text;
		size_t kills, failures;
	} cases[] = {
		{ HEAD_5_0 BODY KILL, 1, 1 },
		{ KILL HEAD_5_0 BODY, 1, 1 },
		{ HEAD_5_0 HEAD_5_0 BODY KILL, 1, 2 },
		{ HEAD_5_0 KILL BODY KILL_OF("43"), 2, 1 },
		{ "[    1.0] eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
		  "oom_score_adj=0\n" HEAD_5_0 BODY KILL,
		  1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log, all;
		size_t kills = 0;

		oom_log(&log, cases[i].text);
		read_all(&all, cases[i].text);
		assert_int_equal(log.n, cases[i].kills);
		assert_int_equal(all.n, cases[i].kills + cases[i].failures);
		for (size_t k = 0; k < all.n; k++) {
			if (all.oom[k]->kind == OW_OOM_ALLOCATION) {
				assert_int_equal(all.oom[k]->victims.n, 0);
				continue;
			}
			assert_int_equal(all.oom[k]->line, log.oom[kills]->line);
			assert_int_equal(all.oom[k]->meminfo.n, 0);
			assert_int_equal(log.oom[kills]->meminfo.n, 0);
			assert_int_equal(all.oom[k]->victims.n, log.oom[kills++]->victims.n);
		}
		oom_log_release(&log);
		oom_log_release(&all);
	}
}

static void records_come_in_the_order_of_the_log(void **state)
{
	struct oom_log log;

	(void)state;
	read_all(&log, HEAD_5_0 BODY KILL HEAD_5_0 BODY KILL_OF("43") KILL_OF("44") KILL_OF("45")
			       KILL_OF("46") HEAD_5_0);
	assert_int_equal(log.n, 8);
	for (size_t i = 1; i < log.n; i++)
		assert_true(log.oom[i]->line > log.oom[i - 1]->line);
	oom_log_release(&log);
}

/* Far behind the front of a log only lines with a word of a kill are looked at. */
static void failures_anywhere_in_a_long_log_are_records(void **state)
{
	char *text = ow_alloc(*state, 8000, 32), *at = text;
	struct oom_log log;

	for (size_t i = 0; i < 4000; i++)
		at += snprintf(at, 32, "[    0.5] eth0: link is up\n");
	(void)snprintf(at, 1024, "%s", HEAD_5_0);
	oom_log(&log, text);
	assert_int_equal(log.n, 0);
	assert_true(log.seen.passed_over > 0);
	oom_log_release(&log);
	read_all(&log, text);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.seen.passed_over, 0);
	oom_log_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_failure_is_counted_and_a_record_only_when_asked_for),
		UNIT(its_parts_are_read_as_those_of_a_kill),
		UNIT(its_head_is_known_in_the_forms_of_all_kernels),
		UNIT(no_line_of_a_failure_gets_into_a_kill),
		UNIT(records_come_in_the_order_of_the_log),
		UNIT(failures_anywhere_in_a_long_log_are_records),
	};

	return cmocka_run_group_tests_name("read/oom-failure", tests, NULL, NULL);
}
