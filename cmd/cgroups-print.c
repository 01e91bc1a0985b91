/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a list as a table for people. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cgroups-list.h"
#include "render/columns.h"
#include "render/field-text.h"
#include "render/table.h"

#define BATCH_ROWS 1000 /* a table is drawn in pieces: libsmartcols holds its cells until then */
#define FIELD_MIN  12

/* A column of the table as it comes out. */
struct shown {
	struct ow_column column;
	size_t cell; /* of the row */
	unsigned rank;
	size_t width; /* of its widest cell */
	size_t need;  /* what it takes at least; in the end, what it gets */
};

static struct shown of_field(const struct ow_field *field)
{
	const bool number = ow_field_is_number(field);

	return (struct shown){
		.column = { .name = field->name, .right = number, .cut = !number },
		.need = FIELD_MIN,
	};
}

static struct shown of_column(const struct ow_cgroups_column *c)
{
	return (struct shown){
		.column = { .name = c->heading,
			    .right = c->form != OW_CGROUPS_TEXT,
			    .cut = c->cut },
		.rank = c->rank,
		.need = c->width,
	};
}

/* The widest cell; 0 when no row has one. */
static size_t widest(const struct ow_cgroups_list *list, size_t cell, size_t first, size_t n)
{
	size_t most = 0;
	bool any = list->fields; /* who asked for it sees that it is empty */

	for (size_t i = first; i < first + n; i++) {
		const char *text = list->row[i]->cell[cell];
		const size_t width = text ? ow_columns(ow_str(text)) : 1;

		any |= text && *text;
		most = width > most ? width : most;
	}
	return any ? most : 0;
}

/* Every column that has something to show. One that is not cut needs all of its width. */
static size_t choose(const struct ow_cgroups_list *list, size_t first, size_t n, size_t columns,
		     struct shown *ret)
{
	size_t shown = 0;

	for (size_t i = 0; i < ow_cgroups_list_cells(list); i++) {
		struct shown s = list->fields ? of_field(&list->fields->item[i])
					      : of_column(&ow_cgroups_columns[i]);
		const size_t heading = ow_columns(ow_str(s.column.name));

		s.cell = i;
		s.width = widest(list, i, first, n);
		if (!s.width)
			continue;
		if (s.width < heading)
			s.width = heading;
		if (!columns || !s.column.cut || s.need > s.width)
			s.need = s.width;
		s.column.width = s.column.cut ? 1 : (double)s.width;
		ret[shown++] = s;
	}
	return shown;
}

/* What all of them need, with the blanks between. */
static size_t needed(const struct shown *shown, size_t n)
{
	size_t sum = n ? n - 1 : 0;

	for (size_t i = 0; i < n; i++)
		sum += shown[i].need;
	return sum;
}

/* Leaves out columns by their rank until the others fit, and gives those that are cut what is left,
 * the first of them first. */
static size_t fit(struct shown *shown, size_t n, size_t columns)
{
	size_t left;

	while (needed(shown, n) > columns) {
		size_t worst = 0;

		for (size_t i = 0; i < n; i++)
			if (shown[i].rank > shown[worst].rank)
				worst = i;
		if (shown[worst].rank == 0)
			return n;
		n--;
		memmove(&shown[worst], &shown[worst + 1], (n - worst) * sizeof(*shown));
	}
	left = columns - needed(shown, n);
	for (size_t i = 0; i < n; i++) {
		const size_t more = shown[i].width - shown[i].need;

		shown[i].need += more < left ? more : left;
		left -= more < left ? more : left;
	}
	return n;
}

static struct ow_table *new_table(const struct shown *shown, size_t n, size_t columns)
{
	struct ow_column column[OW_CGROUPS_COLUMNS_MAX];

	for (size_t i = 0; i < n; i++)
		column[i] = shown[i].column;
	return ow_table_new(column, n, columns);
}

/* libsmartcols would cut the first column to its heading before it cuts another. */
static const char *cut(const char *text, const struct shown *shown, struct ow_arena *arena)
{
	size_t n;

	if (!text || !shown->column.cut)
		return text;
	n = ow_columns_fit(ow_str(text), shown->need);
	return text[n] ? ow_str_keep(arena, (struct ow_str){ text, n }) : text;
}

static int add_row(struct ow_table *table, const struct shown *shown, size_t n,
		   const struct ow_cgroups_row *row, bool colour)
{
	static const char *const colours[] = {
		[OW_NEAR_NOT] = NULL,
		[OW_NEAR_CACHE] = "yellow",
		[OW_NEAR_FULL] = "red",
	};
	const char *cell[OW_CGROUPS_COLUMNS_MAX];
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	int error;

	if (!arena)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		cell[i] = cut(row->cell[shown[i].cell], &shown[i], arena);
	error = ow_arena_refused(arena) ? -ENOMEM : ow_table_add(table, cell);
	if (error == 0 && colour && colours[row->near])
		error = ow_table_paint(table, colours[row->near]);
	return error;
}

static int print_batch(const struct ow_cgroups_list *list, size_t first, size_t n,
		       const struct shown *shown, size_t n_shown,
		       const struct ow_cgroups_paper *paper)
{
	ow_scoped(ow_table_freep) struct ow_table *table =
		new_table(shown, n_shown, paper->columns);
	int error = table ? 0 : -ENOMEM;

	for (size_t i = first; i < first + n && error == 0; i++)
		error = add_row(table, shown, n_shown, list->row[i], paper->colour);
	return error == 0 ? ow_table_print(table, paper->out) : error;
}

int ow_cgroups_list_print(const struct ow_cgroups_list *list, size_t first, size_t n,
			  const struct ow_cgroups_paper *paper)
{
	struct shown shown[OW_CGROUPS_COLUMNS_MAX];
	size_t n_shown;
	int error = 0;

	n_shown = choose(list, first, n, paper->columns, shown);
	if (paper->columns)
		n_shown = fit(shown, n_shown, paper->columns);
	for (size_t at = 0; at < n && error == 0; at += BATCH_ROWS)
		error = print_batch(list, first + at, n - at < BATCH_ROWS ? n - at : BATCH_ROWS,
				    shown, n_shown, paper);
	return error;
}
