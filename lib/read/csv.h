/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CSV_H
#define OW_READ_CSV_H

#include <stdbool.h>

#include "base/scan.h"

/*
 * A row of comma-separated values, as the services that gather logs export them:
 *
 *   "2026-11-20T07:51:02.123Z","[  283.033791] eat invoked oom-killer: ..."
 *   2026-11-20T07:51:02.123Z,web-1,kernel,"Task in /a killed as a result of limit of ""/a"""
 *
 * The text of the log is the field that begins with the kernel's stamp, else the last one in quotes
 * that is no time. A row has such a stamp or a time, so that no name in a line of a log makes it
 * one.
 */
struct ow_csv_row {
	struct ow_str text; /* with its quotes doubled */
	struct ow_str time; /* the field that is one, as 2026-11-20T07:51:02Z; may be empty */
	bool open;          /* the text goes on in the next line */
};

/* Is the line a row that has a text? */
bool ow_csv_read(struct ow_str line, struct ow_csv_row *ret);

/* Does the line, of a text that was open, end it? Without the quote that does in *ret. */
bool ow_csv_ends(struct ow_str line, struct ow_str *ret);

/* The text with its quotes as they were. buffer has room for it; returns its length. */
size_t ow_csv_unquote(struct ow_str text, char *buffer);

#endif
