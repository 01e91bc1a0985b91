/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_CGROUP_H
#define OW_COLLECT_CGROUP_H

#include "collect/collect.h"

/*
 * What the cgroup file system says now of the group at path (as the kernel prints it, with a
 * leading /): limit, usage, swap limit, events, memory.stat. Mounts and the version come from
 * libcgroup; the files are read by openat(2). -ENOENT when the group is gone, as it is after the
 * death of a container. Up to n_ret files, in the arena.
 */
int ow_cgroup_collect(const char *path, struct ow_arena *arena, struct ow_evidence *ret,
		      size_t *n_ret, struct ow_err *err);

#define OW_CGROUP_FILES_MAX 12

#endif
