/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom.h"

#include <errno.h>
#include <stdlib.h>

#include "read/export.h"
#include "read/mend.h"
#include "read/object.h"
#include "read/oom-assemble.h"
#include "read/oom-filter.h"
#include "read/oom-join.h"
#include "read/oom-short.h"
#include "read/seen.h"
#include "read/stamp.h"

/*
 * Where nothing is expected, lines are passed over until one has a word of a report in it. Each
 * line is looked at in the front of a log, which may begin within a report, and behind a place
 * where lines were lost; behind such a word, as long as the line may be continued; and behind a
 * line of a report that has not ended. All of this is counted in lines, so that the size of the
 * pieces decides nothing.
 */
#define FRONT_LINES  2000
#define REPORT_LINES 4096
#define USER_LINES   64   /* behind a line of a killer in user space */
#define BEFORE_MAX   1024 /* a longer line is not the front of a broken one */

struct ow_oom_reader {
	struct ow_oom_options options;
	struct ow_oom_seen seen;
	struct ow_oom_assembly assembly;
	struct ow_oom_assembly foreign; /* of programs' lines, when those are wanted */
	struct ow_oom_seen foreign_seen;
	struct ow_oom_join join;
	struct ow_line line; /* that went the short way */
	struct ow_export export;
	bool in_export, in_value;
	struct ow_object object;
	bool in_object;
	bool in_json; /* the last line was one of journalctl -o json */

	size_t number; /* of the line that was read last */
	size_t front;  /* up to this one each is looked at */
	uint64_t lost; /* what was known to be lost then */
	bool in_line;  /* one is begun: its front is in bytes */
	bool is_cut;   /* it is too long: its rest is skipped */
	size_t n_bytes;
	char bytes[OW_OOM_LINE_MAX];

	struct ow_oom_piece piece; /* that is being read */
	size_t before_piece;       /* the number of the line that was read last in front of it */

	struct ow_mender mender;
	char mended[OW_OOM_LINE_MAX];
	struct ow_str carried; /* the time of an object of JSON; may be empty */
	char unescaped[OW_OOM_LINE_MAX];

	char before[BEFORE_MAX]; /* the line that was passed over last */
	size_t n_before;
	size_t before_number; /* 0: it is not kept */

	bool in_kmsg;      /* the last line was from /dev/kmsg */
	bool has_sequence; /* of the last line from /dev/kmsg */
	uint64_t sequence;
};

struct ow_oom_reader *ow_oom_reader_new(const struct ow_oom_options *options, ow_oom_fn *emit,
					void *arg)
{
	struct ow_oom_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->front = FRONT_LINES;
	reader->options = *options;
	reader->assembly = (struct ow_oom_assembly){
		.options = &reader->options, .seen = &reader->seen, .emit = emit, .arg = arg
	};
	reader->foreign = reader->assembly;
	reader->foreign.seen = &reader->foreign_seen;
	reader->foreign.foreign = true;
	return reader;
}

struct ow_oom_reader *ow_oom_reader_free(struct ow_oom_reader *reader)
{
	if (!reader)
		return NULL;
	ow_oom_assemble_release(&reader->assembly);
	ow_oom_assemble_release(&reader->foreign);
	free(reader);
	return NULL;
}

const struct ow_oom_seen *ow_oom_reader_seen(const struct ow_oom_reader *reader)
{
	return &reader->seen;
}

/* A line of /dev/kmsg that is missing in between was overwritten before it was read. */
static void see_sequence(struct ow_oom_reader *reader, const struct ow_line *line)
{
	if (!(line->have & OW_LINE_SEQUENCE))
		return;
	if (reader->has_sequence && line->sequence > reader->sequence + 1 &&
	    line->sequence - reader->sequence < UINT32_MAX)
		reader->seen.lost += line->sequence - reader->sequence - 1;
	if (!(reader->seen.have & OW_LINE_SEQUENCE))
		reader->seen.first_sequence = line->sequence;
	reader->seen.have |= OW_LINE_SEQUENCE;
	reader->has_sequence = true;
	reader->sequence = line->sequence;
}

/* Not the kernel's, whatever it says: somebody wrote it into the log. Those who kill in user space
 * are listened to. */
