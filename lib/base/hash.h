/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_HASH_H
#define OW_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

/* Hashes for tables in memory. They are not the same in two runs: nobody can write a file whose
 * entries all collide, and nothing that is printed may depend on them. */

static inline uint64_t ow_hash_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		return UINT64_C(0x9e3779b97f4a7c15); /* so early after boot there is none */
	return seed;
}

static inline uint64_t ow_hash_mix(uint64_t a, uint64_t b)
{
	const unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t ow_hash(uint64_t seed, const void *bytes, size_t n)
{
	const char *p = bytes;
	uint64_t hash = ow_hash_mix(seed, UINT64_C(0xa0761d6478bd642f) ^ n), word[2];

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(word, p, sizeof(word));
		hash = ow_hash_mix(word[0] ^ UINT64_C(0xe7037ed1a0b428db), word[1] ^ hash);
	}
	if (n) {
		word[0] = word[1] = 0;
		memcpy(word, p, n);
		hash = ow_hash_mix(word[0] ^ UINT64_C(0x8ebc6af09c88c6e3), word[1] ^ hash);
	}
	return ow_hash_mix(hash, UINT64_C(0x589965cc75374cc3));
}

#endif
