/* SPDX-License-Identifier: Apache-2.0 */
/* What is held: the classes that one moment shows. */
#include <inttypes.h>

#include "analyze/account-internal.h"
#include "analyze/words.h"
#include "base/time.h"

#define LAZY_SHARE     0.30 /* of RSS */
#define LAZY_SMALL     0.10
#define IDLE_SHARE     0.30
#define IDLE_USEC      (5 * 60 * OW_USEC_PER_SEC) /* the scavenger is done by then */
#define RELEASED_LEAST OW_MIB(8) /* between two moments: the scavenger was at work */
#define SPANS_RATIO    3 /* HeapInuse over HeapAlloc; a steady server with churn has up to 2 */
#define SPANS_FULL     1.5
#define SPANS_SHARE    0.20
#define LEAST_BYTES    OW_MIB(32)
#define GARBAGE_SHARE  0.50 /* of HeapAlloc */
#define HUGE_SHARE     0.50 /* of the anonymous pages */
#define SLACK_SHARE    0.20

static const char *of(const struct ow_finding *f, const struct ow_account_moment *m,
		      enum ow_account_number number)
{
	return account_bytes(f->arena, (int64_t)m->value[number]);
}

static const char *share_of(const struct ow_finding *f, uint64_t part, uint64_t whole)
{
	return ow_words_share(f->arena, ow_share(part, whole));
}

static void lazy_free_judge(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a);
	const uint64_t lazy = m->value[OW_ACCOUNT_LAZY_FREE], whole = account_whole(m);

	if (!ow_account_has(m, OW_ACCOUNT_BIT(LAZY_FREE)) ||
	    !(m->have & (OW_ACCOUNT_BIT(RSS) | OW_ACCOUNT_BIT(RSS_ANON)))) {
		ow_finding_settle(f, OW_OPEN, NULL, "LazyFree and RSS are not known");
		return;
	}
	if (ow_share(lazy, whole) < LAZY_SHARE) {
		ow_reason_against(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_LAZY_FREE),
				  "LazyFree is %s, %s", of(f, m, OW_ACCOUNT_LAZY_FREE),
				  account_share(f->arena, m, lazy));
		if (ow_share(lazy, whole) < LAZY_SMALL)
			ow_finding_settle(f, OW_FAILED, NULL, "few pages wait for the kernel");
		else
			ow_finding_settle(f, OW_OPEN, NULL,
					  "%s wait for the kernel: neither little nor much",
					  of(f, m, OW_ACCOUNT_LAZY_FREE));
		return;
	}
	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_LAZY_FREE),
		      "LazyFree is %s, %s", of(f, m, OW_ACCOUNT_LAZY_FREE),
		      account_share(f->arena, m, lazy));
	if (ow_account_has(m, OW_ACCOUNT_BIT(RELEASED)))
		ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_RELEASED),
			      "the runtime gave back %s", of(f, m, OW_ACCOUNT_RELEASED));
	if (m->have_gap && m->gap_bytes < (int64_t)LEAST_BYTES)
		ow_reason_for(f, OW_DERIVED, account_cite(f, m, OW_ACCOUNT_RSS_ANON),
			      "without them RssAnon is what Go has");
	ow_finding_settle(
		f, OW_HELD, NULL,
		"%s of RSS were given back with MADV_FREE: they look used, and the kernel "
		"takes them before it kills",
		of(f, m, OW_ACCOUNT_LAZY_FREE));
}

const struct ow_account_class account_lazy_free = {
	.name = "madv-free",
	.label = "freed-not-returned",
	.meaning = "freed, given back with MADV_FREE, and still counted in RSS",
	.refuter = "LazyFree below 30 % of RSS",
	.remedy =
		"GODEBUG=madvdontneed=1 (the default from Go 1.16 on) makes RSS fall at once; for a "
		"limit it makes no difference",
	.datum = "LazyFree of smaps_rollup",
	.command = "cat /proc/PID/smaps_rollup",
	.judge = lazy_free_judge,
};

/* Has it been so for as long as the scavenger takes at most? */
static bool is_old(const struct ow_account *a)
{
	const struct ow_account_moment *last = account_last(a);

	for (size_t i = a->n - 1; i-- > 0;) {
		const struct ow_account_moment *m = &a->moment[i];

		if (!ow_account_has(m, OW_ACCOUNT_BIT(IDLE)) || !account_whole(m) ||
		    ow_share(m->value[OW_ACCOUNT_IDLE], account_whole(m)) < IDLE_SHARE)
			return false;
		if (m->time_usec && last->time_usec && last->time_usec - m->time_usec >= IDLE_USEC)
			return true;
	}
	return false;
}

