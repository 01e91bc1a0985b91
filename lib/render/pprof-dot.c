/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "render/pprof-dot.h"

char *dot_escape(const struct ow_pprof *pprof, const char *text)
{
	char *escaped = ow_alloc(pprof->arena, 2 * strlen(text) + 1, 1), *p = escaped;

	for (; escaped && *text; text++) {
		if (*text == '\\' || *text == '"' || *text == '\n')
			*p++ = '\\';
		*p++ = *text;
		if (*text == '\n')
			p[-1] = 'l';
	}
	return escaped;
}

static void to_hex(double value, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned byte = (unsigned)(value * 255) & 0xff;

	out[0] = digits[byte >> 4];
	out[1] = digits[byte & 15];
}

char *dot_colour(double score, bool pale, char buffer[DOT_COLOUR_MAX])
{
	const double value = pale ? 0.93 : 0.7, shift = 0.7;
	double saturation = pale ? 0.1 : 1, red, green;

	score = isnan(score) ? 0 : fmax(-1, fmin(1, score));
	if (fabs(score) < 0.2) /* near 0 it is grey, not yellow */
		saturation *= fabs(score) / 0.2;
	if (score > 0)
		score = pow(score, 1 - shift);
	else if (score < 0)
		score = -pow(-score, 1 - shift);
	red = score < 0 ? value * (1 + saturation * score) : value;
	green = score < 0 ? value : value * (1 - saturation * score);
	buffer[0] = '#';
	to_hex(red, buffer + 1);
	to_hex(green, buffer + 3);
	to_hex(value * (1 - saturation), buffer + 5);
	buffer[7] = '\0';
	return buffer;
}

/* Puts a text behind others; "\n" between the parts of a name is dot's, two characters. */
struct builder {
	const struct ow_pprof *pprof;
	const char *text;
};

__attribute__((format(printf, 2, 3))) static void append(struct builder *builder,
							 const char *format, ...)
{
	va_list args;
	char *more;

	va_start(args, format);
	more = ow_vprintf(builder->pprof->arena, format, args);
	va_end(args);
	builder->text = more ? ow_printf(builder->pprof->arena, "%s%s", builder->text, more) : NULL;
	if (!builder->text)
		builder->text = "";
}

/* The name as dot breaks it: at each "." and "::" a new line. "[...]" of Go is no such place. */
static char *broken_name(const struct ow_pprof *pprof, struct ow_str name)
{
	const struct ow_str shortened = dot_short_name(name, pprof->arena);
	const char *safe = pprof_name(pprof, shortened);
	char *escaped = safe ? dot_escape(pprof, safe) : NULL, *out, *p;

	out = escaped ? ow_alloc(pprof->arena, 3 * strlen(escaped) + 1, 1) : NULL;
	p = out;
	for (const char *s = escaped; out && *s;) {
		if (strncmp(s, "[...]", 5) == 0) {
			memcpy(p, "[…]", 5);
			p += 5;
			s += 5;
		} else if (*s == '.' || strncmp(s, "::", 2) == 0) {
			s += *s == '.' ? 1 : 2;
			*p++ = '\\';
			*p++ = 'n';
		} else {
			*p++ = *s++;
		}
	}
	return out;
}

/* As ow_graph_label() has it, with lines for blanks and of a path only the file. */
static void append_name(struct builder *b, const struct ow_graph_node *node)
{
	const struct ow_pprof *pprof = b->pprof;
	const char *name = broken_name(pprof, node->name);
	const char *file = node->file.n ? pprof_name(pprof, ow_path_base(node->file)) : "";

	if (node->address)
		append(b, "%016" PRIx64 "\\n", node->address);
	if (node->name.n)
		append(b, "%s\\n", name ? name : "");
	if (node->line && node->column)
		append(b, "%s:%" PRId64 ":%" PRId64 "\\n", file, node->line, node->column);
	else if (node->line)
		append(b, "%s:%" PRId64 "\\n", file, node->line);
	else if (node->file.n)
		append(b, "%s\\n", file);
	else if (node->name.n == 0 && node->object.n)
		append(b, "[%s]\\n", pprof_name(pprof, ow_path_base(node->object)));
	else if (node->name.n == 0)
		append(b, "<unknown>\\n");
}

