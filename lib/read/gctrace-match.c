/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace-match.h"

#include <assert.h>
#include <math.h>

#include "base/arena.h"

#define SLACK         1.02

/* GOGC=off and no memory limit: "17592186044415 MB goal", since Go 1.19 half of that. */
#define NO_GOAL_BYTES (UINT64_C(1) << 62)

static size_t digits(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

/* Digits, a point and digits; *point is where that is, or the end. */
static size_t decimal(const char *p, size_t n, size_t *point)
{
	size_t i = digits(p, n), after;

	*point = i;
	if (i == 0 || i == n || p[i] != '.')
		return i;
	after = digits(p + i + 1, n - i - 1);
	return after ? i + 1 + after : i;
}

static double power10(size_t n)
{
	static const double powers[] = { 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

	return n < OW_ARRAY_SIZE(powers) ? powers[n] : powers[9] * power10(n - 9);
}

/* scale so many of a decimal: 0.036 ms are exactly 36 us. */
static bool read_decimal(const char *p, size_t n, size_t point, double scale, double *ret)
{
	uint64_t all = 0;

	if (n > 18)
		return false;
	for (size_t i = 0; i < n; i++)
		if (p[i] != '.')
			all = all * 10 + (uint64_t)(p[i] - '0');
	*ret = (double)all * scale / power10(point < n ? n - point - 1 : 0);
	return true;
}

static double usec_of(enum ow_gc_unit unit)
{
	return unit == OW_GC_OF_SECOND ? 1e6 : unit == OW_GC_OF_MSEC ? 1e3 : 1;
}

static unsigned shift_of(enum ow_gc_unit unit)
{
	return unit == OW_GC_OF_MB ? 20 : unit == OW_GC_OF_KIB ? 10 : 0;
}

static size_t scan_count(const struct ow_gc_field *f, const char *p, size_t n,
			 struct ow_gc_value *value)
{
	struct ow_str s = { p, n };
	uint64_t number;

	if (!ow_scan_u64(&s, &number))
		return 0;
	if (f->unit == OW_GC_OF_MSEC || f->unit == OW_GC_OF_USEC) {
		number =
			number > UINT32_MAX * UINT64_C(1000) ? UINT32_MAX * UINT64_C(1000) : number;
		if (f->store == OW_GC_STORE_DOUBLE)
			value->f64 = (double)number * usec_of(f->unit);
		else
			value->u64 = number * (uint64_t)usec_of(f->unit);
	} else {
		const unsigned shift = shift_of(f->unit);

		if (number > UINT64_MAX >> shift || (shift == 0 && number >> 63))
			return 0;
		value->u64 = (number >> (63 - shift) ? INT64_MAX >> shift : number) << shift;
	}
	return n - s.n;
}

static size_t scan_decimal(const struct ow_gc_field *f, const char *p, size_t n,
			   struct ow_gc_value *value)
{
	size_t point, length = decimal(p, n, &point);
	double usec;

	if (length == 0 || !read_decimal(p, length, point, usec_of(f->unit), &usec))
		return 0;
	if (f->store == OW_GC_STORE_U64)
		value->u64 = (uint64_t)(usec + 0.5);
	else
		value->f64 = usec;
	return length;
}

/* "+1.371009e+000", "NaN", "+Inf": Go prints no other. */
static size_t scan_float(const char *p, size_t n, struct ow_gc_value *value)
{
	struct ow_str s = { p, n };
	const bool plus = ow_scan_char(&s, '+');

	if (ow_scan_lit(&s, "NaN"))
		value->f64 = (double)NAN;
	else if (ow_scan_lit(&s, "Inf") || ow_scan_lit(&s, "-Inf"))
		value->f64 = p[0] == '-' ? -(double)INFINITY : (double)INFINITY;
	else if (!ow_scan_f64(&s, &value->f64) || (plus && value->f64 < 0))
		return 0;
	return n - s.n;
}

static size_t scan_number(const struct ow_gc_field *f, const char *p, size_t n,
			  struct ow_gc_value *value)
{
	struct ow_str s = { p, n };
	size_t i = 0;

	switch (f->number) {
	case OW_GC_COUNT:
		return scan_count(f, p, n, value);
	case OW_GC_SIGNED:
		return ow_scan_i64(&s, &value->i64) ? n - s.n : 0;
	case OW_GC_MILLI:
	case OW_GC_THIRD:
		return scan_decimal(f, p, n, value);
	case OW_GC_FLOAT:
		return scan_float(p, n, value);
	case OW_GC_HEX:
		if (!ow_scan_lit(&s, "0x") || !ow_scan_hex(&s, &value->u64))
			return 0;
		return n - s.n;
	case OW_GC_WORD:
		while (i < n && p[i] > ' ' && p[i] != ',')
			i++;
		return i;
	case OW_GC_REST:
		return n;
	}
	return 0;
}

/*
 * Is this a number as the runtime prints it, and all of it? No zeros in front; of milliseconds
 * (fmtNSAsMS) two digits that count, and from 10 on no point.
 */
static bool is_printed(enum ow_gc_number number, const char *p, size_t n)
{
	size_t point, length;

	if (number == OW_GC_SIGNED && n && p[0] == '-')
		return is_printed(OW_GC_COUNT, p + 1, n - 1);
	if (number ==
	    OW_GC_FLOAT) /* "+1.371009e+000": a sign, seven digits, three of the exponent */
		return n == 14 || (n >= 3 && n <= 4 && p[n - 1] > '9');
	if (number > OW_GC_THIRD)
		return true;
	length = decimal(p, n, &point);
	if (length != n || n == 0 || (p[0] == '0' && point > 1))
		return false;
	if (number == OW_GC_THIRD)
		return n - point == 4;
	if (point == n)
		return number != OW_GC_MILLI || n > 1 || p[0] == '0';
	if (number != OW_GC_MILLI || point != 1)
		return false;
	if (p[0] != '0')
		return n == 3;
	return n == 4 ? p[2] != '0' : n == 5 && p[2] == '0';
}

/* What is known of a text on the way through one form. */
struct way {
	const struct ow_gc_line *line;
	const char *p;
	size_t n, at;
	bool torn;
	struct ow_gc_match *m;
};

static void add_cut(struct way *w, size_t at)
{
	if (w->torn && w->m->n_cuts < OW_GC_CUTS_MAX)
		w->m->cut[w->m->n_cuts++] = at;
}

/* Each front of the bytes at hand that is a number: what follows may begin with digits. */
static void add_cuts_of_number(struct way *w, const struct ow_gc_field *f, size_t at, size_t n)
{
	for (size_t i = 1; i <= n; i++)
		if (is_printed(f->number, w->p + at, i))
			add_cut(w, at + i);
}

static enum ow_gc_fit take_word(struct way *w, const struct ow_gc_part *part)
{
	const size_t left = w->n - w->at, n = left < part->n ? left : part->n;
	const char *p = w->p + w->at;

	for (size_t i = 0; i < n; i++) /* mostly one to three bytes: a call takes longer */
		if (p[i] != part->text[i])
			return OW_GC_FIT_FRONT;
	w->at += n;
	return n == part->n ? OW_GC_FIT_WHOLE : OW_GC_FIT_OPEN;
}

static enum ow_gc_fit take_number(struct way *w, const struct ow_gc_field *f)
{
	struct ow_gc_value *value = &w->m->value[w->m->n_values];
	const size_t n = scan_number(f, w->p + w->at, w->n - w->at, value);

	if (w->at == w->n && f->number != OW_GC_REST)
		return OW_GC_FIT_OPEN;
	if (n == 0 && f->number != OW_GC_REST)
		return OW_GC_FIT_FRONT;
	if (w->torn && w->at + n + 1 == w->n && w->p[w->at + n] == '.' &&
	    (f->number == OW_GC_MILLI || f->number == OW_GC_THIRD)) {
		w->at = w->n;
		return OW_GC_FIT_OPEN;
	}
	if (w->torn && !is_printed(f->number, w->p + w->at, n)) {
		if (w->at + n == w->n) {
			w->at = w->n;
			return OW_GC_FIT_OPEN;
		}
		add_cuts_of_number(w, f, w->at, n);
		return OW_GC_FIT_FRONT;
	}
	value->at = w->at;
	value->n = n;
	w->m->n_values++;
	w->at += n;
	return OW_GC_FIT_WHOLE;
}

static enum ow_gc_fit walk(struct way *w)
{
	enum ow_gc_fit fit = OW_GC_FIT_WHOLE;

	for (size_t i = 0; i < w->line->n_parts; i++) {
		const struct ow_gc_part *part = &w->line->part[i];
		const struct ow_gc_field *before = i ? part[-1].field : NULL;
		const struct ow_gc_value *last = &w->m->value[w->m->n_values - (i != 0)];

		fit = take_word(w, part);
		if (before && w->torn)
			add_cuts_of_number(w, before, last->at, last->n);
		if (fit != OW_GC_FIT_WHOLE)
			return i == 0 && fit == OW_GC_FIT_FRONT ? OW_GC_FIT_NONE : fit;
		add_cut(w, w->at);
		fit = part->field ? take_number(w, part->field) : OW_GC_FIT_WHOLE;
		if (fit != OW_GC_FIT_WHOLE)
			return fit;
	}
	return fit;
}

/* What stands behind a whole line and is of it. */
static void take_suffixes(struct ow_str text, struct ow_gc_match *m)
{
	for (size_t i = 0; i < ow_gc_suffixes_n; i++) {
		const struct ow_gc_suffix *suffix = &ow_gc_suffixes[i];
		struct ow_str rest = ow_str_skip(text, m->n);

		if (suffix->kind != m->line->kind || !ow_scan_lit(&rest, suffix->text))
			continue;
		m->n = text.n - rest.n;
		i = (size_t)-1; /* another one may follow */
	}
}

/* The first words, whole: who passes over lines looks for no less. */
static const struct ow_gc_family *const *families_of(const char *p, size_t n)
{
	static const struct {
		const char *word;
		const struct ow_gc_family *family[2];
	} begin[] = {
		{ "gc", { &ow_gc_cycles } },
		{ "GC forced", { &ow_gc_forced } },
		{ "scav ", { &ow_gc_scavenges } },
		{ "scvg", { &ow_gc_scavenges, &ow_gc_forced } },
		{ "forced scvg: ", { &ow_gc_scavenges } },
		{ "pacer: ", { &ow_gc_pacer } },
		{ "SCHED ", { &ow_gc_sched } },
		{ "trace", { &ow_gc_traces } },
		{ "init ", { &ow_gc_traces } },
	};
	struct ow_str s = { p, n };

	for (size_t i = 0; i < OW_ARRAY_SIZE(begin); i++)
		if (ow_scan_lit(&s, begin[i].word))
			return i || (s.n && (s.p[0] == ' ' || (s.p[0] >= '0' && s.p[0] <= '9')))
				       ? begin[i].family
				       : NULL;
	return NULL;
}

bool ow_gc_match_may_begin(const char *p, size_t n)
{
	return families_of(p, n) != NULL;
}

static bool is_better(const struct ow_gc_match *a, const struct ow_gc_match *b)
{
	return (a->fit == OW_GC_FIT_WHOLE) != (b->fit == OW_GC_FIT_WHOLE)
		       ? a->fit == OW_GC_FIT_WHOLE
		       : a->n > b->n;
}

/* Only what is there: most of a match is room. */
static void copy_match(const struct ow_gc_match *from, struct ow_gc_match *to)
{
	to->fit = from->fit;
	to->line = from->line;
	to->n = from->n;
	to->n_values = from->n_values;
	to->n_cuts = from->n_cuts;
	memcpy(to->value, from->value, from->n_values * sizeof(from->value[0]));
	memcpy(to->cut, from->cut, from->n_cuts * sizeof(from->cut[0]));
}

static void match_line(const struct ow_gc_line *line, struct ow_str text, bool torn,
		       struct ow_gc_match *ret)
{
	struct way w = { line, text.p, text.n, 0, torn, ret };

	assert(line->n_parts <= OW_GC_PARTS_MAX);
	ret->n_values = ret->n_cuts = 0;
	ret->line = line;
	ret->fit = walk(&w);
	ret->n = w.at;
}

static void match_family(const struct ow_gc_family *family, struct ow_str text, bool torn,
			 struct ow_gc_match *ret)
{
	struct ow_gc_match other;

	for (size_t i = 0; i < family->n && ret->fit != OW_GC_FIT_WHOLE; i++) {
		if (i == 0 && ret->n == 0) {
			match_line(&family->line[i], text, torn, ret);
			continue;
		}
		match_line(&family->line[i], text, torn, &other);
		if (is_better(&other, ret))
			copy_match(&other, ret);
	}
}

static void match(struct ow_str text, bool traces, bool torn, struct ow_gc_match *ret)
{
	const struct ow_gc_family *const *families = families_of(text.p, text.n);

	ret->fit = OW_GC_FIT_NONE;
	ret->n = ret->n_values = ret->n_cuts = 0;
	for (size_t i = 0; families && i < 2 && families[i]; i++)
		if (traces || families[i] != &ow_gc_traces)
			match_family(families[i], text, torn, ret);
	if (ret->fit == OW_GC_FIT_WHOLE)
		take_suffixes(text, ret);
}

void ow_gc_match(struct ow_str text, bool traces, struct ow_gc_match *ret)
{
	match(text, traces, false, ret);
}

void ow_gc_match_front(struct ow_str text, struct ow_gc_match *ret)
{
	match(text, false, true, ret);
}

/* The value of a line that goes to that place; NULL when the form has none. */
static const struct ow_gc_value *value_at(const struct ow_gc_match *match, size_t offset,
					  const struct ow_gc_field **ret)
{
	for (size_t i = 0; i < match->n_values; i++) {
		*ret = match->line->part[i].field;
		if ((*ret)->store == OW_GC_STORE_DOUBLE && (*ret)->offset == offset)
			return &match->value[i];
	}
	return NULL;
}

/* What the number stands for: the runtime cuts off what it does not print. */
static bool range_at(const struct ow_gc_match *match, struct ow_str text, size_t offset,
		     double *low, double *high)
{
	const struct ow_gc_field *f;
	const struct ow_gc_value *value = value_at(match, offset, &f);
	size_t point;

	if (!value)
		return false;
	*low = value->f64;
	(void)decimal(text.p + value->at, value->n, &point);
	*high = *low + usec_of(f->unit) / (point < value->n ? power10(value->n - point - 1)
					   : *low > 0       ? 1
							    : 1000);
	return true;
}

bool ow_gc_match_agrees(const struct ow_gc_match *match, struct ow_str text)
{
	const size_t clock = offsetof(struct ow_gc_event, cycle.clock_usec[0]),
		     cpu = offsetof(struct ow_gc_event, cycle.cpu_usec[0]), one = sizeof(double);
	const size_t last = match->line->form == OW_GC_1_5 ? 4 : 2;
	double c[4], d[4];

	if (match->line->kind != OW_GC_EVENT_CYCLE || match->line->form < OW_GC_1_5 ||
	    !range_at(match, text, clock, &c[0], &c[1]) ||
	    !range_at(match, text, clock + last * one, &c[2], &c[3]) ||
	    !range_at(match, text, cpu, &d[0], &d[1]) ||
	    !range_at(match, text, cpu + last * one, &d[2], &d[3]))
		return true;
	/* d0/c1 .. d1/c0 and d2/c3 .. d3/c2 have something in common. */
	return d[0] * c[2] <= d[3] * c[1] * SLACK && d[2] * c[0] <= d[1] * c[3] * SLACK;
}

static void store(const struct ow_gc_field *f, const struct ow_gc_value *value,
		  struct ow_gc_event *event)
{
	char *to = (char *)event + f->offset;

	if (f->store == OW_GC_STORE_U64) {
		memcpy(to, &value->u64, sizeof(value->u64));
	} else if (f->store == OW_GC_STORE_UNSIGNED) {
		unsigned number = value->u64 > UINT32_MAX ? UINT32_MAX : (unsigned)value->u64;

		memcpy(to, &number, sizeof(number));
	} else if (f->store == OW_GC_STORE_DOUBLE) {
		memcpy(to, &value->f64, sizeof(value->f64));
	}
}

/* What a collection says by several numbers together. */
static void sum_cycle(const struct ow_gc_line *line, struct ow_gc_cycle *c)
{
	static const struct {
		size_t n_clock, n_cpu;
		bool two; /* heap sizes before it is live */
	} sizes[OW_GC_FORM_COUNT] = {
		[OW_GC_1_0] = { 3, 0, false }, [OW_GC_1_1] = { 3, 0, false },
		[OW_GC_1_3] = { 4, 0, false }, [OW_GC_1_4] = { 4, 0, false },
		[OW_GC_1_5] = { 5, 5, true },  [OW_GC_1_6] = { 3, 3, true },
		[OW_GC_1_18] = { 3, 3, true },
	};

	c->form = line->form;
	c->n_clock = sizes[c->form].n_clock;
	c->n_cpu = sizes[c->form].n_cpu;
	for (size_t i = 0; i < c->n_clock; i++)
		*(line->stop >> i & 1 ? &c->stop_usec : &c->mark_usec) += c->clock_usec[i];
	if (c->n_cpu) {
		c->cpu_usec[c->n_cpu - 2] = c->assist_usec + c->background_usec + c->idle_usec;
		c->stop_cpu_usec = c->cpu_usec[0] + c->cpu_usec[c->n_cpu - 1];
	}
	if (!sizes[c->form].two)
		c->end_bytes = c->start_bytes;
}

static void set_suffixes(const struct ow_gc_match *match, struct ow_gc_event *event)
{
	struct ow_str tail = event->text;

	if (match->n_values) {
		const struct ow_gc_value *last = &match->value[match->n_values - 1];

		tail = ow_str_skip(tail, last->at + last->n);
	}
	for (size_t i = 0; i < ow_gc_suffixes_n; i++)
		if (ow_gc_suffixes[i].kind == event->kind && ow_gc_suffixes[i].offset &&
		    ow_str_has(tail, ow_gc_suffixes[i].text))
			*(bool *)((char *)event + ow_gc_suffixes[i].offset) = true;
}

void ow_gc_match_event(const struct ow_gc_match *match, struct ow_str text, struct ow_gc_event *ret)
{
	struct ow_gc_event event = { .kind = match->line->kind };
	unsigned have = 0;
	size_t n = 0;

	event.text = (struct ow_str){ text.p, match->n };
	for (size_t i = 0; i < match->line->n_parts; i++) {
		const struct ow_gc_field *f = match->line->part[i].field;

		if (!f)
			continue;
		store(f, &match->value[n++], &event);
		have |= f->have;
	}
	if (event.kind == OW_GC_EVENT_CYCLE) {
		if (event.cycle.goal_bytes >= NO_GOAL_BYTES)
			have &= ~(unsigned)OW_GC_GOAL;
		event.cycle.have = have;
		sum_cycle(match->line, &event.cycle);
	} else if (event.kind == OW_GC_EVENT_SCAVENGE) {
		event.scavenge.have = have;
		if (have & OW_GC_SCAV_PARTS) {
			event.scavenge.have |= OW_GC_SCAV_RELEASED_NOW;
			event.scavenge.released_now_bytes =
				event.scavenge.background_bytes + event.scavenge.eager_bytes;
		}
		event.scavenge.forced = ow_str_has(event.text, "forced scvg");
	}
	set_suffixes(match, &event);
	*ret = event;
}
