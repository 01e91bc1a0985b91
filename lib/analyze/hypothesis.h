/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_HYPOTHESIS_H
#define OW_ANALYZE_HYPOTHESIS_H

#include <stdbool.h>
#include <stddef.h>

#include "analyze/finding.h"
#include "analyze/scene.h"

/* The levels of the chain, from the kill to the cause. */
enum ow_level {
	OW_LEVEL_KILL,
	OW_LEVEL_LIMIT,
	OW_LEVEL_TENANT,
	OW_LEVEL_MAKEUP,
	OW_LEVEL_SHAPE,
	OW_LEVEL_PROCESS,
	OW_LEVEL_RUNTIME,
	OW_LEVEL_FUNCTION,
	OW_LEVEL_COUNT,
};

struct ow_level_info {
	const char *name;     /* "kill" */
	const char *question; /* "Was it an OOM kill, and whose?" */
};

extern const struct ow_level_info ow_levels[OW_LEVEL_COUNT];

/* How a hypothesis stands to the others of its level. */
enum ow_stand {
	OW_RIVAL,  /* one of them is the answer */
	OW_FACTOR, /* stands beside the answer and competes with nobody */
	OW_EXIT,   /* of the level kill: what ended the container, a question of its own */
};

/*
 * A candidate answer to the question of its level. judge() is a pure function of the scene: no
 * clock, no file, no environment. It settles the finding exactly once (ow_finding_settle) and says
 * why. A datum that is missing leaves the finding open; it never refutes.
 *
 * The texts are the manual: `oomwhy explain LABEL` and docs/hypotheses.md are made of them. All are
 * full sentences without the last full stop.
 */
struct ow_hypothesis {
	enum ow_level level;
	enum ow_stand stand;
	const char *label;      /* stable: the key in reports */
	const char *meaning;    /* "the kernel killed for a memory cgroup limit" */
	const char *prediction; /* what must be seen if it is so, with its threshold */
	const char *refuter;    /* what would refute it */
	const char *datum;      /* what decides it */
	const char *command;    /* gets the datum; see ow_scene_command; NULL: nothing does */
	const char *remedy;     /* what to do if it is so */
	const char *role;       /* of the level process: what its subject does; NULL: the usual */

	/* Can it be at all, here? NULL: always. A missing datum means that it can. */
	bool (*possible)(const struct ow_scene *s);
	void (*judge)(const struct ow_scene *s, struct ow_finding *f);
};

/* Every hypothesis, by level and then in the order they are told. */
size_t ow_hypothesis_count(void);
const struct ow_hypothesis *ow_hypothesis_at(size_t i);

/* By its label; NULL when there is none of that name. */
const struct ow_hypothesis *ow_hypothesis_find(const char *label);

/* The families, one a file. */
struct ow_family {
	const struct ow_hypothesis *item;
	size_t n;
};

#define OW_FAMILY(array)                      \
	{                                     \
		(array), OW_ARRAY_SIZE(array) \
	}

extern const struct ow_family ow_family_kill_memcg, ow_family_kill_kind, ow_family_kill_shrink,
	ow_family_kill_other, ow_family_kill_none, ow_family_kill_exit, ow_family_limit_memcg,
	ow_family_limit_swap, ow_family_limit_zone, ow_family_limit_machine, ow_family_tenant,
	ow_family_makeup_share, ow_family_makeup_kernel, ow_family_makeup_rest, ow_family_shape,
	ow_family_shape_go, ow_family_process_holder, ow_family_process_many,
	ow_family_process_shared, ow_family_process_group, ow_family_runtime_heap,
	ow_family_runtime_limit, ow_family_runtime_rest, ow_family_function_path;

/* What the subject of an answer of the level process does: "holds most, growth unknown". */
const char *ow_finding_role(const struct ow_finding *f);

/* Settles f as open: the datum of the hypothesis is missing. */
void ow_finding_open(const struct ow_scene *s, struct ow_finding *f, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
