/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/profile-graph.h"

#include <errno.h>
#include <string.h>

#include "analyze/graph-internal.h"

static uint64_t size_of(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* A part of a sum as pprof computes it: cut to a whole number. */
static uint64_t cutoff_of(int64_t sum, double fraction)
{
	const double cut = (double)sum * fraction;

	return cut >= 0x1p63 || cut <= -0x1p63 ? (uint64_t)1 << 63 : size_of((int64_t)cut);
}

static bool is_negative(const struct ow_graph_node *node)
{
	return node->flat < 0 || (node->flat == 0 && node->cum < 0);
}

/* The nodes that have something. */
static int collect(struct graph_count *count, struct ow_graph *graph)
{
	if (!graph->node)
		graph->node =
			ow_alloc(count->arena, count->nodes.n + 1, sizeof(struct ow_graph_node *));
	if (!graph->node)
		return -ENOMEM;
	graph->n = 0;
	for (size_t i = 0; i < count->nodes.n; i++) {
		struct ow_graph_node *node = &count->nodes.node[i];

		if ((node->cum || node->flat) &&
		    !(count->options->drop_negative && is_negative(node)))
			graph->node[graph->n++] = node;
	}
	return 0;
}

static void delete_edge(struct ow_graph_edge **edge, size_t *n, const struct ow_graph_edge *one)
{
	for (size_t i = 0; i < *n; i++) {
		if (edge[i] == one) {
			memmove(&edge[i], &edge[i + 1],
				(*n - i - 1) * sizeof(struct ow_graph_edge *));
			(*n)--;
			return;
		}
	}
}

static size_t trim_edges(struct ow_graph *graph, uint64_t cutoff)
{
	size_t dropped = 0;

	for (size_t i = 0; i < graph->n; i++) {
		struct ow_graph_node *node = graph->node[i];
		size_t n = 0;

		for (size_t k = 0; k < node->n_in; k++) {
			struct ow_graph_edge *edge = node->in[k];

			if (size_of(edge->weight) >= cutoff) {
				node->in[n++] = edge;
				continue;
			}
			delete_edge(edge->from->out, &edge->from->n_out, edge);
			dropped++;
		}
		node->n_in = n;
	}
	return dropped;
}

static void trim_tags(struct ow_graph *graph, uint64_t cutoff)
{
	for (size_t i = 0; i < graph->n; i++) {
		struct ow_graph_node *node = graph->node[i];
		size_t n = 0;

		for (size_t k = 0; k < node->n_tags; k++)
			if (size_of(node->tag[k].flat) >= cutoff ||
			    size_of(node->tag[k].cum) >= cutoff)
				node->tag[n++] = node->tag[k];
		node->n_tags = n;
	}
}

/* Does another way lead from where the edge begins to where it ends? */
static bool is_redundant(const struct ow_graph_edge *edge, const struct ow_graph_node **queue,
			 uint32_t *seen, uint32_t round, const struct ow_graph_node *base)
{
	size_t n = 0;

	queue[n++] = edge->to;
	seen[edge->to - base] = round;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < queue[i]->n_in; k++) {
			const struct ow_graph_edge *in = queue[i]->in[k];

			if (in == edge || seen[in->from - base] == round)
				continue;
			if (in->from == edge->from)
				return true;
			seen[in->from - base] = round;
			queue[n++] = in->from;
		}
	}
	return false;
}

static int remove_redundant(struct graph_count *count, struct ow_graph *graph)
{
	const struct ow_graph_node **queue =
		ow_alloc(count->arena, count->nodes.n + 1, sizeof(const struct ow_graph_node *));
	uint32_t *seen = ow_alloc(count->arena, count->nodes.n + 1, sizeof(*seen)), round = 0;

	if (!queue || !seen)
		return -ENOMEM;
	for (size_t i = graph->n; i-- > 0;) {
		struct ow_graph_node *node = graph->node[i];

		graph_sort_edges(node->in, node->n_in);
		for (size_t k = node->n_in; k-- > 0;) {
			struct ow_graph_edge *edge = node->in[k];

			if (!edge->residual)
				break; /* none that is heavier than a direct one */
			if (!is_redundant(edge, queue, seen, ++round, count->nodes.node))
				continue;
			delete_edge(edge->from->out, &edge->from->n_out, edge);
			delete_edge(node->in, &node->n_in, edge);
		}
	}
	return 0;
}

