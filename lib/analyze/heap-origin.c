/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap.h"
#include "record/go-name.h"

/* What tells code of other languages from the user's. */
static const struct {
	const char *text;
	bool file, front; /* stands in the file's path, not in the name; only at its front */
	enum ow_heap_origin origin;
} marks[] = {
	{ "operator new", false, true, OW_HEAP_STANDARD },
	{ "malloc", false, true, OW_HEAP_STANDARD },
	{ "calloc", false, true, OW_HEAP_STANDARD },
	{ "realloc", false, true, OW_HEAP_STANDARD },
	{ "posix_memalign", false, true, OW_HEAP_STANDARD },
	{ "aligned_alloc", false, true, OW_HEAP_STANDARD },
	{ "memalign", false, true, OW_HEAP_STANDARD },
	{ "je_", false, true, OW_HEAP_STANDARD },
	{ "_rjem_", false, true, OW_HEAP_STANDARD },
	{ "tc_", false, true, OW_HEAP_STANDARD },
	{ "tcmalloc", false, true, OW_HEAP_STANDARD },
	{ "prof_", false, true, OW_HEAP_STANDARD },
	{ "std::", false, true, OW_HEAP_STANDARD },
	{ "__", false, true, OW_HEAP_STANDARD },
	{ "core::", false, true, OW_HEAP_STANDARD },
	{ "alloc::", false, true, OW_HEAP_STANDARD },
	{ "<alloc::", false, true, OW_HEAP_STANDARD },
	{ "<core::", false, true, OW_HEAP_STANDARD },
	{ "<std::", false, true, OW_HEAP_STANDARD },
	{ "/usr/include/", true, true, OW_HEAP_STANDARD },
	{ "/rustc/", true, true, OW_HEAP_STANDARD },
	{ "node:", true, true, OW_HEAP_STANDARD },
	{ "/.cargo/registry/", true, false, OW_HEAP_LIBRARY },
	{ "/node_modules/", true, false, OW_HEAP_LIBRARY },
	{ "/site-packages/", true, false, OW_HEAP_LIBRARY },
	{ "/dist-packages/", true, false, OW_HEAP_LIBRARY },
};

static bool begins(struct ow_str s, const char *text)
{
	return ow_scan_lit(&s, text);
}

static bool ends(struct ow_str s, const char *text)
{
	const size_t n = strlen(text);

	return s.n >= n && memcmp(s.p + s.n - n, text, n) == 0;
}

/* Does the path hold the package below src, as Go's own tree has it? A path that is not from the
 * root was cut by -trimpath, and says nothing. */
static bool may_be_go_tree(struct ow_str file, struct ow_str package)
{
	struct ow_str rest = file, front;

	if (file.n == 0 || (file.p[0] != '/' && !(file.n > 2 && file.p[1] == ':')))
		return true;
	while (ow_scan_until(&rest, "/src/", &front)) {
		struct ow_str below = rest;

		if (below.n > package.n && memcmp(below.p, package.p, package.n) == 0 &&
		    below.p[package.n] == '/')
			return true;
	}
	return false;
}

/* "@v1" of "example.com/lib@v1.2.3/x.go"; NULL when there is none. */
static const char *version_in(struct ow_str file)
{
	struct ow_str rest = file, front;

	while (ow_scan_until(&rest, "@v", &front))
		if (rest.n && rest.p[0] >= '0' && rest.p[0] <= '9')
			return rest.p - 2;
	return NULL;
}

static bool is_go_library(struct ow_str function, struct ow_str file)
{
	return ow_str_has(file, "/pkg/mod/") || ow_str_has(file, "/vendor/") ||
	       ow_str_has(function, "/vendor/") || version_in(file) || begins(file, "external/") ||
	       ow_str_has(file, "/external/");
}

static enum ow_heap_origin other_origin(struct ow_str function, struct ow_str file)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(marks); i++) {
		const struct ow_str text = marks[i].file ? file : function;

		if (marks[i].front ? begins(text, marks[i].text) : ow_str_has(text, marks[i].text))
			return marks[i].origin;
	}
	return OW_HEAP_OWN;
}

enum ow_heap_origin ow_heap_origin(struct ow_str function, struct ow_str file, struct ow_str own)
{
	const struct ow_str package = ow_go_package(function);

	if (function.n == 0 && file.n == 0)
		return OW_HEAP_NAMELESS;
	if (file.n && !ends(file, ".go") && !ends(file, ".s"))
		return other_origin(function, file);
	if (ow_str_is(package, "main") || (own.n && ow_str_find(file, own)))
		return OW_HEAP_OWN;
	if (package.n && ow_go_is_standard(package) && may_be_go_tree(file, package))
		return OW_HEAP_STANDARD;
	if (file.n == 0)
		return other_origin(function, file);
	return is_go_library(function, file) ? OW_HEAP_LIBRARY : OW_HEAP_OWN;
}

struct ow_str ow_heap_own_module(struct ow_str main_file)
{
	const char *version = version_in(main_file);
	struct ow_str rest = main_file, front, none = { "", 0 };
	const char *end;

	if (!version)
		return none;
	if (ow_scan_until_last(&rest, "/pkg/mod/", &front) && rest.p <= version)
		main_file = rest;
	end = memchr(version, '/', (size_t)(main_file.p + main_file.n - version));
	if (!end)
		return none;
	return (struct ow_str){ main_file.p, (size_t)(end + 1 - main_file.p) };
}
