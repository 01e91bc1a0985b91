/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CASE_GO_LOG_H
#define OW_READ_CASE_GO_LOG_H

#include "base/arena.h"
#include "base/err.h"
#include "record/goevidence.h"

/*
 * The events of one log of a Go program, as many as a case keeps. Fed in pieces of any size; memory
 * is bounded. For read/case-go.c and nobody else.
 */

#define OW_GO_EVENTS_MAX 32768 /* of one log; then the older ones are thinned */

struct ow_go_log_reader;

/* now_usec gives times without a year theirs. NULL when there is no memory. */
struct ow_go_log_reader *ow_go_log_reader_new(int64_t now_usec);
struct ow_go_log_reader *ow_go_log_reader_free(struct ow_go_log_reader *reader);

static inline void ow_go_log_reader_freep(struct ow_go_log_reader **reader)
{
	*reader = ow_go_log_reader_free(*reader);
}

/* 0 or -ENOMEM. */
int ow_go_log_reader_feed(struct ow_go_log_reader *reader, const char *bytes, size_t n);

/* There is no more: what is kept of it, with the arena that it is in, which the caller frees.
 * events and thinned of ret are set. 0 or -ENOMEM. */
int ow_go_log_reader_end(struct ow_go_log_reader *reader, struct ow_go_log *ret,
			 struct ow_arena **ret_arena);

#endif
