/* SPDX-License-Identifier: Apache-2.0 */
#include "report/heap-series.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analyze/words.h"
#include "base/time.h"
#include "report/heap.h"

#define READABLE OW_MIB(1) /* a slope is told by the shortest time in which it adds so much */

/* What slopes are told by. */
struct rate {
	const char *each; /* "a minute" */
	double of_unit;   /* such times in a unit of the series */
};

struct draft {
	const struct ow_heap_trend *trend;
	const struct ow_heap_series *series;
	struct ow_arena *arena;
	struct ow_doc *doc;
	struct rate rate;
};

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static uint64_t size_of(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static struct rate rate_of(const struct ow_heap_series *series)
{
	static const struct rate rates[] = {
		{ "a second", 1 / 3600.0 },
		{ "a minute", 1 / 60.0 },
		{ "an hour", 1 },
		{ "a day", 24 },
	};
	uint64_t slope = size_of(series->total.slope_bytes);
	const struct ow_heap_series_row *row = series->rows.item;
	size_t i = 0;

	if (series->unit == OW_HEAP_PER_STEP)
		return (struct rate){ "a step", 1 };
	if (series->rows.n && size_of(row->growth.slope_bytes) > slope)
		slope = size_of(row->growth.slope_bytes);
	while (i + 1 < OW_ARRAY_SIZE(rates) && (double)slope * rates[i].of_unit < READABLE)
		i++;
	return rates[i];
}

/* "+6.7 MiB" */
static const char *signed_text(const struct draft *d, double bytes)
{
	const int64_t whole = bytes > 9e18    ? INT64_MAX
			      : bytes < -9e18 ? -INT64_MAX
					      : (int64_t)bytes;

	return or_empty(ow_printf(d->arena, "%s%s", whole > 0 ? "+" : "",
				  ow_heap_bytes_text(d->arena, whole)));
}

static const char *slope_text(const struct draft *d, int64_t slope)
{
	return signed_text(d, (double)slope * d->rate.of_unit);
}

/* "+37.7 to +75.3 MiB": in one unit where that is the same for both. */
static const char *interval_text(const struct draft *d, const struct ow_heap_growth *growth)
{
	const char *low = slope_text(d, growth->low_bytes),
		   *high = slope_text(d, growth->high_bytes);
	const char *unit = strchr(low, ' '), *other = strchr(high, ' ');
	const bool same = unit && other && strcmp(unit, other) == 0;

	if (!(growth->have & OW_HEAP_GROWTH_INTERVAL))
		return "not known";
	return or_empty(ow_printf(d->arena, "%.*s to %s",
				  (int)(same ? unit - low : (int)strlen(low)), low, high));
}

static const char *measure_word(const struct draft *d)
{
	return d->trend->measure == OW_HEAP_MEASURE_INUSE ? "in use" : "allocated";
}

static void say_total(struct draft *d)
{
	static const char *const verb[] = {
		[OW_HEAP_GROWS] = "grows:",
		[OW_HEAP_SHRINKS] = "shrinks:",
		[OW_HEAP_UNSTEADY] = "changes, but not steadily:",
		[OW_HEAP_NOISE] = "does not grow, for all that is known:",
		[OW_HEAP_UNDECIDED] = "may grow:",
	};
	const struct ow_heap_growth *total = &d->series->total;
	const size_t n = d->series->points.n;

	ow_doc_block(d->doc, OW_BLOCK_TITLE);
	ow_doc_text(d->doc);
	ow_doc_say(d->doc, OW_INK_STRONG, "%s %s %s %s", measure_word(d), verb[total->kind],
		   slope_text(d, total->slope_bytes), d->rate.each);
	if (d->trend->program.n)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %.*s", (int)d->trend->program.n,
			   d->trend->program.p);
	ow_doc_say(d->doc, OW_INK_PLAIN, ", %zu profiles", n);
	if (d->series->have & OW_HEAP_SERIES_SPAN)
		ow_doc_say(d->doc, OW_INK_PLAIN, " over %s",
			   ow_words_span(d->arena, size_of(d->series->span_usec)));
	ow_doc_para(d->doc, "From %s to %s; it rose %" PRIu64 " of %zu times. ",
		    ow_heap_bytes_text(d->arena, total->first_bytes),
		    ow_heap_bytes_text(d->arena, total->last_bytes), total->rises, n - 1);
	if (total->have & OW_HEAP_GROWTH_INTERVAL)
		ow_doc_say(d->doc, OW_INK_PLAIN, "The slope is %s %s (%s).",
			   interval_text(d, total), d->rate.each,
			   n < 4 ? "twice the sampling error of the first and the last; from four "
				   "profiles on they speak for themselves"
				 : "95 %, Theil-Sen");
	else
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   "How sure the slope is is not known: the profiles have no error, and "
			   "are fewer than four.");
	if (d->series->unit == OW_HEAP_PER_STEP)
		ow_doc_para(d->doc,
			    "Not all of the profiles say when they were taken: a step is from "
			    "one to the next, in the order in which they were named.");
}

