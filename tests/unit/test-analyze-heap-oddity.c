/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap.h"

#include <errno.h>
#include <math.h>

#include "analyze/profile-merge.h"
#include "heap.h"

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
		if (rows[i].word ? !ow_heap_is_odd(heap, rows[i].word) : heap->oddities.n != 0)
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
		assert_true(ow_heap_is_odd(heap, "merged"));
		assert_int_equal(heap->profiles, 2);
		if (ow_heap_is_odd(heap, "other-program") !=
			    (rows[i].word && strcmp(rows[i].word, "other-program") == 0) ||
		    ow_heap_is_odd(heap, "other-run") !=
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
	assert_true(ow_heap_is_odd(heap, "raw-counts"));
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

		if (ow_heap_is_odd(heap_of_page(*state, page), "stacks-cut") != rows[i].cut)
			fail_msg("%zu frames", rows[i].n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(odd_profiles_are_recognised),
		UNIT(profiles_that_do_not_belong_together_are_recognised),
		UNIT(counts_that_nobody_scaled_up_have_no_error),
		UNIT(stacks_that_were_cut_are_recognised),
	};

	return cmocka_run_group_tests_name("analyze/heap-oddity", tests, NULL, NULL);
}
