/* SPDX-License-Identifier: Apache-2.0 */
#include "base/tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define CHUNK_BYTES OW_KIB(64)
#define UNIT        8  /* where an entry may begin */
#define UNITS_LOG   13 /* units of a chunk, as a power of two */
#define SLOTS_FIRST 1024

/* An entry is this, the values, and the numbers in width bytes each. */
struct entry {
	uint32_t n;
	uint32_t tag : 29;
	uint32_t width : 3;
};

struct chunk {
	char *bytes;
	size_t used;
};

/* Where an entry is, chunk << UNITS_LOG | unit, and the upper half of its hash. 0, 0 is free: no
 * entry has the hash 0. */
struct slot {
	uint32_t place;
	uint32_t hash;
};

struct ow_tally {
	struct ow_arena *arena;
	size_t n_values;
	struct chunk *chunk;
	size_t n_chunks;
	size_t room; /* bytes of the newest chunk */
	size_t count, longest;
	struct slot *slot;
	size_t n_slots;
	uint64_t seed;
};

_Static_assert(CHUNK_BYTES == UNIT << UNITS_LOG, "a unit is named by UNITS_LOG bits");

struct ow_tally *ow_tally_new(struct ow_arena *arena, size_t n_values)
{
	struct ow_tally *tally;

	if (n_values > OW_TALLY_VALUES_MAX)
		return NULL;
	tally = ow_alloc(arena, 1, sizeof(*tally));
	if (!tally)
		return NULL;
	tally->arena = arena;
	tally->n_values = n_values;
	tally->seed = ow_hash_seed();
	tally->slot = calloc(SLOTS_FIRST, sizeof(*tally->slot));
	if (!tally->slot)
		return NULL;
	tally->n_slots = SLOTS_FIRST;
	return tally;
}

void ow_tally_seal(struct ow_tally *tally)
{
	if (!tally)
		return;
	free(tally->slot);
	tally->slot = NULL;
	tally->n_slots = 0;
}

size_t ow_tally_count(const struct ow_tally *tally)
{
	return tally->count;
}

size_t ow_tally_longest(const struct ow_tally *tally)
{
	return tally->longest;
}

/* Of all that makes a sequence distinct; never 0. */
static uint32_t hash_of(const struct ow_tally *tally, const uint32_t *number, size_t n,
			uint32_t tag)
{
	return (uint32_t)(ow_hash(tally->seed ^ tag, number, n * sizeof(*number)) >> 32) | 1U << 31;
}

static unsigned width_of(const uint32_t *number, size_t n)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= number[i];
	return all < 1U << 8 ? 1 : all < 1U << 16 ? 2 : all < 1U << 24 ? 3 : 4;
}

static void pack(char *out, const uint32_t *number, size_t n, unsigned width)
{
	/* The bytes past a number are overwritten by the next; those past the last are room. */
	for (size_t i = 0; i < n; i++, out += width)
		memcpy(out, &number[i], sizeof(number[i]));
}

static void unpack(uint32_t *number, const char *in, size_t n, unsigned width)
{
	const uint32_t mask = width == 4 ? UINT32_MAX : (1U << 8 * width) - 1;

	for (size_t i = 0; i < n; i++, in += width) {
		memcpy(&number[i], in, sizeof(number[i]));
		number[i] &= mask;
	}
}

/* With four bytes of room behind the numbers, for pack() and unpack(). */
static size_t bytes_of(const struct ow_tally *tally, size_t n, unsigned width)
{
	size_t bytes =
		sizeof(struct entry) + tally->n_values * sizeof(int64_t) + n * width + sizeof(n);

	return (bytes + UNIT - 1) / UNIT * UNIT;
}

static struct entry *entry_at(const struct ow_tally *tally, uint32_t place)
{
	size_t unit = place & ((1U << UNITS_LOG) - 1);

	return (struct entry *)(void *)(tally->chunk[place >> UNITS_LOG].bytes + unit * UNIT);
}

static int64_t *values_of(struct entry *entry)
{
	return (int64_t *)(void *)(entry + 1);
}

static char *numbers_of(const struct ow_tally *tally, struct entry *entry)
{
	return (char *)(values_of(entry) + tally->n_values);
}

/* number fits in width bytes each: what is packed is the same when the bytes are. */
static bool is_same(const struct ow_tally *tally, struct entry *entry, const uint32_t *number,
		    size_t n, uint32_t tag)
{
	const char *in = numbers_of(tally, entry);
	const unsigned width = entry->width;
	const uint32_t mask = width == 4 ? UINT32_MAX : (1U << 8 * width) - 1;
	uint32_t differ = 0, one;

	if (entry->n != n || entry->tag != tag)
		return false;
	for (size_t i = 0; i < n; i++, in += width) {
		memcpy(&one, in, sizeof(one));
		differ |= (one & mask) ^ number[i];
	}
	return differ == 0;
}

