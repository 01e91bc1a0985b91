/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_TERM_H
#define OW_RECORD_TERM_H

#include <stddef.h>

/*
 * The names that the kernel gives to kinds of memory, in memory.stat of a cgroup, in the record of
 * an OOM kill and in Mem-Info: what each is, and what it is part of. They are the names inside
 * memory_stat and meminfo of a record, and `oomwhy explain` knows them.
 */
struct ow_term {
	const char *name;
	const char *where; /* "memory.stat, cgroup v2" */
	const char *help;  /* full sentences */
};

extern const struct ow_term ow_terms[];
extern const size_t ow_terms_n;

/* The flags of an allocation by their names, as the head of a record prints them from 4.6:
 * gfp_mask=0xcc0(GFP_KERNEL|__GFP_ZERO). */
extern const struct ow_term ow_gfp_terms[];
extern const size_t ow_gfp_terms_n;

/* The kinds of records. Of "unknown" there is nothing to say but that no line tells. */
extern const struct ow_term ow_kind_terms[];
extern const size_t ow_kind_terms_n;

#endif
