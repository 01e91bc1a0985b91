/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "analyze/graph-internal.h"

/* What is added to a node in the first pass, which looks at every frame: kept small. */
struct sum {
	uint64_t sample; /* the last one that was added: a node counts once a sample */
	int64_t cum;
};

static int64_t add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* What a sample weighs. False: nothing. */
static bool weigh(const struct graph_count *count, const struct ow_profile_sample *sample,
		  int64_t *weight, int64_t *divisor)
{
	*weight = sample->value[count->options->value];
	*divisor = count->options->mean ? sample->value[0] : 0;
	return *weight || *divisor;
}

static void clear(struct graph_count *count)
{
	for (size_t i = 0; i < count->nodes.n; i++) {
		struct ow_graph_node *node = &count->nodes.node[i];

		node->flat = node->flat_div = node->cum = node->cum_div = 0;
		node->in = node->out = NULL;
		node->n_in = node->n_out = 0;
		node->tag = NULL;
		node->n_tags = 0;
	}
	ow_profile_view_rewind(count->view);
}

/* Sums are made here for each frame of each sample. */
static void sum_sample(struct graph_count *count, const struct ow_profile_sample *sample,
		       struct sum *sum, uint64_t number)
{
	const struct graph_nodes *nodes = &count->nodes;
	uint32_t leaf = GRAPH_NONE, n;
	int64_t weight, divisor;

	(void)weigh(count, sample, &weight, &divisor);
	for (size_t i = sample->n_locations; i-- > 0;) {
		const uint32_t *of = graph_nodes_of(nodes, sample->location[i], &n);

		while (n-- > 0) {
			leaf = of[n];
			if (sum[leaf].sample == number)
				continue;
			sum[leaf].sample = number;
			sum[leaf].cum = add(sum[leaf].cum, weight);
			if (divisor)
				nodes->node[leaf].cum_div = add(nodes->node[leaf].cum_div, divisor);
		}
	}
	if (leaf == GRAPH_NONE)
		return;
	nodes->node[leaf].flat = add(nodes->node[leaf].flat, weight);
	nodes->node[leaf].flat_div = add(nodes->node[leaf].flat_div, divisor);
}

static void sum_samples(struct graph_count *count, struct sum *sum)
{
	struct ow_profile_sample sample;
	uint64_t number = 0;
	int64_t weight, divisor;

	while (ow_profile_view_next(count->view, &sample))
		if (weigh(count, &sample, &weight, &divisor))
			sum_sample(count, &sample, sum, ++number);
}

int graph_count_sums(struct graph_count *count)
{
	struct sum *sum = ow_alloc(count->arena, count->nodes.n + 1, sizeof(*sum));

	if (!sum)
		return -ENOMEM;
	clear(count);
	sum_samples(count, sum);
	for (size_t i = 0; i < count->nodes.n; i++)
		count->nodes.node[i].cum = sum[i].cum;
	return 0;
}

/* What the second pass needs of each edge beside the edge. */
struct edges {
	struct ow_intern index; /* by its two nodes */
	uint64_t *sample;
};

struct pass {
	struct graph_count *count;
	struct edges edges;
	uint64_t *seen; /* of each node: the last sample; NULL: only edges are counted */
	uint64_t number;
	int64_t weight, divisor;
	uint32_t labels;
};

/* Returns the edge, or NULL at the limit. */
static struct ow_graph_edge *edge_of(struct pass *pass, uint32_t from, uint32_t to, size_t *at)
{
	struct graph_count *count = pass->count;
	const uint32_t both[] = { from, to };
	struct ow_graph_edge *more;
	uint32_t number;
	uint64_t *sample;

