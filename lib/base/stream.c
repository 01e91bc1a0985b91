/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#ifdef OW_HAVE_ISAL
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

#include "base/arena.h"
#include "base/file.h"
#include "base/utf16.h"

#define WINDOW_LOG_MAX 26 /* 64 MiB */
#define MAGIC_MAX      6
#define SMALL          OW_KIB(512) /* read before a second thread has begun */

/* What is in hand of the file, and where the unpacked bytes go. Each step moves both on. */
struct io {
	const unsigned char *in;
	size_t in_n;
	unsigned char *out;
	size_t out_n;
	bool in_ends; /* nothing follows what is in hand */
};

struct ow_stream {
	int fd;              /* -1: of bytes, */
	struct ow_str bytes; /* those that are left */
	bool ended;          /* the file is read to its end */
	bool between;        /* no packed piece is open: the end may come here */
	int failed;          /* what went wrong, and in words */
	const char *why;
	const struct codec *codec; /* NULL: not known yet */
	struct ow_ahead *ahead;    /* NULL: not needed yet */
	struct ow_ahead_look look; /* at what is read ahead */
	const void *found;         /* by the last look; NULL: there was none */
	off_t begin;               /* of what is read ahead */
	union {
#ifdef OW_HAVE_ISAL
		struct inflate_state *isal; /* of 86 KiB */
#else
		z_stream gzip;
#endif
		lzma_stream xz;
		ZSTD_DStream *zstd;
		struct utf16 {
			struct ow_utf16 decoder;
			unsigned char few[OW_UTF16_OUT_MIN]; /* that had no room */
			size_t n;
		} utf16;
	} state;
	size_t at, n; /* of the buffer: what is in hand */
	unsigned char buffer[OW_KIB(64)];
	char name[]; /* for messages */
};

struct codec {
	const char *name;
	const char *magic;
	size_t magic_n;
	int (*start)(struct ow_stream *stream);
	/* Unpacks some. 1: a packed piece is finished, 0: there is more, or a negative errno. */
	int (*step)(struct ow_stream *stream, struct io *io);
	void (*stop)(struct ow_stream *stream);
};

static int plain_start(struct ow_stream *stream)
{
	(void)stream;
	return 0;
}

static int plain_step(struct ow_stream *stream, struct io *io)
{
	size_t n = io->in_n < io->out_n ? io->in_n : io->out_n;

	(void)stream;
	memcpy(io->out, io->in, n);
	io->in += n;
	io->in_n -= n;
	io->out += n;
	io->out_n -= n;
	return 1;
}

static void plain_stop(struct ow_stream *stream)
{
	(void)stream;
}

static int utf16_start(struct ow_stream *stream)
{
	memset(&stream->state.utf16, 0, sizeof(stream->state.utf16));
	stream->state.utf16.decoder.big = stream->buffer[0] == 0xfe;
	return 0;
}

/* By way of a few bytes, as there may be less room than one character takes. */
static int utf16_step(struct ow_stream *stream, struct io *io)
{
	struct utf16 *u = &stream->state.utf16;

	while (io->out_n && (u->n || io->in_n)) {
		size_t n, taken;

		if (u->n == 0 && io->out_n >= OW_UTF16_OUT_MIN) {
			taken = ow_utf16_decode(&u->decoder, io->in, io->in_n, io->out, io->out_n,
						&n);
		} else {
			taken = u->n ? 0
				     : ow_utf16_decode(&u->decoder, io->in, io->in_n, u->few,
						       sizeof(u->few), &u->n);
			n = u->n < io->out_n ? u->n : io->out_n;
			memcpy(io->out, u->few, n);
			u->n -= n;
			memmove(u->few, u->few + n, u->n);
		}
		io->in += taken;
		io->in_n -= taken;
		io->out += n;
		io->out_n -= n;
	}
	return 1;
}

/* As gzip(1) does, for the sake of tapes: zeros behind the last piece are padding. */
static bool gzip_ended(const struct ow_stream *stream, struct io *io)
{
	while (stream->between && io->in_n && *io->in == 0) {
		io->in++;
		io->in_n--;
	}
	return stream->between && io->in_n == 0;
}

#ifdef OW_HAVE_ISAL
static int gzip_start(struct ow_stream *stream)
{
	stream->state.isal = malloc(sizeof(*stream->state.isal));
	if (!stream->state.isal)
		return -ENOMEM;
	isal_inflate_init(stream->state.isal);
	stream->state.isal->crc_flag = ISAL_GZIP; /* head and checksum, too */
	return 0;
}

