/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-join.h"

/* How much a text says, as a line of its family. */
struct score {
	unsigned fields, full; /* full is 0 when nothing can be added */
	bool unspaced;
	bool row; /* of the task table: it has no names in front of its numbers */
};

/* The family of the first line alone, which is asked for more than once. */
static const struct ow_oom_family *first_family(struct ow_oom_join *join)
{
	if (!join->knows_family)
		join->family = ow_oom_family((struct ow_str){ join->text, join->n_text });
	join->knows_family = true;
	return join->family;
}

/* Of all that is held, which is of this family. */
static struct score score_of(const struct ow_oom_assembly *a, const struct ow_oom_join *join,
			     const struct ow_oom_family *f)
{
	const struct ow_oom_build *b = ow_oom_current(a, join->line.caller);
	const struct ow_str text = ow_str_trim((struct ow_str){ join->text, join->n_text });

	if (b && b->block == OW_BLOCK_TABLE && (!f || f->place == OW_PLACE_ROW))
		return (struct score){ ow_oom_row_fields(b, text), (unsigned)b->n_columns + 2,
				       .row = true };
	if (f && f->fields)
		return (struct score){ f->fields(text), f->full, .unspaced = f->unspaced };
	return (struct score){ 0 };
}

/* A slice of the line as it was read becomes the same slice of its copy. */
static struct ow_str moved(struct ow_str s, struct ow_str from, const char *to)
{
	if (s.n == 0 || s.p < from.p || s.p + s.n > from.p + from.n)
		return (struct ow_str){ to, 0 };
	return (struct ow_str){ to + (s.p - from.p), s.n };
}

static struct ow_str keep_raw(struct ow_oom_join *join, const struct ow_line *line)
{
	struct ow_str kept = { join->bytes + join->n_bytes, line->raw.n };

	if (line->raw.n)
		memcpy(join->bytes + join->n_bytes, line->raw.p, line->raw.n);
	join->n_bytes += line->raw.n;
	join->raw[join->n_raw++] = (struct ow_oom_raw){ line->number, kept };
	return kept;
}

static void add_text(struct ow_oom_join *join, struct ow_str text)
{
	if (text.n)
		memcpy(join->text + join->n_text, text.p, text.n);
	join->n_text += text.n;
}

static void hold(struct ow_oom_join *join, const struct ow_line *line)
{
	struct ow_str raw;

	join->n_raw = join->n_bytes = join->n_text = 0;
	raw = keep_raw(join, line);
	add_text(join, line->text);
	join->line = *line;
	join->line.raw = raw;
	join->line.caller = moved(line->caller, line->raw, raw.p);
	join->line.host = moved(line->host, line->raw, raw.p);
	join->line.program = moved(line->program, line->raw, raw.p);
	join->best = join->n_text;
	join->n_best = 1;
	join->holds = true;
	join->knows_family = false;
}

/* How far a line is indented or quoted. */
static size_t lead_of(struct ow_str raw)
{
	size_t n = 0;

	while (n < raw.n && strchr(" \t>", raw.p[n]) && raw.p[n])
		n++;
	return n;
}

/* Of terminals, as long as the log has not shown that of its own. */
static bool is_width(size_t n)
{
	return n == 80 || n == 100 || n == 120 || n == 132 || n == 160 || n == 200;
}

bool ow_oom_join_is_cut(const struct ow_oom_join *join, struct ow_str raw)
{
	if (join->width)
		return raw.n == join->width;
	return is_width(raw.n) || is_width(raw.n - lead_of(raw));
}

/* Was the last line? */
static bool is_cut(const struct ow_oom_join *join)
{
	return ow_oom_join_is_cut(join, join->raw[join->n_raw - 1].text);
}

