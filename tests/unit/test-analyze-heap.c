/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap.h"

#include <errno.h>
#include <math.h>

#include "analyze/profile-merge.h"
#include "heap.h"

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
	assert_false(ow_heap_is_odd(heap, "other-run") || ow_heap_is_odd(heap, "negative"));
	assert_true(ow_heap_is_odd(heap_of(*state, profile, NULL),
				   "negative")); /* nobody told of a base */
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
		UNIT(what_is_too_large_is_said),
		UNIT(what_counts_no_memory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
