/* SPDX-License-Identifier: Apache-2.0 */
/* By which lines a report is found. */
#include "journal.h"
#include "records.h"

static void a_report_is_found_by_any_loud_line_that_is_left(void **state)
{
	static const struct {
		unsigned priority;
		const char *text;
	} cases[] = {
		{ 4,
		  "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0" },
		{ 3, "Memory cgroup out of memory: Killed process 455 (eat) total-vm:4kB" },
		{ 3, "Killed process 455 (eat) total-vm:4kB, anon-rss:4kB, file-rss:0kB" },
		{ 3, "Out of memory: Kill process 6576 (java) score 651 or sacrifice child" },
		{ 3, "Out of memory: kill process 21754 (apache2) score 699064 or a child" },
		{ 4, "Out of memory and no killable processes..." },
		{ 0,
		  "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled" },
		{ 0, "Kernel panic - not syncing: System is deadlocked on memory" },
		{ 4, "oom_kill_process: 38 callbacks suppressed" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
		FOLDER(folder);
		const struct said said = { cases[i].priority, 100 * SECOND, ow_str(cases[i].text) };
		char path[256];
		FILE *file = journal_open(folder, path);
		struct got got;

		journal_put_noise(file, &journal_machine, SECOND);
		journal_put(file, &journal_machine, "kernel", said);
		journal_make(file, path, folder, "system.journal");
		assert_int_equal(journal_collect_folder(arena, folder, &got), 0);
		assert_int_equal(got.n_lines, 1);
		assert_journal_lines(&got, 0, &said, 1);
	}
}

/* As the two were when a shell's scope was killed: the system's journal has one part, the user's
 * the other. */
static void what_killers_in_user_space_say_comes_out(void **state)
{
	static const char *const killed =
		"Killed /user.slice/a.scope due to memory pressure for /user.slice being 51.07% > "
		"50.00% for > 20s with reclaim activity";
	FOLDER(folder);
	char path[256], *bytes = ow_alloc(*state, COLLECT_MAX, 1);
	struct got got = { .arena = *state, .bytes = bytes };
	ow_scoped(json_decrefp) json_t *records = NULL;
	FILE *file = journal_open(folder, path);

	for (uint64_t s = 1; s < 2000; s += 10)
		journal_put_program(file, s * SECOND, "earlyoom", "earlyoom.service",
				    "mem avail: 5 of 9");
	journal_put_noise(file, &journal_machine, 5 * SECOND);
	journal_put_program(file, 3000 * SECOND, "systemd-oomd", "systemd-oomd.service", killed);
	journal_put_program(file, 4000 * SECOND, "earlyoom", "earlyoom.service",
			    "low memory! at or below");
	journal_put_program(file, 4000 * SECOND + 1, "earlyoom", "earlyoom.service",
			    "sending SIGTERM to process 7 uid 0 \"x\": badness 1, VmRSS 2 MiB");
	journal_put_program(file, 4000 * SECOND + 2, "earlyoom", "earlyoom.service",
			    "process exited after 0.1 seconds");
	journal_put_program(file, 5000 * SECOND, "app", "app.service",
			    "sending SIGTERM to process 8 uid 0 \"x\": badness 1, VmRSS 2 MiB");
	journal_make(file, path, folder, "system.journal");
	file = journal_open(folder, path);
	journal_put_program(file, 3000 * SECOND + 9, "systemd", "user@1000.service",
			    "a.scope: systemd-oomd killed 3 process(es) in this unit.\n"
			    "MESSAGE_ID=d989611b15e44c9dbf31e3c81256e4ed");
	journal_put_program(file, 3500 * SECOND + 9, "systemd", "user@1000.service",
			    "b.scope: A process of this unit has been killed by the OOM killer.\n"
			    "MESSAGE_ID=fe6faa94e7774663a0da52717891d8ef");
	journal_make(file, path, folder, "user-1000.journal");

	assert_int_equal(ow_journal_collect(&(struct ow_journal_options){ .directory = folder },
					    journal_take, &got, &got.seen, &got.err),
			 0);
	assert_int_equal(got.seen.noticed, 1);
	assert_null(memmem(got.bytes, got.n, "mem avail", 9));
	records = records_read((struct ow_str){ got.bytes, got.n });
	assert_int_equal(json_array_size(records), 2);
	for (size_t i = 0; i < 2; i++) {
		static const char *const killers[] = { "systemd-oomd", "earlyoom" };
		const json_t *record = json_array_get(records, i),
			     *notes = json_object_get(record, "notes");

		assert_string_equal(json_string_value(json_object_get(record, "killer")),
				    killers[i]);
		assert_int_equal(json_array_size(notes), i == 0 ? 2 : 3); /* none of trust */
	}
}

static void a_page_allocation_failure_is_counted_and_given_when_asked_for(void **state)
{
	const struct said said = { 4, 100 * SECOND,
				   OW_STR("cp: page allocation failure: order:4, mode:0x40dc0") };
	FOLDER(folder);
	char path[256];
	FILE *file = journal_open(folder, path);
	struct got got;

	journal_put_noise(file, &journal_machine, SECOND);
	journal_put(file, &journal_machine, "kernel", said);
	journal_make(file, path, folder, "system.journal");
	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, 0);
	assert_int_equal(got.seen.failures, 1);
	assert_int_equal(journal_collect(*state,
					 &(struct ow_journal_options){ .directory = folder,
								       .failures = true },
					 &got),
			 0);
	assert_int_equal(got.n_lines, 1);
	assert_journal_lines(&got, 0, &said, 1);
	assert_int_equal(got.seen.failures, 1);
}

/* Lines that are missing may have been those of a kill, if they were the kernel's or a killer's. */
static void what_journald_missed_is_counted(void **state)
{
	static const struct {
		const char *transport, *text;
		uint64_t lost;
	} cases[] = {
		{ "driver", "Missed 12 kernel messages", 12 },
		{ "driver", "Suppressed 7 messages from earlyoom.service", 7 },
		{ "driver", "Suppressed 9 messages from web.service", 0 },
		{ "driver", "Missed it", 0 },
		{ "syslog", "Missed 12 kernel messages", 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
		FOLDER(folder);
		const struct machine next = { BOOT_B, WALL + 10000 * OW_USEC_PER_SEC, 0 };
		struct ow_journal_options options = { .directory = folder };
		char path[256];
		FILE *file = journal_open(folder, path);
		struct got got;

		journal_put_noise(file, &journal_machine, SECOND);
		journal_put(file, &journal_machine, cases[i].transport,
			    (struct said){ 4, 100 * SECOND, ow_str(cases[i].text) });
		journal_put_noise(file, &next, SECOND);
		journal_make(file, path, folder, "system.journal");
		assert_int_equal(journal_collect(arena, &options, &got), 0);
		assert_int_equal(got.seen.lost, cases[i].lost);
		options.boot = BOOT_B; /* it is of the other */
		assert_int_equal(journal_collect(arena, &options, &got), 0);
		assert_int_equal(got.seen.lost, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_report_is_found_by_any_loud_line_that_is_left),
		UNIT(a_page_allocation_failure_is_counted_and_given_when_asked_for),
		UNIT(what_journald_missed_is_counted),
		UNIT(what_killers_in_user_space_say_comes_out),
	};

	return JOURNAL_TESTS("collect/journal-search", tests);
}
