/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the machine's memory ran out. The record shows that it was full; who was allowed how much,
 * and who grew, it does not show. So most of these stay open, each with its command.
 */
#include "analyze/limit.h"
#include "analyze/words.h"

#define HUGE_OF_RAM    0.20
#define HUGE_FREE      0.50
#define MIN_OF_MANAGED 0.05

/* The machine was full: what the record does say. */
static void say_full(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_zone_row *row = ow_zones_nearest(&s->zones);

	if (row && s->zones.short_of)
		ow_reason_for(f, OW_DERIVED, ow_cite_mark(s->oom, row->zone->line, "free:", "left"),
			      "the %zu zones that the request may use had no pages to spare",
			      s->zones.eligible);
}

static void judge_overcommit(const struct ow_scene *s, struct ow_finding *f)
{
	if (ow_limit_is_cgroups(s, f) || ow_limit_was_free(s, f))
		return;
	say_full(s, f);
	ow_finding_open(s, f,
			"the machine was full; who was allowed how much is not in the record");
}

static void judge_tenant(const struct ow_scene *s, struct ow_finding *f)
{
	if (ow_limit_is_cgroups(s, f) || ow_limit_was_free(s, f))
		return;
	ow_finding_open(s, f,
			"which cgroup grew, and whether it has a limit, is not in the record");
}

/* The zones' min, without what was added to fight fragments, of what they manage. */
static double min_share(const struct ow_oom *oom, uint64_t *ret_min)
{
	const struct ow_oom_zone *z = ow_oom_zones(oom);
	uint64_t min = 0, managed = 0;

	for (size_t i = 0; i < oom->zones.n; i++) {
		min = ow_add(min, ow_less(z[i].min_bytes, z[i].boost_bytes));
		managed = ow_add(managed, z[i].have & OW_ZONE_MANAGED ? z[i].managed_bytes
								      : z[i].present_bytes);
	}
	*ret_min = min;
	return ow_share(min, managed);
}

static void judge_protected(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom_zone *z = ow_oom_zones(s->oom);
	uint64_t min;
	double share;

	if (ow_limit_is_cgroups(s, f))
		return;
	share = min_share(s->oom, &min);
	if (share > MIN_OF_MANAGED) {
		ow_reason_for(f, OW_DERIVED, ow_cite_mark(s->oom, z[0].line, "min:", "kept back"),
			      "the zones keep %s of the memory back (min)",
			      ow_words_share(f->arena, share));
		ow_finding_need(f, f->hypothesis->datum, f->hypothesis->command);
		ow_finding_settle(f, OW_PARTLY, NULL,
				  "vm.min_free_kbytes keeps %s back; so free memory below it is no "
				  "sign of need",
				  ow_words_bytes(f->arena, min));
		return;
	}
	ow_finding_open(s, f, "what memory.min and memory.low protect is not in the record");
}

static void judge_hugetlb(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_stat *total = ow_stat_find(&s->oom->meminfo, "hugetlb");
	const struct ow_stat *free = ow_stat_find(&s->oom->meminfo, "hugetlb_free");
	const struct ow_amount *ram = &s->balance.limit;
	struct ow_cite line;

	if (ow_limit_is_cgroups(s, f))
		return;
	if (!total || !free || !ram->have) {
		ow_finding_open(s, f, "the pool of huge pages is not in the record");
		return;
	}
	line = ow_cite_mark(s->oom, total->line, "hugepages_total=", "set aside");
	if (ow_share(total->value, ram->bytes) >= HUGE_OF_RAM &&
	    ow_share(free->value, total->value) >= HUGE_FREE) {
		ow_reason_for(f, OW_OBSERVED, line,
			      "%s is set aside as huge pages, %s of it unused",
			      ow_words_bytes(f->arena, total->value),
			      ow_words_bytes(f->arena, free->value));
		ow_finding_settle(
			f, OW_HELD, NULL,
			"%s of the memory is set aside as huge pages, and %s of that is unused",
			ow_words_share(f->arena, ow_share(total->value, ram->bytes)),
			ow_words_share(f->arena, ow_share(free->value, total->value)));
	} else {
		ow_reason_against(f, OW_OBSERVED, line, "%s is set aside as huge pages, %s unused",
				  ow_words_bytes(f->arena, total->value),
				  ow_words_bytes(f->arena, free->value));
		ow_finding_settle(f, OW_FAILED, NULL, "huge pages hold %s, and %s of it is unused",
				  ow_words_bytes(f->arena, total->value),
				  ow_words_bytes(f->arena, free->value));
	}
}

