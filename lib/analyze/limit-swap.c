/* SPDX-License-Identifier: Apache-2.0 */
/* Swap, or memory and swap together, was used up. A factor: memory ran out as well. */
#include "analyze/limit.h"
#include "analyze/words.h"

#define USED_UP 0.90 /* as systemd-oomd counts it */

struct swap_view {
	bool known, allowed;
	uint64_t used, limit;
	size_t line;
	const char *what, *mark;
};

static struct swap_view of_machine(const struct ow_oom *oom)
{
	struct swap_view v = { .what = "the machine's swap",
			       .line = oom->lines.free_swap,
			       .mark = "Free swap" };

	v.known = (oom->have & OW_OOM_SWAP_TOTAL) && (oom->have & OW_OOM_SWAP_FREE);
	v.limit = oom->swap_total_bytes;
	v.used = ow_less(v.limit, oom->swap_free_bytes);
	v.allowed = v.limit > 0;
	return v;
}

/* v2: a limit on swap alone. */
static struct swap_view of_v2(const struct ow_oom *oom)
{
	struct swap_view v = { .what = "the swap of the group",
			       .line = oom->lines.swap,
			       .mark = "usage " };

	v.known = (oom->swap.have & OW_COUNTER_USAGE) && (oom->swap.have & OW_COUNTER_LIMIT);
	v.limit = oom->swap.limit_bytes;
	v.used = oom->swap.usage_bytes;
	v.allowed = v.limit > 0;
	return v;
}

/* v1: a limit on both together; none beside the memory limit means that no swap is allowed. */
static struct swap_view of_v1(const struct ow_oom *oom)
{
	struct swap_view v = { .what = "memory and swap of the group",
			       .line = oom->lines.swap,
			       .mark = "usage " };

	v.known = (oom->memsw.have & OW_COUNTER_USAGE) && (oom->memsw.have & OW_COUNTER_LIMIT) &&
		  (oom->have & OW_OOM_LIMIT);
	v.limit = oom->memsw.limit_bytes;
	v.used = oom->memsw.usage_bytes;
	v.allowed = ow_share(v.limit, oom->limit_bytes) > 1.01;
	return v;
}

static struct ow_cite swap_line(const struct ow_oom *oom, const struct swap_view *v)
{
	return ow_cite_mark(oom, v->line, v->mark, "of swap");
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const struct ow_amount *swap = &s->balance.swap;
	struct swap_view v;

	if (oom->kind != OW_OOM_MEMCG)
		v = of_machine(oom);
	else
		v = oom->have & OW_OOM_SWAP ? of_v2(oom) : of_v1(oom);
	if (!v.known) {
		ow_finding_open(s, f, "the record does not say how full the swap was");
		return;
	}
	if (!v.allowed) {
		ow_reason_against(f, OW_OBSERVED, swap_line(oom, &v), "no swap was allowed");
		ow_finding_settle(f, OW_FAILED, NULL, "there was no swap that could fill up");
		return;
	}
	if (swap->have && swap->bytes == 0) {
		ow_reason_against(f, OW_OBSERVED, swap_line(oom, &v), "nothing was in swap");
		ow_finding_settle(f, OW_FAILED, NULL, "nothing was in swap");
		return;
	}
	if (ow_bytes_unlimited(v.limit)) {
		ow_finding_open(s, f,
				"the group's swap has no limit, and how full the machine's "
				"was is not in a cgroup's record");
		return;
	}
	ow_finding_number(f, OW_DERIVED, "swap_used", "percent", 100 * ow_share(v.used, v.limit));
	if (ow_share(v.used, v.limit) >= USED_UP) {
		ow_reason_for(f, OW_OBSERVED, swap_line(oom, &v), "%s was used to %s of its limit",
			      v.what, ow_words_share(f->arena, ow_share(v.used, v.limit)));
		ow_finding_settle(f, OW_HELD, NULL, "%s was used up: %s of %s", v.what,
				  ow_words_bytes(f->arena, v.used),
				  ow_words_bytes(f->arena, v.limit));
	} else {
		ow_reason_against(f, OW_OBSERVED, swap_line(oom, &v), "%s was used to %s", v.what,
				  ow_words_share(f->arena, ow_share(v.used, v.limit)));
		ow_finding_settle(f, OW_FAILED, NULL, "%s was used to %s only", v.what,
				  ow_words_share(f->arena, ow_share(v.used, v.limit)));
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_LIMIT,
		.stand = OW_FACTOR,
		.label = "swap-limit",
		.meaning = "swap or memory+swap was exhausted",
		.prediction =
			"at least 90 % of the swap that may be used is used: v2 swap usage and "
			"limit, v1 memory+swap above a larger limit than memory's, or Free swap "
			"of the machine",
		.refuter = "no swap is allowed, nothing is in swap, or less than 90 % is used",
		.datum = "how full the swap was",
		.command = "grep Swap /proc/meminfo; cat CGROUP/memory.swap.*",
		.remedy =
			"allow more swap only if what is in it is rarely used; docker run -m alone "
			"allows as much swap as memory",
		.judge = judge,
	},
};

const struct ow_family ow_family_limit_swap = OW_FAMILY(hypotheses);
