/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gopage.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static int read_as(struct ow_arena *arena, const char *text, const char *instance,
		   struct ow_go_stats *ret, struct ow_err *err)
{
	const struct ow_go_page_options options = {
		.source = "page",
		.time_usec = 7,
		.instance = instance,
	};
	ow_scoped(ow_go_page_reader_freep) struct ow_go_page_reader *reader =
		ow_go_page_reader_new(&options, arena);

	assert_non_null(reader);
	assert_int_equal(ow_go_page_reader_feed(reader, text, strlen(text)), 0);
	return ow_go_page_reader_end(reader, ret, err);
}

static void a_page_of_metrics_is_read(void **state)
{
	struct ow_go_stats stats;

	assert_int_equal(read_as(*state,
				 "# HELP go_goroutines Number of goroutines.\n"
				 "# TYPE go_goroutines gauge\n"
				 "go_goroutines 4\n"
				 "go_info{version=\"go1.19.8\"} 1\n"
				 "go_gc_duration_seconds{quantile=\"0.5\"} 6.6e-05\n"
				 "go_gc_duration_seconds_count 11\n"
				 "go_memstats_heap_alloc_bytes 1.436584e+06\n"
				 "go_memstats_heap_released_bytes 2.72728064e+08\n"
				 "go_memstats_stack_inuse_bytes 360448\n"
				 "go_memstats_mspan_inuse_bytes 48384\n"
				 "go_memstats_mspan_sys_bytes 634608\n"
				 "go_memstats_last_gc_time_seconds 1.7951552759791381e+09\n"
				 "go_memstats_gc_cpu_fraction 0.25\n"
				 "process_resident_memory_bytes 2.8e+08\n"
				 "http_requests_total{path=\"/a b\"} 3\n",
				 NULL, &stats, NULL),
			 0);
	assert_int_equal(stats.page, OW_GO_PAGE_METRICS);
	assert_string_equal(stats.source.name, "page");
	assert_int_equal(stats.source.time_usec, 7);
	assert_string_equal(stats.version, "go1.19.8");
	assert_int_equal(stats.have, OW_GO_GOROUTINES | OW_GO_GC_CPU | OW_GO_RESIDENT);
	assert_int_equal(stats.memstats.have, OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_HEAP_RELEASED |
						      OW_MEMSTATS_MSPAN | OW_MEMSTATS_LAST_GC |
						      OW_MEMSTATS_GC_COUNT);
	assert_int_equal(stats.goroutines, 4);
	assert_int_equal(stats.memstats.gc_count, 11);
	assert_int_equal(stats.memstats.heap_alloc_bytes, 1436584);
	assert_int_equal(stats.memstats.heap_released_bytes, 272728064);
	assert_int_equal(stats.memstats.mspan_sys_bytes, 634608);
	assert_true(stats.memstats.last_gc_usec / 1000 == 1795155275979);
	assert_true(stats.gc_cpu_share == 0.25);
}

