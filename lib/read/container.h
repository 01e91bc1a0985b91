/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CONTAINER_H
#define OW_READ_CONTAINER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/scan.h"
#include "record/container.h"

/*
 * Reads the answer to GET /containers/ID/json of Docker or of Podman's compatible socket:
 *
 *   {"Id":"3418...","Name":"/leaky","State":{"OOMKilled":true,"ExitCode":137,...},
 *    "HostConfig":{"Memory":209715200,"MemorySwap":419430400,...},...}
 *
 * What an engine writes for "nothing" is absent here: year 1 for a time that never was, pid 0, the
 * exit code of a container that has not ended. Environment values, command lines and labels are
 * not taken over. Returns 0, -EBADMSG with err filled when the text is not such an answer, -ENOMEM.
 */
int ow_container_read(struct ow_str json, const char *source, struct ow_arena *arena,
		      struct ow_container *ret, struct ow_err *err);

#endif
