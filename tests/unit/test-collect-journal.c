/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads real journal files: systemd-journal-remote makes them, of the lines that a kernel printed
 * at a real kill.
 */
#include "collect/journal.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "folder.h"
#include "records.h"
#include "unit.h"

#define REMOTE      "/lib/systemd/systemd-journal-remote"
#define SECOND      ((uint64_t)OW_USEC_PER_SEC)
#define BOOT_A      "0a0a0a0a0a0a4a0a8a0a0a0a0a0a0a0a"
#define BOOT_B      "0b0b0b0b0b0b4b0b8b0b0b0b0b0b0b0b"
#define BOOT_C      "0c0c0c0c0c0c4c0c8c0c0c0c0c0c0c0c"
#define WALL        INT64_C(1795154068000000) /* 2026-11-20T05:54:28Z */
#define COLLECT_MAX OW_MIB(8)

extern char **environ;

/* A line of a kernel's log. */
struct said {
	unsigned priority;
	uint64_t usec;
	struct ow_str text;
};

/* The machine that says it, and the journald that hears it. */
struct machine {
	const char *boot_id;
	int64_t booted_usec;   /* wall clock */
	uint64_t journal_usec; /* when journald began to read: older lines are stored then */
};

static const struct machine machine_a = { BOOT_A, WALL, 0 };

/* "4,344,283033791,-;eat invoked oom-killer: ..." */
static size_t read_kmsg(struct ow_arena *arena, struct said **ret)
{
	struct ow_str rest = unit_fixture(arena, "collect/kmsg-memcg/input"), line, flags;
	struct said *said = NULL;
	size_t n = 0;

	while (ow_scan_line(&rest, &line)) {
		uint64_t priority = 0, number, usec = 0;

		assert_true(ow_scan_u64(&line, &priority) && ow_scan_char(&line, ',') &&
			    ow_scan_u64(&line, &number) && ow_scan_char(&line, ',') &&
			    ow_scan_u64(&line, &usec) && ow_scan_until(&line, ";", &flags));
		said = ow_grow(arena, said, n, sizeof(*said));
		assert_non_null(said);
		said[n++] = (struct said){ (unsigned)priority, usec, line };
	}
	assert_true(n > 50);
	*ret = said;
	return n;
}

