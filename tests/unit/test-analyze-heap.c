/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap.h"

#include <errno.h>
#include <math.h>

#include "analyze/profile-merge.h"
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
static const char *page_row(struct ow_arena *arena, struct ow_intern *frames, struct ow_str row)
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

static struct ow_profile *read_page(struct ow_arena *arena, const char *rows)
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

static int try_heap(struct ow_arena *arena, const struct ow_profile *profile,
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

static const struct ow_heap *heap_of(struct ow_arena *arena, const struct ow_profile *profile,
				     const struct ow_heap_facts *facts)
{
	const struct ow_heap_facts none = { 0 };
	const struct ow_heap *heap;
	struct ow_err err = { "" };

	if (try_heap(arena, profile, facts ? facts : &none, &heap, &err) < 0)
		fail_msg("%s", err.text);
	return heap;
}

static const struct ow_heap *heap_of_page(struct ow_arena *arena, const char *page)
{
	return heap_of(arena, read_page(arena, page), NULL);
}

static bool is_odd(const struct ow_heap *heap, const char *word)
{
	const struct ow_heap_oddity *oddity = heap->oddities.item;

	for (size_t i = 0; i < heap->oddities.n; i++)
		if (strcmp(oddity[i].word, word) == 0)
			return true;
	return false;
}

static void a_row_is_a_place_and_whom_it_is_for(void **state)
{
	const struct ow_heap *heap =
		heap_of_page(*state, EXACT "3: 12288 [4: 16384]" REPEAT TRACK MAIN RUN "\n"
					   "2: 8192 [2: 8192]" REPEAT TRACK RUN "\n"
					   "1: 64 [1: 64]" LOAD DECODE MAIN RUN "\n"
					   "1: 16 [1: 16]" RUN "\n");
	const struct ow_heap_row *row = ow_heap_rows(heap);
	const struct ow_heap_holder *holder = heap->holders.item;

	assert_int_equal(heap->rows.n, 3);
	assert_true(ow_str_is(row[0].site.name, "bytes.Repeat"));
	assert_int_equal(row[0].site.line, 610);
	assert_int_equal(row[0].site.origin, OW_HEAP_STANDARD);
	assert_true(row[0].have & OW_HEAP_ROW_WHO);
	assert_true(ow_str_is(row[0].who.name, "main.(*T).Track"));
	assert_int_equal(row[0].who.line, 33);
	assert_int_equal(row[0].who.origin, OW_HEAP_OWN);
	assert_false(row[0].have & OW_HEAP_ROW_VIA);
	assert_int_equal(row[0].stacks, 2);
	assert_int_equal(row[0].sums.inuse_bytes, 20480);
	assert_int_equal(row[0].sums.inuse_objects, 5);
	assert_int_equal(row[0].sums.alloc_bytes, 24576);
	assert_int_equal(row[0].sums.kept_permyriad, 8333);
	assert_int_equal(row[0].object_bytes, 4096);

	assert_true(ow_str_is(row[1].site.name, "gopkg.in/yaml%2ev3.(*parser).node"));
	assert_true(ow_str_is(row[1].who.name, "main.main"));
	assert_true(row[1].have & OW_HEAP_ROW_VIA);
	assert_true(ow_str_is(row[1].via.name, "gopkg.in/yaml%2ev3.Unmarshal"));
	assert_false(row[2].have & OW_HEAP_ROW_WHO);

	assert_int_equal(heap->holders.n, 2);
	assert_true(ow_str_is(holder[0].who.name, "main.(*T).Track"));
	assert_int_equal(holder[0].sums.inuse_bytes, 20480);
}

/* The runtime's own objects stand in the lines of whoever happens to run. */
static void a_few_other_objects_do_not_hide_the_usual_size(void **state)
{
	static const struct {
		const char *other;
		bool usual;
		uint64_t size;
	} rows[] = {
		{ "2: 192 [2: 192]", true, 4096 },
		{ "9: 36000 [9: 36000]", false, 4088 },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const struct ow_heap *heap = heap_of_page(
			*state,
			ow_printf(*state, EXACT "%s" TRACK "\n100: 409600 [100: 409600]" TRACK "\n",
				  rows[i].other));
		const struct ow_heap_row *row = ow_heap_rows(heap);

		assert_int_equal(heap->rows.n, 1);
		assert_int_equal(!!(row->have & OW_HEAP_ROW_SIZE), rows[i].usual);
		assert_int_equal(!!(row->have & OW_HEAP_ROW_CLASS), rows[i].usual);
		assert_int_equal(row->object_bytes, rows[i].size);
		assert_int_equal(row->object_max_bytes, 4096);
	}
}

static void what_is_not_in_use_has_no_row(void **state)
{
	const struct ow_heap *heap = heap_of_page(*state, EXACT "0: 0 [9: 9000]" REPEAT MAIN "\n"
								"1: 100 [1: 100]" TRACK MAIN "\n");

	assert_int_equal(heap->rows.n, 1);
	assert_int_equal(heap->total.inuse_bytes, 100);
	assert_int_equal(heap->total.alloc_bytes, 9100);
	assert_int_equal(heap->total.kept_permyriad, 110);
}

static void the_error_follows_from_the_samples(void **state)
{
	const struct ow_heap *heap =
		heap_of_page(*state, SAMPLED "54: 221184 [54: 221184]" REPEAT TRACK MAIN "\n"
					     "1: 80216064 [1: 80216064]" APPEND MAIN "\n");
	const struct ow_heap_row *row = ow_heap_rows(heap);
	const double p = 1 - exp(-4096.0 / 524288);
	const double error = 4096 * sqrt(54 * (1 - p)) / p;

	assert_int_equal(row[0].sums.samples, 1); /* so large that it is always one */
	assert_int_equal(row[0].sums.error_bytes, 0);
	assert_int_equal(row[1].sums.samples, 54);
	assert_int_equal(row[1].sums.error_bytes, llrint(error));
	assert_int_equal(heap->total.samples, 55);
	assert_int_equal(heap->total.error_bytes, llrint(error));
	assert_true(heap->total.have & OW_HEAP_ERROR);
}

static void rows_within_one_error_cannot_be_told_apart(void **state)
{
	const struct ow_heap *heap = heap_of_page(
		*state, SAMPLED
		"100: 409600 [100: 409600]" REPEAT TRACK "\n"
		"10: 40960 [10: 40960]" F(
			"main.a", "/src/a.go",
			"1") "\n"
			     "9: 36864 [9: 36864]" F("main.b", "/src/b.go",
						     "1") "\n"
							  "1: 4096 [1: 4096]" F(
								  "main.c", "/src/c.go", "1") "\n");
	const struct ow_heap_row *row = ow_heap_rows(heap);
	static const uint64_t first[] = { 1, 2, 2, 4 }, last[] = { 1, 3, 3, 4 };

	assert_int_equal(heap->rows.n, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(row[i].first_rank, first[i]);
		assert_int_equal(row[i].last_rank, last[i]);
	}
}

static void whose_code_it_is_shows_in_its_path(void **state)
{
	static const struct {
		const char *function, *file;
		enum ow_heap_origin origin;
	} rows[] = {
		{ "main.main", "/src/main.go", OW_HEAP_OWN },
		{ "main.main.func1", "", OW_HEAP_OWN },
		{ "net/http.(*conn).serve", "/usr/lib/go-1.19/src/net/http/server.go",
		  OW_HEAP_STANDARD },
		{ "net/http.(*conn).serve", "net/http/server.go", OW_HEAP_STANDARD },
		{ "net/http.(*conn).serve", "GOROOT/src/net/http/server.go", OW_HEAP_STANDARD },
		{ "net/http.(*conn).serve", "", OW_HEAP_STANDARD },
		{ "runtime.goexit", "/usr/lib/go/src/runtime/asm_amd64.s", OW_HEAP_STANDARD },
		{ "vendor/golang.org/x/net/http2/hpack.(*Encoder).Write",
		  "/usr/lib/go/src/vendor/golang.org/x/net/http2/hpack/encode.go",
		  OW_HEAP_STANDARD },
		{ "slices.Grow[go.shape.[]example.com/x.T]", "slices/slices.go", OW_HEAP_STANDARD },
		/* Modules may be called as they like, also without a dot. */
		{ "shop/cart.(*Cart).Add", "/u/shop/cart/cart.go", OW_HEAP_OWN },
		{ "shop/cart.(*Cart).Add", "shop/cart/cart.go", OW_HEAP_OWN },
		{ "log.Keep", "/u/log/keep.go", OW_HEAP_OWN },
		{ "log.Println", "C:/Go/src/log/log.go", OW_HEAP_STANDARD },
		{ "github.com/me/app/cart.Add", "/src/cart/cart.go", OW_HEAP_OWN },
		{ "github.com/me/app/cart.Add", "github.com/me/app/cart/cart.go", OW_HEAP_OWN },
		{ "main.Map[github.com/a/b.T]", "/src/main.go", OW_HEAP_OWN },
		{ "github.com/a/b.F", "/go/pkg/mod/github.com/a/b@v1.2.3/b.go", OW_HEAP_LIBRARY },
		{ "github.com/a/b.F", "github.com/a/b@v1.2.3/b.go", OW_HEAP_LIBRARY },
		{ "gopkg.in/yaml%2ev3.F", "/src/vendor/gopkg.in/yaml.v3/y.go", OW_HEAP_LIBRARY },
		{ "github.com/a/b.F", "external/com_github_a_b/b.go", OW_HEAP_LIBRARY },
		{ "std::vector<int>::push_back", "/usr/include/c++/12/vector", OW_HEAP_STANDARD },
		{ "operator new", "", OW_HEAP_STANDARD },
		{ "Cache::insert", "/src/cache.cc", OW_HEAP_OWN },
		{ "load", "/app/node_modules/x/y.js", OW_HEAP_LIBRARY },
		{ "readFile", "node:fs", OW_HEAP_STANDARD },
		{ "", "", OW_HEAP_NAMELESS },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const enum ow_heap_origin origin = ow_heap_origin(
			ow_str(rows[i].function), ow_str(rows[i].file), (struct ow_str){ "", 0 });

		if (origin != rows[i].origin)
			fail_msg("%s of %s is %s", rows[i].function, rows[i].file,
				 ow_heap_origin_names[origin]);
	}
}

static void a_program_from_the_module_cache_is_no_library_of_itself(void **state)
{
	static const struct {
		const char *main, *own;
	} rows[] = {
		{ "/go/pkg/mod/example.com/app@v1.2.3/cmd/main.go", "example.com/app@v1.2.3/" },
		{ "example.com/app@v1.2.3/main.go", "example.com/app@v1.2.3/" },
		{ "/src/main.go", "" },
		{ "/me@work/main.go", "" },
		{ "x@v1", "" },
		{ "", "" },
	};
	const struct ow_heap *heap = heap_of_page(
		*state,
		EXACT "1: 8 [1: 8]" F("example.com/app/db.Open",
				      "/go/pkg/mod/example.com/app@v1.2.3/db/db.go", "4")
			F("main.main", "/go/pkg/mod/example.com/app@v1.2.3/main.go", "9") "\n");

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const struct ow_str own = ow_heap_own_module(ow_str(rows[i].main));

		if (!ow_str_is(own, rows[i].own))
			fail_msg("%s: %.*s", rows[i].main, (int)own.n, own.p);
	}
	assert_true(ow_str_is(ow_heap_rows(heap)->who.name, "example.com/app/db.Open"));
}

