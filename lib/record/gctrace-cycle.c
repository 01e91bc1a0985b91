/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "record/gctrace-form.h"

/* Tables are read as they stand. */
/* clang-format off */
/* Each number of a line: what it is, where it goes. */
static const struct ow_gc_field
	number = { "number", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.number), 0,
		"which collection since the program started; a log where it begins anew has "
		"another program or another start" },
	at = { "at", OW_GC_THIRD, OW_GC_OF_SECOND,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.at_usec), OW_GC_AT,
		"seconds since the program started" },
	percent = { "percent", OW_GC_COUNT, OW_GC_OF_PERCENT,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, cycle.cpu_percent), OW_GC_PERCENT,
		"of all CPU time since the program started that collecting took, cut off; a mean "
		"over its whole life, and without what idle processors marked" },
	sweep_term = { "sweep termination", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[0]), OW_GC_CLOCK,
		"the world stood still: what the last collection left unswept was swept, and "
		"marking was set up" },
	mark3 = { "marking", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[1]), OW_GC_CLOCK,
		"the program ran while the heap was marked" },
	mark_term3 = { "mark termination", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[2]), OW_GC_CLOCK,
		"the world stood still: marking was ended" },
	scan5 = { "scan", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[1]), OW_GC_CLOCK,
		"the program ran while roots were scanned" },
	sync5 = { "synchronisation", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[2]), OW_GC_CLOCK,
		"all processors were told that marking begins; the program ran" },
	mark5 = { "marking", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[3]), OW_GC_CLOCK,
		"the program ran while the heap was marked" },
	mark_term5 = { "mark termination", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[4]), OW_GC_CLOCK,
		"the world stood still: marking was ended" },
	sweep_term_cpu = { "sweep termination", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.cpu_usec[0]), OW_GC_CPU,
		"CPU time of it: its wall clock times the processors that stood still" },
	scan5_cpu = { "scan", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.cpu_usec[1]), OW_GC_CPU,
		"CPU time of it" },
	sync5_cpu = { "synchronisation", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.cpu_usec[2]), OW_GC_CPU,
		"CPU time of it" },
	assist = { "assist", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.assist_usec), OW_GC_CPU,
		"goroutines that allocated had to mark so long: what the program itself lost. "
		"Much of it says that it allocates faster than can be marked" },
	background = { "background", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.background_usec), OW_GC_CPU,
		"workers of the collector, which may take a quarter of the processors" },
	idle = { "idle", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.idle_usec), OW_GC_CPU,
		"processors that had nothing else to do; it costs the program nothing and is not "
		"in the percentage" },
	mark_term3_cpu = { "mark termination", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.cpu_usec[2]), OW_GC_CPU,
		"CPU time of it" },
	mark_term5_cpu = { "mark termination", OW_GC_MILLI, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.cpu_usec[4]), OW_GC_CPU,
		"CPU time of it" },
	start = { "heap at the start", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.start_bytes), OW_GC_START,
		"live objects and garbage when the collection began" },
	end = { "heap at the end", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.end_bytes), OW_GC_START,
		"when marking ended: what was allocated meanwhile is in it" },
	live = { "live heap", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.live_bytes), 0,
		"what was marked, that is reached from somewhere. Where it grows from one "
		"collection to the next, something keeps more and more" },
	goal = { "goal", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.goal_bytes), OW_GC_GOAL,
		"the size at which this collection should have ended, set by the one before: live "
		"heap + (live heap + stacks + globals) x GOGC/100, less where a memory limit is near" },
	goal15 = { "goal", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.goal_bytes), OW_GC_GOAL,
		"the size at which this collection should have ended, set by the one before: "
		"live heap x (1 + GOGC/100)" },
	stacks = { "stacks", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.stacks_bytes), OW_GC_STACKS,
		"stacks of goroutines that were scanned; it counts for the goal" },
	globals = { "globals", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.globals_bytes), OW_GC_STACKS,
		"global variables that were scanned; they count for the goal" },
	procs = { "processors", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, cycle.procs), OW_GC_PROCS,
		"GOMAXPROCS: so many may run Go code at a time" },
	helpers = { "processors", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, cycle.procs), OW_GC_PROCS,
		"so many took part" },
	mark10 = { "marking", OW_GC_COUNT, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[0]), OW_GC_CLOCK,
		"the world stood still, from the call to stop it to the end of marking" },
	sweep10 = { "sweeping", OW_GC_COUNT, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[1]), OW_GC_CLOCK,
		"the world stood still" },
	rest10 = { "the rest", OW_GC_COUNT, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[2]), OW_GC_CLOCK,
		"the world stood still: caches and statistics" },
	mark11 = { "marking", OW_GC_COUNT, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[0]), OW_GC_CLOCK,
		"the world stood still" },
	sweep11 = { "sweeping", OW_GC_COUNT, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[1]), OW_GC_CLOCK,
		"the world stood still" },
	rest11 = { "the rest", OW_GC_COUNT, OW_GC_OF_MSEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[2]), OW_GC_CLOCK,
		"the world stood still: stopping it, and what was left to do at the end" },
	stop13 = { "stopping", OW_GC_COUNT, OW_GC_OF_USEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[0]), OW_GC_CLOCK,
		"until the world stood still" },
	sweep13 = { "sweeping", OW_GC_COUNT, OW_GC_OF_USEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[1]), OW_GC_CLOCK,
		"the world stood still: what the last collection left unswept was swept" },
	mark13 = { "marking", OW_GC_COUNT, OW_GC_OF_USEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[2]), OW_GC_CLOCK,
		"the world stood still" },
	rest13 = { "the rest", OW_GC_COUNT, OW_GC_OF_USEC,
		OW_GC_STORE_DOUBLE, offsetof(struct ow_gc_event, cycle.clock_usec[3]), OW_GC_CLOCK,
		"the world stood still: waiting for the last helper" },
	before10 = { "heap before", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.start_bytes), OW_GC_START,
		"live objects and garbage when the collection began" },
	after10 = { "heap after", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.live_bytes), 0,
		"what was left once garbage was swept: the live heap" },
	last13 = { "live heap before", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.live_bytes), 0,
		"an estimate of what the collection before this one left" },
	now13 = { "heap now", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.start_bytes), OW_GC_START,
		"live objects and garbage: sweeping comes later" },
	objects_before = { "objects before", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"that were allocated and not freed when it began" },
	objects = { "objects", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.objects), OW_GC_OBJECTS,
		"allocated and not freed: so many less so many" },
	mallocs = { "allocated", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.mallocs), OW_GC_OBJECTS,
		"objects since the program started" },
	frees = { "freed", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.frees), OW_GC_OBJECTS,
		"objects since the program started" },
	goroutines = { "goroutines", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, cycle.goroutines), OW_GC_GOROUTINES,
		"that were there" },
	swept_spans = { "spans", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"of the heap that are to be swept" },
	swept_background = { "in the background", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"spans swept meanwhile by the background sweeper" },
	swept_paused = { "in the pause", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"spans swept with the world standing still" },
	handoffs = { "handoffs", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"times that a helper gave work to another one" },
	handed = { "handed over", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"pieces of work that were given" },
	steals = { "steals", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"times that a helper took work of another one" },
	stolen = { "stolen", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"pieces of work that were taken" },
	yields = { "yields", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"busy waits of helpers" },
	os_yields = { "OS yields", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"times that helpers gave up their time slice" },
	sleeps = { "sleeps", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"times that helpers slept" };

