/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-filter.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* The words, and where in each the three bytes are that are seldom together in other text. There
 * are at most eight bits: a byte has one for each three, or for some that look alike. */
static const struct word {
	const char *text;
	size_t at;
	uint8_t bit;
} words[] = {
	{ "oom", 0, 1 << 0 },      { "kil", 0, 1 << 1 },         { "Kil", 0, 1 << 1 },
	{ "emory", 2, 1 << 2 },    { "Mem-", 0, 1 << 3 },        { "otal_vm", 4, 1 << 4 },
	{ "Missed ", 0, 1 << 5 },  { "uppressed", 1, 1 << 6 },   { "ropped", 2, 1 << 6 },
	{ "kmsg buf", 0, 1 << 7 }, { "imjournal: ", 0, 1 << 7 },
};

/* Is a word there whose three bytes may be at i? */
static bool is_word(const char *bytes, size_t n, size_t i)
{
	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++) {
		const char *text = words[w].text;
		const size_t at = words[w].at;
		size_t length;

		if (bytes[i] != text[at] || i < at)
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
		if (i + 2 < n && (first[(uint8_t)bytes[i]] & second[(uint8_t)bytes[i + 1]]) &&
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

AVX2 static inline __m256i load(const char *bytes)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

/* A shuffle takes the low half of each byte for an index; a byte that is not ASCII gives 0. */
AVX2 static inline __m256i look_up(__m256i low, __m256i high, __m256i bytes)
{
	const __m256i half = _mm256_set1_epi8(15);

	return _mm256_and_si256(
		_mm256_shuffle_epi8(low, bytes),
		_mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)));
}

struct tables {
	__m256i low1, high1, low2, high2, low3;
};

AVX2 static struct tables load_tables(void)
{
	struct nibbles first = { 0 }, second = { 0 }, third = { 0 };

	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++) {
		const char *bytes = words[w].text + words[w].at;

		add_nibbles(&first, bytes[0], words[w].bit);
		add_nibbles(&second, bytes[1], words[w].bit);
		add_nibbles(&third, bytes[2], words[w].bit);
	}
	return (struct tables){ load_table(first.low), load_table(first.high),
				load_table(second.low), load_table(second.high),
				load_table(third.low) };
}

/* Which of the 32 places from bytes on may have a word? Of the third byte half is enough. */
AVX2 static inline __m256i look(const struct tables *t, const char *bytes)
{
	return _mm256_and_si256(_mm256_and_si256(look_up(t->low1, t->high1, load(bytes)),
						 look_up(t->low2, t->high2, load(bytes + 1))),
				_mm256_shuffle_epi8(t->low3, load(bytes + 2)));
}

AVX2 static inline uint64_t mask(__m256i front, __m256i back)
{
	return (uint32_t)_mm256_movemask_epi8(front) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(back) << 32;
}

/* The first of 64 places that has a word; 64 when none has one. */
AVX2 static unsigned first_word(const char *bytes, size_t n, size_t i, __m256i front, __m256i back)
{
	const __m256i zero = _mm256_setzero_si256();
	uint64_t places = ~mask(_mm256_cmpeq_epi8(front, zero), _mm256_cmpeq_epi8(back, zero));

	for (; places; places &= places - 1)
		if (is_word(bytes, n, i + (unsigned)__builtin_ctzll(places)))
			return (unsigned)__builtin_ctzll(places);
	return 64;
}

AVX2 static struct ow_oom_found filter_avx2(const char *bytes, size_t n)
{
	const struct tables tables = load_tables();
	const __m256i feed = _mm256_set1_epi8('\n');
	size_t i = 0, feeds = 0;

	for (; n - i >= 64 + 2; i += 64) {
		const __m256i front = look(&tables, bytes + i);
		const __m256i back = look(&tables, bytes + i + 32);
		const __m256i either = _mm256_or_si256(front, back);
		uint64_t ends = mask(_mm256_cmpeq_epi8(load(bytes + i), feed),
				     _mm256_cmpeq_epi8(load(bytes + i + 32), feed));

		if (!_mm256_testz_si256(either, either)) {
			const unsigned at = first_word(bytes, n, i, front, back);

			if (at < 64) {
				feeds += (size_t)__builtin_popcountll(ends & ((1ull << at) - 1));
				return (struct ow_oom_found){ i + at, feeds };
			}
		}
		feeds += (size_t)__builtin_popcountll(ends);
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
