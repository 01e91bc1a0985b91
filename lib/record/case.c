/* SPDX-License-Identifier: Apache-2.0 */
#include "record/case.h"

#include <string.h>

const char *const ow_source_state_names[OW_SOURCE_COUNT] = {
	[OW_SOURCE_READ] = "read",
	[OW_SOURCE_ABSENT] = "absent",
	[OW_SOURCE_UNREADABLE] = "unreadable",
};

const struct ow_container *ow_case_container(const struct ow_case *c, const struct ow_owner *owner)
{
	if (owner->kind != OW_OWNER_CONTAINER || !owner->id)
		return NULL;
	for (size_t i = 0; i < c->n_containers; i++)
		if (strcmp(c->containers[i].id, owner->id) == 0)
			return &c->containers[i];
	return NULL;
}

const struct ow_cgroup *ow_case_cgroup(const struct ow_case *c, const char *path)
{
	for (size_t i = 0; path && i < c->n_cgroups; i++)
		if (strcmp(c->cgroups[i].path, path) == 0)
			return &c->cgroups[i];
	return NULL;
}
