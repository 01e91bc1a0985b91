/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/goroutines.h"

#include "unit.h"

static const struct ow_goroutine_frame worker[] = { { OW_STR("main.worker"), OW_STR("a.go"), 3 } };
static const struct ow_goroutine_frame deep[] = { { OW_STR("time.Sleep"), OW_STR("b.go"), 1 },
						  { OW_STR("main.deep"), OW_STR("a.go"), 9 } };
static const struct ow_goroutine_frame other[] = { { OW_STR("main.other"), OW_STR("a.go"), 4 } };

static void one_page_is_by_count(void **state)
{
	struct ow_goroutine_group group[] = {
		{ .count = 10, .frame = worker, .n_frames = 1 },
		{ .count = 30, .frame = deep, .n_frames = 2, .user = 1 },
	};
	const struct ow_goroutines page = { .total = 40, .group = group, .n_groups = 2 };
	struct ow_goroutine_view view;

	assert_int_equal(ow_goroutines_view(NULL, &page, 4000, *state, &view), 0);
	assert_int_equal(view.n, 2);
	assert_int_equal(view.row[0].count, 30);
	assert_true(view.row[0].share == 0.75);
	assert_int_equal(view.row[0].stack_bytes, 3000);
}

static void two_pages_are_by_growth(void **state)
{
	struct ow_goroutine_group before[] = {
		{ .count = 50, .frame = deep, .n_frames = 2 },
		{ .count = 20, .frame = other, .n_frames = 1 },
		{ .count = 1, .frame = worker, .n_frames = 1 },
	};
	/* Two groups that differ only in who started them are one stack. */
	struct ow_goroutine_group after[] = {
		{ .count = 50, .frame = deep, .n_frames = 2 },
		{ .count = 6, .frame = worker, .n_frames = 1 },
		{ .count = 3,
		  .frame = worker,
		  .n_frames = 1,
		  .creator = { OW_STR("main.main"), { "", 0 }, 0 } },
	};
	const struct ow_goroutines first = { .total = 71, .group = before, .n_groups = 3 };
	const struct ow_goroutines last = { .total = 59, .group = after, .n_groups = 3 };
	struct ow_goroutine_view view;

	assert_int_equal(ow_goroutines_view(&first, &last, 0, *state, &view), 0);
	assert_int_equal(view.n, 3);
	assert_ptr_equal(view.row[0].group->frame, worker);
	assert_int_equal(view.row[0].count, 9);
	assert_int_equal(view.row[0].before, 1);
	assert_ptr_equal(view.row[1].group->frame, deep);
	assert_ptr_equal(view.row[2].group->frame, other);
	assert_int_equal(view.row[2].count, 0);
	assert_int_equal(view.row[2].stack_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(one_page_is_by_count),
		UNIT(two_pages_are_by_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
