/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/intern.h"
#include "render/pprof-internal.h"

/* Names are written once and then called by their number. */
struct names {
	struct ow_intern object, file, name;
};

struct callgrind {
	const struct ow_pprof *pprof;
	FILE *out;
	struct names names;
	struct ow_str *called; /* name of each node, told apart where two have the same */
	bool failed;
};

static void print_name(struct callgrind *c, const char *what, struct ow_intern *names,
		       struct ow_str name)
{
	const size_t known = names->n;
	const char *text;
	uint32_t number;

	fprintf(c->out, "%s=", what);
	if (name.n) {
		text = pprof_name(c->pprof, name);
		if (!text || ow_intern(names, name.p, name.n, &number) < 0) {
			c->failed = true;
			return;
		}
		fprintf(c->out, "(%" PRIu32 ")", number + 1);
		if (number == known)
			fprintf(c->out, " %s", text);
	}
	fputc('\n', c->out);
}

/* Relative to the address before where that is shorter: "+4096", "*". */
static void print_address(const struct callgrind *c, const struct ow_graph_node *before,
			  uint64_t address)
{
	char whole[24], relative[24];

	(void)snprintf(whole, sizeof(whole), "0x%" PRIx64, address);
	if (!before) {
		fputs(whole, c->out);
		return;
	}
	(void)snprintf(relative, sizeof(relative), "%+" PRId64,
		       (int64_t)(address - before->address));
	if (before->address == address)
		fputs("*", c->out);
	else
		fputs(strlen(relative) < strlen(whole) ? relative : whole, c->out);
}

static int64_t scaled(const struct callgrind *c, int64_t value)
{
	const struct ow_pprof *pprof = c->pprof;
	char unit[OW_MEASURE_MAX];
	const double d =
		ow_measure_scale(value, pprof->profile->type[pprof->value].unit, pprof->unit, unit);

	return d >= 0x1p63 || d < -0x1p63 ? value : (int64_t)d;
}

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Functions of one file and name that are different ones get "[1/2]" in what calls them. */
static int tell_apart(struct callgrind *c)
{
	const struct ow_graph *graph = c->pprof->graph;
	struct ow_arena *arena = c->pprof->arena;
	struct ow_intern files, groups, members;
	uint32_t *group = ow_alloc(arena, graph->n + 1, sizeof(*group));
	uint32_t *rank = ow_alloc(arena, graph->n + 1, sizeof(*rank));
	uint32_t *size = ow_alloc(arena, graph->n + 1, sizeof(*size));

	c->called = ow_alloc(arena, graph->n + 1, sizeof(*c->called));
	if (!group || !rank || !size || !c->called)
		return -ENOMEM;
	ow_intern_init(&files, arena);
	ow_intern_init(&groups, arena);
	ow_intern_init(&members, arena);
	for (size_t i = 0; i < graph->n; i++) {
		const struct ow_graph_node *node = graph->node[i];
		const size_t known = members.n;
		uint32_t key[2], number;

		if (ow_intern(&files, node->file.p, node->file.n, &key[0]) < 0 ||
		    ow_intern(&files, node->name.p, node->name.n, &key[1]) < 0 ||
		    ow_intern(&groups, key, sizeof(key), &group[i]) < 0)
			return -ENOMEM;
		key[0] = group[i];
		key[1] = node->function;
		if (ow_intern(&members, key, sizeof(key), &number) < 0)
			return -ENOMEM;
		if (number == known)
			rank[number] = ++size[group[i]];
		c->called[i].n = number;
	}
	for (size_t i = 0; i < graph->n; i++) {
		const struct ow_graph_node *node = graph->node[i];
		const size_t number = c->called[i].n;
		char *name;

		c->called[i] = node->name;
		if (size[group[i]] < 2)
			continue;
		name = ow_printf(arena, "%.*s [%" PRIu32 "/%" PRIu32 "]", (int)node->name.n,
				 node->name.p, rank[number], size[group[i]]);
		if (!name)
			return -ENOMEM;
		c->called[i] = ow_str(name);
	}
	return 0;
}

static void print_calls(struct callgrind *c, const struct ow_graph_node *node,
			const struct ow_graph_node *before)
{
	for (size_t i = 0; i < node->n_out; i++) {
		const struct ow_graph_node *to = node->out[i]->to;

		print_name(c, "cfl", &c->names.file, to->file);
		print_name(c, "cfn", &c->names.name,
			   to->number < c->pprof->graph->n ? c->called[to->number]
							   : (struct ow_str){ "", 0 });
		fputs("calls=0 ", c->out);
		print_address(c, before, to->address);
		fprintf(c->out, " %" PRId64 "\n", to->line);
		fprintf(c->out, "* * %" PRId64 "\n", scaled(c, node->out[i]->weight));
	}
}

int ow_pprof_callgrind(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	struct callgrind c = { .pprof = pprof, .out = out };
	const struct ow_graph_node *before = NULL;

	ow_intern_init(&c.names.object, pprof->arena);
	ow_intern_init(&c.names.file, pprof->arena);
	ow_intern_init(&c.names.name, pprof->arena);
	if (pprof_settle_unit(pprof, true) < 0 || tell_apart(&c) < 0)
		return pprof_full(err);
	fputs("positions: instr line\n", out);
	fprintf(out, "events: %s(%.*s)\n", pprof_type(pprof), (int)pprof->unit.n, pprof->unit.p);
	for (size_t i = 0; i < pprof->graph->n; i++) {
		const struct ow_graph_node *node = pprof->graph->node[i];

		if (!before || !same(before->object, node->object) ||
		    !same(before->file, node->file) || !same(before->name, node->name)) {
			fputc('\n', out);
			print_name(&c, "ob", &c.names.object, node->object);
			print_name(&c, "fl", &c.names.file, node->file);
			print_name(&c, "fn", &c.names.name, node->name);
		}
		print_address(&c, before, node->address);
		fprintf(out, " %" PRId64 " %" PRId64 "\n", node->line,
			scaled(&c, ow_graph_mean(node->flat, node->flat_div)));
		print_calls(&c, node, before);
		before = node;
	}
	return c.failed ? pprof_full(err) : 0;
}
