/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <libcgroup.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/file.h"
#include "collect/cgroup-internal.h"

/* PROC_CGROUP_INIT_INO of include/linux/proc_ns.h: the namespace that the kernel's paths are of. */
#define INIT_NAMESPACE  0xEFFFFFFBU

#define CONTROLLERS_MAX OW_KIB(4)
#define DIR_FLAGS       (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

static void textp(char **text)
{
	free(*text);
}

static void quiet(void *arg, int level, const char *format, va_list args)
{
	(void)arg, (void)level, (void)format, (void)args;
}

/* Where a controller is mounted; NULL when it is not. */
static char *find_mount(const char *controller)
{
	char *mount = NULL;
	int r = cgroup_get_subsys_mount_point(controller, &mount);

	if (r == ECGROUPNOTINITIALIZED) {
		cgroup_set_logger(quiet, CGROUP_LOG_ERROR, NULL); /* else it prints */
		r = cgroup_init();
		if (r == 0)
			r = cgroup_get_subsys_mount_point(controller, &mount);
	}
	return r == 0 ? mount : NULL;
}

/* libcgroup wants /proc/cgroups, where a kernel without v1 need not name the controller. */
static char *find_memory(void)
{
	char *mount = find_mount("memory");
	struct statfs status;

	if (!mount && statfs("/sys/fs/cgroup", &status) == 0 &&
	    status.f_type == CGROUP2_SUPER_MAGIC)
		mount = strdup("/sys/fs/cgroup");
	return mount;
}

/* CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC or another one; 0 when it is not known. */
static unsigned long kind_of(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) == 0 ? (unsigned long)status.f_type : 0;
}

static bool is_foreign_namespace(void)
{
	struct stat status;

	return stat("/proc/self/ns/cgroup", &status) == 0 && status.st_ino != INIT_NAMESPACE;
}

static int open_live(struct ow_cgroupfs *fs, struct ow_err *err)
{
	ow_scoped(textp) char *pids = NULL;

	fs->mount = find_memory();
	if (!fs->mount)
		return ow_fail(err, ENOENT, "no memory controller is mounted");
	fs->fd = open(fs->mount, DIR_FLAGS);
	if (fs->fd < 0)
		return ow_fail(err, errno, "cannot open '%s': %m", fs->mount);
	fs->version = kind_of(fs->fd) == CGROUP2_SUPER_MAGIC ? 2 : 1;
	fs->is_namespaced = is_foreign_namespace();

	pids = find_mount("pids");
	if (pids && strcmp(pids, fs->mount) != 0)
		fs->pids =
			open(pids, DIR_FLAGS); /* without it pids are not known, and that is all */
	return 0;
}

/* Is "memory" among the words of the file? */
static bool names_memory(int dir, const char *path)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(4 * CONTROLLERS_MAX);
	struct ow_str text, line, word;

	if (!arena || ow_file_read(dir, path, CONTROLLERS_MAX, arena, &text, NULL) < 0 ||
	    !ow_scan_line(&text, &line))
		return false;
	while (ow_scan_blanks(&line) && ow_scan_word(&line, &word))
		if (ow_str_is(word, "memory"))
			return true;
	return false;
}

/* Where below a folder like /sys/fs/cgroup the groups are. */
static const struct layout {
	unsigned version;
	const char *folder;
	const char *controllers; /* the file that must name memory */
} layouts[] = {
	{ 2, ".", "cgroup.controllers" },
	{ 2, "unified", "unified/cgroup.controllers" },
	{ 1, "memory", NULL },
};

static const struct layout *find_layout(int base, int *ret)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(layouts); i++) {
		const struct layout *layout = &layouts[i];

		if (layout->controllers && !names_memory(base, layout->controllers))
			continue;
		*ret = openat(base, layout->folder, DIR_FLAGS);
		if (*ret >= 0)
			return layout;
	}
	return NULL;
}

static int open_below(const char *root, struct ow_cgroupfs *fs, struct ow_err *err)
{
	static const char *const bases[] = { ".", "sys/fs/cgroup" };
	ow_scoped(ow_closep) int top = open(root, DIR_FLAGS);

	if (top < 0)
		return ow_fail(err, errno, "cannot open '%s': %m", root);
	for (size_t i = 0; i < OW_ARRAY_SIZE(bases); i++) {
		ow_scoped(ow_closep) int base = openat(top, bases[i], DIR_FLAGS);
		const struct layout *layout = base < 0 ? NULL : find_layout(base, &fs->fd);

		if (!layout)
			continue;
		fs->version = layout->version;
		if (layout->version == 1)
			fs->pids = openat(base, "pids", DIR_FLAGS);
		if (asprintf(&fs->mount, "%s%s%s%s%s", root, i ? "/" : "", i ? bases[i] : "",
			     layout->folder[0] == '.' ? "" : "/",
			     layout->folder[0] == '.' ? "" : layout->folder) >= 0)
			return 0;
		fs->mount = NULL;
		return ow_fail(err, ENOMEM, "cannot open '%s': %m", root);
	}
	return ow_fail(err, ENOENT,
		       "no memory controller in '%s': it has no cgroup.controllers that names "
		       "memory, and no folder memory",
		       root);
}

int ow_cgroupfs_open(const char *root, struct ow_cgroupfs **ret, struct ow_err *err)
{
	struct ow_cgroupfs *fs = calloc(1, sizeof(*fs));
	int r;

	if (!fs)
		return ow_fail(err, ENOMEM, "cannot open the cgroups: %m");
	fs->fd = fs->pids = -1;
	r = root ? open_below(root, fs, err) : open_live(fs, err);
	if (r < 0) {
		(void)ow_cgroupfs_close(fs);
		return r;
	}
	fs->counts_links =
		kind_of(fs->fd) == CGROUP_SUPER_MAGIC || kind_of(fs->fd) == CGROUP2_SUPER_MAGIC;
	*ret = fs;
	return 0;
}

struct ow_cgroupfs *ow_cgroupfs_close(struct ow_cgroupfs *fs)
{
	if (!fs)
		return NULL;
	ow_closep(&fs->fd);
	ow_closep(&fs->pids);
	free(fs->mount);
	free(fs);
	return NULL;
}

unsigned ow_cgroupfs_version(const struct ow_cgroupfs *fs)
{
	return fs->version;
}

const char *ow_cgroupfs_mount(const struct ow_cgroupfs *fs)
{
	return fs->mount;
}

bool ow_cgroupfs_is_namespaced(const struct ow_cgroupfs *fs)
{
	return fs->is_namespaced;
}
