/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/account.h"

#include <string.h>

#include "unit.h"

#define MIB(n)      ((uint64_t)OW_MIB(n))
#define MOMENTS_MAX 12

/* A process in round numbers, in MiB: 100 live, 120 in the heap, 10 idle, 2 of stacks, 8 of
 * structures: 140 are Go's, and RssAnon is 130. */
struct world {
	struct ow_go_moment moment[MOMENTS_MAX];
	struct ow_go_stats stats[MOMENTS_MAX];
	struct ow_process process[MOMENTS_MAX];
	struct ow_goroutines goroutines[MOMENTS_MAX];
	struct ow_goroutine_group group;
	struct ow_goroutine_frame frame;
	size_t n;
};

static const struct ow_memstats quiet = {
	.have = OW_MEMSTATS_SYS | OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_HEAP_SYS |
		OW_MEMSTATS_HEAP_IDLE | OW_MEMSTATS_HEAP_INUSE | OW_MEMSTATS_HEAP_RELEASED |
		OW_MEMSTATS_STACK | OW_MEMSTATS_MSPAN | OW_MEMSTATS_MCACHE |
		OW_MEMSTATS_BUCK_HASH_SYS | OW_MEMSTATS_GC_SYS | OW_MEMSTATS_OTHER_SYS |
		OW_MEMSTATS_NEXT_GC | OW_MEMSTATS_GC_COUNT | OW_MEMSTATS_TOTAL_ALLOC,
	.heap_alloc_bytes = OW_MIB(115),
	.heap_inuse_bytes = OW_MIB(120),
	.heap_idle_bytes = OW_MIB(60),
	.heap_released_bytes = OW_MIB(50),
	.heap_sys_bytes = OW_MIB(180),
	.stack_inuse_bytes = OW_MIB(2),
	.stack_sys_bytes = OW_MIB(2),
	.mspan_sys_bytes = OW_MIB(2),
	.mcache_sys_bytes = OW_MIB(1),
	.buck_hash_sys_bytes = OW_MIB(1),
	.gc_sys_bytes = OW_MIB(3),
	.other_sys_bytes = OW_MIB(1),
	.sys_bytes = OW_MIB(190),
	.next_gc_bytes = OW_MIB(200),
};

static void make(struct world *w, size_t n)
{
	*w = (struct world){ .n = n };
	w->frame = (struct ow_goroutine_frame){ .function = OW_STR("main.worker") };
	for (size_t i = 0; i < n; i++) {
		w->stats[i] = (struct ow_go_stats){
			.have = OW_GO_GOROUTINES | OW_GO_LIMITER,
			.page = OW_GO_PAGE_METRICS,
			.source = { "metrics", (int64_t)(i + 1) * 10 * 1000000 },
			.memstats = quiet,
			.goroutines = 40,
		};
		w->stats[i].memstats.gc_count = 10 + i;
		w->stats[i].memstats.total_alloc_bytes = MIB(1000 + i);
		w->process[i] = (struct ow_process){
			.have = OW_PROCESS_RSS | OW_PROCESS_RSS_PARTS | OW_PROCESS_SWAP |
				OW_PROCESS_LAZY_FREE | OW_PROCESS_ANON_THP,
			.rss_bytes = MIB(136),
			.rss_anon_bytes = MIB(130),
			.rss_file_bytes = MIB(5),
			.rss_shmem_bytes = MIB(1),
		};
		w->moment[i] = (struct ow_go_moment){
			.stats = &w->stats[i],
			.n_stats = 1,
			.profile_source = { "heap", 0 },
			.profile_bytes = MIB(100),
			.process = &w->process[i],
			.status_source = { "status", 0 },
			.smaps_source = { "smaps_rollup", 0 },
		};
	}
}

static void account_of(struct world *w, uint64_t limit_bytes, struct ow_arena *arena,
		       struct ow_account *ret)
{
	const struct ow_go_series series = { w->moment, w->n };

	assert_int_equal(ow_account_make(&series, limit_bytes, arena, ret), 0);
}

