/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_SHORT_H
#define OW_READ_OOM_SHORT_H

#include "read/oom-join.h"

/*
 * Private to the reader of OOM reports: the short way for the lines that a report has most of.
 *
 *   [  283.033791]  out_of_memory+0x1dc/0x530                                 of the call trace
 *   [  283.033803] anon 33341440                                              of memory.stat
 *   [  283.033812] [   2897]     0  2897     8843     8362 ...       0 eat     of the task table
 *
 * Such a line is taken as it stands, without a look at what else it may be and without a copy. Only
 * a line is taken where the long way (read/mend.h, read/line.h, oom-join.h, oom-family.c) can come
 * to nothing else: it has the stamp of dmesg and no byte that is not printable ASCII, it is of the
 * block that its record is in, and nothing in it can be of another family or be continued. With
 * the least doubt it goes the long way: the records are the same with and without this file.
 */

/*
 * Takes raw if it is such a line. line has its number; all else of it but what is set here is zero,
 * from the first call to the last. Returns 1 and *line, without its stamp; 0 when it has to go the
 * long way; -ENOMEM or what emit returned.
 */
int ow_oom_short(struct ow_oom_join *join, struct ow_oom_assembly *a, struct ow_str raw,
		 struct ow_line *line);

#endif
