/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap-series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/heap-series-internal.h"

#define SCRATCH       OW_MIB(16) /* all pairs of OW_HEAP_SERIES_MAX points, and room */
#define USEC_PER_HOUR 3600e6

struct ow_heap_series_maker *ow_heap_series_new(size_t n, struct ow_arena *arena)
{
	struct ow_heap_series_maker *maker = ow_alloc(arena, 1, sizeof(*maker));

	if (!maker || n > OW_HEAP_SERIES_MAX)
		return NULL;
	maker->arena = arena;
	maker->room = n;
	maker->source = ow_alloc(arena, n + 1, sizeof(*maker->source));
	ow_intern_init(&maker->paths, arena);
	return maker->source ? maker : NULL;
}

static struct ow_str keep(struct ow_arena *arena, struct ow_str text)
{
	const char *copy = ow_str_keep(arena, text);

	return (struct ow_str){ copy ? copy : "", copy ? text.n : 0 };
}

/* What a frame is told by, in a buffer that frames of any name fit in. */
static char *put_frame(char *out, const struct ow_heap_frame *frame)
{
	const uint64_t number[] = { frame->name.n, frame->file.n, (uint64_t)frame->line,
				    frame->address };

	memcpy(out, number, sizeof(number));
	out += sizeof(number);
	if (frame->name.n)
		memcpy(out, frame->name.p, frame->name.n);
	if (frame->file.n)
		memcpy(out + frame->name.n, frame->file.p, frame->file.n);
	return out + frame->name.n + frame->file.n;
}

static size_t frame_bytes(const struct ow_heap_frame *frame)
{
	return 4 * sizeof(uint64_t) + frame->name.n + frame->file.n;
}

static struct ow_heap_frame keep_frame(struct ow_arena *arena, const struct ow_heap_frame *frame)
{
	struct ow_heap_frame copy = *frame;

	copy.name = keep(arena, frame->name);
	copy.file = keep(arena, frame->file);
	return copy;
}

static int new_path(struct ow_heap_series_maker *maker, const struct ow_heap_row *row)
{
	struct series_path *more = ow_grow(maker->arena, maker->path, maker->n_paths,
					   sizeof(*more)),
			   *path;

	if (!more)
		return -ENOMEM;
	maker->path = more;
	path = &more[maker->n_paths++];
	*path = (struct series_path){
		.site = keep_frame(maker->arena, &row->site),
		.has_who = row->have & OW_HEAP_ROW_WHO,
		.bytes = ow_alloc(maker->arena, maker->room, sizeof(int64_t)),
		.error = ow_alloc(maker->arena, maker->room, sizeof(int64_t)),
	};
	if (path->has_who)
		path->who = keep_frame(maker->arena, &row->who);
	return ow_arena_refused(maker->arena) ? -ENOMEM : 0;
}

/* The path of a row. */
static struct series_path *path_of(struct ow_heap_series_maker *maker,
				   const struct ow_heap_row *row)
{
	const struct ow_heap_frame none = { .have = 0 };
	const struct ow_heap_frame *who = row->have & OW_HEAP_ROW_WHO ? &row->who : &none;
	const size_t n = frame_bytes(&row->site) + frame_bytes(who);
	char *key = malloc(n);
	uint32_t number;
	int r;

	if (!key)
		return NULL;
	(void)put_frame(put_frame(key, &row->site), who);
	r = ow_intern(&maker->paths, key, n, &number);
	free(key);
	if (r == 0 && number >= maker->n_paths)
		r = new_path(maker, row);
	return r < 0 ? NULL : &maker->path[number];
}

static void find_places(const struct ow_profile *profile, struct series_source *source)
{
	for (size_t i = 0; i < profile->n_mappings; i++)
		if (ow_str_is(profile->mapping[i].file, "[vdso]"))
			source->vdso_start = profile->mapping[i].start;
	if (profile->n_mappings && profile->mapping[0].file.n)
		source->program_start = profile->mapping[0].start;
}

static struct series_source source_of(struct ow_heap_series_maker *maker,
				      const struct ow_heap *heap, struct ow_str name)
{
	const struct ow_heap_age *age = &heap->age;
	struct series_source source = {
		.point = { .source = keep(maker->arena, name),
			   .bytes = ow_heap_bytes(heap, &heap->total),
			   .error_bytes = heap->total.error_bytes },
		.program = keep(maker->arena, heap->program),
		.build_id = keep(maker->arena, heap->build_id),
		.measure = heap->measure,
		.is_difference = heap->difference || ow_heap_is_odd(heap, "negative"),
		.is_unsampled = ow_heap_is_odd(heap, "rate-zero"),
		.has_allocated = heap->total.have & OW_HEAP_ALLOC && heap->total.alloc_bytes >= 0,
		.allocated_bytes = heap->total.alloc_bytes,
		.number = maker->n,
	};

	if (heap->total.have & OW_HEAP_ERROR)
		source.point.have |= OW_HEAP_POINT_ERROR;
	if (age->have & (OW_HEAP_AGE_TIME | OW_HEAP_AGE_MARK | OW_HEAP_AGE_LAST_MARK))
		source.point.have |= OW_HEAP_POINT_TIME;
	source.point.time_usec = age->have & OW_HEAP_AGE_TIME   ? age->time_usec
				 : age->have & OW_HEAP_AGE_MARK ? age->mark_usec
								: age->last_mark_usec;
	return source;
}