	if (ow_intern(&pass->edges.index, both, sizeof(both), &number) < 0)
		return NULL;
	*at = number;
	if (number < count->n_edges)
		return &count->edge[number];
	more = ow_grow(count->arena, count->edge, count->n_edges, sizeof(*more));
	sample = ow_grow(count->arena, pass->edges.sample, count->n_edges, sizeof(*sample));
	if (!more || !sample)
		return NULL;
	count->edge = more;
	pass->edges.sample = sample;
	sample[number] = 0;
	more[number] = (struct ow_graph_edge){
		.from = &count->nodes.node[from],
		.to = &count->nodes.node[to],
		.is_inline = true,
	};
	count->n_edges++;
	return &more[number];
}

static int add_edge(struct pass *pass, uint32_t from, uint32_t to, bool residual, bool is_inline)
{
	struct ow_graph_edge *edge;
	size_t at;

	if (!pass->count->options->edges && !pass->count->nodes.may_be_inline[to])
		return 0;
	edge = edge_of(pass, from, to, &at);
	if (!edge)
		return -ENOMEM;
	if (pass->edges.sample[at] == pass->number)
		return 0;
	pass->edges.sample[at] = pass->number;
	edge->weight = add(edge->weight, pass->weight);
	edge->weight_div = add(edge->weight_div, pass->divisor);
	edge->residual |= residual;
	edge->is_inline &= is_inline;
	return 0;
}

static int add_cum(struct pass *pass, uint32_t at)
{
	struct ow_graph_node *node = &pass->count->nodes.node[at];

	if (pass->seen[at] == pass->number)
		return 0;
	pass->seen[at] = pass->number;
	node->cum = add(node->cum, pass->weight);
	node->cum_div = add(node->cum_div, pass->divisor);
	return graph_tags_add(pass->count, at, pass->labels, pass->weight, pass->divisor, false);
}

static int add_flat(struct pass *pass, uint32_t at)
{
	struct ow_graph_node *node = &pass->count->nodes.node[at];

	node->flat = add(node->flat, pass->weight);
	node->flat_div = add(node->flat_div, pass->divisor);
	return graph_tags_add(pass->count, at, pass->labels, pass->weight, pass->divisor, true);
}

static int add_node(struct pass *pass, uint32_t at, uint32_t *parent, bool residual, bool is_inline)
{
	int r = pass->seen ? add_cum(pass, at) : 0;

	if (r == 0 && *parent != GRAPH_NONE && *parent != at)
		r = add_edge(pass, *parent, at, residual, is_inline);
	*parent = at;
	return r;
}

static int add_sample(struct pass *pass, const struct ow_profile_sample *sample)
{
	const struct graph_nodes *nodes = &pass->count->nodes;
	const bool *kept = pass->count->kept;
	uint32_t parent = GRAPH_NONE, n;
	bool residual = false;
	int r = 0;

	for (size_t i = sample->n_locations; i-- > 0 && r == 0;) {
		const uint32_t *of = graph_nodes_of(nodes, sample->location[i], &n);

		for (uint32_t k = n; k-- > 0 && r == 0;) {
			const uint32_t at = of[k];

			if (kept && !kept[at]) {
				residual = true;
				continue;
			}
			r = add_node(pass, at, &parent, residual, k + 1 != n);
			residual = false;
		}
	}
	if (r == 0 && parent != GRAPH_NONE && !residual && pass->seen)
		r = add_flat(pass, parent);
	return r;
}

/* Gives each node its edges. */
static int hang_edges(struct graph_count *count)
{
	struct ow_graph_edge **place =
		ow_alloc(count->arena, 2 * count->n_edges + 1, sizeof(struct ow_graph_edge *));

	if (!place)
		return -ENOMEM;
	for (size_t i = 0; i < count->n_edges; i++) {
		count->edge[i].from->n_out++;
		count->edge[i].to->n_in++;
	}
	for (size_t i = 0; i < count->nodes.n; i++) {
		struct ow_graph_node *node = &count->nodes.node[i];

		node->in = place;
		node->out = place + node->n_in;
		place += node->n_in + node->n_out;
		node->n_in = node->n_out = 0;
	}
	for (size_t i = 0; i < count->n_edges; i++) {
		struct ow_graph_edge *edge = &count->edge[i];

		edge->from->out[edge->from->n_out++] = edge;
		edge->to->in[edge->to->n_in++] = edge;
	}
	return 0;
}

