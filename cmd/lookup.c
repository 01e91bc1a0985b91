/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/time.h"
#include "collect/cgroup.h"
#include "collect/host.h"
#include "collect/names.h"
#include "collect/process.h"
#include "read/container.h"
#include "read/event.h"
#include "read/host.h"
#include "read/name.h"
#include "read/owner.h"

#define DOCKER      "docker inspect"
#define TENANTS_MAX 8
#define OWNERS_MAX  (2 + TENANTS_MAX) /* the victim's, that of the limit, and who shares it */

/* Whose names are wanted. */
struct owners {
	struct ow_owner owner[OWNERS_MAX];
	size_t n;
};

struct ow_lookup {
	struct ow_arena *arena;
	struct ow_names *names;
	const char *id;                     /* of what was asked for; NULL: nothing was */
	struct ow_evidence inspect, events; /* of the name that was asked for; path NULL: none */
	int error;                          /* why there is none: no engine answers */
	struct ow_err err;
};

struct ow_lookup *ow_lookup_new(struct ow_arena *arena)
{
	struct ow_lookup *lookup = calloc(1, sizeof(*lookup));

	if (!lookup)
		return NULL;
	lookup->arena = arena;
	lookup->names = ow_names_new(&(struct ow_names_options){ 0 });
	return lookup->names ? lookup : ow_lookup_free(lookup);
}

struct ow_lookup *ow_lookup_free(struct ow_lookup *lookup)
{
	if (lookup)
		(void)ow_names_free(lookup->names);
	free(lookup);
	return NULL;
}

/* "docker/ID.json" and "docker/ID.events.json" for this id? */
static bool is_file_of(const struct ow_evidence *file, const char *id, const char *ending)
{
	char path[128];

	return file->path &&
	       snprintf(path, sizeof(path), "docker/%s%s", id, ending) < (int)sizeof(path) &&
	       strcmp(file->path, path) == 0;
}

/* "docker/3418....json" and "docker/3418....events.json" are of 3418... */
static const char *id_of_path(const char *path, struct ow_arena *arena)
{
	struct ow_str rest = ow_str(path), id;

	if (!ow_scan_lit(&rest, "docker/") || !ow_scan_until(&rest, ".", &id))
		return NULL;
	return ow_str_keep(arena, id);
}

