/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_FRAMES_H
#define OW_ANALYZE_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/profile-view.h"
#include "base/arena.h"
#include "base/err.h"
#include "record/stacks.h"

/*
 * The frames of a profile as pprof's reports name them, and stacks of them. A frame is what the
 * granularity tells apart; one that was inlined is a frame like any other.
 */
struct ow_frames;

/* trim_path and source_path as those of the graph; NULL is none. Returns 0 or -ENOMEM. */
int ow_frames_new(struct ow_profile_view *view, const char *trim_path, const char *source_path,
		  struct ow_arena *arena, struct ow_frames **ret, struct ow_err *err);

/* What is shown of each frame, by its number: "main.grow" or "main.grow /src/main.go:13". */
const struct ow_str *ow_frames_label(const struct ow_frames *frames, size_t *n);

/* The frames of a sample, the root first: valid until the next call. -E2BIG: they are more than
 * OW_TALLY_SEQUENCE_MAX. */
int ow_frames_of(struct ow_frames *frames, const struct ow_profile_sample *sample,
		 const uint32_t **ret, size_t *n);

/*
 * Each distinct stack of what passes the filters, with the sum of value; a stack of several sets of
 * labels is one. drop_negative leaves out those whose sum is below 0. -E2BIG: a stack is too long;
 * -ENOMEM.
 */
struct ow_stacks_options {
	size_t value; /* index of the type */
	bool drop_negative;
	const char *trim_path, *source_path;
};

int ow_profile_stacks(struct ow_profile_view *view, const struct ow_stacks_options *options,
		      struct ow_arena *arena, struct ow_stacks **ret, struct ow_err *err);

#endif
