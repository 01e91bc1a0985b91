/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_GOROUTINE_H
#define OW_RECORD_GOROUTINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"

/*
 * The goroutines of a process, put together by stack: a leak is one stack that many of them have.
 * All text is as it was read: of any bytes.
 */
struct ow_goroutine_frame {
	struct ow_str function, file;
	int64_t line; /* 0: not known */
};

/* One stack. */
struct ow_goroutine_group {
	uint64_t count;
	const struct ow_goroutine_frame *frame; /* the innermost first; those of the runtime at
						   both ends are left out */
	size_t n_frames;
	struct ow_goroutine_frame creator; /* who started them; function.n is 0: not told */
	struct ow_str state;               /* of most of them: "chan receive"; n is 0: not told */
	uint64_t waiting_minutes; /* of the one that waits longest; below one minute it is 0 */
	uint64_t long_waiters;    /* that wait for a minute or more */
	size_t user; /* the first frame that is no part of Go itself; n_frames: there is none */
};

enum ow_goroutine_form {
	OW_GOROUTINES_COUNTS, /* debug=1 */
	OW_GOROUTINES_STACKS, /* debug=2, or what a Go program prints when it dies */
	OW_GOROUTINES_PROTO,  /* profile.proto */
};

struct ow_goroutines {
	const char *source;
	enum ow_goroutine_form form;
	bool have_waits; /* states and minutes: only debug=2 has them */
	bool cut;        /* the page ends in the midst of a stack: there were more */
	uint64_t total;  /* of all groups */
	struct ow_goroutine_group *group; /* by count, the largest first */
	size_t n_groups;
};

#endif