/* Counts again with only those nodes that are in the first n of the graph. */
static int keep(struct graph_count *count, struct ow_graph *graph, size_t n)
{
	bool *kept = ow_alloc(count->arena, count->nodes.n + 1, sizeof(bool));

	if (!kept)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		kept[graph->node[i] - count->nodes.node] = true;
	count->kept = kept;
	return graph_count_all(count) < 0 ? -ENOMEM : collect(count, graph);
}

/* First without the small ones. */
static int drop_small(struct graph_count *count, struct ow_graph *graph, uint64_t cutoff)
{
	const size_t all = graph->n;
	size_t n = 0;

	for (size_t i = 0; i < graph->n; i++) {
		struct ow_graph_node *node = graph->node[i];

		if (size_of(node->cum) >= cutoff) {
			graph->node[i] = graph->node[n];
			graph->node[n++] = node;
		}
	}
	graph->n_dropped_nodes = all - n;
	if (n < all)
		return keep(count, graph, n);
	return graph_count_all(count) < 0 ? -ENOMEM : collect(count, graph);
}

/* In a picture the tags of a node take places, too. */
static size_t places(const struct ow_graph *graph, size_t n)
{
	size_t taken = 0;

	for (size_t i = 0; i < graph->n; i++) {
		size_t tags = 0;

		for (size_t k = 0; k < graph->node[i]->n_tags; k++)
			tags += graph->node[i]->tag[k].flat != 0;
		taken += 1 + (tags < GRAPH_NODELETS_MAX ? tags : GRAPH_NODELETS_MAX);
		if (taken >= n)
			return i + 1;
	}
	return n;
}

static int keep_largest(struct graph_count *count, struct ow_graph *graph)
{
	size_t n = count->options->node_count;

	if (count->options->picture)
		n = places(graph, n);
	if (n >= graph->n)
		return 0;
	if (keep(count, graph, n) < 0)
		return -ENOMEM;
	graph_sort(graph, count->options, count->arena);
	return 0;
}

static void finish(struct graph_count *count, struct ow_graph *graph)
{
	for (size_t i = 0; i < count->nodes.n; i++)
		count->nodes.node[i].number = graph->n;
	for (size_t i = 0; i < graph->n; i++) {
		graph->node[i]->number = i;
		graph_sort_edges(graph->node[i]->in, graph->node[i]->n_in);
		graph_sort_edges(graph->node[i]->out, graph->node[i]->n_out);
	}
}

static int make(struct graph_count *count, struct ow_graph *graph)
{
	const struct ow_graph_options *options = count->options;
	uint64_t node_cutoff, edge_cutoff;
	int64_t sum = 0;

	if (graph_nodes_make(count) < 0 || graph_count_sums(count) < 0 || collect(count, graph) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < graph->n; i++)
		sum = (int64_t)((uint64_t)sum + (uint64_t)graph->node[i]->flat);
	node_cutoff = cutoff_of(sum, options->node_fraction);
	edge_cutoff = cutoff_of(sum, options->edge_fraction);
	if (drop_small(count, graph, node_cutoff) < 0)
		return -ENOMEM;
	graph->n_before = graph->n;
	graph_sort(graph, options, count->arena);
	if (options->node_count) {
		trim_tags(graph, node_cutoff);
		(void)trim_edges(graph, edge_cutoff);
		if (keep_largest(count, graph) < 0)
			return -ENOMEM;
	}
	trim_tags(graph, node_cutoff);
	graph->n_dropped_edges = trim_edges(graph, edge_cutoff);
	if (options->picture && remove_redundant(count, graph) < 0)
		return -ENOMEM;
	finish(count, graph);
	return 0;
}

int ow_profile_graph_new(struct ow_profile_view *view, const struct ow_graph_options *options,
			 struct ow_arena *arena, struct ow_graph **ret, struct ow_err *err)
{
	struct graph_count count = { .arena = arena, .view = view, .options = options };
	struct ow_graph *graph = ow_alloc(arena, 1, sizeof(*graph));

	if (!graph || make(&count, graph) < 0 || ow_arena_refused(arena))
		return ow_fail(err, ENOMEM, "the graph needs more memory than it may take");
	*ret = graph;
	return 0;
}
