/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_SELECT_H
#define OW_READ_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "read/case.h"
#include "record/oom.h"

enum ow_select {
	OW_SELECT_NO,
	OW_SELECT_YES,
	OW_SELECT_NUMBER, /* by its number: there is no other */
};

/*
 * Is this the kill that was asked for? number is its place in the listing, scratch is cleared. A
 * kill without a time is in no bounded period; one without a boot id may be of any boot.
 */
enum ow_select ow_select_match(const struct ow_case_select *select, uint64_t number,
			       const struct ow_oom *oom, struct ow_arena *scratch);

/*
 * Does wanted name the cgroup at path, or one that it is in?
 *
 *   3418b1d0c3a2            /docker/3418b1d0c3a2... (12 digits or more), /docker/3418.../init
 *   nginx, nginx.service    /system.slice/nginx.service
 *   /batch, worker          /batch/worker
 *   <uid>                   /kubepods/burstable/pod<uid>/<64 hex>
 */
bool ow_select_names(const char *wanted, const char *path, struct ow_arena *scratch);

#endif
