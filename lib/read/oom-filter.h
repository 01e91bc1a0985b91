/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_FILTER_H
#define OW_READ_OOM_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Of the reader of OOM reports: passes over the lines of a log in which no report begins.
 *
 * Each line that proves a report, wrapped or quoted as it may be, has one of a few words in it:
 *
 *   oom                invoked oom-killer, oom-kill:, oom_kill_process, oom_reaper, panic_on_oom
 *   kil Kil            Killed process, Kill process, killed as a result of, no killable processes
 *   emory              memory: usage, Memory cgroup, Out of memory, Tasks state (memory
 *   Mem- total_vm      Mem-Info: (Mem-info: on Arm), the header of the task table
 *   uppressed ropped Missed   what the log says was lost
 *   kmsg buf imjournal:       and what those who carried it say
 *
 * The lines of the machine's memory behind Mem-Info: have none. They prove nothing, and stand alone
 * where the head of a report is lost: in the front of a log, or where it says that lines are lost.
 *
 * Three bytes of each are looked for in many places at once, and the word only where those are.
 */
struct ow_oom_found {
	size_t at;    /* where a word is */
	size_t feeds; /* line feeds in front of it */
};

/*
 * Finds the words in n bytes, up to max of them, which is at least 1. Returns how many places it
 * has put into found: behind the last word comes n itself, and the line feeds of all, unless there
 * was no more room. (With max 1 that is the first word, or n.)
 */
size_t ow_oom_filter(const char *bytes, size_t n, struct ow_oom_found *found, size_t max);

/* The same, one byte after the other: what runs where there are no vectors to run on. */
size_t ow_oom_filter_portable(const char *bytes, size_t n, struct ow_oom_found *found, size_t max);

/*
 * What the filter finds in a piece of a log, so that another thread than the reader's may look for
 * it. Where words are many the list ends early: the reader looks at what is behind by itself.
 */
struct ow_oom_scout {
	size_t n;
	struct ow_oom_found found[240];
};

/* Fills in a struct ow_oom_scout: as a struct ow_ahead_look has it. */
void ow_oom_scout(const char *bytes, size_t n, void *ret);

/* A piece of a log, on the way through it. scout may be NULL, passed is 0 at first. */
struct ow_oom_piece {
	const char *bytes;
	const struct ow_oom_scout *scout;
	size_t passed; /* places of the scout's */
};

/* The first word in n bytes of the piece from p on, which never goes back; feeds is how many line
 * feeds are in front of p. What is found counts from p, as ow_oom_filter() has it with max 1. */
struct ow_oom_found ow_oom_filter_next(struct ow_oom_piece *piece, const char *p, size_t n,
				       size_t feeds);

#endif
