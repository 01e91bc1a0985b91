/* SPDX-License-Identifier: Apache-2.0 */
#include "base/measure.h"

#include <inttypes.h>

#include "unit.h"

static void values_are_written_as_pprof_does(void **state)
{
	static const struct {
		int64_t value;
		const char *from, *to, *label;
	} rows[] = {
		{ 0, "bytes", "auto", "0" },
		{ 1023, "bytes", "auto", "1023B" },
		{ 1024, "bytes", "auto", "1kB" },
		{ 1536, "bytes", "minimum", "1.50kB" },
		{ -1536, "bytes", "auto", "-1.50kB" },
		{ 1638400, "byte", "mb", "1.56MB" },
		{ 1638400, "bytes", "Megabytes", "1.56MB" },
		{ 3, "kb", "B", "3072B" },
		{ 10, "bytes", "MB", "0" },
		{ 10, "bytes", "GB", "0" },
		{ 5, "bytes", "parsecs", "5B" },
		{ 1500, "nanoseconds", "auto", "1.50us" },
		{ 90, "s", "minimum", "90s" },
		{ 7200, "seconds", "auto", "2hrs" },
		{ 7, "count", "auto", "7" },
		{ 7, "count", "count", "7" },
		{ 7, "widgets", "gadgets", "7gadgets" },
		{ INT64_MIN, "bytes", "PB", "-8192PB" },
	};
	char buffer[OW_MEASURE_MAX];

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(ow_measure_label(rows[i].value, ow_str(rows[i].from),
						     ow_str(rows[i].to), buffer),
				    rows[i].label);
}

static void percentages_have_two_digits_at_least(void **state)
{
	static const struct {
		int64_t value, total;
		const char *text;
	} rows[] = {
		{ 1, 3, "33.33%" },        { 1, 1, "  100%" },      { 9996, 10000, "  100%" },
		{ 9994, 10000, "99.94%" }, { 366, 100, "366.00%" }, { -1, 2, "50.00%" },
		{ 49, 10000, " 0.49%" },   { 1, 200, "  0.5%" },    { 1, 1000000, "0.0001%" },
		{ 1, 10000000, "1e-05%" }, { 0, 5, "    0%" },      { 5, 0, "    0%" },
	};
	char buffer[OW_MEASURE_PERCENT_MAX];

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(ow_measure_percent(rows[i].value, rows[i].total, buffer),
				    rows[i].text);
}

static void units_of_any_length_are_cut(void **state)
{
	char unit[OW_MEASURE_MAX], name[500];

	(void)state;
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = 'u';
	(void)ow_measure_scale(1, (struct ow_str){ name, sizeof(name) },
			       (struct ow_str){ name, sizeof(name) }, unit);
	assert_true(strlen(unit) < sizeof(unit));
}

static void sizes_are_read_as_people_give_them(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} rows[] = {
		{ "209715200", 209715200 },
		{ "200M", 209715200 },
		{ "200MiB", 209715200 },
		{ "200 M", UINT64_MAX },
		{ "1.5g", 1610612736 },
		{ "204800kB", 209715200 },
		{ "204800kb", 209715200 },
		{ "0", 0 },
		{ "7B", 7 },
		{ "7EiB", UINT64_C(7) << 60 },
		{ "8E", UINT64_MAX },
		{ "-1", UINT64_MAX },
		{ "", UINT64_MAX },
		{ "M", UINT64_MAX },
		{ "1Mx", UINT64_MAX },
		{ "1e400", UINT64_MAX },
		{ "nan", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		uint64_t bytes = 5;
		const bool is = ow_measure_bytes(rows[i].text, &bytes);

		if (is != (rows[i].bytes != UINT64_MAX) || (is && bytes != rows[i].bytes) ||
		    (!is && bytes != 5))
			fail_msg("'%s': %d %" PRIu64, rows[i].text, is, bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(values_are_written_as_pprof_does),
		UNIT(percentages_have_two_digits_at_least),
		UNIT(units_of_any_length_are_cut),
		UNIT(sizes_are_read_as_people_give_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