static void judge_balloon(const struct ow_scene *s, struct ow_finding *f)
{
	if (ow_limit_is_cgroups(s, f))
		return;
	ow_finding_open(s, f, "what the hypervisor took back is not in the record");
}

/* Removed groups hold memory of the group above them, or of the machine. */
static bool above_groups(const struct ow_scene *s)
{
	return !(s->oom->kind == OW_OOM_MEMCG &&
		 ow_owner_same(&s->oom->limit_owner, &s->oom->task_owner));
}

static void judge_zombies(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_open(s, f, "what removed cgroups still hold is not in the record");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_LIMIT,
		.label = "node-overcommit",
		.meaning = "all within their limits, together too much for the machine",
		.prediction =
			"free is below min and reserve in all zones that the request may use, and the "
			"limits add up to more than the machine has",
		.refuter =
			"a zone that the request may use above its high mark and its reserve, 20 % "
			"of the machine free, or one group without a limit that grew",
		.datum = "usage and limits of all groups",
		.command = "systemd-cgtop -m -n 1 --depth=3",
		.remedy = "make requests equal to limits, reserve memory for the system, add swap",
		.judge = judge_overcommit,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "no-limit-tenant",
		.meaning = "a cgroup without a limit grew until the machine was full",
		.prediction = "one group without a limit rose by at least 10 % of the machine",
		.refuter = "it has a limit, or it did not grow (holding most is not growing), or "
			   "the machine was not full",
		.datum = "usage of the groups at two points in time, and their limits",
		.command = "systemd-cgtop -m -n 2 -d 60 --depth=3",
		.remedy = "give that group a limit: docker update --memory 2g --memory-swap 2g "
			  "CONTAINER, MemoryMax=, resources.limits.memory",
		.judge = judge_tenant,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "over-protected",
		.meaning = "memory.min, memory.low or min_free_kbytes left nothing to take",
		.prediction =
			"memory.min of all groups is about the machine's memory, or the zones' min "
			"is more than 5 % of it",
		.refuter = "nothing is protected, and the zones' min is small",
		.datum = "what is protected",
		.command = "find /sys/fs/cgroup -name memory.min -exec grep -Hv '^0$' {} +; sysctl "
			   "vm.min_free_kbytes",
		.remedy = "find who set it, and lower it",
		.judge = judge_protected,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "hugetlb-reservation",
		.meaning = "memory was set aside as huge pages",
		.prediction =
			"huge pages are at least 20 % of the memory, and half of them are unused",
		.refuter = "no huge pages, or used ones",
		.datum = "the pool of huge pages",
		.command = "grep -i huge /proc/meminfo",
		.remedy = "lower vm.nr_hugepages",
		.judge = judge_hugetlb,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "balloon",
		.meaning = "the hypervisor took memory back",
		.prediction =
			"the balloon counters moved, and at least 10 % of the memory is in no "
			"process or cache",
		.refuter = "the counters are 0",
		.datum = "the balloon's counters",
		.command = "grep balloon /proc/vmstat; grep -i balloon /proc/meminfo",
		.remedy = "reserve the guest's memory, or let the balloon deflate on OOM",
		.judge = judge_balloon,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.stand = OW_FACTOR,
		.label = "zombie-memcg",
		.meaning = "removed cgroups still hold memory",
		.prediction =
			"the group's usage is at least 20 % above the sum of its children, and "
			"cgroup.stat counts dying ones",
		.refuter = "no dying descendants and no such gap",
		.datum = "the count of dying cgroups and the usage of the living ones",
		.command = "find /sys/fs/cgroup -name cgroup.stat -exec grep -H nr_dying {} +",
		.remedy =
			"delete the tmpfs files that they left, make fewer cgroups; drop_caches is "
			"a probe",
		.possible = above_groups,
		.judge = judge_zombies,
	},
};

const struct ow_family ow_family_limit_machine = OW_FAMILY(hypotheses);
