/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stream.h"

#include <errno.h>
#include <lzma.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/file.h"
#include "unit.h"

/* Text that packs, but not to nothing, and is longer than any buffer on the way. */
#define TEXT_MAX 700001

static struct ow_str make_text(struct ow_arena *arena)
{
	char *bytes = ow_alloc(arena, TEXT_MAX, 1);
	uint32_t x = 1;

	assert_non_null(bytes);
	for (size_t i = 0; i < TEXT_MAX; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (char)('a' + (x >> 28));
	}
	return (struct ow_str){ bytes, TEXT_MAX };
}

static struct ow_str pack_plain(struct ow_arena *arena, struct ow_str text)
{
	(void)arena;
	return text;
}

static struct ow_str pack_gzip(struct ow_arena *arena, struct ow_str text)
{
	size_t room = text.n + 1000;
	unsigned char *out = ow_alloc(arena, room, 1);
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)text.p,
		       .avail_in = (unsigned)text.n,
		       .next_out = out,
		       .avail_out = (unsigned)room };

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&z), Z_OK);
	return (struct ow_str){ (char *)out, room - z.avail_out };
}

static struct ow_str pack_xz(struct ow_arena *arena, struct ow_str text)
{
	size_t room = text.n + 1000, n = 0;
	unsigned char *out = ow_alloc(arena, room, 1);

	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text.p,
						 text.n, out, &n, room),
			 LZMA_OK);
	return (struct ow_str){ (char *)out, n };
}

static struct ow_str pack_zstd(struct ow_arena *arena, struct ow_str text)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(text.n), n;
	char *out = ow_alloc(arena, room, 1);

	assert_non_null(zstd);
	assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1)));
	n = ZSTD_compress2(zstd, out, room, text.p, text.n);
	assert_false(ZSTD_isError(n));
	(void)ZSTD_freeCCtx(zstd);
	return (struct ow_str){ out, n };
}

static const struct {
	const char *name;
	struct ow_str (*pack)(struct ow_arena *arena, struct ow_str text);
} forms[] = {
	{ "gzip", pack_gzip },
	{ "xz", pack_xz },
	{ "zstd", pack_zstd },
	{ "plain", pack_plain },
};

#define N_PACKED 3 /* of the forms, the first ones */

static struct ow_str join(struct ow_arena *arena, struct ow_str a, struct ow_str b)
{
	char *both = ow_alloc(arena, a.n + b.n + 1, 1);

	assert_non_null(both);
	if (a.n)
		memcpy(both, a.p, a.n);
	if (b.n)
		memcpy(both + a.n, b.p, b.n);
	return (struct ow_str){ both, a.n + b.n };
}

/* A file of no folder with these bytes. */
static struct ow_stream *open_bytes(struct ow_arena *arena, struct ow_str bytes)
{
	int fd = memfd_create("packed", MFD_CLOEXEC);
	struct ow_stream *stream = NULL;
	struct ow_err err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
	assert_int_equal(ow_stream_open(ow_printf(arena, "/proc/self/fd/%d", fd), &stream, &err),
			 0);
	ow_closep(&fd);
	return stream;
}

static void assert_same(struct ow_str a, struct ow_str b)
{
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
}

/* Reads to the end in pieces of step bytes; returns what the last read did. */
static ssize_t read_all(struct ow_arena *arena, struct ow_str packed, size_t step,
			struct ow_str *ret, struct ow_err *err)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = open_bytes(arena, packed);
	size_t room = 2 * TEXT_MAX + 1, n = 0;
	char *out = ow_alloc(arena, room, 1);
	ssize_t got;

	assert_non_null(out);
	do {
		assert_true(room > n);
		got = ow_stream_read(stream, out + n, step < room - n ? step : room - n, err);
		n += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	assert_int_equal(ow_stream_read(stream, out, 1, err), got); /* and it stays so */
	*ret = (struct ow_str){ out, n };
	return got;
}

static void count(const char *bytes, size_t n, void *ret)
{
	(void)bytes;
	*(size_t *)ret = n;
}

/* The same, the bytes shown where they lie; all but those that told what the file is were looked
 * at. */