static void sizes_are_those_of_gos_allocator(void **state)
{
	static const struct {
		uint64_t bytes, min, max; /* max 0: no class */
	} rows[] = {
		{ 8, 1, 8 },
		{ 16, 1, 16 },
		{ 24, 17, 24 },
		{ 4096, 3457, 4096 },
		{ 10240, 9729, 10240 },
		{ 32768, 28673, 32768 },
		{ 40960, 32769, 40960 },
		{ 80216064, 80207873, 80216064 },
		{ 0, 0, 0 },
		{ 10000, 0, 0 },
		{ 40961, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		uint64_t min = 0, max = 0;
		const bool is = ow_heap_size_class(rows[i].bytes, &min, &max);

		if (is != (rows[i].max != 0) || (is && (min != rows[i].min || max != rows[i].max)))
			fail_msg("%d: %d to %d", (int)rows[i].bytes, (int)min, (int)max);
	}
}

static void an_array_with_room_for_the_objects_may_keep_them(void **state)
{
	static const struct {
		const char *array;
		unsigned slot; /* 0: it keeps nothing */
	} rows[] = {
		{ "1: 335872 [1: 335872]" APPEND "\n", 8 },
		{ "1: 671744 [1: 671744]" APPEND "\n", 16 },
		{ "1: 1007616 [1: 1007616]" APPEND "\n", 24 },
		/* the one that it has grown out of is there, too: both together fit another slot */
		{ "1: 335872 [1: 335872]" APPEND "\n1: 327680 [1: 327680]" APPEND "\n", 8 },
		{ "1: 229376 [1: 229376]" APPEND "\n", 0 },         /* too small */
		{ "1: 4030464 [1: 4030464]" APPEND "\n", 0 },       /* too large */
		{ "9000: 1007616 [9000: 1007616]" APPEND "\n", 0 }, /* no array */
		{ "1: 1007616 [1: 1007616]" MAIN "\n", 0 },         /* of another function */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const struct ow_heap *heap = heap_of_page(
			*state,
			ow_printf(*state,
				  EXACT "40000: 163840000 [40000: 163840000]" REPEAT TRACK "\n"
					"%s",
				  rows[i].array));
		const struct ow_heap_row *row = ow_heap_rows(heap);

		assert_int_equal(heap->rows.n, 2);
		if (!!(row->have & OW_HEAP_ROW_KEEPER) != (rows[i].slot != 0))
			fail_msg("row %zu", i);
		if (!rows[i].slot)
			continue;
		assert_int_equal(row->keeper.slot_bytes, rows[i].slot);
		assert_int_equal(row->keeper.slots, 41984);
		assert_int_equal(row->keeper.site.line, 34);
		assert_false(row[1].have & OW_HEAP_ROW_KEEPER);
	}
}

static void an_uncertain_array_keeps_nothing(void **state)
{
	const struct ow_heap *heap =
		heap_of_page(*state, SAMPLED "200: 819200 [200: 819200]" REPEAT TRACK "\n"
					     "3: 122880 [3: 122880]" APPEND "\n");

	assert_false(ow_heap_rows(heap)->have & OW_HEAP_ROW_KEEPER);
}

#define STATS                                                                       \
	"\n# runtime.MemStats\n# HeapAlloc = 400\n# LastGC = 1795154620110511049\n" \
	"# PauseEnd = [1795154610516996612 1795154620110511049 1795154605736250140 0 0]\n"

static void its_age_is_that_of_the_last_collection_but_one(void **state)
{
	const struct ow_heap *heap = heap_of_page(*state, EXACT "1: 100 [1: 100]" TRACK "\n" STATS
								"# NumGC = 7\n# NumForcedGC = 2\n");
	const struct ow_heap_age *age = &heap->age;

	assert_int_equal(age->have, OW_HEAP_AGE_COLLECTION | OW_HEAP_AGE_MARK |
					    OW_HEAP_AGE_LAST_MARK | OW_HEAP_AGE_BEHIND |
					    OW_HEAP_AGE_LIVE);
	assert_int_equal(age->collection, 6);
	assert_int_equal(age->collections, 7);
	assert_int_equal(age->forced, 2);
	assert_int_equal(age->behind_usec, 9593515);
	assert_int_equal(age->live_bytes, 400);
	assert_int_equal(age->covered_permyriad, 2500);
}

static void before_the_second_collection_no_age_is_told(void **state)
{
	const struct ow_heap *heap = heap_of_page(*state, EXACT "1: 100 [1: 100]" TRACK "\n"
								"# NumGC = 1\n# HeapAlloc = 0\n");

	assert_int_equal(heap->age.have, 0);
}

static void traces_of_collections_tell_the_age_as_well(void **state)
{
	const struct ow_heap_mark marks[] = {
		{ 11, 70, 1000000 }, { 12, 80, 2000000 }, { 13, 90, 4000000 }, { 14, 95, 9000000 }
	};
	const struct ow_heap_facts facts = { .mark = marks, .n_marks = OW_ARRAY_SIZE(marks) };
	struct ow_profile *profile = read_page(*state, EXACT "1: 60 [1: 60]" TRACK "\n");
	const struct ow_heap_age *age;

	profile->time_nanos = 5000000000;
	age = &heap_of(*state, profile, &facts)->age;
	assert_int_equal(age->collection, 12);
	assert_int_equal(age->collections, 13);
	assert_int_equal(age->behind_usec, 3000000);
	assert_int_equal(age->live_bytes, 80);
	assert_int_equal(age->covered_permyriad, 7500);
}

static void a_difference_has_signs_and_its_error_is_the_least(void **state)
{
	struct ow_profile *before =
		read_page(*state, SAMPLED "10: 40960 [10: 40960]" REPEAT TRACK "\n"
					  "5: 20480 [5: 20480]" F("main.b", "/src/b.go", "1") "\n");
	struct ow_profile *after =
		read_page(*state, SAMPLED "40: 163840 [40: 163840]" REPEAT TRACK "\n"
					  "2: 8192 [7: 28672]" F("main.b", "/src/b.go", "1") "\n");
	const struct ow_profile *part[] = { after }, *base[] = { before };
	const struct ow_heap_facts facts = {
		.part = part, .n_parts = 1, .base = base, .n_bases = 1
	};
	struct ow_profile *profile;
	const struct ow_heap_row *row;
	const struct ow_heap *heap;
	struct ow_err err = { "" };

	assert_int_equal(ow_profile_subtract(after, before, false, false, *state, &profile, &err),
			 0);
	heap = heap_of(*state, profile, &facts);
	row = ow_heap_rows(heap);
	assert_true(heap->difference);
	assert_int_equal(heap->rows.n, 2);
	assert_true(row[0].sums.inuse_bytes > 0);
	assert_true(row[1].sums.inuse_bytes < 0);
	assert_int_equal(row[0].sums.samples, 30);
	assert_int_equal(row[1].sums.samples, 3);
	assert_false(row[0].sums.have & OW_HEAP_KEPT);
	assert_int_equal(row[0].sums.share_permyriad + row[1].sums.share_permyriad, 10000);
	assert_int_equal(heap->total.inuse_bytes,
			 row[0].sums.inuse_bytes + row[1].sums.inuse_bytes);
	assert_false(is_odd(heap, "other-run") || is_odd(heap, "negative"));
	assert_true(is_odd(heap_of(*state, profile, NULL), "negative")); /* nobody told of a base */
}

static void paths_of_two_profiles_are_known_again(void **state)
{
	const struct ow_heap *a = heap_of_page(*state, EXACT "1: 8 [1: 8]" REPEAT TRACK MAIN "\n");
	const struct ow_heap *b = heap_of_page(*state, EXACT "1: 8 [1: 8]" REPEAT TRACK RUN "\n"
							     "1: 4 [1: 4]" REPEAT APPEND "\n");

	assert_true(ow_heap_same_path(ow_heap_rows(a), ow_heap_rows(b)));
	assert_false(ow_heap_same_path(ow_heap_rows(a), ow_heap_rows(b) + 1));
}

static void what_is_too_large_is_said(void **state)
{
	struct ow_heap_facts facts = { 0 };
	const struct ow_heap *heap;
	struct ow_err err = { "" };

	assert_int_equal(
		try_heap(*state,
			 read_page(*state, EXACT "1: 9223372036854775807 [1: 1]" TRACK "\n"
						 "1: 9223372036854775807 [1: 1]" APPEND "\n"),
			 &facts, &heap, &err),
		-EOVERFLOW);
	assert_string_equal(err.text, "the values of 'test' are too large to be added up");
}

static void what_counts_no_memory_is_refused(void **state)
{
	struct ow_heap_facts facts = { 0 };
	const struct ow_heap *heap;
	struct ow_err err = { "" };

	assert_int_equal(try_heap(*state,
				  read_page(*state, "goroutine profile: total 3\n3" MAIN "\n"),
				  &facts, &heap, &err),
			 -ENOENT);
	assert_string_equal(err.text, "'test' is no heap profile: it counts goroutine, not memory");
}

/* Profiles that are odd each in its own way. */
static void make_delta(struct ow_profile *profile)
{
	profile->duration_nanos = 30 * INT64_C(1000000000);
}

static void make_rate_zero(struct ow_profile *profile)
{
	profile->period = 0;
}

static void make_rate_other(struct ow_profile *profile)
{
	profile->period = 65536;
}

static void make_commented(struct ow_profile *profile)
{
	static struct ow_str comment[] = { { "hi", 2 } };

	profile->comment = comment;
	profile->n_comments = 1;
}

static void make_allocs(struct ow_profile *profile)
{
	profile->default_type = OW_STR("alloc_space");
}

static void make_allocated_only(struct ow_profile *profile)
{
	profile->type[2].type = profile->type[3].type = OW_STR("other");
}

static void make_late(struct ow_profile *profile)
{
	profile->time_nanos = INT64_C(9000000000);
}

static void odd_profiles_are_recognised(void **state)
{
	static const char usual[] = SAMPLED "54: 221184 [54: 221184]" REPEAT TRACK MAIN "\n";
	static const struct ow_heap_facts none,
		small = { .have = OW_HEAP_FACT_LIMIT, .limit_bytes = 1 << 20 },
		killed = { .have = OW_HEAP_FACT_KILL, .kill_usec = 1000000 },
		other = { .build_id = "abcd" };
	static const struct {
		const char *word, *page;
		void (*make)(struct ow_profile *profile);
		const struct ow_heap_facts *facts;
	} rows[] = {
		{ NULL, usual, NULL, &none },
		{ "delta", usual, make_delta, &none },
		{ "rate-zero", SAMPLED, make_rate_zero, &none },
		{ "empty", SAMPLED, NULL, &none },
		{ "rate-exact", EXACT "1: 8 [1: 8]" TRACK "\n", NULL, &none },
		{ "rate-other", usual, make_rate_other, &none },
		{ "comments", usual, make_commented, &none },
		{ "allocs", usual, make_allocs, &none },
		{ "allocated-only", usual, make_allocated_only, &none },
		{ "above-limit", usual, NULL, &small },
		{ "after-kill", usual, make_late, &killed },
		{ "no-names", "heap profile: 1: 8 [1: 8] @ heap_v2/524288\n 1: 8 [1: 8] @ 0x5\n",
		  NULL, &none },
		{ "not-go", EXACT "1: 8 [1: 8]" F("Cache::insert", "/src/cache.cc", "3") "\n", NULL,
		  &none },
		{ NULL, usual, NULL, &other }, /* it has no build id: not known is not another */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_profile *profile = read_page(*state, rows[i].page);
		const struct ow_heap *heap;

		if (rows[i].make)
			rows[i].make(profile);
		heap = heap_of(*state, profile, rows[i].facts);
		if (rows[i].word ? !is_odd(heap, rows[i].word) : heap->oddities.n != 0)
			fail_msg("row %zu: %s", i, rows[i].word ? rows[i].word : "usual");
	}
}

static void profiles_that_do_not_belong_together_are_recognised(void **state)
{
	static struct ow_profile_mapping web = { .file = { "/bin/web", 8 },
						 .build_id = { "aa", 2 } };
	static struct ow_profile_mapping rebuilt = { .file = { "/bin/web", 8 },
						     .build_id = { "bb", 2 } };
	static struct ow_profile_mapping api = { .file = { "/bin/api", 8 } };
	static const struct {
		struct ow_profile_mapping *a, *b;
		const char *page; /* of the second, which is later */
		const char *word;
	} rows[] = {
		{ &web, &web, EXACT "2: 16 [9: 72]" TRACK "\n", NULL },
		{ &web, &rebuilt, EXACT "2: 16 [9: 72]" TRACK "\n", "other-program" },
		{ &web, &api, EXACT "2: 16 [9: 72]" TRACK "\n", "other-program" },
		{ &web, &web, EXACT "2: 16 [3: 24]" TRACK "\n", "other-run" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_profile *a = read_page(*state, EXACT "1: 8 [4: 32]" TRACK "\n");
		struct ow_profile *b = read_page(*state, rows[i].page);
		const struct ow_profile *part[] = { b, a };
		const struct ow_heap_facts facts = { .part = part, .n_parts = 2 };
		const struct ow_heap *heap;

		a->mapping = rows[i].a;
		b->mapping = rows[i].b;
		a->n_mappings = b->n_mappings = 1;
		a->time_nanos = 1000;
		b->time_nanos = 2000000000;
		heap = heap_of(*state, b, &facts);
		assert_true(is_odd(heap, "merged"));
		assert_int_equal(heap->profiles, 2);
		if (is_odd(heap, "other-program") !=
			    (rows[i].word && strcmp(rows[i].word, "other-program") == 0) ||
		    is_odd(heap, "other-run") !=
			    (rows[i].word && strcmp(rows[i].word, "other-run") == 0))
			fail_msg("row %zu", i);
	}
}

static void counts_that_nobody_scaled_up_have_no_error(void **state)
{
	struct ow_profile *profile = read_page(*state, EXACT "1: 48 [1: 48]" TRACK "\n"
							     "2: 8192 [3: 12288]" REPEAT MAIN "\n"
							     "1: 2048 [1: 2048]" MAIN "\n");
	const struct ow_heap *heap;

	profile->period = 524288; /* and yet a single object of 48 bytes was seen */
	heap = heap_of(*state, profile, NULL);
	assert_true(is_odd(heap, "raw-counts"));
	assert_false(heap->total.have & OW_HEAP_ERROR);
}

/* n frames, the innermost first. */
static const char *deep_page(struct ow_arena *arena, size_t n)
{
	const char *page = SAMPLED "54: 221184 [54: 221184]";

	for (size_t i = 0; i < n; i++)
		page = ow_printf(arena, "%s|main.f%zu+0x1\t/src/main.go:%zu", page, i, i + 1);
	return page;
}

static void stacks_that_were_cut_are_recognised(void **state)
{
	static const struct {
		size_t n;
		bool cut;
	} rows[] = { { 3, false },  { 27, false }, { 32, true },  { 30, true },
		     { 40, false }, { 64, true },  { 128, true }, { 200, false } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const char *page = deep_page(*state, rows[i].n);

		if (is_odd(heap_of_page(*state, page), "stacks-cut") != rows[i].cut)
			fail_msg("%zu frames", rows[i].n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_row_is_a_place_and_whom_it_is_for),
		UNIT(a_few_other_objects_do_not_hide_the_usual_size),
		UNIT(what_is_not_in_use_has_no_row),
		UNIT(the_error_follows_from_the_samples),
		UNIT(rows_within_one_error_cannot_be_told_apart),
		UNIT(whose_code_it_is_shows_in_its_path),
		UNIT(a_program_from_the_module_cache_is_no_library_of_itself),
		UNIT(sizes_are_those_of_gos_allocator),
		UNIT(an_array_with_room_for_the_objects_may_keep_them),
		UNIT(an_uncertain_array_keeps_nothing),
		UNIT(its_age_is_that_of_the_last_collection_but_one),
		UNIT(before_the_second_collection_no_age_is_told),
		UNIT(traces_of_collections_tell_the_age_as_well),
		UNIT(a_difference_has_signs_and_its_error_is_the_least),
		UNIT(paths_of_two_profiles_are_known_again),
		UNIT(what_is_too_large_is_said),
		UNIT(what_counts_no_memory_is_refused),
		UNIT(odd_profiles_are_recognised),
		UNIT(profiles_that_do_not_belong_together_are_recognised),
		UNIT(counts_that_nobody_scaled_up_have_no_error),
		UNIT(stacks_that_were_cut_are_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
