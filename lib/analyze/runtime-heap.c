/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime's heap did: it leaks, it is full of holes, it was freed and kept. */
#include <math.h>

#include "analyze/go-growth.h"
#include "analyze/runtime.h"
#include "analyze/words.h"

#define TRACE "oomwhy report --gctrace=CONTAINER # started with GODEBUG=gctrace=1"
#define PAGES "curl -s 'http://HOST:PORT/debug/pprof/heap?debug=1' -o heap.txt # in the next life"

/* A log that is too short, or none, leaves the profiles: what they show grew as well. */
static void leak_by_profiles(const struct ow_scene *s, struct ow_finding *f)
{
	struct ow_finding by = { .hypothesis = f->hypothesis, .arena = f->arena };
	struct ow_go_growth g;

	if (ow_go_growth_make(s, f->arena, &g) < 0 || !g.material || g.not_yet)
		return;
	ow_finding_number(&by, OW_DERIVED, "growth", "bytes", round(g.net));
	ow_reason_for(
		&by, OW_DERIVED,
		ow_cite_field(&by, g.last->from->of.source.name, "in use: %s",
			      ow_words_about(f->arena, (double)g.last->heap->total.inuse_bytes)),
		"between %zu profiles of that life the heap grew by %s, with a sampling error "
		"of %s",
		g.n, ow_words_about(f->arena, g.net), ow_words_about(f->arena, g.error));
	ow_reason_also(
		&by,
		ow_cite_field(&by, g.first->from->of.source.name, "in use: %s",
			      ow_words_about(f->arena, (double)g.first->heap->total.inuse_bytes)));
	ow_finding_settle(
		&by, OW_PARTLY, NULL, "the live heap rose by %s in %s, by its profiles",
		ow_words_about(f->arena, g.net),
		ow_words_span(f->arena, (uint64_t)(g.last->time_usec - g.first->time_usec)));
	*f = by;
}

static void judge_leak(const struct ow_scene *s, struct ow_finding *f)
{
	if (!ow_runtime_concerns(s, f))
		return;
	ow_runtime_judge(s, f);
	if (f->outcome == OW_OPEN)
		leak_by_profiles(s, f);
}

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
		.judge = judge_leak,
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
