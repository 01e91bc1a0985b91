/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/go-tie.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyze/words.h"
#include "base/time.h"

#define ID_LEAST    12 /* digits of a container's id */
#define COMM_MAX    15 /* the kernel cuts names */
#define UTC(at)     ow_time_utc((at), (char[OW_TIME_MAX]){ "" })

/* What a profile shows of a process that grows: that of its last collections, without what the
 * collector leaves room for. Measured: 26 to 50 % of the memory; all of it when GOGC is off. */
#define SHOWN_LEAST 0.20
#define SHOWN_MOST  1.10

/* A log that nobody says the owner of has to end with the life: silent no longer than a tenth of
 * it, or than three times what was between its last collections (a heap that only grows doubles
 * that time each time). */
#define SILENT_PART 10
#define SILENT_GAPS 3

static struct ow_go_tie tie(enum ow_tie tie, const char *why)
{
	return (struct ow_go_tie){ .tie = tie, .why = why ? why : "" };
}

static bool same_id(const char *a, const char *b)
{
	const size_t n = strlen(a), m = strlen(b), least = n < m ? n : m;

	return least >= ID_LEAST ? strncmp(a, b, least) == 0 : strcmp(a, b) == 0;
}

/* A page may say anything; a start before 1970 is none. */
static bool has_start(const struct ow_go_stats *stats)
{
	return (stats->have & OW_GO_START) && stats->start_usec > 0;
}

/* What the case says of whose it is. UNSURE: nothing is against it. */
static struct ow_go_tie tie_origin(const struct ow_scene *s, const struct ow_go_origin *of,
				   struct ow_arena *arena)
{
	const struct ow_owner *owner = &s->oom->task_owner;

	if (of->container &&
	    (owner->kind != OW_OWNER_CONTAINER || !owner->id || !same_id(of->container, owner->id)))
		return tie(OW_TIE_PROGRAM,
			   ow_printf(arena, "it is of container %.12s", of->container));
	if (of->pid && s->victim && (s->victim->have & OW_VICTIM_PID) && s->victim->pid != of->pid)
		return tie(OW_TIE_PROGRAM, ow_printf(arena, "it is of process %" PRId64, of->pid));
	return tie(OW_TIE_UNSURE, "");
}

static const char *span(struct ow_arena *arena, int64_t usec)
{
	return ow_words_span(arena, (uint64_t)usec);
}

/* Is the moment inside the life? */
static struct ow_go_tie tie_time(const struct ow_scene *s, const struct ow_go_scene *go,
				 bool have_time, int64_t time_usec, struct ow_arena *arena)
{
	struct ow_go_tie t;

	if (!have_time)
		return tie(OW_TIE_UNSURE, "it does not say when it was taken");
	if (!s->has_killed)
		return tie(OW_TIE_UNSURE, "no source says at which time of day the kill was");
	if (time_usec > s->killed_usec + OW_GO_CLOCKS_USEC)
		return tie(OW_TIE_RUN, ow_printf(arena, "it was taken %s after the kill",
						 span(arena, time_usec - s->killed_usec)));
	if (!go->has_start)
		return tie(OW_TIE_UNSURE, "nothing says when the life that ended so began");
	if (time_usec < go->start_usec - OW_GO_CLOCKS_USEC)
		t = tie(OW_TIE_RUN, ow_printf(arena, "it was taken %s before that life began",
					      span(arena, go->start_usec - time_usec)));
	else
		t = tie(OW_TIE_OWN,
			ow_printf(arena,
				  "it was taken %s into that life, %s before "
				  "the kill",
				  span(arena,
				       time_usec > go->start_usec ? time_usec - go->start_usec : 0),
				  span(arena, s->killed_usec > time_usec
						      ? s->killed_usec - time_usec
						      : 0)));
	t.cite = go->start_cite;
	return t;
}