#define PART(text, field) { text, sizeof(text) - 1, &(field) }
#define LAST(text) { text, sizeof(text) - 1, NULL }

/* gc 1 @0.016s 19%: 0.053+36+0.016 ms clock, 0.21+36/4.9/39+0.066 ms cpu, 3->3->3 MB, 4 MB
 * goal, 66 MB stacks, 0 MB globals, 4 P */
static const struct ow_gc_part part_gc_1_18[] = {
	PART("gc ", number), PART(" @", at), PART("s ", percent), PART("%: ", sweep_term),
	PART("+", mark3), PART("+", mark_term3), PART(" ms clock, ", sweep_term_cpu),
	PART("+", assist), PART("/", background), PART("/", idle), PART("+", mark_term3_cpu),
	PART(" ms cpu, ", start), PART("->", end), PART("->", live), PART(" MB, ", goal),
	PART(" MB goal, ", stacks), PART(" MB stacks, ", globals), PART(" MB globals, ", procs),
	LAST(" P"),
};

/* gc 1 @0.011s 1%: 0.13+16+0.24 ms clock, 0.41+16/1.4/18+0.74 ms cpu, 16->16->16 MB, 17 MB
 * goal, 40 P */
static const struct ow_gc_part part_gc_1_6[] = {
	PART("gc ", number), PART(" @", at), PART("s ", percent), PART("%: ", sweep_term),
	PART("+", mark3), PART("+", mark_term3), PART(" ms clock, ", sweep_term_cpu),
	PART("+", assist), PART("/", background), PART("/", idle), PART("+", mark_term3_cpu),
	PART(" ms cpu, ", start), PART("->", end), PART("->", live), PART(" MB, ", goal15),
	PART(" MB goal, ", procs), LAST(" P"),
};

