/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_EVIDENCE_H
#define OW_RECORD_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scan.h"

/*
 * One file of a case: the bytes as they were read, and where and when that was. The path says what
 * the bytes are, so that a case can be read without knowing who collected it:
 *
 *   kernel/NAME             a kernel log in any wrapper (kmsg, dmesg, syslog, journal export)
 *   docker/ID.json          GET /containers/ID/json
 *   docker/ID.events.json   GET /events of that container, one a line
 *   names                   who is behind the ids of cgroups, one JSON object a line
 *   cgroup/v1/PATH/FILE     one file of a cgroup, "memory.limit_in_bytes"; PATH is
 *   cgroup/v2/PATH/FILE     percent-encoded but for its slashes
 *   go/OF/heap/NAME         what Go programs said of themselves: see read/case-go.h
 *   go/OF/gctrace/NAME
 *   go/OF/metrics/NAME
 *   go/OF/goroutine/NAME
 *   host                    KEY=VALUE lines: what is known of the machine
 */
struct ow_evidence {
	const char *path;   /* in the case, relative */
	const char *source; /* "journal", "/dev/kmsg", "docker inspect leaky" */
	int64_t time_usec;  /* when it was read, since 1970 UTC */
	bool loose;         /* that is when its file was written, which may be a copy */
	struct ow_str bytes;
};

#endif
