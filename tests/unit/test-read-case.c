/* SPDX-License-Identifier: Apache-2.0 */
#include "read/case.h"

#include <errno.h>

#include "base/time.h"
#include "unit.h"

#define ID "3418b1d0c3a2f00dd00dfeedbeefcafe0123456789abcdef0123456789abcdef"

/* A report of the kernel, as short as it may be. */
#define REPORT(second, group, pid)                                                                 \
	"[  " second ".000000] eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "      \
	"oom_score_adj=0\n"                                                                        \
	"[  " second ".000100] memory: usage 32768kB, limit 32768kB, failcnt 19\n"                 \
	"[  " second ".000200] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"     \
	"mems_allowed=0,oom_memcg=" group ",task_memcg=" group ",task=eat,pid=" pid ",uid=0\n"     \
	"[  " second ".000300] Memory cgroup out of memory: Killed process " pid " (eat) "         \
	"total-vm:35372kB, anon-rss:32512kB, file-rss:936kB, shmem-rss:0kB, UID:0 pgtables:108kB " \
	"oom_score_adj:0\n"

#define LOG                                \
	REPORT("100", "/docker/" ID, "41") \
	REPORT("101", "/batch", "42")      \
	REPORT("105", "/docker/" ID, "43") \
	"[  200.000000] usb 1-1: new device\n"

static const struct ow_case_select any = { .since_usec = INT64_MIN, .until_usec = INT64_MAX };

static void read_log(struct ow_case_reader *reader, const char *name, const char *text,
		     size_t piece)
{
	static const struct ow_line_clock clock = { 0 };
	size_t n = strlen(text);

	assert_int_equal(ow_case_log_begin(reader, name, NULL, &clock), 0);
	for (size_t at = 0; at < n; at += piece)
		assert_int_equal(
			ow_case_log_feed(reader, text + at, piece < n - at ? piece : n - at, NULL),
			0);
	assert_int_equal(ow_case_log_end(reader), 0);
}

static void add_file(struct ow_case_reader *reader, const char *path, const char *bytes)
{
	const struct ow_evidence file = { .path = path, .source = "src", .bytes = ow_str(bytes) };

	assert_int_equal(ow_case_reader_add(reader, &file), 0);
}

static struct ow_case finish(struct ow_case_reader *reader)
{
	struct ow_case c;

	assert_int_equal(ow_case_reader_finish(reader, &c), 0);
	return c;
}

static int64_t victim_of(const struct ow_case *c, size_t kill)
{
	assert_true(kill < c->n_kills);
	assert_int_equal(c->kills[kill]->victims.n, 1);
	return ow_oom_victims(c->kills[kill])->pid;
}

static void a_case_is_put_together_from_its_files(void **state)
{
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	const struct ow_oom *const *kills;
	struct ow_case c;

	(void)state;
	read_log(reader, "a.log", LOG, 1000);
	assert_int_equal(ow_case_reader_incident(reader, &kills), 2);
	assert_string_equal(kills[0]->task_memcg, "/docker/" ID);
	add_file(reader, "host", "name=web-1\ntime_usec=5000000\nboot_usec=5\n");
	add_file(reader, "docker/" ID ".json",
		 "{\"Id\":\"" ID "\",\"Name\":\"/leaky\",\"State\":{\"Status\":\"exited\"}}");
	add_file(reader, "cgroup/v2/batch/memory.max", "max\n");
	add_file(reader, "cgroup/v1/docker/" ID "/memory.limit_in_bytes", "4096\n");
	add_file(reader, "cgroup/v1/docker/" ID "/memory.usage_in_bytes", "4000\n");

	c = finish(reader);
	assert_int_equal(c.n_kills, 2);
	assert_int_equal(victim_of(&c, 0), 41);
	assert_int_equal(victim_of(&c, 1), 43);
	assert_int_equal(c.n_more_kills, 0);
	assert_int_equal(c.n_other_kills, 1);
	assert_non_null(ow_oom_text_at(c.kills[0], 1));
	assert_string_equal(c.kills[0]->source, "a.log");
	assert_string_equal(c.host.name, "web-1");
	assert_true(c.now_usec == 5000000);
	assert_null(c.asked);
	assert_string_equal(ow_case_container(&c, &c.kills[0]->task_owner)->name, "leaky");
	assert_int_equal(ow_case_cgroup(&c, "/docker/" ID)->limit_bytes, 4096);
	assert_int_equal(ow_case_cgroup(&c, "/docker/" ID)->usage_bytes, 4000);
	assert_true(ow_case_cgroup(&c, "/batch")->limit_bytes == UINT64_MAX);
	assert_int_equal(c.n_sources, 5); /* the log, the host, a container, two groups */
	for (size_t i = 0; i < c.n_sources; i++)
		assert_int_equal(c.sources[i].state, OW_SOURCE_READ);
	assert_string_equal(c.sources[3].name, "cgroup /batch");
	assert_string_equal(c.sources[3].detail, "version 2");
	assert_string_equal(c.sources[0].detail, "13 lines, 3 OOM kills");
	assert_int_equal(c.sources[0].lines, 13);
	assert_int_equal(c.sources[0].have, OW_SOURCE_BOOT_PERIOD);
	assert_true(c.sources[0].boot_first_usec == 100000000);
	assert_true(c.sources[0].boot_last_usec == 200000000);
}

