/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which group below filled the limit of an ancestor, or the machine. A record names the victim's
 * group only, and its task table does not say which group a task is in; but what the victim held,
 * its group held. What another group holds is read from its files, later than the kill: that
 * supports, and proves nothing.
 */
#include <inttypes.h>

#include "analyze/group.h"
#include "analyze/hypothesis.h"
#include "analyze/makeup.h"
#include "analyze/words.h"

#define HOLDS     0.60      /* T1: a tenant that has this much is the holder, */
#define UNRIVALED (2.0 / 3) /* and from here on no other can have half as much */
#define OVER      1.05      /* more than all: it is charged elsewhere */

/* The least that the victims held, all of one group: memory of their own, page tables and swap. */
static uint64_t victims_bytes(const struct ow_scene *s)
{
	const struct ow_oom_victim *victim = s->oom->victims.n ? ow_oom_victims(s->oom) : NULL;
	uint64_t bytes = 0;

	for (size_t i = 0; i < s->oom->victims.n; i++) {
		if (victim[i].have & OW_VICTIM_ANON)
			bytes = ow_add(bytes, victim[i].anon_rss_bytes);
		if (victim[i].have & OW_VICTIM_PGTABLES)
			bytes = ow_add(bytes, victim[i].pgtables_bytes);
	}
	if (s->holders.victim_row && (s->holders.victim_row->have & OW_TASK_SWAP))
		bytes = ow_add(bytes, s->holders.victim_row->swap_bytes);
	return bytes;
}

/* What shares are of: "the memory in use and swap, 40,960 kB", "usage and swap of slice "a"". */
static const char *of_what(const struct ow_scene *s, struct ow_finding *f)
{
	const char *whole = ow_makeup_whole(s, f->arena);

	return s->balance.machine ? whole : ow_finding_text(f, "%s, of %s", whole, s->limit_owner);
}

/* Of a request that was confined to nodes it would have to be known on which nodes memory was. */
static bool is_confined(const struct ow_oom *oom)
{
	return oom->kind != OW_OOM_MEMCG && oom->kind != OW_OOM_GLOBAL;
}

/* True when f is settled: the victim's own group is the holder. */
static bool victim_holds(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_amount *total = &s->balance.total;
	double share;

	if (!s->victim || !total->have || !total->bytes || !s->oom->task_owner.id ||
	    s->oom->task_owner.kind == OW_OWNER_ROOT || s->holders.over_comm)
		return false;
	share = ow_share(victims_bytes(s), total->bytes);
	if (share < HOLDS || share > OVER)
		return false;
	ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
	ow_reason_for(f, OW_DERIVED,
		      ow_cite_mark(s->oom, s->victim->line, "anon-rss:", "in that group"),
		      "what was killed in %s held %s of %s", s->owner,
		      ow_words_share(f->arena, share), of_what(s, f));
	ow_reason_also(f, ow_cite_line(s->oom, total->line));
	ow_finding_settle(f, share > UNRIVALED ? OW_HELD : OW_PARTLY, "holds most, growth unknown",
			  "%s held at least %s of %s", s->owner, ow_words_share(f->arena, share),
			  of_what(s, f));
	f->subject = s->owner;
	return true;
}

/* Is the group right below the one whose limit was hit? */
static bool is_child(const char *path, const char *parent)
{
	size_t n = strlen(parent);

	n -= n && parent[n - 1] == '/';
	return strncmp(path, parent, n) == 0 && path[n] == '/' && path[n + 1] &&
	       !strchr(path + n + 1, '/');
}

/* The two children that have most now; NULL where there are none. */
static void largest_children(const struct ow_scene *s, const struct ow_cgroup *ret[2])
{
	ret[0] = ret[1] = NULL;
	for (size_t i = 0; i < s->c->n_cgroups; i++) {
		const struct ow_cgroup *g = &s->c->cgroups[i];

		if (!(g->have & OW_CGROUP_USAGE) || !s->oom->limit_memcg ||
		    !is_child(g->path, s->oom->limit_memcg))
			continue;
		if (!ret[0] || g->usage_bytes > ret[0]->usage_bytes) {
			ret[1] = ret[0];
			ret[0] = g;
		} else if (!ret[1] || g->usage_bytes > ret[1]->usage_bytes) {
			ret[1] = g;
		}
	}
}

