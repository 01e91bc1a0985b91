/* SPDX-License-Identifier: Apache-2.0 */
/* Which group below filled the limit of an ancestor, or the machine. A record names the victim's
 * group only, and its task table does not say which group a task is in. */
#include "analyze/hypothesis.h"

static void judge_holder(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_open(s, f, "the record does not say how much each group held");
}

static void judge_grower(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_open(s, f, "growth needs two points in time, and a record is one");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_TENANT,
		.label = "tenant-holder",
		.meaning = "the child cgroup that holds most of the limit that was hit",
		.prediction = "one group below holds at least 60 % of usage and swap",
		.refuter = "another one holds at least half as much",
		.datum = "usage of the groups below, while the kill was",
		.command = "systemd-cgtop -m -n 1 --depth=6",
		.remedy = "go on inside that group",
		.judge = judge_holder,
	},
	{
		.level = OW_LEVEL_TENANT,
		.label = "tenant-grower",
		.meaning = "the child cgroup that grew",
		.prediction =
			"one group rose by at least 10 % of the limit and took at least 60 % of "
			"the rise",
		.refuter = "it fell or stood still",
		.datum = "usage of the groups below at two points in time",
		.command = "systemd-cgtop -m -n 2 -d 60 --depth=6",
		.remedy = "give that group a limit of its own; go on inside it",
		.judge = judge_grower,
	},
};

const struct ow_family ow_family_tenant = OW_FAMILY(hypotheses);
