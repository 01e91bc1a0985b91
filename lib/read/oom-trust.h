/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_TRUST_H
#define OW_READ_OOM_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/line.h"

/*
 * Private to the reader of OOM reports: does a line look as the kernel's lines around it do?
 *
 *   Nov 20 07:51:02 web-1 kernel: [  283.033791] eth0: link is up
 *   Nov 20 07:51:03 web-1 kernel: [  284.117502] eth1: link is up
 *   Nov 20 07:51:04 web-1 kernel: Out of memory: Killed process 1 (init) ...
 *
 * Whoever may write to the daemon of a log (logger -t kernel), or to a console, can have the third
 * line in it, but the kernel stamps each line or none. /dev/kmsg and the journal know whose a line
 * is, and need no such doubt. A line that lacks what nearly all others have may still be genuine:
 * people paste logs together. So the doubt goes when the lines behind look like it, too; and where
 * only a few lines stand in front, it comes only when as many behind have what those have.
 */
#define OW_TRUST_LINES 64 /* in front of the line, that are held against it */

struct ow_oom_trust {
	uint8_t shape[OW_TRUST_LINES];
	size_t n;    /* of all that were seen */
	bool doubts; /* a line, whose shape is */
	uint8_t doubted;
	unsigned alike; /* lines behind it that look like it */

	bool suspects; /* a line that has few others in front, and what was counted of these */
	uint8_t suspect;
	size_t line, before, behind, like_it;
};

/* A line that could be the kernel's. */
void ow_oom_trust_see(struct ow_oom_trust *trust, const struct ow_line *line);

/* A line before this one is doubted: is that over, as so many lines since look like it? To be asked
 * for each line, before it is seen. */
bool ow_oom_trust_regained(struct ow_oom_trust *trust, const struct ow_line *line);

/* What the line lacks of what the line before it and nearly all others before have, "the kernel's
 * stamp"; NULL where it looks as they do, or where they do not look alike. */
const char *ow_oom_trust_lacks(struct ow_oom_trust *trust, const struct ow_line *line);

/* What the suspected line lacks, where this one settles that: as many lines behind
 * it have it as in front. To be asked for each line, before it is seen. */
const char *ow_oom_trust_confirms(struct ow_oom_trust *trust, const struct ow_line *line);

#endif
