/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render/pprof-dot.h"

#define TAGS_MAX 4 /* of a node that are shown; sizes are put together to so many ranges */

static int64_t flat_of(const struct ow_graph_tag *tag)
{
	return ow_graph_mean(tag->flat, tag->flat_div);
}

static int64_t cum_of(const struct ow_graph_tag *tag)
{
	return ow_graph_mean(tag->cum, tag->cum_div);
}

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static int by_flat(const void *a, const void *b)
{
	const struct ow_graph_tag *x = a, *y = b;
	const uint64_t p = magnitude(x->flat), q = magnitude(y->flat);

	return p == q ? ow_str_order(x->name, y->name) : p < q ? 1 : -1;
}

static int by_cum(const void *a, const void *b)
{
	const struct ow_graph_tag *x = a, *y = b;
	const uint64_t p = magnitude(x->cum), q = magnitude(y->cum);

	return p == q ? by_flat(a, b) : p < q ? 1 : -1;
}

static void sort(struct ow_graph_tag *tag, size_t n, bool flat)
{
	if (n)
		qsort(tag, n, sizeof(*tag), flat ? by_flat : by_cum);
}

/* Sizes that are near each other, and what they add up to. */
struct range {
	const struct ow_graph_tag *first; /* the one that others are measured from */
	int64_t low, high;
	struct ow_graph_tag sum;
	size_t n;
};

static void range_add(struct range *range, const struct ow_graph_tag *tag)
{
	if (range->n++ == 0) {
		range->first = tag;
		range->low = range->high = tag->value;
		range->sum = *tag;
		return;
	}
	if (tag->value < range->low)
		range->low = tag->value;
	if (tag->value > range->high)
		range->high = tag->value;
	range->sum.flat += tag->flat;
	range->sum.flat_div += tag->flat_div;
	range->sum.cum += tag->cum;
	range->sum.cum_div += tag->cum_div;
}

static double distance(const struct range *range, const struct ow_graph_tag *tag)
{
	return fabs((double)tag->value - (double)range->first->value);
}

/* "1.56MB", or "2B..8B". */
static int name_range(const struct ow_pprof *pprof, struct range *range)
{
	const struct ow_str automatic = OW_STR("auto"), unit = range->sum.unit;
	char low[OW_MEASURE_MAX], high[OW_MEASURE_MAX];
	char *name;

	(void)ow_measure_label(range->low, unit, automatic, low);
	(void)ow_measure_label(range->high, unit, automatic, high);
	name = range->n == 1 ? ow_printf(pprof->arena, "%s", low)
			     : ow_printf(pprof->arena, "%s..%s", low, high);
	if (!name)
		return -ENOMEM;
	range->sum.name = ow_str(name);
	range->sum.flat = flat_of(&range->sum);
	range->sum.cum = cum_of(&range->sum);
	range->sum.flat_div = range->sum.cum_div = 0;
	return 0;
}

/* At most TAGS_MAX: the heaviest ones stay, others go to the one that is nearest. */
static int collapse(const struct ow_pprof *pprof, struct ow_graph_tag *tag, size_t *n, bool flat)
{
	struct range range[TAGS_MAX] = { 0 };

	sort(tag, *n, flat);
	if (*n <= TAGS_MAX)
		return 0;
	for (size_t i = 0; i < *n; i++) {
		size_t best = 0;

		if (i < TAGS_MAX)
			best = i;
		for (size_t k = 1; k < TAGS_MAX && i >= TAGS_MAX; k++)
			if (distance(&range[k], &tag[i]) < distance(&range[best], &tag[i]))
				best = k;
		range_add(&range[best], &tag[i]);
	}
	for (size_t i = 0; i < TAGS_MAX; i++)
		if (name_range(pprof, &range[i]) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < TAGS_MAX; i++)
		tag[i] = range[i].sum;
	*n = TAGS_MAX;
	sort(tag, *n, flat);
	return 0;
}

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static const char *name_of(const struct ow_pprof *pprof, struct ow_str name)
{
	const char *safe = pprof_name(pprof, name);

	return safe ? safe : "";
}

