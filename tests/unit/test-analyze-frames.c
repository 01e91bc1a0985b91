/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/frames.h"

#include <errno.h>
#include <inttypes.h>

#include "profile.h"

/* The stacks as "root;leaf 10, root 5". */
static char *shown(struct ow_arena *arena, const char *lines,
		   const struct ow_profile_filter *filter, bool drop_negative)
{
	const struct ow_stacks_options options = { .drop_negative = drop_negative };
	struct ow_profile_view *view;
	struct ow_stacks *stacks;
	struct ow_stacks_walk walk;
	char *text = ow_printf(arena, "%s", "");

	assert_int_equal(
		ow_profile_view_new(profile_of_stacks(arena, lines), filter, arena, &view, NULL),
		0);
	assert_int_equal(ow_profile_stacks(view, &options, arena, &stacks, NULL), 0);
	assert_int_equal(ow_stacks_walk_init(&walk, stacks, arena), 0);
	while (ow_stacks_walk_next(&walk)) {
		text = ow_printf(arena, "%s%s", text, *text ? ", " : "");
		for (size_t i = 0; i < walk.item.n; i++) {
			const struct ow_str frame = stacks->frame[walk.item.number[i]];

			text = ow_printf(arena, "%s%s%.*s", text, i ? ";" : "", (int)frame.n,
					 frame.p);
		}
		text = ow_printf(arena, "%s %" PRId64, text, walk.item.value[0]);
	}
	return text;
}

static void stacks_are_told_apart_by_what_is_shown_of_them(void **state)
{
	static const struct {
		const char *lines;
		struct ow_profile_filter filter;
		bool drop_negative;
		const char *stacks;
	} rows[] = {
		{ "main;a;b 10\nmain;a 5\n", { 0 }, false, "main;a;b 10, main;a 5" },
		/* Labels do not make a stack another. */
		{ "main;a 10 bytes=48\nmain;a 5 bytes=64\n", { 0 }, false, "main;a 15" },
		/* Inlined frames are frames. */
		{ "main;+a;+b;c 10\n", { 0 }, false, "main;a;b;c 10" },
		{ "main;+a;+b;c 10\n", { .no_inlines = true }, false, "main;c 10" },
		{ "main;a 10\n",
		  { .granularity = OW_GRANULARITY_LINES },
		  false,
		  "main :10;a :10 10" },
		{ "main;a 10\nmain;b 5\n", { .focus = "^a" }, false, "main;a 10" },
		{ "main;a 10\nmain;b 5\n", { .hide = "^a|^b" }, false, "main 15" },
		{ "main;a 10\nmain;b -5\n", { 0 }, false, "main;a 10, main;b -5" },
		{ "main;a 10\nmain;b -5\n", { 0 }, true, "main;a 10" },
		/* What came and went is nothing. */
		{ "main;a 10 bytes=8\nmain;a -10 bytes=16\n", { 0 }, false, "" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(
			shown(*state, rows[i].lines, &rows[i].filter, rows[i].drop_negative),
			rows[i].stacks);
}

static void the_limit_of_memory_is_an_error(void **state)
{
	const struct ow_profile_filter filter = { 0 };
	const struct ow_stacks_options options = { .value = 0 };
	const struct ow_profile *profile = profile_of_stacks(*state, "main;a 10\nmain;b 5\n");
	int r = -ENOMEM;

	for (size_t limit = 1024; r < 0; limit += 1024) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(limit);
		struct ow_profile_view *view;
		struct ow_stacks *stacks = NULL;
		struct ow_err err = { "" };

		if (ow_profile_view_new(profile, &filter, arena, &view, NULL) < 0)
			continue;
		r = ow_profile_stacks(view, &options, arena, &stacks, &err);
		assert_true(r == 0 || (r == -ENOMEM && !stacks && err.text[0]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(stacks_are_told_apart_by_what_is_shown_of_them),
		UNIT(the_limit_of_memory_is_an_error),
	};

	return cmocka_run_group_tests_name("analyze/frames", tests, NULL, NULL);
}
