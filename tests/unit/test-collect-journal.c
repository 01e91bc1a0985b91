/* SPDX-License-Identifier: Apache-2.0 */
/* Only the reports come out of a journal, byte for byte. */
#include "collect/journal.h"

#include <errno.h>

#include "journal.h"
#include "records.h"

static void a_report_comes_out_whole_and_nothing_else(void **state)
{
	FOLDER(folder);
	struct said *said;
	size_t n = journal_kmsg(*state, &said);
	char path[256];
	FILE *file = journal_open(folder, path);
	struct got got;

	for (uint64_t s = 1; s < 1000; s++)
		journal_put_noise(file, &journal_machine, s * SECOND);
	journal_put_all(file, &journal_machine, said, n);
	/* Whoever may write to the journal may write this, but is not the kernel. */
	journal_put(file, &journal_machine, "syslog",
		    (struct said){ 3, said[n - 1].usec + 1,
				   OW_STR("Out of memory: Killed process 1 (forged)") });
	for (uint64_t s = 4000; s < 5000; s++)
		journal_put_noise(file, &journal_machine, s * SECOND);
	journal_make(file, path, folder, "system.journal");

	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, n);
	assert_journal_lines(&got, 0, said, n);
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
	size_t n = journal_kmsg(*state, &said);
	char path[256];
	FILE *file = journal_open(folder, path);
	ow_scoped(json_decrefp) json_t *expected = NULL, *read = NULL;
	struct got got;

	journal_put_all(file, &journal_machine, said, n);
	journal_make(file, path, folder, "system.journal");
	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	read = records_read((struct ow_str){ got.bytes, got.n });
	expected = records_read(unit_fixture(*state, "collect/kmsg-memcg/input"));
	assert_int_equal(json_array_size(expected), 1);
	assert_true(json_equal(read, expected));
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
	FILE *file = journal_open(folder, path);
	struct got got;

	journal_put_all(file, &journal_machine, said, OW_ARRAY_SIZE(said));
	journal_make(file, path, folder, "system.journal");
	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, OW_ARRAY_SIZE(said));
	assert_journal_lines(&got, 0, said, OW_ARRAY_SIZE(said));
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
		assert_int_equal(journal_collect(*state, &cases[i], &got), -ENOENT);
		assert_non_null(strstr(got.err.text, folder));
	}
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

	journal_three_boots(*state, folder, &said, &n);
	assert_int_equal(ow_journal_collect(&(struct ow_journal_options){ .directory = folder },
					    refuse, NULL, &seen, &err),
			 -ECANCELED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_report_comes_out_whole_and_nothing_else),
		UNIT(what_is_collected_is_read_to_the_record_of_the_ring),
		UNIT(any_bytes_of_a_message_come_through),
		UNIT(what_is_not_there_is_not_there),
		UNIT(a_taker_that_refuses_ends_it),
	};

	return JOURNAL_TESTS("collect/journal", tests);
}