/* Is it more than the limit let the process have, swap included? */
static bool is_too_large(const struct ow_scene *s, const struct ow_go_scene *go, uint64_t bytes)
{
	const uint64_t swap = s->balance.swap.have ? s->balance.swap.bytes : 0;

	return go->known.have_limit && bytes > ow_add(go->known.limit_bytes, swap);
}

static bool same_program(struct ow_str program, const char *comm)
{
	const size_t n = program.n < COMM_MAX ? program.n : COMM_MAX;

	return strlen(comm) == n && memcmp(program.p, comm, n) == 0;
}

bool ow_go_is_other(const struct ow_scene *s, const struct ow_go_origin *of, struct ow_arena *arena)
{
	return tie_origin(s, of, arena).tie == OW_TIE_PROGRAM;
}

struct ow_go_tie ow_go_tie_heap(const struct ow_scene *s, const struct ow_go_scene *go,
				const struct ow_go_heap_seen *heap, struct ow_arena *arena)
{
	struct ow_go_tie t = tie_origin(s, &heap->from->of, arena);
	const struct ow_heap *h = heap->heap;

	if (t.tie != OW_TIE_UNSURE)
		return t;
	if (!h)
		return tie(OW_TIE_PROGRAM, "it counts no memory");
	if (h->program.n && s->victim && s->victim->comm &&
	    !same_program(h->program, s->victim->comm))
		return tie(OW_TIE_PROGRAM, ow_printf(arena, "it is of the program \"%.*s\"",
						     (int)h->program.n, h->program.p));
	if (h->measure == OW_HEAP_MEASURE_INUSE && h->total.inuse_bytes > 0 &&
	    is_too_large(s, go, (uint64_t)h->total.inuse_bytes))
		return tie(OW_TIE_RUN,
			   ow_printf(arena, "its %s are more than the limit of %s",
				     ow_words_about(arena, (double)h->total.inuse_bytes),
				     ow_words_bytes(arena, go->known.limit_bytes)));
	return tie_time(s, go, heap->have_time, heap->time_usec, arena);
}

/* What the process had of memory, as far as its page says it. */
static uint64_t taken_bytes(const struct ow_go_stats *stats)
{
	const struct ow_memstats *m = &stats->memstats;
	uint64_t most = stats->have & OW_GO_RESIDENT ? stats->resident_bytes : 0;

	if ((m->have & OW_MEMSTATS_HEAP_INUSE) && m->heap_inuse_bytes > most)
		most = m->heap_inuse_bytes;
	if ((m->have & OW_MEMSTATS_STACK) && m->stack_inuse_bytes > most)
		most = m->stack_inuse_bytes;
	return most;
}

struct ow_go_tie ow_go_tie_page(const struct ow_scene *s, const struct ow_go_scene *go,
				const struct ow_go_page_seen *page, struct ow_arena *arena)
{
	const struct ow_go_stats *stats = &page->from->stats;
	struct ow_go_tie t = tie_origin(s, &page->from->of, arena);

	if (t.tie != OW_TIE_UNSURE)
		return t;
	if (has_start(stats) && s->has_killed && stats->start_usec > s->killed_usec)
		return tie(OW_TIE_RUN, ow_printf(arena, "its process began %s after the kill",
						 span(arena, stats->start_usec - s->killed_usec)));
	if (is_too_large(s, go, taken_bytes(stats)))
		return tie(OW_TIE_RUN,
			   ow_printf(arena, "its process had %s, more than the limit of %s",
				     ow_words_about(arena, (double)taken_bytes(stats)),
				     ow_words_bytes(arena, go->known.limit_bytes)));
	if (has_start(stats) && go->has_start &&
	    stats->start_usec <= go->start_usec + OW_GO_CLOCKS_USEC) {
		if (stats->start_usec < go->start_usec - OW_GO_CLOCKS_USEC)
			t = tie(OW_TIE_RUN,
				ow_printf(arena, "its process began %s before that life began",
					  span(arena, go->start_usec - stats->start_usec)));
		else
			t = tie(OW_TIE_OWN, "its process began when that life began");
		t.cite = go->start_cite;
		return t;
	}
	return tie_time(s, go, page->have_time, page->time_usec, arena);
}

