/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/runtime.h"

#include <inttypes.h>
#include <math.h>

#include "analyze/makeup.h"
#include "analyze/words.h"
#include "base/time.h"

#define LIMIT_PERCENT 90 /* of what is left to Go: GOMEMLIMIT is soft */

bool ow_runtime_possible(const struct ow_scene *s)
{
	return s->go;
}

bool ow_runtime_concerns(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	const struct ow_program *victim = s->holders.victim;
	uint64_t bytes = victim ? victim->most_bytes : s->go->anon_bytes;
	double share = ow_share(bytes, b->total.bytes);

	if (!s->victim) {
		ow_finding_open(s, f, "who was killed is not in the source");
		return false;
	}
	if (b->total.have && (victim || s->go->has_anon) && share < OW_MAJOR) {
		ow_finding_open(s, f,
				"the victim had %s of the memory: what its runtime says does not "
				"explain the rest",
				ow_words_share(f->arena, share));
		return false;
	}
	share = ow_share(b->part[OW_PART_ANON].bytes, b->total.bytes);
	if (b->total.have && b->part[OW_PART_ANON].have && !b->swap.bytes && share < OW_MAJOR) {
		ow_finding_open(s, f, "anonymous memory was %s: a heap does not explain the rest",
				ow_words_share(f->arena, share));
		return false;
	}
	return true;
}

bool ow_runtime_lived(const struct ow_scene *s, int64_t *ret_usec)
{
	const struct ow_go_scene *go = s->go;

	if (s->has_killed && go->has_start && s->killed_usec > go->start_usec)
		*ret_usec = s->killed_usec - go->start_usec;
	else if (go->life && ow_go_is_own(&go->life_tie) && go->life->clock == OW_GC_CLOCK_START)
		*ret_usec = go->life->last_usec; /* at least */
	else
		return false;
	return *ret_usec > 0;
}

/* What is charged to the limit besides anonymous memory: kernel memory, and cache that stayed. */
static uint64_t beside(const struct ow_scene *s)
{
	const struct ow_balance *b = &s->balance;

	return b->usage.have && b->part[OW_PART_ANON].have
		       ? ow_less(b->usage.bytes, b->part[OW_PART_ANON].bytes)
		       : 0;
}

/* How many times the live heap the heap may be before it is collected. */
static double room(const struct ow_go_scene *go)
{
	return go->sum.have_goal && go->sum.goal_ratio > 1 ? go->sum.goal_ratio : 1;
}

bool ow_runtime_predict(const struct ow_scene *s, int64_t *ret_usec)
{
	const struct ow_go_scene *go = s->go;
	double bytes, live, seconds, alloc;

	if (!go->life || !ow_go_is_own(&go->life_tie) || !go->known.have_limit ||
	    go->life->clock != OW_GC_CLOCK_START || !go->sum.live.have_fit ||
	    go->sum.live.fit.slope <= 0)
		return false;
	/* The heap meets the limit in the first cycle whose goal is past it: when it has been
	 * filled from what was live on. */
	bytes = (double)ow_less(go->known.limit_bytes, beside(s));
	live = bytes / room(go);
	alloc = go->sum.all.alloc_bytes_per_s;
	seconds = (live - go->sum.live.fit.intercept) / go->sum.live.fit.slope;
	if (isfinite(alloc) && alloc > 0)
		seconds += (bytes - live) / alloc;
	if (!isfinite(seconds) || seconds < 0 || seconds > 1e12)
		return false;
	*ret_usec = (int64_t)(seconds * OW_USEC_PER_SEC);
	return true;
}

/* How much longer the live heap may grow when the collector leaves it all of the memory limit. */
static const char *delay(const struct ow_scene *s, uint64_t memory_limit, struct ow_arena *arena)
{
	const struct ow_go_scene *go = s->go;
	double seconds;

	if (!go->life || !ow_go_is_own(&go->life_tie) || !go->sum.live.grows ||
	    go->sum.live.fit.slope <= 0)
		return "";
	seconds = ((double)memory_limit -
		   (double)ow_less(go->known.limit_bytes, beside(s)) / room(go)) /
		  go->sum.live.fit.slope;
	if (!isfinite(seconds) || seconds < 1 || seconds > 1e12)
		return "; it does not delay the end of a live heap that grows";
	return ow_printf(arena, "; it delays the end of a live heap that grows by %s at most",
			 ow_words_span(arena, (uint64_t)(seconds * OW_USEC_PER_SEC)));
}

const char *ow_runtime_advice(const struct ow_scene *s, struct ow_arena *arena)
{
	const struct ow_go_scene *go = s->go;
	const uint64_t rest = beside(s);
	const char *text, *later;
	uint64_t bytes;

	if (!go || !go->known.have_limit)
		return NULL;
	if (go->account && go->account->advice.have && go->account->advice.rest_bytes >= rest) {
		bytes = go->account->advice.memory_limit;
		text = go->account->advice.text;
	} else {
		bytes = ow_less(go->known.limit_bytes, rest) / 100 * LIMIT_PERCENT;
		bytes -= bytes % OW_MIB(1);
		text = ow_printf(arena,
				 "GOMEMLIMIT=%" PRIu64 "MiB = (%s limit - %s that is not anonymous "
				 "memory) x 0.9",
				 bytes / OW_MIB(1), ow_words_bytes(arena, go->known.limit_bytes),
				 ow_words_about(arena, (double)rest));
	}
	later = bytes ? delay(s, bytes, arena) : "";
	text = text && later ? ow_printf(arena, "%s%s", text, later) : NULL;
	return text ? text : "";
}

