/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_HEAP_H
#define OW_REPORT_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "record/heap.h"
#include "report/doc.h"

/*
 * What a heap profile says, for people: the total with its error, the age of the numbers, the
 * largest rows with whose code is behind them, what is odd about the profile, and what to ask next.
 */
struct ow_heap_style {
	size_t rows;               /* at most */
	const char *const *source; /* what the profiles are called, for commands to copy */
	size_t n_sources;
	bool live; /* one of them is a server, not a file */
};

/* The document lives in the arena and points into the heap. 0 or -ENOMEM. */
int ow_heap_doc(const struct ow_heap *heap, const struct ow_heap_style *style,
		struct ow_arena *arena, struct ow_doc *ret);

/* "28.1 MiB", "-512 bytes": to be read at a glance. "" when the arena refuses (it remembers). */
const char *ow_heap_bytes_text(struct ow_arena *arena, int64_t bytes);

/* "main.grow main.go:13", "0x47f3a1": a frame in a line. As above. */
const char *ow_heap_frame_text(struct ow_arena *arena, const struct ow_heap_frame *frame);

#endif
