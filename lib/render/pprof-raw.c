/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "render/pprof-internal.h"
#include "render/pprof-order.h"

static const char *name_of(const struct ow_pprof *pprof, struct ow_str text)
{
	const char *name = pprof_name(pprof, text);

	return name ? name : "";
}

/* "2026-11-20 06:03:47.071108286 +0000 UTC" */
static void print_time(int64_t nanos, FILE *out)
{
	const int64_t second = 1000000000;
	int64_t fraction = nanos % second;
	time_t seconds = (time_t)(nanos / second);
	struct tm tm = { 0 };
	char date[64], zone[64], digits[16];
	size_t n;

	if (fraction < 0) {
		fraction += second;
		seconds--;
	}
	(void)localtime_r(&seconds, &tm);
	(void)strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	(void)strftime(zone, sizeof(zone), "%z %Z", &tm);
	(void)snprintf(digits, sizeof(digits), ".%09" PRId64, fraction);
	n = strlen(digits);
	while (n > 1 && digits[n - 1] == '0')
		n--;
	fprintf(out, "Time: %s%.*s %s\n", date, n > 1 ? (int)n : 0, digits, zone);
}

/* As Go writes a time.Duration, of which pprof shows four characters: "30s", "1m30", "1.5s". */
static void print_duration(int64_t nanos, FILE *out)
{
	const bool minus = nanos < 0;
	const uint64_t n = minus ? 0 - (uint64_t)nanos : (uint64_t)nanos;
	const uint64_t seconds = n / 1000000000, hours = seconds / 3600;
	char text[64];

	if (n == 0)
		(void)snprintf(text, sizeof(text), "0s");
	else if (n < 1000)
		(void)snprintf(text, sizeof(text), "%" PRIu64 "ns", n);
	else if (n < 1000000)
		(void)snprintf(text, sizeof(text), "%.15gµs", (double)n / 1e3);
	else if (n < 1000000000)
		(void)snprintf(text, sizeof(text), "%.15gms", (double)n / 1e6);
	else if (seconds < 60)
		(void)snprintf(text, sizeof(text), "%.15gs", (double)n / 1e9);
	else if (hours == 0)
		(void)snprintf(text, sizeof(text), "%" PRIu64 "m%" PRIu64 "s", seconds / 60,
			       seconds % 60);
	else
		(void)snprintf(text, sizeof(text), "%" PRIu64 "h%" PRIu64 "m", hours,
			       seconds / 60 % 60);
	fprintf(out, "Duration: %s%.*s\n", minus ? "-" : "", minus ? 3 : 4, text);
}

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static void print_types(const struct ow_pprof *pprof, FILE *out)
{
	const struct ow_profile *profile = pprof->profile;

	fputs("Samples:\n", out);
	for (size_t i = 0; i < profile->n_types; i++)
		fprintf(out, "%s%s/%s%s", i ? " " : "", name_of(pprof, profile->type[i].type),
			name_of(pprof, profile->type[i].unit),
			same(profile->type[i].type, profile->default_type) ? "[dflt]" : "");
	fputc('\n', out);
}

/* "bytes:[48]", "key:[a b]": the labels of one kind, by key. */
static void print_labels(const struct ow_pprof *pprof, const struct ow_profile_sample *sample,
			 bool texts, FILE *out)
{
	bool first = true;

	for (size_t i = 0, end; i < sample->n_labels; i = end) {
		const struct ow_profile_label *label = sample->label;
		bool any = false, has_unit = false;

		for (end = i; end < sample->n_labels && same(label[end].key, label[i].key); end++) {
			any |= label[end].is_text == texts;
			has_unit |= label[end].unit.n != 0;
		}
		if (!any)
			continue;
		fprintf(out, "%s%s:[", first ? "                " : " ",
			name_of(pprof, label[i].key));
		first = false;
		for (size_t k = i, shown = 0; k < end; k++) {
			if (label[k].is_text != texts)
				continue;
			fputs(shown++ ? " " : "", out);
			if (texts)
				fputs(name_of(pprof, label[k].text), out);
			else
				fprintf(out, "%" PRId64 "%s%s", label[k].number,
					has_unit ? " " : "",
					has_unit ? name_of(pprof, label[k].unit) : "");
		}
		fputc(']', out);
	}
	if (!first)
		fputc('\n', out);
}

