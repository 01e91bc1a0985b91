/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GCTRACE_INTERNAL_H
#define OW_READ_GCTRACE_INTERNAL_H

#include "base/needles.h"
#include "base/pattern.h"
#include "read/export.h"
#include "read/gctrace-match.h"
#include "read/gctrace-torn.h"
#include "read/gctrace-wrap.h"
#include "read/gctrace.h"

/*
 * Private to the reader of gctrace: what its files share.
 *
 *   gctrace.c         bytes to lines, lines to texts
 *   gctrace-events.c  texts to events
 *   gctrace-torn.c    those that are torn
 *   gctrace-stats.c   MemStats that programs print
 *   gctrace-match.c   one text and the forms of record/gctrace-form.h
 *   gctrace-wrap.c    what carries a line; gctrace-json.c the same of JSON
 *   gctrace-line.c    one line alone
 */
#define OW_GC_LINE_MAX     OW_KIB(64) /* a longer line is cut */
#define OW_GC_PERIODIC_MAX 8 /* so many programs may have said that they are forced to collect */
#define OW_GC_BLOCK_TEXT   OW_KIB(1)

struct ow_gctrace_reader {
	struct ow_gctrace_seen seen;
	struct ow_line_clock clock;
	ow_gctrace_fn *emit;
	void *arg;
	struct ow_needles needles;
	struct ow_gc_torn torn;
	struct ow_gc_match match;

	struct ow_str rest;         /* of the line, behind a piece of an event: somebody else's */
	struct ow_pattern *pattern; /* of lines with MemStats; NULL: the usual ones */
	struct ow_needles stats_needles;
	struct ow_gc_block { /* MemStats of one line, or of lines with one number each */
		bool open;
		bool single;
		struct ow_gc_event event;
		size_t n_text, n_who;
		char text[OW_GC_BLOCK_TEXT], who[OW_GC_WHO_MAX];
	} block;

	uint64_t forced[OW_GC_PERIODIC_MAX]; /* whose next collection is the periodic one; 0:
						nobody's */
	uint64_t seed;

	struct ow_export export; /* the entry of a journal that is being read */
	bool in_export, in_value;
	bool started; /* the first line was read */

	bool in_line; /* one is begun: its front is in bytes */
	bool is_cut;
	size_t n_bytes;
	char bytes[OW_GC_LINE_MAX];
	char clean[OW_GC_LINE_MAX];
	char json[OW_GC_LINE_MAX + OW_GC_WHO_MAX];
};

/* Takes one text of the source: all events in it, and the pieces of those that are torn. raw is the
 * line as it was read; stats: it may have MemStats in it. */
int ow_gc_take_text(struct ow_gctrace_reader *reader, const struct ow_gc_text *line,
		    struct ow_str raw, bool stats);

/* Gives up events that nothing came of before the number-th line; all: any that is open. */
int ow_gc_expire(struct ow_gctrace_reader *reader, size_t number, bool all);

/* No more numbers of MemStats come. */
int ow_gc_end_block(struct ow_gctrace_reader *reader);

#endif
