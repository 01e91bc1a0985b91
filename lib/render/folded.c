/* SPDX-License-Identifier: Apache-2.0 */
#include "render/folded.h"

#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "render/pprof-internal.h"

/* A name as it stands in a line of frames. NULL at the limit. */
static const char *name_of(struct ow_arena *arena, struct ow_str frame)
{
	const char *name = ow_escape_text(arena, frame);
	size_t n = 0, semicolons = 0;
	char *text;

	for (const char *c = name; c && *c; c++)
		semicolons += *c == ';';
	if (!name || semicolons == 0)
		return name;
	text = ow_alloc(arena, strlen(name) + 3 * semicolons + 1, 1);
	for (const char *c = name; text && *c; c++) {
		memcpy(text + n, *c == ';' ? "\\x3b" : c, *c == ';' ? 4 : 1);
		n += *c == ';' ? 4 : 1;
	}
	return text;
}

/* A stack is in the report when something is left of it behind the point. */
static int64_t value_of(const struct ow_pprof *pprof, int64_t value)
{
	return pprof->ratio > 0 && pprof->ratio != 1 ? (int64_t)((double)value * pprof->ratio)
						     : value;
}

static void put_stack(const struct ow_pprof *pprof, const struct ow_tally_item *item,
		      const char *const *name, FILE *out)
{
	const int64_t value = value_of(pprof, item->value[0]);

	if (value == 0)
		return;
	for (size_t i = 0; i < item->n; i++) {
		if (i)
			(void)fputc(';', out);
		(void)fputs(name[item->number[i]], out);
	}
	(void)fprintf(out, " %" PRId64 "\n", value);
}

int ow_folded(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	const struct ow_stacks *stacks = pprof->stacks;
	const char **name = ow_alloc(pprof->arena, stacks->n_frames + 1, sizeof(*name));
	struct ow_stacks_walk walk;

	/* All that can fail is done before the first line. */
	for (size_t i = 0; name && i < stacks->n_frames; i++)
		name[i] = name_of(pprof->arena, stacks->frame[i]);
	if (ow_stacks_walk_init(&walk, stacks, pprof->arena) < 0 || ow_arena_refused(pprof->arena))
		return pprof_full(err);
	while (ow_stacks_walk_next(&walk))
		put_stack(pprof, &walk.item, name, out);
	return 0;
}
