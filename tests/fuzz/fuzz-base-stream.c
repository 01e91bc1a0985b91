/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the file, reading comes to an end or an error, and stays there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	ow_scoped(ow_closep) int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct ow_err err = { "" };
	char path[64], bytes[5000];
	size_t most = OW_MIB(16); /* a few bytes may unpack to very many */
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
		most -= n > 0 ? (size_t)n : 0;
	} while (n > 0 && most > sizeof(bytes));
	if (n <= 0 && ow_stream_read(stream, bytes, sizeof(bytes), &err) != n)
		abort();
	return 0;
}
