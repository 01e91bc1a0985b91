/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/heap.h"
#include "base/file.h"
#include "base/measure.h"
#include "heap.h"
#include "render/fields.h"
#include "render/report.h"
#include "report/heap.h"

#define ROWS_USUAL 10

static int find_facts(const struct ow_command *command, const struct heap_sources *sources,
		      struct ow_heap_facts *facts)
{
	const struct ow_profile_filter *f = &arg_heap.filter;
	const char *const filters[] = { f->focus,     f->ignore,     f->hide,      f->show,
					f->show_from, f->prune_from, f->tag_focus, f->tag_ignore };
	uint64_t limit;

	*facts = (struct ow_heap_facts){
		.part = sources->part,
		.n_parts = sources->n_parts,
		.base = sources->base,
		.n_bases = sources->n_bases,
		.memstats = sources->n_parts == 1 ? &sources->part[0]->memstats : NULL,
	};
	for (size_t i = 0; i < OW_ARRAY_SIZE(filters); i++)
		if (filters[i] && *filters[i])
			facts->have |= OW_HEAP_FACT_FILTERED;
	if (!arg_heap.limit)
		return OW_EXIT_DONE;
	if (!ow_measure_bytes(arg_heap.limit, &limit))
		return ow_command_misuse(command, "'%s' is no size: 200M, 1.5GiB, 209715200",
					 arg_heap.limit);
	facts->have |= OW_HEAP_FACT_LIMIT;
	facts->limit_bytes = (int64_t)limit;
	return OW_EXIT_DONE;
}

static int write_json(const struct ow_heap *heap, FILE *out)
{
	struct ow_heap cut = *heap;
	struct ow_json json;

	if (arg_heap.rows >= 0 && (uint64_t)arg_heap.rows < cut.rows.n)
		cut.rows.n = (size_t)arg_heap.rows;
	ow_json_init(&json, out);
	ow_fields_json(&json, NULL, &ow_heap_fields, &cut);
	fputc('\n', out);
	return ferror(out) ? -EIO : 0;
}

static int write_text(const struct ow_heap *heap, const struct heap_sources *sources,
		      struct ow_arena *arena, FILE *out)
{
	const struct ow_report_style paper = { .width = ow_command_width(),
					       .colour = !arg_heap.output &&
							 ow_command_colour(STDOUT_FILENO) };
	const struct ow_heap_style style = {
		.rows = arg_heap.rows < 0 ? ROWS_USUAL : (size_t)arg_heap.rows,
		.source = sources->name,
		.n_sources = sources->n_parts,
		.live = sources->live,
	};
	struct ow_doc doc;
	const int r = ow_heap_doc(heap, &style, arena, &doc);

	return r < 0 ? r : ow_doc_print_text(&doc, &paper, out);
}

static void freep(char **p)
{
	free(*p);
}

static int write_view(const struct ow_heap *heap, const struct heap_sources *sources,
		      struct ow_arena *arena, struct ow_err *err)
{
	ow_scoped(freep) char *text = NULL;
	size_t n = 0;
	FILE *out;
	int r;

	if (arg_heap.json && !arg_heap.output) { /* without its end it is no JSON */
		ow_command_pager();
		(void)write_json(heap, stdout); /* ow_command_main() says when that failed */
		return 0;
	}
	out = open_memstream(&text, &n);
	if (!out)
		return ow_fail(err, errno, "cannot show the profile: %m");
	r = arg_heap.json ? write_json(heap, out) : write_text(heap, sources, arena, out);
	if (fclose(out) != 0 && r == 0)
		r = -ENOMEM;
	if (r == -ENOMEM)
		return ow_fail(err, ENOMEM, "cannot show %zu rows at once: use -n, or --json",
			       heap->rows.n);
	if (r < 0)
		return ow_fail(err, -r, "cannot show the profile: %m");
	if (arg_heap.output)
		return ow_file_replace(arg_heap.output, (struct ow_str){ text, n }, err);
	ow_command_pager();
	if (fwrite(text, 1, n, stdout) != n)
		clearerr(stdout); /* as above */
	return 0;
}

int heap_view(const struct ow_command *command, struct ow_profile *profile,
	      const struct heap_sources *sources, struct ow_arena *arena)
{
	struct ow_profile_filter filter = arg_heap.filter;
	struct ow_profile_view *view;
	struct ow_heap_facts facts;
	struct ow_heap *heap;
	struct ow_err err;
	int r, status = find_facts(command, sources, &facts);

	if (status != OW_EXIT_DONE)
		return status;
	filter.granularity = OW_GRANULARITY_ADDRESSES;
	filter.unit = "minimum";
	r = ow_profile_view_new(profile, &filter, arena, &view, &err);
	if (r == 0)
		r = ow_heap_new(view, &facts, arena, &heap, &err);
	if (r == -ENOENT)
		return ow_command_fail(command, OW_EXIT_NOTHING, "%s; -top shows what it counts",
				       err.text);
	if (r == 0)
		r = write_view(heap, sources, arena, &err);
	return r < 0 ? ow_command_fail(command, OW_EXIT_FAILED, "%s", err.text) : OW_EXIT_DONE;
}
