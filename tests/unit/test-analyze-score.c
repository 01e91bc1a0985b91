/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/score.h"

#include "kill.h"

/* Three processes in 48 MB, of which the 2 MB one has oom_score_adj 100. */
static struct kill three(uint64_t swap_limit)
{
	struct kill k = kill_leak();

	k.limit = k.usage = 49152;
	k.swap_limit = swap_limit;
	k.task[0] = (struct kill_task){ "small", 2048, 100, 0, 40, 0, 100 };
	k.task[1] = (struct kill_task){ "large", 30720, 100, 0, 80, 0, 0 };
	k.task[2] = (struct kill_task){ "middle", 12288, 100, 0, 60, 0, 0 };
	return k;
}

static struct ow_score score_of(struct ow_arena *arena, const struct kill *k, uint64_t host_swap)
{
	struct kill_case *kase = kill_case(arena, k);
	struct ow_score score;

	if (host_swap) {
		kase->c.host.have |= OW_HOST_SWAP;
		kase->c.host.swap_bytes = host_swap;
	}
	ow_score_make(&kase->c, &kase->oom, &score);
	return score;
}

static void the_largest_is_first_without_adjustments(void **state)
{
	struct kill k = three(0);
	struct ow_score score;

	k.task[0].adj = 0;
	k.victim = 1;
	score = score_of(*state, &k, 0);
	assert_int_equal(score.state, OW_SCORE_AGREE);
	assert_string_equal(score.first->comm, "large");
	assert_string_equal(score.second->comm, "middle");
	assert_int_equal(score.first_points, (30720 + 100 + 80) / 4);
	assert_false(score.adjusted);
}

static void an_adjustment_weighs_in_thousandths_of_memory_and_swap(void **state)
{
	struct kill k = three(0);
	struct ow_score score;

	/* Without swap: 100 x 12 pages are less than 30 MB. */
	k.victim = 1;
	assert_int_equal(score_of(*state, &k, 0).state, OW_SCORE_AGREE);
	/* With 400 MB of swap: 100 x 112 pages are more. */
	k = three(UINT64_C(9007199254740988));
	score = score_of(*state, &k, UINT64_C(400) << 20);
	assert_int_equal(score.state, OW_SCORE_AGREE);
	assert_true(score.adjusted);
	assert_string_equal(score.unadjusted->comm, "large");
}

static void with_open_ended_swap_it_cannot_be_recomputed(void **state)
{
	struct kill k = three(UINT64_C(9007199254740988));

	assert_int_equal(score_of(*state, &k, 0).state, OW_SCORE_OPEN);
	/* Unless no adjustment weighs anything. */
	k.task[0].adj = 0;
	k.victim = 1;
	assert_int_equal(score_of(*state, &k, 0).state, OW_SCORE_AGREE);
}

static void a_protected_task_is_no_candidate_and_the_last_wins(void **state)
{
	struct kill k = three(0);
	struct ow_score score;

	k.task[0] = (struct kill_task){ "twin", 12288, 100, 0, 60, 0, 0 };
	k.task[1].adj = -1000;
	k.victim = 2;
	score = score_of(*state, &k, 0);
	assert_int_equal(score.candidates, 2);
	assert_int_equal(score.state, OW_SCORE_AGREE);
	/* The other one has as much: counters are not that exact. */
	k.victim = 0;
	assert_int_equal(score_of(*state, &k, 0).state, OW_SCORE_NEAR);
}

static void a_mismatch_is_a_finding_outside_the_error_only(void **state)
{
	static const struct {
		const char *kernel;
		uint64_t cpus, large; /* kB */
		enum ow_score_state state;
	} cases[] = {
		/* 8 counters of 2 CPUs x 32 pages: 2 MiB. */
		{ "6.12.95", 2, 4000, OW_SCORE_NEAR },
		{ "6.12.95", 2, 30720, OW_SCORE_DIFFER },
		{ "6.12.95", 128, 800000, OW_SCORE_NEAR },
		{ "6.12.95", 0, 4000000, OW_SCORE_NEAR },
		{ "6.12.95", 0, 5000000, OW_SCORE_DIFFER },
		{ "5.10.0", 128, 400000, OW_SCORE_NEAR },
		{ "5.10.0", 128, 800000, OW_SCORE_DIFFER },
		/* Exact again. */
		{ "7.0.1", 128, 4000, OW_SCORE_DIFFER },
		/* The bonus of root. */
		{ "4.4.0", 2, 10000000, OW_SCORE_DIFFER },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill k = three(0);

		k.kernel = cases[i].kernel;
		k.cpus = cases[i].cpus;
		k.task[0].adj = 0;
		k.task[1].anon = cases[i].large;
		k.task[2].anon = 1000;
		assert_int_equal(score_of(*state, &k, 0).state, cases[i].state);
	}
}

static void the_bonus_of_root_is_no_finding(void **state)
{
	struct kill k = three(0);

	k.task[0].adj = 0;
	k.task[0].anon = 98000000;
	k.task[1].anon = 100000000;
	k.kernel = "4.4.0";
	assert_int_equal(score_of(*state, &k, 0).state, OW_SCORE_NEAR);
	k.kernel = "5.10.0";
	assert_int_equal(score_of(*state, &k, 0).state, OW_SCORE_DIFFER);
}

static void a_victim_that_is_no_candidate_is_told(void **state)
{
	struct kill k = three(0);
	struct kill_case *kase;
	struct ow_score score;

	k.task[0].adj = -1000;
	kase = kill_case(*state, &k);
	ow_score_make(&kase->c, &kase->oom, &score);
	assert_int_equal(score.state, OW_SCORE_DIFFER);
	assert_null(score.victim);
	assert_non_null(strstr(ow_score_words(&score, "\"small\"", *state), "not among those"));
}

static void hostile_numbers_do_not_overflow(void **state)
{
	struct kill k = three(0);
	struct kill_case *kase = kill_case(*state, &k);
	struct ow_score score;

	for (size_t i = 0; i < kase->oom.tasks.n; i++) {
		ow_oom_tasks(&kase->oom)[i].rss_bytes = UINT64_MAX;
		ow_oom_tasks(&kase->oom)[i].swap_bytes = UINT64_MAX;
		ow_oom_tasks(&kase->oom)[i].oom_score_adj = INT64_MAX;
	}
	kase->oom.limit_bytes = (UINT64_C(1) << 43) - OW_MIB(2);
	ow_score_make(&kase->c, &kase->oom, &score);
	assert_int_equal(score.candidates, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_largest_is_first_without_adjustments),
		UNIT(an_adjustment_weighs_in_thousandths_of_memory_and_swap),
		UNIT(with_open_ended_swap_it_cannot_be_recomputed),
		UNIT(a_protected_task_is_no_candidate_and_the_last_wins),
		UNIT(a_mismatch_is_a_finding_outside_the_error_only),
		UNIT(the_bonus_of_root_is_no_finding),
		UNIT(a_victim_that_is_no_candidate_is_told),
		UNIT(hostile_numbers_do_not_overflow),
	};

	return cmocka_run_group_tests_name("analyze/score", tests, NULL, NULL);
}
