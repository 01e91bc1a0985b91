/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace-torn.h"

#include "base/arena.h"

#define LOOK_MIN    4 /* so many bytes in common are no chance */
#define LOOK_DATE   8
#define REST_MAX    4096 /* a longer rest is not searched for the event's own */
#define REST_VALUES 2    /* numbers that must be in it */

void ow_gc_torn_see(struct ow_gc_torn *torn, struct ow_str raw)
{
	const size_t i = torn->n_heads++ % OW_GC_HEADS;
	const size_t n = raw.n < OW_GC_HEAD_BYTES ? raw.n : OW_GC_HEAD_BYTES;

	if (n)
		memcpy(torn->head[i].bytes, raw.p, n);
	torn->head[i].n = n;
}

/* The lines of others, without the front that the event's own line has. */
struct looks {
	struct ow_str head[OW_GC_HEADS];
	size_t n;
	bool digits; /* a line may begin with a digit */
	char buffer[OW_GC_HEADS][OW_GC_HEAD_BYTES + OW_GC_WHO_MAX];
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void get_looks(const struct ow_gc_torn *torn, struct ow_str front, bool json,
		      struct looks *ret)
{
	const struct ow_line_clock clock = { 0 };
	const size_t n = torn->n_heads < OW_GC_HEADS ? torn->n_heads : OW_GC_HEADS;
	struct ow_gc_wrap wrap;

	ret->n = 0;
	ret->digits = false;
	for (size_t i = 0; i < n; i++) {
		struct ow_str head = { torn->head[i].bytes, torn->head[i].n };

		if (json && !ow_gc_unjson(head, &clock, ret->buffer[i], &wrap, &head))
			continue;
		(void)ow_gc_strip(front, head, &head);
		ret->digits = ret->digits || (head.n && is_digit(head.p[0]));
		ret->head[ret->n++] = head;
	}
	ret->digits = ret->digits || ret->n == 0;
}

static bool is_date(struct ow_str s)
{
	static const char pattern[] = "dddd/dd/dd";

	if (s.n < sizeof(pattern) - 1)
		return false;
	for (size_t i = 0; i < sizeof(pattern) - 1; i++)
		if (pattern[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9'
				      : s.p[i] != '/' && s.p[i] != '-')
			return false;
	return true;
}

/* How much does it look like the line of somebody else, from its first byte on? 0: by chance. */
static size_t look_of(struct ow_str s, const struct looks *looks)
{
	size_t best = is_date(s) ? LOOK_DATE : 0;

	for (size_t i = 0; i < looks->n; i++) {
		const struct ow_str head = looks->head[i];
		size_t n = 0;

		while (n < s.n && n < head.n && s.p[n] == head.p[n])
			n++;
		best = n > best ? n : best;
	}
	return best < LOOK_MIN ? 0 : best;
}

/* Where the event's piece of the text ends. */
struct cut {
	size_t at;   /* 0: nowhere */
	size_t look; /* of what follows */
};

/* Digits in front of the place may be of the number there, or of a line that begins with them. */
static bool is_guess(struct ow_str text, const struct ow_gc_match *m, size_t at)
{
	if (at < text.n && is_digit(text.p[at]) && is_digit(text.p[at - 1]))
		return true;
	for (size_t i = 0; i < m->n_cuts; i++) {
		size_t k = m->cut[i];

		while (k < at && is_digit(text.p[k]))
			k++;
		if (m->cut[i] < at && k == at && is_digit(text.p[m->cut[i] - 1]))
			return true;
	}
	return false;
}

/*
 * The cut behind byte from of which the rest looks most like a line of others; of those that look
 * alike the last, unless that is a guess.
 */
static struct cut choose_cut(struct ow_str text, const struct ow_gc_match *m, size_t from,
			     const struct looks *looks)
{
	struct cut best = { 0 };

	for (size_t i = 0; i < m->n_cuts; i++) {
		const size_t at = m->cut[i];
		struct cut cut;

		if (at <= from || at > text.n)
			continue;
		cut = (struct cut){ at, look_of(ow_str_skip(text, at), looks) };
		if (cut.look >= best.look)
			best = cut;
	}
	if (best.at && best.look == 0 && looks->digits && is_guess(text, m, best.at))
		best.at = 0;
	return best;
}

/* Is a word among the bytes, and not only a number and its sign? */
static bool has_word(struct ow_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]) && (s.p[i] == '\0' || !strchr(" .+-/", s.p[i])))
			return true;
	return false;
}

