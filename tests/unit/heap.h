/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_UNIT_HEAP_H
#define OW_TESTS_UNIT_HEAP_H

#include "analyze/heap.h"
#include "base/intern.h"
#include "profile.h"

/*
 * Profiles are written as a head and rows: "objects: bytes [objects: bytes]", both in use and
 * allocated, then the frames, the leaf first. At heap/2 each object is counted, at heap/1048576 one
 * in 512 kB is a sample.
 */
#define EXACT               "heap profile: 1: 1 [2: 2] @ heap/2\n"
#define SAMPLED             "heap profile: 1: 1 [2: 2] @ heap/1048576\n"

#define F(name, file, line) "|" name "+0x1\t" file ":" line
#define REPEAT              F("bytes.Repeat", "/usr/lib/go-1.19/src/bytes/bytes.go", "610")
#define TRACK               F("main.(*T).Track", "/src/main.go", "33")
#define APPEND              F("main.(*T).Track", "/src/main.go", "34")
#define MAIN                F("main.main", "/src/main.go", "90")
#define RUN                 F("runtime.main", "/usr/lib/go-1.19/src/runtime/proc.go", "250")
#define LOAD                F("gopkg.in/yaml%2ev3.(*parser).node", "/go/pkg/mod/gopkg.in/yaml.v3@v3.0.1/d.go", "7")
#define DECODE              F("gopkg.in/yaml%2ev3.Unmarshal", "/go/pkg/mod/gopkg.in/yaml.v3@v3.0.1/y.go", "9")

/* The row as debug=1 has it; each frame has an address of its own. */
static inline const char *page_row(struct ow_arena *arena, struct ow_intern *frames,
				   struct ow_str row)
{
	struct ow_str counts = row, frame;
	const char *addresses = "", *names = "";
	uint32_t number;

	if (!ow_scan_until(&row, "|", &counts))
		return ow_printf(arena, "%.*s\n", (int)row.n, row.p);
	while (row.n) {
		if (!ow_scan_until(&row, "|", &frame)) {
			frame = row;
			row.n = 0;
		}
		assert_int_equal(ow_intern(frames, frame.p, frame.n, &number), 0);
		addresses = ow_printf(arena, "%s 0x%x", addresses, 16 * number + 17);
		names = ow_printf(arena, "%s#\t0x%x\t%.*s\n", names, 16 * number + 16, (int)frame.n,
				  frame.p);
	}
	return ow_printf(arena, "%.*s @%s\n%s\n", (int)counts.n, counts.p, addresses, names);
}

static inline struct ow_profile *read_page(struct ow_arena *arena, const char *rows)
{
	struct ow_str rest = ow_str(rows), row;
	struct ow_profile *profile = NULL;
	struct ow_err err = { "" };
	struct ow_intern frames;
	const char *page = "";

	ow_intern_init(&frames, arena);
	while (ow_scan_line(&rest, &row))
		page = ow_printf(arena, "%s%s", page, page_row(arena, &frames, row));
	if (profile_feed(page, strlen(page), 1000, arena, &profile, &err) < 0)
		fail_msg("%s", err.text);
	return profile;
}

static inline int try_heap(struct ow_arena *arena, const struct ow_profile *profile,
			   const struct ow_heap_facts *facts, const struct ow_heap **ret,
			   struct ow_err *err)
{
	static const struct ow_profile_filter all = { .granularity = OW_GRANULARITY_ADDRESSES,
						      .unit = "minimum" };
	struct ow_profile_view *view;
	struct ow_heap *heap = NULL;
	int r;

	assert_int_equal(ow_profile_view_new(profile, &all, arena, &view, err), 0);
	r = ow_heap_new(view, facts, arena, &heap, err);
	*ret = heap;
	return r;
}

static inline const struct ow_heap *
heap_of(struct ow_arena *arena, const struct ow_profile *profile, const struct ow_heap_facts *facts)
{
	const struct ow_heap_facts none = { 0 };
	const struct ow_heap *heap;
	struct ow_err err = { "" };

	if (try_heap(arena, profile, facts ? facts : &none, &heap, &err) < 0)
		fail_msg("%s", err.text);
	return heap;
}

static inline const struct ow_heap *heap_of_page(struct ow_arena *arena, const char *page)
{
	return heap_of(arena, read_page(arena, page), NULL);
}

#endif
