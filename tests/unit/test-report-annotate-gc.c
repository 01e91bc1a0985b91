/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annotate-gc.h"

#include <stdio.h>

#include "read/gctrace.h"
#include "render/gc-line.h"
#include "render/report.h"
#include "unit.h"

/* One line of each form, as the forms say it themselves. */
static const char *const lines[] = {
	"gc 1 @0.016s 19%: 0.053+36+0.016 ms clock, 0.21+36/4.9/39+0.066 ms cpu, 3->3->3 MB, 4 MB "
	"goal, 66 MB stacks, 0 MB globals, 4 P",
	"gc 1 @0.011s 1%: 0.13+16+0.24 ms clock, 0.41+16/1.4/18+0.74 ms cpu, 16->16->16 MB, 17 MB "
	"goal, 40 P (forced)",
	"gc 1 @0.166s 0%: 0.22+2.3+0.074+0.76+0.56 ms clock, 0.45+2.3+0+0.55/0.59/0+1.1 ms cpu, "
	"5->5->1 MB, 4 MB goal, 4 P",
	"gc1(1): 3+0+125+1 us, 0 -> 0 MB, 21 (21-0) objects, 2 goroutines, 15/0/0 sweeps, 0(0) "
	"handoff, 0(0) steal, 0/0/0 yields",
	"gc9(2): 12+1+744+8 us, 2 -> 10 MB, 108615 (593983-485368) objects, 4825/3620/0 sweeps, "
	"0(0) handoff, 6(91) steal, 16/1/0 yields",
	"gc13(2): 48+24+2 ms, 263 -> 124 MB 1891444 -> 938285 (6426929-5488644) objects, 1(8) "
	"handoff, 3(11016) steal, 21/2/0 yields",
	"gc14(2): 1+1+0 ms 10 -> 5 MB 58439 -> 8912 (573381-564469) objects 184 handoff",
	"GC forced",
	"scvg3: GC forced",
	"scvg0: inuse: 144, idle: 129, sys: 274, released: 0, consumed: 274 (MB)",
	"scvg2: 1024 MB released",
	"scvg: inuse: 32, idle: 31, sys: 63, released: 29, consumed: 33 (MB)",
	"scvg: 0 MB released",
	"forced scvg: inuse: 32, idle: 31, sys: 63, released: 31, consumed: 32 (MB)",
	"forced scvg: 2 MB released",
	"scav 0 KiB work (bg), 239576 KiB work (eager), 265352 KiB now, 96% util (forced)",
	"scav 0 KiB work, 3832 KiB total, 62% util [controller reset]",
	"scav 3 0 KiB work, 3832 KiB total, 62% util",
	"pacer: 34% CPU (25 exp.) for 157032+5120+258320 B work (410696 B exp.) in 4480512 B -> "
	"4498480 B (∆goal -95888, cons/mark +5.199877e-003)[controller reset]",
	"pacer: assist ratio=+1.232155e+000 (scan 1 MB in 70->71 MB) workers=2+0",
	"pacer: assist ratio=+1.371009e+000 (scan 1 MB in 3->4 MB) workers=0++2.500000e-001",
	"pacer: sweep done at heap size 3MB; allocated 1MB during sweep; swept 312 pages at "
	"+3.158160e-004 pages/byte",
	"pacer: sweep done at heap size 29MB; allocated 0MB of spans; swept 3752 pages at "
	"+6.183550e-004 pages/byte",
	"pacer: sweep done at heap size 29MB; allocated 0MB of spans; swept 3752 pages",
	"pacer: H_m_prev=30488736 h_t=+2.334071e-001 H_T=37605024 h_a=+1.409842e+000 H_a=73473040 "
	"h_g=+1.000000e+000 H_g=60977472 u_a=+2.500000e-001 u_g=+2.500000e-001 W_a=308200 "
	"goalΔ=+7.665929e-001 actualΔ=+1.176435e+000 u_a/u_g=+1.000000e+000",
	"SCHED 508ms: gomaxprocs=4 idleprocs=4 threads=5 spinningthreads=0 needspinning=0 "
	"idlethreads=3 runqueue=0 gcwaiting=false",
	"SCHED 0ms: gomaxprocs=4 idleprocs=2 threads=4 spinningthreads=1 idlethreads=0 runqueue=0 "
	"[0 0 0 0]",
	"SCHED 0ms: gomaxprocs=4 idleprocs=2 threads=4 idlethreads=0 runqueue=0 [0 0 0 0]",
	"tracealloc(0xc000012000, 0x10, main.T)",
	"tracefree(0xc000012000, 0x10)",
	"tracegc()",
	"init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs",
};

