/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"
#include "oom-log.h"

/* A case of one record of the machine, read from its lines. */
struct zone_case {
	struct oom_log log;
	struct ow_case c;
	const struct ow_oom *kills[1];
};

static void zone_case(struct zone_case *kase, const char *text)
{
	oom_log_read(&kase->log, ow_str(text), 0,
		     &(struct ow_oom_options){
			     .source = "dmesg.txt", .keep_texts = true, .failures = true });
	assert_int_equal(kase->log.n, 1);
	kase->kills[0] = kase->log.oom[0];
	kase->c = (struct ow_case){ .kills = kase->kills, .n_kills = 1 };
}

#define check(state, text, label, verdict)                                            \
	do {                                                                          \
		struct zone_case kase;                                                \
                                                                                      \
		zone_case(&kase, (text));                                             \
		assert_string_equal(kill_verdict(*(state), &kase.c, label), verdict); \
		oom_log_release(&kase.log);                                           \
	} while (0)

#define HEAD(gfp, order) \
	"eat invoked oom-killer: gfp_mask=" gfp ", order=" order ", oom_score_adj=0\n"
#define USER "0x100cca(GFP_HIGHUSER_MOVABLE)"
#define OWN  "0xcc0(GFP_KERNEL)"
#define ZONE(name, free, min, managed)                                                           \
	name " free:" #free "kB min:" #min "kB low:" #min "kB high:" #min "kB present:" #managed \
	     "kB managed:" #managed "kB\nlowmem_reserve[]: 0 0 0 0\n"
#define MACHINE(free, ram)                                                       \
	"Mem-Info:\n free:" #free " free_pcp:0 free_cma:0\n" #ram " pages RAM\n" \
	"0 pages reserved\n"
#define CHOICE(constraint, nodes)                                                         \
	"oom-kill:constraint=" constraint ",nodemask=(null),cpuset=a,mems_allowed=" nodes \
	",global_oom,task_memcg=/,task=eat,pid=1,uid=0\n"

