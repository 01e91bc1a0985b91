/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_JOURNAL_H
#define OW_TESTS_JOURNAL_H

#include <endian.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "collect/journal.h"
#include "folder.h"
#include "unit.h"

/*
 * Real journal files: systemd-journal-remote makes them, of the lines that a kernel printed at a
 * real kill. Where it is not installed JOURNAL_TESTS() skips.
 */
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

static const struct machine journal_machine = { BOOT_A, WALL, 0 };

/* "4,344,283033791,-;eat invoked oom-killer: ..." */
static inline size_t journal_kmsg(struct ow_arena *arena, struct said **ret)
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

static inline FILE *journal_open(const char *folder, char path[static 256])
{
	FILE *file;

	(void)snprintf(path, 256, "%s/export", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

static inline void journal_put(FILE *file, const struct machine *m, const char *transport,
			       struct said said)
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

static inline void journal_put_all(FILE *file, const struct machine *m, const struct said *said,
				   size_t n)
{
	for (size_t i = 0; i < n; i++)
		journal_put(file, m, "kernel", said[i]);
}

/* A quiet line of the kernel at the second. */
static inline void journal_put_noise(FILE *file, const struct machine *m, uint64_t usec)
{
	journal_put(file, m, "kernel",
		    (struct said){ 6, usec, OW_STR("eth0: link becomes ready") });
}

/* Turns the export text into folder/name. */
static inline void journal_make(FILE *file, const char *export_path, const char *folder,
				const char *name)
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

static inline int journal_take(void *arg, const char *bytes, size_t n)
{
	struct got *got = arg;

	assert_true(got->n + n <= COLLECT_MAX);
	memcpy(got->bytes + got->n, bytes, n);
	got->n += n;
	return 0;
}

/* "NAME=VALUE\n" or "NAME\n<length>VALUE\n" */
static inline bool journal_scan_field(struct ow_str *s, struct ow_str *ret_name,
				      struct ow_str *ret_value)
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

static inline void journal_read_entry(struct got *got, struct ow_str *s)
{
	struct said said = { 99, 0, { 0 } };
	unsigned n = 0, cursors = 0;
	struct ow_str name, value;
	uint64_t number;

	for (; journal_scan_field(s, &name, &value); n++) {
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

static inline int journal_collect(struct ow_arena *arena, const struct ow_journal_options *options,
				  struct got *got)
{
	struct ow_str rest;
	int r;

	*got = (struct got){ .arena = arena, .bytes = ow_alloc(arena, COLLECT_MAX, 1) };
	assert_non_null(got->bytes);
	r = ow_journal_collect(options, journal_take, got, &got->seen, &got->err);
	rest = (struct ow_str){ got->bytes, got->n };
	while (rest.n)
		journal_read_entry(got, &rest);
	return r;
}

static inline int journal_collect_folder(struct ow_arena *arena, const char *folder,
					 struct got *got)
{
	return journal_collect(arena, &(struct ow_journal_options){ .directory = folder }, got);
}

static inline void assert_journal_lines(const struct got *got, size_t from, const struct said *said,
					size_t n)
{
	assert_true(from + n <= got->n_lines);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(got->line[from + i].priority, said[i].priority);
		assert_int_equal(got->line[from + i].usec, said[i].usec);
		assert_int_equal(got->line[from + i].text.n, said[i].text.n);
		assert_memory_equal(got->line[from + i].text.p, said[i].text.p, said[i].text.n);
	}
}

/* One kill in each of three boots; the newest boot's file sorts first, the middle one has two. */
static inline void journal_three_boots(struct ow_arena *arena, const char *folder,
				       struct said **said, size_t *n)
{
	static const struct {
		const char *name;
		struct machine machine;
	} parts[] = {
		{ "a.journal", { BOOT_C, WALL + 20000 * OW_USEC_PER_SEC, 0 } },
		{ "z.journal", { BOOT_A, WALL, 0 } },
		{ "m.journal~", { BOOT_B, WALL + 10000 * OW_USEC_PER_SEC, 0 } },
	};

	*n = journal_kmsg(arena, said);
	for (size_t i = 0; i < OW_ARRAY_SIZE(parts); i++) {
		char path[256], made[300], name[300];
		FILE *file = journal_open(folder, path);

		journal_put_noise(file, &parts[i].machine, SECOND);
		journal_put_all(file, &parts[i].machine, *said, *n);
		journal_make(file, path, folder, "new.journal");
		(void)snprintf(made, sizeof(made), "%s/new.journal", folder);
		(void)snprintf(name, sizeof(name), "%s/%s", folder, parts[i].name);
		assert_int_equal(rename(made, name), 0);
	}
}

static inline void journal_write(const char *folder, const char *name, const char *text)
{
	char path[300];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* A program's line, with who wrote it. */
static inline void journal_put_program(FILE *file, uint64_t usec, const char *comm,
				       const char *unit, const char *message)
{
	fprintf(file,
		"__REALTIME_TIMESTAMP=%" PRIi64 "\n__MONOTONIC_TIMESTAMP=%" PRIu64
		"\n_BOOT_ID=%s\n_TRANSPORT=stdout\nPRIORITY=6\nSYSLOG_IDENTIFIER=%s\n_COMM=%s\n"
		"_EXE=/usr/bin/%s\n_SYSTEMD_UNIT=%s\n_HOSTNAME=web-1\nMESSAGE=%s\n\n",
		WALL + (int64_t)usec, usec, BOOT_A, comm, comm, comm, unit, message);
}

static inline int journal_run(const char *name, const struct CMUnitTest *tests, size_t n)
{
	if (access(REMOTE, X_OK) < 0) {
		printf("1..0 # SKIP %s is not installed\n", REMOTE);
		return 0;
	}
	return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}

#define JOURNAL_TESTS(name, tests) journal_run(name, tests, OW_ARRAY_SIZE(tests))

#endif
