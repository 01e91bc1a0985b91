/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GCTRACE_WRAP_H
#define OW_READ_GCTRACE_WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"
#include "read/line.h"

/*
 * What carries a line of Go's runtime. An event is found by its own first word, wherever that
 * stands; what is in front of it is looked through here for a time and for whose line it is.
 *
 *   Nov 20 06:04:00.943456 node7 reqtracker[4711]: gc 1 @0.820s ...      node7 reqtracker[4711]
 *   orders-1  | gc 1 @0.820s ...                                         orders-1
 *   [pod/orders-x7/app] 2026-11-20T06:04:00.94Z gc 1 @0.820s ...         pod/orders-x7/app
 *   2026-11-20T06:04:00.94Z stderr F gc 1 @0.820s ...
 *   time=2026-11-20T06:04:00.94Z container=orders msg="gc 1 @0.820s ..." orders
 *   logs/orders.log:12:gc 1 @0.820s ...                                  logs/orders.log
 */
struct ow_gc_wrap {
	bool have_time;
	bool known; /* all of the front was understood */
	int64_t time_usec;
	struct ow_str who; /* may be empty */
};

void ow_gc_unwrap(struct ow_str front, const struct ow_line_clock *clock, struct ow_gc_wrap *ret);

/*
 * The text of a line that has a front of the same kind: the same letters, and numbers where the
 * other one has numbers. False when it has another one, or is of somebody else.
 */
bool ow_gc_strip(struct ow_str front, struct ow_str line, struct ow_str *ret);

/* What the names of values in logfmt and JSON mean. */
bool ow_gc_is_text_key(struct ow_str key);
bool ow_gc_is_time_key(struct ow_str key);
bool ow_gc_is_who_key(struct ow_str key);

/* Sets the time, unless there is one: as a text, or as a number of seconds, milli-, micro- or
 * nanoseconds since 1970. */
void ow_gc_set_time(struct ow_str value, const struct ow_line_clock *clock,
		    struct ow_gc_wrap *wrap);

/*
 * The line as an object of JSON, with the text in it (log, message, MESSAGE, msg, ...):
 *
 *   {"log":"gc 1 @0.820s ... 3-\u003e3-\u003e1 MB, ...\n","stream":"stderr","time":"2026-..."}
 *
 * who and text are in the buffer, which has room for line.n bytes and OW_GC_WHO_MAX.
 */
#define OW_GC_WHO_MAX 256

/* "node7 reqtracker[4711]" of the three parts, of which any may be empty. */
struct ow_str ow_gc_who(struct ow_str host, struct ow_str identifier, struct ow_str pid,
			char buffer[OW_GC_WHO_MAX]);

bool ow_gc_unjson(struct ow_str line, const struct ow_line_clock *clock, char *buffer,
		  struct ow_gc_wrap *ret, struct ow_str *text);

#endif
