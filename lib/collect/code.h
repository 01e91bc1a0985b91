/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_CODE_H
#define OW_COLLECT_CODE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/scan.h"

/* Where source code may lie that a profile names; lists of folders with colons between. */
struct ow_code_paths {
	const char *search; /* pprof's source_path; NULL: the current folder */
	const char *trim;   /* pprof's trim_path */
	const char *roots;  /* the tops of source trees of ours */
};

/* A source file, line by line. */
struct ow_code {
	struct ow_str *line;
	size_t n;
	const char *path;  /* where it was found; NULL: nowhere */
	const char *error; /* as pprof says it, when it was found nowhere */
	const char *tried; /* the places, one a line */
};

/*
 * Finds the source file that a profile calls so. First as pprof does: the path itself, or below
 * each folder of search and their parents. Then where Go's builds hide it: the tops of trees with
 * as much of the path as is there (-trimpath, containers), without the module's own name, in
 * vendor; the module that the current folder is in; the module cache (with its ! before capitals);
 * Go's own library. Always sets *ret; returns 0, or -ENOMEM.
 */
int ow_code_find(struct ow_str file, const struct ow_code_paths *paths, struct ow_arena *arena,
		 struct ow_code *ret);

#endif
