/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/profile-view.h"

#include <errno.h>
#include <inttypes.h>

#include "profile.h"

static const char stacks[] = "main;work;alloc 10 bytes=48\n"
			     "main;work;+fast;alloc 20 bytes=4096\n"
			     "main;idle 5 kind=lazy\n";

/* The samples as "main;work;alloc 10", in their order. */
static char *shown(struct ow_arena *arena, struct ow_profile_view *view)
{
	struct ow_profile_sample sample;
	char *text = ow_printf(arena, "%s", "");

	ow_profile_view_rewind(view);
	while (ow_profile_view_next(view, &sample)) {
		text = ow_printf(arena, "%s|", text);
		for (size_t i = sample.n_locations; i-- > 0;) {
			const struct ow_profile_location *l = &view->location[sample.location[i]];

			for (uint32_t k = l->n_lines; k-- > 0;) {
				const struct ow_str name = view->function[l->line[k].function].name;

				text = ow_printf(arena, "%s%.*s;", text, (int)name.n, name.p);
			}
		}
		text = ow_printf(arena, "%s %" PRId64, text, sample.value[0]);
		for (size_t i = 0; i < sample.n_labels; i++)
			text = ow_printf(arena, "%s {%.*s}", text, (int)sample.label[i].key.n,
					 sample.label[i].key.p);
	}
	return text;
}

#define A "|main;work;alloc; 10 {bytes}"
#define B "|main;work;fast;alloc; 20 {bytes}"
#define C "|main;idle; 5 {kind}"

static void filters_are_those_of_pprof(void **state)
{
	static const struct {
		struct ow_profile_filter filter;
		const char *left, *unmatched;
	} rows[] = {
		{ { 0 }, A B C, NULL },
		{ { .focus = "fast" }, B, NULL },
		{ { .focus = "^idle$" }, C, NULL },
		{ { .focus = "nobody" }, "", "focus" },
		{ { .ignore = "fast" }, A C, NULL },
		{ { .focus = "alloc", .ignore = "fast" }, A, NULL },
		{ { .hide = "work|idle" },
		  "|main;alloc; 10 {bytes}|main;fast;alloc; 20 {bytes}|main; 5 {kind}",
		  NULL },
		{ { .show = "alloc" }, "|alloc; 10 {bytes}|alloc; 20 {bytes}", NULL },
		{ { .show_from = "work" },
		  "|work;alloc; 10 {bytes}|work;fast;alloc; 20 {bytes}",
		  NULL },
		{ { .show_from = "nobody" }, "", "show_from" },
		{ { .prune_from = "work" },
		  "|main;work; 10 {bytes}|main;work; 20 {bytes}" C,
		  NULL },
		{ { .tag_focus = "bytes=1kb:" }, B, NULL },
		{ { .tag_focus = ":1kb" }, A, NULL },
		{ { .tag_focus = "48b" }, A, NULL },
		{ { .tag_focus = "40b:5kb" }, A B, NULL },
		{ { .tag_focus = "kind=la" }, C, NULL },
		{ { .tag_focus = "kind:lazy" }, C, NULL },
		{ { .tag_focus = "kind,la" }, C, NULL },
		{ { .tag_focus = "kind,nobody" }, "", "tagfocus" },
		{ { .tag_ignore = "1kb:" }, A C, NULL },
		{ { .tag_show = "kind" }, "|main;work;alloc; 10|main;work;fast;alloc; 20" C, NULL },
		{ { .tag_hide = "kind" }, A B "|main;idle; 5", NULL },
		{ { .tag_root = "kind" },
		  "|;main;work;alloc; 10 {bytes}|;main;work;fast;alloc; 20 {bytes}"
		  "|lazy;main;idle; 5 {kind}",
		  NULL },
		{ { .tag_leaf = "kind", .focus = "lazy" }, "|main;idle;lazy; 5 {kind}", NULL },
		{ { .no_inlines = true },
		  "|main;work;alloc; 10 {bytes}|main;work;alloc; 20 {bytes}" C,
		  NULL },
		{ { .granularity = OW_GRANULARITY_FILES },
		  "|;;; 10 {bytes}|;;;; 20 {bytes}|;; 5 {kind}",
		  NULL },
	};
	const struct ow_profile *profile = profile_of_stacks(*state, stacks);

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_profile_view *view;

		assert_int_equal(ow_profile_view_new(profile, &rows[i].filter, *state, &view, NULL),
				 0);
		assert_string_equal(shown(*state, view), rows[i].left);
		assert_string_equal(shown(*state, view), rows[i].left); /* again */
		assert_int_equal(view->n_unmatched, rows[i].unmatched ? 1 : 0);
		if (rows[i].unmatched)
			assert_string_equal(view->unmatched[0], rows[i].unmatched);
	}
}

