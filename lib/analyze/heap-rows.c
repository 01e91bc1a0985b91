/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/heap-internal.h"

#define USUAL_LEAST 0.95 /* of the bytes: then they are of one size */

static int64_t rounded(double value)
{
	return value < 9.2e18 ? (int64_t)llrint(value) : INT64_MAX;
}

static int64_t permyriad(double part, double whole)
{
	return whole > 0 ? rounded(part / whole * 10000) : 0;
}

/* The sums as they are told. A part of them may be known only of all. */
static struct ow_heap_sums told(const struct heap_work *work, const struct heap_sum *sum)
{
	static const unsigned have[HEAP_VALUES] = {
		[HEAP_INUSE_OBJECTS] = OW_HEAP_INUSE_OBJECTS,
		[HEAP_INUSE_BYTES] = OW_HEAP_INUSE,
		[HEAP_ALLOC_OBJECTS] = OW_HEAP_ALLOC_OBJECTS,
		[HEAP_ALLOC_BYTES] = OW_HEAP_ALLOC,
	};
	const double measured = (double)heap_size(heap_measured(work, sum));
	struct ow_heap_sums sums = {
		.inuse_objects = sum->value[HEAP_INUSE_OBJECTS],
		.inuse_bytes = sum->value[HEAP_INUSE_BYTES],
		.alloc_objects = sum->value[HEAP_ALLOC_OBJECTS],
		.alloc_bytes = sum->value[HEAP_ALLOC_BYTES],
		.samples = rounded(sum->samples),
		.error_bytes = rounded(sqrt(sum->variance)),
		.share_permyriad = permyriad(measured, work->size_sum),
	};

	for (size_t i = 0; i < HEAP_VALUES; i++)
		if (work->index[i] != SIZE_MAX)
			sums.have |= have[i];
	if (work->period > 0 && !work->unsized && !heap_is_raw(work))
		sums.have |= OW_HEAP_ERROR;
	if (work->size_sum > 0)
		sums.have |= OW_HEAP_SHARE;
	if (!work->heap->difference && (sums.have & OW_HEAP_INUSE) && sums.inuse_bytes >= 0 &&
	    sums.alloc_bytes > 0 && sums.inuse_bytes <= sums.alloc_bytes) {
		sums.have |= OW_HEAP_KEPT;
		sums.kept_permyriad = permyriad((double)sums.inuse_bytes, (double)sums.alloc_bytes);
	}
	return sums;
}

static struct ow_heap_frame frame_of(const struct heap_work *work, uint32_t number)
{
	const struct ow_heap_frame none = { .origin = OW_HEAP_NAMELESS };

	return number == HEAP_NONE ? none : work->frame[number];
}

static void set_objects(const struct heap_work *work, struct ow_heap_row *row,
			const struct heap_path *path, double bytes)
{
	const bool usual = path->usual_bytes >= USUAL_LEAST * bytes;

	/* Of a difference what came and what went may be of any sizes. */
	if (path->object_min == 0 ||
	    (work->heap->difference && path->object_min != path->object_max))
		return;
	row->have |= OW_HEAP_ROW_OBJECT | (usual ? OW_HEAP_ROW_SIZE : 0);
	row->object_min_bytes = path->object_min;
	row->object_max_bytes = path->object_max;
	row->object_bytes = usual ? path->usual_size : (uint64_t)rounded(bytes / path->objects);
}

static struct ow_heap_row row_of(const struct heap_work *work, const struct heap_path *path)
{
	const double bytes = (double)heap_size(heap_measured(work, &path->sum));
	struct ow_heap_row row = {
		.sums = told(work, &path->sum),
		.site = frame_of(work, path->site),
		.stacks = path->stacks,
	};

	if (path->who != HEAP_NONE) {
		row.have |= OW_HEAP_ROW_WHO;
		row.who = frame_of(work, path->who);
	}
	if (path->via != HEAP_NONE) {
		row.have |= OW_HEAP_ROW_VIA;
		row.via = frame_of(work, path->via);
	}
	set_objects(work, &row, path, bytes);
	if (work->seen.go && row.have & OW_HEAP_ROW_SIZE &&
	    ow_heap_size_class(row.object_bytes, &row.request_min_bytes, &row.request_max_bytes))
		row.have |= OW_HEAP_ROW_CLASS;
	return row;
}

/* The larger first, whatever its sign. */
static int by_size(int64_t a, int64_t b)
{
	const uint64_t x = heap_size(a), y = heap_size(b);

	return x != y ? (x < y) - (x > y) : (a < b) - (a > b);
}

static int by_row(const void *a, const void *b, void *arg)
{
	const struct ow_heap_row *x = a, *y = b;
	int order = by_size(ow_heap_bytes(arg, &x->sums), ow_heap_bytes(arg, &y->sums));

	order = order ? order : ow_heap_frame_order(&x->who, &y->who);
	return order ? order : ow_heap_frame_order(&x->site, &y->site);
}

