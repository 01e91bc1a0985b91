/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/cgroup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/time.h"
#include "collect/cgroup-internal.h"
#include "read/cgroup.h"

#define FILE_MAX OW_MIB(1)

bool ow_cgroup_is_path(const char *path)
{
	struct ow_str rest = ow_str(path), part;

	if (!ow_scan_char(&rest, '/'))
		return false;
	while (rest.n) {
		part = rest;
		if (!ow_scan_until(&rest, "/", &part))
			rest.n = 0;
		else if (rest.n == 0)
			return false;
		if (part.n == 0 || ow_str_is(part, ".") || ow_str_is(part, ".."))
			return false;
	}
	return true;
}

/* "/a b/c" as "/a%20b/c" */
static char *encode(struct ow_arena *arena, const char *path)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";
	char *encoded = ow_alloc(arena, 3 * strlen(path) + 1, 1);
	char *to = encoded;

	for (; to && *path; path++) {
		const unsigned char c = (unsigned char)*path;

		if (strchr(plain, *path)) {
			*to++ = *path;
			continue;
		}
		*to++ = '%';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 0xf];
	}
	return encoded;
}

static int64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* An open group, and what to call it. */
struct group {
	int fd;
	const struct ow_cgroupfs *fs;
	const char *path; /* "" for the root */
	const char *encoded;
};

/* Adds the file to the n that there are, unless there is no such file. */
static int add_file(const struct group *group, const char *name, struct ow_arena *arena,
		    struct ow_evidence *files, size_t *n, struct ow_err *err)
{
	struct ow_evidence file = { .time_usec = now_usec() };
	struct ow_err why;
	int r;

	assert(*n < OW_CGROUP_FILES_MAX);
	r = ow_file_read(group->fd, name, FILE_MAX, arena, &file.bytes, &why);

	/* The group may go while it is read, and the pressure file may be switched off. */
	if (r == -ENOENT || r == -ENODEV || r == -EOPNOTSUPP)
		return 0;
	if (r < 0)
		return ow_fail(err, -r, "%s", why.text);
	file.path = ow_printf(arena, "cgroup/v%u%s/%s", group->fs->version, group->encoded, name);
	file.source = ow_printf(arena, "%s%s/%s", group->fs->mount, group->path, name);
	if (!file.path || !file.source)
		return ow_fail(err, ENOMEM, "cannot read cgroup '%s': %m", group->path);
	files[(*n)++] = file;
	return 0;
}

/* The processes are left out: their numbers mean nothing later. */
static int add_files(const struct group *group, struct ow_arena *arena, struct ow_evidence *ret,
		     size_t *ret_n, struct ow_err *err)
{
	int r = 0;

	for (size_t i = 0; i < ow_cgroup_files_n && r == 0; i++) {
		const struct ow_cgroup_file *file = &ow_cgroup_files[i];

		if (ow_cgroup_file_is_of(file, group->fs->version) && !file->is_long)
			r = add_file(group, file->name, arena, ret, ret_n, err);
	}
	if (r == 0 && group->fs->version == 1) /* no reader trusts it, but people look for it */
		r = add_file(group, "memory.failcnt", arena, ret, ret_n, err);
	return r;
}

int ow_cgroup_collect(const char *path, struct ow_arena *arena, struct ow_evidence *ret,
		      size_t *n_ret, struct ow_err *err)
{
	ow_scoped(ow_cgroupfs_closep) struct ow_cgroupfs *fs = NULL;
	ow_scoped(ow_closep) int fd = -1;
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	struct group group = { .path = path };
	size_t n = 0;
	int r;

	if (!ow_cgroup_is_path(path))
		return ow_fail(err, EINVAL, "'%s' is not the path of a cgroup", path);
	r = ow_cgroupfs_open(NULL, &fs, err);
	if (r < 0)
		return r;
	if (fs->is_namespaced)
		return ow_fail(err, EXDEV,
			       "cannot look up cgroup '%s' from inside a container: the paths that "
			       "the kernel prints are the host's",
			       path);
	fd = openat(fs->fd, path[1] ? path + 1 : ".",
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return ow_fail(err, errno, "cannot open cgroup '%s': %m", path);
	if (!path[1])
		group.path = "";
	group.fd = fd;
	group.fs = fs;
	group.encoded = encode(arena, group.path);
	if (!group.encoded)
		return ow_fail(err, ENOMEM, "cannot read cgroup '%s': %m", path);

	r = add_files(&group, arena, file, &n, err);
	if (r < 0)
		return r;
	if (n == 0)
		return ow_fail(err, ENOENT, "cgroup '%s' is gone", path);
	memcpy(ret, file, n * sizeof(*file));
	*n_ret = n;
	return 0;
}