static const struct ow_finding *finding(const struct ow_account *a, const char *name)
{
	for (size_t i = 0; i < ow_account_n_classes; i++)
		if (strcmp(ow_account_class_at(i)->name, name) == 0)
			return &a->finding[i];
	fail_msg("no class %s", name);
	return NULL;
}

static enum ow_verdict verdict(const struct ow_account *a, const char *name)
{
	return finding(a, name)->verdict;
}

static bool is_supported(const struct ow_account *a)
{
	for (size_t i = 0; i < ow_account_n_classes; i++)
		if (a->finding[i].verdict == OW_SUPPORTED)
			return true;
	return false;
}

static void a_quiet_process_is_accused_of_nothing(void **state)
{
	struct ow_account a;
	struct world w;

	for (size_t n = 1; n <= 4; n++) {
		make(&w, n);
		account_of(&w, UINT64_MAX, *state, &a);
		assert_false(is_supported(&a));
		assert_int_equal(verdict(&a, "off-heap"), OW_REFUTED);
		assert_int_equal(verdict(&a, "fragmentation"), OW_REFUTED);
		assert_int_equal(verdict(&a, "limit-spiral"), OW_REFUTED);
		assert_false(a.have_limit);
		assert_false(a.advice.have);
	}
}

static void a_live_heap_leaks_only_when_it_grows_over_three_collections(void **state)
{
	static const struct {
		uint64_t live[4]; /* MiB; 0 ends them */
		enum ow_verdict verdict;
	} cases[] = {
		{ { 100 }, OW_NOT_TESTED },
		{ { 50, 100 }, OW_NOT_TESTED }, /* starting up looks the same */
		{ { 50, 75, 100 }, OW_SUPPORTED },
		{ { 50, 75, 75, 100 }, OW_SUPPORTED }, /* no collection in between */
		{ { 50, 100, 90 }, OW_NOT_TESTED },
		{ { 100, 75, 50 }, OW_REFUTED },
		{ { 98, 99, 100 }, OW_REFUTED },    /* less than 5 % */
		{ { 90, 95, 100 }, OW_NOT_TESTED }, /* less than a tenth of RSS */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_account a;
		struct world w;
		size_t n = 0;

		while (n < 4 && cases[i].live[n])
			n++;
		make(&w, n);
		for (size_t k = 0; k < n; k++)
			w.moment[k].profile_bytes = MIB(cases[i].live[k]);
		account_of(&w, UINT64_MAX, *state, &a);
		assert_int_equal(verdict(&a, "live-leak"), cases[i].verdict);
	}
}

/* From eight moments on a dip is no rise less, and a plateau is one. */
static void many_moments_are_judged_by_their_trend(void **state)
{
	static const struct {
		uint64_t live[10]; /* MiB, 10 s apart */
		enum ow_verdict verdict;
	} cases[] = {
		{ { 50, 56, 55, 62, 68, 66, 74, 80, 79, 86 }, OW_SUPPORTED },
		{ { 50, 60, 70, 80, 90, 91, 89, 90, 91, 90 }, OW_NOT_TESTED },
		{ { 50, 52, 49, 51, 50, 48, 52, 50, 49, 51 }, OW_REFUTED },
		{ { 50, 80, 50, 85, 50, 90, 50, 85, 50, 80 }, OW_NOT_TESTED },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_finding *f;
		struct ow_account a;
		struct world w;

		make(&w, 10);
		for (size_t k = 0; k < 10; k++)
			w.moment[k].profile_bytes = MIB(cases[i].live[k]);
		account_of(&w, MIB(300), *state, &a);
		f = finding(&a, "live-leak");
		assert_int_equal(f->verdict, cases[i].verdict);
		if (f->verdict == OW_SUPPORTED) {
			assert_int_equal(f->n_reasons, 4);
			assert_true(ow_str_has(ow_str(f->reason[2].text), "MiB a minute (95 %: "));
			assert_true(
				ow_str_has(ow_str(f->reason[3].text), "the limit is reached in"));
		}
	}
}

static void growth_within_the_sampling_error_is_none(void **state)
{
	struct ow_account a;
	struct world w;

	make(&w, 3);
	for (size_t i = 0; i < 3; i++) {
		w.moment[i].profile_bytes = MIB(50 + 25 * i);
		w.moment[i].profile_error_bytes = MIB(20);
	}
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "live-leak"), OW_REFUTED);
}

