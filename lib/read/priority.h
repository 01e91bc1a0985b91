/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PRIORITY_H
#define OW_READ_PRIORITY_H

#include <stdbool.h>

#include "base/scan.h"

/* The number of a priority that is written in words, as syslog counts: eight times the facility,
 * and the level. "kern" and "warn" are 4. False where one of them is none. */
bool ow_priority_of(struct ow_str facility, struct ow_str level, unsigned *ret);

#endif
