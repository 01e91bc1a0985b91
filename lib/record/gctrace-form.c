/* SPDX-License-Identifier: Apache-2.0 */
#include "record/gctrace-form.h"

#include "base/arena.h"

const struct ow_gc_suffix ow_gc_suffixes[] = {
	{ " (forced)",
	  "the program called runtime.GC() or debug.FreeOSMemory(); up to Go 1.8 it may also have been "
	  "started with collections that stop the world",
	  OW_GC_EVENT_CYCLE, offsetof(struct ow_gc_event, cycle.forced) },
	{ " (forced)", "the program called debug.FreeOSMemory()", OW_GC_EVENT_SCAVENGE,
	  offsetof(struct ow_gc_event, scavenge.forced) },
	{ " (checking for goroutine leaks)",
	  "goroutines that nothing can wake any more were looked for", OW_GC_EVENT_CYCLE,
	  offsetof(struct ow_gc_event, cycle.leak_check) },
	{ " [controller reset]", "the scavenger could not hold its pace and begins anew",
	  OW_GC_EVENT_SCAVENGE, 0 },
	{ "[controller reset]", "the forecast was far off and begins anew", OW_GC_EVENT_PACER, 0 },
};

const size_t ow_gc_suffixes_n = OW_ARRAY_SIZE(ow_gc_suffixes);