static FILE *open_export(const char *folder, char path[static 256])
{
	FILE *file;

	(void)snprintf(path, 256, "%s/export", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

static void put(FILE *file, const struct machine *m, const char *transport, struct said said)
{
	uint64_t stored = said.usec + 40 > m->journal_usec ? said.usec + 40 : m->journal_usec;
	const uint64_t length = htole64(said.text.n);

	fprintf(file,
		"__REALTIME_TIMESTAMP=%" PRIi64 "\n__MONOTONIC_TIMESTAMP=%" PRIu64
		"\n_BOOT_ID=%s\n_TRANSPORT=%s\nPRIORITY=%u\nSYSLOG_FACILITY=0\n"
		"SYSLOG_IDENTIFIER=kernel\n_HOSTNAME=web-1\n_SOURCE_MONOTONIC_TIMESTAMP=%" PRIu64
		"\nMESSAGE\n",
		m->booted_usec + (int64_t)stored, stored, m->boot_id, transport, said.priority,
		said.usec);
	assert_int_equal(fwrite(&length, sizeof(length), 1, file), 1);
	assert_int_equal(fwrite(said.text.p, 1, said.text.n, file), said.text.n);
	fprintf(file, "\n\n");
}

static void put_all(FILE *file, const struct machine *m, const struct said *said, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(file, m, "kernel", said[i]);
}

/* A quiet line of the kernel at the second. */
static void put_noise(FILE *file, const struct machine *m, uint64_t usec)
{
	put(file, m, "kernel", (struct said){ 6, usec, OW_STR("eth0: link becomes ready") });
}

/* Turns the export text into folder/name. */
static void make_journal(FILE *file, const char *export_path, const char *folder, const char *name)
{
	char path[512], option[600], input[300];
	char *const argv[] = { (char[]){ REMOTE }, option, (char[]){ "--split-mode=none" }, input,
			       NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	assert_int_equal(fclose(file), 0);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)snprintf(option, sizeof(option), "--output=%s", path);
	(void)snprintf(input, sizeof(input), "%s", export_path);
	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	assert_int_equal(
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0),
		0);
	assert_int_equal(posix_spawn(&pid, REMOTE, &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(unlink(export_path), 0);
}

/* What came out of a journal. */
struct got {
	struct ow_arena *arena;
	char *bytes;
	size_t n;
	struct said *line;
	size_t n_lines;
	char boot[64][33]; /* of the first lines */
	struct ow_journal_seen seen;
	struct ow_err err;
};

static int take(void *arg, const char *bytes, size_t n)
{
	struct got *got = arg;

	assert_true(got->n + n <= COLLECT_MAX);
	memcpy(got->bytes + got->n, bytes, n);
	got->n += n;
	return 0;
}

/* "NAME=VALUE\n" or "NAME\n<length>VALUE\n" */
static bool scan_field(struct ow_str *s, struct ow_str *ret_name, struct ow_str *ret_value)
{
	struct ow_str line;
	uint64_t length;

	assert_true(ow_scan_line(s, &line));
	if (line.n == 0)
		return false;
	*ret_value = line;
	if (ow_scan_until(ret_value, "=", ret_name))
		return true;
	*ret_name = line;
	assert_true(s->n > sizeof(length));
	memcpy(&length, s->p, sizeof(length));
	length = le64toh(length);
	*s = ow_str_skip(*s, sizeof(length));
	assert_true(s->n > length);
	*ret_value = (struct ow_str){ s->p, length };
	*s = ow_str_skip(*s, length);
	assert_true(ow_scan_char(s, '\n'));
	return true;
}

static void read_entry(struct got *got, struct ow_str *s)
{
	struct said said = { 99, 0, { 0 } };
	unsigned n = 0, cursors = 0;
	struct ow_str name, value;
	uint64_t number;

	for (; scan_field(s, &name, &value); n++) {
		struct ow_str copy = value;

		cursors += ow_str_is(name, "__CURSOR") && ow_scan_lit(&copy, "s=");
		if (ow_str_is(name, "PRIORITY") && ow_scan_u64(&copy, &number))
			said.priority = (unsigned)number;
		else if (ow_str_is(name, "_SOURCE_MONOTONIC_TIMESTAMP"))
			assert_true(ow_scan_u64(&copy, &said.usec));
		else if (ow_str_is(name, "MESSAGE"))
			said.text = value;
		else if (ow_str_is(name, "_BOOT_ID") && got->n_lines < 64)
			(void)snprintf(got->boot[got->n_lines], 33, "%.*s", (int)value.n, value.p);
		else if (ow_str_is(name, "_TRANSPORT"))
			assert_true(ow_str_is(value, "kernel"));
	}
	assert_int_equal(n, 10); /* as the header lists them */
	assert_int_equal(cursors, 1);
	got->line = ow_grow(got->arena, got->line, got->n_lines, sizeof(said));
	assert_non_null(got->line);
	got->line[got->n_lines++] = said;
}

static int collect(struct ow_arena *arena, const struct ow_journal_options *options,
		   struct got *got)
{
	struct ow_str rest;
	int r;

	*got = (struct got){ .arena = arena, .bytes = ow_alloc(arena, COLLECT_MAX, 1) };
	assert_non_null(got->bytes);
	r = ow_journal_collect(options, take, got, &got->seen, &got->err);
	rest = (struct ow_str){ got->bytes, got->n };
	while (rest.n)
		read_entry(got, &rest);
	return r;
}

static int collect_folder(struct ow_arena *arena, const char *folder, struct got *got)
{
	return collect(arena, &(struct ow_journal_options){ .directory = folder }, got);
}

static void assert_lines(const struct got *got, size_t from, const struct said *said, size_t n)
{
	assert_true(from + n <= got->n_lines);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(got->line[from + i].priority, said[i].priority);
		assert_int_equal(got->line[from + i].usec, said[i].usec);
		assert_int_equal(got->line[from + i].text.n, said[i].text.n);
		assert_memory_equal(got->line[from + i].text.p, said[i].text.p, said[i].text.n);
	}
}

static void a_report_comes_out_whole_and_nothing_else(void **state)
{
	FOLDER(folder);
	struct said *said;
	size_t n = read_kmsg(*state, &said);
	char path[256];
	FILE *file = open_export(folder, path);
	struct got got;

	for (uint64_t s = 1; s < 1000; s++)
		put_noise(file, &machine_a, s * SECOND);
	put_all(file, &machine_a, said, n);
	/* Whoever may write to the journal may write this, but is not the kernel. */
	put(file, &machine_a, "syslog",
	    (struct said){ 3, said[n - 1].usec + 1,
			   OW_STR("Out of memory: Killed process 1 (forged)") });
	for (uint64_t s = 4000; s < 5000; s++)
		put_noise(file, &machine_a, s * SECOND);
	make_journal(file, path, folder, "system.journal");

	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, n);
	assert_lines(&got, 0, said, n);
	assert_int_equal(got.seen.files, 1);
	assert_int_equal(got.seen.damaged_files, 0);
	assert_true(got.seen.entries > 20 && got.seen.entries < n); /* the loud ones */
	assert_true(got.seen.first_usec == WALL + (int64_t)SECOND + 40);
	assert_true(got.seen.last_usec == WALL + 4999 * (int64_t)SECOND + 40);
}

static void what_is_collected_is_read_to_the_record_of_the_ring(void **state)
{
	FOLDER(folder);
	struct said *said;
	size_t n = read_kmsg(*state, &said);
	char path[256];
	FILE *file = open_export(folder, path);
	ow_scoped(json_decrefp) json_t *expected = NULL, *read = NULL;
	struct got got;

	put_all(file, &machine_a, said, n);
	make_journal(file, path, folder, "system.journal");
	assert_int_equal(collect_folder(*state, folder, &got), 0);
	read = records_read((struct ow_str){ got.bytes, got.n });
	expected = records_read(unit_fixture(*state, "collect/kmsg-memcg/input"));
	assert_int_equal(json_array_size(expected), 1);
	assert_true(json_equal(read, expected));
}

static void a_report_split_by_a_rotation_comes_out_whole(void **state)
{
	struct said *said;
	const size_t n = read_kmsg(*state, &said);
	const size_t cuts[] = { 1, n / 2, n - 1 };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cuts); i++) {
		FOLDER(folder);
		char path[256];
		FILE *file = open_export(folder, path);
		struct got got;

		put_noise(file, &machine_a, SECOND);
		put_all(file, &machine_a, said, cuts[i]);
		/* The older file's name sorts last. */
		make_journal(file, path, folder, "system@older.journal");
		file = open_export(folder, path);
		put_all(file, &machine_a, said + cuts[i], n - cuts[i]);
		put_noise(file, &machine_a, 4000 * SECOND);
		make_journal(file, path, folder, "system.journal");

		assert_int_equal(collect_folder(*state, folder, &got), 0);
		assert_int_equal(got.n_lines, n);
		assert_lines(&got, 0, said, n);
	}
}

