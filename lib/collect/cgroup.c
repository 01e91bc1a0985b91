/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <libcgroup.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"

#define FILE_MAX       OW_KIB(64)

/* PROC_CGROUP_INIT_INO of include/linux/proc_ns.h: the namespace that the kernel's paths are of. */
#define INIT_NAMESPACE 0xEFFFFFFBU

/* What is read of a group; NULL ends it. */
static const char *const v1_files[OW_CGROUP_FILES_MAX + 1] = {
	"memory.limit_in_bytes",
	"memory.usage_in_bytes",
	"memory.max_usage_in_bytes",
	"memory.failcnt",
	"memory.soft_limit_in_bytes",
	"memory.memsw.limit_in_bytes",
	"memory.memsw.usage_in_bytes",
	"memory.kmem.usage_in_bytes",
	"memory.oom_control",
	"memory.use_hierarchy",
	"memory.stat",
};

static const char *const v2_files[OW_CGROUP_FILES_MAX + 1] = {
	"memory.max",          "memory.current",      "memory.high",          "memory.peak",
	"memory.swap.max",     "memory.swap.current", "memory.zswap.current", "memory.events",
	"memory.events.local", "memory.oom.group",    "memory.pressure",      "memory.stat",
};

static void textp(char **text)
{
	free(*text);
}

static void quiet(void *arg, int level, const char *format, va_list args)
{
	(void)arg, (void)level, (void)format, (void)args;
}

/* Where the memory controller is mounted; NULL when it is not. */
static char *find_mount(void)
{
	struct statfs status;
	char *mount = NULL;
	int r = cgroup_get_subsys_mount_point("memory", &mount);

	if (r == ECGROUPNOTINITIALIZED) {
		cgroup_set_logger(quiet, CGROUP_LOG_ERROR, NULL); /* else it prints */
		r = cgroup_init();
		if (r == 0)
			r = cgroup_get_subsys_mount_point("memory", &mount);
	}
	if (r == 0)
		return mount;
	/* libcgroup wants /proc/cgroups, where a kernel without v1 need not name the controller. */
	if (statfs("/sys/fs/cgroup", &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC)
		return strdup("/sys/fs/cgroup");
	return NULL;
}

/* "/a/b": no part is empty, "." or "..". "/" is the root. */
static bool is_path(const char *path)
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

static bool is_foreign_namespace(void)
{
	struct stat status;

	return stat("/proc/self/ns/cgroup", &status) == 0 && status.st_ino != INIT_NAMESPACE;
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
	unsigned version;
	const char *mount;
	const char *path; /* "" for the root */
	const char *encoded;
};

/* 1 when the file was read, 0 when there is none. */
static int read_file(const struct group *group, const char *name, struct ow_arena *arena,
		     struct ow_evidence *ret, struct ow_err *err)
{
	struct ow_evidence file = { .time_usec = now_usec() };
	struct ow_err why;
	int r = ow_file_read(group->fd, name, FILE_MAX, arena, &file.bytes, &why);

	/* The group may go while it is read, and the pressure file may be switched off. */
	if (r == -ENOENT || r == -ENODEV || r == -EOPNOTSUPP)
		return 0;
	if (r < 0)
		return ow_fail(err, -r, "%s", why.text);
	file.path = ow_printf(arena, "cgroup/v%u%s/%s", group->version, group->encoded, name);
	file.source = ow_printf(arena, "%s%s/%s", group->mount, group->path, name);
	if (!file.path || !file.source)
		return ow_fail(err, ENOMEM, "cannot read cgroup '%s': %m", group->path);
	*ret = file;
	return 1;
}

static int open_group(const char *mount, const char *path, struct group *ret, struct ow_err *err)
{
	ow_scoped(ow_closep) int root = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct group group = { .mount = mount, .path = path + (path[1] == '\0') };
	struct statfs status;

	if (root < 0)
		return ow_fail(err, errno, "cannot open '%s': %m", mount);
	group.fd = openat(root, path[1] ? path + 1 : ".",
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (group.fd < 0)
		return ow_fail(err, errno, "cannot open cgroup '%s': %m", path);
	if (fstatfs(group.fd, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC)
		group.version = 2;
	else
		group.version = 1;
	*ret = group;
	return 0;
}

int ow_cgroup_collect(const char *path, struct ow_arena *arena, struct ow_evidence *ret,
		      size_t *n_ret, struct ow_err *err)
{
	ow_scoped(textp) char *mount = NULL;
	ow_scoped(ow_closep) int fd = -1;
	struct ow_evidence file[OW_CGROUP_FILES_MAX];
	const char *const *names;
	struct group group = { .fd = -1 };
	size_t n = 0;
	int r;

	if (!is_path(path))
		return ow_fail(err, EINVAL, "'%s' is not the path of a cgroup", path);
	if (is_foreign_namespace())
		return ow_fail(err, EXDEV,
			       "cannot look up cgroup '%s' from inside a container: the paths that "
			       "the kernel prints are the host's",
			       path);
	mount = find_mount();
	if (!mount)
		return ow_fail(err, ENOENT, "no memory controller is mounted");
	r = open_group(mount, path, &group, err);
	if (r < 0)
		return r;
	fd = group.fd;
	group.encoded = encode(arena, group.path);
	if (!group.encoded)
		return ow_fail(err, ENOMEM, "cannot read cgroup '%s': %m", path);

	names = group.version == 2 ? v2_files : v1_files;
	for (size_t i = 0; names[i]; i++) {
		r = read_file(&group, names[i], arena, &file[n], err);
		if (r < 0)
			return r;
		n += (size_t)r;
	}
	if (n == 0)
		return ow_fail(err, ENOENT, "cgroup '%s' is gone", path);
	memcpy(ret, file, n * sizeof(*file));
	*n_ret = n;
	return 0;
}
