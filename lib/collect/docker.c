/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/docker.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "collect/docker-internal.h"

#define ID_LENGTH       64
#define NAME_LENGTH_MAX 1024

/* Two answers and what is kept of one, each grown by doubling. */
#define SCRATCH_MAX     (8 * OW_DOCKER_ANSWER_MAX)

struct version {
	uint64_t major, minor;
};

/* The newest version whose answers were read when this was written: Engine 29 speaks it. What is
 * asked for is the same in all of them. */
static const struct version newest = { 1, 52 };

static void curlp(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static bool is_older(struct version a, struct version b)
{
	return a.major < b.major || (a.major == b.major && a.minor < b.minor);
}

/* "1.41" */
static bool scan_version(const char *text, struct version *ret)
{
	struct ow_str s = ow_str(text ? text : "");
	struct version v;

	if (!ow_scan_u64(&s, &v.major) || !ow_scan_char(&s, '.') || !ow_scan_u64(&s, &v.minor) ||
	    s.n)
		return false;
	*ret = v;
	return true;
}

/* What an engine answered, as JSON; NULL with err filled when it is not that. */
static json_t *load(const struct ow_docker_engine *engine, struct ow_str body, struct ow_err *err)
{
	/* Why it failed is not passed on: that quotes the answer, and so what may be a secret. */
	json_t *root = json_loadb(body.p, body.n, 0, NULL);

	if (json_is_object(root))
		return root;
	(void)ow_fail(err, EBADMSG, "the answer of the container engine at %s is no JSON object",
		      engine->name);
	json_decref(root);
	return NULL;
}

/* An answer that is not 200: {"message": "No such container: x"} */
static int refused(const struct ow_docker_engine *engine, const char *name, long status,
		   struct ow_str body, struct ow_err *err)
{
	ow_scoped(json_decrefp) json_t *root = json_loadb(body.p, body.n, 0, NULL);
	const char *message = json_string_value(json_object_get(root, "message"));

	if (status == 404)
		return ow_fail(err, ENODATA, "the container engine at %s knows no container '%s'",
			       engine->name, name);
	return ow_fail(err, status == 401 || status == 403 ? EACCES : EPROTO,
		       "the container engine at %s answered with status %ld%s%s", engine->name,
		       status, message ? ": " : "", message ? message : "");
}

/* Asks what the engine speaks, and who it is. */
static int negotiate(CURL *curl, const struct ow_docker_engine *engine, struct ow_arena *scratch,
		     struct version *ret, const char **ret_runtime, struct ow_err *err)
{
	ow_scoped(json_decrefp) json_t *root = NULL;
	struct version speaks, least = { 0, 0 };
	const json_t *parts;
	struct ow_str body;
	long status;
	int r = ow_docker_get(curl, engine, "/version", scratch, &status, &body, err);

	if (r < 0)
		return r;
	if (status != 200 && status != 404)
		return refused(engine, "", status, body, err);
	root = status == 200 ? load(engine, body, NULL) : NULL;
	if (!scan_version(json_string_value(json_object_get(root, "ApiVersion")), &speaks))
		return ow_fail(err, EPROTO, "what answers at %s is no container engine",
			       engine->name);
	(void)scan_version(json_string_value(json_object_get(root, "MinAPIVersion")), &least);

	*ret_runtime = "docker";
	parts = json_object_get(root, "Components");
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *part = json_array_get(parts, i);
		const char *name = json_string_value(json_object_get(part, "Name"));

		if (name && strcmp(name, "Podman Engine") == 0)
			*ret_runtime = "podman";
	}
	*ret = is_older(newest, speaks) ? newest : speaks;
	if (is_older(*ret, least))
		*ret = least;
	return 0;
}

static bool is_hex(const char *text)
{
	return *text && text[strspn(text, "0123456789abcdef")] == '\0';
}

/* The id of the answer, when it is about the container that was asked for; NULL when it is not. */
static const char *check_id(json_t *root, const char *name)
{
	const char *id = json_string_value(json_object_get(root, "Id"));
	const char *called = json_string_value(json_object_get(root, "Name"));

	if (!id || strlen(id) != ID_LENGTH || !is_hex(id))
		return NULL;
	if (called && strcmp(called + (*called == '/'), name) == 0)
		return id;
	return !is_hex(name) || strncmp(id, name, strlen(name)) == 0 ? id : NULL;
}

