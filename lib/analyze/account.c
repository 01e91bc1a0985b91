/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/account.h"

#include <errno.h>
#include <inttypes.h>

#include "analyze/account-internal.h"
#include "analyze/words.h"
#include "base/time.h"

/* In the order they are told: what grows, what is held, what is at the limit. */
static const struct ow_account_class *const classes[] = {
	&account_live_leak, &account_goroutine_leak, &account_off_heap, &account_lazy_free,
	&account_scavenger, &account_fragmentation,  &account_garbage,  &account_huge_pages,
	&account_churn,     &account_spiral,         &account_cap,      &account_headroom,
};

const size_t ow_account_n_classes = OW_ARRAY_SIZE(classes);

const struct ow_account_class *ow_account_class_at(size_t i)
{
	return classes[i];
}

const struct ow_account_class *ow_account_class_find(const char *name)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(classes); i++)
		if (strcmp(classes[i]->name, name) == 0 ||
		    (classes[i]->label && strcmp(classes[i]->label, name) == 0))
			return classes[i];
	return NULL;
}

void ow_account_judge(const struct ow_account *a, const struct ow_account_class *class,
		      struct ow_finding *ret)
{
	static const enum ow_verdict verdicts[] = {
		[OW_OPEN] = OW_NOT_TESTED,     [OW_FAILED] = OW_REFUTED,
		[OW_PARTLY] = OW_SUPPORTED,    [OW_HELD] = OW_SUPPORTED,
		[OW_SPLIT] = OW_CONTRADICTORY,
	};

	*ret = (struct ow_finding){ .arena = a->arena };
	class->judge(a, ret);
	ret->verdict = verdicts[ret->outcome];
	if (ret->outcome == OW_OPEN && class->command)
		ow_finding_need(ret, class->datum, class->command);
}

int ow_account_make(const struct ow_go_series *series, uint64_t limit_bytes, struct ow_arena *arena,
		    struct ow_account *ret)
{
	struct ow_account a = { .arena = arena, .series = series, .n = series->n };
	struct ow_go_source *asked = ow_alloc(arena, 1, sizeof(*asked));

	a.moment = ow_alloc(arena, a.n, sizeof(*a.moment));
	a.finding = ow_alloc(arena, ow_account_n_classes, sizeof(*a.finding));
	if (!asked || !a.moment || !a.finding)
		return -ENOMEM;
	asked->name = "--limit";
	for (size_t i = 0; i < a.n; i++)
		account_numbers(&series->moment[i], limit_bytes, asked, &a.moment[i]);
	account_steps(&a);
	account_advise(&a);
	for (size_t i = 0; i < ow_account_n_classes; i++)
		ow_account_judge(&a, classes[i], &a.finding[i]);
	*ret = a;
	return ow_arena_refused(arena) ? -ENOMEM : 0;
}

const char *account_bytes(struct ow_arena *arena, int64_t bytes)
{
	const char *text = ow_printf(arena, "%.1f MiB", (double)bytes / (double)OW_MIB(1));

	return text ? text : "";
}

/* How each number is called where it is read. */
static const char *const number_names[OW_ACCOUNT_NUMBERS] = {
	[OW_ACCOUNT_PROFILE] = "inuse_space",
	[OW_ACCOUNT_HEAP_ALLOC] = "HeapAlloc",
	[OW_ACCOUNT_HEAP_INUSE] = "HeapInuse",
	[OW_ACCOUNT_IDLE] = "HeapIdle - HeapReleased",
	[OW_ACCOUNT_RELEASED] = "HeapReleased",
	[OW_ACCOUNT_STACKS] = "StackSys",
	[OW_ACCOUNT_STRUCTURES] = "MSpanSys + MCacheSys + BuckHashSys + GCSys + OtherSys",
	[OW_ACCOUNT_GO] = "Sys - HeapReleased",
	[OW_ACCOUNT_SWAPPED] = "VmSwap",
	[OW_ACCOUNT_LAZY_FREE] = "LazyFree",
	[OW_ACCOUNT_HUGE] = "AnonHugePages",
	[OW_ACCOUNT_RSS_ANON] = "RssAnon",
	[OW_ACCOUNT_RSS_FILE] = "RssFile",
	[OW_ACCOUNT_RSS_SHMEM] = "RssShmem",
	[OW_ACCOUNT_RSS] = "RSS",
	[OW_ACCOUNT_GROUP_ANON] = "anonymous memory of the group",
	[OW_ACCOUNT_GROUP_FILE] = "page cache of the group",
	[OW_ACCOUNT_GROUP_SHMEM] = "shared memory of the group",
	[OW_ACCOUNT_GROUP_KERNEL] = "kernel memory of the group",
	[OW_ACCOUNT_USAGE] = "usage",
	[OW_ACCOUNT_LIMIT] = "limit",
	[OW_ACCOUNT_LIVE] = "live heap",
	[OW_ACCOUNT_GOAL] = "NextGC",
	[OW_ACCOUNT_GOROUTINES] = "goroutines",
	[OW_ACCOUNT_GC_COUNT] = "NumGC",
	[OW_ACCOUNT_LIMITER] = "/gc/limiter/last-enabled:gc-cycle",
	[OW_ACCOUNT_TOTAL_ALLOC] = "TotalAlloc",
	[OW_ACCOUNT_GOGC] = "GOGC",
	[OW_ACCOUNT_MEMORY_LIMIT] = "GOMEMLIMIT",
};

struct ow_cite account_cite(struct ow_finding *f, const struct ow_account_moment *m,
			    enum ow_account_number number)
{
	const struct ow_go_source *source = m->source[number];
	char time[OW_TIME_MAX] = "";

