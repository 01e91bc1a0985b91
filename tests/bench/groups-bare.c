/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor for a listing of cgroups: opens every group below a folder, reads the files that are
 *named from each, and throws them away. Like the library it lists only groups that have others
 *below them.
 *
 *	groups-bare FOLDER FILE...
 *
 * Says on standard error how many groups and bytes that were.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const *files;
static unsigned long groups, bytes;
static char buffer[1 << 16];

static void read_files(int dir)
{
	for (size_t i = 0; files[i]; i++) {
		int fd = openat(dir, files[i], O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? 0 : read(fd, buffer, sizeof(buffer));

		bytes += n > 0 ? (unsigned long)n : 0;
		if (fd >= 0)
			(void)close(fd);
	}
}

static void walk(int dir)
{
	const struct dirent *entry;
	struct stat status;
	DIR *stream;

	groups++;
	read_files(dir);
	if (fstat(dir, &status) == 0 && status.st_nlink == 2) {
		(void)close(dir);
		return;
	}
	stream = fdopendir(dir);
	if (!stream)
		err(EXIT_FAILURE, "cannot list a group");
	while ((entry = readdir(stream))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		dir = openat(dirfd(stream), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir >= 0)
			walk(dir);
	}
	(void)closedir(stream);
}

int main(int argc, char *argv[])
{
	int dir = argc > 2 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (dir < 0)
		err(EXIT_FAILURE, "usage: groups-bare FOLDER FILE...");
	files = (const char *const *)argv + 2;
	walk(dir);
	fprintf(stderr, "%lu groups, %lu bytes\n", groups, bytes);
	return EXIT_SUCCESS;
}
