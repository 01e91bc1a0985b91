/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_INTERN_H
#define OW_BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/scan.h"

/* Small numbers for things that are bytes: equal ones have the same, the first is 0. */
struct ow_intern {
	struct ow_arena *arena;
	struct ow_str *item; /* by number */
	size_t n;
	struct {
		uint32_t hash, number;
	} * slot; /* private */
	size_t n_slots;
	uint64_t seed;
};

/* Tables and copies of the bytes are the arena's. */
void ow_intern_init(struct ow_intern *intern, struct ow_arena *arena);

/* The number of these bytes; new ones are copied and get the next. -ENOMEM at the limit. */
int ow_intern(struct ow_intern *intern, const void *bytes, size_t n, uint32_t *ret);

/* As above, without making one: false when they are new. */
bool ow_intern_find(const struct ow_intern *intern, const void *bytes, size_t n, uint32_t *ret);

#endif
