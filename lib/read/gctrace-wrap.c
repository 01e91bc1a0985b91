/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace-wrap.h"

#include "base/arena.h"
#include "read/stamp.h"

struct unwrap {
	const struct ow_line_clock *clock;
	struct ow_gc_wrap *wrap;
	bool stamped; /* a time stood in front of what is left */
	bool named;   /* such a one as stands in front of a host and a program */
	bool syslog;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return is_letter(c) || is_digit(c) || (c != '\0' && strchr("_.-@/", c));
}

static void set_time(struct unwrap *u, const struct ow_stamp *stamp)
{
	if (!u->wrap->have_time)
		u->wrap->have_time = ow_stamp_settle(stamp, u->clock, &u->wrap->time_usec);
	u->stamped = true;
}

static void set_who(struct unwrap *u, struct ow_str who)
{
	if (u->wrap->who.n == 0 && who.n < OW_GC_WHO_MAX)
		u->wrap->who = who;
}

/* Blanks, quotes, the marks of comments and lists. */
static bool take_mark(struct ow_str *s, struct unwrap *u)
{
	(void)u;
	if (s->n == 0 || s->p[0] == '\0' || !strchr(" \t\"'`/#>*;", s->p[0]))
		return false;
	*s = ow_str_skip(*s, 1);
	return true;
}

/* "[pod/orders-x7/app] ": kubectl logs --prefix */
static bool take_pod(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, pod;

	if (!ow_scan_lit(&rest, "[pod/") || !ow_scan_until(&rest, "]", &pod))
		return false;
	set_who(u, (struct ow_str){ pod.p - 4, pod.n + 4 });
	*s = rest;
	return true;
}

/* "orders-1  | ": compose and swarm */
static bool take_service(struct ow_str *s, struct unwrap *u)
{
	struct ow_str name = { s->p, 0 }, rest;

	while (name.n < s->n && is_name(s->p[name.n]))
		name.n++;
	rest = ow_str_skip(*s, name.n);
	if (name.n == 0 || !ow_scan_blanks(&rest) || !ow_scan_char(&rest, '|'))
		return false;
	set_who(u, name);
	*s = rest;
	return true;
}

/* "2026-11-20T06:04:00.943456789Z", also in brackets */
static bool take_iso(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	const bool bracket = ow_scan_char(&rest, '[');
	struct ow_stamp stamp;

	if (!ow_stamp_scan_iso(&rest, &stamp) || (bracket && !ow_scan_char(&rest, ']')))
		return false;
	set_time(u, &stamp);
	u->named = !bracket;
	*s = rest;
	return true;
}

/* "<30>": the priority of syslog. "<30>1 2026-11-20T06:04:00Z node7 app 4711 - - ": RFC 5424 */
static bool take_priority(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, host, app, process, id, data;
	struct ow_stamp stamp;
	uint64_t priority;

	if (!ow_scan_char(&rest, '<') || !ow_scan_u64(&rest, &priority) || priority > 191 ||
	    !ow_scan_char(&rest, '>'))
		return false;
	*s = rest;
	if (!ow_scan_lit(&rest, "1 ") || !ow_stamp_scan_iso(&rest, &stamp) ||
	    !ow_scan_char(&rest, ' ') || !ow_scan_until(&rest, " ", &host) ||
	    !ow_scan_until(&rest, " ", &app) || !ow_scan_until(&rest, " ", &process) ||
	    !ow_scan_until(&rest, " ", &id) ||
	    (!ow_scan_lit(&rest, "- ") && !ow_scan_until(&rest, "] ", &data)))
		return true;
	set_time(u, &stamp);
	set_who(u, (struct ow_str){ host.p, host.n + 1 + app.n });
	*s = rest;
	return true;
}

/* "Nov 20 06:04:00.943456" */
static bool take_syslog(struct ow_str *s, struct unwrap *u)
{
	struct ow_stamp stamp;

	if (!ow_stamp_scan_syslog(s, &stamp))
		return false;
	set_time(u, &stamp);
	u->named = u->syslog = true;
	return true;
}

