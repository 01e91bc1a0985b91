/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_CGROUPS_PLAN_H
#define OW_CMD_CGROUPS_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "cgroups-column.h"
#include "command.h"
#include "record/cgroup.h"

/* What the words of the call ask for. */
struct ow_cgroups_request {
	const char *sort, *fields, *root, *host; /* NULL when not given */
	bool tree, all, processes, reverse, json, no_names;
	int64_t lines, depth; /* below 0: all */
};

/* What is to be shown of the groups and in which order, worked out from that. */
struct ow_cgroups_plan {
	const struct ow_cgroups_column *key; /* NULL: as they come */
	bool by_fields;                      /* fields are those that were asked for */
	struct ow_fields fields;             /* of the JSON, or in the place of the columns */
	struct ow_field item[OW_CGROUPS_COLUMNS_MAX];
	unsigned want; /* what is to be read for that: enum ow_cgroup_have */
};

/* The keys that a list can be sorted by, as help and completions show them. */
#define OW_CGROUPS_KEYS                                                                                 \
	"near|name|kind|usage|limit|high|headroom|use|anon|file|shmem|kernel|swap|peak|kills|pressure|" \
	"path"

/* Works it out. 0, or OW_EXIT_USAGE after having said what was wrong. */
int ow_cgroups_plan(const struct ow_command *command, const struct ow_cgroups_request *request,
		    struct ow_cgroups_plan *ret);

#endif
