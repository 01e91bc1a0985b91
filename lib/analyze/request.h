/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_REQUEST_H
#define OW_ANALYZE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "record/oom.h"

/*
 * The request that could not be served, as its head says it:
 *
 *   eat invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0
 *
 * The four lowest bits of the mask say from which zones (2.6.30 to today): 1 __GFP_DMA,
 * 2 __GFP_HIGHMEM, 4 __GFP_DMA32, 8 __GFP_MOVABLE, none of them Normal. A request may use the
 * highest of its zones and all lower ones. Where the mask is lost, its names say the same.
 */

/* The kinds of zones, lowest first. */
enum ow_zone_kind {
	OW_KIND_DMA,
	OW_KIND_DMA32,
	OW_KIND_NORMAL,
	OW_KIND_HIGHMEM,
	OW_KIND_MOVABLE,
	OW_KIND_DEVICE,
	OW_KIND_COUNT,
};

extern const char *const ow_zone_kind_names[OW_KIND_COUNT];

struct ow_request {
	const char *why_not; /* why nothing is known of it, a static text; else NULL */
	bool nobody;         /* there was none: a cgroup's limit, or a kill asked for by hand */
	enum ow_zone_kind highest; /* zone that it may use */
	bool movable;              /* its page may be moved: CMA pages will do */
	bool high;                 /* half of the minimum is enough: __GFP_HIGH */
	bool atomic; /* it cannot wait: less is enough, of what is kept for such, too */
	bool kills;  /* there is a last try before a kill, which must leave high */
	bool have_order;
	unsigned order;
	/* The nodes that it may use, as the kernel lists them: those that are in both. NULL: all.
	 */
	const char *policy, *cpuset;
};

void ow_request_read(const struct ow_oom *oom, struct ow_request *ret);

/* May the request use that node? */
bool ow_request_may_use(const struct ow_request *request, int64_t node);

/* The kind of a zone by its name; OW_KIND_COUNT when there is none of that name. */
enum ow_zone_kind ow_zone_kind(const char *name);

#endif
