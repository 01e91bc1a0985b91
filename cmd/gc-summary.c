/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to say of each process, for people. */
#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "analyze/words.h"
#include "base/escape.h"
#include "base/time.h"
#include "gc.h"
#include "render/chart.h"
#include "render/columns.h"
#include "render/table.h"

#define INDENT      13
#define CHART_ROWS  8
#define CHART_MAX   100
#define CHART_LEFT  10 /* the scale */
#define FULL_MAX    3  /* processes that are shown in full where nobody chose one */
#define WIDTH_LEAST 40
#define UNIT_MAX    8 /* of a word that a number keeps */
#define MEMORY_MAX  OW_MIB(4)

/* A page while it is written. */
struct page {
	const struct gc_log *log;
	FILE *out;
	size_t width;
	struct ow_arena *arena;
	const struct ow_gc_life *life;
	const struct ow_gc_sum *sum;
};

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
static void flow(const struct page *page, size_t at, size_t indent, const char *text)
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

static void item(const struct page *page, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void item(const struct page *page, const char *name, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = ow_vprintf(page->arena, format, args);
	va_end(args);
	(void)fprintf(page->out, "%-*s", INDENT, name);
	flow(page, INDENT, INDENT, text ? text : "");
}

static const char *shown(const struct page *page, const char *text)
{
	const char *escaped = ow_escape_text(page->arena, ow_str(text));

	return escaped ? escaped : "";
}

static const char *about(const struct page *page, double bytes)
{
	return ow_words_about(page->arena, bytes);
}

/* "4.2 s", "85 s", "2 h 3 min" */
static const char *moment(const struct page *page, double usec)
{
	const double seconds = usec / OW_USEC_PER_SEC;
	const char *text;

	if (seconds >= 120)
		return ow_words_span(page->arena, (uint64_t)usec);
	text = ow_printf(page->arena, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
	return text ? text : "";
}

/* "150 us", "3.2 ms": of two digits */
static const char *pause(const struct page *page, double usec)
{
	static const char *const units[] = { "us", "ms", "s" };
	const char *text;
	size_t unit = 0;

	for (; usec >= 999.5 && unit + 1 < OW_ARRAY_SIZE(units); unit++)
		usec /= 1000;
	text = ow_printf(page->arena, usec < 9.95 ? "%.1f %s" : "%.0f %s", usec, units[unit]);
	return text ? text : "";
}

static const char *percent(const struct page *page, double share)
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

static void write_chart(const struct page *page, size_t rows)
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
	from = moment(page, life->clock == OW_GC_CLOCK_START ? (double)life->first_usec : 0);
	to = moment(page, (double)(life->last_usec -
				   (life->clock == OW_GC_CLOCK_START ? 0 : life->first_usec)));
	(void)fprintf(page->out, "%*s%s%*s\n", CHART_LEFT, "", from, (int)(n - strlen(from)), to);
	if (life->cycles)
		(void)fprintf(page->out, "%*s%s live after a collection   %s the heap before it\n",
			      CHART_LEFT, "", ascii ? "#" : "█", ascii ? "." : "░");
}

static const char *const forms[] = {
	[OW_GC_1_0] = "Go 1.0",
	[OW_GC_1_1] = "Go 1.1 or 1.2",
	[OW_GC_1_3] = "Go 1.3",
	[OW_GC_1_4] = "Go 1.4",
	[OW_GC_1_5] = "Go 1.5",
	[OW_GC_1_6] = "Go 1.6 to 1.17",
	[OW_GC_1_18] = "Go 1.18 or later",
};

static const char *name_of(const struct page *page, const struct ow_gc_life *life)
{
	if (!*life->who)
		return shown(page, life->source);
	return ow_printf(page->arena, "%s (%s)", shown(page, life->who), shown(page, life->source));
}

static void write_head(const struct page *page)
{
	const struct ow_gc_life *life = page->life;
	char first[OW_TIME_MAX], last[OW_TIME_MAX];
	const char *text, *number = "";

	if (ow_gc_lives_count(page->log->lives) > 1)
		number = ow_printf(page->arena, "Process %zu, ", life->number);
	text = ow_printf(page->arena, "%s%s", number ? number : "", name_of(page, life));
	flow(page, 0, 0, text ? text : "");
	if (life->cycles)
		item(page, "", "%s, %s %s, numbers %" PRIu64 " to %" PRIu64 "%s", forms[life->form],
		     ow_words_count(page->arena, life->cycles),
		     life->cycles == 1 ? "collection" : "collections", life->first.cycle.number,
		     life->last.cycle.number,
		     life->missed ? ow_printf(page->arena, "; %s are not in the log",
					      ow_words_count(page->arena, life->missed))
				  : "");
	if (life->have_wall)
		item(page, "", "%s to %s",
		     (arg_gc.source.utc ? ow_time_utc : ow_time_local)(life->first_wall_usec,
								       first),
		     (arg_gc.source.utc ? ow_time_utc : ow_time_local)(life->last_wall_usec, last));
	(void)fputs("\n", page->out);
}

/* Where one ends and another begins may be where it was killed. */
static void write_ends(const struct page *page)
{
	const struct ow_gc_life *life = page->life;
	const struct ow_gc_life *next = ow_gc_lives_find(page->log->lives, life->successor);

	if (life->predecessor)
		item(page, "Began", "where process %zu ends: a restart", life->predecessor);
	if (!next)
		return;
	item(page, "Ended",
	     "process %zu begins anew at line %zu, %s after the start of this one: it ended, or was "
	     "killed. Whether for memory, the kernel's log says: oomwhy kills",
	     next->number, next->first.line, moment(page, (double)life->last_usec));
}

static void write_trend(const struct page *page)
{
	const struct ow_gc_growth *g = &page->sum->live;
	const struct ow_gc_life *life = page->life;

	item(page, "Live heap", "%s at first, %s at last, %s at most%s",
	     ow_words_bytes(page->arena, life->first_live_bytes),
	     ow_words_bytes(page->arena, life->last_live_bytes),
	     ow_words_bytes(page->arena, life->max_live_bytes),
	     life->resets ? ow_printf(page->arena, "; emptied %s times, told is what came after",
				      ow_words_count(page->arena, life->resets))
			  : "");
	if (!g->have_fit)
		item(page, "Trend", "not enough data (%s %s in %s; 8 in 20 s are needed)",
		     ow_words_count(page->arena, g->cycles),
		     g->cycles == 1 ? "collection" : "collections",
		     moment(page, (double)g->span_usec));
	else if (g->lack == OW_GC_LACK_GROWTH)
		item(page, "Trend", "%s: %s in %s, 95 %% interval %s to %s, p = %.2g",
		     page->sum->shape, about(page, g->rise_bytes),
		     moment(page, (double)g->span_usec), about(page, g->rise_low_bytes),
		     about(page, g->rise_high_bytes), g->fit.p);
	else
		item(page, "Trend",
		     "%s: %s/s, 95 %% interval %s to %s, p = %.2g; %s in %s; the last half %s/s",
		     page->sum->shape, about(page, g->fit.slope), about(page, g->fit.low),
		     about(page, g->fit.high), g->fit.p, about(page, g->rise_bytes),
		     moment(page, (double)g->span_usec), about(page, g->tail.slope));
}

static void write_cpu(const struct page *page)
{
	const struct ow_gc_sum *sum = page->sum;
	const struct ow_gc_window *most =
		sum->busiest < sum->n_windows ? &sum->window[sum->busiest] : NULL;
	const char *worst = "", *assist = "";

	if (isnan(sum->all.gc_share))
		return;
	if (most && sum->n_windows > 1)
		worst = ow_printf(
			page->arena, ", at most %s from %s to %s", percent(page, most->gc_share),
			moment(page, (double)most->from_usec), moment(page, (double)most->to_usec));
	if (!isnan(sum->all.assist_share))
		assist = ow_printf(page->arena, "; of marking, %s by those that allocate%s",
				   percent(page, sum->all.assist_share),
				   sum->all.assist_share > 0.3
					   ? ": they allocate faster than it can be marked"
					   : "");
	item(page, "CPU", "%s of %u %s%s%s; idle processors' marking %s",
	     percent(page, sum->all.gc_share), page->life->procs,
	     page->life->procs == 1 ? "processor" : "processors", worst ? worst : "",
	     assist ? assist : "", percent(page, sum->all.idle_share));
}

static void write_rates(const struct page *page)
{
	const struct ow_gc_life *life = page->life;
	const struct ow_gc_sum *sum = page->sum;

	if (!isnan(sum->all.cycles_per_s))
		item(page, "Collections", "%.2g a second; %s forced, %s after two idle minutes%s",
		     sum->all.cycles_per_s, ow_words_count(page->arena, life->forced),
		     ow_words_count(page->arena, life->periodic),
		     sum->idle ? "; the process is idle" : "");
	if (!isnan(sum->all.alloc_bytes_per_s))
		item(page, "Allocates", "%s/s", about(page, sum->all.alloc_bytes_per_s));
	if (sum->have_pauses)
		item(page, "Pauses", "p50 %s, p99 %s, longest %s (gc %" PRIu64 ", line %zu)",
		     pause(page, sum->pause_p50_usec), pause(page, sum->pause_p99_usec),
		     pause(page, sum->pause_max_usec), life->slowest.cycle.number,
		     life->slowest.line);
}

static void write_goal(const struct page *page)
{
	const struct ow_gc_sum *sum = page->sum;
	const char *gogc =
		sum->have_gogc && !sum->capped
			? ow_printf(page->arena, "; GOGC works out as %.0f", sum->gogc_percent)
			: "";

	if (!sum->have_goal)
		return;
	item(page, "Goal", "%s before the next collection, of which %s is garbage%s",
	     ow_words_about(page->arena, (double)sum->goal_bytes),
	     ow_words_about(page->arena, (double)sum->garbage_bytes), gogc ? gogc : "");
	if (sum->capped)
		item(page, "",
		     "a memory limit sets it: it stood at %s while the live heap rose to it, so "
		     "GOMEMLIMIT is at least that",
		     ow_words_bytes(page->arena, sum->cap_seen_bytes));
}

static void write_limit(const struct page *page)
{
	const struct ow_gc_known *known = &page->log->known;
	const struct ow_gc_sum *sum = page->sum;

	if (!known->have_limit)
		return;
	item(page, "Limit", "%s (%s)%s", ow_words_bytes(page->arena, known->limit_bytes),
	     known->limit_from,
	     sum->eta_now ? ": the next goal is already past it"
	     : sum->have_eta
		     ? ow_printf(page->arena, ": at this rate reached in %s to %s",
				 moment(page, sum->eta_low_usec), moment(page, sum->eta_high_usec))
		     : ": no time to it can be told");
}

static void write_others(const struct page *page)
{
	const struct ow_gc_scavenged *s = &page->life->scavenged;
	const struct ow_gc_recent *last = ow_gc_life_latest(page->life);

	if (last && last->rest_bytes)
		item(page, "Stacks", "with globals %s",
		     ow_words_bytes(page->arena, last->rest_bytes));
	if (s->lines)
		item(page, "Scavenger", "%s lines; %s given back in them",
		     ow_words_count(page->arena, s->lines), about(page, (double)s->released_bytes));
	if (page->life->sched_lines)
		item(page, "Threads", "%s at most",
		     ow_words_count(page->arena, page->life->max_threads));
	if (page->life->printed.lines)
		item(page, "MemStats", "%s lines printed by the program",
		     ow_words_count(page->arena, page->life->printed.lines));
}

static bool is_told(const struct ow_reason *reason, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (reason->cite[i].line == reason->cite[n].line)
			return true;
	return false;
}

static const char *cites(const struct page *page, const struct ow_reason *reason)
{
	const char *text = "";

	for (size_t i = 0; i < reason->n_cites && text; i++)
		if (!is_told(reason, i))
			text = ow_printf(page->arena, "%s%s%zu", text, i ? ", " : " [line ",
					 reason->cite[i].line);
	return text && *text ? ow_printf(page->arena, "%s]", text) : "";
}

static void write_reasons(const struct page *page, const struct ow_finding *f)
{
	for (size_t i = 0; i < f->n_reasons; i++) {
		const char *where = cites(page, &f->reason[i]);
		const char *text =
			ow_printf(page->arena, "%s%s", f->reason[i].text, where ? where : "");

		(void)fprintf(page->out, "%*s%s ", INDENT, "", f->reason[i].against ? "-" : "+");
		flow(page, INDENT + 2, INDENT + 2, text ? text : "");
	}
}

static void write_needs(const struct page *page, const struct ow_finding *f)
{
	for (size_t i = 0; i < f->n_needs; i++) {
		(void)fprintf(page->out, "%*s? ", INDENT, "");
		flow(page, INDENT + 2, INDENT + 2,
		     ow_printf(page->arena, "%s%s%s", f->need[i].what,
			       f->need[i].command ? ": " : "",
			       f->need[i].command ? f->need[i].command : ""));
	}
}

/* Those of one verdict; the first of them has its name in front. */
static void write_verdict(const struct page *page, const struct ow_finding *finding,
			  enum ow_verdict verdict, const char *name)
{
	for (size_t i = 0; i < ow_gc_n_rules; i++) {
		const struct ow_finding *f = &finding[i];

		if (f->verdict != verdict)
			continue;
		item(page, name, "%s: %s", ow_gc_rules[i].label, f->statement);
		name = "";
		if (verdict == OW_NOT_TESTED)
			continue;
		write_reasons(page, f);
		if (verdict != OW_SUPPORTED)
			continue;
		write_needs(page, f);
		item(page, "", "Remedy: %s", ow_gc_rules[i].remedy);
	}
}

static int write_findings(const struct page *page)
{
	const struct ow_gc_case c = { page->life, page->sum, &page->log->known };
	struct ow_finding *finding = ow_alloc(page->arena, ow_gc_n_rules, sizeof(*finding));
	bool any = false;

	for (size_t i = 0; finding && i < ow_gc_n_rules; i++) {
		if (!ow_gc_judge(&ow_gc_rules[i], &c, page->arena, &finding[i]))
			return -ENOMEM;
		any |= finding[i].verdict == OW_SUPPORTED;
	}
	if (!finding)
		return -ENOMEM;
	(void)fputs("\n", page->out);
	if (!any)
		item(page, "Verdict", "undecided: nothing that would explain a kill is supported");
	write_verdict(page, finding, OW_SUPPORTED, "Supported");
	write_verdict(page, finding, OW_REFUTED, "Ruled out");
	write_verdict(page, finding, OW_NOT_TESTED, "Not known");
	return 0;
}

static void write_numbers(const struct page *page)
{
	write_chart(page, CHART_ROWS);
	(void)fputs("\n", page->out);
	write_ends(page);
	write_trend(page);
	write_limit(page);
	write_goal(page);
	write_rates(page);
	write_cpu(page);
	write_others(page);
}

/* A program that prints MemStats and no collection. */
static void write_printed(const struct page *page)
{
	const struct ow_gc_growth *g = &page->sum->live;
	const struct ow_gc_printed *printed = &page->life->printed;

	write_chart(page, CHART_ROWS);
	item(page, "MemStats", "%s lines, from line %zu to line %zu; no collections in the log",
	     ow_words_count(page->arena, printed->lines), printed->first_line, printed->last_line);
	if (!g->have_fit)
		item(page, "Trend", "%s",
		     page->life->clock == OW_GC_CLOCK_NONE
			     ? "the lines have no time, so there is no slope over time"
			     : "not enough data: 8 lines in 20 s are needed");
	else if (printed->objects)
		item(page, "Trend", "%s: %.2g objects/s, 95 %% interval %.2g to %.2g, p = %.2g",
		     page->sum->shape, g->fit.slope, g->fit.low, g->fit.high, g->fit.p);
	else
		item(page, "Trend", "%s: %s/s, 95 %% interval %s to %s, p = %.2g", page->sum->shape,
		     about(page, g->fit.slope), about(page, g->fit.low), about(page, g->fit.high),
		     g->fit.p);
	item(page, "",
	     "it has garbage in it: GODEBUG=gctrace=1 would show what is live after collections");
}

static int write_process(struct page *page, const struct ow_gc_life *life)
{
	struct ow_gc_sum sum;

	ow_arena_clear(page->arena);
	if (!ow_gc_sum(life, &page->log->known, page->arena, &sum))
		return -ENOMEM;
	ow_arena_clear(page->arena);
	page->life = life;
	page->sum = &sum;
	write_head(page);
	if (life->cycles == 0) {
		write_printed(page);
		return ow_arena_refused(page->arena) ? -ENOMEM : 0;
	}
	write_numbers(page);
	return write_findings(page);
}

/* One line each, where there are several. */
static void write_list(const struct page *page)
{
	const struct ow_gc_lives *lives = page->log->lives;

	for (size_t i = 0; i < ow_gc_lives_count(lives); i++) {
		const struct ow_gc_life *life = ow_gc_lives_at(lives, i);
		const char *text =
			ow_printf(page->arena, "%s: %s collections until %s, live %s to %s%s",
				  name_of(page, life), ow_words_count(page->arena, life->cycles),
				  moment(page, (double)life->last_usec),
				  about(page, (double)life->first_live_bytes),
				  about(page, (double)life->last_live_bytes),
				  life->replaced ? ow_printf(page->arena, "; then process %zu",
							     life->successor)
						 : "");

		(void)fprintf(page->out, "%4zu  ", life->number);
		flow(page, 6, 6, text ? text : "");
		ow_arena_clear(page->arena);
	}
	if (ow_gc_lives_forgotten(lives))
		(void)fprintf(page->out, "      and %" PRIu64 " that ended before\n",
			      ow_gc_lives_forgotten(lives));
	(void)fputs("\n", page->out);
}

static void write_lines(const struct page *page)
{
	const struct ow_gctrace_seen *seen = &page->log->seen;

	(void)fprintf(page->out, "\n%-*s", INDENT, "Lines");
	flow(page, INDENT, INDENT,
	     ow_printf(page->arena,
		       "%s read: %s collections, %s of them put together again; %s that could not "
		       "be; %s of others",
		       ow_words_count(page->arena, seen->lines),
		       ow_words_count(page->arena, seen->events[OW_GC_EVENT_CYCLE]),
		       ow_words_count(page->arena, seen->torn),
		       ow_words_count(page->arena, seen->lost),
		       ow_words_count(page->arena, seen->skipped)));
}

/* The latest ones are what most people ask for. */
static int write_processes(struct page *page)
{
	const struct ow_gc_lives *lives = page->log->lives;
	const size_t n = ow_gc_lives_count(lives);
	int r = 0;

	if (arg_gc.process >= 0)
		return write_process(page, ow_gc_lives_find(lives, (size_t)arg_gc.process));
	if (n > 1)
		write_list(page);
	for (size_t i = n > FULL_MAX ? n - FULL_MAX : 0; i < n && r == 0; i++) {
		r = write_process(page, ow_gc_lives_at(lives, i));
		if (i + 1 < n)
			(void)fputs("\n", page->out);
	}
	if (n > FULL_MAX)
		(void)fprintf(page->out, "\n--process=N shows one of the others.\n");
	return r;
}

int gc_write_summary(const struct gc_log *log, size_t width, FILE *out)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(MEMORY_MAX);
	struct page page = { .log = log,
			     .out = out,
			     .width = width < WIDTH_LEAST ? WIDTH_LEAST : width,
			     .arena = arena };
	int r = arena ? write_processes(&page) : -ENOMEM;

	if (r == 0)
		write_lines(&page);
	return r == 0 && ow_arena_refused(arena) ? -ENOMEM : r;
}

int gc_write_live(const struct gc_log *log, const struct ow_gc_life *life, size_t width,
		  size_t rows, FILE *out)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(MEMORY_MAX);
	struct page page = { .log = log,
			     .out = out,
			     .width = width < WIDTH_LEAST ? WIDTH_LEAST : width,
			     .arena = arena,
			     .life = life };
	struct ow_gc_sum sum;

	if (!arena || !ow_gc_sum(life, &log->known, arena, &sum))
		return -ENOMEM;
	ow_arena_clear(arena);
	page.sum = &sum;
	write_head(&page);
	write_chart(&page, rows);
	if (life->cycles)
		write_trend(&page);
	write_limit(&page);
	write_goal(&page);
	write_rates(&page);
	return ow_arena_refused(arena) ? -ENOMEM : 0;
}
