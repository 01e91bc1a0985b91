/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-short.h"

#include <dirent.h>

#include "oom-log.h"
#include "render/fields.h"

/* What a log is read as: the records, the lines that were kept of them, and what was seen. */
struct reading {
	FILE *out;
	char *text;
	size_t n;
};

static int write_record(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	const struct ow_list lists[] = { oom->texts, oom->said };
	const char *const *frame = oom->trace.item;
	struct reading *reading = arg;
	struct ow_json json;

	(void)arena;
	ow_json_init(&json, reading->out);
	ow_fields_json(&json, NULL, &ow_oom_fields, oom);
	for (size_t l = 0; l < OW_ARRAY_SIZE(lists); l++) {
		const struct ow_oom_text *text = lists[l].item;

		for (size_t i = 0; i < lists[l].n; i++)
			(void)fprintf(reading->out, "\n%zu %s", text[i].line, text[i].text);
	}
	for (size_t i = 0; i < oom->trace.n; i++)
		(void)fprintf(reading->out, "\n%s", frame[i]);
	(void)fprintf(reading->out, "\n%zu %zu %zu\n", oom->lines.first, oom->lines.last,
		      oom->tasks.n);
	return 0;
}

static void read_log(struct reading *reading, struct ow_str log, bool long_way)
{
	const struct ow_oom_options options = { .source = "log",
						.keep_texts = true,
						.keep_said = true,
						.clock = { .has_boot = true,
							   .boot_time_usec = 1000000000 },
						.long_way = long_way };
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;

	*reading = (struct reading){ 0 };
	reading->out = open_memstream(&reading->text, &reading->n);
	assert_non_null(reading->out);
	reader = ow_oom_reader_new(&options, write_record, reading);
	assert_non_null(reader);
	assert_int_equal(ow_oom_reader_feed(reader, log.p, log.n), 0);
	assert_int_equal(ow_oom_reader_end(reader), 0);
	assert_int_equal(
		fwrite(ow_oom_reader_seen(reader), sizeof(struct ow_oom_seen), 1, reading->out), 1);
	assert_int_equal(fclose(reading->out), 0);
}

static void assert_same_both_ways(const char *name, struct ow_str log)
{
	struct reading by_short, by_long;

	read_log(&by_short, log, false);
	read_log(&by_long, log, true);
	if (by_short.n != by_long.n || memcmp(by_short.text, by_long.text, by_short.n) != 0)
		fail_msg("%s is not the same both ways:\n%s\n%s\n%.*s", name, by_short.text,
			 by_long.text, (int)log.n, log.p);
	free(by_short.text);
	free(by_long.text);
}