static void overlapping_windows_and_copied_files_give_each_line_once(void **state)
{
	FOLDER(folder);
	struct said *said, *later;
	size_t n = read_kmsg(*state, &said);
	char path[256], copy[300];
	FILE *file = open_export(folder, path);
	char *const argv[] = { (char[]){ "cp" }, copy, path, NULL };
	struct got got;
	pid_t pid;
	int status;

	later = ow_alloc(*state, n, sizeof(*later));
	assert_non_null(later);
	for (size_t i = 0; i < n; i++) {
		later[i] = said[i];
		later[i].usec += 5 * SECOND;
	}
	put_all(file, &machine_a, said, n);
	put_noise(file, &machine_a, said[n - 1].usec + SECOND);
	put_all(file, &machine_a, later, n);
	make_journal(file, path, folder, "system.journal");
	(void)snprintf(copy, sizeof(copy), "%s/system.journal", folder);
	(void)snprintf(path, sizeof(path), "%s/system@copy.journal", folder);
	assert_int_equal(posix_spawnp(&pid, "cp", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);

	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.seen.files, 2);
	assert_int_equal(got.n_lines, 2 * n + 1);
	assert_lines(&got, 0, said, n);
	assert_lines(&got, n + 1, later, n);
}

/* journald that starts late stores the whole ring with one time. */
static void lines_that_were_stored_late_are_found_by_the_kernels_clock(void **state)
{
	FOLDER(folder);
	const struct machine late = { BOOT_A, WALL, 9000 * SECOND };
	struct said *said;
	size_t n = read_kmsg(*state, &said);
	char path[256];
	FILE *file = open_export(folder, path);
	struct got got;

	for (uint64_t s = 1; s < 2000; s += 3)
		put_noise(file, &late, s * SECOND);
	put_all(file, &late, said, n);
	for (uint64_t s = 4000; s < 9900; s += 3)
		put_noise(file, &late, s * SECOND);
	make_journal(file, path, folder, "system.journal");

	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, n);
	assert_lines(&got, 0, said, n);
}

