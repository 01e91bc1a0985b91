/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_FILE_H
#define OW_BASE_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "base/scan.h"

/* For ow_scoped: closes a descriptor of 3 or more. */
void ow_closep(int *fd);

/* All of a small file (also one of /proc or a cgroup) below the directory dirfd (AT_FDCWD for
 * none). -EFBIG past max bytes; else what openat(2) or read(2) said. */
int ow_file_read(int dirfd, const char *path, size_t max, struct ow_arena *arena,
		 struct ow_str *ret, struct ow_err *err);

/*
 * Replaces path by bytes, all or nothing: written beside it, synced, renamed. A file that was there
 * keeps its mode; a path that is no regular file (a terminal, a pipe, /dev/stdout) is written to
 * as it is. Returns 0 or a negative errno with err filled; nothing is left behind.
 */
int ow_file_replace(const char *path, struct ow_str bytes, struct ow_err *err);

/* As above with what write puts into out, which may be more than fits in memory. What it fails with
 * is returned, and the file is as it was. */
int ow_file_replace_by(const char *path, int (*write)(void *arg, FILE *out, struct ow_err *err),
		       void *arg, struct ow_err *err);

#endif
