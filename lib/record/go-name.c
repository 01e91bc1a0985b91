/* SPDX-License-Identifier: Apache-2.0 */
#include "record/go-name.h"

#include "base/arena.h"

/* What import paths of Go's own packages begin with, up to Go 1.26. */
static const char *const own[] = {
	"archive", "arena",   "bufio",    "builtin", "bytes",   "cmp",      "compress", "container",
	"context", "crypto",  "database", "debug",   "embed",   "encoding", "errors",   "expvar",
	"flag",    "fmt",     "go",       "hash",    "html",    "image",    "index",    "internal",
	"io",      "iter",    "log",      "maps",    "math",    "mime",     "net",      "os",
	"path",    "plugin",  "reflect",  "regexp",  "runtime", "slices",   "sort",     "strconv",
	"strings", "structs", "sync",     "syscall", "testing", "text",     "time",     "unicode",
	"unique",  "unsafe",  "vendor",   "weak",
};

struct ow_str ow_go_package(struct ow_str function)
{
	struct ow_str path = function;
	size_t slash = 0;

	for (size_t i = 0; i < path.n && path.p[i] != '[' && path.p[i] != '('; i++)
		if (path.p[i] == '/')
			slash = i;
	for (size_t i = slash; i < path.n; i++) {
		if (path.p[i] == '.') {
			path.n = i;
			return path;
		}
	}
	path.n = 0;
	return path;
}

bool ow_go_is_standard(struct ow_str package)
{
	struct ow_str rest = package, first = package;

	(void)ow_scan_until(&rest, "/", &first);
	for (size_t i = 0; i < OW_ARRAY_SIZE(own); i++)
		if (ow_str_is(first, own[i]))
			return true;
	return false;
}
