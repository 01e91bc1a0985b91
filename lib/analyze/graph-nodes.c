/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analyze/graph-internal.h"
#include "base/path.h"

/* What tells a node from others. */
struct key {
	uint64_t address;
	int64_t line, column, start_line;
	uint32_t name, file, object, pad;
};

struct maker {
	struct graph_count *count;
	struct ow_intern text, node, function;
	uint32_t *of_function; /* the node of a function that is told by nothing else */
	struct ow_str *file;   /* of each function, trimmed and clean */
	bool *has_file;
};

static struct ow_str file_of(struct maker *maker, uint32_t function)
{
	const struct ow_graph_options *options = maker->count->options;
	struct ow_str file;

	if (maker->has_file[function])
		return maker->file[function];
	file = ow_path_trim(maker->count->view->function[function].file, options->trim_path,
			    options->source_path);
	file = ow_path_clean(maker->count->arena, file);
	maker->has_file[function] = true;
	maker->file[function] = file;
	return file;
}

static int intern_text(struct maker *maker, struct ow_str text, uint32_t *ret)
{
	return ow_intern(&maker->text, text.p, text.n, ret);
}

static int make_node(struct maker *maker, const struct ow_graph_node *node, uint32_t *ret)
{
	struct graph_nodes *nodes = &maker->count->nodes;
	struct ow_graph_node *more;
	struct key key;

	memset(&key, 0, sizeof(key));
	key.address = node->address;
	key.line = node->line;
	key.column = node->column;
	key.start_line = node->start_line;
	if (intern_text(maker, node->name, &key.name) < 0 ||
	    intern_text(maker, node->file, &key.file) < 0 ||
	    intern_text(maker, node->object, &key.object) < 0 ||
	    ow_intern(&maker->node, &key, sizeof(key), ret) < 0)
		return -ENOMEM;
	if (*ret < nodes->n)
		return 0;
	more = ow_grow(maker->count->arena, nodes->node, nodes->n, sizeof(*more));
	if (!more)
		return -ENOMEM;
	nodes->node = more;
	more[nodes->n] = *node;
	key.address = 0;
	key.line = key.column = 0;
	return ow_intern(&maker->function, &key, sizeof(key), &more[nodes->n++].function);
}

static struct ow_str object_of(const struct maker *maker,
			       const struct ow_profile_location *location)
{
	const struct ow_profile *profile = maker->count->view->profile;

	if (location->mapping == OW_PROFILE_NONE || location->mapping >= profile->n_mappings)
		return (struct ow_str){ "", 0 };
	return profile->mapping[location->mapping].file;
}

static int node_of_line(struct maker *maker, const struct ow_profile_location *location,
			const struct ow_profile_line *line, uint32_t *ret)
{
	const struct ow_profile_function *function = &maker->count->view->function[line->function];
	struct ow_graph_node node = {
		.name = function->name,
		.file = file_of(maker, line->function),
		.object = { "", 0 },
		.address = location->address,
		.line = line->line,
		.column = line->column,
	};
	const bool whole = !maker->count->options->objects && node.name.n;
	const bool plain = whole && !node.address && !node.line && !node.column;
	int r;

	if (plain && maker->of_function[line->function]) {
		*ret = maker->of_function[line->function] - 1;
		return 0;
	}
	if (!whole) {
		node.object = object_of(maker, location);
		node.start_line = function->start_line;
	}
	r = make_node(maker, &node, ret);
	if (r == 0 && plain)
		maker->of_function[line->function] = *ret + 1;
	return r;
}

static int nodes_of_location(struct maker *maker, size_t i, size_t *used)
{
	const struct ow_profile_location *location = &maker->count->view->location[i];
	struct graph_nodes *nodes = &maker->count->nodes;
	const uint32_t n = location->n_lines;
	uint32_t *frame = &nodes->of[i];
	const struct ow_graph_node bare = {
		.name = { "", 0 },
		.file = { "", 0 },
		.object = object_of(maker, location),
		.address = location->address,
	};
	int r = 0;

	if (n == 0)
		return make_node(maker, &bare, frame);
	if (n > 1) {
		*frame = (uint32_t)*used | GRAPH_SEVERAL;
		frame = &nodes->several[*used];
		*frame++ = n;
		*used += n + 1;
	}
	for (uint32_t k = 0; k < n && r == 0; k++)
		r = node_of_line(maker, location, &location->line[k], &frame[k]);
	return r;
}

int graph_nodes_make(struct graph_count *count)
{
	struct graph_nodes *nodes = &count->nodes;
	const struct ow_profile_view *view = count->view;
	struct maker maker = { .count = count };
	size_t several = 0, used = 0;

	ow_intern_init(&maker.text, count->arena);
	ow_intern_init(&maker.node, count->arena);
	ow_intern_init(&maker.function, count->arena);
	for (size_t i = 0; i < view->n_locations; i++)
		several += view->location[i].n_lines > 1 ? view->location[i].n_lines + 1 : 0;
	maker.of_function = ow_alloc(count->arena, view->n_functions + 1, sizeof(uint32_t));
	maker.file = ow_alloc(count->arena, view->n_functions + 1, sizeof(*maker.file));
	maker.has_file = ow_alloc(count->arena, view->n_functions + 1, sizeof(bool));
	nodes->of = ow_alloc(count->arena, view->n_locations + 1, sizeof(*nodes->of));
	nodes->several = ow_alloc(count->arena, several + 1, sizeof(*nodes->several));
	if (!maker.of_function || !maker.file || !maker.has_file || !nodes->of || !nodes->several ||
	    several >= GRAPH_SEVERAL)
		return -ENOMEM;
	for (size_t i = 0; i < view->n_locations; i++)
		if (nodes_of_location(&maker, i, &used) < 0)
			return -ENOMEM;
	nodes->may_be_inline = ow_alloc(count->arena, nodes->n + 1, sizeof(bool));
	if (!nodes->may_be_inline || nodes->n >= GRAPH_SEVERAL)
		return -ENOMEM;
	for (size_t i = 0; i < view->n_locations; i++) {
		uint32_t n;
		const uint32_t *of = graph_nodes_of(nodes, (uint32_t)i, &n);

		for (uint32_t k = 0; k + 1 < n; k++)
			nodes->may_be_inline[of[k]] = true;
	}
	return 0;
}
