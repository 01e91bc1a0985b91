/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* A folder that a test may fill; its name is in the arena. */
static const char *folder(struct ow_arena *arena)
{
	const char *base = getenv("TMPDIR");
	char *path = ow_printf(arena, "%s/oomwhy-test-XXXXXX", base ? base : "/tmp");

	assert_non_null(path);
	assert_non_null(mkdtemp(path));
	return path;
}

/* Deletes what folder() made; returns how many files were in it. */
static int sweep(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		assert_int_equal(unlinkat(dirfd(dir), entry->d_name, 0), 0);
		n++;
	}
	assert_int_equal(closedir(dir), 0);
	assert_int_equal(rmdir(path), 0);
	return n;
}

static void what_is_written_is_read(void **state)
{
	const char *dir = folder(*state), *path = ow_printf(*state, "%s/file", dir);
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 100000 };
	struct ow_str got;
	struct ow_err err;

	for (size_t i = 0; i < OW_ARRAY_SIZE(sizes); i++) {
		char *bytes = ow_alloc(*state, sizes[i] + 1, 1);

		for (size_t n = 0; n < sizes[i]; n++)
			bytes[n] = (char)(n * 31);
		assert_int_equal(ow_file_replace(path, (struct ow_str){ bytes, sizes[i] }, &err),
				 0);
		assert_int_equal(ow_file_read(AT_FDCWD, path, 100000, *state, &got, &err), 0);
		assert_int_equal(got.n, sizes[i]);
		assert_memory_equal(got.p, bytes, got.n);
	}
	assert_int_equal(sweep(dir), 1); /* nothing is left beside it */
}

static void files_without_a_size_are_read(void **state)
{
	struct ow_str got;
	struct ow_err err;

	assert_int_equal(
		ow_file_read(AT_FDCWD, "/proc/self/status", OW_KIB(64), *state, &got, &err), 0);
	assert_true(ow_str_has(got, "VmRSS:"));
}

static void too_large_a_file_is_an_error_and_one_that_just_fits_is_not(void **state)
{
	const char *dir = folder(*state), *path = ow_printf(*state, "%s/file", dir);
	struct ow_str got = OW_STR("kept");
	struct ow_err err;

	assert_int_equal(ow_file_replace(path, OW_STR("12345"), &err), 0);
	assert_int_equal(ow_file_read(AT_FDCWD, path, 4, *state, &got, &err), -EFBIG);
	assert_true(ow_str_is(got, "kept"));
	assert_non_null(strstr(err.text, "larger than 4 bytes"));
	assert_int_equal(ow_file_read(AT_FDCWD, "/proc/self/status", 100, *state, &got, &err),
			 -EFBIG);
	assert_int_equal(ow_file_read(AT_FDCWD, path, 5, *state, &got, &err), 0);
	assert_true(ow_str_is(got, "12345"));
	assert_int_equal(sweep(dir), 1);
}

static void what_is_no_file_is_refused_and_nothing_waits(void **state)
{
	const char *dir = folder(*state), *pipe = ow_printf(*state, "%s/pipe", dir);
	struct ow_str got;
	struct ow_err err;

	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(ow_file_read(AT_FDCWD, pipe, 10, *state, &got, &err), -EINVAL);
	assert_int_equal(ow_file_read(AT_FDCWD, dir, 10, *state, &got, &err), -EISDIR);
	assert_int_equal(ow_file_read(AT_FDCWD, "/does/not/exist", 10, *state, &got, &err),
			 -ENOENT);
	assert_string_equal(err.text, "cannot open '/does/not/exist': No such file or directory");
	assert_int_equal(sweep(dir), 1);
}

static void a_file_is_looked_up_below_the_directory(void **state)
{
	int proc = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct ow_str got;
	struct ow_err err;

	assert_true(proc >= 0);
	assert_int_equal(ow_file_read(proc, "comm", 100, *state, &got, &err), 0);
	assert_true(got.n > 1);
	ow_closep(&proc);
}

