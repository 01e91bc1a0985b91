/* SPDX-License-Identifier: Apache-2.0 */
#include "base/scan.h"

struct ow_str ow_str_trim(struct ow_str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = ow_str_skip(s, 1);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

#define LANES 16
typedef unsigned char lanes __attribute__((vector_size(LANES)));

/* Is text at one of the n places from p on? Of the last the bytes of text are still there. */
static const char *find_among(const char *p, size_t n, struct ow_str text)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] == text.p[0] && p[i + text.n - 1] == text.p[text.n - 1] &&
		    memcmp(p + i, text.p, text.n) == 0)
			return p + i;
	return NULL;
}

/* The same for LANES places: text is compared where its first and its last byte are. */
static inline const char *find_in_lanes(const char *p, struct ow_str text)
{
	lanes front, back, both;
	uint64_t half[LANES / 8];

	memcpy(&front, p, sizeof(front));
	memcpy(&back, p + text.n - 1, sizeof(back));
	both = (lanes)(front == (unsigned char)text.p[0]) &
	       (lanes)(back == (unsigned char)text.p[text.n - 1]);
	memcpy(half, &both, sizeof(half));
	if ((half[0] | half[1]) == 0)
		return NULL;
	for (size_t h = 0; h < OW_ARRAY_SIZE(half); h++) {
		/* One bit of each byte, the first byte in the lowest one. */
		uint64_t places = le64toh(half[h]) & 0x0101010101010101;

		for (; places; places &= places - 1) {
			const char *at = p + 8 * h + (unsigned)__builtin_ctzll(places) / 8;

			if (memcmp(at, text.p, text.n) == 0)
				return at;
		}
	}
	return NULL;
}

/*
 * memmem(3) makes a table of the text first, which takes longer than to look through a line of a
 * log. Here many places are looked at at once; the last ones twice where their number is odd.
 */
const char *ow_str_find(struct ow_str s, struct ow_str text)
{
	const size_t places = text.n && s.n >= text.n ? s.n - text.n + 1 : 0;
	const char *found;

	if (text.n == 1)
		return s.n ? memchr(s.p, text.p[0], s.n) : NULL;
	if (places < LANES)
		return find_among(s.p, places, text);
	for (size_t i = 0;; i += LANES) {
		if (i > places - LANES)
			i = places - LANES;
		found = find_in_lanes(s.p + i, text);
		if (found || i == places - LANES)
			return found;
	}
}

char *ow_str_keep(struct ow_arena *arena, struct ow_str s)
{
	char *copy = ow_alloc(arena, s.n + 1, 1);

	if (copy && s.n)
		memcpy(copy, s.p, s.n);
	return copy;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool ow_scan_hex(struct ow_str *s, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < s->n && hex_digit(s->p[i]) >= 0; i++) {
		if (value >> 60)
			return false;
		value = value << 4 | (uint64_t)hex_digit(s->p[i]);
	}
	if (i == 0)
		return false;
	*ret = value;
	*s = ow_str_skip(*s, i);
	return true;
}

static bool take(struct ow_str *s, size_t n, size_t stop, struct ow_str *ret)
{
	*ret = (struct ow_str){ s->p, n };
	*s = ow_str_skip(*s, n + stop);
	return true;
}

bool ow_scan_until_last(struct ow_str *s, const char *stop, struct ow_str *ret)
{
	size_t n = strlen(stop);

	if (s->n < n)
		return false;
	for (size_t at = s->n - n + 1; at-- > 0;)
		if (s->p[at] == stop[0] && memcmp(s->p + at, stop, n) == 0)
			return take(s, at, n, ret);
	return false;
}

bool ow_scan_line(struct ow_str *s, struct ow_str *ret)
{
	const char *end;

	if (s->n == 0)
		return false;
	end = memchr(s->p, '\n', s->n);
	return take(s, end ? (size_t)(end - s->p) : s->n, end ? 1 : 0, ret);
}

/* Digits of a number; those past the 18th only count. */
static size_t scan_digits(struct ow_str *s, uint64_t *value, int *dropped)
{
	size_t n = 0;

	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9'; n++) {
		if (*value < UINT64_C(100000000000000000))
			*value = 10 * *value + (uint64_t)(s->p[0] - '0');
		else
			(*dropped)++;
		*s = ow_str_skip(*s, 1);
	}
	return n;
}

bool ow_scan_f64(struct ow_str *s, double *ret)
{
	struct ow_str rest = *s, tail;
	const bool minus = ow_scan_char(&rest, '-');
	uint64_t value = 0;
	int64_t power = 0;
	int dropped = 0, ignored = 0;
	size_t n, fraction = 0;
	double scale = 1, number;

	n = scan_digits(&rest, &value, &dropped);
	if (ow_scan_char(&rest, '.')) {
		fraction = scan_digits(&rest, &value, &ignored);
		fraction -= (size_t)ignored;
		n += fraction;
	}
	if (n == 0)
		return false;
	tail = rest;
	if (ow_scan_char(&tail, 'e') || ow_scan_char(&tail, 'E')) {
		(void)ow_scan_char(&tail, '+');
		if (ow_scan_i64(&tail, &power))
			rest = tail;
	}
	if (power > 300 || power < -300)
		return false;
	power += dropped - (int64_t)fraction;
	for (int64_t i = power < 0 ? -power : power; i > 0; i--)
		scale *= 10;
	number = power < 0 ? (double)value / scale : (double)value * scale;
	*ret = minus ? -number : number;
	*s = rest;
	return true;
}
