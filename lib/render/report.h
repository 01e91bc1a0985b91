/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_REPORT_H
#define OW_RENDER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/report.h"

/* How a report for people is written; programs get JSON, which has no style. */
struct ow_report_style {
	size_t width; /* columns of the terminal; 0 is 80 */
	bool colour;
};

/* Writes the report to out. Returns 0, -ENOMEM, or -EIO when out did not take it all. */
typedef int ow_report_fn(const struct ow_report *report, const struct ow_report_style *style,
			 FILE *out);

int ow_report_text(const struct ow_report *report, const struct ow_report_style *style, FILE *out);
int ow_report_markdown(const struct ow_report *report, const struct ow_report_style *style,
		       FILE *out);
int ow_report_json(const struct ow_report *report, const struct ow_report_style *style, FILE *out);

/* The same for a document that is no report. */
typedef int ow_doc_fn(const struct ow_doc *doc, const struct ow_report_style *style, FILE *out);

int ow_doc_print_text(const struct ow_doc *doc, const struct ow_report_style *style, FILE *out);
int ow_doc_print_markdown(const struct ow_doc *doc, const struct ow_report_style *style, FILE *out);

struct ow_report_format {
	const char *name;   /* "markdown" */
	const char *ending; /* of a file that is written in it: ".md" */
	ow_report_fn *write;
};

extern const struct ow_report_format ow_report_formats[];
extern const size_t ow_report_formats_n;

/* By its name, or by the ending of a path; NULL when there is none. */
const struct ow_report_format *ow_report_format_find(const char *name);
const struct ow_report_format *ow_report_format_for(const char *path);

#endif
