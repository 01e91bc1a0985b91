/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_LIMIT_H
#define OW_ANALYZE_LIMIT_H

#include "analyze/hypothesis.h"

/* What the families of the level limit share. */

/* Settles f as refuted when the record names a cgroup's limit: then the machine's memory is not
 * what ran out. False when the record is of the machine, or does not say. */
bool ow_limit_is_cgroups(const struct ow_scene *s, struct ow_finding *f);

/* The zone of each node that most of its memory is in, and how many of them are below their
 * minimum. The low zones keep a reserve and are not asked. */
struct ow_zone_view {
	size_t n, below_min, above_low;
	const struct ow_oom_zone
		*worst; /* the least free of its minimum; NULL when there is none */
	uint64_t min_bytes, managed_bytes;
};

void ow_zone_view_make(const struct ow_oom *oom, struct ow_zone_view *ret);

#endif
