/* SPDX-License-Identifier: Apache-2.0 */
/*
 * groups: all that the library reads of the groups at PATH and below, and of the processes in them,
 * one JSON object a line. The tests run it in guests and over trees of files.
 *
 *	groups ROOT PATH
 *
 * ROOT is a folder like /sys/fs/cgroup, whose processes are not there; or -, which is this host.
 * Ends with 1 when a group could not be read whole, which no kernel should make it do.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "collect/cgroup.h"
#include "collect/process.h"
#include "render/fields.h"

static void print(const struct ow_fields *fields, const void *record)
{
	struct ow_json json;

	ow_json_init(&json, stdout);
	ow_fields_json(&json, NULL, fields, record);
	putchar('\n');
}

static void print_processes(int proc, const struct ow_cgroup *group, struct ow_arena *arena)
{
	const int64_t *pid = group->pids.item;

	for (size_t i = 0; i < group->pids.n; i++) {
		struct ow_process process;

		if (ow_process_collect(proc, pid[i], OW_PROCESS_ALL, arena, &process, NULL) == 0)
			print(&ow_process_fields, &process);
	}
}

int main(int argc, char *argv[])
{
	const char *root = argc > 1 && strcmp(argv[1], "-") != 0 ? argv[1] : NULL;
	ow_scoped(ow_closep) int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	const struct ow_cgroup_walk_options options = { .path = argc > 2 ? argv[2] : "/",
							.want = OW_CGROUP_ALL,
							.depth_max = UINT_MAX };
	const struct ow_cgroup_walked *seen;
	struct ow_cgroup group;
	struct ow_err why = { "" };
	int r;

	if (!arena || ow_cgroupfs_open(root, &fs, &why) < 0 ||
	    ow_cgroup_walk_new(fs, &options, &walk, &why) < 0)
		errx(EXIT_FAILURE, "%s", why.text);
	while ((r = ow_cgroup_walk_next(walk, arena, &group, &why)) > 0) {
		print(&ow_cgroup_fields, &group);
		if (!root)
			print_processes(proc, &group, arena);
		ow_arena_clear(arena);
	}
	if (r < 0)
		errx(EXIT_FAILURE, "%s", why.text);
	seen = ow_cgroup_walk_seen(walk);
	if (seen->denied + seen->partial)
		errx(EXIT_FAILURE, "of %" PRIu64 " groups some are not whole: %s", seen->groups,
		     seen->first.text);
	return EXIT_SUCCESS;
}
