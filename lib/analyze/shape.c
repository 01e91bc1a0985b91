/* SPDX-License-Identifier: Apache-2.0 */
/* How it got there: a record is one point in time, and one point has no shape. */
#include <string.h>

#include "analyze/hypothesis.h"

#define EVERY_5_S(command) "while sleep 5; do date +%s; " command "; done >> memory.txt"
#define SAMPLE             EVERY_5_S("cat OWN_CGROUP/memory.stat")

/*
 * The next life is sampled. A cgroup of a container has another path then. Its name is the same
 * where the engine still knows the container; one that was removed (docker run --rm) may come back
 * under any, so that all are sampled.
 */
static const struct engine {
	const char *runtime, *path; /* what the cgroup's path has in it; NULL: anything */
	const char *known, *gone;
} engines[] = {
	{ "docker", NULL, EVERY_5_S("docker stats --no-stream CONTAINER"),
	  EVERY_5_S("docker stats --no-stream") },
	{ "podman", NULL, EVERY_5_S("podman stats --no-stream CONTAINER"),
	  EVERY_5_S("podman stats --no-stream") },
	{ "containerd", "kubepods", EVERY_5_S("crictl stats"), EVERY_5_S("crictl stats") },
	{ "containerd", NULL, EVERY_5_S("nerdctl stats --no-stream CONTAINER"),
	  EVERY_5_S("nerdctl stats --no-stream") },
	{ "cri-o", NULL, EVERY_5_S("crictl stats"), EVERY_5_S("crictl stats") },
};

static const struct engine *engine_of(const struct ow_scene *s)
{
	const struct ow_owner *owner = &s->oom->task_owner;

	for (size_t i = 0; owner->runtime && i < OW_ARRAY_SIZE(engines); i++)
		if (owner->kind == OW_OWNER_CONTAINER &&
		    strcmp(owner->runtime, engines[i].runtime) == 0 &&
		    (!engines[i].path ||
		     (s->oom->task_memcg && strstr(s->oom->task_memcg, engines[i].path))))
			return &engines[i];
	return NULL;
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	const struct engine *engine = engine_of(s);

	if (!engine)
		ow_finding_need(f, f->hypothesis->datum, ow_scene_command(s, f->arena, SAMPLE));
	else if (s->container)
		ow_finding_need(f, f->hypothesis->datum,
				ow_scene_command(s, f->arena, engine->known));
	else
		ow_finding_need(
			f, "the memory over time, of all containers: the next one has another id",
			engine->gone);
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
