/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/score.h"

#include <inttypes.h>

#include "analyze/holders.h"
#include "analyze/kill.h"
#include "analyze/words.h"

#define ADJ_NEVER  (-1000)
#define NEEDS      (OW_TASK_RSS | OW_TASK_PGTABLES | OW_TASK_SWAP | OW_TASK_ADJ)

#define COUNTERS   8            /* of two tasks: anon, file, shmem, swap */
#define ERROR_OLD  OW_MIB(512)  /* up to 6.1: 64 pages a thread, for a thousand of them in each */
#define ERROR_NEW  OW_MIB(4096) /* from 6.2, or a kernel that is not told: 256 CPUs */
#define ROOT_BONUS 3            /* per cent */

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Swap that the group may use beside its memory. */
static bool allowed_swap(const struct ow_case *c, const struct ow_oom *oom, uint64_t *ret)
{
	uint64_t swap = UINT64_MAX;

	if ((oom->have & OW_OOM_SWAP) && (oom->swap.have & OW_COUNTER_LIMIT))
		swap = oom->swap.limit_bytes;
	else if ((oom->have & OW_OOM_MEMSW) && (oom->memsw.have & OW_COUNTER_LIMIT))
		swap = ow_less(oom->memsw.limit_bytes, oom->limit_bytes);
	if (c->host.have & OW_HOST_SWAP)
		swap = smaller(swap, c->host.swap_bytes);
	*ret = swap;
	return !ow_bytes_unlimited(swap);
}

static bool total_bytes(const struct ow_case *c, const struct ow_oom *oom, uint64_t *ret)
{
	uint64_t swap;

	switch (oom->kind) {
	case OW_OOM_MEMCG:
		if (!(oom->have & OW_OOM_LIMIT) || ow_bytes_unlimited(oom->limit_bytes) ||
		    !allowed_swap(c, oom, &swap))
			return false;
		*ret = ow_add(oom->limit_bytes, swap);
		return true;
	case OW_OOM_GLOBAL:
	case OW_OOM_SYSRQ:
		if (!(oom->have & OW_OOM_RAM) || !(oom->have & OW_OOM_SWAP_TOTAL))
			return false;
		*ret = ow_add(ow_less(oom->ram_bytes, oom->reserved_bytes), oom->swap_total_bytes);
		return true;
	case OW_OOM_CPUSET:
	case OW_OOM_MEMPOLICY:
	case OW_OOM_UNKNOWN:
	case OW_OOM_PANIC:
	case OW_OOM_USERSPACE:
	case OW_OOM_ALLOCATION:
	case OW_OOM_KIND_COUNT:
		break;
	}
	return false;
}

static int64_t points(const struct ow_oom_task *t, uint64_t page, int64_t thousandth)
{
	const uint64_t most = INT64_MAX / 4 / 1000;
	uint64_t pages = ow_add(t->rss_bytes / page, t->swap_bytes / page);

	pages = smaller(ow_add(pages, t->pgtables_bytes / page), most);
	return (int64_t)pages + t->oom_score_adj * thousandth;
}

struct ranking {
	const struct ow_oom_task *first, *second;
	int64_t first_points, second_points;
};

static void rank(struct ranking *r, const struct ow_oom_task *t, int64_t p)
{
	if (!r->first || p >= r->first_points) {
		r->second = r->first;
		r->second_points = r->first_points;
		r->first = t;
		r->first_points = p;
	} else if (!r->second || p >= r->second_points) {
		r->second = t;
		r->second_points = p;
	}
}

static const char *not_testable(const struct ow_oom *oom)
{
	const struct ow_oom_task *t = ow_oom_tasks(oom);

	if (oom->victims.n == 0 || !(ow_oom_victims(oom)->have & OW_VICTIM_PID))
		return "the source does not say who was killed";
	if (oom->have & OW_OOM_ALLOCATING)
		return "vm.oom_kill_allocating_task chose the task that asked";
	if (ow_kill_is_policys(oom))
		return "a BPF policy chose, by rules of its own";
	if (oom->tasks.n == 0)
		return "the source has no task table";
	for (size_t i = 0; i < oom->tasks.n; i++)
		if ((t[i].have & NEEDS) != NEEDS)
			return "the task table lacks a column that the score needs";
	return NULL;
}

/* How far the difference of two scores may be off. */
static int64_t error_points(const struct ow_case *c, const struct ow_oom *oom, int64_t most,
			    uint64_t page)
{
	const uint64_t cpus = c->host.have & OW_HOST_CPUS ? c->host.cpus : 0;
	uint64_t bytes, points;

	if (ow_rss_error(oom, cpus, &bytes))
		bytes *= COUNTERS;
	else
		bytes = ow_oom_is_before(oom, 6, 2) ? ERROR_OLD : ERROR_NEW;
	points = bytes / page;
	if (!oom->kernel || ow_oom_is_before(oom, 4, 17))
		points += (uint64_t)(most > 0 ? most : 0) / 100 * ROOT_BONUS;
	return (int64_t)smaller(points, INT64_MAX);
}

