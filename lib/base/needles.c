/* SPDX-License-Identifier: Apache-2.0 */
#include "base/needles.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void ow_needles_init(struct ow_needles *needles, const struct ow_needle *needle, size_t n)
{
	struct ow_needles made = { .needle = needle, .n = n };

	for (size_t i = 0; i < n; i++) {
		const uint8_t *three = (const uint8_t *)needle[i].text + needle[i].at;

		for (size_t k = 0; k < 3; k++) {
			made.low[k][three[k] & 15] |= needle[i].bit;
			if (k < 2) {
				made.high[k][three[k] >> 4] |= needle[i].bit;
				made.byte[k][three[k]] |= needle[i].bit;
			}
		}
	}
#if defined(__x86_64__)
	made.vectors = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
#endif
	*needles = made;
}

/* Is a word there whose three bytes may be at i? */
static bool is_word(const struct ow_needles *needles, const char *bytes, size_t n, size_t i)
{
	for (size_t w = 0; w < needles->n; w++) {
		const struct ow_needle *needle = &needles->needle[w];
		size_t length;

		if (bytes[i] != needle->text[needle->at] || i < needle->at)
			continue;
		length = strlen(needle->text);
		if (n - (i - needle->at) >= length &&
		    memcmp(bytes + i - needle->at, needle->text, length) == 0)
			return true;
	}
	return false;
}

/* Goes on at byte from, with what was found in front of it. */
static struct ow_needles_found scan(const struct ow_needles *needles, const char *bytes, size_t n,
				    size_t from, size_t feeds)
{
	for (size_t i = from; i < n; i++) {
		feeds += bytes[i] == '\n';
		if (i + 2 < n &&
		    (needles->byte[0][(uint8_t)bytes[i]] &
		     needles->byte[1][(uint8_t)bytes[i + 1]]) &&
		    is_word(needles, bytes, n, i))
			return (struct ow_needles_found){ i, feeds };
	}
	return (struct ow_needles_found){ n, feeds };
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,popcnt")))

AVX2 static inline __m256i load_table(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

AVX2 static inline __m256i load(const char *bytes)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

/* The bits of a byte, from those of its two halves: a shuffle looks 32 of them up at once. It takes
 * the low half of each byte for an index; a byte that is not ASCII gives 0. */
AVX2 static inline __m256i look_up(__m256i low, __m256i high, __m256i bytes)
{
	const __m256i half = _mm256_set1_epi8(15);

	return _mm256_and_si256(
		_mm256_shuffle_epi8(low, bytes),
		_mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)));
}

struct tables {
	__m256i low[3], high[2];
};

/* Which of the 32 places from bytes on may have a word? Of the third byte half is enough. */
AVX2 static inline __m256i look(const struct tables *t, const char *bytes)
{
	return _mm256_and_si256(_mm256_and_si256(look_up(t->low[0], t->high[0], load(bytes)),
						 look_up(t->low[1], t->high[1], load(bytes + 1))),
				_mm256_shuffle_epi8(t->low[2], load(bytes + 2)));
}

AVX2 static inline uint64_t mask(__m256i front, __m256i back)
{
	return (uint32_t)_mm256_movemask_epi8(front) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(back) << 32;
}

AVX2 static struct ow_needles_found find_avx2(const struct ow_needles *needles, const char *bytes,
					      size_t n)
{
	const struct tables tables = {
		{ load_table(needles->low[0]), load_table(needles->low[1]),
		  load_table(needles->low[2]) },
		{ load_table(needles->high[0]), load_table(needles->high[1]) },
	};
	const __m256i feed = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
	size_t i = 0, feeds = 0;

	for (; n - i >= 64 + 2; i += 64) {
		const __m256i front = look(&tables, bytes + i);
		const __m256i back = look(&tables, bytes + i + 32);
		const __m256i either = _mm256_or_si256(front, back);
		const uint64_t ends = mask(_mm256_cmpeq_epi8(load(bytes + i), feed),
					   _mm256_cmpeq_epi8(load(bytes + i + 32), feed));
		uint64_t places = 0;

		if (!_mm256_testz_si256(either, either))
			places = ~mask(_mm256_cmpeq_epi8(front, zero),
				       _mm256_cmpeq_epi8(back, zero));
		for (; places; places &= places - 1) {
			const unsigned at = (unsigned)__builtin_ctzll(places);

			if (!is_word(needles, bytes, n, i + at))
				continue;
			feeds += (size_t)__builtin_popcountll(ends & ((1ull << at) - 1));
			return (struct ow_needles_found){ i + at, feeds };
		}
		feeds += (size_t)__builtin_popcountll(ends);
	}
	return scan(needles, bytes, n, i, feeds);
}
#endif

struct ow_needles_found ow_needles_find(const struct ow_needles *needles, const char *bytes,
					size_t n)
{
#if defined(__x86_64__)
	if (needles->vectors)
		return find_avx2(needles, bytes, n);
#endif
	return scan(needles, bytes, n, 0, 0);
}
