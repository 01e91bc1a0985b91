/* SPDX-License-Identifier: Apache-2.0 */
#include "read/incident.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "read/moment.h"
#include "read/select.h"

#define WINDOW_USEC (10 * OW_USEC_PER_SEC)
/* Reports that overlap may end in another order than they began in. */
#define EARLY_USEC  OW_USEC_PER_SEC
#define OPEN_MAX    64    /* incidents that more kills may still join */
#define SEEN_MAX    16384 /* kills that are remembered to tell those that come twice */
#define BUCKETS     1024

struct incident {
	struct incident *next;
	struct ow_moment first, last; /* by time; as they came */
	size_t n_all, n;              /* kills; those that are kept */
	const struct ow_oom *kill[OW_CASE_KILLS_MAX];
	struct ow_arena *arena[OW_CASE_KILLS_MAX];
	unsigned source[OW_CASE_KILLS_MAX];
};

struct seen {
	struct ow_moment moment;
	int64_t pid;
	uint64_t whom; /* a hash: who killed from user space, and which cgroup; 0: the kernel */
	size_t next;   /* of the same bucket: index + 1; 0 at the end */
};

struct ow_incidents {
	const struct ow_case_select *select;
	struct ow_arena *scratch;
	struct incident *oldest; /* a list, in the order of their first kills */
	size_t n_open;
	struct incident *chosen;
	struct ow_moment chosen_by; /* the kill that was asked for */
	bool decided;               /* and no other can be */
	size_t kept_bytes;
	uint64_t number; /* of the last kill of the listing */
	size_t n_kills;  /* without those that came twice */
	size_t n_homeless;
	size_t n_seen, bucket[BUCKETS];
	struct seen *seen;
};

struct ow_incidents *ow_incidents_new(const struct ow_case_select *select)
{
	struct ow_incidents *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	all->select = select;
	all->scratch = ow_arena_new(OW_MIB(1));
	return all->scratch ? all : ow_incidents_free(all);
}

static struct incident *free_incident(struct ow_incidents *all, struct incident *incident)
{
	struct incident *next = incident->next;

	for (size_t i = 0; i < incident->n; i++) {
		all->kept_bytes -= ow_arena_bytes(incident->arena[i]);
		(void)ow_arena_free(incident->arena[i]);
	}
	free(incident);
	all->n_open--;
	return next;
}

struct ow_incidents *ow_incidents_free(struct ow_incidents *all)
{
	if (!all)
		return NULL;
	while (all->oldest)
		all->oldest = free_incident(all, all->oldest);
	(void)ow_arena_free(all->scratch);
	free(all->seen);
	free(all);
	return NULL;
}

static bool pid_of(const struct ow_oom *oom, int64_t *ret)
{
	if (oom->killer && !oom->victims.n) {
		*ret = 0;
		return oom->task_memcg;
	}
	if (oom->victims.n) {
		*ret = ow_oom_victims(oom)->pid;
		return ow_oom_victims(oom)->have & OW_VICTIM_PID;
	}
	*ret = oom->trigger.pid;
	return oom->have & OW_OOM_TRIGGER && oom->trigger.have & OW_TRIGGER_PID;
}

/* The kernel and a killer in user space can both end the same process. */
static uint64_t whom_of(const struct ow_oom *oom)
{
	const char *const parts[] = { oom->killer, oom->task_memcg };
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (size_t i = 0; i < OW_ARRAY_SIZE(parts) && oom->killer; i++)
		for (const char *p = parts[i]; p && *p; p++)
			h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	return oom->killer ? h : 0;
}

