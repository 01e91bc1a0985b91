/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes that come out, whatever the pieces. */
struct sum {
	uint64_t hash, n;
};

static void add(struct sum *sum, const char *bytes, ssize_t n)
{
	for (ssize_t i = 0; i < n; i++)
		sum->hash = (sum->hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
	sum->n += n > 0 ? (uint64_t)n : 0;
}

/* A file that is whole is the same when its bytes are shown where they lie. */
static void check_next(const char *path, struct sum wanted)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	struct ow_err err = { "" };
	struct sum sum = { 0 };
	const char *bytes;
	ssize_t n;

	if (ow_stream_open(path, &stream, &err) < 0)
		abort();
	while ((n = ow_stream_next(stream, &bytes, &err)) > 0)
		add(&sum, bytes, n);
	if (n != 0 || sum.n != wanted.n || sum.hash != wanted.hash)
		abort();
}

/* Whatever the file, reading comes to an end or an error, and stays there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	ow_scoped(ow_closep) int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct ow_err err = { "" };
	char path[64], bytes[5000];
	size_t most = OW_MIB(16); /* a few bytes may unpack to very many */
	struct sum sum = { 0 };
	ssize_t n;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (ow_stream_open(path, &stream, &err) < 0)
		return 0;
	do {
		n = ow_stream_read(stream, bytes, sizeof(bytes), &err);
		if (n > (ssize_t)sizeof(bytes) || (n < 0 && !err.text[0]))
			abort();
		add(&sum, bytes, n);
		most -= n > 0 ? (size_t)n : 0;
	} while (n > 0 && most > sizeof(bytes));
	if (n <= 0 && ow_stream_read(stream, bytes, sizeof(bytes), &err) != n)
		abort();
	if (n == 0)
		check_next(path, sum);
	return 0;
}
