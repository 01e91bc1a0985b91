/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_CGROUP_WALK_H
#define OW_TESTS_CGROUP_WALK_H

#include <limits.h>

#include "collect/cgroup.h"
#include "unit.h"

/* All groups of a walk, in their order. */
struct walked {
	struct ow_cgroup *group;
	size_t n;
	struct ow_cgroup_walked seen;
};

/* The names go with the walk. */
static inline void keep_names(struct ow_arena *arena, const struct ow_list *stats)
{
	struct ow_stat *stat = stats->item;

	for (size_t i = 0; i < stats->n; i++)
		stat[i].name = ow_printf(arena, "%s", stat[i].name);
}

static inline struct walked walk_from(struct ow_arena *arena, const char *root,
				      const struct ow_cgroup_walk_options *options)
{
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	struct walked walked = { 0 };
	struct ow_cgroup group;
	struct ow_err err;
	int r;

	assert_int_equal(ow_cgroupfs_open(root, &fs, &err), 0);
	assert_int_equal(ow_cgroup_walk_new(fs, options, &walk, &err), 0);
	while ((r = ow_cgroup_walk_next(walk, arena, &group, &err)) > 0) {
		walked.group = ow_grow(arena, walked.group, walked.n, sizeof(group));
		assert_non_null(walked.group);
		walked.group[walked.n++] = group;
		keep_names(arena, &group.stat);
		keep_names(arena, &group.events);
		keep_names(arena, &group.events_local);
	}
	assert_int_equal(r, 0);
	walked.seen = *ow_cgroup_walk_seen(walk);
	assert_int_equal(walked.seen.groups, walked.n);
	return walked;
}

static inline struct walked walk(struct ow_arena *arena, const char *root, unsigned want)
{
	return walk_from(arena, root,
			 &(struct ow_cgroup_walk_options){ .want = want, .depth_max = UINT_MAX });
}

static inline const struct ow_cgroup *find(const struct walked *walked, const char *path)
{
	for (size_t i = 0; i < walked->n; i++)
		if (strcmp(walked->group[i].path, path) == 0)
			return &walked->group[i];
	fail_msg("there is no %s", path);
	return NULL;
}

#endif
