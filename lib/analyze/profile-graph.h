/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_PROFILE_GRAPH_H
#define OW_ANALYZE_PROFILE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "analyze/profile-view.h"
#include "base/arena.h"
#include "base/err.h"
#include "record/profile-graph.h"

struct ow_graph_options {
	size_t value; /* index of the type that is counted */
	bool mean;    /* divided by the first type, the number of objects */
	bool cum;     /* sorted by cum, not by flat */
	bool drop_negative;
	bool objects;         /* functions of different files are different */
	bool picture;         /* for a drawing: sorted by what is worth to be seen, with tags */
	bool edges;           /* with all edges; else only those that show what is inlined */
	size_t node_count;    /* at most so many nodes; 0: all */
	double node_fraction; /* nodes with less of the sum are left out */
	double edge_fraction; /* edges, too */
	const char *trim_path, *source_path;
	struct ow_str tag_unit; /* for the sizes in tags: "minimum" */
};

/* The graph of what is to be seen of a profile. Returns 0 or -ENOMEM with err filled. */
int ow_profile_graph_new(struct ow_profile_view *view, const struct ow_graph_options *options,
			 struct ow_arena *arena, struct ow_graph **ret, struct ow_err *err);

#endif
