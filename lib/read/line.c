/* SPDX-License-Identifier: Apache-2.0 */
#include "read/line.h"

#include "base/time.h"
#include "read/priority.h"
#include "read/stamp.h"

/* How far into a line of a console a stamp is looked for. */
#define CONSOLE_MAX 256
/* How far the name of a log may reach. */
#define SOURCE_MAX  128

struct unwrap {
	const struct ow_line_clock *clock;
	struct ow_line *line;
};

static void set_time(struct unwrap *u, const struct ow_stamp *stamp)
{
	ow_stamp_set(stamp, u->clock, u->line);
}

static void set_priority(struct unwrap *u, uint64_t priority)
{
	u->line->priority = (unsigned)(priority & 7);
	u->line->facility = (unsigned)(priority >> 3);
	u->line->have |= OW_LINE_PRIORITY;
	if (u->line->facility != 0)
		u->line->have |= OW_LINE_FOREIGN;
}

static bool set_priority_names(struct unwrap *u, struct ow_str facility, struct ow_str level)
{
	unsigned priority;

	if (!ow_priority_of(facility, level, &priority))
		return false;
	set_priority(u, priority);
	return true;
}

static bool is_kernel(struct ow_str program)
{
	return ow_str_is(program, "kernel") || ow_str_is(program, "klogd") ||
	       ow_str_is(program, "vmunix");
}

/* "kernel: text", "kernel:[ 12.3] text", "kernel[0]: text", "app[12]: text": who wrote it. */
static bool take_tag(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, word, tag, program;

	if (!ow_scan_word(&rest, &word) || !ow_scan_until(&word, ":", &tag) || tag.n == 0)
		return false;
	rest = tag;
	if (!ow_scan_until(&rest, "[", &program))
		program = tag;
	if (!is_kernel(program) && word.n)
		return false; /* "free:60kB" of a zone, where no host and no tag was told */
	*s = ow_str_skip(*s, tag.n + 1);
	(void)ow_scan_char(s, ' ');
	if (!is_kernel(program))
		u->line->have |= OW_LINE_FOREIGN;
	u->line->program = program;
	return true;
}

/* "kern.warn ": busybox and OpenWrt name the priority in front of the tag. */
static bool take_facility(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, level, facility;

	if (!ow_scan_word(&rest, &level) || !ow_scan_char(&rest, ' ') ||
	    !ow_scan_until(&level, ".", &facility) || !set_priority_names(u, facility, level))
		return false;
	*s = rest;
	return true;
}

/* Is there more to come? Flag c of kernels up to 4.9; "ncfrag=0/1234" of netconsole: where the n
 * bytes of this line stand, and how many there are. */
static bool is_partial(struct ow_str fields, size_t n)
{
	struct ow_str front;
	uint64_t at, all;

	if (ow_scan_char(&fields, 'c') && (fields.n == 0 || fields.p[0] == ','))
		return true;
	return ow_scan_until(&fields, "ncfrag=", &front) && ow_scan_u64(&fields, &at) &&
	       ow_scan_char(&fields, '/') && ow_scan_u64(&fields, &all) && at < all && n < all - at;
}

/* "4,344,283033791,-,caller=T12845;text" */
static bool take_kmsg(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, fields, front;
	uint64_t priority, sequence, usec;

	if (!ow_scan_u64(&rest, &priority) || priority > 1023 || !ow_scan_char(&rest, ',') ||
	    !ow_scan_u64(&rest, &sequence) || !ow_scan_char(&rest, ',') ||
	    !ow_scan_u64(&rest, &usec) || !ow_scan_char(&rest, ',') ||
	    !ow_scan_until(&rest, ";", &fields) || ow_str_has(fields, " "))
		return false;
	*s = rest;
	set_priority(u, priority);
	u->line->sequence = sequence;
	u->line->boot_usec = usec;
	u->line->have |= OW_LINE_BOOT | OW_LINE_SEQUENCE | OW_LINE_ESCAPED;
	if (is_partial(fields, rest.n))
		u->line->have |= OW_LINE_PARTIAL;
	if (ow_scan_until(&fields, "caller=", &front) &&
	    !ow_scan_until(&fields, ",", &u->line->caller))
		u->line->caller = fields;
	return true;
}

