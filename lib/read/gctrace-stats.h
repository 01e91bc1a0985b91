/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GCTRACE_STATS_H
#define OW_READ_GCTRACE_STATS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/pattern.h"
#include "base/scan.h"
#include "record/memstats.h"

/*
 * runtime.MemStats as programs print them by hand. Names are those of its fields, in any case and
 * with any signs between their parts:
 *
 *   Heap allocs: 123 Heap frees: 45 Heap objects: 78      Mallocs, Frees, HeapObjects
 *   Alloc = 5 MiB	TotalAlloc = 12 MiB	Sys = 24 MiB	NumGC = 3
 *   {"memstats": {"Alloc":5242880,"HeapInuse":6291456, ...}}
 *   heap_alloc=5242880 heap_inuse=6291456
 *
 * A number without a unit is of bytes. KB, MB and GB are taken for 2^10, 2^20 and 2^30: those who
 * print them divide by 1024.
 */

/* Adds what the text says; of a name that is there twice the first counts. Returns how many fields
 * were added; then *at is where the first name begins. */
size_t ow_gc_stats_read(struct ow_str text, struct ow_memstats *stats, size_t *at);

/* The same by a pattern whose named groups are fields: (?<heap_alloc>\d+). *at is where the first
 * group begins. */
size_t ow_gc_stats_match(const struct ow_pattern *pattern, struct ow_str text,
			 struct ow_memstats *stats, size_t *at);

/* Adds what other has and stats has not. */
void ow_gc_stats_add(struct ow_memstats *stats, const struct ow_memstats *other);

/* -EINVAL when a named group is no field, or none is named. */
int ow_gc_stats_check(const struct ow_pattern *pattern, struct ow_err *err);

/* Is that enough to be an event? One number alone may be anything. */
bool ow_gc_stats_is_enough(const struct ow_memstats *stats);

#endif
