/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_CGROUPS_LIST_H
#define OW_CMD_CGROUPS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cgroups-column.h"
#include "record/field.h"

/*
 * The groups that are to be shown, until all are known and can be put in order. Of a group only
 * what its row shows and what it is sorted by is kept: some 400 bytes.
 */
#define OW_CGROUPS_LIST_MAX OW_MIB(256)

struct ow_cgroups_row {
	const struct ow_cgroups_row *parent; /* the row above it in a tree; NULL: none */
	const char *path;
	size_t index; /* in the order of the walk */
	unsigned level;
	enum ow_near near;
	bool has_value, has_usage;
	uint64_t value, usage; /* of the key, where it is a number */
	const char *text;      /* of the key, where it is none */
	const char *cell[];    /* NULL is absent */
};

struct ow_cgroups_list {
	/* Of the caller: */
	const struct ow_cgroups_column *key; /* to sort by; NULL: as they come */
	bool reverse, tree;
	bool bare;                      /* rows have no cells: only the order is wanted */
	const struct ow_fields *fields; /* the columns are these; NULL: those of the list */
	struct ow_arena *arena;         /* where the rows are kept */

	struct ow_cgroups_row **row;
	size_t n;
};

/* Where a list is printed. */
struct ow_cgroups_paper {
	FILE *out;
	size_t columns; /* 0: as many as it takes */
	bool colour;
};

/*
 * Makes a row of a group; parent is the row above it in a tree, or NULL. It is not in the list
 * before ow_cgroups_list_add. scratch holds what is made on the way. NULL when there is no memory.
 */
struct ow_cgroups_row *ow_cgroups_row_new(const struct ow_cgroups_list *list,
					  const struct ow_cgroups_facts *facts,
					  const struct ow_cgroups_row *parent,
					  struct ow_arena *scratch);

/* Behind the others. 0 or -ENOMEM. */
int ow_cgroups_list_add(struct ow_cgroups_list *list, struct ow_cgroups_row *row);

/* Puts the rows in their order. Absent values come last; of equal ones the larger usage is first.
 * In a tree rows are ordered among those of one parent. */
void ow_cgroups_list_sort(struct ow_cgroups_list *list);

/* How many cells a row has. */
size_t ow_cgroups_list_cells(const struct ow_cgroups_list *list);

/* Prints n rows from first on, with the headings. 0 or a negative errno. */
int ow_cgroups_list_print(const struct ow_cgroups_list *list, size_t first, size_t n,
			  const struct ow_cgroups_paper *paper);

#endif
