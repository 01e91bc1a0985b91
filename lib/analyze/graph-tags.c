/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/graph-internal.h"
#include "base/measure.h"

/* A set of labels as a picture shows it: its texts as one name, and the sizes of objects. */
struct set {
	struct ow_str name;
	struct size {
		struct ow_str name;
		int64_t value;
	} * size;
	size_t n;
};

struct graph_tags {
	struct set *set;              /* of each set of labels */
	struct ow_intern text, index; /* names, and tags by node, set and name */
	struct ow_graph_tag *tag;
	uint32_t *node; /* whose tag it is */
	size_t n;
	struct ow_str unit; /* of the sizes */
};

static int by_bytes(const void *a, const void *b)
{
	const struct ow_str *x = a, *y = b;
	const size_t n = x->n < y->n ? x->n : y->n;
	const int order = n ? memcmp(x->p, y->p, n) : 0;

	return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* "key:text", sorted, with the \n of dot between. */
static int join_texts(struct ow_arena *arena, const struct ow_profile_labels *labels,
		      struct ow_str *ret)
{
	struct ow_str *text = ow_alloc(arena, labels->n + 1, sizeof(*text));
	size_t n = 0, length = 0, at = 0;
	char *out;

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < labels->n; i++) {
		const struct ow_profile_label *label = &labels->label[i];

		if (!label->is_text || ow_str_is(label->key, "pprof::base"))
			continue;
		text[n].n = label->key.n + 1 + label->text.n;
		out = ow_alloc(arena, text[n].n + 1, 1);
		if (!out)
			return -ENOMEM;
		memcpy(out, label->key.p, label->key.n);
		out[label->key.n] = ':';
		memcpy(out + label->key.n + 1, label->text.p, label->text.n);
		text[n].p = out;
		length += text[n++].n + 2;
	}
	qsort(text, n, sizeof(*text), by_bytes);
	out = ow_alloc(arena, length + 1, 1);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (i) {
			out[at++] = '\\';
			out[at++] = 'n';
		}
		memcpy(out + at, text[i].p, text[i].n);
		at += text[i].n;
	}
	*ret = (struct ow_str){ out, at };
	return 0;
}

static int make_set(struct graph_count *count, const struct ow_profile_labels *labels,
		    struct set *set)
{
	const struct ow_str unit = count->tags->unit;

	if (join_texts(count->arena, labels, &set->name) < 0)
		return -ENOMEM;
	set->size = ow_alloc(count->arena, labels->n + 1, sizeof(*set->size));
	if (!set->size)
		return -ENOMEM;
	for (size_t i = 0; i < labels->n; i++) {
		const struct ow_profile_label *label = &labels->label[i];
		char text[OW_MEASURE_MAX];
		char *name;

		if (label->is_text || !ow_str_is(label->key, "bytes"))
			continue;
		name = ow_printf(
			count->arena, "%s",
			ow_measure_label(label->number, unit, count->options->tag_unit, text));
		if (!name)
			return -ENOMEM;
		set->size[set->n].name = ow_str(name);
		set->size[set->n++].value = label->number;
	}
	return 0;
}

int graph_tags_init(struct graph_count *count)
{
	const struct ow_profile_view *view = count->view;
	struct graph_tags *tags;

	if (!count->options->picture)
		return 0;
	tags = ow_alloc(count->arena, 1, sizeof(*tags));
	if (!tags)
		return -ENOMEM;
	count->tags = tags;
	ow_intern_init(&tags->text, count->arena);
	ow_intern_init(&tags->index, count->arena);
	tags->unit = ow_profile_label_unit(view->profile, OW_STR("bytes"));
	tags->set = ow_alloc(count->arena, view->profile->n_labels, sizeof(*tags->set));
	if (!tags->set)
		return -ENOMEM;
	for (size_t i = 0; i < view->profile->n_labels; i++)
		if (make_set(count, &view->labels[i], &tags->set[i]) < 0)
			return -ENOMEM;
	return 0;
}

static struct ow_graph_tag *tag_of(struct graph_count *count, uint32_t node, const struct set *set,
				   const struct size *size)
{
	struct graph_tags *tags = count->tags;
	struct ow_graph_tag *more;
	uint32_t key[] = { node, 0, 0, size != NULL }, number, *of;

	if (ow_intern(&tags->text, set->name.p, set->name.n, &key[1]) < 0 ||
	    (size && ow_intern(&tags->text, size->name.p, size->name.n, &key[2]) < 0) ||
	    ow_intern(&tags->index, key, sizeof(key), &number) < 0)
		return NULL;
	if (number < tags->n)
		return &tags->tag[number];
	more = ow_grow(count->arena, tags->tag, tags->n, sizeof(*more));
	of = ow_grow(count->arena, tags->node, tags->n, sizeof(*of));
	if (!more || !of)
		return NULL;
	tags->tag = more;
	tags->node = of;
	of[number] = node;
	more[number] = (struct ow_graph_tag){
		.set = set->name,
		.name = size ? size->name : set->name,
		.is_number = size != NULL,
		.value = size ? size->value : 0,
		.unit = tags->unit,
	};
	tags->n++;
	return &more[number];
}

static void add(struct ow_graph_tag *tag, int64_t weight, int64_t divisor, bool flat)
{
	int64_t *sum = flat ? &tag->flat : &tag->cum;
	int64_t *div = flat ? &tag->flat_div : &tag->cum_div;

	*sum = (int64_t)((uint64_t)*sum + (uint64_t)weight);
	*div = (int64_t)((uint64_t)*div + (uint64_t)divisor);
}

int graph_tags_add(struct graph_count *count, uint32_t node, uint32_t labels, int64_t weight,
		   int64_t divisor, bool flat)
{
	struct ow_graph_tag *tag;
	const struct set *set;

	if (!count->options->picture)
		return 0;
	set = &count->tags->set[labels];
	if (set->name.n) {
		tag = tag_of(count, node, set, NULL);
		if (!tag)
			return -ENOMEM;
		add(tag, weight, divisor, flat);
	}
	for (size_t i = 0; i < set->n; i++) {
		tag = tag_of(count, node, set, &set->size[i]);
		if (!tag)
			return -ENOMEM;
		add(tag, weight, divisor, flat);
	}
	return 0;
}

int graph_tags_end(struct graph_count *count)
{
	struct graph_tags *tags = count->tags;
	struct ow_graph_tag *place;

	if (!count->options->picture)
		return 0;
	place = ow_alloc(count->arena, tags->n + 1, sizeof(*place));
	if (!place)
		return -ENOMEM;
	for (size_t i = 0; i < tags->n; i++)
		count->nodes.node[tags->node[i]].n_tags++;
	for (size_t i = 0; i < count->nodes.n; i++) {
		struct ow_graph_node *node = &count->nodes.node[i];

		node->tag = place;
		place += node->n_tags;
		node->n_tags = 0;
	}
	for (size_t i = 0; i < tags->n; i++) {
		struct ow_graph_node *node = &count->nodes.node[tags->node[i]];

		node->tag[node->n_tags++] = tags->tag[i];
	}
	return 0;
}
