/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "read/case.h"
#include "unit.h"

#define SUM "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define FILE_OF(path)                                                                \
	"{\"path\":\"" path "\",\"source\":\"s\",\"time\":\"2026-11-20T07:51:02Z\"," \
	"\"sha256\":\"" SUM "\"}"
#define MANIFEST(files) "{\"schema\":\"oomwhy.case/1\",\"files\":[" files "]}"

static int read_manifest(struct ow_arena *arena, const char *json, struct ow_manifest_file **file,
			 size_t *n, struct ow_err *err)
{
	return ow_manifest_read(ow_str(json), arena, file, n, err);
}

static void files_are_listed_in_their_order(void **state)
{
	struct ow_manifest_file *file;
	struct ow_err err;
	size_t n;

	assert_int_equal(read_manifest(*state, MANIFEST(FILE_OF("kernel/kmsg") "," FILE_OF("host")),
				       &file, &n, &err),
			 0);
	assert_int_equal(n, 2);
	assert_string_equal(file[0].path, "kernel/kmsg");
	assert_string_equal(file[0].source, "s");
	assert_string_equal(file[0].sha256, SUM);
	assert_true(file[0].time_usec == INT64_C(1795161062000000));
	assert_string_equal(file[1].path, "host");
}

static void a_case_may_be_empty(void **state)
{
	struct ow_manifest_file *file;
	struct ow_err err;
	size_t n = 7;

	assert_int_equal(read_manifest(*state, MANIFEST(""), &file, &n, &err), 0);
	assert_int_equal(n, 0);
}

static void paths_that_leave_the_case_are_refused(void **state)
{
	static const char *const cases[] = {
		MANIFEST(FILE_OF("/etc/shadow")),
		MANIFEST(FILE_OF("../x")),
		MANIFEST(FILE_OF("a/../../x")),
		MANIFEST(FILE_OF("a/..")),
		MANIFEST(FILE_OF("..")),
		MANIFEST(FILE_OF(".")),
		MANIFEST(FILE_OF("./host")),
		MANIFEST(FILE_OF("a//b")),
		MANIFEST(FILE_OF("a/")),
		MANIFEST(FILE_OF("a\\nb")),
		MANIFEST(FILE_OF("a\\u001b[2Jb")),
		MANIFEST(FILE_OF("a\\u0000/b")),
		MANIFEST(FILE_OF("")),
		MANIFEST(FILE_OF("host") "," FILE_OF("host")),
		MANIFEST(FILE_OF("a/b") "," FILE_OF("host") "," FILE_OF("a\\/b")),
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_manifest_file *file = NULL;
		struct ow_err err = { "" };
		size_t n = 7;

		assert_int_equal(read_manifest(*state, cases[i], &file, &n, &err), -EBADMSG);
		assert_true(err.text[0]);
		assert_null(file);
		assert_int_equal(n, 7);
	}
}

static void names_that_only_look_like_it_are_taken(void **state)
{
	struct ow_manifest_file *file;
	struct ow_err err;
	size_t n;

	assert_int_equal(read_manifest(*state,
				       MANIFEST(FILE_OF("kernel/...") "," FILE_OF("..a/b..")),
				       &file, &n, &err),
			 0);
	assert_int_equal(n, 2);
}

static void what_is_no_manifest_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"{}",
		"[]",
		"{\"schema\":\"oomwhy.case/2\",\"files\":[]}",
		"{\"schema\":\"oomwhy.case/1\"}",
		"{\"schema\":\"oomwhy.case/1\",\"files\":{}}",
		"{\"schema\":\"oomwhy.case/1\",\"files\":[],\"files\":[]}",
		MANIFEST("7"),
		MANIFEST("{}"),
		MANIFEST("{\"path\":\"host\"}"),
		MANIFEST("{\"path\":\"host\",\"source\":\"s\",\"time\":\"yesterday\","
			 "\"sha256\":\"" SUM "\"}"),
		MANIFEST("{\"path\":\"host\",\"source\":\"s\",\"time\":\"2026-11-20T07:51:02Z\","
			 "\"sha256\":\"9f86\"}"),
		MANIFEST(FILE_OF("host")) "x",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_manifest_file *file = NULL;
		struct ow_err err = { "" };
		size_t n;

		assert_int_equal(read_manifest(*state, cases[i], &file, &n, &err), -EBADMSG);
		assert_true(err.text[0]);
		assert_null(file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(files_are_listed_in_their_order),
		UNIT(a_case_may_be_empty),
		UNIT(paths_that_leave_the_case_are_refused),
		UNIT(names_that_only_look_like_it_are_taken),
		UNIT(what_is_no_manifest_is_refused),
	};

	return cmocka_run_group_tests_name("read/manifest", tests, NULL, NULL);
}