static bool stands(const struct ow_finding *f)
{
	return f->outcome == OW_HELD || f->outcome == OW_PARTLY;
}

/* What is against a piece that is not the process's own. */
static const char *lacking(const struct ow_scene *s, struct ow_finding *f, bool log)
{
	const struct ow_go_scene *go = s->go;

	if (log && go->life)
		return ow_finding_text(f,
				       "the log \"%s\" is not known to be of the life that "
				       "ended so: %s",
				       go->log->of.source.name, go->life_tie.why);
	if (log)
		return "no log of the collector is in the case";
	if (go->n_pages)
		return ow_finding_text(f, "\"%s\" is not known to be of the life that ended so: %s",
				       go->page[go->n_pages - 1].from->of.source.name,
				       go->page[go->n_pages - 1].tie.why);
	return "no numbers of the runtime are in the case";
}

/* More reasons, those of other. */
static void add_reasons(struct ow_finding *f, const struct ow_finding *other)
{
	for (size_t i = 0; i < other->n_reasons; i++) {
		const struct ow_reason *r = &other->reason[i];
		const struct ow_cite none = { 0 };

		(r->against ? ow_reason_against : ow_reason_for)(
			f, r->class, r->n_cites ? r->cite[0] : none, "%s", r->text);
		for (size_t k = 1; k < r->n_cites; k++)
			ow_reason_also(f, r->cite[k]);
	}
}

/* Are there profiles of that life to compare? */
static bool has_series(const struct ow_go_scene *go)
{
	size_t n = 0;

	for (size_t i = 0; i < go->n_heaps; i++)
		n += ow_go_is_own(&go->heap[i].tie);
	return n > 1;
}

/* The words of one table, as those of the hypothesis: what stands here is supported at most, for
 * what else there may be is in no line of a log, and in no page. */
static void take(const struct ow_scene *s, struct ow_finding *f, const struct ow_finding *from,
		 const struct ow_finding *other)
{
	const struct ow_hypothesis *h = f->hypothesis;

	*f = *from;
	f->hypothesis = h;
	f->verdict = OW_NOT_TESTED; /* the chain says */
	if (f->outcome == OW_HELD)
		f->outcome = OW_PARTLY;
	if (other && other->outcome == f->outcome)
		add_reasons(f, other);
	if (f->outcome == OW_PARTLY && has_series(s->go))
		f->n_needs = 0; /* the level below has what it asks for */
}

/* Whose log it is, which all that it says rests on. */
static void add_tie(const struct ow_go_scene *go, struct ow_finding *f)
{
	ow_reason_for(f, OW_INFERRED, ow_gc_cite(go->life, &go->life->last, NULL, NULL),
		      "the log is taken for that of the life that ended so: %s", go->life_tie.why);
	if (go->life_tie.cite.source)
		ow_reason_also(f, go->life_tie.cite);
}

void ow_runtime_judge(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_go_scene *go = s->go;
	const char *label = f->hypothesis->label;
	const struct ow_gc_rule *rule = ow_gc_rule_find(label);
	const struct ow_account_class *class = ow_account_class_find(label);
	const bool own = go->life && ow_go_is_own(&go->life_tie);
	struct ow_finding log = { .hypothesis = f->hypothesis, .arena = f->arena }, pages = log;
	bool by_log = false, by_pages = false;

	if (!ow_runtime_concerns(s, f))
		return;
	if (rule && own)
		by_log = ow_gc_judge(rule, &(struct ow_gc_case){ go->life, &go->sum, &go->known },
				     f->arena, &log);
	if (class && go->account) {
		ow_account_judge(go->account, class, &pages);
		by_pages = true;
	}
	/* What stands beside the answer is of the end of the life, which the log is nearer to. */
	if (by_log && by_pages && f->hypothesis->stand != OW_FACTOR &&
	    ((stands(&log) && pages.outcome == OW_FAILED) ||
	     (stands(&pages) && log.outcome == OW_FAILED))) {
		*f = (struct ow_finding){ .hypothesis = f->hypothesis, .arena = f->arena };
		add_reasons(f, &log);
		add_reasons(f, &pages);
		ow_finding_settle(f, OW_SPLIT, NULL,
				  "by the collector's log %s; by the runtime's "
				  "own numbers %s",
				  log.statement, pages.statement);
	} else if (by_log && (log.outcome != OW_OPEN || !by_pages || pages.outcome == OW_OPEN)) {
		if (stands(&log) && f->hypothesis->stand != OW_FACTOR)
			add_tie(go, &log);
		take(s, f, &log, by_pages ? &pages : NULL);
	} else if (by_pages) {
		take(s, f, &pages, NULL);
	} else {
		ow_finding_open(s, f, "%s", lacking(s, f, rule));
	}
}
