/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "render/pprof-internal.h"

/* What the samples with one label add up to. */
struct tag {
	struct ow_str key;
	const char *name;
	int64_t sum;
};

struct tags {
	struct ow_intern index; /* by key and name */
	struct tag *tag;
	size_t n;
};

static int add(const struct ow_pprof *pprof, struct tags *tags,
	       const struct ow_profile_label *label, int64_t value)
{
	char buffer[OW_MEASURE_MAX];
	const char *name, *both;
	struct tag *more;
	uint32_t number;

	name = label->is_text ? pprof_name(pprof, label->text)
			      : ow_measure_label(label->number,
						 pprof->label_unit(pprof->profile, label->key),
						 pprof->unit, buffer);
	/* A key may hold anything but this: the lengths tell them apart. */
	both = name ? ow_printf(pprof->arena, "%zu %.*s%s", label->key.n, (int)label->key.n,
				label->key.p, name)
		    : NULL;
	if (!both || ow_intern(&tags->index, both, strlen(both), &number) < 0)
		return -ENOMEM;
	if (number == tags->n) {
		more = ow_grow(pprof->arena, tags->tag, tags->n, sizeof(*more));
		name = ow_printf(pprof->arena, "%s", name);
		if (!more || !name)
			return -ENOMEM;
		tags->tag = more;
		more[tags->n++] = (struct tag){ .key = label->key, .name = name };
	}
	tags->tag[number].sum = (int64_t)((uint64_t)tags->tag[number].sum + (uint64_t)value);
	return 0;
}

/* First for each set of labels, of which there are few. */
static int collect(struct ow_pprof *pprof, struct tags *tags)
{
	const size_t n = pprof->profile->n_labels;
	struct ow_profile_labels *set = ow_alloc(pprof->arena, n, sizeof(*set));
	int64_t *sum = ow_alloc(pprof->arena, n, sizeof(*sum));
	struct ow_profile_sample sample;
	int r = set && sum ? 0 : -ENOMEM;

	pprof->rewind(pprof->arg);
	while (r == 0 && pprof->next(pprof->arg, &sample)) {
		set[sample.labels] = (struct ow_profile_labels){ sample.label, sample.n_labels };
		sum[sample.labels] = (int64_t)((uint64_t)sum[sample.labels] +
					       (uint64_t)sample.value[pprof->value]);
	}
	for (size_t i = 0; i < n && r == 0; i++)
		for (size_t k = 0; k < set[i].n && r == 0; k++)
			r = add(pprof, tags, &set[i].label[k], sum[i]);
	return r;
}

static int by_key(struct ow_str a, struct ow_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* By key, then the largest first. */
static int by_sum(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;
	const uint64_t p = magnitude(x->sum), q = magnitude(y->sum);
	const int order = by_key(x->key, y->key);

	if (order)
		return order;
	return p == q ? strcmp(x->name, y->name) : p < q ? 1 : -1;
}

/* Characters, not bytes: what columns are counted in. */
static size_t width_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void print_padded(const char *text, size_t width, FILE *out)
{
	for (size_t n = width_of(text); n < width; n++)
		fputc(' ', out);
	fputs(text, out);
}

/* The tags of one key: a column of values with their parts, aligned to the right. */
static int print_key(const struct ow_pprof *pprof, const struct tag *tag, size_t n, FILE *out)
{
	const char **cell = ow_alloc(pprof->arena, n, sizeof(const char *));
	char value[OW_MEASURE_MAX], all[OW_MEASURE_MAX], percent[OW_MEASURE_PERCENT_MAX];
	const char *key = pprof_name(pprof, tag->key);
	size_t key_width, width = 0;
	uint64_t total = 0;

	if (!cell || !key)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		total += (uint64_t)tag[i].sum;
	for (size_t i = 0; i < n; i++) {
		(void)pprof_value(pprof, tag[i].sum, value);
		cell[i] = (int64_t)total > 0
				  ? ow_printf(pprof->arena, "%s (%s):", value,
					      ow_measure_percent(tag[i].sum, pprof->total, percent))
				  : ow_printf(pprof->arena, "%s:", value);
		if (!cell[i])
			return -ENOMEM;
		if (width_of(cell[i]) > width)
			width = width_of(cell[i]);
	}
	key_width = width_of(key) + 1;
	fprintf(out, " %s: Total %s of %s (%s)\n", key, pprof_value(pprof, (int64_t)total, value),
		pprof_value(pprof, pprof->total, all),
		ow_measure_percent((int64_t)total, pprof->total, percent));
	for (size_t i = 0; i < n; i++) {
		print_padded("", key_width + 1, out);
		print_padded(cell[i], width + 1, out);
		fprintf(out, " %s\n", tag[i].name);
	}
	fputc('\n', out);
	return 0;
}

int ow_pprof_tags(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	struct tags tags = { 0 };
	int r;

	ow_intern_init(&tags.index, pprof->arena);
	r = collect(pprof, &tags);
	if (r == 0 && tags.n)
		qsort(tags.tag, tags.n, sizeof(*tags.tag), by_sum);
	for (size_t i = 0, end; i < tags.n && r == 0; i = end) {
		for (end = i + 1; end < tags.n && by_key(tags.tag[i].key, tags.tag[end].key) == 0;)
			end++;
		r = print_key(pprof, &tags.tag[i], end - i, out);
	}
	return r < 0 ? pprof_full(err) : 0;
}
