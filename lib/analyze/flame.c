/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/flame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/flame-internal.h"
#include "base/hash.h"

/* The widest are kept, the root first; of equals that which is nearer to it, so that a parent is
 * always kept before its children. */
static int by_worth(const void *a, const void *b)
{
	const struct flame_node *const *x = a, *const *y = b;

	if (flame_width(*x) != flame_width(*y))
		return flame_width(*x) > flame_width(*y) ? -1 : 1;
	if ((*x)->depth != (*y)->depth)
		return (*x)->depth < (*y)->depth ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

/* Folds what is too many. kept says which are left. */
static int choose(struct flame_tree *tree, bool *kept)
{
	const size_t max = tree->options->nodes_max;
	const struct flame_node **order = reallocarray(NULL, tree->n, sizeof(*order));

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < tree->n; i++)
		order[i] = &tree->node[i];
	if (tree->n > max)
		qsort(order, tree->n, sizeof(*order), by_worth);
	for (size_t i = 0; i < tree->n; i++)
		kept[order[i] - tree->node] = i < max || i == 0;
	for (size_t i = 1; i < tree->n; i++)
		if (!kept[i] && kept[tree->node[i].parent])
			flame_fold(&tree->node[tree->node[i].parent], &tree->node[i]);
	free(order);
	return 0;
}

/* A callee and what its place among its like depends on. */
struct callee {
	uint32_t node;
	uint64_t width;
	struct ow_str label;
};

static int by_width(const void *a, const void *b)
{
	const struct callee *x = a, *y = b;
	const size_t n = x->label.n < y->label.n ? x->label.n : y->label.n;
	int r;

	if (x->width != y->width)
		return x->width > y->width ? -1 : 1;
	r = n ? memcmp(x->label.p, y->label.p, n) : 0;
	if (r == 0 && x->label.n != y->label.n)
		r = x->label.n < y->label.n ? -1 : 1;
	return r ? r : x->node < y->node ? -1 : x->node > y->node;
}

/* The picture while it is put in order. */
struct picture {
	const struct flame_tree *tree;
	struct ow_flame *flame;
	uint32_t *first,
		*next;         /* of each node its first callee, and the next of its caller; or 0 */
	uint32_t *origin;      /* of each node of the picture that of the tree */
	struct callee *callee; /* room for all */
};

static void put(struct ow_flame *flame, const struct ow_flame_node *node, uint64_t *end)
{
	struct ow_flame_node *out = &flame->node[flame->n++];

	*out = *node;
	out->at = *end;
	*end += ow_flame_width(out);
	if (out->depth > flame->depth)
		flame->depth = out->depth;
}

/* Puts the callees of a node of the picture behind all that is there, in their order. */
static void put_callees(struct picture *picture, uint32_t parent)
{
	const struct flame_tree *tree = picture->tree;
	struct ow_flame *flame = picture->flame;
	const uint32_t origin = picture->origin[parent];
	const struct flame_node *from = &tree->node[origin];
	uint64_t end = flame->node[parent].at;
	size_t n = 0;

	for (uint32_t i = picture->first[origin]; i; i = picture->next[i])
		picture->callee[n++] = (struct callee){
			.node = i,
			.width = flame_width(&tree->node[i]),
			.label = flame->frame[tree->node[i].frame],
		};
	qsort(picture->callee, n, sizeof(*picture->callee), by_width);
	for (size_t i = 0; i < n; i++) {
		const struct flame_node *node = &tree->node[picture->callee[i].node];

		picture->origin[flame->n] = picture->callee[i].node;
		put(flame,
		    &(struct ow_flame_node){
			    .parent = parent,
			    .frame = node->frame,
			    .depth = node->depth,
			    .grown = node->grown,
			    .shrunk = node->shrunk,
		    },
		    &end);
	}
	flame->n_folded += from->n_folded;
	if (from->n_folded)
		put(flame,
		    &(struct ow_flame_node){
			    .parent = parent,
			    .frame = OW_FLAME_OTHERS,
			    .depth = from->depth + 1,
			    .n = from->n_folded,
			    .grown = from->folded_grown,
			    .shrunk = from->folded_shrunk,
		    },
		    &end);
}

/* Row by row, as callees are put behind all that is there. */
static void put_all(struct picture *picture, const bool *kept)
{
	const struct flame_tree *tree = picture->tree;
	struct ow_flame *flame = picture->flame;

	for (uint32_t i = (uint32_t)tree->n; --i > 0;) {
		const uint32_t parent = tree->node[i].parent;

		if (!kept[i])
			continue;
		picture->next[i] = picture->first[parent];
		picture->first[parent] = i;
	}
	put(flame,
	    &(struct ow_flame_node){
		    .frame = OW_FLAME_OTHERS,
		    .grown = tree->node[0].grown,
		    .shrunk = tree->node[0].shrunk,
	    },
	    &(uint64_t){ 0 });
	for (uint32_t i = 0; i < flame->n; i++)
		if (flame->node[i].n == 0)
			put_callees(picture, i);
}

static int arrange(const struct flame_tree *tree, const bool *kept, struct ow_arena *arena,
		   struct ow_flame *flame)
{
	struct picture picture = { .tree = tree, .flame = flame };
	size_t n = 1;

	for (size_t i = 0; i < tree->n; i++)
		n += kept[i];
	flame->node = ow_alloc(arena, 2 * n, sizeof(*flame->node)); /* each may have others */
	picture.first = calloc(tree->n, sizeof(*picture.first));
	picture.next = calloc(tree->n, sizeof(*picture.next));
	picture.origin = calloc(2 * n, sizeof(*picture.origin));
	picture.callee = calloc(n, sizeof(*picture.callee));
	if (flame->node && picture.first && picture.next && picture.origin && picture.callee)
		put_all(&picture, kept);
	free(picture.first);
	free(picture.next);
	free(picture.origin);
	free(picture.callee);
	flame->is_difference = tree->node[0].shrunk != 0;
	return flame->n ? 0 : -ENOMEM;
}

int ow_flame_new(const struct ow_stacks *stacks, const struct ow_flame_options *options,
		 struct ow_arena *arena, struct ow_flame **ret, struct ow_err *err)
{
	struct flame_tree tree = { .options = options, .seed = ow_hash_seed() };
	struct ow_flame *flame = ow_alloc(arena, 1, sizeof(*flame));
	bool *kept = NULL;
	int r = ow_stacks_walk_init(&tree.walk, stacks, arena);

	if (!flame)
		r = -ENOMEM;
	if (r == 0)
		r = flame_tree_grow(&tree, stacks);
	if (r == 0) {
		flame->frame = stacks->frame;
		kept = calloc(tree.n, sizeof(*kept));
		r = kept ? choose(&tree, kept) : -ENOMEM;
	}
	if (r == 0)
		r = arrange(&tree, kept, arena, flame);
	free(kept);
	flame_tree_free(&tree);
	if (r == -EOVERFLOW)
		return ow_fail(err, EOVERFLOW, "the values are too large to be added up");
	if (r < 0)
		return ow_fail(err, -r, "cannot make the tree of stacks: %m");
	*ret = flame;
	return 0;
}