/* Most lines of others end in another way, and need not be searched. */
static bool ends_as_cycle(struct ow_str s)
{
	static const char *const ends[] = { " P", " yields", " handoff", ")" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(ends); i++)
		if (s.n > strlen(ends[i]) &&
		    memcmp(s.p + s.n - strlen(ends[i]), ends[i], strlen(ends[i])) == 0)
			return true;
	return false;
}

/* Does a number, or a word, begin there, and not in its midst? */
static bool is_start(struct ow_str text, size_t at)
{
	if (!is_digit(text.p[at]))
		return true;
	if (text.p[at - 1] == '.')
		return at < 2 || !is_digit(text.p[at - 2]);
	return !is_digit(text.p[at - 1]);
}

/*
 * Somebody who does not end his lines may stand in the midst of one. Is there one place, and only
 * one, from which the rest of the text makes the event whole? Then that is put behind byte cut.
 */
static bool close_gap(struct ow_str text, size_t cut, struct ow_gc_open *open)
{
	char joined[OW_GC_OPEN_BYTES];
	struct ow_str rest = ow_str_skip(text, cut), one = { 0 };
	size_t found = 0;
	struct ow_gc_match m;

	if (rest.n > REST_MAX || cut >= sizeof(joined) || !ends_as_cycle(rest))
		return false;
	memcpy(joined, text.p, cut);
	for (; rest.n > 1 && found < 2; rest = ow_str_skip(rest, 1)) {
		if (rest.n > sizeof(joined) - cut || !is_start(text, text.n - rest.n))
			continue;
		memcpy(joined + cut, rest.p, rest.n);
		ow_gc_match_front((struct ow_str){ joined, cut + rest.n }, &m);
		if (m.fit != OW_GC_FIT_WHOLE || m.n != cut + rest.n || m.n_values < REST_VALUES ||
		    m.value[m.n_values - REST_VALUES].at < cut)
			continue;
		one = rest;
		found++;
	}
	if (found != 1)
		return false;
	memcpy(open->bytes, text.p, cut);
	memcpy(open->bytes + cut, one.p, one.n);
	open->n = cut + one.n;
	return true;
}

void ow_gc_torn_drop(struct ow_gc_torn *torn, struct ow_gc_open *open)
{
	const size_t i = (size_t)(open - torn->open);

	memmove(open, open + 1, (torn->n - i - 1) * sizeof(*open));
	torn->n--;
}

struct ow_gc_open *ow_gc_torn_expired(struct ow_gc_torn *torn, size_t number, bool all)
{
	for (size_t i = 0; i < torn->n; i++)
		if (all || number - torn->open[i].last > OW_GC_OPEN_LINES ||
		    (torn->open[i].whole && number - torn->open[i].last > OW_GC_WHOLE_LINES))
			return &torn->open[i];
	return NULL;
}

static struct ow_gc_open *push(struct ow_gc_torn *torn, const struct ow_gc_text *line, size_t at,
			       const struct ow_line_clock *clock)
{
	const struct ow_str front = { line->text.p, at };
	struct ow_gc_open *open = &torn->open[torn->n];
	struct ow_gc_wrap wrap = line->wrap, inner;

	if (torn->n == OW_ARRAY_SIZE(torn->open) || front.n > sizeof(open->front))
		return NULL;
	ow_gc_unwrap(front, clock, &inner);
	if (!wrap.have_time && inner.have_time) {
		wrap.have_time = true;
		wrap.time_usec = inner.time_usec;
	}
	if (!wrap.who.n)
		wrap.who = inner.who;
	torn->n++;
	*open = (struct ow_gc_open){
		.line = line->number,
		.last = line->number,
		.carrier = line->carrier,
		.known = inner.known,
		.torn = true,
		.have_time = wrap.have_time,
		.time_usec = wrap.time_usec,
		.n_front = front.n,
		.n_who = wrap.who.n,
	};
	if (front.n)
		memcpy(open->front, front.p, front.n);
	if (wrap.who.n)
		memcpy(open->who, wrap.who.p, wrap.who.n);
	return open;
}

