/* SPDX-License-Identifier: Apache-2.0 */
/* Lives and their judgement, over collections of any numbers and in any order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/gc.h"
#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EVENT_BYTES 8

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Small steps for the most part, so that lives go on; the first bits choose wild ones. */
static struct ow_gc_event event_of(const uint8_t *p, const struct ow_gc_cycle *last, size_t line)
{
	static const uint64_t wild[] = { 0, 1, UINT64_C(1) << 20, UINT64_MAX, INT64_MAX, 4 << 20 };
	struct ow_gc_event event = {
		.kind = p[0] & 64 ? (enum ow_gc_event_kind)(p[1] % OW_GC_EVENT_COUNT)
				  : OW_GC_EVENT_CYCLE,
		.line = line,
		.torn = p[0] & 1,
		.have_time = p[0] & 2,
		.time_usec = (int64_t)p[2] * OW_USEC_PER_SEC * (p[0] & 4 ? -1 : 1),
		.who = { "ab", p[3] & 1 },
		.text = { "gc", 2 },
	};
	struct ow_gc_cycle *c = &event.cycle;

	if (event.kind != OW_GC_EVENT_CYCLE) {
		event.scavenge = (struct ow_gc_scavenge){
			.have = p[2], .released_now_bytes = wild[p[3] % OW_ARRAY_SIZE(wild)]
		};
		if (event.kind == OW_GC_EVENT_STATS)
			event.stats.memstats = (struct ow_memstats){
				.have = p[4] & 1 ? OW_MEMSTATS_HEAP_ALLOC
						 : OW_MEMSTATS_HEAP_OBJECTS,
				.heap_alloc_bytes = wild[p[5] % OW_ARRAY_SIZE(wild)],
				.heap_objects = wild[p[6] % OW_ARRAY_SIZE(wild)],
			};
		return event;
	}
	*c = *last;
	c->have = p[0] & 8 ? p[2] : 0xff;
	c->form = p[0] & 16 ? (enum ow_gc_form)(p[3] % OW_GC_FORM_COUNT) : OW_GC_1_18;
	c->number = p[0] & 32 ? wild[p[4] % OW_ARRAY_SIZE(wild)] : last->number + 1;
	c->at_usec = p[0] & 128 ? wild[p[5] % OW_ARRAY_SIZE(wild)]
				: last->at_usec + 100000 * (uint64_t)p[5];
	c->live_bytes = p[1] & 1 ? wild[p[6] % OW_ARRAY_SIZE(wild)] : (uint64_t)p[6] << 20;
	c->start_bytes = c->end_bytes =
		p[1] & 2 ? wild[p[7] % OW_ARRAY_SIZE(wild)] : (uint64_t)p[7] << 21;
	c->goal_bytes = p[1] & 4 ? wild[p[7] % OW_ARRAY_SIZE(wild)] : (uint64_t)p[7] << 20;
	c->stacks_bytes = p[1] & 8 ? UINT64_MAX : (uint64_t)p[6] << 18;
	c->globals_bytes = p[1] & 16 ? UINT64_MAX : 0;
	c->stop_usec = p[1] & 32 ? -1e300 : 10.0 * p[7];
	c->assist_usec = p[1] & 64 ? HUGE_VAL : p[6];
	c->background_usec = p[1] & 128 ? NAN : 1000.0 * p[6];
	c->procs = p[3] >> 6;
	c->periodic = p[3] & 2;
	return event;
}

static void check_share(double share)
{
	check(isnan(share) || (share >= 0 && share <= 1));
}

static void check_sum(const struct ow_gc_life *life, const struct ow_gc_sum *sum)
{
	const struct ow_gc_growth *g = &sum->live;

	check(sum->n_windows <= OW_GC_WINDOWS);
	for (size_t i = 0; i < sum->n_windows; i++) {
		check_share(sum->window[i].gc_share);
		check_share(sum->window[i].idle_share);
		check_share(sum->window[i].assist_share);
		check(!isinf(sum->window[i].alloc_bytes_per_s));
	}
	check(!g->have_fit ||
	      (isfinite(g->fit.slope) && isfinite(g->fit.low) && isfinite(g->fit.high) &&
	       isfinite(g->rise_bytes) && g->fit.p >= 0 && g->fit.p <= 1));
	check(!g->grows || (g->cycles >= 8 && g->span_usec >= 20 * OW_USEC_PER_SEC));
	check(strcmp(sum->shape, "leak") != 0 || g->grows);
	check(!sum->have_gogc || (isfinite(sum->gogc_percent) && sum->gogc_percent >= 0));
	check(!sum->have_eta ||
	      (sum->eta_low_usec >= 0 && sum->eta_low_usec <= sum->eta_high_usec &&
	       isfinite(sum->eta_high_usec)));
	check(!sum->have_goal || sum->peak_bytes >= sum->goal_bytes);
	check(life->n_buckets <= OW_GC_BUCKETS);
}

static void check_life(const struct ow_gc_life *life, const struct ow_gc_known *known,
		       struct ow_arena *arena)
{
	uint64_t cycles = 0;
	struct ow_gc_sum sum;

	ow_arena_clear(arena);
	check(ow_gc_sum(life, known, arena, &sum));
	check_sum(life, &sum);
	for (size_t i = 0; i < life->n_buckets; i++)
		cycles += life->bucket[i].cycles;
	check(life->cycles == 0 || cycles == life->cycles);
	ow_arena_clear(arena);
	for (size_t i = 0; i < ow_gc_n_rules; i++) {
		const struct ow_gc_case c = { life, &sum, known };
		struct ow_finding f = { 0 };

		check(ow_gc_judge(&ow_gc_rules[i], &c, arena, &f));
		check(f.statement && !strstr(f.statement, "nan") && !strstr(f.statement, "inf"));
		/* It is never without a reason that something is said to be so, and never certain.
		 */
		check(f.verdict != OW_SUPPORTED || f.n_reasons > 0);
		check(f.verdict == OW_SUPPORTED || f.verdict == OW_REFUTED ||
		      f.verdict == OW_NOT_TESTED);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_gc_lives_freep) struct ow_gc_lives *lives = ow_gc_lives_new();
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(4));
	const struct ow_gc_known known = { .have_limit = size % 3,
					   .limit_bytes = (uint64_t)(size % 7) << 26,
					   .limit_from = "the fuzzer" };
	struct ow_gc_cycle last = { .procs = 2 };
	uint64_t cycles = 0, kept = 0;

	if (!lives || !arena)
		return 0;
	for (size_t i = 0; i + EVENT_BYTES <= size; i += EVENT_BYTES) {
		struct ow_gc_event event = event_of(data + i, &last, i / EVENT_BYTES + 1);
		const struct ow_gc_life *life;

		if (i / EVENT_BYTES % 50 == 49)
			ow_gc_lives_next_source(lives);
		check(ow_gc_lives_add(lives, "log", &event, &life) == 0);
		if (event.kind != OW_GC_EVENT_CYCLE)
			continue;
		check(life != NULL);
		cycles++;
		last = event.cycle;
	}
	check(ow_gc_lives_count(lives) <= OW_GC_LIVES);
	for (size_t i = 0; i < ow_gc_lives_count(lives); i++) {
		kept += ow_gc_lives_at(lives, i)->cycles;
		check_life(ow_gc_lives_at(lives, i), &known, arena);
	}
	check(kept <= cycles);
	return 0;
}
