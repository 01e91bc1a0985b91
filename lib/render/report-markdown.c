/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for GitHub and the like. Log text is hostile there, too: it can mention people, close
 * tables and fences, and bring markup. What Markdown would read as markup is escaped, and a word
 * that GitHub would turn into a link or a mention is put into a code span, where it does not look.
 */
#include <ctype.h>
#include <errno.h>

#include "base/escape.h"
#include "render/excerpt.h"
#include "render/report.h"

#define SCRATCH       OW_MIB(64)
#define EXCERPT_WIDTH 100

struct sheet {
	struct ow_arena *arena; /* of one block */
	FILE *out;
	bool table; /* in a table a bar must be escaped, also in code */
	bool folded;
};

/* The longest run of backticks: the fence around it must be longer. */
static size_t ticks_in(const char *text)
{
	size_t longest = 0, run = 0;

	for (; *text; text++) {
		run = *text == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void put_ticks(FILE *out, size_t n)
{
	while (n--)
		fputc('`', out);
}

static void put_code(const struct sheet *s, const char *text)
{
	size_t ticks = ticks_in(text) + 1;

	if (!*text)
		return;
	put_ticks(s->out, ticks);
	if (ticks > 1)
		fputc(' ', s->out);
	for (; *text; text++) {
		if (s->table && *text == '|')
			fputc('\\', s->out);
		fputc(*text, s->out);
	}
	if (ticks > 1)
		fputc(' ', s->out);
	put_ticks(s->out, ticks);
}

/* ":smile:", but not "07:51:02". */
static bool has_emoji(struct ow_str word)
{
	struct ow_str rest = word, name;
	bool letter = false;

	if (!ow_scan_until(&rest, ":", &name) || !ow_scan_until(&rest, ":", &name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		letter |= isalpha((unsigned char)name.p[i]) != 0;
	return letter;
}

/* Would GitHub make something of this word: a mention, a reference, a link, a picture? */
static bool is_magic(struct ow_str word)
{
	for (size_t i = 0; i + 1 < word.n; i++)
		if (word.p[i] == '@' || (word.p[i] == '#' && isdigit((unsigned char)word.p[i + 1])))
			return true;
	return ow_str_has(word, "://") || ow_str_has(word, "www.") || has_emoji(word) ||
	       (word.n > 3 && strncasecmp(word.p, "gh-", 3) == 0);
}

/* "1." or "1)" at the front of a text begins a list. */
static bool is_list_number(struct ow_str word)
{
	size_t n = 0;

	while (n < word.n && isdigit((unsigned char)word.p[n]))
		n++;
	return n && n + 1 == word.n && strchr(".)", word.p[n]);
}

static void put_escaped(const struct sheet *s, struct ow_str word, bool first)
{
	bool list = first && is_list_number(word);

	for (size_t i = 0; i < word.n; i++) {
		if (strchr("\\`*_[]<>#|~$&", word.p[i]) ||
		    (first && i == 0 && strchr("-+=:", word.p[i])) || (list && i + 1 == word.n))
			fputc('\\', s->out);
		fputc(word.p[i], s->out);
	}
}

static void put_prose(const struct sheet *s, const char *text, bool first)
{
	struct ow_str rest = ow_str(text);

	while (rest.n) {
		size_t n = 0;
		struct ow_str word;

		while (n < rest.n && rest.p[n] == ' ')
			n++;
		fprintf(s->out, "%.*s", (int)n, rest.p);
		rest = ow_str_skip(rest, n);
		for (n = 0; n < rest.n && rest.p[n] != ' ';)
			n++;
		word = (struct ow_str){ rest.p, n };
		if (is_magic(word)) {
			char *code = ow_str_keep(s->arena, word);

			if (code)
				put_code(s, code);
		} else {
			put_escaped(s, word, first);
		}
		first &= n == 0;
		rest = ow_str_skip(rest, n);
	}
}

static bool is_typeable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
			return false;
	return true;
}

static int put_span(const struct sheet *s, const struct ow_span *span, bool first)
{
	bool command = span->ink == OW_INK_COMMAND && is_typeable(span->text);
	const char *text = command ? span->text : ow_escape_text(s->arena, ow_str(span->text));
	bool strong = span->ink == OW_INK_STRONG;

	if (!text)
		return -ENOMEM;
	if (span->ink == OW_INK_CITE) {
		fputs(text, s->out);
		return 0;
	}
	if (span->ink == OW_INK_CODE || span->ink == OW_INK_COMMAND) {
		put_code(s, text);
		return 0;
	}
	/* "** x**" is no emphasis: blanks stay outside. */
	for (; strong && *text == ' '; text++)
		fputc(' ', s->out);
	if (strong && *text) {
		size_t n = strlen(text), end = n;
		char *words;

		while (end && text[end - 1] == ' ')
			end--;
		words = ow_str_keep(s->arena, (struct ow_str){ text, end });
		if (!words)
			return -ENOMEM;
		fputs("**", s->out);
		put_prose(s, words, first);
		fprintf(s->out, "**%*s", (int)(n - end), "");
		return 0;
	}
	put_prose(s, text, first);
	return 0;
}

static int put_text(const struct sheet *s, const struct ow_text *text)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < text->n; i++)
		r = put_span(s, &text->span[i], i == 0);
	return r;
}

static int put_texts(const struct sheet *s, const struct ow_block *block, const char *front,
		     const char *between)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < block->n; i++) {
		fprintf(s->out, "%s%s", i ? between : "", front);
		r = put_text(s, &block->text[i]);
		fputc('\n', s->out);
	}
	fputc('\n', s->out);
	return r;
}