	if (!source || !source->name)
		return (struct ow_cite){ 0 };
	if (source->time_usec) /* a page that is got again has the same name */
		(void)ow_time_utc(source->time_usec - source->time_usec % OW_USEC_PER_SEC, time);
	return ow_cite_field(f, source->name, "%s = %" PRIu64 "%s%s", number_names[number],
			     m->value[number], *time ? " at " : "", time);
}

void account_points(const struct ow_account *a, enum ow_account_number number, bool collected,
		    struct account_points *ret)
{
	const uint32_t bit = UINT32_C(1) << number;

	ret->n = 0;
	for (size_t i = 0; i < a->n; i++) {
		const struct ow_account_moment *m = &a->moment[i];
		const struct ow_account_moment *before = ret->n ? ret->at[ret->n - 1] : NULL;

		if (!ow_account_has(m, bit))
			continue;
		if (collected && before &&
		    (before->value[number] == m->value[number] ||
		     (ow_account_has(m, OW_ACCOUNT_BIT(GC_COUNT)) &&
		      ow_account_has(before, OW_ACCOUNT_BIT(GC_COUNT)) &&
		      before->value[OW_ACCOUNT_GC_COUNT] == m->value[OW_ACCOUNT_GC_COUNT])))
			continue;
		if (ret->n == ACCOUNT_POINTS) {
			memmove(ret->at, ret->at + 1, sizeof(ret->at) - sizeof(ret->at[0]));
			memmove(ret->value, ret->value + 1,
				sizeof(ret->value) - sizeof(ret->value[0]));
			ret->n--;
		}
		ret->at[ret->n] = m;
		ret->value[ret->n++] = (double)m->value[number];
	}
}

#define SPAN_LEAST_SEC 20.0
#define CHANCE         0.05 /* that there is no trend */
#define TAIL_CHANCE    0.25 /* of half the points less can be asked */

/* The trend of the points from first on, by their number. */
static bool fit_numbers(const struct account_points *points, size_t first, struct ow_arena *scratch,
			struct ow_trend *ret)
{
	struct ow_trend_point point[ACCOUNT_POINTS];

	for (size_t i = first; i < points->n; i++)
		point[i - first] = (struct ow_trend_point){ (double)i, points->value[i] };
	return ow_trend_fit(point, points->n - first, scratch, ret);
}

bool account_rises(const struct account_points *points, struct ow_arena *scratch)
{
	struct ow_trend all, tail;

	if (points->n >= ACCOUNT_TREND)
		return fit_numbers(points, 0, scratch, &all) && all.low > 0 && all.p < CHANCE &&
		       fit_numbers(points, points->n / 2, scratch, &tail) && tail.slope > 0 &&
		       tail.p < TAIL_CHANCE;
	for (size_t i = 1; i < points->n; i++)
		if (points->value[i] <= points->value[i - 1])
			return false;
	return points->n >= 2;
}

/* Files have no time of their own; then the last collection is near enough to measure by. */
static int64_t time_of(const struct ow_account_moment *m)
{
	return m->time_usec ? m->time_usec : m->last_gc_usec;
}

bool account_trend(const struct account_points *points, struct ow_arena *scratch,
		   struct ow_trend *ret)
{
	struct ow_trend_point point[ACCOUNT_POINTS];

	if (points->n < ACCOUNT_TREND)
		return false;
	for (size_t i = 0; i < points->n; i++) {
		const int64_t usec = time_of(points->at[i]);

		if (!usec || (i && usec <= time_of(points->at[i - 1])))
			return false;
		point[i].at = (double)(usec - time_of(points->at[0])) / OW_USEC_PER_SEC;
		point[i].value = points->value[i];
	}
	return point[points->n - 1].at >= SPAN_LEAST_SEC &&
	       ow_trend_fit(point, points->n, scratch, ret);
}

const char *account_row(struct ow_arena *arena, const struct account_points *points, bool is_count)
{
	const char *text = "";

	for (size_t i = 0; i < points->n && text; i++) {
		const char *value = is_count ? ow_words_count(arena, (uint64_t)points->value[i])
					     : account_bytes(arena, (int64_t)points->value[i]);

		if (points->n > 6 && i == 2) {
			text = ow_printf(arena, "%s -> ...", text);
			i = points->n - 3;
			continue;
		}
		text = ow_printf(arena, "%s%s%s", text, i ? " -> " : "", value);
	}
	return text ? text : "";
}

/* In the order in which they are taken. */
static const struct {
	enum ow_account_number number;
	const char *name;
} wholes[] = {
	{ OW_ACCOUNT_RSS, "RSS" },
	{ OW_ACCOUNT_RSS_ANON, "RssAnon" },
	{ OW_ACCOUNT_GO, "what Go has" },
};

/* The index of wholes; their number: none is known. */
static size_t find_whole(const struct ow_account_moment *m)
{
	size_t i = 0;

	while (i < OW_ARRAY_SIZE(wholes) && !ow_account_has(m, UINT32_C(1) << wholes[i].number))
		i++;
	return i;
}

uint64_t account_whole(const struct ow_account_moment *m)
{
	const size_t i = find_whole(m);

	return i < OW_ARRAY_SIZE(wholes) ? m->value[wholes[i].number] : 0;
}

const char *account_whole_name(const struct ow_account_moment *m)
{
	const size_t i = find_whole(m);

	return i < OW_ARRAY_SIZE(wholes) ? wholes[i].name : "an unknown amount";
}

const char *account_share(struct ow_arena *arena, const struct ow_account_moment *m, uint64_t bytes)
{
	const char *text = ow_printf(arena, "%s of %s",
				     ow_words_share(arena, ow_share(bytes, account_whole(m))),
				     account_whole_name(m));

	return text ? text : "";
}
