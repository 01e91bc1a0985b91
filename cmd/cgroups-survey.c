/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups-survey.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "read/owner.h"
#include "render/fields.h"

#define GROUP_MAX OW_MIB(16) /* what one group may take while it is looked at */

/* What is remembered of a group while those below it come. */
struct level {
	bool has_cache;
	bool inside;   /* it was asked for, or is below one that was */
	bool pending;  /* its row is to be shown as soon as there is a process */
	unsigned base; /* the depth that its own is counted from */
	uint64_t cache;
	struct ow_cgroups_row *row;
};

struct walk {
	struct ow_cgroups_survey *survey;
	struct ow_arena *arena; /* of the group at hand */
	bool look;              /* owners are needed */
	bool ask;               /* and their names */
	struct level *level;    /* by depth: the group at hand and those above it */
	size_t n, room;
};

static void release(struct walk *w)
{
	free(w->level);
	w->arena = ow_arena_free(w->arena);
}

static int no_memory(struct ow_err *err)
{
	return ow_fail(err, ENOMEM, "cannot list the groups: %m");
}

static struct level *enter(struct walk *w, unsigned depth)
{
	if (depth >= w->room) {
		const size_t room = 2 * ((size_t)depth + 8);
		struct level *more = reallocarray(w->level, room, sizeof(*more));

		if (!more)
			return NULL;
		w->level = more;
		w->room = room;
	}
	for (; w->n <= depth; w->n++)
		w->level[w->n] = (struct level){ 0 };
	w->level[depth] = (struct level){ 0 };
	w->n = (size_t)depth + 1;
	return &w->level[depth];
}

static unsigned depth_of(const char *path)
{
	unsigned depth = 0;

	for (const char *p = path; path[1] && *p; p++)
		depth += *p == '/';
	return depth;
}

/* The page cache of the group that has the binding limit: it is this one or above it. */
static const uint64_t *cache_of_binding(const struct walk *w, const struct ow_cgroup *group)
{
	unsigned depth;

	if (!(group->have & OW_CGROUP_BINDING_LIMIT))
		return NULL;
	depth = depth_of(group->binding_limit.path);
	return depth < w->n && w->level[depth].has_cache ? &w->level[depth].cache : NULL;
}

/* Fills the name in; owner is whose the group is. */
static int identify(struct ow_cgroups_survey *s, struct ow_cgroup *group, bool ask,
		    struct ow_arena *arena, struct ow_owner *owner)
{
	int error = ow_owner_read(group->path, arena, owner);

	if (error < 0 || !ask || !ow_cgroups_is_somebody(owner))
		return error;
	group->have |= OW_CGROUP_CONTAINER;
	return ow_names_owner(s->names, owner, &group->container);
}

static bool is_path(const char *word)
{
	return word[0] == '/';
}

/* Does a word ask for this very group? */
static bool is_asked_for(const struct walk *w, const struct ow_cgroups_facts *facts)
{
	const struct ow_cgroups_survey *s = w->survey;
	const bool head = ow_cgroups_is_somebody(&facts->owner) &&
			  strcmp(facts->owner.path, facts->group->path) == 0;
	bool any = false;

	for (size_t i = 0; i < s->n_words; i++) {
		const bool hit = is_path(s->word[i])
					 ? strcmp(s->word[i], facts->group->path) == 0
					 : head && ow_name_is(&facts->group->container, s->word[i]);

		s->found[i] |= hit;
		any |= hit;
	}
	return any;
}

/* Is it somebody's whole group, or does it have processes that are nobody's? */
static bool is_tenant(const struct walk *w, const struct ow_cgroups_facts *facts)
{
	const struct ow_owner *owner = &facts->owner;
	const bool occupied = facts->group->processes > 0;

	switch (owner->kind) {
	case OW_OWNER_CONTAINER:
	case OW_OWNER_UNIT:
	case OW_OWNER_SESSION:
	case OW_OWNER_JOB:
	case OW_OWNER_VM:
		return strcmp(owner->path, facts->group->path) == 0;
	case OW_OWNER_ROOT: /* of the host it has the kernel's threads, of a container all */
		return occupied && ow_cgroupfs_is_namespaced(w->survey->fs);
	case OW_OWNER_CGROUP:
	case OW_OWNER_POD:
	case OW_OWNER_QOS:
	case OW_OWNER_SLICE:
		break;
	}
	return occupied;
}

/* Settles whether the group is one to be shown, should it have processes; *ret_at_once where it is
 * shown without any. */
static bool is_wanted(const struct walk *w, const struct ow_cgroups_facts *facts,
		      struct level *level, bool *ret_at_once)
{
	const struct ow_cgroups_survey *s = w->survey;
	const unsigned depth = facts->group->depth;
	const bool deep = s->all || s->list->tree;
	const struct level *above = depth ? level - 1 : NULL;
	const bool asked = s->n_words && is_asked_for(w, facts);

	level->inside = asked || (above && above->inside);
	level->base = asked && !(above && above->inside) ? depth : (above ? above->base : 0);
	*ret_at_once = s->all || asked;
	if (depth - level->base > s->depth_max)
		return asked;
	if (s->n_words)
		return asked || (deep && level->inside);
	return deep || is_tenant(w, facts);
}

