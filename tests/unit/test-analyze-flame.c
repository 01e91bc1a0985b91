/* SPDX-License-Identifier: Apache-2.0 */
#include "flame.h"

#include <errno.h>
#include <inttypes.h>

static const struct ow_flame_options all = { .nodes_max = 1000, .depth_max = 100 };

static struct ow_flame *tree_of(struct ow_arena *arena, const char *lines,
				const struct ow_flame_options *options)
{
	struct ow_stacks *stacks = stacks_of(arena, profile_of_stacks(arena, lines));
	struct ow_flame *flame;

	assert_int_equal(ow_flame_new(stacks, options, arena, &flame, NULL), 0);
	return flame;
}

/* Rows as "a@0:10-5 b@10:5 | c@0:3"; what was folded is (n). */
static char *shown(struct ow_arena *arena, const struct ow_flame *flame)
{
	char *text = ow_printf(arena, "%s", "");

	for (size_t i = 1; i < flame->n; i++) {
		const struct ow_flame_node *node = &flame->node[i];
		const struct ow_str name = node->n ? OW_STR("") : flame->frame[node->frame];

		text = ow_printf(arena, "%s%s", text,
				 i == 1                         ? ""
				 : node->depth > node[-1].depth ? " | "
								: " ");
		text = node->n ? ow_printf(arena, "%s(%" PRIu32 ")", text, node->n)
			       : ow_printf(arena, "%s%.*s", text, (int)name.n, name.p);
		text = ow_printf(arena, "%s@%" PRIu64 ":%" PRIu64, text, node->at, node->grown);
		if (node->shrunk)
			text = ow_printf(arena, "%s-%" PRIu64, text, node->shrunk);
	}
	return text;
}

static void callees_stand_under_their_caller_the_widest_first(void **state)
{
	static const struct {
		const char *lines, *tree;
	} rows[] = {
		{ "", "" },
		{ "m;a 3\nm;b 5\nm 2\n", "m@0:10 | b@0:5 a@5:3" },
		/* Of equals the one whose name is first, wherever the profile has it. */
		{ "m;b 5\nm;a 5\n", "m@0:10 | a@0:5 b@5:5" },
		{ "m;a;c 1\nn;a;c 4\n", "n@0:4 m@4:1 | a@0:4 a@4:1 | c@0:4 c@4:1" },
		{ "m;a;a;a 2\n", "m@0:2 | a@0:2 | a@0:2 | a@0:2" },
		/* What shrank has a width. */
		{ "m;a 3\nm;b -5\n", "m@0:3-5 | b@0:0-5 a@5:3" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(shown(*state, tree_of(*state, rows[i].lines, &all)),
				    rows[i].tree);
}

static void what_is_too_narrow_too_deep_or_too_much_is_folded(void **state)
{
	static const struct {
		struct ow_flame_options options;
		const char *tree;
		uint64_t n_folded;
	} rows[] = {
		{ { .nodes_max = 9, .depth_max = 9 },
		  "m@0:104 | a@0:94 b@94:5 c@99:3 d@102:2 | e@0:90 f@90:4 | g@0:90",
		  0 },
		{ { .least = 0.04, .nodes_max = 9, .depth_max = 9 },
		  "m@0:104 | a@0:94 b@94:5 (2)@99:5 | e@0:90 (1)@90:4 | g@0:90",
		  3 },
		{ { .nodes_max = 9, .depth_max = 2 },
		  "m@0:104 | a@0:94 b@94:5 c@99:3 d@102:2 | (2)@0:94",
		  2 },
		{ { .nodes_max = 4, .depth_max = 9 },
		  "m@0:104 | a@0:94 (3)@94:10 | e@0:90 (1)@90:4 | (1)@0:90",
		  5 },
		{ { .nodes_max = 1, .depth_max = 9 }, "(1)@0:104", 1 },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const struct ow_flame *flame = tree_of(
			*state, "m;a;e;g 90\nm;a;f 4\nm;b 5\nm;c 3\nm;d 2\n", &rows[i].options);

		assert_string_equal(shown(*state, flame), rows[i].tree);
		assert_int_equal(flame->n_folded, rows[i].n_folded);
	}
}

/* So many stacks that the tree cannot be made in one pass: n of 3 frames below each of 4. */
static struct ow_stacks *many(struct ow_arena *arena, uint32_t n)
{
	struct ow_stacks *stacks = ow_alloc(arena, 1, sizeof(*stacks));
	struct ow_str *label = ow_alloc(arena, n, sizeof(*label));

	assert_non_null(label);
	stacks->tally = ow_tally_new(arena, 1);
	for (uint32_t i = 0; i < n; i++)
		label[i] = ow_str(ow_printf(arena, "f%" PRIu32, i));
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t frame[] = { i % 4, i, n - 1 - i, i, n - 1 - i };
		const int64_t value = 1;

		assert_int_equal(ow_tally_add(stacks->tally, frame, 5, 0, &value), 0);
	}
	assert_int_equal(ow_tally_seal(stacks->tally), 0);
	stacks->frame = label;
	stacks->n_frames = n;
	return stacks;
}

static void a_tree_that_needs_several_passes_is_the_same(void **state)
{
	static const struct ow_flame_options options = { .least = 0.001,
							 .nodes_max = 100,
							 .depth_max = 100 };
	const uint32_t n = 300000;
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(128));
	struct ow_flame *flame;

	(void)state;
	assert_int_equal(ow_flame_new(many(arena, n), &options, arena, &flame, NULL), 0);
	assert_string_equal(
		shown(arena, flame),
		"f0@0:75000 f1@75000:75000 f2@150000:75000 f3@225000:75000 | (75000)@0:75000 "
		"(75000)@75000:75000 (75000)@150000:75000 (75000)@225000:75000");
	assert_int_equal(flame->n_folded, n);
}

static void sums_that_do_not_fit_are_an_error(void **state)
{
	struct ow_stacks *stacks = stacks_of(
		*state,
		profile_of_stacks(*state, "m;a 9223372036854775807\nm;b 9223372036854775807\n"
					  "m;c 9223372036854775807\n"));
	struct ow_flame *flame = NULL;
	struct ow_err err;

	assert_int_equal(ow_flame_new(stacks, &all, *state, &flame, &err), -EOVERFLOW);
	assert_null(flame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(callees_stand_under_their_caller_the_widest_first),
		UNIT(what_is_too_narrow_too_deep_or_too_much_is_folded),
		UNIT(a_tree_that_needs_several_passes_is_the_same),
		UNIT(sums_that_do_not_fit_are_an_error),
	};

	return cmocka_run_group_tests_name("analyze/flame", tests, NULL, NULL);
}
