/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_TABLE_H
#define OW_RENDER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"

/*
 * A table for people, drawn by libsmartcols: aligned, cut to the width of a terminal, every cell
 * made printable. Rows are added one at a time and printed together.
 */
struct ow_table;

struct ow_column {
	const char *name; /* the heading */
	double width; /* as libsmartcols takes it: below 1 a share of the terminal, else columns */
	bool right;   /* numbers */
	bool cut;     /* may be cut when the terminal is too narrow */
};

/* width is in columns; 0 is as wide as it needs to be. NULL when there is no memory. */
struct ow_table *ow_table_new(const struct ow_column *columns, size_t n, size_t width);
struct ow_table *ow_table_free(struct ow_table *table);

static inline void ow_table_freep(struct ow_table **table)
{
	*table = ow_table_free(*table);
}

/* One row of n cells; NULL is "-". Texts are copied. 0 or -ENOMEM. */
int ow_table_add(struct ow_table *table, const char *const *cells);

/* Paints the row that was added last: "red", "yellow". It takes a width, for colours are for
 * terminals. 0 or -ENOMEM. */
int ow_table_paint(struct ow_table *table, const char *colour);

/* 0 or -EIO. */
int ow_table_print(struct ow_table *table, FILE *out);

/* "508.0M": bytes for people, in units of 1024, in the arena. */
char *ow_bytes_text(struct ow_arena *arena, uint64_t bytes);

/* The same in the buffer. */
#define OW_BYTES_MAX 16
char *ow_bytes_in(uint64_t bytes, char buffer[OW_BYTES_MAX]);

#endif