static const char *percent_of(const struct ow_pprof *pprof, int64_t value,
			      char buffer[OW_MEASURE_PERCENT_MAX])
{
	const char *percent = ow_measure_percent(value, pprof->total, buffer);

	return percent + strspn(percent, " ");
}

static int font_size(int64_t flat, double most)
{
	if (most == 0 || flat == 0)
		return 8;
	return 8 + (int)ceil(16 * sqrt(fabs((double)flat) / most));
}

static double share(const struct ow_pprof *pprof, int64_t value)
{
	return (double)value / fabs((double)pprof->total);
}

static void print_node(const struct ow_pprof *pprof, const struct ow_graph_node *node, double most,
		       FILE *out)
{
	const int64_t flat = ow_graph_mean(node->flat, node->flat_div);
	const int64_t cum = ow_graph_mean(node->cum, node->cum_div);
	char flat_text[OW_MEASURE_MAX], cum_text[OW_MEASURE_MAX], percent[OW_MEASURE_PERCENT_MAX];
	char line[DOT_COLOUR_MAX], fill[DOT_COLOUR_MAX];
	struct builder label = { pprof, "" };
	const char *tip = pprof_name(pprof, ow_str(node->label));

	append_name(&label, node);
	(void)pprof_value(pprof, flat, flat_text);
	(void)pprof_value(pprof, cum, cum_text);
	if (flat)
		append(&label, "%s (%s)", flat_text, percent_of(pprof, flat, percent));
	else
		append(&label, "0");
	if (cum != flat)
		append(&label, "%sof %s (%s)", flat ? "\\n" : " ", cum_text,
		       percent_of(pprof, cum, percent));
	tip = tip ? dot_escape(pprof, tip) : NULL;
	fprintf(out,
		"N%zu [label=\"%s\" id=\"node%zu\" fontsize=%d shape=box tooltip=\"%s (%s)\" "
		"color=\"%s\" fillcolor=\"%s\"]\n",
		node->number + 1, label.text, node->number + 1, font_size(flat, most),
		tip ? tip : "", cum_text, dot_colour(share(pprof, cum), false, line),
		dot_colour(share(pprof, cum), true, fill));
}

/* How thick or stiff an edge is, in so many steps. */
static int steps(const struct ow_pprof *pprof, int64_t weight, int most)
{
	/* Cut to a whole number as pprof does; the weight of a difference may be more than all. */
	const __int128 part = (__int128)weight * most / pprof->total;

	return 1 + (int)(part < -most || part > most ? most : part < 0 ? -part : part);
}

static void print_edge(const struct ow_pprof *pprof, const struct ow_graph_edge *edge,
		       bool from_has_tags, FILE *out)
{
	const int64_t weight = ow_graph_mean(edge->weight, edge->weight_div);
	const char *from = pprof_name(pprof, ow_str(edge->from->label));
	const char *to = pprof_name(pprof, ow_str(edge->to->label));
	char value[OW_MEASURE_MAX], colour[DOT_COLOUR_MAX];
	const char *tip;

	from = from ? dot_escape(pprof, from) : NULL;
	to = to ? dot_escape(pprof, to) : NULL;
	(void)pprof_value(pprof, weight, value);
	fprintf(out, "N%zu -> N%zu [label=\" %s%s\"", edge->from->number + 1, edge->to->number + 1,
		value, edge->is_inline ? "\\n (inline)" : "");
	if (pprof->total) {
		if (steps(pprof, weight, 100) > 1)
			fprintf(out, " weight=%d", steps(pprof, weight, 100));
		if (steps(pprof, weight, 5) > 1)
			fprintf(out, " penwidth=%d", steps(pprof, weight, 5));
		fprintf(out, " color=\"%s\"", dot_colour(share(pprof, weight), false, colour));
	}
	tip = ow_printf(pprof->arena, "\"%s %s %s (%s)\"", from ? from : "",
			edge->residual ? "..." : "->", to ? to : "", value);
	fprintf(out, " tooltip=%s labeltooltip=%s%s%s]\n", tip ? tip : "\"\"", tip ? tip : "\"\"",
		edge->residual ? " style=\"dotted\"" : "", from_has_tags ? " minlen=2" : "");
}

