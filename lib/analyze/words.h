/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_WORDS_H
#define OW_ANALYZE_WORDS_H

#include <stdint.h>

#include "base/arena.h"
#include "record/case.h"

/*
 * How amounts and names are put into sentences: exact, with units, the same everywhere. All
 * results are in the arena, and "" when it refuses (it remembers).
 */

/* "32,768 kB", "200 MiB", "2 GiB", "1,234 bytes": exact. kB are 1024 bytes, as in the kernel. */
const char *ow_words_bytes(struct ow_arena *arena, uint64_t bytes);

/* "1.6 MiB", "340 bytes", "-27 GiB": of two digits, for what is not exact. */
const char *ow_words_about(struct ow_arena *arena, double bytes);

/* "8,389" */
const char *ow_words_count(struct ow_arena *arena, uint64_t count);

/* part of whole, 1 for all of it; 0 when whole is 0. */
double ow_share(uint64_t part, uint64_t whole);

/* "96.3 %" */
const char *ow_words_share(struct ow_arena *arena, double share);

/* "0.2 s", "4 min 10 s", "3 h 5 min", "2 days" */
const char *ow_words_span(struct ow_arena *arena, uint64_t usec);

/*
 * Whom a cgroup belongs to: container "leaky" (when the case knows its name), container "app" of
 * pod "web-0", container 3418d5a1b2c3, pod "95387fa4-...", all pods of the node ("kubepods"), unit
 * "nginx.service", cgroup "/batch". Long paths keep their end.
 */
const char *ow_words_owner(struct ow_arena *arena, const struct ow_case *c,
			   const struct ow_owner *owner);

/* A name as it is; one that no kernel or engine would give is cut. NULL stays NULL. */
const char *ow_words_name(struct ow_arena *arena, const char *name);

/* "eat" (pid 2897); pid below 0 is left out. NULL comm is "a process". */
const char *ow_words_process(struct ow_arena *arena, const char *comm, int64_t pid);

/* A text as one word of a shell command: as it is, or in single quotes. NULL when it holds bytes
 * that nobody can type. */
const char *ow_words_shell(struct ow_arena *arena, const char *text);

/* a + b, or the largest number where that would be too large: sums of hostile values. */
static inline uint64_t ow_add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* a - b, or 0. */
static inline uint64_t ow_less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

#endif
