/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_EXCERPT_H
#define OW_RENDER_EXCERPT_H

#include "base/arena.h"
#include "report/doc.h"

/*
 * One line of evidence with carets below its decisive places and the notes beside them, for media
 * with letters of one width:
 *
 *   memory: usage 32768kB, limit 32768kB, failcnt 19
 *           ^^^^^^^^^^^^^ at the limit
 *
 * With a number it stands behind that, as compilers show a line:
 *
 *      29 | memory: usage 32768kB, limit 32768kB, failcnt 19
 *         |         ^^^^^^^^^^^^^ at the limit
 *
 * A line wider than width is shown in pieces around its marks. All of it is escaped. n lines are
 * given back, in the arena; -ENOMEM.
 */
int ow_excerpt_lines(const struct ow_excerpt *excerpt, size_t width, struct ow_arena *arena,
		     const char *const **ret, size_t *n);

#endif