/* Nothing has a time of day: does the size fit? A process has at least what lives in its heap, and
 * not much more than what its collector lets it grow to. */
static struct ow_go_tie tie_size(const struct ow_go_scene *go, const struct ow_gc_life *life,
				 struct ow_arena *arena)
{
	const struct ow_gc_cycle *c = &life->last.cycle;
	uint64_t most = c->live_bytes > c->end_bytes ? c->live_bytes : c->end_bytes;

	if (!go->has_anon || !life->last.there)
		return tie(OW_TIE_UNSURE, "nothing says at which time of day it was written");
	if (c->have & OW_GC_GOAL)
		most = c->goal_bytes > most ? c->goal_bytes : most;
	most = ow_add(most, ow_add(c->stacks_bytes, c->globals_bytes));
	if (go->anon_bytes > ow_add(ow_add(most, most / 4), OW_MIB(32)))
		return tie(OW_TIE_UNSURE,
			   ow_printf(arena,
				     "by its last line the heap grows to %s, and the process had "
				     "%s",
				     ow_words_about(arena, (double)most),
				     ow_words_bytes(arena, go->anon_bytes)));
	return tie(OW_TIE_OWN, ow_printf(arena,
					 "by its last line the heap grows to %s, and the process "
					 "had %s when it was killed",
					 ow_words_about(arena, (double)most),
					 ow_words_bytes(arena, go->anon_bytes)));
}

static int64_t silence_most(const struct ow_gc_life *life, int64_t lived)
{
	const struct ow_gc_recent *last = ow_gc_life_latest(life),
				  *before =
					  life->cycles > 1
						  ? &life->recent[(life->cycles - 2) % OW_GC_RECENT]
						  : NULL;
	int64_t gap, most = lived / SILENT_PART;

	if (before && !__builtin_sub_overflow(last->at_usec, before->at_usec, &gap) &&
	    gap < OW_GO_SILENCE_USEC && SILENT_GAPS * gap > most)
		most = SILENT_GAPS * gap;
	return most > OW_GO_CLOCKS_USEC ? most : OW_GO_CLOCKS_USEC;
}

/* It was silent for that long before the kill, and is of a life of that length by what it says. If
 * nobody says whose it is, it must end with that life, and at the size that the process had. */
static struct ow_go_tie tie_end(const struct ow_go_scene *go, const struct ow_go_log *log,
				const struct ow_gc_life *life, int64_t silent, int64_t lived,
				const char *why, struct ow_arena *arena)
{
	struct ow_go_tie t;

	if (log->of.container || log->of.pid)
		return tie(OW_TIE_OWN, why);
	if (silent > silence_most(life, lived))
		return tie(OW_TIE_UNSURE,
			   ow_printf(arena, "%s; nothing says whose log it is", why));
	t = tie_size(go, life, arena);
	return go->has_anon && t.tie == OW_TIE_UNSURE ? t : tie(OW_TIE_OWN, why);
}

/* A log without times of day: is it as long as the life was? */
static struct ow_go_tie tie_length(const struct ow_scene *s, const struct ow_go_scene *go,
				   const struct ow_go_log *log, const struct ow_gc_life *life,
				   struct ow_arena *arena)
{
	const int64_t lived = s->killed_usec - go->start_usec;
	const char *why = ow_printf(arena,
				    "its last line is of %s after the start, and the process lived "
				    "%s",
				    span(arena, life->last_usec), span(arena, lived));
	struct ow_go_tie t;

	if (life->last_usec > lived + OW_GO_CLOCKS_USEC ||
	    life->last_usec < lived - OW_GO_SILENCE_USEC)
		t = tie(OW_TIE_RUN, why);
	else
		t = tie_end(go, log, life, lived - life->last_usec, lived, why, arena);
	t.cite = go->start_cite;
	return t;
}

