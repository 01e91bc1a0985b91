/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_PROFILE_VIEW_H
#define OW_ANALYZE_PROFILE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/profile.h"

/*
 * A profile seen through pprof's filters, in pprof's order: frames that do not interest are dropped
 * (drop_frames), labels become frames (tagroot, tagleaf), then focus, ignore, hide, show,
 * show_from, tagfocus, tagignore, tagshow, taghide, prune_from, and at last what a frame is told by
 * (granularity). The profile itself stays as it is; a view is a walk over what is left of it.
 */

/* What tells one frame from another. */
enum ow_granularity {
	OW_GRANULARITY_FUNCTIONS,     /* the name of the function */
	OW_GRANULARITY_FILEFUNCTIONS, /* and its file */
	OW_GRANULARITY_FILES,         /* only the file */
	OW_GRANULARITY_LINES,         /* function, file and line */
	OW_GRANULARITY_ADDRESSES,     /* all that is known */
};

/* Patterns as pprof takes them; NULL or "" is none. */
struct ow_profile_filter {
	const char *focus, *ignore, *hide, *show, *show_from, *prune_from;
	const char *tag_focus, *tag_ignore, *tag_show, *tag_hide;
	const char *tag_root, *tag_leaf; /* keys, with commas between */
	const char *unit; /* for the frames that are made of labels: "minimum", "auto", "MB" */
	bool all_frames;  /* also those that the profile says do not interest */
	bool no_inlines;  /* only the function that others were inlined in */
	bool show_columns;
	enum ow_granularity granularity;
};

/*
 * Locations and functions stand where they stand in the profile, cut as the filters and the
 * granularity say; behind them are the frames that were made of labels.
 */
struct ow_profile_view {
	const struct ow_profile *profile;
	const struct ow_profile_location *location;
	size_t n_locations;
	const struct ow_profile_function *function;
	size_t n_functions;
	const struct ow_profile_labels *labels; /* the sets of the profile, without hidden ones */
	const char *unmatched[12];              /* options whose pattern matched nothing: "focus" */
	size_t n_unmatched;
	size_t longest; /* of the stacks */
	struct ow_profile_walk walk;
	struct ow_view_state *state; /* private */
};

/* The view of a profile. -EINVAL: a pattern is wrong, err says which; -ENOMEM. */
int ow_profile_view_new(const struct ow_profile *profile, const struct ow_profile_filter *filter,
			struct ow_arena *arena, struct ow_profile_view **ret, struct ow_err *err);

/* Begins (again) before the first sample. */
void ow_profile_view_rewind(struct ow_profile_view *view);

/* The next sample that passes the filters, cut as they say; false at the end. It lasts until the
 * next call. A sample without a stack passes none, as pprof has it. */
bool ow_profile_view_next(struct ow_profile_view *view, struct ow_profile_sample *sample);

/*
 * The sum of the sizes of all values of a type; where samples of a diff's base are, of theirs
 * alone. With mean divided by that of the first type. filtered: of what passes the filters.
 * -EOVERFLOW: it does not fit in 63 bits.
 */
int ow_profile_view_total(struct ow_profile_view *view, size_t value, bool mean, bool filtered,
			  int64_t *ret, struct ow_err *err);

/* The unit of the numbers that have this key: the first that a sample gives, else "bytes" for
 * "request" and "alignment", else the key itself. */
struct ow_str ow_profile_label_unit(const struct ow_profile *profile, struct ow_str key);

#endif
