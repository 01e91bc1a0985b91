/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_PPROF_H
#define OW_RENDER_PPROF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/pattern.h"
#include "record/flame.h"
#include "record/profile-graph.h"
#include "record/profile.h"
#include "record/stacks.h"

/*
 * The reports of pprof, byte for byte as its own: scripts that read them go on working. One thing
 * is not: control characters in names, which would reach the terminal, are written as \xNN.
 */

/* The lines of a source file, as "list" shows them. */
struct ow_pprof_source {
	const struct ow_str *line; /* from 1 on; NULL: error says why */
	size_t n;
	const char *error;
};

struct ow_pprof {
	struct ow_arena *arena;
	const struct ow_profile *profile;
	/* What filters and granularity left of the profile, and its samples one by one. */
	const struct ow_profile_location *location;
	size_t n_locations;
	const struct ow_profile_function *function;
	size_t n_functions;
	bool (*next)(void *arg, struct ow_profile_sample *sample);
	void (*rewind)(void *arg);
	void *arg;
	const struct ow_graph *graph;   /* for those that need one, */
	const struct ow_stacks *stacks; /* these, */
	const struct ow_flame *flame;   /* or this, which is made of stacks */

	size_t value;       /* index of the type that is counted */
	bool mean;          /* divided by the first type */
	int64_t total;      /* what percentages are of */
	double ratio;       /* by which values are multiplied when shown */
	struct ow_str unit; /* in which they are shown; "minimum": see ow_pprof_unit */
	bool compact;       /* without the head that describes the profile */
	double node_fraction, edge_fraction;
	const char *const *filter; /* "focus=main" */
	size_t n_filters;
	const struct ow_pattern *pattern; /* of peek and list */
	const char *pattern_text;
	struct ow_str (*label_unit)(const struct ow_profile *profile, struct ow_str key);
	const struct ow_pprof_source *(*source)(void *arg, struct ow_str file);
	void *source_arg;
};

/* Each writes one report. -ENOENT: the pattern matches nothing; -ENOMEM. */
int ow_pprof_text(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_tree(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_traces(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_tags(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_comments(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_raw(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_dot(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_callgrind(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_list(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
int ow_pprof_proto(struct ow_pprof *pprof, FILE *out, struct ow_err *err);

#endif
