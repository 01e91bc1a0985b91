/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_GCTRACE_FORM_H
#define OW_RECORD_GCTRACE_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "record/gctrace.h"

/*
 * How Go's runtime prints what it says of itself: each form of line as the words that it writes and
 * the numbers between them. The reader finds its values by these tables, and the explanation of a
 * line its words.
 *
 *   gc 12 @24.6s 0%: 0.13+1.3+0.02 ms clock, ...
 *   ^^^  ^^    ^^ ^^^    ^   ^    ^^^^^^^^^^         words: each is one write(2), as each number is
 */

/* How a number is printed. */
enum ow_gc_number {
	OW_GC_COUNT,  /* "184" */
	OW_GC_SIGNED, /* "-155648" */
	OW_GC_MILLI,  /* "0", "0.013", "0.48", "2.1", "13": milliseconds since Go 1.5 */
	OW_GC_THIRD,  /* "24.600": always three decimals */
	OW_GC_FLOAT,  /* "+1.371009e+000" */
	OW_GC_HEX,    /* "0xc000012000" */
	OW_GC_WORD,   /* a name, up to a blank or a comma */
	OW_GC_REST,   /* what is left of the line */
};

/* What the number counts. */
enum ow_gc_unit {
	OW_GC_PLAIN,
	OW_GC_OF_SECOND,
	OW_GC_OF_MSEC,
	OW_GC_OF_USEC,
	OW_GC_OF_MB, /* bytes shifted by 20: up to 1 MiB more */
	OW_GC_OF_KIB,
	OW_GC_OF_BYTE,
	OW_GC_OF_PERCENT,
	OW_GC_OF_PAGE,  /* of 8 KiB */
	OW_GC_OF_SHARE, /* 0.25 is 25 % */
};

enum ow_gc_store {
	OW_GC_STORE_NOTHING,
	OW_GC_STORE_U64,
	OW_GC_STORE_UNSIGNED,
	OW_GC_STORE_DOUBLE,
};

/* One number of a line. */
struct ow_gc_field {
	const char *name;
	enum ow_gc_number number;
	enum ow_gc_unit unit;
	enum ow_gc_store store;
	size_t offset; /* in struct ow_gc_event */
	unsigned have; /* of the record that it is stored in */
	const char *help;
};

/* A word, and the number behind it; of the last one there may be none. */
struct ow_gc_part {
	const char *text;
	size_t n;
	const struct ow_gc_field *field;
};

/* One form of line. */
struct ow_gc_line {
	enum ow_gc_event_kind kind; /* OW_GC_EVENT_COUNT: of no event, only explained */
	enum ow_gc_form form;       /* of a collection */
	const char *versions;       /* "Go 1.18 and later" */
	const char *setting;        /* what makes the runtime print it */
	const char *about;          /* what it says, a sentence */
	const struct ow_gc_part *part;
	size_t n_parts;
	size_t stop; /* of a collection: phases, a bit each, in which the world stands still */
};

/* Those that begin with the same word. A line is of the form of which it has most. */
struct ow_gc_family {
	const struct ow_gc_line *line;
	size_t n;
};

extern const struct ow_gc_family ow_gc_cycles;    /* "gc" */
extern const struct ow_gc_family ow_gc_forced;    /* "GC forced" */
extern const struct ow_gc_family ow_gc_scavenges; /* "scvg", "scav", "forced scvg" */
extern const struct ow_gc_family ow_gc_pacer;     /* "pacer" */
extern const struct ow_gc_family ow_gc_sched;     /* "SCHED" */
extern const struct ow_gc_family ow_gc_traces;    /* "trace", "init": of no event */

/* What may stand behind a line, in any number and order. */
struct ow_gc_suffix {
	const char *text;
	const char *help;
	enum ow_gc_event_kind kind; /* of lines that it sets the flag for; COUNT: of none */
	size_t offset;              /* of a bool in struct ow_gc_event */
};

extern const struct ow_gc_suffix ow_gc_suffixes[];
extern const size_t ow_gc_suffixes_n;

/* A number as it stands in a text. */
struct ow_gc_value {
	size_t at, n; /* in the text */
	union {       /* by the field: microseconds and bytes, whatever the line counts */
		uint64_t u64;
		int64_t i64;
		double f64;
	};
};

#define OW_GC_PARTS_MAX 32

/* One line with all that stands in it, to be explained. */
struct ow_gc_reading {
	const struct ow_gc_line *line;
	struct ow_str text; /* without what carries it */
	size_t n_values;
	struct ow_gc_value value[OW_GC_PARTS_MAX]; /* of the fields of line, in their order */
	struct ow_gc_event event;                  /* where line is of one */
};

#endif
