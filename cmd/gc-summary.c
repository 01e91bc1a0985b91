/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to say of each process, for people. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analyze/words.h"
#include "base/time.h"
#include "gc-page.h"

#define CHART_ROWS 8
#define FULL_MAX   3 /* processes that are shown in full where nobody chose one */
#define MEMORY_MAX OW_MIB(4)

static const char *const forms[] = {
	[OW_GC_1_0] = "Go 1.0",
	[OW_GC_1_1] = "Go 1.1 or 1.2",
	[OW_GC_1_3] = "Go 1.3",
	[OW_GC_1_4] = "Go 1.4",
	[OW_GC_1_5] = "Go 1.5",
	[OW_GC_1_6] = "Go 1.6 to 1.17",
	[OW_GC_1_18] = "Go 1.18 or later",
};

static const char *name_of(const struct gc_page *page, const struct ow_gc_life *life)
{
	if (!*life->who)
		return gc_page_name(page, life->source);
	return ow_printf(page->arena, "%s (%s)", gc_page_name(page, life->who),
			 gc_page_name(page, life->source));
}

static void write_head(const struct gc_page *page)
{
	const struct ow_gc_life *life = page->life;
	char first[OW_TIME_MAX], last[OW_TIME_MAX];
	const char *text, *number = "";

	if (ow_gc_lives_count(page->log->lives) > 1)
		number = ow_printf(page->arena, "Process %zu, ", life->number);
	text = ow_printf(page->arena, "%s%s", number ? number : "", name_of(page, life));
	gc_page_flow(page, 0, 0, text ? text : "");
	if (life->cycles)
		gc_page_item(page, "", "%s, %s %s, numbers %" PRIu64 " to %" PRIu64 "%s",
			     forms[life->form], ow_words_count(page->arena, life->cycles),
			     life->cycles == 1 ? "collection" : "collections",
			     life->first.cycle.number, life->last.cycle.number,
			     life->missed ? ow_printf(page->arena, "; %s are not in the log",
						      ow_words_count(page->arena, life->missed))
					  : "");
	if (life->have_wall)
		gc_page_item(page, "", "%s to %s",
			     (arg_gc.source.utc ? ow_time_utc
						: ow_time_local)(life->first_wall_usec, first),
			     (arg_gc.source.utc ? ow_time_utc : ow_time_local)(life->last_wall_usec,
									       last));
	(void)fputs("\n", page->out);
}

/* Where one ends and another begins may be where it was killed. */
static void write_ends(const struct gc_page *page)
{
	const struct ow_gc_life *life = page->life;
	const struct ow_gc_life *next = ow_gc_lives_find(page->log->lives, life->successor);

	if (life->predecessor)
		gc_page_item(page, "Began", "where process %zu ends: a restart", life->predecessor);
	if (!next)
		return;
	gc_page_item(page, "Ended",
		     "process %zu begins anew at line %zu, and this one says nothing from then on, "
		     "%s after its start: it ended or was killed, unless it only waits for that "
		     "one, as go run does. Whether it was for memory, the kernel's log says: "
		     "oomwhy kills",
		     next->number, next->first.line, gc_page_moment(page, (double)life->last_usec));
}

static void write_trend(const struct gc_page *page)
{
	const struct ow_gc_growth *g = &page->sum->live;
	const struct ow_gc_life *life = page->life;

	gc_page_item(page, "Live heap", "%s at first, %s at last, %s at most%s",
		     ow_words_bytes(page->arena, life->first_live_bytes),
		     ow_words_bytes(page->arena, life->last_live_bytes),
		     ow_words_bytes(page->arena, life->max_live_bytes),
		     life->resets
			     ? ow_printf(page->arena, "; emptied %s %s, told is what came after",
					 ow_words_count(page->arena, life->resets),
					 life->resets == 1 ? "time" : "times")
			     : "");
	if (!g->have_fit)
		gc_page_item(page, "Trend",
			     "not enough data (%s %s in %s%s%s; 8 in 20 s are needed)",
			     ow_words_count(page->arena, g->cycles),
			     g->cycles == 1 ? "collection" : "collections",
			     gc_page_moment(page, (double)g->span_usec),
			     life->resets ? " since it was emptied" : "",
			     g->cycles < 8 || g->lack != OW_GC_LACK_CYCLES
				     ? ""
				     : ", most of them close together");
	else if (g->lack == OW_GC_LACK_GROWTH)
		gc_page_item(page, "Trend", "%s: %s in %s, 95 %% interval %s to %s, p = %.2g",
			     page->sum->shape, gc_page_about(page, g->rise_bytes),
			     gc_page_moment(page, (double)g->span_usec),
			     gc_page_about(page, g->rise_low_bytes),
			     gc_page_about(page, g->rise_high_bytes), g->fit.p);
	else
		gc_page_item(
			page, "Trend",
			"%s: %s/s, 95 %% interval %s to %s, p = %.2g; %s in %s; the last half %s/s",
			page->sum->shape, gc_page_about(page, g->fit.slope),
			gc_page_about(page, g->fit.low), gc_page_about(page, g->fit.high), g->fit.p,
			gc_page_about(page, g->rise_bytes),
			gc_page_moment(page, (double)g->span_usec),
			gc_page_about(page, g->tail.slope));
}

