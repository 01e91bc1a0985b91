/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GOROUTINE_H
#define OW_READ_GOROUTINE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/goroutine.h"
#include "record/profile.h"

/*
 * Reads the stacks of goroutines as /debug/pprof/goroutine?debug=2 and dying programs print them,
 * in pieces of any size, also cut off somewhere:
 *
 *	goroutine 701 [chan send, 12 minutes]:
 *	main.worker({0x0?}, 0x0?)
 *		/src/main.go:21 +0x3a
 *	created by main.process in goroutine 1
 *		/src/main.go:12 +0x76
 *
 * Memory follows the distinct stacks, not the length. Other text before, between and behind them is
 * passed over.
 */
struct ow_goroutine_reader;

/* source is that of the result; it is copied. What is read is the arena's. NULL when there is no
 * memory. */
struct ow_goroutine_reader *ow_goroutine_reader_new(const char *source, struct ow_arena *arena);
struct ow_goroutine_reader *ow_goroutine_reader_free(struct ow_goroutine_reader *reader);

static inline void ow_goroutine_reader_freep(struct ow_goroutine_reader **reader)
{
	*reader = ow_goroutine_reader_free(*reader);
}

/* The next n bytes. 0 or -ENOMEM. */
int ow_goroutine_reader_feed(struct ow_goroutine_reader *reader, const char *bytes, size_t n);

/* There is no more. -EBADMSG when there was no goroutine in it, -ENOMEM. */
int ow_goroutine_reader_end(struct ow_goroutine_reader *reader, struct ow_goroutines **ret,
			    struct ow_err *err);

/* The goroutines of a profile that counts them: profile.proto, or the text of debug=1. -EBADMSG
 * when it counts something else; -ENOMEM. */
int ow_goroutines_from_profile(const struct ow_profile *profile, struct ow_arena *arena,
			       struct ow_goroutines **ret, struct ow_err *err);

#endif