static int read_foreign(struct ow_oom_reader *reader, const struct ow_line *foreign)
{
	struct ow_line line = *foreign;
	const struct ow_oom_raw raw = { line.number, line.raw };
	const struct ow_oom_input in = { &line, &raw, 1 };
	const struct ow_oom_family *f = ow_oom_family(line.text);
	int r;

	if ((line.have & OW_LINE_ESCAPED) && line.text.n &&
	    memchr(line.text.p, '\\', line.text.n)) {
		line.text.n = ow_line_unescape(line.text, reader->unescaped);
		line.text.p = reader->unescaped;
	}
	r = ow_oom_take_userspace(&reader->assembly, &in);
	if (r != 0)
		return r < 0 ? r : 0;
	if (f && f->role == OW_ROLE_LOST) /* journald says what it missed */
		ow_oom_count(&reader->assembly, f, foreign->text);
	else if (f && f->proof)
		reader->seen.foreign_lines++;
	if (!reader->options.foreign)
		return 0;
	if (!line.caller.n) /* of each program a record of its own */
		line.caller = line.program;
	r = ow_oom_assemble(&reader->foreign, &in);
	return r < 0 ? r : 0;
}

/* " SUBSYSTEM=pci": what /dev/kmsg says besides, behind a line. */
static bool is_dictionary(struct ow_str raw)
{
	struct ow_str key;

	return ow_scan_char(&raw, ' ') && ow_scan_until(&raw, "=", &key) && key.n > 0 &&
	       key.p[0] >= 'A' && key.p[0] <= 'Z' && !memchr(key.p, ' ', key.n);
}

static int read_text_line(struct ow_oom_reader *reader, struct ow_str raw, size_t number);

/* Was the line in front of this one passed over? */
static bool has_before(const struct ow_oom_reader *reader, size_t number)
{
	return reader->before_number && reader->before_number == number - 1;
}

/* Reads the line in front of this one, which was passed over. */
static int wake(struct ow_oom_reader *reader, size_t number)
{
	const struct ow_str before = { reader->before, reader->n_before };

	if (!has_before(reader, number))
		return 0;
	reader->before_number = 0;
	if (memchr(before.p, '\0', before.n))
		return 0;
	reader->seen.kernel_lines--;
	reader->seen.passed_over--;
	return read_text_line(reader, before, number - 1);
}

static int read_text_line(struct ow_oom_reader *reader, struct ow_str raw, size_t number)
{
	const struct ow_mender mender = reader->mender;
	struct ow_line line = { 0 };
	struct ow_str text = raw;
	int r;

	if (reader->in_kmsg && is_dictionary(raw))
		return 0;
	(void)ow_mend(&reader->mender, raw, reader->mended, &text);
	if (mender.soft)
		line.text = line.raw = text;
	else
		ow_line_unwrap(text, &reader->options.clock, &line);
	ow_stamp_carry(reader->mender.time.n ? reader->mender.time : reader->carried,
		       &reader->options.clock, &line);
	if (has_before(reader, number) &&
	    (!(line.have & OW_LINE_WRAPPED) ||
	     ow_mend_leads((struct ow_str){ reader->before, reader->n_before }))) {
		reader->mender = mender;
		r = wake(reader, number);
		return r < 0 ? r : read_text_line(reader, raw, number);
	}
	if (reader->mender.soft) {
		line.have |= OW_LINE_PARTIAL;
		line.text.n = (size_t)(text.p + text.n - line.text.p); /* blanks, too */
	}
	line.number = number;
	reader->in_kmsg = line.have & OW_LINE_SEQUENCE;
	ow_seen_times(&reader->seen, &line);
	see_sequence(reader, &line);
	if (line.have & OW_LINE_FOREIGN)
		return read_foreign(reader, &line);
	reader->seen.kernel_lines++;
	if (!line.caller.n) /* of each host a record of its own */
		line.caller = line.host;
	return ow_oom_join(&reader->join, &reader->assembly, &line);
}

static int read_part(struct ow_oom_reader *reader, struct ow_line *line, struct ow_str raw)
{
	const struct ow_oom_raw one = { line->number, raw.n ? raw : line->text };
	const struct ow_oom_input in = { line, &one, 1 };

	line->raw = one.text;
	return ow_oom_assemble(&reader->assembly, &in);
}

/* The message is one line of the kernel, or several, each one of the source unless that is raw. */
static int read_message(struct ow_oom_reader *reader, struct ow_line line, struct ow_str raw)
{
	struct ow_str rest = line.text;
	int r = 0;

	if (!ow_oom_is_folded(rest, "\n"))
		r = read_part(reader, &line, raw);
	else
		for (; r >= 0 && ow_scan_line(&rest, &line.text); line.number += raw.n == 0)
			r = read_part(reader, &line, raw);
	return r < 0 ? r : 0;
}

