/* SPDX-License-Identifier: Apache-2.0 */
#include "read/goroutine.h"

#include <errno.h>
#include <string.h>

#include "read/profile.h"
#include "unit.h"

static const char page[] =
	"goroutine 55 [running]:\n"
	"net/http/pprof.handler.ServeHTTP({0xc000110011, 0x9}, {0x76ec10, 0xc000168000}, 0x23)\n"
	"\t/usr/lib/go-1.19/src/net/http/pprof/pprof.go:253 +0x4a5\n"
	"main.(*server).handle(0xc00007f260?, {0x76ec10, 0xc000168000})\n"
	"\t/src/main.go:44 +0x2f\n"
	"created by net/http.(*Server).Serve\n"
	"\t/usr/lib/go-1.19/src/net/http/server.go:3102 +0x4db\n"
	"\n"
	"goroutine 701 [chan send, 12 minutes]:\n"
	"main.worker({0x0?}, 0x0?)\n"
	"\t/src/main.go:21 +0x3a\n"
	"created by main.process in goroutine 1\n"
	"\t/src/main.go:12 +0x76\n"
	"\n"
	"goroutine 702 gp=0xc000007c00 m=nil [chan send, 3 minutes, locked to thread]:\n"
	"main.worker({0x1?}, 0x0?)\n"
	"\t/src/main.go:21 +0x3a fp=0xc0 sp=0xb0 pc=0x43\n"
	"created by main.process in goroutine 1\n"
	"\t/src/main.go:12 +0x76\n"
	"\n"
	"goroutine 703 [runnable]:\n"
	"main.worker(...)\n"
	"\t/src/main.go:21\n"
	"...additional frames elided...\n"
	"created by main.process in goroutine 1\n"
	"\t/src/main.go:12 +0x76\n";

static int read_text(struct ow_arena *arena, const char *text, size_t n, size_t step,
		     struct ow_goroutines **ret, struct ow_err *err)
{
	ow_scoped(ow_goroutine_reader_freep) struct ow_goroutine_reader *reader =
		ow_goroutine_reader_new("stacks", arena);

	assert_non_null(reader);
	for (size_t i = 0; i < n; i += step)
		assert_int_equal(
			ow_goroutine_reader_feed(reader, text + i, n - i < step ? n - i : step), 0);
	return ow_goroutine_reader_end(reader, ret, err);
}

static void assert_str(struct ow_str s, const char *text)
{
	assert_true(ow_str_is(s, text));
}

static void stacks_are_put_together_whatever_the_pieces(void **state)
{
	for (size_t step = 1; step < sizeof(page); step += 37) {
		const struct ow_goroutine_group *group;
		struct ow_goroutines *g;

		assert_int_equal(read_text(*state, page, sizeof(page) - 1, step, &g, NULL), 0);
		assert_int_equal(g->form, OW_GOROUTINES_STACKS);
		assert_true(g->have_waits);
		assert_false(g->cut);
		assert_int_equal(g->total, 4);
		assert_int_equal(g->n_groups, 2);
		group = &g->group[0];
		assert_int_equal(group->count, 3);
		assert_int_equal(group->n_frames, 1);
		assert_str(group->frame[0].function, "main.worker");
		assert_str(group->frame[0].file, "/src/main.go");
		assert_int_equal(group->frame[0].line, 21);
		assert_str(group->creator.function, "main.process");
		assert_int_equal(group->creator.line, 12);
		assert_str(group->state, "chan send");
		assert_int_equal(group->waiting_minutes, 12);
		assert_int_equal(group->long_waiters, 2);
		assert_int_equal(group->user, 0);
		group = &g->group[1];
		assert_int_equal(group->n_frames, 2);
		assert_str(group->frame[0].function, "net/http/pprof.handler.ServeHTTP");
		assert_str(group->frame[1].function, "main.(*server).handle");
		assert_str(group->creator.function, "net/http.(*Server).Serve");
		assert_int_equal(group->user, 1);
	}
}

