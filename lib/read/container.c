/* SPDX-License-Identifier: Apache-2.0 */
#include "read/container.h"

#include <errno.h>
#include <stddef.h>

#include "read/json.h"

#define ID_DIGITS 64

enum type { BOOL, I64, TIME, TEXT };

/* Where the engine's answer has what, and where it goes. */
static const struct {
	const char *object; /* NULL: the answer itself */
	const char *key;
	enum type type;
	unsigned have; /* 0 for texts */
	size_t offset;
} fields[] = {
#define AT(member) offsetof(struct ow_container, member)
	{ NULL, "Id", TEXT, 0, AT(id) },
	{ NULL, "Name", TEXT, 0, AT(name) },
	{ NULL, "RestartCount", I64, OW_CONTAINER_RESTARTS, AT(restarts) },
	{ NULL, "Image", TEXT, 0, AT(image) }, /* the digest, where there is no name */
	{ "Config", "Image", TEXT, 0, AT(image) },
	{ "State", "Status", TEXT, 0, AT(status) },
	{ "State", "Running", BOOL, OW_CONTAINER_RUNNING, AT(running) },
	{ "State", "OOMKilled", BOOL, OW_CONTAINER_OOM_KILLED, AT(oom_killed) },
	{ "State", "ExitCode", I64, OW_CONTAINER_EXIT, AT(exit_code) },
	{ "State", "Pid", I64, OW_CONTAINER_PID, AT(pid) },
	{ "State", "StartedAt", TIME, OW_CONTAINER_STARTED, AT(started_usec) },
	{ "State", "FinishedAt", TIME, OW_CONTAINER_FINISHED, AT(finished_usec) },
	{ "HostConfig", "MemorySwap", I64, OW_CONTAINER_MEMSW, AT(memsw_bytes) },
	{ "HostConfig", "OomScoreAdj", I64, OW_CONTAINER_ADJ, AT(oom_score_adj) },
	{ "HostConfig", "CgroupParent", TEXT, 0, AT(cgroup_parent) },
#undef AT
};

static int read_fields(const json_t *json, struct ow_arena *arena, struct ow_container *ret)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++) {
		const char *object = fields[i].object, *key = fields[i].key;
		const json_t *from = object ? json_object_get(json, object) : json;
		void *to = (char *)ret + fields[i].offset;
		bool have = false;
		int r = 0;

		switch (fields[i].type) {
		case BOOL:
			have = ow_json_get_bool(from, key, to);
			break;
		case I64:
			have = ow_json_get_i64(from, key, to);
			break;
		case TIME:
			have = ow_json_get_time(from, key, to);
			break;
		case TEXT:
			r = ow_json_get_text(from, key, arena, to);
			break;
		}
		if (r < 0)
			return r;
		if (have)
			ret->have |= fields[i].have;
	}
	return 0;
}

static void read_limits(const json_t *host, struct ow_container *ret)
{
	int64_t limit;

	if (ow_json_get_i64(host, "Memory", &limit) && limit >= 0) {
		ret->limit_bytes = (uint64_t)limit;
		ret->have |= OW_CONTAINER_LIMIT;
	}
	/* 0 is "not set": none where memory has none either, else what the engine makes of it. */
	if (ret->have & OW_CONTAINER_MEMSW && ret->memsw_bytes == 0) {
		if (ret->have & OW_CONTAINER_LIMIT && ret->limit_bytes == 0)
			ret->memsw_bytes = -1;
		else
			ret->have &= ~OW_CONTAINER_MEMSW;
	}
}

/* Takes back what the engine wrote because it had to write something. */
static void drop_fillers(const json_t *state, struct ow_container *ret)
{
	bool restarting = false;

	(void)ow_json_get_bool(state, "Restarting", &restarting);
	if (ret->pid <= 0)
		ret->have &= ~OW_CONTAINER_PID;
	/* A container that waits to be restarted counts as running, yet has ended. */
	if (!(ret->have & OW_CONTAINER_STARTED) || (ret->running && !restarting))
		ret->have &= ~OW_CONTAINER_EXIT;
	if (ret->name && ret->name[0] == '/')
		ret->name++;
}

/* Podman says "oci" whatever the runtime is; Docker names the runtime. */
static const char *engine_of(const json_t *host)
{
	const char *runtime = json_string_value(json_object_get(host, "Runtime"));

	return runtime && strcmp(runtime, "oci") == 0 ? "podman" : "docker";
}

static bool is_id(const char *id)
{
	return id && strlen(id) == ID_DIGITS && strspn(id, "0123456789abcdef") == ID_DIGITS;
}

static int read_restart_policy(const json_t *host, struct ow_arena *arena, struct ow_container *ret)
{
	const json_t *policy = json_object_get(host, "RestartPolicy");

	if (json_is_object(policy))
		ret->restart_policy = "no"; /* which engines also write as "" */
	return ow_json_get_text(policy, "Name", arena, &ret->restart_policy);
}

int ow_container_read(struct ow_str json, const char *source, struct ow_arena *arena,
		      struct ow_container *ret, struct ow_err *err)
{
	ow_scoped(ow_json_freep) json_t *root = NULL;
	struct ow_container container = { 0 };
	const json_t *host;
	int r = ow_json_load(json, &root, err);

	if (r < 0)
		return r == -EFBIG ? -EBADMSG : r;
	host = json_object_get(root, "HostConfig");
	r = read_fields(root, arena, &container);
	if (r == 0)
		r = read_restart_policy(host, arena, &container);
	if (r == 0) {
		container.source = ow_str_keep(arena, ow_str(source));
		r = container.source ? 0 : -ENOMEM;
	}
	if (r < 0)
		return ow_fail(err, -r, "cannot read what is known of a container: %m");
	if (!is_id(container.id))
		return ow_fail(err, EBADMSG,
			       "this is not what a container engine says of a "
			       "container: it has no id of 64 digits");
	container.runtime = engine_of(host);
	read_limits(host, &container);
	drop_fillers(json_object_get(root, "State"), &container);
	*ret = container;
	return 0;
}
