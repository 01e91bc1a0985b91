/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/host.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "base/time.h"
#include "read/host.h"
#include "unit.h"

static uint64_t number(struct ow_str text, const char *key)
{
	struct ow_str line, name;
	uint64_t value = 0;

	while (ow_scan_line(&text, &line))
		if (ow_scan_until(&line, "=", &name) && ow_str_is(name, key)) {
			assert_true(ow_scan_u64(&line, &value) && line.n == 0);
			return value;
		}
	fail_msg("no line %s=", key);
	return 0;
}

static void the_machine_is_described_as_it_is(void **state)
{
	struct ow_evidence file;
	struct utsname system;
	struct ow_err err;

	assert_int_equal(uname(&system), 0);
	assert_int_equal(ow_host_collect(*state, &file, &err), 0);
	assert_string_equal(file.path, "host");
	assert_true(ow_str_has(file.bytes, ow_printf(*state, "\nkernel=%s\n", system.release)));
	assert_int_equal(number(file.bytes, "cpus"), sysconf(_SC_NPROCESSORS_ONLN));
	assert_int_equal(number(file.bytes, "memory_bytes"),
			 (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE));
}

static void what_is_collected_is_understood_by_its_reader(void **state)
{
	struct ow_evidence file;
	struct ow_host host;
	struct ow_err err;

	assert_int_equal(ow_host_collect(*state, &file, &err), 0);
	assert_int_equal(ow_host_read(file.bytes, file.source, *state, &host), 0);
	assert_int_equal(host.have, OW_HOST_CPUS | OW_HOST_MEMORY | OW_HOST_SWAP | OW_HOST_TIME |
					    OW_HOST_SLEPT);
	assert_true(host.name && host.kernel && host.boot_id && strlen(host.boot_id) == 32);
}

static void both_clocks_are_read_at_one_moment(void **state)
{
	struct ow_evidence first, second;
	struct ow_err err;
	int64_t began, again;

	assert_int_equal(ow_host_collect(*state, &first, &err), 0);
	assert_int_equal(ow_host_collect(*state, &second, &err), 0);
	began = (int64_t)(number(first.bytes, "time_usec") - number(first.bytes, "boot_usec"));
	again = (int64_t)(number(second.bytes, "time_usec") - number(second.bytes, "boot_usec"));
	assert_true(llabs(began - again) < OW_USEC_PER_SEC);
	assert_int_equal(first.time_usec, number(first.bytes, "time_usec"));
}

static void no_room_is_an_error(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(8);
	struct ow_evidence file = { .path = "kept" };
	struct ow_err err;

	(void)state;
	assert_true(ow_host_collect(arena, &file, &err) < 0);
	assert_string_equal(file.path, "kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_machine_is_described_as_it_is),
		UNIT(what_is_collected_is_understood_by_its_reader),
		UNIT(both_clocks_are_read_at_one_moment),
		UNIT(no_room_is_an_error),
	};

	return cmocka_run_group_tests_name("collect/host", tests, NULL, NULL);
}