/* raw is the line that the entry was in; empty when it had several. */
static int read_entry(struct ow_oom_reader *reader, struct ow_str raw)
{
	struct ow_export *x = &reader->export;
	struct ow_line line;
	struct ow_str rest;
	int r = 0;

	if (x->message_line) {
		ow_export_entry(x, &reader->options.clock, &line);
		line.text = line.raw = (struct ow_str){ x->message, x->n_message };
		ow_seen_times(&reader->seen, &line);
		reader->seen.cut_lines += x->cut;
		if (memchr(x->message, '\0', x->n_message)) {
			reader->seen.binary_lines++;
		} else if (line.have & OW_LINE_FOREIGN) {
			rest = line.text;
			if (ow_scan_line(&rest, &line.text))
				line.raw = raw.n ? raw : line.text;
			r = read_foreign(reader, &line);
		} else {
			reader->seen.kernel_lines++;
			line.caller = line.host;
			r = ow_oom_join_flush(&reader->join, &reader->assembly);
			r = r == 0 ? read_message(reader, line, raw) : r;
		}
	}
	ow_export_clear(x);
	return r;
}

static bool is_quiet(const struct ow_oom_reader *reader, size_t number)
{
	const struct ow_oom_assembly *a = &reader->assembly;

	return number > reader->front && !reader->options.failures && !reader->in_export &&
	       !reader->in_object && !reader->in_kmsg &&
	       (!a->last_user || number > a->last_user + USER_LINES) &&
	       (number > a->last_line + REPORT_LINES || !ow_oom_expects(a));
}

/* Is nothing expected of line number? Then 1; what a held line says may change that. */
static int is_asleep(struct ow_oom_reader *reader, size_t number)
{
	int r;

	if (!is_quiet(reader, number) || ow_oom_join_expects(&reader->join, &reader->assembly))
		return 0;
	r = ow_oom_join_flush(&reader->join, &reader->assembly);
	if (reader->seen.lost + reader->seen.overruns != reader->lost) {
		reader->lost = reader->seen.lost + reader->seen.overruns;
		reader->front = number + FRONT_LINES;
	}
	return r != 0 ? r : is_quiet(reader, number);
}

/* Passes over n lines, the last of which is line. Its number is the reader's. */
static void pass_over(struct ow_oom_reader *reader, struct ow_str line, size_t n)
{
	reader->seen.kernel_lines += n;
	reader->seen.passed_over += n;
	reader->has_sequence = false; /* what is not looked at is not lost */
	reader->before_number = line.n <= sizeof(reader->before) ? reader->number : 0;
	reader->n_before = reader->before_number ? line.n : 0;
	if (reader->n_before)
		memcpy(reader->before, line.p, line.n);
}

/* A line of the export format, or of journalctl -o verbose. Returns 1 when it is none. */
static int read_export_line(struct ow_oom_reader *reader, struct ow_str raw)
{
	struct ow_export *x = &reader->export;
	int r;

	if ((!reader->in_export || x->verbose) && ow_export_verbose(raw)) {
		r = read_entry(reader, (struct ow_str){ 0 });
		ow_export_begin(x, raw);
		reader->in_export = true;
		return r;
	}
	if (!reader->in_export && !ow_export_begins(raw))
		return 1;
	switch (ow_export_line(x, raw, reader->number)) {
	case OW_EXPORT_VALUE:
		reader->in_value = true;
		__attribute__((fallthrough));
	case OW_EXPORT_FIELD:
		reader->in_export = true;
		return 0;
	case OW_EXPORT_ENTRY:
		return read_entry(reader, (struct ow_str){ 0 });
	case OW_EXPORT_NONE:
		break;
	}
	reader->in_export = false;
	ow_export_clear(x);
	return 1;
}

/* Lines of the text in a line of JSON. */
static int read_texts(struct ow_oom_reader *reader, struct ow_str texts)
{
	struct ow_str text;
	int r = 0;

	while (r == 0 && ow_scan_line(&texts, &text))
		if (!memchr(text.p, '\0', text.n))
			r = read_text_line(reader, text, reader->number);
	return r;
}

