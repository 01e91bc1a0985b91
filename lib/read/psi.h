/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PSI_H
#define OW_READ_PSI_H

#include "base/scan.h"
#include "record/cgroup.h"

/*
 * Reads memory.pressure of a group, or /proc/pressure/memory:
 *
 *   some avg10=0.22 avg60=0.17 avg300=1.11 total=58761459
 *   full avg10=0.22 avg60=0.16 avg300=1.08 total=58464525
 *
 * Lines that make no sense or are of another kind are passed over. Returns 0, or -EBADMSG with ret
 * as it was when no line is left.
 */
int ow_psi_read(struct ow_str text, struct ow_psi *ret);

#endif