static void work_out(struct walk *w, const struct ow_cgroup *group, struct ow_cgroups_facts *facts)
{
	ow_group_balance(group, &facts->balance);
	facts->has_fill = ow_group_fill(group, &facts->fill);
	facts->near = ow_group_near(group, cache_of_binding(w, group));
}

static const struct ow_cgroups_row *row_above(const struct walk *w, unsigned depth)
{
	while (w->survey->list->tree && depth-- > 0)
		if (w->level[depth].row)
			return w->level[depth].row;
	return NULL;
}

static int write_group(const struct ow_cgroups_survey *s, const struct ow_cgroup *group, FILE *out,
		       struct ow_err *err)
{
	struct ow_json json;

	ow_json_init(&json, out);
	ow_fields_json(&json, NULL, s->fields, group);
	fputc('\n', out);
	return ferror(out) ? ow_fail(err, EIO, "cannot print the list: %m") : 0;
}

/* A group of which less was read before the list was in order. */
static void note_partial(struct ow_cgroups_survey *s, const struct ow_cgroup_walked *walked)
{
	if (s->stream || !walked->partial || ++s->partial_written <= s->walked.partial)
		return;
	if (!s->walked.partial && !s->walked.denied)
		s->walked.first = walked->first;
	s->walked.partial = s->partial_written;
}

int ow_cgroups_survey_write(struct ow_cgroups_survey *s, const char *path, FILE *out,
			    struct ow_err *err)
{
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(GROUP_MAX);
	const struct ow_cgroup_walk_options options = { .path = path, .want = s->want_written };
	struct ow_cgroup group;
	struct ow_owner owner;
	int error, more;

	if (!arena)
		return no_memory(err);
	error = ow_cgroup_walk_new(s->fs, &options, &walk, err);
	if (error < 0)
		return error == -ENOENT ? 0 : error;
	more = ow_cgroup_walk_next(walk, arena, &group, err);
	if (more <= 0)
		return more;
	note_partial(s, ow_cgroup_walk_seen(walk));
	if (identify(s, &group, s->want_written & OW_CGROUP_CONTAINER, arena, &owner) < 0)
		return no_memory(err);
	return write_group(s, &group, out, err);
}

/* The rows that waited for a process come out, from the top. */
static int show_pending(struct walk *w, struct ow_err *err)
{
	struct ow_cgroups_survey *s = w->survey;
	int error = 0;

	for (size_t i = 0; i < w->n && error == 0; i++) {
		struct level *level = &w->level[i];

		if (!level->pending)
			continue;
		level->pending = false;
		s->shown++;
		if (s->stream)
			error = ow_cgroups_survey_write(s, level->row->path, s->stream, err);
		else if ((error = ow_cgroups_list_add(s->list, level->row)) < 0)
			(void)no_memory(err);
	}
	if (s->stream && error == 0)
		ow_arena_clear(s->list->arena); /* nothing waits any more */
	return error;
}

static int take(struct walk *w, struct ow_cgroup *group, struct ow_err *err)
{
	struct ow_cgroups_survey *s = w->survey;
	struct ow_cgroups_facts facts = { .group = group, .owner = { .id = "", .path = "" } };
	struct level *level = enter(w, group->depth);
	bool at_once;
	int error;

	if (!level || (w->look && identify(s, group, w->ask, w->arena, &facts.owner) < 0))
		return no_memory(err);
	if (!s->stream)
		level->has_cache = ow_group_cache(group, &level->cache);
	if (is_wanted(w, &facts, level, &at_once)) {
		if (s->stream && at_once) {
			s->shown++;
			error = show_pending(w, err);
			return error < 0 ? error : write_group(s, group, s->stream, err);
		}
		work_out(w, group, &facts);
		level->row =
			ow_cgroups_row_new(s->list, &facts, row_above(w, group->depth), w->arena);
		level->pending = true;
		if (!level->row)
			return no_memory(err);
	}
	return at_once || group->processes ? show_pending(w, err) : 0;
}

static bool any_name(const struct ow_cgroups_survey *s)
{
	for (size_t i = 0; i < s->n_words; i++)
		if (!is_path(s->word[i]))
			return true;
	return false;
}

int ow_cgroups_survey(struct ow_cgroups_survey *s, struct ow_err *err)
{
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	ow_scoped(release) struct walk w = { .survey = s, .arena = ow_arena_new(GROUP_MAX) };
	const bool deep = s->all || s->list->tree;
	const struct ow_cgroup_walk_options options = {
		.want = s->want | (s->all ? 0 : OW_CGROUP_PROCESSES),
		.depth_max = s->all && !s->n_words ? s->depth_max : UINT_MAX,
	};
	struct ow_cgroup group;
	int error, more = 1;

	w.ask = s->want & OW_CGROUP_CONTAINER || any_name(s);
	w.look = w.ask || !deep || s->n_words;
	s->found = calloc(s->n_words + 1, sizeof(*s->found));
	if (!w.arena || !s->found)
		return no_memory(err);
	error = ow_cgroup_walk_new(s->fs, &options, &walk, err);
	while (error == 0 && more > 0) {
		ow_arena_clear(w.arena);
		more = ow_cgroup_walk_next(walk, w.arena, &group, err);
		error = more > 0 ? take(&w, &group, err) : more;
	}
	if (walk)
		s->walked = *ow_cgroup_walk_seen(walk);
	return error;
}

void ow_cgroups_survey_release(struct ow_cgroups_survey *survey)
{
	free(survey->found);
	survey->found = NULL;
}
