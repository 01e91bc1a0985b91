/* SPDX-License-Identifier: Apache-2.0 */
#include "read/incident.h"

#include <inttypes.h>

#include "base/time.h"
#include "unit.h"

#define SECOND OW_USEC_PER_SEC

/* A kill, as far as the grouping looks at it. 0 and NULL are absent. */
struct given {
	unsigned source;
	enum ow_oom_kind kind;
	const char *limit;
	int64_t pid;
	int64_t time_usec;
	uint64_t boot_usec;
	const char *boot_id, *host, *nodes, *home;
	int64_t task; /* a process that stands in the task table */
	size_t bytes; /* that the record takes up */
};

static const struct ow_case_select any = { .since_usec = INT64_MIN, .until_usec = INT64_MAX };

static int give(struct ow_incidents *all, const struct given *g)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct ow_oom *oom = ow_alloc(arena, 1, sizeof(*oom));
	struct ow_oom_victim *victim = ow_alloc(arena, 1, sizeof(*victim));
	struct ow_oom_task *task = ow_alloc(arena, 1, sizeof(*task));

	assert_non_null(oom);
	assert_non_null(victim);
	assert_non_null(task);
	if (g->bytes)
		assert_non_null(ow_alloc(arena, g->bytes, 1));
	*victim = (struct ow_oom_victim){ .have = OW_VICTIM_PID, .pid = g->pid, .comm = "eat" };
	*task = (struct ow_oom_task){ .have = OW_TASK_TGID, .tgid = g->task, .comm = "eat" };
	*oom = (struct ow_oom){
		.have = (g->time_usec ? OW_OOM_TIME : 0) | (g->boot_usec ? OW_OOM_BOOT : 0),
		.kind = g->kind,
		.limit_memcg = g->limit,
		.time_usec = g->time_usec,
		.boot_usec = g->boot_usec,
		.boot_id = g->boot_id,
		.host = g->host,
		.nodemask = g->nodes,
		.mems_allowed = g->nodes,
		.task_memcg = g->home,
		.victims = { victim, g->pid ? 1 : 0 },
		.tasks = { task, g->task ? 1 : 0 },
	};
	return ow_incidents_take(all, g->source, oom, &arena);
}

/* The pids of the chosen incident and the two counts: "7 8 +0 -1". */
static const char *outcome(struct ow_arena *arena, const struct ow_incidents *all)
{
	const struct ow_incident chosen = ow_incidents_chosen(all);
	char *text = ow_printf(arena, "%s", "");

	for (size_t i = 0; i < chosen.n_kills; i++)
		text = ow_printf(arena, "%s%" PRId64 " ", text,
				 ow_oom_victims(chosen.kills[i])->pid);
	return ow_printf(arena, "%s+%zu -%zu", text, chosen.n_more_kills, chosen.n_other_kills);
}

static const char *outcome_of(struct ow_arena *arena, const struct ow_case_select *select,
			      const struct given *given, size_t n)
{
	ow_scoped(ow_incidents_freep) struct ow_incidents *all = ow_incidents_new(select);

	assert_non_null(all);
	for (size_t i = 0; i < n; i++)
		assert_true(give(all, &given[i]) >= 0);
	return outcome(arena, all);
}

#define MEMCG(limit_, pid_, seconds)                                    \
	{                                                               \
		.kind = OW_OOM_MEMCG, .limit = (limit_), .pid = (pid_), \
		.time_usec = (int64_t)((seconds)*SECOND)                \
	}

static void kills_join_within_ten_seconds_of_the_first(void **state)
{
	static const struct given given[] = {
		MEMCG("/a", 1, 100), MEMCG("/a", 2, 108), MEMCG("/a", 3, 110),
		MEMCG("/a", 4, 111), MEMCG("/a", 5, 121),
	};

	assert_string_equal(outcome_of(*state, &any, given, 3), "1 2 3 +0 -0");
	assert_string_equal(outcome_of(*state, &any, given, 4), "4 +0 -3");
	assert_string_equal(outcome_of(*state, &any, given, 5), "4 5 +0 -3");
}

static void incidents_of_two_limits_may_overlap(void **state)
{
	static const struct given given[] = {
		MEMCG("/a", 1, 100),
		MEMCG("/b", 2, 101),
		MEMCG("/a", 3, 102),
		MEMCG("/b", 4, 103),
	};

	assert_string_equal(outcome_of(*state, &any, given, 3), "1 3 +0 -1");
	assert_string_equal(outcome_of(*state, &any, given, 4), "2 4 +0 -2");
}

