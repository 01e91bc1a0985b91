/* SPDX-License-Identifier: Apache-2.0 */
#include "read/mend.h"

#include "read/csv.h"

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

/* Where the kernel prints a digit or a C behind its equals sign, =3D can be nothing else. */
static bool proves_quoted(struct ow_str line)
{
	static const char *const keys[] = { "gfp_mask=3D", "order=3D", "oom_score_adj=3D",
					    "constraint=3DC" };

	if (!memchr(line.p, '=', line.n) || !ow_str_has(line, "=3D"))
		return false;
	for (size_t i = 0; i < OW_ARRAY_SIZE(keys); i++)
		if (ow_str_has(line, keys[i]))
			return true;
	return false;
}

/* Is the equals sign at the front of s one of quoted-printable, or the soft break at its end? */
static bool is_escape(struct ow_str s)
{
	return s.n == 1 || (s.n >= 3 && hex_digit(s.p[1]) >= 0 && hex_digit(s.p[2]) >= 0);
}

/* A log that was quoted has no other equals signs; a line that has one is not of it. */
static bool is_quoted_printable(struct ow_mender *m, struct ow_str line)
{
	bool quoted = false;

	m->quoted = m->quoted || proves_quoted(line);
	for (const char *p; m->quoted && line.n && (p = memchr(line.p, '=', line.n));) {
		line = ow_str_skip(line, (size_t)(p - line.p));
		if (!is_escape(line))
			return false;
		quoted = true;
		line = ow_str_skip(line, 1);
	}
	return quoted;
}

static size_t unquote(struct ow_mender *m, struct ow_str line, char *buffer)
{
	size_t n = 0;

	while (line.n) {
		bool escape = line.p[0] == '=' && is_escape(line);

		if (escape && line.n == 1) {
			m->soft = true;
			break;
		}
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

/* A program that makes every blank one that does not break leaves no other. */
static bool has_only_hard_blanks(struct ow_str line)
{
	return ow_str_has(line, "\xc2\xa0") && !memchr(line.p, ' ', line.n);
}

static size_t soften_all(struct ow_str line, char *buffer)
{
	size_t n = 0;

	while (line.n) {
		bool hard = ow_scan_lit(&line, "\xc2\xa0");

		buffer[n++] = hard ? ' ' : line.p[0];
		line = ow_str_skip(line, !hard);
	}
	return n;
}

/* "</span>", "<br>", "<br />": one at the front of s, of a page; the kernel's have capitals. */
static size_t tag(struct ow_str s)
{
	const char *end = s.n > 2 && s.p[0] == '<' ? memchr(s.p, '>', s.n) : NULL;
	const char first = end ? s.p[1 + (s.p[1] == '/')] : '\0';

	return first >= 'a' && first <= 'z' ? (size_t)(end - s.p) + 1 : 0;
}

/* Where the tag that ends the line begins; its length where none does. */
static size_t before_last_tag(struct ow_str line)
{
	const char *begin =
		line.n && line.p[line.n - 1] == '>' ? memrchr(line.p, '<', line.n) : NULL;
	size_t at = begin ? (size_t)(begin - line.p) : line.n;

	return tag(ow_str_skip(line, at)) == line.n - at ? at : line.n;
}

/* A page ends each of its lines, or what is in one, with a tag. A row of the task table may end
 * with a name that looks like one; a head and a kill do not end with a name. */
static bool is_tagged(struct ow_mender *m, struct ow_str line)
{
	if (before_last_tag(line) == line.n)
		return false;
	m->tagged = m->tagged || tag(line) || ow_str_has(line, " invoked oom-killer: gfp_mask=") ||
		    ow_str_has(line, " total-vm:");
	return m->tagged;
}

static size_t untag(struct ow_str line, char *buffer)
{
	for (size_t n = before_last_tag(line); n < line.n; n = before_last_tag(line))
		line.n = n;
	for (size_t n = tag(line); n; n = tag(line))
		line = ow_str_skip(line, n);
	memmove(buffer, line.p, line.n);
	return line.n;
}

/*
 * "5m12s       Warning   OOMKilling   node/ip-10-0-0-7   Memory cgroup out of memory: Killed
 * process 105 (leaker) ...": what kubectl shows of an event of the node problem detector. No line
 * of the kernel has these two words so near to its front.
 */
static const char *event_text(struct ow_str line)
{
	static const char *const texts[] = { " Memory cgroup out of memory: Killed process ",
					     " Out of memory: Killed process " };
	struct ow_str word = { 0 };
	const char *text = NULL;

	for (size_t i = 0; i < 3 && !ow_str_is(word, "Warning"); i++)
		if (!ow_scan_blanks(&line) || !ow_scan_word(&line, &word))
			return NULL;
	if (!ow_str_is(word, "Warning") || !ow_scan_blanks(&line) ||
	    !ow_scan_lit(&line, "OOMKilling "))
		return NULL;
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts) && !text; i++)
		text = ow_str_find(line, ow_str(texts[i]));
	return text;
}

