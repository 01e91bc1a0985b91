/* SPDX-License-Identifier: Apache-2.0 */
#include "record/heap-series.h"

#include "record/heap-table.h"

const char *const ow_heap_growth_names[] = {
	[OW_HEAP_GROWS] = "grows",         [OW_HEAP_SHRINKS] = "shrinks",
	[OW_HEAP_UNSTEADY] = "unsteady",   [OW_HEAP_NOISE] = "noise",
	[OW_HEAP_UNDECIDED] = "undecided",
};

const char *const ow_heap_unit_names[] = {
	[OW_HEAP_PER_HOUR] = "hour",
	[OW_HEAP_PER_STEP] = "step",
};

#define AT(field) offsetof(struct ow_heap_point, field)
static const struct ow_field point_fields[] = {
	FIELD(source, STR, 0, "What the profile was called."),
	{ .name = "time",
	  .type = OW_TYPE_TIME,
	  .offset = AT(time_usec),
	  .have = OW_HEAP_POINT_TIME,
	  .help = "When it was taken; of a page, when the collection that it shows ended." },
	FIELD(before_last_usec, I64, OW_HEAP_POINT_TIME, "How much older than the last it is."),
	FIELD(bytes, I64, 0, "Its total."),
	FIELD(error_bytes, I64, OW_HEAP_POINT_ERROR, "One sigma of it, from sampling."),
};
#undef AT
static const struct ow_fields point_table = TABLE(point_fields, struct ow_heap_point);

#define AT(field) offsetof(struct ow_heap_stray, field)
static const struct ow_field stray_fields[] = {
	FIELD(source, STR, 0, "What the profile was called."),
	FIELD(word, TEXT, 0,
	      "Why it is left out: same (as another), same-state (no collection since another), "
	      "same-moment, delta, rate-zero, other-measure, other-program, other-run."),
	FIELD(detail, STR, 0, "What was seen of it."),
};
#undef AT
static const struct ow_fields stray_table = TABLE(stray_fields, struct ow_heap_stray);

#define AT(field) offsetof(struct ow_heap_growth, field)
static const struct ow_field growth_fields[] = {
	WORD(kind, ow_heap_growth_names,
	     "grows or shrinks: the interval of its slope leaves out 0, and it is more than twice "
	     "the sampling error. unsteady: the last is that much more or less than the first, but "
	     "the interval includes 0. noise: it is within the error, or there is no change. "
	     "undecided: of fewer than four profiles, whose error is not known."),
	FIELD(first_bytes, I64, 0, "At the first point."),
	FIELD(last_bytes, I64, 0, "At the last."),
	FIELD(growth_bytes, I64, 0, "The slope times the time between them."),
	FIELD(error_bytes, I64, OW_HEAP_GROWTH_ERROR,
	      "One sigma of last_bytes - first_bytes, from sampling, as if no object was in both: "
	      "the most that it can be."),
	FIELD(slope_bytes, I64, 0, "What is added each unit."),
	FIELD(low_bytes, I64, OW_HEAP_GROWTH_INTERVAL,
	      "Where its 95 % interval begins: Sen's of four points or more, else twice the "
	      "sampling error."),
	FIELD(high_bytes, I64, OW_HEAP_GROWTH_INTERVAL, "Where it ends."),
	FIELD(share_permyriad, I64, OW_HEAP_GROWTH_SHARE,
	      "Part of the growth of the total. Shares add up to about one; what shrinks has less "
	      "than none."),
	FIELD(rises, U64, 0, "How often it was more than at the point before."),
	FIELD(falls, U64, 0, "How often it was less."),
};
#undef AT
static const struct ow_fields growth_table = TABLE(growth_fields, struct ow_heap_growth);

#define AT(field) offsetof(struct ow_heap_series_row, field)
static const struct ow_field row_fields[] = {
	GROUP(site, 0, ow_heap_frame_fields, "Where it is allocated."),
	GROUP(who, OW_HEAP_ROW_WHO, ow_heap_frame_fields,
	      "For whom: from the leaf on the first frame that is the user's own code."),
	GROUP(growth, 0, growth_table, "How it grows."),
	NAMED("new", is_new, BOOL, "Nothing was there at the first point."),
	NAMED("gone", is_gone, BOOL, "Nothing is left at the last."),
	FIELD(bytes, I64S, 0, "At each point."),
};
#undef AT
static const struct ow_fields row_table = TABLE(row_fields, struct ow_heap_series_row);

#define AT(field) offsetof(struct ow_heap_reach, field)
static const struct ow_field reach_fields[] = {
	FIELD(limit_bytes, I64, 0, "What --limit said."),
	FIELD(likely_usec, I64, OW_HEAP_REACH_TIME,
	      "From the last point on, until the total alone fills the limit at that slope. The "
	      "process takes more than its live heap: it gets there sooner."),
	FIELD(soonest_usec, I64, OW_HEAP_REACH_TIME, "At the steep end of the interval."),
	FIELD(latest_usec, I64, OW_HEAP_REACH_TIME, "At the other end."),
	FIELD(likely_steps, I64, OW_HEAP_REACH_STEPS, "The same, where the unit is a step."),
	FIELD(soonest_steps, I64, OW_HEAP_REACH_STEPS, "As above."),
	FIELD(latest_steps, I64, OW_HEAP_REACH_STEPS, "As above."),
	FIELD(why, TEXT, 0, "Why it cannot be said, when it cannot."),
};
#undef AT
static const struct ow_fields reach_table = TABLE(reach_fields, struct ow_heap_reach);

#define AT(field) offsetof(struct ow_heap_series, field)
static const struct ow_field series_fields[] = {
	WORD(unit, ow_heap_unit_names,
	     "What slopes are by: hour, or step (from one profile to the next) where the times are "
	     "not known."),
	FIELD(span_usec, I64, OW_HEAP_SERIES_SPAN, "From the first point to the last."),
	LIST(points, point_table, "The profiles, the oldest first."),
	LIST(strays, stray_table, "Profiles that were named and do not belong to these."),
	GROUP(total, 0, growth_table, "How all of it grows."),
	GROUP(reach, OW_HEAP_SERIES_REACH, reach_table, "When the limit is reached."),
	NAMED("new", n_new, U64, "Rows with nothing at the first point."),
	NAMED("gone", n_gone, U64, "Rows with nothing at the last."),
	NAMED("noise", n_noise, U64, "Rows whose growth is noise."),
	LIST(rows, row_table,
	     "One path each: what grows by what it adds, then what is unsteady, what shrinks, and "
	     "noise."),
};
#undef AT
static const struct ow_fields series_table = TABLE(series_fields, struct ow_heap_series);

#define AT(field) offsetof(struct ow_heap_trend, field)
static const struct ow_field trend_fields[] = {
	FIELD(program, STR, 0, "The base name of the first mapped file."),
	FIELD(build_id, STR, 0, "Its build id."),
	WORD(measure, ow_heap_measure_names,
	     "What is followed: inuse, or alloc where the profiles have nothing else."),
	GROUP(series, 0, series_table, "The growth."),
};
#undef AT
const struct ow_fields ow_heap_trend_fields = {
	.schema = "oomwhy.heap/1",
	.item = trend_fields,
	.n = sizeof(trend_fields) / sizeof(trend_fields[0]),
	.size = sizeof(struct ow_heap_trend),
};
