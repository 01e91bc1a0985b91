/* SPDX-License-Identifier: Apache-2.0 */
/* Which process a collection is of, where several write to one log, and which one follows which. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/gc-internal.h"
#include "base/hash.h"
#include "base/time.h"

#define WHO_MAX      128
#define LATEST       32 /* processes that write to one log at the same time */
#define MIB          (UINT64_C(1) << 20)
#define ODD_MOST     8.0 /* a goal so far from what it should be is another process's */
#define ODD_UNKNOWN  7.0
#define ODD_REPEATED 50.0 /* worse than any that comes next, better than a gap */
#define ODD_GAP      100.0
#define RATE_MORE    20 /* times as often as before: so many cycles were not in between */

struct slot {
	struct ow_gc_life life;
	struct ow_gc_bucket bucket[OW_GC_BUCKETS];
	char who[WHO_MAX];
	uint64_t who_hash;
	bool closed; /* another source began since it spoke last */
};

struct ow_gc_lives {
	struct slot *slot[OW_GC_LIVES]; /* n of them, in the order they began */
	size_t n;
	struct slot *latest[LATEST]; /* who spoke last is first */
	size_t n_latest;
	size_t begun;
	uint64_t seed;
};

struct ow_gc_lives *ow_gc_lives_new(void)
{
	struct ow_gc_lives *lives = calloc(1, sizeof(*lives));

	if (lives)
		lives->seed = ow_hash_seed();
	return lives;
}

struct ow_gc_lives *ow_gc_lives_free(struct ow_gc_lives *lives)
{
	for (size_t i = 0; lives && i < lives->n; i++)
		free(lives->slot[i]);
	free(lives);
	return NULL;
}

size_t ow_gc_lives_count(const struct ow_gc_lives *lives)
{
	return lives->n;
}

const struct ow_gc_life *ow_gc_lives_at(const struct ow_gc_lives *lives, size_t i)
{
	return &lives->slot[i]->life;
}

static struct slot *find(const struct ow_gc_lives *lives, size_t number)
{
	for (size_t i = 0; i < lives->n; i++)
		if (lives->slot[i]->life.number == number)
			return lives->slot[i];
	return NULL;
}

const struct ow_gc_life *ow_gc_lives_find(const struct ow_gc_lives *lives, size_t number)
{
	const struct slot *slot = find(lives, number);

	return slot ? &slot->life : NULL;
}

uint64_t ow_gc_lives_forgotten(const struct ow_gc_lives *lives)
{
	return lives->begun - lives->n;
}

void ow_gc_lives_next_source(struct ow_gc_lives *lives)
{
	for (size_t i = 0; i < lives->n; i++)
		lives->slot[i]->closed = true;
}

/* It spoke: first of the latest. */
static void touch(struct ow_gc_lives *lives, struct slot *slot)
{
	size_t i = 0;

	while (i < lives->n_latest && lives->latest[i] != slot)
		i++;
	if (i == lives->n_latest && lives->n_latest < LATEST)
		lives->n_latest++;
	if (i == LATEST)
		i--;
	memmove(&lives->latest[1], lives->latest, i * sizeof(struct slot *));
	lives->latest[0] = slot;
	slot->closed = false;
}

/* Room for one more: the first that ended, or else the first at all, is forgotten. */
static struct slot *make_room(struct ow_gc_lives *lives)
{
	struct slot *slot;
	size_t i = 0;

	if (lives->n < OW_GC_LIVES)
		return malloc(sizeof(*slot));
	while (i < lives->n && !lives->slot[i]->life.replaced)
		i++;
	i = i < lives->n ? i : 0;
	slot = lives->slot[i];
	lives->n--;
	memmove(&lives->slot[i], &lives->slot[i + 1], (lives->n - i) * sizeof(struct slot *));
	for (i = 0; i < lives->n_latest && lives->latest[i] != slot;)
		i++;
	if (i < lives->n_latest) {
		lives->n_latest--;
		memmove(&lives->latest[i], &lives->latest[i + 1],
			(lives->n_latest - i) * sizeof(struct slot *));
	}
	return slot;
}

