/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "collect/cgroup-internal.h"

const struct ow_cgroup_bound ow_cgroup_unbound = { .known = true, .limit_bytes = UINT64_MAX };

static uint64_t headroom(const struct ow_cgroup_bound *bound)
{
	return bound->limit_bytes > bound->usage_bytes ? bound->limit_bytes - bound->usage_bytes
						       : 0;
}

struct ow_cgroup_bound ow_cgroup_bind(const struct ow_cgroup *group, bool partial, size_t path,
				      const struct ow_cgroup_bound *inherited)
{
	struct ow_cgroup_bound own = { .known = true,
				       .path = path,
				       .limit_bytes = group->limit_bytes,
				       .usage_bytes = group->usage_bytes };

	/* Where the controller is not switched on, and at the root of v2, there is no such file. */
	if (!(group->have & OW_CGROUP_LIMIT))
		own.limit_bytes = UINT64_MAX;
	if (!inherited->known)
		return *inherited;
	if (partial && !(group->have & OW_CGROUP_LIMIT))
		own.known = false;
	else if (own.limit_bytes == UINT64_MAX)
		return *inherited;
	else if (!(group->have & OW_CGROUP_USAGE))
		own.known = false;
	if (own.known && inherited->limit_bytes != UINT64_MAX &&
	    headroom(inherited) < headroom(&own))
		return *inherited;
	return own;
}

struct ow_cgroup_bound ow_cgroup_pass_on(const struct ow_cgroup *group,
					 const struct ow_cgroup_bound *bound)
{
	const bool alone = (group->have & OW_CGROUP_USE_HIERARCHY) && !group->use_hierarchy;

	return alone ? ow_cgroup_unbound : *bound;
}

int ow_cgroup_tell_bound(const struct ow_cgroup_bound *bound, struct ow_str path,
			 struct ow_arena *arena, struct ow_cgroup *group)
{
	struct ow_cgroup_binding *to = &group->binding_limit;

	if (!bound->known)
		return 0;
	if (bound->path == 0)
		to->path = "/";
	else if (bound->path == path.n)
		to->path = group->path;
	else
		to->path = ow_str_keep(arena, (struct ow_str){ path.p, bound->path });
	if (!to->path)
		return -ENOMEM;
	to->limit_bytes = bound->limit_bytes;
	if (bound->limit_bytes != UINT64_MAX) {
		to->usage_bytes = bound->usage_bytes;
		to->headroom_bytes = headroom(bound);
		to->have = OW_CGROUP_BINDING_USAGE;
	}
	group->have |= OW_CGROUP_BINDING_LIMIT;
	return 0;
}
