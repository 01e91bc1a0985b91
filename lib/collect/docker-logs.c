/* SPDX-License-Identifier: Apache-2.0 */
/* What a container wrote: GET /containers/NAME/logs. */
#include <errno.h>
#include <string.h>

#include "base/time.h"
#include "collect/docker-internal.h"

#define SILENCE_SEC 10L
#define HEAD        8
#define INSPECT_MAX (6 * OW_DOCKER_ANSWER_MAX)

/*
 * Without a terminal both streams come in one, in pieces with a head of 8 bytes:
 *
 *   01 00 00 00  00 00 00 2d  2026-11-20T07:51:02.123456789Z gc 1 @0.009s...
 *   stream       length, the first byte is the largest
 */
struct unpacking {
	bool plain; /* the container has a terminal: no heads */
	unsigned char head[HEAD];
	size_t n_head;
	uint32_t left; /* of the piece */
	ow_collect_fn *take;
	void *arg;
	int error; /* what take or wait said, or what is wrong with a head */
	int (*wait)(void *arg);
};

/* The next byte of a head; the last one says how long the piece is. */
static int take_head(struct unpacking *u, unsigned char byte)
{
	static const unsigned char nothing[3] = { 0 };

	u->head[u->n_head++] = byte;
	if (u->n_head < HEAD)
		return 0;
	u->n_head = 0;
	/* 3 is what the engine has to say of what went wrong underway. */
	if (u->head[0] > 3 || memcmp(&u->head[1], nothing, sizeof(nothing)) != 0)
		return -EBADMSG;
	u->left = (uint32_t)u->head[4] << 24 | (uint32_t)u->head[5] << 16 |
		  (uint32_t)u->head[6] << 8 | u->head[7];
	return 0;
}

static int unpack(struct unpacking *u, const char *bytes, size_t n)
{
	while (n && u->error == 0) {
		size_t part = u->plain ? n : u->left < n ? u->left : n;

		if (part == 0) {
			u->error = take_head(u, (unsigned char)*bytes);
			part = 1;
		} else {
			u->error = u->take(u->arg, bytes, part);
			u->left -= u->plain ? 0 : (uint32_t)part;
		}
		bytes += part;
		n -= part;
	}
	return u->error;
}

static int take_logs(void *arg, long status, const char *bytes, size_t n)
{
	(void)status;
	return unpack(arg, bytes, n);
}

static int take_bytes(void *arg, long status, const char *bytes, size_t n)
{
	(void)status;
	return ow_docker_bytes_add(arg, bytes, n);
}

static int ask_wait(void *arg)
{
	struct unpacking *u = arg;

	if (u->error == 0)
		u->error = u->wait(u->arg);
	return u->error;
}

/* Has the container a terminal? Then its output comes as it is. -ENODATA: no such container. */
static int ask_terminal(struct ow_docker *docker, struct ow_docker_engine *engine, const char *name,
			bool *ret, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(INSPECT_MAX);
	struct ow_docker_bytes body = { .arena = scratch, .max = OW_DOCKER_ANSWER_MAX };
	const char *path = scratch ? ow_printf(scratch, "/containers/%s/json", name) : NULL;
	ow_scoped(json_decrefp) json_t *root = NULL;
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
	root = json_loadb(body.n ? body.p : "", body.n, 0, NULL);
	if (!json_is_object(root))
		return ow_fail(err, EBADMSG,
			       "the answer of the container engine at %s is no JSON object",
			       engine->name);
	*ret = json_is_true(json_object_get(json_object_get(root, "Config"), "Tty"));
	return 0;
}

/* "1795154068.123456000" */
static const char *bound(struct ow_arena *arena, const char *word, int64_t usec)
{
	if (usec == INT64_MIN || usec == INT64_MAX)
		return "";
	if (usec < 0)
		usec = 0;
	return ow_printf(arena, "&%s=%lld.%06lld000", word, (long long)(usec / OW_USEC_PER_SEC),
			 (long long)(usec % OW_USEC_PER_SEC));
}

struct request {
	const struct ow_docker_logs *logs;
	bool unknown; /* an engine answered, and has no such container */
	struct unpacking unpacking;
};

static int read_one(struct ow_docker *docker, struct ow_docker_engine *engine, const char *name,
		    void *arg, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_KIB(64));
	struct request *request = arg;
	const struct ow_docker_logs *logs = request->logs;
	const char *since = scratch ? bound(scratch, "since", logs->since_usec) : NULL;
	const char *until = since ? bound(scratch, "until", logs->until_usec) : NULL;
	const char *path = until ? ow_printf(scratch,
					     "/containers/%s/logs?stdout=1&stderr=1&timestamps=1"
					     "%s%s%s",
					     name, logs->follow ? "&follow=1" : "", since, until)
				 : NULL;
	int r;

	if (!path)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	r = ask_terminal(docker, engine, name, &request->unpacking.plain, err);
	request->unknown |= r == -ENODATA;
	if (r < 0)
		return r;
	docker->streams = true;
	docker->silence_sec = logs->follow ? 0 : SILENCE_SEC;
	docker->wait = logs->wait ? ask_wait : NULL;
	docker->wait_arg = &request->unpacking;
	r = ow_docker_ask(docker, engine, path, take_logs, &request->unpacking, err);
	docker->streams = false;
	if (request->unpacking.error == -EBADMSG)
		return ow_fail(err, EBADMSG,
			       "what the container engine at %s sends as the log of '%s' has "
			       "another form than expected",
			       engine->name, name);
	/* Who ended it knows why. */
	return request->unpacking.error ? request->unpacking.error : r;
}

int ow_docker_read_logs(struct ow_docker *docker, const char *name,
			const struct ow_docker_logs *logs, ow_collect_fn *take, void *arg,
			struct ow_err *err)
{
	struct request request = { .logs = logs,
				   .unpacking = { .take = take, .arg = arg, .wait = logs->wait } };
	int r = ow_docker_each(docker, read_one, name, &request, err);

	return r == -ENOENT && request.unknown ? -ENODATA : r;
}
