/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_SCAN_H
#define OW_BASE_SCAN_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* A slice of somebody else's bytes: not terminated, not owned, of any content. */
struct ow_str {
	const char *p;
	size_t n;
};

#define OW_STR(literal) ((struct ow_str){ (literal), sizeof(literal) - 1 })

static inline struct ow_str ow_str(const char *text)
{
	return (struct ow_str){ text, strlen(text) };
}

static inline bool ow_str_is(struct ow_str s, const char *text)
{
	size_t n = strlen(text);

	return s.n == n && (n == 0 || memcmp(s.p, text, n) == 0);
}

/* Which comes first, byte by byte: as strcmp has it. */
static inline int ow_str_order(struct ow_str a, struct ow_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* s without its first n bytes; n is at most s.n. */
static inline struct ow_str ow_str_skip(struct ow_str s, size_t n)
{
	return (struct ow_str){ s.p + n, s.n - n };
}

/* s without blanks and tabs at both ends. */
struct ow_str ow_str_trim(struct ow_str s);

/* Where text stands first in s; NULL when it does not. */
const char *ow_str_find(struct ow_str s, struct ow_str text);

/* Does text stand anywhere in s? */
static inline bool ow_str_has(struct ow_str s, const char *text)
{
	return ow_str_find(s, ow_str(text)) != NULL;
}

/*
 * Does one of n pairs of bytes stand anywhere in s? With pairs that are known where this is called,
 * and seldom together, most lines of a log are known in one pass to have none of several words.
 */
static inline bool ow_str_has_pair(struct ow_str s, const char (*pairs)[2], size_t n);

/* A terminated copy. NULL at the arena's limit. */
char *ow_str_keep(struct ow_arena *arena, struct ow_str s);

/*
 * Scanners look at the front of *s. When they return true, *s has moved past what they took and
 * *ret is set; when they return false, neither was touched. They chain with &&. (A chain that
 * fails half-way has moved *s: give it a copy and keep the copy on success.)
 */
static inline bool ow_scan_lit(struct ow_str *s, const char *literal);
static inline bool ow_scan_char(struct ow_str *s, char c);
static inline bool ow_scan_blanks(struct ow_str *s); /* any number, also none: always true */
static inline bool ow_scan_u64(struct ow_str *s, uint64_t *ret); /* decimal; false on overflow */
static inline bool ow_scan_i64(struct ow_str *s, int64_t *ret);  /* decimal with an optional - */
bool ow_scan_hex(struct ow_str *s, uint64_t *ret);               /* digits only, no 0x */

/* "0.05", "-1.5e3": as near as a double comes when there are at most 15 digits. */
bool ow_scan_f64(struct ow_str *s, double *ret);

/* Up to a blank or the end; not empty. */
static inline bool ow_scan_word(struct ow_str *s, struct ow_str *ret);

/* The bytes before the first (or last) stop; *s moves past the stop. */
static inline bool ow_scan_until(struct ow_str *s, const char *stop, struct ow_str *ret);
bool ow_scan_until_last(struct ow_str *s, const char *stop, struct ow_str *ret);

/* One line without its line feed; false only when *s is empty. */
bool ow_scan_line(struct ow_str *s, struct ow_str *ret);

/* Readers call these for each word of each line: they are inlined, and their literals, too. */

static inline bool ow_str_has_pair(struct ow_str s, const char (*pairs)[2], size_t n)
{
	typedef unsigned char lanes __attribute__((vector_size(16)));
	lanes front, back, found = { 0 };
	uint64_t half[2];

	if (s.n <= sizeof(lanes)) {
		for (size_t i = 0; i < n; i++)
			for (size_t at = 0; at + 1 < s.n; at++)
				if (memcmp(s.p + at, pairs[i], 2) == 0)
					return true;
		return false;
	}
	for (size_t at = 0; at < s.n - 1; at += sizeof(lanes)) {
		if (at > s.n - 1 - sizeof(lanes))
			at = s.n - 1 - sizeof(lanes); /* the last ones a second time */
		memcpy(&front, s.p + at, sizeof(front));
		memcpy(&back, s.p + at + 1, sizeof(back));
		for (size_t i = 0; i < n; i++)
			found |= (lanes)(front == (unsigned char)pairs[i][0]) &
				 (lanes)(back == (unsigned char)pairs[i][1]);
	}
	memcpy(half, &found, sizeof(half));
	return half[0] | half[1];
}

static inline bool ow_scan_lit(struct ow_str *s, const char *literal)
{
	size_t n = strlen(literal);

	if (s->n < n || memcmp(s->p, literal, n) != 0)
		return false;
	*s = ow_str_skip(*s, n);
	return true;
}

static inline bool ow_scan_char(struct ow_str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = ow_str_skip(*s, 1);
	return true;
}

static inline bool ow_scan_blanks(struct ow_str *s)
{
	size_t n = 0;

	while (n < s->n && (s->p[n] == ' ' || s->p[n] == '\t'))
		n++;
	if (n)
		*s = ow_str_skip(*s, n);
	return true;
}

static inline bool ow_scan_u64(struct ow_str *s, uint64_t *ret)
{
	const size_t safe = s->n < 19 ? s->n : 19; /* so many digits always fit */
	uint64_t value = 0;
	size_t i = 0;

	for (; i < safe && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		value = value * 10 + (uint64_t)(s->p[i] - '0');
	for (; i >= 19 && i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s->p[i] - '0'), &value))
			return false;
	if (i == 0)
		return false;
	*ret = value;
	*s = ow_str_skip(*s, i);
	return true;
}

/*
 * The number that the eight bytes at p begin with, of at most seven digits. Returns how many digits
 * it has: 0 when there is none, 8 when it may go on. For the numbers that a log is full of, in a
 * few steps: the digits become those of an eight-digit number with zeros in front, then twice two
 * by two are put together.
 */
static inline unsigned ow_digits(const char *p, uint64_t *ret)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t digits, other;
	unsigned n;

	memcpy(&digits, p, sizeof(digits));
	digits = le64toh(digits) ^ ones * '0'; /* 0 to 9, where it is a digit */
	other = ((digits + ones * 0x76) | digits) & ones << 7;
	n = other ? (unsigned)__builtin_ctzll(other) / 8 : 8;
	if (n == 0 || n == 8)
		return n;
	digits <<= 64 - 8 * n;
	digits = digits * 10 + (digits >> 8);
	*ret = ((digits & 0x000000ff000000ff) * 0x000f424000000064 +
		((digits >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
	       32;
	return n;
}

static inline bool ow_scan_i64(struct ow_str *s, int64_t *ret)
{
	struct ow_str rest = *s;
	bool minus = ow_scan_char(&rest, '-');
	uint64_t value;

	if (!ow_scan_u64(&rest, &value) || value > (uint64_t)INT64_MAX)
		return false;
	*ret = minus ? -(int64_t)value : (int64_t)value;
	*s = rest;
	return true;
}

static inline bool ow_scan_until(struct ow_str *s, const char *stop, struct ow_str *ret)
{
	const char *at = ow_str_find(*s, ow_str(stop));

	if (!at)
		return false;
	*ret = (struct ow_str){ s->p, (size_t)(at - s->p) };
	*s = ow_str_skip(*s, ret->n + strlen(stop));
	return true;
}

static inline bool ow_scan_word(struct ow_str *s, struct ow_str *ret)
{
	size_t n = 0;

	while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t')
		n++;
	if (n == 0)
		return false;
	*ret = (struct ow_str){ s->p, n };
	*s = ow_str_skip(*s, n);
	return true;
}

#endif