static struct slot *find(const struct ow_tally *tally, const uint32_t *number, size_t n,
			 uint32_t tag, uint32_t hash)
{
	size_t i = hash & (tally->n_slots - 1);

	for (;; i = (i + 1) & (tally->n_slots - 1)) {
		struct slot *slot = &tally->slot[i];

		if (slot->hash == 0 ||
		    (slot->hash == hash &&
		     is_same(tally, entry_at(tally, slot->place), number, n, tag)))
			return slot;
	}
}

static int widen(struct ow_tally *tally)
{
	const size_t n = 2 * tally->n_slots;
	struct slot *slot = calloc(n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (size_t i = 0; i < tally->n_slots; i++) {
		size_t k = tally->slot[i].hash & (n - 1);

		if (tally->slot[i].hash == 0)
			continue;
		while (slot[k].hash)
			k = (k + 1) & (n - 1);
		slot[k] = tally->slot[i];
	}
	free(tally->slot);
	tally->slot = slot;
	tally->n_slots = n;
	return 0;
}

static int new_chunk(struct ow_tally *tally, size_t need)
{
	struct chunk *chunk, one = { .bytes = NULL };
	size_t room = need > CHUNK_BYTES ? need : CHUNK_BYTES;

	if (tally->n_chunks >= UINT32_MAX >> UNITS_LOG)
		return -ENOMEM;
	chunk = ow_grow(tally->arena, tally->chunk, tally->n_chunks, sizeof(*chunk));
	if (!chunk)
		return -ENOMEM;
	tally->chunk = chunk;
	one.bytes = ow_alloc(tally->arena, room, 1);
	if (!one.bytes)
		return -ENOMEM;
	chunk[tally->n_chunks++] = one;
	tally->room = room;
	return 0;
}

/* Room for an entry behind the last one. */
static int place_entry(struct ow_tally *tally, size_t bytes, uint32_t *ret)
{
	struct chunk *chunk = tally->n_chunks ? &tally->chunk[tally->n_chunks - 1] : NULL;

	if (!chunk || tally->room - chunk->used < bytes) {
		if (new_chunk(tally, bytes) < 0)
			return -ENOMEM;
		chunk = &tally->chunk[tally->n_chunks - 1];
	}
	*ret = (uint32_t)((tally->n_chunks - 1) << UNITS_LOG | chunk->used / UNIT);
	chunk->used += bytes;
	return 0;
}

int ow_tally_add(struct ow_tally *tally, const uint32_t *number, size_t n, uint32_t tag,
		 const int64_t *value)
{
	uint32_t hash, place;
	struct slot *slot;
	struct entry *entry;

	if (n > OW_TALLY_SEQUENCE_MAX || tag >= 1U << 29)
		return -E2BIG;
	if (tally->count >= tally->n_slots / 2 && widen(tally) < 0)
		return -ENOMEM;
	hash = hash_of(tally, number, n, tag);
	slot = find(tally, number, n, tag, hash);
	if (slot->hash == 0) {
		const unsigned width = width_of(number, n);

		if (place_entry(tally, bytes_of(tally, n, width), &place) < 0)
			return -ENOMEM;
		*slot = (struct slot){ .place = place, .hash = hash };
		entry = entry_at(tally, place);
		*entry = (struct entry){ .n = (uint32_t)n, .tag = tag, .width = width & 7U };
		pack(numbers_of(tally, entry), number, n, width);
		tally->count++;
		if (n > tally->longest)
			tally->longest = n;
	}
	entry = entry_at(tally, slot->place);
	for (size_t i = 0; i < tally->n_values; i++)
		values_of(entry)[i] = (int64_t)((uint64_t)values_of(entry)[i] + (uint64_t)value[i]);
	return 0;
}

bool ow_tally_next(const struct ow_tally *tally, struct ow_tally_place *place,
		   struct ow_tally_item *item)
{
	struct entry *entry;

	while (place->chunk < tally->n_chunks && place->at >= tally->chunk[place->chunk].used) {
		place->chunk++;
		place->at = 0;
	}
	if (place->chunk >= tally->n_chunks)
		return false;
	entry = (struct entry *)(void *)(tally->chunk[place->chunk].bytes + place->at);
	unpack(item->number, numbers_of(tally, entry), entry->n, entry->width);
	item->n = entry->n;
	item->tag = entry->tag;
	item->value = values_of(entry);
	place->at += bytes_of(tally, entry->n, entry->width);
	return true;
}
