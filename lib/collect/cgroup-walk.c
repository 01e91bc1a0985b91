/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "collect/cgroup-internal.h"
#include "collect/cgroup-levels.h"

#define NAMES_MAX OW_KIB(256) /* of what is in memory.stat and the like */
#define ROOT      "."         /* the name of the root in its level */

struct ow_cgroup_walk {
	unsigned want, depth_max, depth_first;
	struct ow_cgroup_reader reader;
	struct ow_cgroup_levels levels;
	struct ow_cgroup_walked seen;
};

/* A group that is being looked at. */
struct visit {
	const char *name;
	int fd;
	struct stat status;
	struct ow_cgroup group;
	struct ow_cgroup_missed missed;
	struct ow_cgroup_bound bound;
};

static void visit_release(struct visit *visit)
{
	ow_closep(&visit->fd);
}

static int no_memory(struct ow_err *err)
{
	return ow_fail(err, ENOMEM, "cannot walk over the cgroups: %m");
}

static void note(struct ow_cgroup_walk *walk, uint64_t *count, const struct ow_err *err)
{
	if (walk->seen.denied + walk->seen.partial == 0)
		walk->seen.first = *err;
	(*count)++;
}

/* 1 when the group is open, 0 when it is left out. */
static int open_group(struct ow_cgroup_walk *walk, int parent, struct visit *visit,
		      struct ow_err *err)
{
	struct ow_err why;

