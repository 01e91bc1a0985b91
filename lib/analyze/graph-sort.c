/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/graph-internal.h"

static uint64_t size_of(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

int graph_label_nodes(struct graph_count *count)
{
	for (size_t i = 0; i < count->nodes.n; i++) {
		struct ow_graph_node *node = &count->nodes.node[i];

		if (node->label || (!node->cum && !node->flat && !node->n_in && !node->n_out))
			continue;
		node->label = ow_graph_label(count->arena, node);
		if (!node->label)
			return -ENOMEM;
	}
	return 0;
}

/* A node with what it is sorted by. */
struct row {
	struct ow_graph_node *node;
	uint64_t first, last;
};

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_rest(const struct ow_graph_node *a, const struct ow_graph_node *b)
{
	int order = ow_str_order(a->name, b->name);

	order = order ? order : by_number(a->address, b->address);
	order = order ? order : ow_str_order(a->file, b->file);
	order = order ? order : by_number((uint64_t)a->start_line, (uint64_t)b->start_line);
	order = order ? order : by_number((uint64_t)a->line, (uint64_t)b->line);
	return order ? order : ow_str_order(a->object, b->object);
}

/* The largest first; equal ones by name. */
static int by_size(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = by_number(y->first, x->first);

	order = order ? order : strcmp(x->node->label, y->node->label);
	order = order ? order : by_number(y->last, x->last);
	return order ? order : by_rest(x->node, y->node);
}

/* Not a number for what is nothing, or part of a negative total: as pprof has it. */
static double part_of(uint64_t size, double total)
{
	const double part = (double)size / total;

	return -part * log2(part);
}

/* How much there is to see in these edges: many alike say more than one through which all goes. */
static double entropy(struct ow_graph_edge *const *edge, size_t n, int64_t self)
{
	int64_t total = self;
	double score = 0;

	for (size_t i = 0; i < n; i++)
		if (edge[i]->weight > 0)
			total += edge[i]->weight;
	if (total == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		score += part_of(size_of(edge[i]->weight), (double)total);
	if (self > 0)
		score += part_of(size_of(self), (double)total);
	return score;
}

/* As Go converts on amd64: what does not fit, and what is not a number, is the least one. */
static int64_t whole(double value)
{
	return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
}

/* What is seen of a node in a picture, for the order of pprof: there the least number has no size,
 * and comes last. Where that number and flat are added, flat decides whether it is the first. */
static uint64_t score(const struct ow_graph_node *node)
{
	double worth = node->n_in ? entropy(node->in, node->n_in, 0) : 1;
	uint64_t sum;

	worth += node->n_out ? entropy(node->out, node->n_out, node->flat) : 1;
	sum = (uint64_t)whole(worth * (double)node->cum) + (uint64_t)node->flat;
	return size_of((int64_t)sum) + ((uint64_t)1 << 63);
}

void graph_sort(struct ow_graph *graph, const struct ow_graph_options *options,
		struct ow_arena *arena)
{
	struct row *row = ow_alloc(arena, graph->n + 1, sizeof(*row));

	for (size_t i = 0; row && i < graph->n; i++) {
		const struct ow_graph_node *node = graph->node[i];

		row[i].node = graph->node[i];
		row[i].last = size_of(node->flat);
		if (options->picture)
			row[i].first = score(node);
		else if (options->cum)
			row[i].first = size_of(node->cum);
		else {
			row[i].first = size_of(node->flat);
			row[i].last = size_of(node->cum);
		}
	}
	if (!row)
		return;
	qsort(row, graph->n, sizeof(*row), by_size);
	for (size_t i = 0; i < graph->n; i++)
		graph->node[i] = row[i].node;
}

static int by_weight(const void *a, const void *b)
{
	const struct ow_graph_edge *const *x = a, *const *y = b;
	int order = by_number(size_of((*y)->weight), size_of((*x)->weight));

	order = order ? order : strcmp((*x)->from->label, (*y)->from->label);
	order = order ? order : strcmp((*x)->to->label, (*y)->to->label);
	order = order ? order : by_rest((*x)->from, (*y)->from);
	return order ? order : by_rest((*x)->to, (*y)->to);
}

void graph_sort_edges(struct ow_graph_edge **edge, size_t n)
{
	qsort(edge, n, sizeof(struct ow_graph_edge *), by_weight);
}
