/* SPDX-License-Identifier: Apache-2.0 */
/* One process: what its cycles add up to, in memory that does not grow. */
#include <math.h>

#include "analyze/gc-internal.h"
#include "base/time.h"

#define WIDTH_LEAST  125000 /* usec: the buckets of 32 s */
#define AT_MOST      (INT64_MAX / 4)
#define USEC_MOST    1e15 /* 30 years */
#define MIB          (UINT64_C(1) << 20)
#define RESET_LEAST  (4 * MIB) /* a live heap below that falls to half by chance */
#define RESET_CYCLES 8         /* a burst is over before so many */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* A time as it can be: the log may be damaged, or made up. */
static double sane(double usec)
{
	return usec > 0 && usec < USEC_MOST ? usec : 0;
}

struct ow_gc_bucket ow_gc_bucket_empty(void)
{
	return (struct ow_gc_bucket){
		.live_min_bytes = UINT64_MAX,
		.goal_min_bytes = UINT64_MAX,
		.stacks_min_bytes = UINT64_MAX,
	};
}

void ow_gc_bucket_merge(struct ow_gc_bucket *into, const struct ow_gc_bucket *from)
{
	if (from->cycles == 0)
		return;
	into->cycles += from->cycles;
	into->live_min_bytes = least(into->live_min_bytes, from->live_min_bytes);
	into->live_max_bytes = most(into->live_max_bytes, from->live_max_bytes);
	into->live_last_bytes = from->live_last_bytes;
	into->heap_max_bytes = most(into->heap_max_bytes, from->heap_max_bytes);
	into->goal_min_bytes = least(into->goal_min_bytes, from->goal_min_bytes);
	into->goal_max_bytes = most(into->goal_max_bytes, from->goal_max_bytes);
	into->stacks_min_bytes = least(into->stacks_min_bytes, from->stacks_min_bytes);
	into->stacks_max_bytes = most(into->stacks_max_bytes, from->stacks_max_bytes);
	into->ratio_max = fmax(into->ratio_max, from->ratio_max);
	into->alloc_bytes += from->alloc_bytes;
	into->stop_usec += from->stop_usec;
	into->stop_cpu_usec += from->stop_cpu_usec;
	into->assist_usec += from->assist_usec;
	into->background_usec += from->background_usec;
	into->idle_usec += from->idle_usec;
	into->cpu_usec += from->cpu_usec;
}

static void empty(struct ow_gc_life *life)
{
	life->width_usec = WIDTH_LEAST;
	life->n_buckets = 0;
	for (size_t i = 0; i < OW_GC_BUCKETS; i++)
		life->bucket[i] = ow_gc_bucket_empty();
}

void ow_gc_life_begin(struct ow_gc_life *life, struct ow_gc_bucket *bucket)
{
	*life = (struct ow_gc_life){ .bucket = bucket, .who = "", .min_live_bytes = UINT64_MAX };
	empty(life);
}

const struct ow_gc_recent *ow_gc_life_recent(const struct ow_gc_life *life, size_t back)
{
	if (back >= life->cycles || back >= OW_GC_RECENT)
		return NULL;
	return &life->recent[(life->cycles - 1 - back) % OW_GC_RECENT];
}

/* Two by two, so that twice the time has room. */
static void fold(struct ow_gc_life *life)
{
	struct ow_gc_bucket *bucket = life->bucket;

	for (size_t i = 0; i < OW_GC_BUCKETS / 2; i++) {
		struct ow_gc_bucket both = bucket[2 * i];

		ow_gc_bucket_merge(&both, &bucket[2 * i + 1]);
		bucket[i] = both;
	}
	for (size_t i = OW_GC_BUCKETS / 2; i < OW_GC_BUCKETS; i++)
		bucket[i] = ow_gc_bucket_empty();
	life->width_usec *= 2;
	life->n_buckets = (life->n_buckets + 1) / 2;
}

static void put(struct ow_gc_life *life, int64_t at_usec, const struct ow_gc_bucket *sums)
{
	size_t i;

	while ((at_usec - life->origin_usec) / life->width_usec >= OW_GC_BUCKETS)
		fold(life);
	i = (size_t)((at_usec - life->origin_usec) / life->width_usec);
	ow_gc_bucket_merge(&life->bucket[i], sums);
	if (i >= life->n_buckets)
		life->n_buckets = i + 1;
}

