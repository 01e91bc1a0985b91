/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_GO_TIE_H
#define OW_ANALYZE_GO_TIE_H

#include "analyze/go.h"
#include "analyze/scene.h"

/*
 * Is a piece of what Go programs said of the process that was killed, and of the life that ended
 * so? For go.c and nobody else. Clocks of one host agree within OW_GO_CLOCKS_USEC.
 */
#define OW_GO_CLOCKS_USEC  (2 * OW_USEC_PER_SEC)

/* The runtime collects at least every 2 minutes: a log that was silent for longer before the kill
 * is not of a process that lived then. */
#define OW_GO_SILENCE_USEC (150 * OW_USEC_PER_SEC)

/* When the process began: by the container's engine, by the time of the log's lines, by a page of
 * metrics. Sets has_start and what belongs to it. */
void ow_go_start(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go);

/* Does the case say that the piece is of another container or process? */
bool ow_go_is_other(const struct ow_scene *s, const struct ow_go_origin *of,
		    struct ow_arena *arena);

/* The ties of a profile, a page, a life of a log. go needs its start, as far as there is one. */
struct ow_go_tie ow_go_tie_heap(const struct ow_scene *s, const struct ow_go_scene *go,
				const struct ow_go_heap_seen *heap, struct ow_arena *arena);
struct ow_go_tie ow_go_tie_page(const struct ow_scene *s, const struct ow_go_scene *go,
				const struct ow_go_page_seen *page, struct ow_arena *arena);
struct ow_go_tie ow_go_tie_life(const struct ow_scene *s, const struct ow_go_scene *go,
				const struct ow_go_log *log, const struct ow_gc_life *life,
				struct ow_arena *arena);

/*
 * Profiles that nothing is against, and of which only the start of the life is missing: they are of
 * that life where the growth between them leads to the size that the process had when it was
 * killed. Settles their ties.
 */
void ow_go_tie_growth(const struct ow_scene *s, struct ow_go_scene *go, struct ow_arena *arena);

#endif
