/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_PROCESS_H
#define OW_COLLECT_PROCESS_H

#include "collect/collect.h"
#include "record/process.h"

/*
 * Reads one process from the folder proc, an open descriptor of /proc (or of a copy of it): the
 * files that the bits of want (enum ow_process_have) need. They are read below one open directory,
 * so they are of one process even when its number is used again meanwhile. smaps_rollup makes the
 * kernel walk all pages of the process: milliseconds a gigabyte.
 *
 * Texts and lists are in the arena. -ESRCH when the process is gone, also when it went while it was
 * read; -ENOMEM. Files that this user may not read (smaps_rollup of another user) leave their
 * fields absent, and ret->denied names the first; files that are not there or make no sense just
 * leave them absent.
 */
int ow_process_collect(int proc, int64_t pid, unsigned want, struct ow_arena *arena,
		       struct ow_process *ret, struct ow_err *err);

#endif