static void say_reach(struct draft *d)
{
	const struct ow_heap_reach *reach = &d->series->reach;
	const char *limit = ow_words_bytes(d->arena, size_of(reach->limit_bytes));

	if (!(d->series->have & OW_HEAP_SERIES_REACH))
		return;
	if (reach->why) {
		ow_doc_para(d->doc, "When the limit of %s is reached cannot be said: %s.", limit,
			    reach->why);
		return;
	}
	if (reach->have & OW_HEAP_REACH_STEPS)
		ow_doc_para(d->doc,
			    "At that slope the limit of %s is reached in %" PRId64 " steps "
			    "(%" PRId64 " to %" PRId64 ")",
			    limit, reach->likely_steps, reach->soonest_steps, reach->latest_steps);
	else
		ow_doc_para(d->doc,
			    "At that slope the limit of %s is reached %s after the last "
			    "(%s to %s)",
			    limit, ow_words_span(d->arena, size_of(reach->likely_usec)),
			    ow_words_span(d->arena, size_of(reach->soonest_usec)),
			    ow_words_span(d->arena, size_of(reach->latest_usec)));
	ow_doc_say(
		d->doc, OW_INK_PLAIN,
		" by what the profiles show alone. The process takes more, garbage and stacks and "
		"the rest: it gets there sooner.");
}

static void cell(struct draft *d, enum ow_ink ink, const char *text)
{
	ow_doc_item(d->doc, ink, "%s", text);
}

static const char *share_text(const struct draft *d, const struct ow_heap_growth *growth)
{
	const int64_t share = growth->share_permyriad;

	if (!(growth->have & OW_HEAP_GROWTH_SHARE))
		return "";
	if (share > 0 && share < 50)
		return "<1 %";
	return or_empty(
		ow_printf(d->arena, "%" PRId64 " %%", (share + (share < 0 ? -50 : 50)) / 100));
}

/* Where it is allocated, below whom it is for; "" when both are one. */
static const char *site_text(const struct draft *d, const struct ow_heap_series_row *row)
{
	if (row->have & OW_HEAP_ROW_WHO && ow_heap_same_frame(&row->site, &row->who))
		return "";
	return or_empty(ow_printf(d->arena, "in %s", ow_heap_frame_text(d->arena, &row->site)));
}

static const char *mark_of(const struct ow_heap_series_row *row)
{
	if (row->growth.kind == OW_HEAP_GROWS || row->growth.kind == OW_HEAP_SHRINKS)
		return row->is_gone ? "gone" : row->is_new ? "new" : "";
	return ow_heap_growth_names[row->growth.kind];
}

static void say_row(struct draft *d, const struct ow_heap_series_row *row)
{
	const struct ow_heap_growth *growth = &row->growth;

	cell(d, OW_INK_PLAIN, signed_text(d, (double)growth->growth_bytes));
	cell(d, OW_INK_PLAIN, slope_text(d, growth->slope_bytes));
	cell(d, OW_INK_PLAIN, share_text(d, growth));
	cell(d, OW_INK_PLAIN,
	     or_empty(ow_printf(d->arena, "%s to",
				ow_heap_bytes_text(d->arena, growth->first_bytes))));
	cell(d, OW_INK_PLAIN,
	     or_empty(ow_printf(d->arena, "%" PRIu64 "/%zu", growth->rises, row->bytes.n - 1)));
	if (row->have & OW_HEAP_ROW_WHO)
		cell(d, OW_INK_STRONG, ow_heap_frame_text(d->arena, &row->who));
	else
		cell(d, OW_INK_PLAIN, "no code of yours");

	cell(d, OW_INK_PLAIN,
	     growth->have & OW_HEAP_GROWTH_ERROR
		     ? or_empty(ow_printf(d->arena, "\xc2\xb1%s",
					  ow_heap_bytes_text(d->arena, growth->error_bytes)))
		     : "");
	cell(d, OW_INK_PLAIN, interval_text(d, growth));
	cell(d, OW_INK_PLAIN, "");
	cell(d, OW_INK_PLAIN, ow_heap_bytes_text(d->arena, growth->last_bytes));
	cell(d, OW_INK_PLAIN, mark_of(row));
	cell(d, OW_INK_PLAIN, site_text(d, row));
}

