/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limit of the victim's own container, unit or pod, or one above it. Owners are compared, not
 * paths: /ctr.scope over /ctr.scope/init is one container. Between owners the record cannot decide,
 * because it prints the limiting group's limit only: where the container has the same limit as its
 * pod, it is counted on the pod first. A pod is made for its containers, and its limit is the sum
 * of theirs; a slice may hold anything, so that the same limit on both says nothing there.
 */
#include <inttypes.h>

#include "analyze/group.h"
#include "analyze/kill.h"
#include "analyze/limit.h"
#include "analyze/words.h"

#define EQUAL       0.01 /* limits that differ by less are one limit */
#define STOCK_PAGES 64   /* charges that each CPU holds back (MEMCG_CHARGE_BATCH) */

/* The limit that the victim's own owner had, if anything in the case says. 0: it had none. */
struct own_limit {
	bool known;
	uint64_t bytes;
	struct ow_cite cite;
};

static struct own_limit own_limit(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_container *k = s->container;
	const struct ow_cgroup *g = ow_case_cgroup(s->c, s->oom->task_owner.path);
	struct own_limit own = { 0 };

	if (k && (k->have & OW_CONTAINER_LIMIT)) {
		own.known = true;
		own.bytes = k->limit_bytes;
		own.cite =
			ow_cite_field(f, k->source, "HostConfig.Memory = %" PRIu64, k->limit_bytes);
	} else if (g && (g->have & OW_CGROUP_LIMIT)) {
		own.known = true;
		own.bytes = ow_bytes_unlimited(g->limit_bytes) ? 0 : g->limit_bytes;
		own.cite = ow_cite_field(
			f, ow_group_source(g, OW_CGROUP_LIMIT, f->arena), "%s: %s", g->path,
			own.bytes ? ow_words_bytes(f->arena, own.bytes) : "no limit");
	}
	return own;
}

static bool is_equal(uint64_t a, uint64_t b)
{
	double share = ow_share(a, b);

	return share > 1 - EQUAL && share < 1 + EQUAL;
}

static bool is_pods(const struct ow_oom *oom)
{
	return oom->limit_owner.kind == OW_OWNER_POD;
}

/* The command that reads the own limit, for the kind of owner. */
static const char *own_limit_command(const struct ow_scene *s)
{
	const struct ow_owner *owner = &s->oom->task_owner;
	bool docker = owner->runtime && (strcmp(owner->runtime, "docker") == 0 ||
					 strcmp(owner->runtime, "podman") == 0);

	if (owner->kind == OW_OWNER_CONTAINER && docker)
		return "docker inspect -f '{{.HostConfig.Memory}}' CONTAINER";
	if (owner->kind == OW_OWNER_CONTAINER)
		return "crictl inspect CONTAINER | grep -i memory";
	if (owner->kind == OW_OWNER_UNIT)
		return "systemctl show -p MemoryMax UNIT";
	return s->cgroup_version == 1 ? "cat OWN_CGROUP/memory.limit_in_bytes"
				      : "cat OWN_CGROUP/memory.max";
}

static void need_own_limit(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_need(f, ow_finding_text(f, "the limit of %s itself", s->owner),
			ow_scene_command(s, f->arena, own_limit_command(s)));
}

/* Usage against the limit, also of memory and swap together: whichever was met. */
static double fullness(const struct ow_oom *oom, uint64_t *limit_bytes)
{
	double memory = 0, memsw = 0;

	*limit_bytes = oom->limit_bytes;
	if ((oom->have & OW_OOM_USAGE) && (oom->have & OW_OOM_LIMIT))
		memory = ow_share(oom->usage_bytes, oom->limit_bytes);
	if ((oom->have & OW_OOM_MEMSW) && (oom->memsw.have & OW_COUNTER_USAGE) &&
	    (oom->memsw.have & OW_COUNTER_LIMIT))
		memsw = ow_share(oom->memsw.usage_bytes, oom->memsw.limit_bytes);
	if (memsw > memory)
		*limit_bytes = oom->memsw.limit_bytes;
	return memsw > memory ? memsw : memory;
}