int ow_heap_series_add(struct ow_heap_series_maker *maker, const struct ow_heap *heap,
		       const struct ow_profile *profile, struct ow_str name)
{
	struct series_source *source = &maker->source[maker->n];

	if (maker->n >= maker->room)
		return -ENOMEM;
	*source = source_of(maker, heap, name);
	find_places(profile, source);
	for (size_t i = 0; i < heap->rows.n; i++) {
		const struct ow_heap_row *row = &ow_heap_rows(heap)[i];
		struct series_path *path = path_of(maker, row);

		if (!path)
			return -ENOMEM;
		path->bytes[maker->n] = ow_heap_bytes(heap, &row->sums);
		path->error[maker->n] = row->sums.error_bytes;
	}
	maker->n++;
	return ow_arena_refused(maker->arena) ? -ENOMEM : 0;
}

/* The series while it is put together. */
struct work {
	struct ow_heap_series_maker *maker;
	struct ow_heap_series *series;
	struct series_axis axis;
	bool has_error; /* each point has one */
};

static int take_points(struct work *work, bool is_timed)
{
	struct ow_heap_series_maker *maker = work->maker;
	struct ow_heap_point *point = ow_alloc(maker->arena, maker->n + 1, sizeof(*point));
	struct ow_heap_stray *stray = ow_alloc(maker->arena, maker->n + 1, sizeof(*stray));
	size_t *number = ow_alloc(maker->arena, maker->n + 1, sizeof(*number));
	double *at = ow_alloc(maker->arena, maker->n + 1, sizeof(*at));
	size_t n = 0, n_strays = 0;

	if (!point || !stray || !number || !at)
		return -ENOMEM;
	work->has_error = true;
	for (size_t i = 0; i < maker->n; i++) {
		const struct series_source *source = &maker->source[i];

		if (source->word) {
			stray[n_strays++] = (struct ow_heap_stray){
				.source = source->point.source,
				.word = source->word,
				.detail = ow_str(source->detail),
			};
			continue;
		}
		work->has_error &= (source->point.have & OW_HEAP_POINT_ERROR) != 0;
		number[n] = source->number;
		point[n++] = source->point;
	}
	for (size_t i = 0; i < n; i++) {
		const int64_t since = point[i].time_usec - point[0].time_usec;

		point[i].before_last_usec = point[n - 1].time_usec - point[i].time_usec;
		at[i] = is_timed ? (double)since / USEC_PER_HOUR : (double)i;
	}
	work->series->points = (struct ow_list){ point, n };
	work->series->strays = (struct ow_list){ stray, n_strays };
	work->axis.number = number;
	work->axis.at = at;
	work->axis.n = n;
	return 0;
}

static int fit_total(struct work *work)
{
	const struct ow_heap_series_maker *maker = work->maker;
	int64_t *bytes = ow_alloc(maker->arena, 2 * maker->n, sizeof(*bytes));
	int64_t *error = bytes + maker->n;

	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < maker->n; i++) {
		bytes[maker->source[i].number] = maker->source[i].point.bytes;
		error[maker->source[i].number] = maker->source[i].point.error_bytes;
	}
	return series_fit(&work->axis, bytes, work->has_error ? error : NULL, &work->series->total);
}

static int64_t share_of(const struct ow_heap_growth *growth, const struct ow_heap_growth *total)
{
	const double share = (double)growth->growth_bytes / (double)total->growth_bytes * 10000;

	return share > 1e15 ? (int64_t)1e15 : share < -1e15 ? -(int64_t)1e15 : (int64_t)share;
}

