/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_DOC_H
#define OW_REPORT_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/scan.h"

/*
 * A document as a list of blocks, built once and written by each renderer in its own way. There is
 * no trusted text in it: names of processes, paths and log lines stand in any sentence, as raw as
 * they were read, and a renderer escapes every byte for its medium. Ink only says how a span is
 * meant, never that it is safe.
 *
 * The builders never fail at the place: the arena remembers a refusal, and whoever made the
 * document asks it at the end.
 */
enum ow_ink {
	OW_INK_PLAIN,
	OW_INK_STRONG,
	OW_INK_CODE,    /* a label or another word to be typed or looked up */
	OW_INK_COMMAND, /* to be copied into a shell */
	OW_INK_VERDICT, /* one of the verdict words */
	OW_INK_CITE,    /* "[3]": the number of an exhibit */
};

struct ow_span {
	enum ow_ink ink;
	const char *text;
};

struct ow_text {
	struct ow_span *span;
	size_t n;
};

enum ow_block_kind {
	OW_BLOCK_TITLE,
	OW_BLOCK_HEADING, /* depth 1: a part of the report, 2: a part of that */
	OW_BLOCK_BOX,     /* the verdict: the paragraphs that are read first */
	OW_BLOCK_PARA,
	OW_BLOCK_LIST,
	OW_BLOCK_TASKS,   /* to be ticked off; for media where that can be done */
	OW_BLOCK_TABLE,   /* texts are cells, row by row; the first row is the heading */
	OW_BLOCK_COMMAND, /* one text */
	OW_BLOCK_EXCERPT, /* one line of evidence with its decisive places underlined */
	OW_BLOCK_LINES,   /* raw lines, exhibits or a whole record */
	OW_BLOCK_FOLD,    /* what follows, up to the next block of this kind with no text, may be
			     folded away; its text is the summary */
	OW_BLOCK_FOOT,
};

/* A place of an excerpt's line, and what it says. */
struct ow_mark {
	size_t at, n;
	const char *note; /* may be NULL */
};

struct ow_excerpt {
	size_t id;     /* of the exhibit */
	size_t number; /* of the line in its source, to be shown in front of it; 0: it is not */
	struct ow_str line;
	struct ow_mark *mark; /* by place; they do not overlap */
	size_t n_marks;
};

struct ow_block {
	enum ow_block_kind kind;
	unsigned depth;       /* of a heading */
	size_t columns;       /* of a table */
	bool paper;           /* only for media that are kept and shared, not for a terminal */
	struct ow_text *text; /* paragraphs, items or cells, n of them */
	size_t n;
	struct ow_excerpt excerpt;
	struct ow_str *line; /* of LINES */
	const char **name;   /* of each line: "[3] dmesg.txt:11"; NULL: none */
	size_t n_lines;
};

struct ow_doc {
	struct ow_arena *arena;
	struct ow_block *block;
	size_t n;
	struct ow_block spare; /* to be filled in vain when there is no memory */
};

/* A new block at the end, and a new text in it. */
struct ow_block *ow_doc_block(struct ow_doc *doc, enum ow_block_kind kind);
void ow_doc_text(struct ow_doc *doc);

/* More at the end of the last text. */
void ow_doc_say(struct ow_doc *doc, enum ow_ink ink, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A block of one text, or one more text of the last block. */
struct ow_block *ow_doc_heading(struct ow_doc *doc, unsigned depth, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void ow_doc_para(struct ow_doc *doc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ow_doc_item(struct ow_doc *doc, enum ow_ink ink, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A table and its heading; NULL ends the names. */
void ow_doc_table(struct ow_doc *doc, const char *const *heading);

/* One more line of the last block. */
void ow_doc_line(struct ow_doc *doc, const char *name, struct ow_str line);

/* One more mark of the last block's excerpt. Marks that overlap one that is there are left out. */
void ow_doc_mark(struct ow_doc *doc, size_t at, size_t n, const char *note);

#endif
