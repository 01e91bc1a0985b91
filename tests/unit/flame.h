/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_FLAME_H
#define OW_TESTS_FLAME_H

#include "analyze/flame.h"
#include "analyze/frames.h"
#include "profile.h"

static inline struct ow_stacks *stacks_of(struct ow_arena *arena, struct ow_profile *profile)
{
	const struct ow_profile_filter filter = { 0 };
	const struct ow_stacks_options options = { .value = 0 };
	struct ow_profile_view *view;
	struct ow_stacks *stacks;

	assert_int_equal(ow_profile_view_new(profile, &filter, arena, &view, NULL), 0);
	assert_int_equal(ow_profile_stacks(view, &options, arena, &stacks, NULL), 0);
	return stacks;
}

#endif
