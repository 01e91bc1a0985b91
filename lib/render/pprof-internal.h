/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_PPROF_INTERNAL_H
#define OW_RENDER_PPROF_INTERNAL_H

#include "base/measure.h"
#include "render/pprof.h"

/* What the reports share; for nobody else. */

/* A name without what a terminal would obey. Lasts as long as the report. NULL at the limit. */
const char *pprof_name(const struct ow_pprof *pprof, struct ow_str name);

/* As above for a line of source: tabs stay. */
const char *pprof_source_line(const struct ow_pprof *pprof, struct ow_str line);

/* As it is shown: multiplied by the ratio, in the unit of the report. */
char *pprof_value(const struct ow_pprof *pprof, int64_t value, char buffer[OW_MEASURE_MAX]);

/* As above, and a point for 0. */
char *pprof_value_or_point(const struct ow_pprof *pprof, int64_t value,
			   char buffer[OW_MEASURE_MAX]);

/* "inuse_space", "mean_inuse_space" */
const char *pprof_type(const struct ow_pprof *pprof);

/* What the sum of a sample counts, with a mean divided. */
int64_t pprof_sample_value(const struct ow_pprof *pprof, const struct ow_profile_sample *sample);

/* Settles the unit when it is "minimum": that of the smallest value, but no smaller than it takes
 * to show the largest with five digits. whole: values have to be whole numbers. */
int pprof_settle_unit(struct ow_pprof *pprof, bool whole);

/* The lines of a head; texts of the arena. */
struct pprof_lines {
	const char **line;
	size_t n;
};

int pprof_lines_add(const struct ow_pprof *pprof, struct pprof_lines *lines, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

/* What describes the profile: file, type, time. */
int pprof_profile_head(const struct ow_pprof *pprof, struct pprof_lines *lines);

/* And what of it is shown. picture: all of it, with a word on how to read it. */
int pprof_report_head(const struct ow_pprof *pprof, bool picture, struct pprof_lines *lines);

int pprof_full(struct ow_err *err);

#endif
