/* SPDX-License-Identifier: Apache-2.0 */
#include "gc-page.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "analyze/words.h"
#include "base/escape.h"
#include "base/time.h"
#include "render/chart.h"
#include "render/columns.h"
#include "render/table.h"

#define CHART_MAX  100
#define CHART_LEFT 10 /* the scale */
#define UNIT_MAX   8  /* of a word that a number keeps */

static bool is_ascii(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	const bool utf8 = locale && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

	if (locale)
		freelocale(locale);
	return arg_gc.ascii || !utf8;
}

/* The next word; a number keeps what it counts: "1.6 MiB", "5 %". */
static bool scan_piece(struct ow_str *rest, struct ow_str *ret)
{
	struct ow_str word, next, ahead;

	(void)ow_scan_blanks(rest);
	if (!ow_scan_word(rest, &word))
		return false;
	ahead = *rest;
	(void)ow_scan_blanks(&ahead);
	if (word.p[word.n - 1] >= '0' && word.p[word.n - 1] <= '9' && ow_scan_word(&ahead, &next) &&
	    next.n <= UNIT_MAX) {
		*rest = ahead;
		word.n = (size_t)(next.p + next.n - word.p);
	}
	*ret = word;
	return true;
}

/* Text in lines, each behind an indent; the first begins at column at. */
void gc_page_flow(const struct gc_page *page, size_t at, size_t indent, const char *text)
{
	struct ow_str rest = ow_str(text ? text : ""), word;
	bool first = true;

	while (scan_piece(&rest, &word)) {
		const size_t columns = ow_columns(word);

		if (!first && at + 1 + columns > page->width) {
			(void)fprintf(page->out, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		(void)fprintf(page->out, "%s%.*s", first ? "" : " ", (int)word.n, word.p);
		at += columns + !first;
		first = false;
	}
	(void)fputs("\n", page->out);
}

void gc_page_item(const struct gc_page *page, const char *name, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = ow_vprintf(page->arena, format, args);
	va_end(args);
	(void)fprintf(page->out, "%-*s", GC_PAGE_INDENT, name);
	gc_page_flow(page, GC_PAGE_INDENT, GC_PAGE_INDENT, text ? text : "");
}

const char *gc_page_name(const struct gc_page *page, const char *text)
{
	const char *escaped = ow_escape_text(page->arena, ow_str(text));

	return escaped ? escaped : "";
}

const char *gc_page_about(const struct gc_page *page, double bytes)
{
	return ow_words_about(page->arena, bytes);
}

/* "4.2 s", "85 s", "2 h 3 min" */
const char *gc_page_moment(const struct gc_page *page, double usec)
{
	const double seconds = usec / OW_USEC_PER_SEC;
	const char *text;

	if (seconds >= 120)
		return ow_words_span(page->arena, (uint64_t)usec);
	text = ow_printf(page->arena, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
	return text ? text : "";
}

/* "150 us", "3.2 ms": of two digits */
const char *gc_page_time(const struct gc_page *page, double usec)
{
	static const char *const units[] = { "us", "ms", "s" };
	const char *text;
	size_t unit = 0;

	for (; usec >= 999.5 && unit + 1 < OW_ARRAY_SIZE(units); unit++)
		usec /= 1000;
	text = ow_printf(page->arena, usec < 9.95 ? "%.1f %s" : "%.0f %s", usec, units[unit]);
	return text ? text : "";
}

const char *gc_page_percent(const struct gc_page *page, double share)
{
	const double value = 100 * share;
	const int digits = value < 0.095 ? 2 : value < 9.95 ? 1 : 0;
	const char *text = ow_printf(page->arena, "%.*f %%", digits, value);

	return text ? text : "";
}

/* The live heap of each column, which lasts until the next collection; how large the heap was. */
static size_t columns_of(const struct ow_gc_life *life, size_t most, double *live, double *heap)
{
	const size_t n = life->n_buckets, columns = most < CHART_MAX ? most : CHART_MAX;
	double last = NAN;

	for (size_t i = 0; i < columns; i++) {
		const size_t from = i * n / columns, to = (i + 1) * n / columns;

		live[i] = last;
		heap[i] = NAN;
		for (size_t j = from; j < (to > from ? to : from + 1) && j < n; j++) {
			const struct ow_gc_bucket *b = &life->bucket[j];

			if (b->cycles == 0)
				continue;
			heap[i] = fmax((double)b->heap_max_bytes, isnan(heap[i]) ? 0 : heap[i]);
			last = live[i] = (double)b->live_last_bytes;
		}
	}
	return columns;
}

void gc_page_chart(const struct gc_page *page, size_t rows)
{
	const struct ow_gc_life *life = page->life;
	double live[CHART_MAX], heap[CHART_MAX], top = 0;
	const size_t n = columns_of(life, page->width - CHART_LEFT, live, heap);
	const bool ascii = is_ascii();
	const char *from, *to;
	char label[OW_BYTES_MAX];

	for (size_t i = 0; i < n; i++)
		top = fmax(top, fmax(isnan(heap[i]) ? 0 : heap[i], isnan(live[i]) ? 0 : live[i]));
	if (top <= 0 || life->clock == OW_GC_CLOCK_NONE || life->n_buckets < 2)
		return;
	ow_chart_write(
		&(struct ow_chart){ .value = live,
				    .above = life->cycles ? heap : NULL,
				    .n = n,
				    .rows = rows,
				    .top = top,
				    .label = life->cycles || !life->printed.objects
						     ? ow_bytes_in((uint64_t)top, label)
						     : ow_words_count(page->arena, (uint64_t)top),
				    .ascii = ascii },
		0, page->out);
	from = gc_page_moment(page,
			      life->clock == OW_GC_CLOCK_START ? (double)life->first_usec : 0);
	to = gc_page_moment(page,
			    (double)(life->last_usec -
				     (life->clock == OW_GC_CLOCK_START ? 0 : life->first_usec)));
	(void)fprintf(page->out, "%*s%s%*s\n", CHART_LEFT, "", from, (int)(n - strlen(from)), to);
	if (life->cycles)
		(void)fprintf(page->out, "%*s%s live after a collection   %s the heap before it\n",
			      CHART_LEFT, "", ascii ? "#" : "█", ascii ? "." : "░");
}
