/* SPDX-License-Identifier: Apache-2.0 */
#include "read/object.h"

#include "oom-log.h"

#define KILLED "Out of memory: Killed process 42 (e\\\"at) total-vm:8kB"

static void objects_of_several_lines_are_read(void **state)
{
	static const char journal[] = "{\n"
				      "\t\"_TRANSPORT\" : \"kernel\",\n"
				      "\t\"MESSAGE\" : \"" KILLED "\",\n"
				      "\t\"_SOURCE_MONOTONIC_TIMESTAMP\" : \"283033791\"\n"
				      "}\n"
				      "{\n"
				      "\t\"_TRANSPORT\" : \"syslog\",\n"
				      "\t\"MESSAGE\" : \"" KILLED "\"\n"
				      "}\n";
	static const char dmesg[] =
		"{\n   \"dmesg\": [\n      {\n"
		"         \"pri\": 6,\n"
		"         \"time\":     0.000000,\n"
		"         \"msg\": \"Linux version\\n<4>[  283.0] all the rest\"\n"
		"      },{\n"
		"         \"fac\": \"kern\",\n"
		"         \"time\":   283.033791,\n"
		"         \"msg\": \"" KILLED "\"\n"
		"      },{\n"
		"         \"fac\": \"user\",\n"
		"         \"time\":   283.033791,\n"
		"         \"msg\": \"" KILLED "\"\n"
		"      }\n   ]\n}\n";
	static const struct {
		const char *text;
		size_t line;
	} cases[] = { { journal, 3 }, { dmesg, 10 } };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct oom_log log;

		oom_log(&log, cases[i].text);
		assert_int_equal(log.n, 1);
		assert_int_equal(log.oom[0]->line, cases[i].line);
		assert_int_equal(log.oom[0]->boot_usec, 283033791);
		assert_string_equal(ow_oom_victims(log.oom[0])->comm, "e\"at");
		assert_int_equal(log.seen.foreign_lines, 1);
		oom_log_release(&log);
	}
}

static void a_message_of_bytes_may_have_a_line_for_each(void **state)
{
	struct oom_log log;

	(void)state;
	oom_log(&log, "{\n\t\"_TRANSPORT\" : \"kernel\",\n\t\"MESSAGE\" : [\n"
		      "\t\t75,\n105,108,108,101,100,32,112,114,111,99,101,115,115,32,52,50,32,40,\n"
		      "\t\t255,\n41\n\t]\n}\n");
	assert_int_equal(log.n, 1);
	assert_string_equal(ow_oom_victims(log.oom[0])->comm, "\xff");
	oom_log_release(&log);
}

static void what_is_no_object_is_a_line(void **state)
{
	static struct ow_object o;
	struct oom_log log;

	(void)state;
	assert_int_equal(ow_object_line(&o, OW_STR("\"a\": 1"), 1), OW_OBJECT_NONE);
	assert_int_equal(ow_object_line(&o, OW_STR("{"), 2), OW_OBJECT_PART);
	assert_int_equal(ow_object_line(&o, OW_STR("Killed process 42"), 3), OW_OBJECT_NONE);
	assert_int_equal(ow_object_line(&o, OW_STR("}"), 4), OW_OBJECT_NONE);
	assert_int_equal(ow_object_line(&o, OW_STR("{"), 5), OW_OBJECT_PART);
	for (size_t i = 0; i < OW_OBJECT_MAX / 7 - 1; i++)
		assert_int_equal(ow_object_line(&o, OW_STR("\"a\":1,"), 6), OW_OBJECT_PART);
	assert_int_equal(ow_object_line(&o, OW_STR("\"abcdef\":1"), 7), OW_OBJECT_NONE);

	oom_log(&log, "{\nKilled process 42 (x)\n},{\n\"MESSAGE\": broken\n}\n"
		      "Killed process 43 (x)\n");
	assert_int_equal(log.n, 2);
	oom_log_release(&log);
}

static void services_have_names_of_their_own_for_the_text(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "{\"time\":\"x\",\"msg\":\"a \\u003cb\\u003e\"}", "a <b>" },
		{ "{\"textPayload\":\"a\\nb\"}", "a\nb" },
		{ "{\"log\": \"a\\n\", \"stream\": \"stdout\"}", "a" },
		{ "{\"jsonPayload\":{\"MESSAGE\":\"a\"},\"labels\":{\"x\":\"y\"}}", "a" },
		{ "{\"message\":7}", NULL },
		{ "{\"message\":\"too long for the room\"}", NULL },
		{ "{broken", NULL },
		{ "{}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		char buffer[8];
		struct ow_str got = { 0 };
		struct ow_str time;
		bool is =
			ow_object_text(ow_str(cases[i].line), buffer, sizeof(buffer), &got, &time);

		if (is != (cases[i].want != NULL) || (is && !ow_str_is(got, cases[i].want)))
			fail_msg("%s: '%.*s'", cases[i].line, (int)got.n, got.p);
	}
}

static void an_object_may_have_a_time(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "{\"time\":\"noon\",\"msg\":\"a\"}", "noon" },
		{ "{\"@timestamp\":\"now\",\"message\":\"a\"}", "now" },
		{ "{\"ts\":1795154068.5,\"msg\":\"a\"}", "" },
		{ "{\"time\":\"no room\",\"msg\":\"aa\"}", "" },
		{ "{\"msg\":\"a\"}", "" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		char buffer[8];
		struct ow_str got, time = { 0 };

		assert_true(
			ow_object_text(ow_str(cases[i].line), buffer, sizeof(buffer), &got, &time));
		if (!ow_str_is(time, cases[i].want))
			fail_msg("%s: '%.*s'", cases[i].line, (int)time.n, time.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(objects_of_several_lines_are_read),
		UNIT(a_message_of_bytes_may_have_a_line_for_each),
		UNIT(what_is_no_object_is_a_line),
		UNIT(services_have_names_of_their_own_for_the_text),
		UNIT(an_object_may_have_a_time),
	};

	return cmocka_run_group_tests_name("read/object", tests, NULL, NULL);
}
