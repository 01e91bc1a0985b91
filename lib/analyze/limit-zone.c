/* SPDX-License-Identifier: Apache-2.0 */
/* Memory was free, but not where or not as it was asked for: of one node, of one block size, of one
 * zone. */
#include <inttypes.h>

#include "analyze/kill.h"
#include "analyze/limit.h"
#include "analyze/words.h"

#define OTHER_NODE_FREE 0.20 /* of what the other nodes manage */
#define ORDER_MAX       3    /* larger requests fail instead of killing */

bool ow_limit_is_cgroups(const struct ow_scene *s, struct ow_finding *f)
{
	if (s->oom->kind != OW_OOM_MEMCG)
		return false;
	ow_reason_against(f, OW_OBSERVED, ow_kill_witness(s->oom),
			  "the record names a cgroup's limit, not the machine");
	ow_finding_settle(f, OW_FAILED, NULL, "the record names a cgroup's limit, not the machine");
	return true;
}

/* The largest zone of its node. */
static bool is_main(const struct ow_oom *oom, const struct ow_oom_zone *zone)
{
	const struct ow_oom_zone *z = oom->zones.item;

	for (size_t i = 0; i < oom->zones.n; i++)
		if (z[i].node == zone->node && z[i].managed_bytes > zone->managed_bytes)
			return false;
	return zone->managed_bytes > 0;
}

void ow_zone_view_make(const struct ow_oom *oom, struct ow_zone_view *ret)
{
	const struct ow_oom_zone *z = oom->zones.item;
	struct ow_zone_view v = { 0 };

	for (size_t i = 0; i < oom->zones.n; i++) {
		v.min_bytes = ow_add(v.min_bytes, z[i].min_bytes);
		v.managed_bytes = ow_add(v.managed_bytes, z[i].managed_bytes);
		if (!is_main(oom, &z[i]))
			continue;
		v.n++;
		v.below_min += z[i].free_bytes < z[i].min_bytes;
		v.above_low += z[i].free_bytes > z[i].low_bytes;
		if (!v.worst || ow_share(z[i].free_bytes, z[i].min_bytes) <
					ow_share(v.worst->free_bytes, v.worst->min_bytes))
			v.worst = &z[i];
	}
	*ret = v;
}

/* "1", "0-1,3": is node one of them? An unreadable list is taken for none. */
static bool in_list(const char *list, int64_t node)
{
	struct ow_str s = ow_str(list ? list : "");
	int64_t from, to;

	while (ow_scan_i64(&s, &from)) {
		to = from;
		if (ow_scan_char(&s, '-') && !ow_scan_i64(&s, &to))
			return false;
		if (node >= from && node <= to)
			return true;
		if (!ow_scan_char(&s, ','))
			break;
	}
	return false;
}

static const char *allowed_nodes(const struct ow_oom *oom)
{
	bool bound = oom->nodemask && strcmp(oom->nodemask, "(null)") != 0;

	return bound ? oom->nodemask : oom->mems_allowed;
}

static void judge_nodes(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const struct ow_oom_zone *z = oom->zones.item;
	const char *allowed = allowed_nodes(oom);
	uint64_t free = 0, managed = 0;
	size_t line = 0;

	if (ow_limit_is_cgroups(s, f))
		return;
	if (oom->kind != OW_OOM_CPUSET && oom->kind != OW_OOM_MEMPOLICY) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom),
				  "the allocation was not confined to nodes");
		ow_finding_settle(f, OW_FAILED, NULL, "the allocation was not confined to nodes");
		return;
	}
	for (size_t i = 0; allowed && i < oom->zones.n; i++) {
		if (z[i].node < 0 || in_list(allowed, z[i].node))
			continue;
		free = ow_add(free, z[i].free_bytes);
		managed = ow_add(managed, z[i].managed_bytes);
		line = z[i].line;
	}
	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(oom, oom->lines.constraint ? oom->lines.constraint : oom->line,
				   oom->kind == OW_OOM_CPUSET ? "CONSTRAINT_CPUSET"
							      : "CONSTRAINT_MEMORY_POLICY",
				   "confined to nodes"),
		      "the allocation was confined to node %s", allowed ? allowed : "(not told)");
	if (managed == 0) {
		ow_finding_need(f, f->hypothesis->datum, f->hypothesis->command);
		ow_finding_settle(f, OW_PARTLY, "other nodes not seen",
				  "the nodes that the task may use were full; the others are not "
				  "in the record");
	} else if (ow_share(free, managed) >= OTHER_NODE_FREE) {
		ow_reason_for(f, OW_DERIVED, ow_cite_line(oom, line),
			      "%s of the other nodes was free",
			      ow_words_share(f->arena, ow_share(free, managed)));
		ow_finding_settle(f, OW_HELD, NULL,
				  "the nodes that the task may use were full, while %s was free on "
				  "others",
				  ow_words_bytes(f->arena, free));
	} else {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(oom, line),
				  "only %s of the other nodes was free",
				  ow_words_share(f->arena, ow_share(free, managed)));
		ow_finding_settle(f, OW_FAILED, NULL, "the other nodes were short as well");
	}
}

