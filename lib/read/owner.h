/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OWNER_H
#define OW_READ_OWNER_H

#include "base/arena.h"
#include "record/owner.h"

/*
 * Says whose a cgroup is. The deepest component that names an owner decides:
 *
 *   /docker/<64 hex>                                          container, docker
 *   /system.slice/docker-<64 hex>.scope/init                  container, docker
 *   /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<uid>.slice   pod
 *   /kubepods/burstable/pod<uid>/<64 hex>                     container
 *   /system.slice/nginx.service                               unit
 *   /batch/worker                                             cgroup: its own owner
 *
 * Returns 0, or -ENOMEM with ret as it was.
 */
int ow_owner_read(const char *path, struct ow_arena *arena, struct ow_owner *ret);

/* Undoes systemd's escapes in place: "db\x2dserver" becomes "db-server". A byte 0 stays as it is
 * written. */
void ow_owner_unescape(char *text);

#endif
