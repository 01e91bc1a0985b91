/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of one life: shares of the processors, pauses, the goal and what sets it, the limit.
 */
#include <math.h>

#include "analyze/gc-internal.h"
#include "base/time.h"

#define MIB (UINT64_C(1) << 20)
#define RATIO_LEAST                                                                         \
	(4 * MIB)        /* the goal of a smaller heap is the least there is, or cut digits \
			  */
#define ROOM        1.25 /* goal over live: there is room */
#define NO_ROOM     1.1  /* there is hardly any */
#define STILL       1.15 /* a goal that moves no more than that stands still */
#define REST_SMALL  0.1  /* stacks and globals against the live heap */
#define IDLE_CYCLES 3
#define MATERIAL    0.10 /* of the limit: growth that matters */
#define TIGHT       0.85 /* of the limit: near it */
#define DOUBLED     0.50 /* of the last level, where no limit is known */
#define ETA_WIDEST  5.0

static bool live_of(const struct ow_gc_bucket *bucket, double *ret)
{
	*ret = (double)bucket->live_min_bytes;
	return bucket->live_min_bytes != UINT64_MAX;
}

static bool stacks_of(const struct ow_gc_bucket *bucket, double *ret)
{
	*ret = (double)bucket->stacks_min_bytes;
	return bucket->stacks_min_bytes != UINT64_MAX;
}

/* Shares are NAN where there is nothing to divide by. */
static struct ow_gc_window window_of(const struct ow_gc_bucket *sums, int64_t from_usec,
				     int64_t to_usec)
{
	const double mark = sums->assist_usec + sums->background_usec + sums->idle_usec;
	const double gc = sums->stop_cpu_usec + sums->assist_usec + sums->background_usec;
	const double seconds = (double)(to_usec - from_usec) / OW_USEC_PER_SEC;

	return (struct ow_gc_window){
		.from_usec = from_usec,
		.to_usec = to_usec,
		.cycles = sums->cycles,
		.live_min_bytes = sums->live_min_bytes,
		.heap_max_bytes = sums->heap_max_bytes,
		.gc_share = sums->cpu_usec > 0 ? fmin(gc / sums->cpu_usec, 1) : NAN,
		.idle_share = sums->cpu_usec > 0 ? fmin(sums->idle_usec / sums->cpu_usec, 1) : NAN,
		.assist_share = mark > 0 ? sums->assist_usec / mark : NAN,
		.cycles_per_s = seconds > 0 ? (double)sums->cycles / seconds : NAN,
		.alloc_bytes_per_s = seconds > 0 ? sums->alloc_bytes / seconds : NAN,
	};
}

static void windows(const struct ow_gc_life *life, struct ow_gc_sum *sum)
{
	const size_t step = (life->n_buckets + OW_GC_WINDOWS - 1) / OW_GC_WINDOWS;
	struct ow_gc_bucket all = ow_gc_bucket_empty();

	for (size_t i = 0; i < life->n_buckets; i += step) {
		struct ow_gc_bucket sums = ow_gc_bucket_empty();
		int64_t to = life->origin_usec + (int64_t)(i + step) * life->width_usec;

		for (size_t j = i; j < i + step && j < life->n_buckets; j++)
			ow_gc_bucket_merge(&sums, &life->bucket[j]);
		ow_gc_bucket_merge(&all, &sums);
		to = to < life->last_usec ? to : life->last_usec;
		sum->window[sum->n_windows++] =
			window_of(&sums, life->origin_usec + (int64_t)i * life->width_usec, to);
	}
	sum->all = window_of(&all, life->first_usec, life->last_usec);
	sum->stop_usec = all.stop_usec;
	sum->busiest = sum->n_windows;
	for (size_t i = 0; i < sum->n_windows; i++)
		if (!isnan(sum->window[i].gc_share) &&
		    (sum->busiest == sum->n_windows ||
		     sum->window[i].gc_share > sum->window[sum->busiest].gc_share))
			sum->busiest = i;
}

