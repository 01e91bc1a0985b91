/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/profile-graph.h"

#include <inttypes.h>

#include "profile.h"

/* Nodes as "name flat/cum(callers)", in their order; an inlined call has a +, one over nodes that
 * were left out a dot. */
static char *shown(struct ow_arena *arena, const struct ow_graph *graph)
{
	char *text = ow_printf(arena, "%s", "");

	for (size_t i = 0; i < graph->n; i++) {
		const struct ow_graph_node *node = graph->node[i];

		text = ow_printf(arena, "%s%s%s %" PRId64 "/%" PRId64 "(", text, i ? " " : "",
				 node->label, node->flat, node->cum);
		for (size_t k = 0; k < node->n_in; k++)
			text = ow_printf(arena, "%s%s%s%s%s %" PRId64, text, k ? " " : "",
					 node->in[k]->is_inline ? "+" : "",
					 node->in[k]->residual ? "." : "", node->in[k]->from->label,
					 node->in[k]->weight);
		text = ow_printf(arena, "%s)", text);
	}
	return text;
}

static const struct ow_graph *made(struct ow_arena *arena, const char *stacks,
				   const struct ow_graph_options *options)
{
	const struct ow_profile_filter filter = { 0 };
	struct ow_profile_view *view;
	struct ow_graph *graph;

	assert_int_equal(
		ow_profile_view_new(profile_of_stacks(arena, stacks), &filter, arena, &view, NULL),
		0);
	assert_int_equal(ow_profile_graph_new(view, options, arena, &graph, NULL), 0);
	return graph;
}

static void graphs_are_those_of_pprof(void **state)
{
	static const struct {
		const char *stacks;
		struct ow_graph_options options;
		const char *graph;
	} rows[] = {
		{ "main;a 10\nmain;b 5\n",
		  { .edges = true },
		  "a 10/10(main 10) b 5/5(main 5) main 0/15()" },
		{ "main;a 10\nmain;b 5\n",
		  { .edges = true, .cum = true },
		  "main 0/15() a 10/10(main 10) b 5/5(main 5)" },
		/* Recursion counts once a sample, and a call of itself is no edge. */
		{ "main;a;a;b;a 10\n",
		  { .edges = true },
		  "a 10/10(b 10 main 10) b 0/10(a 10) main 0/10()" },
		/* Without edges only those of inlined frames, which rows are marked by. */
		{ "main;+a 10\nb;c 5\n", { 0 }, "a 10/10(+main 10) c 5/5() b 0/5() main 0/10()" },
		{ "main;+a 10\nb;a 5\n",
		  { .edges = true },
		  "a 15/15(+main 10 b 5) b 0/5() main 0/10()" },
		{ "main;+a 10\nmain;a 5\n", { .edges = true }, "a 15/15(main 15) main 0/15()" },
		/* What a node that is left out had goes to nobody, what it called to its caller. */
		{ "main;mid;a 100\nmain;mid 3\n",
		  { .edges = true, .node_count = 2 },
		  "a 100/100(mid 100) mid 3/103()" },
		{ "main;x;a 100\nmain;y 3\n",
		  { .edges = true, .node_fraction = 0.5 },
		  "a 100/100(x 100) main 0/103() x 0/100(main 100)" },
		{ "main;x;a 60\nmain;y;a 60\nmain;b 1\n",
		  { .edges = true, .node_fraction = 0.6 },
		  "a 120/120(.main 120) main 0/121()" },
		{ "main;a 100\nmain;b 3\n",
		  { .edges = true, .edge_fraction = 0.1 },
		  "a 100/100(main 100) b 3/3() main 0/103()" },
		/* Differences: sizes count, and zero is nothing. */
		{ "main;a -10\nmain;b 4\nmain;c 0\n",
		  { .edges = true },
		  "a -10/-10(main -10) b 4/4(main 4) main 0/-6()" },
		{ "main;a -10\nmain;b 4\n",
		  { .edges = true, .drop_negative = true },
		  "b 4/4(main 4)" },
		{ "a 5\nb 5\nc -5\n", { 0 }, "a 5/5() b 5/5() c -5/-5()" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(shown(*state, made(*state, rows[i].stacks, &rows[i].options)),
				    rows[i].graph);
}

static void what_was_left_out_is_counted(void **state)
{
	const struct ow_graph_options options = {
		.edges = true, .node_fraction = 0.02, .edge_fraction = 0.3, .node_count = 2
	};
	const struct ow_graph *graph = made(*state, "m;a 70\nm;b 28\nm;c 1\nm;d 1\n", &options);

	assert_int_equal(graph->n, 2);
	assert_int_equal(graph->n_before, 3);
	assert_int_equal(graph->n_dropped_nodes, 2);
	assert_int_equal(graph->node[0]->number, 0);
}

static void a_mean_is_of_the_first_type(void **state)
{
	const struct ow_graph_options options = { .mean = true };
	const struct ow_graph *graph = made(*state, "m;a 70\nm;a 30 bytes=1\n", &options);

	assert_int_equal(ow_graph_mean(graph->node[0]->flat, graph->node[0]->flat_div), 1);
}

static void pictures_have_tags(void **state)
{
	const struct ow_graph_options options = { .picture = true,
						  .edges = true,
						  .tag_unit = OW_STR("minimum") };
	const struct ow_graph *graph =
		made(*state, "m;a 70 bytes=1024\nm;a 30 bytes=1025\nm;a 9 key=x\n", &options);
	const struct ow_graph_node *node = NULL;

	for (size_t i = 0; i < graph->n; i++)
		if (strcmp(graph->node[i]->label, "a") == 0)
			node = graph->node[i];
	assert_non_null(node);
	assert_int_equal(node->n_tags, 2); /* both sizes are written as 1kB */
	assert_true(ow_str_is(node->tag[0].name, "1kB"));
	assert_int_equal(node->tag[0].flat, 100);
	assert_true(ow_str_is(node->tag[1].name, "key:x"));
	assert_int_equal(node->tag[1].cum, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(graphs_are_those_of_pprof),
		UNIT(what_was_left_out_is_counted),
		UNIT(a_mean_is_of_the_first_type),
		UNIT(pictures_have_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
