/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CONTAINER_H
#define OW_READ_CONTAINER_H

#include "base/err.h"
#include "base/scan.h"
#include "record/container.h"

/*
 * Reads the answer to GET /containers/ID/json of Docker or of Podman's compatible socket:
 *
 *   {"Id":"3418...","Name":"/leaky","State":{"OOMKilled":true,"ExitCode":137,...},
 *    "HostConfig":{"Memory":209715200,"MemorySwap":419430400,...},...}
 *
 * Environment values, command lines and labels are not taken over. Returns 0, -EBADMSG with err
 * filled when the text is not such an answer, -ENOMEM.
 */
int ow_container_read(struct ow_str json, const char *source, struct ow_arena *arena,
		      struct ow_container *ret, struct ow_err *err);

#endif