static void pauses(const struct ow_gc_life *life, struct ow_gc_sum *sum)
{
	sum->have_pauses = life->pauses;
	if (!sum->have_pauses)
		return;
	sum->pause_p50_usec = ow_gc_life_pause(life, 0.5);
	sum->pause_p99_usec = ow_gc_life_pause(life, 0.99);
	sum->pause_max_usec = life->slowest.cycle.stop_usec;
}

/* Of the latest cycles that follow each other: goal over live, and GOGC as it worked out. The lines
 * have the stacks as large as they may be, the goal is made of what was scanned of them: where they
 * matter GOGC is not known. */
static void ratios(const struct ow_gc_life *life, struct ow_gc_sum *sum)
{
	double ratio[OW_GC_RECENT], gogc[OW_GC_RECENT], rest = 0, live = 0;
	const struct ow_gc_recent *c, *before;
	size_t n = 0;

	for (size_t back = 0;
	     (c = ow_gc_life_recent(life, back)) && (before = ow_gc_life_recent(life, back + 1));
	     back++) {
		if (!c->have_goal || c->number != before->number + 1 ||
		    before->live_bytes < RATIO_LEAST)
			continue;
		rest += (double)before->rest_bytes;
		live += (double)before->live_bytes;
		ratio[n] = (double)c->goal_bytes / (double)before->live_bytes;
		gogc[n++] = 100 * ((double)c->goal_bytes - (double)before->live_bytes) /
			    ((double)before->live_bytes + (double)before->rest_bytes);
	}
	if (n == 0)
		return;
	sum->have_gogc = rest <= REST_SMALL * live;
	sum->goal_ratio = ow_median(ratio, n);
	sum->gogc_percent = sum->have_gogc ? fmax(ow_median(gogc, n), 0) : 0;
}

/*
 * Does a memory limit set the goal? Then the goal stands still while the live heap rises to it. The
 * goal of the time when there was room says what the limit is not below.
 */
static void cap(const struct ow_gc_life *life, struct ow_gc_sum *sum)
{
	uint64_t low = UINT64_MAX, high = 0, live_low = UINT64_MAX, live_high = 0;
	double n = 0;

	for (size_t i = 0; i < life->n_buckets; i++) {
		const struct ow_gc_bucket *b = &life->bucket[i];

		if (b->cycles == 0 || b->live_min_bytes < RATIO_LEAST)
			continue;
		sum->goal_ratio_first = fmax(sum->goal_ratio_first, b->ratio_max);
		if (b->ratio_max < ROOM || b->goal_min_bytes == UINT64_MAX)
			continue;
		n += (double)b->cycles;
		low = b->goal_min_bytes < low ? b->goal_min_bytes : low;
		high = b->goal_max_bytes > high ? b->goal_max_bytes : high;
		live_low = b->live_min_bytes < live_low ? b->live_min_bytes : live_low;
		live_high = b->live_max_bytes > live_high ? b->live_max_bytes : live_high;
	}
	if (n < OW_GC_CYCLES_LEAST || (double)high > (double)low * STILL ||
	    (double)live_high < (double)live_low * 2)
		return;
	sum->capped = true;
	sum->cap_seen_bytes = low;
}

/* What the heap is to grow to before the next collection, and how much of that is not live. */
static void head_room(const struct ow_gc_life *life, struct ow_gc_sum *sum)
{
	const struct ow_gc_recent *last = ow_gc_life_recent(life, 0);
	double goal;

	if (!last || !last->have_goal)
		return;
	goal = sum->capped || !sum->have_gogc
		       ? (double)last->goal_bytes
		       : (double)last->live_bytes +
				 ((double)last->live_bytes + (double)last->rest_bytes) *
					 sum->gogc_percent / 100;
	goal = fmax(goal, (double)last->live_bytes);
	sum->have_goal = goal < 0x1p63;
	sum->goal_bytes = sum->have_goal ? (uint64_t)goal : 0;
	sum->garbage_bytes = sum->have_goal ? sum->goal_bytes - last->live_bytes : 0;
	for (size_t i = 0; i < life->n_buckets; i++)
		if (life->bucket[i].cycles && life->bucket[i].heap_max_bytes > sum->peak_bytes)
			sum->peak_bytes = life->bucket[i].heap_max_bytes;
	if (sum->goal_bytes > sum->peak_bytes)
		sum->peak_bytes = sum->goal_bytes;
}