static void a_dump_of_runtime_metrics_gives_the_same_fields(void **state)
{
	static const char *const forms[] = { "%s %s\n", "%s: %s\n", "  \"%s\": %s,\n" };
	static const char *const lines[][2] = {
		{ "/gc/cycles/total:gc-cycles", "11" },
		{ "/gc/gogc:percent", "18446744073709551615" },
		{ "/gc/gomemlimit:bytes", "9223372036854775807" },
		{ "/gc/heap/goal:bytes", "4194304" },
		{ "/gc/limiter/last-enabled:gc-cycle", "0" },
		{ "/gc/pauses:seconds", "histogram count=22" },
		{ "/memory/classes/heap/free:bytes", "1556480" },
		{ "/memory/classes/heap/objects:bytes", "1436584" },
		{ "/memory/classes/heap/released:bytes", "272687104" },
		{ "/memory/classes/heap/stacks:bytes", "360448" },
		{ "/memory/classes/heap/unused:bytes", "783448" },
		{ "/memory/classes/os-stacks:bytes", "1000" },
		{ "/memory/classes/total:bytes", "297133384" },
	};

	for (size_t form = 0; form < OW_ARRAY_SIZE(forms); form++) {
		struct ow_go_stats stats;
		char text[2048];
		size_t n = 0;

		for (size_t i = 0; i < OW_ARRAY_SIZE(lines); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			n += (size_t)snprintf(text + n, sizeof(text) - n, forms[form], lines[i][0],
					      lines[i][1]);
#pragma GCC diagnostic pop
		}
		assert_int_equal(read_as(*state, text, NULL, &stats, NULL), 0);
		assert_int_equal(stats.page, OW_GO_PAGE_RUNTIME);
		assert_int_equal(stats.have, OW_GO_GOGC | OW_GO_MEMORY_LIMIT | OW_GO_LIMITER);
		assert_true(stats.gogc_percent == UINT64_MAX);
		assert_true(stats.memory_limit_bytes == UINT64_MAX);
		assert_int_equal(stats.memstats.heap_inuse_bytes, 1436584 + 783448);
		assert_int_equal(stats.memstats.heap_idle_bytes, 1556480 + 272687104);
		assert_int_equal(stats.memstats.heap_sys_bytes,
				 1436584 + 783448 + 1556480 + 272687104);
		assert_int_equal(stats.memstats.stack_inuse_bytes, 360448);
		assert_int_equal(stats.memstats.stack_sys_bytes, 361448);
		assert_int_equal(stats.memstats.next_gc_bytes, 4194304);
		assert_false(stats.memstats.have & OW_MEMSTATS_MSPAN);
	}
}

static void the_names_that_the_client_makes_are_known(void **state)
{
	struct ow_go_stats stats;

	assert_int_equal(read_as(*state,
				 "go_gc_gogc_percent 100\n"
				 "go_gc_gomemlimit_bytes 8.388608e+07\n"
				 "go_gc_limiter_last_enabled_gc_cycle 604\n"
				 "go_gc_cycles_total_gc_cycles_total 603\n"
				 "go_gc_heap_live_bytes 5\n"
				 "go_sched_gomaxprocs_threads 2\n"
				 "go_memory_classes_heap_objects_bytes 3\n"
				 "go_memory_classes_total_bytes 9\n",
				 NULL, &stats, NULL),
			 0);
	assert_int_equal(stats.have, OW_GO_GOGC | OW_GO_MEMORY_LIMIT | OW_GO_LIMITER | OW_GO_LIVE |
					     OW_GO_PROCS);
	assert_int_equal(stats.gogc_percent, 100);
	assert_int_equal(stats.memory_limit_bytes, OW_MIB(80));
	assert_int_equal(stats.limiter_cycle, 604);
	assert_int_equal(stats.memstats.gc_count, 603);
	assert_int_equal(stats.memstats.heap_alloc_bytes, 3);
	assert_int_equal(stats.memstats.sys_bytes, 9);
}

static void what_makes_no_sense_is_passed_over(void **state)
{
	struct ow_go_stats stats;

	assert_int_equal(read_as(*state,
				 "go_goroutines NaN\n"
				 "go_threads -1\n"
				 "go_memstats_sys_bytes +Inf\n"
				 "go_memstats_heap_sys_bytes 1e300\n"
				 "go_memstats_heap_inuse_bytes 12x\n"
				 "go_memstats_heap_idle_bytes{a=\"b} 12\n"
				 "go_memstats_heap_idle_bytes{a} 12\n"
				 "go_memstats_gc_cpu_fraction 1.5\n"
				 "go_memstats_next_gc_bytes 5 # {trace=\"a\"} 1 2\n"
				 "# EOF\n",
				 NULL, &stats, NULL),
			 0);
	assert_int_equal(stats.have, 0);
	assert_int_equal(stats.memstats.have, OW_MEMSTATS_NEXT_GC);
}

static void the_time_of_a_sample_counts_more_than_that_of_the_page(void **state)
{
	static const char *const times[] = { "1795154646500", "1795154646.5" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(times); i++) {
		struct ow_go_stats stats;
		char text[128];

		(void)snprintf(text, sizeof(text), "go_goroutines 4 %s # {a=\"b\"} 1\n", times[i]);
		assert_int_equal(read_as(*state, text, NULL, &stats, NULL), 0);
		assert_true(stats.source.time_usec == 1795154646500000);
	}
}

