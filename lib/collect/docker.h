/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_DOCKER_H
#define OW_COLLECT_DOCKER_H

#include "collect/collect.h"

/*
 * Asks a container engine about one container: GET /containers/NAME/json over its unix socket, in
 * the newest version of the API that both sides know. Sockets are tried in this order: host,
 * $DOCKER_HOST, /var/run/docker.sock, $XDG_RUNTIME_DIR/docker.sock, Podman's. Only GET is ever
 * sent. No answer takes longer than 5 s or is larger than 4 MiB.
 *
 * name is a container's name or id. ret is docker/ID.json, in the arena; its environment values,
 * command line and labels' values are replaced by "redacted" before they reach anything else.
 * -ENOENT when no engine answers or none knows the container (err says which); it is no error of
 * the host.
 */
int ow_docker_inspect(const char *host, const char *name, struct ow_arena *arena,
		      struct ow_evidence *ret, struct ow_err *err);

#endif
