/* SPDX-License-Identifier: Apache-2.0 */
#include "oom-log.h"
#include "unit.h"

#define HEAD "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"

/* A zone's list of free blocks: "4096*2UM 8192*0 whole". */
static const char *blocks(struct ow_arena *arena, const struct ow_oom_zone *zone)
{
	const struct ow_oom_blocks *b = zone->blocks.item;
	const char *text = "";

	for (size_t i = 0; i < zone->blocks.n; i++)
		text = ow_printf(arena, "%s%lu*%lu%s ", text, (unsigned long)b[i].block_bytes,
				 (unsigned long)b[i].count, b[i].types ? b[i].types : "");
	return ow_printf(arena, "%s%s", text,
			 !(zone->have & OW_ZONE_BLOCKS) ? "none"
			 : zone->blocks_whole           ? "whole"
							: "torn");
}

static void free_blocks_are_read_as_far_as_they_go(void **state)
{
	static const struct {
		const char *list, *blocks;
	} cases[] = {
		{ "Node 0 Normal: 1*4kB (U) 0*8kB 2*16kB (UM) = 36kB",
		  "4096*1U 8192*0 16384*2UM whole" },
		{ "Node 0 Normal: 5*4kB 1*8kB = 28kB", "4096*5 8192*1 whole" },
		{ "Node 0 Normal: 1*64kB (U) 0*128kB = 64kB", "65536*1U 131072*0 whole" },
		{ "Node 0 Normal: 0*4kB 0*8kB = 0kB", "4096*0 8192*0 whole" },
		{ "Node 0 Normal: 1*4kB (U) 0*8kB 2*16kB (UM)", "4096*1U 8192*0 16384*2UM torn" },
		{ "Node 0 Normal: 1*4kB (U) 0*8kB 2*16k", "4096*1U 8192*0 torn" },
		{ "Node 0 Normal: 1*4kB (U) 1*8kB (M = 12kB", "4096*1U 8192*1 torn" },
		{ "Node 0 Normal: 1*4kB (U) 4*5 12kB (ME) = 2052kB", "4096*1U torn" },
		{ "Node 0 Normal: 1*4kB (U) 1*16kB (U) = 20kB", "4096*1U torn" },
		{ "Node 0 Normal: 1*4kB (U) 1*8kB (U) = 13kB", "4096*1U 8192*1U torn" },
		{ "Node 0 Normal: 18446744073709551615*4kB 1*8kB = 8kB", "torn" },
		{ "Node 0 Normal: 1*4kB (UNKNOWNTYPES) = 4kB", "4096*1 torn" },
		{ "Node 0 DMA: 1*4kB (U) = 4kB", "none" },
		{ "Node 1 Normal: 1*4kB (U) = 4kB", "none" },
		{ "Normal: 1*4kB (U) = 4kB", "none" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const char *text = ow_printf(
			*state, HEAD "Node 0 Normal free:36kB min:1kB low:2kB high:3kB\n%s\n",
			cases[i].list);
		struct oom_log log;

		oom_log(&log, text);
		assert_string_equal(blocks(*state, ow_oom_zones(log.oom[0])), cases[i].blocks);
		oom_log_release(&log);
	}
}

static void a_list_without_its_zone_makes_one(void **state)
{
	const struct ow_oom_zone *zone;
	struct oom_log log;

	oom_log(&log, HEAD "Node 3 DMA32: 1*4kB (U) = 4kB\nNode 3 DMA32: 9*4kB (U) = 36kB\n");
	assert_int_equal(log.oom[0]->zones.n, 1);
	zone = ow_oom_zones(log.oom[0]);
	assert_string_equal(zone->name, "DMA32");
	assert_int_equal(zone->node, 3);
	assert_false(zone->have & OW_ZONE_FREE);
	assert_string_equal(blocks(*state, zone), "4096*1U whole");
	assert_int_equal(zone->blocks_line, 2);
	oom_log_release(&log);
}

static void broken_lists_are_whole_again(void **state)
{
	static const char *const lists[] = {
		"Node 0 Normal: 1*4kB (U) 3*8kB\n(EM) 2*16kB (UM) = 60kB\n",
		"Node 0 Normal: 1*4kB\n(U) 3*8kB (EM)\n2*16kB (UM) =\n60kB\n",
		"Node 0 Normal: 1*4kB (U) 3*8k\nB (EM) 2*16kB (UM) = 60kB\n",
		"Node 0 Normal: 1*4kB (U) 3*8kB (E\nM) 2*16kB (UM) = 60kB\n",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(lists); i++) {
		const char *text = ow_printf(*state,
					     HEAD "Node 0 Normal free:60kB min:1kB low:2kB\n%s"
						  "0 pages in swap cache\n",
					     lists[i]);
		struct oom_log log;

		oom_log(&log, text);
		assert_string_equal(blocks(*state, ow_oom_zones(log.oom[0])),
				    "4096*1U 8192*3EM 16384*2UM whole");
		oom_log_release(&log);
	}
}

static void zones_have_what_their_line_has(void **state)
{
	static const char text[] =
		HEAD "Node 0 DMA free:14336kB boost:2048kB min:176kB low:220kB high:264kB "
		     "reserved_highatomic:8KB free_highatomic:4KB active_anon:0kB present:15992kB "
		     "managed:15360kB mlocked:0kB free_cma:16kB\n"
		     "lowmem_reserve[]: 0 2 5 5 5\n"
		     "Normal free:4228kB min:3636kB low:4544kB high:5452kB present:15964kB "
		     "pages_scanned:450 all_unreclaimable? yes\n"
		     "Node 0 DMA: 1*4kB (U) = 4kB\n";
	const struct ow_oom_zone *z;
	struct oom_log log;

	(void)state;
	oom_log(&log, text);
	assert_int_equal(log.oom[0]->zones.n, 2);
	z = ow_oom_zones(log.oom[0]);
	assert_int_equal(z->boost_bytes, 2048 * 1024);
	assert_int_equal(z->high_bytes, 264 * 1024);
	assert_int_equal(z->reserved_highatomic_bytes, 8 * 1024);
	assert_int_equal(z->free_highatomic_bytes, 4 * 1024);
	assert_int_equal(z->free_cma_bytes, 16 * 1024);
	assert_false(z->have & OW_ZONE_UNRECLAIMABLE);
	assert_int_equal(z->reserve.n, 5);
	assert_int_equal(((const uint64_t *)z->reserve.item)[1], 2 * 4096);
	assert_int_equal(z->reserve_line, 3);
	assert_false(z[1].have & (OW_ZONE_NODE | OW_ZONE_MANAGED | OW_ZONE_BOOST | OW_ZONE_BLOCKS));
	assert_true(z[1].all_unreclaimable);
	assert_int_equal(z[1].reserve.n, 0);
	oom_log_release(&log);
}

/* The reserve of a zone whose line is lost is not the one of the zone before. */
static void a_reserve_belongs_to_the_line_before_it(void **state)
{
	const struct ow_oom_zone *z;
	struct oom_log log;

	(void)state;
	oom_log(&log, HEAD "lowmem_reserve[]: 0 9 9 9\n"
			   "Node 0 DMA free:1kB min:1kB low:2kB high:3kB\n"
			   "lowmem_reserve[]: 0 2 2 2\nlowmem_reserve[]: 0 0 0 0\n"
			   "Node 0 Normal free:1kB min:1kB low:2kB high:3kB\n"
			   "Node 0 DMA: 1*4kB (U) = 4kB\n");
	z = ow_oom_zones(log.oom[0]);
	assert_int_equal(z[0].reserve.n, 4);
	assert_int_equal(((const uint64_t *)z[0].reserve.item)[1], 2 * 4096);
	assert_int_equal(z[1].reserve.n, 0);
	oom_log_release(&log);
}

static void nodes_have_their_counters(void **state)
{
	const struct ow_oom_node *node;
	struct oom_log log;

	(void)state;
	oom_log(&log, HEAD "Node 0 active_anon:884kB isolated(file):8kB shmem_thp: 4kB "
			   "kernel_stack:1856kB all_unreclaimable? no\n"
			   "Node 4 active_anon:4kB pages_scanned:0 all_unreclaimable? yes\n"
			   "Node 5 active_anon:4kB\n");
	assert_int_equal(log.oom[0]->nodes.n, 3);
	node = log.oom[0]->nodes.item;
	assert_int_equal(node[0].node, 0);
	assert_int_equal(ow_stat_find(&node[0].meminfo, "isolated(file)")->value, 8 * 1024);
	assert_int_equal(ow_stat_find(&node[0].meminfo, "shmem_thp")->value, 4 * 1024);
	assert_true(node[0].have & OW_NODE_UNRECLAIMABLE);
	assert_false(node[0].all_unreclaimable);
	assert_int_equal(node[1].node, 4);
	assert_true(node[1].all_unreclaimable);
	assert_false(node[2].have & OW_NODE_UNRECLAIMABLE);
	oom_log_release(&log);
}

/* As many nodes as the largest kernel has, and no more. */
static void a_log_of_zones_without_end_is_bounded(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct oom_log log;

	(void)state;
	fputs(HEAD, out);
	for (unsigned i = 0; i < 30000; i++)
		fprintf(out, "Node %u active_anon:1kB\nNode %u Normal free:1kB min:1kB\n", i, i);
	assert_int_equal(fclose(out), 0);
	oom_log_read(&log, (struct ow_str){ text, n }, 0,
		     &(struct ow_oom_options){ .source = "log" });
	assert_int_equal(log.oom[0]->nodes.n, 1024);
	assert_int_equal(log.oom[0]->zones.n, 5120);
	oom_log_release(&log);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(free_blocks_are_read_as_far_as_they_go),
		UNIT(a_list_without_its_zone_makes_one),
		UNIT(broken_lists_are_whole_again),
		UNIT(zones_have_what_their_line_has),
		UNIT(a_reserve_belongs_to_the_line_before_it),
		UNIT(nodes_have_their_counters),
		UNIT(a_log_of_zones_without_end_is_bounded),
	};

	return cmocka_run_group_tests_name("read/oom-zones", tests, NULL, NULL);
}
