/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "render/pprof-internal.h"

#define MARGIN 5 /* lines before and behind those with a value */

/* By function, file, line. */
static int by_place(const void *a, const void *b)
{
	const struct ow_graph_node *x = *(struct ow_graph_node *const *)a;
	const struct ow_graph_node *y = *(struct ow_graph_node *const *)b;
	int order = ow_str_order(x->name, y->name);

	order = order ? order : ow_str_order(x->file, y->file);
	if (order)
		return order;
	return (x->line > y->line) - (x->line < y->line);
}

/* The nodes of one function in one file, by line. */
struct routine {
	struct ow_graph_node *const *node;
	size_t n;
};

static int64_t sum(const struct routine *routine, int64_t line, bool flat)
{
	uint64_t all = 0;

	for (size_t i = 0; i < routine->n; i++)
		if (line < 0 || routine->node[i]->line == line)
			all += (uint64_t)(flat ? routine->node[i]->flat : routine->node[i]->cum);
	return (int64_t)all;
}

/* The lines that are shown: from where the function begins to behind its last value. */
static void window(const struct routine *routine, int64_t *start, int64_t *end)
{
	*start = INT64_MAX;
	*end = 0;
	for (size_t i = 0; i < routine->n; i++) {
		const struct ow_graph_node *node = routine->node[i];
		const int64_t first = node->start_line ? node->start_line : node->line - MARGIN;

		if (first < *start)
			*start = first;
		if (node->line < INT64_MAX - MARGIN && node->line + MARGIN > *end)
			*end = node->line + MARGIN;
	}
	if (*start < 1)
		*start = 1;
}

static void print_lines(const struct ow_pprof *pprof, const struct routine *routine,
			const struct ow_pprof_source *source, FILE *out)
{
	char flat[OW_MEASURE_MAX], cum[OW_MEASURE_MAX];
	int64_t start, end;

	window(routine, &start, &end);
	for (int64_t line = start; line <= end && (uint64_t)line <= source->n; line++) {
		const char *text = pprof_source_line(pprof, source->line[line - 1]);

		fprintf(out, "%10s %10s %6" PRId64 ":%s\n",
			pprof_value_or_point(pprof, sum(routine, line, true), flat),
			pprof_value_or_point(pprof, sum(routine, line, false), cum), line,
			text ? text : "");
	}
}

static void print_routine(const struct ow_pprof *pprof, const struct routine *routine, FILE *out)
{
	const struct ow_graph_node *node = routine->node[0];
	const int64_t all = sum(routine, -1, false);
	char flat[OW_MEASURE_MAX], cum[OW_MEASURE_MAX], percent[OW_MEASURE_PERCENT_MAX];
	const struct ow_pprof_source *source = pprof->source(pprof->source_arg, node->file);
	const char *name = pprof_name(pprof, node->name), *file = pprof_name(pprof, node->file);
	const char *error = source->line ? NULL : pprof_name(pprof, ow_str(source->error));

	fprintf(out, "ROUTINE ======================== %s in %s\n", name ? name : "",
		file ? file : "");
	fprintf(out, "%10s %10s (flat, cum) %s of Total\n",
		pprof_value(pprof, sum(routine, -1, true), flat), pprof_value(pprof, all, cum),
		ow_measure_percent(all, pprof->total, percent));
	if (!source->line)
		fprintf(out, " Error: %s\n", error ? error : "");
	else
		print_lines(pprof, routine, source, out);
}

/* All files of one function; n nodes have its name. */
static void print_function(const struct ow_pprof *pprof, struct ow_graph_node *const *node,
			   size_t n, FILE *out)
{
	const char *name = pprof_name(pprof, node[0]->name);
	bool any = false;

	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && ow_str_order(node[i]->file, node[end]->file) == 0;)
			end++;
		if (node[i]->file.n == 0)
			continue;
		print_routine(pprof, &(struct routine){ &node[i], end - i }, out);
		any = true;
	}
	if (!any)
		fprintf(out, "No source information for %s\n", name ? name : "");
}

int ow_pprof_list(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	const struct ow_graph *graph = pprof->graph;
	struct ow_graph_node **node =
		ow_alloc(pprof->arena, graph->n + 1, sizeof(struct ow_graph_node *));
	char total[OW_MEASURE_MAX];
	size_t n = 0;

	if (!node)
		return pprof_full(err);
	for (size_t i = 0; i < graph->n; i++)
		if (ow_pattern_matches(pprof->pattern, graph->node[i]->name))
			node[n++] = graph->node[i];
	if (n == 0)
		return ow_fail(err, ENOENT, "no matches found for regexp: %s", pprof->pattern_text);
	qsort(node, n, sizeof(struct ow_graph_node *), by_place);
	fprintf(out, "Total: %s\n", pprof_value(pprof, pprof->total, total));
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && ow_str_order(node[i]->name, node[end]->name) == 0;)
			end++;
		print_function(pprof, &node[i], end - i, out);
	}
	return ow_arena_refused(pprof->arena) ? pprof_full(err) : 0;
}