static void only_one_limit_is_one_incident(void **state)
{
	static const struct {
		struct given first, second;
		bool join;
	} cases[] = {
		{ { .kind = OW_OOM_GLOBAL }, { .kind = OW_OOM_GLOBAL }, true },
		{ { .kind = OW_OOM_GLOBAL }, { .kind = OW_OOM_MEMCG, .limit = "/a" }, false },
		{ { .kind = OW_OOM_MEMCG, .limit = "/a" }, { .kind = OW_OOM_GLOBAL }, false },
		{ { .kind = OW_OOM_SYSRQ }, { .kind = OW_OOM_GLOBAL }, false },
		{ { .kind = OW_OOM_CPUSET, .nodes = "0" },
		  { .kind = OW_OOM_CPUSET, .nodes = "0" },
		  true },
		{ { .kind = OW_OOM_CPUSET, .nodes = "0" },
		  { .kind = OW_OOM_CPUSET, .nodes = "1" },
		  false },
		{ { .kind = OW_OOM_MEMPOLICY }, { .kind = OW_OOM_MEMPOLICY }, false },
		{ { .kind = OW_OOM_MEMPOLICY, .nodes = "0" },
		  { .kind = OW_OOM_MEMPOLICY, .nodes = "0" },
		  true },
		{ { .kind = OW_OOM_UNKNOWN }, { .kind = OW_OOM_UNKNOWN }, false },
		{ { .kind = OW_OOM_MEMCG }, { .kind = OW_OOM_MEMCG }, false },
		{ { .kind = OW_OOM_MEMCG, .limit = "/a" }, { .kind = OW_OOM_MEMCG }, false },
		/* The rest of a storm has no heads, but the victim stood in the table. */
		{ { .kind = OW_OOM_MEMCG, .limit = "/a", .home = "/a", .task = 2 },
		  { .kind = OW_OOM_MEMCG },
		  true },
		{ { .kind = OW_OOM_MEMCG, .limit = "/a", .home = "/a", .task = 3 },
		  { .kind = OW_OOM_MEMCG },
		  false },
		/* Below the limit of an ancestor it may have been another limit. */
		{ { .kind = OW_OOM_MEMCG, .limit = "/a", .home = "/a/b", .task = 2 },
		  { .kind = OW_OOM_MEMCG },
		  false },
		{ { .kind = OW_OOM_MEMCG, .limit = "/a", .home = "/a", .task = 2 },
		  { .kind = OW_OOM_MEMCG, .limit = "/b" },
		  false },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct given both[2] = { cases[i].first, cases[i].second };

		both[0].pid = 1;
		both[1].pid = 2;
		both[0].time_usec = both[1].time_usec = 5;
		assert_string_equal(outcome_of(*state, &any, both, 2),
				    cases[i].join ? "1 2 +0 -0" : "2 +0 -1");
	}
}

static void the_best_clock_that_two_kills_share_decides(void **state)
{
	static const struct {
		const char *why;
		struct given first, second;
		bool join;
	} cases[] = {
		{ "one boot, and the wall clock was set between them",
		  { .boot_id = "x", .boot_usec = 5, .time_usec = 1 },
		  { .boot_id = "x", .boot_usec = 9, .time_usec = 900 * SECOND },
		  true },
		{ "another boot",
		  { .boot_id = "x", .boot_usec = 5, .time_usec = 5 },
		  { .boot_id = "y", .boot_usec = 6, .time_usec = 6 },
		  false },
		{ "another host",
		  { .host = "a", .time_usec = 5 },
		  { .host = "b", .time_usec = 6 },
		  false },
		{ "boots of no name: the wall clock knows better",
		  { .boot_usec = 5, .time_usec = 5 },
		  { .boot_usec = 6, .time_usec = 900 * SECOND },
		  false },
		{ "nothing but the kernel's clock", { .boot_usec = 5 }, { .boot_usec = 6 }, true },
		{ "the same of another source",
		  { .boot_usec = 5 },
		  { .source = 1, .boot_usec = 6 },
		  false },
		{ "a log that goes on in the next file",
		  { .time_usec = 5 },
		  { .source = 1, .time_usec = 6 },
		  true },
		{ "after a boot", { .boot_usec = 900 * SECOND }, { .boot_usec = 5 }, false },
		{ "no clock at all, one behind the other", { 0 }, { 0 }, true },
		{ "no clock at all, in two sources", { 0 }, { .source = 1 }, false },
		{ "one has a clock and the other has not", { .time_usec = 5 }, { 0 }, false },
		{ "clocks that are as far apart as can be",
		  { .time_usec = INT64_MIN },
		  { .time_usec = INT64_MAX },
		  false },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct given both[2] = { cases[i].first, cases[i].second };

		both[0].pid = 1;
		both[1].pid = 2;
		both[0].kind = both[1].kind = OW_OOM_MEMCG;
		both[0].limit = both[1].limit = "/a";
		assert_string_equal(outcome_of(*state, &any, both, 2),
				    cases[i].join ? "1 2 +0 -0" : "2 +0 -1");
	}
}

