/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/goroutines.h"

#include <errno.h>
#include <stdlib.h>

#include "analyze/words.h"
#include "base/intern.h"

#define KEY_MAX OW_KIB(64) /* of a stack; a longer one is known by its front */

static size_t put(char *key, size_t at, const void *bytes, size_t n)
{
	n = n < KEY_MAX - at ? n : KEY_MAX - at;
	if (n)
		memcpy(key + at, bytes, n);
	return at + n;
}

/* Who started them is left out: not all forms of a page say it. */
static size_t make_key(char *key, const struct ow_goroutine_group *group)
{
	size_t n = 0;

	for (size_t i = 0; i < group->n_frames; i++) {
		const struct ow_goroutine_frame *frame = &group->frame[i];

		n = put(key, n, frame->function.p, frame->function.n);
		n = put(key, n, "", 1);
		n = put(key, n, &frame->line, sizeof(frame->line));
	}
	return n;
}

struct builder {
	struct ow_arena *arena;
	struct ow_intern keys;
	char *key;
	struct ow_goroutine_view *view;
};

static int add(struct builder *b, const struct ow_goroutine_group *group, bool is_last)
{
	struct ow_goroutine_view *view = b->view;
	struct ow_goroutine_row *row;
	uint32_t number;
	int r = ow_intern(&b->keys, b->key, make_key(b->key, group), &number);

	if (r < 0)
		return r;
	if (number == view->n) {
		row = ow_grow(b->arena, view->row, view->n, sizeof(*row));
		if (!row)
			return -ENOMEM;
		view->row = row;
		view->row[view->n++] = (struct ow_goroutine_row){ .group = group };
	}
	row = &view->row[number];
	if (is_last && row->count == 0)
		row->group = group;
	if (is_last)
		row->count = ow_add(row->count, group->count);
	else
		row->before = ow_add(row->before, group->count);
	return 0;
}

static double growth(const struct ow_goroutine_row *row)
{
	return (double)row->count - (double)row->before;
}

static int compare_where(const struct ow_goroutine_row *a, const struct ow_goroutine_row *b)
{
	for (size_t i = 0; i < a->group->n_frames && i < b->group->n_frames; i++) {
		const struct ow_str x = a->group->frame[i].function;
		const struct ow_str y = b->group->frame[i].function;
		const size_t n = x.n < y.n ? x.n : y.n;
		const int r = n ? memcmp(x.p, y.p, n) : 0;

		if (r || x.n != y.n)
			return r ? r : (x.n > y.n) - (x.n < y.n);
		if (a->group->frame[i].line != b->group->frame[i].line)
			return a->group->frame[i].line < b->group->frame[i].line ? -1 : 1;
	}
	return (a->group->n_frames > b->group->n_frames) -
	       (a->group->n_frames < b->group->n_frames);
}

static int by_count(const void *left, const void *right)
{
	const struct ow_goroutine_row *a = left, *b = right;

	if (a->count != b->count)
		return (a->count < b->count) - (a->count > b->count);
	return compare_where(a, b);
}

static int by_growth(const void *left, const void *right)
{
	const struct ow_goroutine_row *a = left, *b = right;
	const double x = growth(a), y = growth(b);

	return x != y ? (x < y) - (x > y) : by_count(a, b);
}

int ow_goroutines_view(const struct ow_goroutines *first, const struct ow_goroutines *last,
		       uint64_t stack_inuse_bytes, struct ow_arena *arena,
		       struct ow_goroutine_view *ret)
{
	struct ow_goroutine_view view = {
		.first = first,
		.last = last,
		.stack_inuse_bytes = stack_inuse_bytes,
	};
	struct builder b = { .arena = arena, .view = &view };
	int r = 0;

	ow_intern_init(&b.keys, arena);
	b.key = ow_alloc(arena, KEY_MAX, 1);
	if (!b.key)
		return -ENOMEM;
	for (size_t i = 0; i < last->n_groups && r == 0; i++)
		r = add(&b, &last->group[i], true);
	for (size_t i = 0; first && i < first->n_groups && r == 0; i++)
		r = add(&b, &first->group[i], false);
	if (r < 0)
		return r;
	for (size_t i = 0; i < view.n; i++) {
		view.row[i].share = ow_share(view.row[i].count, last->total);
		view.row[i].stack_bytes = (uint64_t)(view.row[i].share * (double)stack_inuse_bytes);
	}
	if (view.n)
		qsort(view.row, view.n, sizeof(*view.row), first ? by_growth : by_count);
	*ret = view;
	return 0;
}
