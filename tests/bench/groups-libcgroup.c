/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libcgroup takes to walk over all groups of the memory controller of this host and to read
 *the files that are named from each, line by line.
 *
 *	groups-libcgroup FILE...
 *
 * Says on standard error how many groups and bytes that were.
 */
#include <err.h>
#include <libcgroup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char memory[] = "memory";
static unsigned long groups, bytes;

static void read_file(const char *group, char *file)
{
	char line[4096];
	void *handle = NULL;
	int r = cgroup_read_value_begin(memory, group, file, &handle, line, sizeof(line));

	for (; r == 0; r = cgroup_read_value_next(&handle, line, sizeof(line)))
		bytes += strlen(line);
	if (handle)
		(void)cgroup_read_value_end(&handle);
}

int main(int argc, char *argv[])
{
	struct cgroup_file_info info;
	void *handle = NULL;
	char *mount = NULL;
	int level, r = cgroup_init();

	if (r == 0)
		r = cgroup_get_subsys_mount_point(memory, &mount);
	if (r == 0)
		r = cgroup_walk_tree_begin(memory, "/", 0, &handle, &info, &level);
	if (r)
		errx(EXIT_FAILURE, "cannot walk over the groups: %s", cgroup_strerror(r));
	for (; r == 0; r = cgroup_walk_tree_next(0, &handle, &info, level)) {
		if (info.type != CGROUP_FILE_TYPE_DIR)
			continue;
		groups++;
		for (int i = 1; i < argc; i++)
			read_file(info.full_path + strlen(mount), argv[i]);
	}
	(void)cgroup_walk_tree_end(&handle);
	free(mount);
	fprintf(stderr, "%lu groups, %lu bytes\n", groups, bytes);
	return EXIT_SUCCESS;
}
