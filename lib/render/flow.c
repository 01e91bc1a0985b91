/* SPDX-License-Identifier: Apache-2.0 */
#include "render/flow.h"

#include <errno.h>

#include "base/escape.h"
#include "render/columns.h"

/* A command is printable ASCII or it would not have been made; then it is to be copied as it is,
 * and doubled backslashes would change it. */
static bool is_typeable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
			return false;
	return true;
}

static const char *shown(const struct ow_span *span, struct ow_arena *arena)
{
	if (span->ink == OW_INK_COMMAND && is_typeable(span->text))
		return span->text;
	return ow_escape_text(arena, ow_str(span->text));
}

int ow_flow_make(const struct ow_text *text, struct ow_arena *arena, struct ow_flow *ret)
{
	const char **part = ow_alloc(arena, text->n + 1, sizeof(*part));
	size_t n = 0, at = 0;
	uint8_t *ink;
	char *bytes;

	for (size_t i = 0; part && i < text->n; i++) {
		part[i] = shown(&text->span[i], arena);
		if (!part[i])
			return -ENOMEM;
		n += strlen(part[i]);
	}
	bytes = ow_alloc(arena, n + 1, 1);
	ink = ow_alloc(arena, n + 1, 1);
	if (!part || !bytes || !ink)
		return -ENOMEM;
	for (size_t i = 0; i < text->n; i++) {
		size_t length = strlen(part[i]);

		memcpy(bytes + at, part[i], length);
		memset(ink + at, (int)text->span[i].ink, length);
		at += length;
	}
	*ret = (struct ow_flow){ bytes, ink, n };
	return 0;
}

static bool add_line(struct ow_arena *arena, struct ow_flow_line **line, size_t *n,
		     const struct ow_flow *flow, size_t at, size_t end)
{
	struct ow_flow_line *more = ow_grow(arena, *line, *n, sizeof(**line));

	if (!more)
		return false;
	while (end > at && flow->bytes[end - 1] == ' ')
		end--;
	*line = more;
	more[*n] = (struct ow_flow_line){
		.at = at,
		.n = end - at,
		.columns = ow_columns((struct ow_str){ flow->bytes + at, end - at }),
	};
	(*n)++;
	return true;
}

/* The quote that is open behind the byte, given the one that was open before it. */
static char quote_after(char quote, char byte, bool command)
{
	if (!command)
		return 0;
	if (quote)
		return byte == quote ? 0 : quote;
	return byte == '\'' || byte == '"' ? byte : 0;
}

/* Where the line that begins at at ends: after the last blank that fits, or in a word that does
 * not. */
static size_t line_end(const struct ow_flow *flow, size_t at, size_t width, char *quote)
{
	const struct ow_str rest = { flow->bytes + at, flow->n - at };
	size_t fits = ow_columns_fit(rest, width), end = at + fits, blank = 0;
	char open = *quote, at_blank = open;

	if (at + fits == flow->n)
		return flow->n;
	for (size_t i = at; i <= end; i++) {
		if (flow->bytes[i] == ' ' && !open && i > at) {
			blank = i;
			at_blank = open;
		}
		open = quote_after(open, flow->bytes[i], flow->ink[i] == OW_INK_COMMAND);
	}
	if (blank) {
		*quote = at_blank;
		return blank;
	}
	/* A command is left whole: half of a quoted word is another command. */
	while (end < flow->n && flow->ink[end] == OW_INK_COMMAND &&
	       (open || flow->bytes[end] != ' ')) {
		open = quote_after(open, flow->bytes[end], true);
		end++;
	}
	*quote = open;
	return end > at ? end : at + 1;
}

int ow_flow_break(const struct ow_flow *flow, size_t width, struct ow_arena *arena,
		  struct ow_flow_line **ret, size_t *n)
{
	struct ow_flow_line *line = NULL;
	size_t lines = 0, at = 0;
	char quote = 0;

	do {
		size_t end = line_end(flow, at, width ? width : 1, &quote);

		if (!add_line(arena, &line, &lines, flow, at, end))
			return -ENOMEM;
		at = end;
		while (at < flow->n && flow->bytes[at] == ' ')
			at++;
	} while (at < flow->n);
	*ret = line;
	*n = lines;
	return 0;
}

size_t ow_flow_columns(const struct ow_flow *flow)
{
	return ow_columns((struct ow_str){ flow->bytes, flow->n });
}

/* The colour of a verdict says how it came out; its word says the same without colour. */
static const char *colour_of(enum ow_ink ink, struct ow_str bytes)
{
	switch (ink) {
	case OW_INK_STRONG:
		return "\033[1m";
	case OW_INK_CODE:
		return "\033[36m";
	case OW_INK_COMMAND:
		return "\033[1;36m";
	case OW_INK_CITE:
		return "\033[2m";
	case OW_INK_VERDICT:
		if (ow_str_is(bytes, "confirmed"))
			return "\033[1;32m";
		if (ow_str_is(bytes, "contradictory"))
			return "\033[1;31m";
		return ow_str_is(bytes, "supported") ? "\033[32m" : "\033[33m";
	case OW_INK_PLAIN:
		break;
	}
	return NULL;
}

void ow_flow_print(const struct ow_flow *flow, const struct ow_flow_line *line, bool colour,
		   FILE *out)
{
	size_t end = line->at + line->n;

	for (size_t i = line->at; i < end;) {
		struct ow_str run = { flow->bytes + i, 0 };
		const char *start;

		while (i < end && (run.n == 0 || flow->ink[i] == flow->ink[i - 1])) {
			run.n++;
			i++;
		}
		start = colour ? colour_of((enum ow_ink)flow->ink[i - 1], run) : NULL;
		if (start)
			fputs(start, out);
		fwrite(run.p, 1, run.n, out);
		if (start)
			fputs("\033[0m", out);
	}
}