static int gzip_step(struct ow_stream *stream, struct io *io)
{
	struct inflate_state *z = stream->state.isal;
	const unsigned room = io->out_n < UINT_MAX ? (unsigned)io->out_n : UINT_MAX;
	int r;

	if (gzip_ended(stream, io))
		return 1;
	z->next_in = (unsigned char *)(uintptr_t)io->in; /* it does not write there */
	z->avail_in = (unsigned)io->in_n;
	z->next_out = io->out;
	z->avail_out = room;
	r = isal_inflate(z);
	io->in = z->next_in;
	io->in_n = z->avail_in;
	io->out = z->next_out;
	io->out_n -= room - z->avail_out;
	if (r != ISAL_DECOMP_OK && r != ISAL_END_INPUT && r != ISAL_OUT_OVERFLOW)
		return -EBADMSG;
	if (z->block_state != ISAL_BLOCK_FINISH)
		return 0;
	isal_inflate_reset(z);
	z->crc_flag = ISAL_GZIP;
	return 1;
}

static void gzip_stop(struct ow_stream *stream)
{
	free(stream->state.isal);
}
#else
static int gzip_start(struct ow_stream *stream)
{
	return inflateInit2(&stream->state.gzip, 16 + MAX_WBITS) == Z_OK ? 0 : -ENOMEM;
}

static int gzip_step(struct ow_stream *stream, struct io *io)
{
	z_stream *z = &stream->state.gzip;
	unsigned room = io->out_n < UINT_MAX ? (unsigned)io->out_n : UINT_MAX;
	int r;

	if (gzip_ended(stream, io))
		return 1;
	z->next_in = (unsigned char *)(uintptr_t)io->in; /* zlib does not write there */
	z->avail_in = (unsigned)io->in_n;
	z->next_out = io->out;
	z->avail_out = room;
	r = inflate(z, Z_NO_FLUSH);
	io->in = z->next_in;
	io->in_n = z->avail_in;
	io->out = z->next_out;
	io->out_n -= room - z->avail_out;
	if (r == Z_STREAM_END)
		return inflateReset(z) == Z_OK ? 1 : -EBADMSG;
	if (r == Z_OK || r == Z_BUF_ERROR)
		return 0;
	return r == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

static void gzip_stop(struct ow_stream *stream)
{
	(void)inflateEnd(&stream->state.gzip);
}
#endif

static int xz_start(struct ow_stream *stream)
{
	const uint64_t limit = ((uint64_t)1 << WINDOW_LOG_MAX) + OW_MIB(2);

	stream->state.xz = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&stream->state.xz, limit, LZMA_CONCATENATED) == LZMA_OK
		       ? 0
		       : -ENOMEM;
}

static int xz_step(struct ow_stream *stream, struct io *io)
{
	lzma_stream *xz = &stream->state.xz;
	lzma_ret r;

	xz->next_in = io->in;
	xz->avail_in = io->in_n;
	xz->next_out = io->out;
	xz->avail_out = io->out_n;
	r = lzma_code(xz, io->in_ends ? LZMA_FINISH : LZMA_RUN);
	io->in = xz->next_in;
	io->in_n = xz->avail_in;
	io->out = xz->next_out;
	io->out_n = xz->avail_out;
	if (r == LZMA_STREAM_END)
		return 1;
	if (r == LZMA_OK || r == LZMA_BUF_ERROR)
		return 0;
	if (r == LZMA_MEMLIMIT_ERROR)
		return -EFBIG;
	return r == LZMA_MEM_ERROR ? -ENOMEM : -EBADMSG;
}

static void xz_stop(struct ow_stream *stream)
{
	lzma_end(&stream->state.xz);
}