static struct slot *begin(struct ow_gc_lives *lives, const char *source,
			  const struct ow_gc_event *event, uint64_t who_hash)
{
	const size_t n = event->who.n < WHO_MAX - 1 ? event->who.n : WHO_MAX - 1;
	struct slot *slot = make_room(lives);

	if (!slot)
		return NULL;
	ow_gc_life_begin(&slot->life, slot->bucket);
	if (n)
		memcpy(slot->who, event->who.p, n);
	slot->who[n] = '\0';
	slot->who_hash = who_hash;
	slot->closed = false;
	slot->life.source = source;
	slot->life.who = slot->who;
	slot->life.number = ++lives->begun;
	lives->slot[lives->n++] = slot;
	return slot;
}

/*
 * The goal is made of the live bytes of the cycle before by the same rule as ever (by GOGC's 100
 * where that is not known), or stands still. How far it is from that, as a factor of at least 1; 1
 * where nothing is known.
 */
static double oddness(const struct ow_gc_life *life, const struct ow_gc_cycle *cycle)
{
	const struct ow_gc_recent *last = ow_gc_life_recent(life, 0);
	const struct ow_gc_recent *before = ow_gc_life_recent(life, 1);
	double goal, same, ratio = 2, odd;

	if (!(cycle->have & OW_GC_GOAL) || !last->have_goal)
		return 1;
	goal = (double)cycle->goal_bytes + MIB;
	same = ((double)last->goal_bytes + MIB) / goal;
	if (before)
		ratio = ((double)last->goal_bytes + MIB) / ((double)before->live_bytes + MIB);
	ratio *= ((double)last->live_bytes + MIB) / goal;
	odd = fmin(fmax(same, 1 / same), fmax(ratio, 1 / ratio));
	return before ? odd : fmin(odd, ODD_UNKNOWN);
}

/* Were so many cycles in between, at the rate of those that are known? */
static bool is_likely_gap(const struct ow_gc_life *life, const struct ow_gc_cycle *cycle)
{
	const struct ow_gc_recent *last = ow_gc_life_recent(life, 0);
	const double missed = (double)(cycle->number - last->number - 1);
	const double before = (double)last->at_usec / (double)(last->number ? last->number : 1);
	double usec;

	if (life->clock != OW_GC_CLOCK_START || !(cycle->have & OW_GC_AT))
		return missed < 1000;
	usec = (double)cycle->at_usec - (double)last->at_usec;
	return missed <= 10 || usec * RATE_MORE >= missed * before;
}

/* One line that is in the log twice. */
static bool is_repeated(const struct ow_gc_life *life, const struct ow_gc_event *event)
{
	const struct ow_gc_witness *last = &life->last;
	const size_t n = event->text.n < OW_GC_TEXT ? event->text.n : OW_GC_TEXT;

	return event->cycle.number == last->cycle.number && n == last->n_text &&
	       (n == 0 || memcmp(last->text, event->text.p, n) == 0);
}

/* How badly the cycle goes on where the life is: 1 is best, 0 is not at all. */
static double fit(const struct slot *slot, const struct ow_gc_event *event)
{
	const struct ow_gc_life *life = &slot->life;
	const struct ow_gc_cycle *cycle = &event->cycle;
	const struct ow_gc_recent *last = ow_gc_life_recent(life, 0);
	double odd;

	if (!last || cycle->form != life->form || cycle->number < last->number)
		return 0;
	if (life->clock == OW_GC_CLOCK_START &&
	    (!(cycle->have & OW_GC_AT) || (int64_t)cycle->at_usec < last->at_usec))
		return 0;
	if (cycle->number == last->number)
		return is_repeated(life, event) ? ODD_REPEATED : 0;
	odd = oddness(life, cycle);
	if ((cycle->have & OW_GC_PROCS) && cycle->procs != life->procs)
		odd *= 2;
	if (cycle->number == last->number + 1)
		return odd < ODD_MOST ? odd : 0;
	return !slot->closed && odd < ODD_MOST && is_likely_gap(life, cycle) ? ODD_GAP * odd : 0;
}

static struct slot *whose(const struct ow_gc_lives *lives, const struct ow_gc_event *event,
			  uint64_t who_hash)
{
	struct slot *best = NULL;
	double least = 0;

	for (size_t i = 0; i < lives->n_latest; i++) {
		struct slot *slot = lives->latest[i];
		double odd = slot->who_hash == who_hash ? fit(slot, event) : 0;

		if (odd > 0 && (!best || odd < least)) {
			best = slot;
			least = odd;
		}
	}
	return best;
}

/* A process that only printed MemStats until now. */
static struct slot *silent(const struct ow_gc_lives *lives, uint64_t who_hash)
{
	for (size_t i = 0; i < lives->n_latest; i++)
		if (lives->latest[i]->who_hash == who_hash && !lives->latest[i]->closed)
			return lives->latest[i]->life.cycles ? NULL : lives->latest[i];
	return NULL;
}

