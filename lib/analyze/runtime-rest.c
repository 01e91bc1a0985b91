/* SPDX-License-Identifier: Apache-2.0 */
/* What is not of the heap: goroutines, memory outside of it, huge pages. */
#include "analyze/runtime.h"

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_RUNTIME,
		.label = "goroutine-leak",
		.meaning = "goroutines (or threads) and their stacks grow",
		.prediction =
			"their number or their stacks rise, to 30 % of what Go holds; most have one "
			"stack, and wait for minutes",
		.refuter = "stacks that are next to nothing, or a number that stands still",
		.datum = "the goroutines of that life, twice",
		.command =
			"curl -s 'http://HOST:PORT/debug/pprof/goroutine?debug=2' -o goroutines.txt "
			"# in the next life",
		.remedy = "find where they wait, and who started them; cancel their contexts",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
	{
		.level = OW_LEVEL_RUNTIME,
		.label = "off-heap",
		.meaning = "cgo, mmap, native memory outside the managed heap",
		.prediction = "RssAnon without LazyFree, huge pages and what Go holds (Sys - "
			      "HeapReleased) is at least 20 % of RSS and 32 MiB, and grows",
		.refuter = "less than 10 % is outside of what Go holds",
		.datum = "smaps_rollup and the runtime's numbers of one moment, twice",
		.command = "oomwhy account CONTAINER # in the next life, twice",
		.remedy = "find the library: what cgo allocates and what is mapped is in no heap "
			  "profile",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
	{
		.level = OW_LEVEL_RUNTIME,
		.label = "thp-inflation",
		.meaning = "huge pages inflate RSS",
		.prediction =
			"AnonHugePages is at least half of the anonymous memory, and what they add "
			"at least 20 % of RSS",
		.refuter = "few huge pages",
		.datum = "smaps_rollup and the runtime's numbers of one moment",
		.command = "cat /sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none",
		.remedy = "khugepaged/max_ptes_none = 0, or transparent_hugepage=madvise; not Go "
			  "1.21.0 to 1.21.3",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
};

const struct ow_family ow_family_runtime_rest = OW_FAMILY(hypotheses);
