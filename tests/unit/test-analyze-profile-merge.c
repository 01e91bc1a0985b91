/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/profile-merge.h"

#include <errno.h>
#include <inttypes.h>

#include "profile.h"

/* The samples as "main;a 10", in their order. */
static char *shown(struct ow_arena *arena, const struct ow_profile *profile)
{
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;
	char *text = ow_printf(arena, "%s", "");

	assert_int_equal(ow_profile_walk_init(&walk, profile, arena), 0);
	while (ow_profile_walk_next(&walk, &sample)) {
		text = ow_printf(arena, "%s|", text);
		for (size_t i = sample.n_locations; i-- > 0;) {
			const struct ow_profile_location *l =
				&profile->location[sample.location[i]];

			assert_true(l->n_lines > 0);
			text = ow_printf(arena, "%s%.*s;", text,
					 (int)profile->function[l->line[0].function].name.n,
					 profile->function[l->line[0].function].name.p);
		}
		text = ow_printf(arena, "%s %" PRId64, text, sample.value[0]);
		for (size_t i = 0; i < sample.n_labels; i++)
			text = ow_printf(arena, "%s {%.*s}", text, (int)sample.label[i].key.n,
					 sample.label[i].key.p);
	}
	return text;
}

static void equal_stacks_are_added(void **state)
{
	const struct ow_profile_merge part[] = {
		{ .profile = profile_of_stacks(*state, "m;a 1\nm;b 2 k=v\n") },
		{ .profile = profile_of_stacks(*state, "m;a 10\nm;b 20\nm;b 5 k=v\n") },
	};
	struct ow_profile *merged;

	assert_int_equal(ow_profile_merge(part, 2, *state, &merged, NULL), 0);
	assert_string_equal(shown(*state, merged), "|m;a; 11|m;b; 7 {k}|m;b; 20");
}

/* A profile that already has everything once is not copied. */
static void one_profile_is_itself(void **state)
{
	const struct ow_profile *one = profile_of_stacks(*state, "m;a 1\nm;b 2\n");
	struct ow_profile *merged;

	assert_int_equal(ow_profile_merge(&(struct ow_profile_merge){ .profile = one }, 1, *state,
					  &merged, NULL),
			 0);
	assert_ptr_equal(merged->samples, one->samples);
}

static void what_a_profile_has_twice_is_put_together(void **state)
{
	struct ow_profile *one = profile_of_stacks(*state, "m;a 1\nm;b 2\n"), *merged;

	/* b is now the same place as a. */
	one->location[3] = one->location[2];
	assert_int_equal(ow_profile_merge(&(struct ow_profile_merge){ .profile = one }, 1, *state,
					  &merged, NULL),
			 0);
	assert_string_equal(shown(*state, merged), "|m;a; 3");
}

static void headers_are_put_together(void **state)
{
	struct ow_profile *a = profile_of_stacks(*state, "m 1\n"), *merged;
	struct ow_profile *b = profile_of_stacks(*state, "m 1\n");
	struct ow_str comments[] = { OW_STR("x"), OW_STR("y") };

	a->time_nanos = 50;
	b->time_nanos = 40;
	a->duration_nanos = 3;
	b->duration_nanos = 4;
	a->period = 512;
	b->period = 1024;
	a->comment = comments;
	a->n_comments = 2;
	b->comment = comments + 1;
	b->n_comments = 1;
	assert_int_equal(
		ow_profile_merge((struct ow_profile_merge[]){ { .profile = a }, { .profile = b } },
				 2, *state, &merged, NULL),
		0);
	assert_int_equal(merged->time_nanos, 40);
	assert_int_equal(merged->duration_nanos, 7);
	assert_int_equal(merged->period, 1024);
	assert_int_equal(merged->n_comments, 2);
}

static void units_become_the_finer(void **state)
{
	struct ow_profile *a = profile_of_stacks(*state, "m 1\n"), *merged;
	struct ow_profile *b = profile_of_stacks(*state, "m 1\n");

	a->type[0].unit = OW_STR("kilobytes");
	assert_int_equal(
		ow_profile_merge((struct ow_profile_merge[]){ { .profile = a }, { .profile = b } },
				 2, *state, &merged, NULL),
		0);
	assert_string_equal(shown(*state, merged), "|m; 1025");
	assert_true(ow_str_is(merged->type[0].unit, "bytes"));
}

static void what_has_nothing_in_common_is_refused(void **state)
{
	struct ow_profile *a = profile_of_stacks(*state, "m 1\n"), *merged = NULL;
	struct ow_profile *b = profile_of_stacks(*state, "m 1\n");
	const struct ow_profile_merge part[] = { { .profile = a }, { .profile = b } };
	struct ow_err err;

	a->type[0].type = OW_STR("cpu");
	assert_int_equal(ow_profile_merge(part, 2, *state, &merged, &err), -EINVAL);
	a->type[0].type = b->type[0].type;
	a->period_type.type = OW_STR("cpu");
	assert_int_equal(ow_profile_merge(part, 2, *state, &merged, &err), -EINVAL);
	assert_null(merged);
}

static void a_base_is_subtracted(void **state)
{
	const struct ow_profile *now = profile_of_stacks(*state, "m;a 30\nm;b 5\nm;c 9\n");
	const struct ow_profile *then = profile_of_stacks(*state, "m;a 10\nm;b 5\nm;d 1\n");
	struct ow_profile *result;

	assert_int_equal(ow_profile_subtract(now, then, false, false, *state, &result, NULL), 0);
	assert_string_equal(shown(*state, result), "|m;a; 20|m;c; 9|m;d; -1");
	assert_int_equal(ow_profile_subtract(now, then, true, false, *state, &result, NULL), 0);
	assert_string_equal(shown(*state, result), "|m;a; 30|m;b; 5|m;c; 9|m;a; -10 {pprof::base}"
						   "|m;b; -5 {pprof::base}|m;d; -1 {pprof::base}");
	assert_int_equal(ow_profile_subtract(now, then, false, true, *state, &result, NULL), 0);
	assert_string_equal(shown(*state, result), "|m;a; 1|m;b; -3|m;c; 3|m;d; -1");
}

static void a_profile_without_mappings_gets_one(void **state)
{
	struct ow_profile *profile = profile_of_stacks(*state, "m 1\n");

	assert_int_equal(profile->n_mappings, 0);
	assert_int_equal(ow_profile_set_program(profile, "/bin/prog", NULL, *state), 0);
	assert_int_equal(profile->n_mappings, 1);
	assert_int_equal(profile->location[1].mapping, 0);
	assert_int_equal(ow_profile_set_program(profile, NULL, "abc", *state), 0);
	assert_true(ow_str_is(profile->mapping[0].file, "/bin/prog"));
	assert_true(ow_str_is(profile->mapping[0].build_id, "abc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(equal_stacks_are_added),
		UNIT(one_profile_is_itself),
		UNIT(what_a_profile_has_twice_is_put_together),
		UNIT(headers_are_put_together),
		UNIT(units_become_the_finer),
		UNIT(what_has_nothing_in_common_is_refused),
		UNIT(a_base_is_subtracted),
		UNIT(a_profile_without_mappings_gets_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
