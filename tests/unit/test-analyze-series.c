/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/series.h"

#include "base/time.h"
#include "unit.h"

/* A kill of the container called id at so many seconds of the wall clock. */
static struct ow_oom kill_of(const char *id, int64_t seconds)
{
	return (struct ow_oom){
		.have = OW_OOM_TIME,
		.kind = OW_OOM_MEMCG,
		.limit_memcg = id,
		.limit_owner = { .kind = OW_OWNER_CONTAINER, .id = id },
		.time_usec = seconds * OW_USEC_PER_SEC,
	};
}

static void add(struct ow_series *series, struct ow_oom oom)
{
	assert_int_equal(ow_series_add(series, &oom), 0);
}

static void a_storm_is_one_incident(void **state)
{
	struct ow_series series = { .arena = *state };

	for (int i = 0; i < 40; i++)
		add(&series, kill_of("a", 100 + i / 10));
	assert_int_equal(series.n, 1);
	assert_int_equal(series.item[0].kills, 40);
	assert_int_equal(series.item[0].incidents, 1);
	assert_int_equal(series.item[0].intervals, 0);
	assert_int_equal(series.item[0].last_usec - series.item[0].first_usec, 3 * OW_USEC_PER_SEC);
}

static void a_long_storm_is_no_rhythm(void **state)
{
	struct ow_series series = { .arena = *state };
	double cv;

	for (int i = 0; i < 40; i++) /* without a pause */
		add(&series, kill_of("a", 100 + 9 * i));
	assert_int_equal(series.item[0].incidents, 1);
	for (int i = 0; i < 40; i++) /* with pauses that cut off what is shorter */
		add(&series, kill_of("b", 1000 + 12 * i));
	assert_int_equal(series.item[1].incidents, 40);
	assert_false(ow_series_cv(&series.item[1], &cv));
}

static void limits_are_told_apart(void **state)
{
	struct ow_oom global = { .have = OW_OOM_TIME, .kind = OW_OOM_GLOBAL, .time_usec = 5 };
	struct ow_oom node0 = { .kind = OW_OOM_CPUSET, .mems_allowed = "0" };
	struct ow_oom node1 = { .kind = OW_OOM_CPUSET, .mems_allowed = "1" };
	struct ow_series series = { .arena = *state };

	add(&series, kill_of("a", 1));
	add(&series, kill_of("b", 2));
	add(&series, kill_of("a", 3));
	add(&series, global);
	add(&series, node0);
	add(&series, node1);
	assert_int_equal(series.n, 5);
	assert_int_equal(series.item[0].kills, 2);
}

static void a_clockwork_has_no_spread_and_chance_has(void **state)
{
	static const int64_t random[] = { 0, 20, 1000, 1015, 1040, 5000, 5030 };
	struct ow_series series = { .arena = *state };
	double cv;

	for (int i = 0; i < 4; i++)
		add(&series, kill_of("a", 1000 + 300 * i));
	assert_false(ow_series_cv(&series.item[0], &cv)); /* three intervals say nothing */
	add(&series, kill_of("a", 1000 + 300 * 4));
	assert_true(ow_series_cv(&series.item[0], &cv));
	assert_true(cv < 1e-9);
	assert_true(series.item[0].mean_usec == 300e6);

	for (size_t i = 0; i < OW_ARRAY_SIZE(random); i++)
		add(&series, kill_of("b", random[i]));
	assert_true(ow_series_cv(&series.item[1], &cv));
	assert_true(cv > OW_CV_RANDOM);
	assert_int_equal(series.item[1].least_usec, 15 * OW_USEC_PER_SEC);
	assert_int_equal(series.item[1].most_usec, 3960 * OW_USEC_PER_SEC);
}

static void the_spread_is_of_the_sample(void **state)
{
	/* 200, 400, 400, 600: mean 400, deviation 163.3 */
	static const int64_t at[] = { 0, 200, 600, 1000, 1600 };
	struct ow_series series = { .arena = *state };
	double cv;

	for (size_t i = 0; i < OW_ARRAY_SIZE(at); i++)
		add(&series, kill_of("a", at[i]));
	assert_true(ow_series_cv(&series.item[0], &cv));
	assert_true(cv > 0.4082 && cv < 0.4083);
}

