/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

/* Kernel memory of cgroup v2, by its parts; NULL ends the names. */
struct part {
	const char *name;
	uint64_t value;
};

static struct kill_case *v2(struct ow_arena *arena, const struct part *part, const char *call)
{
	struct kill k = kill_leak();

	memset(k.stat, 0, sizeof(k.stat));
	k.stat[0].name = "anon";
	k.stat[0].value = 300;
	k.stat[1].name = "file";
	k.stat[2].name = "shmem";
	for (size_t i = 0; part[i].name; i++) {
		k.stat[3 + i].name = part[i].name;
		k.stat[3 + i].value = part[i].value;
	}
	k.trace[0] = call;
	k.task[0] = (struct kill_task){ "w", 300, 100, 0, 40, 0, 0 };
	return kill_case(arena, &k);
}

static struct kill_case *v1(struct ow_arena *arena, uint64_t kmem, uint64_t pgtables,
			    const char *call)
{
	struct kill k = kill_leak();

	k.version = 1;
	k.kmem = kmem;
	k.swap = k.swap_limit = 65536;
	memset(k.stat, 0, sizeof(k.stat));
	k.stat[0].name = "total_rss";
	k.stat[0].value = 65536 - kmem;
	k.stat[1].name = "total_cache";
	k.stat[2].name = "total_shmem";
	k.trace[0] = call;
	k.task[0] = (struct kill_task){ "w", 65536 - kmem, 100, 0, pgtables, 0, 0 };
	return kill_case(arena, &k);
}

static void the_numbers_of_v2_name_the_kind(void **state)
{
	static const struct {
		struct part part[8];
		const char *call, *label, *verdict;
	} cases[] = {
		{ { { "kernel", 500 }, { "sock", 64500 }, { "slab", 100 } },
		  NULL,
		  "kernel-sockets",
		  "confirmed" },
		{ { { "kernel", 65200 },
		    { "pagetables", 65000 },
		    { "slab", 100 },
		    { "sock", 0 },
		    { "kernel_stack", 16 },
		    { "percpu", 0 } },
		  NULL,
		  "kernel-page-tables",
		  "confirmed" },
		{ { { "kernel", 65200 },
		    { "slab", 65000 },
		    { "sock", 0 },
		    { "kernel_stack", 16 },
		    { "pagetables", 100 },
		    { "percpu", 0 } },
		  NULL,
		  "kernel-slab",
		  "supported" }, /* or unix sockets */
		{ { { "kernel", 65200 },
		    { "slab", 3500 },
		    { "sock", 0 },
		    { "kernel_stack", 16 },
		    { "pagetables", 100 },
		    { "percpu", 0 } },
		  "sock_alloc_send_pskb",
		  "kernel-sockets",
		  "supported" },
		{ { { "kernel", 65200 },
		    { "slab", 2400 },
		    { "sock", 0 },
		    { "kernel_stack", 16 },
		    { "pagetables", 100 },
		    { "percpu", 0 } },
		  "anon_pipe_write",
		  "kernel-pipes",
		  "supported" },
		/* 1,387 threads: stacks 22,192 kB and their slab and touched pages. */
		{ { { "kernel", 40000 },
		    { "kernel_stack", 30000 },
		    { "slab", 17250 },
		    { "sock", 0 },
		    { "pagetables", 600 },
		    { "percpu", 0 } },
		  NULL,
		  "kernel-stacks",
		  "confirmed" },
		{ { { "kernel", 65200 },
		    { "percpu", 60000 },
		    { "slab", 100 },
		    { "sock", 0 },
		    { "kernel_stack", 16 },
		    { "pagetables", 100 } },
		  NULL,
		  "kernel-percpu-vmalloc",
		  "confirmed" },
		{ { { "kernel", 65200 },
		    { "slab", 100 },
		    { "sock", 0 },
		    { "kernel_stack", 16 },
		    { "pagetables", 100 },
		    { "percpu", 0 } },
		  NULL,
		  "kernel",
		  "supported" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_verdict(*state, v2(*state, cases[i].part, cases[i].call), cases[i].label,
			       cases[i].verdict);
}

static void a_call_trace_supports_and_never_confirms(void **state)
{
	assert_verdict(*state, v1(*state, 65356, 60, "sock_alloc_send_pskb"), "kernel-sockets",
		       "supported");
	assert_verdict(*state, v1(*state, 65356, 60, "pipe_write"), "kernel-pipes", "supported");
	assert_verdict(*state, v1(*state, 65356, 60, NULL), "kernel", "supported");
	/* It is the trigger's: numbers that leave no room refute it. */
	assert_verdict(*state, v1(*state, 400, 60, "sock_alloc_send_pskb"), "kernel-sockets",
		       "refuted");
}

static void page_tables_come_from_the_table_where_there_is_no_number(void **state)
{
	assert_verdict(*state, v1(*state, 65400, 65248, NULL), "kernel-page-tables", "confirmed");
	assert_verdict(*state, v1(*state, 65400, 65248, NULL), "victim-is-holder", "confirmed");
}

static void an_old_kernel_lacks_the_number_and_not_the_memory(void **state)
{
	/* 5.10: no "kernel", no "pagetables"; the rest is in pipes. */
	static const struct part part[] = { { "sock", 0 },
					    { "slab", 2400 },
					    { "kernel_stack", 16 },
					    { "percpu", 0 },
					    { NULL, 0 } };

	assert_verdict(*state, v2(*state, part, NULL), "kernel", "supported");
	assert_verdict(*state, v2(*state, part, NULL), "unaccounted", "not-tested");
	assert_verdict(*state, v2(*state, part, "pipe_write"), "kernel-pipes", "supported");
	assert_verdict(*state, v2(*state, part, "pipe_write"), "victim-is-holder", "not-tested");
}

static void little_kernel_memory_refutes_every_kind_of_it(void **state)
{
	static const char *const labels[] = {
		"kernel-sockets", "kernel-pipes", "kernel-page-tables",
		"kernel-stacks",  "kernel-slab",  "kernel-percpu-vmalloc",
		"kernel"
	};
	const struct kill k = kill_leak();

	for (size_t i = 0; i < OW_ARRAY_SIZE(labels); i++)
		assert_verdict(*state, kill_case(*state, &k), labels[i], "refuted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_numbers_of_v2_name_the_kind),
		UNIT(a_call_trace_supports_and_never_confirms),
		UNIT(page_tables_come_from_the_table_where_there_is_no_number),
		UNIT(an_old_kernel_lacks_the_number_and_not_the_memory),
		UNIT(little_kernel_memory_refutes_every_kind_of_it),
	};

	return cmocka_run_group_tests_name("analyze/makeup-kernel", tests, NULL, NULL);
}
