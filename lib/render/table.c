/* SPDX-License-Identifier: Apache-2.0 */
#include "render/table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

struct ow_table {
	struct libscols_table *scols;
	size_t n;
	/* libsmartcols measures cells by the locale of the thread, and goes round in circles at
	 * what is no character there. 0 where this system has no UTF-8. */
	locale_t utf8;
};

struct ow_table *ow_table_free(struct ow_table *table)
{
	if (table)
		scols_unref_table(table->scols);
	if (table && table->utf8)
		freelocale(table->utf8);
	free(table);
	return NULL;
}

struct ow_table *ow_table_new(const struct ow_column *columns, size_t n, size_t width)
{
	struct ow_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->n = n;
	table->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	table->scols = scols_new_table();
	if (!table->scols)
		return ow_table_free(table);
	scols_table_enable_noencoding(table->scols, 1); /* the cells are escaped already */
	if (width)
		scols_table_set_termwidth(table->scols, width);
	scols_table_set_termforce(table->scols,
				  width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < n; i++) {
		int flags = (columns[i].right ? SCOLS_FL_RIGHT : 0) |
			    (columns[i].cut ? SCOLS_FL_TRUNC : 0);

		if (!scols_table_new_column(table->scols, columns[i].name, columns[i].width, flags))
			return ow_table_free(table);
	}
	return table;
}

/* The cell with each byte above ASCII as \xNN. NULL when the arena refuses. */
static char *to_ascii(struct ow_arena *arena, const char *cell)
{
	char *text = ow_alloc(arena, 4 * strlen(cell) + 1, 1), *p = text;

	for (; text && *cell; cell++) {
		if ((unsigned char)*cell < 0x80)
			*p++ = *cell;
		else
			p += snprintf(p, 5, "\\x%02x", (unsigned char)*cell);
	}
	return text;
}

int ow_table_add(struct ow_table *table, const char *const *cells)
{
	struct libscols_line *line = scols_table_new_line(table->scols, NULL);

	for (size_t i = 0; line && i < table->n; i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
		const char *cell = cells[i] ? cells[i] : "-";

		cell = arena ? ow_escape_text(arena, ow_str(cell)) : NULL;
		if (cell && !table->utf8)
			cell = to_ascii(arena, cell);
		if (!cell || scols_line_set_data(line, i, cell) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

int ow_table_paint(struct ow_table *table, const char *colour)
{
	const size_t n = scols_table_get_nlines(table->scols);
	struct libscols_line *line = n ? scols_table_get_line(table->scols, n - 1) : NULL;

	if (!line)
		return 0;
	(void)scols_table_enable_colors(table->scols, 1);
	return scols_line_set_color(line, colour) < 0 ? -ENOMEM : 0;
}

int ow_table_print(struct ow_table *table, FILE *out)
{
	const locale_t before = table->utf8 ? uselocale(table->utf8) : (locale_t)0;
	int error;

	scols_table_set_stream(table->scols, out);
	error = scols_print_table(table->scols);
	if (before)
		(void)uselocale(before);
	return error < 0 || ferror(out) ? -EIO : 0;
}

char *ow_bytes_in(uint64_t bytes, char buffer[OW_BYTES_MAX])
{
	static const char units[] = "BKMGTPE";
	double size = (double)bytes;
	size_t unit = 0;

	while (size >= 1023.95 && units[unit + 1]) {
		size /= 1024;
		unit++;
	}
	(void)snprintf(buffer, OW_BYTES_MAX, unit ? "%.1f%c" : "%.0f%c", size, units[unit]);
	return buffer;
}

char *ow_bytes_text(struct ow_arena *arena, uint64_t bytes)
{
	char buffer[OW_BYTES_MAX];

	return ow_str_keep(arena, ow_str(ow_bytes_in(bytes, buffer)));
}