/*
 * Is usage as far up as it must be? It may be below the limit by what the CPUs hold back and by the
 * pages that were asked for. failcnt is not asked: it is 0 in true kills, and large without any.
 * Returns false where usage is further below than that explains.
 */
static bool check_fullness(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const struct ow_host *host = &s->c->host;
	const double page = oom->have & OW_OOM_PAGE ? (double)oom->page_bytes : 4096;
	bool bounded = host->have & OW_HOST_CPUS;
	uint64_t limit;
	double full = fullness(oom, &limit), slack;

	if (full == 0 || limit == 0)
		return true;
	slack = STOCK_PAGES * page * (double)host->cpus;
	if ((oom->trigger.have & OW_TRIGGER_ORDER) && oom->trigger.order > 0 &&
	    oom->trigger.order < 20)
		slack += page * (double)(1 << oom->trigger.order);
	ow_finding_number(f, OW_DERIVED, "usage_of_limit", "percent", 100 * full);
	if (full >= 1 || (bounded && full >= 1 - slack / (double)limit)) {
		ow_reason_for(f, OW_DERIVED,
			      ow_cite_mark(oom, oom->lines.memory, "usage ", "at the limit"),
			      "usage was %s of the limit", ow_words_share(f->arena, full));
		return true;
	}
	if (!bounded) {
		ow_reason_for(f, OW_DERIVED,
			      ow_cite_mark(oom, oom->lines.memory, "usage ", "near the limit"),
			      "usage was %s of the limit; each CPU may hold back %d pages, and the "
			      "number of CPUs is not known",
			      ow_words_share(f->arena, full), STOCK_PAGES);
		return true;
	}
	ow_reason_against(f, OW_DERIVED, ow_cite_mark(oom, oom->lines.memory, "usage ", "below it"),
			  "usage was only %s of the limit; what %" PRIu64
			  " CPUs hold back explains %s less at most",
			  ow_words_share(f->arena, full), host->cpus,
			  ow_words_bytes(f->arena, (uint64_t)slack));
	return false;
}

/* False when f is settled: not a cgroup's limit, or not known whose. */
static bool is_asked(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;

	if (oom->kind == OW_OOM_UNKNOWN) {
		ow_finding_open(s, f, "no line of the record says what was short");
	} else if (oom->kind != OW_OOM_MEMCG) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom), "%s",
				  ow_kill_kind_words(oom->kind));
		ow_finding_settle(f, OW_FAILED, NULL, "%s", ow_kill_kind_words(oom->kind));
	} else if (ow_kill_is_policys(oom)) {
		ow_finding_open(s, f, "a BPF policy killed; whether a limit was hit is not said");
	} else if (!oom->limit_owner.id) {
		ow_finding_open(s, f, "the source does not say which cgroup's limit it was");
	} else {
		return true;
	}
	return false;
}

static struct ow_cite owners_line(const struct ow_oom *oom)
{
	if (oom->lines.constraint)
		return ow_cite_mark(oom, oom->lines.constraint, "oom_memcg=", "whose limit");
	if (oom->lines.task_in)
		return ow_cite_mark(oom, oom->lines.task_in, "limit of ", "whose limit");
	return ow_cite_line(oom, oom->lines.stats ? oom->lines.stats : oom->lines.memory);
}

static void cite_victims_group(const struct ow_oom *oom, struct ow_finding *f)
{
	if (oom->lines.constraint)
		ow_reason_also(f, ow_cite_mark(oom, oom->lines.constraint,
					       "task_memcg=", "where the victim lived"));
}