/* journald died with the first lines, and heard the last one when it was started again. */
static void lines_that_were_stored_in_time_are_found_from_one_stored_late(void **state)
{
	FOLDER(folder);
	const struct machine late = { BOOT_A, WALL, 9000 * SECOND };
	struct said *said, *quiet;
	size_t n = read_kmsg(*state, &said), n_quiet = 0;
	char path[256];
	FILE *file = open_export(folder, path);
	struct got got;

	/* Without its head: what is loud of the report is only the last line. */
	quiet = ow_alloc(*state, n, sizeof(*quiet));
	assert_non_null(quiet);
	for (size_t i = 0; i < n; i++)
		if (said[i].priority > 4 || i == n - 1)
			quiet[n_quiet++] = said[i];
	for (uint64_t s = 1; s < 2000; s += 3)
		put_noise(file, &machine_a, s * SECOND);
	put_all(file, &machine_a, quiet, n_quiet - 1);
	put(file, &late, "kernel", quiet[n_quiet - 1]);
	put_noise(file, &late, 9001 * SECOND);
	make_journal(file, path, folder, "system.journal");

	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, n_quiet);
	assert_lines(&got, 0, quiet, n_quiet);
}

/* One kill in each of three boots; the newest boot's file sorts first, the middle one has two. */
static void make_three_boots(struct ow_arena *arena, const char *folder, struct said **said,
			     size_t *n)
{
	static const struct {
		const char *name;
		struct machine machine;
	} parts[] = {
		{ "a.journal", { BOOT_C, WALL + 20000 * OW_USEC_PER_SEC, 0 } },
		{ "z.journal", { BOOT_A, WALL, 0 } },
		{ "m.journal~", { BOOT_B, WALL + 10000 * OW_USEC_PER_SEC, 0 } },
	};

	*n = read_kmsg(arena, said);
	for (size_t i = 0; i < OW_ARRAY_SIZE(parts); i++) {
		char path[256], made[300], name[300];
		FILE *file = open_export(folder, path);

		put_noise(file, &parts[i].machine, SECOND);
		put_all(file, &parts[i].machine, *said, *n);
		make_journal(file, path, folder, "new.journal");
		(void)snprintf(made, sizeof(made), "%s/new.journal", folder);
		(void)snprintf(name, sizeof(name), "%s/%s", folder, parts[i].name);
		assert_int_equal(rename(made, name), 0);
	}
}

static void boots_come_oldest_first_whatever_their_files_are_called(void **state)
{
	FOLDER(folder);
	struct said *said;
	struct got got;
	size_t n;

	make_three_boots(*state, folder, &said, &n);
	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, 3 * n);
	for (size_t i = 0; i < 3; i++)
		assert_lines(&got, i * n, said, n);
	assert_string_equal(got.boot[0], BOOT_A);
	assert_true(strstr(got.bytes, BOOT_A) < strstr(got.bytes, BOOT_B));
	assert_true(strstr(got.bytes, BOOT_B) < strstr(got.bytes, BOOT_C));
	assert_string_equal(got.seen.boot_id, "");
}