static int print_legend(const struct ow_pprof *pprof, const char *title, FILE *out)
{
	struct pprof_lines lines = { 0 };
	const char *first;

	if (pprof_report_head(pprof, true, &lines) < 0)
		return -ENOMEM;
	first = dot_escape(pprof, lines.line[0]);
	fprintf(out, "subgraph cluster_L { \"%s\" [shape=box fontsize=16 label=\"",
		first ? first : "");
	for (size_t i = 0; i < lines.n; i++) {
		const char *line = dot_escape(pprof, lines.line[i]);

		fprintf(out, "%s\\l", line ? line : "");
	}
	fputc('"', out);
	if (*title)
		fprintf(out, " tooltip=\"%s\"", title);
	fputs("] }\n", out);
	return 0;
}

static int by_weight(const void *a, const void *b)
{
	const struct ow_graph_edge *const *x = a, *const *y = b;
	const uint64_t p = (*x)->weight < 0 ? 0 - (uint64_t)(*x)->weight : (uint64_t)(*x)->weight;
	const uint64_t q = (*y)->weight < 0 ? 0 - (uint64_t)(*y)->weight : (uint64_t)(*y)->weight;
	int order;

	if (p != q)
		return p < q ? 1 : -1;
	order = strcmp((*x)->from->label, (*y)->from->label);
	return order ? order : strcmp((*x)->to->label, (*y)->to->label);
}

/* The heaviest first: dot makes room for them first. */
static int print_edges(const struct ow_pprof *pprof, const bool *has_tags, FILE *out)
{
	const struct ow_graph *graph = pprof->graph;
	const struct ow_graph_edge **edge;
	size_t n = 0;

	for (size_t i = 0; i < graph->n; i++)
		n += graph->node[i]->n_out;
	edge = ow_alloc(pprof->arena, n + 1, sizeof(const struct ow_graph_edge *));
	if (!edge)
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < graph->n; i++)
		for (size_t k = 0; k < graph->node[i]->n_out; k++)
			edge[n++] = graph->node[i]->out[k];
	qsort(edge, n, sizeof(const struct ow_graph_edge *), by_weight);
	for (size_t i = 0; i < n; i++)
		print_edge(pprof, edge[i], has_tags[edge[i]->from->number], out);
	return 0;
}

static const char *title_of(const struct ow_pprof *pprof)
{
	const struct ow_profile *profile = pprof->profile;
	const char *name = "";

	if (profile->n_mappings && profile->mapping[0].file.n)
		name = pprof_name(pprof, ow_path_base(profile->mapping[0].file));
	return name ? dot_escape(pprof, name) : NULL;
}

int ow_pprof_dot(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	const struct ow_graph *graph = pprof->graph;
	const char *title = title_of(pprof);
	bool *has_tags = ow_alloc(pprof->arena, graph->n + 1, sizeof(bool));
	double most = 0;
	int r;

	if (!title || !has_tags || pprof_settle_unit(pprof, false) < 0)
		return pprof_full(err);
	fprintf(out, "digraph \"%s\" {\n", *title ? title : "unnamed");
	fputs("node [style=filled fillcolor=\"#f8f8f8\"]\n", out);
	if (print_legend(pprof, title, out) < 0)
		return pprof_full(err);
	for (size_t i = 0; i < graph->n; i++)
		most = fmax(most, fabs((double)ow_graph_mean(graph->node[i]->flat,
							     graph->node[i]->flat_div)));
	for (size_t i = 0; i < graph->n; i++) {
		print_node(pprof, graph->node[i], most, out);
		r = dot_print_tags(pprof, graph->node[i], out);
		if (r < 0)
			return pprof_full(err);
		has_tags[i] = r > 0;
	}
	if (print_edges(pprof, has_tags, out) < 0 || ow_arena_refused(pprof->arena))
		return pprof_full(err);
	fputs("}\n", out);
	return 0;
}