/* "web-1 kernel: text": what stands behind a time. Where there is no such thing, all is text. */
static void take_host(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, host = { 0 };

	if (!take_facility(&rest, u)) { /* OpenWrt names no host */
		if (!ow_scan_word(&rest, &host) || !ow_scan_char(&rest, ' ') ||
		    host.p[host.n - 1] == ':')
			return;
		(void)take_facility(&rest, u);
	}
	/* Netconsole: an address, and what the kernel has in front of its lines follows. */
	if ((rest.n && rest.p[0] == '[') || take_kmsg(&rest, u) || take_tag(&rest, u)) {
		*s = rest;
		u->line->host = host;
	}
}

/* "> > text": quoted in a mail. */
static bool take_quotes(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	bool taken = false;

	(void)u;
	while (ow_scan_char(&rest, '>')) {
		taken = true;
		*s = rest;
		(void)ow_scan_char(&rest, ' ');
	}
	if (taken)
		(void)ow_scan_blanks(s);
	return false; /* the wrapper is still to come */
}

/* "12. [  283.033791] text" of a list, "12:[  283.033791] text" of grep -n. */
static bool take_number(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	uint64_t number;

	(void)u;
	if (!ow_scan_u64(&rest, &number) || rest.n == 0 || !memchr(".:)-|", rest.p[0], 5))
		return false;
	rest = ow_str_skip(rest, 1);
	(void)ow_scan_blanks(&rest);
	if (rest.n && (rest.p[0] == '[' || rest.p[0] == '<'))
		*s = rest;
	return false; /* the wrapper is still to come */
}

/* "<4>text"; "<4>Nov 20 ..." and "<30>1 ..." of RFC 5424 go on behind it. */
static bool take_angle(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	uint64_t priority;

	if (!ow_scan_char(&rest, '<') || !ow_scan_u64(&rest, &priority) || priority > 1023 ||
	    !ow_scan_char(&rest, '>'))
		return false;
	*s = rest;
	set_priority(u, priority);
	return true;
}

/* "1 2026-11-20T07:51:02.123456Z host kernel - - - text" */
static bool take_rfc5424(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, host, app, procid, msgid, data;
	struct ow_stamp stamp;

	if (!ow_scan_lit(&rest, "1 ") || !ow_stamp_scan_iso(&rest, &stamp) ||
	    !ow_scan_char(&rest, ' ') || !ow_scan_until(&rest, " ", &host) ||
	    !ow_scan_until(&rest, " ", &app) || !ow_scan_until(&rest, " ", &procid) ||
	    !ow_scan_until(&rest, " ", &msgid))
		return false;
	if (!ow_scan_lit(&rest, "- ") && !ow_scan_until(&rest, "] ", &data))
		return false;
	*s = rest;
	(void)ow_scan_lit(s, "\xef\xbb\xbf"); /* the mark of UTF-8 */
	u->line->host = host;
	if (!is_kernel(app))
		u->line->have |= OW_LINE_FOREIGN;
	u->line->program = app;
	set_time(u, &stamp);
	return true;
}

/* The stream of a container's log, in the form of CRI. What follows is a line of its own, or, with
 * a P, the front of one. */
static bool take_stream(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	bool partial;

	if (!ow_scan_lit(&rest, "std") ||
	    (!ow_scan_lit(&rest, "out") && !ow_scan_lit(&rest, "err")))
		return false;
	partial = ow_scan_lit(&rest, " P ");
	if (!partial && !ow_scan_lit(&rest, " F ") && !ow_str_is(rest, " F"))
		return false;
	u->line->have |= partial ? OW_LINE_PARTIAL : 0;
	*s = rest;
	return true;
}

/* "2026-11-20T07:51:02.123456+00:00 web-1 kernel: text". dmesg --time-format iso has a comma in it,
 * and no host. */
static bool take_iso(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, time = *s;
	struct ow_stamp stamp;

	if (!ow_stamp_scan_iso(&rest, &stamp) || !ow_scan_char(&rest, ' '))
		return false;
	time.n -= rest.n;
	set_time(u, &stamp);
	if (!take_stream(&rest, u) && !ow_str_has(time, ","))
		take_host(&rest, u);
	*s = rest;
	return true;
}

/* "Fri " in front of a date */
static bool skip_weekday(struct ow_str *s)
{
	if (s->n <= 4 || s->p[0] < 'A' || s->p[0] > 'Z' || s->p[3] != ' ')
		return false;
	*s = ow_str_skip(*s, 4);
	return true;
}