static void write_cpu(const struct gc_page *page)
{
	const struct ow_gc_sum *sum = page->sum;
	const struct ow_gc_window *most =
		sum->busiest < sum->n_windows ? &sum->window[sum->busiest] : NULL;
	const char *worst = "", *assist = "";

	if (isnan(sum->all.gc_share))
		return;
	if (most && sum->n_windows > 1)
		worst = ow_printf(page->arena, ", at most %s from %s to %s",
				  gc_page_percent(page, most->gc_share),
				  gc_page_moment(page, (double)most->from_usec),
				  gc_page_moment(page, (double)most->to_usec));
	if (!isnan(sum->all.assist_share))
		assist = ow_printf(page->arena, "; of marking, %s by those that allocate%s",
				   gc_page_percent(page, sum->all.assist_share),
				   sum->all.assist_share > 0.3
					   ? ": they allocate faster than it can be marked"
					   : "");
	gc_page_item(page, "CPU", "%s of %u %s%s%s; idle processors' marking %s",
		     gc_page_percent(page, sum->all.gc_share), page->life->procs,
		     page->life->procs == 1 ? "processor" : "processors", worst ? worst : "",
		     assist ? assist : "", gc_page_percent(page, sum->all.idle_share));
}

static void write_rates(const struct gc_page *page)
{
	const struct ow_gc_life *life = page->life;
	const struct ow_gc_sum *sum = page->sum;

	if (!isnan(sum->all.cycles_per_s))
		gc_page_item(page, "Collections",
			     "%.2g a second; %s forced, %s after two idle minutes%s",
			     sum->all.cycles_per_s, ow_words_count(page->arena, life->forced),
			     ow_words_count(page->arena, life->periodic),
			     sum->idle ? "; the process is idle" : "");
	if (!isnan(sum->all.alloc_bytes_per_s))
		gc_page_item(page, "Allocates", "%s/s",
			     gc_page_about(page, sum->all.alloc_bytes_per_s));
	if (sum->have_pauses)
		gc_page_item(page, "Pauses",
			     "p50 %s, p99 %s, longest %s (gc %" PRIu64 ", line %zu)",
			     gc_page_time(page, sum->pause_p50_usec),
			     gc_page_time(page, sum->pause_p99_usec),
			     gc_page_time(page, sum->pause_max_usec), life->slowest.cycle.number,
			     life->slowest.line);
}

static void write_goal(const struct gc_page *page)
{
	const struct ow_gc_sum *sum = page->sum;
	const char *gogc =
		sum->have_gogc && !sum->capped
			? ow_printf(page->arena, "; GOGC works out as %.0f", sum->gogc_percent)
			: "";

	if (!sum->have_goal && page->life->form >= OW_GC_1_5)
		gc_page_item(page, "Goal",
			     "none: GOGC is off, and there is no memory limit; only what the "
			     "program asks for is collected");
	if (!sum->have_goal)
		return;
	gc_page_item(page, "Goal", "%s before the next collection, of which %s is garbage%s",
		     ow_words_about(page->arena, (double)sum->goal_bytes),
		     ow_words_about(page->arena, (double)sum->garbage_bytes), gogc ? gogc : "");
	if (sum->capped)
		gc_page_item(page, "",
			     "a memory limit sets it: it stood at %s while the live heap rose, so "
			     "GOMEMLIMIT is at least that",
			     ow_words_bytes(page->arena, sum->cap_seen_bytes));
}

static void write_limit(const struct gc_page *page)
{
	const struct ow_gc_known *known = &page->log->known;
	const struct ow_gc_sum *sum = page->sum;

	if (!known->have_limit)
		return;
	gc_page_item(page, "Limit", "%s (%s)%s", ow_words_bytes(page->arena, known->limit_bytes),
		     known->limit_from,
		     sum->eta_now    ? ": the next goal is already past it"
		     : sum->have_eta ? ow_printf(page->arena, ": at this rate reached in %s to %s",
						 gc_page_moment(page, sum->eta_low_usec),
						 gc_page_moment(page, sum->eta_high_usec))
				     : ": no time to it can be told");
}

