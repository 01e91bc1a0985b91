/* SPDX-License-Identifier: Apache-2.0 */
#include "read/csv.h"

#include "read/stamp.h"

#define FIELDS_MAX 64

struct field {
	struct ow_str text;
	bool quoted, open;
};

/* How many bytes of s are in front of the quote that ends it; all of them where none does. */
static size_t quoted_length(struct ow_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '"')
			continue;
		if (i + 1 == s.n || s.p[i + 1] != '"')
			return i;
		i++;
	}
	return s.n;
}

static bool scan_field(struct ow_str *s, struct field *ret)
{
	struct ow_str rest = *s;
	struct field f = { 0 };
	const char *comma;

	f.quoted = ow_scan_char(&rest, '"');
	if (f.quoted) {
		f.text = (struct ow_str){ rest.p, quoted_length(rest) };
		f.open = f.text.n == rest.n;
		rest = ow_str_skip(rest, f.text.n + !f.open);
		if (rest.n && rest.p[0] != ',')
			return false;
	} else {
		comma = rest.n ? memchr(rest.p, ',', rest.n) : NULL;
		f.text = (struct ow_str){ rest.p, comma ? (size_t)(comma - rest.p) : rest.n };
		rest = ow_str_skip(rest, f.text.n);
	}
	*s = rest;
	*ret = f;
	return true;
}

static bool is_time(struct ow_str s)
{
	struct ow_stamp stamp;

	return ow_stamp_scan_iso(&s, &stamp) && s.n == 0;
}

/* "[  283.033791] " */
static bool has_stamp(struct ow_str s)
{
	uint64_t usec;

	return ow_scan_char(&s, '[') && ow_scan_blanks(&s) && ow_stamp_scan_boot(&s, &usec) &&
	       ow_scan_char(&s, ']');
}

/* Most lines of a log are told apart from a row by what they begin with. */
static bool may_be_row(struct ow_str line)
{
	struct ow_stamp stamp;

	if (line.n < 16)
		return false;
	return line.p[0] == '"' || (line.p[4] == '-' && ow_str_has(line, ",\"") &&
				    ow_stamp_scan_iso(&line, &stamp) && line.n && line.p[0] == ',');
}

bool ow_csv_read(struct ow_str line, struct ow_csv_row *ret)
{
	struct ow_csv_row row = { 0 };
	bool stamped = false, more = ow_scan_blanks(&line) && may_be_row(line);
	size_t n = 0;

	for (; more && n < FIELDS_MAX; n++) {
		struct field f;

		if (!scan_field(&line, &f))
			return false;
		more = ow_scan_char(&line, ',');
		if (!row.time.n && is_time(f.text)) {
			row.time = f.text;
		} else if (f.quoted && !stamped) {
			row.text = f.text;
			stamped = has_stamp(f.text);
		}
		row.open = f.open;
	}
	if (n < 2 || line.n || !row.text.p || !(row.time.n || (stamped && !row.open)))
		return false;
	*ret = row;
	return true;
}

bool ow_csv_ends(struct ow_str line, struct ow_str *ret)
{
	size_t n = quoted_length(line);

	if (n == line.n)
		return false;
	*ret = (struct ow_str){ line.p, n };
	return true;
}

size_t ow_csv_unquote(struct ow_str text, char *buffer)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		buffer[n++] = text.p[i];
		i += text.p[i] == '"' && i + 1 < text.n && text.p[i + 1] == '"';
	}
	return n;
}
