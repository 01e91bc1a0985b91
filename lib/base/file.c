/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

void ow_closep(int *fd)
{
	if (*fd > STDERR_FILENO)
		(void)close(*fd);
}

static void freep(char **text)
{
	free(*text);
}

static ssize_t read_some(int fd, char *buffer, size_t n)
{
	ssize_t got;

	do {
		got = read(fd, buffer, n);
	} while (got < 0 && errno == EINTR);
	return got;
}

/* Files of /proc say that their size is 0: the size is a first guess and no more. */
static size_t first_room(const struct stat *st, size_t max)
{
	size_t room = OW_KIB(4);

	if (st->st_size >= 0 && (uintmax_t)st->st_size >= room)
		room = (uintmax_t)st->st_size > max ? max : (size_t)st->st_size;
	return room < max ? room + 1 : max + 1; /* one more shows the end, or that there is more */
}

int ow_file_read(int dirfd, const char *path, size_t max, struct ow_arena *arena,
		 struct ow_str *ret, struct ow_err *err)
{
	ow_scoped(ow_closep) int fd = -1;
	struct stat st;
	char *bytes;
	size_t n = 0, room;

	/* O_NONBLOCK: a pipe in the place of a file must not hang us; on files it has no effect. */
	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return ow_fail(err, errno, "cannot open '%s': %m", path);
	if (S_ISDIR(st.st_mode))
		return ow_fail(err, EISDIR, "cannot read '%s': %m", path);
	if (!S_ISREG(st.st_mode))
		return ow_fail(err, EINVAL, "cannot read '%s': it is not a regular file", path);

	room = first_room(&st, max);
	bytes = ow_alloc(arena, room, 1);
	while (bytes) {
		ssize_t got = read_some(fd, bytes + n, room - n);

		if (got < 0)
			return ow_fail(err, errno, "cannot read '%s': %m", path);
		if (got == 0) {
			*ret = (struct ow_str){ bytes, n };
			return 0;
		}
		n += (size_t)got;
		if (n > max)
			return ow_fail(err, EFBIG, "'%s' is larger than %zu bytes", path, max);
		if (n == room) {
			size_t more = room <= max / 2 ? 2 * room : max + 1;
			char *moved = ow_alloc(arena, more, 1);

			if (moved)
				memcpy(moved, bytes, n);
			bytes = moved;
			room = more;
		}
	}
	return ow_fail(err, ENOMEM, "cannot read '%s': %m", path);
}

static int write_all(int fd, struct ow_str bytes)
{
	while (bytes.n) {
		ssize_t put = write(fd, bytes.p, bytes.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		bytes = ow_str_skip(bytes, (size_t)put);
	}
	return 0;
}

/* A name for an open descriptor: what it leads to must be added to, never replaced, be it a file
 * (as in "> all.log 2>&1"). */
static bool names_descriptor(const char *path)
{
	static const char *const names[] = { "/dev/std", "/dev/fd/", "/proc/self/fd/" };
	struct ow_str s = ow_str(path);

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++)
		if (ow_scan_lit(&s, names[i]))
			return true;
	return false;
}

/* What a file is to hold: bytes, or what write puts into it. */
struct content {
	struct ow_str bytes;
	int (*write)(void *arg, FILE *out, struct ow_err *err);
	void *arg;
	bool has_said; /* write has failed, and err says why */
};

static int put(int fd, struct content *content, struct ow_err *err)
{
	FILE *out;
	int copy, r;

	if (!content->write)
		return write_all(fd, content->bytes);
	copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	out = copy < 0 ? NULL : fdopen(copy, "w");
	if (!out) {
		r = -errno;
		ow_closep(&copy);
		return r;
	}
	r = content->write(content->arg, out, err);
	content->has_said = r < 0;
	if (r == 0 && fflush(out) != 0)
		r = -errno;
	if (r == 0 && ferror(out))
		r = -EIO;
	(void)fclose(out);
	return r;
}

static int write_there(const char *path, struct content *content, struct ow_err *err)
{
	ow_scoped(ow_closep) int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : put(fd, content, err);
}

/* Makes a new file beside path. *ret is its name, to be freed. */
static int open_beside(const char *path, char **ret)
{
	for (int tries = 0; tries < 16; tries++) {
		ow_scoped(freep) char *name = NULL;
		unsigned random;
		int fd;

		if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
			random = (unsigned)getpid() + (unsigned)tries;
		if (asprintf(&name, "%s.%08x", path, random) < 0) {
			name = NULL;
			return -ENOMEM;
		}
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
		if (fd >= 0) {
			*ret = name;
			name = NULL;
			return fd;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Writes the new file and gives it the owner and mode of the old one, if there is one. */
static int fill(int fd, struct content *content, const struct stat *old, struct ow_err *err)
{
	int r;

	if (old) {
		/* Only root can give a file away; for others the file is theirs anyway. */
		r = fchown(fd, old->st_uid, old->st_gid);
		if (fchmod(fd, old->st_mode & (r < 0 ? 0777 : 07777)) < 0)
			return -errno;
	}
	r = put(fd, content, err);
	if (r < 0)
		return r;
	return fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP ? -errno : 0;
}

static int replace(const char *path, struct content *content, const struct stat *old,
		   struct ow_err *err)
{
	ow_scoped(freep) char *name = NULL;
	ow_scoped(ow_closep) int fd = open_beside(path, &name);
	int r = fd < 0 ? fd : fill(fd, content, old, err);

	if (r == 0 && rename(name, path) < 0)
		r = -errno;
	if (r < 0 && name)
		(void)unlink(name);
	return r;
}

static int replace_or_append(const char *path, struct content *content, struct ow_err *err)
{
	ow_scoped(freep) char *real = NULL;
	struct stat st;
	bool exists = stat(path, &st) == 0;
	int r;

	if (names_descriptor(path) || (exists && !S_ISREG(st.st_mode))) {
		r = write_there(path, content, err);
	} else if (exists) {
		/* A link stays a link: the file that it leads to is replaced. */
		real = realpath(path, NULL);
		r = real ? replace(real, content, &st, err) : -errno;
	} else {
		r = replace(path, content, NULL, err);
	}
	return r < 0 && !content->has_said ? ow_fail(err, -r, "cannot write '%s': %m", path) : r;
}

int ow_file_replace(const char *path, struct ow_str bytes, struct ow_err *err)
{
	struct content content = { .bytes = bytes };

	return replace_or_append(path, &content, err);
}

int ow_file_replace_by(const char *path, int (*write)(void *arg, FILE *out, struct ow_err *err),
		       void *arg, struct ow_err *err)
{
	struct content content = { .write = write, .arg = arg };

	return replace_or_append(path, &content, err);
}
