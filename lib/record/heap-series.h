/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_HEAP_SERIES_H
#define OW_RECORD_HEAP_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scan.h"
#include "record/field.h"
#include "record/heap.h"

/*
 * What several heap profiles of one process say about growth: of all, and of each path (site and
 * who, as a row of a struct ow_heap). ow_heap_series_end (analyze/heap-series.h) makes it.
 */

/* What is known of a growth. */
enum ow_heap_growth_kind {
	OW_HEAP_GROWS,
	OW_HEAP_SHRINKS,
	OW_HEAP_UNSTEADY,  /* it is more or less in the end, but its interval includes 0 */
	OW_HEAP_NOISE,     /* it is within the sampling error, or there is none */
	OW_HEAP_UNDECIDED, /* too few profiles without a known error */
};

/* One profile of the series. */
struct ow_heap_point {
	unsigned have;        /* enum ow_heap_point_have */
	struct ow_str source; /* the file, as it was named */
	int64_t time_usec; /* when it was taken; of a page, when the collection that it shows ended
			    */
	int64_t before_last_usec; /* how much older than the last one it is */
	int64_t bytes, error_bytes;
};

enum ow_heap_point_have {
	OW_HEAP_POINT_TIME = 1 << 0, /* time_usec and before_last_usec */
	OW_HEAP_POINT_ERROR = 1 << 1,
};

/* A profile that was named and is not of the series. */
struct ow_heap_stray {
	unsigned have; /* always 0 */
	struct ow_str source;
	const char *word;     /* "same", "delta", "other-program", "other-run", ... */
	struct ow_str detail; /* what was seen; may be empty */
};

/*
 * A growth: by a line through all points (Theil-Sen, Sen's 95 % interval) where there are four or
 * more, else by the first and the last (twice the sampling error of both). The slope is in bytes
 * each unit of the series.
 */
struct ow_heap_growth {
	unsigned have; /* enum ow_heap_growth_have */
	unsigned kind; /* enum ow_heap_growth_kind */
	int64_t first_bytes, last_bytes;
	int64_t growth_bytes; /* slope x the time from the first to the last */
	int64_t error_bytes;  /* one sigma of sampling, of last - first, were nothing the same */
	int64_t slope_bytes, low_bytes, high_bytes;
	int64_t share_permyriad; /* of the growth of the total, when that grows */
	uint64_t rises, falls;   /* from one point to the next */
};

enum ow_heap_growth_have {
	OW_HEAP_GROWTH_INTERVAL = 1 << 0, /* low_bytes and high_bytes */
	OW_HEAP_GROWTH_ERROR = 1 << 1,
	OW_HEAP_GROWTH_SHARE = 1 << 2,
};

struct ow_heap_series_row {
	unsigned have;             /* enum ow_heap_row_have, of who */
	struct ow_heap_frame site; /* where it is allocated, */
	struct ow_heap_frame who;  /* and for whom */
	struct ow_heap_growth growth;
	bool is_new;          /* nothing at the first point: it came later */
	bool is_gone;         /* nothing at the last: it went */
	struct ow_list bytes; /* int64_t, at each point */
};

/* When the limit is reached if it goes on so. */
struct ow_heap_reach {
	unsigned have; /* enum ow_heap_reach_have */
	int64_t limit_bytes;
	int64_t likely_usec, soonest_usec, latest_usec;    /* from the last point on; or, */
	int64_t likely_steps, soonest_steps, latest_steps; /* where the unit is a step */
	const char *why;                                   /* why it is not said, when it is not */
};

enum ow_heap_reach_have {
	OW_HEAP_REACH_TIME = 1 << 0,
	OW_HEAP_REACH_STEPS = 1 << 1,
};

enum ow_heap_unit {
	OW_HEAP_PER_HOUR,
	OW_HEAP_PER_STEP, /* from one profile to the next: their times are not known */
};

struct ow_heap_series {
	unsigned have; /* enum ow_heap_series_have */
	unsigned unit; /* enum ow_heap_unit */
	int64_t span_usec;
	struct ow_list points; /* struct ow_heap_point, the oldest first */
	struct ow_list strays; /* struct ow_heap_stray */
	struct ow_heap_growth total;
	struct ow_heap_reach reach;
	uint64_t n_new, n_gone, n_noise; /* rows */
	struct ow_list rows; /* struct ow_heap_series_row: what grows by what it adds, what is
				unsteady, what shrinks, and noise; the largest first of each */
};

enum ow_heap_series_have {
	OW_HEAP_SERIES_SPAN = 1 << 0,
	OW_HEAP_SERIES_REACH = 1 << 1, /* a limit was given */
};

/* A series with what it is of: the JSON of `oomwhy heap --series --json`. */
struct ow_heap_trend {
	unsigned have; /* always 0 */
	struct ow_str program, build_id;
	unsigned measure; /* enum ow_heap_measure */
	struct ow_heap_series series;
};

/* "grows", "shrinks", "noise", "undecided"; "hour", "step". */
extern const char *const ow_heap_growth_names[];
extern const char *const ow_heap_unit_names[];

/* "oomwhy.heap/1", too: with series in place of rows. */
extern const struct ow_fields ow_heap_trend_fields;

static inline const struct ow_heap_point *ow_heap_points(const struct ow_heap_series *series)
{
	return (const struct ow_heap_point *)series->points.item;
}

#endif
