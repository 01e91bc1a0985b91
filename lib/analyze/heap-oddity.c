/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "analyze/heap-internal.h"
#include "analyze/words.h"
#include "base/path.h"

#define RATE_USUAL     OW_KIB(512)
#define NANOS_PER_USEC 1000

/* What is seen of one oddity: *ret is left at NULL when nothing is, and is "" when there is nothing
 * to add. -ENOMEM. */
typedef int look_fn(const struct heap_work *work, const char **ret);

static int say(const char *text, const char **ret)
{
	*ret = text;
	return text ? 0 : -ENOMEM;
}

static int see_empty(const struct heap_work *work, const char **ret)
{
	return work->heap->rows.n ? 0 : say("", ret);
}

/* Go writes a period of 0 when it is told to sample nothing. */
static bool is_rate_zero(const struct heap_work *work)
{
	const struct ow_profile *profile = work->view->profile;

	return profile->period == 0 && heap_is_bytes(profile->period_type.unit);
}

static int see_rate_zero(const struct heap_work *work, const char **ret)
{
	return is_rate_zero(work) ? say("", ret) : 0;
}

static int see_rate_exact(const struct heap_work *work, const char **ret)
{
	return work->period == 1 ? say("", ret) : 0;
}

static int see_rate_other(const struct heap_work *work, const char **ret)
{
	if (!work->seen.go || work->period <= 1 || work->period == (double)RATE_USUAL)
		return 0;
	return say(ow_printf(work->arena, "one object is sampled in %s; usual is %s",
			     ow_words_bytes(work->arena, (uint64_t)work->heap->period_bytes),
			     ow_words_bytes(work->arena, RATE_USUAL)),
		   ret);
}

static int see_delta(const struct heap_work *work, const char **ret)
{
	if (!work->view->profile->duration_nanos)
		return 0;
	return say(ow_printf(work->arena, "over %s; %" PRIu64 " stack%s below 0",
			     ow_words_span(work->arena, heap_size(work->heap->duration_usec)),
			     work->seen.negative, work->seen.negative == 1 ? " is" : "s are"),
		   ret);
}

static int see_negative(const struct heap_work *work, const char **ret)
{
	if (work->heap->difference || !work->seen.negative)
		return 0;
	return say(ow_printf(work->arena, "%" PRIu64 " stack%s below 0", work->seen.negative,
			     work->seen.negative == 1 ? " is" : "s are"),
		   ret);
}

static int see_merged(const struct heap_work *work, const char **ret)
{
	const struct ow_heap_facts *facts = work->facts;
	int64_t first = INT64_MAX, last = 0;

	if (facts->n_parts < 2)
		return 0;
	for (size_t i = 0; i < facts->n_parts; i++) {
		const int64_t time = facts->part[i]->time_nanos;

		if (time > 0 && time < first)
			first = time;
		if (time > last)
			last = time;
	}
	if (last == 0 || first == last)
		return say(ow_printf(work->arena, "%zu profiles", facts->n_parts), ret);
	return say(ow_printf(work->arena, "%zu profiles, taken over %s", facts->n_parts,
			     ow_words_span(work->arena, (uint64_t)(last - first) / NANOS_PER_USEC)),
		   ret);
}

static int see_comments(const struct heap_work *work, const char **ret)
{
	const struct ow_profile *profile = work->view->profile;

	if (profile->n_comments == 0)
		return 0;
	return say(ow_printf(work->arena, "%zu comment%s; the first: %.*s", profile->n_comments,
			     profile->n_comments == 1 ? "" : "s", (int)profile->comment[0].n,
			     profile->comment[0].p),
		   ret);
}

static struct ow_str program_of(const struct ow_profile *profile)
{
	if (profile->n_mappings == 0 || profile->mapping[0].file.n == 0)
		return (struct ow_str){ "", 0 };
	return ow_path_base(profile->mapping[0].file);
}

static struct ow_str build_of(const struct ow_profile *profile)
{
	return profile->n_mappings ? profile->mapping[0].build_id : (struct ow_str){ "", 0 };
}

/* Both are known, and they are not the same. */
static bool differ(struct ow_str a, struct ow_str b)
{
	return a.n && b.n && (a.n != b.n || memcmp(a.p, b.p, a.n) != 0);
}

/* The profiles that are put together and subtracted, one after the other. */
static const struct ow_profile *part_of(const struct heap_work *work, size_t i)
{
	const struct ow_heap_facts *facts = work->facts;

	if (i < facts->n_parts)
		return facts->part[i];
	i -= facts->n_parts;
	return i < facts->n_bases ? facts->base[i] : NULL;
}