static void see(struct ow_gc_witness *witness, const struct ow_gc_event *event)
{
	const size_t n = event->text.n < OW_GC_TEXT ? event->text.n : OW_GC_TEXT;

	*witness = (struct ow_gc_witness){
		.there = true,
		.cycle = event->cycle,
		.line = event->line,
		.have_time = event->have_time,
		.time_usec = event->time_usec,
		.n_text = n,
	};
	if (n)
		memcpy(witness->text, event->text.p, n);
}

/* Of the life's clock; it never goes back. n events came before this one. */
static int64_t moment(const struct ow_gc_life *life, const struct ow_gc_event *event, uint64_t n)
{
	int64_t usec = life->last_usec;

	if (life->clock == OW_GC_CLOCK_START && (event->cycle.have & OW_GC_AT))
		usec = (int64_t)least(event->cycle.at_usec, AT_MOST);
	else if (life->clock == OW_GC_CLOCK_WALL && event->have_time)
		usec = event->time_usec;
	else if (life->clock == OW_GC_CLOCK_NONE)
		usec = (int64_t)least(n, AT_MOST / OW_USEC_PER_SEC) * OW_USEC_PER_SEC;
	usec = usec > AT_MOST ? AT_MOST : usec < -AT_MOST ? -AT_MOST : usec;
	return n && usec < life->last_usec ? life->last_usec : usec;
}

static void start(struct ow_gc_life *life, const struct ow_gc_event *event)
{
	const struct ow_gc_cycle *cycle = &event->cycle;

	life->clock = cycle->have & OW_GC_AT ? OW_GC_CLOCK_START
		      : event->have_time     ? OW_GC_CLOCK_WALL
					     : OW_GC_CLOCK_NONE;
	if (life->printed.lines)
		empty(life); /* of what was printed until now */
	life->form = cycle->form;
	life->from_start = cycle->number == 1;
	life->first_usec = life->origin_usec = moment(life, event, 0);
	life->first_live_bytes = cycle->live_bytes;
	life->reset_usec = life->first_usec;
	see(&life->first, event);
}

static size_t pause_index(double usec)
{
	double low = 1;
	size_t decade = 0;

	for (; decade < 10 && usec >= low * 10; decade++)
		low *= 10;
	if (decade == 10)
		return OW_GC_PAUSES - 1;
	/* A little more, for 0.29 ms is 289.99999999999994 us to a computer. */
	return usec < 1 ? 0 : decade * 90 + (size_t)fmin(usec / low * 10 - 10 + 1e-6, 89);
}

double ow_gc_life_pause(const struct ow_gc_life *life, double share)
{
	const uint64_t wanted = (uint64_t)ceil(share * (double)life->pauses);
	uint64_t seen = 0;
	size_t i = 0;

	for (; i + 1 < OW_GC_PAUSES; i++) {
		seen += life->pause[i];
		if (seen >= wanted && seen)
			break;
	}
	return pow(10, (double)(i / 90)) * (10 + (double)(i % 90)) / 10;
}

static void add_pause(struct ow_gc_life *life, const struct ow_gc_event *event)
{
	if (!(event->cycle.have & OW_GC_CLOCK))
		return;
	life->pauses++;
	life->pause[pause_index(sane(event->cycle.stop_usec))]++;
	if (!life->slowest.there || event->cycle.stop_usec > life->slowest.cycle.stop_usec)
		see(&life->slowest, event);
}

