/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/docker.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "collect/docker-internal.h"
#include "read/split.h"

#define ID_LENGTH       64
#define NAME_LENGTH_MAX 1024

/* An answer and what is kept of it, each grown by doubling. */
#define SCRATCH_MAX     (6 * OW_DOCKER_ANSWER_MAX)

int ow_docker_open(const char *host, struct ow_docker **ret, struct ow_err *err)
{
	struct ow_docker *docker = calloc(1, sizeof(*docker));
	int r;

	if (!docker)
		return ow_fail(err, ENOMEM, "cannot ask a container engine: %m");
	docker->arena = ow_arena_new(OW_MIB(4));
	docker->curl = curl_easy_init();
	r = docker->arena && docker->curl
		    ? ow_docker_engines(host, docker->arena, &docker->engine, &docker->n, err)
		    : ow_fail(err, ENOMEM, "cannot ask a container engine: %m");
	if (r < 0) {
		(void)ow_docker_close(docker);
		return r;
	}
	*ret = docker;
	return 0;
}

struct ow_docker *ow_docker_close(struct ow_docker *docker)
{
	if (!docker)
		return NULL;
	curl_easy_cleanup(docker->curl);
	(void)ow_arena_free(docker->arena);
	free(docker);
	return NULL;
}

static int take_bytes(void *arg, long status, const char *bytes, size_t n)
{
	(void)status;
	return ow_docker_bytes_add(arg, bytes, n);
}

static bool is_hex(const char *text)
{
	return *text && text[strspn(text, "0123456789abcdef")] == '\0';
}

static bool is_id(const char *id)
{
	return id && strlen(id) == ID_LENGTH && is_hex(id);
}

/* As the engines allow it. So it needs no encoding on its way into a URL, either. */
bool ow_docker_is_name(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789_.-");

	return n > 0 && n <= NAME_LENGTH_MAX && text[n] == '\0' && isalnum((unsigned char)*text);
}

