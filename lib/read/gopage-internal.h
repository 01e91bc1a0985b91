/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GOPAGE_INTERNAL_H
#define OW_READ_GOPAGE_INTERNAL_H

#include "record/goruntime.h"

/* What the files of the reader of a Go process's pages share; for nobody else. */

/* The classes of runtime/metrics. Together they are all memory that the runtime has. */
enum page_class {
	PAGE_OBJECTS,
	PAGE_UNUSED,
	PAGE_FREE,
	PAGE_RELEASED,
	PAGE_STACKS,
	PAGE_OS_STACKS,
	PAGE_MSPAN_INUSE,
	PAGE_MSPAN_FREE,
	PAGE_MCACHE_INUSE,
	PAGE_MCACHE_FREE,
	PAGE_CLASS_COUNT,
};

/* The numbers of one process as they are read. */
struct page_numbers {
	struct ow_go_stats stats;
	uint64_t seen; /* rows of the table of names: some fields of the record take two */
	unsigned have_class;
	uint64_t class[PAGE_CLASS_COUNT];
};

/* Takes one value. False when the name says nothing of the memory, or the value makes no sense. */
bool page_take(struct page_numbers *numbers, struct ow_str name, double value);

/* Fills what the classes say and MemStats did not. */
void page_finish(struct page_numbers *numbers);

#endif