/* Lines in which there is doubt, each behind "[  283.033791] ". */
static const char *const doubtful[] = {
	"[   2897]     0  2897     8843     8362   110592        0             0 invoked",
	"[   2897]     0  2897     8843     8362   110592        0             0 cpuset=x",
	"[   2897]     0  2897     8843     8362   110592        0             0 x,task=3Dy",
	"[   2897]     0  2897     8843     8362   110592        0             0 a invoked "
	"oom-killer: gfp_mask=0xcc0, order=0, oom_score_adj=0",
	"[   2897]     0  2897     8843     8362   110592        0             0 a b",
	"[   2897]     0  2897     8843     8362   110592        0             0 a cpuset=b",
	"[   2897]     0  2897     8843     8362   110592        0             0 a invoked",
	"[   2897]     0  2897     8843     8362   110592        0             0 a invoked "
	"oom-killer x",
	"[   2897]     0  2897     8843     8362   110592        0             0",
	"[   2897]     0  2897     8843     8362   110592        0             0 ",
	"[   2897]     0  2897     8843     8362   110592        0             0  a",
	"[   2897]     0  2897     8843    -8362   110592        0         -1000 minus",
	"[   2897]     0  2897     8843 99999999 99999999999999999999 0        0 many",
	"[   2897]     0  2897     8843     83x2   110592        0             0 letter",
	"[   2897]     0  2897",
	"[-2897] 0 2897 8843 8362 110592 0 0 minus",
	"[ T2897] [   2897]     0  2897     8843     8362   110592        0             0 caller",
	"[Apr  5 10:11] x",
	"[+0.000003] x",
	"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
	"anon 33341440",
	"anon 33341440 ",
	"anon 3#012",
	"rss 1",
	"total_rss 2",
	"anon x",
	"Anon 1",
	"hugepages_total=0 1",
	" out_of_memory+0x1dc/0x530",
	" ? out_of_memory+0x1dc/0x530",
	" ? cpuset=+0x1dc/0x530",
	"? kernel:+0x1",
	"? out_of_memory+0x]:",
	"? app[7]:+0x1",
	" ? order=3Dx+0x1/0x2",
	"eat cpuset=3D/ mems_allowed=3D0 order=3D1",
	"[Apr  5 10:11] anon 5",
	"[   T42] anon 33341440",
	" [<ffffffff8137ad47>] dump_stack+0x4d/0x63",
	" [<ffffffff8137ad47>] ? dump_stack+0x4d/0x63 [ext4]",
	"[<c006baf0>] (oom_kill_process+0x104/0x1cc) from [<c006bf44>] (out_of_memory+0x1/0x2)",
	" DMA_alloc+0x1/0x2",
	"Normal+0x1/0x2",
	"Device_open+0x1/0x2",
	" </TASK>",
	" <TASK> and more of it",
	" &lt;TASK&gt; and more of it",
	" [&lt;ffffffff8137ad47&gt;] dump_stack+0x4d/0x63",
	" &lt;x&gt;+0x4d/0x63 of the trace",
	"**Killed process 42 (a) total-vm:8kB, anon-rss:4kB**",
	"`Killed process 42 (a) total-vm:8kB, anon-rss:4kB`",
	"[   2897]     0  2897     8843     8362   110592        0             0 a*b`c&lt;",
	"order=3D0, x=41 y=42 z=",
	"x=41 y=42 of a quoted log",
	"anon 33341440 of a quoted log=",
	"Call Trace:",
	"Code: c5 fe 7f 07 c5 fe 7f 47 20",
	"RIP: 0033:0x42154a",
	"web-1 kernel: anon 5",
	"web-1 app[7]: anon 5",
	"x y]: anon 5",
	"Mem-Info:",
	"active_anon:221 inactive_anon:14331 isolated_anon:0#012 active_file:43",
	"Node 0 DMA free:15360kB min:344kB",
	"a: page allocation failure: order:0, mode:0xd0",
	"memory: usage 32768kB, limit",
	"Killed process 42 (a) total-vm:8kB, anon-rss:4kB, file-rss:0kB",
	"Out of memory: Killed process 43 (b)",
	"oom_reaper: reaped process 42 (a), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB",
	"systemd-oomd[726]: Killed /a/b due to memory used (1) / total (2)",
	"earlyoom[7]: sending SIGTERM to process 5 uid 0 \"x\": badness 1, VmRSS 1 MiB",
	"\x1b[32manon 7\x1b[0m",
	"anon\xc2\xa0 8",
	"anon\t9",
	"",
	" ",
};

/* Lines that stand between, without a stamp. */
static const char *const between[] = {
	"oom_score_adj=0 name",
	"limit 32768kB, failcnt 19",
	"0             0 leaker",
	"kB, anon-rss:4kB",
	"order=3D0, x=",
	"> order=3D0, x=3D=",
	" <TASK>",
	" &lt;TASK&gt;",
	"4,344,283033791,c;anon 1",
	"2026-11-20T07:51:02.123456Z stderr P anon 1",
	"a: page allocation failure: order:0, mode:0xd0",
	" SUBSYSTEM=pci",
	"4,344,283033791,-;anon 5",
	"> [  283.033791] anon 6",
	"Nov 20 07:51:02 web-1 kernel: [  283.033791] anon 7",
	"[283.033791] anon 8",
	"[12345678.033791] anon 9",
	"[  283.0337910] anon 10",
	"[  283.033791]anon 11",
	"[  283.033791]",
	"{\"log\":\"[  283.033791] anon 12\\n\",\"stream\":\"stdout\"}",
	"",
};

