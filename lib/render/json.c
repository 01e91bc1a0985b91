/* SPDX-License-Identifier: Apache-2.0 */
#include "render/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "base/escape.h"

void ow_json_init(struct ow_json *json, FILE *out)
{
	*json = (struct ow_json){ .out = out };
}

/* The bytes of s up to the first that JSON cannot hold as it is. */
static size_t plain_length(struct ow_str s)
{
	size_t n = 0;

	while (n < s.n) {
		unsigned char c = (unsigned char)s.p[n];
		size_t length = c < 0x80 ? 1 : ow_utf8_length(ow_str_skip(s, n));

		if (length == 0 || c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			break;
		n += length;
	}
	return n;
}

static void put_string(struct ow_json *json, struct ow_str s)
{
	fputc('"', json->out);
	while (s.n) {
		size_t n = plain_length(s);
		unsigned char c;

		fwrite(s.p, 1, n, json->out);
		s = ow_str_skip(s, n);
		if (s.n == 0)
			break;
		c = (unsigned char)s.p[0];
		if (c == '"')
			fputs("\\\"", json->out);
		else if (c == '\\')
			fputs("\\\\\\\\", json->out);
		else if (c == '\n')
			fputs("\\n", json->out);
		else if (c == '\t')
			fputs("\\t", json->out);
		else if (c == 0 || c >= 0x80)
			fprintf(json->out, "\\\\x%02x", c);
		else
			fprintf(json->out, "\\u%04x", c);
		s = ow_str_skip(s, 1);
	}
	fputc('"', json->out);
}

static void begin(struct ow_json *json, const char *key)
{
	if (json->item)
		fputs(", ", json->out);
	json->item = true;
	if (key) {
		put_string(json, ow_str(key));
		fputs(": ", json->out);
	}
}

static void open_with(struct ow_json *json, const char *key, char opening, char closing)
{
	assert(json->depth < sizeof(json->close));
	begin(json, key);
	fputc(opening, json->out);
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
	fputc(json->close[--json->depth], json->out);
	json->item = true;
}

void ow_json_u64(struct ow_json *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void ow_json_i64(struct ow_json *json, const char *key, int64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRId64, value);
}

void ow_json_real(struct ow_json *json, const char *key, double value)
{
	if (!isfinite(value)) {
		ow_json_null(json, key);
		return;
	}
	begin(json, key);
	fprintf(json->out, "%.15g", value);
}

void ow_json_bool(struct ow_json *json, const char *key, bool value)
{
	begin(json, key);
	fputs(value ? "true" : "false", json->out);
}

void ow_json_null(struct ow_json *json, const char *key)
{
	begin(json, key);
	fputs("null", json->out);
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
