/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/coverage.h"

#include "unit.h"

#define START INT64_C(1795154068000000) /* 2026-11-20T05:54:28Z */
#define HOUR  INT64_C(3600000000)

static const struct ow_asked any_time = { .since_usec = INT64_MIN, .until_usec = INT64_MAX };

/* A log of two hours that begins with its boot. */
static struct ow_source whole(void)
{
	return (struct ow_source){
		.have = OW_SOURCE_PERIOD | OW_SOURCE_BOOT_PERIOD,
		.name = "log",
		.lines = 9,
		.kernel_lines = 9,
		.first_usec = START,
		.last_usec = START + 2 * HOUR,
		.boot_last_usec = 2 * HOUR,
	};
}

static struct ow_coverage covered(struct ow_arena *arena, const struct ow_source *source,
				  const struct ow_asked *asked)
{
	struct ow_coverage c;

	ow_coverage_make(source, asked, arena, &c);
	return c;
}

static void a_log_without_a_gap_proves_its_period_and_no_more(void **state)
{
	const struct ow_source source = whole();
	static const struct {
		int64_t since_usec, until_usec, first_usec, last_usec;
		const char *gap;
	} cases[] = {
		{ INT64_MIN, INT64_MAX, START, START + 2 * HOUR, NULL },
		{ START + HOUR, INT64_MAX, START + HOUR, START + 2 * HOUR, NULL },
		{ START, START + HOUR, START, START + HOUR, NULL },
		{ START - 1, INT64_MAX, START, START + 2 * HOUR,
		  "it begins only at 2026-11-20T05:54:28Z" },
		{ START, START + 2 * HOUR + 1, START, START + 2 * HOUR,
		  "it ends at 2026-11-20T07:54:28Z" },
		{ START + 3 * HOUR, INT64_MAX, 0, 0, "nothing in it is of that time" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_asked asked = { .since_usec = cases[i].since_usec,
						.until_usec = cases[i].until_usec };
		const struct ow_coverage c = covered(*state, &source, &asked);

		assert_int_equal(ow_coverage_proves(&c), cases[i].gap == NULL);
		assert_string_equal(ow_coverage_words(&c.gaps, *state),
				    cases[i].gap ? cases[i].gap : "");
		if (!cases[i].first_usec)
			continue;
		assert_true(c.first_usec == cases[i].first_usec);
		assert_true(c.last_usec == cases[i].last_usec);
	}
}

static void each_gap_is_said_in_words(void **state)
{
	static const struct {
		size_t offset;
		const char *one, *many;
	} cases[] = {
#define AT(member) offsetof(struct ow_source, member)
		{ AT(lost), "1 line was lost before", "2,000 lines were lost before" },
		{ AT(suppressed), "1 report of a kill was", "2,000 reports of kills were" },
		{ AT(noticed), "1 kill by the kernel was", "2,000 kills by the kernel were" },
		{ AT(late_boots), "1 boot lacks its", "2,000 boots lack their" },
		{ AT(bad_files), "1 file could not", "2,000 files could not" },
		{ AT(cut_lines), "1 line is longer", "2,000 lines are longer" },
		{ AT(binary_lines), "1 line is binary", "2,000 lines are binary" },
#undef AT
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_source source = whole();
		uint64_t *counter = (uint64_t *)(void *)((char *)&source + cases[i].offset);
		struct ow_coverage c;

		*counter = 1;
		c = covered(*state, &source, &any_time);
		assert_false(ow_coverage_proves(&c));
		assert_ptr_equal(strstr(ow_coverage_words(&c.gaps, *state), cases[i].one),
				 ow_coverage_words(&c.gaps, *state));
		*counter = 2000;
		c = covered(*state, &source, &any_time);
		assert_int_equal(strncmp(ow_coverage_words(&c.gaps, *state), cases[i].many,
					 strlen(cases[i].many)),
				 0);
	}
}

static void what_is_no_gap_stays_out_of_the_answer(void **state)
{
	struct ow_source source = whole();
	struct ow_coverage c;

	source.foreign_lines = source.failures = 3;
	c = covered(*state, &source, &any_time);
	assert_true(ow_coverage_proves(&c));
	assert_int_equal(c.limits.n, 0);
	assert_null(c.settle);
}

static void a_log_of_programs_or_of_nothing_proves_nothing(void **state)
{
	struct ow_source source = whole();
	struct ow_coverage c;

	source.kernel_lines = 0;
	c = covered(*state, &source, &any_time);
	assert_string_equal(ow_coverage_words(&c.gaps, *state),
			    "none of its lines is the kernel's");
	source = (struct ow_source){ .name = "log" };
	c = covered(*state, &source, &any_time);
	assert_string_equal(ow_coverage_words(&c.gaps, *state), "it is empty");
	source.have = OW_SOURCE_SEARCHED;
	c = covered(*state, &source, &any_time);
	assert_string_equal(ow_coverage_words(&c.gaps, *state), "it has no line of the kernel");
}

/* The oldest line says how far back the ring goes. */
static void a_ring_that_overran_says_how_far_back_it_goes(void **state)
{
	const struct ow_asked since = { .since_usec = START - HOUR, .until_usec = INT64_MAX };
	const struct ow_asked boot = { .since_usec = INT64_MIN,
				       .until_usec = INT64_MAX,
				       .boot = true };
	struct ow_source ring = whole();
	struct ow_coverage c;

	ring.have |= OW_SOURCE_RING | OW_SOURCE_LIVE;
	ring.boot_first_usec = 283 * (uint64_t)1000000;
	ring.overwritten = 344;
	c = covered(*state, &ring, &any_time);
	assert_true(ow_coverage_proves(&c)); /* of its own period */
	assert_string_equal(ow_coverage_words(&c.limits, *state),
			    "it begins 4 min 43 s after boot, where the ring overwrote 344 lines");
	c = covered(*state, &ring, &boot);
	assert_false(ow_coverage_proves(&c));
	c = covered(*state, &ring, &since);
	assert_string_equal(ow_coverage_words(&c.gaps, *state),
			    "it begins only at 2026-11-20T05:54:28Z, 4 min 43 s after boot, where "
			    "the ring overwrote 344 lines");
	assert_non_null(c.settle);
	ring.boot_first_usec = ring.overwritten = 0;
	c = covered(*state, &ring, &boot);
	assert_true(ow_coverage_proves(&c));
}

static void a_live_source_reaches_to_the_moment_it_was_read(void **state)
{
	const struct ow_asked asked = { .since_usec = START,
					.until_usec = START + 9 * HOUR,
					.now_usec = START + 3 * HOUR };
	struct ow_source source = whole();
	struct ow_coverage c = covered(*state, &source, &asked);

	assert_false(ow_coverage_proves(&c));
	source.have |= OW_SOURCE_LIVE;
	c = covered(*state, &source, &asked);
	assert_true(ow_coverage_proves(&c));
	assert_true(c.last_usec == START + 3 * HOUR);
}

static void without_dates_a_bounded_question_has_no_answer(void **state)
{
	struct ow_asked asked = { .since_usec = START, .until_usec = INT64_MAX };
	struct ow_source source = whole();
	struct ow_coverage c;

	source.have = OW_SOURCE_BOOT_PERIOD;
	c = covered(*state, &source, &any_time);
	assert_int_equal(c.gaps.n, 0);
	assert_int_equal(c.have, OW_SOURCE_BOOT_PERIOD);
	c = covered(*state, &source, &asked);
	assert_int_equal(c.gaps.n, 1);
	/* Unless it is known when the boot was. */
	asked.has_boot = true;
	asked.boot_time_usec = START - HOUR;
	c = covered(*state, &source, &asked);
	assert_true(ow_coverage_proves(&c));
	assert_true(c.last_usec == START + HOUR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_log_without_a_gap_proves_its_period_and_no_more),
		UNIT(each_gap_is_said_in_words),
		UNIT(what_is_no_gap_stays_out_of_the_answer),
		UNIT(a_log_of_programs_or_of_nothing_proves_nothing),
		UNIT(a_ring_that_overran_says_how_far_back_it_goes),
		UNIT(a_live_source_reaches_to_the_moment_it_was_read),
		UNIT(without_dates_a_bounded_question_has_no_answer),
	};

	return cmocka_run_group_tests_name("analyze/coverage", tests, NULL, NULL);
}
