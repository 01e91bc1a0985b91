/* SPDX-License-Identifier: Apache-2.0 */
#include "render/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/escape.h"

void ow_json_init(struct ow_json *json, FILE *out)
{
	json->out = out;
	json->depth = 0;
	json->item = false;
	json->n = 0;
}

static void flush(struct ow_json *json)
{
	(void)fwrite(json->buffer, 1, json->n, json->out);
	json->n = 0;
}

/* Makes room for n bytes, which are few. */
static char *room(struct ow_json *json, size_t n)
{
	assert(n <= sizeof(json->buffer));
	if (n > sizeof(json->buffer) - json->n)
		flush(json);
	return json->buffer + json->n;
}

static void put_char(struct ow_json *json, char c)
{
	*room(json, 1) = c;
	json->n++;
}

static void put_bytes(struct ow_json *json, const char *bytes, size_t n)
{
	memcpy(room(json, n), bytes, n);
	json->n += n;
}

static void put(struct ow_json *json, const char *text)
{
	put_bytes(json, text, strlen(text));
}

/* Does the byte stand in a JSON string as it is? */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Are eight bytes all plain? Each term has the top bit of a byte set that is not: below a blank,
 * above a tilde, a quote, a backslash. A carry marks a byte too many only above one that counts. */
static bool are_plain(uint64_t bytes)
{
	const uint64_t ones = 0x0101010101010101, quotes = ones * '"', slashes = ones * '\\';
	const uint64_t marked = (bytes - ones * ' ') | bytes | (bytes + ones) |
				((bytes ^ quotes) - ones) | ((bytes ^ slashes) - ones);

	return (marked & ones << 7) == 0;
}

/* Takes the plain bytes at the front of *s, which are nearly always all, up to the end of the
 * buffer. */
static void put_plain(struct ow_json *json, struct ow_str *s)
{
	const size_t max = sizeof(json->buffer) - json->n;
	const size_t n = s->n < max ? s->n : max;
	char *out = json->buffer + json->n;
	size_t i = 0;

	for (uint64_t eight; n - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s->p + i, sizeof(eight));
		if (!are_plain(eight))
			break;
		memcpy(out + i, &eight, sizeof(eight));
	}
	for (; i < n && is_plain((unsigned char)s->p[i]); i++)
		out[i] = s->p[i];
	json->n += i;
	*s = ow_str_skip(*s, i);
}

/* Writes the character at the front of s, of whatever kind, and returns its bytes. */
static size_t put_character(struct ow_json *json, struct ow_str s)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char c = (unsigned char)s.p[0];
	const size_t length = c < 0x80 ? 1 : ow_utf8_length(s);

	if (c == '"')
		put(json, "\\\"");
	else if (c == '\\')
		put(json, "\\\\\\\\");
	else if (c == '\n')
		put(json, "\\n");
	else if (c == '\t')
		put(json, "\\t");
	else if (is_plain(c) || (c >= 0x80 && length))
		put_bytes(json, s.p, length);
	else {
		put(json, c == 0 || c >= 0x80 ? "\\\\x" : "\\u00");
		put_bytes(json, (const char[]){ digits[c >> 4], digits[c & 15] }, 2);
	}
	return length ? length : 1;
}

/* Copies s if it is all plain. Eight bytes are looked at at once, the last ones a second time. */
static bool copy_plain(char *out, struct ow_str s)
{
	uint64_t eight;
	uint32_t front, back;

	if (s.n >= sizeof(eight)) {
		for (size_t i = 0; i < s.n; i += sizeof(eight)) {
			if (i > s.n - sizeof(eight))
				i = s.n - sizeof(eight);
			memcpy(&eight, s.p + i, sizeof(eight));
			if (!are_plain(eight))
				return false;
			memcpy(out + i, &eight, sizeof(eight));
		}
		return true;
	}
	if (s.n >= sizeof(front)) {
		memcpy(&front, s.p, sizeof(front));
		memcpy(&back, s.p + s.n - sizeof(back), sizeof(back));
		memcpy(out, &front, sizeof(front));
		memcpy(out + s.n - sizeof(back), &back, sizeof(back));
		return are_plain((uint64_t)front << 32 | back);
	}
	for (size_t i = 0; i < s.n; i++) {
		if (!is_plain((unsigned char)s.p[i]))
			return false;
		out[i] = s.p[i];
	}
	return true;
}

