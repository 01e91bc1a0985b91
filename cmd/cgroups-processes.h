/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_CGROUPS_PROCESSES_H
#define OW_CMD_CGROUPS_PROCESSES_H

#include "cgroups-list.h"
#include "collect/cgroup.h"

/* What was missing when the processes of groups were looked at. */
struct ow_cgroups_lack {
	uint64_t denied;  /* processes of which a file may not be read */
	char file[32];    /* the first of those files: "smaps_rollup" */
	uint64_t foreign; /* processes of another namespace, which have no number here */
};

/*
 * Prints who holds the memory of the group at path: the processes of it and of those below it, the
 * largest first, and their sum against the group's usage; or in JSON one object each. proc is
 * an open /proc. A group that is gone meanwhile has none. 0 or a negative errno with err filled.
 */
int ow_cgroups_processes(struct ow_cgroupfs *fs, int proc, const char *path, bool json,
			 const struct ow_cgroups_paper *paper, struct ow_cgroups_lack *lack,
			 struct ow_err *err);

#endif
