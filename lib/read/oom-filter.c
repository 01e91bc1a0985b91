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

struct search {
	const char *bytes;
	size_t n;
	size_t at, feeds; /* what is behind, and the line feeds in it */
	struct ow_oom_found *found;
	size_t n_found, max;
};

/* Returns whether that was the last that there is room for. */
static bool add(struct search *s, size_t at, size_t feeds)
{
	s->found[s->n_found++] = (struct ow_oom_found){ at, feeds };
	return s->n_found == s->max;
}

static void search_portable(struct search *s)
{
	uint8_t first[256] = { 0 }, second[256] = { 0 };

	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++) {
		first[(uint8_t)words[w].text[words[w].at]] |= words[w].bit;
		second[(uint8_t)words[w].text[words[w].at + 1]] |= words[w].bit;
	}
	for (; s->at < s->n; s->at++) {
		const uint8_t *p = (const uint8_t *)s->bytes + s->at;

		s->feeds += *p == '\n';
		if (s->n - s->at > 2 && (first[p[0]] & second[p[1]]) &&
		    is_word(s->bytes, s->n, s->at) && add(s, s->at, s->feeds))
			return;
	}
	(void)add(s, s->n, s->feeds);
}

size_t ow_oom_filter_portable(const char *bytes, size_t n, struct ow_oom_found *found, size_t max)
{
	struct search s = { .bytes = bytes, .n = n, .found = found, .max = max };

	search_portable(&s);
	return s.n_found;
}

#if defined(__x86_64__)
#define LOOK (64 + 2) /* so many bytes are looked at for 64 places */

struct places {
	uint64_t words; /* may be there */
	uint64_t feeds;
};

/* Passes over places, 64 at a time, and over the first 64 of which some may have a word: it returns
 * these. At least LOOK bytes are there. */
typedef struct places pass_fn(struct search *s, const void *tables);

static void search_fast(struct search *s, pass_fn *pass, const void *tables)
{
	while (s->n - s->at >= LOOK) {
		struct places places = pass(s, tables);

		for (; places.words; places.words &= places.words - 1) {
			const unsigned i = (unsigned)__builtin_ctzll(places.words);
			const size_t at = s->at - 64 + i;
			const int behind = __builtin_popcountll(places.feeds >> i);

			if (is_word(s->bytes, s->n, at) && add(s, at, s->feeds - (size_t)behind))
				return;
		}
	}
	search_portable(s);
}

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

/* For the first byte, the second, and of the third a half, which is enough. */
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

/* Which of the 32 places from bytes on may have a word? */
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

AVX2 static inline struct places look_avx2(const struct tables *t, const char *bytes)
{
	const __m256i feed = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
	const __m256i front = look(t, bytes), back = look(t, bytes + 32);
	const __m256i either = _mm256_or_si256(front, back);
	struct places places = { 0, mask(_mm256_cmpeq_epi8(load(bytes), feed),
					 _mm256_cmpeq_epi8(load(bytes + 32), feed)) };

	if (!_mm256_testz_si256(either, either))
		places.words = ~mask(_mm256_cmpeq_epi8(front, zero), _mm256_cmpeq_epi8(back, zero));
	return places;
}

AVX2 static struct places pass_avx2(struct search *s, const void *tables)
{
	const struct tables t = *(const struct tables *)tables;
	size_t at = s->at, feeds = s->feeds;
	struct places places;

	do {
		places = look_avx2(&t, s->bytes + at);
		feeds += (size_t)__builtin_popcountll(places.feeds);
		at += 64;
	} while (!places.words && s->n - at >= LOOK);
	s->at = at;
	s->feeds = feeds;
	return places;
}

AVX2 static void search_avx2(struct search *s)
{
	const struct tables tables = load_tables();

	search_fast(s, pass_avx2, &tables);
}

/* All of ASCII in two registers: a byte need not be cut in halves. What is not ASCII looks like
 * some that is, until its word is looked at. */
struct wide_tables {
	__m512i first[2], second[2], third[2];
};

#define AVX512 __attribute__((target("avx512bw,avx512vbmi,popcnt")))

AVX512 static inline __m512i load_wide(const char *bytes)
{
	return _mm512_loadu_si512((const void *)bytes);
}

AVX512 static struct wide_tables load_wide_tables(void)
{
	char table[3][128] = { 0 };

	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++)
		for (size_t i = 0; i < OW_ARRAY_SIZE(table); i++)
			table[i][(uint8_t)words[w].text[words[w].at + i]] |= (char)words[w].bit;
	return (struct wide_tables){ { load_wide(table[0]), load_wide(table[0] + 64) },
				     { load_wide(table[1]), load_wide(table[1] + 64) },
				     { load_wide(table[2]), load_wide(table[2] + 64) } };
}

AVX512 static inline __m512i look_up_wide(const __m512i table[2], __m512i bytes)
{
	return _mm512_permutex2var_epi8(table[0], bytes, table[1]);
}

AVX512 static inline struct places look_avx512(const struct wide_tables *t, const char *bytes)
{
	const __m512i here = load_wide(bytes);
	const __m512i two = _mm512_and_si512(look_up_wide(t->first, here),
					     look_up_wide(t->second, load_wide(bytes + 1)));
	const __m512i third = look_up_wide(t->third, load_wide(bytes + 2));

	return (struct places){ _mm512_test_epi8_mask(two, third),
				_mm512_cmpeq_epi8_mask(here, _mm512_set1_epi8('\n')) };
}

AVX512 static struct places pass_avx512(struct search *s, const void *tables)
{
	const struct wide_tables t = *(const struct wide_tables *)tables;
	size_t at = s->at, feeds = s->feeds;
	struct places places;

	do {
		places = look_avx512(&t, s->bytes + at);
		feeds += (size_t)__builtin_popcountll(places.feeds);
		at += 64;
	} while (!places.words && s->n - at >= LOOK);
	s->at = at;
	s->feeds = feeds;
	return places;
}

AVX512 static void search_avx512(struct search *s)
{
	const struct wide_tables tables = load_wide_tables();

	search_fast(s, pass_avx512, &tables);
}
#endif

size_t ow_oom_filter(const char *bytes, size_t n, struct ow_oom_found *found, size_t max)
{
	struct search s = { .bytes = bytes, .n = n, .found = found, .max = max };

#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi"))
		search_avx512(&s);
	else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
		search_avx2(&s);
	else
#endif
		search_portable(&s);
	return s.n_found;
}

void ow_oom_scout(const char *bytes, size_t n, void *ret)
{
	struct ow_oom_scout *scout = ret;

	scout->n = ow_oom_filter(bytes, n, scout->found, OW_ARRAY_SIZE(scout->found));
}

struct ow_oom_found ow_oom_filter_next(struct ow_oom_piece *piece, const char *p, size_t n,
				       size_t feeds)
{
	const struct ow_oom_scout *scout = piece->scout;
	const size_t from = (size_t)(p - piece->bytes);
	struct ow_oom_found found;

	while (scout && piece->passed < scout->n && scout->found[piece->passed].at < from)
		piece->passed++;
	if (!scout || piece->passed == scout->n) {
		(void)ow_oom_filter(p, n, &found, 1);
		return found;
	}
	found = scout->found[piece->passed];
	found.at = found.at - from < n ? found.at - from : n;
	found.feeds -= feeds;
	return found;
}
