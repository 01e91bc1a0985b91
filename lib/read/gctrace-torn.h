/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GCTRACE_TORN_H
#define OW_READ_GCTRACE_TORN_H

#include "read/gctrace-match.h"
#include "read/gctrace-wrap.h"

/*
 * Private to the reader of gctrace: events that others have written into.
 *
 *   gc 2026/11/20 06:26:38 WARN slow id=128
 *   132026/11/20 06:26:38 INFO request id=123 path=/order status=200
 *    @0.049s 2%: 0.005+0.075+0.001 ms clock, ... 2 P2026/11/20 06:26:38 INFO request id=124 ...
 *
 * What a piece has is of the event as far as its form allows; what follows is a line of somebody
 * else. Where digits meet digits, the foreign line is the one that begins as the lines around it
 * do, or with a date; where nothing tells, the event is given up: better none than a wrong one.
 */
#define OW_GC_OPEN_MAX    4
#define OW_GC_OPEN_LINES  1000 /* so far its rest is looked for */
#define OW_GC_WHOLE_LINES 16   /* so far "(forced)" is looked for */
#define OW_GC_OPEN_BYTES  1024
#define OW_GC_FRONT_MAX   256
#define OW_GC_HEADS       8
#define OW_GC_HEAD_BYTES  160

/* What a line came in, besides what may stand in front of it. */
enum ow_gc_carrier {
	OW_GC_BARE,
	OW_GC_JSON,
	OW_GC_JOURNAL, /* an entry in the export format */
};

/* A line as the torn ones see it. */
struct ow_gc_text {
	struct ow_str text; /* without CR, colours and JSON */
	enum ow_gc_carrier carrier;
	struct ow_gc_wrap wrap; /* what the carrier says */
	size_t number;
};

/* An event whose rest is to come. */
struct ow_gc_open {
	size_t line;
	size_t last; /* the line that its last piece was in */
	enum ow_gc_carrier carrier;
	bool soft;  /* its last piece ended with its line: it may have been wrapped */
	bool whole; /* only what may stand behind it is to come */
	bool known; /* its front is that of a logger */
	bool torn;
	bool have_time;
	int64_t time_usec;
	size_t n, n_front, n_who;
	char bytes[OW_GC_OPEN_BYTES], front[OW_GC_FRONT_MAX], who[OW_GC_WHO_MAX];
};

struct ow_gc_torn {
	struct ow_gc_open open[OW_GC_OPEN_MAX + 1];
	size_t n; /* the newest is the last; the caller keeps it at OW_GC_OPEN_MAX */
	struct {
		size_t n;
		char bytes[OW_GC_HEAD_BYTES];
	} head[OW_GC_HEADS]; /* of the lines of others before: what theirs look like */
	size_t n_heads;      /* that there were */
};

/* A line of others as it was read. */
void ow_gc_torn_see(struct ow_gc_torn *torn, struct ow_str raw);

/* What came of a line. */
struct ow_gc_torn_found {
	struct ow_gc_open *open; /* the event that it is a piece of */
	bool done;               /* that is whole: match, with open->bytes for its text */
	struct ow_str rest;      /* what is of others in it; may be empty */
};

/* Is the line a piece of an event that is open? A whole one is for the caller to take and to
 * ow_gc_torn_drop(). */
bool ow_gc_torn_continue(struct ow_gc_torn *torn, const struct ow_gc_text *line,
			 struct ow_gc_match *match, struct ow_gc_torn_found *ret);

/* Does an event begin at byte at of the line, that is not whole in it? The same as above when it
 * does. clock reads the times in front of it. */
bool ow_gc_torn_begin(struct ow_gc_torn *torn, const struct ow_gc_text *line, size_t at,
		      const struct ow_line_clock *clock, struct ow_gc_match *match,
		      struct ow_gc_torn_found *ret);

/* The n bytes at byte at are a whole event behind which more may come. NULL where that has no
 * room. */
struct ow_gc_open *ow_gc_torn_keep(struct ow_gc_torn *torn, const struct ow_gc_text *line,
				   size_t at, size_t n, const struct ow_line_clock *clock);

/* An event that is not looked for any longer when the number-th line comes; all: any that is open.
 * NULL when there is none. */
struct ow_gc_open *ow_gc_torn_expired(struct ow_gc_torn *torn, size_t number, bool all);

void ow_gc_torn_drop(struct ow_gc_torn *torn, struct ow_gc_open *open);

#endif
