/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_HEAP_SERIES_H
#define OW_REPORT_HEAP_SERIES_H

#include <stddef.h>

#include "base/arena.h"
#include "record/heap-series.h"
#include "report/doc.h"

/*
 * What several profiles say about growth, for people: how fast all of it grows and how sure that
 * is, when a limit is reached, the paths that add most, and which profiles that rests on. At most
 * so many rows. The document lives in the arena and points into the trend. 0 or -ENOMEM.
 */
int ow_heap_series_doc(const struct ow_heap_trend *trend, size_t rows, struct ow_arena *arena,
		       struct ow_doc *ret);

#endif
