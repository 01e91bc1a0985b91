/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-filter.h"

#include "oom-log.h"
#include "render/fields.h"

#define KILLED "Out of memory: Killed process 42 (eat) total-vm:8kB, anon-rss:4kB, file-rss:0kB\n"

/* With vectors and without, and as many as there is room for. */
static void assert_same_finds(const char *text, size_t n)
{
	struct ow_oom_found all[64], some[64], portable[64];
	const size_t n_all = ow_oom_filter(text, n, all, OW_ARRAY_SIZE(all));

	assert_true(n_all < OW_ARRAY_SIZE(all));
	assert_int_equal(all[n_all - 1].at, n);
	for (size_t max = 1; max <= n_all + 1; max++) {
		const size_t most = max < n_all ? max : n_all;

		assert_int_equal(ow_oom_filter(text, n, some, max), most);
		assert_int_equal(ow_oom_filter_portable(text, n, portable, max), most);
		assert_memory_equal(some, all, most * sizeof(all[0]));
		assert_memory_equal(portable, all, most * sizeof(all[0]));
	}
	for (size_t i = 0, feeds = 0, at = 0; i < n_all; i++) {
		for (; at < all[i].at; at++)
			feeds += text[at] == '\n';
		assert_int_equal(all[i].feeds, feeds);
	}
}

static void words_are_found_wherever_they_stand(void **state)
{
	static const char *const words[] = {
		"x invoked oom-killer: ",
		"oom-kill:constraint=",
		"Killed process 1",
		"Kill process 1",
		"kill process 1",
		"Task in /a killed as a",
		"memory: usage 1kB",
		"memory+swap: usage",
		"Memory cgroup stats for /a:",
		"Memory cgroup out of memory:",
		"Out of memory:",
		"Mem-Info:",
		"Mem-info:",
		"oom-killer: gfp_mask=0xd0",
		"Out of Memory: Killed",
		"Tasks state (memory values",
		"uid  tgid total_vm",
		"no killable processes...",
		"panic_on_oom is enabled",
		"38 callbacks suppressed",
		"printk messages dropped **",
		"Missed 5 kernel messages",
		"systemd-journald[9]: /dev/kmsg buffer overrun, some messages lost.",
		"imjournal: 9 messages lost due to rate-limiting",
		"oom_reaper: reaped",
		"going to be killed due to",
	};
	static char text[512];

	(void)state;
	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++)
		for (size_t at = 0; at < 100; at++) {
			const size_t n = 200, length = strlen(words[w]);
			struct ow_oom_found found;

			memset(text, '.', n);
			text[at ? at - 1 : 150] = '\n';
			memcpy(text + at, words[w], length);
			assert_int_equal(ow_oom_filter(text, n, &found, 1), 1);
			if (found.at < at || found.at >= at + length)
				fail_msg("%s at %zu: %zu", words[w], at, found.at);
			assert_int_equal(found.feeds, at > 0);
			assert_same_finds(text, n);
		}
}

static void other_text_has_none(void **state)
{
	static const char text[] =
		"IPv6: ADDRCONF(NETDEV_UP): veth4cb51e1: link is not ready\n"
		"docker0: port 2(veth4cb51e1) entered blocking state\n"
		"systemd[1]: Started Session 3 of user root.\n"
		"[UFW BLOCK] IN=eth0 OUT= MAC=00:16:3e SRC=10.0.0.7 DST=10.0.0.2 LEN=40\n"
		"audit: type=1400 apparmor=\"STATUS\" profile=\"unconfined\" name=\"moo Mi pp _v ki\"\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		struct ow_oom_found found;

		assert_int_equal(ow_oom_filter(text, n, &found, 1), 1);
		assert_int_equal(found.at, n);
		assert_same_finds(text, n);
	}
}

/* What looks like ASCII with its highest bit gone is none. */
static void bytes_past_ascii_are_no_words(void **state)
{
	char text[200];
	struct ow_oom_found found;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)("oom kil "[i % 8] | 0x80);
	assert_int_equal(ow_oom_filter(text, sizeof(text), &found, 1), 1);
	assert_int_equal(found.at, sizeof(text));
	assert_same_finds(text, sizeof(text));
}

/* Noise of so many lines in front, between and behind: then lines are passed over. */
static char *with_noise(struct ow_arena *arena, const char *const *parts, size_t n_parts)
{
	static const char noise[] =
		"[    1.000000] docker0: port 2(veth4cb51e1) entered blocking state\n";
	const size_t lines = 5000, length = sizeof(noise) - 1;
	char *text = ow_alloc(arena, (n_parts + 1) * (lines * length + 1000), 1), *to = text;

	assert_non_null(text);
	for (size_t p = 0; p <= n_parts; p++) {
		for (size_t i = 0; i < lines; i++, to += length)
			memcpy(to, noise, length);
		if (p < n_parts)
			to = (char *)memcpy(to, parts[p], strlen(parts[p])) + strlen(parts[p]);
	}
	return text;
}

