/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "report.h"

static json_t *parsed(struct ow_arena *arena, const struct kill_case *kase)
{
	json_error_t error;
	json_t *json = json_loads(report_written(arena, kase, ow_report_json, 0, false),
				  JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s", error.text);
	return json;
}

static json_t *verdict_of(json_t *report, const char *label)
{
	json_t *claim;
	size_t i;

	json_array_foreach(json_object_get(report, "verdicts"), i,
			   claim) if (strcmp(json_string_value(json_object_get(claim, "label")),
					     label) == 0) return claim;
	return NULL;
}

static void it_has_the_keys_that_programs_rely_on(void **state)
{
	json_t *report = parsed(*state, report_case(*state, "leak", "leaky"));
	json_t *claim = verdict_of(report, "memcg-own-limit");
	json_t *cause = json_object_get(report, "root_cause");
	json_t *question = json_array_get(json_object_get(report, "undecided"), 0);
	json_t *exhibit = json_array_get(json_object_get(report, "evidence"), 0);
	static const char *const claim_keys[] = { "level",     "label",   "verdict", "word",
						  "statement", "numbers", "evidence" };
	static const char *const cause_keys[] = { "level", "label", "word", "subject" };
	static const char *const exhibit_keys[] = { "id", "source", "line", "text" };

	assert_string_equal(json_string_value(json_object_get(report, "schema")),
			    "oomwhy.report/1");
	for (size_t i = 0; i < OW_ARRAY_SIZE(claim_keys); i++)
		assert_non_null(json_object_get(claim, claim_keys[i]));
	for (size_t i = 0; i < OW_ARRAY_SIZE(cause_keys); i++)
		assert_non_null(json_object_get(cause, cause_keys[i]));
	for (size_t i = 0; i < OW_ARRAY_SIZE(exhibit_keys); i++)
		assert_non_null(json_object_get(exhibit, exhibit_keys[i]));
	assert_true(json_is_string(json_object_get(question, "question")));
	assert_true(json_is_string(json_object_get(question, "command")));
	assert_string_equal(json_string_value(json_object_get(cause, "word")),
			    "holds most, growth unknown");
	json_decref(report);
}

static void every_number_of_evidence_leads_somewhere(void **state)
{
	json_t *report = parsed(*state, report_case(*state, "leak", "leaky"));
	size_t n = json_array_size(json_object_get(report, "evidence"));
	json_t *claim, *id;
	size_t i, k;

	assert_true(n > 5);
	for (i = 0; i < n; i++)
		assert_int_equal(
			json_integer_value(json_object_get(
				json_array_get(json_object_get(report, "evidence"), i), "id")),
			i + 1);
	json_array_foreach(json_object_get(report, "verdicts"), i, claim)
	{
		const char *verdict = json_string_value(json_object_get(claim, "verdict"));
		json_t *ids = json_object_get(claim, "evidence");

		if (strcmp(verdict, "confirmed") == 0 || strcmp(verdict, "supported") == 0)
			assert_true(json_array_size(ids) > 0);
		json_array_foreach(ids, k, id) assert_in_range(json_integer_value(id), 1, n);
	}
	json_decref(report);
}

static void without_a_holder_it_says_how_far_it_got(void **state)
{
	struct kill_case *kase = report_case(*state, "leak", "leaky");
	json_t *report, *cause;

	kase->oom.limit_owner =
		(struct ow_owner){ .kind = OW_OWNER_POD, .id = "1", .path = "/pod1" };
	kase->c.n_containers = 0;
	/* What was killed is not known to have held much: so neither is its group. */
	((struct ow_oom_victim *)kase->oom.victims.item)->have = OW_VICTIM_PID;
	report = parsed(*state, kase);
	cause = json_object_get(report, "root_cause");
	assert_string_equal(json_string_value(json_object_get(cause, "level")), "limit");
	assert_string_equal(json_string_value(json_object_get(cause, "word")),
			    "what filled it is undecided");
	assert_string_equal(json_string_value(json_object_get(
				    verdict_of(report, "memcg-ancestor-limit"), "verdict")),
			    "supported");
	json_decref(report);
	kase->c.n_kills = 0;
	report = parsed(*state, kase);
	assert_true(json_is_null(json_object_get(report, "root_cause")));
	json_decref(report);
}

static void bytes_that_are_no_utf8_are_told_as_kmsg_does(void **state)
{
	struct kill_case *kase = report_case(*state, "a\xff\\", "leaky");
	json_t *report = parsed(*state, kase);
	const char *subject = json_string_value(
		json_object_get(json_object_get(report, "root_cause"), "subject"));

	assert_string_equal(subject, "\"a\\xff\\\\\" (pid 100)");
	json_decref(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(it_has_the_keys_that_programs_rely_on),
		UNIT(every_number_of_evidence_leads_somewhere),
		UNIT(without_a_holder_it_says_how_far_it_got),
		UNIT(bytes_that_are_no_utf8_are_told_as_kmsg_does),
	};

	return cmocka_run_group_tests_name("render/report-json", tests, NULL, NULL);
}
