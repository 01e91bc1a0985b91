/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_ZONES_H
#define OW_REPORT_ZONES_H

#include "analyze/zones.h"
#include "report/doc.h"

/*
 * Why free memory did not help: a sentence, and a table with a row for each zone.
 *
 *   wanted was one page from zone Movable or a lower one; of 51,716 kB free nothing could be used
 *
 *   Zone     Free       Must stay  Usable  Largest  Verdict    Line
 *   0 DMA    7,124 kB   7,128 kB   0       2 MiB    reserved   36, 37
 *   0 DMA32  44,592 kB  44,640 kB  0       4 MiB    below min  38
 */

/* Is there anything to say? Not where the record has no zones, or nobody asked for memory. */
bool ow_zones_told(const struct ow_zones *zones);

/* The sentence, at the end of the document's last text, without its full stop. */
void ow_zones_say(const struct ow_zones *zones, struct ow_doc *doc);

/* Puts what a row rests on, lines of the record, at the end of the document's last text. */
typedef void ow_zone_cite_fn(void *arg, const size_t *line, size_t n);

void ow_zones_table(const struct ow_zones *zones, struct ow_doc *doc, ow_zone_cite_fn *cite,
		    void *arg);

/* An ow_zone_cite_fn: "36, 37, 40". arg is the document. */
void ow_zone_cite_lines(void *doc, const size_t *line, size_t n);

#endif
