/* SPDX-License-Identifier: Apache-2.0 */
#include "render/field-text.h"

#include <errno.h>
#include <string.h>

#include "record/cgroup.h"
#include "record/oom.h"
#include "unit.h"

/* The text of the group's field. */
static const char *text_of(const struct ow_cgroup *group, const char *name, struct ow_arena *arena)
{
	const struct ow_field *field = ow_cgroup_field(ow_str(name));
	const char *text = "nobody set it";

	assert_non_null(field);
	assert_int_equal(ow_field_text(field, group, arena, &text), 0);
	return text;
}

static void each_kind_has_its_words(void **state)
{
	struct ow_stat events[] = { { "oom", 0, 1 }, { "oom_kill", 3, 2 } };
	const struct ow_cgroup group = {
		.have = OW_CGROUP_ALL,
		.path = "/a b",
		.version = 2,
		.usage_bytes = 65011712,
		.limit_bytes = UINT64_MAX,
		.oom_group = true,
		.events = { events, 2 },
		.psi = { .have = OW_PSI_SOME, .some = { 1234, 5, 0, 2500000 } },
		.binding_limit = { .have = OW_CGROUP_BINDING_USAGE,
				   .path = "/",
				   .limit_bytes = 1024,
				   .headroom_bytes = 1 },
	};
	static const struct {
		const char *field, *text;
	} cases[] = {
		{ "path", "/a b" },
		{ "version", "2" },
		{ "usage_bytes", "62.0M" },
		{ "limit_bytes", "max" },
		{ "oom_group", "yes" },
		{ "under_oom", "no" },
		{ "events", "oom=0 oom_kill=3" },
		{ "psi", "some=avg10_permyriad=12.3% avg60_permyriad=0.0% avg300_permyriad=0.0% "
			 "total_usec=2.5s" },
		{ "binding_limit", "path=/ limit_bytes=1.0K usage_bytes=0B headroom_bytes=1B" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_string_equal(text_of(&group, cases[i].field, *state), cases[i].text);
}

static void what_is_absent_has_no_text(void **state)
{
	const struct ow_cgroup group = { .path = "/", .usage_bytes = 7 };

	assert_null(text_of(&group, "usage_bytes", *state));
	assert_null(text_of(&group, "stat", *state));
	assert_null(text_of(&group, "container", *state));
}

static void lists_of_records_and_of_texts_are_joined(void **state)
{
	struct ow_oom_victim victim[] = { { .have = OW_VICTIM_PID, .pid = 7, .comm = "a" },
					  { .have = OW_VICTIM_PID, .pid = 8, .comm = "b" } };
	const char *note[] = { "one", "two" };
	const struct ow_oom oom = { .kind = OW_OOM_MEMCG,
				    .victims = { victim, 2 },
				    .notes = { note, 2 } };

	for (size_t i = 0; i < ow_oom_fields.n; i++) {
		const struct ow_field *field = &ow_oom_fields.item[i];
		const char *text = NULL;

		assert_int_equal(ow_field_text(field, &oom, *state, &text), 0);
		if (strcmp(field->name, "kind") == 0)
			assert_string_equal(text, "memcg");
		if (strcmp(field->name, "notes") == 0)
			assert_string_equal(text, "one two");
		if (strcmp(field->name, "victims") == 0) {
			assert_non_null(strstr(text, "pid=7"));
			assert_non_null(strstr(text, "comm=b"));
		}
	}
}

static void an_arena_that_is_full_leaves_the_text_alone(void **state)
{
	static char path[OW_KIB(64)];
	const struct ow_cgroup group = { .path = path };
	ow_scoped(ow_arena_freep) struct ow_arena *small = ow_arena_new(OW_KIB(16));
	const char *text = "as before";

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	assert_int_equal(ow_field_text(ow_cgroup_field(ow_str("path")), &group, small, &text),
			 -ENOMEM);
	assert_string_equal(text, "as before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_kind_has_its_words),
		UNIT(what_is_absent_has_no_text),
		UNIT(lists_of_records_and_of_texts_are_joined),
		UNIT(an_arena_that_is_full_leaves_the_text_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