/* gc 1 @0.166s 0%: 0.22+2.3+0.074+0.76+0.56 ms clock, 0.45+2.3+0+0.55/0.59/0+1.1 ms cpu,
 * 5->5->1 MB, 4 MB goal, 4 P */
static const struct ow_gc_part part_gc_1_5[] = {
	PART("gc ", number), PART(" @", at), PART("s ", percent), PART("%: ", sweep_term),
	PART("+", scan5), PART("+", sync5), PART("+", mark5), PART("+", mark_term5),
	PART(" ms clock, ", sweep_term_cpu), PART("+", scan5_cpu), PART("+", sync5_cpu),
	PART("+", assist), PART("/", background), PART("/", idle), PART("+", mark_term5_cpu),
	PART(" ms cpu, ", start), PART("->", end), PART("->", live), PART(" MB, ", goal15),
	PART(" MB goal, ", procs), LAST(" P"),
};

/* gc1(1): 3+0+125+1 us, 0 -> 0 MB, 21 (21-0) objects, 2 goroutines, 15/0/0 sweeps, 0(0)
 * handoff, 0(0) steal, 0/0/0 yields */
static const struct ow_gc_part part_gc_1_4[] = {
	PART("gc", number), PART("(", helpers), PART("): ", stop13), PART("+", sweep13),
	PART("+", mark13), PART("+", rest13), PART(" us, ", last13), PART(" -> ", now13),
	PART(" MB, ", objects), PART(" (", mallocs), PART("-", frees),
	PART(") objects, ", goroutines), PART(" goroutines, ", swept_spans),
	PART("/", swept_background), PART("/", swept_paused), PART(" sweeps, ", handoffs),
	PART("(", handed), PART(") handoff, ", steals), PART("(", stolen),
	PART(") steal, ", yields), PART("/", os_yields), PART("/", sleeps), LAST(" yields"),
};

/* gc9(2): 12+1+744+8 us, 2 -> 10 MB, 108615 (593983-485368) objects, 4825/3620/0 sweeps, 0(0)
 * handoff, 6(91) steal, 16/1/0 yields */
