/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_FLOW_H
#define OW_RENDER_FLOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "report/doc.h"

/*
 * Text on its way to a terminal: escaped, every byte with its ink, broken into lines of a width.
 */
struct ow_flow {
	const char *bytes;
	const uint8_t *ink; /* an enum ow_ink for each byte */
	size_t n;
};

/* A line of a flow: bytes from at, n of them. */
struct ow_flow_line {
	size_t at, n, columns;
};

int ow_flow_make(const struct ow_text *text, struct ow_arena *arena, struct ow_flow *ret);

/*
 * Breaks a flow at blanks into lines of at most width columns; a word that is wider is cut. Inside
 * quotes of a command no blank is a place to break. There is at least one line.
 */
int ow_flow_break(const struct ow_flow *flow, size_t width, struct ow_arena *arena,
		  struct ow_flow_line **ret, size_t *n);

/* Columns of the flow on one line. */
size_t ow_flow_columns(const struct ow_flow *flow);

/* Writes the line, in colours or without. */
void ow_flow_print(const struct ow_flow *flow, const struct ow_flow_line *line, bool colour,
		   FILE *out);

#endif
