/* SPDX-License-Identifier: Apache-2.0 */
#include "read/export.h"

#include "oom-log.h"

#define BOOT "0f32894de86edf3d3832702af794874e"
/* The journal read the line 622 s after the kernel had written it. */
#define ENTRY(message)                            \
	"__CURSOR=s=1;i=2\n"                      \
	"__REALTIME_TIMESTAMP=1795154690027200\n" \
	"__MONOTONIC_TIMESTAMP=905033791\n"       \
	"_BOOT_ID=" BOOT "\n"                     \
	"PRIORITY=3\n"                            \
	"SYSLOG_FACILITY=0\n"                     \
	"_HOSTNAME=web-1\n"                       \
	"_TRANSPORT=kernel\n"                     \
	"_SOURCE_MONOTONIC_TIMESTAMP=283033791\n" message "\n"
#define KILLED "MESSAGE=Out of memory: Killed process 42 (eat) total-vm:8kB, anon-rss:4kB\n"

static void the_time_is_the_kernels_not_the_journals(void **state)
{
	const struct ow_oom *oom;
	struct oom_log log;

	(void)state;
	oom_log(&log, ENTRY(KILLED));
	assert_int_equal(log.n, 1);
	oom = log.oom[0];
	assert_int_equal(oom->boot_usec, 283033791);
	assert_int_equal(oom->time_usec, INT64_C(1795154690027200) - 622000000);
	assert_string_equal(oom->boot_id, BOOT);
	assert_string_equal(oom->host, "web-1");
	assert_int_equal(oom->line, 10);
	assert_int_equal(log.seen.kernel_lines, 1);
	oom_log_release(&log);
}

static void only_the_kernels_transport_counts(void **state)
{
	static const char *const texts[] = {
		"__CURSOR=s=1\n_TRANSPORT=syslog\nSYSLOG_IDENTIFIER=kernel\n" KILLED "\n",
		"__CURSOR=s=1\n_TRANSPORT=stdout\n" KILLED "\n",
		"__CURSOR=s=1\n" KILLED "\n",
		"__CURSOR=s=1\n_TRANSPORT=kernel\nSYSLOG_FACILITY=1\n" KILLED "\n",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		struct oom_log log;

		oom_log(&log, texts[i]);
		assert_int_equal(log.n, 0);
		assert_int_equal(log.seen.foreign_lines, 1);
		oom_log_release(&log);
	}
}

static void a_message_of_several_lines_is_several_lines_of_the_kernel(void **state)
{
	static const char text[] =
		"__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE=Mem-Info:\n\n"
		"__CURSOR=s=2\n_TRANSPORT=kernel\nMESSAGE\n\x2a\0\0\0\0\0\0\0"
		"active_anon:221 inactive_anon:14\n free:278\n"
		"_HOSTNAME=web-1\n\n"
		"__CURSOR=s=3\n_TRANSPORT=kernel\n" KILLED; /* and no empty line at the end */
	const struct ow_oom_options options = { .source = "log", .keep_texts = true };
	static const size_t pieces[] = { 0, 1, 5 };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(pieces); i++) {
		const struct ow_oom *oom;
		struct oom_log log;

		oom_log_read(&log, (struct ow_str){ text, sizeof(text) - 1 }, pieces[i], &options);
		assert_int_equal(log.n, 1);
		oom = log.oom[0];
		assert_int_equal(ow_stat_find(&oom->meminfo, "free")->value, 278 * 4096);
		assert_int_equal(ow_stat_find(&oom->meminfo, "active_anon")->line, 8);
		assert_int_equal(ow_stat_find(&oom->meminfo, "free")->line, 9);
		assert_string_equal(ow_oom_text_at(oom, 9)->text, " free:278");
		assert_int_equal(ow_oom_victims(oom)->line, 14);
		oom_log_release(&log);
	}
}

static void damage_ends_the_export_not_the_reading(void **state)
{
	static const char text[] =
		"__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE\n"
		"\xff\xff\xff\xff\xff\xff\xff\x7f"
		"rest\n"
		"Out of memory: Killed process 42 (eat) total-vm:8kB\n" ENTRY(KILLED);
	const struct ow_oom_options options = { .source = "log" };
	struct oom_log log;

	(void)state;
	oom_log_read(&log, (struct ow_str){ text, sizeof(text) - 1 }, 0, &options);
	assert_int_equal(log.n, 2);
	assert_int_equal(log.oom[0]->line, 5);
	assert_int_equal(log.oom[1]->have & OW_OOM_BOOT, OW_OOM_BOOT);
	oom_log_release(&log);
}

