/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_STATS_H
#define OW_READ_STATS_H

#include "base/arena.h"
#include "base/scan.h"
#include "record/field.h"

/*
 * Reads a file of names and numbers, as memory.stat, memory.events and cgroup.stat are:
 *
 *   anon 33554432
 *   file 4096
 *   workingset_refault_anon 0
 */

/*
 * Names that were met before, each kept once: a walk over ten thousand groups meets the same fifty
 * ones in the same order. It holds up to 1024 of them; those after that are kept with what was
 * read.
 */
struct ow_stat_names {
	struct ow_arena *arena; /* the caller's, and the caller sets it */
	struct ow_str *item;
	size_t n;
	size_t next; /* where the next name should be */
};

/*
 * The lines of text as a list of struct ow_stat, each with its line number from 1. Lines that make
 * no sense are passed over. The names are in names, or in the arena where names is NULL or full;
 * the list is in the arena. Returns how many lines were passed over, -EBADMSG when that is all of
 * them or there is none, -ENOMEM.
 */
int ow_stats_read(struct ow_str text, struct ow_stat_names *names, struct ow_arena *arena,
		  struct ow_list *ret);

#endif