	visit->fd = openat(parent, visit->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (visit->fd >= 0 && fstat(visit->fd, &visit->status) == 0)
		return 1;
	switch (errno) {
	case ENOENT:
	case ENODEV:
	case ENOTDIR:
	case ELOOP:
		walk->seen.vanished++;
		return 0;
	case EACCES:
	case EPERM:
		(void)ow_fail(&why, errno, "cannot open cgroup '%s': %m", visit->group.path);
		note(walk, &walk->seen.denied, &why);
		return 0;
	default:
		return ow_fail(err, errno, "cannot open cgroup '%s': %m", visit->group.path);
	}
}

/* Is the group that was opened by this name still there, and not another one in its place? */
static bool is_there(int parent, const struct visit *visit)
{
	struct stat now;

	return fstatat(parent, visit->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == visit->status.st_dev && now.st_ino == visit->status.st_ino;
}

/* What is known of a group before it is opened. */
static int name_group(struct ow_cgroup_walk *walk, const struct ow_cgroup_level *parent,
		      struct ow_arena *arena, struct visit *visit)
{
	struct ow_cgroup_stack *path = &walk->levels.path;
	const bool is_root = strcmp(visit->name, ROOT) == 0;

	path->n = parent->path;
	if (!is_root && (ow_cgroup_stack_push(path, "/", 1) < 0 ||
			 ow_cgroup_stack_push(path, visit->name, strlen(visit->name)) < 0))
		return -ENOMEM;
	visit->group = (struct ow_cgroup){
		.version = walk->reader.fs->version,
		.source = walk->reader.fs->mount,
		.depth = parent->depth + !is_root,
		.path = is_root ? "/" : ow_str_keep(arena, (struct ow_str){ path->p, path->n }),
	};
	return visit->group.path ? 0 : -ENOMEM;
}

/* The kernel removes the files of a group one after the other, that of the usage first, and the
 * folder last. Groups of v2 have none of them where the controller is not switched on. */
static bool is_going(const struct ow_cgroup_walk *walk, const struct visit *visit)
{
	const unsigned memory = OW_CGROUP_LIMIT | OW_CGROUP_USAGE | OW_CGROUP_STAT |
				OW_CGROUP_PEAK | OW_CGROUP_OOM_KILLS;
	const struct ow_cgroup *group = &visit->group;
	const char *usage = group->version == 1 ? "memory.usage_in_bytes" : "memory.current";

	return walk->reader.fs->counts_links && group->depth > 0 &&
	       (group->version == 1 || (group->have & memory)) &&
	       faccessat(visit->fd, usage, F_OK, 0) < 0 && errno == ENOENT;
}

/* Reads the group of visit's name below parent: 1 when what is wanted of it and is there is in
 * visit, 0 when the group is left out. */
static int look(struct ow_cgroup_walk *walk, const struct ow_cgroup_level *parent, unsigned want,
		struct ow_arena *arena, struct visit *visit, struct ow_err *err)
{
	int r;

	if (name_group(walk, parent, arena, visit) < 0)
		return no_memory(err);
	r = open_group(walk, parent->fd, visit, err);
	if (r <= 0)
		return r;
	r = ow_cgroup_reader_read(&walk->reader, visit->fd, want, arena, &visit->group,
				  &visit->missed, err);
	if (r < 0)
		return r;
	if (visit->missed.absent && (is_going(walk, visit) || !is_there(parent->fd, visit))) {
		walk->seen.vanished++;
		return 0;
	}
	visit->bound = ow_cgroup_bind(&visit->group, visit->missed.partial, walk->levels.path.n,
				      &parent->bound);
	return 1;
}

/* What must be read for what is wanted. */
static unsigned needs(unsigned want)
{
	const unsigned bound = OW_CGROUP_LIMIT | OW_CGROUP_USAGE | OW_CGROUP_USE_HIERARCHY;

	return want & OW_CGROUP_BINDING_LIMIT ? want | bound : want;
}

/* The level of the groups below the one that was looked at. */
static struct ow_cgroup_level level_below(const struct ow_cgroup_walk *walk,
					  const struct visit *visit)
{
	return (struct ow_cgroup_level){
		.fd = visit->fd,
		.device = visit->status.st_dev,
		.inode = visit->status.st_ino,
		.depth = visit->group.depth,
		.path = walk->levels.path.n,
		.bound = ow_cgroup_pass_on(&visit->group, &visit->bound),
	};
}

/* Not to list a group in vain saves a good part of the time: most have none below them. */
static bool may_have_children(const struct ow_cgroup_walk *walk, const struct stat *status)
{
	return !walk->reader.fs->counts_links || status->st_nlink > 2;
}

static int enter(struct ow_cgroup_walk *walk, struct visit *visit)
{
	const struct ow_cgroup_level level = level_below(walk, visit);
	int r;

	if (visit->group.depth - walk->depth_first >= walk->depth_max ||
	    !may_have_children(walk, &visit->status))
		return 0;
	r = ow_cgroup_levels_push(&walk->levels, &level);
	if (r == 0)
		visit->fd = -1; /* it is the level's now */
	return r;
}

static int give(struct ow_cgroup_walk *walk, struct visit *visit, struct ow_arena *arena,
		struct ow_cgroup *ret)
{
	const struct ow_str path = { walk->levels.path.p, walk->levels.path.n };
	struct ow_cgroup *group = &visit->group;
	int r = 0;

	if (walk->want & OW_CGROUP_BINDING_LIMIT)
		r = ow_cgroup_tell_bound(&visit->bound, path, arena, group);
	if (r == 0)
		r = enter(walk, visit);
	if (r < 0)
		return r;
	if (visit->missed.partial)
		note(walk, &walk->seen.partial, &visit->missed.err);
	walk->seen.groups++;
	group->have &= walk->want;
	*ret = *group;
	return 1;
}

/* The next child of the last level that has one; NULL when there is none. */
static int next_name(struct ow_cgroup_walk *walk, const char **ret, struct ow_err *err)
{
	struct ow_err why;
	int r;

	for (*ret = NULL; walk->levels.n;) {
		if (!walk->levels.level[walk->levels.n - 1].listed) {
			r = ow_cgroup_levels_list(&walk->levels, &why);
			if (r == -ENOMEM)
				return no_memory(err);
			if (r < 0)
				note(walk, &walk->seen.partial, &why);
		}
		*ret = ow_cgroup_levels_next(&walk->levels);
		if (*ret)
			return 0;
		r = ow_cgroup_levels_pop(&walk->levels, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int ow_cgroup_walk_next(struct ow_cgroup_walk *walk, struct ow_arena *arena, struct ow_cgroup *ret,
			struct ow_err *err)
{
	for (;;) {
		ow_scoped(visit_release) struct visit visit = { .fd = -1 };
		int r = next_name(walk, &visit.name, err);

		if (r < 0 || !visit.name)
			return r;
		r = look(walk, &walk->levels.level[walk->levels.n - 1], needs(walk->want), arena,
			 &visit, err);
		if (r > 0)
			r = give(walk, &visit, arena, ret);
		if (r == -ENOMEM)
			return no_memory(err);
		if (r != 0)
			return r;
	}
}

/* Passes by the group called name: level becomes that of the groups below it. */
static int pass(struct ow_cgroup_walk *walk, struct ow_cgroup_level *level, const char *name,
		struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	ow_scoped(visit_release) struct visit visit = { .fd = -1, .name = name };
	int r;

	if (!arena)
		return no_memory(err);
	r = look(walk, level, needs(walk->want & OW_CGROUP_BINDING_LIMIT), arena, &visit, err);
	if (r < 0)
		return r;
	if (r == 0 && walk->seen.denied)
		return ow_fail(err, EACCES, "%s", walk->seen.first.text);
	if (r == 0)
		return ow_fail(err, ENOENT, "there is no cgroup '%s'", visit.group.path);
	ow_closep(&level->fd);
	*level = level_below(walk, &visit);
	visit.fd = -1;
	return 0;
}

static void level_release(struct ow_cgroup_level *level)
{
	ow_closep(&level->fd);
}

/* Goes down to the group at path. Of its level it is the only one. */
static int begin(struct ow_cgroup_walk *walk, const char *path, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	ow_scoped(level_release) struct ow_cgroup_level level = {
		.fd = fcntl(walk->reader.fs->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1),
		.bound = ow_cgroup_unbound,
	};
	struct ow_str rest = ow_str(path + 1);
	const char *name = ROOT;
	struct stat status;
	int r;

	if (level.fd < 0)
		return ow_fail(err, errno, "cannot walk over the cgroups: %m");
	while (arena && name && rest.n) {
		struct ow_str part = rest;

		if (!ow_scan_until(&rest, "/", &part))
			rest.n = 0;
		r = pass(walk, &level, name, err);
		if (r < 0)
			return r;
		name = ow_str_keep(arena, part);
	}
	if (!arena || !name)
		return no_memory(err);
	if (fstatat(level.fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(status.st_mode))
		return ow_fail(err, ENOENT, "there is no cgroup '%s'", path);
	walk->depth_first = level.depth + (path[1] != '\0');
	if (ow_cgroup_levels_push(&walk->levels, &level) < 0)
		return no_memory(err);
	level.fd = -1; /* it is the levels' now */
	return ow_cgroup_levels_list_one(&walk->levels, name) < 0 ? no_memory(err) : 0;
}

int ow_cgroup_walk_new(struct ow_cgroupfs *fs, const struct ow_cgroup_walk_options *options,
		       struct ow_cgroup_walk **ret, struct ow_err *err)
{
	const char *path = options->path ? options->path : "/";
	ow_scoped(ow_cgroup_walk_freep) struct ow_cgroup_walk *walk = NULL;
	int r;

	if (!ow_cgroup_is_path(path))
		return ow_fail(err, EINVAL, "'%s' is not the path of a cgroup", path);
	walk = calloc(1, sizeof(*walk));
	if (!walk)
		return no_memory(err);
	walk->want = options->want;
	walk->depth_max = options->depth_max;
	walk->reader.fs = fs;
	walk->reader.arena = ow_arena_new(NAMES_MAX);
	if (!walk->reader.arena)
		return no_memory(err);
	walk->reader.names.arena = walk->reader.arena;
	r = begin(walk, path, err);
	if (r < 0)
		return r;
	*ret = walk;
	walk = NULL;
	return 0;
}

struct ow_cgroup_walk *ow_cgroup_walk_free(struct ow_cgroup_walk *walk)
{
	if (!walk)
		return NULL;
	ow_cgroup_levels_release(&walk->levels);
	ow_cgroup_reader_release(&walk->reader);
	free(walk);
	return NULL;
}

const struct ow_cgroup_walked *ow_cgroup_walk_seen(const struct ow_cgroup_walk *walk)
{
	return &walk->seen;
}