static void scavenger_judge(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a), *before = a->n > 1 ? m - 1 : NULL;
	const uint64_t whole = account_whole(m);

	if (!ow_account_has(m, OW_ACCOUNT_BIT(IDLE)) || !whole) {
		ow_finding_settle(f, OW_OPEN, NULL, "HeapIdle and HeapReleased are not known");
		return;
	}
	if (ow_share(m->value[OW_ACCOUNT_IDLE], whole) < IDLE_SHARE) {
		ow_reason_against(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_IDLE),
				  "idle and not given back are %s, %s", of(f, m, OW_ACCOUNT_IDLE),
				  account_share(f->arena, m, m->value[OW_ACCOUNT_IDLE]));
		ow_finding_settle(f, OW_FAILED, NULL, "there is little to give back");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_IDLE),
		      "idle and not given back are %s, %s", of(f, m, OW_ACCOUNT_IDLE),
		      account_share(f->arena, m, m->value[OW_ACCOUNT_IDLE]));
	if (before && ow_account_has(before, OW_ACCOUNT_BIT(RELEASED)) &&
	    ow_less(m->value[OW_ACCOUNT_RELEASED], before->value[OW_ACCOUNT_RELEASED]) >=
		    RELEASED_LEAST)
		ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_RELEASED),
			      "HeapReleased rose from %s to %s", of(f, before, OW_ACCOUNT_RELEASED),
			      of(f, m, OW_ACCOUNT_RELEASED));
	if (is_old(a))
		ow_finding_settle(
			f, OW_PARTLY, NULL,
			"%s are idle for more than 5 minutes: the scavenger does not give "
			"them back",
			of(f, m, OW_ACCOUNT_IDLE));
	else if (f->n_reasons > 1)
		ow_finding_settle(f, OW_PARTLY, NULL,
				  "the scavenger is at work, and %s are left to it",
				  of(f, m, OW_ACCOUNT_IDLE));
	else
		ow_finding_settle(f, OW_OPEN, NULL,
				  "%s are idle; whether the scavenger gives them back is seen at a "
				  "second moment, some minutes later",
				  of(f, m, OW_ACCOUNT_IDLE));
}

const struct ow_account_class account_scavenger = {
	.name = "scavenger",
	.meaning = "freed, and not given back yet",
	.refuter = "HeapIdle - HeapReleased below 30 % of RSS",
	.remedy =
		"wait some minutes; debug.FreeOSMemory() gives it back at once; a GOMEMLIMIT makes "
		"the scavenger hurry",
	.datum = "HeapIdle and HeapReleased, at two moments",
	.command = "curl -s 'http://HOST:PORT/debug/pprof/heap?debug=1' -o heap.N.txt",
	.judge = scavenger_judge,
};

static void fragmentation_judge(const struct ow_account *a, struct ow_finding *f)
{
	const uint32_t numbers = OW_ACCOUNT_BIT(HEAP_ALLOC) | OW_ACCOUNT_BIT(HEAP_INUSE);
	const struct ow_account_moment *m = account_last(a);
	const uint64_t alloc = m->value[OW_ACCOUNT_HEAP_ALLOC];
	const uint64_t inuse = m->value[OW_ACCOUNT_HEAP_INUSE];
	const uint64_t room = ow_less(inuse, alloc), whole = account_whole(m);
	struct ow_reason *reason;

	if (!ow_account_has(m, numbers) || !whole) {
		ow_finding_settle(f, OW_OPEN, NULL, "HeapAlloc and HeapInuse are not known");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_HEAP_INUSE),
		      "HeapInuse is %s, HeapAlloc %s: %s of the spans is taken",
		      of(f, m, OW_ACCOUNT_HEAP_INUSE), of(f, m, OW_ACCOUNT_HEAP_ALLOC),
		      share_of(f, alloc, inuse));
	ow_reason_also(f, account_cite(f, m, OW_ACCOUNT_HEAP_ALLOC));
	reason = f->n_reasons ? &f->reason[f->n_reasons - 1] : NULL;
	if (inuse / SPANS_RATIO < alloc || room < LEAST_BYTES ||
	    ow_share(room, whole) < SPANS_SHARE) {
		if (reason)
			reason->against = true;
		if ((double)inuse < SPANS_FULL * (double)alloc ||
		    ow_share(room, whole) < SPANS_SHARE)
			ow_finding_settle(f, OW_FAILED, NULL, "there is little room in spans");
		else
			ow_finding_settle(
				f, OW_OPEN, NULL,
				"%s are room in spans: less than few survivors leave, and "
				"as much as churn can",
				account_bytes(f->arena, (int64_t)room));
	} else {
		ow_reason_for(f, OW_DERIVED, (struct ow_cite){ 0 }, "the room in them is %s, %s",
			      account_bytes(f->arena, (int64_t)room),
			      account_share(f->arena, m, room));
		ow_finding_settle(f, OW_HELD, NULL,
				  "few objects keep many spans from being given "
				  "back");
	}
}

const struct ow_account_class account_fragmentation = {
	.name = "fragmentation",
	.label = "heap-fragmentation",
	.meaning = "spans are kept by few objects each",
	.refuter = "HeapInuse below three times HeapAlloc",
	.remedy = "find who survives among many that died (oomwhy heap, objects by line): allocate "
		  "what lives long apart from what does not, or copy the survivors; a lower GOGC "
		  "does not help",
	.datum = "HeapAlloc and HeapInuse",
	.command = "curl -s 'http://HOST:PORT/debug/pprof/heap?debug=1' -o heap.txt",
	.judge = fragmentation_judge,
};

