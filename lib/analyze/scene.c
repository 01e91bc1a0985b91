/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/scene.h"

#include <errno.h>

#include "analyze/words.h"
#include "base/time.h"

#define EXIT_DELAY_USEC (3 * OW_USEC_PER_SEC) /* the exit of a killed process takes less */
#define EXIT_SIGKILL    137

static bool has_report(const struct ow_oom *oom)
{
	return oom->lines.head || oom->lines.memory || oom->lines.meminfo;
}

/* Others may have been killed at the same limit. An id may be cut. */
static bool is_asked_for(const struct ow_case *c, const struct ow_oom *oom)
{
	const char *id = oom->task_owner.id;

	return c->asked_id && *c->asked_id && id &&
	       strncmp(id, c->asked_id, strlen(c->asked_id)) == 0;
}

/* The first kill of the incident that has a report of its own, of what was asked for if there is
 * one: the kernel prints ten of them in 5 s, and then only the lines of the kills. */
static const struct ow_oom *judged(const struct ow_case *c)
{
	for (size_t i = 0; i < c->n_kills; i++)
		if (has_report(c->kills[i]) && is_asked_for(c, c->kills[i]))
			return c->kills[i];
	for (size_t i = 0; i < c->n_kills; i++)
		if (has_report(c->kills[i]))
			return c->kills[i];
	return c->n_kills ? c->kills[0] : NULL;
}

/* The lines of a record tell the versions apart: only v1 has memory+swap and kmem. */
static unsigned version_of(const struct ow_case *c, const struct ow_oom *oom)
{
	const struct ow_cgroup *live = ow_case_cgroup(c, oom->limit_memcg);

	if (!live)
		live = ow_case_cgroup(c, oom->task_memcg);
	if (oom->have & (OW_OOM_MEMSW | OW_OOM_KMEM))
		return 1;
	if (oom->have & OW_OOM_SWAP)
		return 2;
	return live ? live->version : 0;
}

bool ow_owner_same(const struct ow_owner *a, const struct ow_owner *b)
{
	return a->id && b->id && a->kind == b->kind && strcmp(a->id, b->id) == 0;
}

bool ow_scene_kill_time(const struct ow_scene *s, int64_t *ret)
{
	const struct ow_host *host = &s->c->host;

	if (!s->oom)
		return false;
	if (s->oom->have & OW_OOM_TIME)
		*ret = s->oom->time_usec;
	else if ((s->oom->have & OW_OOM_BOOT) && (host->have & OW_HOST_TIME) &&
		 host->boot_usec >= s->oom->boot_usec)
		*ret = host->time_usec - (int64_t)(host->boot_usec - s->oom->boot_usec);
	else
		return false;
	return true;
}

/* The table is the whole container: its limit, at the group that names it, in a full record. */
static bool alone_in_container(const struct ow_scene *s)
{
	const struct ow_oom *oom = s->oom;
	const char *const *missing = oom->missing.item;

	for (size_t i = 0; i < oom->missing.n; i++)
		if (strcmp(missing[i], "tasks") == 0)
			return false;
	return oom->kind == OW_OOM_MEMCG && oom->tasks.n == 1 && s->holders.victim_row &&
	       ow_owner_same(&oom->limit_owner, &oom->task_owner) && oom->limit_memcg &&
	       oom->limit_owner.path && strcmp(oom->limit_owner.path, oom->limit_memcg) == 0;
}

/* The container is running, since before the kill, with another first process. */
static bool lives_on(const struct ow_scene *s, int64_t killed)
{
	const struct ow_container *k = s->container;

	return (k->have & OW_CONTAINER_RUNNING) && k->running && (k->have & OW_CONTAINER_PID) &&
	       k->pid > 0 && k->pid != s->victim->pid && (k->have & OW_CONTAINER_STARTED) &&
	       k->started_usec < killed;
}

static enum ow_first first_process(const struct ow_scene *s, uint64_t *delay_usec)
{
	const int64_t *killed = s->has_killed ? &s->killed_usec : NULL;
	const struct ow_container *k = s->container;
	int64_t delay;

	if (!s->oom || !s->victim || !(s->victim->have & OW_VICTIM_PID))
		return OW_FIRST_UNKNOWN;
	if (alone_in_container(s))
		return OW_FIRST_ALONE;
	if (k && killed && lives_on(s, *killed))
		return OW_FIRST_LIVES_ON;
	if (!ow_ending_delay(&s->ending, killed, &delay))
		return OW_FIRST_UNKNOWN;
	*delay_usec = (uint64_t)delay;
	if (ow_ending_killed_later(&s->ending, killed))
		return OW_FIRST_KILLED;
	if (s->ending.code != EXIT_SIGKILL)
		return OW_FIRST_STATUS;
	return *delay_usec < EXIT_DELAY_USEC ? OW_FIRST_UNKNOWN : OW_FIRST_LATER;
}

/* The container that was asked for, where no kill leads to one: the one whose inspect or events
 * are in the case. */
