/* SPDX-License-Identifier: Apache-2.0 */
#include "render/flame.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "base/path.h"
#include "base/time.h"
#include "render/flame-internal.h"
#include "render/pprof-internal.h"

/* In the picture's own units, of which one is a pixel where it is 1200 wide. */
#define MARGIN   10
#define WIDTH    1180
#define TOP      58
#define ROW      17
#define BOX      16
#define GLYPH    6.7 /* a letter at most */
#define DECIMAL  10000
#define BALANCED 0.05 /* below this it neither grew nor shrank */

/* What is drawn, and what it takes to draw it. */
struct drawing {
	struct ow_pprof *pprof;
	const struct ow_flame *flame;
	FILE *out;
	const char **name; /* of each frame that was drawn: printable */
	double scale;      /* from a value to a length */
};

/* Text for XML, which has no way to write U+FFFE and U+FFFF. */
static void put_text(FILE *out, struct ow_str text)
{
	static const char *const entity[] = {
		['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
	};

	for (size_t i = 0; i < text.n; i++) {
		const unsigned char c = (unsigned char)text.p[i];

		if (c < OW_ARRAY_SIZE(entity) && entity[c])
			(void)fputs(entity[c], out);
		else if (c == 0xef && i + 2 < text.n && text.p[i + 1] == '\xbf' &&
			 ((unsigned char)text.p[i + 2] & 0xfe) == 0xbe)
			(void)fprintf(out, "\\xef\\xbf\\x%02x", (unsigned char)text.p[i += 2]);
		else
			(void)fputc(c, out);
	}
}

/* A length, whatever the locale calls a point. */
static void put_length(FILE *out, const char *attribute, double length)
{
	const uint64_t parts = (uint64_t)(length * DECIMAL + 0.5);

	(void)fprintf(out, " %s=\"%" PRIu64 ".%04" PRIu64 "\"", attribute, parts / DECIMAL,
		      parts % DECIMAL);
}

/* Letters of the text; one that is not ASCII may be twice as wide. */
static size_t columns(struct ow_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += (unsigned char)text.p[i] < 0x80 ? 1 : (text.p[i] & 0x40) ? 2 : 0;
	return n;
}

/* Without the folders of its package: "github.com/a/b.(*T).M" is "b.(*T).M". */
static struct ow_str without_folders(struct ow_str name)
{
	size_t end = 0;

	while (end < name.n && !strchr(" ([", name.p[end]))
		end++;
	while (end > 0 && name.p[end - 1] != '/')
		end--;
	return ow_str_skip(name, end);
}

/* As much of a name as a box of this width has room for, behind its sign. */
static void put_fitting(FILE *out, struct ow_str name, const char *sign, double width)
{
	const size_t room = width > 6 ? (size_t)((width - 6) / GLYPH) : 0;
	struct ow_str part = name;
	bool is_cut;

	if (room < 3)
		return;
	if (columns(part) + strlen(sign) > room)
		part = without_folders(name);
	is_cut = columns(part) + strlen(sign) > room;
	while (is_cut && part.n &&
	       (columns(part) + strlen(sign) >= room || (part.p[part.n] & 0xc0) == 0x80))
		part.n--;
	(void)fprintf(out, "%s", sign);
	put_text(out, part);
	if (is_cut)
		(void)fputs("…", out);
}

/* A shade for each package, so that one can be told from its neighbours; no shade means anything.
 */
static unsigned shade_of(const char *name)
{
	const struct ow_str base = without_folders(ow_str(name));
	unsigned hash = 5381;

	for (const char *c = name; c < base.p + base.n && (c < base.p || *c != '.'); c++)
		hash = hash * 33 + (unsigned char)*c;
	return hash % 6;
}

/* What of a box grew, or shrank: from -1 to 1. */
static double balance_of(const struct ow_flame_node *node)
{
	const double grown = (double)node->grown, shrunk = (double)node->shrunk;

	return (grown - shrunk) / (grown + shrunk);
}

static const char *sign_of(const struct drawing *drawing, const struct ow_flame_node *node)
{
	const double balance = balance_of(node);

	if (!drawing->flame->is_difference)
		return "";
	return balance >= BALANCED ? "+ " : balance <= -BALANCED ? "- " : "= ";
}

static void put_class(const struct drawing *drawing, const struct ow_flame_node *node,
		      const char *name)
{
	const double balance = balance_of(node), size = balance < 0 ? -balance : balance;
	const unsigned strength = size >= 0.75 ? 4 : size >= 0.5 ? 3 : size >= 0.25 ? 2 : 1;

	if (drawing->flame->is_difference && size >= BALANCED)
		(void)fprintf(drawing->out, "%c%u", balance < 0 ? 's' : 'g', strength);
	else if (drawing->flame->is_difference || node->frame == OW_FLAME_OTHERS)
		(void)fputc('o', drawing->out);
	else
		(void)fprintf(drawing->out, "c%u", shade_of(name));
}

/* "12.30MB (45.6%)"; of a difference "+12.30MB (45.6%)", and when both, "of +13MB and -0.70MB". */
static void put_value(const struct drawing *drawing, const struct ow_flame_node *node)
{
	const struct ow_pprof *pprof = drawing->pprof;
	const int64_t net = (int64_t)(node->grown - node->shrunk);
	const int64_t width = (int64_t)ow_flame_width(node);
	char value[OW_MEASURE_MAX], percent[OW_MEASURE_PERCENT_MAX], more[OW_MEASURE_MAX];
	struct ow_str share = ow_str(ow_measure_percent(width, pprof->total, percent));

	share = ow_str_trim(share);
	(void)fprintf(drawing->out, "%s%s (%.*s)",
		      drawing->flame->is_difference && net > 0 ? "+" : "",
		      pprof_value(pprof, net, value), (int)share.n, share.p);
	if (node->grown && node->shrunk)
		(void)fprintf(drawing->out, " of +%s and -%s",
			      pprof_value(pprof, (int64_t)node->grown, value),
			      pprof_value(pprof, (int64_t)node->shrunk, more));
}

/* What a box is called. NULL at the limit. */
static const char *name_of(struct drawing *drawing, const struct ow_flame_node *node)
{
	if (node->n)
		return ow_printf(drawing->pprof->arena, "%" PRIu32 " other%s", node->n,
				 node->n > 1 ? "s" : "");
	if (node->frame == OW_FLAME_OTHERS)
		return "all";
	if (!drawing->name[node->frame])
		drawing->name[node->frame] =
			ow_escape_text(drawing->pprof->arena, drawing->flame->frame[node->frame]);
	return drawing->name[node->frame];
}

static int put_box(struct drawing *drawing, const struct ow_flame_node *node)
{
	const double x = (double)node->at * drawing->scale;
	const double width = (double)ow_flame_width(node) * drawing->scale;
	const char *name = name_of(drawing, node), *sign = sign_of(drawing, node);
	FILE *out = drawing->out;

	if (!name)
		return -ENOMEM;
	(void)fprintf(out, "<g role=\"treeitem\" aria-level=\"%" PRIu32 "\" class=\"f ",
		      node->depth + 1);
	put_class(drawing, node, name);
	(void)fputs("\"><title>", out);
	put_text(out, ow_str(name));
	(void)fputc('\n', out);
	put_value(drawing, node);
	(void)fputs("</title><rect", out);
	put_length(out, "x", x);
	put_length(out, "width", width);
	(void)fprintf(out, " height=\"%d\"/>", BOX);
	if (width >= 6 + 3 * GLYPH) {
		(void)fputs("<text", out);
		put_length(out, "x", x + 3);
		(void)fputs(" y=\"12\">", out);
		put_fitting(out, ow_str(name), sign, width);
		(void)fputs("</text>", out);
	}
	(void)fputs("</g>\n", out);
	return 0;
}

static int put_rows(struct drawing *drawing)
{
	const struct ow_flame *flame = drawing->flame;
	int r = 0;

	(void)fprintf(drawing->out,
		      "<g id=\"rows\" role=\"tree\" aria-label=\"stacks\" data-width=\"%d\""
		      " data-glyph=\"%s\" data-signed=\"%d\">\n",
		      WIDTH, "6.7", flame->is_difference);
	for (size_t i = 0; i < flame->n && r == 0; i++) {
		if (i == 0 || flame->node[i].depth != flame->node[i - 1].depth)
			(void)fprintf(drawing->out,
				      "%s<g role=\"none\" transform=\"translate(%d %" PRIu64
				      ")\">\n",
				      i ? "</g>\n" : "", MARGIN,
				      TOP + ROW * (uint64_t)flame->node[i].depth);
		r = put_box(drawing, &flame->node[i]);
	}
	(void)fputs("</g>\n</g>\n", drawing->out);
	return r;
}

/* "inuse_space of leaky, 2026-11-20 08:51:02 UTC" */
static int put_head(const struct drawing *drawing)
{
	const struct ow_pprof *pprof = drawing->pprof;
	const struct ow_profile *profile = pprof->profile;
	const char *type = pprof_type(pprof);
	const char *program =
		profile->n_mappings && profile->mapping->file.n
			? ow_escape_text(pprof->arena, ow_path_base(profile->mapping->file))
			: "";
	char time[OW_TIME_MAX];

	if (!type || !program)
		return -ENOMEM;
	put_text(drawing->out, ow_str(drawing->flame->is_difference ? "change of " : ""));
	put_text(drawing->out, ow_str(type));
	put_text(drawing->out, ow_str(*program ? " of " : ""));
	put_text(drawing->out, ow_str(program));
	if (profile->time_nanos)
		(void)fprintf(drawing->out, ", %s",
			      ow_time_local(profile->time_nanos / 1000, time));
	return 0;
}

/* How to read it, and what is not in it. */
static int put_about(const struct drawing *drawing)
{
	const struct ow_flame *flame = drawing->flame;
	FILE *out = drawing->out;

	put_value(drawing, &flame->node[0]);
	(void)fputs(flame->is_difference
			    ? ". Red (+) grew, blue (-) shrank, width is how much of both. "
			    : ". ",
		    out);
	(void)fputs("Callers are above what they call.", out);
	if (flame->n_folded)
		(void)fprintf(out, " %" PRIu64 " boxes too small to be seen are in the grey ones.",
			      flame->n_folded);
	for (size_t i = 0; i < drawing->pprof->n_filters; i++) {
		const char *filter =
			ow_escape_text(drawing->pprof->arena, ow_str(drawing->pprof->filter[i]));

		if (!filter)
			return -ENOMEM;
		(void)fputs(i ? ", " : " Only: ", out);
		put_text(out, ow_str(filter));
	}
	return 0;
}

static void put_lines(FILE *out, const char *element, const char *const *line)
{
	(void)fprintf(out, "<%s><![CDATA[\n", element);
	for (; *line; line++)
		(void)fputs(*line, out);
	(void)fprintf(out, "]]></%s>\n", element);
}

static int put_all(struct drawing *drawing)
{
	const uint64_t height = TOP + ROW * ((uint64_t)drawing->flame->depth + 1) + MARGIN;
	FILE *out = drawing->out;
	int r;

	(void)fprintf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %" PRIu64
		      "\" role=\"graphics-document document\" aria-roledescription=\"flame graph\""
		      " aria-labelledby=\"head\" aria-describedby=\"say\">\n<title>",
		      WIDTH + 2 * MARGIN, height);
	r = put_head(drawing);
	(void)fputs("</title>\n", out);
	put_lines(out, "style", flame_css);
	(void)fputs("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n"
		    "<text id=\"head\" class=\"head\" x=\"10\" y=\"24\">",
		    out);
	r = r < 0 ? r : put_head(drawing);
	(void)fputs("</text>\n<text id=\"say\" role=\"status\" x=\"10\" y=\"46\">", out);
	r = r < 0 ? r : put_about(drawing);
	(void)fputs("</text>\n", out);
	r = r < 0 ? r : put_rows(drawing);
	put_lines(out, "script", flame_js);
	(void)fputs("</svg>\n", out);
	return r;
}

int ow_flame_svg(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	const uint64_t width = ow_flame_width(&pprof->flame->node[0]);
	struct drawing drawing = {
		.pprof = pprof,
		.flame = pprof->flame,
		.out = out,
		.name = ow_alloc(pprof->arena, pprof->stacks->n_frames + 1, sizeof(const char *)),
		.scale = width ? WIDTH / (double)width : 0,
	};

	if (width == 0)
		return ow_fail(err, ENOENT,
			       "there is nothing to draw: no stack passes the filters");
	return drawing.name && put_all(&drawing) == 0 ? 0 : pprof_full(err);
}
