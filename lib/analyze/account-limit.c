/* SPDX-License-Identifier: Apache-2.0 */
/* What is about the limits: Go's own, and the cgroup's. */
#include <inttypes.h>

#include "analyze/account-internal.h"
#include "analyze/words.h"

#define RECENT     10   /* collections: the limiter was on just now */
#define AIR        1.25 /* goal over live heap: the collector has room */
#define CAP_SHARE  0.95 /* of the limit: a GOMEMLIMIT so high leaves nothing for the rest */
#define GOAL_SHARE 0.95

static const char *of(const struct ow_finding *f, const struct ow_account_moment *m,
		      enum ow_account_number number)
{
	return account_bytes(f->arena, (int64_t)m->value[number]);
}

/* How often it collected between the last two moments; 0: not known. */
static double collections_per_s(const struct ow_account *a)
{
	const struct ow_account_moment *to = account_last(a), *from = a->n > 1 ? to - 1 : NULL;

	if (!from || !ow_account_has(to, OW_ACCOUNT_BIT(GC_COUNT)) ||
	    !ow_account_has(from, OW_ACCOUNT_BIT(GC_COUNT)) || !from->last_gc_usec ||
	    to->last_gc_usec <= from->last_gc_usec)
		return 0;
	return (double)ow_less(to->value[OW_ACCOUNT_GC_COUNT], from->value[OW_ACCOUNT_GC_COUNT]) *
	       1e6 / (double)(to->last_gc_usec - from->last_gc_usec);
}

static void spiral_reasons(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a);
	const double rate = collections_per_s(a);

	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_LIMITER),
		      "the CPU limiter was last on at collection %" PRIu64 ", of %" PRIu64
		      ": the collector is held at half of the CPU, and the heap passes the limit",
		      m->value[OW_ACCOUNT_LIMITER], m->value[OW_ACCOUNT_GC_COUNT]);
	if (ow_account_has(m, OW_ACCOUNT_BIT(GOAL) | OW_ACCOUNT_BIT(LIVE)))
		ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_GOAL),
			      "the goal is %s at %s live", of(f, m, OW_ACCOUNT_GOAL),
			      of(f, m, OW_ACCOUNT_LIVE));
	if (rate > 0)
		ow_reason_for(f, OW_DERIVED, account_cite(f, m, OW_ACCOUNT_GC_COUNT),
			      "it collects %.1f times a second", rate);
}

static void spiral_judge(const struct ow_account *a, struct ow_finding *f)
{
	const uint32_t goal = OW_ACCOUNT_BIT(GOAL) | OW_ACCOUNT_BIT(LIVE);
	const uint32_t limiter = OW_ACCOUNT_BIT(LIMITER) | OW_ACCOUNT_BIT(GC_COUNT);
	const struct ow_account_moment *m = account_last(a);
	const uint64_t on = m->value[OW_ACCOUNT_LIMITER], count = m->value[OW_ACCOUNT_GC_COUNT];
	const bool air = ow_account_has(m, goal) && (double)m->value[OW_ACCOUNT_GOAL] >=
							    AIR * (double)m->value[OW_ACCOUNT_LIVE];

	if (ow_account_has(m, limiter) && on && ow_add(on, RECENT) >= count) {
		spiral_reasons(a, f);
		ow_finding_settle(f, OW_HELD, NULL,
				  "GOMEMLIMIT leaves the collector no room: it runs without end");
	} else if (air) {
		ow_reason_against(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_GOAL),
				  "the next collection is at %s, with %s live",
				  of(f, m, OW_ACCOUNT_GOAL), of(f, m, OW_ACCOUNT_LIVE));
		ow_finding_settle(f, OW_FAILED, NULL, "the collector has room");
	} else if (ow_account_has(m, limiter) && on == 0) {
		ow_reason_against(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_LIMITER),
				  "the CPU limiter was never on");
		ow_finding_settle(f, OW_FAILED, NULL, "the collector keeps up");
	} else {
		ow_finding_settle(f, OW_OPEN, NULL, "whether the CPU limiter was on is not known");
	}
}

const struct ow_account_class account_spiral = {
	.name = "limit-spiral",
	.label = "gc-death-spiral",
	.meaning = "the memory limit leaves the collector no room",
	.refuter = "a goal of 1.25 times the live heap or more, or a CPU limiter that was never on",
	.remedy =
		"raise GOMEMLIMIT and the limit behind it, or shrink the live heap: below 1.25 times "
		"the live heap the collector takes the CPU",
	.datum = "/gc/limiter/last-enabled:gc-cycle of runtime/metrics",
	.command = "a page of metrics with the runtime's own names, or gctrace: oomwhy gc",
	.judge = spiral_judge,
};