static bool is_event(struct ow_str line)
{
	return event_text(line) != NULL;
}

static size_t unevent(struct ow_str line, char *buffer)
{
	const char *text = event_text(line) + 1;
	const size_t n = line.n - (size_t)(text - line.p);

	memmove(buffer, text, n);
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

/* The last member that Docker writes. */
static struct ow_str time_of(struct ow_str line)
{
	struct ow_str front, time = { 0 };

	if (ow_scan_lit(&line, "{\"log\":\"[") ||
	    !ow_scan_until_last(&line, "\"time\":\"", &front) || !ow_scan_until(&line, "\"", &time))
		time.n = 0;
	return time;
}

/* The text of a row of values, or the rest of one that has several lines. */
static bool take_row(struct ow_mender *m, struct ow_str line, char *buffer, struct ow_str *ret)
{
	struct ow_csv_row row = { .text = line };

	if (ow_csv_read(line, &row)) {
		m->time = row.time;
		m->open = row.open;
	} else if (m->open) {
		m->open = !ow_csv_ends(line, &row.text);
	} else {
		return false;
	}
	*ret = (struct ow_str){ buffer, ow_csv_unquote(row.text, buffer) };
	return true;
}

/* Is what stands in front the kernel's or a wrapper's, so that a name cannot begin behind it? */
static bool is_bare(struct ow_str front)
{
	front = ow_str_trim(front);
	return front.n == 0 || front.p[front.n - 1] == ']' || front.p[front.n - 1] == ':';
}

/* The places where the kernel itself writes angles: "<4>[", " <TASK>", "[<c01b5a2f>] ". */
static bool has_angle(struct ow_str line, const char *left, const char *const words[3])
{
	struct ow_str rest = line, front;

	if (ow_scan_lit(&rest, left) && rest.n && rest.p[0] >= '0' && rest.p[0] <= '7')
		return true;
	for (size_t i = 0; i < 3; i++) {
		rest = line;
		if (ow_scan_until(&rest, words[i], &front) && is_bare(front))
			return true;
	}
	return false;
}

static bool has_entities(struct ow_mender *m, struct ow_str line)
{
	static const char *const plain[] = { "<TASK>", "<IRQ>", "[<" };
	static const char *const coded[] = { "&lt;TASK&gt;", "&lt;IRQ&gt;", "[&lt;" };

	if (m->plain)
		return false;
	if (!m->entities && memchr(line.p, '<', line.n))
		m->plain = has_angle(line, "<", plain);
	if (m->plain || !memchr(line.p, '&', line.n))
		return false;
	m->entities = m->entities || has_angle(line, "&lt;", coded);
	return m->entities;
}

static size_t decode(struct ow_str line, char *buffer)
{
	static const struct {
		const char *name;
		char byte;
	} entities[] = {
		{ "&lt;", '<' },    { "&gt;", '>' },    { "&amp;", '&' },
		{ "&quot;", '"' },  { "&#34;", '"' },   { "&#39;", '\'' },
		{ "&#x27;", '\'' }, { "&apos;", '\'' }, { "&nbsp;", ' ' },
	};
	size_t n = 0;

	while (line.n) {
		char byte = line.p[0];
		bool entity = false;

		for (size_t i = 0; byte == '&' && !entity && i < OW_ARRAY_SIZE(entities); i++) {
			entity = ow_scan_lit(&line, entities[i].name);
			byte = entity ? entities[i].byte : byte;
		}
		buffer[n++] = byte;
		line = ow_str_skip(line, !entity);
	}
	return n;
}

/* Does the kernel's own text, or a wrapper's, begin here? No name of 15 bytes is so long. */
static bool is_own(struct ow_str s)
{
	static const char *const words[] = {
		"Out of memory: Kill",  "Memory cgroup out of memory: ",
		"Killed process ",      "Memory cgroup stats for ",
		"oom-kill:constraint=", "Tasks state (memory",
		"Kill process ",
	};
	struct ow_str time = s;
	uint64_t number;

	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++)
		if (ow_scan_lit(&s, words[i]))
			return true;
	return ow_scan_char(&time, '[') && ow_scan_blanks(&time) && ow_scan_u64(&time, &number) &&
	       ow_scan_char(&time, '.');
}

