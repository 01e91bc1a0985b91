/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annotate.h"

#include <errno.h>
#include <string.h>

#include "oom-log.h"
#include "render/report.h"

static const struct ow_oom_options options = { .source = "log", .keep_said = true };

/* The document as a terminal of so many columns shows it. */
static char *shown(struct ow_arena *arena, const struct ow_doc *doc, size_t width)
{
	const struct ow_report_style style = { .width = width };
	char *text = NULL, *kept;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(ow_doc_print_text(doc, &style, out), 0);
	assert_int_equal(fclose(out), 0);
	kept = ow_str_keep(arena, (struct ow_str){ text, n });
	free(text);
	assert_non_null(kept);
	return kept;
}

/* The i-th record of the log, explained. */
static char *explained(struct ow_arena *arena, struct ow_str log, size_t i)
{
	struct oom_log all;
	struct ow_doc doc;
	char *text;

	oom_log_read(&all, log, 0, &options);
	assert_true(i < all.n);
	assert_int_equal(ow_annotate_record(all.oom[i], true, arena, &doc), 0);
	text = shown(arena, &doc, 2000);
	oom_log_release(&all);
	return text;
}

static char *fixture(struct ow_arena *arena, const char *name)
{
	const char *path = ow_printf(arena, "oom/%s/input", name);

	assert_non_null(path);
	return explained(arena, unit_fixture(arena, path), 0);
}

/* The line of carets that comes first behind the words. */
static bool is_marked(const char *text, const char *words)
{
	const char *at = strstr(text, words), *line = at, *carets;

	if (!at)
		return false;
	while (line > text && line[-1] != '\n')
		line--;
	carets = strchr(at, '\n');
	return carets && (size_t)(at - line) < strlen(carets + 1) && carets[1 + (at - line)] == '^';
}

static void decisive_lines_are_shown_and_marked(void **state)
{
	static const char *const words[] = {
		"leaker invoked",
		"gfp_mask=0xcc0(GFP_KERNEL)",
		"order=0",
		"usage 32768kB",
		"limit 32768kB",
		"constraint=CONSTRAINT_MEMCG",
		"oom_memcg=/system.slice",
		"task=leaker",
		"Killed process 158",
		"anon-rss:32512kB",
	};
	char *text = fixture(*state, "guest-6.12-own-limit");

	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++)
		assert_true(is_marked(text, words[i]));
	assert_non_null(strstr(text, "32 MiB, which is 100.0 % of its limit of 32 MiB."));
	assert_non_null(strstr(text, "GFP_KERNEL: The usual kind:"));
	assert_non_null(strstr(text, "Limit and victim are of one group: container 0ac29a59b98b."));
	assert_non_null(strstr(text, "99.2 % of the 32 MiB that the group held."));
	assert_null(strstr(text, "NOT IN THE SOURCE"));
}

static void rows_of_who_asked_and_who_died_are_never_folded(void **state)
{
	static const char *const names[] = { "guest-5.10-many", "guest-6.12-sibling",
					     "guest-6.1-global" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++)
		assert_non_null(strstr(fixture(*state, names[i]), "died"));
	assert_non_null(strstr(fixture(*state, "guest-5.10-many"), "processes were in the group"));
}