static void several_processes_are_refused_or_told_apart(void **state)
{
	static const char text[] = "go_goroutines{pod=\"a\"} 1\n"
				   "go_goroutines{pod=\"b\"} 2\n"
				   "go_memstats_sys_bytes{pod=\"a\"} 10\n"
				   "go_memstats_sys_bytes{pod=\"b\"} 20\n"
				   "go_info{pod=\"b\",version=\"go1.22\"} 1\n"
				   "process_resident_memory_bytes{pod=\"c\"} 30\n";
	struct ow_go_stats stats;
	struct ow_err err;

	assert_int_equal(read_as(*state, text, NULL, &stats, &err), -ENOTUNIQ);
	assert_string_equal(err.text,
			    "'page' has numbers of several processes, of {pod=\"a\"} and of "
			    "{pod=\"b\"}; say which is meant, by a label that only it has");
	assert_int_equal(read_as(*state, text, "pod=\"b\"", &stats, &err), 0);
	assert_int_equal(stats.memstats.sys_bytes, 20);
	assert_int_equal(stats.goroutines, 2);
	assert_false(stats.have & OW_GO_RESIDENT);
}

static void nothing_of_go_is_an_error(void **state)
{
	static const char *const texts[] = {
		"",
		"node_memory_MemFree_bytes 3\n",
		"process_resident_memory_bytes 30\n",
		"/memory/classes/unknown:bytes 3\n",
	};
	struct ow_go_stats stats;
	struct ow_err err;

	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++)
		assert_int_equal(read_as(*state, texts[i], NULL, &stats, &err), -EBADMSG);
	assert_string_equal(err.text, "'page' has no numbers of a Go process");
}

static void a_kind_is_known_by_its_first_lines(void **state)
{
	static const struct {
		const char *text;
		enum ow_go_kind kind;
	} cases[] = {
		{ "heap profile: 1: 416 [480: 33589200] @ heap/1048576\n", OW_GO_KIND_HEAP_TEXT },
		{ "goroutine profile: total 4\n1 @ 0x43\n", OW_GO_KIND_GOROUTINES },
		{ "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n", OW_GO_KIND_STACKS },
		{ "# HELP a b\n# TYPE a gauge\na 1\n", OW_GO_KIND_METRICS },
		{ "go_goroutines 4\n", OW_GO_KIND_METRICS },
		{ "/cgo/go-to-c-calls:calls 1\n", OW_GO_KIND_RUNTIME },
		{ "{\n\"/memory/classes/total:bytes\": 5\n", OW_GO_KIND_RUNTIME },
		{ "Name:\tleaky\nUmask:\t0022\n", OW_GO_KIND_STATUS },
		{ "00400000-7ffe ---p 00000000 00:00 0   [rollup]\nRss: 1 kB\n",
		  OW_GO_KIND_SMAPS_ROLLUP },
		{ "anon 33554432\nfile 0\n", OW_GO_KIND_MEMORY_STAT },
		{ "cache 4096\nrss 0\n", OW_GO_KIND_MEMORY_STAT },
		{ "\n\x04\b\x01\x10\x02\x12", OW_GO_KIND_PROFILE },
		{ "<html>", OW_GO_KIND_UNKNOWN },
		{ "", OW_GO_KIND_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_int_equal(ow_go_kind_of(ow_str(cases[i].text)), cases[i].kind);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_page_of_metrics_is_read),
		UNIT(a_dump_of_runtime_metrics_gives_the_same_fields),
		UNIT(the_names_that_the_client_makes_are_known),
		UNIT(what_makes_no_sense_is_passed_over),
		UNIT(the_time_of_a_sample_counts_more_than_that_of_the_page),
		UNIT(several_processes_are_refused_or_told_apart),
		UNIT(nothing_of_go_is_an_error),
		UNIT(a_kind_is_known_by_its_first_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