static bool ends_with(struct ow_str s, const char *one, const char *other)
{
	const size_t n = strlen(one), m = strlen(other);

	return (s.n >= n && memcmp(s.p + s.n - n, one, n) == 0) ||
	       (s.n >= m && memcmp(s.p + s.n - m, other, m) == 0);
}

/* The mark that is around something of this line that is no name; NULL when there is none. */
static const char *mark_of(struct ow_str line)
{
	static const char *const marks[] = { "**", "__", "`" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(marks); i++) {
		struct ow_str rest = line, front;
		size_t at = 0;
		uint64_t pid;

		if (marks[i][0] == '_' ? line.p[0] != '_' : !memchr(line.p, marks[i][0], line.n))
			continue; /* most lines: functions begin with __ */
		for (; ow_scan_until(&rest, marks[i], &front); at += strlen(marks[i])) {
			struct ow_str number = rest;

			at += front.n;
			front = (struct ow_str){ line.p, at };
			if (is_own(rest) && (is_bare(front) || front.p[0] == '>'))
				return marks[i];
			if (ends_with(front, "Kill process ", "Killed process ") &&
			    ow_scan_u64(&number, &pid) && ow_scan_lit(&number, marks[i]))
				return marks[i];
		}
	}
	return NULL;
}

static size_t unmark(struct ow_str line, const char *mark, char *buffer)
{
	size_t n = 0;

	while (line.n) {
		if (ow_scan_lit(&line, mark))
			continue;
		buffer[n++] = line.p[0];
		line = ow_str_skip(line, 1);
	}
	return n;
}

/* "| text |" */
static bool is_table(struct ow_str line)
{
	line = ow_str_trim(line);
	return line.n > 4 && line.p[0] == '|' && line.p[line.n - 1] == '|';
}

static size_t untable(struct ow_str line, char *buffer)
{
	line = ow_str_trim(line);
	line = ow_str_trim((struct ow_str){ line.p + 1, line.n - 2 });
	memmove(buffer, line.p, line.n);
	return line.n;
}

struct ow_str ow_mend_zeros(struct ow_str line)
{
	struct ow_str rest = line;

	while (rest.n && rest.p[0] == '\0')
		rest = ow_str_skip(rest, 1);
	return rest.n && !memchr(rest.p, '\0', rest.n) ? rest : line;
}

bool ow_mend(struct ow_mender *m, struct ow_str line, char *buffer, struct ow_str *ret)
{
	static const struct {
		bool (*is)(struct ow_str line);
		size_t (*undo)(struct ow_str line, char *buffer);
	} damages[] = {
		{ is_json_file, unjson },    { is_event, unevent },
		{ is_coloured, uncolour },   { has_only_hard_blanks, soften_all },
		{ has_hard_blanks, soften }, { is_table, untable },
	};
	bool mended = false;
	const char *mark;

	m->soft = false;
	m->time = (struct ow_str){ 0 };
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--; /* it hides the break, and no other damage needs it */
	if (is_json_file(line))
		m->time = time_of(line);
	mended = take_row(m, line, buffer, &line);
	/* None makes it longer: it can be done in place. */
	for (size_t i = 0; i < OW_ARRAY_SIZE(damages); i++)
		if (line.n && damages[i].is(line)) {
			line = (struct ow_str){ buffer, damages[i].undo(line, buffer) };
			mended = true;
		}
	if (line.n && is_tagged(m, line)) {
		line = (struct ow_str){ buffer, untag(line, buffer) };
		mended = true;
	}
	if (line.n && is_quoted_printable(m, line)) {
		line = (struct ow_str){ buffer, unquote(m, line, buffer) };
		mended = true;
	}
	if (line.n && has_entities(m, line)) {
		line = (struct ow_str){ buffer, decode(line, buffer) };
		mended = true;
	}
	mark = line.n ? mark_of(line) : NULL;
	if (mark) {
		line = (struct ow_str){ buffer, unmark(line, mark, buffer) };
		mended = true;
	}
	if (mended)
		*ret = line;
	return mended;
}

bool ow_mend_leads(struct ow_str line)
{
	static const char *const words[] = { "=3D", " P ", ",c", "ncfrag=", ",\"" };
	static const char pairs[][2] = {
		{ '=', '3' }, { ' ', 'P' }, { ',', 'c' }, { 'n', 'c' }, { ',', '"' },
	};

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n && (line.p[line.n - 1] == '=' || memchr(line.p, '&', line.n) ||
		       memchr(line.p, '<', line.n)))
		return true;
	if (!ow_str_has_pair(line, pairs, OW_ARRAY_SIZE(pairs)))
		return false;
	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++)
		if (ow_str_has(line, words[i]))
			return true;
	return false;
}