static int see_other_program(const struct heap_work *work, const char **ret)
{
	const struct ow_profile *first = part_of(work, 0), *other;
	const struct ow_str build = build_of(work->view->profile);
	const char *wanted = work->facts->build_id;

	if (wanted && differ(build, ow_str(wanted)))
		return say(ow_printf(work->arena, "build id %.*s, not %s", (int)build.n, build.p,
				     wanted),
			   ret);
	for (size_t i = 1; first && (other = part_of(work, i)); i++) {
		const struct ow_str a = program_of(first), b = program_of(other);
		const struct ow_str x = build_of(first), y = build_of(other);

		if (differ(a, b))
			return say(ow_printf(work->arena, "'%.*s' is of %.*s, '%.*s' of %.*s",
					     (int)first->name.n, first->name.p, (int)a.n, a.p,
					     (int)other->name.n, other->name.p, (int)b.n, b.p),
				   ret);
		if (differ(x, y))
			return say(ow_printf(work->arena,
					     "'%.*s' has the build id %.*s, '%.*s' has %.*s",
					     (int)first->name.n, first->name.p, (int)x.n, x.p,
					     (int)other->name.n, other->name.p, (int)y.n, y.p),
				   ret);
	}
	return 0;
}

/* The sum of what was ever allocated. False when it is not counted, or does not fit. */
static bool ever_allocated(const struct heap_work *work, const struct ow_profile *profile,
			   int64_t *ret)
{
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;
	size_t index;
	int64_t sum = 0;

	if (!ow_profile_type_index(profile, "alloc_space", &index) ||
	    ow_profile_walk_init(&walk, profile, work->arena) < 0)
		return false;
	while (ow_profile_walk_next_values(&walk, &sample))
		if (__builtin_add_overflow(sum, sample.value[index], &sum))
			return false;
	*ret = sum;
	return true;
}

/* What was ever allocated never gets less while a process lives. */
static int see_other_run(const struct heap_work *work, const char **ret)
{
	const struct ow_profile *a, *b;
	int64_t x, y;

	for (size_t i = 0; (a = part_of(work, i)); i++) {
		b = part_of(work, i + 1);
		if (!b || a->time_nanos <= 0 || b->time_nanos <= 0 || a->duration_nanos ||
		    b->duration_nanos || !ever_allocated(work, a, &x) ||
		    !ever_allocated(work, b, &y))
			continue;
		if (a->time_nanos > b->time_nanos) {
			const struct ow_profile *c = a;
			const int64_t z = x;

			a = b;
			b = c;
			x = y;
			y = z;
		}
		if (y < x)
			return say(ow_printf(work->arena,
					     "less was ever allocated in '%.*s' than in '%.*s', "
					     "which is %s older",
					     (int)b->name.n, b->name.p, (int)a->name.n, a->name.p,
					     ow_words_span(work->arena, (uint64_t)(b->time_nanos -
										   a->time_nanos) /
										NANOS_PER_USEC)),
				   ret);
	}
	return 0;
}

static int see_after_kill(const struct heap_work *work, const char **ret)
{
	const struct ow_heap_age *age = &work->heap->age;

	if (!(work->facts->have & OW_HEAP_FACT_KILL) || !(age->have & OW_HEAP_AGE_TIME) ||
	    age->time_usec <= work->facts->kill_usec)
		return 0;
	return say(ow_printf(work->arena, "taken %s after the kill",
			     ow_words_span(work->arena,
					   (uint64_t)(age->time_usec - work->facts->kill_usec))),
		   ret);
}

static int see_above_limit(const struct heap_work *work, const char **ret)
{
	const struct ow_heap *heap = work->heap;
	const struct ow_heap_sums *total = &heap->total;
	const double error = total->have & OW_HEAP_ERROR ? (double)total->error_bytes : 0;

	if (!(heap->have & OW_HEAP_LIMIT) || heap->difference || heap->profiles > 1 ||
	    heap->measure != OW_HEAP_MEASURE_INUSE ||
	    (double)total->inuse_bytes - 2 * error <= (double)heap->limit_bytes)
		return 0;
	return say(ow_printf(work->arena, "%s in use, the limit is %s",
			     ow_words_count(work->arena, (uint64_t)total->inuse_bytes),
			     ow_words_count(work->arena, (uint64_t)heap->limit_bytes)),
		   ret);
}

static int see_cut(const struct heap_work *work, const char **ret)
{
	if (!work->seen.go)
		return 0;
	for (size_t k = 0; k < OW_ARRAY_SIZE(work->seen.deepest); k++)
		for (size_t i = 0; i < HEAP_DEPTHS; i++)
			if (heap_is_at_depth(work->seen.deepest[k], i) &&
			    work->seen.deep_bytes[k][i] >= work->size_sum / 100)
				return say(ow_printf(work->arena, "at %zu; %s of the bytes",
						     heap_depths[i],
						     ow_words_share(work->arena,
								    work->seen.deep_bytes[k][i] /
									    work->size_sum)),
					   ret);
	return 0;
}

