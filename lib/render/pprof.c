/* SPDX-License-Identifier: Apache-2.0 */
#include "render/pprof.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/escape.h"
#include "base/path.h"
#include "base/time.h"
#include "render/pprof-internal.h"

int pprof_full(struct ow_err *err)
{
	return ow_fail(err, ENOMEM, "the report needs more memory than it may take");
}

const char *pprof_name(const struct ow_pprof *pprof, struct ow_str name)
{
	size_t n = 0;

	while (n < name.n && name.p[n] >= ' ' && name.p[n] < 0x7f)
		n++;
	return n == name.n ? ow_str_keep(pprof->arena, name) : ow_escape_line(pprof->arena, name);
}

const char *pprof_source_line(const struct ow_pprof *pprof, struct ow_str line)
{
	const char *text = "", *part;
	struct ow_str front;

	while (ow_scan_until(&line, "\t", &front)) {
		part = pprof_name(pprof, front);
		text = part ? ow_printf(pprof->arena, "%s%s\t", text, part) : NULL;
		if (!text)
			return NULL;
	}
	part = pprof_name(pprof, line);
	return part ? ow_printf(pprof->arena, "%s%s", text, part) : NULL;
}

char *pprof_value(const struct ow_pprof *pprof, int64_t value, char buffer[OW_MEASURE_MAX])
{
	const struct ow_str unit = pprof->profile->type[pprof->value].unit;

	if (pprof->ratio > 0 && pprof->ratio != 1)
		value = (int64_t)((double)value * pprof->ratio);
	return ow_measure_label(value, unit, pprof->unit, buffer);
}

char *pprof_value_or_point(const struct ow_pprof *pprof, int64_t value, char buffer[OW_MEASURE_MAX])
{
	if (value != 0)
		return pprof_value(pprof, value, buffer);
	(void)snprintf(buffer, OW_MEASURE_MAX, ".");
	return buffer;
}

const char *pprof_type(const struct ow_pprof *pprof)
{
	const char *name = pprof_name(pprof, pprof->profile->type[pprof->value].type);

	return name && pprof->mean ? ow_printf(pprof->arena, "mean_%s", name) : name;
}

int64_t pprof_sample_value(const struct ow_pprof *pprof, const struct ow_profile_sample *sample)
{
	return ow_graph_mean(sample->value[pprof->value], pprof->mean ? sample->value[0] : 0);
}

static int64_t magnitude(int64_t value)
{
	return value < 0 && value != INT64_MIN ? -value : value;
}

/* The smallest that a row shows: flat, or cum where flat is 0. */
static int64_t smallest(const struct ow_graph *graph)
{
	int64_t least = 0;

	for (size_t i = 0; i < graph->n; i++) {
		const struct ow_graph_node *node = graph->node[i];
		int64_t one = magnitude(ow_graph_mean(node->flat, node->flat_div));

		if (one == 0)
			one = magnitude(ow_graph_mean(node->cum, node->cum_div));
		if (one > 0 && (least == 0 || one < least))
			least = one;
	}
	return least;
}

int pprof_settle_unit(struct ow_pprof *pprof, bool whole)
{
	const struct ow_str from = pprof->profile->type[pprof->value].unit;
	char least_unit[OW_MEASURE_MAX], most_unit[OW_MEASURE_MAX];
	int64_t least, most = pprof->total, hundred;
	char *unit;

	if (!ow_str_is(pprof->unit, "minimum") || pprof->graph->n == 0)
		return 0;
	least = smallest(pprof->graph);
	if (least == 0)
		least = most;
	if (pprof->ratio > 0 && pprof->ratio != 1) {
		least = (int64_t)((double)least * pprof->ratio);
		most = (int64_t)((double)most * pprof->ratio);
	}
	(void)ow_measure_scale(least, from, pprof->unit, least_unit);
	(void)ow_measure_scale(most, from, pprof->unit, most_unit);
	hundred = (int64_t)(100 * (uint64_t)least);
	if (strcmp(least_unit, most_unit) != 0 && hundred < most && !whole)
		(void)ow_measure_scale(hundred, from, pprof->unit, least_unit);
	unit = *least_unit ? ow_printf(pprof->arena, "%s", least_unit)
			   : ow_str_keep(pprof->arena, from);
	if (!unit)
		return -ENOMEM;
	pprof->unit = ow_str(unit);
	return 0;
}

int pprof_lines_add(const struct ow_pprof *pprof, struct pprof_lines *lines, const char *format,
		    ...)
{
	const char **more = ow_grow(pprof->arena, lines->line, lines->n, sizeof(const char *));
	va_list args;

	if (!more)
		return -ENOMEM;
	lines->line = more;
	va_start(args, format);
	more[lines->n] = ow_vprintf(pprof->arena, format, args);
	va_end(args);
	return more[lines->n++] ? 0 : -ENOMEM;
}

