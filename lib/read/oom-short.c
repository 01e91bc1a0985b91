/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-short.h"

#include "base/time.h"

/* "[", seven blanks or digits, ".", six digits, "] "; eight bytes are looked at at once. */
#define STAMP_MAX 24

#define LANES     16
typedef signed char lanes __attribute__((vector_size(LANES)));

static bool has_any(lanes found)
{
	uint64_t half[2];

	memcpy(half, &found, sizeof(half));
	return half[0] | half[1];
}

/*
 * Is each byte printable ASCII, and of no damage that read/mend.h knows? That needs an asterisk or
 * a grave accent; or an angle or an ampersand, as long as it is not known that those are plain; or
 * "=3D": *ret_signs says whether there is an equals sign, or the "#" of a line that was folded.
 * There are at least LANES bytes.
 */
static bool is_clean(const struct ow_mender *mender, struct ow_str s, bool *ret_signs)
{
	lanes bytes, marks = { 0 }, angles = { 0 }, signs = { 0 };

	for (size_t i = 0; i < s.n; i += LANES) {
		if (i > s.n - LANES)
			i = s.n - LANES; /* the last ones a second time */
		memcpy(&bytes, s.p + i, sizeof(bytes));
		/* From 0x80 on they are negative. */
		marks |= (lanes)(bytes < ' ') | (lanes)(bytes == '*') | (lanes)(bytes == '`');
		angles |= (lanes)(bytes == '<') | (lanes)(bytes == '&');
		signs |= (lanes)(bytes == '=') | (lanes)(bytes == '#');
	}
	*ret_signs = has_any(signs);
	return !has_any(mender->plain ? marks : marks | angles);
}

/* "[  283.033791] ": seconds of up to seven digits, six digits behind the point, one blank. */
static bool scan_stamp(struct ow_str *s, uint64_t *ret_usec)
{
	size_t at = 1;
	uint64_t sec, usec;
	unsigned n;

	if (s->n < STAMP_MAX || s->p[0] != '[')
		return false;
	while (at < 8 && s->p[at] == ' ')
		at++;
	n = ow_digits(s->p + at, &sec);
	if (n == 0 || n == 8 || s->p[at + n] != '.')
		return false;
	at += n + 1;
	if (ow_digits(s->p + at, &usec) != 6 || s->p[at + 6] != ']' || s->p[at + 7] != ' ')
		return false;
	*s = ow_str_skip(*s, at + 8);
	*ret_usec = sec * OW_USEC_PER_SEC + usec;
	return true;
}

/*
 * " ? out_of_memory+0x1dc/0x530", with the address in front on old kernels. Where it is in a
 * module, blanks follow; what begins with a capital may be the name of a zone.
 */
static bool is_frame(struct ow_str s)
{
	struct ow_str address;

	(void)ow_scan_blanks(&s);
	if (ow_scan_lit(&s, "[<") && (!ow_scan_word(&s, &address) || !ow_scan_char(&s, ' ')))
		return false;
	(void)ow_scan_lit(&s, "? ");
	return s.n && ((s.p[0] >= 'a' && s.p[0] <= 'z') || s.p[0] == '_') &&
	       !memchr(s.p, ' ', s.n) && s.p[s.n - 1] != ':';
}

static bool read_block(struct ow_oom_build *b, const struct ow_line *line)
{
	switch (b->block) {
	case OW_BLOCK_TRACE:
		return is_frame(line->text) && ow_oom_read_frame(b, line);
	case OW_BLOCK_STATS:
		return ow_oom_read_stat(b, line);
	case OW_BLOCK_TABLE:
		return ow_oom_read_simple_row(b, line);
	case OW_BLOCK_PAGES:
	case OW_BLOCK_NONE:
		break;
	}
	return false;
}

/* "web-1 kernel: text", "web-1 app[7]: text": behind a stamp, too, may be who wrote it. */
static bool may_have_host(struct ow_str s)
{
	struct ow_str word;

	return ow_scan_word(&s, &word) && ow_scan_char(&s, ' ') && ow_scan_word(&s, &word) &&
	       word.p[word.n - 1] == ':' && (ow_str_is(word, "kernel:") || ow_str_has(word, "]:"));
}

/* Nothing stands between the stamp and the text, and the text is whole. */
static bool is_simple(const struct ow_oom_build *b, const struct ow_oom_family *f,
		      struct ow_str text)
{
	return text.n && text.p[0] != '[' && !may_have_host(text) &&
	       (f ? !f->fields : b->block != OW_BLOCK_TABLE);
}

/* Its text has no blanks at its end; its time is settled as ow_line_unwrap() does it. */
static bool scan_line(struct ow_str raw, const struct ow_line_clock *clock, struct ow_line *line)
{
	struct ow_str text = raw;

	if (!scan_stamp(&text, &line->boot_usec))
		return false;
	while (text.n && text.p[text.n - 1] == ' ')
		text.n--;
	line->text = text;
	line->raw = raw;
	line->have = OW_LINE_WRAPPED | OW_LINE_BOOT;
	if (clock->has_boot) {
		line->time_usec = clock->boot_time_usec + (int64_t)line->boot_usec;
		line->have |= OW_LINE_TIME;
	}
	return true;
}

/* The record that goes on with a line of nobody in particular. */
static struct ow_oom_build *current(const struct ow_oom_assembly *a)
{
	struct ow_oom_build *b = ow_oom_current(a, (struct ow_str){ 0 });

	return b && !b->full && !a->other && !ow_oom_has_end(b) ? b : NULL;
}

int ow_oom_short(const struct ow_mender *mender, struct ow_oom_join *join,
		 struct ow_oom_assembly *a, struct ow_str raw, struct ow_line *line)
{
	const struct ow_oom_raw one = { line->number, raw };
	const struct ow_oom_input in = { line, &one, 1 };
	struct ow_oom_build *b = current(a);
	const struct ow_oom_family *f;
	bool signs;
	int r;

	if (!b || b->cut || (b->block == OW_BLOCK_TABLE && ow_oom_join_is_cut(join, raw)) ||
	    mender->quoted || mender->entities || mender->soft || mender->tagged || mender->open ||
	    raw.p[raw.n - 1] == '>' || (join->holds && (join->line.have & OW_LINE_PARTIAL)) ||
	    !scan_line(raw, &a->options->clock, line) || !is_clean(mender, raw, &signs) ||
	    (signs && (memchr(raw.p, '#', raw.n) || ow_str_has(raw, "=3D"))))
		return 0;
	if (join->holds) { /* what has a stamp does not continue it, a foreign line parts nothing */
		if (may_have_host(line->text))
			return 0;
		r = ow_oom_join_flush(join, a);
		b = current(a);
		if (r != 0 || !b)
			return r;
	}
	if (read_block(b, line)) {
		ow_oom_assemble_read(a, b, &in);
		return 1;
	}
	f = ow_oom_family(line->text);
	if (!is_simple(b, f, line->text))
		return 0;
	r = ow_oom_assemble_as(a, &in, f);
	return r < 0 ? r : 1;
}
