/* SPDX-License-Identifier: Apache-2.0 */
/* Each line comes once, whatever file it is in and whenever it was stored. */
#include "journal.h"

static void a_report_split_by_a_rotation_comes_out_whole(void **state)
{
	struct said *said;
	const size_t n = journal_kmsg(*state, &said);
	const size_t cuts[] = { 1, n / 2, n - 1 };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cuts); i++) {
		FOLDER(folder);
		char path[256];
		FILE *file = journal_open(folder, path);
		struct got got;

		journal_put_noise(file, &journal_machine, SECOND);
		journal_put_all(file, &journal_machine, said, cuts[i]);
		/* The older file's name sorts last. */
		journal_make(file, path, folder, "system@older.journal");
		file = journal_open(folder, path);
		journal_put_all(file, &journal_machine, said + cuts[i], n - cuts[i]);
		journal_put_noise(file, &journal_machine, 4000 * SECOND);
		journal_make(file, path, folder, "system.journal");

		assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
		assert_int_equal(got.n_lines, n);
		assert_journal_lines(&got, 0, said, n);
	}
}

static void overlapping_windows_and_copied_files_give_each_line_once(void **state)
{
	FOLDER(folder);
	struct said *said, *later;
	size_t n = journal_kmsg(*state, &said);
	char path[256], copy[300];
	FILE *file = journal_open(folder, path);
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
	journal_put_all(file, &journal_machine, said, n);
	journal_put_noise(file, &journal_machine, said[n - 1].usec + SECOND);
	journal_put_all(file, &journal_machine, later, n);
	journal_make(file, path, folder, "system.journal");
	(void)snprintf(copy, sizeof(copy), "%s/system.journal", folder);
	(void)snprintf(path, sizeof(path), "%s/system@copy.journal", folder);
	assert_int_equal(posix_spawnp(&pid, "cp", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);

	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.seen.files, 2);
	assert_int_equal(got.n_lines, 2 * n + 1);
	assert_journal_lines(&got, 0, said, n);
	assert_journal_lines(&got, n + 1, later, n);
}

/* journald that starts late stores the whole ring with one time. */
static void lines_that_were_stored_late_are_found_by_the_kernels_clock(void **state)
{
	FOLDER(folder);
	const struct machine late = { BOOT_A, WALL, 9000 * SECOND };
	struct said *said;
	size_t n = journal_kmsg(*state, &said);
	char path[256];
	FILE *file = journal_open(folder, path);
	struct got got;

	for (uint64_t s = 1; s < 2000; s += 3)
		journal_put_noise(file, &late, s * SECOND);
	journal_put_all(file, &late, said, n);
	for (uint64_t s = 4000; s < 9900; s += 3)
		journal_put_noise(file, &late, s * SECOND);
	journal_make(file, path, folder, "system.journal");

	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, n);
	assert_journal_lines(&got, 0, said, n);
}

/* journald died with the first lines, and heard the last one when it was started again. */
static void lines_that_were_stored_in_time_are_found_from_one_stored_late(void **state)
{
	FOLDER(folder);
	const struct machine late = { BOOT_A, WALL, 9000 * SECOND };
	struct said *said, *quiet;
	size_t n = journal_kmsg(*state, &said), n_quiet = 0;
	char path[256];
	FILE *file = journal_open(folder, path);
	struct got got;

	/* Without its head: what is loud of the report is only the last line. */
	quiet = ow_alloc(*state, n, sizeof(*quiet));
	assert_non_null(quiet);
	for (size_t i = 0; i < n; i++)
		if (said[i].priority > 4 || i == n - 1)
			quiet[n_quiet++] = said[i];
	for (uint64_t s = 1; s < 2000; s += 3)
		journal_put_noise(file, &journal_machine, s * SECOND);
	journal_put_all(file, &journal_machine, quiet, n_quiet - 1);
	journal_put(file, &late, "kernel", quiet[n_quiet - 1]);
	journal_put_noise(file, &late, 9001 * SECOND);
	journal_make(file, path, folder, "system.journal");

	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, n_quiet);
	assert_journal_lines(&got, 0, quiet, n_quiet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_report_split_by_a_rotation_comes_out_whole),
		UNIT(overlapping_windows_and_copied_files_give_each_line_once),
		UNIT(lines_that_were_stored_late_are_found_by_the_kernels_clock),
		UNIT(lines_that_were_stored_in_time_are_found_from_one_stored_late),
	};

	return JOURNAL_TESTS("collect/journal-emit", tests);
}
