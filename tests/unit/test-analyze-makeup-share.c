/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"
#include "oom-log.h"

enum { ANON, FILE_, KERNEL, STACK, TABLES, SOCK, SHMEM, DIRTY, WRITEBACK, SWAPCACHED, LOCKED };

static struct kill_case *made_of(struct ow_arena *arena, uint64_t anon, uint64_t file,
				 uint64_t shmem, uint64_t dirty)
{
	struct kill k = kill_leak();

	k.stat[ANON].value = anon;
	k.stat[FILE_].value = file;
	k.stat[SHMEM].value = shmem;
	k.stat[DIRTY].value = dirty;
	k.stat[KERNEL].value = 65536 - anon - file;
	k.task[0].anon = anon;
	return kill_case(arena, &k);
}

static void sixty_percent_dominate_and_forty_are_a_major_part(void **state)
{
	static const struct {
		uint64_t anon, file, shmem;
		const char *anon_is, *shmem_is;
	} cases[] = {
		{ 65000, 400, 0, "confirmed", "refuted" },
		{ 40000, 24000, 20000, "confirmed", "refuted" },   /* 61 % */
		{ 35000, 30000, 29000, "supported", "supported" }, /* 53 and 44 % */
		{ 20000, 45000, 44000, "refuted", "confirmed" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill_case *kase =
			made_of(*state, cases[i].anon, cases[i].file, cases[i].shmem, 0);

		assert_verdict(*state, kase, "anon", cases[i].anon_is);
		assert_verdict(*state, kase, "shmem", cases[i].shmem_is);
	}
}

static void only_cache_that_waits_for_the_disk_kills(void **state)
{
	assert_verdict(*state, made_of(*state, 1000, 64000, 0, 64000), "page-cache", "confirmed");
	assert_verdict(*state, made_of(*state, 1000, 64000, 0, 1000), "page-cache", "not-tested");
	assert_verdict(*state, made_of(*state, 60000, 5000, 0, 5000), "page-cache", "refuted");
	/* tmpfs is in "file", too. */
	assert_verdict(*state, made_of(*state, 1000, 64000, 64000, 0), "page-cache", "refuted");
}

static void the_old_names_are_read_as_well(void **state)
{
	struct kill k = kill_leak();

	k.version = 1;
	k.kmem = 124;
	k.swap = k.swap_limit = 65536;
	memset(k.stat, 0, sizeof(k.stat));
	k.stat[0].name = "rss"; /* of the group alone */
	k.stat[1].name = "total_rss";
	k.stat[1].value = 65000;
	k.stat[2].name = "total_cache";
	k.stat[3].name = "total_shmem";
	assert_verdict(*state, kill_case(*state, &k), "anon", "confirmed");
	assert_verdict(*state, kill_case(*state, &k), "kernel", "refuted");
	/* 4.17 and before do not tell shmem from cache. */
	k.stat[1].value = 1000;
	k.stat[2].value = 64000;
	k.stat[3].name = NULL;
	assert_verdict(*state, kill_case(*state, &k), "shmem", "not-tested");
	assert_verdict(*state, kill_case(*state, &k), "page-cache", "not-tested");
}

static void swap_of_nobody_is_shared_memory(void **state)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	/* 70 MB of tmpfs, most of it in swap: the record says anon 98 %. */
	k.limit = k.usage = 30720;
	k.swap = 102176;
	k.swap_limit = 102400;
	k.stat[ANON].value = 30100;
	k.stat[KERNEL].value = 300;
	k.task[0] = (struct kill_task){ "grower", 30100, 500, 0, 60, 30336, 0 };
	kase = kill_case(*state, &k);
	assert_verdict(*state, kase, "swapped-shmem", "confirmed");
	assert_verdict(*state, kase, "anon", "refuted");
	assert_verdict(*state, kase, "swap-limit", "confirmed");
	assert_verdict(*state, kase, "victim-is-holder", "not-tested");
}

static void locked_memory_stands_beside_its_kind(void **state)
{
	struct kill k = kill_leak();

	k.stat[LOCKED].value = 40000;
	assert_verdict(*state, kill_case(*state, &k), "unevictable", "confirmed");
	assert_verdict(*state, kill_case(*state, &k), "anon", "confirmed");
}

static void without_statistics_the_victim_alone_may_do(void **state)
{
	struct kill k = kill_leak();

	k.no_stats = true;
	assert_verdict(*state, kill_case(*state, &k), "anon", "supported");
	k.task[0].anon = 30000;
	assert_verdict(*state, kill_case(*state, &k), "anon", "not-tested");
}

/* The counters are of the machine: 1,000,000 kB in use, of which a node has 300,000 kB. */
#define CONFINED(anon, file)                                                                 \
	"eat invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, "         \
	"oom_score_adj=0\nMem-Info:\nactive_anon:" #anon " inactive_anon:0\n active_file:0 " \
	"inactive_file:" #file "\n dirty:0 writeback:0\n shmem:0\n free:100 free_cma:0\n"    \
	"Node 1 Normal free:400kB min:400kB low:500kB high:600kB present:300400kB "          \
	"managed:300400kB\nlowmem_reserve[]: 0 0 0 0\nNode 1 Normal: 100*4kB (U) = 400kB\n"  \
	"Free swap  = 0kB\nTotal swap = 0kB\n250100 pages RAM\n0 pages reserved\n"           \
	"oom-kill:constraint=CONSTRAINT_CPUSET,"                                             \
	"nodemask=(null),cpuset=a,mems_allowed=1,global_oom,task_memcg=/,task=eat,pid=1,uid=0\n"

static void of_some_nodes_the_machines_counters_leave_a_range(void **state)
{
	static const struct {
		const char *text, *anon, *cache;
	} cases[] = {
		/* Other nodes have 700,000 kB in use, which may be the file cache. */
		{ CONFINED(75000, 175000), "not-tested", "not-tested" },
		{ CONFINED(240000, 10000), "confirmed", "refuted" },
		{ CONFINED(215000, 35000), "supported", "not-tested" },
		{ CONFINED(20000, 230000), "refuted", "not-tested" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_oom_options options = { .source = "log", .keep_texts = true };
		struct oom_log log;
		struct ow_case c;

		oom_log_read(&log, ow_str(cases[i].text), 0, &options);
		c = (struct ow_case){ .kills = (const struct ow_oom *const *)log.oom,
				      .n_kills = 1 };
		assert_string_equal(kill_verdict(*state, &c, "anon"), cases[i].anon);
		assert_string_equal(kill_verdict(*state, &c, "page-cache"), cases[i].cache);
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(sixty_percent_dominate_and_forty_are_a_major_part),
		UNIT(only_cache_that_waits_for_the_disk_kills),
		UNIT(the_old_names_are_read_as_well),
		UNIT(swap_of_nobody_is_shared_memory),
		UNIT(locked_memory_stands_beside_its_kind),
		UNIT(without_statistics_the_victim_alone_may_do),
		UNIT(of_some_nodes_the_machines_counters_leave_a_range),
	};

	return cmocka_run_group_tests_name("analyze/makeup-share", tests, NULL, NULL);
}
