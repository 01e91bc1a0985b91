/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_SEEN_H
#define OW_READ_SEEN_H

#include "read/oom.h"
#include "record/case.h"

/*
 * What was seen of a log, as a source: its period, its lines, and what may have kept a kill from
 * being seen. source has its name; name, path, detail and state stay as they are.
 *
 * looked is what a collector knows of the source besides the lines that it gave, or zeroed. With
 * OW_SOURCE_SEARCHED it gave only the lines around reports, and what it says of all the others
 * stands in place of what the reader saw. reports are the kernel's that the source gave: what
 * systemd noticed beyond them is not in it.
 */
void ow_seen_source(const struct ow_oom_seen *seen, const struct ow_source *looked,
		    uint64_t reports, struct ow_source *source);

/* Notes the times of a line. Lines of several CPUs are not quite in order, and a log may hold more
 * than one boot: what counts is how many come later than the one before. */
void ow_seen_times(struct ow_oom_seen *seen, const struct ow_line *line);

#endif