static ssize_t take_all(struct ow_arena *arena, struct ow_str packed, struct ow_str *ret,
			struct ow_err *err)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = open_bytes(arena, packed);
	size_t room = 2 * TEXT_MAX + 1, n = 0;
	char *out = ow_alloc(arena, room, 1);
	const char *bytes = NULL;
	const size_t *found;
	ssize_t got;

	assert_non_null(out);
	ow_stream_look(stream, &(struct ow_ahead_look){ count, sizeof(size_t) });
	while ((got = ow_stream_next(stream, &bytes, err)) > 0) {
		found = ow_stream_found(stream);
		assert_true(found ? *found == (size_t)got : n == 0);
		assert_true((size_t)got <= room - n);
		memcpy(out + n, bytes, (size_t)got);
		n += (size_t)got;
	}
	assert_int_equal(ow_stream_next(stream, &bytes, err), got);
	*ret = (struct ow_str){ out, n };
	return got;
}

/* In both ways, which give the same bytes and the same error. How near to a damaged place they get
 * is a matter of the steps. */
static ssize_t unpack(struct ow_arena *arena, struct ow_str packed, size_t step, struct ow_str *ret,
		      struct ow_err *err)
{
	struct ow_err again = { "" };
	struct ow_str taken;
	ssize_t got = read_all(arena, packed, step, ret, err);

	assert_int_equal(take_all(arena, packed, &taken, &again), got);
	if (got == 0)
		assert_same(taken, *ret);
	else
		assert_string_equal(again.text, err->text);
	assert_memory_equal(taken.p, ret->p, taken.n < ret->n ? taken.n : ret->n);
	return got;
}

static void what_was_packed_comes_out(void **state)
{
	static const size_t steps[] = { 977, 65536, 2 * TEXT_MAX };
	struct ow_str text = make_text(*state), got;
	struct ow_err err;

	for (size_t f = 0; f < OW_ARRAY_SIZE(forms); f++) {
		for (size_t i = 0; i < OW_ARRAY_SIZE(steps); i++) {
			assert_int_equal(
				unpack(*state, forms[f].pack(*state, text), steps[i], &got, &err),
				0);
			assert_same(got, text);
		}
	}
}

static void files_stuck_together_are_one(void **state)
{
	struct ow_str text = make_text(*state), got;
	struct ow_err err;

	for (size_t f = 0; f < OW_ARRAY_SIZE(forms); f++) {
		struct ow_str one = forms[f].pack(*state, text);

		assert_int_equal(unpack(*state, join(*state, one, one), 4096, &got, &err), 0);
		assert_same(got, join(*state, text, text));
	}
}

static void an_empty_file_is_empty(void **state)
{
	struct ow_str got;
	struct ow_err err;

	for (size_t f = 0; f < OW_ARRAY_SIZE(forms); f++) {
		struct ow_str packed = forms[f].pack(*state, OW_STR(""));

		assert_int_equal(unpack(*state, packed, 10, &got, &err), 0);
		assert_int_equal(got.n, 0);
	}
}

static void a_cut_file_gives_what_is_there_and_then_an_error(void **state)
{
	static const int percent[] = { 1, 50, 99 };
	struct ow_str text = make_text(*state), got;

	for (size_t f = 0; f < N_PACKED; f++) {
		for (size_t i = 0; i < OW_ARRAY_SIZE(percent); i++) {
			struct ow_str packed = forms[f].pack(*state, text);
			struct ow_err err = { 0 };

			packed.n = packed.n * (size_t)percent[i] / 100;
			assert_int_equal(unpack(*state, packed, 5000, &got, &err), -EBADMSG);
			assert_true(percent[i] < 50 || got.n > text.n / 4);
			assert_true(got.n < text.n);
			assert_memory_equal(got.p, text.p, got.n);
			assert_non_null(strstr(err.text, forms[f].name));
			assert_non_null(strstr(err.text, "is cut off"));
		}
	}
}

static void damage_is_an_error_behind_what_came_before_it(void **state)
{
	struct ow_str text = make_text(*state), got;

	for (size_t f = 0; f < N_PACKED; f++) {
		struct ow_str packed = forms[f].pack(*state, text);
		struct ow_str bad = join(*state, packed, OW_STR(""));
		struct ow_err err = { 0 };

		memset((char *)(uintptr_t)bad.p + bad.n / 2, 0xff, 100);
		assert_int_equal(unpack(*state, bad, 5000, &got, &err), -EBADMSG);
		assert_true(got.n > 0 && got.n <= text.n);
		assert_non_null(strstr(err.text, "is damaged"));

		/* What follows a whole piece and is none itself. */
		assert_int_equal(unpack(*state, join(*state, packed, OW_STR("rest of a line")),
					5000, &got, &err),
				 -EBADMSG);
		assert_same(got, text);
	}
}

