/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_HEAP_H
#define OW_ANALYZE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/profile-view.h"
#include "base/arena.h"
#include "base/err.h"
#include "record/heap.h"
#include "record/memstats.h"
#include "record/profile.h"

/* What a collection left, as the gctrace line of it says: "gc 12 @...: 29->30->30 MB". */
struct ow_heap_mark {
	uint64_t number;
	int64_t live_bytes;
	int64_t wall_usec;
};

/* What else is known of the program. All may be absent: NULL, 0. */
struct ow_heap_facts {
	unsigned have;       /* enum ow_heap_fact */
	int64_t limit_bytes; /* of its cgroup */
	int64_t kill_usec;   /* when it was killed, wall clock */
	const char *build_id;
	const struct ow_memstats *memstats; /* taken with the profile; NULL: those of the profile */
	const struct ow_heap_mark *mark;    /* of this process, in order */
	size_t n_marks;
	/* The profiles that were put together, and the base that was subtracted, each as it was
	 * read: to find out whether they belong together. */
	const struct ow_profile *const *part;
	size_t n_parts;
	const struct ow_profile *const *base;
	size_t n_bases;
};

enum ow_heap_fact {
	OW_HEAP_FACT_LIMIT = 1 << 0,
	OW_HEAP_FACT_KILL = 1 << 1,
	OW_HEAP_FACT_FILTERED = 1 << 2, /* the view leaves samples out: the total is not all */
};

/*
 * What a heap profile says, seen through the filters of the view, whose granularity must be
 * addresses. For a profile alone:
 *
 *   struct ow_profile_filter all = { .granularity = OW_GRANULARITY_ADDRESSES, .unit = "minimum" };
 *   ow_profile_view_new(profile, &all, arena, &view, err) ||
 *   ow_heap_new(view, &(struct ow_heap_facts){ 0 }, arena, &heap, err);
 *
 * Rows add up to the total. A path of which nothing is in use (or, where there is no in-use,
 * allocated) has no row. -ENOENT: it counts no memory, err says what; -EOVERFLOW: the sums do not
 * fit in 63 bits; -ENOMEM.
 */
int ow_heap_new(struct ow_profile_view *view, const struct ow_heap_facts *facts,
		struct ow_arena *arena, struct ow_heap **ret, struct ow_err *err);

/*
 * Whose code a function is, by its name and the file that the profile says it is in: "main.grow" is
 * the user's, "net/http.(*conn).serve" of "/usr/lib/go-1.19/src/net/http/server.go" comes with Go,
 * what lies in the module cache or in a vendor folder is a library. own is the part of a path that
 * marks the user's module all the same, as ow_heap_own_module found it; empty: none.
 */
enum ow_heap_origin ow_heap_origin(struct ow_str function, struct ow_str file, struct ow_str own);

/* A program that was installed from the module cache lies there itself: given the file of its
 * main.main, "/go/pkg/mod/example.com/app@v1.2.3/cmd/main.go", this is
 * "example.com/app@v1.2.3/". Empty when it is not so. */
struct ow_str ow_heap_own_module(struct ow_str main_file);

/*
 * Go's size classes (runtime/sizeclasses.go, the same from Go 1.16 on): does an object of so many
 * bytes fill one, or whole pages above 32 KiB? Then it was given for a request of between *min and
 * *max bytes.
 */
bool ow_heap_size_class(uint64_t bytes, uint64_t *min, uint64_t *max);

#endif
