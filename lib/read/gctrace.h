/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GCTRACE_H
#define OW_READ_GCTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/gctrace-form.h"
#include "record/gctrace.h"

/*
 * Finds what Go's runtime printed of itself in a log, in whatever wrapper it comes: bare, with the
 * stamps of syslog, the journal, kubectl, compose, CRI or Docker's json-file, inside logfmt or the
 * program's own prefix, quoted, as a comment. Of every version since 1.0.
 *
 * The runtime writes one line in some forty pieces, so that what others write at the same time
 * stands in the midst of it. Whole foreign lines are taken out and the rest is put together again;
 * an event that was put together says so.
 *
 * Fed in pieces of any size; memory is bounded whatever the input is.
 */
struct ow_gctrace_reader;

struct ow_gctrace_options {
	const char *pattern; /* of a line with MemStats that a program prints itself, with named
				groups called as its fields: (?<heap_alloc>[0-9]+); NULL: the usual
				spellings */
	bool utc;            /* times without a zone are of UTC */
	int64_t now_usec;    /* gives times without a year theirs */
};

/* What the reader saw. */
struct ow_gctrace_seen {
	uint64_t lines, bytes;
	uint64_t events[OW_GC_EVENT_COUNT]; /* torn and recovered ones included */
	uint64_t torn;                      /* collections that were put together */
	uint64_t lost;    /* beginnings of a collection that could not be completed */
	uint64_t skipped; /* lines of others */
	uint64_t cut_lines;
};

/* Takes one event, which lasts until it returns. A negative return ends the reading. */
typedef int ow_gctrace_fn(void *arg, const struct ow_gc_event *event);

/* NULL when there is no memory. -EINVAL of a bad pattern: err says what is wrong with it. */
int ow_gctrace_reader_new(const struct ow_gctrace_options *options, ow_gctrace_fn *emit, void *arg,
			  struct ow_gctrace_reader **ret, struct ow_err *err);
struct ow_gctrace_reader *ow_gctrace_reader_free(struct ow_gctrace_reader *reader);

static inline void ow_gctrace_reader_freep(struct ow_gctrace_reader **reader)
{
	*reader = ow_gctrace_reader_free(*reader);
}

/* Reads the next n bytes. Returns 0, -ENOMEM, or what emit returned. */
int ow_gctrace_reader_feed(struct ow_gctrace_reader *reader, const char *bytes, size_t n);

/* There is no more. Returns as ow_gctrace_reader_feed. */
int ow_gctrace_reader_end(struct ow_gctrace_reader *reader);

const struct ow_gctrace_seen *ow_gctrace_reader_seen(const struct ow_gctrace_reader *reader);

/* One line, without its wrapper or with it, as somebody pasted it: true when it is such an event.
 * text of the event is a slice of line. */
bool ow_gctrace_read_line(struct ow_str line, struct ow_gc_event *ret);

/* The same with all its numbers, also of lines that are of no event, such as those of
 * inittrace=1. */
bool ow_gctrace_read_whole(struct ow_str line, struct ow_gc_reading *ret);

#endif
