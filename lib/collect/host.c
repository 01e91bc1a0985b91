/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/host.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <systemd/sd-id128.h>
#include <time.h>

#include "base/escape.h"
#include "base/time.h"

static int64_t clock_usec(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

int ow_host_collect(struct ow_arena *arena, struct ow_evidence *ret, struct ow_err *err)
{
	struct ow_evidence file = { .path = "host", .source = "host" };
	char boot_id[SD_ID128_STRING_MAX] = "";
	int64_t wall_usec, boot_usec, slept_usec;
	struct utsname system;
	struct sysinfo info;
	const char *name;
	sd_id128_t boot;

	if (uname(&system) < 0 || sysinfo(&info) < 0)
		return ow_fail(err, errno, "cannot ask the kernel about this machine: %m");
	if (sd_id128_get_boot(&boot) >= 0)
		(void)sd_id128_to_string(boot, boot_id);
	boot_usec = clock_usec(CLOCK_MONOTONIC);
	wall_usec = clock_usec(CLOCK_REALTIME);
	/* CLOCK_BOOTTIME goes on while the machine sleeps, and the kernel's log does not. */
	slept_usec = clock_usec(CLOCK_BOOTTIME) - clock_usec(CLOCK_MONOTONIC);

	name = ow_escape_text(arena, ow_str(system.nodename)); /* one line, whatever it holds */
	if (name)
		file.bytes.p = ow_printf(arena,
					 "name=%s\nkernel=%s\nboot_id=%s\ncpus=%d\n"
					 "memory_bytes=%" PRIu64 "\nswap_bytes=%" PRIu64
					 "\ntime_usec=%" PRIi64 "\nboot_usec=%" PRIi64
					 "\nslept_usec=%" PRIi64 "\n",
					 name, system.release, boot_id, get_nprocs(),
					 (uint64_t)info.totalram * info.mem_unit,
					 (uint64_t)info.totalswap * info.mem_unit, wall_usec,
					 boot_usec, slept_usec > 1000 ? slept_usec : 0);
	if (!file.bytes.p)
		return ow_fail(err, ENOMEM, "cannot describe this machine: %m");
	file.bytes.n = strlen(file.bytes.p);
	file.time_usec = wall_usec;
	*ret = file;
	return 0;
}
