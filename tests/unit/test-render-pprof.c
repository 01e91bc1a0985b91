/* SPDX-License-Identifier: Apache-2.0 */
#include "render/pprof.h"

#include <stdlib.h>

#include "analyze/profile-graph.h"
#include "base/stream.h"
#include "profile.h"
#include "render/pprof-dot.h"

static bool next(void *arg, struct ow_profile_sample *sample)
{
	return ow_profile_view_next(arg, sample);
}

static void rewind_view(void *arg)
{
	ow_profile_view_rewind(arg);
}

/* What a report writes of the stacks. */
static char *report(struct ow_arena *arena, const char *stacks,
		    int (*write)(struct ow_pprof *, FILE *, struct ow_err *))
{
	const struct ow_profile_filter filter = { 0 };
	const struct ow_graph_options options = { .edges = true };
	struct ow_pprof pprof = {
		.arena = arena,
		.profile = profile_of_stacks(arena, stacks),
		.next = next,
		.rewind = rewind_view,
		.ratio = 1,
		.unit = OW_STR("minimum"),
		.label_unit = ow_profile_label_unit,
	};
	struct ow_profile_view *view;
	struct ow_graph *graph;
	char *text = NULL, *kept;
	size_t n = 0;
	FILE *out;

	assert_int_equal(ow_profile_view_new(pprof.profile, &filter, arena, &view, NULL), 0);
	assert_int_equal(ow_profile_view_total(view, 0, false, false, &pprof.total, NULL), 0);
	assert_int_equal(ow_profile_graph_new(view, &options, arena, &graph, NULL), 0);
	pprof.graph = graph;
	pprof.location = view->location;
	pprof.n_locations = view->n_locations;
	pprof.function = view->function;
	pprof.n_functions = view->n_functions;
	pprof.arg = view;
	out = open_memstream(&text, &n);
	assert_int_equal(write(&pprof, out, NULL), 0);
	assert_int_equal(fclose(out), 0);
	kept = ow_str_keep(arena, (struct ow_str){ text, n });
	free(text);
	return kept;
}

static void names_cannot_reach_the_terminal(void **state)
{
	static int (*const writers[])(struct ow_pprof *, FILE *, struct ow_err *) = {
		ow_pprof_text, ow_pprof_tree, ow_pprof_traces,    ow_pprof_tags,
		ow_pprof_raw,  ow_pprof_dot,  ow_pprof_callgrind,
	};
	static const char evil[] = "main;\x1b]0;owned\x07 10 k\x1b[2J=\x9bv\xff\n"
				   "main;\xe2\x80\xae"
				   "esrever 20\n";

	for (size_t i = 0; i < OW_ARRAY_SIZE(writers); i++) {
		const char *text = report(*state, evil, writers[i]);

		for (const char *p = text; *p; p++)
			assert_true(*p == '\n' || *p == '\t' || (unsigned char)*p >= ' ');
		assert_null(strchr(text, '\x7f'));
		assert_null(strstr(text, "\xe2\x80\xae"));
		assert_null(strchr(text, '\xff'));
	}
	assert_non_null(strstr(report(*state, evil, ow_pprof_text), "\\x1b]0"));
}

static void a_backslash_stays_one(void **state)
{
	assert_non_null(strstr(report(*state, "C:\\src\\f 10\n", ow_pprof_text), "C:\\src\\f"));
}

static void strings_of_dot_are_closed(void **state)
{
	const char *text = report(*state, "a\"];evil[\" 10\n", ow_pprof_dot);

	assert_non_null(strstr(text, "a\\\"]"));
	assert_null(strstr(text, "a\"]"));
}

/* A profile that was written is read again as the same. */
static void what_is_written_is_read(void **state)
{
	static const char stacks[] = "main;a;+b 10 bytes=48\nmain;c -7 key=text\nmain;a 3\n";
	const char *before = report(*state, stacks, ow_pprof_raw), *after;
	const struct ow_profile_filter filter = { 0 };
	struct ow_profile *profile = profile_of_stacks(*state, stacks);
	struct ow_pprof pprof = {
		.arena = *state, .ratio = 1, .next = next, .rewind = rewind_view
	};
	struct ow_profile_view *view;
	FILE *file = tmpfile(), *out;
	struct ow_stream *stream;
	char *text = NULL;
	size_t n = 0;

	for (int again = 0; again <= 1; again++) {
		assert_int_equal(ow_profile_view_new(profile, &filter, *state, &view, NULL), 0);
		pprof.profile = profile;
		pprof.location = profile->location;
		pprof.n_locations = profile->n_locations;
		pprof.function = profile->function;
		pprof.n_functions = profile->n_functions;
		pprof.arg = view;
		if (again)
			break;
		assert_int_equal(ow_pprof_proto(&pprof, file, NULL), 0);
		assert_int_equal(fflush(file), 0);
		rewind(file);
		assert_int_equal(ow_stream_open_fd(fileno(file), "written", &stream, NULL), 0);
		assert_int_equal(ow_profile_read_stream(stream, "written", *state, &profile, NULL),
				 0);
		ow_stream_close(stream);
	}
	out = open_memstream(&text, &n);
	assert_int_equal(ow_pprof_raw(&pprof, out, NULL), 0);
	assert_int_equal(fclose(out), 0);
	after = ow_str_keep(*state, (struct ow_str){ text, n });
	free(text);
	(void)fclose(file);
	/* What a view cuts, a profile has: the lines of its locations. */
	assert_int_equal(strncmp(before, after, (size_t)(strstr(before, "Locations") - before)), 0);
}

static void names_are_shortened_as_pprof_does(void **state)
{
	static const char *const rows[][2] = {
		{ "github.com/a/b.(*T).Method", "b.(*T).Method" },
		{ "github.com/a/b/v2.(*T).Method", "b.(*T).Method" },
		{ "github.com/a/b/v1.F", "v1.F" },
		{ "github.com/a/v2/b.F", "b.F" },
		{ "main.main", "main.main" },
		{ "java.util.concurrent.ThreadPoolExecutor$Worker.run",
		  "ThreadPoolExecutor$Worker.run" },
		{ "java.bar.foo.FooBar.run(java.lang.Runnable)", "FooBar.run" },
		{ "com.foo.Bar.<init>", "Bar.<init>" },
		{ "(anonymous namespace)::Bar::Foo", "Bar::Foo" },
		{ "(anonymous namespace)::foo", "foo" },
		{ "foo_bar::Foo::bar", "Foo::bar" },
		{ "cpp::namespace::Class::method(int)::$_100::operator()", "Class::method" },
		{ "foo::bar::Bar::baz<std::vector<int>>(char)", "Bar::baz<std::vector<int>>" },
		{ "Foo::Bar::~Bar", "Bar::~Bar" },
		{ "operator new[]", "operator new[]" },
		{ "", "" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const struct ow_str name = dot_short_name(ow_str(rows[i][0]), *state);

		if (!ow_str_is(name, rows[i][1]))
			fail_msg("%s becomes %.*s", rows[i][0], (int)name.n, name.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(names_cannot_reach_the_terminal),   UNIT(a_backslash_stays_one),
		UNIT(strings_of_dot_are_closed),         UNIT(what_is_written_is_read),
		UNIT(names_are_shortened_as_pprof_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
