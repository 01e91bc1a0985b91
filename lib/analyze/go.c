/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/go.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "analyze/go-tie.h"
#include "analyze/scene.h"
#include "analyze/words.h"
#include "base/path.h"
#include "base/time.h"

#define TOGETHER_USEC (5 * OW_USEC_PER_SEC) /* pieces of one moment */

const char *ow_go_frame_words(struct ow_arena *arena, const struct ow_heap_frame *frame)
{
	const struct ow_str file = ow_path_base(frame->file);
	const char *text;

	if (!frame->name.n)
		text = ow_printf(arena, "0x%" PRIx64, frame->address);
	else if (frame->file.n && (frame->have & OW_HEAP_FRAME_LINE))
		text = ow_printf(arena, "%.*s (%.*s:%" PRId64 ")", (int)frame->name.n,
				 frame->name.p, (int)file.n, file.p, frame->line);
	else
		text = ow_printf(arena, "%.*s", (int)frame->name.n, frame->name.p);
	return text ? text : "";
}

const struct ow_go_heap_seen *ow_go_latest(const struct ow_go_scene *go, enum ow_tie tie)
{
	for (size_t i = go->n_heaps; i-- > 0;)
		if (go->heap[i].tie.tie == tie)
			return &go->heap[i];
	return NULL;
}

/*
 * When a piece was taken. The time of a file is worth nothing where the file was copied later:
 * after the kill, or longer after the last collection that it tells of than a runtime waits for
 * one. Then it counts from that collection, if it tells of one.
 */
static bool taken(const struct ow_scene *s, const struct ow_go_origin *of,
		  const struct ow_memstats *m, int64_t *ret)
{
	const int64_t collected = m->have & OW_MEMSTATS_LAST_GC ? m->last_gc_usec : 0;
	int64_t age;

	*ret = of->source.time_usec;
	if (!of->loose ||
	    (*ret > 0 && (!s->has_killed || *ret <= s->killed_usec + OW_GO_CLOCKS_USEC) &&
	     (collected <= 0 || (!__builtin_sub_overflow(*ret, collected, &age) &&
				 llabs(age) <= OW_GO_SILENCE_USEC))))
		return *ret > 0;
	if (collected > 0)
		*ret = collected;
	return collected > 0;
}

/* What the profile says by itself. */
static int see_heap(const struct ow_scene *s, const struct ow_go_heap *from, struct ow_arena *arena,
		    struct ow_go_heap_seen *ret)
{
	static const struct ow_profile_filter all = { .granularity = OW_GRANULARITY_LINES,
						      .unit = "minimum" };
	struct ow_profile_view *view;
	struct ow_heap *heap;
	int r = ow_profile_view_new(from->profile, &all, arena, &view, NULL);

	if (r == 0)
		r = ow_heap_new(view, &(struct ow_heap_facts){ 0 }, arena, &heap, NULL);
	if (r == -ENOMEM)
		return r;
	*ret = (struct ow_go_heap_seen){ .from = from, .heap = r == 0 ? heap : NULL };
	ret->have_time = taken(s, &from->of, &from->profile->memstats, &ret->time_usec);
	return 0;
}

static int by_heap_time(const void *a, const void *b)
{
	const struct ow_go_heap_seen *x = a, *y = b;

	if (x->time_usec != y->time_usec)
		return x->time_usec < y->time_usec ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

static int see_heaps(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	const struct ow_go_evidence *all = &s->c->go;
	int r = 0;

	go->heap = ow_alloc(arena, all->n_heaps + 1, sizeof(*go->heap));
	if (!go->heap)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < all->n_heaps; i++)
		r = see_heap(s, &all->heap[i], arena, &go->heap[go->n_heaps++]);
	if (r == 0)
		qsort(go->heap, go->n_heaps, sizeof(*go->heap), by_heap_time);
	return r;
}

