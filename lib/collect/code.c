/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/code.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"

#define FILE_MAX  OW_MIB(16)
#define TRIED_MAX OW_KIB(8)

struct search {
	struct ow_arena *arena;
	const struct ow_code_paths *paths;
	struct ow_code *code;
	struct ow_str text;
	char *tried;
	size_t n_tried;
	int error; /* of the last try */
};

static void remember(struct search *search, const char *path)
{
	const size_t n = strlen(path);

	if (!search->tried || search->n_tried + n + 2 > TRIED_MAX)
		return;
	memcpy(search->tried + search->n_tried, path, n);
	search->n_tried += n;
	search->tried[search->n_tried++] = '\n';
}

/* Reads it when it is there. */
static bool try_path(struct search *search, const char *path)
{
	struct ow_str text;
	int r;

	if (!path)
		return false;
	r = ow_file_read(AT_FDCWD, path, FILE_MAX, search->arena, &text, NULL);
	search->error = r;
	if (r < 0) {
		remember(search, path);
		return false;
	}
	search->text = text;
	search->code->path = path;
	return true;
}

static bool try_below(struct search *search, struct ow_str folder, struct ow_str path)
{
	if (folder.n == 0 || path.n == 0)
		return false;
	return try_path(search, ow_printf(search->arena, "%.*s/%.*s", (int)folder.n, folder.p,
					  (int)path.n, path.p));
}

static struct ow_str parent_of(struct ow_str folder)
{
	while (folder.n > 1 && folder.p[folder.n - 1] != '/')
		folder.n--;
	while (folder.n > 1 && folder.p[folder.n - 1] == '/')
		folder.n--;
	return folder;
}

/* Below the folder, and below each that it is in. */
static bool try_upwards(struct search *search, struct ow_str folder, struct ow_str path)
{
	while (folder.n) {
		const struct ow_str parent = parent_of(folder);
		struct ow_str top = folder;

		if (folder.n == 1 && folder.p[0] == '/')
			top.n = 0;
		if (try_path(search, ow_printf(search->arena, "%.*s/%.*s", (int)top.n, top.p,
					       (int)path.n, path.p)))
			return true;
		if (parent.n == folder.n)
			break;
		folder = parent;
	}
	return false;
}

/* "sources/github.com/!burnt!sushi/toml@v1.2.3": capitals as the module cache writes them. */
static struct ow_str escaped(struct ow_arena *arena, struct ow_str path)
{
	char *out = ow_alloc(arena, 2 * path.n + 1, 1);
	size_t n = 0;

