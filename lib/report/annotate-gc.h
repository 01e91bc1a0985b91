/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_ANNOTATE_GC_H
#define OW_REPORT_ANNOTATE_GC_H

#include "base/arena.h"
#include "record/gctrace-form.h"
#include "report/doc.h"

/*
 * One line of Go's runtime explained: which versions print it and why, each number with what it
 * says, phase by phase where it is a collection, and what the numbers say together.
 *
 *   gc 12 @24.600s 0%: 0.13+1.3+0.02 ms clock, ...
 *
 *   Phase              wall clock  CPU time
 *   sweep termination  0.13 ms     0.27 ms    the world stood still: ...
 *
 * Returns 0 or -ENOMEM with ret as it was. The document lives in the arena and points into the
 * text of the reading.
 */
int ow_annotate_gc(const struct ow_gc_reading *reading, struct ow_arena *arena, struct ow_doc *ret);

#endif