/* "Fri 2026-11-20 07:51:02 UTC web-1 kernel: text": journalctl -o short-full. */
static bool take_iso_weekday(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;

	if (!skip_weekday(&rest) || !take_iso(&rest, u))
		return false;
	*s = rest;
	return true;
}

/* "Nov 20 07:51:02 web-1 kernel: text"; logread of OpenWrt has the weekday in front. */
static bool take_syslog(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	struct ow_stamp stamp;

	if (!ow_stamp_scan_syslog(&rest, &stamp)) {
		if (!skip_weekday(&rest) || !ow_stamp_scan_syslog(&rest, &stamp))
			return false;
	}
	set_time(u, &stamp);
	take_host(&rest, u);
	*s = rest;
	return true;
}

/*
 * "11-20 07:51:02.123     0     0 W         : eat invoked oom-killer: ...": logcat of Android. The
 * kernel is process 0; of its lines that have a colon the front stands as the tag.
 */
static bool take_logcat(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, level, tag;
	struct ow_stamp stamp;
	uint64_t pid, tid;

	if (!ow_stamp_scan_logcat(&rest, &stamp) || !ow_scan_blanks(&rest) ||
	    !ow_scan_u64(&rest, &pid) || !ow_scan_blanks(&rest) || !ow_scan_u64(&rest, &tid) ||
	    !ow_scan_char(&rest, ' ') || !ow_scan_word(&rest, &level) || level.n != 1 ||
	    !memchr("VDIWEF", level.p[0], 6) || !ow_scan_char(&rest, ' '))
		return false;
	*s = rest;
	set_time(u, &stamp);
	if (!ow_scan_until(&rest, ": ", &tag))
		return true;
	tag = ow_str_trim(tag);
	if (pid != 0) {
		u->line->have |= OW_LINE_FOREIGN;
		u->line->program = tag;
	}
	if (pid != 0 || tag.n == 0)
		*s = rest;
	return true;
}

/* "1795154068.123456 web-1 kernel: text": journalctl -o short-unix. */
static bool take_unix(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s;
	uint64_t usec;

	if (rest.n < 18 || rest.p[10] != '.' || !ow_stamp_scan_boot(&rest, &usec) ||
	    !ow_scan_char(&rest, ' '))
		return false;
	u->line->time_usec = (int64_t)usec;
	u->line->have |= OW_LINE_TIME;
	take_host(&rest, u);
	*s = rest;
	return true;
}

/* "kernel: text" and "web-1 kernel: text", where whoever passed it on left no time. */
static bool take_kernel(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, host = { 0 };

	if (!ow_scan_lit(&rest, "kernel:") &&
	    (!ow_scan_word(&rest, &host) || !ow_scan_lit(&rest, " kernel: ")))
		return false;
	u->line->program = (struct ow_str){ host.n ? host.p + host.n + 1 : s->p, 6 };
	u->line->host = host.n ? host : u->line->host;
	(void)ow_scan_char(&rest, ' ');
	*s = rest;
	return true;
}

/* "kern  :": a name of at most max bytes with its blanks. */
static bool scan_padded(struct ow_str *s, size_t max, struct ow_str *ret)
{
	const char *colon = memchr(s->p, ':', s->n <= max ? s->n : max + 1);

	if (!colon)
		return false;
	*ret = ow_str_trim((struct ow_str){ s->p, (size_t)(colon - s->p) });
	*s = ow_str_skip(*s, (size_t)(colon - s->p) + 1);
	return true;
}

/* "kern  :warn  : text": dmesg -x. */
static bool take_decoded(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, facility, level;

	if (!scan_padded(&rest, 8, &facility) || !scan_padded(&rest, 6, &level) ||
	    !set_priority_names(u, facility, level))
		return false;
	(void)ow_scan_char(&rest, ' ');
	*s = rest;
	return true;
}

