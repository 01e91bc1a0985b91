/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_GC_LINE_H
#define OW_RENDER_GC_LINE_H

#include <stdio.h>

#include "record/gctrace-form.h"

/*
 * One line of Go's runtime with each of its numbers, as an object of JSON and a line feed:
 *
 *   {"schema": "oomwhy.gcline/1", "kind": "cycle", "versions": "Go 1.18 and later", "setting":
 *   "gctrace=1", "text": "gc 12 @24.600s ...", "numbers": [{"name": "number", "printed": "12",
 *   "value": 12, "unit": null, "help": "..."}, ...], "flags": ["the program called ..."]}
 *
 * Values are in the unit that is named: us, bytes, percent, or null for a count.
 */
void ow_gc_line_json(const struct ow_gc_reading *reading, FILE *out);

#endif
