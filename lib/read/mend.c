/* SPDX-License-Identifier: Apache-2.0 */
#include "read/mend.h"

/* "\x1b[0;32m", "\x1b[K": how many bytes of colour are at the front of s. */
static size_t colour(struct ow_str s)
{
	size_t n = 2;

	if (s.n < 3 || s.p[0] != '\x1b' || s.p[1] != '[')
		return 0;
	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == ';'))
		n++;
	return n < s.n && (s.p[n] == 'm' || s.p[n] == 'K') ? n + 1 : 0;
}

/* A program that colours does so at the front of the line or of the message. */
static bool is_coloured(struct ow_str line)
{
	const char *p = memchr(line.p, '\x1b', line.n);
	size_t at = p ? (size_t)(p - line.p) : 0;

	return p && colour(ow_str_skip(line, at)) &&
	       (at == 0 || (at >= 2 && p[-1] == ' ' && (p[-2] == ':' || p[-2] == ']')));
}

static size_t uncolour(struct ow_str line, char *buffer)
{
	size_t n = 0;

	while (line.n) {
		size_t skip = colour(line);

		if (skip == 0)
			buffer[n++] = line.p[0];
		line = ow_str_skip(line, skip ? skip : 1);
	}
	return n;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The equals signs that the kernel prints are what becomes =3D in each of its lines. */
static bool is_quoted_printable(struct ow_str line)
{
	static const char *const keys[] = { "gfp_mask=3D",   "order=3D",  "constraint=3D",
					    "task_memcg=3D", "cpuset=3D", "oom_score_adj=3D",
					    ",task=3D" };

	if (!ow_str_has(line, "=3D"))
		return false;
	for (size_t i = 0; i < OW_ARRAY_SIZE(keys); i++)
		if (ow_str_has(line, keys[i]))
			return true;
	return false;
}

static size_t unquote(struct ow_str line, char *buffer)
{
	size_t n = 0;

	while (line.n) {
		bool escape = line.p[0] == '=' && line.n >= 3 && hex_digit(line.p[1]) >= 0 &&
			      hex_digit(line.p[2]) >= 0;

		buffer[n++] = escape ? (char)(hex_digit(line.p[1]) << 4 | hex_digit(line.p[2]))
				     : line.p[0];
		line = ow_str_skip(line, escape ? 3 : 1);
	}
	return n;
}

/* The kernel pads with blanks; a web page makes every other one a blank that does not break. */
static bool is_hard_blank(struct ow_str line, size_t at)
{
	const char *p = line.p + at;

	return at + 1 < line.n && p[0] == '\xc2' && p[1] == '\xa0' &&
	       ((at > 0 && (p[-1] == ' ' || p[-1] == '\xa0')) ||
		(at + 2 < line.n && (p[2] == ' ' || p[2] == '\xc2')));
}

static bool has_hard_blanks(struct ow_str line)
{
	for (size_t i = 0; i + 1 < line.n; i++) {
		const char *p = memchr(line.p + i, '\xc2', line.n - i);

		if (!p)
			return false;
		i = (size_t)(p - line.p);
		if (is_hard_blank(line, i))
			return true;
	}
	return false;
}

static size_t soften(struct ow_str line, char *buffer)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++) {
		bool hard = is_hard_blank(line, i);

		buffer[n++] = hard ? ' ' : line.p[i];
		i += hard;
	}
	return n;
}

/* The text of {"log":"...\n",...}, which is the first key that Docker writes. */
static bool is_json_file(struct ow_str line)
{
	return ow_scan_lit(&line, "{\"log\":\"") && ow_str_has(line, "\",\"stream\":\"");
}

static size_t unjson(struct ow_str line, char *buffer)
{
	static const char from[] = "ntrbf", to[] = "\n\t\r\b\f";
	size_t n = 0;
	uint64_t code;

	(void)ow_scan_lit(&line, "{\"log\":\"");
	while (line.n && line.p[0] != '"') {
		struct ow_str hex = { line.p + 2, line.n >= 6 ? 4 : 0 };
		const char *plain;

		if (line.p[0] != '\\' || line.n < 2) {
			buffer[n++] = line.p[0];
			line = ow_str_skip(line, 1);
			continue;
		}
		/* Go writes < > & and control characters so; others are as they are. */
		if (line.p[1] == 'u' && ow_scan_hex(&hex, &code) && hex.n == 0 && code < 0x80) {
			buffer[n++] = (char)code;
			line = ow_str_skip(line, 6);
			continue;
		}
		plain = line.p[1] ? strchr(from, line.p[1]) : NULL;
		buffer[n++] = plain ? to[plain - from] : line.p[1];
		line = ow_str_skip(line, 2);
	}
	while (n && buffer[n - 1] == '\n')
		n--;
	return n;
}

bool ow_mend(struct ow_str line, char *buffer, struct ow_str *ret)
{
	static const struct {
		bool (*is)(struct ow_str line);
		size_t (*undo)(struct ow_str line, char *buffer);
	} damages[] = {
		{ is_json_file, unjson },
		{ is_coloured, uncolour },
		{ is_quoted_printable, unquote },
		{ has_hard_blanks, soften },
	};
	bool mended = false;

	for (size_t i = 0; i < OW_ARRAY_SIZE(damages); i++)
		if (line.n && damages[i].is(line)) {
			/* None makes it longer: it can be done in place. */
			line = (struct ow_str){ buffer, damages[i].undo(line, buffer) };
			mended = true;
		}
	if (mended)
		*ret = line;
	return mended;
}