/* Memory itself has no limit: which of the others the record shows. */
static const char *other_limit_words(const struct ow_oom *oom, struct ow_finding *f)
{
	const struct {
		unsigned have;
		const struct ow_oom_counter *counter;
		const char *front, *what;
	} others[] = {
		{ OW_OOM_MEMSW, &oom->memsw, "", "memory and swap together" },
		{ OW_OOM_KMEM, &oom->kmem, "", "kernel memory" },
		{ OW_OOM_SWAP, &oom->swap, "none on memory and ", "swap" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(others); i++)
		if ((oom->have & others[i].have) && (others[i].counter->have & OW_COUNTER_LIMIT) &&
		    !ow_bytes_unlimited(others[i].counter->limit_bytes))
			return ow_finding_text(
				f, ", %s%s on %s,", others[i].front,
				ow_words_bytes(f->arena, others[i].counter->limit_bytes),
				others[i].what);
	return ", none when the record was printed,";
}

static const char *limit_words(const struct ow_scene *s, struct ow_finding *f)
{
	if (!(s->oom->have & OW_OOM_LIMIT))
		return "";
	if (ow_bytes_unlimited(s->oom->limit_bytes))
		return other_limit_words(s->oom, f);
	return ow_finding_text(f, ", %s,", ow_words_bytes(f->arena, s->oom->limit_bytes));
}

static void own_same_owner(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	bool full;

	ow_reason_for(f, OW_OBSERVED, owners_line(oom), "limit and victim have one owner");
	cite_victims_group(oom, f);
	full = check_fullness(s, f);
	ow_finding_settle(f, full ? OW_HELD : OW_PARTLY, full ? NULL : "usage was below the limit",
			  "the limit that was hit%s is that of %s itself", limit_words(s, f),
			  s->limit_owner);
	f->subject = s->limit_owner;
}

/* Both have the same limit, and it is the one above that was hit. */
static void own_same_size(const struct ow_scene *s, struct ow_finding *f,
			  const struct own_limit *own)
{
	ow_reason_for(f, OW_OBSERVED, own->cite, "%s has a limit of its own of %s", s->owner,
		      ow_words_bytes(f->arena, own->bytes));
	if (!is_pods(s->oom)) {
		ow_finding_settle(f, OW_OPEN, NULL,
				  "%s has the same limit as %s, which may hold others, too",
				  s->owner, s->limit_owner);
		return;
	}
	ow_reason_for(f, OW_OBSERVED, owners_line(s->oom),
		      "%s has the same limit and is charged first", s->limit_owner);
	(void)check_fullness(s, f);
	ow_finding_settle(f, OW_HELD, "counted on the group above",
			  "the limit that was hit%s is that of %s in plain words: it is counted on "
			  "%s, which has the same",
			  limit_words(s, f), s->owner, s->limit_owner);
	f->subject = s->owner;
}

static void judge_own(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	struct own_limit own;

	if (!is_asked(s, f))
		return;
	if (ow_owner_same(&oom->limit_owner, &oom->task_owner)) {
		own_same_owner(s, f);
		return;
	}
	if (!oom->task_owner.id && (oom->have & OW_OOM_NO_VICTIM)) {
		ow_reason_for(f, OW_OBSERVED, owners_line(oom), "the record names %s",
			      s->limit_owner);
		ow_finding_settle(f, OW_PARTLY, "nobody was killed",
				  "the limit that was hit%s is that of %s; nobody was killed",
				  limit_words(s, f), s->limit_owner);
		return;
	}
	if (!oom->task_owner.id) {
		ow_finding_open(s, f, "the source does not say where the victim lived");
		return;
	}
	own = own_limit(s, f);
	if (!own.known) {
		need_own_limit(s, f);
		ow_finding_settle(f, OW_OPEN, NULL, "the limit of %s itself is not in the case",
				  s->owner);
		return;
	}
	if (own.bytes && (oom->have & OW_OOM_LIMIT) && is_equal(own.bytes, oom->limit_bytes)) {
		own_same_size(s, f, &own);
		return;
	}
	ow_reason_against(f, OW_OBSERVED, own.cite, "%s has %s%s", s->owner,
			  own.bytes ? "a limit of its own of " : "no limit of its own",
			  own.bytes ? ow_words_bytes(f->arena, own.bytes) : "");
	ow_finding_settle(f, OW_FAILED, NULL, "the limit of %s is not the one that was hit",
			  s->owner);
}

static void ancestor_known(const struct ow_scene *s, struct ow_finding *f,
			   const struct own_limit *own)
{
	const struct ow_oom *oom = s->oom;
	const bool same =
		own->bytes && (oom->have & OW_OOM_LIMIT) && is_equal(own->bytes, oom->limit_bytes);

	if (same && is_pods(oom)) {
		ow_reason_against(f, OW_OBSERVED, own->cite,
				  "%s has the same limit, so this is its own in plain words",
				  s->owner);
		ow_finding_settle(f, OW_FAILED, NULL, "%s has the same limit of its own", s->owner);
		return;
	}
	ow_reason_for(f, OW_OBSERVED, owners_line(oom),
		      "the limit is that of %s, and the victim "
		      "lived in %s",
		      s->limit_owner, s->owner);
	cite_victims_group(oom, f);
	ow_reason_for(f, OW_OBSERVED, own->cite, "%s has %s%s", s->owner,
		      own->bytes ? "a limit of its own of " : "no limit of its own",
		      own->bytes ? ow_words_bytes(f->arena, own->bytes) : "");
	ow_finding_settle(f, same ? OW_PARTLY : OW_HELD, NULL,
			  "the limit that was hit%s is that of %s, above %s%s", limit_words(s, f),
			  s->limit_owner, s->owner, same ? ", which has the same limit" : "");
	f->subject = s->limit_owner;
}

static void judge_ancestor(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	struct own_limit own;

	if (!is_asked(s, f))
		return;
	if (ow_owner_same(&oom->limit_owner, &oom->task_owner)) {
		ow_reason_against(f, OW_OBSERVED, owners_line(oom),
				  "limit and victim have one owner: %s", s->limit_owner);
		cite_victims_group(oom, f);
		ow_finding_settle(f, OW_FAILED, NULL, "limit and victim have one owner");
		return;
	}
	if (!oom->task_owner.id) {
		ow_finding_open(s, f, "the source does not say where the victim lived");
		return;
	}
	own = own_limit(s, f);
	if (own.known) {
		ancestor_known(s, f, &own);
		return;
	}
	ow_reason_for(f, OW_OBSERVED, owners_line(oom),
		      "the limit is that of %s, and the victim "
		      "lived in %s",
		      s->limit_owner, s->owner);
	cite_victims_group(oom, f);
	need_own_limit(s, f);
	ow_finding_settle(f, OW_PARTLY, NULL, "the limit that was hit%s is that of %s%s%s%s",
			  limit_words(s, f), s->limit_owner, is_pods(oom) ? "; if " : ", above ",
			  s->owner,
			  is_pods(oom) ? " has the same limit, it is its own in plain words" : "");
	f->subject = s->limit_owner;
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_LIMIT,
		.label = "memcg-own-limit",
		.meaning = "the limit of the victim's own container, unit or pod (same owner, "
			   "whatever cgroup below it)",
		.prediction = "the cgroup whose limit was hit and the victim's have one owner, or "
			      "it is a pod's and the victim's owner has the same limit within 1 %; "
			      "usage is at the limit but for the 64 pages that each CPU may hold "
			      "back",
		.refuter = "two owners with different limits, or a record of the machine",
		.datum = "the limit of the victim's own container, unit or pod",
		.command = "docker inspect -f '{{.HostConfig.Memory}}' CONTAINER",
		.remedy = "the levels below decide between needing less and allowing more; failcnt "
			  "does not: it is 0 in true kills",
		.judge = judge_own,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "memcg-ancestor-limit",
		.meaning = "the limit of another owner above the victim's",
		.prediction = "the cgroup whose limit was hit has another owner than the victim's, "
			      "and that one has no limit, or a different one",
		.refuter = "one owner, or the same limit on the container and its pod",
		.datum = "the limit of the victim's own container, unit or pod",
		.command = "docker inspect -f '{{.HostConfig.Memory}}' CONTAINER",
		.remedy = "find which group below filled it; raising the victim's own limit does "
			  "not help (only when this is confirmed)",
		.judge = judge_ancestor,
	},
};

const struct ow_family ow_family_limit_memcg = OW_FAMILY(hypotheses);
