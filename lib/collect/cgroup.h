/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_CGROUP_H
#define OW_COLLECT_CGROUP_H

#include "collect/collect.h"

/*
 * What the cgroup file system says now of the group at path (as the kernel prints it, with a
 * leading /): limit, usage, swap limit, events, memory.stat. Mounts come from libcgroup, the
 * version from the kind of the file system; the files are read by openat(2). Those that this kernel
 * does not have are left out.
 *
 * ret has room for OW_CGROUP_FILES_MAX files; they are in the arena, *n_ret of them. -ENOENT when
 * the group is gone, as it is after the death of a container, or no memory controller is mounted;
 * -EINVAL when path is not one that a kernel prints; -EXDEV when this runs in a cgroup namespace,
 * where the kernel's paths would lead to other groups.
 */
int ow_cgroup_collect(const char *path, struct ow_arena *arena, struct ow_evidence *ret,
		      size_t *n_ret, struct ow_err *err);

#define OW_CGROUP_FILES_MAX 12

#endif
