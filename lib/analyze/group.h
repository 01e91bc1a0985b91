/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GROUP_H
#define OW_ANALYZE_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/balance.h"
#include "base/arena.h"
#include "record/cgroup.h"

/* What a live group says of itself. All take a record of any content and no file. */

/*
 * The file of a case that says it, where one bit of enum ow_cgroup_have is asked for: usage, limit,
 * stat or OOM kills. The source of a group is the first of its files, "cgroup/v1/a/memory.stat";
 * one that is no file, or another bit, gives the source as it is. In the arena, or NULL where it
 * refuses.
 */
const char *ow_group_source(const struct ow_cgroup *group, unsigned what, struct ow_arena *arena);

/* The makeup of the group's memory, by the same arithmetic as that of a record of a kill. It needs
 * usage_bytes, stat and, on v1, kmem. */
void ow_group_balance(const struct ow_cgroup *group, struct ow_balance *ret);

/*
 * The page cache that the kernel gives back before it kills: what is on the lists of file pages.
 * tmpfs and locked pages are on others. False without stat.
 */
bool ow_group_cache(const struct ow_cgroup *group, uint64_t *ret_bytes);

/* From here on a group is near its limit. */
#define OW_NEAR 0.90

enum ow_near {
	OW_NEAR_NOT,   /* also: nothing limits it, or it is not known what */
	OW_NEAR_CACHE, /* by its usage; without the page cache it is not */
	OW_NEAR_FULL,  /* also without, or it is not known how much of it is page cache */
};

/*
 * How near the group is to its binding limit. Usage alone says little: page cache fills every limit
 * in time, and is given back. cache_bytes is the page cache of the group whose limit it is, which
 * need not be this group; NULL where it is not known.
 */
enum ow_near ow_group_near(const struct ow_cgroup *group, const uint64_t *cache_bytes);

/* Usage of the group with the binding limit by that limit, 1 for all of it: false when nothing
 * limits it, or it is not known what. */
bool ow_group_fill(const struct ow_cgroup *group, double *ret);

#endif
