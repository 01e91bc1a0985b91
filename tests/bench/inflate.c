/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unpacks a gzip file to nowhere, by one of the libraries that could do it for lib/base/stream.c:
 *
 *   inflate zlib|isal|libdeflate FILE
 *
 * The first two in pieces of 256 KiB, as a stream; libdeflate has none, and gets the whole file and
 * room for the whole result. Prints how many bytes it was. Status 77: built without that library.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zlib.h>
#ifdef OW_HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif
#ifdef OW_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#define PIECE  (256 << 10)
#define NOBODY 77

static unsigned char piece[PIECE];

static uint64_t by_zlib(const unsigned char *in, size_t n)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)in, .avail_in = (unsigned)n };
	int r = inflateInit2(&z, 15 + 16);

	while (r == Z_OK) {
		z.next_out = piece;
		z.avail_out = PIECE;
		r = inflate(&z, Z_NO_FLUSH);
	}
	if (r != Z_STREAM_END)
		errx(1, "zlib: %d", r);
	(void)inflateEnd(&z);
	return z.total_out;
}

#ifdef OW_HAVE_ISAL
static uint64_t by_isal(const unsigned char *in, size_t n)
{
	static struct inflate_state z;
	uint64_t total = 0;

	isal_inflate_init(&z);
	z.crc_flag = ISAL_GZIP;
	z.next_in = (unsigned char *)(uintptr_t)in;
	z.avail_in = (unsigned)n;
	while (z.block_state != ISAL_BLOCK_FINISH) {
		z.next_out = piece;
		z.avail_out = PIECE;
		if (isal_inflate(&z) != ISAL_DECOMP_OK)
			errx(1, "isal: the file is damaged");
		total += PIECE - z.avail_out;
	}
	return total;
}
#endif

#ifdef OW_HAVE_LIBDEFLATE
static uint64_t by_libdeflate(const unsigned char *in, size_t n)
{
	struct libdeflate_decompressor *z = libdeflate_alloc_decompressor();
	uint32_t room = 0;
	size_t total = 0;
	void *out;

	memcpy(&room, in + n - 4, sizeof(room)); /* how large it was stands at the end */
	out = malloc(room);
	if (!z || !out || libdeflate_gzip_decompress(z, in, n, out, room, &total) != 0)
		errx(1, "libdeflate: the file is damaged");
	free(out);
	libdeflate_free_decompressor(z);
	return total;
}
#endif

static const struct {
	const char *name;
	uint64_t (*unpack)(const unsigned char *in, size_t n);
} libraries[] = {
	{ "zlib", by_zlib },
#ifdef OW_HAVE_ISAL
	{ "isal", by_isal },
#endif
#ifdef OW_HAVE_LIBDEFLATE
	{ "libdeflate", by_libdeflate },
#endif
};

int main(int argc, char *argv[])
{
	struct stat st;
	void *in;
	int fd;

	if (argc != 3)
		errx(2, "usage: inflate zlib|isal|libdeflate FILE");
	fd = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size < 18 || st.st_size > UINT32_MAX)
		err(1, "cannot read %s", argv[2]);
	in = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (in == MAP_FAILED)
		err(1, "cannot read %s", argv[2]);
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		if (strcmp(libraries[i].name, argv[1]) != 0)
			continue;
		printf("%llu\n", (unsigned long long)libraries[i].unpack(in, (size_t)st.st_size));
		return 0;
	}
	return NOBODY;
}
