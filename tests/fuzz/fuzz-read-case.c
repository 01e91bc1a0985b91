/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "read/case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input is files one behind the other: a line with the path, the bytes, and a line of "%%". */
static bool next_file(struct ow_str *input, struct ow_arena *arena, struct ow_evidence *ret)
{
	struct ow_str path;

	if (!ow_scan_line(input, &path))
		return false;
	if (!ow_scan_until(input, "\n%%\n", &ret->bytes)) {
		ret->bytes = *input;
		input->n = 0;
	}
	ret->path = ow_str_keep(arena, path);
	ret->source = "fuzz";
	return ret->path;
}

static void check(const struct ow_case *c)
{
	if (c->n_kills > OW_CASE_KILLS_MAX || (c->n_more_kills && !c->n_kills))
		abort();
	for (size_t i = 0; i < c->n_kills; i++)
		if (!c->kills[i]->source || c->kills[i]->line == 0)
			abort();
	for (size_t i = 0; i < c->n_sources; i++)
		if (c->sources[i].state >= OW_SOURCE_COUNT || !c->sources[i].name)
			abort();
	for (size_t i = 0; i < c->n_containers; i++)
		if (strlen(c->containers[i].id) != 64)
			abort();
	for (size_t i = 0; i < c->n_cgroups; i++)
		if (c->cgroups[i].path[0] != '/' || c->cgroups[i].version < 1 ||
		    c->cgroups[i].version > 2)
			abort();
}

/* Any evidence makes a case, in which every file is a source or a file of a group. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ow_case_select any = { .since_usec = INT64_MIN,
						   .until_usec = INT64_MAX };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	ow_scoped(ow_case_reader_freep) struct ow_case_reader *reader = ow_case_reader_new(&any);
	struct ow_str input = { (const char *)data, size };
	struct ow_evidence file = { 0 };
	struct ow_case c;

	while (arena && reader && next_file(&input, arena, &file)) {
		size_t before;

		if (ow_case_reader_finish(reader, &c) < 0)
			return 0;
		before = c.n_sources;
		if (ow_case_reader_add(reader, &file) < 0 || ow_case_reader_finish(reader, &c) < 0)
			return 0;
		if (c.n_sources == before && strncmp(file.path, "cgroup/v", 8) != 0)
			abort();
		check(&c);
	}
	return 0;
}