/* A terminal keeps the blanks between which it cuts. */
static bool has_blank(const struct ow_oom_join *join, const struct ow_line *line)
{
	const struct ow_str last = join->raw[join->n_raw - 1].text;

	return (last.n && last.p[last.n - 1] == ' ') ||
	       lead_of(line->raw) > lead_of(join->raw[0].text);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where both ways say as much: was there nothing between the two? */
static bool was_nothing(const struct ow_oom_join *join, const struct ow_line *line,
			const struct score *glued)
{
	const char last = join->n_text ? join->text[join->n_text - 1] : ' ';

	if (glued->unspaced || last == '-') /* mails are broken at hyphens, too */
		return true;
	return (is_cut(join) || (glued->row && is_digit(last) && is_digit(line->text.p[0]))) &&
	       !has_blank(join, line);
}

static struct score score_joined(struct ow_oom_join *join, const struct ow_oom_assembly *a,
				 size_t front, struct ow_str between, struct ow_str rest)
{
	join->n_text = front;
	add_text(join, between);
	add_text(join, rest);
	return score_of(a, join, ow_oom_family((struct ow_str){ join->text, join->n_text }));
}

/* Joins line's text to what is held, in the way that says more. */
static struct score add_either(struct ow_oom_join *join, const struct ow_oom_assembly *a,
			       const struct ow_line *line)
{
	const struct ow_str blank = OW_STR(" "), nothing = { "", 0 },
			    rest = ow_str_trim(line->text);
	const size_t front = join->n_text;
	/* Quoted-printable marks the place where it broke a line. */
	const bool marked = front && join->text[front - 1] == '=';
	struct score unmarked = score_joined(join, a, front - marked, nothing, rest), glued, spaced;

	if (marked)
		join->text[front - 1] = '=';
	spaced = score_joined(join, a, front, blank, rest);
	glued = marked ? score_joined(join, a, front, nothing, rest) : unmarked;
	if (marked && unmarked.fields > glued.fields && unmarked.fields > spaced.fields)
		return score_joined(join, a, front - 1, nothing, rest);
	join->n_text = front;
	if (glued.fields > spaced.fields && !glued.unspaced)
		join->width = join->raw[join->n_raw - 1].text.n;
	if (glued.fields > spaced.fields ||
	    ((glued.fields == spaced.fields || (glued.row && join->width)) &&
	     was_nothing(join, line, &glued)))
		return score_joined(join, a, front, nothing, rest);
	return score_joined(join, a, front, blank, rest);
}

static void add_joined(struct ow_oom_join *join, const struct ow_oom_assembly *a,
		       const struct ow_line *line)
{
	const bool whole = join->fields >= join->full; /* but for its last word */
	struct score best = add_either(join, a, line);

	(void)keep_raw(join, line);
	if (best.fields < join->fields || (best.fields == join->fields && !whole))
		return;
	join->fields = best.fields;
	join->full = best.full;
	join->best = join->n_text;
	join->n_best = join->n_raw;
}

/* "[   2897]     0  2897" */
static bool is_row(struct ow_str s)
{
	uint64_t pid;

	return ow_scan_char(&s, '[') && ow_scan_blanks(&s) && ow_scan_u64(&s, &pid) &&
	       ow_scan_lit(&s, "] ");
}

/* Is it a line of its own? The front of a zone's rest can look like another family. */
static bool says_something(struct ow_str text)
{
	const struct ow_oom_family *f = ow_oom_family(text);

	if (!f)
		return is_row(text);
	return !f->fields || f->fields(ow_str_trim(text)) > 0;
}

static bool is_number(struct ow_str s)
{
	uint64_t number;

	return ow_scan_u64(&s, &number) && s.n == 0;
}

/* A line that says all may still lack the end of what ends it: of the name in a row, of a number
 * in any other. */
static bool lacks_end(const struct ow_oom_join *join, struct ow_str rest)
{
	const struct ow_oom_family *f;

	if (join->full == 0 || !is_cut(join))
		return false;
	f = ow_oom_family((struct ow_str){ join->text, join->n_text });
	return f && f->place != OW_PLACE_ROW ? is_number(rest) : rest.n < OW_COMM_MAX;
}

bool ow_oom_join_expects(struct ow_oom_join *join, const struct ow_oom_assembly *a)
{
	struct score score = { join->fields, join->full };

	if (!join->holds)
		return false;
	if (join->line.have & OW_LINE_PARTIAL)
		return true;
	if (join->n_raw == 1)
		score = score_of(a, join, first_family(join));
	return join->n_raw < OW_JOIN_LINES &&
	       (score.fields < score.full || (score.full && is_cut(join)));
}

static bool has_room(const struct ow_oom_join *join, const struct ow_line *line)
{
	return join->n_raw < OW_JOIN_LINES && line->raw.n <= sizeof(join->bytes) - join->n_bytes &&
	       line->text.n < sizeof(join->text) - join->n_text;
}

/* Joins what the carrier of the lines has parted, and says so. */
static void add_rest(struct ow_oom_join *join, const struct ow_line *line)
{
	add_text(join, line->text);
	(void)keep_raw(join, line);
	join->best = join->n_text;
	join->n_best = join->n_raw;
	if (!(line->have & OW_LINE_PARTIAL))
		join->line.have &= ~(unsigned)OW_LINE_PARTIAL;
}

/* "x invoked", "Task in": what follows may look like another line. */
static bool is_cut_head(const struct ow_oom_join *join)
{
	const struct ow_oom_family *f = ow_oom_family((struct ow_str){ join->text, join->n_text });

	return f && f->place == OW_PLACE_END;
}

/* Can the line be what is missing of the one that is held? */
static bool continues(struct ow_oom_join *join, const struct ow_oom_assembly *a,
		      const struct ow_line *line)
{
	struct score score;

	if ((line->have & OW_LINE_WRAPPED) || line->text.n == 0 || !has_room(join, line))
		return false;
	if (join->n_raw == 1) {
		score = score_of(a, join, first_family(join));
		join->fields = score.fields;
		join->full = score.full;
	}
	return (join->fields < join->full || lacks_end(join, line->text)) &&
	       (is_cut_head(join) || !says_something(line->text));
}

/* "anon 33423360", feed, "file 4096". The kernel puts a colon behind the name of a cgroup, so that
 * none can end like that. */
static bool are_stats(struct ow_str text, const char *feed)
{
	struct ow_str word;
	uint64_t value;

	do {
		if (!ow_scan_word(&text, &word) || !ow_scan_char(&text, ' ') ||
		    !ow_scan_u64(&text, &value))
			return false;
	} while (ow_scan_lit(&text, feed));
	return text.n == 0;
}

bool ow_oom_is_folded(struct ow_str text, const char *feed)
{
	struct ow_str front;

	return text.n && memchr(text.p, *feed, text.n) && ow_scan_until(&text, feed, &front) &&
	       (ow_scan_lit(&front, "Mem-Info:") || ow_scan_lit(&front, "active_anon:") ||
		ow_scan_lit(&front, "Active_anon:") || ow_scan_lit(&front, "anon ") ||
		ow_scan_lit(&front, "cache ") ||
		(ow_scan_lit(&front, "Memory cgroup stats for ") && are_stats(text, feed)));
}

/* Hands on the lines of the kernel that are in one of the source. */
static int deliver(struct ow_oom_join *join, struct ow_oom_assembly *a,
		   const struct ow_oom_input *in)
{
	struct ow_line line = *in->line;
	struct ow_str rest = line.text;
	const char *feed = "#012";
	int r = 0;

	if ((line.have & OW_LINE_ESCAPED) && line.text.n && memchr(rest.p, '\\', rest.n)) {
		rest.n = ow_line_unescape(rest, join->unescaped);
		rest.p = join->unescaped;
		feed = "\n";
	}
	if (!ow_oom_is_folded(rest, feed)) {
		if (join->n_raw == 1 && join->knows_family && in->line == &join->line &&
		    rest.p == in->line->text.p)
			return ow_oom_assemble_as(a, in, join->family);
		line.text = rest;
		return ow_oom_assemble(a, &(struct ow_oom_input){ &line, in->raw, in->n_raw });
	}
	while (r >= 0 && rest.n) {
		if (!ow_scan_until(&rest, feed, &line.text)) {
			line.text = rest;
			rest.n = 0;
		}
		r = ow_oom_assemble(a, &(struct ow_oom_input){ &line, in->raw, in->n_raw });
	}
	return r;
}

int ow_oom_join_flush(struct ow_oom_join *join, struct ow_oom_assembly *a)
{
	struct ow_oom_input in = { &join->line, join->raw, join->n_best };
	int r;

	if (!join->holds)
		return 0;
	join->holds = false;
	join->line.text = (struct ow_str){ join->text, join->best };
	r = deliver(join, a, &in);
	for (size_t i = join->n_best; i < join->n_raw && r >= 0; i++) {
		struct ow_line line = { .number = join->raw[i].number };

		ow_line_unwrap(join->raw[i].text, &a->options->clock, &line);
		in = (struct ow_oom_input){ &line, &join->raw[i], 1 };
		r = deliver(join, a, &in);
	}
	return r < 0 ? r : 0;
}

/* A stamp alone on its line is that of the next one. */
static void lend_stamp(const struct ow_oom_join *join, struct ow_line *line)
{
	if (!join->holds || join->n_text > 0 || join->n_raw != 1 || (line->have & OW_LINE_WRAPPED))
		return;
	line->have |= join->line.have;
	line->boot_usec = join->line.boot_usec;
	line->time_usec = join->line.time_usec;
}

int ow_oom_join(struct ow_oom_join *join, struct ow_oom_assembly *a, const struct ow_line *next)
{
	struct ow_line line = *next;
	const struct ow_oom_raw raw = { line.number, line.raw };
	const struct ow_oom_input in = { &line, &raw, 1 };
	int r;

	if (join->holds && (join->line.have & OW_LINE_PARTIAL) && has_room(join, &line)) {
		add_rest(join, &line);
		return 0;
	}
	if (join->holds && continues(join, a, &line)) {
		add_joined(join, a, &line);
		return join->fields >= join->full && !is_cut(join) ? ow_oom_join_flush(join, a) : 0;
	}
	lend_stamp(join, &line);
	r = ow_oom_join_flush(join, a);
	if (r < 0)
		return r;
	if (line.raw.n <= sizeof(join->bytes) / 2 && line.text.n <= sizeof(join->text) / 2) {
		hold(join, &line);
		return 0;
	}
	r = deliver(join, a, &in);
	return r < 0 ? r : 0;
}