static void print_samples(const struct ow_pprof *pprof, const struct pprof_order *order, FILE *out)
{
	struct ow_profile_sample sample;

	pprof->rewind(pprof->arg);
	while (pprof->next(pprof->arg, &sample)) {
		for (size_t i = 0; i < pprof->profile->n_types; i++)
			fprintf(out, " %10" PRId64, sample.value[i]);
		fputs(": ", out);
		for (size_t i = 0; i < sample.n_locations; i++)
			fprintf(out, "%" PRIu32 " ", order->location_id[sample.location[i]]);
		fputc('\n', out);
		print_labels(pprof, &sample, true, out);
		print_labels(pprof, &sample, false, out);
	}
}

static void print_line(const struct ow_pprof *pprof, const struct ow_profile_line *line, FILE *out)
{
	const struct ow_profile_function *function = &pprof->function[line->function];

	fprintf(out, "%s %s:%" PRId64, name_of(pprof, function->name),
		name_of(pprof, function->file), line->line);
	if (line->column)
		fprintf(out, ":%" PRId64, line->column);
	fprintf(out, " s=%" PRId64, function->start_line);
	if (!same(function->name, function->system_name))
		fprintf(out, "(%s)", name_of(pprof, function->system_name));
}

static void print_locations(const struct ow_pprof *pprof, const struct pprof_order *order,
			    FILE *out)
{
	fputs("Locations\n", out);
	for (size_t i = 0; i < order->n_locations; i++) {
		const struct ow_profile_location *location = &pprof->location[order->location[i]];

		fprintf(out, "%6zu: 0x%" PRIx64 " ", i + 1, location->address);
		if (location->mapping != OW_PROFILE_NONE)
			fprintf(out, "M=%" PRIu32 " ", order->mapping_id[location->mapping]);
		if (location->folded)
			fputs("[F] ", out);
		for (uint32_t k = 0; k < location->n_lines; k++) {
			if (k)
				fputs("\n             ", out);
			print_line(pprof, &location->line[k], out);
		}
		fputc('\n', out);
	}
}

static void print_mappings(const struct ow_pprof *pprof, const struct pprof_order *order, FILE *out)
{
	static const char *const has[] = { "[FN]", "[FL]", "[LN]", "[IN]" };

	fputs("Mappings\n", out);
	for (size_t i = 0; i < order->n_mappings; i++) {
		const struct ow_profile_mapping *mapping =
			&pprof->profile->mapping[order->mapping[i]];

		fprintf(out, "%zu: 0x%" PRIx64 "/0x%" PRIx64 "/0x%" PRIx64 " %s %s ", i + 1,
			mapping->start, mapping->limit, mapping->offset,
			name_of(pprof, mapping->file), name_of(pprof, mapping->build_id));
		for (size_t k = 0; k < OW_ARRAY_SIZE(has); k++)
			fputs(mapping->has & 1U << k ? has[k] : "", out);
		fputc('\n', out);
	}
}

int ow_pprof_raw(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	const struct ow_profile *profile = pprof->profile;
	struct pprof_order order;

	if (pprof_order_make(pprof, &order) < 0)
		return pprof_full(err);
	for (size_t i = 0; i < profile->n_comments; i++)
		fprintf(out, "Comment: %s\n", name_of(pprof, profile->comment[i]));
	fprintf(out, "PeriodType: %s %s\n", name_of(pprof, profile->period_type.type),
		name_of(pprof, profile->period_type.unit));
	fprintf(out, "Period: %" PRId64 "\n", profile->period);
	if (profile->time_nanos)
		print_time(profile->time_nanos, out);
	if (profile->duration_nanos)
		print_duration(profile->duration_nanos, out);
	print_types(pprof, out);
	print_samples(pprof, &order, out);
	print_locations(pprof, &order, out);
	print_mappings(pprof, &order, out);
	return ow_arena_refused(pprof->arena) ? pprof_full(err) : 0;
}