static int by_page_time(const void *a, const void *b)
{
	const struct ow_go_page_seen *x = a, *y = b;

	if (x->time_usec != y->time_usec)
		return x->time_usec < y->time_usec ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

static int see_pages(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	const struct ow_go_evidence *all = &s->c->go;

	go->page = ow_alloc(arena, all->n_pages + 1, sizeof(*go->page));
	if (!go->page)
		return -ENOMEM;
	for (size_t i = 0; i < all->n_pages; i++) {
		const struct ow_go_numbers *from = &all->page[i];
		struct ow_go_page_seen *p = &go->page[go->n_pages++];

		*p = (struct ow_go_page_seen){ .from = from };
		p->have_time = taken(s, &from->of, &from->stats.memstats, &p->time_usec);
	}
	qsort(go->page, go->n_pages, sizeof(*go->page), by_page_time);
	return 0;
}

/* What is known of the limit and of the process besides. */
static void know(const struct ow_scene *s, struct ow_go_scene *go)
{
	const struct ow_oom *oom = s->oom;

	if (oom->kind == OW_OOM_MEMCG && (oom->have & OW_OOM_LIMIT) &&
	    !ow_bytes_unlimited(oom->limit_bytes)) {
		go->known.have_limit = true;
		go->known.limit_bytes = oom->limit_bytes;
		go->known.limit_from = "the kernel's record";
	}
	if (s->victim && (s->victim->have & OW_VICTIM_ANON)) {
		go->has_anon = true;
		go->anon_bytes = s->victim->anon_rss_bytes;
	}
	for (size_t i = 0; i < go->n_pages; i++) {
		const struct ow_go_stats *stats = &go->page[i].from->stats;

		if ((stats->have & OW_GO_MEMORY_LIMIT) && stats->memory_limit_bytes != UINT64_MAX &&
		    stats->memory_limit_bytes < INT64_MAX && ow_go_is_own(&go->page[i].tie)) {
			go->known.have_cap = true;
			go->known.cap_bytes = stats->memory_limit_bytes;
		}
	}
}

/* A life of its own, so that the lives of the logs can go. */
static int keep_life(const struct ow_gc_life *life, struct ow_arena *arena,
		     const struct ow_gc_life **ret)
{
	struct ow_gc_life *copy = ow_alloc(arena, 1, sizeof(*copy));
	struct ow_gc_bucket *bucket = ow_alloc(arena, OW_GC_BUCKETS, sizeof(*bucket));
	const char *who = ow_str_keep(arena, ow_str(life->who ? life->who : ""));

	if (!copy || !bucket || !who)
		return -ENOMEM;
	*copy = *life;
	memcpy(bucket, life->bucket, life->n_buckets * sizeof(*bucket));
	copy->bucket = bucket;
	copy->who = who;
	*ret = copy;
	return 0;
}

/* Of two lives the one that is nearer to being the process's, and of equal ones the later. */
static bool is_better(const struct ow_go_tie *a, const struct ow_go_tie *b)
{
	static const int order[] = {
		[OW_TIE_OWN] = 3, [OW_TIE_UNSURE] = 2, [OW_TIE_RUN] = 1, [OW_TIE_PROGRAM] = 0
	};

	return order[a->tie] >= order[b->tie];
}

static int choose_life(const struct ow_scene *s, const struct ow_go_log *log,
		       const struct ow_gc_lives *lives, struct ow_arena *arena,
		       struct ow_go_scene *go)
{
	int r = 0;

	for (size_t i = 0; i < ow_gc_lives_count(lives); i++) {
		const struct ow_gc_life *life = ow_gc_lives_at(lives, i);
		const struct ow_go_tie tie = ow_go_tie_life(s, go, log, life, arena);

		if (life->cycles == 0 || (go->life && !is_better(&tie, &go->life_tie)))
			continue;
		r = keep_life(life, arena, &go->life);
		if (r < 0)
			return r;
		go->life_tie = tie;
		go->log = log;
	}
	return r;
}

/* The lives of all logs; the one that is the process's, or nearest to it, is kept. */
static int see_logs(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	const struct ow_go_evidence *all = &s->c->go;
	int r = 0;

	go->life = NULL;
	for (size_t i = 0; r == 0 && i < all->n_logs; i++) {
		ow_scoped(ow_gc_lives_freep) struct ow_gc_lives *lives = ow_gc_lives_new();
		const struct ow_go_log *log = &all->log[i];

		if (!lives)
			return -ENOMEM;
		for (size_t k = 0; r == 0 && k < log->n; k++)
			r = ow_gc_lives_add(lives, log->of.source.name, &log->event[k], NULL);
		if (r == 0)
			r = choose_life(s, log, lives, arena, go);
	}
	return r;
}

/* What came of the last collections, in numbers. */
static int sum_life(struct ow_go_scene *go)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_MIB(16));

	if (!go->life || !ow_go_is_own(&go->life_tie))
		return 0;
	return scratch && ow_gc_sum(go->life, &go->known, scratch, &go->sum) ? 0 : -ENOMEM;
}

/* The process's own profile that was taken with the page. */
static const struct ow_go_heap_seen *heap_beside(const struct ow_go_scene *go, int64_t time_usec)
{
	for (size_t i = 0; i < go->n_heaps; i++)
		if (ow_go_is_own(&go->heap[i].tie) && go->heap[i].heap &&
		    llabs(go->heap[i].time_usec - time_usec) < TOGETHER_USEC)
			return &go->heap[i];
	return NULL;
}