/* By what the runtimes and kubelet wrote down. A pod is what all its containers are in. */
static const char *find_name(struct ow_lookup *lookup, const char *name)
{
	const struct ow_name *match;
	size_t n;

	if (ow_names_find(lookup->names, name, &match, &n) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (n == 1 || (match[i].pod && !match[i].name))
			return ow_str_keep(lookup->arena, ow_str(match[i].id));
	return name;
}

const char *ow_lookup_name(struct ow_lookup *lookup, const char *name)
{
	struct ow_docker *docker = NULL;
	const char *id = NULL;

	lookup->error = ow_names_engines(lookup->names, &docker, &lookup->err);
	if (lookup->error < 0)
		return lookup->id = find_name(lookup, name);
	lookup->error =
		ow_docker_inspect(docker, name, lookup->arena, &lookup->inspect, &lookup->err);
	if (lookup->error < 0)
		lookup->inspect = (struct ow_evidence){ 0 };
	else
		id = id_of_path(lookup->inspect.path, lookup->arena);
	if (ow_docker_events(docker, id ? id : name, lookup->arena, &lookup->events, NULL) < 0)
		lookup->events = (struct ow_evidence){ 0 };
	else if (!id)
		id = id_of_path(lookup->events.path, lookup->arena);
	return lookup->id = id ? id : find_name(lookup, name);
}

/* -EXDEV: in a container the host's groups are not there to be seen. */
static int note(struct ow_case_reader *reader, const char *name, int error,
		const struct ow_err *err)
{
	const bool absent = error == -ENOENT || error == -EXDEV;

	return ow_case_reader_note(
		reader, &(struct ow_source){
				.name = name,
				.state = absent ? OW_SOURCE_ABSENT : OW_SOURCE_UNREADABLE,
				.detail = err->text,
			});
}

static int look_up_host(const struct ow_lookup *lookup, struct ow_case_reader *reader,
			struct ow_host *ret)
{
	struct ow_err err = { "" };
	struct ow_evidence file;
	int error = ow_host_collect(lookup->arena, &file, &err);

	if (error < 0)
		return note(reader, "this host", error, &err);
	if (ow_host_read(file.bytes, file.source, lookup->arena, ret) < 0)
		return -ENOMEM;
	return ow_case_reader_add(reader, &file);
}

/* Runtimes that no engine is asked for: containerd and CRI-O have no such socket. */
static bool has_engine(const struct ow_owner *owner)
{
	return !owner->runtime || strcmp(owner->runtime, "docker") == 0 ||
	       strcmp(owner->runtime, "podman") == 0;
}

/* What engines know of the container, but for what was asked already. */
static int look_up_container(struct ow_lookup *lookup, struct ow_case_reader *reader,
			     const struct ow_owner *owner)
{
	struct ow_docker *docker = NULL;
	struct ow_err err = { "" };
	struct ow_evidence file;
	int error;

	if (owner->kind != OW_OWNER_CONTAINER || !has_engine(owner))
		return 0;
	error = ow_names_engines(lookup->names, &docker, &err);
	if (error < 0)
		return note(reader, DOCKER, error, &err);
	if (!is_file_of(&lookup->inspect, owner->id, ".json")) {
		error = ow_docker_inspect(docker, owner->id, lookup->arena, &file, &err);
		error = error < 0 ? note(reader, DOCKER, error, &err)
				  : ow_case_reader_add(reader, &file);
	}
	/* That there are no events is no news where there is no engine either. */
	if (error == 0 && !is_file_of(&lookup->events, owner->id, ".events.json") &&
	    ow_docker_events(docker, owner->id, lookup->arena, &file, &err) == 0)
		error = ow_case_reader_add(reader, &file);
	return error;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool is_named(const struct ow_name *name, const struct ow_owner *owner)
{
	return name->name || name->image || name->namespace ||
	       (name->pod && !same(name->pod, owner->id));
}

/* Of the places that could not be read, those that might have had a name. */
static int note_places(struct ow_lookup *lookup, struct ow_case_reader *reader)
{
	size_t n;
	const struct ow_source *source = ow_names_sources(lookup->names, &n);
	int error = 0;

	/* What is wrong with an engine was said when it was asked for the container. */
	for (size_t i = 0; error == 0 && i < n; i++)
		if (source[i].state == OW_SOURCE_UNREADABLE && source[i].name[0] == '/')
			error = ow_case_reader_note(reader, &source[i]);
	return error;
}

/* Who the owners are, as one file. */
static int look_up_names(struct ow_lookup *lookup, struct ow_case_reader *reader,
			 const struct owners *owners, int64_t now_usec)
{
	const char *text = "";
	bool missing = false;

	for (size_t i = 0; i < owners->n; i++) {
		const struct ow_owner *owner = &owners->owner[i];
		struct ow_name name;
		const char *line;

		if (owner->kind != OW_OWNER_CONTAINER && owner->kind != OW_OWNER_POD)
			continue;
		if (ow_names_owner(lookup->names, owner, &name) < 0)
			return -ENOMEM;
		if (!is_named(&name, owner)) {
			missing = true;
			continue;
		}
		line = ow_name_write(&name, lookup->arena);
		text = line ? ow_printf(lookup->arena, "%s%s\n", text, line) : NULL;
		if (!text)
			return -ENOMEM;
	}
	if (missing && note_places(lookup, reader) < 0)
		return -ENOMEM;
	if (!*text)
		return 0;
	return ow_case_reader_add(reader, &(struct ow_evidence){ .path = "names",
								 .source = "names",
								 .time_usec = now_usec,
								 .bytes = ow_str(text) });
}

static int look_up_cgroup(struct ow_lookup *lookup, struct ow_case_reader *reader, const char *path)
{
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct ow_err err = { "" };
	size_t n = 0;
	int error;

	error = ow_cgroup_collect(path, lookup->arena, file, &n, &err);
	if (error < 0)
		return note(reader, ow_printf(lookup->arena, "cgroup %s", path), error, &err);
	for (size_t i = 0; i < n && error == 0; i++)
		error = ow_case_reader_add(reader, &file[i]);
	return error;
}

/*
 * Without a kill: the group of what was asked for, as it is now, by its first process. One of
 * another host, or whose number is used again, is in no group with that id.
 */
static int look_up_asked(struct ow_lookup *lookup, struct ow_case_reader *reader)
{
	ow_scoped(ow_closep) int proc = -1;
	struct ow_container container;
	struct ow_process process;
	struct ow_owner owner;

	if (!lookup->inspect.path || !lookup->id ||
	    ow_container_read(lookup->inspect.bytes, lookup->inspect.source, lookup->arena,
			      &container, NULL) < 0 ||
	    !container.running || !(container.have & OW_CONTAINER_PID))
		return 0;
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0 ||
	    ow_process_collect(proc, container.pid, OW_PROCESS_CGROUP, lookup->arena, &process,
			       NULL) < 0 ||
	    !(process.have & OW_PROCESS_CGROUP) ||
	    ow_owner_read(process.cgroup, lookup->arena, &owner) < 0 || !same(owner.id, lookup->id))
		return 0;
	return look_up_cgroup(lookup, reader, owner.path);
}

/* The groups of the limit, of the victim and of its owner, each once. */
static int look_up_cgroups(struct ow_lookup *lookup, struct ow_case_reader *reader,
			   const struct ow_oom *oom)
{
	const char *const paths[] = { oom->task_memcg, oom->limit_memcg, oom->task_owner.path };
	int error = 0;

	for (size_t i = 0; error == 0 && i < OW_ARRAY_SIZE(paths); i++) {
		bool known = !paths[i];

		for (size_t k = 0; k < i; k++)
			known = known || same(paths[k], paths[i]);
		if (!known)
			error = look_up_cgroup(lookup, reader, paths[i]);
	}
	return error;
}

/* The groups below a limit that have most now. */
struct tenants {
	struct {
		const char *path;
		uint64_t usage_bytes;
	} group[TENANTS_MAX];
	size_t n;
};

static void add_tenant(struct tenants *t, const char *path, uint64_t usage_bytes)
{
	size_t at = t->n;

	while (at && t->group[at - 1].usage_bytes < usage_bytes)
		at--;
	if (at == TENANTS_MAX)
		return;
	t->n += t->n < TENANTS_MAX;
	for (size_t i = t->n - 1; i > at; i--)
		t->group[i] = t->group[i - 1];
	t->group[at].path = path;
	t->group[at].usage_bytes = usage_bytes;
}

/* What is missing of them is said where the group above them is looked up. */
static int find_tenants(struct ow_arena *arena, const char *path, struct tenants *ret)
{
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	const struct ow_cgroup_walk_options options = {
		.path = path,
		.want = OW_CGROUP_USAGE,
		.depth_max = 1,
	};
	struct ow_cgroup group;
	int more = -ENOENT;

	if (ow_cgroupfs_open(NULL, &fs, NULL) < 0 || ow_cgroupfs_is_namespaced(fs) ||
	    ow_cgroup_walk_new(fs, &options, &walk, NULL) < 0)
		return 0;
	while ((more = ow_cgroup_walk_next(walk, arena, &group, NULL)) > 0)
		if (strcmp(group.path, path) != 0 && (group.have & OW_CGROUP_USAGE))
			add_tenant(ret, group.path, group.usage_bytes);
	return more == -ENOMEM ? more : 0;
}

/* Who shares the limit, where it is not the victim's own: their groups, and whose they are. */
static int look_up_tenants(struct ow_lookup *lookup, struct ow_case_reader *reader,
			   const struct ow_oom *oom, struct owners *owners)
{
	struct tenants tenants = { .n = 0 };
	int error;

	if (!oom->limit_memcg || same(oom->limit_owner.id, oom->task_owner.id))
		return 0;
	error = find_tenants(lookup->arena, oom->limit_memcg, &tenants);
	for (size_t i = 0; error == 0 && i < tenants.n; i++) {
		const char *path = tenants.group[i].path;

		if (same(path, oom->task_memcg) || same(path, oom->task_owner.path))
			continue;
		error = look_up_cgroup(lookup, reader, path);
		if (error == 0)
			error = ow_owner_read(path, lookup->arena, &owners->owner[owners->n++]);
	}
	return error;
}

/* A group that has the path of one of another boot is another group. */
static bool of_this_boot(const struct ow_oom *oom, const struct ow_host *host)
{
	return !oom->boot_id || (host->boot_id && strcmp(oom->boot_id, host->boot_id) == 0);
}

/* The first kill of the incident; of what was asked for, if it is in there. */
static const struct ow_oom *choose_kill(const struct ow_lookup *lookup,
					const struct ow_oom *const *kill, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same(kill[i]->task_owner.id, lookup->id))
			return kill[i];
	return kill[0];
}

