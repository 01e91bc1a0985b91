/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/finding.h"

#define MARK_MAX 40 /* of a path, its front says enough */

const char *const ow_verdict_names[OW_VERDICT_COUNT] = {
	[OW_NOT_TESTED] = "not-tested",       [OW_REFUTED] = "refuted",
	[OW_SUPPORTED] = "supported",         [OW_CONFIRMED] = "confirmed",
	[OW_CONTRADICTORY] = "contradictory",
};

const char *const ow_class_names[OW_CLASS_COUNT] = {
	[OW_OBSERVED] = "observed",
	[OW_DERIVED] = "derived",
	[OW_INFERRED] = "inferred",
};

struct ow_cite ow_cite_line(const struct ow_oom *oom, size_t line)
{
	const struct ow_oom_text *text = line ? ow_oom_text_at(oom, line) : NULL;

	if (line == 0)
		return (struct ow_cite){ 0 };
	return (struct ow_cite){
		.source = oom->source ? oom->source : "kernel log",
		.line = line,
		.text = text ? (struct ow_str){ text->text, text->length } : ow_str(""),
	};
}

/* The bytes of the mark that begins at at, with its value. */
static size_t mark_length(struct ow_str text, const char *at, const char *mark)
{
	size_t n = strlen(mark);
	const char *end = text.p + text.n;

	if (strchr("=: ", mark[n - 1]))
		while (at + n < end && n < MARK_MAX && !strchr(", ", at[n]))
			n++;
	return n;
}

struct ow_cite ow_cite_mark(const struct ow_oom *oom, size_t line, const char *mark,
			    const char *note)
{
	struct ow_cite cite = ow_cite_line(oom, line);
	const char *at = NULL;

	if (mark && *mark && cite.text.n)
		at = memmem(cite.text.p, cite.text.n, mark, strlen(mark));
	if (at) {
		cite.mark = (struct ow_str){ at, mark_length(cite.text, at, mark) };
		cite.note = note;
	}
	return cite;
}

struct ow_cite ow_cite_trace(const struct ow_oom *oom, const char *function, const char *note)
{
	const struct ow_oom_text *text = oom->texts.item;
	const char *const *name = oom->trace.item;
	bool called = false;

	for (size_t i = 0; i < oom->trace.n; i++)
		called |= strncmp(name[i], function, strlen(function)) == 0;
	if (!called)
		return (struct ow_cite){ 0 };
	for (size_t i = 0; i < oom->texts.n; i++)
		if (ow_str_has((struct ow_str){ text[i].text, text[i].length }, function))
			return ow_cite_mark(oom, text[i].line, function, note);
	return ow_cite_line(oom, oom->lines.head ? oom->lines.head : oom->line);
}

static const char *text_of(struct ow_finding *f, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static const char *text_of(struct ow_finding *f, const char *format, va_list args)
{
	const char *text = ow_vprintf(f->arena, format, args);

	return text ? text : "";
}

const char *ow_finding_text(struct ow_finding *f, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = text_of(f, format, args);
	va_end(args);
	return text;
}

/* The part of an event that says it: "signal":"9" */
static struct ow_str decisive(const struct ow_event *event)
{
	const char *key = event->kind == OW_EVENT_KILL  ? "\"signal\":"
			  : event->kind == OW_EVENT_DIE ? "\"exitCode\":"
							: "\"Action\":";
	const char *at = memmem(event->text.p, event->text.n, key, strlen(key));
	const char *end = event->text.p + event->text.n, *to = at;

	while (to && to < end && *to != ',' && *to != '}')
		to++;
	return at ? (struct ow_str){ at, (size_t)(to - at) } : (struct ow_str){ 0 };
}

struct ow_cite ow_cite_event(const struct ow_event *event, const char *note)
{
	if (!event)
		return (struct ow_cite){ 0 };
	return (struct ow_cite){ .source = event->source,
				 .line = event->line,
				 .text = event->text,
				 .mark = decisive(event),
				 .note = note };
}

struct ow_cite ow_cite_field(struct ow_finding *f, const char *source, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = text_of(f, format, args);
	va_end(args);
	return (struct ow_cite){ .source = source, .text = ow_str(text) };
}

/* Room for one more item of a list of the finding; NULL when there is no memory. */
static bool grow(struct ow_finding *f, void **list, size_t n, size_t size)
{
	void *more = ow_grow(f->arena, *list, n, size);

	if (more)
		*list = more;
	return more;
}

#define GROW(f, list, n) grow((f), (void **)&(f)->list, (n), sizeof(*(f)->list))

static void add_reason(struct ow_finding *f, struct ow_reason reason, struct ow_cite cite)
{
	if (!GROW(f, reason, f->n_reasons))
		return;
	f->reason[f->n_reasons++] = reason;
	ow_reason_also(f, cite);
}

void ow_reason_for(struct ow_finding *f, enum ow_class class, struct ow_cite cite,
		   const char *format, ...)
{
	struct ow_reason reason = { .class = class };
	va_list args;

	va_start(args, format);
	reason.text = text_of(f, format, args);
	va_end(args);
	add_reason(f, reason, cite);
}

void ow_reason_against(struct ow_finding *f, enum ow_class class, struct ow_cite cite,
		       const char *format, ...)
{
	struct ow_reason reason = { .class = class, .against = true };
	va_list args;

	va_start(args, format);
	reason.text = text_of(f, format, args);
	va_end(args);
	add_reason(f, reason, cite);
}

void ow_reason_also(struct ow_finding *f, struct ow_cite cite)
{
	struct ow_reason *last = f->n_reasons ? &f->reason[f->n_reasons - 1] : NULL;

	if (last && cite.source && last->n_cites < OW_REASON_CITES)
		last->cite[last->n_cites++] = cite;
}

void ow_finding_number(struct ow_finding *f, enum ow_class class, const char *name,
		       const char *unit, double value)
{
	if (GROW(f, number, f->n_numbers))
		f->number[f->n_numbers++] = (struct ow_number){
			.name = name,
			.value = value,
			.unit = unit,
			.class = class,
		};
}

void ow_finding_need(struct ow_finding *f, const char *what, const char *command)
{
	if (GROW(f, need, f->n_needs))
		f->need[f->n_needs++] = (struct ow_need){ what, command };
}

void ow_finding_settle(struct ow_finding *f, enum ow_outcome outcome, const char *word,
		       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	f->outcome = outcome;
	f->word = word;
	f->statement = text_of(f, format, args);
	va_end(args);
}