static const struct ow_goroutines *goroutines_beside(const struct ow_scene *s, int64_t time_usec,
						     struct ow_arena *arena)
{
	const struct ow_go_evidence *all = &s->c->go;

	for (size_t i = 0; i < all->n_stacks; i++)
		if (llabs(all->stacks[i].of.source.time_usec - time_usec) < TOGETHER_USEC &&
		    !ow_go_is_other(s, &all->stacks[i].of, arena))
			return all->stacks[i].goroutines;
	return NULL;
}

/* The limit is not one that somebody asked for: the record says it. */
static int cite_limit(const struct ow_scene *s, struct ow_arena *arena, struct ow_account *account)
{
	struct ow_go_source *source = ow_alloc(arena, 1, sizeof(*source));

	if (!source)
		return -ENOMEM;
	source->name = s->oom->source;
	for (size_t i = 0; account->have_limit && i < account->n; i++)
		account->moment[i].source[OW_ACCOUNT_LIMIT] = source;
	if (account->have_limit)
		account->limit_source = source->name;
	return 0;
}

/* Moments: the process's own pages, those that were taken together as one. */
static int account(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	struct ow_go_series *series = ow_alloc(arena, 1, sizeof(*series));
	struct ow_go_moment *m = ow_alloc(arena, go->n_pages + 1, sizeof(*m));
	struct ow_account *account = ow_alloc(arena, 1, sizeof(*account));
	int64_t began = INT64_MIN;

	if (!series || !m || !account)
		return -ENOMEM;
	series->moment = m;
	for (size_t i = 0; i < go->n_pages; i++) {
		const struct ow_go_page_seen *p = &go->page[i];
		const struct ow_go_heap_seen *heap;
		struct ow_go_stats *more;

		if (!ow_go_is_own(&p->tie))
			continue;
		if (series->n == 0 || p->time_usec - began > TOGETHER_USEC) {
			began = p->time_usec;
			m = &series->moment[series->n++];
			heap = heap_beside(go, p->time_usec);
			if (heap && heap->heap->total.inuse_bytes > 0) {
				m->profile_source = heap->from->of.source;
				m->profile_bytes = (uint64_t)heap->heap->total.inuse_bytes;
				m->profile_error_bytes = (uint64_t)heap->heap->total.error_bytes;
			}
			m->goroutines = goroutines_beside(s, p->time_usec, arena);
		}
		more = ow_grow(arena, m->stats, m->n_stats, sizeof(*more));
		if (!more)
			return -ENOMEM;
		m->stats = more;
		more[m->n_stats] = p->from->stats;
		more[m->n_stats++].source.time_usec = p->time_usec;
	}
	if (series->n == 0)
		return 0;
	go->account = account;
	if (ow_account_make(series, go->known.have_limit ? go->known.limit_bytes : UINT64_MAX,
			    arena, account) < 0)
		return -ENOMEM;
	return cite_limit(s, arena, account);
}

static void settle_ties(const struct ow_scene *s, struct ow_arena *arena, struct ow_go_scene *go)
{
	for (size_t i = 0; i < go->n_heaps; i++)
		go->heap[i].tie = ow_go_tie_heap(s, go, &go->heap[i], arena);
	for (size_t i = 0; i < go->n_pages; i++)
		go->page[i].tie = ow_go_tie_page(s, go, &go->page[i], arena);
	ow_go_tie_growth(s, go, arena);
}

int ow_go_scene_make(const struct ow_scene *s, struct ow_arena *arena,
		     const struct ow_go_scene **ret)
{
	const struct ow_go_evidence *all = &s->c->go;
	struct ow_go_scene *go;
	int r;

	*ret = NULL;
	if (!s->oom || all->n_heaps + all->n_logs + all->n_pages + all->n_stacks == 0)
		return 0;
	go = ow_alloc(arena, 1, sizeof(*go));
	if (!go)
		return -ENOMEM;
	know(s, go);
	r = see_heaps(s, arena, go);
	if (r == 0)
		r = see_pages(s, arena, go);
	/* A log with times of day says when the life began, and that, of a log without, whether
	 * it is of it: so it is looked at twice. */
	if (r == 0)
		r = see_logs(s, arena, go);
	if (r < 0)
		return r;
	ow_go_start(s, arena, go);
	r = see_logs(s, arena, go);
	if (r < 0)
		return r;
	settle_ties(s, arena, go);
	know(s, go);
	r = sum_life(go);
	if (r == 0)
		r = account(s, arena, go);
	if (r == 0)
		*ret = go;
	return r;
}