static enum ow_score_state compare(const struct ow_score *s)
{
	if (s->first == s->victim)
		return OW_SCORE_AGREE;
	return s->victim && s->first_points - s->victim_points <= s->error_points ? OW_SCORE_NEAR
										  : OW_SCORE_DIFFER;
}

static int64_t clamped(int64_t adj)
{
	return adj < -1000 ? -1000 : adj > 1000 ? 1000 : adj;
}

void ow_score_make(const struct ow_case *c, const struct ow_oom *oom, struct ow_score *ret)
{
	const uint64_t page = (oom->have & OW_OOM_PAGE) && oom->page_bytes ? oom->page_bytes : 4096;
	const struct ow_oom_task *t = ow_oom_tasks(oom);
	struct ow_score s = { .why_not = not_testable(oom) };
	struct ranking with = { 0 }, without = { 0 };
	int64_t thousandth = 0;
	bool any_adj = false;
	uint64_t total;

	for (size_t i = 0; !s.why_not && i < oom->tasks.n; i++)
		any_adj |= t[i].oom_score_adj != 0 && t[i].oom_score_adj > ADJ_NEVER;
	if (!s.why_not && any_adj) {
		if (total_bytes(c, oom, &total))
			thousandth = (int64_t)smaller(total / page / 1000, INT64_MAX / 4000);
		else
			s.why_not = "an oom_score_adj weighs in thousandths of memory and swap, "
				    "and how much swap could be used is not known";
	}
	for (size_t i = 0; !s.why_not && i < oom->tasks.n; i++) {
		struct ow_oom_task task = t[i];

		if (task.oom_score_adj <= ADJ_NEVER)
			continue;
		s.candidates++;
		task.oom_score_adj = clamped(task.oom_score_adj);
		rank(&with, &t[i], points(&task, page, thousandth));
		if (t[i].pid == ow_oom_victims(oom)->pid) {
			s.victim = &t[i];
			s.victim_points = points(&task, page, thousandth);
		}
		rank(&without, &t[i], points(&task, page, 0));
	}
	if (!s.why_not && !with.first)
		s.why_not = "no row of the table may be killed";
	if (!s.why_not) {
		s.first = with.first;
		s.second = with.second;
		s.first_points = with.first_points;
		s.second_points = with.second_points;
		s.adjusted = without.first != with.first;
		s.unadjusted = without.first;
		s.error_points = error_points(c, oom, with.first_points, page);
		s.state = compare(&s);
	}
	*ret = s;
}

/* The victim is not the one with the highest score. */
static const char *differ_words(const struct ow_score *score, const char *victim,
				struct ow_arena *arena)
{
	const char *first = ow_words_process(arena, score->first->comm, score->first->pid);

	if (!score->victim)
		return ow_printf(arena,
				 "by the table %s has the highest score, %" PRId64
				 " points; %s, which was killed, is not among those that could be "
				 "chosen (derived)",
				 first, score->first_points, victim);
	if (score->state == OW_SCORE_NEAR)
		return ow_printf(arena,
				 "by the table %s has the highest score, %" PRId64
				 " points, and %s with %" PRId64
				 " was killed: counters can be off by so much (derived)",
				 first, score->first_points, victim, score->victim_points);
	return ow_printf(
		arena,
		"by the table %s has the highest score, %" PRId64 " points, and %s with %" PRId64
		" was killed. Counters are not off by so much: the first was exempt, as one "
		"that is dying already, or a child of it died in its place (before 5.1), or "
		"this kernel chooses otherwise (derived)",
		first, score->first_points, victim, score->victim_points);
}

const char *ow_score_words(const struct ow_score *score, const char *victim, struct ow_arena *arena)
{
	const struct ow_oom_task *second = score->second;
	const char *words;

	if (score->state == OW_SCORE_OPEN)
		words = ow_printf(arena, "cannot be recomputed; %s", score->why_not);
	else if (score->state != OW_SCORE_AGREE)
		words = differ_words(score, victim, arena);
	else if (!second)
		words = "there was no other that could be killed (derived)";
	else
		words = ow_printf(
			arena,
			"it has the highest score of %zu, %" PRId64
			" points; the next is %s with %" PRId64 "%s (derived)",
			score->candidates, score->first_points,
			ow_words_process(arena, second->comm, second->pid), score->second_points,
			score->adjusted ? ". Without oom_score_adj it would not be the first" : "");
	return words ? words : "";
}
