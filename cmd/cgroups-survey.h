/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_CGROUPS_SURVEY_H
#define OW_CMD_CGROUPS_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cgroups-list.h"
#include "collect/cgroup.h"
#include "collect/names.h"

/*
 * One look at all groups: those that are to be shown go to the list. Which those are:
 *
 *   usually     containers, units, sessions, jobs and machines that have processes, inside of them
 *               or below, and groups with processes that are nobody's
 *   with tree   each group that has processes, itself or below
 *   with all    each group
 *
 * Where words ask for some it is these, also without processes; and in a tree, or with all, those
 * below them.
 */
struct ow_cgroups_survey {
	/* Of the caller: */
	struct ow_cgroupfs *fs;
	struct ow_names *names;
	struct ow_cgroups_list *list;
	FILE *stream;          /* groups go there as JSON, as they come; NULL: to the list */
	unsigned want;         /* of each group: enum ow_cgroup_have */
	unsigned want_written; /* of one that is written as JSON, */
	const struct ow_fields *fields; /* and what is written of it */
	bool all;
	unsigned depth_max;      /* so many levels below the root, or below what was asked for */
	const char *const *word; /* paths, names or ids */
	size_t n_words;

	/* What came of it: */
	uint64_t shown;
	bool *found; /* n_words of them */
	struct ow_cgroup_walked walked;
	uint64_t partial_written; /* of those that were written */
};

/* Looks at all groups. 0 or a negative errno with err filled. */
int ow_cgroups_survey(struct ow_cgroups_survey *survey, struct ow_err *err);

/* Reads one group, and writes it to out as a line of JSON. One that is gone meanwhile is left out.
 * So a list in another order than that of the groups need not keep them. */
int ow_cgroups_survey_write(struct ow_cgroups_survey *survey, const char *path, FILE *out,
			    struct ow_err *err);

void ow_cgroups_survey_release(struct ow_cgroups_survey *survey);

#endif
