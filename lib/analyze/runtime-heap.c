/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime's heap did: it leaks, it is full of holes, it was freed and kept. */
#include "analyze/runtime.h"
#include "analyze/words.h"

#define TRACE "oomwhy report --gctrace=CONTAINER # started with GODEBUG=gctrace=1"
#define PAGES "curl -s 'http://HOST:PORT/debug/pprof/heap?debug=1' -o heap.txt # in the next life"

/* A buffer that grows is a jump at the end of a life that did not grow. */
static void judge_buffer(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_go_scene *go = s->go;

	if (!go->life || !ow_go_is_own(&go->life_tie) || !go->sum.live.grows) {
		ow_runtime_judge(s, f);
		return;
	}
	ow_reason_against(f, OW_INFERRED, ow_gc_cite(go->life, &go->life->last, NULL, NULL),
			  "the live heap rose all along, by %s",
			  ow_words_about(f->arena, go->sum.live.rise_bytes));
	ow_finding_settle(f, OW_FAILED, NULL, "the live heap rose all along");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_RUNTIME,
		.label = "live-heap-leak",
		.meaning = "the live heap grows",
		.prediction =
			"what is live after collections rises over at least 8 of them and 20 s, by "
			"a tenth of the limit, and still in the last half; or so between three "
			"moments that the runtime's numbers are of",
		.refuter = "an interval of the slope that leaves no room for such a rise",
		.datum = "the collector's log of that life",
		.command = TRACE,
		.remedy =
			"find the code that allocates what stays: two heap profiles a minute apart",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
	{
		.level = OW_LEVEL_RUNTIME,
		.label = "buffer-growth",
		.meaning = "one growing buffer, copied while it grows",
		.prediction =
			"a collection begins past its goal by 30 % of the limit, at the end of a "
			"life that did not grow before",
		.refuter = "a live heap that grew all along",
		.datum = "the collector's log of that life",
		.command = TRACE,
		.remedy = "stream it, or bound its size: http.MaxBytesReader, preallocate",
		.possible = ow_runtime_possible,
		.judge = judge_buffer,
	},
	{
		.level = OW_LEVEL_RUNTIME,
		.label = "heap-fragmentation",
		.meaning = "spans or arenas held by few objects",
		.prediction = "HeapInuse is far above what is live, and stays so",
		.refuter = "HeapInuse is near HeapAlloc after a collection",
		.datum = "MemStats of that life",
		.command = PAGES,
		.remedy =
			"keep what lives long apart from what does not: copy it out, pool the rest",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
	{
		.level = OW_LEVEL_RUNTIME,
		.label = "freed-not-returned",
		.meaning = "freed heap not given back to the system",
		.prediction =
			"HeapIdle without HeapReleased, or LazyFree of smaps, is at least 30 % of "
			"RSS; the kernel takes LazyFree back before it kills",
		.refuter = "HeapReleased is near HeapIdle, and LazyFree near 0",
		.datum = "MemStats and smaps_rollup of that life",
		.command = PAGES,
		.remedy = "GODEBUG=madvdontneed=1; debug.FreeOSMemory after a peak; GOMEMLIMIT",
		.possible = ow_runtime_possible,
		.judge = ow_runtime_judge,
	},
};

const struct ow_family ow_family_runtime_heap = OW_FAMILY(hypotheses);