/* "Duration: 30s, Total samples = 2.51MB " */
static int add_duration(const struct ow_pprof *pprof, struct pprof_lines *lines)
{
	const struct ow_profile *profile = pprof->profile;
	char duration[OW_MEASURE_MAX], total[OW_MEASURE_MAX], unit[OW_MEASURE_MAX];
	char percent[OW_MEASURE_PERCENT_MAX];
	const double nanos = ow_measure_scale(pprof->total, profile->type[pprof->value].unit,
					      OW_STR("nanoseconds"), unit);
	const bool is_time = strcmp(unit, "ns") == 0 && nanos != 0 && nanos < 0x1p63;

	(void)ow_measure_label(profile->duration_nanos, OW_STR("nanoseconds"), OW_STR("auto"),
			       duration);
	if (is_time)
		(void)ow_measure_percent((int64_t)nanos, profile->duration_nanos, percent);
	return pprof_lines_add(pprof, lines, "Duration: %s, Total samples = %s %s%s%s", duration,
			       pprof_value(pprof, pprof->total, total), is_time ? "(" : "",
			       is_time ? percent : "", is_time ? ")" : "");
}

int pprof_profile_head(const struct ow_pprof *pprof, struct pprof_lines *lines)
{
	const struct ow_profile *profile = pprof->profile;
	const struct ow_profile_mapping *program = profile->n_mappings ? profile->mapping : NULL;
	char time[OW_TIME_MAX];
	int r = 0;

	if (program && program->file.n)
		r = pprof_lines_add(pprof, lines, "File: %s",
				    pprof_name(pprof, ow_path_base(program->file)));
	if (program && program->build_id.n && r == 0)
		r = pprof_lines_add(pprof, lines, "Build ID: %s",
				    pprof_name(pprof, program->build_id));
	for (size_t i = 0; i < profile->n_comments && r == 0; i++)
		if (profile->comment[i].n == 0 || profile->comment[i].p[0] != '#')
			r = pprof_lines_add(pprof, lines, "%s",
					    pprof_name(pprof, profile->comment[i]));
	if (r == 0 && profile->type[pprof->value].type.n + pprof->mean)
		r = pprof_lines_add(pprof, lines, "Type: %s", pprof_type(pprof));
	if (r == 0 && profile->doc_url.n)
		r = pprof_lines_add(pprof, lines, "Doc: %s", pprof_name(pprof, profile->doc_url));
	if (r == 0 && profile->time_nanos)
		r = pprof_lines_add(pprof, lines, "Time: %s",
				    ow_time_local(profile->time_nanos / 1000, time));
	if (r == 0 && profile->duration_nanos)
		r = add_duration(pprof, lines);
	return r;
}

static int add_filters(const struct ow_pprof *pprof, struct pprof_lines *lines)
{
	const size_t most = 80;
	int r = pprof->n_filters ? pprof_lines_add(pprof, lines, "Active filters:") : 0;

	for (size_t i = 0; i < pprof->n_filters && r == 0; i++) {
		const size_t n = strlen(pprof->filter[i]);

		r = pprof_lines_add(pprof, lines, "   %.*s%s", (int)(n > most ? most : n),
				    pprof->filter[i], n > most ? "…" : "");
	}
	return r;
}

static int64_t part_of(int64_t total, double fraction)
{
	return magnitude((int64_t)((double)total * fraction));
}

/* "Dropped 4 nodes (cum <= 4.93MB)" */
static int add_dropped(const struct ow_pprof *pprof, struct pprof_lines *lines, size_t n,
		       const char *what, const char *of, double fraction)
{
	char value[OW_MEASURE_MAX];

	if (n == 0 || pprof->total == 0)
		return 0;
	return pprof_lines_add(pprof, lines, "Dropped %zu %s%s (%s <= %s)", n, what,
			       n > 1 ? "s" : "", of,
			       pprof_value(pprof, part_of(pprof->total, fraction), value));
}

int pprof_report_head(const struct ow_pprof *pprof, bool picture, struct pprof_lines *lines)
{
	const struct ow_graph *graph = pprof->graph;
	char shown[OW_MEASURE_MAX], total[OW_MEASURE_MAX], percent[OW_MEASURE_PERCENT_MAX];
	struct ow_str trimmed;
	uint64_t flat = 0;
	int r = picture || !pprof->compact ? pprof_profile_head(pprof, lines) : 0;

	for (size_t i = 0; i < graph->n; i++)
		flat += (uint64_t)ow_graph_mean(graph->node[i]->flat, graph->node[i]->flat_div);
	trimmed = ow_str_trim(ow_str(ow_measure_percent((int64_t)flat, pprof->total, percent)));
	r = r < 0 ? r : add_filters(pprof, lines);
	r = r < 0 ? r
		  : pprof_lines_add(pprof, lines,
				    "Showing nodes accounting for %s, %.*s of %s total",
				    pprof_value(pprof, (int64_t)flat, shown), (int)trimmed.n,
				    trimmed.p, pprof_value(pprof, pprof->total, total));
	r = r < 0 ? r
		  : add_dropped(pprof, lines, graph->n_dropped_nodes, "node", "cum",
				pprof->node_fraction);
	if (picture)
		r = r < 0 ? r
			  : add_dropped(pprof, lines, graph->n_dropped_edges, "edge", "freq",
					pprof->edge_fraction);
	if (r == 0 && pprof->total && graph->n && graph->n < graph->n_before)
		r = pprof_lines_add(pprof, lines, "Showing top %zu nodes out of %zu", graph->n,
				    graph->n_before);
	if (r == 0 && picture)
		r = pprof_lines_add(pprof, lines,
				    "\nSee https://git.io/JfYMW for how to read the graph");
	return r;
}
