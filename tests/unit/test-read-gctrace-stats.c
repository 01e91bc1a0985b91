/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace-stats.h"

#include <errno.h>

#include "gctrace.h"

static void common_spellings_are_read(void **state)
{
	static const struct {
		const char *line, *event;
	} cases[] = {
		{ "Heap allocs: 100 Heap frees: 40 Heap objects: 60",
		  "1: stats objects 60 mallocs 100 frees 40\n" },
		{ "Alloc = 5 MiB\tTotalAlloc = 12 MiB\tSys = 24 MiB\tNumGC = 3",
		  "1: stats alloc 5242880 sys 25165824 gcs 3\n" },
		{ "2020/03/02 11:22:38 HeapAlloc=123 HeapInuse=456",
		  "1: 1583148158000000 stats heap alloc 123 heap inuse 456\n" },
		{ "orders-1  | heap_alloc: 1.5KB, heap_inuse: 456",
		  "1: <orders-1> stats heap alloc 1536 heap inuse 456\n" },
		{ "{\"cmdline\":[\"x\"],\"memstats\": "
		  "{\"Alloc\":5,\"Sys\":9,\"StackInuse\":1,\"StackSys\":2}}",
		  "1: stats alloc 5 sys 9 stacks 1 2\n" },
		{ "{\"log\":\"Alloc = 5 MiB\\tSys = 9 "
		  "MiB\\n\",\"time\":\"2026-11-20T06:04:00.5Z\"}",
		  "1: 1795154640500000 stats alloc 5242880 sys 9437184\n" },
		{ "{Alloc:5242880 TotalAlloc:6000000 Sys:7000000 Mallocs:5 Frees:4}",
		  "1: stats alloc 5242880 sys 7000000 mallocs 5 frees 4\n" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		gctrace_is(cases[i].line, cases[i].event);
}

static void lines_of_one_number_each_are_one_event(void **state)
{
	(void)state;
	gctrace_is("Alloc = 5 KiB\nSys = 7 KiB\nNumGC = 1\n"
		   "Alloc = 6 KiB\nSys = 8 KiB\nNumGC = 2\ndone\n",
		   "1: stats alloc 5120 sys 7168 gcs 1\n4: stats alloc 6144 sys 8192 gcs 2\n");
}

static void whole_lines_are_events_of_their_own(void **state)
{
	(void)state;
	gctrace_is("Alloc = 5 MiB Sys = 9 MiB\nHeap allocs: 3 Heap frees: 2\n",
		   "1: stats alloc 5242880 sys 9437184\n2: stats mallocs 3 frees 2\n");
}

static void what_may_be_anything_is_none(void **state)
{
	static const char *const lines[] = {
		"page alloc: 17",       "memory alloc=5 failed", "kernel: alloc: 5, retry: 2",
		"TotalAlloc = unknown", "realloc: 12 frees",     "Alloc = -5 Sys = x",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(lines); i++)
		gctrace_is(lines[i], "");
}

static void a_pattern_names_what_it_finds(void **state)
{
	struct gctrace trace;

	(void)state;
	gctrace_read_with(&trace,
			  ow_str("mem: live 12MB of 40MB\nmem: live 13MB of 40MB\nother 1 of 2\n"),
			  7, "live (?<heap_alloc>[0-9]+MB) of (?<Sys>[0-9]+MB)");
	assert_string_equal(trace.text, "1: stats sys 41943040 heap alloc 12582912\n"
					"2: stats sys 41943040 heap alloc 13631488\n");
	assert_int_equal(trace.seen.skipped, 1);
	free(trace.text);
}

static void a_pattern_of_no_use_is_refused(void **state)
{
	static const struct {
		const char *pattern, *why;
	} cases[] = {
		{ "live [0-9]+", "named group" },
		{ "live (?<heap_aloc>[0-9]+)", "'heap_aloc'" },
		{ "live (?<heap_alloc>[0-9+)", "wrong" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_gctrace_options options = { .pattern = cases[i].pattern };
		struct ow_gctrace_reader *reader = NULL;
		struct ow_err err = { 0 };

		assert_int_equal(ow_gctrace_reader_new(&options, gctrace_take, NULL, &reader, &err),
				 -EINVAL);
		assert_null(reader);
		if (!strstr(err.text, cases[i].why))
			fail_msg("%s: %s", cases[i].pattern, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_spellings_are_read),
		cmocka_unit_test(lines_of_one_number_each_are_one_event),
		cmocka_unit_test(whole_lines_are_events_of_their_own),
		cmocka_unit_test(what_may_be_anything_is_none),
		cmocka_unit_test(a_pattern_names_what_it_finds),
		cmocka_unit_test(a_pattern_of_no_use_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