static void a_replaced_file_keeps_its_mode_and_a_link_stays_a_link(void **state)
{
	const char *dir = folder(*state), *path = ow_printf(*state, "%s/file", dir),
		   *link = ow_printf(*state, "%s/link", dir);
	struct ow_str got;
	struct ow_err err;
	struct stat st;

	assert_int_equal(ow_file_replace(path, OW_STR("old"), &err), 0);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(symlink("file", link), 0);
	assert_int_equal(ow_file_replace(link, OW_STR("new"), &err), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(ow_file_read(AT_FDCWD, path, 10, *state, &got, &err), 0);
	assert_true(ow_str_is(got, "new"));
	assert_int_equal(sweep(dir), 2);
}

static void a_failed_write_leaves_nothing(void **state)
{
	const char *dir = folder(*state), *path = ow_printf(*state, "%s/none/file", dir);
	struct ow_err err;

	assert_int_equal(ow_file_replace(path, OW_STR("x"), &err), -ENOENT);
	assert_non_null(strstr(err.text, "cannot write '"));
	assert_int_equal(ow_file_replace(dir, OW_STR("x"), &err), -EISDIR);
	assert_int_equal(ow_file_replace("/dev/full", OW_STR("x"), &err), -ENOSPC);
	assert_int_equal(sweep(dir), 0);
}

/* "-o /dev/stdout >> all.log" must not cost the log. */
static void a_name_of_a_descriptor_is_added_to(void **state)
{
	const char *dir = folder(*state), *path = ow_printf(*state, "%s/file", dir);
	struct ow_str got;
	struct ow_err err;
	int fd;

	assert_int_equal(ow_file_replace(path, OW_STR("old "), &err), 0);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(
		ow_file_replace(ow_printf(*state, "/proc/self/fd/%d", fd), OW_STR("new"), &err), 0);
	ow_closep(&fd);
	assert_int_equal(ow_file_read(AT_FDCWD, path, 10, *state, &got, &err), 0);
	assert_true(ow_str_is(got, "old new"));
	assert_int_equal(sweep(dir), 1);
}

static int write_two(void *arg, FILE *out, struct ow_err *err)
{
	const int errnum = *(int *)arg;

	(void)fputs("one ", out);
	(void)fputs("two", out);
	return errnum ? ow_fail(err, errnum, "it went wrong") : 0;
}

static void what_is_written_piece_by_piece_is_all_or_nothing(void **state)
{
	const char *dir = folder(*state), *path = ow_printf(*state, "%s/file", dir);
	struct ow_str got;
	struct ow_err err;
	int errnum = 0;

	assert_int_equal(ow_file_replace_by(path, write_two, &errnum, &err), 0);
	errnum = ENOMEM;
	assert_int_equal(ow_file_replace_by(path, write_two, &errnum, &err), -ENOMEM);
	assert_string_equal(err.text, "it went wrong");
	assert_int_equal(ow_file_read(AT_FDCWD, path, 10, *state, &got, &err), 0);
	assert_true(ow_str_is(got, "one two"));
	errnum = 0;
	assert_int_equal(ow_file_replace_by("/dev/full", write_two, &errnum, &err), -ENOSPC);
	assert_non_null(strstr(err.text, "cannot write '/dev/full'"));
	assert_int_equal(sweep(dir), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_is_written_is_read),
		UNIT(files_without_a_size_are_read),
		UNIT(too_large_a_file_is_an_error_and_one_that_just_fits_is_not),
		UNIT(what_is_no_file_is_refused_and_nothing_waits),
		UNIT(a_file_is_looked_up_below_the_directory),
		UNIT(a_replaced_file_keeps_its_mode_and_a_link_stays_a_link),
		UNIT(a_failed_write_leaves_nothing),
		UNIT(a_name_of_a_descriptor_is_added_to),
		UNIT(what_is_written_piece_by_piece_is_all_or_nothing),
	};

	return cmocka_run_group_tests_name("base/file", tests, NULL, NULL);
}
