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

struct ow_name ow_case_name(const struct ow_case *c, const struct ow_owner *owner)
{
	const struct ow_container *container = ow_case_container(c, owner);
	struct ow_name name = { .runtime = owner->runtime, .id = owner->id };

	if (container)
		ow_name_complete(&name, &(struct ow_name){ .runtime = container->runtime,
							   .name = container->name,
							   .image = container->image,
							   .from = container->source });
	for (size_t i = 0; owner->id && i < c->n_names; i++)
		if (c->names[i].id && strcmp(c->names[i].id, owner->id) == 0)
			ow_name_complete(&name, &c->names[i]);
	/* The last event says what it was called last. */
	for (size_t i = c->n_events; owner->kind == OW_OWNER_CONTAINER && owner->id && i-- > 0;)
		if (strcmp(c->events[i].container, owner->id) == 0)
			ow_name_complete(&name, &(struct ow_name){ .name = c->events[i].name,
								   .image = c->events[i].image,
								   .from = c->events[i].source });
	return name;
}

const struct ow_cgroup *ow_case_cgroup(const struct ow_case *c, const char *path)
{
	for (size_t i = 0; path && i < c->n_cgroups; i++)
		if (strcmp(c->cgroups[i].path, path) == 0)
			return &c->cgroups[i];
	return NULL;
}
