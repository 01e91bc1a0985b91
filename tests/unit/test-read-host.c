/* SPDX-License-Identifier: Apache-2.0 */
#include "read/host.h"

#include <errno.h>

#include "unit.h"

static void every_line_has_its_field(void **state)
{
	struct ow_host host;

	assert_int_equal(ow_host_read(OW_STR("name=web-1 = one\n"
					     "kernel=6.1.0-18-amd64\n"
					     "boot_id=ece1c21e0a314da3aa627dd353226ec2\n"
					     "cpus=2\n"
					     "memory_bytes=25276502016\n"
					     "swap_bytes=0\n"
					     "time_usec=1795162362369821\n"
					     "boot_usec=1737856719\n"
					     "slept_usec=5\n"),
				      "host", *state, &host),
			 0);
	assert_int_equal(host.have, OW_HOST_CPUS | OW_HOST_MEMORY | OW_HOST_SWAP | OW_HOST_TIME |
					    OW_HOST_SLEPT);
	assert_string_equal(host.source, "host");
	assert_string_equal(host.name, "web-1 = one");
	assert_string_equal(host.kernel, "6.1.0-18-amd64");
	assert_string_equal(host.boot_id, "ece1c21e0a314da3aa627dd353226ec2");
	assert_true(host.cpus == 2 && host.memory_bytes == 25276502016 && host.swap_bytes == 0);
	assert_true(host.time_usec == 1795162362369821 && host.boot_usec == 1737856719);
	assert_true(host.slept_usec == 5);
}

static void lines_that_make_no_sense_are_skipped(void **state)
{
	struct ow_host host;

	assert_int_equal(ow_host_read(OW_STR("cpus=2\n"
					     "cpus=many\n"
					     "memory_bytes=-1\n"
					     "swap_bytes=99999999999999999999\n"
					     "slept_usec=\n"
					     "boot_id=../../etc\n"
					     "name=\n"
					     "kernel=a\0b\n"
					     "colour=blue\n"
					     "no sign\n"
					     "=\n"
					     "\n"
					     "time_usec=1 "),
				      "host", *state, &host),
			 0);
	assert_int_equal(host.have, OW_HOST_CPUS);
	assert_int_equal(host.cpus, 2);
	assert_null(host.name);
	assert_null(host.kernel);
	assert_null(host.boot_id);
}

static void one_clock_alone_is_no_moment(void **state)
{
	struct ow_host host;

	assert_int_equal(ow_host_read(OW_STR("time_usec=5"), "host", *state, &host), 0);
	assert_int_equal(host.have, 0);
	assert_int_equal(ow_host_read(OW_STR("boot_usec=5\ntime_usec=-5\n"), "host", *state, &host),
			 0);
	assert_int_equal(host.have, OW_HOST_TIME);
	assert_true(host.time_usec == -5);
}

static void the_last_of_two_values_counts(void **state)
{
	struct ow_host host;

	assert_int_equal(ow_host_read(OW_STR("cpus=2\ncpus=4\n"), "host", *state, &host), 0);
	assert_int_equal(host.cpus, 4);
}

static void a_file_without_a_line_that_makes_sense_is_refused(void **state)
{
	struct ow_host host = { .cpus = 7 };

	assert_int_equal(ow_host_read(OW_STR(""), "host", *state, &host), -EBADMSG);
	assert_int_equal(ow_host_read(OW_STR("\0\0\0\xff=\n"), "host", *state, &host), -EBADMSG);
	assert_int_equal(host.cpus, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_line_has_its_field),
		UNIT(lines_that_make_no_sense_are_skipped),
		UNIT(one_clock_alone_is_no_moment),
		UNIT(the_last_of_two_values_counts),
		UNIT(a_file_without_a_line_that_makes_sense_is_refused),
	};

	return cmocka_run_group_tests_name("read/host", tests, NULL, NULL);
}