static void the_call_trace_tells_what_was_done(void **state)
{
	static const struct {
		const char *name, *what;
	} cases[] = {
		{ "guest-6.12-pipes", "a pipe was being written" },
		{ "guest-5.10-sockets", "socket was being written" },
		{ "guest-6.12-shmem", "tmpfs" },
		{ "guest-6.12-shrink", "memory.max was being written" },
		{ "guest-6.12-sysrq", "SysRq f" },
		{ "guest-6.12-own-limit", "anonymous memory was touched" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++)
		assert_non_null(strstr(fixture(*state, cases[i].name), cases[i].what));
}

static void the_machine_shows_its_short_zone(void **state)
{
	char *text = fixture(*state, "guest-6.1-global");

	assert_true(is_marked(text, "free:2836kB"));
	assert_non_null(strstr(text, "node 0 DMA came nearest: 2,836 kB free, of which 2,836 kB "
				     "must stay"));
	assert_non_null(strstr(text, "of 9,076 kB free nothing could be used"));
	assert_non_null(strstr(text, "The machine has no swap."));
}

/* A row is read by the heading above it, whatever columns the kernel or a patch has. */
static void cells_are_found_by_their_column(void **state)
{
	static const char log[] =
		"a invoked oom-killer: gfp_mask=0x280da, order=0, oom_adj=0, oom_score_adj=0\n"
		"Pid: 7, comm: a Not tainted 2.6.32-642.el6.x86_64 #1\n"
		"[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name\n"
		"[    7]     0     7    22222      100   0       0             0 a\n"
		"[    8]     0     8    22222      777   0       0           300 b c]\n"
		"Out of memory: Kill process 8 (b c]) score 651 or sacrifice child\n"
		"Killed process 8, UID 0, (b c]) total-vm:88888kB, anon-rss:3000kB, file-rss:108kB\n";
	char *text = explained(*state, OW_STR(log), 0);

	assert_true(is_marked(text, "777   0"));
	assert_true(is_marked(text, "300 b c]"));
	assert_non_null(strstr(text, "preferred"));
	assert_non_null(strstr(text, "prints no names for the bits"));
	assert_non_null(strstr(text, "a child of it"));
}

static void a_name_that_looks_like_a_field_is_not_marked(void **state)
{
	static const char log[] =
		"Memory cgroup out of memory: Killed process 9 (anon-rss:1kB) total-vm:88kB, "
		"anon-rss:64kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0\n";
	char *text = explained(*state, OW_STR(log), 0);

	assert_false(is_marked(text, "anon-rss:1kB"));
	assert_true(is_marked(text, "anon-rss:64kB"));
}

/* Up to 5.2 the statistics of a group stand on one line, a line for each group. */
static void statistics_on_one_line_are_told_as_well(void **state)
{
	static const char log[] =
		"memory: usage 980kB, limit 980kB, failcnt 41\n"
		"Memory cgroup stats for /a: cache:0KB rss:900KB mapped_file:0KB writeback:20KB\n"
		"Memory cgroup stats for /a/b: cache:0KB rss:0KB mapped_file:0KB writeback:0KB\n"
		"Memory cgroup out of memory: Kill process 9 (x) score 651 or sacrifice child\n"
		"Killed process 9 (x) total-vm:2048kB, anon-rss:960kB, file-rss:0kB\n";
	char *text = explained(*state, OW_STR(log), 0);

	assert_non_null(strstr(text, "900 kB"));
	assert_true(is_marked(text, "Memory cgroup stats for /a:"));
	assert_null(strstr(text, "stats for /a/b"));
}

/* The log without its lines of priority info, as a quiet console has it. */
static struct ow_str without_info(struct ow_arena *arena, struct ow_str log)
{
	char *kept = ow_alloc(arena, log.n + 1, 1);
	struct ow_str line;
	size_t n = 0;

	assert_non_null(kept);
	while (ow_scan_line(&log, &line)) {
		if (line.n > 2 && memcmp(line.p, "6,", 2) == 0)
			continue;
		memcpy(kept + n, line.p, line.n);
		n += line.n;
		kept[n++] = '\n';
	}
	return (struct ow_str){ kept, n };
}

static void what_is_missing_is_said_with_its_reason(void **state)
{
	struct ow_str log = unit_fixture(*state, "oom/guest-6.1-own-limit/input");
	char *quiet = explained(*state, without_info(*state, log), 0);
	char *bare = explained(*state,
			       OW_STR("Out of memory: Killed process 9 (x) total-vm:88kB, "
				      "anon-rss:64kB, file-rss:0kB, shmem-rss:0kB\n"),
			       0);

	assert_non_null(strstr(quiet, "NOT IN THE SOURCE"));
	assert_non_null(strstr(quiet, "No line of priority info is there"));
	assert_non_null(strstr(bare, "ten whole reports in 5 s"));
	assert_null(strstr(bare, "No line of priority info"));
}

static void lines_without_a_record_are_explained(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "oom_kill_process: 38 callbacks suppressed", "ten whole reports" },
		{ "x: page allocation failure: order:4, mode:0x2040d0", "no OOM kill" },
		{ "[   2897]     0  2897     8843     8362 eat", "heading of the table" },
		{ "Node 0 DMA32 free:3280kB min:3280kB low:3588kB high:3896kB", "must leave min" },
		{ "lowmem_reserve[]: 0 1935 1935 1935", "could use a higher zone" },
		{ "Normal: 1*4kB (U) 0*8kB 1*16kB (U) = 20kB", "one of 2^n pages" },
		{ "Mem-Info:", "what the memory was" },
		{ "Call Trace:", "names no function" },
	};
	struct ow_doc doc;

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_int_equal(ow_annotate_line(ow_str(cases[i].line), *state, &doc), 0);
		assert_non_null(strstr(shown(*state, &doc, 200), cases[i].says));
	}
	assert_int_equal(ow_annotate_line(OW_STR("hello world"), *state, &doc), -ENOENT);
}

static void without_memory_nothing_is_given_back(void **state)
{
	struct ow_str log = unit_fixture(*state, "oom/guest-6.12-many/input");
	struct ow_doc doc = { .n = 42 };
	struct oom_log all;
	bool refused = false;

	oom_log_read(&all, log, 0, &options);
	for (size_t limit = OW_KIB(4); limit < OW_MIB(4); limit *= 2) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(limit);
		struct ow_doc got = { .n = 42 };

		if (ow_annotate_record(all.oom[0], true, arena, &got) == 0)
			break;
		assert_int_equal(got.n, 42);
		refused = true;
	}
	assert_true(refused);
	assert_int_equal(ow_annotate_record(all.oom[0], true, *state, &doc), 0);
	oom_log_release(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(decisive_lines_are_shown_and_marked),
		UNIT(rows_of_who_asked_and_who_died_are_never_folded),
		UNIT(the_call_trace_tells_what_was_done),
		UNIT(the_machine_shows_its_short_zone),
		UNIT(cells_are_found_by_their_column),
		UNIT(a_name_that_looks_like_a_field_is_not_marked),
		UNIT(statistics_on_one_line_are_told_as_well),
		UNIT(what_is_missing_is_said_with_its_reason),
		UNIT(lines_without_a_record_are_explained),
		UNIT(without_memory_nothing_is_given_back),
	};

	return cmocka_run_group_tests_name("report/annotate", tests, NULL, NULL);
}
