/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "collect/names-internal.h"
#include "read/owner.h"

#define ARENA_MAX   OW_MIB(48)
#define ARENA_SPARE OW_MIB(16) /* for what is asked later */
#define SCRATCH_MAX OW_MIB(8)
#define ID_MIN      4  /* digits of an id that somebody types */
#define ID_DIGITS   64 /* of a whole one */

struct ow_names *ow_names_new(const struct ow_names_options *options)
{
	struct ow_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->arena = ow_arena_new(ARENA_MAX);
	names->scratch = ow_arena_new(SCRATCH_MAX);
	names->no_engines = options->no_engines || options->no_places || options->root;
	names->loaded = options->no_places; /* and so it is too late to ask the journal */
	if (names->arena && names->scratch) {
		names->root = ow_printf(names->arena, "%s", options->root ? options->root : "");
		names->host = options->host ? ow_printf(names->arena, "%s", options->host) : NULL;
	}
	if (!names->root || (options->host && !names->host))
		return ow_names_free(names);
	return names;
}

struct ow_names *ow_names_free(struct ow_names *names)
{
	if (!names)
		return NULL;
	(void)ow_docker_close(names->docker);
	(void)ow_arena_free(names->scratch);
	(void)ow_arena_free(names->arena);
	free(names->entry);
	free(names);
	return NULL;
}

static int64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

bool ow_names_late(const struct ow_names *names)
{
	return now_usec() >= names->deadline_usec;
}

bool ow_names_full(struct ow_names *names)
{
	const bool full =
		names->n >= OW_NAMES_MAX || ow_arena_bytes(names->arena) > ARENA_MAX - ARENA_SPARE;

	names->n_left_out += full;
	return full;
}

int ow_names_add(struct ow_names *names, const struct ow_name *name)
{
	struct ow_names_entry *more;

	if (!name->id)
		return 0;
	if (names->n == names->room) {
		names->room = names->room ? 2 * names->room : 64;
		more = realloc(names->entry, names->room * sizeof(*more));
		if (!more)
			return -ENOMEM;
		names->entry = more;
	}
	names->entry[names->n] = (struct ow_names_entry){ *name, names->n };
	names->n++;
	return 0;
}

int ow_names_note(struct ow_names *names, const char *place, size_t n, int error,
		  const struct ow_err *err)
{
	struct ow_source source = {
		.name = ow_printf(names->arena, "%s", place),
		.state = error == 0         ? OW_SOURCE_READ
			 : error == -ENOENT ? OW_SOURCE_ABSENT
					    : OW_SOURCE_UNREADABLE,
		.detail = error == 0 ? ow_printf(names->arena, "%zu names", n)
				     : ow_printf(names->arena, "%s", err->text),
	};
	struct ow_source *more =
		ow_grow(names->arena, names->source, names->n_sources, sizeof(*more));

	if (!more || !source.name || !source.detail)
		return -ENOMEM;
	names->source = more;
	names->source[names->n_sources++] = source;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct ow_names_entry *one = a, *other = b;
	int r = strcmp(one->name.id, other->name.id);

	return r ? r : (one->rank > other->rank) - (one->rank < other->rank);
}

/* Puts them in order, and makes one of those that several places know. */
static void settle(struct ow_names *names)
{
	size_t n = 0;

	if (names->n)
		qsort(names->entry, names->n, sizeof(*names->entry), by_id);
	for (size_t i = 0; i < names->n; i++) {
		struct ow_names_entry *last = n ? &names->entry[n - 1] : NULL;

		if (last && strcmp(last->name.id, names->entry[i].name.id) == 0)
			ow_name_complete(&last->name, &names->entry[i].name);
		else
			names->entry[n++] = names->entry[i];
	}
	names->n = n;
	for (size_t i = 0; i < n; i++)
		names->entry[i].rank = i;
}

/* Asks the places, if they were not asked yet. */
static int load(struct ow_names *names)
{
	struct ow_err err = { "" };
	int r;

	if (names->loaded)
		return 0;
	names->loaded = true;
	r = names->no_engines ? 0 : ow_names_load_engines(names);
	names->deadline_usec = now_usec() + OW_NAMES_USEC;
	if (r == 0)
		r = ow_names_load_files(names);
	if (r == 0 && names->n_left_out) {
		(void)ow_fail(&err, EFBIG, "%zu names are left out: there are too many",
			      names->n_left_out);
		r = ow_names_note(names, "names", 0, -EFBIG, &err);
	}
	settle(names);
	return r;
}

/* The same for containers that are gone. */
static int load_gone(struct ow_names *names)
{
	int r = 0;

	if (!names->gone_loaded && !names->no_engines)
		r = ow_names_load_gone(names);
	names->gone_loaded = true;
	settle(names);
	return r;
}

