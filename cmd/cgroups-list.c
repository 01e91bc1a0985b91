/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups-list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "render/field-text.h"

#define INDENT     2
#define INDENT_MAX 64 /* groups may be thousands deep */

size_t ow_cgroups_list_cells(const struct ow_cgroups_list *list)
{
	if (list->bare)
		return 0;
	return list->fields ? list->fields->n : ow_cgroups_columns_n;
}

static const char *column_text(const struct ow_cgroups_list *list,
			       const struct ow_cgroups_column *column,
			       const struct ow_cgroups_facts *facts, unsigned level,
			       struct ow_arena *scratch)
{
	const unsigned indent = INDENT * level < INDENT_MAX ? INDENT * level : INDENT_MAX;
	const char *text;

	if (column->hidden)
		return NULL;
	if (!list->tree || !column->branch)
		return ow_cgroups_cell(column, facts, scratch);
	text = column->branch(facts, scratch);
	return text ? ow_printf(scratch, "%*s%s", (int)indent, "", text) : NULL;
}

static int fill_cells(const struct ow_cgroups_list *list, const struct ow_cgroups_facts *facts,
		      struct ow_cgroups_row *row, struct ow_arena *scratch)
{
	for (size_t i = 0; i < ow_cgroups_list_cells(list); i++) {
		const char *text = NULL;

		if (!list->fields)
			text = column_text(list, &ow_cgroups_columns[i], facts, row->level,
					   scratch);
		else if (ow_field_text(&list->fields->item[i], facts->group, scratch, &text) < 0)
			return -ENOMEM;
		row->cell[i] = text ? ow_str_keep(list->arena, ow_str(text)) : NULL;
	}
	return 0;
}

static void fill_key(const struct ow_cgroups_list *list, const struct ow_cgroups_facts *facts,
		     struct ow_cgroups_row *row, struct ow_arena *scratch)
{
	const struct ow_cgroups_column *key = list->key;
	const char *text;

	row->has_usage = facts->group->have & OW_CGROUP_USAGE;
	row->usage = facts->group->usage_bytes;
	if (key && key->value) {
		row->has_value = key->value(facts, &row->value);
	} else if (key) {
		text = ow_cgroups_cell(key, facts, scratch);
		row->text = text ? ow_str_keep(list->arena, ow_str(text)) : NULL;
	}
}

struct ow_cgroups_row *ow_cgroups_row_new(const struct ow_cgroups_list *list,
					  const struct ow_cgroups_facts *facts,
					  const struct ow_cgroups_row *parent,
					  struct ow_arena *scratch)
{
	const size_t cells = ow_cgroups_list_cells(list);
	struct ow_cgroups_row *row =
		ow_alloc(list->arena, 1, sizeof(*row) + cells * sizeof(row->cell[0]));

	if (!row)
		return NULL;
	row->parent = parent;
	row->level = parent ? parent->level + 1 : 0;
	row->near = facts->near;
	row->path = ow_str_keep(list->arena, ow_str(facts->group->path));
	fill_key(list, facts, row, scratch);
	if (fill_cells(list, facts, row, scratch) < 0)
		return NULL;
	return ow_arena_refused(list->arena) || ow_arena_refused(scratch) ? NULL : row;
}

int ow_cgroups_list_add(struct ow_cgroups_list *list, struct ow_cgroups_row *row)
{
	struct ow_cgroups_row **more =
		ow_grow(list->arena, list->row, list->n, sizeof(struct ow_cgroups_row *));

	if (!more)
		return -ENOMEM;
	row->index = list->n;
	list->row = more;
	list->row[list->n++] = row;
	return 0;
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_keys(const struct ow_cgroups_row *a, const struct ow_cgroups_row *b,
			const struct ow_cgroups_list *list)
{
	int c;

	if (a->text && b->text) {
		c = strcmp(a->text, b->text);
		return list->reverse ? -c : c;
	}
	if (a->has_value && b->has_value) {
		c = order(a->value, b->value);
		return list->key->least == list->reverse ? -c : c;
	}
	return (b->has_value || b->text) - (a->has_value || a->text);
}

static int compare_siblings(const struct ow_cgroups_row *a, const struct ow_cgroups_row *b,
			    const struct ow_cgroups_list *list)
{
	int c = list->key ? compare_keys(a, b, list) : 0;

	if (c == 0 && list->key && a->has_usage && b->has_usage)
		c = order(b->usage, a->usage);
	if (c == 0)
		c = list->reverse && !list->key ? order(b->index, a->index)
						: order(a->index, b->index);
	return c;
}

/* In a tree the order of two rows is that of the siblings which they are, or are below of. */
static int compare(const void *left, const void *right, void *arg)
{
	const struct ow_cgroups_row *a = *(struct ow_cgroups_row *const *)left,
				    *b = *(struct ow_cgroups_row *const *)right;
	const int levels = (int)a->level - (int)b->level;

	for (int i = levels; i > 0; i--)
		a = a->parent;
	for (int i = levels; i < 0; i++)
		b = b->parent;
	if (a == b)
		return levels;
	for (; a->parent != b->parent; a = a->parent, b = b->parent)
		;
	return compare_siblings(a, b, arg);
}

void ow_cgroups_list_sort(struct ow_cgroups_list *list)
{
	if ((list->key || list->reverse) && list->n)
		qsort_r(list->row, list->n, sizeof(struct ow_cgroups_row *), compare, list);
}
