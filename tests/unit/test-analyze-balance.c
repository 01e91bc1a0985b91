/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/balance.h"

#include "oom-log.h"
#include "unit.h"

#define HEAD "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"

/* A machine of 1000 pages, of which 100 are free and 800 anonymous, on one node. */
#define MACHINE(counters, ram)                                                                 \
	HEAD "Mem-Info:\nactive_anon:800 inactive_anon:0\n active_file:0\n free:100 " counters \
	     "\n"                                                                              \
	     "Node 0 active_anon:3200kB inactive_anon:0kB\n"                                   \
	     "Node 0 Normal free:400kB min:400kB low:500kB high:600kB present:4000kB "         \
	     "managed:4000kB\n"                                                                \
	     "Node 0 Normal: 100*4kB (U) = 400kB\n" ram " pages RAM\n0 pages reserved\n"

static struct ow_balance balance(const char *text)
{
	struct ow_balance b;
	struct oom_log log;

	oom_log(&log, text);
	assert_int_equal(log.n, 1);
	ow_balance_make(log.oom[0], &b);
	oom_log_release(&log);
	return b;
}

static void what_no_counter_has_is_the_rest(void **state)
{
	struct ow_balance b = balance(MACHINE("free_cma:0", "1000"));

	(void)state;
	assert_true(b.machine);
	assert_int_equal(b.usage.bytes, 900 * 4096);
	assert_int_equal(b.part[OW_PART_ANON].bytes, 800 * 4096);
	assert_int_equal(b.rest.bytes, 100 * 4096);
}

static void the_size_of_the_machine_is_read_where_it_stands(void **state)
{
	struct ow_balance b =
		balance(MACHINE("free_cma:0", "Free swap  = 4kB\nTotal swap = 8kB\n1000"));

	(void)state;
	assert_int_equal(b.limit.line, 11);
	assert_int_equal(b.swap.line, 9);
}

static void pages_on_the_lists_of_a_cpu_are_free(void **state)
{
	struct ow_balance b = balance(MACHINE("free_pcp:60 free_cma:0", "1000"));

	(void)state;
	assert_int_equal(b.usage.bytes, 840 * 4096);
	assert_int_equal(b.rest.bytes, 40 * 4096);
}

/* "10000 pages RAM" of a machine whose only zone has 1000, with all that is free and all that is
 * used: a digit too much. */
static void a_total_that_its_zones_deny_is_none(void **state)
{
	struct ow_balance b = balance(MACHINE("free_cma:0", "10000"));

	(void)state;
	assert_false(b.limit.have);
	assert_false(b.usage.have);
	assert_false(b.rest.have);
	/* Another node has free memory: it may have the rest as well. */
	b = balance(HEAD "Mem-Info:\nactive_anon:800 inactive_anon:0\n free:5000 free_cma:0\n"
			 "Node 0 active_anon:3200kB inactive_anon:0kB\n"
			 "Node 0 Normal free:400kB min:400kB low:500kB high:600kB present:4000kB "
			 "managed:4000kB\nNode 0 Normal: 100*4kB (U) = 400kB\n"
			 "10000 pages RAM\n0 pages reserved\n");
	assert_true(b.limit.have);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_no_counter_has_is_the_rest),
		UNIT(the_size_of_the_machine_is_read_where_it_stands),
		UNIT(pages_on_the_lists_of_a_cpu_are_free),
		UNIT(a_total_that_its_zones_deny_is_none),
	};

	return cmocka_run_group_tests_name("analyze/balance", tests, NULL, NULL);
}
