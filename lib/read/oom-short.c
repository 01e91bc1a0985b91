/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-short.h"

#include "base/time.h"

#define LANES 16
typedef signed char lanes __attribute__((vector_size(LANES)));

/* Is each byte printable ASCII (or DEL)? Then there is nothing to mend, but for "=3D". */
static bool is_printable(struct ow_str s)
{
	uint64_t half[2] = { 0 };
	size_t i = 0;

	for (; s.n - i >= LANES; i += LANES) {
		lanes bytes, other;

		memcpy(&bytes, s.p + i, sizeof(bytes));
		other = (lanes)(bytes < ' '); /* from 0x80 on they are negative */
		memcpy(half, &other, sizeof(half));
		if (half[0] | half[1])
			return false;
	}
	for (; i < s.n; i++)
		if ((signed char)s.p[i] < ' ')
			return false;
	return true;
}

/* "[  283.033791] ": seconds of up to nine digits, six digits behind the point, one blank. */
static bool scan_stamp(struct ow_str *s, uint64_t *ret_usec)
{
	struct ow_str rest = *s;
	uint64_t sec, usec;
	size_t n;

	if (!ow_scan_char(&rest, '['))
		return false;
	while (ow_scan_char(&rest, ' '))
		;
	n = rest.n;
	if (!ow_scan_u64(&rest, &sec) || n - rest.n > 9 || !ow_scan_char(&rest, '.'))
		return false;
	n = rest.n;
	if (!ow_scan_u64(&rest, &usec) || n - rest.n != 6 || !ow_scan_lit(&rest, "] "))
		return false;
	*s = rest;
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
	       !memchr(s.p, ' ', s.n) && !memchr(s.p, '=', s.n);
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

/* Its text has no blanks at its end; its time is settled as ow_line_unwrap() does it. */
static bool scan_line(struct ow_str raw, const struct ow_line_clock *clock, struct ow_line *ret)
{
	struct ow_line line = { .have = OW_LINE_WRAPPED | OW_LINE_BOOT, .raw = raw };

	line.text = raw;
	if (!scan_stamp(&line.text, &line.boot_usec) || !is_printable(line.text))
		return false;
	while (line.text.n && line.text.p[line.text.n - 1] == ' ')
		line.text.n--;
	if (clock->has_boot) {
		line.time_usec = clock->boot_time_usec + (int64_t)line.boot_usec;
		line.have |= OW_LINE_TIME;
	}
	*ret = line;
	return true;
}

int ow_oom_short(struct ow_oom_join *join, struct ow_oom_assembly *a, struct ow_str raw,
		 size_t number, struct ow_line *ret)
{
	const struct ow_str nobody = { 0 };
	const struct ow_oom_raw one = { number, raw };
	struct ow_oom_build *b = ow_oom_current(a, nobody);
	struct ow_line line;
	int r;

	if (!b || ow_oom_has_end(b) || (b->block == OW_BLOCK_NONE && !join->holds) ||
	    !scan_line(raw, &a->options->clock, &line))
		return 0;
	r = ow_oom_join_flush(join, a); /* what has a stamp does not continue what is held */
	if (r != 0)
		return r;
	line.number = number;
	b = ow_oom_current(a, nobody);
	if (!b || b->full || ow_oom_has_end(b) || !read_block(b, &line))
		return 0;
	(void)ow_oom_take(a, b, &(struct ow_oom_input){ &line, &one, 1 });
	*ret = line;
	return 1;
}
