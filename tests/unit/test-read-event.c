/* SPDX-License-Identifier: Apache-2.0 */
#include "read/event.h"

#include "unit.h"

#define ID "a0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2"

static struct ow_event *read_all(struct ow_arena *arena, struct ow_str text, size_t *n, size_t *bad)
{
	struct ow_event *event;

	assert_int_equal(ow_events_read(text, "docker/x.events.json", arena, &event, n, bad), 0);
	return event;
}

/* A container whose child was killed at its limit, and which docker kill ended later. */
static void the_events_of_a_life_are_read(void **state)
{
	static const struct {
		enum ow_event_kind kind;
		unsigned have;
		int64_t value;
	} expected[] = {
		{ OW_EVENT_CREATE, 0, 0 },
		{ OW_EVENT_START, 0, 0 },
		{ OW_EVENT_OOM, 0, 0 },
		{ OW_EVENT_KILL, OW_EVENT_SIGNAL, 9 },
		{ OW_EVENT_DIE, OW_EVENT_EXIT, 137 },
	};
	size_t n, bad;
	struct ow_event *event =
		read_all(*state, unit_fixture(*state, "collect/docker-events/input"), &n, &bad);

	assert_int_equal(n, OW_ARRAY_SIZE(expected));
	assert_int_equal(bad, 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(event[i].kind, expected[i].kind);
		assert_int_equal(event[i].have, expected[i].have);
		if (event[i].have & OW_EVENT_EXIT)
			assert_int_equal(event[i].exit_code, expected[i].value);
		if (event[i].have & OW_EVENT_SIGNAL)
			assert_int_equal(event[i].signal, expected[i].value);
		assert_int_equal(event[i].line, i + 1);
		assert_string_equal(event[i].source, "docker/x.events.json");
		assert_string_equal(event[i].name, "child-test");
		assert_string_equal(event[i].image, "oomwhy-test");
		assert_int_equal(strlen(event[i].container), 64);
		assert_true(event[i].text.p[0] == '{' &&
			    !memchr(event[i].text.p, '\n', event[i].text.n));
		assert_true(i == 0 || event[i].time_usec >= event[i - 1].time_usec);
	}
}

static void engines_differ_in_words(void **state)
{
	static const struct {
		const char *line;
		enum ow_event_kind kind;
		unsigned have;
		int64_t value;
	} cases[] = {
#define LINE(action, attributes)                                                    \
	"{\"Type\":\"container\",\"Action\":\"" action "\",\"Actor\":{\"ID\":\"" ID \
	"\",\"Attributes\":{" attributes "}},\"time\":1795154068}"
		{ LINE("died", "\"containerExitCode\":\"1\""), OW_EVENT_DIE, OW_EVENT_EXIT, 1 },
		{ LINE("die", "\"exitCode\":137"), OW_EVENT_DIE, OW_EVENT_EXIT, 137 },
		{ LINE("die", "\"exitCode\":\"many\""), OW_EVENT_DIE, 0, 0 },
		{ LINE("kill", "\"signal\":\"SIGKILL\""), OW_EVENT_KILL, OW_EVENT_SIGNAL, 9 },
		{ LINE("kill", "\"signal\":\"TERM\""), OW_EVENT_KILL, OW_EVENT_SIGNAL, 15 },
		{ LINE("kill", "\"signal\":\"37\""), OW_EVENT_KILL, OW_EVENT_SIGNAL, 37 },
		{ LINE("kill", "\"signal\":\"-9\""), OW_EVENT_KILL, 0, 0 },
		{ LINE("kill", ""), OW_EVENT_KILL, 0, 0 },
		{ LINE("remove", ""), OW_EVENT_DESTROY, 0, 0 },
		{ LINE("exec_start: sh", ""), OW_EVENT_OTHER, 0, 0 },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		size_t n, bad;
		struct ow_event *event = read_all(*state, ow_str(cases[i].line), &n, &bad);

		assert_int_equal(n, 1);
		assert_int_equal(event->kind, cases[i].kind);
		assert_int_equal(event->have & (OW_EVENT_EXIT | OW_EVENT_SIGNAL), cases[i].have);
		if (cases[i].have & OW_EVENT_EXIT)
			assert_int_equal(event->exit_code, cases[i].value);
		if (cases[i].have & OW_EVENT_SIGNAL)
			assert_int_equal(event->signal, cases[i].value);
		assert_int_equal(event->time_usec, INT64_C(1795154068000000));
	}
}

static void lines_that_make_no_sense_are_counted(void **state)
{
	static const char text[] =
		"no json\n"
		"\n"
		"{\"Type\":\"network\",\"time\":1}\n"
		"{\"Type\":\"container\",\"time\":1}\n"
		"{\"Type\":\"container\",\"Actor\":{\"ID\":\"x\"}}\n" LINE("oom", "");
	size_t n, bad;
	struct ow_event *event = read_all(*state, ow_str(text), &n, &bad);

	assert_int_equal(n, 1);
	assert_int_equal(bad, 3);
	assert_int_equal(event->line, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_events_of_a_life_are_read),
		UNIT(engines_differ_in_words),
		UNIT(lines_that_make_no_sense_are_counted),
	};

	return cmocka_run_group_tests_name("read/event", tests, NULL, NULL);
}
