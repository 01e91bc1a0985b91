/* SPDX-License-Identifier: Apache-2.0 */
#include "render/report.h"

#include "unit.h"

static void a_format_has_a_name_and_an_ending(void **state)
{
	(void)state;
	assert_ptr_equal(ow_report_format_find("markdown")->write, ow_report_markdown);
	assert_ptr_equal(ow_report_format_for("incident.md")->write, ow_report_markdown);
	assert_ptr_equal(ow_report_format_for("a/b.json")->write, ow_report_json);
	assert_null(ow_report_format_find("html"));
	assert_null(ow_report_format_for("incident"));
	assert_null(ow_report_format_for(".md"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { UNIT(a_format_has_a_name_and_an_ending) };

	return cmocka_run_group_tests_name("render/report", tests, NULL, NULL);
}
