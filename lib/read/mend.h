/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_MEND_H
#define OW_READ_MEND_H

#include <stdbool.h>

#include "base/scan.h"

/*
 * Undoes what terminals, mail programs and web pages do to one line of a log:
 *
 *   \x1b[32m[   12.345678] \x1b[0m\x1b[33mOut of memory: \x1b[0mKilled process ...   colour
 *   gfp_mask=3D0xcc0(GFP_KERNEL), order=3D0, oom_score_adj=3D0      quoted-printable
 *   [<NBSP> pid<NBSP> ]<NBSP>  uid  tgid                            blanks that do not break
 *   {"log":"[   12.345678] eat invoked ...\n","stream":"stdout"}    Docker's json-file
 *
 * Each is known by where it stands, as the same bytes in a name are part of the name.
 *
 * Returns true when there was something to undo; buffer has room for line.n bytes and then holds
 * what *ret shows.
 */
bool ow_mend(struct ow_str line, char *buffer, struct ow_str *ret);

#endif
