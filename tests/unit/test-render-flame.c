/* SPDX-License-Identifier: Apache-2.0 */
#include "render/flame.h"

#include <errno.h>

#include "flame.h"
#include "render/folded.h"

static struct ow_pprof pprof_of(struct ow_arena *arena, const char *lines)
{
	static const struct ow_flame_options options = { .least = OW_FLAME_LEAST,
							 .nodes_max = OW_FLAME_NODES_MAX,
							 .depth_max = OW_FLAME_DEPTH_MAX };
	struct ow_profile *profile = profile_of_stacks(arena, lines);
	struct ow_stacks *stacks = stacks_of(arena, profile);
	struct ow_flame *flame;

	assert_int_equal(ow_flame_new(stacks, &options, arena, &flame, NULL), 0);
	return (struct ow_pprof){
		.arena = arena,
		.profile = profile,
		.stacks = stacks,
		.flame = flame,
		.total = (int64_t)ow_flame_width(flame->node),
		.ratio = 1,
		.unit = OW_STR("minimum"),
	};
}

static char *written(struct ow_pprof *pprof,
		     int (*write)(struct ow_pprof *, FILE *, struct ow_err *))
{
	char *text = NULL, *kept;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_int_equal(write(pprof, out, NULL), 0);
	assert_int_equal(fclose(out), 0);
	kept = ow_str_keep(pprof->arena, (struct ow_str){ text, n });
	free(text);
	return kept;
}

static void a_line_has_a_stack_whatever_its_names_are(void **state)
{
	struct ow_pprof pprof = pprof_of(*state, "main;a 10\nmain;b\\c\x1b\x7f -5\n\xff;d 1\n");

	assert_string_equal(written(&pprof, ow_folded),
			    "main;a 10\nmain;b\\\\c\\x1b\\x7f -5\n\\xff;d 1\n");
}

static void a_semicolon_in_a_name_does_not_begin_a_frame(void **state)
{
	struct ow_str name[8];
	struct ow_pprof pprof = pprof_of(*state, "main 1\n");
	struct ow_stacks stacks = *pprof.stacks;

	assert_true(stacks.n_frames <= OW_ARRAY_SIZE(name));
	for (size_t i = 0; i < OW_ARRAY_SIZE(name); i++)
		name[i] = OW_STR("a;b\nc");
	stacks.frame = name;
	pprof.stacks = &stacks;
	assert_string_equal(written(&pprof, ow_folded), "a\\x3bb\\x0ac 1\n");
}

static void what_is_divided_away_has_no_line(void **state)
{
	struct ow_pprof pprof = pprof_of(*state, "main;a 10\nmain;b 3\n");

	pprof.ratio = 0.25;
	assert_string_equal(written(&pprof, ow_folded), "main;a 2\n");
}

/* The text of the picture between two marks. */
static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in the picture", part);
}

static void a_box_says_what_it_is_and_how_much_it_has(void **state)
{
	struct ow_pprof pprof = pprof_of(*state, "main;work;grow 3145728\nmain;work 1048576\n");
	const char *text = written(&pprof, ow_flame_svg);

	has(text, "<title>space");
	has(text, "<title>main\n4MB (100%)</title><rect x=\"0.0000\" width=\"1180.0000\"");
	has(text, "<title>grow\n3MB (75.00%)</title><rect x=\"0.0000\" width=\"885.0000\"");
	has(text, ">grow</text>");
	assert_null(strstr(text, "boxes too small"));
}

static void what_grew_is_red_and_what_shrank_is_blue_and_both_have_a_sign(void **state)
{
	struct ow_pprof pprof = pprof_of(*state, "main;a 3145728\nmain;b -1048576\n");
	const char *text = written(&pprof, ow_flame_svg);

	has(text, "<title>change of space");
	has(text, "class=\"f g3\"><title>main\n+2MB (100%) of +3MB and -1MB");
	has(text, "class=\"f g4\"><title>a\n+3MB (75.00%)");
	has(text, "class=\"f s4\"><title>b\n-1MB (25.00%)");
	has(text, ">+ a</text>");
	has(text, ">- b</text>");
}

static void names_are_cut_to_their_box_without_their_folders_first(void **state)
{
	struct ow_pprof pprof =
		pprof_of(*state, "m;github.com/a/b.Long 90\nm;c 1000\n"
				 "m;github.com/d/e.MuchLongerThanItsBox 90\nm;f 8\n");
	const char *text = written(&pprof, ow_flame_svg);

	has(text, ">b.Long</text>");
	has(text, ">e.MuchLonge…</text>");
	assert_null(strstr(text, ">f</text>")); /* no room for a letter */
	has(text, "<title>github.com/d/e.MuchLongerThanItsBox\n");
}

static void nothing_leads_away_and_nothing_runs_but_the_script(void **state)
{
	struct ow_pprof pprof =
		pprof_of(*state, "main;\"onload=\"x;<script>alert(1)</script>;]]>;&lt 10\n");
	const char *text = written(&pprof, ow_flame_svg), *script = strstr(text, "<script");

	assert_non_null(script);
	assert_null(strstr(script + 1, "<script"));
	assert_null(strstr(text, "href"));
	assert_null(strstr(text, "url("));
	assert_null(strstr(text, "@import"));
	assert_null(strstr(text, "innerHTML"));
	has(text, "<title>&lt;script&gt;alert(1)&lt;/script&gt;\n");
	has(text, "<title>]]&gt;\n");
	has(text, "<title>&amp;lt\n");
	for (const char *at = text; (at = strstr(at, "http")); at++)
		assert_true(strncmp(at, "http://www.w3.org/", 18) == 0);
}

static void a_picture_of_nothing_is_refused(void **state)
{
	struct ow_pprof pprof = pprof_of(*state, "");
	struct ow_err err;

	assert_int_equal(ow_flame_svg(&pprof, stdout, &err), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_line_has_a_stack_whatever_its_names_are),
		UNIT(a_semicolon_in_a_name_does_not_begin_a_frame),
		UNIT(what_is_divided_away_has_no_line),
		UNIT(a_box_says_what_it_is_and_how_much_it_has),
		UNIT(what_grew_is_red_and_what_shrank_is_blue_and_both_have_a_sign),
		UNIT(names_are_cut_to_their_box_without_their_folders_first),
		UNIT(nothing_leads_away_and_nothing_runs_but_the_script),
		UNIT(a_picture_of_nothing_is_refused),
	};

	return cmocka_run_group_tests_name("render/flame", tests, NULL, NULL);
}