static void kills_without_a_clock_join_only_their_neighbour(void **state)
{
	static const struct given given[] = {
		MEMCG("/a", 1, 0),
		MEMCG("/a", 2, 0),
		MEMCG("/b", 3, 0),
		MEMCG("/a", 4, 0),
	};

	assert_string_equal(outcome_of(*state, &any, given, 2), "1 2 +0 -0");
	assert_string_equal(outcome_of(*state, &any, given, 4), "4 +0 -3");
}

static void kills_that_come_a_little_late_stand_in_their_order(void **state)
{
	static const struct given given[] = {
		MEMCG("/a", 1, 100),
		MEMCG("/a", 2, 99.5),
		MEMCG("/a", 3, 109.2),
		MEMCG("/a", 4, 109.8),
	};

	assert_string_equal(outcome_of(*state, &any, given, 2), "2 1 +0 -0");
	assert_string_equal(outcome_of(*state, &any, given, 3), "2 1 3 +0 -0");
	/* The first one is another now. */
	assert_string_equal(outcome_of(*state, &any, given, 4), "4 +0 -3");
}

static void the_newest_is_meant_whatever_the_order_of_the_sources(void **state)
{
	static const struct given given[] = {
		MEMCG("/a", 1, 500),
		{ .source = 1,
		  .kind = OW_OOM_MEMCG,
		  .limit = "/b",
		  .pid = 2,
		  .time_usec = 100 * SECOND },
		{ .source = 2, .kind = OW_OOM_MEMCG, .limit = "/c", .pid = 3 },
	};

	assert_string_equal(outcome_of(*state, &any, given, 2), "1 +0 -1");
	/* Without a clock the listing's order is all there is. */
	assert_string_equal(outcome_of(*state, &any, given, 3), "3 +0 -2");
}

static void a_number_or_else_a_pid_chooses_the_whole_incident(void **state)
{
	static const struct given given[] = {
		MEMCG("/a", 91, 100), MEMCG("/b", 92, 101), MEMCG("/a", 93, 102),
		MEMCG("/b", 94, 103), MEMCG("/a", 5, 104),  MEMCG("/c", 93, 500),
		MEMCG("/c", 6, 501),
	};
	static const struct {
		uint64_t kill;
		const char *outcome;
	} cases[] = {
		{ 1, "91 93 5 +0 -4" }, { 3, "91 93 5 +0 -4" }, { 4, "92 94 +0 -5" },
		{ 7, "93 6 +0 -5" },    { 8, "+0 -7" },         { 91, "91 93 5 +0 -4" },
		{ 93, "93 6 +0 -5" }, /* the newest with that pid */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_case_select select = any;

		select.kill = cases[i].kill;
		assert_string_equal(outcome_of(*state, &select, given, OW_ARRAY_SIZE(given)),
				    cases[i].outcome);
	}
}

static void a_number_comes_before_a_pid_wherever_that_is(void **state)
{
	static const struct given given[] = {
		MEMCG("/a", 2, 100), /* has the pid */
		MEMCG("/b", 8, 101), /* has the number */
		MEMCG("/c", 2, 102), /* has the pid, and is newer */
	};
	struct ow_case_select select = any;

	select.kill = 2;
	assert_string_equal(outcome_of(*state, &select, given, 1), "2 +0 -0");
	assert_string_equal(outcome_of(*state, &select, given, 2), "8 +0 -1");
	assert_string_equal(outcome_of(*state, &select, given, 3), "8 +0 -2");
}

static void a_period_or_boot_that_becomes_known_late_is_kept_to(void **state)
{
	struct given given[] = { MEMCG("/a", 1, 100), MEMCG("/b", 2, 200), MEMCG("/c", 3, 300) };
	struct ow_case_select select = any;
	char boot_id[33] = "";

	select.since_usec = 100 * SECOND;
	select.until_usec = 200 * SECOND;
	assert_string_equal(outcome_of(*state, &select, given, 3), "2 +0 -2");

	select = any;
	select.boot_id = boot_id;
	given[0].boot_id = "x";
	given[1].boot_id = "x";
	given[2].boot_id = "y";
	assert_string_equal(outcome_of(*state, &select, given, 3), "3 +0 -2");
	boot_id[0] = 'x';
	assert_string_equal(outcome_of(*state, &select, given, 3), "2 +0 -2");
}

static void what_two_sources_have_counts_once(void **state)
{
	ow_scoped(ow_incidents_freep) struct ow_incidents *all = ow_incidents_new(&any);
	struct given kill = { .kind = OW_OOM_GLOBAL, .pid = 1, .boot_usec = 5 };

	assert_int_equal(give(all, &kill), 0);
	assert_int_equal(give(all, &kill), 0); /* one source does not repeat itself */
	kill.source = 1;
	assert_int_equal(give(all, &kill), 1);
	kill.pid = 2;
	assert_int_equal(give(all, &kill), 0);
	assert_string_equal(outcome(*state, all), "2 +0 -2");
}