static void reports_are_found_behind_any_noise(void **state)
{
	static const char *const parts[] = {
		KILLED,
		"[  200.000000] x invoked\noom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n",
		("[  300.000000]\n" KILLED),
		"> [  400.000000] Memory cgroup out of memory: Killed\n> process 43 (eat) total-vm:8kB\n",
		"[  400.500000] oom_reaper: reaped process 43 (eat), now anon-rss:0kB\n",
	};
	const char *text = with_noise(*state, parts, OW_ARRAY_SIZE(parts));
	static const size_t pieces[] = { 0, 65536, 4096, 100, 1 };

	for (size_t i = 0; i < OW_ARRAY_SIZE(pieces); i++) {
		const struct ow_oom_options options = { .source = "log", .keep_texts = true };
		struct oom_log log;

		oom_log_read(&log, ow_str(text), pieces[i], &options);
		assert_int_equal(log.n, 4);
		assert_int_equal(log.oom[0]->line, 5001);
		assert_int_equal(log.oom[1]->line, 10002);
		assert_string_equal(log.oom[1]->trigger.gfp_mask, "0xd0");
		assert_int_equal(log.oom[1]->texts.n, 2);
		assert_int_equal(log.oom[2]->boot_usec, 300000000);
		assert_int_equal(ow_oom_victims(log.oom[3])->pid, 43);
		assert_true(oom_log_has(&log.oom[3]->notes, "reaped process 43"));
		assert_int_equal(log.seen.lines, 30000 + 8);
		assert_int_equal(log.seen.boot_last_usec, 1000000);
		oom_log_release(&log);
	}
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static int write_record(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct ow_json json;

	(void)arena;
	ow_json_init(&json, arg);
	ow_fields_json(&json, NULL, &ow_oom_fields, oom);
	return 0;
}

/* Reads the log in pieces, looking at each for so many words before; 0: not at all. Returns the
 * records and what was seen, as text. */
static char *scouted(struct ow_str log, size_t piece, size_t words, size_t *ret_n)
{
	const struct ow_oom_options options = { .source = "log", .keep_texts = true };
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;
	const struct ow_oom_seen *seen;
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_n);

	assert_non_null(out);
	reader = ow_oom_reader_new(&options, write_record, out);
	assert_non_null(reader);
	for (size_t n; log.n; log = ow_str_skip(log, n)) {
		struct ow_oom_scout scout;

		n = piece < log.n ? piece : log.n;
		if (words)
			scout.n = ow_oom_filter(log.p, n, scout.found, words);
		assert_int_equal(
			ow_oom_reader_feed_scouted(reader, log.p, n, words ? &scout : NULL), 0);
	}
	assert_int_equal(ow_oom_reader_end(reader), 0);
	seen = ow_oom_reader_seen(reader);
	assert_int_equal(fwrite(seen, sizeof(*seen), 1, out), 1);
	assert_int_equal(fclose(out), 0);
	return text;
}

#define PIECE 256
#define REPORT                                                                              \
	"[%5zu.000000] EDAC MC0: 1 CE memory read error\n"                                  \
	"[%5zu.000001] x invoked\noom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\n"    \
	"[%5zu.000002] docker0: port 2 entered blocking state\n"                            \
	"[%5zu.000003] Memory cgroup out of memory: Killed process 42 (eat) total-vm:8kB\n" \
	"[%5zu.000004] oom_reaper: reaped process 42 (eat), now anon-rss:0kB\n"

/* Reports in a row, each one byte further into its piece: pieces end at each of their places. */
static struct ow_str every_border(struct ow_arena *arena)
{
	const size_t length = (sizeof(REPORT) + PIECE) / PIECE * PIECE + PIECE + 1;
	const struct ow_str front = ow_str(with_noise(arena, NULL, 0));
	char *text = ow_alloc(arena, front.n + PIECE * length + 1, 1), *to = text + front.n;

	assert_non_null(text);
	memcpy(text, front.p, front.n);
	for (size_t i = 1; i <= PIECE; i++) {
		char *next = to + length;

		to += snprintf(to, length, REPORT, i, i, i, i, i);
		memset(to, '.', (size_t)(next - to));
		to = next;
		to[-1] = '\n';
	}
	return (struct ow_str){ text, (size_t)(to - text) };
}

static void a_scout_changes_nothing(void **state)
{
	static const size_t words[] = { 1, 2, 3, OW_ARRAY_SIZE(((struct ow_oom_scout *)0)->found) };
	static const size_t pieces[] = { PIECE, 10 * PIECE, 1000 * PIECE };
	const struct ow_str log = every_border(*state);
	size_t n, n_scouted;
	char *text = scouted(log, log.n, 0, &n);

	assert_int_equal(count(text, "\"victims\": [{"), PIECE);
	for (size_t w = 0; w < OW_ARRAY_SIZE(words); w++)
		for (size_t p = 0; p < OW_ARRAY_SIZE(pieces); p++) {
			char *same = scouted(log, pieces[p], words[w], &n_scouted);

			assert_int_equal(n_scouted, n);
			assert_memory_equal(same, text, n);
			free(same);
		}
	free(text);
}

