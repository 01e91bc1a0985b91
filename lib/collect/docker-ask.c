/* SPDX-License-Identifier: Apache-2.0 */
/* Which version of the API an engine and we both know, and what it means when it says no. */
#include <errno.h>
#include <string.h>

#include "base/time.h"
#include "collect/docker-internal.h"

#define MESSAGE_MAX OW_KIB(16)

/* The newest version whose answers were read when this was written: Engine 29 speaks it. What is
 * asked for is the same in all of them. */
static const struct ow_docker_version newest = { 1, 52 };

static bool is_older(struct ow_docker_version a, struct ow_docker_version b)
{
	return a.major < b.major || (a.major == b.major && a.minor < b.minor);
}

/* "1.41" */
static bool scan_version(const json_t *text, struct ow_docker_version *ret)
{
	const char *value = json_string_value(text);
	struct ow_str s = ow_str(value ? value : "");
	struct ow_docker_version v;

	if (!ow_scan_u64(&s, &v.major) || !ow_scan_char(&s, '.') || !ow_scan_u64(&s, &v.minor) ||
	    s.n)
		return false;
	*ret = v;
	return true;
}

static int take_bytes(void *arg, long status, const char *bytes, size_t n)
{
	(void)status;
	return ow_docker_bytes_add(arg, bytes, n);
}

/* An answer that is not 200: {"message": "No such container: x"} */
static int refused(const struct ow_docker_engine *engine, long status, struct ow_str body,
		   struct ow_err *err)
{
	ow_scoped(json_decrefp) json_t *root = json_loadb(body.p, body.n, 0, NULL);
	const char *message = json_string_value(json_object_get(root, "message"));

	return ow_fail(err,
		       status == 404                    ? ENODATA
		       : status == 401 || status == 403 ? EACCES
							: EPROTO,
		       "the container engine at %s answered with status %ld%s%s", engine->name,
		       status, message ? ": " : "", message ? message : "");
}

static const char *runtime_of(const json_t *version)
{
	const json_t *parts = json_object_get(version, "Components");

	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *name = json_object_get(json_array_get(parts, i), "Name");

		if (json_is_string(name) && strcmp(json_string_value(name), "Podman Engine") == 0)
			return "podman";
	}
	return "docker";
}

/* Asks what the engine speaks, and who it is. */
static int negotiate(struct ow_docker *docker, struct ow_docker_engine *engine, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_MIB(1));
	struct ow_docker_bytes body = { .arena = scratch, .max = OW_KIB(256) };
	ow_scoped(json_decrefp) json_t *root = NULL;
	struct ow_docker_version speaks, least = { 0, 0 };
	long status = 0;
	int r;

	if (!scratch)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	r = ow_docker_get(docker, engine, "/version", take_bytes, &body, &status, err);
	if (r < 0)
		return r;
	if (status != 200 && status != 404)
		return refused(engine, status, (struct ow_str){ body.n ? body.p : "", body.n },
			       err);
	root = status == 200 && body.n ? json_loadb(body.p, body.n, 0, NULL) : NULL;
	if (!scan_version(json_object_get(root, "ApiVersion"), &speaks))
		return ow_fail(err, EPROTO, "what answers at %s is no container engine",
			       engine->name);
	(void)scan_version(json_object_get(root, "MinAPIVersion"), &least);

	engine->runtime = runtime_of(root);
	engine->version = is_older(newest, speaks) ? newest : speaks;
	if (is_older(engine->version, least))
		engine->version = least;
	engine->negotiated = true;
	return 0;
}

/* The answer goes on where it is one, and is kept where it says why there is none. */
struct sorting {
	ow_docker_take_fn *take;
	void *arg;
	struct ow_docker_bytes message;
};

static int sort_bytes(void *arg, long status, const char *bytes, size_t n)
{
	struct sorting *sorting = arg;
	const size_t room = sorting->message.max - sorting->message.n;

	if (status == 200)
		return sorting->take(sorting->arg, status, bytes, n);
	(void)ow_docker_bytes_add(&sorting->message, bytes, n < room ? n : room);
	return 0;
}

/* An engine that cannot be talked to now will not do so in a moment either. */
static int give_up(struct ow_docker_engine *engine, int error, const struct ow_err *why,
		   struct ow_err *err)
{
	engine->failed = error;
	engine->why = *why;
	if (err)
		*err = *why;
	return error;
}

static bool is_final(int error)
{
	return error == -ENOENT || error == -EACCES || error == -ETIMEDOUT || error == -EPROTO;
}

int ow_docker_negotiate(struct ow_docker *docker, struct ow_docker_engine *engine,
			struct ow_err *err)
{
	struct ow_err why = engine->why;
	int r = engine->failed;

	if (r == 0 && !engine->negotiated)
		r = negotiate(docker, engine, &why);
	return r < 0 ? give_up(engine, r, &why, err) : 0;
}

int ow_docker_ask(struct ow_docker *docker, struct ow_docker_engine *engine, const char *path,
		  ow_docker_take_fn *take, void *arg, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_KIB(128));
	struct sorting sorting = { take, arg, { .arena = scratch, .max = MESSAGE_MAX } };
	struct ow_err why = { "" };
	const char *versioned;
	long status = 0;
	int r;

	if (!scratch)
		return ow_fail(err, ENOMEM, "cannot ask a container engine: %m");
	r = ow_docker_negotiate(docker, engine, err);
	if (r < 0)
		return r;
	versioned = ow_printf(scratch, "/v%llu.%llu%s", (unsigned long long)engine->version.major,
			      (unsigned long long)engine->version.minor, path);
	if (!versioned)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	r = ow_docker_get(docker, engine, versioned, sort_bytes, &sorting, &status, &why);
	if (r < 0 && is_final(r))
		return give_up(engine, r, &why, err);
	if (r < 0 && err)
		*err = why;
	if (r < 0 || status == 200)
		return r;
	return refused(
		engine, status,
		(struct ow_str){ sorting.message.n ? sorting.message.p : "", sorting.message.n },
		err);
}

const char *ow_docker_quote(struct ow_docker *docker, struct ow_arena *arena, const char *text)
{
	char *quoted = curl_easy_escape(docker->curl, text, (int)strlen(text));
	const char *kept = quoted ? ow_str_keep(arena, ow_str(quoted)) : NULL;

	curl_free(quoted);
	return kept;
}
