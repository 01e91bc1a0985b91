/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_DOCKER_H
#define OW_COLLECT_DOCKER_H

#include "collect/collect.h"

/*
 * The container engines of this host: Docker, and Podman's compatible socket. Only GET is ever
 * sent, in the newest version of the API that both sides know.
 *
 * host, else $DOCKER_HOST, names the engine: unix:///PATH or tcp://HOST:PORT; else the context does
 * that $DOCKER_CONTEXT or the user's settings name (with its certificates, where it has some).
 * Where nothing names one, these sockets are tried one after the other: /var/run/docker.sock,
 * docker.sock of the user ($XDG_RUNTIME_DIR, else /run/user/UID, also of who called sudo), Podman's
 * of the system and of the user.
 *
 * An engine is waited for 5 s in all, and all engines 10 s; one that is slow, not there, or talks
 * nonsense is not asked again. An answer that is kept is no larger than 4 MiB.
 */
struct ow_docker;

/* Asks nobody yet. -EINVAL, -EPROTONOSUPPORT and others when what names the engine makes no sense;
 * -ENOMEM. */
int ow_docker_open(const char *host, struct ow_docker **ret, struct ow_err *err);
struct ow_docker *ow_docker_close(struct ow_docker *docker);

static inline void ow_docker_closep(struct ow_docker **docker)
{
	*docker = ow_docker_close(*docker);
}

/*
 * GET /containers/NAME/json. name is a container's name or id. ret is docker/ID.json, in the arena.
 * Of its texts only those are kept that say what the container is and when it ran; each other one,
 * such as a word of the command line, a label's value or an option of a volume, is replaced by
 * "redacted" before it reaches anything else, and of the environment "NAME=redacted" is left.
 *
 * -ENOENT when no engine answers or none knows the container (err says which), -EACCES when a
 * socket may not be used; what is wrong with the answer of one engine counts more than either.
 */
int ow_docker_inspect(struct ow_docker *docker, const char *name, struct ow_arena *arena,
		      struct ow_evidence *ret, struct ow_err *err);

/*
 * GET /events of one container, up to now, so that it ends: docker/ID.events.json, a line each.
 * Docker keeps the last 256 events of all containers, also of those that are removed. name may be
 * the name that such a one had; then the newest container of that name is taken. Attributes other
 * than name, image, signal and exit code are redacted. Errors are those of ow_docker_inspect;
 * -ENOENT also when no engine remembers anything.
 */
int ow_docker_events(struct ow_docker *docker, const char *name, struct ow_arena *arena,
		     struct ow_evidence *ret, struct ow_err *err);

/* What of a container's output is wanted. */
struct ow_docker_logs {
	int64_t since_usec, until_usec; /* INT64_MIN and INT64_MAX for no bound */
	bool follow;                    /* go on until the container ends, or wait says no */
	/* Called some times a second while the engine is silent, and now and then else; below 0
	 * ends it all. May be NULL. */
	int (*wait)(void *arg);
};

/*
 * GET /containers/NAME/logs: what the container wrote to both of its streams, with the engine's
 * time in front of each line, as `docker logs --timestamps` prints it. take gets the bytes as they
 * come, of any length. An engine that sends nothing for 10 s is given up, but for follow.
 *
 * Errors are those of ow_docker_inspect, but that -ENODATA says that engines answer and none knows
 * the container; -EPROTO where the engine cannot read what it keeps ("configured logging driver
 * does not support reading"); what take or wait returned.
 */
int ow_docker_read_logs(struct ow_docker *docker, const char *name,
			const struct ow_docker_logs *logs, ow_collect_fn *take, void *arg,
			struct ow_err *err);

#endif
