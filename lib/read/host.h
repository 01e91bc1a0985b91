/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_HOST_H
#define OW_READ_HOST_H

#include "base/arena.h"
#include "base/scan.h"
#include "record/case.h"

/*
 * Reads the file "host" of a case, lines of KEY=VALUE:
 *
 *   name=web-1
 *   kernel=6.1.0-18-amd64
 *   boot_id=ece1c21e0a314da3aa627dd353226ec2
 *   cpus=2
 *   memory_bytes=25276502016
 *   swap_bytes=0
 *   time_usec=1795162362369821     one moment on the wall clock
 *   boot_usec=1737856719           and on the kernel's
 *   slept_usec=0
 *
 * A line that is of none of these keys, or whose value makes no sense, is skipped; of a key that
 * comes twice the last one counts. Returns 0, -EBADMSG when no line made sense, -ENOMEM.
 */
int ow_host_read(struct ow_str text, const char *source, struct ow_arena *arena,
		 struct ow_host *ret);

#endif
