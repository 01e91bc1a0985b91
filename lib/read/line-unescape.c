/* SPDX-License-Identifier: Apache-2.0 */
#include "read/line.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t ow_line_unescape(struct ow_str text, char *buffer)
{
	size_t n = 0, i = 0;

	while (i < text.n) {
		const char *p = text.p + i;
		bool escape = text.n - i >= 4 && p[0] == '\\' && p[1] == 'x' &&
			      hex_digit(p[2]) >= 0 && hex_digit(p[3]) >= 0;

		buffer[n++] = escape ? (char)(hex_digit(p[2]) << 4 | hex_digit(p[3])) : p[0];
		i += escape ? 4 : 1;
	}
	return n;
}
