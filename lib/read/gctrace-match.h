/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GCTRACE_MATCH_H
#define OW_READ_GCTRACE_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/scan.h"
#include "record/gctrace-form.h"

/*
 * Holds a text against the forms of record/gctrace-form.h, as far as it goes.
 *
 *   gc 5 @0.017s 3%: 0.064+0.14+2026/11/20 06:26:38 WARN slow id=52
 *   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^    may be of a collection, and what follows may be cut off at any
 *                                   of the places where one write(2) ended
 */
#define OW_GC_CUTS_MAX 128

enum ow_gc_fit {
	OW_GC_FIT_NONE,  /* not even its first word is there */
	OW_GC_FIT_FRONT, /* something else follows within it */
	OW_GC_FIT_OPEN,  /* the text ends within it */
	OW_GC_FIT_WHOLE,
};

struct ow_gc_match {
	enum ow_gc_fit fit;
	const struct ow_gc_line *line;
	size_t n;        /* bytes of the text that are of it */
	size_t n_values; /* numbers that were read */
	struct ow_gc_value value[OW_GC_PARTS_MAX];

	/* Only of ow_gc_match_front(): where it may be cut, in the order of the text. */
	size_t n_cuts;
	size_t cut[OW_GC_CUTS_MAX];
};

/* The form of which the text has most, among all that its first bytes allow. traces: also those of
 * no event. Whole where it is OW_GC_FIT_WHOLE, then with what may stand behind it. */
void ow_gc_match(struct ow_str text, bool traces, struct ow_gc_match *ret);

/* The same for a text that may be torn: numbers are only taken as the runtime prints them. */
void ow_gc_match_front(struct ow_str text, struct ow_gc_match *ret);

/* Can an event begin here, by its first letters? */
bool ow_gc_match_may_begin(const char *p, size_t n);

/*
 * Do the numbers of a collection belong together? The CPU time of each phase in which the world
 * stands still is its time on the clock multiplied with the same number of processors. False where
 * that cannot be.
 */
bool ow_gc_match_agrees(const struct ow_gc_match *match, struct ow_str text);

/* What a whole match says, without line, time, who and text. text is the one that was matched. */
void ow_gc_match_event(const struct ow_gc_match *match, struct ow_str text,
		       struct ow_gc_event *ret);

#endif