static void judge_fragmentation(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	struct ow_zone_view v;

	if (ow_limit_is_cgroups(s, f))
		return;
	if (!(oom->trigger.have & OW_TRIGGER_ORDER)) {
		ow_finding_open(s, f, "the source does not say how many pages were wanted at once");
		return;
	}
	if (oom->trigger.order <= 0 || oom->trigger.order > ORDER_MAX) {
		ow_reason_against(
			f, OW_OBSERVED,
			ow_cite_mark(oom, oom->lines.head, "order=", "size of the request"),
			"order=%" PRId64 ": %s", oom->trigger.order,
			oom->trigger.order > 0 ? "such requests fail and kill nothing"
					       : "a single page was wanted");
		ow_finding_settle(f, OW_FAILED, NULL,
				  oom->trigger.order > 0
					  ? "so large a request fails and kills nothing"
					  : "a single page was wanted");
		return;
	}
	ow_zone_view_make(oom, &v);
	if (v.n == 0) {
		ow_finding_open(s, f, "the zones are not in the record");
	} else if (v.above_low == 0) {
		ow_reason_against(f, OW_OBSERVED, ow_cite_line(oom, v.worst->line),
				  "free memory was below the low mark everywhere");
		ow_finding_settle(f, OW_FAILED, NULL, "free memory was short, whatever its blocks");
	} else {
		ow_reason_for(f, OW_OBSERVED,
			      ow_cite_mark(oom, oom->lines.head, "order=", "size of the request"),
			      "%d pages in one block were wanted", 1 << oom->trigger.order);
		ow_reason_for(f, OW_DERIVED, ow_cite_line(oom, v.worst->line),
			      "%zu of %zu main zones had more free than their low mark",
			      v.above_low, v.n);
		ow_finding_settle(
			f, OW_PARTLY, NULL,
			"memory was free, but %d pages in one block were wanted; the lists "
			"of free blocks decide",
			1 << oom->trigger.order);
		ow_finding_need(f, f->hypothesis->datum, f->hypothesis->command);
	}
}

static const struct ow_oom_zone *zone_named(const struct ow_oom *oom, const char *name)
{
	const struct ow_oom_zone *z = oom->zones.item;

	for (size_t i = 0; i < oom->zones.n; i++)
		if (z[i].name && strcmp(z[i].name, name) == 0)
			return &z[i];
	return NULL;
}

/* Only 32-bit kernels have high memory; a record without zones leaves it open. */
static bool lowmem_possible(const struct ow_scene *s)
{
	return s->oom->kind != OW_OOM_MEMCG &&
	       (s->oom->zones.n == 0 || zone_named(s->oom, "HighMem"));
}

static void judge_lowmem(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom_zone *high = zone_named(s->oom, "HighMem");
	const struct ow_oom_zone *normal = zone_named(s->oom, "Normal");

	if (!high || !normal) {
		ow_finding_open(s, f, "the zones are not in the record");
	} else if (normal->free_bytes < normal->min_bytes && high->free_bytes > high->low_bytes) {
		ow_reason_for(f, OW_OBSERVED, ow_cite_mark(s->oom, normal->line, "free:", "short"),
			      "the Normal zone had %s free, below its minimum of %s",
			      ow_words_bytes(f->arena, normal->free_bytes),
			      ow_words_bytes(f->arena, normal->min_bytes));
		ow_reason_for(f, OW_OBSERVED, ow_cite_mark(s->oom, high->line, "free:", "plenty"),
			      "high memory had %s free",
			      ow_words_bytes(f->arena, high->free_bytes));
		ow_finding_settle(f, OW_HELD, NULL,
				  "the Normal zone was full while high memory was free");
	} else {
		ow_reason_against(f, OW_OBSERVED, ow_cite_line(s->oom, normal->line),
				  "the Normal zone had %s free, high memory %s",
				  ow_words_bytes(f->arena, normal->free_bytes),
				  ow_words_bytes(f->arena, high->free_bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "not one zone alone was short");
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_LIMIT,
		.label = "cpuset-mempolicy",
		.meaning = "one NUMA node was full, others were not",
		.prediction =
			"the record says CONSTRAINT_CPUSET or CONSTRAINT_MEMORY_POLICY, and at "
			"least 20 % of the other nodes is free",
		.refuter = "the other nodes were short as well, or the allocation was not confined",
		.datum = "free memory of the other nodes",
		.command = "numactl -H",
		.remedy = "widen cpuset.mems, or prefer a node (numactl --preferred) instead of "
			  "binding to it",
		.judge = judge_nodes,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "fragmentation",
		.meaning = "enough free memory, no block of the order asked for",
		.prediction = "order is 1 to 3, and a main zone has more free than its low mark",
		.refuter = "order 0: any free page would have served; above 3 nothing is killed",
		.datum = "the free blocks by size",
		.command = "cat /proc/buddyinfo",
		.remedy = "see who asks (the call trace); raise vm.min_free_kbytes or "
			  "vm.watermark_scale_factor; it is not a leak",
		.judge = judge_fragmentation,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "lowmem-zone",
		.meaning = "a low zone was full",
		.prediction =
			"a 32-bit kernel whose Normal zone is below its minimum while HighMem "
			"has plenty",
		.refuter = "a 64-bit kernel, or high memory that is short as well",
		.datum = "the zones of that moment",
		.command = "grep -A4 zone /proc/zoneinfo",
		.remedy = "use a 64-bit kernel",
		.possible = lowmem_possible,
		.judge = judge_lowmem,
	},
};

const struct ow_family ow_family_limit_zone = OW_FAMILY(hypotheses);
