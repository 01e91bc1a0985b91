/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/cgroup-levels.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

int ow_cgroup_stack_push(struct ow_cgroup_stack *stack, const void *bytes, size_t n)
{
	if (n > stack->room - stack->n) {
		const size_t room = 2 * (stack->n + n) + OW_KIB(4);
		char *more = realloc(stack->p, room);

		if (!more)
			return -ENOMEM;
		stack->p = more;
		stack->room = room;
	}
	memcpy(stack->p + stack->n, bytes, n);
	stack->n += n;
	return 0;
}

static struct ow_cgroup_level *last(const struct ow_cgroup_levels *levels)
{
	return &levels->level[levels->n - 1];
}

static size_t *order(const struct ow_cgroup_levels *levels)
{
	return (size_t *)(void *)levels->order.p;
}

int ow_cgroup_levels_push(struct ow_cgroup_levels *levels, const struct ow_cgroup_level *level)
{
	if (levels->n == levels->room) {
		const size_t room = 2 * levels->room + 8;
		struct ow_cgroup_level *more = realloc(levels->level, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		levels->level = more;
		levels->room = room;
	}
	/* The first one stays open: it need not be what ".." leads to. */
	if (levels->n > OW_CGROUP_OPEN_MAX) {
		struct ow_cgroup_level *far = &levels->level[levels->n - OW_CGROUP_OPEN_MAX];

		ow_closep(&far->fd);
		far->fd = -1;
	}
	levels->level[levels->n++] = *level;
	return 0;
}

static int reopen(struct ow_cgroup_level *above, const struct ow_cgroup_level *level)
{
	struct stat status;

	above->fd = openat(level->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (above->fd < 0 || fstat(above->fd, &status) < 0)
		return -errno;
	return status.st_dev == above->device && status.st_ino == above->inode ? 0 : -ESTALE;
}

int ow_cgroup_levels_pop(struct ow_cgroup_levels *levels, struct ow_err *err)
{
	struct ow_cgroup_level *level = last(levels);
	int r = 0;

	if (levels->n > 1 && level[-1].fd < 0) {
		r = reopen(&level[-1], level);
		if (r < 0)
			r = ow_fail(err, -r, "cannot go back to cgroup '%.*s': %m",
				    (int)level[-1].path, levels->path.p);
	}
	ow_closep(&level->fd);
	if (level->listed) {
		levels->names.n = level->names;
		levels->order.n = level->first * sizeof(size_t);
	}
	levels->n--;
	return r;
}

/* Not every file system says what an entry is. */
static bool is_folder(int fd, const struct dirent64 *entry)
{
	struct stat status;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return false;
	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(status.st_mode);
}

static int add(struct ow_cgroup_levels *levels, const char *name)
{
	const size_t at = levels->names.n;
	int r = ow_cgroup_stack_push(&levels->names, name, strlen(name) + 1);

	return r < 0 ? r : ow_cgroup_stack_push(&levels->order, &at, sizeof(at));
}

static int add_children(struct ow_cgroup_levels *levels, int fd)
{
	ssize_t got;

	while ((got = getdents64(fd, levels->entries, sizeof(levels->entries))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct dirent64 *entry = (const void *)(levels->entries + at);

			if (is_folder(fd, entry) && add(levels, entry->d_name) < 0)
				return -ENOMEM;
			at += entry->d_reclen;
		}
	}
	/* A group that goes while it is listed has nothing below it. */
	return got < 0 && errno != ENOENT && errno != ENODEV ? -errno : 0;
}

static int by_name(const void *a, const void *b, void *names)
{
	return strcmp((const char *)names + *(const size_t *)a,
		      (const char *)names + *(const size_t *)b);
}

static void begin_list(struct ow_cgroup_levels *levels)
{
	struct ow_cgroup_level *level = last(levels);

	level->listed = true;
	level->names = levels->names.n;
	level->first = level->next = levels->order.n / sizeof(size_t);
}

static void end_list(struct ow_cgroup_levels *levels)
{
	struct ow_cgroup_level *level = last(levels);

	level->last = levels->order.n / sizeof(size_t);
	if (level->last > level->first)
		qsort_r(order(levels) + level->first, level->last - level->first, sizeof(size_t),
			by_name, levels->names.p);
}

int ow_cgroup_levels_list(struct ow_cgroup_levels *levels, struct ow_err *err)
{
	const struct ow_cgroup_level *level = last(levels);
	int r;

	begin_list(levels);
	r = add_children(levels, level->fd);
	end_list(levels);
	return r < 0 ? ow_fail(err, -r, "cannot list cgroup '%.*s': %m", (int)level->path,
			       levels->path.p)
		     : 0;
}

int ow_cgroup_levels_list_one(struct ow_cgroup_levels *levels, const char *name)
{
	int r;

	begin_list(levels);
	r = add(levels, name);
	end_list(levels);
	return r;
}

const char *ow_cgroup_levels_next(struct ow_cgroup_levels *levels)
{
	struct ow_cgroup_level *level = last(levels);

	return level->next == level->last ? NULL : levels->names.p + order(levels)[level->next++];
}

void ow_cgroup_levels_release(struct ow_cgroup_levels *levels)
{
	while (levels->n)
		ow_closep(&levels->level[--levels->n].fd);
	free(levels->level);
	free(levels->path.p);
	free(levels->names.p);
	free(levels->order.p);
}