static void a_stack_that_is_cut_is_not_counted(void **state)
{
	const char *last = strstr(page, "goroutine 703");
	struct ow_goroutines *g;
	size_t whole;

	for (size_t n = (size_t)(last - page) + 1; n < sizeof(page) - 5; n++) {
		if (page[n - 1] == '\n')
			continue; /* then nothing tells that there was more */
		assert_int_equal(read_text(*state, page, n, n, &g, NULL), 0);
		assert_true(g->cut);
		assert_int_equal(g->total, 3);
	}
	/* A page that was pasted without its last line feed is whole. */
	whole = sizeof(page) - 2;
	assert_int_equal(read_text(*state, page, whole, whole, &g, NULL), 0);
	assert_false(g->cut);
	assert_int_equal(g->total, 4);
}

static void the_first_frame_that_is_not_go_s_own_is_found(void **state)
{
	static const struct {
		const char *function;
		bool own;
	} cases[] = {
		{ "runtime.gopark", true },
		{ "net/http.(*conn).serve", true },
		{ "sync.(*Pool).Get", true },
		{ "slices.SortFunc[go.shape.[]example.com/a.T]", true },
		{ "main.main", false },
		{ "github.com/a/b.(*T).F", false },
		{ "example.com/net/http.Get", false },
		{ "runtime.example.com/x.F", false },
		{ "shop/orders.New", false },
		{ "networks.F", false },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_goroutines *g;
		char text[256];

		(void)snprintf(text, sizeof(text), "goroutine 1 [select]:\n%s(0x1)\n\t/a.go:1\n",
			       cases[i].function);
		assert_int_equal(read_text(*state, text, strlen(text), 64, &g, NULL), 0);
		assert_str(g->group[0].frame[0].function, cases[i].function);
		assert_int_equal(g->group[0].user, cases[i].own);
	}
}

static void a_count_profile_gives_the_same_groups(void **state)
{
	static const char text[] = "goroutine profile: total 12\n"
				   "7 @ 0x43d696 0x4361b7\n"
				   "#\t0x43d695\tmain.worker+0x35\t/src/main.go:21\n"
				   "\n"
				   "5 @ 0x43d699 0x4361b7\n"
				   "#\t0x43d698\tmain.worker+0x38\t/src/main.go:21\n"
				   "\n";
	ow_scoped(ow_profile_reader_freep) struct ow_profile_reader *reader =
		ow_profile_reader_new("counts", *state);
	struct ow_profile *profile;
	struct ow_goroutines *g;
	struct ow_err err;

	assert_int_equal(ow_profile_reader_feed(reader, text, sizeof(text) - 1, &err), 0);
	assert_int_equal(ow_profile_reader_end(reader, &profile, &err), 0);
	assert_int_equal(ow_goroutines_from_profile(profile, *state, &g, &err), 0);
	assert_int_equal(g->form, OW_GOROUTINES_COUNTS);
	assert_false(g->have_waits);
	assert_int_equal(g->total, 12);
	assert_int_equal(g->n_groups, 1);
	assert_str(g->group[0].frame[0].function, "main.worker");
	assert_int_equal(g->group[0].count, 12);
}

static void other_things_are_refused(void **state)
{
	struct ow_goroutines *g;
	struct ow_err err;

	assert_int_equal(read_text(*state, "hello\nworld\n", 12, 12, &g, &err), -EBADMSG);
	assert_string_equal(err.text, "'stacks' has no stack of a goroutine");
	assert_int_equal(read_text(*state, "goroutine 1 [running]:\n", 23, 23, &g, &err), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(stacks_are_put_together_whatever_the_pieces),
		UNIT(a_stack_that_is_cut_is_not_counted),
		UNIT(the_first_frame_that_is_not_go_s_own_is_found),
		UNIT(a_count_profile_gives_the_same_groups),
		UNIT(other_things_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
