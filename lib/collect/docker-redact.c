/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an engine tells of a container holds passwords in a dozen places, and each version of the
 * API adds some. So texts are kept by a list of what is wanted, and not by a list of what is not.
 */
#include <errno.h>
#include <string.h>

#include "collect/docker-internal.h"

#define REDACTED "redacted"

const char *const ow_docker_kept_event[] = {
	"Type",
	"Action",
	"Actor.ID",
	"Actor.Attributes.exitCode",
	"Actor.Attributes.image",
	"Actor.Attributes.name",
	"Actor.Attributes.signal",
	"scope",
	NULL,
};

const char *const ow_docker_kept_inspect[] = {
	"Id",
	"Name",
	"Created",
	"Image",
	"ImageName",
	"Path",
	"Driver",
	"Platform",
	"LogPath",
	"OCIRuntime",
	"State.Status",
	"State.StartedAt",
	"State.FinishedAt",
	"State.Health.Status",
	"Config.Image",
	"Config.StopSignal",
	"HostConfig.Cgroup",
	"HostConfig.CgroupParent",
	"HostConfig.CgroupnsMode",
	"HostConfig.IpcMode",
	"HostConfig.Isolation",
	"HostConfig.LogConfig.Type",
	"HostConfig.NetworkMode",
	"HostConfig.PidMode",
	"HostConfig.RestartPolicy.Name",
	"HostConfig.Runtime",
	NULL,
};

/* Where a value stands: the keys on the way to it. The items of a list stand where the list does.
 */
struct place {
	const struct place *parent;
	const char *key;
};

/* Compared key by key, as a key may hold dots. */
static bool is_at(const struct place *at, const char *path, size_t n)
{
	const char *dot = memrchr(path, '.', n);
	const char *key = dot ? dot + 1 : path;
	size_t length = n - (size_t)(key - path);

	if (!at || strlen(at->key) != length || memcmp(at->key, key, length) != 0)
		return false;
	return dot ? is_at(at->parent, path, (size_t)(dot - path)) : !at->parent;
}

static bool is_kept(const struct place *at, const char *const *kept)
{
	for (; *kept; kept++)
		if (is_at(at, *kept, strlen(*kept)))
			return true;
	return false;
}

/* "NAME=value" of the environment becomes "NAME=redacted". */
static json_t *redacted(const struct place *at, const char *text)
{
	static const char env[] = "Config.Env";
	const char *equals = is_at(at, env, sizeof(env) - 1) ? strchr(text, '=') : NULL;

	if (equals)
		return json_pack("s#+", text, (int)(equals - text + 1), REDACTED);
	return json_string(REDACTED);
}

static int redact(json_t *value, const struct place *at, const char *const *kept);

/* What is to stand at the place instead: *ret is NULL when the value may stay. */
static int judge(json_t *value, const struct place *at, const char *const *kept, json_t **ret)
{
	*ret = NULL;
	if (!json_is_string(value))
		return redact(value, at, kept);
	if (json_string_length(value) == 0 || is_kept(at, kept))
		return 0;
	*ret = redacted(at, json_string_value(value));
	return *ret ? 0 : -ENOMEM;
}

static int redact(json_t *value, const struct place *at, const char *const *kept)
{
	json_t *other;
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_array_size(value); i++) {
		r = judge(json_array_get(value, i), at, kept, &other);
		if (other)
			(void)json_array_set_new(value, i, other);
	}
	for (void *i = json_object_iter(value); r == 0 && i; i = json_object_iter_next(value, i)) {
		const struct place place = { at, json_object_iter_key(i) };

		r = judge(json_object_iter_value(i), &place, kept, &other);
		if (other)
			(void)json_object_iter_set_new(value, i, other);
	}
	return r;
}

int ow_docker_redact(json_t *value, const char *const *kept)
{
	return redact(value, NULL, kept);
}