static int take_row(struct work *work, const struct series_path *path,
		    struct ow_heap_series_row *row)
{
	struct ow_heap_series *series = work->series;
	const size_t n = work->axis.n;
	int64_t *bytes = ow_alloc(work->maker->arena, n, sizeof(*bytes));

	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		bytes[i] = path->bytes[work->axis.number[i]];
	*row = (struct ow_heap_series_row){
		.have = path->has_who ? OW_HEAP_ROW_WHO : 0,
		.site = path->site,
		.who = path->who,
		.is_new = bytes[0] == 0,
		.is_gone = bytes[n - 1] == 0,
		.bytes = { bytes, n },
	};
	ow_arena_clear(work->axis.scratch);
	if (series_fit(&work->axis, path->bytes, work->has_error ? path->error : NULL,
		       &row->growth) < 0)
		return -ENOMEM;
	if (series->total.kind == OW_HEAP_GROWS) {
		row->growth.have |= OW_HEAP_GROWTH_SHARE;
		row->growth.share_permyriad = share_of(&row->growth, &series->total);
	}
	series->n_new += row->is_new;
	series->n_gone += row->is_gone;
	series->n_noise += row->growth.kind == OW_HEAP_NOISE;
	return 0;
}

/* Some path has nothing in all that was not left out. */
static bool is_empty(const struct work *work, const struct series_path *path)
{
	for (size_t i = 0; i < work->axis.n; i++)
		if (path->bytes[work->axis.number[i]])
			return false;
	return true;
}

static uint64_t size_of(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static int by_worth(const void *a, const void *b)
{
	/* What is undecided may grow. */
	static const int order[] = {
		[OW_HEAP_GROWS] = 0,   [OW_HEAP_UNDECIDED] = 0, [OW_HEAP_UNSTEADY] = 1,
		[OW_HEAP_SHRINKS] = 2, [OW_HEAP_NOISE] = 3,
	};
	const struct ow_heap_series_row *x = a, *y = b;
	const uint64_t p = size_of(x->growth.growth_bytes), q = size_of(y->growth.growth_bytes);
	int r = order[x->growth.kind] - order[y->growth.kind];

	r = r ? r : (p < q) - (p > q);
	r = r ? r : ow_heap_frame_order(&x->who, &y->who);
	return r ? r : ow_heap_frame_order(&x->site, &y->site);
}

static int take_rows(struct work *work)
{
	struct ow_heap_series_maker *maker = work->maker;
	struct ow_heap_series_row *row = ow_alloc(maker->arena, maker->n_paths + 1, sizeof(*row));
	size_t n = 0;

	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < maker->n_paths; i++) {
		if (is_empty(work, &maker->path[i]))
			continue;
		if (take_row(work, &maker->path[i], &row[n]) < 0)
			return -ENOMEM;
		n++;
	}
	qsort(row, n, sizeof(*row), by_worth);
	work->series->rows = (struct ow_list){ row, n };
	return 0;
}

static int make(struct work *work, bool is_timed, int64_t limit_bytes)
{
	struct ow_heap_series *series = work->series;
	const struct ow_heap_point *point = ow_heap_points(series);
	int r;

	series->unit = is_timed ? OW_HEAP_PER_HOUR : OW_HEAP_PER_STEP;
	if (is_timed) {
		series->have |= OW_HEAP_SERIES_SPAN;
		series->span_usec = point[0].before_last_usec;
	}
	r = fit_total(work);
	if (r == 0)
		r = take_rows(work);
	if (limit_bytes > 0) {
		series->have |= OW_HEAP_SERIES_REACH;
		series_reach(series, limit_bytes, &series->reach);
	}
	return r;
}

/* Why there is no series. */
static int too_few(const struct ow_heap_series *series, struct ow_err *err)
{
	const struct ow_heap_stray *stray = series->strays.item;

	if (series->strays.n == 0)
		return ow_fail(err, ENOENT, "a series takes two profiles or more");
	return ow_fail(err, ENOENT, "there are no two profiles of one run: '%.*s' is left out (%s)",
		       (int)stray->source.n, stray->source.p, stray->word);
}

int ow_heap_series_end(struct ow_heap_series_maker *maker, int64_t limit_bytes,
		       struct ow_heap_trend *ret, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(SCRATCH);
	struct ow_heap_trend trend = { .have = 0 };
	struct work work = { .maker = maker, .series = &trend.series, .axis.scratch = scratch };
	bool is_timed;
	int r;

	if (!scratch)
		return ow_fail(err, ENOMEM, "cannot follow %zu profiles: %m", maker->n);
	series_choose(maker, &is_timed);
	r = take_points(&work, is_timed);
	if (r == 0 && work.axis.n < 2)
		return too_few(&trend.series, err);
	for (size_t i = 0; i < maker->n && r == 0; i++) {
		const struct series_source *source = &maker->source[i];

		if (source->word)
			continue;
		trend.program = source->program.n ? source->program : trend.program;
		trend.build_id = source->build_id.n ? source->build_id : trend.build_id;
		trend.measure = source->measure;
	}
	r = r < 0 ? r : make(&work, is_timed, limit_bytes);
	if (r < 0)
		return ow_fail(err, -r, "cannot follow %zu profiles: %m", maker->n);
	*ret = trend;
	return 0;
}