static struct ow_go_tie tie_wall(const struct ow_scene *s, const struct ow_go_scene *go,
				 const struct ow_go_log *log, const struct ow_gc_life *life,
				 struct ow_arena *arena)
{
	const int64_t silent =
		s->killed_usec > life->last_wall_usec ? s->killed_usec - life->last_wall_usec : 0;

	if (life->first_wall_usec > s->killed_usec + OW_GO_CLOCKS_USEC ||
	    life->last_wall_usec > s->killed_usec + OW_GO_CLOCKS_USEC)
		return tie(OW_TIE_RUN, "it goes on after the kill");
	if (silent > OW_GO_SILENCE_USEC)
		return tie(OW_TIE_RUN, ow_printf(arena, "its last line is %s before the kill",
						 span(arena, silent)));
	if (go->has_start && life->first_wall_usec < go->start_usec - OW_GO_CLOCKS_USEC)
		return tie(OW_TIE_RUN, "it begins before the life that ended so");
	return tie_end(go, log, life, silent,
		       s->killed_usec - (go->has_start ? go->start_usec : life->first_wall_usec),
		       ow_printf(arena, "its last line is %s before the kill, and none follows",
				 span(arena, silent)),
		       arena);
}

/* Where the size is all that there is, it has to be that of a process that died in its next cycle:
 * at least what its heap was when the last one ended, and what it may grow to. */
static bool is_that_size(const struct ow_go_scene *go, const struct ow_gc_life *life)
{
	const struct ow_gc_cycle *c = &life->last.cycle;
	const uint64_t goal = (c->have & OW_GC_GOAL) && c->goal_bytes > c->end_bytes ? c->goal_bytes
										     : c->end_bytes,
		       most = ow_add(ow_add(goal, goal / 8), ow_add(c->stacks_bytes, OW_MIB(8)));

	return c->end_bytes <= ow_add(go->anon_bytes, OW_MIB(2)) && go->anon_bytes <= most;
}

struct ow_go_tie ow_go_tie_life(const struct ow_scene *s, const struct ow_go_scene *go,
				const struct ow_go_log *log, const struct ow_gc_life *life,
				struct ow_arena *arena)
{
	struct ow_go_tie t = tie_origin(s, &log->of, arena);

	if (t.tie != OW_TIE_UNSURE)
		return t;
	if (go->has_anon && life->last.there &&
	    life->last.cycle.live_bytes > ow_add(go->anon_bytes, OW_MIB(2)))
		return tie(OW_TIE_RUN,
			   ow_printf(arena,
				     "its heap was larger, with %s, than the "
				     "process that was killed",
				     ow_words_about(arena, (double)life->last.cycle.live_bytes)));
	if (s->has_killed && life->have_wall)
		return tie_wall(s, go, log, life, arena);
	if (s->has_killed && go->has_start && life->clock == OW_GC_CLOCK_START)
		return tie_length(s, go, log, life, arena);
	t = tie_size(go, life, arena);
	if (t.tie != OW_TIE_OWN || log->of.container || log->of.pid)
		return t;
	if (is_that_size(go, life))
		return tie(OW_TIE_OWN, ow_printf(arena, "nothing but its size says so: %s", t.why));
	return tie(OW_TIE_UNSURE,
		   ow_printf(arena,
			     "%s; nothing says whose it is, or when it was written (docker logs -t "
			     "and kubectl logs --timestamps do)",
			     t.why));
}

static void set_start(struct ow_go_scene *go, int64_t usec, struct ow_cite cite)
{
	go->has_start = true;
	go->start_usec = usec;
	go->start_cite = cite;
}

static bool start_of_container(const struct ow_scene *s, struct ow_arena *arena,
			       struct ow_go_scene *go)
{
	const struct ow_event *event = s->ending.start;
	const struct ow_container *k = s->container;
	const char *text;

	if (event && event->time_usec <= s->killed_usec) {
		set_start(go, event->time_usec, ow_cite_event(event, NULL));
		return true;
	}
	if (!k || !(k->have & OW_CONTAINER_STARTED) || k->started_usec > s->killed_usec)
		return false;
	text = ow_printf(arena, "State.StartedAt = \"%s\"", UTC(k->started_usec));
	set_start(go, k->started_usec,
		  (struct ow_cite){ .source = k->source, .text = ow_str(text ? text : "") });
	return true;
}

