/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include <stdint.h>

size_t ow_utf8_length(struct ow_str s)
{
	/* The smallest character that needs n bytes: a shorter one in n bytes is not UTF-8. */
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t c;
	size_t n;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s.n < n)
		return 0;
	c = p[0] & (0xffU >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

static uint32_t decode(const char *p, size_t n)
{
	uint32_t c = (unsigned char)p[0];

	if (n > 1)
		c &= 0xffU >> (n + 1);
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)p[i] & 0x3fU);
	return c;
}

/* Characters that change how a line looks without showing themselves. */
static bool hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

static char *escape(struct ow_arena *arena, struct ow_str s, bool hide, bool twice)
{
	static const char digits[] = "0123456789abcdef";
	char *text = ow_alloc(arena, s.n < SIZE_MAX / 4 ? 4 * s.n + 1 : SIZE_MAX, 1), *out = text;

	if (!text)
		return NULL;
	while (s.n) {
		size_t n = s.p[0] ? ow_utf8_length(s) : 0, take = n ? n : 1;

		if (n == 0 || (hide && hidden(decode(s.p, n)))) {
			for (size_t i = 0; i < take; i++) {
				unsigned char byte = (unsigned char)s.p[i];

				*out++ = '\\';
				*out++ = 'x';
				*out++ = digits[byte >> 4];
				*out++ = digits[byte & 15];
			}
		} else {
			if (s.p[0] == '\\' && twice)
				*out++ = '\\';
			memcpy(out, s.p, n);
			out += n;
		}
		s = ow_str_skip(s, take);
	}
	*out = '\0';
	return text;
}

char *ow_escape_bytes(struct ow_arena *arena, struct ow_str s)
{
	return escape(arena, s, false, true);
}

char *ow_escape_text(struct ow_arena *arena, struct ow_str s)
{
	return escape(arena, s, true, true);
}

char *ow_escape_line(struct ow_arena *arena, struct ow_str s)
{
	return escape(arena, s, true, false);
}