struct ow_gc_open *ow_gc_torn_keep(struct ow_gc_torn *torn, const struct ow_gc_text *line,
				   size_t at, size_t n, const struct ow_line_clock *clock)
{
	struct ow_gc_open *open = n > OW_GC_OPEN_BYTES ? NULL : push(torn, line, at, clock);

	if (!open)
		return NULL;
	memcpy(open->bytes, line->text.p + at, n);
	open->n = n;
	open->whole = true;
	return open;
}

/* Does CRI say that what follows is of the same line? */
static bool is_partial(const struct ow_gc_text *line, struct ow_str content)
{
	struct ow_str front = { line->text.p, line->text.n - content.n };

	return front.n > 10 && (ow_str_is(ow_str_skip(front, front.n - 10), " stderr P ") ||
				ow_str_is(ow_str_skip(front, front.n - 10), " stdout P "));
}

/* "gc 13" may be prose; "gc 13 @" is not. */
static bool has_second_word(struct ow_str text, const struct ow_gc_match *m, size_t end)
{
	const size_t first = m->n_values ? m->value[0].at + m->value[0].n : end;

	return first < end && has_word((struct ow_str){ text.p + first, end - first });
}

bool ow_gc_torn_begin(struct ow_gc_torn *torn, const struct ow_gc_text *line, size_t at,
		      const struct ow_line_clock *clock, struct ow_gc_match *match,
		      struct ow_gc_torn_found *ret)
{
	const struct ow_str text = ow_str_skip(line->text, at);
	struct cut cut = { text.n, 0 };
	struct ow_gc_open *open;
	struct looks looks;

	ow_gc_match_front(text, match);
	if (match->fit != OW_GC_FIT_FRONT && match->fit != OW_GC_FIT_OPEN)
		return false;
	if (match->fit == OW_GC_FIT_FRONT) {
		get_looks(torn, (struct ow_str){ line->text.p, at }, line->carrier == OW_GC_JSON,
			  &looks);
		cut = choose_cut(text, match, 0, &looks);
	}
	if (cut.at == 0 || cut.at > OW_GC_OPEN_BYTES)
		return false;
	open = push(torn, line, at, clock);
	if (!open)
		return false;
	*ret = (struct ow_gc_torn_found){ .open = open };
	ret->done = cut.at < text.n && close_gap(text, cut.at, open);
	if (ret->done)
		return true;
	if (cut.look == 0 && !has_second_word(text, match, cut.at) && !is_partial(line, text)) {
		ow_gc_torn_drop(torn, open);
		return false;
	}
	memcpy(open->bytes, text.p, cut.at);
	open->n = cut.at;
	open->soft = cut.at == text.n;
	ret->rest = ow_str_skip(text, cut.at);
	return true;
}

/* The text of a line behind the front that the event's first line had. */
static bool content_of(const struct ow_gc_open *open, const struct ow_gc_text *line,
		       struct ow_str *ret)
{
	const struct ow_str front = { open->front, open->n_front };
	const struct ow_str who = line->wrap.who;

	if (open->carrier != line->carrier)
		return false;
	if (line->carrier && (who.n != open->n_who || memcmp(who.p, open->who, who.n) != 0) &&
	    who.n && !open->n_front)
		return false;
	if (ow_gc_strip(front, line->text, ret))
		return true;
	*ret = line->text;
	return open->soft || !open->known;
}