static const struct ow_gc_part part_gc_1_3[] = {
	PART("gc", number), PART("(", helpers), PART("): ", stop13), PART("+", sweep13),
	PART("+", mark13), PART("+", rest13), PART(" us, ", last13), PART(" -> ", now13),
	PART(" MB, ", objects), PART(" (", mallocs), PART("-", frees),
	PART(") objects, ", swept_spans), PART("/", swept_background), PART("/", swept_paused),
	PART(" sweeps, ", handoffs), PART("(", handed), PART(") handoff, ", steals),
	PART("(", stolen), PART(") steal, ", yields), PART("/", os_yields), PART("/", sleeps),
	LAST(" yields"),
};

/* gc13(2): 48+24+2 ms, 263 -> 124 MB 1891444 -> 938285 (6426929-5488644) objects, 1(8) handoff,
 * 3(11016) steal, 21/2/0 yields */
static const struct ow_gc_part part_gc_1_1[] = {
	PART("gc", number), PART("(", helpers), PART("): ", mark11), PART("+", sweep11),
	PART("+", rest11), PART(" ms, ", before10), PART(" -> ", after10),
	PART(" MB ", objects_before), PART(" -> ", objects), PART(" (", mallocs), PART("-", frees),
	PART(") objects, ", handoffs), PART("(", handed), PART(") handoff, ", steals),
	PART("(", stolen), PART(") steal, ", yields), PART("/", os_yields), PART("/", sleeps),
	LAST(" yields"),
};

/* gc14(2): 1+1+0 ms 10 -> 5 MB 58439 -> 8912 (573381-564469) objects 184 handoff */
static const struct ow_gc_part part_gc_1_0[] = {
	PART("gc", number), PART("(", helpers), PART("): ", mark10), PART("+", sweep10),
	PART("+", rest10), PART(" ms ", before10), PART(" -> ", after10),
	PART(" MB ", objects_before), PART(" -> ", objects), PART(" (", mallocs), PART("-", frees),
	PART(") objects ", handoffs), LAST(" handoff"),
};

#define PARTS(parts) .part = (parts), .n_parts = OW_ARRAY_SIZE(parts)

static const struct ow_gc_line cycles_lines[] = {
	{ .kind = OW_GC_EVENT_CYCLE, .form = OW_GC_1_18, .stop = 1U << 0 | 1U << 2, PARTS(part_gc_1_18),
	  .versions = "Go 1.18 and later", .setting = "gctrace=1",
	  .about = "A collection." },
	{ .kind = OW_GC_EVENT_CYCLE, .form = OW_GC_1_6, .stop = 1U << 0 | 1U << 2, PARTS(part_gc_1_6),
	  .versions = "Go 1.6 to 1.17", .setting = "gctrace=1",
	  .about = "A collection." },
	{ .kind = OW_GC_EVENT_CYCLE, .form = OW_GC_1_5, .stop = 1U << 0 | 1U << 4, PARTS(part_gc_1_5),
	  .versions = "Go 1.5 and what came before 1.6", .setting = "gctrace=1",
	  .about = "A collection." },
	{ .kind = OW_GC_EVENT_CYCLE, .form = OW_GC_1_4, .stop = 15, PARTS(part_gc_1_4),
	  .versions = "Go 1.4", .setting = "gctrace=1",
	  .about = "A collection." },
	{ .kind = OW_GC_EVENT_CYCLE, .form = OW_GC_1_3, .stop = 15, PARTS(part_gc_1_3),
	  .versions = "Go 1.3", .setting = "gctrace=1",
	  .about = "A collection." },
	{ .kind = OW_GC_EVENT_CYCLE, .form = OW_GC_1_1, .stop = 7, PARTS(part_gc_1_1),
	  .versions = "Go 1.1 and 1.2", .setting = "gctrace=1",
	  .about = "A collection." },
	{ .kind = OW_GC_EVENT_CYCLE, .form = OW_GC_1_0, .stop = 7, PARTS(part_gc_1_0),
	  .versions = "Go 1.0", .setting = "GOGCTRACE=1",
	  .about = "A collection." },
};
/* clang-format on */

const struct ow_gc_family ow_gc_cycles = { cycles_lines, OW_ARRAY_SIZE(cycles_lines) };