static void growth_is_held_against_the_limit_where_it_is_known(void **state)
{
	struct ow_account a;
	struct world w;

	make(&w, 3);
	for (size_t i = 0; i < 3; i++)
		w.moment[i].profile_bytes = MIB(50 + 25 * i);
	account_of(&w, MIB(4096), *state, &a);
	assert_int_equal(verdict(&a, "live-leak"), OW_NOT_TESTED);
	account_of(&w, MIB(400), *state, &a);
	assert_int_equal(verdict(&a, "live-leak"), OW_SUPPORTED);
}

static void goroutines_leak_when_they_and_their_stacks_are_many_and_grow(void **state)
{
	static const struct {
		uint64_t goroutines[3], stacks_mib;
		uint64_t of_one; /* of a hundred: have one stack; 0: no profile of them */
		enum ow_verdict verdict;
	} cases[] = {
		{ { 1000, 2000, 3000 }, 60, 0, OW_SUPPORTED },
		{ { 1000, 2000, 3000 }, 10, 0, OW_NOT_TESTED }, /* what do they keep? */
		{ { 40, 50, 60 }, 10, 0, OW_REFUTED },
		{ { 40, 50, 60 }, 20, 0, OW_NOT_TESTED },
		{ { 1000, 5000, 4900 }, 60, 0, OW_NOT_TESTED },
		{ { 3000, 3000, 3000 }, 60, 0, OW_REFUTED },
		{ { 3000, 2000, 3100 }, 60, 0, OW_REFUTED },
		{ { 10, 20, 30 }, 60, 0, OW_REFUTED },
		{ { 1000, 3000 }, 60, 0, OW_NOT_TESTED },
		{ { 1000, 3000 }, 60, 90, OW_SUPPORTED },
		{ { 1000, 3000 }, 60, 30, OW_NOT_TESTED },
		{ { 3000 }, 60, 90, OW_NOT_TESTED },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_account a;
		struct world w;
		size_t n = 0;

		while (n < 3 && cases[i].goroutines[n])
			n++;
		make(&w, n);
		for (size_t k = 0; k < n; k++) {
			w.stats[k].goroutines = cases[i].goroutines[k];
			w.stats[k].memstats.stack_sys_bytes = MIB(cases[i].stacks_mib);
		}
		if (cases[i].of_one) {
			w.group = (struct ow_goroutine_group){ .count = cases[i].of_one,
							       .frame = &w.frame,
							       .n_frames = 1,
							       .waiting_minutes = 3 };
			w.goroutines[n - 1] = (struct ow_goroutines){ .source = "goroutine",
								      .cut = true,
								      .total = 100,
								      .group = &w.group,
								      .n_groups = 1 };
			w.moment[n - 1].goroutines = &w.goroutines[n - 1];
		}
		account_of(&w, UINT64_MAX, *state, &a);
		assert_int_equal(verdict(&a, "goroutine-leak"), cases[i].verdict);
	}
}

