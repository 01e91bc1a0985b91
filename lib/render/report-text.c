/* SPDX-License-Identifier: Apache-2.0 */
/* The report for a terminal: like a man page, with headings at the margin and the text below them.
 * It is the same without colour. */
#include <ctype.h>
#include <errno.h>

#include "base/escape.h"
#include "render/columns.h"
#include "render/excerpt.h"
#include "render/flow.h"
#include "render/report.h"

#define WIDTH_USUAL 80
#define WIDTH_LEAST 40
#define INDENT      2
#define SCRATCH     OW_MIB(64)
#define GAP         2  /* between the columns of a table */
#define CELL_LEAST  10 /* columns that a cell is not narrowed below */
#define COLUMNS_MAX 8

struct page {
	struct ow_arena *arena; /* of one block */
	size_t width;
	bool colour;
	bool below_heading; /* there a table needs no blank line */
	FILE *out;
};

static void blanks(const struct page *p, size_t n)
{
	fprintf(p->out, "%*s", (int)n, "");
}

/* One text in lines, each behind the indent; the first behind front instead. */
static int put_text(struct page *p, const struct ow_text *text, const char *front, size_t indent,
		    const char *more)
{
	struct ow_flow_line *line;
	struct ow_flow flow;
	size_t n;
	int r = ow_flow_make(text, p->arena, &flow);

	if (r == 0)
		r = ow_flow_break(&flow, p->width - indent - strlen(more), p->arena, &line, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			fputs(front, p->out);
		else
			blanks(p, indent);
		ow_flow_print(&flow, &line[i], p->colour, p->out);
		fprintf(p->out, "%s\n", i + 1 < n ? more : "");
	}
	return 0;
}

static int put_heading(struct page *p, const struct ow_block *block)
{
	const char *text = block->n && block->text[0].n ? block->text[0].span[0].text : "";
	char *shown = ow_escape_text(p->arena, ow_str(text));

	if (!shown)
		return -ENOMEM;
	if (block->depth == 1)
		for (char *c = shown; *c; c++)
			*c = (char)toupper((unsigned char)*c);
	fprintf(p->out, "\n%s%s%s\n", p->colour ? "\033[1m" : "", shown,
		p->colour ? "\033[0m" : "");
	return 0;
}

static int put_title(struct page *p, const struct ow_block *block)
{
	int r = put_text(p, &block->text[0], "", 0, "");

	for (size_t i = 0; i < p->width; i++)
		fputc('=', p->out);
	fputc('\n', p->out);
	return r;
}

/* A text that is all command stands on lines of its own that can be copied. */
static bool is_command(const struct ow_text *text)
{
	return text->n == 1 && text->span[0].ink == OW_INK_COMMAND;
}

static int put_command(struct page *p, const struct ow_text *text)
{
	return put_text(p, text, "    ", 4 + INDENT, " \\");
}

static int put_texts(struct page *p, const struct ow_block *block, const char *front)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < block->n; i++)
		r = is_command(&block->text[i])
			    ? put_command(p, &block->text[i])
			    : put_text(p, &block->text[i], front, strlen(front), "");
	return r;
}

static int put_excerpt(struct page *p, const struct ow_block *block)
{
	const char *const *line;
	size_t n;
	int r = ow_excerpt_lines(&block->excerpt, p->width - 8, p->arena, &line, &n);

	if (block->excerpt.number && !p->below_heading)
		fputc('\n', p->out);
	for (size_t i = 0; r == 0 && i < n; i++)
		fprintf(p->out, "%s%s\n", block->excerpt.number ? "" : "    ", line[i]);
	return r;
}

static int put_lines(struct page *p, const struct ow_block *block)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < block->n_lines; i++) {
		const char *name = block->name[i] ? block->name[i] : "";
		char *line = ow_str_keep(p->arena, block->line[i]);
		struct ow_span span[] = { { OW_INK_CITE, name },
					  { OW_INK_PLAIN, *name ? "  " : "" },
					  { OW_INK_PLAIN, line } };
		const struct ow_text text = { span, OW_ARRAY_SIZE(span) };

		r = line ? put_text(p, &text, "  ", 6, "") : -ENOMEM;
	}
	return r;
}

struct cell {
	struct ow_flow flow;
	struct ow_flow_line *line;
	size_t n;
};