/* What the cycle adds to its stretch of time. last is the one before it; NULL: not known. */
static struct ow_gc_bucket sums_of(const struct ow_gc_life *life, const struct ow_gc_cycle *cycle,
				   const struct ow_gc_recent *last, int64_t at_usec)
{
	struct ow_gc_bucket sums = ow_gc_bucket_empty();
	const bool next = last && cycle->number == last->number + 1;
	const bool first = !last && cycle->number == 1;
	double usec = next ? (double)(at_usec - last->at_usec)
		      : first && life->clock == OW_GC_CLOCK_START ? (double)at_usec
								  : 0;

	sums.cycles = 1;
	sums.live_min_bytes = sums.live_max_bytes = sums.live_last_bytes = cycle->live_bytes;
	sums.heap_max_bytes = cycle->live_bytes;
	if (cycle->have & OW_GC_START)
		sums.heap_max_bytes = most(cycle->start_bytes, cycle->end_bytes);
	if (cycle->have & OW_GC_GOAL)
		sums.goal_min_bytes = sums.goal_max_bytes = cycle->goal_bytes;
	if (cycle->have & OW_GC_STACKS)
		sums.stacks_min_bytes = sums.stacks_max_bytes = cycle->stacks_bytes;
	if (next && (cycle->have & OW_GC_GOAL) && last->live_bytes >= MIB)
		sums.ratio_max = (double)cycle->goal_bytes / (double)last->live_bytes;
	if ((cycle->have & OW_GC_START) && next && cycle->start_bytes > last->live_bytes)
		sums.alloc_bytes = (double)(cycle->start_bytes - last->live_bytes);
	else if ((cycle->have & OW_GC_START) && first)
		sums.alloc_bytes = (double)cycle->start_bytes;
	sums.stop_usec = cycle->have & OW_GC_CLOCK ? sane(cycle->stop_usec) : 0;
	if (!(cycle->have & OW_GC_CPU))
		return sums;
	sums.stop_cpu_usec = sane(cycle->stop_cpu_usec);
	sums.assist_usec = sane(cycle->assist_usec);
	sums.background_usec = sane(cycle->background_usec);
	sums.idle_usec = sane(cycle->idle_usec);
	sums.cpu_usec = usec * (cycle->have & OW_GC_PROCS ? cycle->procs : life->procs);
	return sums;
}

/*
 * A live heap that falls to less than half of what it was, and of what it was at its least lately,
 * and whose next goal falls with it, has been emptied: a trend from before is a trend of something
 * else. Known one cycle later.
 */
static bool was_emptied(const struct ow_gc_life *life, const struct ow_gc_cycle *cycle,
			uint64_t *ret)
{
	const struct ow_gc_recent *fell = ow_gc_life_recent(life, 0);
	uint64_t before = UINT64_MAX;

	if (!fell || life->cycles_since_reset < 2 || cycle->live_bytes / 2 > fell->live_bytes)
		return false;
	if (fell->have_goal && (cycle->have & OW_GC_GOAL) &&
	    cycle->goal_bytes > fell->goal_bytes / 4 * 3)
		return false;
	for (size_t back = 1; back <= RESET_CYCLES && back < life->cycles_since_reset; back++)
		before = least(before, ow_gc_life_recent(life, back)->live_bytes);
	*ret = before;
	return before != UINT64_MAX && before >= RESET_LEAST && fell->live_bytes < before / 2 &&
	       cycle->live_bytes < before / 2;
}

static void reset(struct ow_gc_life *life, uint64_t from_bytes)
{
	life->emptied_bytes = most(life->emptied_bytes, from_bytes);
	life->resets++;
	life->cycles_since_reset = 1; /* the one that fell */
	life->reset_usec = ow_gc_life_recent(life, 0)->at_usec;
	life->lowest.there = false;
}

static uint64_t rest_of(const struct ow_gc_cycle *cycle)
{
	uint64_t sum;

	if (!(cycle->have & OW_GC_STACKS) ||
	    __builtin_add_overflow(cycle->stacks_bytes, cycle->globals_bytes, &sum))
		return 0;
	return sum;
}

static void keep(struct ow_gc_life *life, const struct ow_gc_event *event, int64_t at_usec)
{
	const struct ow_gc_cycle *cycle = &event->cycle;

	life->recent[life->cycles % OW_GC_RECENT] = (struct ow_gc_recent){
		.at_usec = at_usec,
		.number = cycle->number,
		.start_bytes = cycle->have & OW_GC_START ? cycle->start_bytes : 0,
		.live_bytes = cycle->live_bytes,
		.goal_bytes = cycle->have & OW_GC_GOAL ? cycle->goal_bytes : 0,
		.rest_bytes = rest_of(cycle),
		.line = event->line,
		.forced = cycle->forced,
		.periodic = cycle->periodic,
		.have_goal = cycle->have & OW_GC_GOAL,
	};
	life->cycles++;
	life->cycles_since_reset++;
	life->forced += cycle->forced;
	life->periodic += cycle->periodic;
	life->torn += event->torn;
	life->last_usec = at_usec;
	life->last_live_bytes = cycle->live_bytes;
	life->min_live_bytes = least(life->min_live_bytes, cycle->live_bytes);
	life->max_live_bytes = most(life->max_live_bytes, cycle->live_bytes);
}

