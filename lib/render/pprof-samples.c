/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "render/pprof-internal.h"

static const char separator[] =
	"-----------+-------------------------------------------------------\n";

/* Frames of a location, as they are printed; made when it is first seen. */
struct frames {
	const char **text;
	size_t n;
};

static struct ow_str object_of(const struct ow_pprof *pprof,
			       const struct ow_profile_location *location)
{
	if (location->mapping >= pprof->profile->n_mappings)
		return (struct ow_str){ "", 0 };
	return pprof->profile->mapping[location->mapping].file;
}

static const char *frame_text(const struct ow_pprof *pprof,
			      const struct ow_profile_location *location, uint32_t i)
{
	struct ow_graph_node node = { .address = location->address, .object = { "", 0 } };
	char *label;

	if (location->n_lines) {
		const struct ow_profile_line *line = &location->line[i];
		const struct ow_profile_function *function = &pprof->function[line->function];

		node.name = function->name;
		node.file = ow_path_clean(pprof->arena, function->file);
		node.line = line->line;
		node.column = line->column;
	}
	if (node.name.n == 0)
		node.object = object_of(pprof, location);
	label = ow_graph_label(pprof->arena, &node);
	return label ? pprof_name(pprof, ow_str(label)) : NULL;
}

static int make_frames(const struct ow_pprof *pprof, size_t at, struct frames *frames)
{
	const struct ow_profile_location *location = &pprof->location[at];
	const size_t n = location->n_lines ? location->n_lines : 1;

	frames->text = ow_alloc(pprof->arena, n, sizeof(const char *));
	if (!frames->text)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		frames->text[i] = frame_text(pprof, location, (uint32_t)i);
		if (!frames->text[i])
			return -ENOMEM;
	}
	frames->n = n;
	return 0;
}

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* "     bytes:  48B" for the labels from i on that have the same key; *end is behind them. */
static char *label_line(const struct ow_pprof *pprof, const struct ow_profile_sample *sample,
			size_t i, bool texts, struct ow_arena *arena, size_t *end)
{
	const struct ow_str key = sample->label[i].key;
	const char *name = pprof_name(pprof, key);
	char *line = ow_printf(arena, "%10s: ", name ? name : "");
	bool any = false;

	for (; i < sample->n_labels && same(sample->label[i].key, key); i++) {
		const struct ow_profile_label *label = &sample->label[i];
		char buffer[OW_MEASURE_MAX];
		const char *value;

		if (label->is_text != texts || !line)
			continue;
		value = texts ? pprof_name(pprof, label->text)
			      : ow_measure_label(label->number,
						 pprof->label_unit(pprof->profile, key),
						 OW_STR("auto"), buffer);
		line = ow_printf(arena, "%s %s", line, value ? value : "");
		any = true;
	}
	*end = i;
	return any ? line : NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The texts, then the numbers; each sorted as lines. */
static int print_labels(const struct ow_pprof *pprof, const struct ow_profile_sample *sample,
			struct ow_arena *arena, FILE *out)
{
	char **line = ow_alloc(arena, sample->n_labels + 1, sizeof(char *));

	if (!line)
		return -ENOMEM;
	for (int texts = 1; texts >= 0; texts--) {
		size_t n = 0;

		for (size_t i = 0; i < sample->n_labels;) {
			line[n] = label_line(pprof, sample, i, texts, arena, &i);
			n += line[n] != NULL;
		}
		qsort(line, n, sizeof(char *), by_text);
		for (size_t i = 0; i < n; i++)
			fprintf(out, "%s\n", line[i]);
	}
	return ow_arena_refused(arena) ? -ENOMEM : 0;
}

static int print_stack(const struct ow_pprof *pprof, const struct ow_profile_sample *sample,
		       struct frames *frames, FILE *out)
{
	char value[OW_MEASURE_MAX];

	(void)pprof_value(pprof, pprof_sample_value(pprof, sample), value);
	for (size_t i = 0; i < sample->n_locations; i++) {
		struct frames *one = &frames[sample->location[i]];

		if (!one->text && make_frames(pprof, sample->location[i], one) < 0)
			return -ENOMEM;
		for (size_t k = 0; k < one->n; k++) {
			fprintf(out, "%10s   %s%s\n", i + k == 0 ? value : "", one->text[k],
				k + 1 < one->n ? " (inline)" : "");
		}
	}
	return 0;
}

int ow_pprof_traces(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_MIB(16));
	struct frames *frames = ow_alloc(pprof->arena, pprof->n_locations + 1, sizeof(*frames));
	struct pprof_lines lines = { 0 };
	struct ow_profile_sample sample;

	if (!scratch || !frames || pprof_profile_head(pprof, &lines) < 0)
		return pprof_full(err);
	for (size_t i = 0; i < lines.n; i++)
		fprintf(out, "%s\n", lines.line[i]);
	if (lines.n == 0)
		fputc('\n', out);
	pprof->rewind(pprof->arg);
	while (pprof->next(pprof->arg, &sample)) {
		if (sample.n_locations == 0)
			continue;
		fputs(separator, out);
		if (print_labels(pprof, &sample, scratch, out) < 0 ||
		    print_stack(pprof, &sample, frames, out) < 0)
			return pprof_full(err);
		ow_arena_clear(scratch);
	}
	fputs(separator, out);
	return 0;
}

int ow_pprof_comments(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	for (size_t i = 0; i < pprof->profile->n_comments; i++) {
		const char *comment = pprof_name(pprof, pprof->profile->comment[i]);

		if (!comment)
			return pprof_full(err);
		fprintf(out, "%s\n", comment);
	}
	return 0;
}
