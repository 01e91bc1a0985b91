/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PROFILE_WIRE_H
#define OW_READ_PROFILE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The wire format of protocol buffers, as far as a profile needs it:
 *
 *	08 96 01        field 1, a number: 150
 *	12 07 74 65...  field 2, seven bytes: a text, a message, or numbers one behind the other
 */
struct wire {
	const uint8_t *p, *end;
};

enum wire_type {
	WIRE_NUMBER = 0,
	WIRE_FIXED64 = 1,
	WIRE_BYTES = 2,
	WIRE_FIXED32 = 5,
};

struct wire_field {
	uint32_t field;
	enum wire_type type;
	uint64_t number;   /* the fixed ones, too */
	struct wire bytes; /* of WIRE_BYTES */
};

/* At most ten bytes, seven bits each, the lowest first. False: it does not end. */
static inline bool wire_number(struct wire *wire, uint64_t *ret)
{
	const uint8_t *p = wire->p;
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 70 && p < wire->end; shift += 7) {
		const uint8_t byte = *p++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			wire->p = p;
			*ret = value;
			return true;
		}
	}
	return false;
}

static inline bool wire_fixed(struct wire *wire, size_t n, uint64_t *ret)
{
	uint64_t value = 0;

	if ((size_t)(wire->end - wire->p) < n)
		return false;
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)wire->p[i] << 8 * i;
	wire->p += n;
	*ret = value;
	return true;
}

/* The next field; false when it is not whole or of no known type: wire is then not moved. */
static inline bool wire_next(struct wire *wire, struct wire_field *ret)
{
	struct wire w = *wire;
	struct wire_field f = { 0 };
	uint64_t key, n;

	if (!wire_number(&w, &key) || key >> 3 > UINT32_MAX)
		return false;
	f.field = (uint32_t)(key >> 3);
	f.type = (enum wire_type)(key & 7);
	switch (f.type) {
	case WIRE_NUMBER:
		if (!wire_number(&w, &f.number))
			return false;
		break;
	case WIRE_FIXED64:
		if (!wire_fixed(&w, 8, &f.number))
			return false;
		break;
	case WIRE_FIXED32:
		if (!wire_fixed(&w, 4, &f.number))
			return false;
		break;
	case WIRE_BYTES:
		if (!wire_number(&w, &n) || n > (uint64_t)(w.end - w.p))
			return false;
		f.bytes = (struct wire){ w.p, w.p + n };
		w.p += n;
		break;
	default:
		return false;
	}
	*wire = w;
	*ret = f;
	return true;
}

/*
 * Is the first field whole? Returns its length, 0 when more bytes are needed (then *need is how
 * many there must be, at the least), or -1 when it is no field at all.
 */
static inline int64_t wire_length(const uint8_t *bytes, size_t n, uint64_t *need)
{
	struct wire w = { bytes, bytes + n };
	uint64_t key, length = 0;
	const size_t most = 20; /* two numbers */

	*need = n + 1;
	if (!wire_number(&w, &key))
		return n >= 10 ? -1 : 0;
	switch ((enum wire_type)(key & 7)) {
	case WIRE_NUMBER:
		if (!wire_number(&w, &length))
			return n >= most ? -1 : 0;
		return w.p - bytes;
	case WIRE_FIXED64:
		length = 8;
		break;
	case WIRE_FIXED32:
		length = 4;
		break;
	case WIRE_BYTES:
		if (!wire_number(&w, &length))
			return n >= most ? -1 : 0;
		break;
	default:
		return -1;
	}
	if (length > INT64_MAX / 2)
		return -1;
	*need = (uint64_t)(w.p - bytes) + length;
	return *need <= n ? (int64_t)*need : 0;
}

#endif
