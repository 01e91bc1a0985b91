/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are damaged, missing or not to be read. */
#include <errno.h>
#include <sys/stat.h>

#include "journal.h"

static void a_bad_file_is_skipped_and_counted(void **state)
{
	FOLDER(folder);
	struct said *said;
	struct got got;
	size_t n;

	journal_three_boots(*state, folder, &said, &n);
	journal_write(folder, "b\033[31m.journal", "this is no journal");
	journal_write(folder, "c.journal", "");
	assert_int_equal(mkfifo(ow_printf(*state, "%s/e.journal", folder), 0600), 0);
	journal_write(folder, "d.text", "this is not looked at");
	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
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
	size_t n = journal_kmsg(*state, &said);
	char path[256], name[300];
	FILE *file = journal_open(folder, path);
	long last = 0;
	struct got got;

	journal_put_all(file, &journal_machine, said, n);
	for (uint64_t s = 4000; s < 6000; s++)
		journal_put(
			file, &journal_machine, "kernel",
			(struct said){ 4, s * SECOND, OW_STR("eth0: link becomes ready again") });
	journal_make(file, path, folder, "system.journal");

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

	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.seen.damaged_files, 1);
	assert_int_equal(got.n_lines, n);
	assert_journal_lines(&got, 0, said, n);
}

static void a_named_file_that_fails_is_an_error(void **state)
{
	FOLDER(folder);
	const char *bad[] = { ow_printf(*state, "%s/bad.journal", folder) };
	const char *missing[] = { ow_printf(*state, "%s/missing.journal", folder) };
	struct got got;

	journal_write(folder, "bad.journal", "this is no journal");
	assert_true(journal_collect(*state,
				    &(struct ow_journal_options){ .files = bad, .n_files = 1 },
				    &got) < 0);
	assert_non_null(strstr(got.err.text, "bad.journal"));
	assert_true(journal_collect(*state,
				    &(struct ow_journal_options){ .files = missing, .n_files = 1 },
				    &got) < 0);
	assert_non_null(strstr(got.err.text, "missing.journal"));
	/* So is a folder of nothing else. */
	assert_int_equal(journal_collect_folder(*state, folder, &got), -EBADMSG);
}

static void a_system_under_a_root_is_read_with_all_its_machines(void **state)
{
	FOLDER(folder);
	struct said *said;
	size_t n = journal_kmsg(*state, &said);
	char path[256];
	FILE *file = journal_open(folder, path);
	struct got got;
	static const char machine[] = "var/log/journal/" BOOT_A;
	static const char *const parts[] = { "var", "var/log", "var/log/journal", machine,
					     "var/log/journal/remote" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(parts); i++) {
		char name[300];

		(void)snprintf(name, sizeof(name), "%s/%s", folder, parts[i]);
		assert_int_equal(mkdir(name, 0755), 0);
	}
	journal_put_all(file, &journal_machine, said, n);
	journal_make(file, path, folder, "var/log/journal/" BOOT_A "/system.journal");
	assert_int_equal(
		journal_collect(*state, &(struct ow_journal_options){ .root = folder }, &got), 0);
	assert_int_equal(got.n_lines, n);
}

/* Runs in a child that is nobody, if it was root. Its exit status says what came. */
static int as_nobody(const char *folder)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
	struct got got;

	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 2;
	if (journal_collect_folder(arena, folder, &got) != -EACCES)
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
	size_t n = journal_kmsg(*state, &said);
	char path[256], name[300];
	FILE *file = journal_open(folder, path);

	journal_put_all(file, &journal_machine, said, n);
	journal_make(file, path, folder, "system.journal");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_bad_file_is_skipped_and_counted),
		UNIT(a_file_with_a_lost_end_is_read_as_far_as_it_goes),
		UNIT(a_named_file_that_fails_is_an_error),
		UNIT(a_system_under_a_root_is_read_with_all_its_machines),
		UNIT(who_may_not_read_is_told_what_would_help),
	};

	return JOURNAL_TESTS("collect/journal-file", tests);
}
