/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_ENDING_H
#define OW_ANALYZE_ENDING_H

#include <stdbool.h>

#include "record/case.h"

/*
 * How one life of a container ended, by the events of its engine and, where those are gone, by what
 * the engine says of its state. The life is the one that the kill was in; without a kill it is the
 * last one that has ended.
 *
 *   start ... oom ... kill 15 ... kill 9, die 137, stop
 */
struct ow_ending {
	bool known; /* code and time_usec */
	int64_t code, time_usec;

	/* Of that life; NULL where the events do not have it. */
	const struct ow_event *start;
	const struct ow_event *oom;  /* the last one before the end */
	const struct ow_event *term; /* the signal that docker stop sends first, before kill */
	const struct ow_event *kill; /* the last SIGKILL that the engine sent */
	const struct ow_event *die;

	bool has_before; /* an event before die is known, so that a signal just before it would be
			  */
	bool has_kill;   /* the same, before the OOM kill: what came after it would be known */
};

/* id is the container's. killed is when the kernel killed, NULL where it did not or none knows. */
void ow_ending_make(const struct ow_case *c, const char *id, const int64_t *killed,
		    struct ow_ending *ret);

/* From the OOM kill to the end, as far as both are known: by the engine's clock where it saw both.
 * False else. */
bool ow_ending_delay(const struct ow_ending *e, const int64_t *killed, int64_t *ret);

/* Did the engine send SIGKILL after the OOM kill? */
bool ow_ending_killed_later(const struct ow_ending *e, const int64_t *killed);

#endif
