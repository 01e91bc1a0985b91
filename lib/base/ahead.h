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
 * There is one processor, or no thread to be had? Then the caller does the same alone.
 */
struct ow_ahead;

#define OW_AHEAD_BLOCK OW_KIB(256)

struct ow_ahead_source {
	/* Puts up to n bytes, those behind byte at, into buffer. Returns how many, 0 at the end, or
	 * a negative errno. */
	ssize_t (*read)(void *arg, uint64_t at, char *buffer, size_t n);
	void *arg;
	bool in_turn; /* only one thread at a time may read, and at is of no use: unpacking */
	bool alone;   /* without a second thread: it may wait for long, or is not worth one */
};

/* NULL when there is no memory. */
struct ow_ahead *ow_ahead_new(const struct ow_ahead_source *source);

/* Waits for what is being read. */
struct ow_ahead *ow_ahead_free(struct ow_ahead *ahead);

static inline void ow_ahead_freep(struct ow_ahead **ahead)
{
	*ahead = ow_ahead_free(*ahead);
}

/* The next bytes, valid until the next call. Returns how many, 0 at the end, or what read returned;
 * what has ended or failed does so again. */
ssize_t ow_ahead_next(struct ow_ahead *ahead, const char **ret);

#endif