static int64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

static int dump(const char *p, size_t n, void *arg)
{
	return ow_docker_bytes_add(arg, p, n) < 0 ? -1 : 0;
}

static int keep(const struct ow_docker_engine *engine, const char *runtime, const char *name,
		struct ow_str body, struct ow_arena *arena, struct ow_evidence *ret,
		struct ow_err *err)
{
	ow_scoped(json_decrefp) json_t *root = load(engine, body, err);
	/* Lines can be cited; but then a hostile depth makes much out of little. */
	struct ow_docker_bytes text = { .arena = arena, .max = OW_DOCKER_ANSWER_MAX };
	struct ow_evidence file = { .time_usec = now_usec() };
	const char *id;

	if (!root)
		return -EBADMSG;
	id = check_id(root, name);
	if (!id)
		return ow_fail(
			err, EBADMSG,
			"the answer of the container engine at %s is not about container '%s'",
			engine->name, name);
	file.path = ow_printf(arena, "docker/%s.json", id);
	file.source = ow_printf(arena, "%s inspect %s", runtime, name);
	if (!file.path || !file.source || ow_docker_redact(root) < 0 ||
	    json_dump_callback(root, dump, &text, JSON_INDENT(2)) < 0 ||
	    ow_docker_bytes_add(&text, "\n", 1) < 0)
		return ow_fail(err, text.error ? -text.error : ENOMEM,
			       "cannot keep the answer of the container engine at %s: %m",
			       engine->name);
	file.bytes = (struct ow_str){ text.p, text.n };
	*ret = file;
	return 0;
}

/* -ENODATA when the engine does not know the container. */
static int ask(const struct ow_docker_engine *engine, const char *name, struct ow_arena *arena,
	       struct ow_evidence *ret, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(SCRATCH_MAX);
	ow_scoped(curlp) CURL *curl = curl_easy_init();
	const char *runtime = NULL, *path;
	struct version version = { 0 };
	struct ow_str body;
	long status;
	int r;

	if (!scratch || !curl)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	r = negotiate(curl, engine, scratch, &version, &runtime, err);
	if (r < 0)
		return r;
	path = ow_printf(scratch, "/v%llu.%llu/containers/%s/json",
			 (unsigned long long)version.major, (unsigned long long)version.minor,
			 name);
	if (!path)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	r = ow_docker_get(curl, engine, path, scratch, &status, &body, err);
	if (r < 0)
		return r;
	if (status != 200)
		return refused(engine, name, status, body, err);
	return keep(engine, runtime, name, body, arena, ret, err);
}

/* As the engines allow it. So it needs no encoding on its way into a URL, either. */
static bool is_name(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789_.-");

	return n > 0 && n <= NAME_LENGTH_MAX && text[n] == '\0' && isalnum((unsigned char)*text);
}

/* How much an outcome says: that nobody listens, that the container is not known, that one was not
 * allowed to ask, that it went wrong. */
static int weight(int error)
{
	return error == -ENOENT ? 0 : error == -ENODATA ? 1 : error == -EACCES ? 2 : 3;
}

int ow_docker_inspect(const char *host, const char *name, struct ow_arena *arena,
		      struct ow_evidence *ret, struct ow_err *err)
{
	struct ow_docker_engine *engine;
	struct ow_err why, worst_why = { "" };
	int worst = 0, r;
	size_t n;

	name += *name == '/';
	if (!is_name(name))
		return ow_fail(err, ENOENT, "no container can have the name '%s'", name);
	r = ow_docker_engines(host, arena, &engine, &n, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		r = ask(&engine[i], name, arena, ret, &why);
		if (r == 0)
			return 0;
		if (i == 0 || weight(r) > weight(worst)) {
			worst = r;
			worst_why = why;
		}
	}
	if (worst == -ENOENT && n > 1)
		return ow_fail(err, ENOENT,
			       "no container engine answers at %s, nor at %zu other places",
			       engine[0].name, n - 1);
	if (err)
		*err = worst_why;
	return worst == -ENODATA ? -ENOENT : worst;
}
