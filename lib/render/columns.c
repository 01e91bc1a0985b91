/* SPDX-License-Identifier: Apache-2.0 */
#include "render/columns.h"

#include <stdint.h>

#include "base/escape.h"

static uint32_t code_point(struct ow_str s, size_t length)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t c = length > 1 ? p[0] & (0xffU >> (length + 1)) : p[0];

	for (size_t i = 1; i < length; i++)
		c = c << 6 | (p[i] & 0x3fU);
	return c;
}

static size_t width_of(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		size_t width;
	} ranges[] = {
		{ 0x300, 0x36f, 0 },     { 0x1100, 0x115f, 2 },   { 0x20d0, 0x20ff, 0 },
		{ 0x2e80, 0xa4cf, 2 },   { 0xac00, 0xd7a3, 2 },   { 0xf900, 0xfaff, 2 },
		{ 0xfe20, 0xfe2f, 0 },   { 0xfe30, 0xfe6f, 2 },   { 0xff00, 0xff60, 2 },
		{ 0xffe0, 0xffe6, 2 },   { 0x1f300, 0x1f64f, 2 }, { 0x1f680, 0x1f6ff, 2 },
		{ 0x1f900, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].width;
	return 1;
}

size_t ow_columns_fit(struct ow_str s, size_t columns)
{
	size_t at = 0, used = 0;

	while (at < s.n) {
		struct ow_str rest = ow_str_skip(s, at);
		size_t length = ow_utf8_length(rest);
		size_t width = length ? width_of(code_point(rest, length)) : 1;

		if (used + width > columns)
			break;
		used += width;
		at += length ? length : 1;
	}
	return at;
}

size_t ow_columns(struct ow_str s)
{
	size_t columns = 0;

	while (s.n) {
		size_t length = ow_utf8_length(s);

		columns += length ? width_of(code_point(s, length)) : 1;
		s = ow_str_skip(s, length ? length : 1);
	}
	return columns;
}