/* How far a collection began past its goal: one allocation, or many at once. */
static uint64_t past_goal(const struct ow_gc_cycle *cycle)
{
	return (cycle->have & OW_GC_START) && (cycle->have & OW_GC_GOAL) &&
			       cycle->start_bytes > cycle->goal_bytes
		       ? cycle->start_bytes - cycle->goal_bytes
		       : 0;
}

static void witness(struct ow_gc_life *life, const struct ow_gc_event *event)
{
	const struct ow_gc_cycle *cycle = &event->cycle;

	see(&life->last, event);
	if (!life->largest.there || cycle->live_bytes > life->largest.cycle.live_bytes)
		see(&life->largest, event);
	if (!life->lowest.there || cycle->live_bytes <= life->lowest.cycle.live_bytes)
		see(&life->lowest, event);
	if (past_goal(cycle) &&
	    (!life->burst.there || past_goal(cycle) >= past_goal(&life->burst.cycle)))
		see(&life->burst, event);
}

static void stamp(struct ow_gc_life *life, const struct ow_gc_event *event)
{
	if (!event->have_time)
		return;
	if (!life->have_wall)
		life->first_wall_usec = event->time_usec;
	life->have_wall = true;
	life->last_wall_usec = event->time_usec;
}

void ow_gc_life_cycle(struct ow_gc_life *life, const struct ow_gc_event *event)
{
	const struct ow_gc_cycle *cycle = &event->cycle;
	const struct ow_gc_recent *last = ow_gc_life_recent(life, 0);
	struct ow_gc_bucket sums;
	uint64_t emptied;
	int64_t at_usec;

	if (life->cycles == 0)
		start(life, event);
	if (was_emptied(life, cycle, &emptied))
		reset(life, emptied);
	at_usec = moment(life, event, life->cycles);
	if (last && cycle->number > last->number + 1)
		life->missed += cycle->number - last->number - 1;
	if (cycle->have & OW_GC_PROCS)
		life->procs = cycle->procs;
	sums = sums_of(life, cycle, last, at_usec);
	put(life, at_usec, &sums);
	add_pause(life, event);
	keep(life, event, at_usec);
	witness(life, event);
	stamp(life, event);
}

/* What of it tells growth: bytes, or else objects. */
static bool printed_value(const struct ow_memstats *stats, uint64_t *ret, bool *objects)
{
	*objects = !(stats->have & (OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_ALLOC));
	*ret = stats->have & OW_MEMSTATS_HEAP_ALLOC ? stats->heap_alloc_bytes
	       : stats->have & OW_MEMSTATS_ALLOC    ? stats->alloc_bytes
						    : stats->heap_objects;
	return !*objects || (stats->have & OW_MEMSTATS_HEAP_OBJECTS);
}

void ow_gc_life_printed(struct ow_gc_life *life, const struct ow_gc_event *event)
{
	struct ow_gc_printed *printed = &life->printed;
	struct ow_gc_bucket sums = ow_gc_bucket_empty();
	uint64_t value;
	bool objects;

	stamp(life, event);
	if (printed->lines == 0) {
		printed->first = event->stats.memstats;
		printed->first_line = event->line;
	}
	printed->last = event->stats.memstats;
	printed->last_line = event->line;
	if (life->cycles == 0 && printed->lines == 0) {
		life->clock = event->have_time ? OW_GC_CLOCK_WALL : OW_GC_CLOCK_NONE;
		life->first_usec = life->origin_usec = moment(life, event, 0);
		life->reset_usec = life->first_usec;
		(void)printed_value(&printed->first, &value, &printed->objects);
	}
	printed->lines++;
	if (life->cycles || !printed_value(&printed->last, &value, &objects) ||
	    objects != printed->objects)
		return;
	life->last_usec = moment(life, event, printed->lines - 1);
	sums.cycles = 1;
	sums.live_min_bytes = sums.live_max_bytes = sums.live_last_bytes = value;
	sums.heap_max_bytes = value;
	put(life, life->last_usec, &sums);
}
