/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_CGROUP_H
#define OW_COLLECT_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/collect.h"
#include "record/cgroup.h"

/*
 * The cgroup file system as it is now, for those who show or record groups:
 *
 *   ow_cgroupfs_open(NULL, &fs, &err);
 *   ow_cgroup_walk_new(fs, &(struct ow_cgroup_walk_options){ .want = OW_CGROUP_USAGE,
 *                                                            .depth_max = UINT_MAX }, &walk, &err);
 *   while ((r = ow_cgroup_walk_next(walk, arena, &group, &err)) > 0) {
 *           ...
 *           ow_arena_clear(arena);      or not, to keep the groups
 *   }
 */

/* The hierarchy that has the memory controller. */
struct ow_cgroupfs;

/*
 * root NULL is this host: libcgroup says where it is mounted, the kind of the file system which
 * version it is. Else root is a folder that is laid out like /sys/fs/cgroup, or has such a one at
 * sys/fs/cgroup; what is there tells what it is:
 *
 *   cgroup.controllers                                      v2
 *   unified/cgroup.controllers that names memory            v2, on a hybrid host
 *   memory/                                                 v1, also on a hybrid host
 *
 * -ENOENT when there is no memory controller, -EACCES, -ENOMEM, or what open(2) said.
 */
int ow_cgroupfs_open(const char *root, struct ow_cgroupfs **ret, struct ow_err *err);
struct ow_cgroupfs *ow_cgroupfs_close(struct ow_cgroupfs *fs); /* takes and returns NULL */

static inline void ow_cgroupfs_closep(struct ow_cgroupfs **fs)
{
	*fs = ow_cgroupfs_close(*fs);
}

unsigned ow_cgroupfs_version(const struct ow_cgroupfs *fs);
const char *ow_cgroupfs_mount(const struct ow_cgroupfs *fs); /* "/sys/fs/cgroup/memory" */

/* Is this a cgroup namespace of its own, as in most containers? Then paths begin at its root, and
 * are not those that the kernel prints. */
bool ow_cgroupfs_is_namespaced(const struct ow_cgroupfs *fs);

struct ow_cgroup_walk_options {
	const char *path;   /* where to begin; NULL: the root */
	unsigned want;      /* bits of enum ow_cgroup_have: only their files are read */
	unsigned depth_max; /* groups that are deeper below path are passed over; 0: path alone */
};

/* What a walk came past, for those who say what is missing. */
struct ow_cgroup_walked {
	uint64_t groups;   /* that were given out */
	uint64_t vanished; /* removed before they could be read whole: left out */
	uint64_t denied;   /* groups that may not be looked into: left out, with all below them */
	uint64_t partial; /* groups given out of which a file could not be read or makes no sense */
	struct ow_err first; /* of the denied and partial ones: what was wrong with the first */
};

struct ow_cgroup_walk;

/*
 * Groups come depth first, a group before those below it, and those by their names' bytes. -ENOENT
 * when there is no group at path, -EINVAL when it is none that a kernel prints, else as for open.
 * fs must outlive the walk. It holds at most some 40 descriptors however deep the groups are, and
 * the names of the groups beside and above the one it is at.
 */
int ow_cgroup_walk_new(struct ow_cgroupfs *fs, const struct ow_cgroup_walk_options *options,
		       struct ow_cgroup_walk **ret, struct ow_err *err);
struct ow_cgroup_walk *ow_cgroup_walk_free(struct ow_cgroup_walk *walk);

static inline void ow_cgroup_walk_freep(struct ow_cgroup_walk **walk)
{
	*walk = ow_cgroup_walk_free(*walk);
}

/*
 * Returns 1 with the next group, 0 at the end, -ENOMEM at the arena's limit, or what ended the
 * walk. Path and lists are in the arena; the names in stat and events are the walk's, and so is
 * source: they are gone when it is freed.
 *
 * Nothing is mixed. The files of a group are read below one open directory, so they are of one
 * group even when it is removed and made anew meanwhile. Each file is read whole by one read(2), so
 * the numbers in it are as the kernel printed them at one moment. The order is: limits first, then
 * usage, then stat, then the rest; usage and stat are some microseconds apart. A group that is gone
 * before its last file is left out and counted. A file that this kernel does not have, or that
 * the root lacks, is absent and counts as nothing. The usage of the groups above, in binding_limit,
 * is as of when the walk came past them.
 */
int ow_cgroup_walk_next(struct ow_cgroup_walk *walk, struct ow_arena *arena, struct ow_cgroup *ret,
			struct ow_err *err);

const struct ow_cgroup_walked *ow_cgroup_walk_seen(const struct ow_cgroup_walk *walk);

/*
 * For a case: the raw files of the group at path (as the kernel prints it, with a leading /), on
 * this host. Those that this kernel does not have are left out.
 *
 * ret has room for OW_CGROUP_FILES_MAX files; they are in the arena, *n_ret of them. -ENOENT when
 * the group is gone, as it is after the death of a container, or no memory controller is mounted;
 * -EINVAL when path is not one that a kernel prints; -EXDEV when this runs in a cgroup namespace,
 * where the kernel's paths would lead to other groups.
 */
int ow_cgroup_collect(const char *path, struct ow_arena *arena, struct ow_evidence *ret,
		      size_t *n_ret, struct ow_err *err);

#define OW_CGROUP_FILES_MAX 32

#endif
