/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap-series.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyze/heap.h"
#include "base/measure.h"
#include "heap.h"
#include "render/fields.h"
#include "render/report.h"
#include "report/heap-series.h"

#define ROWS_USUAL 10

/* One profile of the series: what is kept of it is little. */
static int take(void *arg, struct ow_profile *profile, struct ow_arena *arena, struct ow_err *err)
{
	struct ow_heap_series_maker *maker = arg;
	const struct ow_heap_facts facts = { .have = 0 };
	struct ow_profile_filter filter = arg_heap.filter;
	struct ow_profile_view *view;
	struct ow_heap *heap;
	int r;

	filter.granularity = OW_GRANULARITY_ADDRESSES;
	filter.unit = "minimum";
	r = ow_profile_view_new(profile, &filter, arena, &view, err);
	if (r == 0)
		r = ow_heap_new(view, &facts, arena, &heap, err);
	if (r < 0)
		return r;
	if (ow_heap_series_add(maker, heap, profile, profile->name) < 0)
		return ow_fail(err, ENOMEM, "cannot follow so many paths: %m");
	return 0;
}

static int show(const struct ow_heap_trend *trend, struct ow_arena *arena, FILE *out)
{
	const struct ow_report_style paper = { .width = ow_command_width(),
					       .colour = !arg_heap.output &&
							 ow_command_colour(STDOUT_FILENO) };
	const size_t usual = arg_heap.json ? SIZE_MAX : ROWS_USUAL;
	const size_t rows = arg_heap.rows < 0 ? usual : (size_t)arg_heap.rows;
	struct ow_heap_trend cut = *trend;
	struct ow_json json;
	struct ow_doc doc;
	int r;

	if (!arg_heap.json) {
		r = ow_heap_series_doc(trend, rows, arena, &doc);
		return r < 0 ? r : ow_doc_print_text(&doc, &paper, out);
	}
	if (rows < cut.series.rows.n)
		cut.series.rows.n = rows;
	ow_json_init(&json, out);
	ow_fields_json(&json, NULL, &ow_heap_trend_fields, &cut);
	(void)fputc('\n', out);
	return ferror(out) ? -EIO : 0;
}

static int write_series(void *arg, FILE *out, struct ow_err *err)
{
	const struct ow_heap_trend *trend = arg;
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(HEAP_MEMORY_MAX);
	const int r = arena ? show(trend, arena, out) : -ENOMEM;

	return r < 0 ? ow_fail(err, -r, "cannot show the series: %m") : 0;
}

static int check_words(const struct ow_command *command, int n, uint64_t *limit)
{
	*limit = 0;
	if (arg_heap.base || arg_heap.diff_base)
		return ow_command_misuse(command, "-series follows profiles as they are: leave out "
						  "-base and -diff_base");
	if (n > OW_HEAP_SERIES_MAX)
		return ow_command_misuse(command, "-series takes at most %d profiles",
					 OW_HEAP_SERIES_MAX);
	if (arg_heap.limit && (!ow_measure_bytes(arg_heap.limit, limit) || *limit > INT64_MAX))
		return ow_command_misuse(command, "'%s' is no size: 200M, 1.5GiB, 209715200",
					 arg_heap.limit);
	return OW_EXIT_DONE;
}

int heap_series(const struct ow_command *command, int n, char *argv[], struct ow_arena *arena)
{
	struct ow_heap_series_maker *maker;
	struct ow_heap_trend trend;
	struct ow_err err;
	uint64_t limit;
	int r, status = check_words(command, n, &limit);

	if (status != OW_EXIT_DONE)
		return status;
	maker = ow_heap_series_new((size_t)n, arena);
	if (!maker)
		return ow_command_fail(command, OW_EXIT_FAILED, "there is no memory");
	if (heap_load_each(command, n, argv, take, maker, &err) < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "%s", err.text);
	r = ow_heap_series_end(maker, (int64_t)limit, &trend, &err);
	if (r == -ENOENT)
		return ow_command_fail(command, OW_EXIT_NOTHING, "%s", err.text);
	if (r == 0)
		r = heap_put_out(write_series, &trend, &err);
	return r < 0 ? ow_command_fail(command, OW_EXIT_FAILED, "%s", err.text) : OW_EXIT_DONE;
}