/* "[  283.033791]"; "[2-3219.1870]" with the CPU; "[   33.912345 <    0.000003>]" of dmesg -d. */
static bool scan_bracket(struct ow_str *s, uint64_t *ret_usec)
{
	struct ow_str rest = *s, delta;
	uint64_t usec;

	if (!ow_scan_char(&rest, '['))
		return false;
	if (rest.n > 2 && rest.p[1] == '-' && rest.p[0] >= '0' && rest.p[0] <= '9')
		rest = ow_str_skip(rest, 2);
	if (!ow_stamp_scan_boot(&rest, &usec))
		return false;
	(void)ow_scan_blanks(&rest);
	if (ow_scan_char(&rest, '<') && !ow_scan_until(&rest, ">", &delta))
		return false;
	if (!ow_scan_char(&rest, ']'))
		return false;
	*s = rest;
	*ret_usec = usec;
	return true;
}

/* "web-1 kernel: " of journalctl -o short-monotonic stands behind the stamp. */
static void take_monotonic_host(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, host, tag;
	struct ow_str after;

	if (!ow_scan_word(&rest, &host) || !ow_scan_char(&rest, ' ') || memchr(host.p, ':', host.n))
		return;
	after = rest;
	if (!ow_scan_word(&after, &tag) || tag.p[tag.n - 1] != ':')
		return;
	if (!ow_str_is(tag, "kernel:") && !ow_str_has(tag, "]:"))
		return; /* "usb 1-1: new device" is the kernel's own */
	u->line->host = host;
	(void)take_tag(&rest, u);
	*s = rest;
}

/* "[2026-11-20 07:51:02] text": programs that show a serial console. */
static bool take_terminal(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, tag;
	struct ow_stamp stamp;

	if (rest.n < 22 || rest.p[5] != '-' || !ow_scan_char(&rest, '[') ||
	    !ow_stamp_scan_iso(&rest, &stamp) || !ow_scan_lit(&rest, "] "))
		return false;
	*s = rest;
	set_time(u, &stamp);
	if (ow_scan_word(&rest, &tag) && (ow_str_is(tag, "kernel:") || ow_str_has(tag, "]:")))
		(void)take_tag(s, u);
	return true;
}

static bool take_stamp(struct ow_str *s, struct unwrap *u)
{
	uint64_t usec;

	if (!scan_bracket(s, &usec))
		return false;
	(void)ow_scan_char(s, ' ');
	u->line->boot_usec = usec;
	u->line->have |= OW_LINE_BOOT;
	if ((u->line->have & OW_LINE_WRAPPED) == 0)
		take_monotonic_host(s, u);
	return true;
}

/* "[Tue May 16 19:45:20 2017] text": dmesg -T. "[Apr  5 10:11] " and "[  +0.000003] ": dmesg -H. */
static bool take_human(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, inside;
	struct ow_stamp stamp;

	if (!ow_scan_char(&rest, '[') || !ow_scan_until(&rest, "]", &inside) || inside.n > 64)
		return false;
	if (ow_stamp_scan_ctime(inside, &stamp))
		set_time(u, &stamp);
	else if (!ow_stamp_is_human(inside))
		return false;
	(void)ow_scan_char(&rest, ' ');
	*s = rest;
	return true;
}

/* "[ T6736] text", "[    C0] text": CONFIG_PRINTK_CALLER, behind the stamp. */
static bool take_caller(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, caller, id;
	uint64_t number;

	if (!ow_scan_char(&rest, '[') || !ow_scan_until(&rest, "]", &caller) || caller.n > 16)
		return false;
	id = caller = ow_str_trim(caller);
	if ((!ow_scan_char(&id, 'T') && !ow_scan_char(&id, 'C')) || !ow_scan_u64(&id, &number) ||
	    id.n != 0)
		return false;
	(void)ow_scan_char(&rest, ' ');
	*s = rest;
	u->line->caller = caller;
	return true;
}

/* What a wrapper begins with. */
enum first {
	FIRST_OTHER,
	FIRST_DIGIT,
	FIRST_LETTER,
	FIRST_QUOTE,   /* > */
	FIRST_ANGLE,   /* < */
	FIRST_BRACKET, /* [ */
};

static enum first first_of(struct ow_str s)
{
	const char c = s.n ? s.p[0] : '\0';

	if (c == '[')
		return FIRST_BRACKET;
	if (c >= '0' && c <= '9')
		return FIRST_DIGIT;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return FIRST_LETTER;
	return c == '>' ? FIRST_QUOTE : c == '<' ? FIRST_ANGLE : FIRST_OTHER;
}

