/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/code.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "unit.h"

/* A file below the folder, with the folders above it; it holds its own path. */
static void put(const char *folder, const char *path, const char *text)
{
	char whole[4096];
	FILE *file;

	(void)snprintf(whole, sizeof(whole), "%s/%s", folder, path);
	for (char *slash = whole + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(whole, 0755);
		*slash = '/';
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	fprintf(file, "%s\nsecond\r\n", text ? text : path);
	assert_int_equal(fclose(file), 0);
}

static void sources_are_found_where_builds_hide_them(void **state)
{
	static const struct {
		const char *file, *found; /* found: the path below the folder */
	} rows[] = {
		{ "sub/a.go", "tree/sub/a.go" },                  /* below source_path */
		{ "top.go", "top.go" },                           /* above it */
		{ "/build/app/cmd/main.go", "root/cmd/main.go" }, /* its end, below a root */
		{ "example.com/mod/pkg/x.go", "root/pkg/x.go" },  /* without the module */
		{ "example.com/lib@v1.2.3/l.go", "root/vendor/example.com/lib/l.go" },
		{ "github.com/BurntSushi/toml@v1.0.0/T.go",
		  "cache/github.com/!burnt!sushi/toml@v1.0.0/T.go" },
		{ "/ci/go/pkg/mod/github.com/BurntSushi/toml@v1.0.0/T.go",
		  "cache/github.com/!burnt!sushi/toml@v1.0.0/T.go" },
		{ "fmt/print.go", "goroot/src/fmt/print.go" },
		{ "/usr/lib/go-9.99/src/fmt/print.go", "goroot/src/fmt/print.go" },
		{ "nowhere/n.go", NULL },
		{ "/nowhere/n.go", NULL },
		{ "", NULL },
	};
	FOLDER(folder);
	struct ow_code_paths paths = { 0 };

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		if (rows[i].found)
			put(folder, rows[i].found, NULL);
	put(folder, "root/go.mod", "module example.com/mod");
	paths.search = ow_printf(*state, "%s/tree", folder);
	paths.roots = ow_printf(*state, "%s/none:%s/root", folder, folder);
	assert_int_equal(setenv("GOMODCACHE", ow_printf(*state, "%s/cache", folder), 1), 0);
	assert_int_equal(setenv("GOROOT", ow_printf(*state, "%s/goroot", folder), 1), 0);

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_code code;

		assert_int_equal(ow_code_find(ow_str(rows[i].file), &paths, *state, &code), 0);
		if (!rows[i].found) {
			assert_null(code.path);
			assert_non_null(code.error);
			continue;
		}
		if (!code.path)
			fail_msg("%s: %s, tried\n%s", rows[i].file, code.error, code.tried);
		assert_int_equal(code.n, 2);
		assert_true(ow_str_is(code.line[0], rows[i].found));
		assert_true(ow_str_is(code.line[1], "second"));
	}
}

/* As go does it: the nearest go.mod upwards says which module one is in. */
static void the_module_around_is_found_from_any_of_its_folders(void **state)
{
	static const struct {
		const char *file, *found;
	} rows[] = {
		{ "example.com/App/inner/i.go", "app/inner/i.go" },
		{ "example.com/App@v1.2.3/inner/i.go", "app/inner/i.go" },
		{ "/go/pkg/mod/example.com/App@v1.2.3/inner/i.go", "app/inner/i.go" },
		{ "example.com/Lib@v1.0.0/l.go", "app/vendor/example.com/Lib/l.go" },
		{ "example.com/Apple/i.go", NULL },
		{ "/elsewhere/inner/i.go", NULL }, /* it might be of any program */
	};
	static const char *const mods[] = { "module example.com/App",
					    "module\texample.com/App // the shop\r",
					    "module \"example.com/App\"" };
	FOLDER(folder);
	const struct ow_code_paths paths = { .search = "/no/such" };
	char before[4096];

	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(setenv("GOMODCACHE", "/no/cache", 1), 0);
	put(folder, "app/sub/deep/x.go", NULL);
	put(folder, "app/inner/i.go", NULL);
	put(folder, "app/vendor/example.com/Lib/l.go", NULL);
	assert_int_equal(chdir(ow_printf(*state, "%s/app/sub/deep", folder)), 0);
	for (size_t k = 0; k < OW_ARRAY_SIZE(mods); k++) {
		put(folder, "app/go.mod", mods[k]);
		for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
			struct ow_code code;

			assert_int_equal(ow_code_find(ow_str(rows[i].file), &paths, *state, &code),
					 0);
			if ((code.path != NULL) != (rows[i].found != NULL) ||
			    (code.path && !ow_str_is(code.line[0], rows[i].found)))
				fail_msg("%s with %s: %s", rows[i].file, mods[k],
					 code.path ? code.path : code.error);
		}
	}
	assert_int_equal(chdir(before), 0);
}

static void what_was_tried_is_said(void **state)
{
	const struct ow_code_paths paths = { .search = "/no/such:/folder", .roots = "/no/root" };
	struct ow_code code;

	assert_int_equal(ow_code_find(OW_STR("pkg/x.go"), &paths, *state, &code), 0);
	assert_string_equal(code.error, "could not find file pkg/x.go on path /no/such:/folder");
	assert_non_null(strstr(code.tried, "/no/such/pkg/x.go\n/no/pkg/x.go\n/pkg/x.go\n"));
	assert_non_null(strstr(code.tried, "/no/root/vendor/pkg/x.go\n"));
	assert_int_equal(ow_code_find(OW_STR("/no/x.go"), &paths, *state, &code), 0);
	assert_string_equal(code.error, "open /no/x.go: no such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(sources_are_found_where_builds_hide_them),
		UNIT(the_module_around_is_found_from_any_of_its_folders),
		UNIT(what_was_tried_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
