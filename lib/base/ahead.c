/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ahead.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/thread.h"

/* Each block is always filled by the same thread: its bytes stay in the cache of one processor,
 * which has room for all that are its own. The caller needs two: one to fill while it waits for the
 * helper, one to work on. */
#define CALLERS 2
#define HELPERS 4
#define BLOCKS  (CALLERS + HELPERS)
#define ALONE   OW_KIB(64) /* the block of a caller who has no helper */
#define PAGE    4096
#define STACK   OW_KIB(256) /* enough to unpack */

struct block {
	struct block *next;  /* in the list of those that are idle */
	struct block **home; /* that list: of whoever fills it */
	char *bytes;
	size_t n;
	void *found;
	int last;   /* what ended the source behind these bytes: 0 or a negative errno */
	bool ends;  /* last is set */
	bool ready; /* it is the caller's */
};

/* Blocks that are filled are numbered from 0; number i is in numbered[i % BLOCKS]. */
struct ow_ahead {
	struct ow_ahead_source source;
	pthread_t helper;
	bool has_helper;
	size_t size; /* of a block */

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t moved; /* a block was filled or given back: one of the two may wait for it */
	uint64_t next;        /* that the caller takes */
	uint64_t unfilled;    /* that nobody has begun to fill */
	struct block *held;   /* the caller works on it */
	bool filling;         /* in_turn: somebody reads */
	bool ended;           /* there is nothing more to fill */
	struct block *callers, *helpers; /* that are idle */
	struct block *numbered[BLOCKS];
	struct block block[BLOCKS];
	alignas(PAGE) char bytes[];
};

static bool can_fill(const struct ow_ahead *ahead, const struct block *idle)
{
	return idle && !ahead->ended && !(ahead->source.in_turn && ahead->filling);
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
	if (source->look.look)
		source->look.look(block->bytes, block->n, block->found);
}

/* Fills the next block, with the first of those that are idle; the lock is held, but not while it
 * is read. */
static void fill(struct ow_ahead *ahead, struct block **idle)
{
	const uint64_t number = ahead->unfilled++;
	struct block *block = *idle;

	*idle = block->next;
	ahead->numbered[number % BLOCKS] = block;
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
		if (can_fill(ahead, ahead->helpers))
			fill(ahead, &ahead->helpers);
		else
			(void)pthread_cond_wait(&ahead->moved, &ahead->lock);
	}
	(void)pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

static void put_back(struct block *block)
{
	block->ready = false;
	block->next = *block->home;
	*block->home = block;
}

/* So many blocks for each of the two. */
static struct ow_ahead *new_blocks(const struct ow_ahead_source *source, size_t callers,
				   size_t helpers, size_t size)
{
	const size_t found = (source->look.size + PAGE - 1) / PAGE * PAGE;
	const size_t n = callers + helpers;
	struct ow_ahead *ahead = aligned_alloc(PAGE, sizeof(*ahead) + n * (size + found));

	if (!ahead)
		return NULL;
	*ahead = (struct ow_ahead){ .source = *source, .size = size };
	for (size_t i = 0; i < n; i++) {
		struct block *block = &ahead->block[i];

		block->bytes = ahead->bytes + i * (size + found);
		block->found = source->look.look ? block->bytes + size : NULL;
		block->home = i < callers ? &ahead->callers : &ahead->helpers;
		put_back(block);
	}
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->moved, NULL);
	return ahead;
}

struct ow_ahead *ow_ahead_new(const struct ow_ahead_source *source)
{
	struct ow_ahead *ahead = NULL;

	if (!source->alone && ow_thread_helps())
		ahead = new_blocks(source, CALLERS, HELPERS, OW_AHEAD_BLOCK);
	if (ahead) {
		ahead->has_helper = ow_thread_start(&ahead->helper, help, ahead, STACK);
		return ahead;
	}
	return new_blocks(source, 1, 0, ALONE);
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

/* Gives back what the caller has worked on. The helper is woken when it has half of its blocks
 * again, not for each: where they share a processor each time costs two switches. */
static void give_back(struct ow_ahead *ahead)
{
	struct block *block = ahead->held;

	if (!block)
		return;
	ahead->held = NULL;
	put_back(block);
	if (ahead->unfilled - ahead->next <= HELPERS / 2)
		(void)pthread_cond_signal(&ahead->moved);
}

/* The next block; NULL as long as it is not filled. */
static struct block *next_block(const struct ow_ahead *ahead)
{
	struct block *block = ahead->numbered[ahead->next % BLOCKS];

	return ahead->next < ahead->unfilled && block->ready ? block : NULL;
}

/* The last bytes are held for good: what ended the source comes behind them, each time. */
static ssize_t take(struct ow_ahead *ahead, struct block *block)
{
	const size_t n = block->n;

	if (n == 0)
		return block->last;
	if (block->ends) {
		block->n = 0;
	} else {
		ahead->next++;
		ahead->held = block;
	}
	return (ssize_t)n;
}

ssize_t ow_ahead_next(struct ow_ahead *ahead, const char **ret, const void **ret_found)
{
	struct block *block;
	ssize_t n;

	(void)pthread_mutex_lock(&ahead->lock);
	give_back(ahead);
	while (!(block = next_block(ahead))) {
		if (can_fill(ahead, ahead->callers))
			fill(ahead, &ahead->callers);
		else
			(void)pthread_cond_wait(&ahead->moved, &ahead->lock);
	}
	n = take(ahead, block);
	(void)pthread_mutex_unlock(&ahead->lock);
	if (n > 0) {
		*ret = block->bytes;
		if (ret_found)
			*ret_found = block->found;
	}
	return n;
}
