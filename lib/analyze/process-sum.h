/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_PROCESS_SUM_H
#define OW_ANALYZE_PROCESS_SUM_H

#include <stdbool.h>
#include <stdint.h>

#include "record/cgroup.h"
#include "record/process.h"

/*
 * What the processes of a group hold together, against what is charged to the group. Add up the
 * processes of the group and of those below it, as its usage has them, too.
 *
 *   anon       by PSS where smaps_rollup was readable of all processes (is_pss), else RssAnon,
 * which counts a page that a fork shares in each process shmem      by PSS; else RssShmem, which
 * counts a shared page in each process swap       by PSS; else VmSwap pgtables rest       usage
 * less anon, shmem and pgtables: page cache, tmpfs files that nobody maps, memory of the kernel.
 * Negative when the processes hold more than is charged to the group: pages that are shared, or
 * charged to another group that the process was in before
 *
 * File pages are left out of the sum: they are page cache, charged to whoever read them first.
 */
struct ow_process_sum {
	uint64_t processes;
	uint64_t unreadable; /* of them, that nothing is known of */
	bool is_pss;
	uint64_t anon_bytes, shmem_bytes, swap_bytes, pgtables_bytes;
	bool has_rest; /* the usage is known, and no process is unreadable */
	int64_t rest_bytes;
};

/* What must be wanted of ow_process_collect() for it; without PSS where that is too slow. */
#define OW_PROCESS_SUM_WANT                                                              \
	(OW_PROCESS_RSS | OW_PROCESS_RSS_PARTS | OW_PROCESS_SWAP | OW_PROCESS_PGTABLES | \
	 OW_PROCESS_PSS_PARTS | OW_PROCESS_SWAP_PSS)

/* Adds up n processes. group is where they live, with its usage if it is known; NULL for none. */
void ow_process_sum(const struct ow_process *process, size_t n, const struct ow_cgroup *group,
		    struct ow_process_sum *ret);

#endif
