/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/arena.h"
#include "read/gctrace-wrap.h"
#include "read/stamp.h"

static bool is_one_of(struct ow_str s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ow_str_is(s, names[i]))
			return true;
	return false;
}

bool ow_gc_is_text_key(struct ow_str key)
{
	static const char *const names[] = { "log",  "message", "MESSAGE", "msg",     "textPayload",
					     "line", "text",    "body",    "@message" };

	return is_one_of(key, names, OW_ARRAY_SIZE(names));
}

bool ow_gc_is_time_key(struct ow_str key)
{
	static const char *const names[] = { "time", "timestamp",  "ts",
					     "t",    "@timestamp", "__REALTIME_TIMESTAMP" };

	return is_one_of(key, names, OW_ARRAY_SIZE(names));
}

bool ow_gc_is_who_key(struct ow_str key)
{
	static const char *const names[] = { "container_name", "CONTAINER_NAME", "pod_name", "pod",
					     "container",      "service",        "app" };

	return is_one_of(key, names, OW_ARRAY_SIZE(names));
}

void ow_gc_set_time(struct ow_str value, const struct ow_line_clock *clock, struct ow_gc_wrap *wrap)
{
	struct ow_str text = value, count = value, seconds = value;
	struct ow_stamp stamp;
	uint64_t number;
	double fraction;

	if (wrap->have_time)
		return;
	if (ow_stamp_scan_iso(&text, &stamp) && text.n == 0) {
		wrap->have_time = ow_stamp_settle(&stamp, clock, &wrap->time_usec);
	} else if (ow_scan_u64(&count, &number) && count.n == 0 &&
		   number > UINT64_C(100000000000)) {
		if (number < UINT64_C(100000000000000)) /* milliseconds */
			number *= 1000;
		else if (number > UINT64_C(100000000000000000)) /* nanoseconds */
			number /= 1000;
		wrap->time_usec = (int64_t)number;
		wrap->have_time = true;
	} else if (ow_scan_f64(&seconds, &fraction) && seconds.n == 0 && fraction > 1e8 &&
		   fraction < 1e11) {
		wrap->time_usec = (int64_t)(fraction * 1e6);
		wrap->have_time = true;
	}
}

static int hex4(const char *p)
{
	struct ow_str digits = { p, 4 };
	uint64_t value;

	return ow_scan_hex(&digits, &value) && digits.n == 0 ? (int)value : -1;
}

static size_t put_utf8(char *to, unsigned c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 63));
	to[2] = (char)(0x80 | (c & 63));
	return 3;
}

/* One escape behind its backslash. Halves of a pair stay halves: no line of the runtime has any. */
static size_t unescape(struct ow_str *s, char *to)
{
	static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
	const char c = s->n ? s->p[0] : '\\';
	const char *at = c ? strchr(from, c) : NULL;
	int code = c == 'u' && s->n >= 5 ? hex4(s->p + 1) : -1;

	*s = ow_str_skip(*s, code >= 0 ? 5 : s->n != 0);
	if (code >= 0)
		return put_utf8(to, (unsigned)code);
	to[0] = at ? into[at - from] : c;
	return 1;
}

/* A text behind its quotation mark, without its escapes: it never gets longer. The line may end in
 * it: a log is cut anywhere. */
static size_t scan_text(struct ow_str *s, char *to)
{
	size_t n = 0;

	while (s->n && s->p[0] != '"') {
		const char c = s->p[0];

		*s = ow_str_skip(*s, 1);
		if (c == '\\')
			n += unescape(s, to + n);
		else
			to[n++] = c;
	}
	(void)ow_scan_char(s, '"');
	return n;
}

/* Whose the line is, as the journal names it: host, identifier, process. */
struct sender {
	struct ow_str host, identifier, pid, name;
};

static void take_member(struct ow_str key, struct ow_str value, const struct ow_line_clock *clock,
			struct ow_gc_wrap *wrap, struct sender *sender, struct ow_str *text)
{
	if (!text->p && ow_gc_is_text_key(key))
		*text = value;
	else if (ow_gc_is_time_key(key))
		ow_gc_set_time(value, clock, wrap);
	else if (!sender->name.n && ow_gc_is_who_key(key))
		sender->name = value;
	else if (ow_str_is(key, "_HOSTNAME"))
		sender->host = value;
	else if (ow_str_is(key, "SYSLOG_IDENTIFIER"))
		sender->identifier = value;
	else if (ow_str_is(key, "_PID"))
		sender->pid = value;
}

struct ow_str ow_gc_who(struct ow_str host, struct ow_str identifier, struct ow_str pid,
			char buffer[OW_GC_WHO_MAX])
{
	int n = 0;

	if (identifier.n && host.n + identifier.n + pid.n + 8 < OW_GC_WHO_MAX)
		n = snprintf(buffer, OW_GC_WHO_MAX, "%.*s%s%.*s%s%.*s%s", (int)host.n, host.p,
			     host.n ? " " : "", (int)identifier.n, identifier.p, pid.n ? "[" : "",
			     (int)pid.n, pid.p, pid.n ? "]" : "");
	return (struct ow_str){ buffer, n > 0 ? (size_t)n : 0 };
}

static struct ow_str name_of(const struct sender *s, char *buffer)
{
	if (s->name.n && s->name.n < OW_GC_WHO_MAX)
		return s->name;
	return ow_gc_who(s->host, s->identifier, s->pid, buffer);
}

/* A value that is no text: a number, or the front of an object or a list. */
static struct ow_str scan_plain(struct ow_str *s)
{
	size_t n = 0;

	while (n < s->n && !strchr(",}] \t{[\"", s->p[n] ? s->p[n] : ','))
		n++;
	*s = ow_str_skip(*s, n);
	return (struct ow_str){ s->p - n, n };
}

bool ow_gc_unjson(struct ow_str line, const struct ow_line_clock *clock, char *buffer,
		  struct ow_gc_wrap *ret, struct ow_str *text)
{
	struct ow_gc_wrap wrap = { .known = true };
	struct ow_str found = { 0 }, key;
	struct sender sender = { 0 };
	char *who = buffer, *to = buffer + OW_GC_WHO_MAX;

	(void)ow_scan_blanks(&line);
	if (!ow_scan_char(&line, '{'))
		return false;
	while (line.n) {
		if (!ow_scan_char(&line, '"')) {
			line = ow_str_skip(line, 1);
			continue;
		}
		key = (struct ow_str){ to, scan_text(&line, to) };
		to += key.n;
		(void)ow_scan_blanks(&line);
		if (!ow_scan_char(&line, ':'))
			continue;
		(void)ow_scan_blanks(&line);
		if (ow_scan_char(&line, '"')) {
			struct ow_str value = { to, scan_text(&line, to) };

			to += value.n;
			take_member(key, value, clock, &wrap, &sender, &found);
		} else {
			take_member(key, scan_plain(&line), clock, &wrap, &sender, &found);
		}
	}
	if (!found.p)
		return false;
	wrap.who = name_of(&sender, who);
	while (found.n && (found.p[found.n - 1] == '\n' || found.p[found.n - 1] == '\r'))
		found.n--;
	*ret = wrap;
	*text = found;
	return true;
}