static void off_heap_is_what_grows_beside_go_lazy_free_and_huge_pages(void **state)
{
	static const struct {
		int64_t gap[3];           /* MiB that RssAnon has more than Go */
		uint64_t lazy, huge;      /* MiB */
		uint64_t released_before; /* MiB given back less at the moment before; 0: none */
		bool no_smaps;
		enum ow_verdict verdict;
	} cases[] = {
		{ { 50, 100, 150 }, 0, 0, 0, false, OW_SUPPORTED },
		{ { 50, 150 }, 0, 0, 0, false, OW_SUPPORTED },
		{ { 150 }, 0, 0, 0, false, OW_NOT_TESTED },
		{ { 150, 150 }, 0, 0, 0, false, OW_NOT_TESTED },
		{ { 50, 100, 150 }, 150, 0, 0, false, OW_REFUTED },
		{ { 50, 100, 150 }, 0, 200, 0, false, OW_NOT_TESTED },
		{ { 50, 100, 150 }, 0, 0, 0, true, OW_NOT_TESTED },
		{ { 5, 150 }, 0, 0, 49, false, OW_SUPPORTED },
		{ { 5, 60 }, 0, 0, 49, false, OW_NOT_TESTED }, /* the scavenger was at work */
		{ { -200, -100, -10 }, 0, 0, 0, false, OW_REFUTED },
		{ { 10, 20, 30 }, 0, 0, 0, false, OW_NOT_TESTED },
		{ { 2, 4, 8 }, 0, 0, 0, false, OW_REFUTED },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_account a;
		struct world w;
		size_t n = 0;

		while (n < 3 && cases[i].gap[n])
			n++;
		make(&w, n);
		for (size_t k = 0; k < n; k++) {
			const uint64_t go = 140;
			const uint64_t anon = go + (uint64_t)(cases[i].gap[k] + 200) - 200;

			w.process[k].rss_anon_bytes = (int64_t)anon > 0 ? MIB(anon) : 0;
			w.process[k].rss_bytes = w.process[k].rss_anon_bytes + MIB(6);
			w.process[k].lazy_free_bytes = MIB(cases[i].lazy);
			w.process[k].anon_thp_bytes = MIB(cases[i].huge);
			if (cases[i].no_smaps)
				w.process[k].have &=
					~(unsigned)(OW_PROCESS_LAZY_FREE | OW_PROCESS_ANON_THP);
		}
		if (cases[i].released_before) {
			w.stats[0].memstats.heap_released_bytes -= MIB(cases[i].released_before);
			w.process[0].rss_anon_bytes += MIB(cases[i].released_before);
		}
		account_of(&w, UINT64_MAX, *state, &a);
		assert_int_equal(verdict(&a, "off-heap"), cases[i].verdict);
	}
}

static void one_moment_shows_what_is_held(void **state)
{
	struct ow_account a;
	struct world w;

	make(&w, 1);
	w.process[0].lazy_free_bytes = MIB(60);
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "madv-free"), OW_SUPPORTED);
	make(&w, 1);
	w.stats[0].memstats.heap_alloc_bytes = MIB(30);
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "fragmentation"), OW_SUPPORTED);
	make(&w, 1);
	w.stats[0].limiter_cycle = w.stats[0].memstats.gc_count - 1;
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "limit-spiral"), OW_SUPPORTED);
	make(&w, 1);
	w.stats[0].have |= OW_GO_LIVE;
	w.stats[0].live_bytes = MIB(20);
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "floating-garbage"), OW_SUPPORTED);
}

static void the_scavenger_is_seen_at_work(void **state)
{
	struct ow_account a;
	struct world w;

	make(&w, 2);
	w.stats[0].memstats.heap_released_bytes = MIB(10);
	w.stats[1].memstats.heap_idle_bytes = MIB(110);
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "scavenger"), OW_SUPPORTED);
	w.stats[0].memstats.heap_released_bytes = MIB(50);
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "scavenger"), OW_NOT_TESTED);
}

static void much_that_dies_is_churn(void **state)
{
	struct ow_account a;
	struct world w;

	make(&w, 3);
	for (size_t i = 0; i < 3; i++) {
		w.moment[i].profile_bytes = MIB(100) + i;
		w.stats[i].memstats.total_alloc_bytes = MIB(2000) * (i + 1);
	}
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "churn"), OW_SUPPORTED);
	w.moment[2].profile_bytes = MIB(150);
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "churn"), OW_REFUTED);
}

