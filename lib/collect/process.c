/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "read/process.h"

#define FILE_MAX OW_KIB(64)

/* The process is there as long as its folder finds something. */
static bool is_gone(int dir)
{
	return faccessat(dir, "status", F_OK, 0) < 0;
}

/* A long command line may be cut: nothing of its end is shown. */
static int read_file(int dir, const struct ow_process_file *file, struct ow_arena *arena,
		     struct ow_process *process)
{
	char bytes[FILE_MAX];
	ow_scoped(ow_closep) int fd = openat(dir, file->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t n = 0;

	if (fd < 0)
		return -errno;
	while (n < sizeof(bytes)) {
		ssize_t got = read(fd, bytes + n, sizeof(bytes) - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	if (n == sizeof(bytes) && !(file->gives & OW_PROCESS_COMMAND))
		return -EFBIG;
	return ow_process_read(file, (struct ow_str){ bytes, n }, arena, process);
}

int ow_process_collect(int proc, int64_t pid, unsigned want, struct ow_arena *arena,
		       struct ow_process *ret, struct ow_err *err)
{
	struct ow_process process = { .pid = pid };
	ow_scoped(ow_closep) int dir = -1;
	char name[32];

	(void)snprintf(name, sizeof(name), "%" PRId64, pid);
	dir = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return ow_fail(err, errno == ENOENT ? ESRCH : errno, "cannot open process %s: %m",
			       name);
	for (size_t i = 0; i < ow_process_files_n; i++) {
		const struct ow_process_file *file = &ow_process_files[i];
		int r = 0;

		if (i == 0 || (file->gives & want)) /* the first one has the name */
			r = read_file(dir, file, arena, &process);
		if (r == -ENOMEM || r == -EMFILE || r == -ENFILE)
			return ow_fail(err, -r, "cannot read '%s' of process %s: %m", file->name,
				       name);
		if ((r == -EACCES || r == -EPERM) && !process.denied)
			process.denied = file->name;
	}
	if (is_gone(dir))
		return ow_fail(err, ESRCH, "process %s is gone", name);
	process.have &= want;
	*ret = process;
	return 0;
}
