/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "collect/cgroup-internal.h"
#include "read/cgroup.h"

#define ROOM_FIRST OW_KIB(16)
#define ROOM_MAX   OW_MIB(32) /* all processes that there can be */

/* O_NONBLOCK: a pipe in the place of a file, below a root of the user's, must not hang us. */
#define FILE_FLAGS (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)

static int grow(struct ow_cgroup_reader *reader)
{
	const size_t room = reader->room ? 2 * reader->room : ROOM_FIRST;
	char *more = room > ROOM_MAX ? NULL : realloc(reader->buffer, room);

	if (!more)
		return room > ROOM_MAX ? -EFBIG : -ENOMEM;
	reader->buffer = more;
	reader->room = room;
	return 0;
}

/* All that a file says, by one read(2): what the kernel prints at once stays together. When the
 * buffer is too small it is read again from its beginning. */
static int read_at_once(struct ow_cgroup_reader *reader, int fd, struct ow_str *ret)
{
	for (;;) {
		ssize_t got;
		int r;

		do {
			got = pread(fd, reader->buffer, reader->room, 0);
		} while (got < 0 && errno == EINTR);
		if (got < 0)
			return -errno;
		if ((size_t)got < reader->room) {
			*ret = (struct ow_str){ reader->buffer, (size_t)got };
			return 0;
		}
		r = grow(reader);
		if (r < 0)
			return r;
	}
}

/* A long file comes a page at a time. */
static int read_on(struct ow_cgroup_reader *reader, int fd, struct ow_str *ret)
{
	size_t n = 0;

	for (;;) {
		ssize_t got;

		if (n == reader->room) {
			int r = grow(reader);

			if (r < 0)
				return r;
		}
		got = read(fd, reader->buffer + n, reader->room - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0) {
			*ret = (struct ow_str){ reader->buffer, n };
			return 0;
		}
		n += (size_t)got;
	}
}

/* The pids controller of v1 has a hierarchy of its own, where the group has the same path. */
static int open_pids(struct ow_cgroup_reader *reader, const char *path, const char *name)
{
	int n = snprintf(reader->buffer, reader->room, ".%s/%s", path, name);

	if (n < 0 || (size_t)n >= reader->room) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return openat(reader->fs->pids, reader->buffer, FILE_FLAGS);
}

static int read_file(struct ow_cgroup_reader *reader, int dir, const char *path,
		     const struct ow_cgroup_file *file, struct ow_str *ret)
{
	int fd, r;

	if (file->is_pids && reader->fs->pids >= 0)
		fd = open_pids(reader, path, file->name);
	else
		fd = openat(dir, file->name, FILE_FLAGS);
	if (fd < 0)
		return -errno;
	r = file->is_long ? read_on(reader, fd, ret) : read_at_once(reader, fd, ret);
	(void)close(fd);
	return r;
}

/* Takes note of what went wrong with a file. Returns 0 unless nothing can be read any more. */
static int miss(const char *path, const char *name, int r, struct ow_cgroup_missed *missed,
		struct ow_err *err)
{
	switch (-r) {
	case ENOENT: /* not on this kernel, not at the root, or gone */
	case ENODEV: /* gone */
		missed->absent = true;
		return 0;
	case EOPNOTSUPP: /* pressure that is switched off, processes of a threaded group */
		return 0;
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return ow_fail(err, -r, "cannot read '%s' of cgroup '%s': %m", name, path);
	default:
		break;
	}
	if (!missed->partial) {
		if (r == -EBADMSG)
			(void)ow_fail(&missed->err, -r, "'%s' of cgroup '%s' makes no sense", name,
				      path);
		else
			(void)ow_fail(&missed->err, -r, "cannot read '%s' of cgroup '%s': %m", name,
				      path);
	}
	missed->partial = true;
	return 0;
}

int ow_cgroup_reader_read(struct ow_cgroup_reader *reader, int dir, unsigned want,
			  struct ow_arena *arena, struct ow_cgroup *group,
			  struct ow_cgroup_missed *missed, struct ow_err *err)
{
	if (reader->room == 0 && grow(reader) < 0)
		return ow_fail(err, ENOMEM, "cannot read cgroup '%s': %m", group->path);
	for (size_t i = 0; i < ow_cgroup_files_n; i++) {
		const struct ow_cgroup_file *file = &ow_cgroup_files[i];
		struct ow_str text;
		int r;

		if (!(file->gives & want) || !ow_cgroup_file_is_of(file, group->version))
			continue;
		r = read_file(reader, dir, group->path, file, &text);
		if (r == 0)
			r = ow_cgroup_read(file, text, &reader->names, arena, group);
		if (r > 0) /* some lines of it */
			r = -EBADMSG;
		if (r < 0)
			r = miss(group->path, file->name, r, missed, err);
		if (r < 0)
			return r;
	}
	return 0;
}

void ow_cgroup_reader_release(struct ow_cgroup_reader *reader)
{
	free(reader->buffer);
	(void)ow_arena_free(reader->arena);
}
