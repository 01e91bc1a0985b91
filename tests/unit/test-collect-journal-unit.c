/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit wrote, out of a journal in which others wrote as well. */
#include <errno.h>
#include <string.h>

#include "journal.h"

static void put_line(FILE *file, int64_t second, const char *field, const char *unit,
		     const char *text)
{
	fprintf(file,
		"__REALTIME_TIMESTAMP=%" PRIi64 "\n__MONOTONIC_TIMESTAMP=%" PRIi64
		"\n_BOOT_ID=%s\n_TRANSPORT=stdout\nSYSLOG_IDENTIFIER=app\n%s=%s\nMESSAGE=%s\n\n",
		WALL + second * OW_USEC_PER_SEC, second * OW_USEC_PER_SEC, BOOT_A, field, unit,
		text);
}

/* folder/system.journal, with lines of two units of the system and one of a user. */
static void make(const char *folder)
{
	char path[256];
	FILE *file = journal_open(folder, path);

	put_line(file, 1, "_SYSTEMD_UNIT", "app.service", "gc 1 of app");
	put_line(file, 2, "_SYSTEMD_UNIT", "other.service", "gc 1 of other");
	put_line(file, 3, "_SYSTEMD_UNIT", "app.service", "gc 2 of app");
	put_line(file, 4, "_SYSTEMD_USER_UNIT", "mine.service", "gc 1 of mine");
	put_line(file, 5, "_SYSTEMD_UNIT", "app.service", "gc 3 of app");
	journal_make(file, path, folder, "system.journal");
}

struct bytes {
	char text[16384];
	size_t n;
	int waited;
};

static int take(void *arg, const char *bytes, size_t n)
{
	struct bytes *got = arg;

	assert_true(got->n + n < sizeof(got->text));
	memcpy(got->text + got->n, bytes, n);
	got->n += n;
	return 0;
}

static int wait_twice(void *arg)
{
	struct bytes *got = arg;

	return ++got->waited < 2 ? 0 : -ECANCELED;
}

static int read_unit(const char *folder, const char *unit, int64_t since, int64_t until,
		     struct bytes *got, struct ow_err *err)
{
	*got = (struct bytes){ .n = 0 };
	return ow_journal_read_unit(&(struct ow_journal_unit){ .unit = unit,
							       .directory = folder,
							       .since_usec = since,
							       .until_usec = until },
				    take, got, err);
}

static void only_the_unit_s_lines_come(void **state)
{
	FOLDER(folder);
	struct bytes got;
	struct ow_err err;

	(void)state;
	make(folder);
	assert_int_equal(read_unit(folder, "app", INT64_MIN, INT64_MAX, &got, &err), 0);
	assert_non_null(strstr(got.text, "MESSAGE=gc 1 of app\n"));
	assert_non_null(strstr(got.text, "MESSAGE=gc 3 of app\n"));
	assert_null(strstr(got.text, "other"));
	assert_null(strstr(got.text, "mine"));
	assert_int_equal(read_unit(folder, "app.service", INT64_MIN, INT64_MAX, &got, &err), 0);
	assert_non_null(strstr(got.text, "gc 1 of app"));
	assert_int_equal(read_unit(folder, "mine", INT64_MIN, INT64_MAX, &got, &err), 0);
	assert_non_null(strstr(got.text, "gc 1 of mine"));
}

static void only_the_period_comes(void **state)
{
	FOLDER(folder);
	struct bytes got;
	struct ow_err err;

	(void)state;
	make(folder);
	assert_int_equal(read_unit(folder, "app", WALL + 2 * OW_USEC_PER_SEC,
				   WALL + 4 * OW_USEC_PER_SEC, &got, &err),
			 0);
	assert_null(strstr(got.text, "gc 1 of app"));
	assert_non_null(strstr(got.text, "gc 2 of app"));
	assert_null(strstr(got.text, "gc 3 of app"));
}

static void what_is_not_there_is_said(void **state)
{
	FOLDER(folder);
	struct bytes got;
	struct ow_err err;

	(void)state;
	make(folder);
	assert_int_equal(read_unit(folder, "missing", INT64_MIN, INT64_MAX, &got, &err), -ENODATA);
	assert_non_null(strstr(err.text, "missing"));
	assert_int_equal(read_unit(folder, "a/b", INT64_MIN, INT64_MAX, &got, &err), -EINVAL);
	assert_int_equal(read_unit(folder, "", INT64_MIN, INT64_MAX, &got, &err), -EINVAL);
}

static void following_ends_when_it_is_told_to(void **state)
{
	FOLDER(folder);
	struct bytes got = { .n = 0 };
	struct ow_err err;

	(void)state;
	make(folder);
	assert_int_equal(ow_journal_read_unit(&(struct ow_journal_unit){ .unit = "app",
									 .directory = folder,
									 .since_usec = INT64_MIN,
									 .until_usec = INT64_MAX,
									 .wait = wait_twice },
					      take, &got, &err),
			 -ECANCELED);
	assert_non_null(strstr(got.text, "gc 3 of app"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(only_the_unit_s_lines_come),
		UNIT(only_the_period_comes),
		UNIT(what_is_not_there_is_said),
		UNIT(following_ends_when_it_is_told_to),
	};

	return JOURNAL_TESTS("collect/journal-unit", tests);
}
