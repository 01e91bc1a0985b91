/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf16.h"

#define MARK  0xfeffu
#define NONE  0xfffdu /* in the place of what is no character */
#define HIGH  0xd800u
#define LOW   0xdc00u
#define AFTER 0xe000u

static size_t put(uint32_t c, unsigned char *out)
{
	if (c < 0x80) {
		out[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (unsigned char)(0xc0 | c >> 6);
		out[1] = (unsigned char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (unsigned char)(0xe0 | c >> 12);
		out[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (unsigned char)(0xf0 | c >> 18);
	out[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (c & 0x3f));
	return 4;
}

/* What a unit adds: up to two characters, where the half before it stays one. */
static size_t take(struct ow_utf16 *u, uint16_t unit, unsigned char *out)
{
	const uint16_t high = u->high;
	size_t n = 0;

	u->high = 0;
	if (high && unit >= LOW && unit < AFTER)
		return put(0x10000 + ((uint32_t)(high - HIGH) << 10) + (unit - LOW), out);
	if (high)
		n = put(NONE, out);
	if (unit >= HIGH && unit < LOW)
		u->high = unit;
	else if (unit >= LOW && unit < AFTER)
		n += put(NONE, out + n);
	else if (unit != MARK)
		n += put(unit, out + n);
	return n;
}

size_t ow_utf16_decode(struct ow_utf16 *u, const unsigned char *in, size_t n, unsigned char *out,
		       size_t room, size_t *ret_n)
{
	size_t taken = 0, at = 0;

	for (; taken < n && room - at >= OW_UTF16_OUT_MIN; taken++) {
		const uint8_t byte = in[taken];

		u->has_odd = !u->has_odd;
		if (!u->has_odd)
			at += take(u, (uint16_t)(u->big ? u->odd << 8 | byte : byte << 8 | u->odd),
				   out + at);
		u->odd = byte;
	}
	*ret_n = at;
	return taken;
}
