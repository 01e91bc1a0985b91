/* SPDX-License-Identifier: Apache-2.0 */
/* What the collector and the limit have to do with each other. These stand beside what grows, and
 * compete with nothing. */
#include "analyze/runtime.h"

#define TRACE "oomwhy report --gctrace=CONTAINER # started with GODEBUG=gctrace=1"

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_RUNTIME,
		.stand = OW_FACTOR,
		.label = "gc-headroom",
		.meaning =
			"garbage between collections passed the limit; a factor beside a leak, a "
			"cause only when the live heap does not grow",
		.prediction = "the goal of the heap, with stacks, is at least 95 % of the limit",
		.refuter = "a goal that leaves room below the limit",
		.datum = "the collector's log of that life",
		.command = TRACE,
		.remedy =
			"GOMEMLIMIT at 90 % of the limit, less what is outside of Go's heap, or a "
			"lower GOGC; with a leak it only delays the end",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
	{
		.level = OW_LEVEL_RUNTIME,
		.stand = OW_FACTOR,
		.label = "gc-death-spiral",
		.meaning = "the memory limit leaves the collector no room",
		.prediction =
			"the goal falls to the live heap, collections come three times as often, "
			"and the program allocates less",
		.refuter = "a goal of at least 1.25 times the live heap",
		.datum = "the collector's log of that life",
		.command = TRACE,
		.remedy = "raise GOMEMLIMIT and the limit, or cut the live heap",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
	{
		.level = OW_LEVEL_RUNTIME,
		.stand = OW_FACTOR,
		.label = "cap-above-limit",
		.meaning =
			"the configured heap maximum (GOMEMLIMIT, -Xmx, --max-old-space-size) does "
			"not fit the limit",
		.prediction = "GOMEMLIMIT is at least 95 % of the limit",
		.refuter = "GOMEMLIMIT, with what is outside of Go's heap, fits the limit",
		.datum = "GOMEMLIMIT of that life: a page of metrics, or the environment",
		.command =
			"docker inspect -f '{{.Config.Env}}' CONTAINER | tr ' ' '\\n' | grep ^GO",
		.remedy = "GOMEMLIMIT at 90 % of the limit, less what is outside of Go's heap",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
};

const struct ow_family ow_family_runtime_limit = OW_FAMILY(hypotheses);
