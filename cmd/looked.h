/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_LOOKED_H
#define OW_CMD_LOOKED_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/coverage.h"
#include "command.h"
#include "read/oom.h"
#include "record/case.h"

/*
 * The sources that were looked through, each with what was seen in it. Where no kill is found, a
 * line for each says from when to when that is known, or why it is not:
 *
 *   oomwhy-kills: messages: no OOM kill from 2026-11-20T05:54:28Z to 2026-11-20T07:51:02Z, 81 lines
 *   oomwhy-kills: ring: no OOM kill found, 81 lines, but that there was none is not known: 3 lines
 *   were lost before they were read; to settle it, on its host: grep oom_kill /proc/vmstat
 */
struct ow_looked_log {
	struct ow_source source;
	struct ow_source told; /* what its collector knows besides */
	uint64_t kills;        /* that are in it, whenever they were */
	uint64_t reports;      /* of them, the kernel's */
	uint64_t undated;      /* left out of a period, as they have no date */
	uint64_t doubted;      /* listed, and may be forged */
};

struct ow_looked {
	struct ow_arena *arena;
	struct ow_looked_log *log;
	size_t n;
};

/* A source begins; it is the last one then. path is its file of the case, or NULL. 0 or -ENOMEM. */
int ow_looked_begin(struct ow_looked *looked, const char *name, const char *path);

static inline struct ow_looked_log *ow_looked_last(struct ow_looked *looked)
{
	return &looked->log[looked->n - 1];
}

/* It is over. */
void ow_looked_end(struct ow_looked *looked, const struct ow_oom_seen *seen);

/* One that has no log to give. 0 or -ENOMEM. */
int ow_looked_note(struct ow_looked *looked, const struct ow_source *source);

/* Kills were listed: says on stderr what a reader of the list should know of the sources. all: the
 * list also has what is no kill, or not known to be one. */
void ow_looked_remark(const struct ow_looked *looked, const struct ow_command *command, bool all);

/* None was: says on stderr what each source proves of what was asked. status is what the reading
 * came to: what failed was told then. */
void ow_looked_deny(const struct ow_looked *looked, const struct ow_command *command,
		    const struct ow_asked *asked, int status, bool all);

void ow_looked_release(struct ow_looked *looked);

#endif
