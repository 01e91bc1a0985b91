/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_CGROUPS_COLUMN_H
#define OW_CMD_CGROUPS_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/group.h"
#include "base/arena.h"
#include "record/cgroup.h"
#include "record/owner.h"

/* A group with what was worked out of it for a row of the list. */
struct ow_cgroups_facts {
	const struct ow_cgroup *group;
	struct ow_owner owner;
	struct ow_balance balance;
	enum ow_near near;
	bool has_fill;
	double fill; /* of the binding limit */
};

enum ow_cgroups_form {
	OW_CGROUPS_TEXT,
	OW_CGROUPS_BYTES, /* UINT64_MAX is no limit */
	OW_CGROUPS_COUNT,
	OW_CGROUPS_SHARE, /* hundredths of a percent */
};

/* A column of the list, which is also a key that the list can be sorted by. */
struct ow_cgroups_column {
	const char *key; /* as --sort takes it; NULL: it is no key */
	const char *heading;
	size_t width; /* what a usual cell takes */
	enum ow_cgroups_form form;
	unsigned rank;  /* where there is no room, those with the highest are left out first */
	unsigned wants; /* what the reader has to read for it: enum ow_cgroup_have */
	bool least;     /* sorted with the least first; else with the most */
	bool cut;       /* a cell is cut where it is too long for the terminal */
	bool hidden;    /* a key, and no column of the list */
	/* What it is sorted by; false where that is absent. NULL: by the text. */
	bool (*value)(const struct ow_cgroups_facts *facts, uint64_t *ret);
	/* In the arena, or NULL where it is absent. NULL: the value in its form. */
	const char *(*text)(const struct ow_cgroups_facts *facts, struct ow_arena *arena);
	/* The same in a tree, where what is above the group stands above it. NULL: no difference.
	 */
	const char *(*branch)(const struct ow_cgroups_facts *facts, struct ow_arena *arena);
};

/* In the order of the list. */
extern const struct ow_cgroups_column ow_cgroups_columns[];
extern const size_t ow_cgroups_columns_n;

#define OW_CGROUPS_COLUMNS_MAX 32

/* The column of that key; NULL when there is none. */
const struct ow_cgroups_column *ow_cgroups_key(const char *key);

/* What stands in the cell of the column. NULL where it is absent, or the arena refuses (and
 * remembers). */
const char *ow_cgroups_cell(const struct ow_cgroups_column *column,
			    const struct ow_cgroups_facts *facts, struct ow_arena *arena);

/* Is there somebody whom the group belongs to, or is it a path and no more? */
bool ow_cgroups_is_somebody(const struct ow_owner *owner);

#endif