/* The carrier has parted it, and what is passed over has a wrapper of its own. */
static void a_word_in_the_rest_of_a_line_wakes_its_front(void **state)
{
	static const char *const part =
		"2026-11-20T07:51:02.123456Z stderr P [  200.000000] x invo\n"
		"2026-11-20T07:51:02.123456Z stderr F ked oom-killer: gfp_mask=0xd0, order=0\n";
	struct oom_log log;

	oom_log(&log, with_noise(*state, &part, 1));
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->line, 5001);
	assert_string_equal(log.oom[0]->trigger.comm, "x");
	assert_string_equal(log.oom[0]->trigger.gfp_mask, "0xd0");
	oom_log_release(&log);
}

/* A line that only looks like a report's may stand anywhere in front of a broken one. */
static void a_word_of_no_report_hides_none(void **state)
{
	static const char noise[] = "[    1.000000] docker0: port 2 entered disabled state\n";

	for (size_t between = 0; between < 20; between++) {
		char part[2048] = "[    1.000000] EDAC MC0: 1 CE memory read error\n";
		size_t n = strlen(part);
		struct oom_log log;

		for (size_t i = 0; i < between; i++, n += sizeof(noise) - 1)
			memcpy(part + n, noise, sizeof(noise));
		(void)snprintf(part + n, sizeof(part) - n,
			       "[  200.000000] x invoked\noom-killer: gfp_mask=0xd0, order=0\n");
		oom_log(&log, with_noise(*state, (const char *[]){ part }, 1));
		assert_int_equal(log.n, 1);
		assert_string_equal(log.oom[0]->trigger.gfp_mask, "0xd0");
		oom_log_release(&log);
	}
}

/* A line of /dev/kmsg that a program broke ends what is known of the numbers. */
static void lines_that_are_passed_over_are_not_lost(void **state)
{
	static const char *const parts[] = {
		"4,7,100000000,-;EDAC MC0: 1 CE memory read\n"
		"error\n"
		"4,8,100000001,-;docker0: port 2 entered blocking state\n"
		"4,9,100000002,-;docker0: port 2 entered forwarding state\n"
		"4,10,100000003,-;Memory cgroup out of memory: Killed process 42 (eat)\n",
	};
	struct oom_log log;

	oom_log(&log, with_noise(*state, parts, OW_ARRAY_SIZE(parts)));
	assert_int_equal(log.n, 1);
	assert_int_equal(log.seen.lost, 0);
	oom_log_release(&log);
}

static void a_message_of_bytes_hides_no_word(void **state)
{
	static const char entry[] = "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"noise\"}\n";
	static const char killed[] =
		"{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[75,105,108,108,101,100,32,"
		"112,114,111,99,101,115,115,32,52,50,32,40,255,41]}\n";
	const size_t lines = 5000, length = sizeof(entry) - 1;
	static const size_t pieces[] = { 0, 4096, 100 };
	char *text = ow_alloc(*state, lines * length + sizeof(killed), 1);

	assert_non_null(text);
	for (size_t i = 0; i < lines; i++)
		memcpy(text + i * length, entry, length);
	memcpy(text + lines * length, killed, sizeof(killed));
	for (size_t i = 0; i < OW_ARRAY_SIZE(pieces); i++) {
		struct oom_log log;

		oom_log_read(&log, ow_str(text), pieces[i],
			     &(struct ow_oom_options){ .source = "log" });
		assert_int_equal(log.n, 1);
		assert_int_equal(log.seen.kernel_lines, lines + 1);
		assert_string_equal(ow_oom_victims(log.oom[0])->comm, "\xff");
		oom_log_release(&log);
	}
}

static void behind_a_loss_a_report_may_begin_anywhere(void **state)
{
	static const struct {
		const char *marker;
		size_t meminfo;
	} cases[] = { { "[  100.000000] printk: 7 messages suppressed.\n", 2 }, { "", 0 } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		char part[512];
		struct oom_log log;

		(void)snprintf(part, sizeof(part),
			       "%s[  100.000001] active_anon:1 inactive_anon:2\n"
			       "[  100.000002] lowmem_reserve[]: 0 0\n"
			       "[  100.000003] " KILLED,
			       cases[i].marker);
		oom_log(&log, with_noise(*state, (const char *[]){ part }, 1));
		assert_int_equal(log.n, 1);
		assert_int_equal(log.oom[0]->meminfo.n, cases[i].meminfo);
		oom_log_release(&log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(words_are_found_wherever_they_stand),
		UNIT(other_text_has_none),
		UNIT(bytes_past_ascii_are_no_words),
		UNIT(reports_are_found_behind_any_noise),
		UNIT(a_scout_changes_nothing),
		UNIT(a_word_in_the_rest_of_a_line_wakes_its_front),
		UNIT(a_word_of_no_report_hides_none),
		UNIT(lines_that_are_passed_over_are_not_lost),
		UNIT(a_message_of_bytes_hides_no_word),
		UNIT(behind_a_loss_a_report_may_begin_anywhere),
	};

	return cmocka_run_group_tests_name("read/oom-filter", tests, NULL, NULL);
}