static bool scan_two(struct ow_str *s, int *ret)
{
	if (s->n < 2 || !is_digit(s->p[0]) || !is_digit(s->p[1]))
		return false;
	*ret = (s->p[0] - '0') * 10 + s->p[1] - '0';
	*s = ow_str_skip(*s, 2);
	return true;
}

static bool scan_clock(struct ow_str *s, struct ow_stamp *stamp)
{
	uint32_t unit = 100000;

	if (!scan_two(s, &stamp->hour) || !ow_scan_char(s, ':') || !scan_two(s, &stamp->minute) ||
	    !ow_scan_char(s, ':') || !scan_two(s, &stamp->second))
		return false;
	if (ow_scan_char(s, '.'))
		for (; s->n && is_digit(s->p[0]); unit /= 10) {
			stamp->usec += unit * (uint32_t)(s->p[0] - '0');
			*s = ow_str_skip(*s, 1);
		}
	return true;
}

/* "2020/03/02 11:22:38.123456": Go's own log package */
static bool take_go(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	struct ow_stamp stamp = { 0 };
	int century, year;

	if (!scan_two(&rest, &century) || !scan_two(&rest, &year) || !ow_scan_char(&rest, '/') ||
	    !scan_two(&rest, &stamp.month) || !ow_scan_char(&rest, '/') ||
	    !scan_two(&rest, &stamp.day) || !ow_scan_char(&rest, ' ') ||
	    !scan_clock(&rest, &stamp) || stamp.month < 1 || stamp.month > 12 || stamp.day < 1 ||
	    stamp.day > 31 || stamp.hour > 23 || stamp.minute > 59 || stamp.second > 60)
		return false;
	stamp.year = century * 100 + year;
	set_time(u, &stamp);
	*s = rest;
	return true;
}

/* "I1120 06:04:00.943456    4711 main.go:12] ": klog. The year is not told. */
static bool take_klog(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, place;
	struct ow_stamp stamp = { 0 };
	uint64_t thread;

	if (rest.n == 0 || rest.p[0] == '\0' || !strchr("IWEF", rest.p[0]))
		return false;
	rest = ow_str_skip(rest, 1);
	if (!scan_two(&rest, &stamp.month) || !scan_two(&rest, &stamp.day) ||
	    !ow_scan_char(&rest, ' ') || !scan_clock(&rest, &stamp) || !ow_scan_blanks(&rest) ||
	    !ow_scan_u64(&rest, &thread) || !ow_scan_until(&rest, "]", &place) || stamp.month < 1 ||
	    stamp.month > 12 || stamp.day < 1 || stamp.day > 31)
		return false;
	set_time(u, &stamp);
	*s = rest;
	return true;
}

/* "1795154068.123456": journalctl -o short-unix */
static bool take_unix(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	uint64_t usec;

	if (rest.n < 12 || rest.p[10] != '.' || !ow_stamp_scan_boot(&rest, &usec))
		return false;
	u->wrap->time_usec = (int64_t)usec;
	u->wrap->have_time = u->stamped = u->named = true;
	*s = rest;
	return true;
}

/* "stderr F ", "stdout P ": CRI */
static bool take_stream(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;

	if (!u->stamped || (!ow_scan_lit(&rest, "stderr ") && !ow_scan_lit(&rest, "stdout ")) ||
	    (!ow_scan_lit(&rest, "F") && !ow_scan_lit(&rest, "P")))
		return false;
	*s = rest;
	return true;
}

/* "node7 reqtracker[4711]: " behind a time: who sent it by way of syslog or the journal. Behind
 * times that programs print themselves, a process must be named. */
static bool take_sender(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, host, program, whole = *s;

	if (!u->named || !ow_scan_word(&rest, &host) || !ow_scan_char(&rest, ' ') ||
	    !ow_scan_word(&rest, &program) || program.p[program.n - 1] != ':' || program.n < 2 ||
	    host.p[host.n - 1] == ':' || !is_name(host.p[0]) || !is_letter(program.p[0]) ||
	    (!u->syslog && program.p[program.n - 2] != ']'))
		return false;
	whole.n = (size_t)(program.p + program.n - 1 - whole.p);
	set_who(u, whole);
	*s = rest;
	return true;
}

