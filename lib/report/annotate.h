/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_ANNOTATE_H
#define OW_REPORT_ANNOTATE_H

#include "base/arena.h"
#include "record/oom.h"
#include "report/doc.h"

/*
 * A kernel's record explained line by line: each line that decides something as the kernel said it,
 * with its decisive fields marked, and a sentence below it; runs of lines that only count together
 * (the call trace, memory.stat, the zones, the other processes) as what matters of them; and what
 * the record lacks, with why.
 *
 *   memory: usage 32768kB, limit 32768kB, failcnt 19
 *           ^^^^^^^^^^^^^  ^^^^^^^^^^^^^  ^^^^^^^^^^ proves nothing
 *   The group was charged 32 MiB, 100.0 % of its limit of 32 MiB.
 *
 * Lines and fields are known by what they say, so that every kernel's form will do. All texts are
 * raw; renderers escape them.
 */

/*
 * The record must have been read with keep_said. whole: it is all that its source has of the kill,
 * so that what it lacks can be told; a line that somebody pasted is not. Returns 0 or -ENOMEM with
 * ret as it was. The document lives in the arena and points into the record.
 */
int ow_annotate_record(const struct ow_oom *oom, bool whole, struct ow_arena *arena,
		       struct ow_doc *ret);

/* Is the line of a kind that can be explained? */
bool ow_annotate_knows(struct ow_str line);

/* One line of a kernel that makes no record by itself, without what carried it. -ENOENT when it is
 * of no kind that is known, -ENOMEM. */
int ow_annotate_line(struct ow_str line, struct ow_arena *arena, struct ow_doc *ret);

#endif
