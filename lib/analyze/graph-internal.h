/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GRAPH_INTERNAL_H
#define OW_ANALYZE_GRAPH_INTERNAL_H

#include "analyze/profile-graph.h"
#include "base/intern.h"

/* What the files behind profile-graph.h share; for nobody else. */

#define GRAPH_NONE    UINT32_MAX          /* a node that is left out */
#define GRAPH_SEVERAL (UINT32_C(1) << 31) /* a location with inlined frames */

/* All nodes that there could be: made once, counted anew for each choice of them. */
struct graph_nodes {
	struct ow_graph_node *node;
	size_t n;
	/* Of each location: its node, or with GRAPH_SEVERAL the place of its nodes in several,
	 * where their number stands first. Small, as it is looked at for each frame. */
	uint32_t *of;
	uint32_t *several;
	bool *may_be_inline; /* the node stands in front of another in some location */
};

/* A count of samples over chosen nodes. */
struct graph_count {
	struct ow_arena *arena;
	struct ow_profile_view *view;
	const struct ow_graph_options *options;
	struct graph_nodes nodes;
	const bool *kept; /* NULL: all */
	struct ow_graph_edge *edge;
	size_t n_edges;
	struct graph_tags *tags; /* of a picture */
};

/* The nodes of a location: *n of them, that of the innermost frame first. */
static inline const uint32_t *graph_nodes_of(const struct graph_nodes *nodes, uint32_t location,
					     uint32_t *n)
{
	const uint32_t *of = &nodes->of[location];

	*n = 1;
	if (*of & GRAPH_SEVERAL) {
		of = &nodes->several[*of & ~GRAPH_SEVERAL];
		*n = *of++;
	}
	return of;
}

int graph_nodes_make(struct graph_count *count);

/* Sums without edges. */
int graph_count_sums(struct graph_count *count);

/* Sums, edges and tags of the nodes that are kept. */
int graph_count_all(struct graph_count *count);

/* The tags: what they are for each set of labels, and their sums. */
int graph_tags_init(struct graph_count *count);
int graph_tags_add(struct graph_count *count, uint32_t node, uint32_t labels, int64_t weight,
		   int64_t divisor, bool flat);
int graph_tags_end(struct graph_count *count);

/* The order in which nodes and edges are shown. */
void graph_sort(struct ow_graph *graph, const struct ow_graph_options *options,
		struct ow_arena *arena);
void graph_sort_edges(struct ow_graph_edge **edge, size_t n);

/* The printable name of each node of the graph and of its neighbours. */
int graph_label_nodes(struct graph_count *count);

#define GRAPH_NODELETS_MAX 4 /* tags of a node that a picture shows */

#endif
