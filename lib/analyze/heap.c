/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap.h"

#include <errno.h>
#include <math.h>

#include "analyze/heap-internal.h"
#include "base/path.h"

#define NANOS_PER_USEC 1000

/* What the profile counts. */
static const struct {
	const char *name, *legacy; /* legacy: of profiles that know only what is in use */
	bool bytes;
} types[HEAP_VALUES] = {
	[HEAP_INUSE_OBJECTS] = { "inuse_objects", "objects", false },
	[HEAP_INUSE_BYTES] = { "inuse_space", "space", true },
	[HEAP_ALLOC_OBJECTS] = { "alloc_objects", NULL, false },
	[HEAP_ALLOC_BYTES] = { "alloc_space", NULL, true },
};

static size_t index_of(const struct ow_profile *profile, size_t value)
{
	for (size_t i = 0; i < profile->n_types; i++) {
		const struct ow_profile_type *type = &profile->type[i];

		if ((ow_str_is(type->type, types[value].name) ||
		     (types[value].legacy && ow_str_is(type->type, types[value].legacy))) &&
		    (!types[value].bytes || heap_is_bytes(type->unit)))
			return i;
	}
	return SIZE_MAX;
}

static int choose_values(struct heap_work *work, struct ow_err *err)
{
	const struct ow_profile *profile = work->view->profile;
	const struct ow_profile_type *first = profile->n_types ? &profile->type[0] : NULL;

	for (size_t i = 0; i < HEAP_VALUES; i++)
		work->index[i] = index_of(profile, i);
	if (work->index[HEAP_INUSE_BYTES] != SIZE_MAX)
		work->heap->measure = OW_HEAP_MEASURE_INUSE;
	else if (work->index[HEAP_ALLOC_BYTES] != SIZE_MAX)
		work->heap->measure = OW_HEAP_MEASURE_ALLOC;
	else
		return ow_fail(err, ENOENT, "'%.*s' is no heap profile: it counts %.*s, not memory",
			       (int)profile->name.n, profile->name.p,
			       first ? (int)first->type.n : 7, first ? first->type.p : "nothing");
	return 0;
}

/* The number of the one label that says how large the objects are; 0: there is none. */
static int64_t labelled_size(const struct ow_profile_sample *sample)
{
	int64_t size = 0;

	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct ow_profile_label *label = &sample->label[i];

		if (label->is_text || !ow_str_is(label->key, "bytes"))
			continue;
		if (size)
			return 0;
		size = label->number;
	}
	return size > 0 ? size : 0;
}

/*
 * The size of the objects of a sample; 0: not known. What is scaled up is cut to whole objects, so
 * that of few large ones bytes / objects is too much: the label is exact. It is believed when it
 * can be so.
 */
static double object_size(const struct heap_work *work, const struct ow_profile_sample *sample,
			  double bytes, bool inuse)
{
	const size_t index = work->index[inuse ? HEAP_INUSE_OBJECTS : HEAP_ALLOC_OBJECTS];
	const double objects = index == SIZE_MAX ? 0 : fabs((double)sample->value[index]);
	const double size = (double)labelled_size(sample);

	if (size > 0 && objects == 0)
		return size;
	if (size > 0 && bytes / size >= objects * 0.99 && bytes / size < 2 * objects + 1)
		return size;
	return objects > 0 ? bytes / objects : 0;
}

/* Adds the variance of what was sampled: see struct ow_heap_sums. */
static void add_error(const struct heap_work *work, struct heap_sum *sum, double bytes, double size)
{
	const double p = work->period > 1 ? -expm1(-size / work->period) : 1;
	const double exact = bytes / size * p, n = exact < 1 ? exact : rint(exact);

	sum->samples += n;
	sum->variance += n * size * size * (1 - p) / (p * p);
}

static bool add(struct heap_sum *sum, const int64_t *value)
{
	bool fits = true;

	for (size_t i = 0; i < HEAP_VALUES; i++)
		fits &= !__builtin_add_overflow(sum->value[i], value[i], &sum->value[i]);
	return fits;
}

/* The way along a stack: where it allocates, for whom, by which library. */
struct way {
	uint32_t site, who, via;
};

static struct way find_way(const struct heap_work *work, const struct ow_profile_sample *sample)
{
	struct way way = { HEAP_NONE, HEAP_NONE, HEAP_NONE };

	if (sample->n_locations)
		way.site = work->place[sample->location[0]].site;
	for (size_t i = 0; i < sample->n_locations; i++) {
		const struct heap_place *place = &work->place[sample->location[i]];

		if (place->library != HEAP_NONE)
			way.via = place->library;
		if (place->own != HEAP_NONE) {
			way.who = place->own;
			break;
		}
	}
	return way;
}

static struct heap_path *path_of(struct heap_work *work, const struct way *way)
{
	const uint64_t key = (uint64_t)way->site << 32 | way->who;
	const size_t n = work->paths.n;
	struct heap_path **more, *path;
	uint32_t number;

	if (ow_intern(&work->paths, &key, sizeof(key), &number) < 0)
		return NULL;
	if (work->paths.n == n)
		return heap_path_at(work, number);
	if (n % HEAP_PIECE == 0) {
		more = ow_grow(work->arena, work->path, n / HEAP_PIECE, sizeof(struct heap_path *));
		if (!more)
			return NULL;
		work->path = more;
		more[n / HEAP_PIECE] = ow_alloc(work->arena, HEAP_PIECE, sizeof(*path));
		if (!more[n / HEAP_PIECE])
			return NULL;
	}
	path = heap_path_at(work, n);
	*path = (struct heap_path){ .site = way->site, .who = way->who, .via = HEAP_NONE };
	return path;
}

