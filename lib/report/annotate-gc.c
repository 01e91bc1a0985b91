/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annotate-gc.h"

#include <errno.h>
#include <inttypes.h>

#include "analyze/words.h"

struct notes {
	const struct ow_gc_reading *reading;
	struct ow_doc *doc;
	struct ow_arena *arena;
};

/* "0.14 ms" of microseconds, in as many digits as the runtime prints. */
static const char *time_words(struct ow_arena *arena, double usec)
{
	const char *words = usec < 9.5e2    ? ow_printf(arena, "%.3g ms", usec / 1e3)
			    : usec < 99.5e3 ? ow_printf(arena, "%.3g ms", usec / 1e3)
			    : usec < 9999e3 ? ow_printf(arena, "%.0f ms", usec / 1e3)
					    : ow_printf(arena, "%.3f s", usec / 1e6);

	return words ? words : "";
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static const char *value_words(const struct notes *notes, const struct ow_gc_field *f,
			       const struct ow_gc_value *v)
{
	const int n = (int)v->n;
	const char *p = notes->reading->text.p + v->at;

	switch (f->unit) {
	case OW_GC_OF_SECOND:
		return or_empty(ow_printf(notes->arena, "%.*s s", n, p));
	case OW_GC_OF_MSEC:
		return or_empty(ow_printf(notes->arena, "%.*s ms", n, p));
	case OW_GC_OF_USEC:
		return or_empty(ow_printf(notes->arena, "%.*s us", n, p));
	case OW_GC_OF_MB:
		return or_empty(ow_printf(notes->arena, "%.*s MiB", n, p));
	case OW_GC_OF_KIB:
		return or_empty(ow_printf(notes->arena, "%.*s KiB", n, p));
	case OW_GC_OF_BYTE:
		return f->number == OW_GC_SIGNED && v->i64 < 0
			       ? or_empty(
					 ow_printf(notes->arena, "-%s",
						   ow_words_bytes(notes->arena, -(uint64_t)v->i64)))
			       : ow_words_bytes(notes->arena, v->u64);
	case OW_GC_OF_PERCENT:
		return or_empty(ow_printf(notes->arena, "%.*s %%", n, p));
	case OW_GC_OF_PAGE:
		return or_empty(ow_printf(notes->arena, "%.*s pages", n, p));
	case OW_GC_OF_SHARE:
		return or_empty(ow_printf(notes->arena, "%.3g %%", v->f64 * 100));
	case OW_GC_PLAIN:
		if (f->number == OW_GC_FLOAT)
			return or_empty(ow_printf(notes->arena, "%.6g", v->f64));
		break;
	}
	return or_empty(ow_printf(notes->arena, "%.*s", n, p));
}

/* The i-th number of the line and what it is. */
static const struct ow_gc_field *field_at(const struct notes *notes, size_t i)
{
	return notes->reading->line->part[i].field;
}

static bool is_clock(const struct ow_gc_field *f)
{
	const size_t first = offsetof(struct ow_gc_event, cycle.clock_usec);

	return f->store == OW_GC_STORE_DOUBLE && f->offset >= first &&
	       f->offset < first + sizeof(double) * OW_GC_PHASES;
}

static bool is_cpu(const struct ow_gc_field *f)
{
	return f->store == OW_GC_STORE_DOUBLE && !is_clock(f);
}

static void cell(struct notes *notes, const char *text)
{
	ow_doc_item(notes->doc, OW_INK_PLAIN, "%s", text);
}

/* The CPU time of a phase, of its own name or, of marking, of three parts together. */
static const char *cpu_words(const struct notes *notes, size_t phase)
{
	const struct ow_gc_cycle *c = &notes->reading->event.cycle;

	return c->n_cpu ? time_words(notes->arena, c->cpu_usec[phase]) : "-";
}

static void tell_phases(struct notes *notes)
{
	static const char *const heading[] = { "phase", "clock", "CPU", "what it is", NULL };
	const struct ow_gc_reading *r = notes->reading;
	size_t phase = 0;

	ow_doc_table(notes->doc, heading);
	for (size_t i = 0; i < r->n_values; i++) {
		const struct ow_gc_field *f = field_at(notes, i);

		if (!is_clock(f))
			continue;
		cell(notes, f->name);
		cell(notes, value_words(notes, f, &r->value[i]));
		cell(notes, cpu_words(notes, phase++));
		cell(notes, f->help);
	}
	for (size_t i = 0; i < r->n_values; i++) {
		const struct ow_gc_field *f = field_at(notes, i);
		const size_t of_phase = offsetof(struct ow_gc_event, cycle.cpu_usec);

		if (!is_cpu(f) ||
		    (f->offset >= of_phase && f->offset < of_phase + sizeof(double) * OW_GC_PHASES))
			continue;
		ow_doc_item(notes->doc, OW_INK_PLAIN, "- %s", f->name);
		cell(notes, "");
		cell(notes, value_words(notes, f, &r->value[i]));
		cell(notes, f->help);
	}
}

/* All numbers that are of no phase. */
static void tell_numbers(struct notes *notes)
{
	static const char *const heading[] = { "number", "value", "what it is", NULL };
	const struct ow_gc_reading *r = notes->reading;

	if (r->n_values == 0)
		return;
	ow_doc_table(notes->doc, heading);
	for (size_t i = 0; i < r->n_values; i++) {
		const struct ow_gc_field *f = field_at(notes, i);

		if (f->store == OW_GC_STORE_DOUBLE)
			continue;
		cell(notes, f->name);
		cell(notes, value_words(notes, f, &r->value[i]));
		cell(notes, f->help);
	}
}

static void tell_suffixes(struct notes *notes)
{
	const struct ow_gc_reading *r = notes->reading;

	for (size_t i = 0; i < ow_gc_suffixes_n; i++)
		if (ow_gc_suffixes[i].kind == r->line->kind &&
		    ow_str_has(r->text, ow_gc_suffixes[i].text))
			ow_doc_para(notes->doc, "\"%s\": %s.",
				    ow_gc_suffixes[i].text + (ow_gc_suffixes[i].text[0] == ' '),
				    ow_gc_suffixes[i].help);
}

static void tell_pause(struct notes *notes, const struct ow_gc_cycle *c)
{
	if (!(c->have & OW_GC_CLOCK))
		return;
	if (c->mark_usec > 0)
		ow_doc_para(notes->doc,
			    "The world stood still for %s in all; marking took %s while the "
			    "program ran.",
			    time_words(notes->arena, c->stop_usec),
			    time_words(notes->arena, c->mark_usec));
	else
		ow_doc_para(notes->doc, "The world stood still for %s: the program did not run.",
			    time_words(notes->arena, c->stop_usec));
}

static void tell_marking(struct notes *notes, const struct ow_gc_cycle *c)
{
	const double all = c->assist_usec + c->background_usec + c->idle_usec;

	if (!(c->have & OW_GC_CPU) || all <= 0)
		return;
	ow_doc_para(notes->doc,
		    "Of the CPU time of marking %.0f %% was that of goroutines that allocated, "
		    "%.0f %% of workers, %.0f %% of processors that were idle.",
		    c->assist_usec / all * 100, c->background_usec / all * 100,
		    c->idle_usec / all * 100);
}

static void tell_heap(struct notes *notes, const struct ow_gc_cycle *c)
{
	const bool sweeps_later = c->form == OW_GC_1_3 || c->form == OW_GC_1_4;

	if ((c->have & OW_GC_START) && !sweeps_later && c->end_bytes)
		ow_doc_para(
			notes->doc,
			"When marking ended %s of %s were live (sizes are cut off: each may be 1 "
			"MiB larger). Whether that is a leak one line cannot tell: it is one if "
			"what is live keeps growing.",
			ow_words_bytes(notes->arena, c->live_bytes),
			ow_words_bytes(notes->arena, c->end_bytes));
	if (c->form >= OW_GC_1_5 && !(c->have & OW_GC_GOAL))
		ow_doc_para(notes->doc, "There is no goal: GOGC is off, and there is no memory "
					"limit. Only what the program asks for is collected.");
	if ((c->have & (OW_GC_GOAL | OW_GC_START)) != (OW_GC_GOAL | OW_GC_START))
		return;
	if (c->end_bytes > c->goal_bytes)
		ow_doc_para(notes->doc,
			    "The heap ended about %s above its goal: the program allocated faster "
			    "than was expected.",
			    ow_words_bytes(notes->arena, c->end_bytes - c->goal_bytes));
}

static void tell_line(struct notes *notes)
{
	const struct ow_gc_line *line = notes->reading->line;

	ow_doc_block(notes->doc, OW_BLOCK_LINES);
	ow_doc_line(notes->doc, NULL, notes->reading->text);
	ow_doc_para(notes->doc, "%s Printed by %s, with %s%s.", line->about, line->versions,
		    line->setting[0] == 'G' ? "" : "GODEBUG=", line->setting);
}

int ow_annotate_gc(const struct ow_gc_reading *reading, struct ow_arena *arena, struct ow_doc *ret)
{
	struct ow_doc doc = { .arena = arena };
	struct notes notes = { reading, &doc, arena };
	const bool cycle = reading->line->kind == OW_GC_EVENT_CYCLE;

	tell_line(&notes);
	tell_suffixes(&notes);
	if (cycle) {
		tell_heap(&notes, &reading->event.cycle);
		tell_pause(&notes, &reading->event.cycle);
		tell_marking(&notes, &reading->event.cycle);
	}
	tell_numbers(&notes);
	if (cycle)
		tell_phases(&notes);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	*ret = doc;
	return 0;
}
