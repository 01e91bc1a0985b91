/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"

/* One read(2) gives one record: this holds the largest, and many small ones before they go out. */
#define BUFFER_MAX     OW_KIB(64)
#define RECORD_MAX     OW_KIB(16)

/* No ring holds more; the size of one that does not tell. */
#define RING_MAX       OW_MIB(256)
/* The fewest bytes that a record takes of a ring. */
#define RING_PER_ENTRY 16

/* include/linux/syslog.h, which is not for user space. */
enum {
	READ_ALL = 3,
	SIZE_BUFFER = 10,
};

/* Where a container is not to see the log, /dev/kmsg may be another device, or a console. */
static bool is_kmsg(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
	       status.st_rdev == makedev(1, 11);
}

/*
 * After as many records as the ring can hold, those that were there at the start have been read or
 * overwritten: so this ends also when lines come in faster than they are read.
 */
static int drain(int fd, ow_collect_fn *take, void *arg, char *buffer, struct ow_err *err)
{
	int ring = klogctl(SIZE_BUFFER, NULL, 0);
	size_t left = (ring > 0 ? (size_t)ring : RING_MAX) / RING_PER_ENTRY;
	size_t n = 0;
	int r = 0;

	for (; r == 0 && left; left--) {
		ssize_t got = read(fd, buffer + n, BUFFER_MAX - n);

		if (got < 0 && (errno == EINTR || errno == EPIPE))
			continue; /* EPIPE: the next records were overwritten, go on behind them */
		if (got < 0 && errno != EAGAIN)
			return ow_fail(err, errno, "cannot read /dev/kmsg: %m");
		if (got <= 0)
			break;
		n += (size_t)got;
		if (BUFFER_MAX - n < RECORD_MAX) {
			r = take(arg, buffer, n);
			n = 0;
		}
	}
	if (r == 0 && n)
		r = take(arg, buffer, n);
	return r < 0 ? ow_fail(err, -r, "cannot go on with /dev/kmsg: %m") : 0;
}

/* The same lines by syslog(2), as dmesg -r prints them; the time is to the microsecond, too. */
static int read_syslog(ow_collect_fn *take, void *arg, struct ow_arena *arena, struct ow_err *err)
{
	int size = klogctl(SIZE_BUFFER, NULL, 0);
	char *buffer =
		size > 0 && (size_t)size <= RING_MAX ? ow_alloc(arena, (size_t)size, 1) : NULL;
	int n = buffer ? klogctl(READ_ALL, buffer, size) : -1;
	int r;

	if (size > 0 && !buffer)
		return ow_fail(err, ENOMEM, "cannot read the kernel's log: %m");
	if (n < 0 && (errno == EPERM || errno == EACCES))
		return ow_fail(err, EACCES,
			       "cannot read the kernel's log: permission denied; use sudo, or set "
			       "the sysctl kernel.dmesg_restrict to 0");
	if (n < 0)
		return ow_fail(err, errno == ENOSYS ? ENOENT : errno,
			       "cannot read the kernel's log: %m");
	r = n ? take(arg, buffer, (size_t)n) : 0;
	return r < 0 ? ow_fail(err, -r, "cannot go on with the kernel's log: %m") : 0;
}

int ow_kmsg_collect(ow_collect_fn *take, void *arg, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(RING_MAX + BUFFER_MAX);
	ow_scoped(ow_closep) int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char *buffer;

	if (!arena)
		return ow_fail(err, ENOMEM, "cannot read the kernel's log: %m");
	if (fd < 0 || !is_kmsg(fd))
		return read_syslog(take, arg, arena, err);
	buffer = ow_alloc(arena, BUFFER_MAX, 1);
	if (!buffer)
		return ow_fail(err, ENOMEM, "cannot read the kernel's log: %m");
	return drain(fd, take, arg, buffer, err);
}