static void boots_are_named_as_journalctl_names_them(void **state)
{
	static const struct {
		const char *text;
		int error;
		const char *boot_id;
	} cases[] = {
		{ "", 0, BOOT_C },           { "0", 0, BOOT_C },
		{ "-0", 0, BOOT_C },         { "-1", 0, BOOT_B },
		{ "-2", 0, BOOT_A },         { "-3", -ENXIO, "" },
		{ "1", 0, BOOT_A },          { "+3", 0, BOOT_C },
		{ "4", -ENXIO, "" },         { "-9223372036854775807", -ENXIO, "" },
		{ BOOT_B, 0, BOOT_B },       { "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b", 0, BOOT_B },
		{ BOOT_B "-1", 0, BOOT_A },  { BOOT_B "+1", 0, BOOT_C },
		{ BOOT_B "+2", -ENXIO, "" }, { "ffffffffffffffffffffffffffffffff", -ENXIO, "" },
		{ BOOT_B "1", -EINVAL, "" }, { "+-1", -EINVAL, "" },
		{ "last", -EINVAL, "" },
	};
	FOLDER(folder);
	struct said *said;
	struct got got;
	size_t n;

	make_three_boots(*state, folder, &said, &n);
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
		const struct ow_journal_options options = { .directory = folder,
							    .boot = cases[i].text };

		assert_int_equal(collect(arena, &options, &got), cases[i].error);
		assert_string_equal(got.seen.boot_id, cases[i].boot_id);
		assert_int_equal(got.n_lines, cases[i].error ? 0 : 3 * n);
		if (cases[i].error == 0 && strcmp(cases[i].boot_id, BOOT_A) == 0)
			assert_true(got.seen.last_usec < WALL + 10000 * OW_USEC_PER_SEC);
	}
}

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
		FILE *file = open_export(folder, path);
		struct got got;

		put_noise(file, &machine_a, SECOND);
		put(file, &machine_a, "kernel", said);
		make_journal(file, path, folder, "system.journal");
		assert_int_equal(collect_folder(arena, folder, &got), 0);
		assert_int_equal(got.n_lines, 1);
		assert_lines(&got, 0, &said, 1);
	}
}

static void any_bytes_of_a_message_come_through(void **state)
{
	FOLDER(folder);
	const struct said said[] = {
		{ 4, 10 * SECOND, OW_STR("Mem-Info:\nactive_anon:1\n free:2 Out of memory") },
		{ 3, 10 * SECOND + 1, OW_STR("Killed process 1 (\x1b[31m\xff\x01) total-vm:1kB") },
		{ 6, 10 * SECOND + 2, OW_STR("[    7]  0 7 1 1 1 1 0 0 a\tb=c \xc3\xa4") },
	};
	char path[256];
	FILE *file = open_export(folder, path);
	struct got got;

	put_all(file, &machine_a, said, OW_ARRAY_SIZE(said));
	make_journal(file, path, folder, "system.journal");
	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, OW_ARRAY_SIZE(said));
	assert_lines(&got, 0, said, OW_ARRAY_SIZE(said));
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[300];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void a_bad_file_is_skipped_and_counted(void **state)
{
	FOLDER(folder);
	struct said *said;
	struct got got;
	size_t n;

	make_three_boots(*state, folder, &said, &n);
	write_file(folder, "b\033[31m.journal", "this is no journal");
	write_file(folder, "c.journal", "");
	assert_int_equal(mkfifo(ow_printf(*state, "%s/e.journal", folder), 0600), 0);
	write_file(folder, "d.text", "this is not looked at");
	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.seen.files, 6);
	assert_int_equal(got.seen.damaged_files, 3);
	assert_non_null(strstr(got.seen.damaged, "/b?[31m.journal': "));
	assert_int_equal(got.n_lines, 3 * n);
}

/* As a machine leaves it that lost power: the last blocks were never written. */
static void a_file_with_a_lost_end_is_read_as_far_as_it_goes(void **state)
{
	FOLDER(folder);
	static const char zeros[4096];
	struct said *said;
	size_t n = read_kmsg(*state, &said);
	char path[256], name[300];
	FILE *file = open_export(folder, path);
	long last = 0;
	struct got got;

	put_all(file, &machine_a, said, n);
	for (uint64_t s = 4000; s < 6000; s++)
		put(file, &machine_a, "kernel",
		    (struct said){ 4, s * SECOND, OW_STR("eth0: link becomes ready again") });
	make_journal(file, path, folder, "system.journal");

	(void)snprintf(name, sizeof(name), "%s/system.journal", folder);
	file = fopen(name, "r+");
	assert_non_null(file);
	for (long at = 0; fseek(file, at, SEEK_SET) == 0; at += 4096) {
		char block[4096];

		if (fread(block, 1, sizeof(block), file) != sizeof(block))
			break;
		last = memcmp(block, zeros, sizeof(block)) == 0 ? last : at;
	}
	assert_true(last > 64 * 4096);
	for (long at = last - 32 * 4096; at <= last; at += 4096) {
		assert_int_equal(fseek(file, at, SEEK_SET), 0);
		assert_int_equal(fwrite(zeros, 1, sizeof(zeros), file), sizeof(zeros));
	}
	assert_int_equal(fclose(file), 0);

	assert_int_equal(collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.seen.damaged_files, 1);
	assert_int_equal(got.n_lines, n);
	assert_lines(&got, 0, said, n);
}

