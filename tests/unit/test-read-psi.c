/* SPDX-License-Identifier: Apache-2.0 */
#include "read/psi.h"

#include <errno.h>

#include "unit.h"

static void both_lines_are_read(void **state)
{
	struct ow_psi psi;

	(void)state;
	assert_int_equal(
		ow_psi_read(OW_STR("some avg10=0.22 avg60=0.17 avg300=1.11 total=58761459\n"
				   "full avg10=100.00 avg60=0.00 avg300=99.09 total=0\n"),
			    &psi),
		0);
	assert_int_equal(psi.have, OW_PSI_SOME | OW_PSI_FULL);
	assert_int_equal(psi.some.avg10_permyriad, 22);
	assert_int_equal(psi.some.avg60_permyriad, 17);
	assert_int_equal(psi.some.avg300_permyriad, 111);
	assert_int_equal(psi.some.total_usec, 58761459);
	assert_int_equal(psi.full.avg10_permyriad, 10000);
	assert_int_equal(psi.full.avg300_permyriad, 9909);
}

static void one_line_is_enough(void **state)
{
	struct ow_psi psi;

	(void)state;
	assert_int_equal(ow_psi_read(OW_STR("some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"
					    "most avg10=0.00 avg60=0.00 avg300=0.00 total=7"),
				     &psi),
			 0);
	assert_int_equal(psi.have, OW_PSI_SOME);
}

static void other_lines_are_none(void **state)
{
	static const char *const lines[] = {
		"",
		"some",
		"some avg10=0.2 avg60=0.17 avg300=1.11 total=5",
		"some avg10=0.222 avg60=0.17 avg300=1.11 total=5",
		"some avg10=101.00 avg60=0.17 avg300=1.11 total=5",
		"some avg10=-1.00 avg60=0.17 avg300=1.11 total=5",
		"some avg10=1.-1 avg60=0.17 avg300=1.11 total=5",
		"some avg10=1.00 avg60=0.17 avg300=1.11 total=",
		"some avg10=1.00 avg60=0.17 avg300=1.11 total=5 x",
		"some avg60=1.00 avg10=0.17 avg300=1.11 total=5",
		"some avg10=0.2",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(lines); i++) {
		struct ow_psi psi = { .have = 7 };

		assert_int_equal(ow_psi_read(ow_str(lines[i]), &psi), -EBADMSG);
		assert_int_equal(psi.have, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(both_lines_are_read),
		UNIT(one_line_is_enough),
		UNIT(other_lines_are_none),
	};

	return cmocka_run_group_tests_name("read/psi", tests, NULL, NULL);
}
