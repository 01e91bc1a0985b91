/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_CGROUP_LEVELS_H
#define OW_COLLECT_CGROUP_LEVELS_H

#include <dirent.h>
#include <sys/types.h>

#include "collect/cgroup-internal.h"

/*
 * Where a walk over groups is: one level for each group whose children are being walked over.
 * Groups may be thousands deep: at most OW_CGROUP_OPEN_MAX levels are open at one time, and those
 * above come back by "..".
 */

#define OW_CGROUP_OPEN_MAX 32

/* Bytes on the heap that are used as a stack. */
struct ow_cgroup_stack {
	char *p;
	size_t n, room;
};

struct ow_cgroup_level {
	int fd; /* -1: closed for a while */
	dev_t device;
	ino_t inode;
	unsigned depth;
	size_t path;                  /* bytes of levels->path that are its path; 0 is the root */
	struct ow_cgroup_bound bound; /* what its children inherit */

	bool listed;       /* what follows is set */
	size_t names;      /* where the names of its children begin in levels->names */
	size_t first;      /* the first child in levels->order */
	size_t next, last; /* the next one, and the end */
};

struct ow_cgroup_levels {
	struct ow_cgroup_level *level;
	size_t n, room;
	struct ow_cgroup_stack path, names;
	struct ow_cgroup_stack order; /* of size_t: where in names each name begins */
	char entries[OW_KIB(32)] __attribute__((aligned(__alignof__(struct dirent64))));
};

int ow_cgroup_stack_push(struct ow_cgroup_stack *stack, const void *bytes, size_t n);

/* Takes the level over with its descriptor, which stays the caller's on -ENOMEM. */
int ow_cgroup_levels_push(struct ow_cgroup_levels *levels, const struct ow_cgroup_level *level);

/* Leaves the last level. 0, or a negative errno with err filled when there is no way back. */
int ow_cgroup_levels_pop(struct ow_cgroup_levels *levels, struct ow_err *err);

/* Lists the children of the last level, by their names' bytes. 0, -ENOMEM; else the list ends early
 * and err says why. */
int ow_cgroup_levels_list(struct ow_cgroup_levels *levels, struct ow_err *err);

/* Makes name the only child of the last level. 0 or -ENOMEM. */
int ow_cgroup_levels_list_one(struct ow_cgroup_levels *levels, const char *name);

/* The next child of the last level; NULL at its end. Valid until the next list is made. */
const char *ow_cgroup_levels_next(struct ow_cgroup_levels *levels);

/* Closes and frees all of it. */
void ow_cgroup_levels_release(struct ow_cgroup_levels *levels);

#endif