static void say_rows(struct draft *d, size_t most)
{
	const struct ow_heap_series_row *row = d->series->rows.item;
	const size_t all = d->series->rows.n, n = most < all ? most : all;

	if (n)
		ow_doc_table(d->doc,
			     (const char *const[]){ "adds", d->rate.each, "share", measure_word(d),
						    "rose", "for whom, and where", NULL });
	for (size_t i = 0; i < n; i++)
		say_row(d, &row[i]);
	ow_doc_para(
		d->doc,
		"\xc2\xb1 is one sigma of sampling, of the first and the last together. Of %s path%s "
		"%s %s nothing in the first profile and %s nothing in the last.",
		ow_words_count(d->arena, all), all == 1 ? "" : "s",
		ow_words_count(d->arena, d->series->n_new), d->series->n_new == 1 ? "has" : "have",
		ow_words_count(d->arena, d->series->n_gone));
	if (d->series->n_noise)
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   " %s %s noise: what they changed is less than twice that, or nothing.",
			   ow_words_count(d->arena, d->series->n_noise),
			   d->series->n_noise == 1 ? "is" : "are");
	if (n < all)
		ow_doc_say(d->doc, OW_INK_PLAIN, " -n %zu shows all.", all);
}

static void say_strays(struct draft *d)
{
	const struct ow_heap_stray *stray = d->series->strays.item;

	if (d->series->strays.n == 0)
		return;
	ow_doc_heading(d->doc, 1, "Left out");
	ow_doc_block(d->doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < d->series->strays.n; i++) {
		ow_doc_item(d->doc, OW_INK_CODE, "%s", stray[i].word);
		ow_doc_say(d->doc, OW_INK_PLAIN, ": %.*s", (int)stray[i].source.n,
			   stray[i].source.p);
		if (stray[i].detail.n)
			ow_doc_say(d->doc, OW_INK_PLAIN, " (%.*s)", (int)stray[i].detail.n,
				   stray[i].detail.p);
	}
}

static void say_points(struct draft *d)
{
	const struct ow_heap_point *point = ow_heap_points(d->series);
	char time[OW_TIME_MAX];

	ow_doc_heading(d->doc, 1, "The profiles");
	ow_doc_block(d->doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < d->series->points.n; i++) {
		ow_doc_item(d->doc, OW_INK_PLAIN, "%.*s: %s", (int)point[i].source.n,
			    point[i].source.p, ow_heap_bytes_text(d->arena, point[i].bytes));
		if (point[i].have & OW_HEAP_POINT_ERROR)
			ow_doc_say(d->doc, OW_INK_PLAIN, " \xc2\xb1%s",
				   ow_heap_bytes_text(d->arena, point[i].error_bytes));
		if (!(point[i].have & OW_HEAP_POINT_TIME))
			continue;
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %s", ow_time_local(point[i].time_usec, time));
		if (i + 1 < d->series->points.n && d->series->unit == OW_HEAP_PER_HOUR)
			ow_doc_say(d->doc, OW_INK_PLAIN, ", %s before the last",
				   ow_words_span(d->arena, size_of(point[i].before_last_usec)));
	}
	if (d->trend->measure == OW_HEAP_MEASURE_INUSE)
		ow_doc_para(d->doc,
			    "Each is the state of a collection some time before it was taken, as "
			    "a rule the last but one: growth since then is in none of them.");
}

int ow_heap_series_doc(const struct ow_heap_trend *trend, size_t rows, struct ow_arena *arena,
		       struct ow_doc *ret)
{
	struct ow_doc doc = { .arena = arena };
	struct draft draft = {
		.trend = trend,
		.series = &trend->series,
		.arena = arena,
		.doc = &doc,
		.rate = rate_of(&trend->series),
	};

	say_total(&draft);
	say_reach(&draft);
	say_rows(&draft, rows);
	say_strays(&draft);
	say_points(&draft);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	*ret = doc;
	return 0;
}
