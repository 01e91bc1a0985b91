/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_CGROUP_H
#define OW_RECORD_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scan.h"
#include "record/field.h"
#include "record/name.h"

/*
 * What the cgroup file system says of one group: cgroup v1, v2, or the memory controller of a
 * hybrid host. The names are those of the kernel's v2 files where both versions have the value;
 * what only one has keeps its own name. Absent is not zero: a value is there when its bit is in
 * have. A limit that nobody set is UINT64_MAX, which a table prints as "max" and JSON as null.
 *
 * What is counted is of the group and of all groups below it, but for events_local, pids and
 * processes, and on v1 for oom_kills and the names in stat that do not begin with total_.
 */
enum ow_cgroup_have {
	OW_CGROUP_USAGE = 1U << 0,
	OW_CGROUP_LIMIT = 1U << 1,
	OW_CGROUP_PEAK = 1U << 2,
	OW_CGROUP_SOFT_LIMIT = 1U << 3, /* v1 */
	OW_CGROUP_HIGH = 1U << 4,       /* v2 */
	OW_CGROUP_MIN = 1U << 5,        /* v2 */
	OW_CGROUP_LOW = 1U << 6,        /* v2 */
	OW_CGROUP_SWAP = 1U << 7,       /* v2 */
	OW_CGROUP_ZSWAP = 1U << 8,      /* v2 */
	OW_CGROUP_MEMSW = 1U << 9,      /* v1 */
	OW_CGROUP_KMEM = 1U << 10,      /* v1 */
	OW_CGROUP_KMEM_TCP = 1U << 11,  /* v1 */
	OW_CGROUP_OOM_KILLS = 1U << 12,
	OW_CGROUP_OOM_GROUP = 1U << 13,        /* v2 */
	OW_CGROUP_OOM_KILL_DISABLE = 1U << 14, /* v1 */
	OW_CGROUP_UNDER_OOM = 1U << 15,        /* v1 */
	OW_CGROUP_USE_HIERARCHY = 1U << 16,    /* v1 */
	OW_CGROUP_STAT = 1U << 17,
	OW_CGROUP_EVENTS = 1U << 18,       /* v2 */
	OW_CGROUP_EVENTS_LOCAL = 1U << 19, /* v2 */
	OW_CGROUP_SWAP_EVENTS = 1U << 20,  /* v2 */
	OW_CGROUP_PSI = 1U << 21,          /* v2 */
	OW_CGROUP_PIDS_CURRENT = 1U << 22,
	OW_CGROUP_PIDS_LIMIT = 1U << 23,
	OW_CGROUP_PROCESSES = 1U << 24,
	OW_CGROUP_DESCENDANTS = 1U << 25,       /* v2 */
	OW_CGROUP_DYING_DESCENDANTS = 1U << 26, /* v2 */
	OW_CGROUP_BINDING_LIMIT = 1U << 27,
	OW_CGROUP_CONTAINER = 1U << 28,
	OW_CGROUP_ALL = (1U << 29) - 1,
};

enum ow_cgroup_counter_have {
	OW_CGROUP_COUNTER_USAGE = 1U << 0,
	OW_CGROUP_COUNTER_LIMIT = 1U << 1,
	OW_CGROUP_COUNTER_PEAK = 1U << 2,
	OW_CGROUP_COUNTER_HIGH = 1U << 3,
};

/* Something that the kernel counts beside memory itself. */
struct ow_cgroup_counter {
	unsigned have;
	uint64_t usage_bytes, limit_bytes, peak_bytes;
	uint64_t high_bytes; /* v2 swap: where swapping is slowed down */
};

/* "some avg10=0.22 avg60=0.17 avg300=1.11 total=58761459": the averages are hundredths of a percent
 * of the last 10, 60 and 300 s (22, 17, 111). */
struct ow_psi_line {
	uint64_t avg10_permyriad, avg60_permyriad, avg300_permyriad;
	uint64_t total_usec; /* since the group was made */
};

enum ow_psi_have {
	OW_PSI_SOME = 1U << 0,
	OW_PSI_FULL = 1U << 1,
};

struct ow_psi {
	unsigned have;
	struct ow_psi_line some; /* at least one task waited for memory */
	struct ow_psi_line full; /* all tasks that had something to do waited */
};

enum ow_cgroup_binding_have {
	OW_CGROUP_BINDING_USAGE = 1U << 0, /* usage_bytes and headroom_bytes */
};

/*
 * The limit that the group will meet first: among the group itself and the groups above it that its
 * memory is charged to, the one with a memory limit and the least headroom, which is limit less
 * usage, or 0 where the usage is not below the limit. Of equal ones it is the one nearest to the
 * group. Where none of them has a limit it is the root of the hierarchy, with limit_bytes
 * UINT64_MAX and no usage: only the machine limits the group.
 *
 * On v1 memory is charged to the parent only where the parent's memory.use_hierarchy is 1, as it
 * always is from kernel 5.11; the search ends below the first parent where it is 0. Limits of swap,
 * of memory and swap together, and of kernel memory are no part of this. It is absent when a limit
 * or usage on the way could not be read.
 */
struct ow_cgroup_binding {
	unsigned have;
	const char *path;
	uint64_t limit_bytes, usage_bytes, headroom_bytes;
};

struct ow_cgroup {
	unsigned have;
	unsigned depth;     /* how many groups are above it: 0 is the root of the hierarchy */
	uint64_t version;   /* 1 or 2 */
	const char *path;   /* as the kernel prints it: with a leading /; may hold any byte */
	const char *source; /* where it was read */

	struct ow_name container; /* whose it is; filled by who knows names */

	uint64_t usage_bytes, limit_bytes, peak_bytes, soft_limit_bytes;
	uint64_t high_bytes, min_bytes, low_bytes;
	struct ow_cgroup_binding binding_limit;
	struct ow_cgroup_counter swap;     /* v2 */
	struct ow_cgroup_counter zswap;    /* v2 */
	struct ow_cgroup_counter memsw;    /* v1: memory and swap together */
	struct ow_cgroup_counter kmem;     /* v1: part of usage_bytes */
	struct ow_cgroup_counter kmem_tcp; /* v1: not part of usage_bytes */

	uint64_t oom_kills; /* v2: here and below; v1: processes of this very group, from 4.13 */
	bool oom_group, oom_kill_disable, under_oom, use_hierarchy;

	/* Of struct ow_stat, all names as the kernel has them; line is the line of the file. */
	struct ow_list stat;
	struct ow_list events, events_local, swap_events;
	struct ow_psi psi;

	uint64_t pids_current, pids_limit; /* tasks: threads count */
	uint64_t processes;                /* in the very group; not those below it */
	struct ow_list pids;               /* of int64_t: the processes, as the reader's
					      namespace numbers them; 0 is one outside of it */
	uint64_t descendants, dying_descendants;
};

/* Everything of the record that goes to JSON and that `oomwhy explain` knows. The have bit of a
 * field is what must be wanted of the reader for it; a field without one is always there. */
extern const struct ow_fields ow_cgroup_fields;

/* The field of that name; NULL when there is none. */
const struct ow_field *ow_cgroup_field(struct ow_str name);

#endif
