/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GO_H
#define OW_ANALYZE_GO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/account.h"
#include "analyze/finding.h"
#include "analyze/gc.h"
#include "analyze/heap.h"
#include "record/goevidence.h"

/*
 * What the case has of Go programs, held against the kill: which of it is of the process that was
 * killed, and in the life that ended so? Only that decides anything. What is of another run of the
 * same program is a lead, in words; what is of another program is nothing.
 */
enum ow_tie {
	OW_TIE_UNSURE,  /* nothing is against it, and something that would prove it is missing */
	OW_TIE_OWN,     /* of the life that ended with the kill */
	OW_TIE_RUN,     /* of another run */
	OW_TIE_PROGRAM, /* of another program, process or container */
};

struct ow_go_tie {
	enum ow_tie tie;
	const char *why;     /* half a sentence: "it was taken 3 s after the kill"; never NULL */
	struct ow_cite cite; /* what it rests on besides the piece; may be of nothing */
};

/* A heap profile, and what it says by itself. */
struct ow_go_heap_seen {
	const struct ow_go_heap *from;
	struct ow_go_tie tie;
	const struct ow_heap *heap; /* NULL: it counts no memory */
	bool have_time;
	int64_t time_usec; /* when it was taken, or at least when its last collection ended */
};

struct ow_go_page_seen {
	const struct ow_go_numbers *from;
	struct ow_go_tie tie;
	bool have_time;
	int64_t time_usec;
};

struct ow_go_scene {
	/* When the process began, wall clock, and who says so. */
	bool has_start;
	int64_t start_usec;
	struct ow_cite start_cite;

	/* Of the process before its death: anonymous memory, by the record. */
	bool has_anon;
	uint64_t anon_bytes;

	struct ow_go_heap_seen *heap; /* all of the case, by time; those without one come first */
	size_t n_heaps;
	struct ow_go_page_seen *page;
	size_t n_pages;

	/* The log of the collector that is nearest to being of that life; NULL: there is none. */
	const struct ow_gc_life *life;
	const struct ow_go_log *log; /* that it is in */
	struct ow_go_tie life_tie;
	struct ow_gc_sum sum; /* of a life that is the process's own */
	struct ow_gc_known known;

	/* What its pages and profiles add up to; NULL: there are none of the process's own. */
	struct ow_account *account;
};

struct ow_scene;

/* NULL is set where the case has nothing of a Go program, or there is no kill. All of it is in the
 * arena. 0 or -ENOMEM. */
int ow_go_scene_make(const struct ow_scene *s, struct ow_arena *arena,
		     const struct ow_go_scene **ret);

/* Is a piece of the process's own life? */
static inline bool ow_go_is_own(const struct ow_go_tie *tie)
{
	return tie->tie == OW_TIE_OWN;
}

/* The latest heap profile of that tie; NULL when there is none. */
const struct ow_go_heap_seen *ow_go_latest(const struct ow_go_scene *go, enum ow_tie tie);

/* "main.(*journal).keep (main.go:41)"; a function without a name is its address. */
const char *ow_go_frame_words(struct ow_arena *arena, const struct ow_heap_frame *frame);

#endif