static void the_memory_limit_that_fits_is_worked_out(void **state)
{
	struct ow_stat stat[] = { { "anon", OW_MIB(150), 1 },
				  { "file", OW_MIB(30), 2 },
				  { "shmem", OW_MIB(4), 3 },
				  { "kernel", OW_MIB(10), 4 } };
	struct ow_cgroup group = {
		.have = OW_CGROUP_USAGE | OW_CGROUP_LIMIT | OW_CGROUP_STAT,
		.version = 2,
		.path = "/a",
		.usage_bytes = MIB(190),
		.limit_bytes = MIB(300),
		.stat = { stat, OW_ARRAY_SIZE(stat) },
	};
	struct ow_account a;
	struct world w;

	make(&w, 1);
	w.moment[0].cgroup = &group;
	w.moment[0].cgroup_source.name = "group";
	account_of(&w, UINT64_MAX, *state, &a);
	assert_true(a.advice.have);
	assert_int_equal(a.advice.rest_bytes, MIB(34));
	assert_string_equal(a.advice.text,
			    "GOMEMLIMIT=239MiB = (300 MiB limit - 10.0 MiB kernel memory - 20.0 "
			    "MiB other processes - 4.0 MiB shared memory and tmpfs) x 0.9");
	assert_true(a.advice.fits);
	/* Below a quarter more than the live heap it is no help. */
	account_of(&w, MIB(150), *state, &a);
	assert_false(a.advice.fits);
	assert_int_equal(a.advice.need_bytes, MIB(135));
	/* What is set is held against it. */
	w.moment[0].environment = (struct ow_go_environment){
		.source = { "environ", 0 },
		.gomemlimit = "290MiB",
		.gogc = "",
	};
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "limit-mismatch"), OW_SUPPORTED);
	/* What is not set there may have been set by the program. */
	w.moment[0].environment.gomemlimit = "";
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "limit-mismatch"), OW_NOT_TESTED);
	w.moment[0].environment.gomemlimit = "200MiB";
	account_of(&w, UINT64_MAX, *state, &a);
	assert_int_equal(verdict(&a, "limit-mismatch"), OW_REFUTED);
}

/* Takes each datum away in turn: nothing may become supported that was not. */
static void a_datum_less_never_supports_more(void **state)
{
	for (unsigned bit = 0; bit < 23 + 3; bit++) {
		struct ow_account whole, less;
		struct world w;

		make(&w, 3);
		for (size_t i = 0; i < 3; i++) {
			w.moment[i].profile_bytes = MIB(50 + 25 * i);
			w.process[i].rss_anon_bytes = MIB(200 + 50 * i);
			w.process[i].rss_bytes = MIB(206 + 50 * i);
		}
		account_of(&w, MIB(400), *state, &whole);
		for (size_t i = 0; i < 3; i++) {
			if (bit < 23)
				w.stats[i].memstats.have &= ~(1U << bit);
			else if (bit == 23)
				w.process[i].have &= ~(unsigned)OW_PROCESS_LAZY_FREE;
			else if (bit == 24)
				w.process[i].have &= ~(unsigned)OW_PROCESS_ANON_THP;
			else
				w.moment[i].profile_source.name = NULL;
		}
		account_of(&w, MIB(400), *state, &less);
		for (size_t i = 0; i < ow_account_n_classes; i++)
			assert_false(less.finding[i].verdict == OW_SUPPORTED &&
				     whole.finding[i].verdict != OW_SUPPORTED);
	}
}

static void each_class_says_what_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ow_account_n_classes; i++) {
		const struct ow_account_class *class = ow_account_class_at(i);

		assert_non_null(class->name);
		assert_non_null(class->meaning);
		assert_non_null(class->refuter);
		assert_non_null(class->remedy);
		assert_non_null(class->datum);
		assert_ptr_equal(ow_account_class_find(class->name), class);
		if (class->label && strcmp(class->label, "freed-not-returned") != 0)
			assert_ptr_equal(ow_account_class_find(class->label), class);
	}
	assert_null(ow_account_class_find("nothing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_quiet_process_is_accused_of_nothing),
		UNIT(a_live_heap_leaks_only_when_it_grows_over_three_collections),
		UNIT(many_moments_are_judged_by_their_trend),
		UNIT(growth_within_the_sampling_error_is_none),
		UNIT(growth_is_held_against_the_limit_where_it_is_known),
		UNIT(goroutines_leak_when_they_and_their_stacks_are_many_and_grow),
		UNIT(off_heap_is_what_grows_beside_go_lazy_free_and_huge_pages),
		UNIT(one_moment_shows_what_is_held),
		UNIT(the_scavenger_is_seen_at_work),
		UNIT(much_that_dies_is_churn),
		UNIT(the_memory_limit_that_fits_is_worked_out),
		UNIT(a_datum_less_never_supports_more),
		UNIT(each_class_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
