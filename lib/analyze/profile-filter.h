/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_PROFILE_FILTER_H
#define OW_ANALYZE_PROFILE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/profile-view.h"
#include "base/pattern.h"

/* What the files behind profile-view.h share; for nobody else. */

/* What a filter knows of a location. */
enum view_mark {
	VIEW_DROP = 1 << 0,       /* it and what it calls do not interest */
	VIEW_DROP_BELOW = 1 << 1, /* what it calls does not */
	VIEW_FOCUS = 1 << 2,      /* a sample needs one of these */
	VIEW_IGNORE = 1 << 3,     /* and none of these */
	VIEW_HIDDEN = 1 << 4,     /* nothing is left of it */
	VIEW_SHOW_FROM = 1 << 5,  /* what calls it is cut */
	VIEW_PRUNE_FROM = 1 << 6, /* what it calls is cut */
};

/* What is decided of a set of labels. */
struct view_tags {
	uint32_t *root, *leaf; /* locations that are made of them */
	bool is_out;           /* tagfocus or tagignore leave it out */
};

struct ow_view_state {
	struct ow_arena *arena;
	const struct ow_profile *profile;
	const struct ow_profile_filter *filter;
	struct ow_profile_view *view;
	struct ow_profile_location *location;
	struct ow_profile_function *function;
	struct ow_profile_labels *labels;
	uint8_t *mark; /* of each location */
	struct view_tags *tags;
	size_t n_root, n_leaf;
	bool has_names; /* focus, ignore, hide or show is given */
	bool has_hidden, has_show_from, has_prune_from, has_drop;
	uint32_t *stack; /* room for a stack with the frames of its labels */
};

/* A pattern is said to have matched nothing. */
void view_unmatched(struct ow_view_state *state, const char *option);

/* Compiles the pattern of an option; *ret is NULL when none is given. */
int view_pattern(const char *option, const char *text, struct ow_pattern **ret, struct ow_err *err);

/* The filters of frames and places: marks the locations and cuts their lines. */
int view_drop(struct ow_view_state *state, struct ow_err *err);
int view_names(struct ow_view_state *state, struct ow_err *err);
int view_show_from(struct ow_view_state *state, struct ow_err *err);
int view_prune_from(struct ow_view_state *state, struct ow_err *err);

/* Labels as frames, and the filters of labels. */
int view_tag_frames(struct ow_view_state *state, struct ow_err *err);
int view_tag_focus(struct ow_view_state *state, struct ow_err *err);
int view_tag_show(struct ow_view_state *state, struct ow_err *err);

#endif
