/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_DOCKER_INTERNAL_H
#define OW_COLLECT_DOCKER_INTERNAL_H

#include <curl/curl.h>
#include <jansson.h>

#include "collect/docker.h"

/* What the files of the Docker collector share. */

#define OW_DOCKER_ANSWER_MAX OW_MIB(4)

/* Bytes that grow in an arena, up to max. */
struct ow_docker_bytes {
	struct ow_arena *arena;
	char *p;
	size_t n, room, max;
	int error; /* -EFBIG or -ENOMEM, once it could not grow */
};

int ow_docker_bytes_add(struct ow_docker_bytes *bytes, const char *p, size_t n);

/* An engine to ask. */
struct ow_docker_engine {
	const char *name;   /* as people write it: "unix:///var/run/docker.sock" */
	const char *socket; /* of a unix socket; NULL for TCP */
	const char *url;    /* that paths are put behind: "http://localhost" */
};

/* Reads "unix:///PATH", "/PATH" or "tcp://HOST:PORT". */
int ow_docker_engine_parse(const char *host, struct ow_arena *arena, struct ow_docker_engine *ret,
			   struct ow_err *err);

/*
 * The engines that there may be, in the order to ask: the one that host or $DOCKER_HOST names, else
 * those at the usual places.
 */
int ow_docker_engines(const char *host, struct ow_arena *arena, struct ow_docker_engine **ret,
		      size_t *ret_n, struct ow_err *err);

/*
 * GET path. Returns 0 whatever the status is; -ENOENT when nobody listens there, -EACCES when
 * this user may not ask, -ETIMEDOUT, -EFBIG, -EPROTO.
 */
int ow_docker_get(CURL *curl, const struct ow_docker_engine *engine, const char *path,
		  struct ow_arena *arena, long *ret_status, struct ow_str *ret, struct ow_err *err);

/* Replaces the texts in the answer to an inspect that nobody else is to see. 0 or -ENOMEM. */
int ow_docker_redact(json_t *inspect);

#endif