/* What a service says of one line. Returns 1 when it says nothing. */
static int read_object(struct ow_oom_reader *reader, struct ow_str json)
{
	struct ow_str text;
	int r;

	if (!ow_object_text(json, reader->mended, sizeof(reader->mended), &text, &reader->carried))
		return 1;
	r = read_texts(reader, text);
	reader->carried.n = 0;
	return r;
}

/* A line of JSON, or of an object that has several. Returns 1 when it is none. */
static int read_json_line(struct ow_oom_reader *reader, struct ow_str raw)
{
	struct ow_str s = raw;
	int r;

	if (reader->in_object || raw.n < 16) {
		enum ow_object_what what = ow_object_line(&reader->object, raw, reader->number);

		reader->in_object = what != OW_OBJECT_NONE;
		if (what == OW_OBJECT_COMPLETE &&
		    ow_export_json(&reader->export, reader->object.complete, reader->object.number))
			return read_entry(reader, reader->object.raw);
		if (what == OW_OBJECT_COMPLETE)
			return read_object(reader, reader->object.complete) < 0 ? -ENOMEM : 0;
		if (what != OW_OBJECT_NONE)
			return 0;
	}
	(void)ow_scan_char(&s, '\x1e');  /* journalctl -o json-seq */
	(void)ow_scan_lit(&s, "data: "); /* and json-sse */
	if (s.n == 0 || s.p[0] != '{')
		return 1;
	reader->in_json = ow_export_json(&reader->export, s, reader->number);
	if (reader->in_json)
		return read_entry(reader, raw);
	if (ow_scan_lit(&s, "{\"log\":\"")) /* by the mender, parts and all */
		return 1;
	r = wake(reader, reader->number);
	return r < 0 ? r : read_object(reader, s);
}

/* The first word in s, which begins where the reader is: in a piece, or in front of a line. */
static struct ow_oom_found first_word(struct ow_oom_reader *reader, struct ow_str s)
{
	struct ow_oom_piece line = { .bytes = s.p };

	if (reader->in_line)
		return ow_oom_filter_next(&line, s.p, s.n, 0);
	return ow_oom_filter_next(&reader->piece, s.p, s.n, reader->number - reader->before_piece);
}

/* Journalctl writes a message that is no text as a list of bytes, in which no word is found. */
static bool has_word(struct ow_oom_reader *reader, struct ow_str raw)
{
	return first_word(reader, raw).at < raw.n ||
	       (reader->in_json && ow_str_has(raw, "\"MESSAGE\":["));
}

/* A line that is looked at. */
static int read_awake(struct ow_oom_reader *reader, struct ow_str raw)
{
	int r = read_export_line(reader, raw);

	if (r != 1)
		return r;
	raw = ow_mend_zeros(raw);
	if (memchr(raw.p, '\0', raw.n)) {
		reader->seen.binary_lines++;
		return 0;
	}
	r = read_json_line(reader, raw);
	return r == 1 ? read_text_line(reader, raw, reader->number) : r;
}

/* Takes a line of a report that has begun and is expected to go on. 0: it goes the long way. */
static int read_short(struct ow_oom_reader *reader, struct ow_str raw)
{
	int r;

	if (raw.n == 0 || raw.p[0] != '[' || reader->options.long_way || reader->in_export ||
	    reader->in_object || reader->number > reader->assembly.last_line + REPORT_LINES)
		return 0;
	reader->line.number = reader->number;
	r = ow_oom_short(&reader->mender, &reader->join, &reader->assembly, raw, &reader->line);
	if (r > 0) {
		reader->in_kmsg = false;
		reader->seen.kernel_lines++;
		ow_seen_times(&reader->seen, &reader->line);
	}
	return r;
}

static int read_line(struct ow_oom_reader *reader, struct ow_str raw)
{
	int r;

	reader->number++;
	reader->seen.lines++;
	reader->seen.cut_lines += reader->is_cut;
	r = read_short(reader, raw);
	if (r != 0)
		return r < 0 ? r : 0;
	r = is_asleep(reader, reader->number);
	if (r > 0 && !has_word(reader, raw)) {
		pass_over(reader, raw, 1);
		return 0;
	}
	if (r < 0)
		return r;
	return read_awake(reader, raw);
}

static size_t count_feeds(struct ow_str s)
{
	size_t n = 0;

	for (const char *p; s.n && (p = memchr(s.p, '\n', s.n)); n++)
		s = ow_str_skip(s, (size_t)(p - s.p) + 1);
	return n;
}