/* Lines between fences that are longer than any run of backticks in them. */
static void put_fenced(const struct sheet *s, const char *language, const char *const *line,
		       size_t n)
{
	size_t ticks = 3;

	for (size_t i = 0; i < n; i++)
		if (ticks_in(line[i]) >= ticks)
			ticks = ticks_in(line[i]) + 1;
	put_ticks(s->out, ticks);
	fprintf(s->out, "%s\n", language);
	for (size_t i = 0; i < n; i++)
		fprintf(s->out, "%s\n", line[i]);
	put_ticks(s->out, ticks);
	fputs("\n\n", s->out);
}

static int put_command(const struct sheet *s, const struct ow_block *block)
{
	const char *text = block->n && block->text[0].n ? block->text[0].span[0].text : "";

	if (!is_typeable(text))
		text = ow_escape_text(s->arena, ow_str(text));
	if (!text)
		return -ENOMEM;
	put_fenced(s, "sh", &text, 1);
	return 0;
}

static int put_excerpt(const struct sheet *s, const struct ow_block *block)
{
	const char *const *line;
	size_t n;
	int r = ow_excerpt_lines(&block->excerpt, EXCERPT_WIDTH, s->arena, &line, &n);

	if (r == 0)
		put_fenced(s, "", line, n);
	return r;
}

static int put_lines(const struct sheet *s, const struct ow_block *block)
{
	const char **line = ow_alloc(s->arena, block->n_lines + 1, sizeof(*line));

	for (size_t i = 0; line && i < block->n_lines; i++) {
		char *text = ow_escape_text(s->arena, block->line[i]), *name = NULL;

		if (block->name[i])
			name = ow_escape_text(s->arena, ow_str(block->name[i]));
		if (text && name)
			text = ow_printf(s->arena, "%s  %s", name, text);
		if (!text)
			return -ENOMEM;
		line[i] = text;
	}
	if (!line)
		return -ENOMEM;
	put_fenced(s, "", line, block->n_lines);
	return 0;
}

static int put_table(struct sheet *s, const struct ow_block *block)
{
	int r = 0;

	s->table = true;
	for (size_t i = 0; r == 0 && i < block->n; i++) {
		fputs(i % block->columns ? " | " : "| ", s->out);
		r = put_text(s, &block->text[i]);
		if ((i + 1) % block->columns)
			continue;
		fputs(" |\n", s->out);
		for (size_t k = 0; i + 1 == block->columns && k < block->columns; k++)
			fprintf(s->out, "%s---%s", k ? "|" : "|",
				k + 1 == block->columns ? "|\n" : "");
	}
	s->table = false;
	fputc('\n', s->out);
	return r;
}

/* HTML around Markdown, the one place where it is used. */
static int put_fold(struct sheet *s, const struct ow_block *block)
{
	int r = 0;

	if (block->n == 0 && s->folded) {
		fputs("</details>\n\n", s->out);
		s->folded = false;
		return 0;
	}
	fputs("<details><summary>", s->out);
	for (size_t i = 0; r == 0 && i < block->n; i++)
		r = put_text(s, &block->text[i]);
	fputs("</summary>\n\n", s->out);
	s->folded = true;
	return r;
}

static int put_foot(const struct sheet *s, const struct ow_block *block)
{
	int r;

	fputs("<sub>", s->out);
	r = block->n ? put_text(s, &block->text[0]) : 0;
	fputs("</sub>\n", s->out);
	return r;
}

static int put_block(struct sheet *s, const struct ow_block *block)
{
	switch (block->kind) {
	case OW_BLOCK_TITLE:
		return put_texts(s, block, "# ", "");
	case OW_BLOCK_HEADING:
		return put_texts(s, block, block->depth == 1 ? "## " : "### ", "");
	case OW_BLOCK_BOX:
		fputs("> [!CAUTION]\n", s->out);
		return put_texts(s, block, "> ", ">\n");
	case OW_BLOCK_PARA:
		return put_texts(s, block, "", "\n");
	case OW_BLOCK_LIST:
		return put_texts(s, block, "- ", "");
	case OW_BLOCK_TASKS:
		return put_texts(s, block, "- [ ] ", "");
	case OW_BLOCK_TABLE:
		return put_table(s, block);
	case OW_BLOCK_COMMAND:
		return put_command(s, block);
	case OW_BLOCK_EXCERPT:
		return put_excerpt(s, block);
	case OW_BLOCK_LINES:
		return put_lines(s, block);
	case OW_BLOCK_FOLD:
		return put_fold(s, block);
	case OW_BLOCK_FOOT:
		return put_foot(s, block);
	}
	return 0;
}

int ow_doc_print_markdown(const struct ow_doc *doc, const struct ow_report_style *style, FILE *out)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(SCRATCH);
	struct sheet sheet = { .arena = arena, .out = out };
	int r = arena ? 0 : -ENOMEM;

	(void)style;
	for (size_t i = 0; r == 0 && i < doc->n; i++) {
		r = put_block(&sheet, &doc->block[i]);
		ow_arena_clear(arena);
	}
	if (r < 0)
		return r;
	return fflush(out) || ferror(out) ? -EIO : 0;
}

int ow_report_markdown(const struct ow_report *report, const struct ow_report_style *style,
		       FILE *out)
{
	return ow_doc_print_markdown(&report->doc, style, out);
}
