/* SPDX-License-Identifier: Apache-2.0 */
#include "base/tally.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define CHUNK_BYTES     OW_KIB(64)
#define UNIT            4  /* where an entry may begin */
#define UNITS_LOG       14 /* units of a chunk, as a power of two */
#define SLOTS_FIRST     1024
#define WAITING_MAX     8
#define WAITING_NUMBERS 256 /* longer ones do not wait */

/* Where the values of an entry are. */
enum form {
	NARROW, /* behind it, in 4 bytes each */
	WIDE,   /* behind it, in 8 bytes each */
	ASIDE,  /* in the table aside, since they became too large; behind it is their index */
};

/* An entry is this, its values, and the numbers in width bits each. */
struct entry {
	uint32_t n : 24;
	uint32_t width : 6;
	uint32_t form : 2; /* enum form */
	uint32_t tag;
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

/* A sequence that waits until its slot is in the processor's cache: the table is too large for it,
 * and waiting for the memory took more time than all else. */
struct waiting {
	uint32_t hash, tag;
	size_t n;
	int64_t value[OW_TALLY_VALUES_MAX];
	uint32_t number[WAITING_NUMBERS];
};

struct ow_tally {
	struct ow_arena *arena;
	size_t n_values;
	struct chunk *chunk;
	size_t n_chunks;
	size_t room; /* bytes of the newest chunk */
	size_t count, longest;
	struct waiting *waiting; /* a ring of WAITING_MAX */
	size_t first_waiting, n_waiting;
	int64_t *aside; /* n_values for each entry that has them there */
	size_t n_aside;
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
	tally->waiting = ow_alloc(arena, WAITING_MAX, sizeof(*tally->waiting));
	tally->slot = calloc(SLOTS_FIRST, sizeof(*tally->slot));
	if (!tally->waiting || !tally->slot) {
		free(tally->slot);
		return NULL;
	}
	tally->n_slots = SLOTS_FIRST;
	return tally;
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
	uint32_t all = 1;

	for (size_t i = 0; i < n; i++)
		all |= number[i];
	return 32 - (unsigned)__builtin_clz(all);
}

static uint32_t mask_of(unsigned width)
{
	return UINT32_MAX >> (32 - width);
}

static void pack(char *out, const uint32_t *number, size_t n, unsigned width)
{
	uint64_t bits = 0;
	unsigned held = 0;
	uint32_t word;

	for (size_t i = 0; i < n; i++) {
		bits |= (uint64_t)number[i] << held;
		held += width;
		if (held < 32)
			continue;
		word = htole32((uint32_t)bits);
		memcpy(out, &word, sizeof(word));
		out += sizeof(word);
		bits >>= 32;
		held -= 32;
	}
	word = htole32((uint32_t)bits);
	memcpy(out, &word, sizeof(word));
}

/* There are eight bytes to be read wherever a number begins: see bytes_of(). */
static inline uint32_t unpack_one(const char *in, size_t i, unsigned width, uint32_t mask)
{
	const size_t bit = i * width;
	uint64_t bits;

	memcpy(&bits, in + bit / 8, sizeof(bits));
	return (uint32_t)(le64toh(bits) >> bit % 8) & mask;
}

static void unpack(uint32_t *number, const char *in, size_t n, unsigned width)
{
	const uint32_t mask = mask_of(width);

	for (size_t i = 0; i < n; i++)
		number[i] = unpack_one(in, i, width, mask);
}

static size_t value_bytes(const struct ow_tally *tally, enum form form)
{
	return tally->n_values * (form == WIDE ? sizeof(int64_t) : sizeof(int32_t));
}

static size_t bytes_of(const struct ow_tally *tally, size_t n, unsigned width, enum form form)
{
	const size_t bytes = sizeof(struct entry) + value_bytes(tally, form) + (n * width + 7) / 8 +
			     sizeof(uint64_t);

	return (bytes + UNIT - 1) / UNIT * UNIT;
}

static struct entry *entry_at(const struct ow_tally *tally, uint32_t place)
{
	size_t unit = place & ((1U << UNITS_LOG) - 1);

