/* SPDX-License-Identifier: Apache-2.0 */
#include "read/case-go-log.h"

#include "unit.h"

#define COUNT (3 * OW_GO_EVENTS_MAX)

static void feed_cycles(struct ow_go_log_reader *reader, unsigned n)
{
	char line[256];

	for (unsigned i = 1; i <= n; i++) {
		const int k =
			snprintf(line, sizeof(line),
				 "gc %u @%u.000s 0%%: 0.1+1+0.1 ms clock, 0.2+0.1/0.2/0.1+0.1 "
				 "ms cpu, 9->9->%u MB, 9 MB goal, 2 P\n",
				 i, i, 5 + i % 3);

		assert_int_equal(ow_go_log_reader_feed(reader, line, (size_t)k), 0);
	}
}

static void a_short_log_is_kept_whole(void **state)
{
	ow_scoped(ow_go_log_reader_freep) struct ow_go_log_reader *reader = ow_go_log_reader_new(0);
	ow_scoped(ow_arena_freep) struct ow_arena *arena = NULL;
	struct ow_go_log log;

	(void)state;
	assert_non_null(reader);
	feed_cycles(reader, 100);
	assert_int_equal(ow_go_log_reader_end(reader, &log, &arena), 0);
	assert_int_equal(log.n, 100);
	assert_int_equal(log.thinned, 0);
	assert_int_equal(log.event[99].cycle.number, 100);
	assert_int_equal(log.event[99].line, 100);
}

/* The newest stay, and of the older ones the floor. */
static void a_long_log_is_thinned_at_its_front(void **state)
{
	ow_scoped(ow_go_log_reader_freep) struct ow_go_log_reader *reader = ow_go_log_reader_new(0);
	ow_scoped(ow_arena_freep) struct ow_arena *arena = NULL;
	struct ow_go_log log;

	(void)state;
	assert_non_null(reader);
	feed_cycles(reader, COUNT);
	assert_int_equal(ow_go_log_reader_end(reader, &log, &arena), 0);
	assert_true(log.n <= OW_GO_EVENTS_MAX);
	assert_int_equal(log.n + log.thinned, COUNT);
	assert_int_equal(log.event[log.n - 1].cycle.number, COUNT);
	assert_int_equal(log.event[log.n - 10000].cycle.number, COUNT - 9999);
	for (size_t i = 1; i < log.n; i++)
		assert_true(log.event[i].cycle.number > log.event[i - 1].cycle.number);
	for (size_t i = 0; i < 1000; i++) /* 5, 6 and 7 MB in turn: of four pairs at least */
		assert_int_equal(log.event[i].cycle.live_bytes, OW_MIB(5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_short_log_is_kept_whole),
		UNIT(a_long_log_is_thinned_at_its_front),
	};

	return cmocka_run_group_tests_name("read/case-go-log", tests, NULL, NULL);
}
