/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_PROFILE_GRAPH_H
#define OW_RECORD_PROFILE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/scan.h"

/*
 * Who calls whom in a profile, with what each function allocates itself (flat) and with all that it
 * calls (cum). With a mean each sum has a divisor, else the divisors are 0.
 */

struct ow_graph_edge;

/* What of a node is from samples with one set of labels. */
struct ow_graph_tag {
	struct ow_str set;  /* the labels that are texts: "key:text"; empty: none */
	struct ow_str name; /* "1.56MB"; for the set itself the same as set */
	bool is_number;
	int64_t value; /* of the number, in unit */
	struct ow_str unit;
	int64_t flat, flat_div, cum, cum_div;
};

struct ow_graph_node {
	struct ow_str name, file, object; /* object: the mapped file, where it matters */
	uint64_t address;
	int64_t line, column, start_line;
	const char *label; /* all of it that is known, as one line */
	uint32_t function; /* equal for nodes that are of one function */
	int64_t flat, flat_div, cum, cum_div;
	struct ow_graph_edge **in, **out; /* the heaviest first */
	size_t n_in, n_out;
	struct ow_graph_tag *tag;
	size_t n_tags;
	size_t number; /* in the graph, from 0; n when it is not in it */
};

struct ow_graph_edge {
	struct ow_graph_node *from, *to;
	int64_t weight, weight_div;
	bool residual; /* it goes over nodes that were left out */
	bool is_inline;
};

struct ow_graph {
	struct ow_graph_node **node; /* in the order in which they are shown */
	size_t n;
	size_t n_before;        /* nodes that were left before only the largest were chosen */
	size_t n_dropped_nodes; /* too small */
	size_t n_dropped_edges;
};

/* What is known of a node, with blanks between: "000000000067b36c main.grow /src/main.go:13". NULL
 * at the limit. */
char *ow_graph_label(struct ow_arena *arena, const struct ow_graph_node *node);

/* A sum without a divisor is what it is. */
static inline int64_t ow_graph_mean(int64_t sum, int64_t divisor)
{
	return divisor == 0 || divisor == -1 ? sum : sum / divisor;
}

#endif
