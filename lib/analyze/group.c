/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/group.h"

#include <string.h>

#include "analyze/words.h"

const char *ow_group_source(const struct ow_cgroup *group, unsigned what, struct ow_arena *arena)
{
	static const struct {
		unsigned what;
		const char *v1, *v2;
	} files[] = {
		{ OW_CGROUP_USAGE, "memory.usage_in_bytes", "memory.current" },
		{ OW_CGROUP_LIMIT, "memory.limit_in_bytes", "memory.max" },
		{ OW_CGROUP_STAT, "memory.stat", "memory.stat" },
		{ OW_CGROUP_OOM_KILLS, "memory.oom_control", "memory.events" },
	};
	const char *slash = group->source ? strrchr(group->source, '/') : NULL;

	for (size_t i = 0; slash && i < OW_ARRAY_SIZE(files); i++)
		if (files[i].what == what)
			return ow_printf(arena, "%.*s/%s", (int)(slash - group->source),
					 group->source,
					 group->version == 1 ? files[i].v1 : files[i].v2);
	return group->source;
}

void ow_group_balance(const struct ow_cgroup *group, struct ow_balance *ret)
{
	const bool kmem =
		group->have & OW_CGROUP_KMEM && group->kmem.have & OW_CGROUP_COUNTER_USAGE;
	const struct ow_oom oom = {
		.have = (group->have & OW_CGROUP_USAGE ? OW_OOM_USAGE : 0) |
			(kmem ? OW_OOM_KMEM : 0),
		.kind = OW_OOM_MEMCG,
		.usage_bytes = group->usage_bytes,
		.kmem = { .have = OW_COUNTER_USAGE, .usage_bytes = group->kmem.usage_bytes },
		.memory_stat = group->have & OW_CGROUP_STAT ? group->stat : (struct ow_list){ 0 },
	};

	ow_balance_make(&oom, ret);
}

bool ow_group_cache(const struct ow_cgroup *group, uint64_t *ret_bytes)
{
	/* v1 has the group alone without total_, v2 has no total_. */
	static const char *const names[][2] = { { "total_inactive_file", "total_active_file" },
						{ "inactive_file", "active_file" } };

	if (!(group->have & OW_CGROUP_STAT))
		return false;
	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		const struct ow_stat *inactive = ow_stat_find(&group->stat, names[i][0]);
		const struct ow_stat *active = ow_stat_find(&group->stat, names[i][1]);

		if (inactive && active) {
			*ret_bytes = ow_add(inactive->value, active->value);
			return true;
		}
	}
	return false;
}

static bool is_bound(const struct ow_cgroup *group)
{
	return group->have & OW_CGROUP_BINDING_LIMIT &&
	       group->binding_limit.have & OW_CGROUP_BINDING_USAGE &&
	       group->binding_limit.limit_bytes != UINT64_MAX;
}

/* A limit of 0 is full with nothing in it: no page can be charged. */
static double share(uint64_t bytes, uint64_t limit)
{
	return limit ? ow_share(bytes, limit) : 1;
}

bool ow_group_fill(const struct ow_cgroup *group, double *ret)
{
	const struct ow_cgroup_binding *binding = &group->binding_limit;

	if (!is_bound(group))
		return false;
	*ret = share(binding->usage_bytes, binding->limit_bytes);
	return true;
}

enum ow_near ow_group_near(const struct ow_cgroup *group, const uint64_t *cache_bytes)
{
	const struct ow_cgroup_binding *binding = &group->binding_limit;
	double fill;

	if (!ow_group_fill(group, &fill) || fill < OW_NEAR)
		return OW_NEAR_NOT;
	if (!cache_bytes)
		return OW_NEAR_FULL;
	fill = share(ow_less(binding->usage_bytes, *cache_bytes), binding->limit_bytes);
	return fill < OW_NEAR ? OW_NEAR_CACHE : OW_NEAR_FULL;
}