static char *shown(struct ow_arena *arena, const struct ow_gc_reading *reading)
{
	const struct ow_report_style style = { .width = 4000 };
	char *text = NULL, *kept;
	struct ow_doc doc;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(ow_annotate_gc(reading, arena, &doc), 0);
	assert_int_equal(ow_doc_print_text(&doc, &style, out), 0);
	assert_int_equal(fclose(out), 0);
	kept = ow_str_keep(arena, (struct ow_str){ text, n });
	free(text);
	assert_non_null(kept);
	return kept;
}

static void every_number_of_every_form_is_explained(void **state)
{
	const struct ow_gc_line *seen[OW_ARRAY_SIZE(lines)];

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(lines); i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(4));
		struct ow_gc_reading reading;
		const char *text;

		if (!ow_gctrace_read_whole(ow_str(lines[i]), &reading))
			fail_msg("%s", lines[i]);
		assert_true(ow_str_is(reading.text, lines[i]));
		for (size_t k = 0; k < i; k++)
			if (seen[k] == reading.line)
				fail_msg("%s is read as %s", lines[i], lines[k]);
		seen[i] = reading.line;
		text = shown(arena, &reading);
		if (!strstr(text, reading.line->versions) || !strstr(text, reading.line->setting))
			fail_msg("%s", text);
		for (size_t k = 0; k < reading.n_values; k++) {
			const struct ow_gc_field *f = reading.line->part[k].field;

			if (!strstr(text, f->name) ||
			    (!strstr(text, f->help) && !strstr(f->help, "CPU time of it")))
				fail_msg("%s: no '%s' in %s", lines[i], f->name, text);
		}
	}
	/* Every form there is has a line above. */
	assert_int_equal(OW_ARRAY_SIZE(lines), ow_gc_cycles.n + ow_gc_forced.n + ow_gc_scavenges.n +
						       ow_gc_pacer.n + ow_gc_sched.n +
						       ow_gc_traces.n);
}

static void phases_have_their_clock_and_their_cpu(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(4));
	struct ow_gc_reading reading;
	const char *text;

	(void)state;
	assert_true(ow_gctrace_read_whole(ow_str(lines[0]), &reading));
	text = shown(arena, &reading);
	assert_non_null(strstr(text, "sweep termination  0.053 ms  0.21 ms "));
	assert_non_null(strstr(text, "marking            36 ms     79.9 ms "));
	assert_non_null(strstr(text, "stood still for 0.069 ms in all; marking took 36 ms"));
	assert_non_null(strstr(text, "45 % was that of goroutines that allocated, 6 % of workers, "
				     "49 % of processors"));
}

static void programs_get_the_same(void **state)
{
	struct ow_gc_reading reading;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	assert_non_null(out);
	assert_true(ow_gctrace_read_whole(ow_str(lines[7]), &reading));
	ow_gc_line_json(&reading, out);
	assert_true(ow_gctrace_read_whole(ow_str(lines[16]), &reading));
	ow_gc_line_json(&reading, out);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "\"text\": \"GC forced\", \"numbers\": [], \"flags\": []}\n"));
	assert_non_null(
		strstr(text, "\"printed\": \"3832\", \"value\": 3923968, \"unit\": \"bytes\""));
	assert_non_null(strstr(text, "\"flags\": [\"the scavenger could not hold its pace"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_of_every_form_is_explained),
		cmocka_unit_test(phases_have_their_clock_and_their_cpu),
		cmocka_unit_test(programs_get_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