static void the_number_of_a_copy_chooses_what_it_is_a_copy_of(void **state)
{
	const struct given given[] = {
		{ .kind = OW_OOM_GLOBAL, .pid = 1, .time_usec = 100 * SECOND, .boot_usec = 5 },
		{ .kind = OW_OOM_GLOBAL, .pid = 2, .time_usec = 500 * SECOND, .boot_usec = 9 },
		{ .source = 1, .kind = OW_OOM_GLOBAL, .pid = 1, .boot_usec = 5 },
		{ .source = 1, .kind = OW_OOM_GLOBAL, .pid = 2, .boot_usec = 9 },
	};
	struct ow_case_select select = any;

	select.kill = 3; /* the first of it is forgotten by now */
	assert_string_equal(outcome_of(*state, &select, given, 4), "1 +0 -1");
	assert_string_equal(outcome_of(*state, &any, given, 4), "2 +0 -1");
}

static void a_storm_is_counted_and_its_first_kills_are_kept(void **state)
{
	ow_scoped(ow_incidents_freep) struct ow_incidents *all = ow_incidents_new(&any);
	struct ow_incident chosen;

	for (int i = 1; i <= OW_CASE_KILLS_MAX + 50; i++) {
		const struct given kill = MEMCG("/a", i, 100);

		assert_int_equal(give(all, &kill), 0);
	}
	chosen = ow_incidents_chosen(all);
	assert_int_equal(chosen.n_kills, OW_CASE_KILLS_MAX);
	assert_int_equal(chosen.n_more_kills, 50);
	assert_int_equal(chosen.n_other_kills, 0);
	assert_int_equal(ow_oom_victims(chosen.kills[0])->pid, 1);
	(void)state;
}

static void records_that_are_too_large_together_are_counted_only(void **state)
{
	const size_t third = OW_CASE_BYTES_MAX / 3;
	struct given given[] = { MEMCG("/a", 1, 100), MEMCG("/a", 2, 100), MEMCG("/a", 3, 100),
				 MEMCG("/b", 4, 100), MEMCG("/b", 5, 100), MEMCG("/a", 6, 100) };

	for (size_t i = 0; i < OW_ARRAY_SIZE(given); i++)
		given[i].bytes = third;
	assert_string_equal(outcome_of(*state, &any, given, 3), "1 2 +1 -0");
	/* The new incident takes the room of the old one. */
	assert_string_equal(outcome_of(*state, &any, given, 5), "4 5 +0 -3");
	assert_string_equal(outcome_of(*state, &any, given, 6), "6 +0 -5");
}

static void many_limits_at_once_are_held_within_bounds(void **state)
{
	ow_scoped(ow_incidents_freep) struct ow_incidents *all = ow_incidents_new(&any);
	const struct given last = MEMCG("/999", 5000, 100);

	for (int i = 0; i < 1000; i++) {
		const struct given kill = MEMCG(ow_printf(*state, "/%d", i), i + 1, 100);

		assert_int_equal(give(all, &kill), 0);
	}
	assert_int_equal(give(all, &last), 0);
	assert_string_equal(outcome(*state, all), "1000 5000 +0 -999");
}

static void without_kills_there_is_no_incident(void **state)
{
	assert_string_equal(outcome_of(*state, &any, NULL, 0), "+0 -0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(kills_join_within_ten_seconds_of_the_first),
		UNIT(incidents_of_two_limits_may_overlap),
		UNIT(only_one_limit_is_one_incident),
		UNIT(the_best_clock_that_two_kills_share_decides),
		UNIT(kills_without_a_clock_join_only_their_neighbour),
		UNIT(kills_that_come_a_little_late_stand_in_their_order),
		UNIT(the_newest_is_meant_whatever_the_order_of_the_sources),
		UNIT(a_number_or_else_a_pid_chooses_the_whole_incident),
		UNIT(a_number_comes_before_a_pid_wherever_that_is),
		UNIT(a_period_or_boot_that_becomes_known_late_is_kept_to),
		UNIT(what_two_sources_have_counts_once),
		UNIT(the_number_of_a_copy_chooses_what_it_is_a_copy_of),
		UNIT(a_storm_is_counted_and_its_first_kills_are_kept),
		UNIT(records_that_are_too_large_together_are_counted_only),
		UNIT(many_limits_at_once_are_held_within_bounds),
		UNIT(without_kills_there_is_no_incident),
	};

	return cmocka_run_group_tests_name("read/incident", tests, NULL, NULL);
}
