/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_ESCAPE_H
#define OW_BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/scan.h"

/*
 * Names, paths and log lines are written by whoever owns the process: they may hold terminal
 * escapes, bytes that are no UTF-8, and marks that turn the direction of writing. Records keep
 * them as they were read; these make them fit to be shown.
 */

/* Bytes of the UTF-8 character at the front of s: 1 to 4, or 0 when there is none. */
size_t ow_utf8_length(struct ow_str s);

/*
 * What JSON gets: a byte that is no UTF-8 (or is 0) becomes \xNN and a backslash \\, as
 * /dev/kmsg does it.
 * So every text is valid UTF-8 and can be turned back into the bytes it was.
 */
char *ow_escape_bytes(struct ow_arena *arena, struct ow_str s);

/*
 * What people see: as above, and control characters (C0, DEL, C1), line and paragraph separators,
 * zero-width characters and marks of writing direction become \xNN, too. One line, printable.
 */
char *ow_escape_text(struct ow_arena *arena, struct ow_str s);

/* As above, but a backslash stays one: for output that others have a format for. */
char *ow_escape_line(struct ow_arena *arena, struct ow_str s);

#endif
