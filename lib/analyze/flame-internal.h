/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_FLAME_INTERNAL_H
#define OW_ANALYZE_FLAME_INTERNAL_H

#include "analyze/flame.h"

/* What the files behind flame.h share; for nobody else. */

struct flame_node {
	uint32_t parent, frame, depth;
	uint32_t n_folded; /* callees that were cut, and their sums */
	uint64_t grown, shrunk;
	uint64_t folded_grown, folded_shrunk;
};

/* The tree while it grows. Nodes stand behind their parents, the root first. */
struct flame_tree {
	const struct ow_flame_options *options;
	struct ow_stacks_walk walk;
	struct flame_node *node;
	size_t n, room;
	size_t first;    /* the first node of this pass */
	size_t n_stacks; /* whose sum is not 0 */
	uint32_t *at;    /* the node that each stack has come to, or FLAME_NONE */
	uint32_t *next;  /* and will have come to by this pass */
	uint32_t *slot;  /* finds the callees that this pass made: node + 1, or 0 */
	size_t n_slots;
	uint64_t seed;
};

#define FLAME_NONE UINT32_MAX /* the stack goes no further */

static inline uint64_t flame_width(const struct flame_node *node)
{
	return node->grown + node->shrunk;
}

/* Counts a node with what its parent has folded. */
void flame_fold(struct flame_node *parent, const struct flame_node *node);

/* The tree of all stacks, without what is too narrow or too deep. -EOVERFLOW, -ENOMEM. */
int flame_tree_grow(struct flame_tree *tree, const struct ow_stacks *stacks);

void flame_tree_free(struct flame_tree *tree);

#endif
