/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_USERSPACE_H
#define OW_READ_OOM_USERSPACE_H

#include "read/oom-build.h"

/*
 * Private to the reader of OOM reports: what programs say that kill when memory is short, before
 * the kernel does. Each has words of its own, in one line or several:
 *
 *   systemd-oomd[726]: Killed /a/b.scope due to memory pressure for /a being 51.07% > 50.00% for
 * ... systemd[1]: b.scope: systemd-oomd killed 3 process(es) in this unit. oomd
 * kill: 81.28 80.05 42.78 system.slice/a.service 1000 ruleset:[r] detectorgroup:[d] killer:k
 *   earlyoom[454]: sending SIGTERM to process 7378 uid 1000 "tail": badness 156, VmRSS 4962 MiB
 *   nohang[812]:   Sending SIGTERM to the victim
 *   lowmemorykiller: Kill 'com.example' (4567), uid 10247, oom_score_adj 500 to free 188964kB rss,
 * ...
 *
 * A line counts when the program that wrote it is the killer's own. In a flat file that is only
 * what the line says of itself; journald vouches for it (OW_LINE_VERIFIED).
 */

/* What a line told. */
struct ow_oom_told {
	struct ow_str cgroup;  /* the one that was killed, from the root */
	struct ow_str watched; /* the one whose pressure was too high */
	struct ow_str unit;    /* of systemd, where that names what was killed */
	struct ow_str comm, signal;
	struct ow_oom_victim victim;
	bool has_usage;
	uint64_t usage_bytes;
};

/* What a line does to the record of its killer. */
enum ow_oom_effect {
	OW_EFFECT_FRONT,  /* begins one, which is a kill only when a line says so */
	OW_EFFECT_WITHIN, /* belongs to the one that is begun */
	OW_EFFECT_KILL,
	OW_EFFECT_AFTER,  /* how it went on */
	OW_EFFECT_NOTICE, /* the kernel killed, says somebody else */
	OW_EFFECT_UNDO,   /* it was no kill: a dry run, or the signal was refused */
};

struct ow_oom_said {
	const char *killer;  /* "systemd-oomd" */
	const char *program; /* who writes the line */
	const char *front;   /* what it begins with; read gets what stands behind it */
	enum ow_oom_effect effect;
	bool (*read)(struct ow_str s, struct ow_oom_told *ret);
};

/* What the line is; NULL when it is of no killer, and then *ret is undefined. */
const struct ow_oom_said *ow_oom_said(const struct ow_line *line, struct ow_oom_told *ret);

#endif