/* Frames of allocators are cut where a profile says so, but not when nothing else would be left. */
static void what_does_not_interest_is_dropped(void **state)
{
	struct ow_profile *profile = profile_of_stacks(
		*state, "alloc;main;alloc(int);deep 1\nalloc;alloc 2\nmain;keepalloc 4\n");
	struct ow_profile_filter filter = { 0 };
	struct ow_profile_view *view;

	profile->drop_frames = OW_STR(".*alloc");
	profile->keep_frames = OW_STR("keep.*");
	assert_int_equal(ow_profile_view_new(profile, &filter, *state, &view, NULL), 0);
	assert_string_equal(shown(*state, view), "|alloc;main; 1|alloc;alloc; 2|main;keepalloc; 4");
	filter.all_frames = true;
	assert_int_equal(ow_profile_view_new(profile, &filter, *state, &view, NULL), 0);
	assert_string_equal(shown(*state, view),
			    "|alloc;main;alloc(int);deep; 1|alloc;alloc; 2|main;keepalloc; 4");
	/* A profile may say anything; a pattern that is none drops nothing. */
	profile->drop_frames = OW_STR("(");
	filter.all_frames = false;
	assert_int_equal(ow_profile_view_new(profile, &filter, *state, &view, NULL), 0);
	assert_non_null(strstr(shown(*state, view), "deep"));
}

static void a_wrong_pattern_is_said(void **state)
{
	static const struct ow_profile_filter rows[] = {
		{ .focus = "(" },     { .ignore = "(" },     { .hide = "(" },
		{ .show = "(" },      { .show_from = "(" },  { .prune_from = "(" },
		{ .tag_focus = "(" }, { .tag_ignore = "(" }, { .tag_show = "(" },
		{ .tag_hide = "(" },
	};
	const struct ow_profile *profile = profile_of_stacks(*state, stacks);

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_profile_view *view;
		struct ow_err err;

		assert_int_equal(ow_profile_view_new(profile, &rows[i], *state, &view, &err),
				 -EINVAL);
		assert_non_null(strstr(err.text, "'('"));
	}
}

static void totals_are_sums_of_sizes(void **state)
{
	const struct ow_profile *profile =
		profile_of_stacks(*state, "a;b 10\na;c -4\na;d 1 pprof::base=true\n");
	const struct ow_profile_filter all = { 0 }, some = { .focus = "c" };
	struct ow_profile_view *view;
	int64_t total;

	assert_int_equal(ow_profile_view_new(profile, &all, *state, &view, NULL), 0);
	assert_int_equal(ow_profile_view_total(view, 0, false, false, &total, NULL), 0);
	assert_int_equal(total, 1); /* of the base alone */
	assert_int_equal(ow_profile_view_new(profile, &some, *state, &view, NULL), 0);
	assert_int_equal(ow_profile_view_total(view, 0, false, true, &total, NULL), 0);
	assert_int_equal(total, 4);
}

static void values_that_are_too_large_are_said(void **state)
{
	const struct ow_profile *profile =
		profile_of_stacks(*state, "a 9223372036854775807\nb 9223372036854775807\n");
	const struct ow_profile_filter all = { 0 };
	struct ow_profile_view *view;
	struct ow_err err;
	int64_t total = 7;

	assert_int_equal(ow_profile_view_new(profile, &all, *state, &view, NULL), 0);
	assert_int_equal(ow_profile_view_total(view, 0, false, false, &total, &err), -EOVERFLOW);
	assert_int_equal(total, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(filters_are_those_of_pprof),
		UNIT(what_does_not_interest_is_dropped),
		UNIT(a_wrong_pattern_is_said),
		UNIT(totals_are_sums_of_sizes),
		UNIT(values_that_are_too_large_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
