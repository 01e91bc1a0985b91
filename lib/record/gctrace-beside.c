/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "record/gctrace-form.h"

/* Tables are read as they stand. */
/* clang-format off */
/* Each number of a line: what it is, where it goes. */
static const struct ow_gc_field
	scvg = { "round", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"which round of the scavenger since the program started" },
	scvg_released = { "released", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.released_now_bytes), OW_GC_SCAV_RELEASED_NOW,
		"given back to the kernel in this round" },
	scvg_inuse = { "in use", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.inuse_bytes), OW_GC_SCAV_HEAP,
		"spans of the heap with at least one object, and stacks" },
	scvg_idle = { "idle", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.idle_bytes), OW_GC_SCAV_HEAP,
		"spans of the heap with nothing in them" },
	scvg_sys = { "from the kernel", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.sys_bytes), OW_GC_SCAV_HEAP,
		"address space of the heap" },
	scvg_total = { "released", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.released_bytes), OW_GC_SCAV_RELEASED,
		"of the idle spans: the kernel has it back" },
	scvg_consumed = { "consumed", OW_GC_COUNT, OW_GC_OF_MB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.consumed_bytes), OW_GC_SCAV_HEAP,
		"address space less what was released: about what the heap holds of the resident "
		"set" },
	generation = { "generation", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.generation), OW_GC_SCAV_GENERATION,
		"of the scavenger: one for each collection" },
	work = { "work", OW_GC_COUNT, OW_GC_OF_KIB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.released_now_bytes), OW_GC_SCAV_RELEASED_NOW,
		"given back to the kernel since the line before" },
	work_bg = { "background work", OW_GC_COUNT, OW_GC_OF_KIB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.background_bytes), OW_GC_SCAV_PARTS,
		"given back to the kernel by the background scavenger since the line before" },
	work_eager = { "eager work", OW_GC_COUNT, OW_GC_OF_KIB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.eager_bytes), OW_GC_SCAV_PARTS,
		"given back at once since the line before: because the memory limit was near, or "
		"the program asked for it" },
	total = { "total", OW_GC_COUNT, OW_GC_OF_KIB,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, scavenge.released_bytes), OW_GC_SCAV_RELEASED,
		"of the heap the kernel has so much back at this moment" },
	util = { "utilisation", OW_GC_COUNT, OW_GC_OF_PERCENT,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, scavenge.util_percent), OW_GC_SCAV_UTIL,
		"of the heap's memory that is not given back so much is in spans with objects: "
		"where it is low there is much to give back, where it is high and the live heap "
		"small, fragmentation holds it" },
	sweep_heap = { "heap", OW_GC_COUNT, OW_GC_OF_MB, OW_GC_STORE_NOTHING, 0, 0,
		"when sweeping was done" },
	sweep_spans = { "allocated", OW_GC_COUNT, OW_GC_OF_MB, OW_GC_STORE_NOTHING, 0, 0,
		"spans that were taken while it was swept" },
	sweep_alloc = { "allocated", OW_GC_COUNT, OW_GC_OF_MB, OW_GC_STORE_NOTHING, 0, 0,
		"while it was swept" },
	swept = { "swept", OW_GC_COUNT, OW_GC_OF_PAGE, OW_GC_STORE_NOTHING, 0, 0,
		"pages of 8 KiB" },
	sweep_rate = { "rate", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"pages to sweep for each byte that is allocated, so that sweeping ends before "
		"the next collection begins" },
	ratio = { "assist ratio", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"work that a goroutine has to do for each byte that it allocates while the heap "
		"is marked" },
	scan = { "to scan", OW_GC_COUNT, OW_GC_OF_MB, OW_GC_STORE_NOTHING, 0, 0,
		"of the heap, as it is expected" },
	trigger = { "heap now", OW_GC_COUNT, OW_GC_OF_MB, OW_GC_STORE_NOTHING, 0, 0,
		"when marking began" },
	target = { "goal", OW_GC_COUNT, OW_GC_OF_MB, OW_GC_STORE_NOTHING, 0, 0,
		"the heap should not be larger when marking ends" },
	dedicated = { "dedicated workers", OW_GC_SIGNED, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"processors that do nothing but mark" },
	fractional_old = { "fractional workers", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"processors that mark for a part of the time" },
	fractional = { "fractional worker", OW_GC_FLOAT, OW_GC_OF_SHARE, OW_GC_STORE_NOTHING, 0, 0,
		"of each processor's time that marks as well, so that a quarter of all "
		"processors is reached" },
	H_m_prev = { "H_m_prev", OW_GC_COUNT, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"live heap of the collection before" },
	h_t = { "h_t", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"trigger: growth of the live heap at which marking began" },
	H_T = { "H_T", OW_GC_COUNT, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"heap at which marking began" },
	h_a = { "h_a", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"growth of the live heap until marking ended" },
	H_a = { "H_a", OW_GC_COUNT, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"heap when marking ended" },
	h_g = { "h_g", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"goal: growth that GOGC allows" },
	H_g = { "H_g", OW_GC_COUNT, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"heap that GOGC allows" },
	u_a = { "u_a", OW_GC_FLOAT, OW_GC_OF_SHARE, OW_GC_STORE_NOTHING, 0, 0,
		"CPU that marking took" },
	u_g = { "u_g", OW_GC_FLOAT, OW_GC_OF_SHARE, OW_GC_STORE_NOTHING, 0, 0,
		"CPU that marking may take" },
	W_a = { "W_a", OW_GC_SIGNED, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"work that was scanned" },
	goal_delta = { "goalΔ", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"growth that was allowed, from the trigger on" },
	actual_delta = { "actualΔ", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"growth that there was, from the trigger on" },
	u_ratio = { "u_a/u_g", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"above 1 marking took more CPU than it should" },
	pacer_cpu = { "CPU", OW_GC_SIGNED, OW_GC_OF_PERCENT, OW_GC_STORE_NOTHING, 0, 0,
		"that marking took, assists included" },
	pacer_goal = { "expected CPU", OW_GC_SIGNED, OW_GC_OF_PERCENT, OW_GC_STORE_NOTHING, 0, 0,
		"that marking may take" },
	work_heap = { "heap", OW_GC_SIGNED, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"scanned" },
	work_stacks = { "stacks", OW_GC_SIGNED, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"scanned" },
	work_globals = { "globals", OW_GC_SIGNED, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"scanned" },
	work_expected = { "expected", OW_GC_SIGNED, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"work, by what the collection before had to scan" },
	triggered = { "heap at the start", OW_GC_COUNT, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"when marking began" },
	pacer_live = { "heap at the end", OW_GC_COUNT, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"when marking ended" },
	goal_miss = { "beside the goal", OW_GC_SIGNED, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"above 0 the heap grew past the goal while it was marked" },
	cons_mark = { "cons/mark", OW_GC_FLOAT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"bytes that the program allocates for each byte that is marked, per CPU time: "
		"the pacer's forecast" },
	sched_at = { "at", OW_GC_COUNT, OW_GC_OF_MSEC,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, sched.at_usec), 0,
		"since the scheduler's first line" },
	gomaxprocs = { "gomaxprocs", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, sched.procs), 0,
		"so many processors may run Go code" },
	idleprocs = { "idleprocs", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, sched.idle_procs), 0,
		"of these nothing runs on so many" },
	threads = { "threads", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, sched.threads), 0,
		"of the operating system, made so far" },
	idlethreads = { "idlethreads", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_UNSIGNED, offsetof(struct ow_gc_event, sched.idle_threads), 0,
		"parked, with nothing to do" },
	spinning = { "spinningthreads", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"look for work" },
	needspinning = { "needspinning", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"1: one more thread should look for work" },
	runqueue = { "runqueue", OW_GC_COUNT, OW_GC_PLAIN,
		OW_GC_STORE_U64, offsetof(struct ow_gc_event, sched.run_queue), 0,
		"goroutines that wait in the common queue" },
	queues = { "queues", OW_GC_REST, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"goroutines that wait at each processor, or details of each of them below "
		"(scheddetail=1)" },
	pointer = { "address", OW_GC_HEX, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"of the object" },
	size = { "size", OW_GC_HEX, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"of the object" },
	type = { "type", OW_GC_REST, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"of the object; where it is not known there is none" },
	package = { "package", OW_GC_WORD, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"that was set up" },
	init_at = { "at", OW_GC_MILLI, OW_GC_OF_MSEC, OW_GC_STORE_NOTHING, 0, 0,
		"since the program started" },
	init_clock = { "clock", OW_GC_MILLI, OW_GC_OF_MSEC, OW_GC_STORE_NOTHING, 0, 0,
		"wall clock that it took" },
	init_bytes = { "bytes", OW_GC_COUNT, OW_GC_OF_BYTE, OW_GC_STORE_NOTHING, 0, 0,
		"allocated on the heap" },
	init_allocs = { "allocations", OW_GC_COUNT, OW_GC_PLAIN, OW_GC_STORE_NOTHING, 0, 0,
		"on the heap" };