static const char *only_container(const struct ow_case *c)
{
	if (c->n_containers == 1)
		return c->containers[0].id;
	for (size_t i = 1; i < c->n_events; i++)
		if (strcmp(c->events[i].container, c->events[0].container) != 0)
			return NULL;
	return c->n_events && c->n_containers == 0 ? c->events[0].container : NULL;
}

/* Whose life it is, and how that ended. */
static void settle_exit(struct ow_scene *s, struct ow_arena *arena)
{
	const struct ow_owner *owner = s->oom ? &s->oom->task_owner : NULL;
	const char *id = NULL;

	s->has_killed = ow_scene_kill_time(s, &s->killed_usec);
	if (owner && !owner->id)
		owner = &s->oom->limit_owner;
	if (!s->oom) {
		id = only_container(s->c);
		s->asked_id = id;
		if (id)
			s->owner = ow_words_owner(
				arena, s->c,
				&(struct ow_owner){ .kind = OW_OWNER_CONTAINER, .id = id });
	} else if (owner->kind == OW_OWNER_CONTAINER) {
		id = owner->id;
	}
	if (id)
		ow_ending_make(s->c, id, s->has_killed ? &s->killed_usec : NULL, &s->ending);
}

int ow_scene_make(const struct ow_case *c, struct ow_arena *arena, struct ow_scene *ret)
{
	struct ow_scene s = { .c = c, .oom = judged(c), .owner = "", .limit_owner = "" };
	int r = 0;

	s.victim_name = "a process";
	if (s.oom) {
		s.victim = s.oom->victims.n ? ow_oom_victims(s.oom) : NULL;
		s.container = ow_case_container(c, s.oom->task_owner.id ? &s.oom->task_owner
									: &s.oom->limit_owner);
		s.owner = ow_words_owner(arena, c, &s.oom->task_owner);
		s.limit_owner = ow_words_owner(arena, c, &s.oom->limit_owner);
		s.cgroup_version = version_of(c, s.oom);
		settle_exit(&s, arena);
		ow_balance_make(s.oom, &s.balance);
		ow_score_make(c, s.oom, &s.score);
		r = ow_holders_make(s.oom, &s.balance, arena, &s.holders);
		r = r == 0 ? ow_zones_make(s.oom, arena, &s.zones) : r;
		s.first = r == 0 ? first_process(&s, &s.delay_usec) : OW_FIRST_UNKNOWN;
	} else {
		s.container = c->n_containers == 1 ? &c->containers[0] : NULL;
		settle_exit(&s, arena);
	}
	if (!s.oom && c->n_cgroups)
		s.cgroup_version = c->cgroups[0].version;
	if (s.victim)
		s.victim_name = ow_words_process(
			arena, s.victim->comm, s.victim->have & OW_VICTIM_PID ? s.victim->pid : -1);
	if (r == 0)
		r = ow_go_scene_make(&s, arena, &s.go);
	if (r == 0)
		*ret = s;
	return r;
}

/* The directory of a cgroup as it is mounted by systemd and by Docker's scripts. */
static const char *cgroup_dir(const struct ow_scene *s, struct ow_arena *arena, const char *path)
{
	const char *mount = s->cgroup_version == 1 ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
	const char *dir;

	if (!path || s->cgroup_version == 0)
		return NULL;
	dir = ow_printf(arena, "%s%s", mount, path);
	return dir ? ow_words_shell(arena, dir) : NULL;
}

static const char *container_word(const struct ow_scene *s, struct ow_arena *arena)
{
	const char *word = NULL;

	if (s->container)
		word = s->container->name ? s->container->name : s->container->id;
	else if (s->oom && s->oom->task_owner.kind == OW_OWNER_CONTAINER)
		word = s->oom->task_owner.id;
	return word ? ow_words_shell(arena, word) : NULL;
}

static const char *unit_word(const struct ow_scene *s, struct ow_arena *arena)
{
	const struct ow_owner *owner = s->oom ? &s->oom->task_owner : NULL;

	if (!owner || !owner->id || owner->kind != OW_OWNER_UNIT)
		return NULL;
	return ow_words_shell(arena, owner->id);
}

const char *ow_scene_command(const struct ow_scene *s, struct ow_arena *arena, const char *template)
{
	const struct {
		const char *word, *value;
	} words[] = {
		{ "OWN_CGROUP", s->oom ? cgroup_dir(s, arena, s->oom->task_memcg) : NULL },
		{ "CGROUP", s->oom ? cgroup_dir(s, arena, s->oom->limit_memcg) : NULL },
		{ "CONTAINER", container_word(s, arena) },
		{ "UNIT", unit_word(s, arena) },
	};
	const char *text = template;

	for (size_t i = 0; text && i < OW_ARRAY_SIZE(words); i++) {
		const char *at = words[i].value ? strstr(text, words[i].word) : NULL;

		if (at)
			text = ow_printf(arena, "%.*s%s%s", (int)(at - text), text, words[i].value,
					 at + strlen(words[i].word));
	}
	return text ? text : template;
}