static void a_kill_without_a_report_is_of_the_storm_it_is_in(void **state)
{
	struct ow_oom bare = { .have = OW_OOM_TIME, .kind = OW_OOM_MEMCG };
	struct ow_series series = { .arena = *state };

	add(&series, kill_of("a", 100));
	bare.time_usec = 103 * OW_USEC_PER_SEC;
	add(&series, bare);
	assert_int_equal(series.n, 1);
	bare.time_usec = 500 * OW_USEC_PER_SEC;
	add(&series, bare);
	assert_int_equal(series.n, 2);
	assert_null(series.item[1].owner.id);
}

/* Of two storms at once, nobody knows whose a kill is that does not say. */
static void a_kill_without_a_report_is_of_nobody_when_two_may_be(void **state)
{
	struct ow_oom bare = { .have = OW_OOM_TIME, .kind = OW_OOM_MEMCG };
	struct ow_series series = { .arena = *state };

	add(&series, kill_of("a", 100));
	add(&series, kill_of("b", 101));
	for (int i = 0; i < 5; i++) {
		bare.time_usec = (102 + i) * OW_USEC_PER_SEC;
		add(&series, bare);
	}
	assert_int_equal(series.n, 3);
	assert_int_equal(series.item[0].kills, 1);
	assert_int_equal(series.item[1].kills, 1);
	assert_int_equal(series.item[2].kills, 5);
	assert_null(series.item[2].owner.id);
	/* When only one goes on, it is that one's again. */
	add(&series, kill_of("b", 115));
	bare.time_usec = 116 * OW_USEC_PER_SEC;
	add(&series, bare);
	assert_int_equal(series.item[1].kills, 3);
}

static struct ow_oom kill_in_pod(const char *id, const char *pod, uint64_t limit, int64_t seconds)
{
	struct ow_oom oom = kill_of(id, seconds);

	oom.limit_owner.pod = pod;
	oom.have |= OW_OOM_LIMIT;
	oom.limit_bytes = limit;
	return oom;
}

static void lives_of_a_pods_container_are_one_series(void **state)
{
	struct ow_series series = { .arena = *state };

	add(&series, kill_in_pod("a", "p", 64, 100));
	assert_false(series.item[0].restarted);
	add(&series, kill_in_pod("b", "p", 64, 400));
	add(&series, kill_in_pod("c", "p", 64, 700));
	assert_int_equal(series.n, 1);
	assert_true(series.item[0].restarted);
	assert_int_equal(series.item[0].intervals, 2);
	/* Another container of the pod has another limit; another pod is another pod. */
	add(&series, kill_in_pod("d", "p", 32, 800));
	add(&series, kill_in_pod("e", "q", 64, 900));
	assert_int_equal(series.n, 3);
}

static void no_interval_spans_a_reboot(void **state)
{
	struct ow_series series = { .arena = *state };
	struct ow_oom oom = kill_of("a", 0);

	oom.have = OW_OOM_BOOT;
	oom.boot_id = "1";
	for (uint64_t i = 1; i <= 2; i++) {
		oom.boot_usec = 1000 * i * OW_USEC_PER_SEC;
		add(&series, oom);
	}
	oom.boot_id = "2";
	oom.boot_usec = 9000 * OW_USEC_PER_SEC;
	add(&series, oom);
	oom.boot_usec = 50 * OW_USEC_PER_SEC; /* and one that no boot id tells */
	add(&series, oom);
	assert_int_equal(series.item[0].kills, 4);
	assert_int_equal(series.item[0].incidents, 4);
	assert_int_equal(series.item[0].intervals, 1);
	assert_true(series.item[0].broken);
}

static void too_many_limits_are_counted(void **state)
{
	struct ow_series series = { .arena = *state };
	char id[16];

	for (int i = 0; i < OW_SERIES_MAX + 7; i++) {
		(void)snprintf(id, sizeof(id), "c%d", i);
		add(&series, kill_of(id, i));
	}
	assert_int_equal(series.n, OW_SERIES_MAX);
	assert_int_equal(series.others, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_storm_is_one_incident),
		UNIT(a_long_storm_is_no_rhythm),
		UNIT(limits_are_told_apart),
		UNIT(a_clockwork_has_no_spread_and_chance_has),
		UNIT(the_spread_is_of_the_sample),
		UNIT(a_kill_without_a_report_is_of_the_storm_it_is_in),
		UNIT(a_kill_without_a_report_is_of_nobody_when_two_may_be),
		UNIT(lives_of_a_pods_container_are_one_series),
		UNIT(no_interval_spans_a_reboot),
		UNIT(too_many_limits_are_counted),
	};

	return cmocka_run_group_tests_name("analyze/series", tests, NULL, NULL);
}
