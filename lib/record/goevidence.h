/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_GOEVIDENCE_H
#define OW_RECORD_GOEVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/gctrace.h"
#include "record/goroutine.h"
#include "record/goruntime.h"
#include "record/profile.h"

/*
 * What Go programs said of themselves, as a case has it: heap profiles, logs with lines of the
 * collector, pages of numbers, lists of goroutines. Whether a piece is of the process that was
 * killed is for the analysis to find out: here stands what the case says of that.
 */
struct ow_go_origin {
	struct ow_go_source source; /* time_usec: when it was taken */
	const char *path;           /* the file of the case; NULL: none */
	bool loose;                 /* its time is that of a file, which may have been copied since,
				     * and the piece itself says none */
	const char *container;      /* the id; NULL: not said */
	int64_t pid;                /* 0: not said */
};

struct ow_go_heap {
	struct ow_go_origin of;
	const struct ow_profile *profile;
};

/* Of a log with too many events the older ones are thinned: of two neighbouring collections the
 * one that left less is kept, so that the floor of the live heap stays what it is. */
struct ow_go_log {
	struct ow_go_origin of;
	const struct ow_gc_event *event; /* n of them, without those of pacer and scheduler */
	size_t n;
	uint64_t thinned; /* so many are left out */
};

struct ow_go_numbers {
	struct ow_go_origin of;
	struct ow_go_stats stats;
};

struct ow_go_stacks {
	struct ow_go_origin of;
	const struct ow_goroutines *goroutines;
};

/* Each in the order in which it was read. */
struct ow_go_evidence {
	const struct ow_go_heap *heap;
	size_t n_heaps;
	const struct ow_go_log *log;
	size_t n_logs;
	const struct ow_go_numbers *page; /* those of heap pages (debug=1), too */
	size_t n_pages;
	const struct ow_go_stacks *stacks;
	size_t n_stacks;
};

#endif