/* Takes from the widest column until all of them fit. */
static void fit(size_t *width, size_t columns, size_t room)
{
	for (;;) {
		size_t sum = 0, widest = 0;

		for (size_t i = 0; i < columns; i++) {
			sum += width[i] + (i ? GAP : 0);
			if (width[i] > width[widest])
				widest = i;
		}
		if (sum <= room || width[widest] <= CELL_LEAST)
			return;
		width[widest]--;
	}
}

static void put_row(struct page *p, const struct cell *cell, const size_t *width, size_t columns)
{
	size_t lines = 0;

	for (size_t i = 0; i < columns; i++)
		lines = cell[i].n > lines ? cell[i].n : lines;
	for (size_t k = 0; k < lines; k++) {
		size_t owed = INDENT; /* blanks, put only in front of something */

		for (size_t i = 0; i < columns; i++) {
			const struct ow_flow_line *line = k < cell[i].n ? &cell[i].line[k] : NULL;

			if (line && line->n) {
				blanks(p, owed);
				ow_flow_print(&cell[i].flow, line, p->colour, p->out);
				owed = 0;
			}
			owed += width[i] - (line ? line->columns : 0) + GAP;
		}
		fputc('\n', p->out);
	}
}

static int put_table(struct page *p, const struct ow_block *block)
{
	const size_t columns = block->columns < COLUMNS_MAX ? block->columns : COLUMNS_MAX;
	struct cell *cell = ow_alloc(p->arena, block->n + 1, sizeof(*cell));
	size_t width[COLUMNS_MAX] = { 0 };
	int r = cell ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < block->n; i++) {
		size_t wide;

		r = ow_flow_make(&block->text[i], p->arena, &cell[i].flow);
		wide = r == 0 ? ow_flow_columns(&cell[i].flow) : 0;
		if (wide > width[i % columns])
			width[i % columns] = wide;
	}
	fit(width, columns, p->width - INDENT);
	for (size_t i = 0; r == 0 && i < block->n; i++)
		r = ow_flow_break(&cell[i].flow, width[i % columns], p->arena, &cell[i].line,
				  &cell[i].n);
	if (r < 0)
		return r;
	if (!p->below_heading)
		fputc('\n', p->out);
	for (size_t i = 0; i + columns <= block->n; i += columns)
		put_row(p, &cell[i], width, columns);
	return 0;
}

static int put_block(struct page *p, const struct ow_block *block)
{
	switch (block->kind) {
	case OW_BLOCK_TITLE:
		return put_title(p, block);
	case OW_BLOCK_HEADING:
		return put_heading(p, block);
	case OW_BLOCK_BOX:
	case OW_BLOCK_PARA:
		return put_texts(p, block, "  ");
	case OW_BLOCK_LIST:
	case OW_BLOCK_TASKS:
		return put_texts(p, block, "  - ");
	case OW_BLOCK_TABLE:
		return put_table(p, block);
	case OW_BLOCK_COMMAND:
		return put_texts(p, block, "    ");
	case OW_BLOCK_EXCERPT:
		return put_excerpt(p, block);
	case OW_BLOCK_LINES:
		return put_lines(p, block);
	case OW_BLOCK_FOLD:
		return 0;
	case OW_BLOCK_FOOT:
		fputc('\n', p->out);
		return put_texts(p, block, "");
	}
	return 0;
}

int ow_doc_print_text(const struct ow_doc *doc, const struct ow_report_style *style, FILE *out)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(SCRATCH);
	struct page page = {
		.arena = arena,
		.width = style->width ? style->width : WIDTH_USUAL,
		.colour = style->colour,
		.out = out,
	};
	int r = arena ? 0 : -ENOMEM;

	if (page.width < WIDTH_LEAST)
		page.width = WIDTH_LEAST;
	for (size_t i = 0; r == 0 && i < doc->n; i++) {
		if (doc->block[i].paper)
			continue;
		r = put_block(&page, &doc->block[i]);
		page.below_heading = doc->block[i].kind == OW_BLOCK_HEADING;
		ow_arena_clear(arena);
	}
	if (r < 0)
		return r;
	return fflush(out) || ferror(out) ? -EIO : 0;
}

int ow_report_text(const struct ow_report *report, const struct ow_report_style *style, FILE *out)
{
	return ow_doc_print_text(&report->doc, style, out);
}
