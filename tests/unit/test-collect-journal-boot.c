/* SPDX-License-Identifier: Apache-2.0 */
/* The boots of a journal: their order, and their names. */
#include <errno.h>

#include "journal.h"

static void boots_come_oldest_first_whatever_their_files_are_called(void **state)
{
	FOLDER(folder);
	struct said *said;
	struct got got;
	size_t n;

	journal_three_boots(*state, folder, &said, &n);
	assert_int_equal(journal_collect_folder(*state, folder, &got), 0);
	assert_int_equal(got.n_lines, 3 * n);
	for (size_t i = 0; i < 3; i++)
		assert_journal_lines(&got, i * n, said, n);
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

	journal_three_boots(*state, folder, &said, &n);
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
		const struct ow_journal_options options = { .directory = folder,
							    .boot = cases[i].text };

		assert_int_equal(journal_collect(arena, &options, &got), cases[i].error);
		assert_string_equal(got.seen.boot_id, cases[i].boot_id);
		assert_int_equal(got.n_lines, cases[i].error ? 0 : 3 * n);
		if (cases[i].error == 0 && strcmp(cases[i].boot_id, BOOT_A) == 0)
			assert_true(got.seen.last_usec < WALL + 10000 * OW_USEC_PER_SEC);
	}
}

/* Of each boot the first line that the journal has, on the kernel's clock. */
static void make_boots(const char *folder, const uint64_t first_usec[static 3])
{
	static const char *const ids[] = { BOOT_A, BOOT_B, BOOT_C };
	char path[256];
	FILE *file = journal_open(folder, path);

	for (size_t i = 0; i < OW_ARRAY_SIZE(ids); i++) {
		const struct machine m = { ids[i], WALL + (int64_t)i * 10000 * OW_USEC_PER_SEC, 0 };

		journal_put_noise(file, &m, first_usec[i]);
		journal_put_noise(file, &m, 900 * SECOND);
	}
	journal_make(file, path, folder, "system.journal");
}

static void a_boot_without_its_beginning_is_a_gap_unless_it_is_the_oldest(void **state)
{
	static const struct {
		uint64_t first_sec[3];
		const char *boot;
		uint64_t late_boots, begin_sec;
	} cases[] = {
		{ { 0, 0, 0 }, NULL, 0, 0 },       { { 50, 0, 0 }, NULL, 0, 50 },
		{ { 0, 50, 0 }, NULL, 1, 0 },      { { 50, 60, 70 }, NULL, 2, 50 },
		{ { 50, 60, 70 }, BOOT_B, 0, 60 }, { { 50, 60, 0 }, BOOT_C, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
		FOLDER(folder);
		const struct ow_journal_options options = { .directory = folder,
							    .boot = cases[i].boot };
		uint64_t first_usec[3];
		struct got got;

		for (size_t k = 0; k < 3; k++)
			first_usec[k] = cases[i].first_sec[k] * SECOND;
		make_boots(folder, first_usec);
		assert_int_equal(journal_collect(arena, &options, &got), 0);
		assert_int_equal(got.seen.late_boots, cases[i].late_boots);
		assert_int_equal(got.seen.boot_first_usec, cases[i].begin_sec * SECOND);
		assert_true(got.seen.has_kernel);
		assert_false(got.seen.running || got.seen.is_volatile);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(boots_come_oldest_first_whatever_their_files_are_called),
		UNIT(a_boot_without_its_beginning_is_a_gap_unless_it_is_the_oldest),
		UNIT(boots_are_named_as_journalctl_names_them),
	};

	return JOURNAL_TESTS("collect/journal-boot", tests);
}