	return (struct entry *)(void *)(tally->chunk[place >> UNITS_LOG].bytes + unit * UNIT);
}

static char *values_of(struct entry *entry)
{
	return (char *)(entry + 1);
}

static char *numbers_of(const struct ow_tally *tally, struct entry *entry)
{
	return values_of(entry) + value_bytes(tally, (enum form)entry->form);
}

static int64_t *values_aside(const struct ow_tally *tally, struct entry *entry)
{
	uint32_t index;

	memcpy(&index, values_of(entry), sizeof(index));
	return tally->aside + index * tally->n_values;
}

static void get_values(const struct ow_tally *tally, struct entry *entry, int64_t *ret)
{
	const size_t n = tally->n_values;
	int32_t narrow;

	switch ((enum form)entry->form) {
	case NARROW:
		for (size_t i = 0; i < n; i++) {
			memcpy(&narrow, values_of(entry) + i * sizeof(narrow), sizeof(narrow));
			ret[i] = narrow;
		}
		break;
	case WIDE:
		memcpy(ret, values_of(entry), n * sizeof(*ret));
		break;
	case ASIDE:
		memcpy(ret, values_aside(tally, entry), n * sizeof(*ret));
		break;
	}
}

static bool is_narrow(const int64_t *value, size_t n)
{
	bool narrow = true;

	for (size_t i = 0; i < n; i++)
		narrow &= value[i] == (int32_t)value[i];
	return narrow;
}

static int move_aside(struct ow_tally *tally, struct entry *entry)
{
	const uint32_t index = (uint32_t)tally->n_aside;
	int64_t *aside = ow_grow(tally->arena, tally->aside, tally->n_aside,
				 tally->n_values * sizeof(*aside));

	if (!aside || tally->n_aside >= UINT32_MAX)
		return -ENOMEM;
	tally->aside = aside;
	tally->n_aside++;
	entry->form = ASIDE;
	memcpy(values_of(entry), &index, sizeof(index));
	return 0;
}

static int set_values(struct ow_tally *tally, struct entry *entry, const int64_t *value)
{
	const size_t n = tally->n_values;
	int32_t narrow;

	if (entry->form == NARROW && !is_narrow(value, n) && move_aside(tally, entry) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < n && entry->form == NARROW; i++) {
		narrow = (int32_t)value[i];
		memcpy(values_of(entry) + i * sizeof(narrow), &narrow, sizeof(narrow));
	}
	if (n && entry->form != NARROW)
		memcpy(entry->form == WIDE ? values_of(entry) : (char *)values_aside(tally, entry),
		       value, n * sizeof(*value));
	return 0;
}

static bool is_same(const struct ow_tally *tally, struct entry *entry, const uint32_t *number,
		    size_t n, uint32_t tag)
{
	const char *in = numbers_of(tally, entry);
	const unsigned width = entry->width;
	const uint32_t mask = mask_of(width);
	uint32_t differ = 0;

	if (entry->n != n || entry->tag != tag)
		return false;
	for (size_t i = 0; i < n; i++)
		differ |= unpack_one(in, i, width, mask) ^ number[i];
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

static int new_entry(struct ow_tally *tally, const uint32_t *number, size_t n, uint32_t tag,
		     const int64_t *value, uint32_t *ret)
{
	const enum form form = is_narrow(value, tally->n_values) ? NARROW : WIDE;
	const unsigned width = width_of(number, n);
	struct entry *entry;

	if (place_entry(tally, bytes_of(tally, n, width, form), ret) < 0)
		return -ENOMEM;
	entry = entry_at(tally, *ret);
	*entry = (struct entry){
		.n = (uint32_t)n & 0xffffff,
		.width = width & 63,
		.form = form & 3,
		.tag = tag,
	};
	pack(numbers_of(tally, entry), number, n, width);
	if (n > tally->longest)
		tally->longest = n;
	return set_values(tally, entry, value);
}

static int add_to(struct ow_tally *tally, struct entry *entry, const int64_t *value)
{
	int64_t sum[OW_TALLY_VALUES_MAX];

	get_values(tally, entry, sum);
	for (size_t i = 0; i < tally->n_values; i++)
		sum[i] = (int64_t)((uint64_t)sum[i] + (uint64_t)value[i]);
	return set_values(tally, entry, sum);
}

static int insert(struct ow_tally *tally, const uint32_t *number, size_t n, uint32_t tag,
		  const int64_t *value, uint32_t hash)
{
	struct slot *slot;
	uint32_t place;

	if (tally->count >= tally->n_slots / 2 && widen(tally) < 0)
		return -ENOMEM;
	slot = find(tally, number, n, tag, hash);
	if (slot->hash)
		return add_to(tally, entry_at(tally, slot->place), value);
	if (new_entry(tally, number, n, tag, value, &place) < 0)
		return -ENOMEM;
	*slot = (struct slot){ .place = place, .hash = hash };
	tally->count++;
	return 0;
}

static int insert_first_waiting(struct ow_tally *tally)
{
	const struct waiting *w = &tally->waiting[tally->first_waiting];

	tally->first_waiting = (tally->first_waiting + 1) % WAITING_MAX;
	tally->n_waiting--;
	return insert(tally, w->number, w->n, w->tag, w->value, w->hash);
}

static int insert_waiting(struct ow_tally *tally)
{
	int r = 0;

	while (tally->n_waiting && r == 0)
		r = insert_first_waiting(tally);
	return r;
}

int ow_tally_add(struct ow_tally *tally, const uint32_t *number, size_t n, uint32_t tag,
		 const int64_t *value)
{
	const uint32_t hash = hash_of(tally, number, n, tag);
	struct waiting *w;

	if (n > OW_TALLY_SEQUENCE_MAX)
		return -E2BIG;
	if (n > WAITING_NUMBERS)
		return insert_waiting(tally) < 0 ? -ENOMEM
						 : insert(tally, number, n, tag, value, hash);
	if (tally->n_waiting == WAITING_MAX && insert_first_waiting(tally) < 0)
		return -ENOMEM;
	__builtin_prefetch(&tally->slot[hash & (tally->n_slots - 1)]);
	w = &tally->waiting[(tally->first_waiting + tally->n_waiting++) % WAITING_MAX];
	w->hash = hash;
	w->tag = tag;
	w->n = n;
	if (n)
		memcpy(w->number, number, n * sizeof(*number));
	if (tally->n_values)
		memcpy(w->value, value, tally->n_values * sizeof(*value));
	return 0;
}

int ow_tally_seal(struct ow_tally *tally)
{
	int r;

	if (!tally || !tally->slot)
		return 0;
	r = insert_waiting(tally);
	free(tally->slot);
	tally->slot = NULL;
	tally->n_slots = 0;
	return r;
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
	if (item->number)
		unpack(item->number, numbers_of(tally, entry), entry->n, entry->width);
	item->n = entry->n;
	item->tag = entry->tag;
	get_values(tally, entry, item->value);
	place->at += bytes_of(tally, entry->n, entry->width, (enum form)entry->form);
	return true;
}
