/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_GC_PAGE_H
#define OW_CMD_GC_PAGE_H

#include "gc.h"

/* A page for people while it is written: names in front, text in lines behind them. */
struct gc_page {
	const struct gc_log *log;
	FILE *out;
	size_t width; /* at least GC_PAGE_LEAST */
	struct ow_arena *arena;
	const struct ow_gc_life *life;
	const struct ow_gc_sum *sum;
};

#define GC_PAGE_LEAST  40
#define GC_PAGE_INDENT 13 /* of what stands behind a name */

/* Text in lines, each behind an indent; the first begins at column at. NULL is "". */
void gc_page_flow(const struct gc_page *page, size_t at, size_t indent, const char *text);

/* "Live heap    1 MiB at first, ..." */
void gc_page_item(const struct gc_page *page, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* How values are written: a text of others, escaped; "1.6 MiB"; "4.2 s", "2 h 3 min"; "150 us",
 * "3.2 ms"; "0.03 %". In the page's arena, "" when it refuses. */
const char *gc_page_name(const struct gc_page *page, const char *text);
const char *gc_page_about(const struct gc_page *page, double bytes);
const char *gc_page_moment(const struct gc_page *page, double usec);
const char *gc_page_time(const struct gc_page *page, double usec);
const char *gc_page_percent(const struct gc_page *page, double share);

/* The live heap over time; nothing where the lines have none. */
void gc_page_chart(const struct gc_page *page, size_t rows);

/* The labels with their verdicts and reasons. 0 or -ENOMEM. */
int gc_page_findings(const struct gc_page *page);

#endif