/* The first entry whose id is not before this one. */
static size_t lower_bound(const struct ow_names *names, const char *id)
{
	size_t from = 0, to = names->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(names->entry[middle].name.id, id) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool is_of(const struct ow_names *names, size_t i, const char *id)
{
	return i < names->n && strncmp(names->entry[i].name.id, id, strlen(id)) == 0;
}

/* The entry of that id, whole or cut, if there is no second one. */
static const struct ow_name *find(const struct ow_names *names, const char *id)
{
	size_t i = lower_bound(names, id);

	if (!is_of(names, i, id))
		return NULL;
	if (strcmp(names->entry[i].name.id, id) != 0 && is_of(names, i + 1, id))
		return NULL;
	return &names->entry[i].name;
}

static bool is_whole_id(const char *id)
{
	return strlen(id) == ID_DIGITS && strspn(id, "0123456789abcdef") == ID_DIGITS;
}

/* Adds one to those that are in order. */
static int insert(struct ow_names *names, const struct ow_name *name)
{
	const size_t at = lower_bound(names, name->id), n = names->n;
	struct ow_names_entry entry;
	int r = ow_names_add(names, name);

	if (r < 0 || names->n == n)
		return r;
	entry = names->entry[n];
	memmove(&names->entry[at + 1], &names->entry[at], (n - at) * sizeof(entry));
	names->entry[at] = entry;
	return 0;
}

/* What the last places know: the engines' events, and the journal. That nobody knows it is kept,
 * too, so that they are asked once. */
static int ask_last(struct ow_names *names, const char *id, struct ow_name *ret)
{
	const struct ow_name *known;
	struct ow_name name = { 0 };
	int r = load_gone(names);

	known = r == 0 ? find(names, id) : NULL;
	if (known) {
		*ret = *known;
		return 0;
	}
	if (r == 0) {
		r = ow_names_ask_journal(names, "CONTAINER_ID_FULL", id, &name);
		r = r == -ENOENT ? 0 : r;
	}
	if (r < 0)
		return r;
	name.id = ow_str_keep(names->arena, ow_str(id));
	r = name.id ? insert(names, &name) : -ENOMEM;
	if (r == 0)
		*ret = name;
	return r;
}

/* What the path of an owner says of those it lives in. */
static int read_outer(struct ow_names *names, const struct ow_owner *owner, struct ow_owner *ret)
{
	const char *leaf = strrchr(owner->path, '/'), *colon = leaf ? strchr(leaf, ':') : NULL;
	const char *end = colon ? colon : leaf;
	const char *path =
		end ? ow_str_keep(names->scratch,
				  (struct ow_str){ owner->path, (size_t)(end - owner->path) })
		    : "";

	*ret = (struct ow_owner){ 0 };
	if (!path)
		return -ENOMEM;
	return *path ? ow_owner_read(path, names->scratch, ret) : 0;
}

/* The pod of that uid; the uid itself where nobody knows it. */
static int name_pod(struct ow_names *names, const char *uid, struct ow_name *name)
{
	const struct ow_name *pod = find(names, uid);
	struct ow_name unknown = { 0 };
	int r = 0;

	if (!pod) {
		unknown.id = unknown.pod = ow_str_keep(names->arena, ow_str(uid));
		r = unknown.id ? insert(names, &unknown) : -ENOMEM;
		pod = &unknown;
	}
	if (!name->pod)
		name->pod = pod->pod;
	if (!name->namespace)
		name->namespace = pod->namespace;
	if (!name->from)
		name->from = pod->from;
	return r;
}

static int name_container(struct ow_names *names, const struct ow_owner *owner,
			  struct ow_name *name)
{
	const struct ow_name *known = find(names, owner->id);
	struct ow_name last = { 0 };
	int r = 0;

	if (!known && is_whole_id(owner->id)) {
		r = ask_last(names, owner->id, &last);
		known = &last;
	}
	if (known) {
		ow_name_complete(name, known);
		if (known->id)
			name->id = known->id;
		return r;
	}
	/* Others call a container by its name in the first place. */
	if (strspn(owner->id, "0123456789abcdef") != strlen(owner->id) ||
	    (owner->runtime && strcmp(owner->runtime, "lxc") == 0)) {
		name->name = owner->id;
		name->from = "cgroup path";
	}
	return r;
}

static int name_unit(struct ow_names *names, const struct ow_owner *owner, struct ow_name *name)
{
	char *text;

	name->unit = owner->id;
	name->from = "cgroup path";
	if (!strchr(owner->id, '\\'))
		return 0;
	text = ow_str_keep(names->arena, ow_str(owner->id));
	if (!text)
		return -ENOMEM;
	ow_owner_unescape(text);
	name->name = text;
	return 0;
}

static int name_owner(struct ow_names *names, const struct ow_owner *owner, struct ow_name *name)
{
	switch (owner->kind) {
	case OW_OWNER_CONTAINER:
		return name_container(names, owner, name);
	case OW_OWNER_POD:
		return name_pod(names, owner->id, name);
	case OW_OWNER_UNIT:
	case OW_OWNER_SLICE:
	case OW_OWNER_SESSION:
		return name_unit(names, owner, name);
	case OW_OWNER_JOB:
	case OW_OWNER_VM:
		name->name = owner->id;
		name->from = "cgroup path";
		return 0;
	case OW_OWNER_CGROUP:
	case OW_OWNER_ROOT:
	case OW_OWNER_QOS:
		break;
	}
	return 0;
}

int ow_names_owner(struct ow_names *names, const struct ow_owner *owner, struct ow_name *ret)
{
	struct ow_name name = { .runtime = owner->runtime, .id = owner->id };
	struct ow_owner outer;
	int r;

	/* Who names nobody is not asked about. */
	if (owner->kind != OW_OWNER_CGROUP && owner->kind != OW_OWNER_ROOT) {
		r = load(names);
		if (r < 0)
			return r;
	}
	ow_arena_clear(names->scratch);
	r = name_owner(names, owner, &name);
	if (r == 0)
		r = read_outer(names, owner, &outer);
	if (r == 0 && owner->kind == OW_OWNER_CONTAINER && outer.kind == OW_OWNER_POD)
		r = name_pod(names, outer.id, &name);
	if (r == 0 && !name.unit && owner->kind == OW_OWNER_CONTAINER &&
	    outer.kind == OW_OWNER_UNIT && outer.id) {
		name.unit = ow_str_keep(names->arena, ow_str(outer.id));
		r = name.unit ? 0 : -ENOMEM;
	}
	if (r == 0)
		*ret = name;
	return r;
}

static bool is(const char *name, const char *text)
{
	return name && strcmp(name, text) == 0;
}

/* "nginx" and "nginx.service" are "nginx.service". */
static bool is_unit(const char *unit, const char *text)
{
	size_t n = strlen(text);

	return unit && strncmp(unit, text, n) == 0 &&
	       (unit[n] == '\0' || strcmp(unit + n, ".service") == 0);
}

static bool is_pod(const struct ow_name *name, const char *text)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : 0;

	if (!slash)
		return is(name->pod, text);
	return name->namespace && strlen(name->namespace) == n &&
	       strncmp(name->namespace, text, n) == 0 && is(name->pod, slash + 1);
}

