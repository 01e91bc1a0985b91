/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_HOLDERS_H
#define OW_ANALYZE_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/balance.h"
#include "base/arena.h"
#include "record/oom.h"

/*
 * Who held the memory. The question is not how large a process is, but what its death would free:
 *
 *   freed = rss_anon + swap + page tables + rss_shmem, the last only where nothing is mapped twice
 *
 * The task table has rss_anon from 6.8. Before, the kill line has it for the victim alone. The
 * others have bounds: rss counts everything, so it is too much; and what the group's own counters
 * say that processes hold, without the most that all others can hold, is the least.
 *
 * Processes of one name are one program: a pool of workers holds what its workers hold.
 */
struct ow_program {
	const char *comm; /* NULL: the rows have no name */
	size_t n;         /* processes */
	uint64_t least_bytes, most_bytes;
	const struct ow_oom_task *largest; /* by most_bytes */
	uint64_t largest_bytes;            /* its own most */
	bool victim;                       /* the victim is one of them */
};

struct ow_holders {
	const struct ow_program *program; /* n_programs of them, largest most_bytes first */
	size_t n_programs;
	size_t n_processes;
	const struct ow_program *victim; /* the victim's program; NULL when it is not known */
	const struct ow_oom_task *victim_row;
	uint64_t victim_bytes;             /* what the victim alone would free, at most */
	const struct ow_oom_task *largest; /* of all processes */
	uint64_t largest_bytes;
	uint64_t ten_bytes;  /* what the ten largest processes would free together, at most */
	uint64_t most_bytes; /* sum of all */

	bool exact;                  /* the table has rss_anon: least and most are one number */
	bool shmem_counted;          /* rss_shmem is part of freed: nothing is mapped twice */
	bool have_shmem;             /* mapped_shmem_bytes is known */
	uint64_t mapped_shmem_bytes; /* sum over all processes that map it */
	size_t n_mappers;            /* processes that map any */

	/* One process has more of its own than the whole domain was charged; NULL when none has. */
	const char *over_comm;
	int64_t over_pid;
	uint64_t over_bytes;
	size_t over_line;
};

/* 0 or -ENOMEM. */
int ow_holders_make(const struct ow_oom *oom, const struct ow_balance *balance,
		    struct ow_arena *arena, struct ow_holders *ret);

/*
 * How far a counter of resident pages may be off, in bytes. Kernels 6.2 to 6.19 count per CPU and
 * show the approximate sum: up to max(32, 2 x CPUs) pages a CPU (commit f1a7941243c1; exact again
 * with 5898aa8f9a0b). Before, each thread holds back up to 64 pages, and a record has no count of
 * threads. False when it cannot be told.
 */
bool ow_rss_error(const struct ow_oom *oom, uint64_t cpus, uint64_t *ret);

#endif