static const char front[] = "[  283.033790] eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), "
			    "order=0, oom_score_adj=0\n";

/* Behind these a block is open; behind the last of them none. */
static const char *const openers[] = {
	"[  283.033790] Call Trace:\n",
	"[  283.033790] memory: usage 8kB, limit 8kB, failcnt 1\n"
	"[  283.033790] Memory cgroup stats for /a:\n",
	"[  283.033790] [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "
	"oom_score_adj name\n",
	"[  283.033790] active_anon:221 inactive_anon:14331\n",
	"",
};

static void a_doubtful_line_is_what_it_is_on_the_long_way(void **state)
{
	char log[4096];

	(void)state;
	for (size_t o = 0; o < OW_ARRAY_SIZE(openers); o++)
		for (size_t d = 0; d < OW_ARRAY_SIZE(doubtful); d++)
			for (size_t b = 0; b < OW_ARRAY_SIZE(between); b++) {
				(void)snprintf(log, sizeof(log),
					       "%s%s[  283.033791] %s\n%s\n[  283.033792] %s\n"
					       "[  283.033793] Killed process 9 (z)\n",
					       front, openers[o], doubtful[d], between[b],
					       doubtful[(d + b) % OW_ARRAY_SIZE(doubtful)]);
				assert_same_both_ways(doubtful[d], ow_str(log));
			}
}

static uint32_t next(uint32_t *random)
{
	*random = *random * 1664525 + 1013904223;
	return *random >> 8;
}

/* Line by line the log with lines left out, cut, broken, doubled, changed in a byte, and others
 * between. */
static struct ow_str damaged(struct ow_arena *arena, struct ow_str log, uint32_t random)
{
	static const char bytes[] = " =#[]:.0az\x1b\xc2\t\r\0,";
	struct ow_str line;
	char *text, *kept;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	while (ow_scan_line(&log, &line)) {
		const uint32_t what = next(&random) % 40, at = next(&random);

		if (what == 0)
			continue;
		if (what == 1)
			(void)fprintf(out, "[  283.033791] %s\n",
				      doubtful[at % OW_ARRAY_SIZE(doubtful)]);
		if (what == 2)
			(void)fprintf(out, "%s\n", between[at % OW_ARRAY_SIZE(between)]);
		if (what == 3)
			(void)fprintf(out, "%.*s\n", (int)line.n, line.p);
		if (what == 4 && line.n)
			line.n = at % line.n;
		for (size_t i = 0; i < line.n; i++) {
			if (what == 5 && i && i % 80 == 0)
				(void)fputc('\n', out);
			(void)fputc(what == 6 && i == at % line.n
					    ? bytes[at / line.n % sizeof(bytes)]
					    : line.p[i],
				    out);
		}
		(void)fputc('\n', out);
	}
	assert_int_equal(fclose(out), 0);
	kept = ow_str_keep(arena, (struct ow_str){ text, n });
	assert_non_null(kept);
	free(text);
	return (struct ow_str){ kept, n };
}

static void a_damaged_log_is_the_same_both_ways(void **state)
{
	struct dirent **entry = NULL;
	char path[600];
	int n;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/oom", getenv("OW_TEST_DATA"));
	n = scandir(path, &entry, NULL, alphasort);
	assert_true(n > 2);
	for (int i = 0; i < n; i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));

		(void)snprintf(path, sizeof(path), "oom/%s/input", entry[i]->d_name);
		if (entry[i]->d_name[0] != '.') {
			struct ow_str log = unit_fixture(arena, path);

			assert_same_both_ways(path, log);
			for (uint32_t seed = 0; seed < 3; seed++)
				assert_same_both_ways(path,
						      damaged(arena, log, (uint32_t)i * 3 + seed));
		}
		free(entry[i]);
	}
	free(entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_doubtful_line_is_what_it_is_on_the_long_way),
		UNIT(a_damaged_log_is_the_same_both_ways),
	};

	return cmocka_run_group_tests_name("read/oom-short", tests, NULL, NULL);
}
