/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_FOLDER_H
#define OW_TESTS_FOLDER_H

#include <ftw.h>
#include <sys/stat.h>

#include "unit.h"

/* A folder that goes, with all in it, when the test is over. */

static inline int folder_remove_one(const char *path, const struct stat *status, int type,
				    struct FTW *ftw)
{
	(void)status, (void)type, (void)ftw;
	return remove(path);
}

static inline void folder_remove(char *const *path)
{
	(void)nftw(*path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Its path is short: a socket may be in it. */
static inline char *folder_new(struct ow_arena *arena)
{
	char *path = ow_printf(arena, "/tmp/oomwhy-test-XXXXXX");

	assert_non_null(path);
	assert_non_null(mkdtemp(path));
	return path;
}

/* A file in the folder; the folders on the way to it are made. */
static inline void folder_write(struct ow_arena *arena, const char *folder, const char *name,
				const char *text)
{
	char *path = ow_printf(arena, "%s/%s", folder, name);
	FILE *out;

	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0755);
		*slash = '/';
	}
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

#define FOLDER(name) ow_scoped(folder_remove) char *const name = folder_new(*state)

#endif
