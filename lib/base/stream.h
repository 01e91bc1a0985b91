/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_STREAM_H
#define OW_BASE_STREAM_H

#include <stddef.h>
#include <sys/types.h>

#include "base/ahead.h"
#include "base/err.h"
#include "base/scan.h"

/*
 * A file, standard input or bytes in memory, read in pieces. gzip, xz and zstd are known by their
 * first bytes and come out unpacked, also when several are stuck together; so is UTF-16, which
 * comes out as UTF-8 (base/utf16.h). Memory is constant, but for what the format itself asks for
 * (an xz or zstd with a window of more than 64 MiB is refused).
 */
struct ow_stream;

/* Opens path; "-" is standard input. Returns 0 or a negative errno with err filled. Directories
 * are refused with -EISDIR. */
int ow_stream_open(const char *path, struct ow_stream **ret, struct ow_err *err);

/* As above for an open file, from where it stands; it stays the caller's. name is for messages. */
int ow_stream_open_fd(int fd, const char *name, struct ow_stream **ret, struct ow_err *err);

/* As above for bytes in memory, which must outlive the stream. */
int ow_stream_open_bytes(struct ow_str bytes, const char *name, struct ow_stream **ret,
			 struct ow_err *err);

struct ow_stream *ow_stream_close(struct ow_stream *stream);

static inline void ow_stream_closep(struct ow_stream **stream)
{
	*stream = ow_stream_close(*stream);
}

/*
 * Up to n bytes (n is at least 1), as soon as there are some; 0 at the end. A packed file that is
 * cut or damaged gives what could be unpacked and then -EBADMSG, one that needs too large a window
 * -EFBIG. What failed once fails again.
 */
ssize_t ow_stream_read(struct ow_stream *stream, void *buffer, size_t n, struct ow_err *err);

/*
 * The same without a buffer of one's own: *ret shows the bytes, until the next call. Of a file that
 * is not small the next ones are read or unpacked meanwhile (base/ahead.h). A stream is read in one
 * way or in the other.
 */
ssize_t ow_stream_next(struct ow_stream *stream, const char **ret, struct ow_err *err);

/*
 * From here on look is taken at what ow_stream_next gives, where it is read (base/ahead.h). Comes
 * before the first of it. What was found in the bytes that came last is there until the next call;
 * NULL: there was no look at those.
 */
void ow_stream_look(struct ow_stream *stream, const struct ow_ahead_look *look);
const void *ow_stream_found(const struct ow_stream *stream);

#endif