#define PART(text, field) { text, sizeof(text) - 1, &(field) }
#define LAST(text) { text, sizeof(text) - 1, NULL }

/* GC forced */
static const struct ow_gc_part part_forced[] = {
	LAST("GC forced"),
};

/* scvg3: GC forced */
static const struct ow_gc_part part_scvg_forced[] = {
	PART("scvg", scvg), LAST(": GC forced"),
};

/* scvg0: inuse: 144, idle: 129, sys: 274, released: 0, consumed: 274 (MB) */
static const struct ow_gc_part part_scvg_heap[] = {
	PART("scvg", scvg), PART(": inuse: ", scvg_inuse), PART(", idle: ", scvg_idle),
	PART(", sys: ", scvg_sys), PART(", released: ", scvg_total),
	PART(", consumed: ", scvg_consumed), LAST(" (MB)"),
};

/* scvg2: 1024 MB released */
static const struct ow_gc_part part_scvg_released_line[] = {
	PART("scvg", scvg), PART(": ", scvg_released), LAST(" MB released"),
};

/* scvg: inuse: 32, idle: 31, sys: 63, released: 29, consumed: 33 (MB) */
static const struct ow_gc_part part_scvg13_heap[] = {
	PART("scvg: inuse: ", scvg_inuse), PART(", idle: ", scvg_idle), PART(", sys: ", scvg_sys),
	PART(", released: ", scvg_total), PART(", consumed: ", scvg_consumed), LAST(" (MB)"),
};