static bool is_kept(const struct graph_count *count, uint32_t node)
{
	return !count->kept || count->kept[node];
}

/*
 * Which locations have a kept node: few, as a rule, so that most frames of a stack can be passed
 * over. *needed: is there any edge that could show that something is inlined? NULL at the limit.
 */
static bool *find_kept(const struct graph_count *count, bool *needed)
{
	const size_t n_locations = count->view->n_locations;
	bool *has_kept = ow_alloc(count->arena, n_locations + 1, sizeof(bool));

	*needed = false;
	for (size_t i = 0; has_kept && i < n_locations; i++) {
		uint32_t n;
		const uint32_t *of = graph_nodes_of(&count->nodes, (uint32_t)i, &n);

		for (uint32_t k = 0; k < n; k++) {
			if (!is_kept(count, of[k]))
				continue;
			has_kept[i] = true;
			*needed |= count->nodes.may_be_inline[of[k]];
		}
	}
	return has_kept;
}

/* The frames of a sample that have a kept node, one behind the other where it stands. */
static void pass_over(struct ow_profile_sample *sample, uint32_t *stack, const bool *has_kept)
{
	size_t n = 0;

	for (size_t i = 0; i < sample->n_locations; i++) {
		const uint32_t location = sample->location[i];

		stack[n] = location;
		n += has_kept[location];
	}
	sample->location = stack;
	sample->n_locations = n;
}

/* Where only inlined calls are marked, the sums of the first pass stand: what is left out takes
 * nothing from what is kept. */
static int count_inlined(struct graph_count *count)
{
	struct pass pass = { .count = count };
	struct ow_profile_sample sample;
	uint32_t *stack = ow_alloc(count->arena, count->view->longest + 1, sizeof(*stack));
	bool needed, *has_kept = find_kept(count, &needed);
	int r = stack && has_kept ? 0 : -ENOMEM;

	for (size_t i = 0; i < count->nodes.n; i++) {
		struct ow_graph_node *node = &count->nodes.node[i];

		node->n_in = node->n_out = 0;
		if (!is_kept(count, (uint32_t)i))
			node->flat = node->flat_div = node->cum = node->cum_div = 0;
	}
	ow_intern_init(&pass.edges.index, count->arena);
	ow_profile_view_rewind(count->view);
	while (r == 0 && needed && ow_profile_view_next(count->view, &sample)) {
		if (!weigh(count, &sample, &pass.weight, &pass.divisor))
			continue;
		pass.number++;
		pass_over(&sample, stack, has_kept);
		r = add_sample(&pass, &sample);
	}
	r = r < 0 ? r : hang_edges(count);
	return r < 0 ? r : graph_label_nodes(count);
}

int graph_count_all(struct graph_count *count)
{
	struct pass pass = { .count = count };
	struct ow_profile_sample sample;
	int r = 0;

	count->edge = NULL;
	count->n_edges = 0;
	if (!count->options->edges && !count->options->picture)
		return count_inlined(count);
	clear(count);
	ow_intern_init(&pass.edges.index, count->arena);
	pass.seen = ow_alloc(count->arena, count->nodes.n + 1, sizeof(*pass.seen));
	if (!pass.seen || graph_tags_init(count) < 0)
		return -ENOMEM;
	while (r == 0 && ow_profile_view_next(count->view, &sample)) {
		if (!weigh(count, &sample, &pass.weight, &pass.divisor))
			continue;
		pass.number++;
		pass.labels = sample.labels;
		r = add_sample(&pass, &sample);
	}
	if (r == 0)
		r = hang_edges(count);
	if (r == 0)
		r = graph_tags_end(count);
	return r < 0 ? r : graph_label_nodes(count);
}
