/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_EVENT_H
#define OW_READ_EVENT_H

#include "base/arena.h"
#include "record/event.h"

/*
 * Reads the events of a container engine, one a line (GET /events, docker events --format json):
 *
 *   {"Type":"container","Action":"kill","Actor":{"ID":"3418...","Attributes":{"name":"leaky",
 *    "signal":"9"}},"time":1795154068,"timeNano":1795154068123456789}
 *   {"Type":"container","Action":"die","Actor":{"ID":"3418...","Attributes":{"exitCode":"137"}},...}
 *
 * Podman's "died" is die, and signals may be numbers or names. Events of what is no container are
 * left out. ret is by time, those of one moment in their order; lines that make no sense are
 * counted in *ret_bad. Events past OW_EVENTS_MAX are dropped, the oldest first. 0 or -ENOMEM.
 */
#define OW_EVENTS_MAX 10000

int ow_events_read(struct ow_str bytes, const char *source, struct ow_arena *arena,
		   struct ow_event **ret, size_t *ret_n, size_t *ret_bad);

#endif