static bool is_idle(const struct ow_gc_life *life)
{
	const struct ow_gc_recent *c;

	for (size_t back = 0; back < IDLE_CYCLES; back++)
		if (!(c = ow_gc_life_recent(life, back)) || !c->periodic)
			return false;
	return true;
}

/*
 * When does the heap reach the limit? First when its goal does and rises as the live heap does
 * times its ratio; last when the head-room stays as it is. Said where that is worth saying.
 */
static void eta(const struct ow_gc_life *life, const struct ow_gc_known *known,
		struct ow_gc_sum *sum)
{
	const struct ow_gc_recent *last = ow_gc_life_recent(life, 0);
	double ratio, room, low, high;

	if (!known->have_limit || !sum->have_goal || !sum->live.grows || last->live_bytes == 0)
		return;
	room = (double)known->limit_bytes - (double)last->rest_bytes - (double)sum->goal_bytes;
	ratio = sum->capped ? 1 : (double)sum->goal_bytes / (double)last->live_bytes;
	low = room / (sum->live.fit.high * ratio) * OW_USEC_PER_SEC;
	high = room / sum->live.fit.low * OW_USEC_PER_SEC;
	sum->eta_now = room <= 0;
	sum->have_eta =
		sum->eta_now || (isfinite(low) && isfinite(high) && high / low <= ETA_WIDEST);
	sum->eta_low_usec = sum->eta_now || !sum->have_eta ? 0 : low;
	sum->eta_high_usec = sum->eta_now || !sum->have_eta ? 0 : high;
}

static const char *shape_of(const struct ow_gc_life *life, const struct ow_gc_known *known,
			    const struct ow_gc_sum *sum)
{
	const struct ow_gc_growth *live = &sum->live;
	const double limit = (double)known->limit_bytes;
	const bool tight = known->have_limit && (double)sum->peak_bytes >= TIGHT * limit;

	if (!live->have_fit)
		return "inconclusive";
	if (live->grows) /* what a program prints has garbage in it, which may be all that grew */
		return life->cycles && ow_gc_leaks(life, known, live) ? "leak" : "inconclusive";
	if (ow_gc_rests(life, known, live))
		return tight ? "tight-plateau" : "plateau";
	if (live->lack == OW_GC_LACK_GROWTH && live->rise_high_bytes < ow_gc_material(life, known))
		return tight ? "tight-plateau" : "flat";
	return "inconclusive";
}

bool ow_gc_sum(const struct ow_gc_life *life, const struct ow_gc_known *known,
	       struct ow_arena *scratch, struct ow_gc_sum *ret)
{
	const struct ow_gc_known sane = ow_gc_known_sane(known);
	struct ow_gc_sum sum = { .shape = "inconclusive" };

	if (life->cycles == 0 && life->printed.lines == 0)
		return false;
	windows(life, &sum);
	pauses(life, &sum);
	ratios(life, &sum);
	cap(life, &sum);
	head_room(life, &sum);
	sum.idle = is_idle(life);
	sum.live = ow_gc_grow(life, live_of, scratch);
	sum.stacks = ow_gc_grow(life, stacks_of, scratch);
	if (sum.live.lack == OW_GC_LACK_MEMORY || sum.stacks.lack == OW_GC_LACK_MEMORY)
		return false;
	eta(life, &sane, &sum);
	sum.shape = shape_of(life, &sane, &sum);
	*ret = sum;
	return true;
}