/* The owners that the record names: each once. */
static struct owners record_owners(const struct ow_oom *oom)
{
	struct owners owners = { .n = 0 };

	if (oom->task_owner.id)
		owners.owner[owners.n++] = oom->task_owner;
	if (oom->limit_owner.id && !same(oom->limit_owner.id, oom->task_owner.id))
		owners.owner[owners.n++] = oom->limit_owner;
	return owners;
}

int ow_lookup_incident(struct ow_lookup *lookup, struct ow_case_reader *reader)
{
	const struct ow_oom *const *kill, *oom;
	struct ow_host host = { 0 };
	struct owners owners;
	size_t n;
	int error;

	error = look_up_host(lookup, reader, &host);
	if (error == 0 && lookup->inspect.path)
		error = ow_case_reader_add(reader, &lookup->inspect);
	if (error == 0 && lookup->events.path)
		error = ow_case_reader_add(reader, &lookup->events);
	n = ow_case_reader_incident(reader, &kill);
	if (error == 0 && n == 0 && lookup->error < 0 && lookup->error != -ENODATA)
		error = note(reader, DOCKER, lookup->error, &lookup->err);
	if (error == 0 && n == 0)
		return look_up_asked(lookup, reader);
	if (error < 0)
		return error;

	oom = choose_kill(lookup, kill, n);
	owners = record_owners(oom);
	for (size_t i = 0; error == 0 && i < owners.n; i++)
		error = look_up_container(lookup, reader, &owners.owner[i]);
	if (error == 0 && of_this_boot(oom, &host)) {
		error = look_up_cgroups(lookup, reader, oom);
		if (error == 0)
			error = look_up_tenants(lookup, reader, oom, &owners);
	}
	return error < 0 ? error : look_up_names(lookup, reader, &owners, host.time_usec);
}

