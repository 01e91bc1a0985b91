/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_ZONES_H
#define OW_ANALYZE_ZONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/request.h"
#include "base/arena.h"
#include "record/oom.h"

/*
 * Why memory that was free did not help: which zones could have served the request, and why each of
 * them did not, as the kernel decides it (__zone_watermark_ok() in mm/page_alloc.c):
 *
 *   usable = free - (2^order - 1 pages) - set aside
 *   a zone serves a request when usable > min + reserve and, for order > 0, one free block of
 * 2^order pages or more is of a type that the request may use
 *
 *   reserve     lowmem_reserve[] at the highest zone that the request may use
 *   set aside   CMA pages, unless the request is movable; and what is kept for requests of several
 *               pages that cannot wait (reserved_highatomic; free_highatomic where it is printed)
 *   min         half of it for __GFP_HIGH, and of that three quarters for what cannot wait
 *   types       U, E and M; C for movable requests; H for those that cannot wait
 *
 * Up to 4.3 larger requests had to leave, for each order k up to their own, more than min / 2^k in
 * blocks of that order or more, of any type.
 *
 * After sixteen rounds of reclaim without progress the kernel tries once more before it kills, and
 * then asks for the high mark instead of min: a zone that is between the two ("narrow") is no
 * contradiction. A request that may fail has no such try. Mem-Info is printed a moment after the
 * last try; what other CPUs freed meanwhile is in it.
 */
enum ow_serves {
	OW_SERVES_OPEN,     /* cannot be told: why_not */
	OW_SERVES_HIGHER,   /* the zone is above what the request may use */
	OW_SERVES_NODE,     /* the node is none that the request may use */
	OW_SERVES_SHORT,    /* free is not above min */
	OW_SERVES_RESERVED, /* it is, but not above min and reserve */
	OW_SERVES_ATOMIC,   /* it would be, but for what requests that cannot wait have reserved */
	OW_SERVES_CMA,      /* it would be, but for CMA pages */
	OW_SERVES_BLOCKS,   /* enough pages are free, but no block, or too few, of that size */
	OW_SERVES_NARROW,   /* it could, but is not above high and reserve */
	OW_SERVES_YES,      /* it could when this was printed */
	OW_SERVES_COUNT,
};

/* In a table, "reserved", and in a sentence: "what is left is kept for requests that can use no
 * higher zone (lowmem_reserve)". */
extern const char *const ow_serves_names[OW_SERVES_COUNT];
extern const char *const ow_serves_words[OW_SERVES_COUNT];

struct ow_zone_row {
	const struct ow_oom_zone *zone;
	enum ow_serves serves;
	const char *why_not;    /* of OPEN: a static text */
	bool have_keep;         /* keep_bytes and usable_bytes are known */
	uint64_t keep_bytes;    /* what must stay free: min and reserve */
	uint64_t reserve_bytes; /* the latter alone */
	uint64_t aside_bytes;   /* CMA and highatomic pages that the request may not use */
	uint64_t usable_bytes;  /* of free: what the request and others like it can have; 0 too */
	uint64_t spare_bytes;   /* pages above high and reserve, whatever their blocks */
	bool have_largest;      /* the list of free blocks is whole */
	uint64_t largest_bytes; /* the largest free block that the request may use; 0: none */
};

/* Of what the eligible zones manage. The counters are of a moment after the decision: the spare
 * pages of real records were up to 0.1 %. */
#define OW_SPARE 0.01

struct ow_zones {
	struct ow_request request;
	struct ow_zone_row *row; /* n of them, in the order of the record */
	size_t n;
	size_t count[OW_SERVES_COUNT];
	size_t eligible; /* rows that are neither HIGHER nor NODE */
	bool short_of;   /* of pages: the spare ones of all eligible zones are less than OW_SPARE */
	uint64_t free_bytes, usable_bytes; /* of all rows */

	/* Where the request is confined to nodes, these nodes, as far as they were printed. */
	bool confined;
	uint64_t own_bytes, own_free_bytes;
	size_t own_line; /* the last of their lines */

	/* Memory of zones and nodes that the kernel did not print, because the request may not use
	 * them: the machine's counters less the rows. */
	bool have_hidden;
	uint64_t hidden_free_bytes, hidden_bytes;
};

/* 0 or -ENOMEM with ret as it was. A record without zones has no rows. */
int ow_zones_make(const struct ow_oom *oom, struct ow_arena *arena, struct ow_zones *ret);

/* The eligible zone that is nearest to serving it, or the first of those that could; NULL. */
const struct ow_zone_row *ow_zones_nearest(const struct ow_zones *zones);

/* The lines that the row's verdict rests on, up to OW_ZONE_LINES of them; how many there are. */
#define OW_ZONE_LINES 3
size_t ow_zone_lines(const struct ow_zones *zones, const struct ow_zone_row *row,
		     size_t ret[OW_ZONE_LINES]);

/* In a sentence: "node 0 DMA32" */
const char *ow_zone_words(struct ow_arena *arena, const struct ow_oom_zone *zone);

/* What was wanted, from where: "4 pages in one block, from Normal or a lower zone of node 1"; a
 * static text where the request is not known. */
const char *ow_request_words(struct ow_arena *arena, const struct ow_request *request);

#endif