/* What the last collection left: said by the runtime, or worked out from the goal that it set. */
static bool live_now(const struct ow_account_moment *m, uint64_t *ret)
{
	const uint32_t by_goal =
		OW_ACCOUNT_BIT(GOAL) | OW_ACCOUNT_BIT(GOGC) | OW_ACCOUNT_BIT(MEMORY_LIMIT);

	if (ow_account_has(m, OW_ACCOUNT_BIT(LIVE)) &&
	    m->source[OW_ACCOUNT_LIVE] != &m->from->profile_source) {
		*ret = m->value[OW_ACCOUNT_LIVE];
		return true;
	}
	if (!ow_account_has(m, by_goal) || m->value[OW_ACCOUNT_GOGC] > 100000 ||
	    m->value[OW_ACCOUNT_MEMORY_LIMIT] != UINT64_MAX)
		return false;
	*ret = (uint64_t)((double)m->value[OW_ACCOUNT_GOAL] /
			  (1 + (double)m->value[OW_ACCOUNT_GOGC] / 100));
	return true;
}

static void garbage_judge(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a);
	const uint64_t alloc = m->value[OW_ACCOUNT_HEAP_ALLOC];
	uint64_t live, garbage;

	if (!ow_account_has(m, OW_ACCOUNT_BIT(HEAP_ALLOC)) || !live_now(m, &live)) {
		ow_finding_settle(
			f, OW_OPEN, NULL,
			"what the last collection left is not known: the profile is of the "
			"one before");
		return;
	}
	garbage = ow_less(alloc, live);
	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_HEAP_ALLOC),
		      "HeapAlloc is %s, and the last collection left %s",
		      of(f, m, OW_ACCOUNT_HEAP_ALLOC), account_bytes(f->arena, (int64_t)live));
	if (ow_share(garbage, alloc) < GARBAGE_SHARE || garbage < LEAST_BYTES) {
		if (f->n_reasons)
			f->reason[0].against = true;
		ow_finding_settle(f, OW_FAILED, NULL,
				  "most of the heap was live at the last "
				  "collection");
	} else {
		ow_finding_settle(
			f, OW_PARTLY, NULL,
			"%s came after the last collection: most of it is garbage that the "
			"next one takes, if the live heap does not grow",
			account_bytes(f->arena, (int64_t)garbage));
	}
}

const struct ow_account_class account_garbage = {
	.name = "floating-garbage",
	.meaning = "dead objects wait for the next collection",
	.refuter = "HeapAlloc below twice what the last collection left",
	.remedy = "no leak: a lower GOGC or a GOMEMLIMIT collects sooner; runtime.GC() before a "
		  "profile shows what is live",
	.datum = "/gc/heap/live:bytes, or a profile right after a collection",
	.command = "curl -s 'http://HOST:PORT/debug/pprof/heap?debug=1&gc=1' -o heap.txt",
	.judge = garbage_judge,
};

static void huge_pages_judge(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a);
	const uint64_t huge = m->value[OW_ACCOUNT_HUGE], anon = m->value[OW_ACCOUNT_RSS_ANON];
	const double whole = (double)account_whole(m);

	if (!m->have_gap || !ow_account_has(m, OW_ACCOUNT_BIT(HUGE))) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "it takes RssAnon, Go's total and smaps_rollup of "
				  "one moment");
		return;
	}
	if (m->gap_bytes < (int64_t)LEAST_BYTES || (double)m->gap_bytes < SLACK_SHARE * whole ||
	    ow_share(huge, anon) < HUGE_SHARE) {
		ow_reason_against(
			f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_HUGE),
			"%s are in huge pages, and RssAnon is %s %s what Go counts",
			of(f, m, OW_ACCOUNT_HUGE),
			account_bytes(f->arena, m->gap_bytes < 0 ? -m->gap_bytes : m->gap_bytes),
			m->gap_bytes < 0 ? "below" : "above");
		ow_finding_settle(f, OW_FAILED, NULL,
				  "huge pages do not make RSS larger than what "
				  "Go has");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_HUGE),
		      "%s of the anonymous pages are huge", share_of(f, huge, anon));
	ow_finding_settle(
		f, OW_OPEN, NULL,
		"%s are not Go's by its count; they can be what huge pages hold beside what "
		"is used, or off-heap: run it once with huge pages off and compare",
		account_bytes(f->arena, m->gap_bytes));
}

const struct ow_account_class account_huge_pages = {
	.name = "huge-pages",
	.label = "thp-inflation",
	.meaning = "huge pages hold what Go gave back or never touched",
	.refuter = "RssAnon at or below Sys - HeapReleased, or few AnonHugePages",
	.remedy =
		"echo 0 > /sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none, or THP at "
		"madvise; Go 1.21.0 to 1.21.3 asked for them: use 1.21.4 or later",
	.datum = "the same process with huge pages off",
	.command =
		"GODEBUG=disablethp=1 PROGRAM (Go 1.21.6 or later), then oomwhy account --pid PID",
	.judge = huge_pages_judge,
};