/* Each takes its wrapper off the front, in the order in which they enclose each other. */
static const struct wrapper {
	enum first first;
	bool (*take)(struct ow_str *s, struct unwrap *u);
	bool behind; /* only behind another wrapper */
} wrappers[] = {
	{ FIRST_QUOTE, take_quotes },       { FIRST_DIGIT, take_number },
	{ FIRST_DIGIT, take_kmsg },         { FIRST_ANGLE, take_angle },
	{ FIRST_DIGIT, take_rfc5424 },      { FIRST_DIGIT, take_iso },
	{ FIRST_LETTER, take_iso_weekday }, { FIRST_LETTER, take_syslog },
	{ FIRST_DIGIT, take_logcat },       { FIRST_DIGIT, take_unix },
	{ FIRST_LETTER, take_kernel },      { FIRST_LETTER, take_decoded },
	{ FIRST_BRACKET, take_terminal },   { FIRST_BRACKET, take_stamp },
	{ FIRST_BRACKET, take_human },      { FIRST_BRACKET, take_caller, .behind = true },
};

/* On a shared console a program's unfinished line may stand in front of the kernel's stamp:
 * "Creating journal (262144 blocks): [   34.423940] mkfs.ext4 invoked oom-killer: ..." */
static bool take_console(struct ow_str *s, struct unwrap *u)
{
	struct ow_str rest = *s, front;

	while (ow_scan_until(&rest, "[", &front) && (size_t)(rest.p - s->p) < CONSOLE_MAX) {
		struct ow_str at = { rest.p - 1, rest.n + 1 };

		if (take_stamp(&at, u)) {
			(void)take_caller(&at, u);
			*s = at;
			return true;
		}
	}
	return false;
}

/*
 * Who passed a log on may name it in front of each line:
 *
 *   messages-20261120:Nov 20 07:51:02 web-1 kernel: text    grep
 *   klog-1  | 4,344,283033791,-;text                        docker compose
 *   [pod/klog-x7/klog] 2026-11-20T07:51:02.123456Z text     kubectl logs --prefix
 *
 * No wrapper that is known by less than a time is looked for there.
 */
static bool take_source(struct ow_str *s, struct unwrap *u)
{
	for (size_t i = 1; i < s->n && i < SOURCE_MAX; i++) {
		const char c = s->p[i - 1];
		struct ow_str at = ow_str_skip(*s, i);
		enum first first;

		if (c != ':' && c != '|' && c != ']' && c != '\t')
			continue;
		(void)ow_scan_blanks(&at);
		first = first_of(at);
		if ((first == FIRST_LETTER && take_syslog(&at, u)) ||
		    (first == FIRST_DIGIT && (take_iso(&at, u) || take_kmsg(&at, u))) ||
		    (first == FIRST_BRACKET && take_human(&at, u))) {
			*s = at;
			return true;
		}
	}
	return false;
}

static struct ow_str without_end(struct ow_str s)
{
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

void ow_line_unwrap(struct ow_str raw, const struct ow_line_clock *clock, struct ow_line *ret)
{
	struct ow_line line = { .raw = raw, .number = ret->number };
	struct unwrap u = { clock, &line };
	struct ow_str s = raw;
	enum first first;

	(void)ow_scan_lit(&s, "\xef\xbb\xbf"); /* the mark of UTF-8, in front of a file */
	(void)ow_scan_blanks(&s);
	first = first_of(s);
	for (size_t i = 0; i < OW_ARRAY_SIZE(wrappers) && s.n; i++) {
		const struct wrapper *w = &wrappers[i];

		if (w->first != first || (w->behind && !(line.have & OW_LINE_WRAPPED)))
			continue;
		if (w->take(&s, &u))
			line.have |= OW_LINE_WRAPPED;
		first = first_of(s);
	}
	if (!(line.have & OW_LINE_WRAPPED) && (take_console(&s, &u) || take_source(&s, &u)))
		line.have |= OW_LINE_WRAPPED;
	if ((line.have & (OW_LINE_BOOT | OW_LINE_TIME)) == OW_LINE_BOOT && clock->has_boot &&
	    line.boot_usec <= INT64_MAX / 2) {
		line.time_usec = clock->boot_time_usec + (int64_t)line.boot_usec;
		line.have |= OW_LINE_TIME;
	}
	line.text = line.have & OW_LINE_PARTIAL ? s : without_end(s);
	*ret = line;
}
