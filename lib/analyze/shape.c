/* SPDX-License-Identifier: Apache-2.0 */
/* How it got there: a record is one point in time, and one point has no shape. */
#include "analyze/hypothesis.h"

#define SAMPLE "while sleep 5; do date +%s; cat OWN_CGROUP/memory.stat; done >> memory.txt"
#define DOCKER "while sleep 5; do date +%s; docker stats --no-stream CONTAINER; done >> memory.txt"

/* By the container's name, where there is one: its cgroup has another path in every life. */
static const char *command(const struct ow_scene *s)
{
	const char *runtime = s->oom->task_owner.runtime;

	return runtime && s->oom->task_owner.kind == OW_OWNER_CONTAINER &&
			       strcmp(runtime, "docker") == 0
		       ? DOCKER
		       : SAMPLE;
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_need(f, f->hypothesis->datum, ow_scene_command(s, f->arena, command(s)));
	ow_finding_settle(f, OW_OPEN, NULL, "one point in time has no shape");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_SHAPE,
		.label = "inconclusive",
		.meaning = "not enough data",
		.prediction =
			"there is no series of this memory, or one of fewer than 8 samples: a leak, a "
			"burst and a limit too small for the work look alike then",
		.refuter = "a series of the life that ended",
		.datum = "the memory over time",
		.command = SAMPLE,
		.remedy =
			"start the sampling before the next start, and run this again with what it "
			"shows",
		.judge = judge,
	},
};

const struct ow_family ow_family_shape = OW_FAMILY(hypotheses);