/* A program's line, with who wrote it. */
static void put_program(FILE *file, uint64_t usec, const char *comm, const char *unit,
			const char *message)
{
	fprintf(file,
		"__REALTIME_TIMESTAMP=%" PRIi64 "\n__MONOTONIC_TIMESTAMP=%" PRIu64
		"\n_BOOT_ID=%s\n_TRANSPORT=stdout\nPRIORITY=6\nSYSLOG_IDENTIFIER=%s\n_COMM=%s\n"
		"_EXE=/usr/bin/%s\n_SYSTEMD_UNIT=%s\n_HOSTNAME=web-1\nMESSAGE=%s\n\n",
		WALL + (int64_t)usec, usec, BOOT_A, comm, comm, comm, unit, message);
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
	FILE *file = open_export(folder, path);

	for (uint64_t s = 1; s < 2000; s += 10)
		put_program(file, s * SECOND, "earlyoom", "earlyoom.service", "mem avail: 5 of 9");
	put_noise(file, &machine_a, 5 * SECOND);
	put_program(file, 3000 * SECOND, "systemd-oomd", "systemd-oomd.service", killed);
	put_program(file, 4000 * SECOND, "earlyoom", "earlyoom.service", "low memory! at or below");
	put_program(file, 4000 * SECOND + 1, "earlyoom", "earlyoom.service",
		    "sending SIGTERM to process 7 uid 0 \"x\": badness 1, VmRSS 2 MiB");
	put_program(file, 4000 * SECOND + 2, "earlyoom", "earlyoom.service",
		    "process exited after 0.1 seconds");
	put_program(file, 5000 * SECOND, "app", "app.service",
		    "sending SIGTERM to process 8 uid 0 \"x\": badness 1, VmRSS 2 MiB");
	make_journal(file, path, folder, "system.journal");
	file = open_export(folder, path);
	put_program(file, 3000 * SECOND + 9, "systemd", "user@1000.service",
		    "a.scope: systemd-oomd killed 3 process(es) in this unit.\n"
		    "MESSAGE_ID=d989611b15e44c9dbf31e3c81256e4ed");
	put_program(file, 3500 * SECOND + 9, "systemd", "user@1000.service",
		    "b.scope: A process of this unit has been killed by the OOM killer.\n"
		    "MESSAGE_ID=fe6faa94e7774663a0da52717891d8ef");
	make_journal(file, path, folder, "user-1000.journal");

	assert_int_equal(ow_journal_collect(&(struct ow_journal_options){ .directory = folder },
					    take, &got, &got.seen, &got.err),
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

static void what_is_not_there_is_not_there(void **state)
{
	FOLDER(folder);
	const char *missing = ow_printf(*state, "%s/x.journal", folder);
	const struct ow_journal_options cases[] = {
		{ .directory = folder },
		{ .directory = missing },
		{ .root = folder },
	};
	struct got got;

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_int_equal(collect(*state, &cases[i], &got), -ENOENT);
		assert_non_null(strstr(got.err.text, folder));
	}
}

static void a_named_file_that_fails_is_an_error(void **state)
{
	FOLDER(folder);
	const char *bad[] = { ow_printf(*state, "%s/bad.journal", folder) };
	const char *missing[] = { ow_printf(*state, "%s/missing.journal", folder) };
	struct got got;

	write_file(folder, "bad.journal", "this is no journal");
	assert_true(collect(*state, &(struct ow_journal_options){ .files = bad, .n_files = 1 },
			    &got) < 0);
	assert_non_null(strstr(got.err.text, "bad.journal"));
	assert_true(collect(*state, &(struct ow_journal_options){ .files = missing, .n_files = 1 },
			    &got) < 0);
	assert_non_null(strstr(got.err.text, "missing.journal"));
	/* So is a folder of nothing else. */
	assert_int_equal(collect_folder(*state, folder, &got), -EBADMSG);
}

static void a_system_under_a_root_is_read_with_all_its_machines(void **state)
{
	FOLDER(folder);
	struct said *said;
	size_t n = read_kmsg(*state, &said);
	char path[256];
	FILE *file = open_export(folder, path);
	struct got got;
	static const char machine[] = "var/log/journal/" BOOT_A;
	static const char *const parts[] = { "var", "var/log", "var/log/journal", machine,
					     "var/log/journal/remote" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(parts); i++) {
		char name[300];

		(void)snprintf(name, sizeof(name), "%s/%s", folder, parts[i]);
		assert_int_equal(mkdir(name, 0755), 0);
	}
	put_all(file, &machine_a, said, n);
	make_journal(file, path, folder, "var/log/journal/" BOOT_A "/system.journal");
	assert_int_equal(collect(*state, &(struct ow_journal_options){ .root = folder }, &got), 0);
	assert_int_equal(got.n_lines, n);
}

/* Runs in a child that is nobody, if it was root. Its exit status says what came. */
static int as_nobody(const char *folder)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
	struct got got;

	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 2;
	if (collect_folder(arena, folder, &got) != -EACCES)
		return 3;
	return strstr(got.err.text, "systemd-journal") && got.n_lines == 0 ? 0 : 4;
}

