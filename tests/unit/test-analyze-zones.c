/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/zones.h"

#include "oom-log.h"
#include "unit.h"

/* The verdicts of a record's zones, in their order: "reserved, below min". */
static const char *verdicts(struct ow_arena *arena, const char *text)
{
	const char *words = "";
	struct ow_zones zones;
	struct oom_log log;

	oom_log_read(&log, ow_str(text), 0,
		     &(struct ow_oom_options){ .source = "log", .failures = true });
	assert_int_equal(log.n, 1);
	assert_int_equal(ow_zones_make(log.oom[0], arena, &zones), 0);
	for (size_t i = 0; i < zones.n; i++)
		words = ow_printf(arena, "%s%s%s", words, i ? ", " : "",
				  ow_serves_names[zones.row[i].serves]);
	oom_log_release(&log);
	return words;
}

#define HEAD(gfp, order) \
	"eat invoked oom-killer: gfp_mask=" gfp ", order=" order ", oom_score_adj=0\n"
#define FAILURE(gfp, order) "eat: page allocation failure: order:" order ", mode:" gfp "\n"
#define KERNEL(release)     "CPU: 0 PID: 1 Comm: eat Not tainted " release " #1\n"
#define USER                "0x100cca(GFP_HIGHUSER_MOVABLE)"
#define OWN                 "0xcc0(GFP_KERNEL)"

/* Numbers of a real record: 4 kB more in each of the first two, and they would have served it. */
#define REAL_ZONES                                                                     \
	"Node 0 DMA free:7124kB min:412kB low:512kB high:616kB managed:15908kB\n"      \
	"lowmem_reserve[]: 0 1679 1679 1679\n"                                         \
	"Node 0 DMA32 free:44640kB min:44640kB low:55800kB high:66960kB managed:9kB\n" \
	"lowmem_reserve[]: 0 0 0 0\n"                                                  \
	"Node 0 DMA: 1*4kB = 4kB\n"

static void the_reserve_must_stay_beside_the_minimum(void **state)
{
	assert_string_equal(verdicts(*state, HEAD(USER, "0") REAL_ZONES), "reserved, below min");
	/* For those that can use no higher zone nothing is kept. */
	assert_string_equal(verdicts(*state, HEAD("0xcc1(GFP_KERNEL|GFP_DMA)", "0") REAL_ZONES),
			    "enough, other zone");
}

#define ONE(fields, reserve)                                                          \
	"Node 0 Normal " fields " managed:1000000kB\nlowmem_reserve[]: " reserve "\n" \
	"Node 0 Normal: 1*4kB = 4kB\n"

