/* SPDX-License-Identifier: Apache-2.0 */
#include "base/measure.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	const char *words; /* each with a blank before and behind it */
	double factor;     /* in the smallest of its kind */
};

static const struct unit memory[] = {
	{ "B", " b byte ", 1 },
	{ "kB", " kb kbyte kilobyte ", 0x1p10 },
	{ "MB", " mb mbyte megabyte ", 0x1p20 },
	{ "GB", " gb gbyte gigabyte ", 0x1p30 },
	{ "TB", " tb tbyte terabyte ", 0x1p40 },
	{ "PB", " pb pbyte petabyte ", 0x1p50 },
};

static const struct unit times[] = {
	{ "ns", " ns nanosecond ", 1 },    { "us", " μs us microsecond ", 1e3 },
	{ "ms", " ms millisecond ", 1e6 }, { "s", " s sec second ", 1e9 },
	{ "hrs", " hour hr ", 3600e9 },
};

/* Google's measure of computing. */
static const struct unit computing[] = {
	{ "n*GCU", " nanogcu ", 1e-9 },  { "u*GCU", " microgcu ", 1e-6 },
	{ "m*GCU", " milligcu ", 1e-3 }, { "GCU", " gcu ", 1 },
	{ "k*GCU", " kilogcu ", 1e3 },   { "M*GCU", " megagcu ", 1e6 },
	{ "G*GCU", " gigagcu ", 1e9 },   { "T*GCU", " teragcu ", 1e12 },
	{ "P*GCU", " petagcu ", 1e15 },
};

static const struct kind {
	const struct unit *unit;
	size_t n;
	size_t standard; /* for what is not known */
} kinds[] = {
	{ memory, OW_ARRAY_SIZE(memory), 0 },
	{ times, OW_ARRAY_SIZE(times), 3 },
	{ computing, OW_ARRAY_SIZE(computing), 3 },
};

static const struct unit *find(const struct kind *kind, struct ow_str name)
{
	char word[32];
	size_t n = 1;

	if (name.n == 0 || name.n + 3 > sizeof(word) || memchr(name.p, ' ', name.n))
		return NULL;
	word[0] = ' ';
	for (size_t i = 0; i < name.n; i++, n++)
		word[n] =
			(char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] | 0x20 : name.p[i]);
	if (name.n > 2 && word[n - 1] == 's')
		n--;
	word[n++] = ' ';
	word[n] = '\0';
	if (strlen(word) != n) /* a byte 0 in it */
		return NULL;
	for (size_t i = 0; i < kind->n; i++)
		if (strstr(kind->unit[i].words, word))
			return &kind->unit[i];
	return NULL;
}

/* The largest unit of which there is at least one. */
static const struct unit *fitting(const struct kind *kind, double value)
{
	const struct unit *best = NULL;

	for (size_t i = 0; i < kind->n; i++)
		if ((!best || kind->unit[i].factor >= best->factor) &&
		    value / kind->unit[i].factor >= 1)
			best = &kind->unit[i];
	return best;
}

static bool is_one_of(struct ow_str s, const char *const *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ow_str_is(s, word[i]))
			return true;
	return false;
}

static double scale(double value, struct ow_str from, struct ow_str to, char unit[OW_MEASURE_MAX])
{
	static const char *const dull[] = { "count", "sample", "unit", "minimum", "auto" };
	const bool best = ow_str_is(to, "minimum") || ow_str_is(to, "auto");

	for (size_t i = 0; i < OW_ARRAY_SIZE(kinds); i++) {
		const struct unit *source = find(&kinds[i], from), *target;

		if (!source)
			continue;
		value *= source->factor;
		target = best ? fitting(&kinds[i], value) : find(&kinds[i], to);
		if (!target)
			target = &kinds[i].unit[kinds[i].standard];
		(void)snprintf(unit, OW_MEASURE_MAX, "%s", target->name);
		return value / target->factor;
	}
	if (is_one_of(to, dull, OW_ARRAY_SIZE(dull)))
		to.n = 0;
	(void)snprintf(unit, OW_MEASURE_MAX, "%.*s", (int)(to.n < 64 ? to.n : 64),
		       to.n ? to.p : "");
	return value;
}

double ow_measure_scale(int64_t value, struct ow_str from, struct ow_str to,
			char unit[OW_MEASURE_MAX])
{
	if (value < 0 && value != INT64_MIN)
		return -scale(-(double)value, from, to, unit);
	return scale((double)value, from, to, unit);
}

char *ow_measure_label(int64_t value, struct ow_str from, struct ow_str to,
		       char buffer[OW_MEASURE_MAX])
{
	char unit[OW_MEASURE_MAX];
	const double scaled = ow_measure_scale(value, from, to, unit);
	size_t n;

	(void)snprintf(buffer, OW_MEASURE_MAX, "%.2f", scaled);
	n = strlen(buffer);
	if (n > 3 && strcmp(buffer + n - 3, ".00") == 0)
		n -= 3;
	buffer[n] = '\0';
	if (strcmp(buffer, "0") == 0 || strcmp(buffer, "-0") == 0)
		(void)snprintf(buffer, OW_MEASURE_MAX, "0");
	else
		(void)snprintf(buffer + n, OW_MEASURE_MAX - n, "%s", unit);
	return buffer;
}

/* "%5.2g" of Go: C has a sign and two digits in the exponent, as Go. */
char *ow_measure_percent(int64_t value, int64_t total, char buffer[OW_MEASURE_PERCENT_MAX])
{
	const double ratio = total ? fabs((double)value / (double)total) * 100 : 0;

	if (ratio >= 99.95 && ratio <= 100.05)
		(void)snprintf(buffer, OW_MEASURE_PERCENT_MAX, "  100%%");
	else if (ratio >= 1)
		(void)snprintf(buffer, OW_MEASURE_PERCENT_MAX, "%5.2f%%", ratio);
	else
		(void)snprintf(buffer, OW_MEASURE_PERCENT_MAX, "%5.2g%%", ratio);
	return buffer;
}

bool ow_measure_bytes(const char *text, uint64_t *ret)
{
	static const char units[] = "kmgtpe";
	struct ow_str s = ow_str(text);
	const char *unit;
	double size;

	if (!ow_scan_f64(&s, &size) || size < 0)
		return false;
	unit = s.n ? strchr(units, s.p[0] | 0x20) : NULL;
	if (unit) {
		size = ldexp(size, 10 * (int)(unit - units + 1));
		s = ow_str_skip(s, 1);
		(void)ow_scan_char(&s, 'i');
	}
	if (!ow_scan_char(&s, 'B'))
		(void)ow_scan_char(&s, 'b');
	if (s.n || !(size < 0x1p63))
		return false;
	*ret = (uint64_t)size;
	return true;
}