static void who_may_not_read_is_told_what_would_help(void **state)
{
	/* What shuts nobody out, and what the owner. */
	static const struct {
		mode_t folder, file;
	} cases[][2] = { { { 0755, 0640 }, { 0700, 0640 } }, { { 0755, 0 }, { 0, 0640 } } };
	const bool owner = geteuid() != 0;
	FOLDER(folder);
	struct said *said;
	size_t n = read_kmsg(*state, &said);
	char path[256], name[300];
	FILE *file = open_export(folder, path);

	put_all(file, &machine_a, said, n);
	make_journal(file, path, folder, "system.journal");
	(void)snprintf(name, sizeof(name), "%s/system.journal", folder);
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases[0]); i++) {
		int status;
		pid_t pid;

		assert_int_equal(chmod(name, cases[owner][i].file), 0);
		assert_int_equal(chmod(folder, cases[owner][i].folder), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			_exit(as_nobody(folder));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
	assert_int_equal(chmod(folder, 0700), 0); /* to be emptied */
}

static int refuse(void *arg, const char *bytes, size_t n)
{
	(void)arg, (void)bytes, (void)n;
	return -ECANCELED;
}

static void a_taker_that_refuses_ends_it(void **state)
{
	FOLDER(folder);
	struct ow_journal_seen seen;
	struct ow_err err;
	struct said *said;
	size_t n;

	make_three_boots(*state, folder, &said, &n);
	assert_int_equal(ow_journal_collect(&(struct ow_journal_options){ .directory = folder },
					    refuse, NULL, &seen, &err),
			 -ECANCELED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_report_comes_out_whole_and_nothing_else),
		UNIT(what_is_collected_is_read_to_the_record_of_the_ring),
		UNIT(a_report_split_by_a_rotation_comes_out_whole),
		UNIT(overlapping_windows_and_copied_files_give_each_line_once),
		UNIT(lines_that_were_stored_late_are_found_by_the_kernels_clock),
		UNIT(lines_that_were_stored_in_time_are_found_from_one_stored_late),
		UNIT(boots_come_oldest_first_whatever_their_files_are_called),
		UNIT(boots_are_named_as_journalctl_names_them),
		UNIT(a_report_is_found_by_any_loud_line_that_is_left),
		UNIT(any_bytes_of_a_message_come_through),
		UNIT(a_bad_file_is_skipped_and_counted),
		UNIT(a_file_with_a_lost_end_is_read_as_far_as_it_goes),
		UNIT(what_killers_in_user_space_say_comes_out),
		UNIT(what_is_not_there_is_not_there),
		UNIT(a_named_file_that_fails_is_an_error),
		UNIT(a_system_under_a_root_is_read_with_all_its_machines),
		UNIT(who_may_not_read_is_told_what_would_help),
		UNIT(a_taker_that_refuses_ends_it),
	};

	if (access(REMOTE, X_OK) < 0) {
		printf("1..0 # SKIP %s is not installed\n", REMOTE);
		return 0;
	}
	return cmocka_run_group_tests_name("collect/journal", tests, NULL, NULL);
}
