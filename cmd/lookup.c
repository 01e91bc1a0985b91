/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collect/cgroup.h"
#include "collect/docker.h"
#include "collect/host.h"
#include "read/host.h"

#define DOCKER "docker inspect"

/* "docker/ID.json" for this id? */
static bool is_inspect_of(const struct ow_evidence *file, const char *id)
{
	char path[128];

	return file->path &&
	       snprintf(path, sizeof(path), "docker/%s.json", id) < (int)sizeof(path) &&
	       strcmp(file->path, path) == 0;
}

const char *ow_lookup_name(const char *name, struct ow_arena *arena,
			   struct ow_evidence *ret_inspect)
{
	ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;
	struct ow_str rest, id;

	*ret_inspect = (struct ow_evidence){ 0 };
	if (ow_docker_open(NULL, &docker, NULL) < 0 ||
	    ow_docker_inspect(docker, name, arena, ret_inspect, NULL) < 0) {
		*ret_inspect = (struct ow_evidence){ 0 };
		return name;
	}
	rest = ow_str(ret_inspect->path);
	if (!ow_scan_lit(&rest, "docker/") || !ow_scan_until(&rest, ".json", &id))
		return name;
	return ow_str_keep(arena, id);
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

static int look_up_host(struct ow_case_reader *reader, struct ow_arena *arena, struct ow_host *ret)
{
	struct ow_err err = { "" };
	struct ow_evidence file;
	int error = ow_host_collect(arena, &file, &err);

	if (error < 0)
		return note(reader, "this host", error, &err);
	if (ow_host_read(file.bytes, file.source, arena, ret) < 0)
		return -ENOMEM;
	return ow_case_reader_add(reader, &file);
}

static int look_up_container(struct ow_case_reader *reader, const char *id,
			     const struct ow_evidence *known, struct ow_arena *arena)
{
	ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;
	struct ow_err err = { "" };
	struct ow_evidence file;
	int error;

	if (is_inspect_of(known, id))
		return 0;
	error = ow_docker_open(NULL, &docker, &err);
	if (error == 0)
		error = ow_docker_inspect(docker, id, arena, &file, &err);
	return error < 0 ? note(reader, DOCKER, error, &err) : ow_case_reader_add(reader, &file);
}

static int look_up_cgroup(struct ow_case_reader *reader, const char *path, struct ow_arena *arena)
{
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct ow_err err = { "" };
	size_t n = 0;
	int error;

	error = ow_cgroup_collect(path, arena, file, &n, &err);
	if (error < 0)
		return note(reader, ow_printf(arena, "cgroup %s", path), error, &err);
	for (size_t i = 0; i < n && error == 0; i++)
		error = ow_case_reader_add(reader, &file[i]);
	return error;
}

/* A group that has the path of one of another boot is another group. */
static bool of_this_boot(const struct ow_oom *oom, const struct ow_host *host)
{
	return !oom->boot_id || (host->boot_id && strcmp(oom->boot_id, host->boot_id) == 0);
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

int ow_lookup_incident(struct ow_case_reader *reader, const struct ow_evidence *known,
		       struct ow_arena *arena)
{
	const struct ow_oom *const *kill, *oom;
	struct ow_host host = { 0 };
	int error;

	error = look_up_host(reader, arena, &host);
	if (error == 0 && known->path)
		error = ow_case_reader_add(reader, known);
	if (error < 0 || ow_case_reader_incident(reader, &kill) == 0)
		return error;

	oom = kill[0];
	if (oom->task_owner.kind == OW_OWNER_CONTAINER)
		error = look_up_container(reader, oom->task_owner.id, known, arena);
	if (error == 0 && oom->limit_owner.kind == OW_OWNER_CONTAINER &&
	    !same(oom->limit_owner.id, oom->task_owner.id))
		error = look_up_container(reader, oom->limit_owner.id, known, arena);

	if (!of_this_boot(oom, &host))
		return error;
	if (error == 0 && oom->task_memcg)
		error = look_up_cgroup(reader, oom->task_memcg, arena);
	if (error == 0 && oom->limit_memcg && !same(oom->limit_memcg, oom->task_memcg))
		error = look_up_cgroup(reader, oom->limit_memcg, arena);
	return error;
}