static void json_says_the_same(void **state)
{
	const struct ow_oom_options options = { .source = "log", .keep_texts = true };
	static const char text[] =
		"{\"__CURSOR\":\"s=1\",\"_TRANSPORT\":\"syslog\",\"MESSAGE\":\"Out of memory: Killed process 1 (x)\"}\n"
		"{\"__REALTIME_TIMESTAMP\":\"1795154690027200\",\"__MONOTONIC_TIMESTAMP\":\"905033791\","
		"\"_SOURCE_MONOTONIC_TIMESTAMP\":\"283033791\",\"_TRANSPORT\":\"kernel\",\"_BOOT_ID\":\"" BOOT
		"\",\"MESSAGE\":\"Mem-Info:\\nactive_anon:221 free:3\"}\n"
		"{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[79,117,116,32,111,102,32,109,101,109,111,114,121,58,32,75,"
		"105,108,108,101,100,32,112,114,111,99,101,115,115,32,52,50,32,40,255,41]}\n"
		"{\"MESSAGE\":broken\n";
	const struct ow_oom *oom;
	struct oom_log log;

	(void)state;
	oom_log_read(&log, OW_STR(text), 0, &options);
	assert_int_equal(log.n, 1);
	oom = log.oom[0];
	assert_int_equal(oom->line, 2);
	assert_int_equal(oom->time_usec, INT64_C(1795154690027200) - 622000000);
	assert_int_equal(ow_stat_find(&oom->meminfo, "free")->value, 3 * 4096);
	assert_int_equal(ow_oom_victims(oom)->pid, 42);
	assert_string_equal(ow_oom_victims(oom)->comm, "\xff");
	assert_int_equal(ow_oom_victims(oom)->line, 3);
	assert_int_equal(oom->texts.n, 2);
	assert_int_equal(log.seen.foreign_lines, 1);
	oom_log_release(&log);
}

static void verbose_entries_are_read(void **state)
{
	static const char text[] =
		"Fri 2026-11-20 07:51:02.123456 UTC [s=739ad463348b4ceca5a9e69c95a3c93f;i=4ece7;"
		"b=6c7c6013a26343b29e964691ff25d04c;m=35f1a9ff;t=660a6d3f60d80;x=1]\n"
		"    _TRANSPORT=kernel\n"
		"    _SOURCE_MONOTONIC_TIMESTAMP=283033791\n"
		"    MESSAGE=Mem-Info:\n"
		"active_anon:221 free:3\n"
		"Fri 2026-11-20 07:51:02.123457 UTC [s=739ad463348b4ceca5a9e69c95a3c93f;i=4ece8;"
		"b=6c7c6013a26343b29e964691ff25d04c;m=35f1aa00;t=660a6d3f60d81;x=1]\n"
		"    _TRANSPORT=syslog\n"
		"    MESSAGE=Out of memory: Killed process 1 (x)\n"
		"Fri 2026-11-20 07:51:02.123457 UTC [s=739ad463348b4ceca5a9e69c95a3c93f;i=4ece9;"
		"b=6c7c6013a26343b29e964691ff25d04c;m=35f1aa00;t=660a6d3f60d81;x=1]\n"
		"    MESSAGE=Out of memory: Killed process 42 (eat)\n"
		"    _TRANSPORT=kernel\n";
	struct oom_log log;

	(void)state;
	oom_log(&log, text);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->boot_usec, 283033791);
	assert_int_equal(log.oom[0]->time_usec,
			 INT64_C(0x660a6d3f60d80) - (0x35f1a9ff - 283033791));
	assert_int_equal(ow_stat_find(&log.oom[0]->meminfo, "free")->value, 3 * 4096);
	assert_int_equal(ow_oom_victims(log.oom[0])->pid, 42);
	assert_int_equal(log.seen.foreign_lines, 1);
	oom_log_release(&log);
}

static void a_line_that_looks_like_a_field_is_a_line(void **state)
{
	static const char text[] = "MESSAGE\n_TRANSPORT=kernel\n" KILLED "A=b\n"
				   "Out of memory: Killed process 42 (eat) total-vm:8kB\n";
	struct oom_log log;

	(void)state;
	oom_log(&log, text);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.oom[0]->line, 5);
	oom_log_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_time_is_the_kernels_not_the_journals),
		UNIT(only_the_kernels_transport_counts),
		UNIT(a_message_of_several_lines_is_several_lines_of_the_kernel),
		UNIT(damage_ends_the_export_not_the_reading),
		UNIT(json_says_the_same),
		UNIT(verbose_entries_are_read),
		UNIT(a_line_that_looks_like_a_field_is_a_line),
	};

	return cmocka_run_group_tests_name("read/export", tests, NULL, NULL);
}