/* Takes what belongs to a value of the export format off the front of *s. */
static void feed_value(struct ow_oom_reader *reader, struct ow_str *s)
{
	enum ow_export_what what;
	size_t n = ow_export_value(&reader->export, *s, reader->number, &what);
	size_t feeds = count_feeds((struct ow_str){ s->p, n });

	reader->number += feeds;
	reader->seen.lines += feeds;
	*s = ow_str_skip(*s, n);
	reader->in_value = what == OW_EXPORT_VALUE;
	if (what == OW_EXPORT_NONE)
		reader->in_export = false;
}

/* Keeps the front of a line whose end is in a later piece. */
static void keep_front(struct ow_oom_reader *reader, struct ow_str s)
{
	size_t room = sizeof(reader->bytes) - reader->n_bytes;

	reader->in_line = true;
	reader->is_cut |= s.n > room;
	if (s.n > room)
		s.n = room;
	memcpy(reader->bytes + reader->n_bytes, s.p, s.n);
	reader->n_bytes += s.n;
}

static int end_line(struct ow_oom_reader *reader)
{
	int r = read_line(reader, (struct ow_str){ reader->bytes, reader->n_bytes });

	reader->in_line = reader->is_cut = false;
	reader->n_bytes = 0;
	return r;
}

/* Takes one line, or the piece of one, off the front of *s. */
static int feed_line(struct ow_oom_reader *reader, struct ow_str *s)
{
	const char *feed = memchr(s->p, '\n', s->n);
	struct ow_str line = { s->p, feed ? (size_t)(feed - s->p) : s->n };

	*s = ow_str_skip(*s, line.n + (feed != NULL));
	if (feed && !reader->in_line && line.n <= sizeof(reader->bytes))
		return read_line(reader, line);
	keep_front(reader, line);
	return feed ? end_line(reader) : 0;
}

/* Passes over whole lines at the front of *s. */
static void skip_lines(struct ow_oom_reader *reader, struct ow_str *s)
{
	const char *end = memrchr(s->p, '\n', s->n), *start;
	size_t n = end ? (size_t)(end - s->p) + 1 : 0;
	const struct ow_oom_found found = first_word(reader, (struct ow_str){ s->p, n });

	if (found.at < n) { /* back to the front of its line */
		start = memrchr(s->p, '\n', found.at);
		n = start ? (size_t)(start - s->p) + 1 : 0;
	}
	if (n == 0)
		return;
	start = memrchr(s->p, '\n', n - 1);
	start = start ? start + 1 : s->p;
	reader->number += found.feeds;
	reader->seen.lines += found.feeds;
	*s = ow_str_skip(*s, n);
	pass_over(reader, (struct ow_str){ start, (size_t)(s->p - start) - 1 }, found.feeds);
}

int ow_oom_reader_feed(struct ow_oom_reader *reader, const char *bytes, size_t n)
{
	return ow_oom_reader_feed_scouted(reader, bytes, n, NULL);
}

int ow_oom_reader_feed_scouted(struct ow_oom_reader *reader, const char *bytes, size_t n,
			       const struct ow_oom_scout *scout)
{
	struct ow_str s = { bytes, n };
	int r = 0;

	reader->piece = (struct ow_oom_piece){ bytes, scout, 0 };
	reader->before_piece = reader->number;
	reader->seen.bytes += n;
	while (s.n && r == 0) {
		if (reader->in_value) {
			feed_value(reader, &s);
			continue;
		}
		if (!reader->in_line)
			r = is_asleep(reader, reader->number + 1);
		if (r > 0 && !reader->in_json)
			skip_lines(reader, &s);
		if (r >= 0)
			r = s.n ? feed_line(reader, &s) : 0;
	}
	return r;
}

int ow_oom_reader_end(struct ow_oom_reader *reader)
{
	int r = reader->in_line ? end_line(reader) : 0;

	if (r == 0 && reader->in_export)
		r = read_entry(reader, (struct ow_str){ 0 });
	if (reader->before_number && reader->before_number == reader->number) {
		/* the last line was passed over: it tells up to when */
		struct ow_line line;

		ow_line_unwrap((struct ow_str){ reader->before, reader->n_before },
			       &reader->options.clock, &line);
		ow_seen_times(&reader->seen, &line);
	}
	if (r == 0)
		r = ow_oom_join_flush(&reader->join, &reader->assembly);
	if (r == 0)
		r = ow_oom_assemble_flush(&reader->assembly);
	if (r == 0)
		r = ow_oom_assemble_flush(&reader->foreign);
	return r;
}