/* The lines of a log have times of day, and say how long after the start they are. */
static bool start_of_life(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	const struct ow_gc_life *life = go->life;

	if (!life || !life->have_wall || life->clock != OW_GC_CLOCK_START || life->first_usec < 0 ||
	    life->first_usec > life->first_wall_usec ||
	    ow_go_tie_life(s, go, go->log, life, arena).tie != OW_TIE_OWN)
		return false;
	set_start(go, life->first_wall_usec - life->first_usec,
		  ow_gc_cite(life, &life->first, NULL, NULL));
	return true;
}

/* The latest page before the kill that says when its process began, unless that was so long before
 * the kill that another may have followed. */
static void start_of_page(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	int64_t latest = INT64_MIN;

	for (size_t i = 0; i < go->n_pages; i++) {
		const struct ow_go_page_seen *p = &go->page[i];
		const struct ow_go_stats *stats = &p->from->stats;
		const char *text;

		if (!has_start(stats) || !p->have_time || p->time_usec < latest ||
		    p->time_usec > s->killed_usec || stats->start_usec > p->time_usec ||
		    tie_origin(s, &p->from->of, arena).tie != OW_TIE_UNSURE ||
		    s->killed_usec - p->time_usec > p->time_usec - stats->start_usec)
			continue;
		latest = p->time_usec;
		text = ow_printf(arena, "process_start_time_seconds: %s", UTC(stats->start_usec));
		set_start(go, stats->start_usec,
			  (struct ow_cite){ .source = p->from->of.source.name,
					    .text = ow_str(text ? text : "") });
	}
}

void ow_go_start(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	if (!s->has_killed)
		return;
	if (!start_of_container(s, arena, go) && !start_of_life(s, arena, go))
		start_of_page(s, arena, go);
}

static bool waits_for_start(const struct ow_scene *s, const struct ow_go_scene *go,
			    const struct ow_go_heap_seen *h)
{
	return h->tie.tie == OW_TIE_UNSURE && h->have_time && h->heap && s->has_killed &&
	       !go->has_start && h->heap->measure == OW_HEAP_MEASURE_INUSE &&
	       (h->heap->program.n || h->from->of.container || h->from->of.pid);
}

void ow_go_tie_growth(const struct ow_scene *s, struct ow_go_scene *go, struct ow_arena *arena)
{
	const struct ow_go_heap_seen *first = NULL, *last = NULL;
	double rise, at_kill;

	for (size_t i = 0; i < go->n_heaps; i++) {
		if (!waits_for_start(s, go, &go->heap[i]))
			continue;
		first = first ? first : &go->heap[i];
		last = &go->heap[i];
	}
	if (!go->has_anon || first == last || last->time_usec <= first->time_usec ||
	    s->killed_usec - last->time_usec > last->time_usec - first->time_usec)
		return;
	rise = (double)(last->heap->total.inuse_bytes - first->heap->total.inuse_bytes);
	at_kill = (double)last->heap->total.inuse_bytes +
		  rise * (double)(s->killed_usec - last->time_usec) /
			  (double)(last->time_usec - first->time_usec);
	if (rise <= 0 || at_kill < SHOWN_LEAST * (double)go->anon_bytes ||
	    at_kill > SHOWN_MOST * (double)go->anon_bytes)
		return;
	for (size_t i = 0; i < go->n_heaps; i++)
		if (waits_for_start(s, go, &go->heap[i]))
			go->heap[i].tie = tie(
				OW_TIE_OWN,
				ow_printf(arena,
					  "when that life began is not known; but the growth "
					  "between the profiles leads to %s at the kill, and the "
					  "process had %s",
					  ow_words_about(arena, at_kill),
					  ow_words_bytes(arena, go->anon_bytes)));
}
