/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_CGROUP_INTERNAL_H
#define OW_COLLECT_CGROUP_INTERNAL_H

#include "collect/cgroup.h"
#include "read/stats.h"

/* What the files of this family share. */

struct ow_cgroupfs {
	int fd;   /* the root of the hierarchy */
	int pids; /* that of the pids controller where it has one of its own; else -1 */
	unsigned version;
	bool is_namespaced;
	bool counts_links; /* a group has 2 links, and one more for each group below it */
	char *mount;
};

/* "/a/b": no part is empty, "." or "..". "/" is the root. */
bool ow_cgroup_is_path(const char *path);

/* Reads files of groups into records: one buffer and one set of names for all of them. */
struct ow_cgroup_reader {
	const struct ow_cgroupfs *fs;
	struct ow_arena *arena; /* of the names */
	struct ow_stat_names names;
	char *buffer;
	size_t room;
};

/* What came of reading a group. */
struct ow_cgroup_missed {
	bool absent;  /* a file is not there, or the group is not there any more */
	bool partial; /* a file could not be read or makes no sense: err says why */
	struct ow_err err;
};

/* Adds to group, whose path and version are set, what its files say that want needs; dir is open on
 * it. Returns 0, -ENOMEM, or -EMFILE and the like, with err filled. */
int ow_cgroup_reader_read(struct ow_cgroup_reader *reader, int dir, unsigned want,
			  struct ow_arena *arena, struct ow_cgroup *group,
			  struct ow_cgroup_missed *missed, struct ow_err *err);

/* The limit that a group will meet first, by record/cgroup.h. path is how many bytes of the group's
 * path are that of the group that has it. */
struct ow_cgroup_bound {
	bool known;
	size_t path;
	uint64_t limit_bytes, usage_bytes;
};

/* No limit but the machine. */
extern const struct ow_cgroup_bound ow_cgroup_unbound;

/* That of a group below one that passes the inherited one on; partial: not all that is wanted of
 * the group could be read, so a limit that is absent is not known. */
struct ow_cgroup_bound ow_cgroup_bind(const struct ow_cgroup *group, bool partial, size_t path,
				      const struct ow_cgroup_bound *inherited);

/* What the groups below it inherit: on v1 only where their memory is charged to it. */
struct ow_cgroup_bound ow_cgroup_pass_on(const struct ow_cgroup *group,
					 const struct ow_cgroup_bound *bound);

/* Puts it into the group's record; path is the group's, "" for the root. 0 or -ENOMEM. */
int ow_cgroup_tell_bound(const struct ow_cgroup_bound *bound, struct ow_str path,
			 struct ow_arena *arena, struct ow_cgroup *group);

/* Frees the buffer and the names. */
void ow_cgroup_reader_release(struct ow_cgroup_reader *reader);

#endif
