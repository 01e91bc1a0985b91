/* SPDX-License-Identifier: Apache-2.0 */
#include "render/excerpt.h"

#include <errno.h>

#include "base/escape.h"
#include "render/columns.h"

#define LEAD   12 /* columns that are shown in front of a mark that is far to the right */
#define GUTTER 9  /* columns of the line's number and what parts it from the line */

/* A mark in columns of the escaped line. */
struct place {
	size_t column, columns;
	const char *note;
};

struct sheet {
	struct ow_arena *arena;
	size_t number; /* of the line, in front of the first row; 0: none */
	const char **line;
	size_t n;
	int error;
};

static void put(struct sheet *sheet, const char *text)
{
	const char **more;

	if (text && sheet->number && sheet->n == 0)
		text = ow_printf(sheet->arena, "%*zu | %s", GUTTER - 3, sheet->number, text);
	else if (text && sheet->number)
		text = ow_printf(sheet->arena, "%*s | %s", GUTTER - 3, "", text);
	more = ow_grow(sheet->arena, sheet->line, sheet->n, sizeof(*sheet->line));

	if (!more || !text) {
		sheet->error = -ENOMEM;
		return;
	}
	sheet->line = more;
	sheet->line[sheet->n++] = text;
}

static char *blanks(struct ow_arena *arena, size_t n)
{
	return ow_printf(arena, "%*s", (int)n, "");
}

/* The escaped line, and where its marks are in it. */
static const char *place_marks(const struct ow_excerpt *e, struct ow_arena *arena,
			       struct place *place)
{
	const char *all = "";
	size_t at = 0;

	for (size_t i = 0; all && i <= e->n_marks; i++) {
		size_t end = i < e->n_marks ? e->mark[i].at : e->line.n;
		struct ow_str front = { e->line.p + at, end - at }, mark = { 0 };
		char *shown = ow_escape_text(arena, front), *marked;

		if (!shown)
			return NULL;
		all = ow_printf(arena, "%s%s", all, shown);
		at = end;
		if (!all || i == e->n_marks)
			break;
		mark = (struct ow_str){ e->line.p + at, e->mark[i].n };
		marked = ow_escape_text(arena, mark);
		if (!marked)
			return NULL;
		place[i].column = ow_columns(ow_str(all));
		place[i].columns = ow_columns(ow_str(marked));
		place[i].note =
			e->mark[i].note ? ow_escape_text(arena, ow_str(e->mark[i].note)) : NULL;
		all = ow_printf(arena, "%s%s", all, marked);
		at += mark.n;
	}
	return all;
}

/* The part of the line from column first on, width columns of it, with dots where it is cut. */
static const char *piece(struct ow_arena *arena, const char *line, size_t first, size_t width)
{
	struct ow_str s = ow_str(line);
	size_t skipped = ow_columns_fit(s, first), fits;

	s = ow_str_skip(s, skipped);
	if (ow_columns(s) <= width)
		return ow_printf(arena, "%s%s", first ? "..." : "", s.p);
	fits = ow_columns_fit(s, width - 3);
	return ow_printf(arena, "%s%.*s...", first ? "..." : "", (int)fits, s.p);
}

/* The carets of marks from to n, and their notes: the last one beside its carets, the others below
 * theirs, so that no note runs into the next carets. */
static void put_carets(struct sheet *sheet, const struct place *place, size_t n, size_t first,
		       size_t width)
{
	const size_t shift = first ? 3 : 0;
	char *row = blanks(sheet->arena, width + shift + 1);
	const char *last;
	size_t end = 0;
	bool beside;

	if (!row) {
		sheet->error = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < place[i].columns; k++) {
			size_t column = place[i].column - first + shift + k;

			if (column < width + shift) {
				row[column] = '^';
				end = column + 1;
			}
		}
	row[end] = '\0';
	last = place[n - 1].note ? place[n - 1].note : "";
	beside = end + 1 + ow_columns(ow_str(last)) <= width;
	put(sheet,
	    ow_printf(sheet->arena, "%s%s%s", row, beside && *last ? " " : "", beside ? last : ""));
	for (size_t i = beside ? n - 1 : n; i-- > 0;)
		if (place[i].note)
			put(sheet,
			    ow_printf(sheet->arena, "%*s%s", (int)(place[i].column - first + shift),
				      "", place[i].note));
}

int ow_excerpt_lines(const struct ow_excerpt *excerpt, size_t width, struct ow_arena *arena,
		     const char *const **ret, size_t *n)
{
	struct place *place = ow_alloc(arena, excerpt->n_marks + 1, sizeof(*place));
	struct sheet sheet = { .arena = arena, .number = excerpt->number };
	const char *line = place ? place_marks(excerpt, arena, place) : NULL;
	size_t i = 0;

	if (!line)
		return -ENOMEM;
	if (excerpt->number)
		width = width > GUTTER ? width - GUTTER : 0;
	if (width < 40)
		width = 40;
	if (excerpt->n_marks == 0)
		put(&sheet, piece(arena, line, 0, width));
	while (i < excerpt->n_marks && sheet.error == 0) {
		bool far = place[i].column + place[i].columns > width - 3;
		size_t first = far && place[i].column > LEAD ? place[i].column - LEAD : 0;
		size_t room = first ? width - 6 : width - 3, many = 1;

		while (i + many < excerpt->n_marks &&
		       place[i + many].column + place[i + many].columns <= first + room)
			many++;
		put(&sheet, piece(arena, line, first, first ? width - 3 : width));
		put_carets(&sheet, &place[i], many, first, room);
		i += many;
	}
	if (sheet.error)
		return sheet.error;
	*ret = sheet.line;
	*n = sheet.n;
	return 0;
}
