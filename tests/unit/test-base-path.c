/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include "unit.h"

static void paths_become_the_shortest(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "a/b.go", "a/b.go" },
		{ "a//b", "a/b" },
		{ "./a", "a" },
		{ "a/./b/", "a/b" },
		{ "a/../b", "b" },
		{ "../a", "../a" },
		{ "a/../../b", "../b" },
		{ "/../a", "/a" },
		{ "/", "/" },
		{ "//a//../b//", "/b" },
		{ ".", "." },
		{ "a/..", "." },
		{ ".hidden/x", ".hidden/x" },
		{ "/a/b/../../..", "/" },
		{ "../../x/..", "../.." },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const struct ow_str clean = ow_path_clean(*state, ow_str(rows[i][0]));

		assert_true(ow_str_is(clean, rows[i][1]));
	}
}

static void the_last_part_is_found(void **state)
{
	static const char *const rows[][2] = {
		{ "/usr/bin/prog", "prog" },
		{ "prog", "prog" },
		{ "/", "/" },
		{ "", "." },
		{ "a/b/", "b" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_true(ow_str_is(ow_path_base(ow_str(rows[i][0])), rows[i][1]));
}

static void what_lies_before_sources_is_cut(void **state)
{
	static const struct {
		const char *path, *trim, *search, *left;
	} rows[] = {
		{ "/src/app/main.go", "/src", "", "app/main.go" },
		{ "/src/app/main.go", "/x:/src/", "", "app/main.go" },
		{ "/srcs/main.go", "/src", "", "/srcs/main.go" },
		{ "/remote/app/x/main.go", "", "/local/app", "x/main.go" },
		{ "/remote/app/x/main.go", "/other", "/local/app", "/remote/app/x/main.go" },
		{ "/proc/self/cwd/./a.c", "", "", "a.c" },
		{ "/proc/self/cwd/a.c", "", "", "a.c" },
		{ "", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_true(
			ow_str_is(ow_path_trim(ow_str(rows[i].path), rows[i].trim, rows[i].search),
				  rows[i].left));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(paths_become_the_shortest),
		UNIT(the_last_part_is_found),
		UNIT(what_lies_before_sources_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