static void write_others(const struct gc_page *page)
{
	const struct ow_gc_scavenged *s = &page->life->scavenged;
	const struct ow_gc_recent *last = ow_gc_life_latest(page->life);

	if (last && last->rest_bytes)
		gc_page_item(page, "Stacks", "with globals %s",
			     ow_words_bytes(page->arena, last->rest_bytes));
	if (s->lines)
		gc_page_item(page, "Scavenger", "%s lines; %s given back in them",
			     ow_words_count(page->arena, s->lines),
			     gc_page_about(page, (double)s->released_bytes));
	if (page->life->sched_lines)
		gc_page_item(page, "Threads", "%s at most",
			     ow_words_count(page->arena, page->life->max_threads));
	if (page->life->printed.lines)
		gc_page_item(page, "MemStats", "%s lines printed by the program",
			     ow_words_count(page->arena, page->life->printed.lines));
}

static void write_numbers(const struct gc_page *page)
{
	gc_page_chart(page, CHART_ROWS);
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
static void write_printed(const struct gc_page *page)
{
	const struct ow_gc_growth *g = &page->sum->live;
	const struct ow_gc_printed *printed = &page->life->printed;

	gc_page_chart(page, CHART_ROWS);
	gc_page_item(page, "MemStats",
		     "%s lines, from line %zu to line %zu; no collections in the log",
		     ow_words_count(page->arena, printed->lines), printed->first_line,
		     printed->last_line);
	if (!g->have_fit)
		gc_page_item(page, "Trend", "%s",
			     page->life->clock == OW_GC_CLOCK_NONE
				     ? "the lines have no time, so there is no slope over time"
				     : "not enough data: 8 lines in 20 s are needed");
	else if (printed->objects)
		gc_page_item(page, "Trend",
			     "%s: %.0f objects/s, 95 %% interval %.0f to %.0f, p = %.2g",
			     page->sum->shape, g->fit.slope, g->fit.low, g->fit.high, g->fit.p);
	else
		gc_page_item(page, "Trend", "%s: %s/s, 95 %% interval %s to %s, p = %.2g",
			     page->sum->shape, gc_page_about(page, g->fit.slope),
			     gc_page_about(page, g->fit.low), gc_page_about(page, g->fit.high),
			     g->fit.p);
	gc_page_item(
		page, "",
		"it has garbage in it: GODEBUG=gctrace=1 would show what is live after collections");
}

static int write_process(struct gc_page *page, const struct ow_gc_life *life)
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
	return gc_page_findings(page);
}

/* One line each, where there are several. */
static void write_list(const struct gc_page *page)
{
	const struct ow_gc_lives *lives = page->log->lives;

	for (size_t i = 0; i < ow_gc_lives_count(lives); i++) {
		const struct ow_gc_life *life = ow_gc_lives_at(lives, i);
		const char *text =
			ow_printf(page->arena, "%s: %s collections until %s, live %s to %s%s",
				  name_of(page, life), ow_words_count(page->arena, life->cycles),
				  gc_page_moment(page, (double)life->last_usec),
				  gc_page_about(page, (double)life->first_live_bytes),
				  gc_page_about(page, (double)life->last_live_bytes),
				  life->replaced ? ow_printf(page->arena, "; then process %zu",
							     life->successor)
						 : "");

		(void)fprintf(page->out, "%4zu  ", life->number);
		gc_page_flow(page, 6, 6, text ? text : "");
		ow_arena_clear(page->arena);
	}
	if (ow_gc_lives_forgotten(lives))
		(void)fprintf(page->out, "      and %" PRIu64 " that ended before\n",
			      ow_gc_lives_forgotten(lives));
	(void)fputs("\n", page->out);
}

static void write_lines(const struct gc_page *page)
{
	const struct ow_gctrace_seen *seen = &page->log->seen;

	(void)fprintf(page->out, "\n%-*s", GC_PAGE_INDENT, "Lines");
	gc_page_flow(
		page, GC_PAGE_INDENT, GC_PAGE_INDENT,
		ow_printf(
			page->arena,
			"%s read: %s collections, %s of them put together again; %s that could not "
			"be; %s of others",
			ow_words_count(page->arena, seen->lines),
			ow_words_count(page->arena, seen->events[OW_GC_EVENT_CYCLE]),
			ow_words_count(page->arena, seen->torn),
			ow_words_count(page->arena, seen->lost),
			ow_words_count(page->arena, seen->skipped)));
}

/* The latest ones are what most people ask for. */
static int write_processes(struct gc_page *page)
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
	struct gc_page page = { .log = log,
				.out = out,
				.width = width < GC_PAGE_LEAST ? GC_PAGE_LEAST : width,
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
	struct gc_page page = { .log = log,
				.out = out,
				.width = width < GC_PAGE_LEAST ? GC_PAGE_LEAST : width,
				.arena = arena,
				.life = life };
	struct ow_gc_sum sum;

	if (!arena || !ow_gc_sum(life, &log->known, arena, &sum))
		return -ENOMEM;
	ow_arena_clear(arena);
	page.sum = &sum;
	write_head(&page);
	gc_page_chart(&page, rows);
	if (life->cycles)
		write_trend(&page);
	write_limit(&page);
	write_goal(&page);
	write_rates(&page);
	return ow_arena_refused(arena) ? -ENOMEM : 0;
}