static void a_node_is_full_while_others_are_free(void **state)
{
	static const struct {
		const char *text, *verdict;
	} cases[] = {
		/* The others were printed, or are what the machine's counters have more. */
		{ HEAD(USER, "0") ZONE("Node 0 Normal", 900000, 100, 4000000)
			  ZONE("Node 1 Normal", 100, 100, 1000000) CHOICE("CONSTRAINT_CPUSET", "1"),
		  "supported" },
		{ HEAD(USER, "0") MACHINE(225025, 1250000) ZONE("Node 1 Normal", 100, 100, 1000000)
			  CHOICE("CONSTRAINT_CPUSET", "1"),
		  "supported" },
		{ HEAD(USER, "0") ZONE("Node 0 Normal", 100000, 100, 4000000)
			  ZONE("Node 1 Normal", 100, 100, 1000000) CHOICE("CONSTRAINT_CPUSET", "1"),
		  "refuted" },
		{ HEAD(USER, "0") MACHINE(25025, 1250000) ZONE("Node 1 Normal", 100, 100, 1000000)
			  CHOICE("CONSTRAINT_CPUSET", "1"),
		  "refuted" },
		{ HEAD(USER, "0") ZONE("Node 1 Normal", 100, 100, 1000000)
			  CHOICE("CONSTRAINT_MEMORY_POLICY", "1"),
		  "supported" },
		{ HEAD(USER, "0") ZONE("Node 0 Normal", 900000, 100, 4000000)
			  ZONE("Node 1 Normal", 100, 100, 1000000) CHOICE("CONSTRAINT_NONE", "0-1"),
		  "refuted" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		check(state, cases[i].text, "cpuset-mempolicy", cases[i].verdict);
}

static void what_holds_of_the_nodes_is_told(void **state)
{
	struct ow_chain chain;
	struct zone_case kase;
	const struct ow_finding *f;

	zone_case(&kase,
		  HEAD(USER, "0") MACHINE(225025, 1250000) ZONE("Node 1 Normal", 100, 100, 1000000)
			  CHOICE("CONSTRAINT_CPUSET", "1"));
	assert_int_equal(ow_chain_run(&kase.c, *state, &chain), 0);
	f = ow_chain_find(&chain, "cpuset-mempolicy");
	assert_int_equal(f->outcome, OW_HELD);
	assert_string_equal(f->statement,
			    "the nodes that the task may use were full, while 900,000 kB "
			    "was free on others");
	/* The machine was not: 18 % free is less than a fifth. */
	assert_string_equal(kill_verdict(*state, &kase.c, "node-overcommit"), "not-tested");
	oom_log_release(&kase.log);
}

/* Free memory and its blocks: the list of the first zone follows. */
#define LIST(order, free, min, list)              \
	HEAD(OWN, order)                          \
	ZONE("Node 0 Normal", free, min, 1000000) \
	"Node 0 Normal: " list "\n" CHOICE("CONSTRAINT_NONE", "0")

static void fragmentation_is_settled_by_the_blocks(void **state)
{
	static const struct {
		const char *text, *verdict;
	} cases[] = {
		{ LIST("2", 9000, 1000, "2250*4kB (UME) 0*8kB 0*16kB = 9000kB"), "supported" },
		{ LIST("3", 9000, 1000, "2246*4kB (UME) 0*8kB 1*16kB (U) 0*32kB = 9000kB"),
		  "supported" },
		{ LIST("2", 9000, 1000, "2246*4kB (UME) 0*8kB 1*16kB (U) = 9000kB"), "refuted" },
		{ LIST("2", 9000, 1000, "2246*4kB (UME) 0*8kB 1*16kB (H) = 9000kB"), "supported" },
		{ LIST("2", 9000, 9000, "2250*4kB (UME) 0*8kB 0*16kB = 9000kB"), "refuted" },
		{ LIST("2", 9000, 1000, "2250*4kB (UME) 0*8kB"), "not-tested" },
		{ LIST("0", 9000, 1000, "2250*4kB (UME) 0*8kB = 9000kB"), "refuted" },
		{ LIST("4", 9000, 1000, "2250*4kB (UME) 0*8kB = 9000kB"), "refuted" },
		{ HEAD(OWN, "2") "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,"
				 "mems_allowed=0,global_oom,task_memcg=/,task=eat,pid=1,uid=0\n",
		  "not-tested" },
		/* A request that may fail fails for larger blocks as well. */
		{ "eat: page allocation failure: order:4, mode:0xcc0(GFP_KERNEL)\n" ZONE(
			  "Node 0 Normal", 9000, 1000,
			  1000000) "Node 0 Normal: 2250*4kB (UME) 0*8kB = 9000kB\n",
		  "supported" },
		{ HEAD("0x0()", "2") ZONE("Node 0 Normal", 9000, 1000, 1000000)
			  CHOICE("CONSTRAINT_NONE", "0"),
		  "not-tested" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		check(state, cases[i].text, "fragmentation", cases[i].verdict);
	/* Memory that is not short is no full machine. */
	check(state, cases[0].text, "node-overcommit", "refuted");
	check(state, cases[0].text, "no-limit-tenant", "refuted");
	check(state, cases[4].text, "node-overcommit", "not-tested");
}

#define LOW(gfp, low, high)               \
	HEAD(gfp, "0")                    \
	ZONE("Normal", low, 4000, 800000) \
	ZONE("HighMem", high, 500, 3000000) CHOICE("CONSTRAINT_NONE", "0")

static void a_low_zone_is_full_while_higher_ones_are_free(void **state)
{
	static const struct {
		const char *text, *verdict;
	} cases[] = {
		{ LOW(OWN, 3000, 900000), "supported" },
		/* A moment later a little was free. */
		{ LOW(OWN, 4200, 900000), "supported" },
		{ LOW(OWN, 40000, 900000), "refuted" },
		{ LOW(OWN, 3000, 100000), "refuted" },
		{ LOW(USER, 3000, 900000), "refuted" },
		{ LOW("0x0()", 3000, 900000), "not-tested" },
		/* Memory for movable pages alone; from 6.1 it is not printed. */
		{ HEAD(OWN, "0") ZONE("Node 0 DMA32", 3000, 4000, 800000) ZONE(
			  "Node 0 Movable", 900000, 500, 3000000) CHOICE("CONSTRAINT_NONE", "0"),
		  "supported" },
		{ HEAD(OWN, "0") MACHINE(225000, 950000) ZONE("Node 0 DMA32", 3000, 4000, 800000)
			  CHOICE("CONSTRAINT_NONE", "0"),
		  "supported" },
		{ HEAD(OWN, "0") MACHINE(750, 200000) ZONE("Node 0 DMA32", 3000, 4000, 800000)
			  CHOICE("CONSTRAINT_NONE", "0"),
		  "not asked" },
		{ HEAD(USER, "0") ZONE("Node 0 DMA32", 3000, 4000, 800000)
			  CHOICE("CONSTRAINT_NONE", "0"),
		  "not asked" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		check(state, cases[i].text, "lowmem-zone", cases[i].verdict);
}

static void a_machine_with_a_fifth_free_was_not_full(void **state)
{
	static const struct {
		const char *text, *verdict;
	} cases[] = {
		{ HEAD("0x0()", "0") MACHINE(250000, 1000000), "refuted" },
		{ HEAD("0x0()", "0") MACHINE(150000, 1000000), "not-tested" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		check(state, cases[i].text, "node-overcommit", cases[i].verdict);
		check(state, cases[i].text, "no-limit-tenant", cases[i].verdict);
	}
}

static void a_cgroups_record_refutes_them_all(void **state)
{
	static const char *const labels[] = { "cpuset-mempolicy", "fragmentation",
					      "node-overcommit",  "no-limit-tenant",
					      "over-protected",   "hugetlb-reservation",
					      "balloon" };
	const struct kill k = kill_leak();

	for (size_t i = 0; i < OW_ARRAY_SIZE(labels); i++)
		assert_verdict(*state, kill_case(*state, &k), labels[i], "refuted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_node_is_full_while_others_are_free),
		UNIT(what_holds_of_the_nodes_is_told),
		UNIT(fragmentation_is_settled_by_the_blocks),
		UNIT(a_low_zone_is_full_while_higher_ones_are_free),
		UNIT(a_machine_with_a_fifth_free_was_not_full),
		UNIT(a_cgroups_record_refutes_them_all),
	};

	return cmocka_run_group_tests_name("analyze/limit-zone", tests, NULL, NULL);
}
