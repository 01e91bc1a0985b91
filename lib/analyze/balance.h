/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_BALANCE_H
#define OW_ANALYZE_BALANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/oom.h"

/*
 * What the memory of the domain of a kill was made of: of the cgroup whose limit was hit, or of
 * the machine. Names differ between cgroup versions and kernels; the parts here do not.
 *
 *   cgroup v2: usage = anon + file + kernel + sock + swapcached
 *   cgroup v1: usage = rss + cache + kmem; rss holds the swap cache
 *   machine:   RAM - reserved - free - free_pcp = LRU lists + slab + page tables + stacks +
 *              huge pages + rest
 *
 * file holds shmem, and kernel holds slab, stacks, page tables, per-CPU memory and vmalloc. An old
 * kernel does not print all of them ("pagetables" is from 5.11, "swapcached" 5.12, "kernel" 5.18):
 * what is absent is bounded by what is left over, never taken for zero.
 */
enum ow_part {
	OW_PART_ANON,
	OW_PART_SHMEM,
	OW_PART_CACHE, /* file without shmem */
	OW_PART_SOCK,
	OW_PART_SWAPCACHED,
	OW_PART_KERNEL, /* all of it: v2 "kernel", v1 kmem; the machine has no such number */
	/* Parts of the kernel's: */
	OW_PART_SLAB, /* both kinds: what could be given back was not */
	OW_PART_PAGETABLES,
	OW_PART_STACKS,
	OW_PART_PERCPU, /* per-CPU memory and vmalloc */
	/* Parts of the above: */
	OW_PART_DIRTY, /* dirty and under writeback */
	OW_PART_UNEVICTABLE,
	/* Of the machine: */
	OW_PART_HUGETLB,
	OW_PART_COUNT,
};

/* A number and the line it was read in; line2 where a second line was added. */
struct ow_amount {
	bool have;
	uint64_t bytes;
	size_t line, line2;
};

struct ow_balance {
	bool machine;
	struct ow_amount usage, limit;
	struct ow_amount swap;     /* swap that is charged, or used on the machine */
	struct ow_amount swapents; /* what of it the processes of the table own */
	struct ow_amount total;    /* usage and swap: what shares are of */
	struct ow_amount part[OW_PART_COUNT];
	struct ow_amount rest; /* of usage: what no part explains; needs anon and file */
	bool complete;         /* every part that this kernel charges has its number */
};

void ow_balance_make(const struct ow_oom *oom, struct ow_balance *ret);

/* The most that a part can be: its number, else the number it is a part of, else all that is left
 * over. UINT64_MAX when nothing bounds it. */
uint64_t ow_balance_most(const struct ow_balance *b, enum ow_part part);

/* Swap that belongs to no process: tmpfs and other shared memory that was swapped out. */
struct ow_amount ow_balance_swapped_shmem(const struct ow_balance *b);

#endif