static const char *id_of_inspect(const struct ow_evidence *file, const char *name,
				 struct ow_arena *arena)
{
	struct ow_container container;

	if (ow_container_read(file->bytes, file->source, arena, &container, NULL) < 0)
		return NULL;
	return same(container.name, name) ? container.id : NULL;
}

static const char *id_of_events(const struct ow_evidence *file, const char *name,
				struct ow_arena *arena)
{
	struct ow_event *event;
	size_t n, bad;

	if (ow_events_read(file->bytes, file->path, arena, &event, &n, &bad) < 0)
		return NULL;
	for (size_t i = n; i-- > 0;)
		if (same(event[i].name, name))
			return event[i].container;
	return NULL;
}

static const char *id_of_names(const struct ow_evidence *file, const char *name,
			       struct ow_arena *arena)
{
	struct ow_name *known;
	size_t n, bad;

	if (ow_names_read(file->bytes, arena, &known, &n, &bad) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (ow_name_is(&known[i], name))
			return known[i].id;
	return NULL;
}

const char *ow_lookup_file(const struct ow_evidence *file, const char *name, struct ow_arena *arena)
{
	if (strcmp(file->path, "names") == 0)
		return id_of_names(file, name, arena);
	if (strncmp(file->path, "docker/", strlen("docker/")) != 0)
		return NULL;
	if (ow_str_has(ow_str(file->path), ".events."))
		return id_of_events(file, name, arena);
	return id_of_inspect(file, name, arena);
}