/* scvg: 0 MB released */
static const struct ow_gc_part part_scvg13_released[] = {
	PART("scvg: ", scvg_released), LAST(" MB released"),
};

/* forced scvg: inuse: 32, idle: 31, sys: 63, released: 31, consumed: 32 (MB) */
static const struct ow_gc_part part_scvg13_forced_heap[] = {
	PART("forced scvg: inuse: ", scvg_inuse), PART(", idle: ", scvg_idle),
	PART(", sys: ", scvg_sys), PART(", released: ", scvg_total),
	PART(", consumed: ", scvg_consumed), LAST(" (MB)"),
};

/* forced scvg: 2 MB released */
static const struct ow_gc_part part_scvg13_forced[] = {
	PART("forced scvg: ", scvg_released), LAST(" MB released"),
};

/* scav 0 KiB work (bg), 239576 KiB work (eager), 265352 KiB now, 96% util (forced) */
static const struct ow_gc_part part_scav_1_21[] = {
	PART("scav ", work_bg), PART(" KiB work (bg), ", work_eager),
	PART(" KiB work (eager), ", total), PART(" KiB now, ", util), LAST("% util"),
};

/* scav 0 KiB work, 3832 KiB total, 62% util */
static const struct ow_gc_part part_scav_1_14[] = {
	PART("scav ", work), PART(" KiB work, ", total), PART(" KiB total, ", util),
	LAST("% util"),
};

/* scav 3 0 KiB work, 3832 KiB total, 62% util */
static const struct ow_gc_part part_scav_1_15[] = {
	PART("scav ", generation), PART(" ", work), PART(" KiB work, ", total),
	PART(" KiB total, ", util), LAST("% util"),
};

/* pacer: 34% CPU (25 exp.) for 157032+5120+258320 B work (410696 B exp.) in 4480512 B ->
 * 4498480 B (∆goal -95888, cons/mark +5.199877e-003) */