bool ow_name_is(const struct ow_name *name, const char *text)
{
	size_t n = strlen(text);

	if (n == 0)
		return false;
	if (name->id && n >= ID_MIN && strncmp(name->id, text, n) == 0 &&
	    (name->id[n] == '\0' || strspn(text, "0123456789abcdef") == n))
		return true;
	return is(name->name, text) || is_unit(name->unit, text) || is_pod(name, text);
}

static int collect_matches(struct ow_names *names, const char *text, struct ow_name **ret,
			   size_t *ret_n)
{
	struct ow_name *match = NULL, *more;
	size_t n = 0;

	ow_arena_clear(names->scratch);
	for (size_t i = 0; i < names->n; i++) {
		if (!ow_name_is(&names->entry[i].name, text))
			continue;
		more = ow_grow(names->scratch, match, n, sizeof(*more));
		if (!more)
			return -ENOMEM;
		match = more;
		match[n++] = names->entry[i].name;
	}
	*ret = match;
	*ret_n = n;
	return 0;
}

int ow_names_find(struct ow_names *names, const char *text, const struct ow_name **ret,
		  size_t *ret_n)
{
	struct ow_name *match = NULL, name = { 0 };
	size_t n = 0;
	int r;

	text += *text == '/' && !strchr(text + 1, '/');
	r = load(names);
	if (r == 0)
		r = collect_matches(names, text, &match, &n);
	if (r == 0 && n == 0)
		r = load_gone(names);
	if (r == 0 && n == 0)
		r = collect_matches(names, text, &match, &n);
	if (r == 0 && n == 0) {
		r = ow_names_ask_journal(names, "CONTAINER_NAME", text, &name);
		r = r == 0 ? insert(names, &name) : r == -ENOENT ? 0 : r;
	}
	if (r == 0 && n == 0)
		r = collect_matches(names, text, &match, &n);
	if (r < 0)
		return r;
	*ret = match;
	*ret_n = n;
	return 0;
}

int ow_names_engines(struct ow_names *names, struct ow_docker **ret, struct ow_err *err)
{
	int r = names->docker ? 0 : ow_docker_open(names->host, &names->docker, err);

	if (r == 0)
		*ret = names->docker;
	return r;
}

const struct ow_source *ow_names_sources(const struct ow_names *names, size_t *ret_n)
{
	*ret_n = names->n_sources;
	return names->source;
}