/* The event's bytes and the line's behind them; between is put between them. */
static struct ow_str join(const struct ow_gc_open *open, const char *between, struct ow_str content,
			  char buffer[OW_GC_OPEN_BYTES])
{
	size_t n = strlen(between), room = OW_GC_OPEN_BYTES - open->n;

	memcpy(buffer, open->bytes, open->n);
	n = n < room ? n : room;
	memcpy(buffer + open->n, between, n);
	room -= n;
	content.n = content.n < room ? content.n : room;
	if (content.n)
		memcpy(buffer + open->n + n, content.p, content.n);
	return (struct ow_str){ buffer, open->n + n + content.n };
}

/* How much of the joined text is a piece of the event; 0: nothing new. */
static size_t piece_of(const struct ow_gc_torn *torn, const struct ow_gc_open *open,
		       struct ow_str joined, struct ow_str content, const struct ow_gc_match *m)
{
	const struct ow_str front = { open->front, open->n_front };
	struct looks looks;
	struct cut cut;
	size_t look;

	if (m->fit == OW_GC_FIT_WHOLE)
		return m->n > open->n ? m->n : 0;
	if (m->fit == OW_GC_FIT_OPEN && m->n == joined.n)
		return has_word(ow_str_skip(joined, open->n)) ? joined.n : 0;
	get_looks(torn, front, open->carrier == OW_GC_JSON, &looks);
	cut = choose_cut(joined, m, open->n, &looks);
	if (cut.at == 0)
		return 0;
	look = look_of(content, &looks);
	if (cut.look > look)
		return cut.at;
	return cut.look >= look && has_word((struct ow_str){ joined.p + open->n, cut.at - open->n })
		       ? cut.at
		       : 0;
}

static bool take_piece(struct ow_gc_torn *torn, struct ow_gc_open *open,
		       const struct ow_gc_text *line, struct ow_str content, const char *between,
		       struct ow_gc_match *match, struct ow_gc_torn_found *ret)
{
	char buffer[OW_GC_OPEN_BYTES];
	const struct ow_str joined = join(open, between, content, buffer);
	size_t n, taken;

	ow_gc_match_front(joined, match);
	n = piece_of(torn, open, joined, content, match);
	if (n <= open->n + strlen(between))
		return false;
	*ret = (struct ow_gc_torn_found){ .open = open };
	if (match->fit == OW_GC_FIT_FRONT && close_gap(joined, n, open)) {
		ret->done = true;
		return true;
	}
	taken = n - open->n - strlen(between);
	memcpy(open->bytes, buffer, n);
	open->n = n;
	open->last = line->number;
	open->soft = taken == content.n;
	ret->rest = ow_str_skip(content, taken);
	open->whole = match->fit == OW_GC_FIT_WHOLE;
	ret->done = open->whole && ret->rest.n == 0 && !is_partial(line, content);
	return true;
}

/* What may stand behind a whole event: "(forced)", or the line feed that was to end it. */
static bool take_end(struct ow_gc_open *open, struct ow_str content, struct ow_gc_match *match,
		     struct ow_gc_torn_found *ret)
{
	char buffer[OW_GC_OPEN_BYTES];
	const struct ow_str joined = join(open, "", content, buffer);

	ow_gc_match_front(joined, match);
	if (match->fit != OW_GC_FIT_WHOLE || match->n < open->n ||
	    (content.n && match->n == open->n))
		return false;
	*ret = (struct ow_gc_torn_found){ open, true, ow_str_skip(content, match->n - open->n) };
	memcpy(open->bytes, buffer, match->n);
	open->n = match->n;
	return true;
}

bool ow_gc_torn_continue(struct ow_gc_torn *torn, const struct ow_gc_text *line,
			 struct ow_gc_match *match, struct ow_gc_torn_found *ret)
{
	for (size_t i = torn->n; i-- > 0;) {
		struct ow_gc_open *open = &torn->open[i];
		struct ow_str content;

		if (!content_of(open, line, &content))
			continue;
		if (open->whole) {
			if (take_end(open, content, match, ret))
				return true;
			continue;
		}
		if (content.n && take_piece(torn, open, line, content, "", match, ret))
			return true;
		content = ow_str_trim(content);
		if (open->soft && content.n &&
		    take_piece(torn, open, line, content, " ", match, ret))
			return true;
	}
	return false;
}
