/* SPDX-License-Identifier: Apache-2.0 */
#include "report/conclude.h"

#include <errno.h>
#include <string.h>

#include "oom-log.h"

/* All words of the document, a line each text. */
static const char *words_of(struct ow_arena *arena, const struct ow_doc *doc)
{
	const char *all = "";

	for (size_t i = 0; i < doc->n; i++)
		for (size_t k = 0; k < doc->block[i].n; k++) {
			const struct ow_text *text = &doc->block[i].text[k];

			for (size_t s = 0; all && s < text->n; s++)
				all = ow_printf(arena, "%s%s", all, text->span[s].text);
			all = all ? ow_printf(arena, "%s\n", all) : NULL;
		}
	assert_non_null(all);
	return all;
}

static const char *concluded(struct ow_arena *arena, struct ow_str text)
{
	struct ow_doc doc;
	struct oom_log log;
	const char *words;

	oom_log_read(&log, text, 0, &(struct ow_oom_options){ .source = "log" });
	assert_true(log.n > 0);
	assert_int_equal(ow_conclude(log.oom[0], arena, &doc), 0);
	words = words_of(arena, &doc);
	oom_log_release(&log);
	return words;
}

static const char *fixture(struct ow_arena *arena, const char *name)
{
	const char *path = ow_printf(arena, "oom/%s/input", name);

	assert_non_null(path);
	return concluded(arena, unit_fixture(arena, path));
}

static void each_kind_has_its_conclusions(void **state)
{
	static const struct {
		const char *name, *says;
	} cases[] = {
		{ "guest-6.12-own-limit", "memcg-own-limit confirmed (lines 96, 30)" },
		{ "guest-6.12-own-limit", "32 MiB, 100.0 % of the limit of 32 MiB (line 30)" },
		{ "guest-6.12-own-limit", "made of: anonymous 99.6 %" },
		{ "guest-6.12-own-limit", "page size: 4 kB: total-vm of the killed" },
		{ "guest-6.12-sibling", "held by: \"grower\" (pid 490)" },
		{ "guest-6.12-pod", "highest score of 2, 8058 points" },
		{ "guest-6.1-global", "free memory: wanted was one page from zone Movable or a "
				      "lower one; of 9,076 kB free nothing could be used" },
		{ "guest-6.1-global", "page size: 4 kB: the lists of free blocks" },
		{ "guest-6.1-cpuset", "the nodes that the task may use were full" },
		{ "guest-6.12-swap", "in swap 33.0 %" },
		{ "guest-6.12-group", "memory.oom.group is set, so that all of the group die" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_non_null(strstr(fixture(*state, cases[i].name), cases[i].says));
}

static void a_bare_kill_concludes_little_and_says_what_is_missing(void **state)
{
	const char *words = concluded(
		*state, OW_STR("Memory cgroup out of memory: Killed process 9 (x) total-vm:88kB, "
			       "anon-rss:64kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB "
			       "oom_score_adj:0\n"));

	assert_non_null(strstr(words, "missing: the report: after ten in 5 s"));
	assert_null(strstr(words, "why this one"));
	assert_null(strstr(words, "made of"));
	assert_null(strstr(words, "usage"));
	assert_null(strstr(words, "page size"));
}

static void a_crash_loop_is_called_one(void **state)
{
	const struct ow_oom oom = { .have = OW_OOM_TIME, .kind = OW_OOM_GLOBAL };
	struct ow_series series = { .arena = *state };
	struct ow_doc doc;

	for (int64_t i = 0; i < 6; i++) {
		struct ow_oom one = oom;

		one.time_usec = (1000 + 300 * i) * INT64_C(1000000);
		assert_int_equal(ow_series_add(&series, &one), 0);
	}
	assert_int_equal(ow_conclude_series(&series, *state, &doc), 0);
	assert_non_null(strstr(words_of(*state, &doc),
			       "global: 6 kills in 6 incidents over 25 min 0 s, 12 an hour, 5 min "
			       "0 s apart on average (5 min 0 s to 5 min 0 s); CV 0.00 of 5 "
			       "intervals: a regular crash loop"));
}

static void what_is_inferred_of_a_storm_is_called_so(void **state)
{
	const struct ow_oom named = { .have = OW_OOM_TIME,
				      .kind = OW_OOM_MEMCG,
				      .limit_memcg = "/jobs",
				      .limit_owner = { .kind = OW_OWNER_CGROUP, .id = "/jobs" },
				      .time_usec = 1000 };
	const struct ow_oom bare = { .have = OW_OOM_TIME, .kind = OW_OOM_MEMCG, .time_usec = 1001 };
	struct ow_series series = { .arena = *state };
	struct ow_doc doc;
	const char *words;

	assert_int_equal(ow_series_add(&series, &named), 0);
	assert_int_equal(ow_series_add(&series, &bare), 0);
	assert_int_equal(ow_conclude_series(&series, *state, &doc), 0);
	words = words_of(*state, &doc);
	assert_non_null(strstr(words, ": 2 kills (1 of them names no cgroup: inferred from the "
				      "time) in 1 incident"));
	assert_null(strstr(words, "a second")); /* a microsecond has no rate */
}

static void one_kill_makes_no_series(void **state)
{
	const struct ow_oom oom = { .kind = OW_OOM_GLOBAL };
	struct ow_series series = { .arena = *state };
	struct ow_doc doc;

	assert_int_equal(ow_series_add(&series, &oom), 0);
	assert_int_equal(ow_conclude_series(&series, *state, &doc), 0);
	assert_int_equal(doc.n, 0);
}

static void without_memory_nothing_is_given_back(void **state)
{
	struct ow_str text = unit_fixture(*state, "oom/guest-6.12-own-limit/input");
	ow_scoped(ow_arena_freep) struct ow_arena *small = ow_arena_new(OW_KIB(4));
	struct ow_doc doc = { .n = 42 };
	struct oom_log log;

	oom_log_read(&log, text, 0, &(struct ow_oom_options){ .source = "log" });
	assert_int_equal(ow_conclude(log.oom[0], small, &doc), -ENOMEM);
	assert_int_equal(doc.n, 42);
	oom_log_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_kind_has_its_conclusions),
		UNIT(a_bare_kill_concludes_little_and_says_what_is_missing),
		UNIT(a_crash_loop_is_called_one),
		UNIT(what_is_inferred_of_a_storm_is_called_so),
		UNIT(one_kill_makes_no_series),
		UNIT(without_memory_nothing_is_given_back),
	};

	return cmocka_run_group_tests_name("report/conclude", tests, NULL, NULL);
}
