/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/goroutine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_in(struct ow_arena *arena, const char *p, size_t n, size_t step,
		   struct ow_goroutines **ret)
{
	ow_scoped(ow_goroutine_reader_freep) struct ow_goroutine_reader *reader =
		ow_goroutine_reader_new("stacks", arena);
	struct ow_err err;
	int r;

	if (!reader)
		abort();
	for (size_t i = 0; i < n; i += step)
		if (ow_goroutine_reader_feed(reader, p + i, n - i < step ? n - i : step) < 0)
			abort();
	r = ow_goroutine_reader_end(reader, ret, &err);
	if (r != 0 && r != -EBADMSG)
		abort();
	return r;
}

static void check(const struct ow_goroutines *g)
{
	uint64_t total = 0;

	for (size_t i = 0; i < g->n_groups; i++) {
		const struct ow_goroutine_group *group = &g->group[i];

		if (group->count == 0 || group->n_frames == 0 || group->user > group->n_frames)
			abort();
		if (i && group->count > g->group[i - 1].count)
			abort();
		if (group->long_waiters > group->count ||
		    !group->long_waiters != !group->waiting_minutes)
			abort();
		total += group->count;
	}
	if (total != g->total)
		abort();
}

/* The first byte says in pieces of how many bytes it is fed; the rest is the page. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(256));
	struct ow_goroutines *whole, *pieces;
	const char *page = (const char *)data + 1;
	int r;

	if (!arena || size < 2)
		return 0;
	r = read_in(arena, page, size - 1, size - 1, &whole);
	if (read_in(arena, page, size - 1, data[0] % 16 + 1, &pieces) != r)
		abort();
	if (r < 0)
		return 0;
	check(whole);
	if (whole->total != pieces->total || whole->n_groups != pieces->n_groups ||
	    whole->cut != pieces->cut)
		abort();
	return 0;
}