static void cap_judge(const struct ow_account *a, struct ow_finding *f)
{
	const struct ow_account_moment *m = account_last(a);
	const uint64_t cap = m->value[OW_ACCOUNT_MEMORY_LIMIT];
	const uint64_t rest = a->advice.rest_bytes;

	if (!a->have_limit || !ow_account_has(m, OW_ACCOUNT_BIT(MEMORY_LIMIT))) {
		const char *set = m->from->environment.gomemlimit;

		ow_finding_settle(f, OW_OPEN, NULL, "%s",
				  !a->have_limit ? "the limit is not known"
				  : set && !*set ? "GOMEMLIMIT is not in its environment; the "
						   "program may have set it itself"
						 : "GOMEMLIMIT is not known");
		return;
	}
	if (cap == UINT64_MAX) {
		ow_reason_against(f, OW_OBSERVED, (struct ow_cite){ 0 }, "there is no GOMEMLIMIT");
		ow_finding_settle(f, OW_FAILED, NULL, "Go has no limit of its own");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, account_cite(f, m, OW_ACCOUNT_MEMORY_LIMIT),
		      "GOMEMLIMIT is %s, the limit %s, and %s in it are not Go's",
		      ow_words_bytes(f->arena, cap), ow_words_bytes(f->arena, a->limit_bytes),
		      account_bytes(f->arena, (int64_t)rest));
	ow_reason_also(f, account_cite(f, m, OW_ACCOUNT_LIMIT));
	if ((double)cap >= CAP_SHARE * (double)a->limit_bytes ||
	    ow_add(cap, rest) > a->limit_bytes) {
		ow_finding_settle(f, OW_HELD, NULL,
				  "GOMEMLIMIT does not fit the limit: Go may fill it before it "
				  "collects");
	} else {
		if (f->n_reasons)
			f->reason[0].against = true;
		ow_finding_settle(f, OW_FAILED, NULL, "GOMEMLIMIT and the rest fit the limit");
	}
}

const struct ow_account_class account_cap = {
	.name = "limit-mismatch",
	.label = "cap-above-limit",
	.meaning = "GOMEMLIMIT does not fit the limit",
	.refuter = "GOMEMLIMIT and what is not Go's together below the limit",
	.remedy = "set GOMEMLIMIT to 90 % of what the limit leaves to Go",
	.datum = "GOMEMLIMIT and the limit",
	.command = "xargs -0n1 < /proc/PID/environ | grep GOMEMLIMIT",
	.judge = cap_judge,
};

static void headroom_judge(const struct ow_account *a, struct ow_finding *f)
{
	const uint32_t numbers =
		OW_ACCOUNT_BIT(GOAL) | OW_ACCOUNT_BIT(STACKS) | OW_ACCOUNT_BIT(STRUCTURES);
	const struct ow_account_moment *m = account_last(a);
	uint64_t peak;

	if (!a->have_limit || !ow_account_has(m, numbers)) {
		ow_finding_settle(f, OW_OPEN, NULL, "%s not known",
				  a->have_limit ? "the goal of the next collection is"
						: "the limit is");
		return;
	}
	peak = ow_add(m->value[OW_ACCOUNT_GOAL], m->value[OW_ACCOUNT_STACKS]);
	peak = ow_add(peak, m->value[OW_ACCOUNT_STRUCTURES]);
	peak = ow_add(peak, a->advice.rest_bytes);
	ow_reason_for(
		f, OW_DERIVED, account_cite(f, m, OW_ACCOUNT_GOAL),
		"the next collection is at %s; with stacks, the runtime's own and what is not "
		"Go's that is %s, %s of the limit",
		of(f, m, OW_ACCOUNT_GOAL), account_bytes(f->arena, (int64_t)peak),
		ow_words_share(f->arena, ow_share(peak, a->limit_bytes)));
	ow_reason_also(f, account_cite(f, m, OW_ACCOUNT_LIMIT));
	if ((double)peak >= GOAL_SHARE * (double)a->limit_bytes) {
		ow_finding_settle(
			f, OW_PARTLY, NULL,
			"the heap may reach the limit before the next collection, live or "
			"not");
	} else {
		if (f->n_reasons)
			f->reason[0].against = true;
		ow_finding_settle(f, OW_FAILED, NULL, "the next collection is below the limit");
	}
}

const struct ow_account_class account_headroom = {
	.name = "head-room",
	.label = "gc-headroom",
	.meaning = "garbage between collections may pass the limit; a factor beside a leak, and no "
		   "cause of growth",
	.refuter = "the goal and what is beside the heap below 95 % of the limit",
	.remedy = "a GOMEMLIMIT that fits the limit, or GOGC=50; with a leak it only delays",
	.datum = "NextGC and the limit",
	.command = "oomwhy account --pid PID, or --limit BYTES",
	.factor = true,
	.judge = headroom_judge,
};
