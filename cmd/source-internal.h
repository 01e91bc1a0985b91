/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_SOURCE_INTERNAL_H
#define OW_CMD_SOURCE_INTERNAL_H

#include "source.h"

/* What the files of the source module share. */

#define OW_CASE_MANIFEST "manifest.json"

struct ow_source_reading {
	const struct ow_command *command;
	const struct ow_source_options *options;
	const struct ow_log_sink *sink;
	struct ow_source_period *period;
	struct ow_line_clock clock;
	int stopped; /* what the sink returned below 0: nothing more is read */
};

/* Says that a sink gave up, unless it did so itself. Returns OW_EXIT_FAILED. */
int ow_source_stopped(struct ow_source_reading *r, int error);

/* Says that a source that was named failed, and notes it. Returns OW_EXIT_FAILED. */
int ow_source_failed(const struct ow_source_reading *r, const char *name, int error,
		     const struct ow_err *err);

/* Reads the case in a folder. Returns an enum ow_exit. */
int ow_source_read_case(struct ow_source_reading *r, const char *folder);

#endif
