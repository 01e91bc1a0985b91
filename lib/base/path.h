/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_PATH_H
#define OW_BASE_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/scan.h"

/* Paths as text, of any bytes; nothing is looked up. */

/* The shortest that leads to the same: "a//b/./c/../d" is "a/b/d"; "" stays "". The path itself
 * where nothing is to be done or the arena is full. */
struct ow_str ow_path_clean(struct ow_arena *arena, struct ow_str path);

/* What is behind the last slash: "/usr/bin/prog" is "prog", "/" is "/", "" is ".". */
struct ow_str ow_path_base(struct ow_str path);

/* A path without what lies before the sources: without a folder of the list trim or, when that is
 * empty, up to a folder that is called as one of the list search. Without /proc/self/cwd/ in any
 * case. */
struct ow_str ow_path_trim(struct ow_str path, const char *trim, const char *search);

/* The next of a list with colons between; false at its end. */
bool ow_path_next(struct ow_str *list, struct ow_str *ret);

#endif
