/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_EXPLAIN_GC_H
#define OW_CMD_EXPLAIN_GC_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"
#include "read/gctrace.h"

/* Lines of Go's runtime, explained on standard output. */

/* Is a line among them that somebody pasted? */
bool ow_explain_gc_is_pasted(const char *text);

/* Explains each that is. format is "text", "markdown" or "json". Returns an enum ow_exit, and has
 * said what was wrong. */
int ow_explain_gc_pasted(const struct ow_command *command, const char *format, const char *text);

/*
 * Of a log one line of each kind is explained: the last one that is whole. To be fed as
 * read/gctrace.h is, and asked at the end.
 */
struct ow_explain_gc;

/* NULL when there is no memory. */
struct ow_explain_gc *ow_explain_gc_new(void);
struct ow_explain_gc *ow_explain_gc_free(struct ow_explain_gc *gc);
int ow_explain_gc_feed(struct ow_explain_gc *gc, const char *bytes, size_t n);
int ow_explain_gc_end(struct ow_explain_gc *gc);

/* How many lines of Go's runtime were there? */
size_t ow_explain_gc_found(const struct ow_explain_gc *gc);

/* Explains them. name is the log's, for people. As ow_explain_gc_pasted(). */
int ow_explain_gc_print(const struct ow_command *command, const char *format,
			const struct ow_explain_gc *gc, const char *name);

#endif
