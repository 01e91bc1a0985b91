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

#endif
