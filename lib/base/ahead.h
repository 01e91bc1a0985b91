/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_AHEAD_H
#define OW_BASE_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"

/*
 * Reads in blocks, and ahead: while the caller works on one block, a second thread fills the next
 * ones. Whoever has nothing better to do fills the next block, the caller, too: the kernel then
 * copies a file on two processors at once. The blocks come out in their order and have the same
 * bytes, whoever filled them.
 *
 * What there is to find in a block is looked for where it was filled, while that processor still
 * has its bytes at hand; the caller need not read them all again.
 *
 * There is one processor, or no thread to be had? Then the caller does the same alone.
 */
struct ow_ahead;

#define OW_AHEAD_BLOCK OW_KIB(256)

/* Looks at n bytes that were read, on whatever thread, and fills in what it found: so many bytes,
 * which may have been used before. */
struct ow_ahead_look {
	void (*look)(const char *bytes, size_t n, void *found);
	size_t size;
};

struct ow_ahead_source {
	/* Puts up to n bytes, those behind byte at, into buffer. Returns how many, 0 at the end, or
	 * a negative errno. */
	ssize_t (*read)(void *arg, uint64_t at, char *buffer, size_t n);
	void *arg;
	bool in_turn; /* only one thread at a time may read, and at is of no use: unpacking */
	bool alone;   /* without a second thread: it may wait for long, or is not worth one */
	struct ow_ahead_look look; /* or nothing */
};

/* NULL when there is no memory. */
struct ow_ahead *ow_ahead_new(const struct ow_ahead_source *source);

/* Waits for what is being read. */
struct ow_ahead *ow_ahead_free(struct ow_ahead *ahead);

static inline void ow_ahead_freep(struct ow_ahead **ahead)
{
	*ahead = ow_ahead_free(*ahead);
}

/* The next bytes and, unless ret_found is NULL, what the look at them found: both valid until the
 * next call. Returns how many bytes, 0 at the end, or what read returned; what has ended or failed
 * does so again. */
ssize_t ow_ahead_next(struct ow_ahead *ahead, const char **ret, const void **ret_found);

#endif
