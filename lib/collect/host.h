/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_HOST_H
#define OW_COLLECT_HOST_H

#include "collect/collect.h"

/*
 * What the arithmetic needs to know of this machine, as one file of KEY=VALUE lines: name, kernel,
 * boot_id, cpus, memory_bytes, swap_bytes, time_usec and boot_usec (one moment on the wall clock
 * and on the kernel's), slept_usec.
 */
int ow_host_collect(struct ow_arena *arena, struct ow_evidence *ret, struct ow_err *err);

#endif