static void print_box(const char *source, size_t i, const char *name, const char *weight,
		      const char *style, FILE *out)
{
	fprintf(out,
		"N%s_%zu [label = \"%s\" id=\"N%s_%zu\" fontsize=8 shape=box3d tooltip=\"%s\"]\n",
		source, i, name, source, i, weight);
	fprintf(out,
		"%s -> N%s_%zu [label=\" %s\" weight=100 tooltip=\"%s\" labeltooltip=\"%s\"%s]\n",
		source, source, i, weight, weight, weight, style);
}

/* The sizes of the samples with one set of texts. */
static int print_sizes(const struct ow_pprof *pprof, const struct ow_graph_node *node,
		       struct ow_str set, bool flat, const char *source, FILE *out)
{
	struct ow_graph_tag *tag = ow_alloc(pprof->arena, node->n_tags + 1, sizeof(*tag));
	char weight[OW_MEASURE_MAX];
	size_t n = 0;
	int printed = 0;

	if (!tag)
		return -ENOMEM;
	for (size_t i = 0; i < node->n_tags; i++)
		if (node->tag[i].is_number && same(node->tag[i].set, set))
			tag[n++] = node->tag[i];
	if (collapse(pprof, tag, &n, flat) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const bool whole = flat || flat_of(&tag[i]) == cum_of(&tag[i]);
		const int64_t value = whole ? flat_of(&tag[i]) : cum_of(&tag[i]);

		if (value == 0)
			continue;
		print_box(source, i, name_of(pprof, tag[i].name), pprof_value(pprof, value, weight),
			  whole ? "" : " style=\"dotted\"", out);
		printed++;
	}
	return printed;
}

/* The sets of texts, each with its sizes. */
static int print_sets(const struct ow_pprof *pprof, const struct ow_graph_node *node, bool flat,
		      FILE *out)
{
	struct ow_graph_tag *tag = ow_alloc(pprof->arena, node->n_tags + 1, sizeof(*tag));
	char weight[OW_MEASURE_MAX], source[48];
	size_t n = 0;
	int printed = 0;

	if (!tag)
		return -ENOMEM;
	for (size_t i = 0; i < node->n_tags; i++)
		if (!node->tag[i].is_number)
			tag[n++] = node->tag[i];
	sort(tag, n, flat);
	for (size_t i = 0; i < n && i < TAGS_MAX; i++) {
		const int64_t value = flat ? flat_of(&tag[i]) : cum_of(&tag[i]);
		int r;

		if (value == 0)
			continue;
		(void)pprof_value(pprof, value, weight);
		(void)snprintf(source, sizeof(source), "%zu", node->number + 1);
		fprintf(out,
			"N%s_%zu [label = \"%s\" id=\"N%s_%zu\" fontsize=8 shape=box3d "
			"tooltip=\"%s\"]\n",
			source, i, name_of(pprof, tag[i].name), source, i, weight);
		fprintf(out,
			"N%s -> N%s_%zu [label=\" %s\" weight=100 tooltip=\"%s\" "
			"labeltooltip=\"%s\"]\n",
			source, source, i, weight, weight, weight);
		(void)snprintf(source, sizeof(source), "N%zu_%zu", node->number + 1, i);
		r = print_sizes(pprof, node, tag[i].name, flat, source, out);
		if (r < 0)
			return r;
		printed++;
	}
	return printed;
}

int dot_print_tags(const struct ow_pprof *pprof, const struct ow_graph_node *node, FILE *out)
{
	/* A leaf has the tags of what was left out below it, too. */
	const bool flat = node->n_out > 0;
	char source[32];
	int sets = print_sets(pprof, node, flat, out), sizes;

	if (sets < 0)
		return sets;
	(void)snprintf(source, sizeof(source), "N%zu", node->number + 1);
	sizes = print_sizes(pprof, node, (struct ow_str){ "", 0 }, flat, source, out);
	return sizes < 0 ? sizes : sets + sizes;
}
