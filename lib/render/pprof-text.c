/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "render/pprof-internal.h"

static int64_t flat_of(const struct ow_graph_node *node)
{
	return ow_graph_mean(node->flat, node->flat_div);
}

static int64_t cum_of(const struct ow_graph_node *node)
{
	return ow_graph_mean(node->cum, node->cum_div);
}

static const char *label(const struct ow_pprof *pprof, const struct ow_graph_node *node)
{
	const char *name = pprof_name(pprof, ow_str(node->label));

	return name ? name : "";
}

static int print_head(struct ow_pprof *pprof, FILE *out)
{
	struct pprof_lines lines = { 0 };

	if (pprof_settle_unit(pprof, false) < 0 || pprof_report_head(pprof, false, &lines) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < lines.n; i++)
		fprintf(out, "%s\n", lines.line[i]);
	return 0;
}

/* " (inline)" when it was inlined by all that call it, " (partial-inline)" by some. */
static const char *inlined(const struct ow_graph_node *node)
{
	size_t n = 0;

	for (size_t i = 0; i < node->n_in; i++)
		n += node->in[i]->is_inline;
	if (n == 0)
		return "";
	return n == node->n_in ? " (inline)" : " (partial-inline)";
}

/* "   62.50MB 63.37% 63.37%    63.48MB 64.36%" */
static void print_numbers(const struct ow_pprof *pprof, const struct ow_graph_node *node,
			  uint64_t *sum, FILE *out)
{
	char flat[OW_MEASURE_MAX], cum[OW_MEASURE_MAX];
	char percent[3][OW_MEASURE_PERCENT_MAX];

	*sum += (uint64_t)flat_of(node);
	fprintf(out, "%10s %s %s %10s %s", pprof_value(pprof, flat_of(node), flat),
		ow_measure_percent(flat_of(node), pprof->total, percent[0]),
		ow_measure_percent((int64_t)*sum, pprof->total, percent[1]),
		pprof_value(pprof, cum_of(node), cum),
		ow_measure_percent(cum_of(node), pprof->total, percent[2]));
}

int ow_pprof_text(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	uint64_t sum = 0;

	if (print_head(pprof, out) < 0)
		return pprof_full(err);
	fprintf(out, "%10s %5s%% %5s%% %10s %5s%%\n", "flat", "flat", "sum", "cum", "cum");
	for (size_t i = 0; i < pprof->graph->n; i++) {
		const struct ow_graph_node *node = pprof->graph->node[i];

		print_numbers(pprof, node, &sum, out);
		fprintf(out, "  %s%s\n", label(pprof, node), inlined(node));
	}
	return ow_arena_refused(pprof->arena) ? pprof_full(err) : 0;
}

static void print_neighbour(const struct ow_pprof *pprof, const struct ow_graph_edge *edge,
			    const struct ow_graph_node *of, const struct ow_graph_node *neighbour,
			    FILE *out)
{
	char weight[OW_MEASURE_MAX], percent[OW_MEASURE_PERCENT_MAX];

	fprintf(out, "%50s %s |   %s%s\n", pprof_value(pprof, edge->weight, weight),
		ow_measure_percent(edge->weight, cum_of(of), percent), label(pprof, neighbour),
		edge->is_inline ? " (inline)" : "");
}

static const char separator[] =
	"----------------------------------------------------------+-------------\n";

static void print_node(const struct ow_pprof *pprof, const struct ow_graph_node *node,
		       uint64_t *sum, FILE *out)
{
	fputs(separator, out);
	for (size_t i = 0; i < node->n_in; i++)
		print_neighbour(pprof, node->in[i], node, node->in[i]->from, out);
	print_numbers(pprof, node, sum, out);
	fprintf(out, "                | %s\n", label(pprof, node));
	for (size_t i = 0; i < node->n_out; i++)
		print_neighbour(pprof, node->out[i], node, node->out[i]->to, out);
}

int ow_pprof_tree(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	size_t matched = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < pprof->graph->n && pprof->pattern; i++)
		matched += ow_pattern_matches(pprof->pattern, ow_str(pprof->graph->node[i]->label));
	if (pprof->pattern && matched == 0)
		return ow_fail(err, ENOENT, "no matches found for regexp: %s", pprof->pattern_text);
	if (print_head(pprof, out) < 0)
		return pprof_full(err);
	fputs(separator, out);
	fputs("      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n", out);
	for (size_t i = 0; i < pprof->graph->n; i++) {
		const struct ow_graph_node *node = pprof->graph->node[i];

		if (!pprof->pattern || ow_pattern_matches(pprof->pattern, ow_str(node->label)))
			print_node(pprof, node, &sum, out);
	}
	if (pprof->graph->n)
		fputs(separator, out);
	return ow_arena_refused(pprof->arena) ? pprof_full(err) : 0;
}
