/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_HEAP_SERIES_INTERNAL_H
#define OW_ANALYZE_HEAP_SERIES_INTERNAL_H

#include "analyze/heap-series.h"
#include "base/intern.h"

/* What the files behind heap-series.h share; for nobody else. */

/* A profile as it came. */
struct series_source {
	struct ow_heap_point point;
	struct ow_str program, build_id;
	unsigned measure;
	bool is_difference;
	bool is_unsampled;  /* its program sampled nothing */
	bool has_allocated; /* all that was ever allocated is known */
	int64_t allocated_bytes;
	uint64_t program_start, vdso_start; /* where they were mapped; 0: not known */
	size_t number;                      /* of its values in each path, as they came */
	size_t run;                         /* of those that are not left out, from 0 */
	const char *parted;                 /* why it begins a new run; NULL: it does not */
	const char *word;                   /* why it is left out; NULL: it is not */
	const char *detail;
};

/* A path in all profiles. */
struct series_path {
	struct ow_heap_frame site, who;
	bool has_who;
	int64_t *bytes, *error; /* of each source, by its number */
};

struct ow_heap_series_maker {
	struct ow_arena *arena;
	struct series_source *source;
	size_t n, room;
	struct ow_intern paths;
	struct series_path *path;
	size_t n_paths;
};

/* Puts the sources in their order and says which are left out. *is_timed: they have times. */
void series_choose(struct ow_heap_series_maker *maker, bool *is_timed);

/* What growths are worked out of. */
struct series_axis {
	const size_t *number; /* of the points in the values of a path */
	const double *at;     /* hours or steps, from 0 */
	size_t n;
	struct ow_arena *scratch;
};

/* The growth of values. error may be NULL: not known. Returns 0 or -ENOMEM. */
int series_fit(const struct series_axis *axis, const int64_t *bytes, const int64_t *error,
	       struct ow_heap_growth *ret);

/* When the limit is reached. */
void series_reach(const struct ow_heap_series *series, int64_t limit_bytes,
		  struct ow_heap_reach *ret);

#endif