/* How long after the kill its files were read. */
static const char *age(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_host *host = &s->c->host;

	if (!s->has_killed || !(host->have & OW_HOST_TIME) || host->time_usec < s->killed_usec)
		return "after the kill";
	return ow_finding_text(
		f, "%s after the kill",
		ow_words_span(f->arena, (uint64_t)(host->time_usec - s->killed_usec)));
}

/* A group of a container or pod is called by its name, where that is known. */
static const char *whose(const struct ow_scene *s, struct ow_finding *f, const struct ow_cgroup *g)
{
	struct ow_owner owner = { .kind = OW_OWNER_CONTAINER, .id = g->container.id };
	const struct ow_name name = ow_case_name(s->c, &owner);

	if (!owner.id || !name.name) {
		owner.kind = owner.id && name.pod ? OW_OWNER_POD : OW_OWNER_CGROUP;
		owner.id = owner.kind == OW_OWNER_POD ? owner.id : g->path;
	}
	return ow_words_owner(f->arena, s->c, &owner);
}

static struct ow_cite cite_usage(struct ow_finding *f, const struct ow_cgroup *g)
{
	return ow_cite_field(f, ow_group_source(g, OW_CGROUP_USAGE, f->arena), "%s: usage %s",
			     g->path, ow_words_bytes(f->arena, g->usage_bytes));
}

/* True when f is settled: another group has most of it, as was read later. */
static bool other_holds(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_amount *total = &s->balance.total;
	const struct ow_cgroup *child[2];
	double share;

	largest_children(s, child);
	if (!child[0] || !total->have || !total->bytes)
		return false;
	share = ow_share(child[0]->usage_bytes, total->bytes);
	if (share < HOLDS)
		return false;
	ow_finding_number(f, OW_OBSERVED, "share", "percent", 100 * share);
	ow_reason_for(f, OW_OBSERVED, cite_usage(f, child[0]),
		      "%s had %s of %s when its files were read, %s", whose(s, f, child[0]),
		      ow_words_share(f->arena, share), of_what(s, f), age(s, f));
	ow_reason_also(f, ow_cite_line(s->oom, total->line));
	if (child[1] && child[1]->usage_bytes >= child[0]->usage_bytes / 2)
		ow_reason_against(f, OW_OBSERVED, cite_usage(f, child[1]),
				  "another one had at least half as much");
	ow_finding_need(f, "usage of the groups below while the kill was", NULL);
	f->subject = whose(s, f, child[0]);
	ow_finding_settle(f, OW_PARTLY, "as read later", "%s had %s of %s %s", f->subject,
			  ow_words_share(f->arena, share), of_what(s, f), age(s, f));
	return true;
}

static void judge_holder(const struct ow_scene *s, struct ow_finding *f)
{
	if (is_confined(s->oom))
		ow_finding_open(s, f, "the record does not say whose memory was on those nodes");
	else if (!victim_holds(s, f) && !other_holds(s, f))
		ow_finding_open(s, f, "the record does not say how much each group held");
}

static void judge_grower(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_open(s, f, "growth needs two points in time, and a record is one");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_TENANT,
		.label = "tenant-holder",
		.meaning = "the child cgroup that holds most of the limit that was hit",
		.prediction =
			"one group below holds at least 60 % of usage and swap: the victim's, "
			"when what was killed had so much; another one by its own files, "
			"which are read later",
		.refuter = "another one holds at least half as much",
		.datum = "usage of the groups below, while the kill was",
		.command = "systemd-cgtop -m -n 1 --depth=6",
		.remedy = "go on inside that group",
		.judge = judge_holder,
	},
	{
		.level = OW_LEVEL_TENANT,
		.label = "tenant-grower",
		.meaning = "the child cgroup that grew",
		.prediction =
			"one group rose by at least 10 % of the limit and took at least 60 % of "
			"the rise",
		.refuter = "it fell or stood still",
		.datum = "usage of the groups below at two points in time",
		.command = "systemd-cgtop -m -n 2 -d 60 --depth=6",
		.remedy = "give that group a limit of its own; go on inside it",
		.judge = judge_grower,
	},
};

const struct ow_family ow_family_tenant = OW_FAMILY(hypotheses);