static int by_holder(const void *a, const void *b, void *arg)
{
	const struct ow_heap_holder *x = a, *y = b;
	const int order = by_size(ow_heap_bytes(arg, &x->sums), ow_heap_bytes(arg, &y->sums));

	return order ? order : ow_heap_frame_order(&x->who, &y->who);
}

static int by_number(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* How many of the sorted numbers are below the bound. */
static size_t count_below(const double *number, size_t n, double bound)
{
	size_t low = 0, high = n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (number[middle] < bound)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The least and the most that a row may be, within one error. */
static void bounds(const struct heap_work *work, const struct ow_heap_row *row, double *low,
		   double *high)
{
	const double size = (double)heap_size(ow_heap_bytes(work->heap, &row->sums));
	const double error = row->sums.have & OW_HEAP_ERROR ? (double)row->sums.error_bytes : 0;

	*low = size - error;
	*high = size + error;
}

/* A row comes behind those that are larger for certain, and before those that are smaller. */
static int set_ranks(struct heap_work *work, struct ow_heap_row *row, size_t n)
{
	double *low = ow_alloc(work->arena, n, sizeof(*low));
	double *high = ow_alloc(work->arena, n, sizeof(*high)), least, most;

	if (!low || !high)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		bounds(work, &row[i], &low[i], &high[i]);
	qsort(low, n, sizeof(*low), by_number);
	qsort(high, n, sizeof(*high), by_number);
	for (size_t i = 0; i < n; i++) {
		bounds(work, &row[i], &least, &most);
		row[i].first_rank = 1 + n - count_below(low, n, nextafter(most, INFINITY));
		row[i].last_rank = n - count_below(high, n, least);
	}
	return 0;
}

static int add_sum(struct heap_sum *to, const struct heap_sum *sum)
{
	for (size_t i = 0; i < HEAP_VALUES; i++)
		if (__builtin_add_overflow(to->value[i], sum->value[i], &to->value[i]))
			return -EOVERFLOW;
	to->variance += sum->variance;
	to->samples += sum->samples;
	return 0;
}

/* A function of the user's, whatever its lines. */
struct holder {
	struct heap_sum sum;
	uint32_t who;
	uint64_t heaviest, rows;
};

static int add_holder(struct heap_work *work, struct ow_intern *functions, struct holder *holder,
		      const struct heap_path *path)
{
	const uint64_t size = heap_size(heap_measured(work, &path->sum));
	uint64_t function;
	uint32_t number;

	if (path->who == HEAP_NONE)
		return 0;
	memcpy(&function, work->frames.item[path->who].p, sizeof(function));
	if (ow_intern(functions, &function, sizeof(function), &number) < 0)
		return -ENOMEM;
	holder += number;
	if (holder->rows++ == 0 || size > holder->heaviest) {
		holder->heaviest = size;
		holder->who = path->who;
	}
	return add_sum(&holder->sum, &path->sum);
}

static int make_holders(struct heap_work *work)
{
	struct holder *holder = ow_alloc(work->arena, work->paths.n + 1, sizeof(*holder));
	struct ow_heap *heap = work->heap;
	struct ow_heap_holder *item;
	struct ow_intern functions;
	int r = holder ? 0 : -ENOMEM;

	ow_intern_init(&functions, work->arena);
	for (size_t i = 0; i < work->paths.n && r == 0; i++)
		if (heap_measured(work, &heap_path_at(work, i)->sum))
			r = add_holder(work, &functions, holder, heap_path_at(work, i));
	item = r == 0 ? ow_alloc(work->arena, functions.n + 1, sizeof(*item)) : NULL;
	if (!item)
		return r < 0 ? r : -ENOMEM;
	for (size_t i = 0; i < functions.n; i++)
		item[i] = (struct ow_heap_holder){
			.who = frame_of(work, holder[i].who),
			.sums = told(work, &holder[i].sum),
			.rows = holder[i].rows,
		};
	qsort_r(item, functions.n, sizeof(*item), by_holder, heap);
	heap->holders = (struct ow_list){ item, functions.n };
	return 0;
}

int heap_rows(struct heap_work *work)
{
	struct ow_heap *heap = work->heap;
	struct ow_heap_row *row;
	size_t n = 0;

	for (size_t i = 0; i < work->paths.n; i++) {
		const int64_t measured = heap_measured(work, &heap_path_at(work, i)->sum);

		work->size_sum += (double)heap_size(measured);
		n += measured != 0;
	}
	row = ow_alloc(work->arena, n + 1, sizeof(*row));
	if (!row)
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < work->paths.n; i++)
		if (heap_measured(work, &heap_path_at(work, i)->sum))
			row[n++] = row_of(work, heap_path_at(work, i));
	qsort_r(row, n, sizeof(*row), by_row, heap);
	heap->rows = (struct ow_list){ row, n };
	heap->total = told(work, &work->total);
	heap->total.share_permyriad = 10000;
	if (n && set_ranks(work, row, n) < 0)
		return -ENOMEM;
	return make_holders(work);
}
