/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GOPAGE_H
#define OW_READ_GOPAGE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/goruntime.h"

/*
 * Reads the numbers that a Go process tells of itself, in pieces of any size:
 *
 *   a page of metrics, as Prometheus takes it (text or OpenMetrics); only names that say something
 *   of the memory are looked at:
 *
 *	go_memstats_heap_alloc_bytes 1.436584e+06
 *	process_resident_memory_bytes{instance="a:8080"} 4.9147904e+07 1795154646000
 *	go_info{version="go1.19.8"} 1
 *
 *   a dump of runtime/metrics, a name and a value a line:
 *
 *	/memory/classes/heap/objects:bytes 1436584
 *	/gc/pauses:seconds histogram count=22
 *
 * A page of several processes, as a federation or a collector has it, cannot be one process's: when
 * a name comes twice with other labels it is refused, unless instance says which one is meant.
 */
struct ow_go_page_reader;

struct ow_go_page_options {
	const char *source;   /* of the result; copied */
	int64_t time_usec;    /* when it was read; 0: not known. A time in the page counts more */
	const char *instance; /* of several: text that stands in the labels of the one meant, as
				 pod="orders-1"; NULL: there must be one only */
};

/* What is read is the arena's. NULL when there is no memory. */
struct ow_go_page_reader *ow_go_page_reader_new(const struct ow_go_page_options *options,
						struct ow_arena *arena);
struct ow_go_page_reader *ow_go_page_reader_free(struct ow_go_page_reader *reader);

static inline void ow_go_page_reader_freep(struct ow_go_page_reader **reader)
{
	*reader = ow_go_page_reader_free(*reader);
}

/* The next n bytes. 0 or -ENOMEM. */
int ow_go_page_reader_feed(struct ow_go_page_reader *reader, const char *bytes, size_t n);

/*
 * There is no more. -EBADMSG when nothing in it is of a Go process; -ENOTUNIQ when it is of
 * several: err names the labels that tell them apart; -ENOMEM.
 */
int ow_go_page_reader_end(struct ow_go_page_reader *reader, struct ow_go_stats *ret,
			  struct ow_err *err);

/* What a text or profile is, by its first bytes (some 4 kB say enough). */
enum ow_go_kind {
	OW_GO_KIND_UNKNOWN,
	OW_GO_KIND_PROFILE,      /* profile.proto, unpacked */
	OW_GO_KIND_HEAP_TEXT,    /* "heap profile: 1: 416 [480: 33589200] @ heap/1048576" */
	OW_GO_KIND_GOROUTINES,   /* "goroutine profile: total 4" */
	OW_GO_KIND_STACKS,       /* "goroutine 1 [select]:" */
	OW_GO_KIND_METRICS,      /* "# HELP go_goroutines ..." */
	OW_GO_KIND_RUNTIME,      /* "/memory/classes/total:bytes 297133384" */
	OW_GO_KIND_SMAPS_ROLLUP, /* "00400000-7fffa0fa3000 ---p ... [rollup]" */
	OW_GO_KIND_STATUS,       /* "Name:\tleaky" */
	OW_GO_KIND_MEMORY_STAT,  /* "anon 33554432", "cache 4096" */
	OW_GO_KIND_COUNT,
};

enum ow_go_kind ow_go_kind_of(struct ow_str head);

#endif
