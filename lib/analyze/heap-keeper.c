/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "analyze/heap-internal.h"

#define OBJECTS_LEAST 64   /* fewer are held by anything */
#define ERROR_MOST    0.15 /* of bytes: above it the arithmetic says nothing */
#define SHARE_LEAST   100  /* permyriad of the total: who keeps less is of no interest */
#define ARRAY_LEAST   16   /* objects of the row for one of the array: it is a large one */
#define ROWS_MOST     4096 /* that are looked at: those below hold next to nothing */

/* A slice that append grows has room for up to 1.25 times what is in it, and some more: 1.30 at
 * 4096, rounded up to a size class. */
#define ROOM_MOST     1.4
#define ROOM_USUAL    1.15

/* What stands in a slot of a backing array: a pointer, a string or an interface, a slice. What a
 * map takes for a key and a value may be as much: slices and maps are not told apart. */
static const unsigned slots[] = { 8, 16, 24 };

static double error_share(const struct ow_heap_sums *sums)
{
	if (!(sums->have & OW_HEAP_ERROR) || sums->inuse_bytes <= 0)
		return INFINITY;
	return (double)sums->error_bytes / (double)sums->inuse_bytes;
}

/* A slice that grows is two arrays until the next collection, which frees the one it has left: of
 * two that differ, only the larger has the objects. */
static int64_t array_bytes(const struct ow_heap_row *row)
{
	const bool grown =
		row->sums.inuse_objects == 2 && row->object_min_bytes != row->object_max_bytes;

	return grown ? (int64_t)row->object_max_bytes : row->sums.inuse_bytes;
}

/* May the row be an array of slots for the objects? How far it is from what is usual goes to *off,
 * the size of a slot to *size. */
static bool fits(const struct ow_heap_row *array, double objects, double error, double *off,
		 unsigned *size)
{
	bool any = false;

	for (size_t i = 0; i < OW_ARRAY_SIZE(slots); i++) {
		const double room = (double)array_bytes(array) / slots[i] / objects;
		const double distance = fabs(log(room / ROOM_USUAL));

		if (room < 1 - 2 * error || room > ROOM_MOST + 2 * error || distance >= *off)
			continue;
		*off = distance;
		*size = slots[i];
		any = true;
	}
	return any;
}

static bool may_be_array(const struct ow_heap_row *row, const struct ow_heap_row *array)
{
	return array != row && array->have & OW_HEAP_ROW_WHO && array->have & OW_HEAP_ROW_OBJECT &&
	       ow_heap_same_function(&array->site, &row->who) &&
	       error_share(&array->sums) <= ERROR_MOST &&
	       array->sums.inuse_objects <= row->sums.inuse_objects / ARRAY_LEAST;
}

static void find_keeper(const struct ow_heap *heap, size_t n, struct ow_heap_row *row)
{
	const double error = error_share(&row->sums);
	const struct ow_heap_row *array = ow_heap_rows(heap);
	double off = INFINITY;

	if (!(row->have & OW_HEAP_ROW_WHO) || row->sums.inuse_objects < OBJECTS_LEAST ||
	    error > ERROR_MOST || row->sums.share_permyriad < SHARE_LEAST)
		return;
	for (size_t i = 0; i < n; i++, array++) {
		const double both = hypot(error, error_share(&array->sums));
		unsigned size;

		if (!may_be_array(row, array) ||
		    !fits(array, (double)row->sums.inuse_objects, both, &off, &size))
			continue;
		row->have |= OW_HEAP_ROW_KEEPER;
		row->keeper = (struct ow_heap_keeper){
			.site = array->site,
			.bytes = array_bytes(array),
			.slots = (uint64_t)array_bytes(array) / size,
			.slot_bytes = size,
		};
	}
}

void heap_keepers(struct heap_work *work)
{
	struct ow_heap *heap = work->heap;
	const size_t n = heap->rows.n < ROWS_MOST ? heap->rows.n : ROWS_MOST;
	struct ow_heap_row *row = heap->rows.item;

	if (!work->seen.go || heap->difference || heap->profiles > 1 ||
	    !(heap->total.have & OW_HEAP_INUSE_OBJECTS))
		return;
	/* At most 100 rows have a share that is looked at. */
	for (size_t i = 0; i < n && row[i].sums.share_permyriad >= SHARE_LEAST; i++)
		find_keeper(heap, n, &row[i]);
}