static const struct ow_gc_part part_pacer_mark[] = {
	PART("pacer: ", pacer_cpu), PART("% CPU (", pacer_goal), PART(" exp.) for ", work_heap),
	PART("+", work_stacks), PART("+", work_globals), PART(" B work (", work_expected),
	PART(" B exp.) in ", triggered), PART(" B -> ", pacer_live), PART(" B (∆goal ", goal_miss),
	PART(", cons/mark ", cons_mark), LAST(")"),
};

/* pacer: assist ratio=+1.232155e+000 (scan 1 MB in 70->71 MB) workers=2+0 */
static const struct ow_gc_part part_pacer_assist_old[] = {
	PART("pacer: assist ratio=", ratio), PART(" (scan ", scan), PART(" MB in ", trigger),
	PART("->", target), PART(" MB) workers=", dedicated), PART("+", fractional_old),
};

/* pacer: assist ratio=+1.371009e+000 (scan 1 MB in 3->4 MB) workers=0++2.500000e-001 */
static const struct ow_gc_part part_pacer_assist[] = {
	PART("pacer: assist ratio=", ratio), PART(" (scan ", scan), PART(" MB in ", trigger),
	PART("->", target), PART(" MB) workers=", dedicated), PART("+", fractional),
};

/* pacer: sweep done at heap size 3MB; allocated 1MB during sweep; swept 312 pages at
 * +3.158160e-004 pages/byte */
static const struct ow_gc_part part_pacer_sweep[] = {
	PART("pacer: sweep done at heap size ", sweep_heap), PART("MB; allocated ", sweep_alloc),
	PART("MB during sweep; swept ", swept), PART(" pages at ", sweep_rate),
	LAST(" pages/byte"),
};

/* pacer: sweep done at heap size 29MB; allocated 0MB of spans; swept 3752 pages at
 * +6.183550e-004 pages/byte */
static const struct ow_gc_part part_pacer_sweep_1_8[] = {
	PART("pacer: sweep done at heap size ", sweep_heap), PART("MB; allocated ", sweep_spans),
	PART("MB of spans; swept ", swept), PART(" pages at ", sweep_rate), LAST(" pages/byte"),
};

/* pacer: sweep done at heap size 29MB; allocated 0MB of spans; swept 3752 pages */
static const struct ow_gc_part part_pacer_sweep_1_6[] = {
	PART("pacer: sweep done at heap size ", sweep_heap), PART("MB; allocated ", sweep_spans),
	PART("MB of spans; swept ", swept), LAST(" pages"),
};

/* pacer: H_m_prev=30488736 h_t=+2.334071e-001 H_T=37605024 h_a=+1.409842e+000 H_a=73473040
 * h_g=+1.000000e+000 ... u_a/u_g=+1.000000e+000 */
static const struct ow_gc_part part_pacer_mark_old[] = {
	PART("pacer: H_m_prev=", H_m_prev), PART(" h_t=", h_t), PART(" H_T=", H_T),
	PART(" h_a=", h_a), PART(" H_a=", H_a), PART(" h_g=", h_g), PART(" H_g=", H_g),
	PART(" u_a=", u_a), PART(" u_g=", u_g), PART(" W_a=", W_a), PART(" goalΔ=", goal_delta),
	PART(" actualΔ=", actual_delta), PART(" u_a/u_g=", u_ratio),
};

/* SCHED 508ms: gomaxprocs=4 idleprocs=4 threads=5 spinningthreads=0 needspinning=0
 * idlethreads=3 runqueue=0 gcwaiting=false */
static const struct ow_gc_part part_sched_1_20[] = {
	PART("SCHED ", sched_at), PART("ms: gomaxprocs=", gomaxprocs),
	PART(" idleprocs=", idleprocs), PART(" threads=", threads),
	PART(" spinningthreads=", spinning), PART(" needspinning=", needspinning),
	PART(" idlethreads=", idlethreads), PART(" runqueue=", runqueue), PART(" ", queues),
};

/* SCHED 0ms: gomaxprocs=4 idleprocs=2 threads=4 spinningthreads=1 idlethreads=0 runqueue=0
 * [0 0 0 0] */
static const struct ow_gc_part part_sched_1_4[] = {
	PART("SCHED ", sched_at), PART("ms: gomaxprocs=", gomaxprocs),
	PART(" idleprocs=", idleprocs), PART(" threads=", threads),
	PART(" spinningthreads=", spinning), PART(" idlethreads=", idlethreads),
	PART(" runqueue=", runqueue), PART(" ", queues),
};