/* Number and time went back: the new one stands where the latest of that name stood, in one log. */
static void follow(struct ow_gc_lives *lives, struct slot *slot)
{
	struct slot *old = NULL;

	if (!slot->life.from_start)
		return;
	for (size_t i = 0; i < lives->n_latest && !old; i++)
		if (lives->latest[i] != slot && lives->latest[i]->who_hash == slot->who_hash &&
		    lives->latest[i]->life.cycles)
			old = lives->latest[i];
	if (!old || old->closed || old->life.replaced)
		return;
	old->life.replaced = true;
	old->life.successor = slot->life.number;
	slot->life.predecessor = old->life.number;
}

/* It was not replaced: it speaks again. The two run side by side. */
static void revive(struct ow_gc_lives *lives, struct slot *slot)
{
	struct slot *next = find(lives, slot->life.successor);

	if (next && next->life.predecessor == slot->life.number)
		next->life.predecessor = 0;
	slot->life.replaced = false;
	slot->life.successor = 0;
}

static int add_cycle(struct ow_gc_lives *lives, const char *source, const struct ow_gc_event *event,
		     uint64_t who_hash, struct slot **ret)
{
	struct slot *slot = whose(lives, event, who_hash);
	const bool known = slot;

	if (!known)
		slot = silent(lives, who_hash);
	if (!slot)
		slot = begin(lives, source, event, who_hash);
	if (!slot)
		return -ENOMEM;
	*ret = slot;
	if (known && event->cycle.number == ow_gc_life_recent(&slot->life, 0)->number)
		return 0;
	ow_gc_life_cycle(&slot->life, event);
	if (known && slot->life.replaced)
		revive(lives, slot);
	touch(lives, slot);
	if (!known)
		follow(lives, slot);
	return 0;
}

static struct slot *speaker(const struct ow_gc_lives *lives, uint64_t who_hash)
{
	for (size_t i = 0; i < lives->n_latest; i++)
		if (lives->latest[i]->who_hash == who_hash && !lives->latest[i]->closed)
			return lives->latest[i];
	return NULL;
}

static void add_scavenge(struct ow_gc_life *life, const struct ow_gc_scavenge *scavenge)
{
	struct ow_gc_scavenged *to = &life->scavenged;

	to->lines++;
	if ((scavenge->have & OW_GC_SCAV_RELEASED_NOW) &&
	    __builtin_add_overflow(to->released_bytes, scavenge->released_now_bytes,
				   &to->released_bytes))
		to->released_bytes = UINT64_MAX;
	to->have_last = true;
	to->last = *scavenge;
}

static void add_sched(struct ow_gc_life *life, const struct ow_gc_sched *sched)
{
	life->sched_lines++;
	if (sched->threads > life->max_threads)
		life->max_threads = sched->threads;
}

/* What a program prints itself is of the process that speaks, or of one that says nothing else. */
static int add_other(struct ow_gc_lives *lives, const char *source, const struct ow_gc_event *event,
		     uint64_t who_hash, struct slot **ret)
{
	struct slot *slot = speaker(lives, who_hash);

	if (!slot && event->kind == OW_GC_EVENT_STATS) {
		slot = begin(lives, source, event, who_hash);
		if (!slot)
			return -ENOMEM;
		touch(lives, slot);
	}
	if (!slot)
		return 0;
	*ret = slot;
	if (event->kind == OW_GC_EVENT_STATS)
		ow_gc_life_printed(&slot->life, event);
	else if (event->kind == OW_GC_EVENT_SCAVENGE)
		add_scavenge(&slot->life, &event->scavenge);
	else if (event->kind == OW_GC_EVENT_SCHED)
		add_sched(&slot->life, &event->sched);
	return 0;
}

int ow_gc_lives_add(struct ow_gc_lives *lives, const char *source, const struct ow_gc_event *event,
		    const struct ow_gc_life **ret)
{
	const uint64_t who_hash = ow_hash(lives->seed, event->who.p, event->who.n);
	struct slot *slot = NULL;
	int r = event->kind == OW_GC_EVENT_CYCLE ? add_cycle(lives, source, event, who_hash, &slot)
						 : add_other(lives, source, event, who_hash, &slot);

	if (r < 0)
		return r;
	if (ret)
		*ret = slot ? &slot->life : NULL;
	return 0;
}