static void put_string(struct ow_json *json, struct ow_str s)
{
	char *out = s.n < sizeof(json->buffer) - 2 ? room(json, s.n + 2) : NULL;

	if (out && copy_plain(out + 1, s)) {
		out[0] = out[s.n + 1] = '"';
		json->n += s.n + 2;
		return;
	}
	put_char(json, '"');
	for (put_plain(json, &s); s.n; put_plain(json, &s))
		s = ow_str_skip(s, put_character(json, s));
	put_char(json, '"');
}

/* How many digits value has, which is not 0: its logarithm to base 2 times that of 2 to base 10, or
 * one more. */
static unsigned digits_of(uint64_t value)
{
	static const uint64_t powers[] = {
		0,
		10,
		100,
		1000,
		10000,
		100000,
		1000000,
		10000000,
		100000000,
		1000000000,
		10000000000,
		100000000000,
		1000000000000,
		10000000000000,
		100000000000000,
		1000000000000000,
		10000000000000000,
		100000000000000000,
		1000000000000000000,
		10000000000000000000u,
	};
	const unsigned n = (64 - (unsigned)__builtin_clzll(value)) * 1233 >> 12;

	return n + (value >= powers[n]);
}

static void put_u64(struct ow_json *json, uint64_t value)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	unsigned n;
	char *at;

	if (value < 10) {
		put_char(json, (char)('0' + value));
		return;
	}
	n = digits_of(value);
	at = room(json, n) + n;
	for (; value >= 100; value /= 100)
		memcpy(at -= 2, pairs + value % 100 * 2, 2);
	if (value >= 10)
		memcpy(at - 2, pairs + value * 2, 2);
	else
		at[-1] = (char)('0' + value);
	json->n += n;
}

static void begin(struct ow_json *json, const char *key)
{
	if (json->item)
		put_bytes(json, ", ", 2);
	json->item = true;
	if (key) {
		put_string(json, ow_str(key));
		put_bytes(json, ": ", 2);
	}
}

void ow_json_field(struct ow_json *json, const struct ow_field *field)
{
	const size_t n = strlen(field->name);
	char *out = room(json, sizeof(", \"") + sizeof(field->name) + sizeof("\": "));

	if (json->item) {
		memcpy(out, ", ", 2);
		out += 2;
	}
	*out++ = '"';
	/* All of it, so that the compiler knows how many bytes. */
	memcpy(out, field->name, sizeof(field->name));
	memcpy(out + n, "\": ", 3);
	json->n = (size_t)(out + n + 3 - json->buffer);
	json->item = false;
}

static void open_with(struct ow_json *json, const char *key, char opening, char closing)
{
	assert(json->depth < sizeof(json->close));
	begin(json, key);
	put_char(json, opening);
	json->close[json->depth++] = closing;
	json->item = false;
}

void ow_json_object(struct ow_json *json, const char *key)
{
	open_with(json, key, '{', '}');
}

void ow_json_list(struct ow_json *json, const char *key)
{
	open_with(json, key, '[', ']');
}

void ow_json_end(struct ow_json *json)
{
	assert(json->depth > 0);
	put_char(json, json->close[--json->depth]);
	json->item = true;
	if (json->depth == 0)
		flush(json);
}

void ow_json_u64(struct ow_json *json, const char *key, uint64_t value)
{
	begin(json, key);
	put_u64(json, value);
}

void ow_json_i64(struct ow_json *json, const char *key, int64_t value)
{
	begin(json, key);
	if (value < 0)
		put_char(json, '-');
	put_u64(json, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void ow_json_real(struct ow_json *json, const char *key, double value)
{
	char text[32];

	if (!isfinite(value)) {
		ow_json_null(json, key);
		return;
	}
	begin(json, key);
	(void)snprintf(text, sizeof(text), "%.15g", value);
	put(json, text);
}

void ow_json_bool(struct ow_json *json, const char *key, bool value)
{
	begin(json, key);
	put(json, value ? "true" : "false");
}

void ow_json_null(struct ow_json *json, const char *key)
{
	begin(json, key);
	put(json, "null");
}

void ow_json_str(struct ow_json *json, const char *key, struct ow_str value)
{
	begin(json, key);
	put_string(json, value);
}

void ow_json_text(struct ow_json *json, const char *key, const char *value)
{
	ow_json_str(json, key, ow_str(value));
}