static void zeros_behind_gzip_are_padding(void **state)
{
	static const char zeros[100000];
	struct ow_str text = OW_STR("text"), got;
	struct ow_str packed = pack_gzip(*state, text);
	struct ow_err err;

	packed = join(*state, packed, (struct ow_str){ zeros, sizeof(zeros) });
	assert_int_equal(unpack(*state, packed, 10, &got, &err), 0);
	assert_same(got, text);
	packed = join(*state, packed, pack_gzip(*state, text));
	assert_int_equal(unpack(*state, packed, 10, &got, &err), 0);
	assert_same(got, OW_STR("texttext"));
}

static void utf_16_comes_out_as_utf_8(void **state)
{
	static const char bytes[] = "\xff\xfe"
				    "a\0\n\0\xac\x20\x3d\xd8\x00\xde"
				    "z";
	const struct ow_str packed = { bytes, sizeof(bytes) - 1 };
	struct ow_str got;
	struct ow_err err;

	for (size_t step = 1; step < 8; step += 3) {
		assert_int_equal(unpack(*state, packed, step, &got, &err), 0);
		assert_same(got, OW_STR("a\n\xe2\x82\xac\xf0\x9f\x98\x80"));
	}
}

static void a_window_past_the_limit_is_refused(void **state)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	char out[256];
	ZSTD_inBuffer in = { "x", 1, 0 };
	ZSTD_outBuffer to = { out, sizeof(out), 0 };
	struct ow_str got;
	struct ow_err err;

	assert_non_null(zstd);
	assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, 27)));
	/* Without the size in its header a frame asks for its whole window. */
	assert_false(ZSTD_isError(ZSTD_compressStream2(zstd, &to, &in, ZSTD_e_flush)));
	assert_int_equal(ZSTD_compressStream2(zstd, &to, &in, ZSTD_e_end), 0);
	(void)ZSTD_freeCCtx(zstd);
	assert_int_equal(unpack(*state, (struct ow_str){ out, to.pos }, 10, &got, &err), -EFBIG);
	assert_non_null(strstr(err.text, "64 MiB"));
}

static void a_few_bytes_of_a_magic_are_plain(void **state)
{
	static const char *const cases[] = { "\x1f\x8b", "\3757zX", "\x28\xb5\x2f", "n" };
	struct ow_str got;
	struct ow_err err;

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_int_equal(unpack(*state, ow_str(cases[i]), 10, &got, &err), 0);
		assert_same(got, ow_str(cases[i]));
	}
}

/* As the shell's "<" leaves it, when somebody has read of it before. */
static void a_file_is_read_from_where_it_stands(void **state)
{
	const struct ow_str text = make_text(*state);
	int fd = memfd_create("text", MFD_CLOEXEC), input = dup(STDIN_FILENO);
	struct ow_stream *stream = NULL;
	const char *bytes = NULL;
	struct ow_err err;
	size_t at = 1000;
	ssize_t n;

	assert_int_equal(write(fd, text.p, text.n), text.n);
	assert_int_equal(lseek(fd, (off_t)at, SEEK_SET), at);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(ow_stream_open("-", &stream, &err), 0);
	for (; (n = ow_stream_next(stream, &bytes, &err)) > 0; at += (size_t)n)
		assert_memory_equal(bytes, text.p + at, (size_t)n);
	assert_int_equal(n, 0);
	assert_int_equal(at, text.n);
	assert_null(ow_stream_close(stream));
	assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
	ow_closep(&input);
	ow_closep(&fd);
}

static void what_cannot_be_opened_says_why(void **state)
{
	struct ow_stream *stream = NULL;
	struct ow_err err;

	(void)state;
	assert_int_equal(ow_stream_open("/", &stream, &err), -EISDIR);
	assert_int_equal(ow_stream_open("/does/not/\033exist", &stream, &err), -ENOENT);
	assert_string_equal(err.text, "cannot open '/does/not/?exist': No such file or directory");
	assert_null(stream);
	assert_null(ow_stream_close(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_was_packed_comes_out),
		UNIT(files_stuck_together_are_one),
		UNIT(an_empty_file_is_empty),
		UNIT(a_cut_file_gives_what_is_there_and_then_an_error),
		UNIT(damage_is_an_error_behind_what_came_before_it),
		UNIT(zeros_behind_gzip_are_padding),
		UNIT(utf_16_comes_out_as_utf_8),
		UNIT(a_window_past_the_limit_is_refused),
		UNIT(a_few_bytes_of_a_magic_are_plain),
		UNIT(a_file_is_read_from_where_it_stands),
		UNIT(what_cannot_be_opened_says_why),
	};

	return cmocka_run_group_tests_name("base/stream", tests, NULL, NULL);
}
