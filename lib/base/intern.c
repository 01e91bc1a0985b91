/* SPDX-License-Identifier: Apache-2.0 */
#include "base/intern.h"

#include <errno.h>
#include <string.h>

#include "base/hash.h"

#define SLOTS_FIRST 64

void ow_intern_init(struct ow_intern *intern, struct ow_arena *arena)
{
	*intern = (struct ow_intern){ .arena = arena, .seed = ow_hash_seed() };
}

/* Never 0, which is a free slot. */
static uint32_t hash_of(const struct ow_intern *intern, const void *bytes, size_t n)
{
	return (uint32_t)(ow_hash(intern->seed, bytes, n) >> 32) | 1U << 31;
}

/* Where it is, or where it may be put. */
static size_t slot_of(const struct ow_intern *intern, const void *bytes, size_t n, uint32_t hash)
{
	size_t i = hash & (intern->n_slots - 1);

	for (; intern->slot[i].hash; i = (i + 1) & (intern->n_slots - 1)) {
		const struct ow_str *item = &intern->item[intern->slot[i].number];

		if (intern->slot[i].hash == hash && item->n == n &&
		    (n == 0 || memcmp(item->p, bytes, n) == 0))
			break;
	}
	return i;
}

static int widen(struct ow_intern *intern)
{
	const size_t n = intern->n_slots ? 2 * intern->n_slots : SLOTS_FIRST;
	__typeof__(intern->slot) slot = ow_alloc(intern->arena, n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (size_t i = 0; i < intern->n_slots; i++) {
		size_t k = intern->slot[i].hash & (n - 1);

		if (intern->slot[i].hash == 0)
			continue;
		while (slot[k].hash)
			k = (k + 1) & (n - 1);
		slot[k] = intern->slot[i];
	}
	intern->slot = slot;
	intern->n_slots = n;
	return 0;
}

bool ow_intern_find(const struct ow_intern *intern, const void *bytes, size_t n, uint32_t *ret)
{
	size_t i;

	if (intern->n_slots == 0)
		return false;
	i = slot_of(intern, bytes, n, hash_of(intern, bytes, n));
	if (!intern->slot[i].hash)
		return false;
	*ret = intern->slot[i].number;
	return true;
}

int ow_intern(struct ow_intern *intern, const void *bytes, size_t n, uint32_t *ret)
{
	const uint32_t hash = hash_of(intern, bytes, n);
	struct ow_str *item;
	char *copy;
	size_t i;

	if (intern->n >= intern->n_slots / 2 && widen(intern) < 0)
		return -ENOMEM;
	i = slot_of(intern, bytes, n, hash);
	if (intern->slot[i].hash) {
		*ret = intern->slot[i].number;
		return 0;
	}
	item = ow_grow(intern->arena, intern->item, intern->n, sizeof(*item));
	if (!item || intern->n >= UINT32_MAX)
		return -ENOMEM;
	intern->item = item;
	copy = ow_alloc(intern->arena, n + 1, 1);
	if (!copy)
		return -ENOMEM;
	if (n)
		memcpy(copy, bytes, n);
	item[intern->n] = (struct ow_str){ copy, n };
	intern->slot[i].hash = hash;
	intern->slot[i].number = (uint32_t)intern->n;
	*ret = (uint32_t)intern->n++;
	return 0;
}
