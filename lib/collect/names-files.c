/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runtimes and kubelet leave in files, for where no engine can be asked: a folder a place, and
 * in it one entry a container. All of it is read as far as this user may.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "collect/names-internal.h"
#include "read/split.h"

#define FILE_MAX    OW_MIB(1)
#define STORAGE_MAX OW_MIB(16)

struct place;

/* Reads the entry of that name in the folder. Below 0: no memory. */
typedef int entry_fn(struct ow_names *names, const struct place *place, int fd, const char *entry,
		     size_t *n);

struct place {
	const char *folder, *runtime;
	entry_fn *read;
	enum ow_name_form form;
	const char *file; /* of an entry that is a folder */
};

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static int add(struct ow_names *names, struct ow_name *name, const struct place *place, size_t *n)
{
	name->runtime = place->runtime;
	name->from = place->folder;
	if (!name->name && !name->pod)
		return 0; /* nothing that its id does not say */
	++*n;
	return ow_names_add(names, name);
}

/* The names in a file that is one object. */
static int read_object(struct ow_names *names, const struct place *place, int fd, const char *entry,
		       size_t *n)
{
	struct ow_name name;
	struct ow_str text;
	const char *path;
	int r;

	ow_arena_clear(names->scratch);
	path = ow_printf(names->scratch, "%s/%s", entry, place->file);
	if (!path)
		return -ENOMEM;
	if (ow_file_read(fd, path, FILE_MAX, names->scratch, &text, NULL) < 0)
		return 0; /* it may have ended meanwhile */
	r = ow_name_read(place->form, text, names->arena, &name);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (!name.id)
		name.id = ow_str_keep(names->arena, ow_str(entry));
	return name.id ? add(names, &name, place, n) : -ENOMEM;
}

struct storage {
	struct ow_names *names;
	const struct place *place;
	size_t *n;
};

static int take_stored(void *arg, struct ow_str object)
{
	struct storage *storage = arg;
	struct ow_name name;
	int r;

	if (ow_names_full(storage->names))
		return 0;
	r = ow_name_read(OW_NAME_STORAGE, object, storage->names->arena, &name);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return name.id ? add(storage->names, &name, storage->place, storage->n) : 0;
}

/* The names in a file that is a list: containers.json of CRI-O and Podman. */
static int read_storage(struct ow_names *names, const struct place *place, int fd,
			const char *entry, size_t *n)
{
	struct storage storage = { names, place, n };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(2 * STORAGE_MAX);
	ow_scoped(ow_split_freep) struct ow_split *split = ow_split_new(take_stored, &storage);
	struct ow_str text;

	if (strcmp(entry, place->file) != 0)
		return 0;
	if (!arena || !split)
		return -ENOMEM;
	if (ow_file_read(fd, entry, STORAGE_MAX, arena, &text, NULL) < 0)
		return 0;
	return ow_split_feed(split, text.p, text.n) == -ENOMEM ? -ENOMEM : 0;
}

static int read_log(struct ow_names *names, const struct place *place, int fd, const char *entry,
		    size_t *n)
{
	struct ow_name name;
	int r = ow_name_read_log(entry, names->arena, &name);

	(void)fd;
	return r == 0 ? add(names, &name, place, n) : r == -ENOMEM ? r : 0;
}

static int read_pod(struct ow_names *names, const struct place *place, int fd, const char *entry,
		    size_t *n)
{
	struct ow_name name;
	int r = ow_name_read_pod(entry, names->arena, &name);

	(void)fd;
	return r == 0 ? add(names, &name, place, n) : r == -ENOMEM ? r : 0;
}

/* Of containerd a folder a namespace, and the containers in those. */
static int read_namespace(struct ow_names *names, const struct place *place, int fd,
			  const char *entry, size_t *n);

static const struct place places[] = {
	{ "/run/containerd/io.containerd.runtime.v2.task", "containerd", read_namespace,
	  OW_NAME_OCI, "config.json" },
	{ "/run/containers/storage/overlay-containers", NULL, read_object, OW_NAME_OCI,
	  "userdata/config.json" },
	{ "/var/lib/containers/storage/overlay-containers", NULL, read_storage, OW_NAME_STORAGE,
	  "containers.json" },
	{ "/var/lib/containers/storage/vfs-containers", NULL, read_storage, OW_NAME_STORAGE,
	  "containers.json" },
	{ "/var/lib/docker/containers", "docker", read_object, OW_NAME_DOCKER, "config.v2.json" },
	{ "/var/log/containers", NULL, read_log, OW_NAME_OCI, NULL },
	{ "/var/log/pods", NULL, read_pod, OW_NAME_OCI, NULL },
};

/* Reads the entries of an open folder, which it closes. */
static int read_folder(struct ow_names *names, const struct place *place, entry_fn *read, int fd,
		       size_t *n)
{
	ow_scoped(closedirp) DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	if (!dir) {
		(void)close(fd);
		return -errno;
	}
	while (r == 0 && !ow_names_late(names) && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && !ow_names_full(names))
			r = read(names, place, dirfd(dir), entry->d_name, n);
	return r;
}

static int read_namespace(struct ow_names *names, const struct place *place, int fd,
			  const char *entry, size_t *n)
{
	int inner = openat(fd, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	size_t from = names->n;
	const char *namespace;
	int r;

	if (inner < 0)
		return 0;
	r = read_folder(names, place, read_object, inner, n);
	namespace = ow_str_keep(names->arena, ow_str(entry));
	for (; r == 0 && from < names->n; from++)
		if (!names->entry[from].name.namespace)
			names->entry[from].name.namespace = namespace;
	return namespace ? r : -ENOMEM;
}

int ow_names_load_files(struct ow_names *names)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(places); i++) {
		const struct place *place = &places[i];
		const char *path = ow_printf(names->arena, "%s%s", names->root, place->folder);
		struct ow_err err = { "" };
		size_t n = 0;
		int fd, r;

		if (!path)
			return -ENOMEM;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
			continue;
		r = fd < 0 ? -errno : read_folder(names, place, place->read, fd, &n);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			(void)ow_fail(&err, -r, "cannot read '%s': %m%s", path,
				      r == -EACCES ? "; use sudo" : "");
		if ((n || r < 0) && ow_names_note(names, path, n, r, &err) < 0)
			return -ENOMEM;
	}
	return 0;
}
