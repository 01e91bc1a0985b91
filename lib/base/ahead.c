/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ahead.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>

/* Together more than the cache of one processor holds: where both have a block in their own, it is
 * handed from one to the other, which takes longer than to fetch it from the cache of both. */
#define BLOCKS 8
#define ALONE  OW_KIB(64) /* the block of a caller who has no helper */
#define PAGE   4096
#define STACK  OW_KIB(256) /* enough to unpack */

struct block {
	char *bytes;
	size_t n;
	int last;   /* what ended the source behind these bytes: 0 or a negative errno */
	bool ends;  /* last is set */
	bool ready; /* it is the caller's; else it is of whoever fills it */
};

/* Blocks are numbered from 0; number i is in block[i % n_blocks]. */
struct ow_ahead {
	struct ow_ahead_source source;
	pthread_t helper;
	bool has_helper;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t moved; /* a block was filled or given back: one of the two may wait for it */
	uint64_t next;        /* that the caller takes */
	uint64_t unfilled;    /* that nobody has begun to fill */
	bool holds;           /* the caller works on the block in front of next */
	bool filling;         /* in_turn: somebody reads */
	bool ended;           /* there is nothing more to fill */
	size_t n_blocks, size; /* how many, and of how many bytes each */
	struct block block[BLOCKS];
	alignas(PAGE) char bytes[];
};

static bool can_fill(const struct ow_ahead *ahead)
{
	return !ahead->ended && !(ahead->source.in_turn && ahead->filling) &&
	       ahead->unfilled < ahead->next - ahead->holds + ahead->n_blocks;
}

/* A file that was read at any place is read up to a full block: what is behind is in another. */
static void read_block(const struct ow_ahead *ahead, uint64_t at, struct block *block)
{
	const struct ow_ahead_source *source = &ahead->source;
	ssize_t r;

	block->n = 0;
	do {
		r = source->read(source->arg, at + block->n, block->bytes + block->n,
				 ahead->size - block->n);
		block->n += r > 0 ? (size_t)r : 0;
	} while (r > 0 && !source->in_turn && block->n < ahead->size);
	block->ends = r <= 0;
	block->last = r < 0 ? (int)r : 0;
}

/* Fills the next block; the lock is held, but not while it is read. */
static void fill(struct ow_ahead *ahead)
{
	const uint64_t number = ahead->unfilled++;
	struct block *block = &ahead->block[number % ahead->n_blocks];

	ahead->filling = true;
	(void)pthread_mutex_unlock(&ahead->lock);
	read_block(ahead, number * ahead->size, block);
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->filling = false;
	ahead->ended |= block->ends;
	block->ready = true;
	(void)pthread_cond_signal(&ahead->moved);
}

static void *help(void *arg)
{
	struct ow_ahead *ahead = arg;

	(void)pthread_mutex_lock(&ahead->lock);
	while (!ahead->ended) {
		if (can_fill(ahead))
			fill(ahead);
		else
			(void)pthread_cond_wait(&ahead->moved, &ahead->lock);
	}
	(void)pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

static bool has_processors(void)
{
	cpu_set_t set;

	/* It fails where there are more than the set has room for. */
	return sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) > 1;
}

/* Signals are for the program's own threads. */
static bool start_helper(struct ow_ahead *ahead)
{
	pthread_attr_t attr;
	sigset_t all, old;
	bool started;

	if (pthread_attr_init(&attr) != 0)
		return false;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	started = pthread_attr_setstacksize(&attr, STACK) == 0 &&
		  pthread_create(&ahead->helper, &attr, help, ahead) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
	return started;
}

static struct ow_ahead *new_blocks(const struct ow_ahead_source *source, size_t n, size_t size)
{
	struct ow_ahead *ahead = aligned_alloc(PAGE, sizeof(*ahead) + n * size);

	if (!ahead)
		return NULL;
	*ahead = (struct ow_ahead){ .source = *source, .n_blocks = n, .size = size };
	for (size_t i = 0; i < n; i++)
		ahead->block[i].bytes = ahead->bytes + i * size;
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->moved, NULL);
	return ahead;
}

struct ow_ahead *ow_ahead_new(const struct ow_ahead_source *source)
{
	struct ow_ahead *ahead = NULL;

	if (!source->alone && has_processors())
		ahead = new_blocks(source, BLOCKS, OW_AHEAD_BLOCK);
	if (ahead) {
		ahead->has_helper = start_helper(ahead);
		return ahead;
	}
	return new_blocks(source, 1, ALONE);
}

struct ow_ahead *ow_ahead_free(struct ow_ahead *ahead)
{
	if (!ahead)
		return NULL;
	if (ahead->has_helper) {
		(void)pthread_mutex_lock(&ahead->lock);
		ahead->ended = true;
		(void)pthread_cond_signal(&ahead->moved);
		(void)pthread_mutex_unlock(&ahead->lock);
		(void)pthread_join(ahead->helper, NULL);
	}
	(void)pthread_cond_destroy(&ahead->moved);
	(void)pthread_mutex_destroy(&ahead->lock);
	free(ahead);
	return NULL;
}

/* Gives back what the caller has worked on. The helper is woken for half of the blocks, not for
 * each: where they share a processor each time costs two switches. */
static void give_back(struct ow_ahead *ahead)
{
	if (!ahead->holds)
		return;
	ahead->block[(ahead->next - 1) % ahead->n_blocks].ready = false;
	ahead->holds = false;
	if (ahead->unfilled - ahead->next <= ahead->n_blocks / 2)
		(void)pthread_cond_signal(&ahead->moved);
}

/* The last bytes are held for good: what ended the source comes behind them, each time. */
static ssize_t take(struct ow_ahead *ahead, struct block *block, const char **ret)
{
	const size_t n = block->n;

	if (n == 0)
		return block->last;
	if (block->ends) {
		block->n = 0;
	} else {
		ahead->next++;
		ahead->holds = true;
	}
	*ret = block->bytes;
	return (ssize_t)n;
}

ssize_t ow_ahead_next(struct ow_ahead *ahead, const char **ret)
{
	struct block *block = &ahead->block[ahead->next % ahead->n_blocks];
	ssize_t n;

	(void)pthread_mutex_lock(&ahead->lock);
	give_back(ahead);
	while (!block->ready) {
		if (can_fill(ahead))
			fill(ahead);
		else
			(void)pthread_cond_wait(&ahead->moved, &ahead->lock);
	}
	n = take(ahead, block, ret);
	(void)pthread_mutex_unlock(&ahead->lock);
	return n;
}
