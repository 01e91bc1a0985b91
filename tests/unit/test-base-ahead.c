/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ahead.h"

#include <errno.h>
#include <inttypes.h>

#include "unit.h"

/* Bytes that tell where they are from, so many of them, and what comes behind. */
struct bytes {
	uint64_t n;
	ssize_t last;
	uint64_t taken; /* when they are read in turn */
	size_t most;    /* that one reading gives; 0: as many as are wanted */
};

static char byte_at(uint64_t at)
{
	return (char)((at * 0x9e3779b97f4a7c15) >> 56);
}

static ssize_t read_bytes(void *arg, uint64_t at, char *buffer, size_t n)
{
	const struct bytes *bytes = arg;

	if (at >= bytes->n)
		return bytes->last;
	if (n > bytes->n - at)
		n = (size_t)(bytes->n - at);
	if (bytes->most && n > bytes->most)
		n = bytes->most;
	for (size_t i = 0; i < n; i++)
		buffer[i] = byte_at(at + i);
	return (ssize_t)n;
}

static ssize_t read_in_turn(void *arg, uint64_t at, char *buffer, size_t n)
{
	struct bytes *bytes = arg;
	const ssize_t got = read_bytes(arg, bytes->taken, buffer, n);

	(void)at;
	bytes->taken += got > 0 ? (uint64_t)got : 0;
	return got;
}

/* What there is to find: whether all the bytes of a block were there to be looked at. */
struct found {
	size_t n;
	size_t sum;
};

static void look(const char *bytes, size_t n, void *ret)
{
	struct found found = { .n = n };

	for (size_t i = 0; i < n; i++)
		found.sum = found.sum * 31 + (unsigned char)bytes[i];
	*(struct found *)ret = found;
}

static const struct way {
	const char *name;
	bool in_turn, alone;
} ways[] = {
	{ "at any place", false, false },
	{ "at any place, alone", false, true },
	{ "in turn", true, false },
	{ "in turn, alone", true, true },
};

static struct ow_ahead *begin(const struct way *way, struct bytes *bytes)
{
	struct ow_ahead *ahead;

	bytes->taken = 0;
	ahead = ow_ahead_new(&(struct ow_ahead_source){
		.read = way->in_turn ? read_in_turn : read_bytes,
		.arg = bytes,
		.in_turn = way->in_turn,
		.alone = way->alone,
		.look = { look, sizeof(struct found) },
	});
	assert_non_null(ahead);
	return ahead;
}

static void assert_reads(const struct way *way, struct bytes *bytes)
{
	ow_scoped(ow_ahead_freep) struct ow_ahead *ahead = begin(way, bytes);
	const void *found = NULL;
	const char *p = NULL;
	uint64_t at = 0;
	ssize_t n;

	while ((n = ow_ahead_next(ahead, &p, &found)) > 0) {
		struct found there;

		for (ssize_t i = 0; i < n; i++, at++)
			if (p[i] != byte_at(at))
				fail_msg("%s: wrong byte at %" PRIu64, way->name, at);
		look(p, (size_t)n, &there);
		assert_memory_equal(found, &there, sizeof(there));
	}
	assert_int_equal(at, bytes->n);
	assert_int_equal(n, bytes->last);
	assert_int_equal(ow_ahead_next(ahead, &p, &found), bytes->last); /* and it stays so */
}

static void bytes_come_out_in_their_order(void **state)
{
	static const uint64_t sizes[] = { 0,
					  1,
					  OW_AHEAD_BLOCK - 1,
					  OW_AHEAD_BLOCK,
					  OW_AHEAD_BLOCK + 1,
					  8 * OW_AHEAD_BLOCK,
					  30 * OW_AHEAD_BLOCK + 5 };

	(void)state;
	for (size_t w = 0; w < OW_ARRAY_SIZE(ways); w++)
		for (size_t i = 0; i < OW_ARRAY_SIZE(sizes); i++)
			assert_reads(&ways[w], &(struct bytes){ .n = sizes[i] });
}

static void what_is_there_comes_before_an_error(void **state)
{
	static const uint64_t sizes[] = { 0, 100, OW_AHEAD_BLOCK, 20 * OW_AHEAD_BLOCK + 77 };

	(void)state;
	for (size_t w = 0; w < OW_ARRAY_SIZE(ways); w++)
		for (size_t i = 0; i < OW_ARRAY_SIZE(sizes); i++)
			assert_reads(&ways[w], &(struct bytes){ .n = sizes[i], .last = -EIO });
}

static void a_source_may_give_little_at_a_time(void **state)
{
	static const size_t most[] = { 1021, OW_AHEAD_BLOCK / 2, OW_AHEAD_BLOCK - 1 };

	(void)state;
	for (size_t w = 0; w < OW_ARRAY_SIZE(ways); w++)
		for (size_t i = 0; i < OW_ARRAY_SIZE(most); i++)
			assert_reads(&ways[w], &(struct bytes){ .n = 10 * OW_AHEAD_BLOCK + 3,
								.most = most[i] });
}

static void it_may_be_left_at_any_time(void **state)
{
	(void)state;
	for (size_t w = 0; w < OW_ARRAY_SIZE(ways); w++)
		for (size_t blocks = 0; blocks < 20; blocks++) {
			struct bytes bytes = { .n = 15 * OW_AHEAD_BLOCK };
			struct ow_ahead *ahead = begin(&ways[w], &bytes);
			const char *p;

			for (size_t i = 0; i < blocks; i++)
				assert_true(ow_ahead_next(ahead, &p, NULL) >= 0);
			assert_null(ow_ahead_free(ahead));
		}
	assert_null(ow_ahead_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(bytes_come_out_in_their_order),
		UNIT(what_is_there_comes_before_an_error),
		UNIT(a_source_may_give_little_at_a_time),
		UNIT(it_may_be_left_at_any_time),
	};

	return cmocka_run_group_tests_name("base/ahead", tests, NULL, NULL);
}
