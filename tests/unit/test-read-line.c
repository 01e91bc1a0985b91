/* SPDX-License-Identifier: Apache-2.0 */
#include "read/line.h"

#include "unit.h"

#define TEXT "eat invoked oom-killer: order=0"
#define BOOT OW_LINE_BOOT
#define TIME OW_LINE_TIME
#define PRIO OW_LINE_PRIORITY
#define USEC UINT64_C(283033791)
/* 2026-11-20 07:51:02 UTC */
#define NOON INT64_C(1795161062000000)

static const struct ow_line_clock no_clock,
	utc = { .utc = true },
	settled = { .utc = true, .has_now = true, .now_usec = NOON + 86400 * 1000000LL };

static const struct {
	const char *raw;
	unsigned have;
	uint64_t boot_usec;
	int64_t time_usec;
	const char *host, *caller;
} wrapped[] = {
	{ "[  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "[  283.033791][ T6736] " TEXT, BOOT, USEC, 0, "", "T6736" },
	{ "[  283.033791] [    C0] " TEXT, BOOT, USEC, 0, "", "C0" },
	{ "[  283.033791 <    0.000003>] " TEXT, BOOT, USEC, 0, "", "" },
	{ "[2-283.0337] " TEXT, BOOT, 283033700, 0, "", "" },
	{ "<4>[  283.033791] " TEXT, BOOT | PRIO, USEC, 0, "", "" },
	{ "<4>" TEXT, PRIO, 0, 0, "", "" },
	{ "kern  :warn  : [  283.033791] " TEXT, BOOT | PRIO, USEC, 0, "", "" },
	{ "4,344,283033791,-;" TEXT, BOOT | PRIO, USEC, 0, "", "" },
	{ "4,344,283033791,c,caller=T12845;" TEXT, BOOT | PRIO, USEC, 0, "", "T12845" },
	{ "4,344,283033791,-,ncfrag=0/42,caller=C1;" TEXT, BOOT | PRIO, USEC, 0, "", "C1" },
	{ "Nov 20 07:51:02 web-1 kernel: [  283.033791] " TEXT, BOOT | TIME, USEC, NOON, "web-1",
	  "" },
	{ "Nov 20 07:51:02 web-1 kernel:[  283.033791] " TEXT, BOOT | TIME, USEC, NOON, "web-1",
	  "" },
	{ "Nov 20 07:51:02 web-1 kernel[0]: " TEXT, TIME, 0, NOON, "web-1", "" },
	{ "Nov 20 07:51:02.25 web-1 kernel: " TEXT, TIME, 0, NOON + 250000, "web-1", "" },
	{ "Nov 20 07:51:02 web-1 kern.warn kernel: [  283.033791] " TEXT, BOOT | TIME | PRIO, USEC,
	  NOON, "web-1", "" },
	{ "Fri Nov 20 07:51:02 2026 kern.warn kernel: [  283.033791] " TEXT, BOOT | TIME | PRIO,
	  USEC, NOON, "", "" },
	{ "Nov 20 2026 07:51:02 web-1 kernel: " TEXT, TIME, 0, NOON, "web-1", "" },
	{ "<4>Nov 20 07:51:02 web-1 kernel: " TEXT, TIME | PRIO, 0, NOON, "web-1", "" },
	{ "2026-11-20T07:51:02.000000+00:00 web-1 kernel: " TEXT, TIME, 0, NOON, "web-1", "" },
	{ "2026-11-20T08:51:02+0100 web-1 kernel: " TEXT, TIME, 0, NOON, "web-1", "" },
	{ "2026-11-20T07:51:02Z web-1 kernel: [  283.033791] " TEXT, BOOT | TIME, USEC, NOON,
	  "web-1", "" },
	{ "2026-11-20T08:51:02,000000+01:00 " TEXT, TIME, 0, NOON, "", "" },
	{ "Fri 2026-11-20 07:51:02 UTC web-1 kernel: " TEXT, TIME, 0, NOON, "web-1", "" },
	{ "2026-11-20 07:51:02 10.0.0.7:6666 [  283.033791] " TEXT, BOOT | TIME, USEC, NOON,
	  "10.0.0.7:6666", "" },
	{ "<4>1 2026-11-20T07:51:02.000000Z web-1 kernel - - - [  283.033791] " TEXT,
	  BOOT | TIME | PRIO, USEC, NOON, "web-1", "" },
	{ "1795161062.000000 web-1 kernel: " TEXT, TIME, 0, NOON, "web-1", "" },
	{ "[  283.033791] web-1 kernel: " TEXT, BOOT, USEC, 0, "web-1", "" },
	{ "[Fri Nov 20 07:51:02 2026] " TEXT, TIME, 0, NOON, "", "" },
	{ "[Fr Nov 20 07:51:02 2026] " TEXT, TIME, 0, NOON, "", "" },
	{ "[ven. nov. 20 07:51:02 2026] " TEXT, TIME, 0, NOON, "", "" },
	{ "[\xe4\xba\x94 11\xe6\x9c\x88 20 07:51:02 2026] " TEXT, TIME, 0, NOON, "", "" },
	{ "[Nov20 07:51] " TEXT, 0, 0, 0, "", "" },
	{ "[  +0.000003] " TEXT, 0, 0, 0, "", "" },
	{ "kernel: " TEXT, 0, 0, 0, "", "" },
	{ "> > [  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "12. [  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "4711:[  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "kern.log:[  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "/var/log/messages:Nov 20 07:51:02 web-1 kernel: " TEXT, TIME, 0, NOON, "web-1", "" },
	{ "\xef\xbb\xbf[  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "2026-11-20T07:51:02.000000000Z stdout F [  283.033791] " TEXT, BOOT | TIME, USEC, NOON,
	  "", "" },
	{ "klog-1  | 4,344,283033791,-;" TEXT, BOOT | PRIO, USEC, 0, "", "" },
	{ "[pod/klog-x7/klog] 2026-11-20T07:51:02.000000000Z " TEXT, TIME, 0, NOON, "", "" },
	{ "2026-11-20 07:51:02 10.0.0.7:6666 4,344,283033791,-;" TEXT, BOOT | TIME | PRIO, USEC,
	  NOON, "10.0.0.7:6666", "" },
	{ "11-20 07:51:02.000     0     0 W         : " TEXT, TIME, 0, NOON, "", "" },
	{ "[2026-11-20 07:51:02] " TEXT, TIME, 0, NOON, "", "" },
	{ "[2026-11-20T07:51:02Z] [  283.033791] " TEXT, BOOT | TIME, USEC, NOON, "", "" },
	{ "[<    0.000003>] " TEXT, 0, 0, 0, "", "" },
	{ "     7\t[  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "- [  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "     [  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "Creating journal (262144 blocks): [  283.033791] " TEXT, BOOT, USEC, 0, "", "" },
	{ "[  283.033791] " TEXT "\r", BOOT, USEC, 0, "", "" },
	{ TEXT, 0, 0, 0, "", "" },
	{ "  " TEXT "   ", 0, 0, 0, "", "" },
};

static void every_wrapper_comes_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(wrapped); i++) {
		const unsigned known = BOOT | TIME | PRIO | OW_LINE_FOREIGN;
		struct ow_line line = { 0 };

		ow_line_unwrap(ow_str(wrapped[i].raw), &settled, &line);
		if (!ow_str_is(line.text, TEXT) || (line.have & known) != wrapped[i].have ||
		    line.boot_usec != wrapped[i].boot_usec ||
		    line.time_usec != wrapped[i].time_usec ||
		    !ow_str_is(line.host, wrapped[i].host) ||
		    !ow_str_is(line.caller, wrapped[i].caller))
			fail_msg("%s: text '%.*s' have %x boot %llu time %lld", wrapped[i].raw,
				 (int)line.text.n, line.text.p, line.have,
				 (unsigned long long)line.boot_usec, (long long)line.time_usec);
		if (line.have & PRIO)
			assert_int_equal(line.priority, 4);
	}
}

static void a_zone_is_no_host(void **state)
{
	static const char *const texts[] = { "DMA free:60kB min:60kB",
					     "active_anon:33632 isolated_anon:0",
					     "Normal: 1*4kB 2*8kB = 20kB" };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		struct ow_line line = { 0 };
		char raw[256];

		(void)snprintf(raw, sizeof(raw), "2026-11-20T07:51:02.123456789Z %s", texts[i]);
		ow_line_unwrap(ow_str(raw), &utc, &line);
		assert_int_equal(line.have & OW_LINE_FOREIGN, 0);
		assert_true(ow_str_is(line.text, texts[i]));
	}
}

static void a_carrier_says_that_the_line_goes_on(void **state)
{
	static const struct {
		const char *raw;
		bool partial;
	} cases[] = {
		{ "2026-11-20T07:51:02.000000000Z stdout P x ", true },
		{ "2026-11-20T07:51:02.000000000Z stdout F x", false },
		{ "4,344,283033791,c;x ", true },
		{ "4,344,283033791,c,caller=T1;x ", true },
		{ "4,344,283033791,+;x", false },
		{ "4,344,283033791,-;x", false },
		{ "4,344,283033791,-,ncfrag=0/3;x ", true },
		{ "4,344,283033791,-,ncfrag=2/3;x", false },
		{ "4,344,283033791,-,ncfrag=9/3;x", false },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_line line = { 0 };

		ow_line_unwrap(ow_str(cases[i].raw), &no_clock, &line);
		if (!(line.have & OW_LINE_PARTIAL) == cases[i].partial)
			fail_msg("%s", cases[i].raw);
		assert_true(ow_str_is(line.text, cases[i].partial ? "x " : "x"));
	}
}

static void what_others_wrote_is_foreign(void **state)
{
	static const char *const raws[] = {
		"12,344,283033791,-;" TEXT, /* written to /dev/kmsg by a program: facility 1 */
		"<12>[  283.033791] " TEXT,
		"user  :warn  : [  283.033791] " TEXT,
		"Nov 20 07:51:02 web-1 app[42]: " TEXT,
		"messages:Nov 20 07:51:02 web-1 app[42]: " TEXT,
		"Nov 20 07:51:02 web-1 kubelet: [  283.033791] " TEXT,
		"Nov 20 07:51:02 web-1 user.warn kernel: " TEXT,
		"2026-11-20T07:51:02.123456+00:00 web-1 app[42]: " TEXT,
		"<4>1 2026-11-20T07:51:02.123456Z web-1 app 42 - - " TEXT,
		"[  283.033791] web-1 app[42]: " TEXT,
		"11-20 07:51:02.000   312   312 I app     : " TEXT,
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(raws); i++) {
		struct ow_line line = { 0 };

		ow_line_unwrap(ow_str(raws[i]), &no_clock, &line);
		if (!(line.have & OW_LINE_FOREIGN))
			fail_msg("%s", raws[i]);
	}
}

static void the_kernels_own_colons_are_no_tag(void **state)
{
	static const char *const raws[] = {
		"[  283.033791] usb 1-1: new high-speed USB device number 2",
		"[  283.033791] Memory cgroup out of memory: Killed process 42 (x)",
		"2026-11-20T08:51:02,000000+01:00 usb 1-1: new device",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(raws); i++) {
		struct ow_line line = { 0 };

		ow_line_unwrap(ow_str(raws[i]), &no_clock, &line);
		assert_int_equal(line.have & OW_LINE_FOREIGN, 0);
		assert_int_equal(line.host.n, 0);
	}
}

static void a_time_is_settled_only_by_what_it_lacks(void **state)
{
	static const struct {
		const char *raw;
		bool without, with_utc, with_now;
	} cases[] = {
		{ "Nov 20 07:51:02 web-1 kernel: x", false, false, true },
		{ "[Fri Nov 20 07:51:02 2026] x", false, true, true },
		{ "2026-11-20 07:51:02 web-1 kernel: x", false, true, true },
		{ "2026-11-20T07:51:02Z web-1 kernel: x", true, true, true },
	};
	struct ow_line line = { 0 };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_line_unwrap(ow_str(cases[i].raw), &no_clock, &line);
		assert_int_equal(!!(line.have & TIME), cases[i].without);
		ow_line_unwrap(ow_str(cases[i].raw), &utc, &line);
		assert_int_equal(!!(line.have & TIME), cases[i].with_utc);
		ow_line_unwrap(ow_str(cases[i].raw), &settled, &line);
		assert_int_equal(!!(line.have & TIME), cases[i].with_now);
	}
}

static void the_boots_moment_makes_wall_times(void **state)
{
	const struct ow_line_clock clock = { .has_boot = true, .boot_time_usec = NOON };
	struct ow_line line = { 0 };

	(void)state;
	ow_line_unwrap(OW_STR("[  283.033791] x"), &clock, &line);
	assert_int_equal(line.time_usec, NOON + (int64_t)USEC);
	ow_line_unwrap(OW_STR("[18446744073709.551615] x"), &clock, &line);
	assert_false(line.have & TIME);
}

static void table_rows_and_frames_are_no_stamps(void **state)
{
	static const char *const raws[] = {
		"[   1357]     0  1357      920      184    61440        0             0 x",
		"[<c00328c8>] (dump_stack+0x0/0x14)",
		"[  pid  ]   uid  tgid total_vm      rss",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(raws); i++) {
		struct ow_line line = { 0 };

		ow_line_unwrap(ow_str(raws[i]), &no_clock, &line);
		assert_true(ow_str_is(line.text, raws[i]));
	}
}

static void kmsg_escapes_become_their_bytes(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "a\\x0ab", "a\nb" },        { "\\x5cx0a", "\\x0a" }, { "\\x", "\\x" },
		{ "\\x0", "\\x0" },           { "\\xzz", "\\xzz" },    { "", "" },
		{ "\\xc3\\xa4", "\xc3\xa4" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		char buffer[32];
		size_t n = ow_line_unescape(ow_str(cases[i].text), buffer);

		assert_true(ow_str_is((struct ow_str){ buffer, n }, cases[i].want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_wrapper_comes_off),
		UNIT(a_zone_is_no_host),
		UNIT(a_carrier_says_that_the_line_goes_on),
		UNIT(what_others_wrote_is_foreign),
		UNIT(the_kernels_own_colons_are_no_tag),
		UNIT(a_time_is_settled_only_by_what_it_lacks),
		UNIT(the_boots_moment_makes_wall_times),
		UNIT(table_rows_and_frames_are_no_stamps),
		UNIT(kmsg_escapes_become_their_bytes),
	};

	return cmocka_run_group_tests_name("read/line", tests, NULL, NULL);
}
