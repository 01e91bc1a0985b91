/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_DOCKER_H
#define OW_COLLECT_DOCKER_H

#include "collect/collect.h"

/*
 * Asks a container engine about one container: GET /containers/NAME/json, in the newest version of
 * the API that both sides know. host, else $DOCKER_HOST, names the engine: unix:///PATH, or
 * tcp://HOST:PORT without TLS. Where neither does, these sockets are tried one after the other:
 * /var/run/docker.sock, $XDG_RUNTIME_DIR/docker.sock, Podman's of the system and of the user. Only
 * GET is ever sent. No answer takes longer than 5 s or is larger than 4 MiB.
 *
 * name is a container's name or id. ret is docker/ID.json, in the arena. Of its texts only those
 * are kept that say what the container is and when it ran; each other one, such as a word of the
 * command line, a label's value or an option of a volume, is replaced by "redacted" before it
 * reaches anything else, and of the environment "NAME=redacted" is left.
 *
 * -ENOENT when no engine answers or none knows the container (err says which), -EACCES when a
 * socket may not be used; what is wrong with the answer of one engine counts more than either.
 */
int ow_docker_inspect(const char *host, const char *name, struct ow_arena *arena,
		      struct ow_evidence *ret, struct ow_err *err);

#endif