static void the_size_of_the_pieces_does_not_matter(void **state)
{
	static const size_t pieces[] = { 1, 7, 4096, 100000 };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(pieces); i++) {
		ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader =
			ow_case_reader_new(&any);
		struct ow_case c;

		read_log(reader, "a.log", LOG, pieces[i]);
		c = finish(reader);
		assert_int_equal(c.n_kills, 2);
		assert_int_equal(victim_of(&c, 1), 43);
		assert_int_equal(c.sources[0].lines, 13);
	}
}

static void what_was_asked_for_is_chosen(void **state)
{
	static const struct {
		uint64_t kill;
		const char *owner;
		size_t n_kills;
		int64_t victim;
		const char *asked;
	} cases[] = {
		{ 2, NULL, 1, 42, "kill 2" },
		{ 3, NULL, 2, 41, "kill 3" },
		{ 42, NULL, 1, 42, "kill 42" },
		{ 0, "batch", 1, 42, "batch" },
		{ 0, "3418b1d0c3a2", 2, 41, "3418b1d0c3a2" },
		{ 0, "none-such", 0, 0, "none-such" },
		{ 4, NULL, 0, 0, "kill 4" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_case_select select = any;
		ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader =
			ow_case_reader_new(&select);
		struct ow_case c;

		select.kill = cases[i].kill;
		select.owner = cases[i].owner;
		read_log(reader, "a.log", LOG, 4096);
		c = finish(reader);
		assert_int_equal(c.n_kills, cases[i].n_kills);
		assert_int_equal(c.n_kills + c.n_other_kills, 3);
		if (c.n_kills)
			assert_int_equal(victim_of(&c, 0), cases[i].victim);
		assert_string_equal(c.asked, cases[i].asked);
	}
}

static void a_source_says_what_was_in_it(void **state)
{
	static const struct {
		const char *log, *detail;
	} cases[] = {
		{ "", "empty" },
		{ "[    1.000000] usb 1-1: new device\n", "1 line, no OOM kill" },
		{ REPORT("100", "/a", "1"), "4 lines, 1 OOM kill" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader =
			ow_case_reader_new(&any);
		struct ow_case c;

		read_log(reader, "a.log", cases[i].log, 4096);
		c = finish(reader);
		assert_int_equal(c.n_sources, 1);
		assert_string_equal(c.sources[0].name, "a.log");
		assert_string_equal(c.sources[0].detail, cases[i].detail);
	}
}

static void what_a_second_log_repeats_counts_once_and_is_said(void **state)
{
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	struct ow_case c;

	(void)state;
	read_log(reader, "a.log", LOG, 4096);
	read_log(reader, "b.log", LOG REPORT("900", "/docker/" ID, "99"), 4096);
	c = finish(reader);
	assert_int_equal(c.n_kills, 1);
	assert_int_equal(victim_of(&c, 0), 99);
	assert_string_equal(c.kills[0]->source, "b.log");
	assert_int_equal(c.n_other_kills, 3);
	assert_string_equal(c.sources[1].detail,
			    "17 lines, 4 OOM kills, 3 also in a source before it");
}

/* It may be of what was asked for. */
static void a_kill_that_names_no_cgroup_is_counted(void **state)
{
	const struct ow_case_select one = { .owner = "a.service",
					    .since_usec = INT64_MIN,
					    .until_usec = INT64_MAX };
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&one);
	struct ow_case c;

	(void)state;
	read_log(reader, "a.log",
		 LOG "[ 2000.000000] Out of memory: Killed process 7 (x) total-vm:8kB\n", 4096);
	c = finish(reader);
	assert_int_equal(c.n_kills, 0);
	assert_int_equal(c.n_other_kills, 4);
	assert_int_equal(c.n_homeless, 1);
}

static void the_host_gives_the_kernels_clock_its_time(void **state)
{
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	struct ow_case c;

	(void)state;
	add_file(reader, "host", "time_usec=1795162362000000\nboot_usec=200000000\n");
	add_file(reader, "kernel/kmsg", REPORT("100", "/a", "1"));
	c = finish(reader);
	assert_int_equal(c.n_kills, 1);
	assert_true(c.kills[0]->have & OW_OOM_TIME);
	assert_true(c.kills[0]->time_usec == INT64_C(1795162262000000));
	assert_string_equal(c.sources[1].path, "kernel/kmsg");
	assert_int_equal(c.sources[1].have, OW_SOURCE_BOOT_PERIOD | OW_SOURCE_PERIOD);
}

static void notes_are_kept_in_their_order_and_copied(void **state)
{
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	char name[] = "journal", detail[] = "there is none";
	struct ow_case c;

	(void)state;
	assert_int_equal(
		ow_case_reader_note(reader, &(struct ow_source){ .name = name,
								 .detail = detail,
								 .state = OW_SOURCE_ABSENT }),
		0);
	assert_int_equal(ow_case_reader_note(reader, &(struct ow_source){ .name = "docker" }), 0);
	memset(name, 'x', sizeof(name));
	memset(detail, 'x', sizeof(detail));
	c = finish(reader);
	assert_int_equal(c.n_sources, 2);
	assert_string_equal(c.sources[0].name, "journal");
	assert_string_equal(c.sources[0].detail, "there is none");
	assert_int_equal(c.sources[0].state, OW_SOURCE_ABSENT);
	assert_string_equal(c.sources[1].name, "docker");
	assert_null(c.sources[1].detail);
	assert_int_equal(c.n_kills, 0);
}

static void files_that_make_no_sense_are_unreadable_sources(void **state)
{
	static const struct {
		const char *path, *bytes;
	} cases[] = {
		{ "host", "\n" },
		{ "hosts", "cpus=2\n" },
		{ "host/x", "cpus=2\n" },
		{ "docker/x.json", "{}" },
		{ "docker/x.json", "" },
		{ "docker/", "" },
		{ "cgroup/v3/a/memory.max", "5\n" },
		{ "cgroup/x", "" },
		{ "kernel/", "" },
		{ "pprof/heap", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader =
			ow_case_reader_new(&any);
		struct ow_case c;

		add_file(reader, cases[i].path, cases[i].bytes);
		c = finish(reader);
		assert_int_equal(c.n_sources, 1);
		assert_int_equal(c.sources[0].state, OW_SOURCE_UNREADABLE);
		assert_string_equal(c.sources[0].path, cases[i].path);
		assert_non_null(c.sources[0].detail);
		assert_int_equal(c.n_containers + c.n_cgroups + c.host.have, 0);
	}
}

static void a_bad_file_of_a_group_leaves_the_others_be(void **state)
{
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	struct ow_case c;

	(void)state;
	add_file(reader, "cgroup/v2/a/memory.max", "4096\n");
	add_file(reader, "cgroup/v2/a/memory.current", "much\n");
	add_file(reader, "cgroup/v2/a/memory.stat", "anon 5\n");
	c = finish(reader);
	assert_int_equal(c.n_cgroups, 1);
	assert_int_equal(c.cgroups[0].have, OW_CGROUP_LIMIT | OW_CGROUP_STAT);
	assert_int_equal(c.n_sources, 2);
	assert_int_equal(c.sources[1].state, OW_SOURCE_UNREADABLE);
	assert_string_equal(c.sources[1].path, "cgroup/v2/a/memory.current");
}

static void a_flood_of_files_ends_in_no_memory(void **state)
{
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	char *detail = ow_alloc(*state, OW_MIB(4) + 1, 1);
	int r = 0;

	assert_non_null(detail);
	memset(detail, 'x', OW_MIB(4));
	for (int i = 0; i < 100 && r == 0; i++)
		r = ow_case_reader_note(reader, &(struct ow_source){ .detail = detail });
	assert_int_equal(r, -ENOMEM);
}

#define HEAP                                               \
	"heap profile: 1: 4096 [2: 8192] @ heap/1048576\n" \
	"1: 4096 [2: 8192] @ 0x401000\n"                   \
	"#\t0x401000\tmain.keep+0x10\t/src/main.go:7\n"    \
	"\n# runtime.MemStats\n# HeapAlloc = 9000\n# LastGC = 2000000000\n"

static void what_go_programs_said_is_kept_with_whose_it_is(void **state)
{
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	const struct ow_evidence file = { .path = "go/process/41/heap/1",
					  .source = "page",
					  .time_usec = 7,
					  .loose = true,
					  .bytes = OW_STR(HEAP) };
	struct ow_case c;

	(void)state;
	assert_int_equal(ow_case_reader_add(reader, &file), 0);
	add_file(reader, "go/container/" ID "/metrics/x", "go_goroutines 12\n");
	add_file(reader, "go/goroutine/1",
		 "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1\n");
	c = finish(reader);
	assert_int_equal(c.go.n_heaps, 1);
	assert_int_equal(c.go.heap->of.pid, 41);
	assert_string_equal(c.go.heap->of.source.name, "page");
	assert_int_equal(c.go.heap->of.source.time_usec, 7);
	assert_true(c.go.heap->of.loose);
	assert_int_equal(c.go.heap->profile->n_functions, 1);
	assert_int_equal(c.go.n_pages, 2);
	assert_int_equal(c.go.page[0].stats.memstats.heap_alloc_bytes, 9000);
	assert_int_equal(c.go.page[0].of.pid, 41);
	assert_int_equal(c.go.page[1].stats.goroutines, 12);
	assert_string_equal(c.go.page[1].of.container, ID);
	assert_int_equal(c.go.n_stacks, 1);
	assert_int_equal(c.go.stacks->goroutines->total, 1);
}

static void what_is_no_evidence_of_go_is_an_unreadable_source(void **state)
{
	static const struct {
		const char *path, *bytes, *detail;
	} bad[] = {
		{ "go/heap/1", "<html>", "'src' is an HTML or XML page, not a profile" },
		{ "go/heap/2", "\x1f\x8b\x08", "cannot unpack 'src': the gzip data is cut off" },
		{ "go/heap/3", "", "'src' is empty" },
		{ "go/heap/", HEAP, "this version does not know what kind of file it is" },
		{ "go/core/1", HEAP, "this version does not know what kind of file it is" },
		{ "go/goroutine/1", HEAP, NULL },
		{ "go/goroutine/2", "nothing", NULL },
		{ "go/metrics/1", "nothing", NULL },
		{ "go/process/999999999999/heap/1", HEAP,
		  "this version does not know what kind of file it is" },
	};
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	struct ow_case c;

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(bad); i++)
		add_file(reader, bad[i].path, bad[i].bytes);
	c = finish(reader);
	assert_int_equal(c.n_sources, OW_ARRAY_SIZE(bad));
	for (size_t i = 0; i < OW_ARRAY_SIZE(bad); i++) {
		assert_int_equal(c.sources[i].state, OW_SOURCE_UNREADABLE);
		assert_non_null(c.sources[i].detail);
		if (bad[i].detail)
			assert_string_equal(c.sources[i].detail, bad[i].detail);
	}
	assert_int_equal(c.go.n_heaps + c.go.n_pages + c.go.n_stacks, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_kill_that_names_no_cgroup_is_counted),
		UNIT(a_case_is_put_together_from_its_files),
		UNIT(the_size_of_the_pieces_does_not_matter),
		UNIT(what_was_asked_for_is_chosen),
		UNIT(a_source_says_what_was_in_it),
		UNIT(what_a_second_log_repeats_counts_once_and_is_said),
		UNIT(the_host_gives_the_kernels_clock_its_time),
		UNIT(notes_are_kept_in_their_order_and_copied),
		UNIT(files_that_make_no_sense_are_unreadable_sources),
		UNIT(a_bad_file_of_a_group_leaves_the_others_be),
		UNIT(what_go_programs_said_is_kept_with_whose_it_is),
		UNIT(what_is_no_evidence_of_go_is_an_unreadable_source),
		UNIT(a_flood_of_files_ends_in_no_memory),
	};

	return cmocka_run_group_tests_name("read/case", tests, NULL, NULL);
}