/* "logs/orders.log:12:": grep */
static bool take_file(struct ow_str *s, struct unwrap *u)
{
	struct ow_str name = { s->p, 0 }, rest;
	uint64_t number;

	while (name.n < s->n && is_name(s->p[name.n]))
		name.n++;
	rest = ow_str_skip(*s, name.n);
	if (name.n < 3 || !ow_scan_char(&rest, ':') ||
	    !(memchr(name.p, '.', name.n) || memchr(name.p, '/', name.n)))
		return false;
	if (ow_scan_u64(&rest, &number))
		(void)ow_scan_char(&rest, ':');
	set_who(u, name);
	*s = rest;
	return true;
}

/* "time=2026-11-20T06:04:00.94Z level=error msg=": logfmt; the last value may be cut off. */
static bool take_pair(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, key, value;
	size_t n = 0;

	while (n < rest.n && (is_name(rest.p[n]) || rest.p[n] == '@'))
		n++;
	key = (struct ow_str){ rest.p, n };
	rest = ow_str_skip(rest, n);
	if (n == 0 || !ow_scan_char(&rest, '='))
		return false;
	if (ow_gc_is_text_key(key)) {
		*s = rest;
		return true;
	}
	if (ow_scan_char(&rest, '"')) {
		if (!ow_scan_until(&rest, "\"", &value))
			return false;
	} else if (!ow_scan_word(&rest, &value)) {
		return false;
	}
	if (ow_gc_is_time_key(key))
		ow_gc_set_time(value, u->clock, u->wrap);
	else if (ow_gc_is_who_key(key))
		set_who(u, value);
	*s = rest;
	return true;
}

void ow_gc_unwrap(struct ow_str front, const struct ow_line_clock *clock, struct ow_gc_wrap *ret)
{
	static bool (*const takers[])(struct ow_str * s, struct unwrap * u) = {
		take_mark,   take_priority, take_pod,  take_iso,    take_syslog,
		take_go,     take_klog,     take_unix, take_stream, take_pair,
		take_sender, take_service,  take_file,
	};
	struct ow_gc_wrap wrap = { 0 };
	struct unwrap u = { .clock = clock, .wrap = &wrap };
	size_t i = 0;

	while (front.n && i < OW_ARRAY_SIZE(takers))
		i = takers[i](&front, &u) ? 0 : i + 1;
	wrap.known = front.n == 0;
	*ret = wrap;
}

/* Of CRI: is it all of a line, or a part? */
static bool is_part_mark(char c)
{
	return c == 'F' || c == 'P';
}

/* The next part of both: blanks, a number, or one other byte. False where they differ. */
static bool same_part(struct ow_str *a, struct ow_str *b)
{
	size_t n = 0, m = 0;

	if (b->n == 0)
		return false;
	while (n < a->n && a->p[n] == ' ')
		n++;
	if (n && n < a->n && b->p[0] == ' ')
		return ow_scan_blanks(a) && ow_scan_blanks(b);
	n = 0; /* blanks at the end are as many: what follows may begin with one */
	while (n < a->n && is_digit(a->p[n]))
		n++;
	while (m < b->n && is_digit(b->p[m]))
		m++;
	if ((n == 0) != (m == 0))
		return false;
	if (n == 0 && a->p[0] != b->p[0] && !(is_part_mark(a->p[0]) && is_part_mark(b->p[0])))
		return false;
	*a = ow_str_skip(*a, n ? n : 1);
	*b = ow_str_skip(*b, n ? m : 1);
	return true;
}

bool ow_gc_strip(struct ow_str front, struct ow_str line, struct ow_str *ret)
{
	const struct ow_line_clock clock = { 0 };
	struct ow_str a = front, b = line;
	struct ow_gc_wrap mine, other;

	while (a.n)
		if (!same_part(&a, &b))
			return false;
	if (front.n) {
		ow_gc_unwrap(front, &clock, &mine);
		ow_gc_unwrap((struct ow_str){ line.p, line.n - b.n }, &clock, &other);
		if (mine.who.n != other.who.n ||
		    (mine.who.n && memcmp(mine.who.p, other.who.p, mine.who.n) != 0))
			return false;
	}
	*ret = b;
	return true;
}
