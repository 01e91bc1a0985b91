/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_KMSG_H
#define OW_COLLECT_KMSG_H

#include "collect/collect.h"

/*
 * The kernel's ring buffer: the records of /dev/kmsg as they are, one after the other
 *
 *   4,344,283033791,-;eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
 *
 * up to the last one that is there now. Where /dev/kmsg is missing or refused, syslog(2) is tried
 * (dmesg form). Records that the ring overwrote show as a gap in the sequence numbers.
 */
int ow_kmsg_collect(ow_collect_fn *take, void *arg, struct ow_err *err);

#endif
