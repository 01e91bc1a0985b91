/* SPDX-License-Identifier: Apache-2.0 */
#include "gctrace.h"

#include <errno.h>

#define CYCLE                                                                                    \
	"gc 2 @1.378s 3%: 0.14+0.45+0.064 ms clock, 0.28+0.088/0.35/0+0.12 ms cpu, 3->4->2 MB, " \
	"4 MB goal, 0 MB stacks, 0 MB globals, 2 P"
#define READ                                                                                     \
	"gc 2 at 1378000 3% stop 204 mark 450 cpu 400 assist 88 background 350 idle 0 heap 3 4 " \
	"live 2 goal 4 stacks 0 globals 0 2 P"
#define TIME "1795154640943456 "

static void each_version_is_read(void **state)
{
	static const struct {
		const char *line, *event;
	} cases[] = {
		{ "gc14(2): 1+1+0 ms 10 -> 5 MB 58439 -> 8912 (573381-564469) objects 184 handoff",
		  "1: gc 14 stop 2000 mark 0 heap 10 10 live 5 2 P objects 8912 573381 564469\n" },
		{ "gc63(2): 3+1+0 ms, 15 -> 7 MB 167805 -> 12894 (9983900-9971006) objects, 0(0) "
		  "handoff, 4(350) steal, 16/2/0 yields",
		  "1: gc 63 stop 4000 mark 0 heap 15 15 live 7 2 P objects 12894 9983900 "
		  "9971006\n" },
		{ "gc9(2): 12+1+744+8 us, 2 -> 10 MB, 108615 (593983-485368) objects, "
		  "4825/3620/0 sweeps, 0(0) handoff, 6(91) steal, 16/1/0 yields",
		  "1: gc 9 stop 765 mark 0 heap 10 10 live 2 2 P objects 108615 593983 485368\n" },
		{ "gc1(1): 3+0+125+1 us, 0 -> 0 MB, 21 (21-0) objects, 2 goroutines, 15/0/0 "
		  "sweeps, 0(0) handoff, 0(0) steal, 0/0/0 yields",
		  "1: gc 1 stop 129 mark 0 heap 0 0 live 0 1 P objects 21 21 0 goroutines 2\n" },
		{ "gc 1 @0.166s 0%: 0.22+2.3+0.074+0.76+0.56 ms clock, "
		  "0.45+2.3+0+0.55/0.59/0+1.1 ms cpu, 5->5->1 MB, 4 MB goal, 4 P",
		  "1: gc 1 at 166000 0% stop 780 mark 3134 cpu 1550 assist 550 background 590 "
		  "idle 0 heap 5 5 live 1 goal 4 4 P\n" },
		{ "gc 763 @77536.239s 1%: 0.11+2192+0.75 ms clock, 0.92+9269/4379/3243+6.0 ms "
		  "cpu, 6370->6390->3298 MB, 6533 MB goal, 8 P",
		  "1: gc 763 at 77536239000 1% stop 860 mark 2.192e+06 cpu 6920 assist 9.269e+06 "
		  "background 4.379e+06 idle 3.243e+06 heap 6370 6390 live 3298 goal 6533 8 P\n" },
		/* GOGC=off: there is no goal. */
		{ "gc 1 @0.166s 12%: 0.042+0.042+0.008 ms clock, 0.17+0/0.034/0.072+0.034 ms cpu, "
		  "5->5->1 MB, 17592186044415 MB goal, 4 P (forced)",
		  "1: gc 1 at 166000 12% stop 50 mark 42 cpu 204 assist 0 background 34 idle 72 "
		  "heap 5 5 live 1 4 P forced\n" },
		{ "gc 1 @0.166s 12%: 0.042+0.042+0.008 ms clock, 0.17+0/0.034/0.072+0.034 ms cpu, "
		  "5->5->1 MB, 8796093022198 MB goal, 0 MB stacks, 0 MB globals, 4 P (forced)",
		  "1: gc 1 at 166000 12% stop 50 mark 42 cpu 204 assist 0 background 34 idle 72 "
		  "heap 5 5 live 1 stacks 0 globals 0 4 P forced\n" },
		{ CYCLE, "1: " READ "\n" },
		{ CYCLE " (forced)", "1: " READ " forced\n" },
		{ CYCLE " (forced) (checking for goroutine leaks)", "1: " READ " forced leaks\n" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		gctrace_is(cases[i].line, cases[i].event);
}

static void its_neighbours_are_read(void **state)
{
	static const struct {
		const char *line, *event;
	} cases[] = {
		{ "GC forced", "1: forced\n" },
		{ "scvg3: GC forced", "1: forced\n" },
		{ "scvg2: 1 MB released", "1: scavenge now 1024\n" },
		{ "scvg: 0 MB released", "1: scavenge now 0\n" },
		{ "forced scvg: 2 MB released", "1: scavenge now 2048 forced\n" },
		{ "scvg0: inuse: 3, idle: 2, sys: 5, released: 1, consumed: 4 (MB)",
		  "1: scavenge heap 3072 2048 5120 4096 released 1024\n" },
		{ "scav 0 KiB work, 3832 KiB total, 62% util",
		  "1: scavenge now 0 released 3832 62%\n" },
		{ "scav 3 1 KiB work, 3832 KiB total, 62% util",
		  "1: scavenge generation 3 now 1 released 3832 62%\n" },
		{ "scav 1 KiB work (bg), 4 KiB work (eager), 9 KiB now, 96% util (forced)",
		  "1: scavenge now 5 background 1 eager 4 released 9 96% forced\n" },
		{ "pacer: sweep done at heap size 29MB; allocated 0MB of spans; swept 3752 pages",
		  "1: pacer\n" },
		{ "pacer: sweep done at heap size 3MB; allocated 1MB during sweep; swept 312 "
		  "pages at +3.158160e-004 pages/byte",
		  "1: pacer\n" },
		{ "pacer: assist ratio=+1.2e+000 (scan 1 MB in 70->71 MB) workers=2+0",
		  "1: pacer\n" },
		{ "pacer: assist ratio=+2.2e-014 (scan 0 MB in 4->17592186044415 MB) workers=0+0",
		  "1: pacer\n" },
		{ "pacer: 34% CPU (25 exp.) for 157032+5120+258320 B work (410696 B exp.) in "
		  "4480512 B -> 4498480 B (∆goal -95888, cons/mark +5.199877e-003)",
		  "1: pacer\n" },
		{ "SCHED 2013ms: gomaxprocs=4 idleprocs=3 threads=12 idlethreads=7 runqueue=5 [0 0]",
		  "1: sched 2013000 4 3 12 7 5\n" },
		{ "SCHED 508ms: gomaxprocs=4 idleprocs=4 threads=5 spinningthreads=0 "
		  "needspinning=0 idlethreads=3 runqueue=0 gcwaiting=false",
		  "1: sched 508000 4 4 5 3 0\n" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		gctrace_is(cases[i].line, cases[i].event);
}

static void wrappers_tell_the_time_and_whose_line_it_is(void **state)
{
	static const struct {
		const char *line, *front;
	} cases[] = {
		{ CYCLE "\r", "" },
		{ "\033[36morders-1  |\033[0m " CYCLE, "<orders-1> " },
		{ "orders.1.x7@node-7    | " CYCLE, "<orders.1.x7@node-7> " },
		{ "2026-11-20T06:04:00.943456789Z " CYCLE, TIME },
		{ "2026-11-20T06:04:00.943456789Z stderr F " CYCLE, TIME },
		{ "2026-11-20T07:04:00.943456+01:00 node7 app[4711]: " CYCLE,
		  "<node7 app[4711]> " TIME },
		{ "Nov 20 06:04:00.943456 node7 app[4711]: " CYCLE,
		  "<node7 app[4711]> 1763618640943456 " }, /* now is three days earlier */
		{ "<30>Nov 19 06:04:00 node7 app[4711]: " CYCLE,
		  "<node7 app[4711]> 1763532240000000 " },
		{ "<30>1 2026-11-20T06:04:00.943456Z node7 app 4711 - - " CYCLE,
		  "<node7 app> " TIME },
		{ "1795154640.943456 node7 app[4711]: " CYCLE, "<node7 app[4711]> " TIME },
		{ "2026/11/20 06:04:00.943456 " CYCLE, TIME },
		{ "I1119 06:04:00.943456    4711 main.go:12] " CYCLE, "1763532240943456 " },
		{ "[pod/orders-x7/app] 2026-11-20T06:04:00.943456Z " CYCLE,
		  "<pod/orders-x7/app> " TIME },
		{ "time=2026-11-20T06:04:00.943456Z level=error pod=orders msg=\"" CYCLE "\"",
		  "<orders> " TIME },
		{ "logs/orders.log:12:" CYCLE, "<logs/orders.log> " },
		{ "> > " CYCLE, "" },
		{ "// " CYCLE, "" },
		{ "`" CYCLE "`", "" },
		{ "\"" CYCLE "\",", "" },
	};
	char expected[1024];

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		(void)snprintf(expected, sizeof(expected), "1: %s%s\n", cases[i].front, READ);
		gctrace_is(cases[i].line, expected);
	}
}

#define ESCAPED                                                                      \
	"gc 2 @1.378s 3%: 0.14+0.45+0.064 ms clock, 0.28+0.088/0.35/0+0.12 ms cpu, " \
	"3-\\u003e4-\\u003e2 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P"

static void objects_of_json_are_opened(void **state)
{
	(void)state;
	gctrace_is("{\"log\":\"" ESCAPED
		   "\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-20T06:04:00.943456Z\"}",
		   "1: " TIME READ "\n");
	gctrace_is("{ \"ts\": 1795154640.943456, \"kubernetes\":{\"pod_name\":\"orders\"}, "
		   "\"msg\": \"" CYCLE "\" }",
		   "1: <orders> " TIME READ "\n");
	gctrace_is("{\"__REALTIME_TIMESTAMP\":\"1795154640943456\",\"_HOSTNAME\":\"node7\","
		   "\"_PID\":\"4711\",\"SYSLOG_IDENTIFIER\":\"app\",\"MESSAGE\":\"" CYCLE "\"}",
		   "1: <node7 app[4711]> " TIME READ "\n");
}

#define ENTRY(message)                                                                     \
	"__CURSOR=s=739ad463;i=1\n__REALTIME_TIMESTAMP=1795154640943456\n"                 \
	"__MONOTONIC_TIMESTAMP=905033791\n_TRANSPORT=stdout\n_PID=4711\n_HOSTNAME=node7\n" \
	"SYSLOG_IDENTIFIER=app\n" message "\n"

static void entries_of_the_journal_are_opened(void **state)
{
	static const char text[] = ENTRY("MESSAGE=" CYCLE "\n") ENTRY("MESSAGE=gc 1\n")
		ENTRY("MESSAGE\n\x0c\0\0\0\0\0\0\0GC forced\nab\n") ENTRY("MESSAGE=" CYCLE "\n");
	struct gctrace trace;

	(void)state;
	for (size_t piece = 0; piece < 40; piece += 3) {
		gctrace_read(&trace, (struct ow_str){ text, sizeof(text) - 1 }, piece);
		assert_string_equal(trace.text, "8: <node7 app[4711]> " TIME READ "\n"
						"27: <node7 app[4711]> " TIME "forced\n"
						"37: <node7 app[4711]> " TIME READ " periodic\n");
		free(trace.text);
	}
}

static void what_was_forced_by_time_is_told_of_the_next_collection(void **state)
{
	(void)state;
	gctrace_is("GC forced\nlen = 1\n" CYCLE "\n" CYCLE "\n",
		   "1: forced\n3: " READ " periodic\n4: " READ "\n");
	gctrace_is("a  | GC forced\nb  | " CYCLE "\na  | " CYCLE "\n",
		   "1: <a> forced\n2: <b> " READ "\n3: <a> " READ " periodic\n");
}

static void other_lines_are_counted(void **state)
{
	static const char text[] = "gc 5 generations are kept\n"
				   "total 3 MB goal, 4 P\n"
				   "the gc 12\n"
				   "gcc 12.2.0\n"
				   "scav 12 KiB of nothing\n";
	struct gctrace trace;

	(void)state;
	gctrace_read(&trace, ow_str(text), 0);
	assert_string_equal(trace.text, "");
	assert_int_equal(trace.seen.lines, 5);
	assert_int_equal(trace.seen.skipped, 5);
	assert_int_equal(trace.seen.lost, 0);
	assert_int_equal(trace.seen.bytes, sizeof(text) - 1);
	free(trace.text);
}

static int refuse(void *arg, const struct ow_gc_event *event)
{
	(void)event;
	return ++*(int *)arg == 2 ? -ECANCELED : 0;
}

static void whoever_takes_events_may_end_it(void **state)
{
	ow_scoped(ow_gctrace_reader_freep) struct ow_gctrace_reader *reader = NULL;
	const struct ow_gctrace_options options = { 0 };
	static const char text[] = CYCLE "\n" CYCLE "\n" CYCLE "\n";
	struct ow_err err;
	int n = 0;

	(void)state;
	assert_int_equal(ow_gctrace_reader_new(&options, refuse, &n, &reader, &err), 0);
	assert_int_equal(ow_gctrace_reader_feed(reader, text, sizeof(text) - 1), -ECANCELED);
	assert_int_equal(n, 2);
}

static void one_line_alone_is_read(void **state)
{
	struct ow_gc_event event;

	(void)state;
	assert_true(ow_gctrace_read_line(ow_str("orders-1  | " CYCLE), &event));
	assert_int_equal(event.kind, OW_GC_EVENT_CYCLE);
	assert_int_equal(event.cycle.live_bytes, OW_MIB(2));
	assert_true(ow_str_is(event.who, "orders-1"));
	assert_true(ow_str_is(event.text, CYCLE));
	assert_false(ow_gctrace_read_line(ow_str("gc 2 @1.378s 3%: 0.14"), &event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_version_is_read),
		cmocka_unit_test(its_neighbours_are_read),
		cmocka_unit_test(wrappers_tell_the_time_and_whose_line_it_is),
		cmocka_unit_test(objects_of_json_are_opened),
		cmocka_unit_test(entries_of_the_journal_are_opened),
		cmocka_unit_test(what_was_forced_by_time_is_told_of_the_next_collection),
		cmocka_unit_test(other_lines_are_counted),
		cmocka_unit_test(whoever_takes_events_may_end_it),
		cmocka_unit_test(one_line_alone_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
