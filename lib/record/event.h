/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_EVENT_H
#define OW_RECORD_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"

/*
 * What a container engine did and saw, as it remembers it (docker events). It keeps the last ones
 * of all containers only: that something is not among them says nothing, unless the start of that
 * life is.
 */
enum ow_event_kind {
	OW_EVENT_OTHER,
	OW_EVENT_CREATE,
	OW_EVENT_START,
	OW_EVENT_OOM,  /* the engine was told that the kernel killed for the container's limit */
	OW_EVENT_KILL, /* the engine sent a signal */
	OW_EVENT_DIE,  /* the first process has ended */
	OW_EVENT_STOP, /* docker stop is done: comes after die */
	OW_EVENT_RESTART,
	OW_EVENT_UPDATE, /* limits were changed */
	OW_EVENT_DESTROY,
	OW_EVENT_KIND_COUNT,
};

enum ow_event_have {
	OW_EVENT_EXIT = 1 << 0,   /* exit_code, of die */
	OW_EVENT_SIGNAL = 1 << 1, /* signal, of kill */
};

struct ow_event {
	unsigned have;
	enum ow_event_kind kind;
	int64_t time_usec; /* the engine's wall clock */
	int64_t exit_code, signal;
	const char *container; /* its id */
	const char *name, *image;
	const char *source; /* the file of the case, */
	size_t line;        /* the line in it, */
	struct ow_str text; /* and what stands there */
};

#endif
