/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PROFILE_H
#define OW_READ_PROFILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/profile.h"

/*
 * Reads a profile, unpacked, in pieces of any size:
 *
 * - profile.proto, as /debug/pprof/heap gives it; in either order of its parts.
 * - heap profiles as text: /debug/pprof/heap?debug=1 with the names that stand in its "#" lines and
 *   the MemStats behind them; tcmalloc's and jemalloc's "heap profile:" and "heap_v2/524288", with
 *   the memory map; growthz.
 *
 * Samples are put together as they come: memory follows the distinct stacks, not the length. All of
 * it comes from the arena, whose limit is the limit of the reader.
 */
struct ow_profile_reader;

/* Name is that of the source, for messages; it is copied. NULL when there is no memory. */
struct ow_profile_reader *ow_profile_reader_new(const char *name, struct ow_arena *arena);

struct ow_profile_reader *ow_profile_reader_free(struct ow_profile_reader *reader);

static inline void ow_profile_reader_freep(struct ow_profile_reader **reader)
{
	*reader = ow_profile_reader_free(*reader);
}

/*
 * -EBADMSG: what is wrong with the profile and where is in err. -ENOMEM: the arena is full. After a
 * failure nothing more may be fed.
 */
int ow_profile_reader_feed(struct ow_profile_reader *reader, const void *bytes, size_t n,
			   struct ow_err *err);

/* There is no more. The profile is the arena's. Errors as above. */
int ow_profile_reader_end(struct ow_profile_reader *reader, struct ow_profile **ret,
			  struct ow_err *err);

struct ow_stream;

/* All of a stream. name is for messages. Errors also those of ow_stream_read. */
int ow_profile_read_stream(struct ow_stream *stream, const char *name, struct ow_arena *arena,
			   struct ow_profile **ret, struct ow_err *err);

/* Opens and reads a file, packed or not; "-" is standard input. Errors also those of
 * ow_stream_read. */
int ow_profile_read_file(const char *path, struct ow_arena *arena, struct ow_profile **ret,
			 struct ow_err *err);

#endif
