/* SPDX-License-Identifier: Apache-2.0 */
#include "base/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/thread.h"
#include "unit.h"

/* Memory that is used again, and what was last put into it. */
struct item {
	unsigned *number;
};

struct taken {
	unsigned n; /* in their order */
	unsigned wrong;
	unsigned fail; /* at this one */
};

static int take(void *arg, void *item)
{
	struct taken *taken = arg;
	const unsigned number = *((const struct item *)item)->number;

	if (taken->fail && number == taken->fail)
		return -EIO;
	taken->wrong += number != ++taken->n;
	return 0;
}

static void release(void *item)
{
	free(((struct item *)item)->number);
}

static struct ow_relay *begin(struct taken *taken)
{
	const struct ow_relay_sink sink = { take, release, taken, sizeof(struct item) };
	struct ow_relay *relay = ow_relay_new(&sink);

	if (!relay)
		skip(); /* there is one processor, or a limit */
	return relay;
}

/* Puts the number into memory that came back, or is new. Returns as ow_relay_put. */
static int put(struct ow_relay *relay, struct item *item, unsigned number)
{
	if (!item->number)
		item->number = malloc(sizeof(*item->number));
	assert_non_null(item->number);
	*item->number = number;
	return ow_relay_put(relay, item);
}

static void items_are_taken_in_their_order(void **state)
{
	struct taken taken = { 0 };
	struct ow_relay *relay = begin(&taken);
	struct item item = { 0 };

	(void)state;
	for (unsigned i = 1; i <= 10000; i++) {
		assert_int_equal(put(relay, &item, i), 0);
		assert_int_equal(!item.number, i <= OW_RELAY_ITEMS);
		if (i % 997 == 0) {
			assert_int_equal(ow_relay_wait(relay), 0);
			assert_int_equal(taken.n, i);
		}
	}
	assert_int_equal(ow_relay_wait(relay), 0);
	assert_int_equal(ow_relay_wait(relay), 0);
	assert_int_equal(taken.n, 10000);
	assert_int_equal(taken.wrong, 0);
	release(&item);
	assert_null(ow_relay_free(relay));
}

static void an_error_ends_it_all(void **state)
{
	struct taken taken = { .fail = 3 };
	struct ow_relay *relay = begin(&taken);
	struct item item = { 0 };
	unsigned i = 1;

	(void)state;
	while (put(relay, &item, i) == 0)
		assert_true(++i <= 3 + OW_RELAY_ITEMS);
	assert_int_equal(*item.number, i); /* it is still the caller's */
	assert_int_equal(put(relay, &item, i), -EIO);
	assert_int_equal(ow_relay_wait(relay), -EIO);
	assert_int_equal(taken.n, 2);
	release(&item);
	assert_null(ow_relay_free(relay));
}

static void it_may_be_left_at_any_time(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 3 * OW_RELAY_ITEMS; n++) {
		struct taken taken = { 0 };
		struct ow_relay *relay = begin(&taken);
		struct item item = { 0 };

		for (unsigned i = 1; i <= n; i++)
			assert_int_equal(put(relay, &item, i), 0);
		release(&item);
		assert_null(ow_relay_free(relay));
		assert_int_equal(taken.wrong, 0);
	}
	assert_null(ow_relay_free(NULL));
}

static void where_memory_is_limited_there_is_none(void **state)
{
	const struct ow_relay_sink sink = { take, release, NULL, sizeof(struct item) };
	struct rlimit old, limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_DATA, &old), 0);
	limit = (struct rlimit){ old.rlim_max == RLIM_INFINITY ? OW_MIB(1024) : old.rlim_max,
				 old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_DATA, &limit), 0);
	assert_null(ow_relay_new(&sink));
	assert_int_equal(setrlimit(RLIMIT_DATA, &old), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(items_are_taken_in_their_order),
		UNIT(an_error_ends_it_all),
		UNIT(it_may_be_left_at_any_time),
		UNIT(where_memory_is_limited_there_is_none),
	};

	return cmocka_run_group_tests_name("base/relay", tests, NULL, NULL);
}
