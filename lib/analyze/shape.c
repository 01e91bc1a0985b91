/* SPDX-License-Identifier: Apache-2.0 */
/* How it got there: a record is one point in time, and one point has no shape. */
#include "analyze/hypothesis.h"

#define SAMPLE                                                                          \
	"while sleep 5; do date +%s; grep -E '^(anon|file|shmem|kernel|sock|total_rss|" \
	"total_cache) ' OWN_CGROUP/memory.stat; done >> memory-history.txt"

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_open(s, f,
			"a record is one point in time: whether it was a leak, a burst or a "
			"limit too small for the work is not known");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_SHAPE,
		.label = "inconclusive",
		.meaning = "not enough data",
		.prediction = "there is no series of this memory, or one of fewer than 8 samples",
		.refuter = "a series of the life that ended",
		.datum = "the memory over time, from the start to the next kill",
		.command = SAMPLE,
		.remedy =
			"start the sampling before the next start, and run this again with what it "
			"shows",
		.judge = judge,
	},
};

const struct ow_family ow_family_shape = OW_FAMILY(hypotheses);
