/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_DOCKER_INTERNAL_H
#define OW_COLLECT_DOCKER_INTERNAL_H

#include <curl/curl.h>
#include <jansson.h>

#include "collect/docker.h"

/* What the files of the Docker collector share. */

#define OW_DOCKER_ANSWER_MAX   OW_MIB(4)
#define OW_DOCKER_ENGINES_MAX  8

/* How long an engine is waited for, whatever it is asked, and all of them together. */
#define OW_DOCKER_ENGINE_USEC  (5 * OW_USEC_PER_SEC)
#define OW_DOCKER_ENGINES_USEC (10 * OW_USEC_PER_SEC)

/* Bytes that grow in an arena, up to max. */
struct ow_docker_bytes {
	struct ow_arena *arena;
	char *p;
	size_t n, room, max;
	int error; /* -EFBIG or -ENOMEM, once it could not grow */
};

int ow_docker_bytes_add(struct ow_docker_bytes *bytes, const char *p, size_t n);

/* How an engine proves who it is, and we who we are: files of PEM, each NULL where there is none.
 */
struct ow_docker_tls {
	bool on, insecure;
	const char *ca, *cert, *key;
};

struct ow_docker_version {
	uint64_t major, minor;
};

/* An engine to ask. */
struct ow_docker_engine {
	const char *name;   /* as people write it: "unix:///var/run/docker.sock" */
	const char *socket; /* of a unix socket; NULL for TCP */
	const char *url;    /* that paths are put behind: "http://localhost" */
	struct ow_docker_tls tls;

	/* Known once it has been asked. */
	bool negotiated;
	struct ow_docker_version version;
	const char *runtime;
	int64_t waited_usec;
	int failed; /* what made it useless: it is not asked again */
	struct ow_err why;
};

struct ow_docker {
	struct ow_arena *arena;
	CURL *curl;
	struct ow_docker_engine *engine;
	size_t n;
	int64_t waited_usec;

	/* An answer that goes on as long as something comes: no time of its own, silence ends it
	 * after so many seconds, 0: never. */
	bool streams;
	long silence_sec;
	int (*wait)(void *arg); /* NULL, or asked now and then: below 0 ends it */
	void *wait_arg;
};

/* The folder of the user's settings: $DOCKER_CONFIG or ~/.docker. NULL where there is none. */
const char *ow_docker_config_dir(struct ow_arena *arena);

/* The TLS of the environment: DOCKER_TLS_VERIFY, DOCKER_TLS, DOCKER_CERT_PATH. */
int ow_docker_tls_environment(struct ow_arena *arena, struct ow_docker_tls *ret);

/* The files of TLS in a folder: ca.pem, cert.pem, key.pem. */
int ow_docker_tls_files(const char *folder, struct ow_arena *arena, struct ow_docker_tls *ret);

/*
 * The endpoint of the context that $DOCKER_CONTEXT names, else of the current one. *ret_host is
 * NULL where none is chosen, or the default one. -EINVAL when the context cannot be read.
 */
int ow_docker_context(struct ow_arena *arena, const char **ret_host, struct ow_docker_tls *ret_tls,
		      struct ow_err *err);

/* Reads "unix:///PATH", "/PATH" or "tcp://HOST:PORT". */
int ow_docker_engine_parse(const char *host, const struct ow_docker_tls *tls,
			   struct ow_arena *arena, struct ow_docker_engine *ret,
			   struct ow_err *err);

/*
 * The engines that there may be, in the order to ask: the one that host, $DOCKER_HOST or a context
 * names, else those at the usual places.
 */
int ow_docker_engines(const char *host, struct ow_arena *arena, struct ow_docker_engine **ret,
		      size_t *ret_n, struct ow_err *err);

/* Takes the next bytes of an answer of that status. A negative errno ends it. */
typedef int ow_docker_take_fn(void *arg, long status, const char *bytes, size_t n);

/*
 * GET path. Returns 0 whatever the status is; -ENOENT when nobody listens there, -EACCES when
 * this user may not ask, -ETIMEDOUT, -EFBIG, -EPROTO, or what take returned.
 */
int ow_docker_get(struct ow_docker *docker, struct ow_docker_engine *engine, const char *path,
		  ow_docker_take_fn *take, void *arg, long *ret_status, struct ow_err *err);

/*
 * GET /vVERSION/path in the version that both sides know, into take where the status is 200. Else
 * -ENODATA for 404, -EACCES for 401 and 403, -EPROTO, with what the engine says in err. An engine
 * that gave nonsense, was too slow or is not there is not asked a second time.
 */
int ow_docker_ask(struct ow_docker *docker, struct ow_docker_engine *engine, const char *path,
		  ow_docker_take_fn *take, void *arg, struct ow_err *err);

/* Asks what the engine speaks and who it is, as ow_docker_ask does where it is not known yet. */
int ow_docker_negotiate(struct ow_docker *docker, struct ow_docker_engine *engine,
			struct ow_err *err);

/* Asks one engine about a container. -ENODATA: it does not know it. */
typedef int ow_docker_one_fn(struct ow_docker *docker, struct ow_docker_engine *engine,
			     const char *name, void *arg, struct ow_err *err);

/* One engine after the other, until one knows; else what says most. */
int ow_docker_each(struct ow_docker *docker, ow_docker_one_fn *ask, const char *name, void *arg,
		   struct ow_err *err);

/* text as a part of a URL. NULL when there is no memory. */
const char *ow_docker_quote(struct ow_docker *docker, struct ow_arena *arena, const char *text);

/* Can a container have that name? */
bool ow_docker_is_name(const char *text);

/* Replaces each text that is not at one of the places in kept, a list that ends with NULL. 0 or
 * -ENOMEM. */
int ow_docker_redact(json_t *value, const char *const *kept);

/* What may be kept of the answer to an inspect, and of an event. */
extern const char *const ow_docker_kept_inspect[], *const ow_docker_kept_event[];

#endif
