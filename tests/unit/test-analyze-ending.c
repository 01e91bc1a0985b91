/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/ending.h"

#include "base/time.h"
#include "unit.h"

#define ID    "3418d5a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789a"
#define OTHER "4418d5a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789a"
#define T0    INT64_C(1795154000000000)
#define AT(s) (T0 + (s)*OW_USEC_PER_SEC)

static struct ow_event event(enum ow_event_kind kind, int64_t second, int64_t value)
{
	return (struct ow_event){
		.kind = kind,
		.have = kind == OW_EVENT_DIE    ? OW_EVENT_EXIT
			: kind == OW_EVENT_KILL ? OW_EVENT_SIGNAL
						: 0,
		.time_usec = AT(second),
		.exit_code = value,
		.signal = value,
		.container = ID,
	};
}

#define START(s)     event(OW_EVENT_START, s, 0)
#define OOM(s)       event(OW_EVENT_OOM, s, 0)
#define KILL(s, sig) event(OW_EVENT_KILL, s, sig)
#define DIE(s, code) event(OW_EVENT_DIE, s, code)
#define STOP(s)      event(OW_EVENT_STOP, s, 0)

static struct ow_ending ending(const struct ow_event *events, size_t n, const int64_t *killed)
{
	const struct ow_case c = { .events = events, .n_events = n };
	struct ow_ending e;

	ow_ending_make(&c, ID, killed, &e);
	return e;
}

#define ENDING(killed, ...)                              \
	ending((const struct ow_event[]){ __VA_ARGS__ }, \
	       sizeof((const struct ow_event[]){ __VA_ARGS__ }) / sizeof(struct ow_event), killed)

static void a_crash_loop_has_the_life_that_the_kill_was_in(void **state)
{
	const struct ow_event events[] = { START(0),     DIE(10, 1), START(11), OOM(40),
					   DIE(40, 137), START(41),  DIE(50, 2) };
	const int64_t in_first = AT(5), in_second = AT(40) + 300, late = AT(42),
		      between = AT(10) + 1;
	const struct {
		const int64_t *killed;
		int64_t code;
	} cases[] = {
		{ &in_first, 1 }, { &in_second, 137 },
		{ &late, 137 },                /* the engine saw one near by: clocks differ */
		{ &between, 1 },  { NULL, 2 }, /* nobody was killed: the last end */
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_ending e = ending(events, OW_ARRAY_SIZE(events), cases[i].killed);

		assert_true(e.known);
		assert_int_equal(e.code, cases[i].code);
		assert_true(e.has_before);
	}
}

static void a_kill_of_another_time_is_in_no_life(void **state)
{
	const int64_t killed = AT(500);
	struct ow_ending e = ENDING(&killed, START(0), DIE(10, 137));

	(void)state;
	assert_false(e.known);
	assert_null(e.die);
}

static void signals_of_a_stop_are_told_from_others(void **state)
{
	(void)state;
	assert_non_null(ENDING(NULL, START(0), KILL(5, 15), KILL(15, 9), DIE(15, 137)).term);
	assert_null(ENDING(NULL, START(0), KILL(15, 9), DIE(15, 137)).term);
	/* A reload hours before is none, unless a stop was done. */
	assert_null(ENDING(NULL, START(0), KILL(5, 1), KILL(15, 9), DIE(15, 137)).term);
	assert_non_null(
		ENDING(NULL, START(0), KILL(5, 3), KILL(15, 9), DIE(15, 137), STOP(15)).term);
	/* Neither is one that came after. */
	assert_null(ENDING(NULL, START(0), KILL(15, 9), KILL(16, 15), DIE(17, 137)).term);
	assert_null(ENDING(NULL, START(0), DIE(17, 137), KILL(18, 9)).kill);
}

static void what_the_engine_forgot_is_not_taken_for_nothing(void **state)
{
	const int64_t killed = AT(100), early = AT(3);

	(void)state;
	assert_false(ENDING(NULL, DIE(110, 137)).has_before);
	assert_true(ENDING(NULL, OOM(109), DIE(110, 137)).has_before);
	assert_true(ENDING(&killed, OOM(100), DIE(110, 137)).has_kill);
	assert_true(ENDING(&killed, START(1), DIE(110, 137)).has_kill);
	assert_false(ENDING(&killed, KILL(105, 15), DIE(110, 137)).has_kill);
	assert_true(ENDING(&early, START(1), KILL(5, 1), DIE(9, 137)).has_kill);
}

static void of_several_containers_one_is_meant(void **state)
{
	struct ow_event other = DIE(11, 1);
	struct ow_ending e;

	(void)state;
	other.container = OTHER;
	e = ENDING(NULL, START(0), other, DIE(20, 137));
	assert_int_equal(e.code, 137);
}

static void an_oom_event_may_come_late(void **state)
{
	const int64_t killed = AT(20);
	struct ow_ending e = ENDING(&killed, START(0), DIE(20, 137), OOM(21));
	int64_t delay;

	(void)state;
	assert_non_null(e.oom);
	assert_true(ow_ending_delay(&e, &killed, &delay));
	assert_int_equal(delay, 0);
	assert_null(ENDING(&killed, START(0), DIE(20, 137), OOM(40)).oom);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_crash_loop_has_the_life_that_the_kill_was_in),
		UNIT(a_kill_of_another_time_is_in_no_life),
		UNIT(signals_of_a_stop_are_told_from_others),
		UNIT(what_the_engine_forgot_is_not_taken_for_nothing),
		UNIT(of_several_containers_one_is_meant),
		UNIT(an_oom_event_may_come_late),
	};

	return cmocka_run_group_tests_name("analyze/ending", tests, NULL, NULL);
}