	if (!out)
		return path;
	for (size_t i = 0; i < path.n; i++) {
		const char c = path.p[i];

		if (c >= 'A' && c <= 'Z')
			out[n++] = '!';
		out[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	return (struct ow_str){ out, n };
}

/* Only the path of the module is escaped, not that of the file in it. */
static struct ow_str escaped_module(struct ow_arena *arena, struct ow_str path)
{
	const char *at = memchr(path.p, '@', path.n);
	const char *end = at ? memchr(at, '/', (size_t)(path.p + path.n - at)) : NULL;
	struct ow_str module = path, rest = { "", 0 };
	char *out;

	if (end) {
		module.n = (size_t)(end - path.p);
		rest = ow_str_skip(path, module.n);
	}
	module = escaped(arena, module);
	out = ow_printf(arena, "%.*s%.*s", (int)module.n, module.p, (int)rest.n, rest.p);
	return out ? ow_str(out) : path;
}

/* What is behind the text, where it stands last; false when it does not. */
static bool behind(struct ow_str path, const char *text, struct ow_str *ret)
{
	struct ow_str front, rest = path;

	if (!ow_scan_until_last(&rest, text, &front))
		return false;
	*ret = rest;
	return true;
}

static bool try_module_cache(struct search *search, struct ow_str path)
{
	const char *cache = getenv("GOMODCACHE"), *gopath = getenv("GOPATH"),
		   *home = getenv("HOME");
	struct ow_str rest = path, module;

	(void)behind(path, "/pkg/mod/", &rest);
	if (!memchr(rest.p, '@', rest.n))
		return false;
	if (rest.p[0] == '/')
		rest = ow_str_skip(rest, 1);
	module = memchr(rest.p, '!', rest.n) ? rest : escaped_module(search->arena, rest);
	if (!cache && gopath)
		cache = ow_printf(search->arena, "%s/pkg/mod", gopath);
	else if (!cache && home)
		cache = ow_printf(search->arena, "%s/go/pkg/mod", home);
	return cache && try_below(search, ow_str(cache), module);
}

/* Go's own library: "fmt/print.go", or what is behind /src/ of the Go that built it. */
static bool try_library(struct search *search, struct ow_str path)
{
	static const char *const usual[] = { "/usr/lib/go/src", "/usr/local/go/src",
					     "/usr/share/go/src" };
	const char *root = getenv("GOROOT");
	struct ow_str rest = path;

	if (path.p[0] == '/' && !behind(path, "/src/", &rest))
		return false;
	if (root &&
	    try_path(search, ow_printf(search->arena, "%s/src/%.*s", root, (int)rest.n, rest.p)))
		return true;
	for (size_t i = 0; i < OW_ARRAY_SIZE(usual); i++)
		if (try_below(search, ow_str(usual[i]), rest))
			return true;
	return false;
}

/* "github.com/a/b@v1.2.3/c.go" without the version, as it lies in vendor. */
static struct ow_str without_version(struct ow_arena *arena, struct ow_str path)
{
	const char *at = memchr(path.p, '@', path.n);
	const char *end = at ? memchr(at, '/', (size_t)(path.p + path.n - at)) : NULL;
	char *out;

	if (!end)
		return path;
	out = ow_printf(
		arena, "%.*s%s", (int)(at - path.p), path.p,
		ow_str_keep(arena, (struct ow_str){ end, (size_t)(path.p + path.n - end) }));
	return out ? ow_str(out) : path;
}

static struct ow_str module_of(struct search *search, struct ow_str folder)
{
	const char *path = ow_printf(search->arena, "%.*s/go.mod", (int)folder.n, folder.p);
	struct ow_str text, line, front, none = { "", 0 };

	if (!path || ow_file_read(AT_FDCWD, path, OW_MIB(1), search->arena, &text, NULL) < 0)
		return none;
	while (ow_scan_line(&text, &line)) {
		line = ow_str_trim(line);
		if (!ow_scan_lit(&line, "module ") && !ow_scan_lit(&line, "module\t"))
			continue;
		if (ow_scan_until(&line, "//", &front))
			line = front;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		line = ow_str_trim(line);
		if (line.n > 1 && (line.p[0] == '"' || line.p[0] == '`'))
			line = (struct ow_str){ line.p + 1, line.n - 2 };
		return line;
	}
	return none;
}

/* The path in the module that has its top there: without the module's name and version, or in
 * vendor. */
static bool try_module(struct search *search, struct ow_str top, struct ow_str module,
		       struct ow_str path)
{
	struct ow_str rest = path;

	(void)behind(path, "/pkg/mod/", &rest);
	rest = without_version(search->arena, rest);
	if (module.n && rest.n > module.n && memcmp(rest.p, module.p, module.n) == 0 &&
	    rest.p[module.n] == '/' && try_below(search, top, ow_str_skip(rest, module.n + 1)))
		return true;
	return rest.n && rest.p[0] != '/' &&
	       try_path(search, ow_printf(search->arena, "%.*s/vendor/%.*s", (int)top.n, top.p,
					  (int)rest.n, rest.p));
}

/* The path below a tree's top: in its module, or as much of its end as is there. */
static bool try_tree(struct search *search, struct ow_str top, struct ow_str path)
{
	struct ow_str rest = path;

	if (try_module(search, top, module_of(search, top), path))
		return true;
	while (rest.n) {
		struct ow_str front;

		if (rest.p[0] != '/' && try_below(search, top, rest))
			return true;
		if (!ow_scan_until(&rest, "/", &front))
			return false;
	}
	return false;
}

/* The module that the folder is in, as go finds it: by the nearest go.mod upwards. */
static bool try_module_around(struct search *search, struct ow_str folder, struct ow_str path)
{
	for (;;) {
		const struct ow_str parent = parent_of(folder), module = module_of(search, folder);

		if (module.n)
			return try_module(search, folder, module, path);
		if (parent.n == folder.n)
			return false;
		folder = parent;
	}
}

static bool try_trees(struct search *search, struct ow_str path)
{
	struct ow_str list = ow_str(search->paths->roots ? search->paths->roots : ""), top;
	char folder[PATH_MAX];

	while (ow_path_next(&list, &top))
		if (top.n && try_tree(search, top, path))
			return true;
	return getcwd(folder, sizeof(folder)) && try_module_around(search, ow_str(folder), path);
}

/* As pprof looks for it; sets its message when it finds nothing. */
static bool try_as_pprof(struct search *search, struct ow_str path, struct ow_str folders)
{
	struct ow_str list = folders, folder;
	const char *whole = ow_str_keep(search->arena, path);

	if (!whole)
		return false;
	if (path.n && path.p[0] == '/') {
		if (try_path(search, whole))
			return true;
		search->code->error =
			ow_printf(search->arena, "open %s: %s", whole,
				  search->error == -ENOENT ? "no such file or directory"
							   : strerrordesc_np(-search->error));
		return false;
	}
	while (ow_path_next(&list, &folder))
		if (try_upwards(search, folder, path))
			return true;
	search->code->error = ow_printf(search->arena, "could not find file %s on path %.*s", whole,
					(int)folders.n, folders.p);
	return false;
}

static int split_lines(struct search *search)
{
	struct ow_str rest = search->text, line;
	struct ow_code *code = search->code;

	code->line = ow_grow(search->arena, NULL, 0, sizeof(*code->line));
	while (code->line && ow_scan_line(&rest, &line)) {
		struct ow_str *more =
			ow_grow(search->arena, code->line, code->n, sizeof(*code->line));

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!more)
			return -ENOMEM;
		code->line = more;
		more[code->n++] = line;
	}
	return code->line ? 0 : -ENOMEM;
}

int ow_code_find(struct ow_str file, const struct ow_code_paths *paths, struct ow_arena *arena,
		 struct ow_code *ret)
{
	struct search search = { .arena = arena, .paths = paths, .code = ret };
	char folder[PATH_MAX];
	const char *folders = paths->search;
	struct ow_str path;

	*ret = (struct ow_code){ .error = "no such file" };
	search.tried = ow_alloc(arena, TRIED_MAX, 1);
	if (!folders || !*folders)
		folders = getcwd(folder, sizeof(folder)) ? folder : "/";
	path = ow_path_trim(file, paths->trim, folders);
	if (path.n == 0)
		return 0;
	if (try_as_pprof(&search, path, ow_str(folders)) || try_trees(&search, path) ||
	    try_module_cache(&search, path) || try_library(&search, path))
		return split_lines(&search);
	ret->tried = search.tried;
	if (search.tried && search.n_tried)
		search.tried[search.n_tried - 1] = '\0';
	return ow_arena_refused(arena) || !ret->error ? -ENOMEM : 0;
}