static int zstd_start(struct ow_stream *stream)
{
	stream->state.zstd = ZSTD_createDStream();
	if (!stream->state.zstd)
		return -ENOMEM;
	(void)ZSTD_DCtx_setParameter(stream->state.zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	return 0;
}

static int zstd_step(struct ow_stream *stream, struct io *io)
{
	ZSTD_inBuffer in = { io->in, io->in_n, 0 };
	ZSTD_outBuffer out = { io->out, io->out_n, 0 };
	size_t r;

	if (stream->between && io->in_n == 0)
		return 1;
	r = ZSTD_decompressStream(stream->state.zstd, &out, &in);
	io->in += in.pos;
	io->in_n -= in.pos;
	io->out += out.pos;
	io->out_n -= out.pos;
	if (!ZSTD_isError(r))
		return r == 0;
	switch ((int)ZSTD_getErrorCode(r)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		return -EFBIG;
	case ZSTD_error_memory_allocation:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

static void zstd_stop(struct ow_stream *stream)
{
	(void)ZSTD_freeDStream(stream->state.zstd);
}

static const struct codec codecs[] = {
	{ "gzip", "\x1f\x8b\x08", 3, gzip_start, gzip_step, gzip_stop },
	{ "xz", "\3757zXZ\0", 6, xz_start, xz_step, xz_stop },
	{ "zstd", "\x28\xb5\x2f\xfd", 4, zstd_start, zstd_step, zstd_stop },
	/* The frame that pzstd(1) begins a file with. */
	{ "zstd", "\x50\x2a\x4d\x18", 4, zstd_start, zstd_step, zstd_stop },
	/* The marks of its byte order. */
	{ "UTF-16", "\xff\xfe", 2, utf16_start, utf16_step, plain_stop },
	{ "UTF-16", "\xfe\xff", 2, utf16_start, utf16_step, plain_stop },
	{ "plain", "", 0, plain_start, plain_step, plain_stop }, /* all else */
};

int ow_stream_open(const char *path, struct ow_stream **ret, struct ow_err *err)
{
	const bool input = strcmp(path, "-") == 0;
	const char *name = input ? "standard input" : path;
	struct ow_stream *stream = calloc(1, sizeof(*stream) + strlen(name) + 1);
	struct stat st;
	int r;

	if (!stream)
		return ow_fail(err, ENOMEM, "cannot open '%s': %m", name);
	memcpy(stream->name, name, strlen(name));
	stream->fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (stream->fd < 0 || fstat(stream->fd, &st) < 0) {
		r = ow_fail(err, errno, "cannot open '%s': %m", name);
	} else if (S_ISDIR(st.st_mode)) {
		r = ow_fail(err, EISDIR, "cannot read '%s': %m", name);
	} else {
		*ret = stream;
		return 0;
	}
	(void)ow_stream_close(stream);
	return r;
}

int ow_stream_open_fd(int fd, const char *name, struct ow_stream **ret, struct ow_err *err)
{
	struct ow_stream *stream = calloc(1, sizeof(*stream) + strlen(name) + 1);

	if (!stream)
		return ow_fail(err, ENOMEM, "cannot read '%s': %m", name);
	memcpy(stream->name, name, strlen(name));
	stream->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (stream->fd < 0) {
		const int errnum = errno;

		free(stream);
		return ow_fail(err, errnum, "cannot read '%s': %m", name);
	}
	*ret = stream;
	return 0;
}

int ow_stream_open_bytes(struct ow_str bytes, const char *name, struct ow_stream **ret,
			 struct ow_err *err)
{
	struct ow_stream *stream = calloc(1, sizeof(*stream) + strlen(name) + 1);

	if (!stream)
		return ow_fail(err, ENOMEM, "cannot read '%s': %m", name);
	memcpy(stream->name, name, strlen(name));
	stream->fd = -1;
	stream->bytes = bytes;
	*ret = stream;
	return 0;
}

struct ow_stream *ow_stream_close(struct ow_stream *stream)
{
	if (!stream)
		return NULL;
	stream->ahead = ow_ahead_free(stream->ahead);
	if (stream->codec)
		stream->codec->stop(stream);
	ow_closep(&stream->fd);
	free(stream);
	return NULL;
}

static ssize_t read_bytes(struct ow_stream *stream, void *buffer, size_t n)
{
	if (n > stream->bytes.n)
		n = stream->bytes.n;
	if (n)
		memcpy(buffer, stream->bytes.p, n);
	stream->bytes = ow_str_skip(stream->bytes, n);
	stream->ended = n == 0;
	return (ssize_t)n;
}

static ssize_t read_file(struct ow_stream *stream, void *buffer, size_t n)
{
	ssize_t got;

	if (stream->fd < 0)
		return read_bytes(stream, buffer, n);
	do {
		got = read(stream->fd, buffer, n);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	stream->ended = got == 0;
	return got;
}

/* Puts more of the file behind what is in hand. */
static int fill(struct ow_stream *stream)
{
	ssize_t got =
		read_file(stream, stream->buffer + stream->n, sizeof(stream->buffer) - stream->n);

	if (got < 0)
		return (int)got;
	stream->n += (size_t)got;
	return 0;
}

static int start(struct ow_stream *stream)
{
	const struct codec *codec = codecs;
	int r;

	while (stream->n < MAGIC_MAX && !stream->ended) {
		r = fill(stream);
		if (r < 0)
			return r;
	}
	while (stream->n < codec->magic_n ||
	       memcmp(stream->buffer, codec->magic, codec->magic_n) != 0)
		codec++;
	r = codec->start(stream);
	if (r < 0)
		return r;
	stream->codec = codec;
	stream->between = codec->magic_n == 0;
	return 0;
}

static ssize_t fail(struct ow_stream *stream, int r, const char *why, struct ow_err *err)
{
	stream->failed = r;
	stream->why = why;
	if (why)
		return ow_fail(err, -r, "cannot unpack '%s': the %s data %s", stream->name,
			       stream->codec->name, why);
	return ow_fail(err, -r, "cannot read '%s': %m", stream->name);
}

static const char *packed_error(int r)
{
	if (r == -EBADMSG)
		return "is damaged";
	return r == -EFBIG ? "needs a window of more than 64 MiB" : NULL;
}

ssize_t ow_stream_read(struct ow_stream *stream, void *buffer, size_t n, struct ow_err *err)
{
	int r = stream->failed;

	if (r == 0 && !stream->codec)
		r = start(stream);
	if (r < 0)
		return fail(stream, r, stream->why, err);
	if (stream->codec->step == plain_step && stream->at == stream->n && !stream->ended) {
		ssize_t got = read_file(stream, buffer, n); /* not by way of the buffer */

		return got < 0 ? fail(stream, (int)got, NULL, err) : got;
	}
	for (;;) {
		struct io io = { .out = buffer, .out_n = n };
		size_t took, got;

		if (stream->at == stream->n && !stream->ended) {
			stream->at = stream->n = 0;
			r = fill(stream);
			if (r < 0)
				return fail(stream, r, NULL, err);
		}
		io.in = stream->buffer + stream->at;
		io.in_n = stream->n - stream->at;
		io.in_ends = stream->ended;
		r = stream->codec->step(stream, &io);
		took = stream->n - stream->at - io.in_n;
		got = n - io.out_n;
		stream->at += took;
		stream->between = r == 1;
		if (r < 0 && got) {
			stream->failed = r;
			stream->why = packed_error(r);
		}
		if (got)
			return (ssize_t)got;
		if (r < 0)
			return fail(stream, r, packed_error(r), err);
		if (took == 0 && io.in_n)
			return fail(stream, -EBADMSG, packed_error(-EBADMSG), err);
		if (took == 0 && stream->ended)
			return r == 1 ? 0 : fail(stream, -EBADMSG, "is cut off", err);
	}
}

/* Plain bytes of a file may be read at any place. */
static ssize_t read_at(void *arg, uint64_t at, char *buffer, size_t n)
{
	const struct ow_stream *stream = arg;
	ssize_t got;

	do {
		got = pread(stream->fd, buffer, n, stream->begin + (off_t)at);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static ssize_t read_on(void *arg, uint64_t at, char *buffer, size_t n)
{
	(void)at;
	return ow_stream_read(arg, buffer, n, NULL);
}

/* What is no file may keep a thread waiting for ever. */
static struct ow_ahead *begin_ahead(struct ow_stream *stream)
{
	const bool plain = stream->codec->step == plain_step;
	struct ow_ahead_source source = {
		.read = read_on, .arg = stream, .in_turn = true, .look = stream->look
	};
	struct stat st;

	stream->begin = lseek(stream->fd, 0, SEEK_CUR);
	source.alone = stream->begin < 0 || fstat(stream->fd, &st) < 0 || !S_ISREG(st.st_mode) ||
		       st.st_size - stream->begin < (off_t)SMALL;
	if (plain && !source.alone) {
		source.read = read_at;
		source.in_turn = false;
	}
	return ow_ahead_new(&source);
}

/* What was read to learn what the file is, where that is plain. */
static ssize_t take_front(struct ow_stream *stream, const char **ret)
{
	const size_t n = stream->n - stream->at;

	*ret = (const char *)stream->buffer + stream->at;
	stream->at = stream->n;
	return (ssize_t)n;
}

void ow_stream_look(struct ow_stream *stream, const struct ow_ahead_look *look)
{
	stream->look = *look;
}

const void *ow_stream_found(const struct ow_stream *stream)
{
	return stream->found;
}

ssize_t ow_stream_next(struct ow_stream *stream, const char **ret, struct ow_err *err)
{
	int r = stream->codec ? 0 : start(stream);
	ssize_t n;

	if (r < 0)
		return fail(stream, r, NULL, err);
	if (stream->codec->step == plain_step && stream->at < stream->n)
		return take_front(stream, ret);
	if (!stream->ahead)
		stream->ahead = begin_ahead(stream);
	n = stream->ahead ? ow_ahead_next(stream->ahead, ret, &stream->found) : -ENOMEM;
	return n < 0 ? fail(stream, (int)n, stream->why, err) : n;
}
