/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_CHART_H
#define OW_RENDER_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * A value over time for a terminal, in blocks of eighths or in ASCII:
 *
 *   78M ┤        ░░▄
 *       ┤    ░░░▄███
 *     0 ┤░▄▄▄███████
 *
 * value is the solid part, above (which may be NULL) what reaches higher: a heap's live part and
 * its largest size. A column each, NAN where there is none. Both are at least 0.
 */
struct ow_chart {
	const double *value, *above;
	size_t n;          /* columns */
	size_t rows;       /* at least 1 */
	double top;        /* what the highest row reaches; 0: the largest there is */
	const char *label; /* of the top */
	bool ascii;
};

/* Each line begins with so many blanks. */
void ow_chart_write(const struct ow_chart *chart, size_t indent, FILE *out);

#endif