/* Has another source had this kill? Remembers it if not. 1, 0 or -ENOMEM. */
static int seen_before(struct ow_incidents *all, const struct ow_oom *oom,
		       const struct ow_moment *moment)
{
	const uint64_t whom = whom_of(oom);
	size_t *bucket;
	int64_t pid;

	if (!pid_of(oom, &pid))
		return 0;
	bucket = &all->bucket[(uint64_t)pid % BUCKETS];
	for (size_t at = *bucket; at; at = all->seen[at - 1].next)
		if (all->seen[at - 1].pid == pid && all->seen[at - 1].whom == whom &&
		    ow_moment_same_kill(&all->seen[at - 1].moment, moment))
			return 1;
	if (all->n_seen == SEEN_MAX)
		return 0;
	if ((all->n_seen & (all->n_seen - 1)) == 0) {
		size_t room = all->n_seen ? 2 * all->n_seen : 1;
		struct seen *more = reallocarray(all->seen, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		all->seen = more;
	}
	all->seen[all->n_seen] = (struct seen){ *moment, pid, whom, *bucket };
	*bucket = ++all->n_seen;
	return 0;
}

static bool same_known(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static const char *limit_of(const struct ow_oom *oom)
{
	return oom->limit_owner.path ? oom->limit_owner.path : oom->limit_memcg;
}

static const char *home_of(const struct ow_oom *oom)
{
	return oom->task_owner.path ? oom->task_owner.path : oom->task_memcg;
}

/* Does the newest task table of the incident have the victim? */
static bool was_there(const struct incident *incident, const struct ow_oom_victim *victim)
{
	const struct ow_oom *newest = NULL;
	const struct ow_oom_task *task;

	for (size_t i = 0; i < incident->n; i++)
		if (incident->kill[i]->tasks.n)
			newest = incident->kill[i];
	if (!newest || !(victim->have & OW_VICTIM_PID))
		return false;
	task = ow_oom_tasks(newest);
	for (size_t i = 0; i < newest->tasks.n; i++)
		if (task[i].have & OW_TASK_TGID && task[i].tgid == victim->pid &&
		    same_known(task[i].comm, victim->comm))
			return true;
	return false;
}

/*
 * A record whose head the kernel did not print (it prints few in 5 s) names no limit. The victim
 * was below the limit if it stands in the table; and where the limit is the victims' own one, no
 * other limit lies between.
 */
static bool same_unnamed_limit(const struct incident *incident, const struct ow_oom *oom)
{
	const struct ow_oom *first = incident->kill[0];

	return !limit_of(oom) && same_known(limit_of(first), home_of(first)) && oom->victims.n &&
	       was_there(incident, ow_oom_victims(oom));
}

/* Only what is known to be of one limit: a kill that is put with those of another limit would
 * accuse its owner. */
static bool same_limit(const struct incident *incident, const struct ow_oom *oom)
{
	const struct ow_oom *first = incident->kill[0];

	if (first->kind != oom->kind)
		return false;
	switch (first->kind) {
	case OW_OOM_MEMCG:
		return same_known(limit_of(first), limit_of(oom)) ||
		       same_unnamed_limit(incident, oom);
	case OW_OOM_CPUSET:
		return same_known(first->mems_allowed, oom->mems_allowed);
	case OW_OOM_MEMPOLICY:
		return same_known(first->nodemask, oom->nodemask);
	case OW_OOM_GLOBAL:
	case OW_OOM_SYSRQ:
	case OW_OOM_PANIC:
		return true;
	case OW_OOM_USERSPACE:
		return same_known(first->killer, oom->killer) &&
		       same_known(home_of(first), home_of(oom));
	case OW_OOM_UNKNOWN:
	case OW_OOM_ALLOCATION:
	case OW_OOM_KIND_COUNT:
		break;
	}
	return false;
}

static bool same_time(const struct incident *incident, const struct ow_moment *moment)
{
	int64_t later;

	if (ow_moment_apart(&incident->first, moment))
		return false;
	if (ow_moment_later_by(&incident->first, moment, &later))
		return later >= -EARLY_USEC && later <= WINDOW_USEC;
	return !incident->last.have && !moment->have && incident->last.source == moment->source &&
	       incident->last.number + 1 == moment->number;
}

static struct incident *find(const struct ow_incidents *all, const struct ow_oom *oom,
			     const struct ow_moment *moment)
{
	for (struct incident *i = all->oldest; i; i = i->next)
		if (same_time(i, moment) && same_limit(i, oom))
			return i;
	return NULL;
}

static struct incident *open_incident(struct ow_incidents *all, const struct ow_moment *moment)
{
	struct incident *incident = calloc(1, sizeof(*incident)), **end = &all->oldest;

	if (!incident)
		return NULL;
	incident->first = *moment;
	while (*end)
		end = &(*end)->next;
	*end = incident;
	all->n_open++;
	return incident;
}

/* Where a kill belongs among those that are kept, by time. */
static size_t place_of(const struct incident *incident, const struct ow_moment *moment)
{
	size_t at = incident->n;

	for (; at; at--) {
		const struct ow_moment before =
			ow_moment_of(incident->kill[at - 1], incident->source[at - 1], 0);
		int64_t later;

		if (!ow_moment_later_by(&before, moment, &later) || later >= 0)
			break;
	}
	return at;
}

/* Adds a kill, and keeps its record when there is room; for the first of an incident there is. */
static void add(struct ow_incidents *all, struct incident *incident, const struct ow_oom *oom,
		const struct ow_moment *moment, struct ow_arena **arena)
{
	const size_t bytes = ow_arena_bytes(*arena), at = place_of(incident, moment);

	incident->last = *moment;
	incident->n_all++;
	if (incident->n == OW_CASE_KILLS_MAX ||
	    (incident->n && all->kept_bytes + bytes > OW_CASE_BYTES_MAX))
		return;
	for (size_t i = incident->n++; i > at; i--) {
		incident->kill[i] = incident->kill[i - 1];
		incident->arena[i] = incident->arena[i - 1];
		incident->source[i] = incident->source[i - 1];
	}
	if (at == 0)
		incident->first = *moment;
	incident->kill[at] = oom;
	incident->arena[at] = *arena;
	incident->source[at] = moment->source;
	all->kept_bytes += bytes;
	*arena = NULL;
}

/* Of two kills that were asked for the newer one is meant; the later in the listing where no clock
 * tells. */
static void choose(struct ow_incidents *all, struct incident *incident,
		   const struct ow_moment *moment, enum ow_select wanted)
{
	if (wanted == OW_SELECT_NO || all->decided ||
	    (wanted == OW_SELECT_YES && all->chosen && ow_moment_older(moment, &all->chosen_by)))
		return;
	all->chosen = incident;
	all->chosen_by = *moment;
	all->decided = wanted == OW_SELECT_NUMBER;
}

/* Forgets the incidents that are over and were not chosen, and of the others the oldest when there
 * is no room for bytes more. */
static void forget(struct ow_incidents *all, const struct incident *current,
		   const struct ow_moment *moment, size_t bytes)
{
	struct incident **at = &all->oldest;

	while (*at) {
		int64_t later;
		bool over = ow_moment_later_by(&(*at)->first, moment, &later) &&
			    later > WINDOW_USEC + EARLY_USEC;

		if (*at != all->chosen && *at != current &&
		    (over || all->decided || all->n_open > OPEN_MAX ||
		     all->kept_bytes + bytes > OW_CASE_BYTES_MAX))
			*at = free_incident(all, *at);
		else
			at = &(*at)->next;
	}
}

int ow_incidents_take(struct ow_incidents *all, unsigned source, const struct ow_oom *oom,
		      struct ow_arena **arena)
{
	const struct ow_moment moment = ow_moment_of(oom, source, ++all->number);
	const enum ow_select wanted = ow_select_match(all->select, all->number, oom, all->scratch);
	const int again = seen_before(all, oom, &moment);
	struct incident *incident;

	if (again < 0)
		return again;
	all->n_kills += !again;
	all->n_homeless += !again && wanted == OW_SELECT_NO && !oom->killer && !oom->task_owner.id;
	incident = find(all, oom, &moment);
	if (again && incident)
		choose(all, incident, &moment, wanted);
	/* A copy is taken when the listing's number means it and the first one is forgotten. */
	if (again && (incident || wanted != OW_SELECT_NUMBER))
		return 1;
	if (!incident && all->decided)
		return 0;
	if (!incident)
		incident = open_incident(all, &moment);
	if (!incident)
		return -ENOMEM;
	forget(all, incident, &moment, ow_arena_bytes(*arena));
	add(all, incident, oom, &moment, arena);
	choose(all, incident, &moment, wanted);
	return 0;
}

struct ow_incident ow_incidents_chosen(const struct ow_incidents *all)
{
	const struct incident *chosen = all->chosen;

	if (!chosen)
		return (struct ow_incident){ .n_other_kills = all->n_kills,
					     .n_homeless = all->n_homeless };
	return (struct ow_incident){
		.kills = chosen->kill,
		.n_kills = chosen->n,
		.n_more_kills = chosen->n_all - chosen->n,
		.n_other_kills = all->n_kills - chosen->n_all,
		.n_homeless = all->n_homeless,
	};
}
