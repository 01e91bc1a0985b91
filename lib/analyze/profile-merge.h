/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_PROFILE_MERGE_H
#define OW_ANALYZE_PROFILE_MERGE_H

#include "base/arena.h"
#include "base/err.h"
#include "record/profile.h"

/*
 * Several profiles as one, as pprof puts them together: stacks are equal when their functions,
 * lines and addresses (within the mapping) are; values are added; the period is the largest, the
 * time the first, comments are those of all. They must have the same period type. Of the sample
 * types those remain that all have; units are scaled to the finer.
 */
struct ow_profile_merge {
	const struct ow_profile *profile;
	const double *ratio; /* of each type, rounded to whole numbers; NULL: 1 */
	bool is_base;        /* its samples get the label pprof::base=true */
};

/* n is at least 1. -EINVAL: they cannot be put together, err says why; -ENOMEM. */
int ow_profile_merge(const struct ow_profile_merge *part, size_t n, struct ow_arena *arena,
		     struct ow_profile **ret, struct ow_err *err);

/*
 * What was in source and is not in base: base is subtracted. With diff the base's samples keep a
 * label, so that percentages are of the base. With normalize source is first scaled so that each of
 * its types has the same sum as that of base.
 */
int ow_profile_subtract(const struct ow_profile *source, const struct ow_profile *base, bool diff,
			bool normalize, struct ow_arena *arena, struct ow_profile **ret,
			struct ow_err *err);

/*
 * Says which file the program is and what its build id is, as pprof's BINARY and -buildid do; NULL
 * leaves what the profile says. A profile without mappings gets one.
 */
int ow_profile_set_program(struct ow_profile *profile, const char *file, const char *build_id,
			   struct ow_arena *arena);

#endif
