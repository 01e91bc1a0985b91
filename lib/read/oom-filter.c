/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-filter.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* The words, and where in each the two bytes are that are seldom together in other text. There are
 * at most eight pairs: each is a bit of a byte. */
static const struct word {
	const char *text;
	size_t at;
	uint8_t bit;
} words[] = {
	{ "oom", 0, 1 << 0 },     { "kil", 0, 1 << 1 },       { "Kil", 0, 1 << 2 },
	{ "emory", 3, 1 << 3 },   { "Mem-", 0, 1 << 4 },      { "otal_vm", 4, 1 << 5 },
	{ "Missed ", 0, 1 << 6 }, { "uppressed", 1, 1 << 7 }, { "ropped", 2, 1 << 7 },
};

/* Is a word there whose pair is at i? There is a byte behind i. */
static bool is_word(const char *bytes, size_t n, size_t i)
{
	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++) {
		const char *text = words[w].text;
		const size_t at = words[w].at;
		size_t length;

		if (bytes[i] != text[at] || bytes[i + 1] != text[at + 1] || i < at)
			continue;
		length = strlen(text);
		if (n - (i - at) >= length && memcmp(bytes + i - at, text, length) == 0)
			return true;
	}
	return false;
}

/* Goes on at byte from, with what was found in front of it. */
static struct ow_oom_found scan(const char *bytes, size_t n, size_t from, size_t feeds)
{
	uint8_t first[256] = { 0 }, second[256] = { 0 };

	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++) {
		first[(uint8_t)words[w].text[words[w].at]] |= words[w].bit;
		second[(uint8_t)words[w].text[words[w].at + 1]] |= words[w].bit;
	}
	for (size_t i = from; i < n; i++) {
		feeds += bytes[i] == '\n';
		if (i + 1 < n && (first[(uint8_t)bytes[i]] & second[(uint8_t)bytes[i + 1]]) &&
		    is_word(bytes, n, i))
			return (struct ow_oom_found){ i, feeds };
	}
	return (struct ow_oom_found){ n, feeds };
}

struct ow_oom_found ow_oom_filter_portable(const char *bytes, size_t n)
{
	return scan(bytes, n, 0, 0);
}

#if defined(__x86_64__)
/* A byte's bits, from those of its two halves: a shuffle looks 32 of them up at once. */
struct nibbles {
	uint8_t low[16], high[16];
};

static void add_nibbles(struct nibbles *table, char byte, uint8_t bit)
{
	table->low[(uint8_t)byte & 15] |= bit;
	table->high[(uint8_t)byte >> 4] |= bit;
}

#define AVX2 __attribute__((target("avx2,popcnt")))

AVX2 static inline __m256i load_table(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

AVX2 static inline __m256i look_up(__m256i low, __m256i high, __m256i bytes)
{
	const __m256i half = _mm256_set1_epi8(15);

	return _mm256_and_si256(
		_mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
		_mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)));
}

AVX2 static struct ow_oom_found filter_avx2(const char *bytes, size_t n)
{
	struct nibbles first = { 0 }, second = { 0 };
	size_t i = 0, feeds = 0;

	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++) {
		add_nibbles(&first, words[w].text[words[w].at], words[w].bit);
		add_nibbles(&second, words[w].text[words[w].at + 1], words[w].bit);
	}
	const __m256i low1 = load_table(first.low), high1 = load_table(first.high);
	const __m256i low2 = load_table(second.low), high2 = load_table(second.high);
	const __m256i feed = _mm256_set1_epi8('\n');

	for (; n - i > 32; i += 32) {
		const __m256i here = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + i));
		const __m256i next =
			_mm256_loadu_si256((const __m256i *)(const void *)(bytes + i + 1));
		const __m256i both =
			_mm256_and_si256(look_up(low1, high1, here), look_up(low2, high2, next));
		const uint32_t none = (uint32_t)_mm256_movemask_epi8(
			_mm256_cmpeq_epi8(both, _mm256_setzero_si256()));
		const uint32_t ends = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(here, feed));

		for (uint32_t pairs = ~none; pairs; pairs &= pairs - 1) {
			const unsigned bit = (unsigned)__builtin_ctz(pairs);

			if (is_word(bytes, n, i + bit)) {
				feeds += (size_t)__builtin_popcount(ends & ((1u << bit) - 1));
				return (struct ow_oom_found){ i + bit, feeds };
			}
		}
		feeds += (size_t)__builtin_popcount(ends);
	}
	return scan(bytes, n, i, feeds);
}

struct ow_oom_found ow_oom_filter(const char *bytes, size_t n)
{
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
		return filter_avx2(bytes, n);
	return ow_oom_filter_portable(bytes, n);
}
#else
struct ow_oom_found ow_oom_filter(const char *bytes, size_t n)
{
	return ow_oom_filter_portable(bytes, n);
}
#endif
