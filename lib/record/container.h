/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_CONTAINER_H
#define OW_RECORD_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a container engine says of one container (docker inspect). The engine's OOM flag is a
 * witness, not the truth: it outlives a restart, and a later kill resets it.
 */
enum ow_container_have {
	OW_CONTAINER_RUNNING = 1 << 0,
	OW_CONTAINER_OOM_KILLED = 1 << 1,
	OW_CONTAINER_EXIT = 1 << 2,
	OW_CONTAINER_STARTED = 1 << 3,
	OW_CONTAINER_FINISHED = 1 << 4,
	OW_CONTAINER_LIMIT = 1 << 5, /* limit_bytes; 0 there means that there is none */
	OW_CONTAINER_MEMSW = 1 << 6, /* memsw_bytes; -1 means that there is none */
	OW_CONTAINER_ADJ = 1 << 7,
	OW_CONTAINER_RESTARTS = 1 << 8,
	OW_CONTAINER_PID = 1 << 9,
};

struct ow_container {
	unsigned have;
	const char *source;  /* the file of the case */
	const char *runtime; /* "docker", "podman" */
	const char *id;      /* 64 hex digits */
	const char *name;    /* without the leading slash */
	const char *image;
	const char *status; /* "running", "exited" */
	const char *restart_policy;
	const char *cgroup_parent;
	bool running, oom_killed;
	int64_t exit_code, pid, restarts, oom_score_adj;
	int64_t started_usec, finished_usec; /* wall clock, since 1970 UTC */
	uint64_t limit_bytes;
	int64_t memsw_bytes; /* memory and swap together */
};

#endif
