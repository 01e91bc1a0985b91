/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_TALLY_H
#define OW_BASE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * Sums by sequence: each distinct sequence of numbers (a stack of a million in a profile) is kept
 * once, in as few bytes as its largest number allows, with what was added for it. Memory follows
 * the distinct sequences, not what was added.
 *
 * A tag is part of what makes a sequence distinct. Sums wrap as the processor's do. The order is
 * that of the first time.
 */
struct ow_tally;

#define OW_TALLY_VALUES_MAX   64
#define OW_TALLY_SEQUENCE_MAX 65535

/* n_values sums a sequence, at most OW_TALLY_VALUES_MAX. What is kept comes from the arena, the
 * index that finds it again does not. NULL when there is no memory. */
struct ow_tally *ow_tally_new(struct ow_arena *arena, size_t n_values);

/* -ENOMEM at the arena's limit, -E2BIG for a sequence of more than OW_TALLY_SEQUENCE_MAX. */
int ow_tally_add(struct ow_tally *tally, const uint32_t *number, size_t n, uint32_t tag,
		 const int64_t *value);

/* Nothing more will be added: only now may be counted and walked. Frees the index, also when it
 * returns -ENOMEM. Takes NULL. The tally itself goes with the arena. */
int ow_tally_seal(struct ow_tally *tally);

/* Distinct sequences, and the length of the longest. */
size_t ow_tally_count(const struct ow_tally *tally);
size_t ow_tally_longest(const struct ow_tally *tally);

/* Where a walk is. All zero is before the first. */
struct ow_tally_place {
	size_t chunk, at;
};

/* One sequence. What is unpacked goes to the caller's number, with room for the longest (NULL: it
 * is not wanted), and to value. */
struct ow_tally_item {
	uint32_t *number;
	size_t n;
	uint32_t tag;
	int64_t value[OW_TALLY_VALUES_MAX];
};

/* The next sequence; false at the end. */
bool ow_tally_next(const struct ow_tally *tally, struct ow_tally_place *place,
		   struct ow_tally_item *item);

#endif
