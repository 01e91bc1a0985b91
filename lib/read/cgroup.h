/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CGROUP_H
#define OW_READ_CGROUP_H

#include "base/arena.h"
#include "base/scan.h"
#include "read/stats.h"
#include "record/cgroup.h"

/*
 * Reads the files of a cgroup, one at a time, as a case has them (record/evidence.h) or as the file
 * system has them now:
 *
 *   cgroup/v1/docker/3418.../memory.limit_in_bytes   209715200
 *   cgroup/v2/system.slice/web.service/memory.max    max
 *   cgroup/v2/batch/worker%201/memory.events         oom_kill 3
 */

/* A file that has a reader. */
struct ow_cgroup_file {
	unsigned version; /* 1 or 2; 0: both have it */
	const char *name; /* "memory.max" */
	unsigned gives;   /* bits of enum ow_cgroup_have */
	bool is_pids;     /* of the pids controller, which has a hierarchy of its own on v1 */
	bool is_long;     /* printed in pieces, of any length; others are printed at once */

	/* For the reader itself. */
	int (*read)(const struct ow_cgroup_file *file, struct ow_str text,
		    struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group);
	size_t offset;  /* of the value in struct ow_cgroup */
	size_t counter; /* of the counter that it is part of, if it is part of one */
	unsigned part;  /* its bit there, or 0 */
};

/* All of them, in the order in which they are best read: limits, usage, stat, then what is compared
 * with usage, so that a peak is never below it. */
extern const struct ow_cgroup_file ow_cgroup_files[];
extern const size_t ow_cgroup_files_n;

static inline bool ow_cgroup_file_is_of(const struct ow_cgroup_file *file, uint64_t version)
{
	return file->version == 0 || file->version == version;
}

/* The one of that name; NULL when none has a reader. */
const struct ow_cgroup_file *ow_cgroup_file(unsigned version, const char *name);

/*
 * Adds to group what the text of the file says; names may be NULL (read/stats.h). What the kernel
 * prints for a limit that nobody set becomes UINT64_MAX. Texts and lists are in the arena. Returns
 * how many lines of the file make no sense, -EBADMSG with group as it was when none does, -ENOMEM.
 */
int ow_cgroup_read(const struct ow_cgroup_file *file, struct ow_str text,
		   struct ow_stat_names *names, struct ow_arena *arena, struct ow_cgroup *group);

/* Which file of which group a file of a case is. */
struct ow_cgroup_place {
	unsigned version;
	const char *path; /* of the group, as the kernel prints it: "/docker/3418..." */
	const char *name; /* "memory.max" */
};

/* Takes the path of a file of a case apart. Returns 0, -EINVAL when it is no such path, -ENOMEM. */
int ow_cgroup_place_read(const char *path, struct ow_arena *arena, struct ow_cgroup_place *ret);

#endif
