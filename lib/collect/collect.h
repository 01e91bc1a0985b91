/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_COLLECT_H
#define OW_COLLECT_COLLECT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/evidence.h"

/*
 * What all collectors share. A collector turns one live source into raw bytes, and judges nothing.
 * Each gives up after a stated time and holds a bounded amount of memory. Its result is one of:
 *
 *   0         read
 *   -ENOENT   the source is not there: no journal, no Docker, a cgroup that is gone
 *   -EACCES   it is there and this user may not read it: err says what would help
 *   else      it is there and could not be read: err says why
 */

/* Takes the next n raw bytes of a kernel log. A negative errno ends the collecting. */
typedef int ow_collect_fn(void *arg, const char *bytes, size_t n);

#endif
