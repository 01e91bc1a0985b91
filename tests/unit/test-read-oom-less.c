/* SPDX-License-Identifier: Apache-2.0 */
/* Less of a log never says more: who was killed is named by the whole, or by nobody. */
#include "oom-log.h"

static const char *const fixtures[] = {
	"oom/guest-6.1-own-limit/input", /* one victim */
	"oom/guest-6.1-group/input",     /* all of a group */
	"oom/guest-6.1-many/input",      /* several reports */
	"oom/guest-6.1-no-victim/input", /* none */
	"oom/guest-5.10-moved/input",
};

static bool has_victim(const struct oom_log *log, int64_t pid)
{
	for (size_t i = 0; i < log->n; i++)
		for (size_t k = 0; k < log->oom[i]->victims.n; k++)
			if (ow_oom_victims(log->oom[i])[k].pid == pid)
				return true;
	return false;
}

static void assert_less(const struct oom_log *whole, struct ow_str text)
{
	const struct ow_oom_options options = { .source = "log" };
	struct oom_log less;

	oom_log_read(&less, text, 0, &options);
	for (size_t i = 0; i < less.n; i++)
		for (size_t k = 0; k < less.oom[i]->victims.n; k++)
			assert_true(has_victim(whole, ow_oom_victims(less.oom[i])[k].pid));
	oom_log_release(&less);
}

static void read_whole(struct ow_arena *arena, const char *fixture, struct ow_str *ret_text,
		       struct oom_log *ret)
{
	*ret_text = unit_fixture(arena, fixture);
	oom_log_read(ret, *ret_text, 0, &(struct ow_oom_options){ .source = "log" });
	assert_true(ret->n > 0);
}

/* Only in a line that names somebody does it matter where. */
static bool may_name(struct ow_str line)
{
	return ow_str_has(line, "ill") || ow_str_has(line, "pid=");
}

static void a_log_that_is_cut_at_any_byte_names_no_other_victim(void **state)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(fixtures); i++) {
		struct ow_str text, line, rest;
		struct oom_log whole;

		read_whole(*state, fixtures[i], &text, &whole);
		for (rest = text; ow_scan_line(&rest, &line);) {
			const size_t front = (size_t)(line.p - text.p);

			for (size_t n = may_name(line) ? 0 : line.n; n <= line.n; n++)
				assert_less(&whole, (struct ow_str){ text.p, front + n });
		}
		oom_log_release(&whole);
	}
}

static void a_log_whose_front_is_lost_names_no_other_victim(void **state)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(fixtures); i++) {
		struct ow_str text, line, rest;
		struct oom_log whole;

		read_whole(*state, fixtures[i], &text, &whole);
		rest = text;
		while (ow_scan_line(&rest, &line))
			assert_less(&whole, rest);
		oom_log_release(&whole);
	}
}

static void a_log_without_any_one_of_its_lines_names_no_other_victim(void **state)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(fixtures); i++) {
		struct ow_str text, line, rest;
		struct oom_log whole;
		size_t at = 0;
		char *less;

		read_whole(*state, fixtures[i], &text, &whole);
		less = ow_alloc(*state, text.n, 1);
		assert_non_null(less);
		for (rest = text; ow_scan_line(&rest, &line); at = text.n - rest.n) {
			memcpy(less, text.p, at);
			memcpy(less + at, rest.p, rest.n);
			assert_less(&whole, (struct ow_str){ less, at + rest.n });
		}
		oom_log_release(&whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_log_that_is_cut_at_any_byte_names_no_other_victim),
		UNIT(a_log_whose_front_is_lost_names_no_other_victim),
		UNIT(a_log_without_any_one_of_its_lines_names_no_other_victim),
	};

	return cmocka_run_group_tests_name("read/oom-less", tests, NULL, NULL);
}
