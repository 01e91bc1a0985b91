/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/gopage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_in(struct ow_arena *arena, const char *p, size_t n, size_t step,
		   struct ow_go_stats *ret)
{
	const struct ow_go_page_options options = { .source = "page" };
	ow_scoped(ow_go_page_reader_freep) struct ow_go_page_reader *reader =
		ow_go_page_reader_new(&options, arena);
	struct ow_err err;
	int r;

	if (!reader)
		abort();
	for (size_t i = 0; i < n; i += step)
		if (ow_go_page_reader_feed(reader, p + i, n - i < step ? n - i : step) < 0)
			abort();
	r = ow_go_page_reader_end(reader, ret, &err);
	if (r != 0 && r != -EBADMSG && r != -ENOTUNIQ)
		abort();
	return r;
}

/* What cannot be of any page. */
static void check(const struct ow_go_stats *stats)
{
	if (!stats->have && !stats->memstats.have)
		abort();
	if (!(stats->gc_cpu_share >= 0 && stats->gc_cpu_share <= 1))
		abort();
	if (stats->start_usec < 0 || stats->memstats.last_gc_usec < 0 ||
	    stats->source.time_usec < 0)
		abort();
	if (stats->page != OW_GO_PAGE_METRICS && stats->page != OW_GO_PAGE_RUNTIME)
		abort();
}

/* The first byte says in pieces of how many bytes it is fed; the rest is the page. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct ow_go_stats whole = { 0 }, pieces = { 0 };
	const char *page = (const char *)data + 1;
	int r;

	if (!arena || size < 2)
		return 0;
	r = read_in(arena, page, size - 1, size - 1, &whole);
	if (read_in(arena, page, size - 1, data[0] % 16 + 1, &pieces) != r)
		abort();
	(void)ow_go_kind_of((struct ow_str){ page, size - 1 });
	if (r < 0)
		return 0;
	check(&whole);
	if (!whole.version != !pieces.version ||
	    (whole.version && strcmp(whole.version, pieces.version) != 0))
		abort();
	whole.source.name = pieces.source.name = whole.version = pieces.version = NULL;
	if (memcmp(&whole.memstats, &pieces.memstats, sizeof(whole.memstats)) != 0 ||
	    whole.have != pieces.have || whole.source.time_usec != pieces.source.time_usec)
		abort();
	return 0;
}
