/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "analyze/flame-internal.h"
#include "base/hash.h"

#define NEW_NODES_MAX (1U << 20) /* that a pass makes, if it can do with fewer rows */

static bool add(struct flame_node *node, int64_t value)
{
	uint64_t *sum = value < 0 ? &node->shrunk : &node->grown;
	const uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint64_t both;

	return !__builtin_add_overflow(*sum, size, sum) &&
	       !__builtin_add_overflow(node->grown, node->shrunk, &both);
}

static int new_node(struct flame_tree *tree, uint32_t parent, uint32_t frame, uint32_t depth)
{
	if (tree->n >= tree->room) {
		const size_t room = 2 * tree->room + 1024;
		struct flame_node *more = reallocarray(tree->node, room, sizeof(*more));

		if (!more || room > UINT32_MAX / 2)
			return -ENOMEM;
		tree->node = more;
		tree->room = room;
	}
	tree->node[tree->n++] =
		(struct flame_node){ .parent = parent, .frame = frame, .depth = depth };
	return 0;
}

static size_t slot_of(const struct flame_tree *tree, uint32_t parent, uint32_t frame)
{
	return ow_hash_mix((uint64_t)parent << 32 | frame, tree->seed | 1) & (tree->n_slots - 1);
}

static int widen(struct flame_tree *tree)
{
	const size_t n = tree->n_slots ? 2 * tree->n_slots : 4096;
	uint32_t *slot = calloc(n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	free(tree->slot);
	tree->slot = slot;
	tree->n_slots = n;
	for (size_t i = tree->first; i < tree->n; i++) {
		size_t k = slot_of(tree, tree->node[i].parent, tree->node[i].frame);

		while (slot[k])
			k = (k + 1) & (n - 1);
		slot[k] = (uint32_t)i + 1;
	}
	return 0;
}

/* The callee frame of parent. */
static int find(struct flame_tree *tree, uint32_t parent, uint32_t frame, uint32_t *ret)
{
	size_t k;

	if (tree->n - tree->first >= tree->n_slots / 2 && widen(tree) < 0)
		return -ENOMEM;
	for (k = slot_of(tree, parent, frame); tree->slot[k]; k = (k + 1) & (tree->n_slots - 1)) {
		const uint32_t i = tree->slot[k] - 1;

		if (tree->node[i].parent == parent && tree->node[i].frame == frame) {
			*ret = i;
			return 0;
		}
	}
	if (new_node(tree, parent, frame, tree->node[parent].depth + 1) < 0)
		return -ENOMEM;
	tree->slot[k] = (uint32_t)tree->n;
	*ret = (uint32_t)tree->n - 1;
	return 0;
}

/* The root: all stacks begin there. */
static int plant(struct flame_tree *tree, const struct ow_stacks *stacks)
{
	tree->at = calloc(ow_tally_count(stacks->tally) + 1, sizeof(*tree->at));
	tree->next = calloc(ow_tally_count(stacks->tally) + 1, sizeof(*tree->next));
	if (!tree->at || !tree->next || new_node(tree, 0, OW_FLAME_OTHERS, 0) < 0)
		return -ENOMEM;
	tree->walk.place = (struct ow_tally_place){ 0 };
	while (ow_stacks_walk_next(&tree->walk)) {
		tree->at[tree->n_stacks++] = tree->walk.item.n ? 0 : FLAME_NONE;
		if (!add(&tree->node[0], tree->walk.item.value[0]))
			return -EOVERFLOW;
	}
	return 0;
}

/* From its node on, each stack goes up by so many rows. -EAGAIN: that makes too many nodes, fewer
 * rows have to do. *ret: is there a stack that goes on? */
static int grow(struct flame_tree *tree, uint32_t rows, bool *ret)
{
	const struct ow_tally_item *item = &tree->walk.item;

	*ret = false;
	tree->walk.place = (struct ow_tally_place){ 0 };
	for (size_t i = 0; ow_stacks_walk_next(&tree->walk); i++) {
		uint32_t node = tree->at[i], depth;

		tree->next[i] = FLAME_NONE;
		if (node == FLAME_NONE)
			continue;
		*ret = true;
		depth = tree->node[node].depth;
		for (uint32_t k = depth; k < item->n && k - depth < rows; k++) {
			if (find(tree, node, item->number[k], &node) < 0)
				return -ENOMEM;
			(void)add(&tree->node[node], item->value[0]); /* the root had room */
		}
		if (item->n > depth + rows)
			tree->next[i] = node;
		if (rows > 1 && tree->n - tree->first > NEW_NODES_MAX)
			return -EAGAIN;
	}
	return 0;
}

void flame_fold(struct flame_node *parent, const struct flame_node *node)
{
	parent->n_folded++;
	parent->folded_grown += node->grown;
	parent->folded_shrunk += node->shrunk;
}

/* Folds the nodes of this pass that are not wanted, with all that grows on them; the others close
 * ranks, and the stacks go on from there. */
static int prune(struct flame_tree *tree)
{
	const double least = tree->options->least * (double)flame_width(&tree->node[0]);
	const size_t first = tree->first, n = tree->n;
	uint32_t *to = calloc(n - first + 1, sizeof(*to)), *swap;

	if (!to)
		return -ENOMEM;
	tree->n = first;
	for (size_t i = first; i < n; i++) {
		struct flame_node node = tree->node[i];
		const bool is_cut =
			(double)flame_width(&node) < least || node.depth > tree->options->depth_max;

		if (node.parent >= first)
			node.parent = to[node.parent - first];
		to[i - first] = FLAME_NONE;
		if (node.parent == FLAME_NONE)
			continue;
		if (is_cut) {
			flame_fold(&tree->node[node.parent], &node);
			continue;
		}
		to[i - first] = (uint32_t)tree->n;
		tree->node[tree->n++] = node;
	}
	for (size_t i = 0; i < tree->n_stacks; i++)
		if (tree->next[i] != FLAME_NONE)
			tree->next[i] = to[tree->next[i] - first];
	swap = tree->at;
	tree->at = tree->next;
	tree->next = swap;
	free(to);
	return 0;
}

int flame_tree_grow(struct flame_tree *tree, const struct ow_stacks *stacks)
{
	uint32_t rows = OW_TALLY_SEQUENCE_MAX;
	bool goes_on = true;
	int r = plant(tree, stacks);

	while (r == 0 && goes_on) {
		free(tree->slot);
		tree->slot = NULL;
		tree->n_slots = 0;
		tree->first = tree->n;
		r = grow(tree, rows, &goes_on);
		if (r == 0)
			r = prune(tree);
		if (r != -EAGAIN)
			continue;
		tree->n = tree->first;
		rows = rows > 64 ? 16 : rows / 2;
		r = 0;
	}
	return r;
}

void flame_tree_free(struct flame_tree *tree)
{
	free(tree->node);
	free(tree->at);
	free(tree->next);
	free(tree->slot);
}