static void add_objects(struct heap_path *path, double bytes, double size)
{
	const uint64_t whole = size < 1.8e19 ? (uint64_t)size : UINT64_MAX;

	path->objects += bytes / size;
	if (whole == path->usual_size) {
		path->usual_bytes += bytes;
	} else if ((path->other_bytes += bytes) > path->usual_bytes) {
		path->other_bytes = path->usual_bytes;
		path->usual_size = whole;
		path->usual_bytes = bytes;
	}
	if (path->object_min == 0 || whole < path->object_min)
		path->object_min = whole;
	if (whole > path->object_max)
		path->object_max = whole;
}

static int add_sample(struct heap_work *work, const struct ow_profile_sample *sample)
{
	const bool inuse = work->heap->measure == OW_HEAP_MEASURE_INUSE;
	const struct way way = find_way(work, sample);
	struct heap_path *path = path_of(work, &way);
	int64_t value[HEAP_VALUES], measured;
	double bytes, size;

	if (!path)
		return -ENOMEM;
	for (size_t i = 0; i < HEAP_VALUES; i++)
		value[i] = work->index[i] == SIZE_MAX ? 0 : sample->value[work->index[i]];
	if (!add(&path->sum, value) || !add(&work->total, value))
		return -EOVERFLOW;
	measured = value[inuse ? HEAP_INUSE_BYTES : HEAP_ALLOC_BYTES];
	if (measured == 0)
		return 0;
	if (path->stacks < UINT32_MAX)
		path->stacks++;
	work->seen.negative += measured < 0;
	if ((int64_t)(heap_size(measured) >> 1) >= path->heaviest) {
		path->heaviest = (int64_t)(heap_size(measured) >> 1);
		path->via = way.via;
	}
	bytes = (double)heap_size(measured);
	heap_see_depth(work, sample, bytes);
	size = object_size(work, sample, bytes, inuse);
	if (size < 1) {
		work->unsized = true;
		return 0;
	}
	add_objects(path, bytes, size);
	add_error(work, &path->sum, bytes, size);
	add_error(work, &work->total, bytes, size);
	heap_see_scale(work, bytes, size);
	return 0;
}

static int add_samples(struct heap_work *work, struct ow_err *err)
{
	struct ow_profile_sample sample;
	int r = 0;

	ow_profile_view_rewind(work->view);
	while (r == 0 && ow_profile_view_next(work->view, &sample))
		r = add_sample(work, &sample);
	if (r == -EOVERFLOW)
		return ow_fail(err, EOVERFLOW, "the values of '%.*s' are too large to be added up",
			       (int)work->view->profile->name.n, work->view->profile->name.p);
	return r;
}

/* What the head of the profile says. */
static void describe(struct heap_work *work)
{
	const struct ow_profile *profile = work->view->profile;
	struct ow_heap *heap = work->heap;

	if (profile->n_mappings && profile->mapping[0].file.n)
		heap->program = ow_path_base(profile->mapping[0].file);
	if (profile->n_mappings)
		heap->build_id = profile->mapping[0].build_id;
	if (heap_is_bytes(profile->period_type.unit) && profile->period > 0) {
		heap->have |= OW_HEAP_PERIOD;
		heap->period_bytes = profile->period;
		work->period = (double)profile->period;
	}
	if (profile->duration_nanos) {
		heap->have |= OW_HEAP_DURATION;
		heap->duration_usec = profile->duration_nanos / NANOS_PER_USEC;
	}
	if (work->facts->have & OW_HEAP_FACT_LIMIT) {
		heap->have |= OW_HEAP_LIMIT;
		heap->limit_bytes = work->facts->limit_bytes;
	}
	heap->profiles = work->facts->n_parts ? work->facts->n_parts : 1;
	heap->filtered = work->facts->have & OW_HEAP_FACT_FILTERED;
	heap->difference = work->facts->n_bases || profile->duration_nanos;
}

int ow_heap_new(struct ow_profile_view *view, const struct ow_heap_facts *facts,
		struct ow_arena *arena, struct ow_heap **ret, struct ow_err *err)
{
	struct heap_work work = { .arena = arena, .view = view, .facts = facts };
	int r;

	work.heap = ow_alloc(arena, 1, sizeof(*work.heap));
	if (!work.heap)
		return ow_fail(err, ENOMEM, "cannot take stock of the heap: %m");
	ow_intern_init(&work.functions, arena);
	ow_intern_init(&work.frames, arena);
	ow_intern_init(&work.paths, arena);
	r = choose_values(&work, err);
	if (r < 0)
		return r;
	describe(&work);
	r = heap_places(&work);
	work.heap->go = work.seen.go;
	if (r == 0)
		r = add_samples(&work, err);
	if (r == 0)
		r = heap_rows(&work);
	if (r == 0) {
		heap_keepers(&work);
		heap_age(&work);
		r = heap_oddities(&work);
	}
	if (r == -ENOMEM)
		return ow_fail(err, ENOMEM, "cannot take stock of the heap: %m");
	if (r < 0)
		return r;
	*ret = work.heap;
	return 0;
}