/* The id of the answer, when it is about the container that was asked for; NULL when it is not. */
static const char *check_id(const json_t *root, const char *name)
{
	const char *id = json_string_value(json_object_get(root, "Id"));
	const char *called = json_string_value(json_object_get(root, "Name"));

	if (!is_id(id))
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

static int keep(const struct ow_docker_engine *engine, const char *name, struct ow_str body,
		struct ow_arena *arena, struct ow_evidence *ret, struct ow_err *err)
{
	/* Why it fails is not passed on: that quotes the answer, and so what may be a secret. */
	ow_scoped(json_decrefp) json_t *root = json_loadb(body.p, body.n, 0, NULL);
	/* Lines can be cited; but then a hostile depth makes much out of little. */
	struct ow_docker_bytes text = { .arena = arena, .max = OW_DOCKER_ANSWER_MAX };
	struct ow_evidence file = { .time_usec = now_usec() };
	const char *id;

	if (!json_is_object(root))
		return ow_fail(err, EBADMSG,
			       "the answer of the container engine at %s is no JSON object",
			       engine->name);
	id = check_id(root, name);
	if (!id)
		return ow_fail(
			err, EBADMSG,
			"the answer of the container engine at %s is not about container '%s'",
			engine->name, name);
	file.path = ow_printf(arena, "docker/%s.json", id);
	file.source = ow_printf(arena, "%s inspect %s", engine->runtime, name);
	if (!file.path || !file.source || ow_docker_redact(root, ow_docker_kept_inspect) < 0 ||
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
static int inspect(struct ow_docker *docker, struct ow_docker_engine *engine, const char *name,
		   struct ow_arena *arena, struct ow_evidence *ret, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(SCRATCH_MAX);
	struct ow_docker_bytes body = { .arena = scratch, .max = OW_DOCKER_ANSWER_MAX };
	const char *path = scratch ? ow_printf(scratch, "/containers/%s/json", name) : NULL;
	int r;

	if (!path)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	r = ow_docker_ask(docker, engine, path, take_bytes, &body, err);
	if (r == -ENODATA)
		return ow_fail(err, ENODATA, "the container engine at %s knows no container '%s'",
			       engine->name, name);
	if (r < 0)
		return r;
	return keep(engine, name, (struct ow_str){ body.n ? body.p : "", body.n }, arena, ret, err);
}

/* Events that come in, each one line of the file. Of several containers of one name the newest
 * counts: what was kept of another one is dropped. */
struct events {
	struct ow_docker_bytes text;
	struct ow_split *split;
	const char *name;
	char id[ID_LENGTH + 1];
};

static const char *id_of(const json_t *event, const char *name)
{
	const json_t *actor = json_object_get(event, "Actor");
	const char *id = json_string_value(json_object_get(actor, "ID"));
	const char *called =
		json_string_value(json_object_get(json_object_get(actor, "Attributes"), "name"));

	if (!is_id(id))
		return NULL;
	if (called && strcmp(called, name) == 0)
		return id;
	return is_hex(name) && strncmp(id, name, strlen(name)) == 0 ? id : NULL;
}

static int take_event(void *arg, struct ow_str json)
{
	/* What older clients look at: it stands in Action, Actor and its attributes as well. */
	static const char *const twice[] = { "status", "id", "from" };
	ow_scoped(json_decrefp) json_t *event = json_loadb(json.p, json.n, 0, NULL);
	struct events *events = arg;
	const char *id = id_of(event, events->name);

	if (!event)
		return -EBADMSG;
	if (!id)
		return 0;
	if (strcmp(id, events->id) != 0) {
		events->text.n = 0;
		memcpy(events->id, id, sizeof(events->id));
	}
	for (size_t i = 0; i < OW_ARRAY_SIZE(twice); i++)
		(void)json_object_del(event, twice[i]);
	if (ow_docker_redact(event, ow_docker_kept_event) < 0)
		return -ENOMEM;
	if (json_dump_callback(event, dump, &events->text, JSON_COMPACT) < 0 ||
	    ow_docker_bytes_add(&events->text, "\n", 1) < 0)
		return events->text.error ? events->text.error : -ENOMEM;
	return 0;
}

static int take_events(void *arg, long status, const char *bytes, size_t n)
{
	struct events *events = arg;

	(void)status;
	return ow_split_feed(events->split, bytes, n);
}

/* Health checks are events, too, and many: only those that say how a container lived and died. */
static const char *events_path(struct ow_docker *docker, const char *name, int64_t now,
			       struct ow_arena *arena)
{
	const char *filters = ow_printf(
		arena,
		"{\"container\":[\"%s\"],\"type\":[\"container\"],\"event\":[\"create\",\"start\","
		"\"oom\",\"kill\",\"die\",\"died\",\"stop\",\"restart\",\"pause\",\"unpause\","
		"\"update\",\"destroy\",\"remove\"]}",
		name);
	const char *quoted = filters ? ow_docker_quote(docker, arena, filters) : NULL;

	return quoted ? ow_printf(arena, "/events?since=0&until=%lld.%06lld000&filters=%s",
				  (long long)(now / OW_USEC_PER_SEC),
				  (long long)(now % OW_USEC_PER_SEC), quoted)
		      : NULL;
}

/* -ENODATA when the engine remembers nothing of it. */
static int remember(struct ow_docker *docker, struct ow_docker_engine *engine, const char *name,
		    struct ow_arena *arena, struct ow_evidence *ret, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_KIB(64));
	struct events events = {
		.text = { .arena = arena, .max = OW_DOCKER_ANSWER_MAX },
		.name = name,
	};
	ow_scoped(ow_split_freep) struct ow_split *split = ow_split_new(take_event, &events);
	struct ow_evidence file = { .time_usec = now_usec() };
	const char *path = scratch ? events_path(docker, name, file.time_usec, scratch) : NULL;
	int r;

	if (!path || !split)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	events.split = split;
	r = ow_docker_ask(docker, engine, path, take_events, &events, err);
	if (r < 0)
		return r;
	if (events.text.n == 0)
		return ow_fail(err, ENODATA,
			       "the container engine at %s remembers no event of container '%s'",
			       engine->name, name);
	file.path = ow_printf(arena, "docker/%s.events.json", events.id);
	file.source = ow_printf(arena, "%s events %s", engine->runtime, name);
	if (!file.path || !file.source)
		return ow_fail(err, ENOMEM, "cannot keep the events of a container: %m");
	file.bytes = (struct ow_str){ events.text.p, events.text.n };
	*ret = file;
	return 0;
}

/* How much an outcome says: that nobody listens, that the container is not known, that one was not
 * allowed to ask, that it went wrong. */
static int weight(int error)
{
	return error == -ENOENT ? 0 : error == -ENODATA ? 1 : error == -EACCES ? 2 : 3;
}

int ow_docker_each(struct ow_docker *docker, ow_docker_one_fn *ask, const char *name, void *arg,
		   struct ow_err *err)
{
	struct ow_err why, worst_why = { "" };
	int worst = 0, r;

	name += *name == '/';
	if (!ow_docker_is_name(name))
		return ow_fail(err, ENOENT, "no container can have the name '%s'", name);
	for (size_t i = 0; i < docker->n; i++) {
		r = ask(docker, &docker->engine[i], name, arg, &why);
		if (r == 0)
			return 0;
		if (i == 0 || weight(r) > weight(worst)) {
			worst = r;
			worst_why = why;
		}
	}
	if (worst == -ENOENT && docker->n > 1)
		return ow_fail(err, ENOENT,
			       "no container engine answers at %s, nor at %zu other places",
			       docker->engine[0].name, docker->n - 1);
	if (err)
		*err = worst_why;
	return worst == -ENODATA ? -ENOENT : worst;
}

/* Where an answer is kept. */
struct place {
	struct ow_arena *arena;
	struct ow_evidence *ret;
};

static int inspect_one(struct ow_docker *docker, struct ow_docker_engine *engine, const char *name,
		       void *arg, struct ow_err *err)
{
	const struct place *place = arg;

	return inspect(docker, engine, name, place->arena, place->ret, err);
}

static int remember_one(struct ow_docker *docker, struct ow_docker_engine *engine, const char *name,
			void *arg, struct ow_err *err)
{
	const struct place *place = arg;

	return remember(docker, engine, name, place->arena, place->ret, err);
}

int ow_docker_inspect(struct ow_docker *docker, const char *name, struct ow_arena *arena,
		      struct ow_evidence *ret, struct ow_err *err)
{
	return ow_docker_each(docker, inspect_one, name, &(struct place){ arena, ret }, err);
}

int ow_docker_events(struct ow_docker *docker, const char *name, struct ow_arena *arena,
		     struct ow_evidence *ret, struct ow_err *err)
{
	return ow_docker_each(docker, remember_one, name, &(struct place){ arena, ret }, err);
}
