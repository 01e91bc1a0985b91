/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_SHORT_H
#define OW_READ_OOM_SHORT_H

#include "read/mend.h"
#include "read/oom-join.h"

/*
 * Private to the reader of OOM reports: the short way for the lines that a report has most of.
 *
 *   [  283.033791]  out_of_memory+0x1dc/0x530                                 of the call trace
 *   [  283.033803] anon 33341440                                              of memory.stat
 *   [  283.033812] [   2897]     0  2897     8843     8362 ...       0 eat     of the task table
 *   [  283.033818] RAX: 0000000000000001 RBX: 000000000000001e                of nothing
 *
 * Such a line is read where it lies: it is not mended, unwrapped, held or copied. Only a line is
 * taken of which the long way (read/mend.h, read/line.h, oom-join.h) makes the same: it has the
 * stamp of dmesg and is printable, the report has begun and is expected to go on, nothing can be
 * missing of it, and no line in front of it waits for its rest. With the least doubt it goes the
 * long way: the records are the same with and without this file.
 */

/*
 * Takes raw if it is such a line. line has its number; all else of it but what is set here is zero,
 * from the first call to the last. Returns 1 and *line, without its stamp; 0 when it has to go the
 * long way; -ENOMEM or what emit returned.
 */
int ow_oom_short(const struct ow_mender *mender, struct ow_oom_join *join,
		 struct ow_oom_assembly *a, struct ow_str raw, struct ow_line *line);

#endif