static int see_allocated_only(const struct heap_work *work, const char **ret)
{
	return work->heap->measure == OW_HEAP_MEASURE_ALLOC ? say("", ret) : 0;
}

static int see_allocs(const struct heap_work *work, const char **ret)
{
	return work->heap->measure == OW_HEAP_MEASURE_INUSE &&
			       ow_str_is(work->view->profile->default_type, "alloc_space")
		       ? say("", ret)
		       : 0;
}

static int see_not_go(const struct heap_work *work, const char **ret)
{
	return work->seen.named && work->seen.other && !work->seen.go ? say("", ret) : 0;
}

static int see_nameless(const struct heap_work *work, const char **ret)
{
	return work->heap->rows.n && work->seen.nameless && !work->seen.named ? say("", ret) : 0;
}

static int see_raw(const struct heap_work *work, const char **ret)
{
	if (!heap_is_raw(work))
		return 0;
	return say(ow_printf(work->arena,
			     "%" PRIu64 " of %" PRIu64 " stacks of small objects have less of them "
			     "than one sample stands for; scaled up, all would be about %.3g bytes",
			     work->seen.too_small, work->seen.small, work->seen.raw_bytes),
		   ret);
}

static const struct {
	const char *word;
	look_fn *look;
	const char *meaning;
} oddities[] = {
	{ "rate-zero", see_rate_zero,
	  "The program sampled nothing (runtime.MemProfileRate was 0): what is here is not what it "
	  "holds, and an empty profile says nothing." },
	{ "empty", see_empty, "There is no sample with anything in use." },
	{ "raw-counts", see_raw,
	  "The numbers seem to be those of the samples alone, not scaled up to what they stand for, "
	  "or were divided: small objects are too few by far. No error can be given." },
	{ "allocated-only", see_allocated_only,
	  "It counts what was allocated, also what is freed by now. It does not say what is held: "
	  "much of it is no leak." },
	{ "allocs", see_allocs,
	  "It is a profile of /debug/pprof/allocs: the same samples as of heap. What is in use is "
	  "shown here." },
	{ "delta", see_delta,
	  "It says what changed while the server waited (?seconds=), not what was held: what is "
	  "below 0 got less." },
	{ "negative", see_negative,
	  "It is the difference of two profiles: what is below 0 got less." },
	{ "merged", see_merged,
	  "The profiles were added up: of one process, one after the other, this counts the same "
	  "memory several times, and the errors are larger than said; of several processes, it is "
	  "what all of them hold." },
	{ "other-program", see_other_program,
	  "The profiles are not of one program, or not of the one that was meant: their numbers say "
	  "nothing about each other." },
	{ "other-run", see_other_run,
	  "The profiles are not of one process: it was started anew between them, or they are of "
	  "two. What grew from one to the other is no growth." },
	{ "after-kill", see_after_kill,
	  "It is of another run than the one that was killed: a lead, no evidence." },
	{ "above-limit", see_above_limit,
	  "More is in use than the limit allows: it is of another run, or of a program with another "
	  "limit." },
	{ "stacks-cut", see_cut,
	  "Stacks end where the runtime stops to follow them: who called further up is not known." },
	{ "rate-exact", see_rate_exact, "Each object was counted: there is no sampling error." },
	{ "rate-other", see_rate_other, "The errors are those of this rate." },
	{ "not-go", see_not_go,
	  "It is not of a Go program: whose code a frame is was judged by its path alone, and size "
	  "classes are not known." },
	{ "no-names", see_nameless,
	  "It has addresses and no names: 'go tool pprof -proto BINARY FILE' makes one with names." },
	{ "comments", see_comments, "Whoever made the profile left a remark." },
};

int heap_oddities(struct heap_work *work)
{
	struct ow_heap_oddity *item = ow_alloc(work->arena, OW_ARRAY_SIZE(oddities), sizeof(*item));
	size_t n = 0;

	if (!item)
		return -ENOMEM;
	for (size_t i = 0; i < OW_ARRAY_SIZE(oddities); i++) {
		const char *detail = NULL;

		if (oddities[i].look(work, &detail) < 0)
			return -ENOMEM;
		if (detail)
			item[n++] = (struct ow_heap_oddity){ oddities[i].word, oddities[i].meaning,
							     ow_str(detail) };
	}
	work->heap->oddities = (struct ow_list){ item, n };
	return 0;
}
