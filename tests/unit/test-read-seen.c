/* SPDX-License-Identifier: Apache-2.0 */
#include "read/seen.h"

#include "oom-log.h"

static const struct ow_source nobody = { 0 };

static void what_the_reader_saw_becomes_the_source(void **state)
{
	const struct ow_oom_seen seen = {
		.have = OW_LINE_BOOT | OW_LINE_TIME,
		.lines = 9,
		.kernel_lines = 8,
		.cut_lines = 1,
		.binary_lines = 2,
		.foreign_lines = 3,
		.lost = 4,
		.suppressed = 5,
		.noticed = 6,
		.failures = 7,
		.boot_first_usec = 10,
		.boot_last_usec = 11,
		.time_first_usec = 12,
		.time_last_usec = 13,
	};
	struct ow_source s = { .name = "log", .detail = "stays" };

	(void)state;
	ow_seen_source(&seen, &nobody, 0, &s);
	assert_int_equal(s.have, OW_SOURCE_PERIOD | OW_SOURCE_BOOT_PERIOD);
	assert_string_equal(s.detail, "stays");
	assert_int_equal(s.lines, 9);
	assert_int_equal(s.kernel_lines, 8);
	assert_int_equal(s.cut_lines + 10 * s.binary_lines + 100 * s.foreign_lines, 321);
	assert_int_equal(s.lost + 10 * s.suppressed + 100 * s.noticed + 1000 * s.failures, 7654);
	assert_int_equal(s.boot_first_usec + s.boot_last_usec, 21);
	assert_int_equal(s.first_usec + s.last_usec, 25);
}

static void a_collector_that_searched_knows_of_more_than_was_read(void **state)
{
	const struct ow_oom_seen seen = { .have = OW_LINE_TIME,
					  .lines = 9,
					  .kernel_lines = 9,
					  .lost = 4,
					  .time_first_usec = 12 };
	const struct ow_source looked = {
		.have = OW_SOURCE_SEARCHED | OW_SOURCE_PERIOD | OW_SOURCE_LIVE,
		.lines = 5000,
		.first_usec = 1,
		.last_usec = 99,
		.lost = 7,
		.noticed = 3,
		.late_boots = 1,
		.bad_files = 2,
	};
	struct ow_source s = { .name = "journal" };

	(void)state;
	ow_seen_source(&seen, &looked, 1, &s);
	assert_int_equal(s.have, looked.have);
	assert_int_equal(s.lines, 5000);
	assert_int_equal(s.kernel_lines, 5000);
	assert_int_equal(s.first_usec + s.last_usec, 100);
	assert_int_equal(s.lost, 11);
	assert_int_equal(s.noticed, 2); /* of the third the source has the report */
	assert_int_equal(s.late_boots + 10 * s.bad_files, 21);
}

/* They have no word that lines are looked at for. */
static void failures_are_at_least_so_many_where_lines_were_passed_over(void **state)
{
	const struct ow_oom_seen seen = { .lines = 9, .passed_over = 7, .failures = 1 };
	struct ow_source s = { .name = "log" };

	(void)state;
	ow_seen_source(&seen, &nobody, 0, &s);
	assert_int_equal(s.have, OW_SOURCE_SKIMMED);
}

static void only_the_ring_is_known_to_be_read_to_the_moment(void **state)
{
	const struct ow_oom_seen seen = { .have = OW_LINE_SEQUENCE, .first_sequence = 344 };
	struct ow_source ring = { .name = "/dev/kmsg" }, file = { .name = "ring.txt" };

	(void)state;
	ow_seen_source(&seen, &nobody, 0, &ring);
	ow_seen_source(&seen, &nobody, 0, &file);
	assert_int_equal(ring.have, OW_SOURCE_LIVE | OW_SOURCE_RING);
	assert_int_equal(file.have, OW_SOURCE_RING);
	assert_int_equal(file.overwritten, 344);
}

static void counts_that_are_too_large_stay_large(void **state)
{
	const struct ow_oom_seen seen = { .lost = UINT64_MAX };
	const struct ow_source looked = { .have = OW_SOURCE_SEARCHED, .lost = 5 };
	struct ow_source s = { .name = "journal" };

	(void)state;
	ow_seen_source(&seen, &looked, 0, &s);
	assert_true(s.lost == UINT64_MAX);
}

/* As services that gather logs show them, and journalctl -r. */
static void a_log_that_runs_backward_is_known(void **state)
{
	static const struct {
		long begin, step;
		uint64_t backward;
	} cases[] = { { 900, -10, 1 }, { 100, 10, 0 }, { 100, 0, 0 } };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_source s = { .name = "log" };
		struct oom_log log;
		char text[1024] = "";
		long second = cases[i].begin;

		for (size_t k = 0; k < 20; k++) {
			size_t n = strlen(text);

			(void)snprintf(text + n, sizeof(text) - n, "[%ld.5] eth0: up\n", second);
			second += cases[i].step;
		}
		oom_log(&log, text);
		ow_seen_source(&log.seen, &nobody, 0, &s);
		assert_int_equal(s.backward, cases[i].backward);
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_log_that_runs_backward_is_known),
		UNIT(what_the_reader_saw_becomes_the_source),
		UNIT(a_collector_that_searched_knows_of_more_than_was_read),
		UNIT(failures_are_at_least_so_many_where_lines_were_passed_over),
		UNIT(only_the_ring_is_known_to_be_read_to_the_moment),
		UNIT(counts_that_are_too_large_stay_large),
	};

	return cmocka_run_group_tests_name("read/seen", tests, NULL, NULL);
}
