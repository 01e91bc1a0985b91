/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_EXPLAIN_LOG_H
#define OW_CMD_EXPLAIN_LOG_H

#include <stdint.h>

#include "command.h"
#include "source.h"

/* Records of a kernel's log, explained line by line on standard output. */
struct ow_explain_options {
	struct ow_source_options source;
	int64_t newest;     /* only so many; below 0: all */
	const char *format; /* "text" or "markdown" */
};

/* A source as cmd/source.h takes it. Returns an enum ow_exit, OW_EXIT_NOTHING when no record is in
 * it; has said what was wrong. */
int ow_explain_source(const struct ow_command *command, const struct ow_explain_options *options,
		      char *name);

/* Is the text lines of a kernel that somebody pasted? */
bool ow_explain_is_pasted(const char *text);

/* Explains them: a record, a part of one, or one line that makes none. */
int ow_explain_pasted(const struct ow_command *command, const struct ow_explain_options *options,
		      const char *text);

#endif