static void a_zone_is_judged_as_the_kernel_does(void **state)
{
	static const struct {
		const char *text, *verdict;
	} cases[] = {
		{ HEAD(USER, "0") ONE("free:1000kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "below min" },
		{ HEAD(USER, "0") ONE("free:1004kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "below high" },
		{ HEAD(USER, "0") ONE("free:1504kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "enough" },
		/* Half of the minimum is enough for __GFP_HIGH. */
		{ HEAD("0xce0(GFP_KERNEL|__GFP_HIGH)", "0")
			  ONE("free:504kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "below high" },
		/* One that cannot wait may take three quarters of that half, and of what is kept
		 * for such. A request that may fail has no last try that must leave the high mark.
		 */
		{ FAILURE("0xa20(GFP_ATOMIC)", "0")
			  ONE("free:380kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "enough" },
		{ FAILURE("0xa20(GFP_ATOMIC)", "0")
			  ONE("free:372kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "below min" },
		{ FAILURE("0x20", "0") ONE("free:380kB min:1000kB low:1250kB high:1500kB", "0 0 0"),
		  "enough" },
		{ FAILURE("0xa20(GFP_ATOMIC)", "0")
			  ONE("free:9000kB min:1000kB low:1250kB high:1500kB "
			      "reserved_highatomic:8900KB",
			      "0 0 0 0"),
		  "enough" },
		{ FAILURE("0xcc0(GFP_KERNEL)", "0")
			  ONE("free:1004kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "enough" },
		/* CMA pages are for movable requests. */
		{ HEAD(USER, "0")
			  ONE("free:9000kB min:1000kB low:1250kB high:1500kB free_cma:8000kB",
			      "0 0 0 0"),
		  "enough" },
		{ HEAD(OWN, "0")
			  ONE("free:9000kB min:1000kB low:1250kB high:1500kB free_cma:8000kB",
			      "0 0 0 0"),
		  "CMA" },
		{ HEAD(OWN, "0")
			  ONE("free:9004kB min:1000kB low:1250kB high:1500kB free_cma:8000kB",
			      "0 0 0 0"),
		  "below high" },
		{ HEAD(USER, "0") ONE("free:9000kB min:1000kB low:1250kB high:1500kB "
				      "reserved_highatomic:8000KB",
				      "0 0 0 0"),
		  "highatomic" },
		/* What is free of it counts, where the kernel says that. */
		{ HEAD(USER, "0") ONE("free:9000kB min:1000kB low:1250kB high:1500kB "
				      "reserved_highatomic:8000KB free_highatomic:100KB",
				      "0 0 0 0"),
		  "enough" },
		/* What is not there refutes nothing. */
		{ HEAD(USER, "0") "Node 0 Normal free:1004kB min:1000kB low:1250kB high:1500kB\n",
		  "not known" },
		{ HEAD(USER, "0") "Node 0 Normal free:900kB min:1000kB low:1250kB high:1500kB\n",
		  "below min" },
		{ HEAD(USER, "0") "Node 0 Normal: 1*4kB (U) = 4kB\n", "not known" },
		{ HEAD("0x0()", "0") ONE("free:9kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "not known" },
		{ "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL)\n" ONE(
			  "free:9kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  "not known" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_string_equal(verdicts(*state, cases[i].text), cases[i].verdict);
}

/* Which of the numbers is for the request depends on how the kernel was built. */
static void the_place_of_the_reserve_is_told_by_the_zones(void **state)
{
	static const struct {
		const char *text, *verdict;
	} cases[] = {
		/* 64 bits, DMA32 is built in and has no memory. */
		{ HEAD(OWN, "0") "Node 0 DMA free:500kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 0 0 1000 1000 1000\n"
				 "Node 0 Normal free:1kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 0 0 0 0 0\nNode 0 DMA: 1*4kB (U) = 4kB\n",
		  "reserved, below min" },
		/* 32 bits: more is kept from those that could use high memory. */
		{ HEAD(OWN, "0") "DMA free:3600kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 0 100 1000 1000\n"
				 "Normal free:1kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 0 0 900 900\n"
				 "HighMem free:1kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 0 0 0 0\nDMA: 1*4kB (U) = 4kB\n",
		  "enough, below min, other zone" },
		{ HEAD(USER, "0") "DMA free:3600kB min:10kB low:20kB high:30kB\n"
				  "lowmem_reserve[]: 0 100 1000 1000\n"
				  "Normal free:1kB min:10kB low:20kB high:30kB\n"
				  "lowmem_reserve[]: 0 0 900 900\n"
				  "HighMem free:1kB min:10kB low:20kB high:30kB\n"
				  "lowmem_reserve[]: 0 0 0 0\nDMA: 1*4kB (U) = 4kB\n",
		  "reserved, below min, below min" },
		/* Two ways to be built, and they say different things. */
		{ HEAD(OWN, "0") "DMA free:3600kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 0 0 100 1000\nDMA: 1*4kB (U) = 4kB\n",
		  "not known" },
		/* No kernel is built like that. */
		{ HEAD(OWN, "0") "Node 0 DMA free:3600kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 5 5 100 1000\nNode 0 DMA: 1*4kB (U) = 4kB\n",
		  "not known" },
		{ HEAD(OWN, "0") "Node 0 Weird free:3600kB min:10kB low:20kB high:30kB\n"
				 "lowmem_reserve[]: 0 0 0\nNode 0 Weird: 1*4kB (U) = 4kB\n",
		  "not known" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_string_equal(verdicts(*state, cases[i].text), cases[i].verdict);
}

#define LISTED(blocks)                                                                    \
	"Node 0 Normal free:9000kB min:1000kB low:1250kB high:1500kB managed:1000000kB\n" \
	"lowmem_reserve[]: 0 0 0 0\nNode 0 Normal: " blocks "\n"

static void a_larger_request_needs_a_block_of_a_type_for_it(void **state)
{
	static const struct {
		const char *text, *verdict;
	} cases[] = {
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 1000*8kB (UM) 0*16kB 0*32kB = 9000kB"),
		  "fragments" },
		{ HEAD(OWN, "1") LISTED("250*4kB (UME) 1000*8kB (UM) 0*16kB 0*32kB = 9000kB"),
		  "enough" },
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 996*8kB (UM) 0*16kB 1*32kB (E) = 9000kB"),
		  "enough" },
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 996*8kB (UM) 0*16kB 1*32kB (H) = 9000kB"),
		  "fragments" },
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 996*8kB (UM) 0*16kB 1*32kB (C) = 9000kB"),
		  "fragments" },
		{ HEAD(USER, "2") LISTED("250*4kB (UME) 996*8kB (UM) 0*16kB 1*32kB (C) = 9000kB"),
		  "enough" },
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 996*8kB (UM) 0*16kB 1*32kB (HI) = 9000kB"),
		  "fragments" },
		{ FAILURE("0xa20(GFP_ATOMIC)", "2")
			  LISTED("250*4kB (UME) 996*8kB (UM) 0*16kB 1*32kB (H) = 9000kB"),
		  "enough" },
		/* The end of the list is lost, or it does not add up: the block may be there. */
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 1000*8kB (UM) 0*16kB"), "not known" },
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 1000*8kB (UM) 0*16kB = 9kB"), "not known" },
		{ HEAD(OWN, "2") LISTED("250*4kB (UME) 996*8kB (UM) 2*16kB (U)"), "enough" },
		/* Up to 4.3: more than min / 4 in blocks of the size, of any type, and more than
		 * min / 2 in those of half of it. */
		{ HEAD("0xd0", "2") KERNEL("3.10.0")
			  LISTED("2234*4kB (UME) 0*8kB 0*16kB 2*32kB (R) = 9000kB"),
		  "fragments" },
		{ HEAD("0xd0", "2") KERNEL("3.10.0")
			  LISTED("2122*4kB (UME) 0*8kB 0*16kB 16*32kB (R) = 9000kB"),
		  "enough" },
		{ HEAD("0xd0", "2") KERNEL("3.10.0")
			  LISTED("2154*4kB (UME) 0*8kB 0*16kB 12*32kB (R) = 9000kB"),
		  "fragments" },
		{ HEAD("0xd0", "2") LISTED("2234*4kB 0*8kB 0*16kB 2*32kB = 9000kB"), "fragments" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_string_equal(verdicts(*state, cases[i].text), cases[i].verdict);
}

#define CHOICE(constraint, nodes)                                                         \
	"oom-kill:constraint=" constraint ",nodemask=(null),cpuset=a,mems_allowed=" nodes \
	",global_oom,task_memcg=/,task=eat,pid=1,uid=0\n"
#define TWO                                                                             \
	"Node 0 Normal free:9000kB min:1000kB low:1250kB high:1500kB managed:10000kB\n" \
	"lowmem_reserve[]: 0 0 0 0\n"                                                   \
	"Node 1 Normal free:900kB min:1000kB low:1250kB high:1500kB managed:10000kB\n"  \
	"lowmem_reserve[]: 0 0 0 0\nNode 0 Normal: 1*4kB = 4kB\n"

static void other_nodes_do_not_serve(void **state)
{
	assert_string_equal(verdicts(*state, HEAD(USER, "0") TWO CHOICE("CONSTRAINT_CPUSET", "1")),
			    "other node, below min");
	assert_string_equal(verdicts(*state, HEAD(USER, "0") TWO CHOICE("CONSTRAINT_NONE", "0-1")),
			    "enough, below min");
}

static void what_was_not_printed_is_the_rest_of_the_machine(void **state)
{
	static const char text[] = HEAD(
		USER,
		"0") "Mem-Info:\n free:25000 free_pcp:0 free_cma:0\n"
		     "Node 1 Normal free:1000kB min:1000kB low:1250kB high:1500kB managed:100000kB\n"
		     "lowmem_reserve[]: 0 0 0 0\nNode 1 Normal: 1*4kB = 4kB\n"
		     "75001 pages RAM\n1 pages reserved\n" CHOICE("CONSTRAINT_CPUSET", "1");
	struct ow_zones zones;
	struct oom_log log;

	oom_log(&log, text);
	assert_int_equal(ow_zones_make(log.oom[0], *state, &zones), 0);
	assert_true(zones.have_hidden);
	assert_int_equal(zones.hidden_bytes, 200000 * 1024);
	assert_int_equal(zones.hidden_free_bytes, 99000 * 1024);
	assert_true(zones.short_of);
	assert_string_equal(ow_request_words(*state, &zones.request),
			    "one page from zone Movable or a lower one, on node 1");
	oom_log_release(&log);
}

static void crumbs_are_no_plenty(void **state)
{
	static const struct {
		const char *text;
		bool short_of;
	} cases[] = {
		{ HEAD(USER, "0") ONE("free:2500kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  true },
		{ HEAD(USER, "0") ONE("free:25000kB min:1000kB low:1250kB high:1500kB", "0 0 0 0"),
		  false },
		{ HEAD("0x0()", "0") ONE("free:1kB min:9kB low:9kB high:9kB", "0 0 0 0"), false },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_zones zones;
		struct oom_log log;

		oom_log(&log, cases[i].text);
		assert_int_equal(ow_zones_make(log.oom[0], *state, &zones), 0);
		assert_int_equal(zones.short_of, cases[i].short_of);
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_reserve_must_stay_beside_the_minimum),
		UNIT(a_zone_is_judged_as_the_kernel_does),
		UNIT(the_place_of_the_reserve_is_told_by_the_zones),
		UNIT(a_larger_request_needs_a_block_of_a_type_for_it),
		UNIT(other_nodes_do_not_serve),
		UNIT(what_was_not_printed_is_the_rest_of_the_machine),
		UNIT(crumbs_are_no_plenty),
	};

	return cmocka_run_group_tests_name("analyze/zones", tests, NULL, NULL);
}
