/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gomoment.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/stream.h"
#include "unit.h"

static int read_text(struct ow_arena *arena, struct ow_str text, struct ow_go_file *ret,
		     struct ow_err *err)
{
	const struct ow_go_page_options options = { .source = "page", .time_usec = 5 };
	ow_scoped(ow_closep) int fd = memfd_create("page", MFD_CLOEXEC);
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;

	assert_int_equal(write(fd, text.p, text.n), text.n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(ow_stream_open_fd(fd, "page", &stream, err), 0);
	return ow_go_file_read(stream, &options, arena, ret, err);
}

static void each_kind_gives_its_part(void **state)
{
	static const struct {
		const char *file;
		enum ow_go_kind kind;
	} cases[] = {
		{ "account/leak/heap.3.txt", OW_GO_KIND_HEAP_TEXT },
		{ "account/leak/metrics.3.prom", OW_GO_KIND_METRICS },
		{ "account/leak/goroutine.3.txt", OW_GO_KIND_GOROUTINES },
		{ "account/leak/status.3", OW_GO_KIND_STATUS },
		{ "account/leak/smaps_rollup.3", OW_GO_KIND_SMAPS_ROLLUP },
		{ "account/leak/group.3/memory.stat", OW_GO_KIND_MEMORY_STAT },
		{ "account/waits/input", OW_GO_KIND_STACKS },
		{ "profile/leak/input", OW_GO_KIND_PROFILE },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_go_file file;
		const struct ow_go_moment *part = &file.part;

		assert_int_equal(
			read_text(*state, unit_fixture(*state, cases[i].file), &file, NULL), 0);
		assert_int_equal(file.kind, cases[i].kind);
		assert_int_equal(part->n_stats, file.kind == OW_GO_KIND_HEAP_TEXT ||
							file.kind == OW_GO_KIND_METRICS);
		assert_int_equal(part->profile_source.name != NULL,
				 file.kind == OW_GO_KIND_HEAP_TEXT ||
					 file.kind == OW_GO_KIND_PROFILE);
		assert_int_equal(part->goroutines != NULL, file.kind == OW_GO_KIND_GOROUTINES ||
								   file.kind == OW_GO_KIND_STACKS);
		assert_int_equal(part->process != NULL,
				 file.kind == OW_GO_KIND_STATUS ||
					 file.kind == OW_GO_KIND_SMAPS_ROLLUP);
		assert_int_equal(part->cgroup != NULL, file.kind == OW_GO_KIND_MEMORY_STAT);
	}
}

static void a_heap_page_has_its_total_and_its_error(void **state)
{
	/* Blocks of the size of the period: each is seen with p = 1 - 1/e = 0.632, so that 632 of
	 * 1000 are, and the error is sqrt(1000 x 0.368 / 0.632) = 24.1 blocks. */
	static const char text[] = "heap profile: 632: 331350016 [632: 331350016] @ heap/1048576\n"
				   "632: 331350016 [632: 331350016] @ 0x43d696\n"
				   "# runtime.MemStats\n"
				   "# HeapAlloc = 7\n";
	struct ow_go_file file;

	assert_int_equal(read_text(*state, ow_str(text), &file, NULL), 0);
	assert_true(file.part.profile_bytes / 524288 >= 999 &&
		    file.part.profile_bytes / 524288 <= 1000);
	assert_int_equal(file.part.profile_error_bytes / 524288, 24);
	assert_int_equal(file.part.stats[0].memstats.heap_alloc_bytes, 7);
	assert_int_equal(file.part.stats[0].source.time_usec, 5);
}

static void what_is_none_of_them_is_refused(void **state)
{
	struct ow_go_file file;
	struct ow_err err;

	assert_int_equal(read_text(*state, OW_STR("hello\n"), &file, &err), -EBADMSG);
	assert_true(ow_str_has(ow_str(err.text), "'page' is no heap or goroutine profile"));
	assert_int_equal(read_text(*state, OW_STR(""), &file, &err), -EBADMSG);
	assert_int_equal(read_text(*state, OW_STR("mutex profile: total 1\n\001\n"), &file, &err),
			 -EBADMSG);
}

static void status_and_rollup_are_one_process_in_either_order(void **state)
{
	static const char *const names[] = { "account/leak/status.3",
					     "account/leak/smaps_rollup.3" };

	for (size_t order = 0; order < 2; order++) {
		struct ow_go_moment moment = { 0 };
		struct ow_go_file file;

		for (size_t i = 0; i < 2; i++) {
			assert_int_equal(read_text(*state, unit_fixture(*state, names[i ^ order]),
						   &file, NULL),
					 0);
			assert_int_equal(ow_go_moment_add(&moment, &file.part, *state), 0);
			assert_int_equal(ow_go_moment_add(&moment, &file.part, *state), -EEXIST);
		}
		assert_non_null(moment.status_source.name);
		assert_non_null(moment.smaps_source.name);
		assert_true(moment.process->rss_anon_bytes > 0);
		assert_true(moment.process->pss_bytes > 0);
		assert_int_equal(moment.process->have & (OW_PROCESS_RSS | OW_PROCESS_LAZY_FREE),
				 OW_PROCESS_RSS | OW_PROCESS_LAZY_FREE);
	}
}

static void of_two_profiles_the_one_with_memstats_counts(void **state)
{
	static const char *const names[] = { "account/leak/heap.3.txt", "profile/leak/input" };

	for (size_t order = 0; order < 2; order++) {
		struct ow_go_moment moment = { 0 };
		uint64_t bytes = 0;

		for (size_t i = 0; i < 2; i++) {
			struct ow_go_file file;

			assert_int_equal(read_text(*state, unit_fixture(*state, names[i ^ order]),
						   &file, NULL),
					 0);
			if (file.part.n_stats)
				bytes = file.part.profile_bytes;
			assert_int_equal(ow_go_moment_add(&moment, &file.part, *state), 0);
		}
		assert_int_equal(moment.profile_bytes, bytes);
		assert_int_equal(moment.n_stats, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_kind_gives_its_part),
		UNIT(a_heap_page_has_its_total_and_its_error),
		UNIT(what_is_none_of_them_is_refused),
		UNIT(status_and_rollup_are_one_process_in_either_order),
		UNIT(of_two_profiles_the_one_with_memstats_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