/* SCHED 0ms: gomaxprocs=4 idleprocs=2 threads=4 idlethreads=0 runqueue=0 [0 0 0 0] */
static const struct ow_gc_part part_sched_1_1[] = {
	PART("SCHED ", sched_at), PART("ms: gomaxprocs=", gomaxprocs),
	PART(" idleprocs=", idleprocs), PART(" threads=", threads),
	PART(" idlethreads=", idlethreads), PART(" runqueue=", runqueue), PART(" ", queues),
};

/* tracealloc(0xc000012000, 0x10, main.T) */
static const struct ow_gc_part part_tracealloc[] = {
	PART("tracealloc(", pointer), PART(", ", size), PART("", type),
};

/* tracefree(0xc000012000, 0x10) */
static const struct ow_gc_part part_tracefree[] = {
	PART("tracefree(", pointer), PART(", ", size), LAST(")"),
};

/* tracegc() */
static const struct ow_gc_part part_tracegc[] = {
	LAST("tracegc()"),
};

/* init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs */
static const struct ow_gc_part part_inittrace[] = {
	PART("init ", package), PART(" @", init_at), PART(" ms, ", init_clock),
	PART(" ms clock, ", init_bytes), PART(" bytes, ", init_allocs), LAST(" allocs"),
};

#define PARTS(parts) .part = (parts), .n_parts = OW_ARRAY_SIZE(parts)

static const struct ow_gc_line forced_lines[] = {
	{ .kind = OW_GC_EVENT_FORCED, PARTS(part_forced),
	  .versions = "Go 1.4 and later", .setting = "gctrace=1",
	  .about = "The next collection is one that the runtime makes because there was none for "
		"two minutes: the program allocates little." },
};

static const struct ow_gc_line scavenges_lines[] = {
	{ .kind = OW_GC_EVENT_FORCED, PARTS(part_scvg_forced),
	  .versions = "Go 1.0 to 1.3", .setting = "gctrace=1",
	  .about = "The next collection is one that the runtime makes because there was none for "
		"two minutes: the program allocates little." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scvg_heap),
	  .versions = "Go 1.0 to 1.12", .setting = "gctrace=1",
	  .about = "What the scavenger gave back to the kernel; in Go up to 1.12 it looks every few "
		"minutes for spans that were idle for five." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scvg_released_line),
	  .versions = "Go 1.0 to 1.12", .setting = "gctrace=1",
	  .about = "What the scavenger gave back to the kernel; in Go up to 1.12 it looks every few "
		"minutes for spans that were idle for five." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scvg13_heap),
	  .versions = "Go 1.13", .setting = "gctrace=1",
	  .about = "What the scavenger gave back to the kernel; in Go up to 1.12 it looks every few "
		"minutes for spans that were idle for five." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scvg13_released),
	  .versions = "Go 1.13", .setting = "gctrace=1",
	  .about = "What the scavenger gave back to the kernel; in Go up to 1.12 it looks every few "
		"minutes for spans that were idle for five." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scvg13_forced_heap),
	  .versions = "Go 1.13", .setting = "gctrace=1",
	  .about = "What debug.FreeOSMemory() gave back to the kernel." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scvg13_forced),
	  .versions = "Go 1.13", .setting = "gctrace=1",
	  .about = "What debug.FreeOSMemory() gave back to the kernel." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scav_1_21),
	  .versions = "Go 1.21 and later", .setting = "scavtrace=1",
	  .about = "What the scavenger gave back to the kernel." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scav_1_14),
	  .versions = "Go 1.14 and 1.17 to 1.20", .setting = "scavtrace=1",
	  .about = "What the scavenger gave back to the kernel." },
	{ .kind = OW_GC_EVENT_SCAVENGE, PARTS(part_scav_1_15),
	  .versions = "Go 1.15 and 1.16", .setting = "scavtrace=1",
	  .about = "What the scavenger gave back to the kernel." },
};

