/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CGROUP_H
#define OW_READ_CGROUP_H

#include "base/arena.h"
#include "base/scan.h"
#include "record/case.h"

/*
 * Reads the files of a cgroup, one at a time, as a case has them (record/evidence.h):
 *
 *   cgroup/v1/docker/3418.../memory.limit_in_bytes   209715200
 *   cgroup/v2/system.slice/web.service/memory.max    max
 *   cgroup/v2/batch/worker%201/memory.events         oom_kill 3
 */

/* Which file of which group. */
struct ow_cgroup_file {
	unsigned version; /* 1 or 2 */
	const char *path; /* of the group, as the kernel prints it: "/docker/3418..." */
	const char *name; /* "memory.max" */
};

/* Takes the path of a file of evidence apart. Returns 0, -EINVAL when it is no such path, -ENOMEM.
 */
int ow_cgroup_file_read(const char *path, struct ow_arena *arena, struct ow_cgroup_file *ret);

/*
 * Adds to group what the file says, told by its name and the group's version. "max", and what the
 * kernel prints for a limit that nobody set, become UINT64_MAX. A file that has no field in the
 * group says nothing. Returns 0, or -EBADMSG with group as it was when the text makes no sense.
 */
int ow_cgroup_read(const char *name, struct ow_str text, struct ow_cgroup *group);

#endif
