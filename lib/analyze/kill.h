/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_KILL_H
#define OW_ANALYZE_KILL_H

#include "analyze/hypothesis.h"

/* What the families of the level kill share. */

#define OW_KILLERS_COMMAND "journalctl -b -t systemd-oomd -t oomd -t earlyoom -t nohang"
#define OW_EVENTS_COMMAND  "docker events --since 24h --until 0s --filter container=CONTAINER"

/* The line that says best what kind of record it is, with its witness underlined. */
struct ow_cite ow_kill_witness(const struct ow_oom *oom);

/* Does the record name the constraint of a BPF policy (CONSTRAINT_BPF_PSI_MEM)? Then that killed,
 * for its own reason and whom it chose, whatever the record says of limits. */
bool ow_kill_is_policys(const struct ow_oom *oom);

/* Settles f with that; false when it was not so. */
bool ow_kill_by_policy(const struct ow_scene *s, struct ow_finding *f);

/* The one that was chosen was dying already, so that nobody had to be killed: settles f, with what
 * was short. False when the record does not say so, or somebody was killed. */
bool ow_kill_was_dying(const struct ow_scene *s, struct ow_finding *f, const char *what);

/* Is it a record of the machine that a failed page fault caused (gfp_mask=0x0, up to 5.15)? Then a
 * cgroup's limit may have been why that failed, and that the machine ran out is not in it. */
bool ow_kill_is_page_fault(const struct ow_oom *oom);

/* "the record is of a memory cgroup's limit" */
const char *ow_kill_kind_words(enum ow_oom_kind kind);

/*
 * Is it proved that nothing was killed? The kernel's log covers the whole life of the container
 * that was asked for, without a gap, holds no kill, no counter moved, and no death is left to
 * explain. Adds the reasons to f, for or against.
 */
bool ow_kill_none_proved(const struct ow_scene *s, struct ow_finding *f, bool against);

/* Does a kernel log cover the whole life of the container that was asked for, without a gap, and
 * hold no kill? Adds the reason for it to f. */
bool ow_kill_log_covers(const struct ow_scene *s, struct ow_finding *f);

/* Did the kernel kill nothing in that life, whatever ended it? Such a log, and neither a counter
 * nor the engine says otherwise. Adds the reason to f, for or against. */
bool ow_kill_kernel_did_not(const struct ow_scene *s, struct ow_finding *f, bool against);

#endif
