/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "analyze/heap-series-internal.h"
#include "analyze/words.h"
#include "base/time.h"

#define STATE_USEC (2 * 120 * OW_USEC_PER_SEC) /* twice Go's forcegcperiod */

static bool is_in(const struct series_source *source)
{
	return !source->word;
}

static void leave_out(struct series_source *source, const char *word, const char *detail)
{
	source->word = word;
	source->detail = detail ? detail : "";
}

static bool same_text(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool differ(struct ow_str a, struct ow_str b)
{
	return a.n && b.n && !same_text(a, b);
}

static int by_time(const void *a, const void *b)
{
	const struct series_source *x = a, *y = b;

	if (x->point.time_usec != y->point.time_usec)
		return x->point.time_usec < y->point.time_usec ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* All of them have a time, or their order has to do. */
static bool put_in_order(struct ow_heap_series_maker *maker)
{
	for (size_t i = 0; i < maker->n; i++)
		if (!(maker->source[i].point.have & OW_HEAP_POINT_TIME))
			return false;
	qsort(maker->source, maker->n, sizeof(*maker->source), by_time);
	return true;
}

static void leave_out_differences(struct ow_heap_series_maker *maker)
{
	bool has_inuse = false;

	for (size_t i = 0; i < maker->n; i++)
		has_inuse |= maker->source[i].measure == OW_HEAP_MEASURE_INUSE;
	for (size_t i = 0; i < maker->n; i++) {
		struct series_source *source = &maker->source[i];

		if (source->is_difference)
			leave_out(source, "delta", "it says what changed, not what was held");
		else if (source->is_unsampled)
			leave_out(source, "rate-zero", "its program sampled nothing");
		else if (has_inuse && source->measure != OW_HEAP_MEASURE_INUSE)
			leave_out(source, "other-measure",
				  "it counts what was allocated, the others what is in use");
	}
}

/* Every path has the same in both. */
static bool is_same(const struct ow_heap_series_maker *maker, const struct series_source *a,
		    const struct series_source *b)
{
	if (a->point.bytes != b->point.bytes || a->allocated_bytes != b->allocated_bytes ||
	    !same_text(a->program, b->program) || !same_text(a->build_id, b->build_id))
		return false;
	for (size_t i = 0; i < maker->n_paths; i++)
		if (maker->path[i].bytes[a->number] != maker->path[i].bytes[b->number] ||
		    maker->path[i].error[a->number] != maker->path[i].error[b->number])
			return false;
	return true;
}

/* One profile under two names is one point; of a moment there can be but one. Without times equal
 * profiles may be those of an idle program, but two points that say the same add nothing either. */
static void leave_out_twins(struct ow_heap_series_maker *maker, bool is_timed)
{
	for (size_t i = 1; i < maker->n; i++) {
		for (size_t k = i; is_in(&maker->source[i]) && k-- > 0;) {
			const struct series_source *other = &maker->source[k];
			const char *name;

			if (is_timed && other->point.time_usec != maker->source[i].point.time_usec)
				break;
			if (!is_in(other))
				continue;
			name = ow_printf(maker->arena, "%.*s", (int)other->point.source.n,
					 other->point.source.p);
			if (is_same(maker, other, &maker->source[i]))
				leave_out(&maker->source[i], "same", name);
			else if (is_timed)
				leave_out(&maker->source[i], "same-moment", name);
		}
	}
}

/*
 * Go collects every two minutes at the least, and what a profile shows is the state of the last
 * collection but one. Two that are the same in all, also in what was ever allocated, and taken
 * within twice that time, are one state that was looked at twice: it is of the earlier time. Two
 * states at least are left, so that nothing happening can be told.
 */
static void leave_out_states(struct ow_heap_series_maker *maker)
{
	struct series_source *before = NULL;
	size_t n = 0;

	for (size_t i = 0; i < maker->n; i++)
		n += is_in(&maker->source[i]);
	for (size_t i = 0; i < maker->n; i++) {
		struct series_source *one = &maker->source[i];

		if (!is_in(one))
			continue;
		if (before && n > 2 && one->has_allocated && is_same(maker, before, one) &&
		    one->point.time_usec - before->point.time_usec <= STATE_USEC) {
			leave_out(one, "same-state",
				  ow_printf(maker->arena, "no collection since %.*s was taken",
					    (int)before->point.source.n, before->point.source.p));
			n--;
		} else {
			before = one;
		}
	}
}

static bool is_of(const struct series_source *a, const struct series_source *b)
{
	return !differ(a->program, b->program) && !differ(a->build_id, b->build_id);
}

/* The program that most are of, of equals the newer. */
static void leave_out_programs(struct ow_heap_series_maker *maker)
{
	const struct series_source *best = NULL;
	size_t most = 0;

	for (size_t i = maker->n; i-- > 0;) {
		size_t n = 0;

		for (size_t k = 0; k < maker->n; k++)
			n += is_in(&maker->source[k]) &&
			     is_of(&maker->source[i], &maker->source[k]);
		if (is_in(&maker->source[i]) && n > most) {
			best = &maker->source[i];
			most = n;
		}
	}
	for (size_t i = 0; best && i < maker->n; i++) {
		struct series_source *one = &maker->source[i];
		const bool by_name = differ(one->program, best->program);
		const struct ow_str it = by_name ? one->program : one->build_id;
		const struct ow_str usual = by_name ? best->program : best->build_id;

		if (is_in(one) && !is_of(one, best))
			leave_out(one, "other-program",
				  ow_printf(maker->arena, "%s %.*s, not %.*s",
					    by_name ? "it is of" : "its build id is", (int)it.n,
					    it.p, (int)usual.n, usual.p));
	}
}

/* Why two that follow each other are not of one process; NULL: nothing says so. */
static const char *new_run(struct ow_arena *arena, const struct series_source *a,
			   const struct series_source *b)
{
	const char *text;

	if (a->program_start && b->program_start && a->program_start != b->program_start)
		return "the program lies elsewhere in memory";
	if (a->vdso_start && b->vdso_start && a->vdso_start != b->vdso_start)
		return "the kernel's vdso lies elsewhere in memory";
	if (!a->has_allocated || !b->has_allocated || b->allocated_bytes >= a->allocated_bytes)
		return NULL;
	text = ow_printf(arena, "what was ever allocated is %s, and was %s before",
			 ow_words_bytes(arena, (uint64_t)b->allocated_bytes),
			 ow_words_bytes(arena, (uint64_t)a->allocated_bytes));
	return text ? text : "";
}

/* Numbers the runs, the oldest first; returns how many there are. */
static size_t number_runs(struct ow_heap_series_maker *maker)
{
	const struct series_source *before = NULL;
	size_t run = 0;

	for (size_t i = 0; i < maker->n; i++) {
		struct series_source *one = &maker->source[i];

		if (!is_in(one))
			continue;
		one->parted = before ? new_run(maker->arena, before, one) : NULL;
		run += one->parted != NULL;
		one->run = run;
		before = one;
	}
	return run + 1;
}

static size_t count_run(const struct ow_heap_series_maker *maker, size_t run)
{
	size_t n = 0;

	for (size_t i = 0; i < maker->n; i++)
		n += is_in(&maker->source[i]) && maker->source[i].run == run;
	return n;
}

/* The newest run of which there are two, else the newest. What parts it from others is said. */
static void leave_out_runs(struct ow_heap_series_maker *maker)
{
	const size_t runs = number_runs(maker);
	const char *before = NULL, *behind = NULL;
	size_t chosen = runs - 1;

	for (size_t run = runs; run-- > 0;) {
		if (count_run(maker, run) < 2)
			continue;
		chosen = run;
		break;
	}
	for (size_t i = 0; i < maker->n; i++) {
		const struct series_source *one = &maker->source[i];

		if (is_in(one) && one->parted && one->run == chosen)
			before = one->parted;
		if (is_in(one) && one->parted && one->run == chosen + 1)
			behind = one->parted;
	}
	for (size_t i = 0; i < maker->n; i++)
		if (is_in(&maker->source[i]) && maker->source[i].run != chosen)
			leave_out(&maker->source[i], "other-run",
				  maker->source[i].run < chosen ? before : behind);
}

void series_choose(struct ow_heap_series_maker *maker, bool *is_timed)
{
	*is_timed = put_in_order(maker);
	leave_out_differences(maker);
	leave_out_twins(maker, *is_timed);
	leave_out_programs(maker);
	leave_out_runs(maker);
	if (*is_timed)
		leave_out_states(maker);
}