static const struct ow_gc_line pacer_lines[] = {
	{ .kind = OW_GC_EVENT_PACER, PARTS(part_pacer_mark),
	  .versions = "Go 1.18 and later", .setting = "gcpacertrace=1",
	  .about = "How the pacer, which decides when a collection begins, judges the one that has "
		"just marked." },
	{ .kind = OW_GC_EVENT_PACER, PARTS(part_pacer_assist_old),
	  .versions = "Go 1.5 to 1.17", .setting = "gcpacertrace=1",
	  .about = "How the pacer, which decides when a collection begins, shares out the work of "
		"one that begins." },
	{ .kind = OW_GC_EVENT_PACER, PARTS(part_pacer_assist),
	  .versions = "Go 1.10 and later", .setting = "gcpacertrace=1",
	  .about = "How the pacer, which decides when a collection begins, shares out the work of "
		"one that begins." },
	{ .kind = OW_GC_EVENT_PACER, PARTS(part_pacer_sweep),
	  .versions = "Go 1.9 and later", .setting = "gcpacertrace=1",
	  .about = "The heap that the last collection marked is swept." },
	{ .kind = OW_GC_EVENT_PACER, PARTS(part_pacer_sweep_1_8),
	  .versions = "Go 1.6 to 1.8", .setting = "gcpacertrace=1",
	  .about = "The heap that the last collection marked is swept." },
	{ .kind = OW_GC_EVENT_PACER, PARTS(part_pacer_sweep_1_6),
	  .versions = "Go 1.5 and 1.6", .setting = "gcpacertrace=1",
	  .about = "The heap that the last collection marked is swept." },
	{ .kind = OW_GC_EVENT_PACER, PARTS(part_pacer_mark_old),
	  .versions = "Go 1.5 to 1.17", .setting = "gcpacertrace=1",
	  .about = "How the pacer, which decides when a collection begins, judges the one that has "
		"just marked." },
};

static const struct ow_gc_line sched_lines[] = {
	{ .kind = OW_GC_EVENT_SCHED, PARTS(part_sched_1_20),
	  .versions = "Go 1.20 and later", .setting = "schedtrace=N",
	  .about = "What the scheduler is at." },
	{ .kind = OW_GC_EVENT_SCHED, PARTS(part_sched_1_4),
	  .versions = "Go 1.4 to 1.20", .setting = "schedtrace=N",
	  .about = "What the scheduler is at." },
	{ .kind = OW_GC_EVENT_SCHED, PARTS(part_sched_1_1),
	  .versions = "Go 1.1 to 1.3", .setting = "schedtrace=N",
	  .about = "What the scheduler is at." },
};

static const struct ow_gc_line traces_lines[] = {
	{ .kind = OW_GC_EVENT_COUNT, PARTS(part_tracealloc),
	  .versions = "Go 1.3 to 1.20", .setting = "allocfreetrace=1",
	  .about = "An allocation, with the stack of who allocates below it. It is printed for each "
		"one: the program is very slow." },
	{ .kind = OW_GC_EVENT_COUNT, PARTS(part_tracefree),
	  .versions = "Go 1.3 to 1.20", .setting = "allocfreetrace=1",
	  .about = "An object was freed, with the stack below it." },
	{ .kind = OW_GC_EVENT_COUNT, PARTS(part_tracegc),
	  .versions = "Go 1.3 to 1.20", .setting = "allocfreetrace=1",
	  .about = "A collection begins; the stacks of all goroutines follow, up to \"end tracegc\"." },
	{ .kind = OW_GC_EVENT_COUNT, PARTS(part_inittrace),
	  .versions = "Go 1.16 and later", .setting = "inittrace=1",
	  .about = "A package was set up before main began." },
};
/* clang-format on */

const struct ow_gc_family ow_gc_forced = { forced_lines, OW_ARRAY_SIZE(forced_lines) };

const struct ow_gc_family ow_gc_scavenges = { scavenges_lines, OW_ARRAY_SIZE(scavenges_lines) };

const struct ow_gc_family ow_gc_pacer = { pacer_lines, OW_ARRAY_SIZE(pacer_lines) };

const struct ow_gc_family ow_gc_sched = { sched_lines, OW_ARRAY_SIZE(sched_lines) };

const struct ow_gc_family ow_gc_traces = { traces_lines, OW_ARRAY_SIZE(traces_lines) };
