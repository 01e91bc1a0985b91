/* SPDX-License-Identifier: Apache-2.0 */
#include "report/doc.h"

#include <stdarg.h>

/* Room for one more item; false when there is no memory. */
static bool grow(struct ow_doc *doc, void **list, size_t n, size_t size)
{
	void *more = ow_grow(doc->arena, *list, n, size);

	if (more)
		*list = more;
	return more;
}

#define GROW(doc, list, n) grow((doc), (void **)&(list), (n), sizeof(*(list)))

static struct ow_block *last(struct ow_doc *doc)
{
	return doc->n ? &doc->block[doc->n - 1] : NULL;
}

struct ow_block *ow_doc_block(struct ow_doc *doc, enum ow_block_kind kind)
{
	if (!GROW(doc, doc->block, doc->n)) {
		doc->spare = (struct ow_block){ 0 };
		return &doc->spare;
	}
	doc->block[doc->n] = (struct ow_block){ .kind = kind };
	return &doc->block[doc->n++];
}

void ow_doc_text(struct ow_doc *doc)
{
	struct ow_block *block = last(doc);

	if (block && GROW(doc, block->text, block->n))
		block->text[block->n++] = (struct ow_text){ 0 };
}

static void say(struct ow_doc *doc, enum ow_ink ink, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void say(struct ow_doc *doc, enum ow_ink ink, const char *format, va_list args)
{
	struct ow_block *block = last(doc);
	struct ow_text *text = block && block->n ? &block->text[block->n - 1] : NULL;
	const char *words = ow_vprintf(doc->arena, format, args);

	if (!words || !text || !GROW(doc, text->span, text->n))
		return;
	if (*words)
		text->span[text->n++] = (struct ow_span){ ink, words };
}

void ow_doc_say(struct ow_doc *doc, enum ow_ink ink, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(doc, ink, format, args);
	va_end(args);
}

struct ow_block *ow_doc_heading(struct ow_doc *doc, unsigned depth, const char *format, ...)
{
	struct ow_block *block = ow_doc_block(doc, OW_BLOCK_HEADING);
	va_list args;

	block->depth = depth;
	ow_doc_text(doc);
	va_start(args, format);
	say(doc, OW_INK_PLAIN, format, args);
	va_end(args);
	return block;
}

void ow_doc_para(struct ow_doc *doc, const char *format, ...)
{
	va_list args;

	ow_doc_block(doc, OW_BLOCK_PARA);
	ow_doc_text(doc);
	va_start(args, format);
	say(doc, OW_INK_PLAIN, format, args);
	va_end(args);
}

void ow_doc_item(struct ow_doc *doc, enum ow_ink ink, const char *format, ...)
{
	va_list args;

	ow_doc_text(doc);
	va_start(args, format);
	say(doc, ink, format, args);
	va_end(args);
}

void ow_doc_table(struct ow_doc *doc, const char *const *heading)
{
	struct ow_block *block = ow_doc_block(doc, OW_BLOCK_TABLE);

	for (; heading[block->columns]; block->columns++)
		ow_doc_item(doc, OW_INK_STRONG, "%s", heading[block->columns]);
}

void ow_doc_line(struct ow_doc *doc, const char *name, struct ow_str line)
{
	struct ow_block *block = last(doc);

	if (!block || !GROW(doc, block->line, block->n_lines) ||
	    !GROW(doc, block->name, block->n_lines))
		return;
	block->line[block->n_lines] = line;
	block->name[block->n_lines++] = name;
}

void ow_doc_mark(struct ow_doc *doc, size_t at, size_t n, const char *note)
{
	struct ow_excerpt *excerpt = last(doc) ? &last(doc)->excerpt : NULL;
	size_t i;

	if (!excerpt || n == 0 || at + n > excerpt->line.n)
		return;
	for (i = 0; i < excerpt->n_marks; i++)
		if (at < excerpt->mark[i].at + excerpt->mark[i].n && excerpt->mark[i].at < at + n)
			return;
	if (!GROW(doc, excerpt->mark, excerpt->n_marks))
		return;
	for (i = excerpt->n_marks++; i && excerpt->mark[i - 1].at > at; i--)
		excerpt->mark[i] = excerpt->mark[i - 1];
	excerpt->mark[i] = (struct ow_mark){ at, n, note };
}
