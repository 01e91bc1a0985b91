/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the files of a journal. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/journal-internal.h"

#define ID_LENGTH 32

struct list {
	struct ow_arena *arena;
	struct ow_journal_file *file;
	size_t n;
};

static int add(struct list *list, const char *path)
{
	struct ow_journal_file *file = ow_grow(list->arena, list->file, list->n, sizeof(*file));

	if (!file || !path)
		return -ENOMEM;
	list->file = file;
	list->file[list->n++] = (struct ow_journal_file){ .path = path };
	return 0;
}

static bool ends_with(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcmp(name + n - m, ending) == 0;
}

/* "8e5ca1ce7a6f4b8db2a3b3d1a6a3a0f1", or that and a dot and the name of a namespace. */
static bool is_machine(const char *name)
{
	size_t n = 0;

	while (n < ID_LENGTH && isxdigit((unsigned char)name[n]))
		n++;
	return n == ID_LENGTH && (name[n] == '\0' || name[n] == '.');
}

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/*
 * Adds the files in folder and, when machines is set, those in its sub-folders that bear the id of
 * a machine (only that one, when machine is not NULL).
 */
static int add_folder(struct list *list, const char *folder, bool machines, const char *machine)
{
	ow_scoped(closedirp) DIR *dir = opendir(folder);
	const struct dirent *entry;
	int r = 0;

	/* It fails again when it is opened like a file, and is counted as such. */
	if (!dir && errno != ENOENT && errno != ENOTDIR)
		return add(list, folder);
	while (r == 0 && dir && (entry = readdir(dir))) {
		const char *path;

		/* A .journal~ was not closed in order: what it holds counts all the same. */
		if (ends_with(entry->d_name, ".journal") || ends_with(entry->d_name, ".journal~"))
			r = add(list, ow_printf(list->arena, "%s/%s", folder, entry->d_name));
		if (!machines || !is_machine(entry->d_name) ||
		    (machine && strcmp(entry->d_name, machine) != 0))
			continue;
		path = ow_printf(list->arena, "%s/%s", folder, entry->d_name);
		r = path ? add_folder(list, path, false, NULL) : -ENOMEM;
	}
	return r;
}

static int add_system(struct list *list, const char *root, const char *machine)
{
	static const char *const folder[] = { "/var/log/journal", "/run/log/journal" };
	int r = 0;

	for (size_t i = 0; r == 0 && i < OW_ARRAY_SIZE(folder); i++) {
		const char *path = ow_printf(list->arena, "%s%s", root, folder[i]);

		r = path ? add_folder(list, path, true, machine) : -ENOMEM;
	}
	return r;
}

static int add_host(struct list *list)
{
	char machine[SD_ID128_STRING_MAX];
	sd_id128_t id;
	int r;

	/* A folder of another machine came with an image, or was sent here: not this host's. */
	if (sd_id128_get_machine(&id) >= 0) {
		r = add_system(list, "", sd_id128_to_string(id, machine));
		if (r < 0 || list->n)
			return r;
	}
	return add_system(list, "", NULL);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct ow_journal_file *)a)->path,
		      ((const struct ow_journal_file *)b)->path);
}

int ow_journal_list(struct ow_journal_collector *c, const struct ow_journal_options *options,
		    struct ow_err *err)
{
	const char *place = options->directory ? options->directory
			    : options->root    ? options->root
					       : "/var/log/journal and /run/log/journal";
	struct list list = { .arena = c->arena };
	int r = 0;

	if (options->n_files)
		for (size_t i = 0; r == 0 && i < options->n_files; i++)
			r = add(&list, options->files[i]);
	else if (options->directory)
		r = add_folder(&list, options->directory, true, NULL);
	else if (options->root)
		r = add_system(&list, options->root, NULL);
	else
		r = add_host(&list);

	if (r < 0)
		return ow_fail(err, -r, "cannot list the journal files: %m");
	if (list.n == 0)
		return ow_fail(err, ENOENT, "there are no journal files in %s", place);
	qsort(list.file, list.n, sizeof(*list.file), by_path);
	c->file = list.file;
	c->n_files = list.n;
	return 0;
}
