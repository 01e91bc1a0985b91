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

static const char *find(struct ow_str s, const char *text)
{
	return s.n ? memmem(s.p, s.n, text, strlen(text)) : NULL;
}

bool ow_str_has(struct ow_str s, const char *text)
{
	return find(s, text) != NULL;
}

char *ow_str_keep(struct ow_arena *arena, struct ow_str s)
{
	char *copy = ow_alloc(arena, s.n + 1, 1);

	if (copy && s.n)
		memcpy(copy, s.p, s.n);
	return copy;
}

bool ow_scan_lit(struct ow_str *s, const char *literal)
{
	size_t n = strlen(literal);

	if (s->n < n || memcmp(s->p, literal, n) != 0)
		return false;
	*s = ow_str_skip(*s, n);
	return true;
}

bool ow_scan_char(struct ow_str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = ow_str_skip(*s, 1);
	return true;
}

bool ow_scan_blanks(struct ow_str *s)
{
	while (s->n && (s->p[0] == ' ' || s->p[0] == '\t'))
		*s = ow_str_skip(*s, 1);
	return true;
}

bool ow_scan_u64(struct ow_str *s, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s->p[i] - '0'), &value))
			return false;
	if (i == 0)
		return false;
	*ret = value;
	*s = ow_str_skip(*s, i);
	return true;
}

bool ow_scan_i64(struct ow_str *s, int64_t *ret)
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

bool ow_scan_word(struct ow_str *s, struct ow_str *ret)
{
	size_t n = 0;

	while (n < s->n && s->p[n] != ' ' && s->p[n] != '\t')
		n++;
	return n > 0 && take(s, n, 0, ret);
}

bool ow_scan_until(struct ow_str *s, const char *stop, struct ow_str *ret)
{
	const char *at = find(*s, stop);

	return at && take(s, (size_t)(at - s->p), strlen(stop), ret);
}

bool ow_scan_until_last(struct ow_str *s, const char *stop, struct ow_str *ret)
{
	size_t n = strlen(stop);

	if (s->n < n)
		return false;
	for (size_t at = s->n - n + 1; at-- > 0;)
		if (memcmp(s->p + at, stop, n) == 0)
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
