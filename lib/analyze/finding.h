/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_FINDING_H
#define OW_ANALYZE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/scan.h"
#include "record/case.h"

/*
 * What the test of one hypothesis found: how it came out, in one sentence, with the reasons for
 * and against, each of which cites a line that anybody can go and read.
 *
 * All texts may hold names as the kernel or a container gave them: they are escaped when they are
 * shown, and not before.
 */

/* A closed set; the spellings are ow_verdict_names. */
enum ow_verdict {
	OW_NOT_TESTED,    /* a datum is missing */
	OW_REFUTED,       /* the prediction failed */
	OW_SUPPORTED,     /* it held, but a rival is untested or it only held in part */
	OW_CONFIRMED,     /* it held, and every possible rival is refuted */
	OW_CONTRADICTORY, /* two sources disagree */
	OW_VERDICT_COUNT,
};

extern const char *const ow_verdict_names[OW_VERDICT_COUNT];

/* Where a reason's weight comes from. */
enum ow_class {
	OW_OBSERVED, /* the kernel or a runtime wrote it */
	OW_DERIVED,  /* arithmetic on what was observed */
	OW_INFERRED, /* a rule that mostly holds */
	OW_CLASS_COUNT,
};

extern const char *const ow_class_names[OW_CLASS_COUNT];

/* A place to go and check: a line of a log, or one field of a document. */
struct ow_cite {
	const char *source; /* as the user knows it; NULL: this cites nothing */
	size_t line;        /* from 1; 0: the source has no lines */
	struct ow_str text; /* the line as it was read, or "State.OOMKilled = true" */
	struct ow_str mark; /* the decisive part of text, a slice of it; n is 0: all of it */
	const char *note;   /* what the mark says, in a few words; may be NULL */
};

#define OW_REASON_CITES 3

struct ow_reason {
	enum ow_class class;
	bool against;
	const char *text; /* one sentence, without its full stop */
	struct ow_cite cite[OW_REASON_CITES];
	size_t n_cites;
};

/* A number that the finding rests on. unit is "bytes", "percent", "count" or "usec". */
struct ow_number {
	const char *name;
	double value;
	const char *unit;
	enum ow_class class;
};

/* A datum that was missing, and the command that gets it. */
struct ow_need {
	const char *what;
	const char *command; /* NULL: nothing gets it any more */
};

/* How the test itself came out, before the rivals are looked at. */
enum ow_outcome {
	OW_OPEN,   /* not tested */
	OW_FAILED, /* the prediction failed */
	OW_PARTLY, /* it held, and something of its own caps it: supported at most */
	OW_HELD,   /* it held */
	OW_SPLIT,  /* two sources disagree */
};

struct ow_hypothesis;

struct ow_finding {
	const struct ow_hypothesis *hypothesis;
	enum ow_outcome outcome;
	enum ow_verdict verdict; /* set by the chain, from the outcome and the rivals */
	const char *word;        /* how the report says it: "confirmed", "largest of several" */
	const char *statement;   /* one sentence, without its full stop */
	const char *subject;     /* whom it names, if anybody: "eat" (pid 2897) */
	struct ow_reason *reason;
	size_t n_reasons;
	struct ow_number *number;
	size_t n_numbers;
	struct ow_need *need;
	size_t n_needs;
	const struct ow_hypothesis **rival; /* possible and not refuted; of a supported finding */
	size_t n_rivals;

	struct ow_arena *arena;
};

/* The line of the record, as evidence. Line 0, a line that the source does not have, gives a cite
 * of nothing. */
struct ow_cite ow_cite_line(const struct ow_oom *oom, size_t line);

/* The same, with the first place of the line that reads mark underlined, and a note below it. A
 * mark that ends with "=", ":" or a blank goes on over the value behind it. */
struct ow_cite ow_cite_mark(const struct ow_oom *oom, size_t line, const char *mark,
			    const char *note);

/* The line of the call trace that names the function; a cite of nothing when the trigger was not in
 * it. A trace is the trigger's: it supports what the numbers leave open, and proves nothing. */
struct ow_cite ow_cite_trace(const struct ow_oom *oom, const char *function, const char *note);

/* An event of a container's engine, with what decides underlined: its signal, its exit code. A cite
 * of nothing when event is NULL. */
struct ow_cite ow_cite_event(const struct ow_event *event, const char *note);

/* A field of a document without lines: source "docker inspect", text "State.Pid = 42". */
struct ow_cite ow_cite_field(struct ow_finding *f, const char *source, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The builders that judges use. They never fail at the place: the arena remembers a refusal, and
 * the chain ends with -ENOMEM.
 */
void ow_reason_for(struct ow_finding *f, enum ow_class class, struct ow_cite cite,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));
void ow_reason_against(struct ow_finding *f, enum ow_class class, struct ow_cite cite,
		       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* One more place for the reason that was given last; past OW_REASON_CITES it is left out. */
void ow_reason_also(struct ow_finding *f, struct ow_cite cite);

void ow_finding_number(struct ow_finding *f, enum ow_class class, const char *name,
		       const char *unit, double value);
void ow_finding_need(struct ow_finding *f, const char *what, const char *command);

/* How the test came out, and the sentence that says so. word may be NULL for the usual one. */
void ow_finding_settle(struct ow_finding *f, enum ow_outcome outcome, const char *word,
		       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* printf(3) into the finding's arena; "" when there is no memory. */
const char *ow_finding_text(struct ow_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
