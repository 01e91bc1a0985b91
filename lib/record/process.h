/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_PROCESS_H
#define OW_RECORD_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "record/field.h"

/*
 * What /proc says of one process and its memory. Absent is not zero. A kernel thread or a zombie
 * has no memory of its own, and none of those fields.
 */
enum ow_process_have {
	OW_PROCESS_PPID = 1U << 0,
	OW_PROCESS_UID = 1U << 1,
	OW_PROCESS_THREADS = 1U << 2,
	OW_PROCESS_START = 1U << 3,      /* start_usec */
	OW_PROCESS_TOTAL_VM = 1U << 4,   /* total_vm_bytes */
	OW_PROCESS_RSS = 1U << 5,        /* rss_bytes */
	OW_PROCESS_RSS_PEAK = 1U << 6,   /* rss_peak_bytes */
	OW_PROCESS_RSS_PARTS = 1U << 7,  /* rss_anon_bytes, rss_file_bytes, rss_shmem_bytes: 4.5 */
	OW_PROCESS_LOCKED = 1U << 8,     /* locked_bytes */
	OW_PROCESS_PGTABLES = 1U << 9,   /* pgtables_bytes */
	OW_PROCESS_SWAP = 1U << 10,      /* swap_bytes */
	OW_PROCESS_HUGETLB = 1U << 11,   /* hugetlb_bytes */
	OW_PROCESS_PSS = 1U << 12,       /* pss_bytes */
	OW_PROCESS_PSS_PARTS = 1U << 13, /* pss_anon_bytes, pss_file_bytes, pss_shmem_bytes */
	OW_PROCESS_SWAP_PSS = 1U << 14,  /* swap_pss_bytes */
	OW_PROCESS_PRIVATE = 1U << 15,   /* private_bytes */
	OW_PROCESS_LAZY_FREE = 1U << 16, /* lazy_free_bytes */
	OW_PROCESS_ANON_THP = 1U << 17,  /* anon_thp_bytes */
	OW_PROCESS_OOM_SCORE = 1U << 18,
	OW_PROCESS_OOM_SCORE_ADJ = 1U << 19,
	OW_PROCESS_NS_PIDS = 1U << 20,
	OW_PROCESS_CGROUP = 1U << 21,
	OW_PROCESS_COMMAND = 1U << 22,
	OW_PROCESS_ALL = (1U << 23) - 1,
};

struct ow_process {
	unsigned have;
	int64_t pid; /* as the reader's namespace numbers it */
	int64_t ppid, uid;
	struct ow_list ns_pids; /* of int64_t: from the reader's namespace inwards; the last one is
				   what the process itself sees */
	const char *comm;       /* at most 15 bytes, of any kind */
	const char *state;      /* "S (sleeping)" */
	const char *command;    /* argv[0]'s base name; arguments are redacted */
	const char *cgroup;     /* of the memory controller, as seen from the reader's namespace */
	uint64_t threads;
	uint64_t start_usec; /* the kernel's clock, sleep included: tells a pid's users apart */

	uint64_t total_vm_bytes, rss_bytes, rss_peak_bytes;
	uint64_t rss_anon_bytes, rss_file_bytes, rss_shmem_bytes;
	uint64_t locked_bytes, pgtables_bytes, swap_bytes, hugetlb_bytes;

	/* From smaps_rollup: a shared page counts by its share. */
	uint64_t pss_bytes, pss_anon_bytes, pss_file_bytes, pss_shmem_bytes, swap_pss_bytes;
	uint64_t private_bytes; /* of no other process: what ending this one would give back */
	uint64_t lazy_free_bytes, anon_thp_bytes;

	int64_t oom_score, oom_score_adj;

	const char *denied; /* the first file that this user may not read: "smaps_rollup" */
};

/* Everything of the record that goes to JSON and that `oomwhy explain` knows. The have bit of a
 * field is what must be wanted of the reader for it. */
extern const struct ow_fields ow_process_fields;

#endif
