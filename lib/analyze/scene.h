/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_SCENE_H
#define OW_ANALYZE_SCENE_H

#include <stdbool.h>

#include "analyze/balance.h"
#include "analyze/ending.h"
#include "analyze/go.h"
#include "analyze/holders.h"
#include "analyze/score.h"
#include "analyze/zones.h"
#include "record/case.h"

/*
 * Is the victim the first process of its container, whose end is the container's end? And how do
 * we know?
 */
enum ow_first {
	OW_FIRST_UNKNOWN,
	OW_FIRST_ALONE,    /* yes: there was no other */
	OW_FIRST_LIVES_ON, /* no: the first process is another one, and lives */
	OW_FIRST_KILLED,   /* no: the engine sent SIGKILL to it later */
	OW_FIRST_STATUS,   /* no: the container ended later, and not by SIGKILL */
	OW_FIRST_LATER,    /* no: the container ended seconds later */
};

/* What every judge sees: the case, the kill that is judged, and the arithmetic that several of
 * them need, done once. */
struct ow_scene {
	const struct ow_case *c;
	const struct ow_oom *oom;             /* NULL when the case has no kill */
	const struct ow_oom_victim *victim;   /* the first of it; NULL when none is known */
	const struct ow_container *container; /* the victim's, or the one asked for; may be NULL */
	const char *owner;                    /* of the victim, for sentences: container "leaky" */
	const char *limit_owner;
	const char *victim_name; /* "eat" (pid 2897) */
	unsigned cgroup_version; /* of the limiting group: 1, 2, or 0 when it is not told */
	enum ow_first first;
	const char *asked_id; /* of the container that was asked for, without a kill */
	bool has_killed;      /* killed_usec: ow_scene_kill_time */
	int64_t killed_usec;
	struct ow_ending ending; /* of the victim's container, or of the one asked for */
	uint64_t delay_usec; /* from the kill to the container's end, with KILLED, STATUS and LATER
			      */
	struct ow_balance balance; /* all absent without a kill */
	struct ow_holders holders;
	struct ow_zones zones; /* without rows for a cgroup's limit */
	struct ow_score score;
	const struct ow_go_scene *go; /* NULL: nothing of a Go program is in the case */
};

/* 0 or -ENOMEM. The scene points into the case. */
int ow_scene_make(const struct ow_case *c, struct ow_arena *arena, struct ow_scene *ret);

/* Do both groups belong to one owner? False when either is not known. */
bool ow_owner_same(const struct ow_owner *a, const struct ow_owner *b);

/* When the kill was, on the wall clock; false when no source says. */
bool ow_scene_kill_time(const struct ow_scene *s, int64_t *ret);

/*
 * A command with its words in capitals filled in from the case, as far as it knows them and they
 * can be typed: CONTAINER, CGROUP (the directory of the limiting group), OWN_CGROUP (the
 * victim's), UNIT. In the arena; the template itself where nothing is known.
 */
const char *ow_scene_command(const struct ow_scene *s, struct ow_arena *arena,
			     const char *template);

#endif
