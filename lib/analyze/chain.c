/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/chain.h"

#include <assert.h>
#include <errno.h>

static bool cites(const struct ow_finding *f)
{
	for (size_t i = 0; i < f->n_reasons; i++)
		if (!f->reason[i].against && f->reason[i].n_cites)
			return true;
	return false;
}

/* All that is said of a record is as true as the record is genuine. */
static void doubt(const struct ow_scene *s, struct ow_finding *f)
{
	if (!s->oom || !(s->oom->have & OW_OOM_DOUBTED) || f->outcome != OW_HELD)
		return;
	f->outcome = OW_PARTLY;
	if (f->hypothesis->level == OW_LEVEL_KILL)
		ow_reason_against(f, OW_OBSERVED,
				  ow_cite_line(s->oom, s->victim ? s->victim->line : s->oom->line),
				  "the record lacks what the lines before it have: it may be "
				  "forged");
}

static int judge(const struct ow_scene *s, const struct ow_hypothesis *h, struct ow_arena *arena,
		 struct ow_finding *ret)
{
	struct ow_finding f = { .hypothesis = h, .arena = arena };

	h->judge(s, &f);
	doubt(s, &f);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	assert(f.statement);
	/* What cites nothing is no statement. */
	if ((f.outcome == OW_HELD || f.outcome == OW_PARTLY) && !cites(&f)) {
		f.outcome = OW_OPEN;
		f.word = NULL;
		if (f.n_needs == 0)
			ow_finding_need(&f, h->datum, ow_scene_command(s, arena, h->command));
	}
	*ret = f;
	return 0;
}

/* The rivals of one that held: of the same level and question, and not refuted. */
static int find_rivals(struct ow_chain *chain, struct ow_finding *f, struct ow_arena *arena)
{
	for (size_t i = 0; i < chain->n; i++) {
		const struct ow_finding *other = &chain->finding[i];
		const struct ow_hypothesis **more;

		if (other == f || other->outcome == OW_FAILED ||
		    other->hypothesis->level != f->hypothesis->level ||
		    other->hypothesis->stand != f->hypothesis->stand)
			continue;
		more = ow_grow(arena, f->rival, f->n_rivals, sizeof(const struct ow_hypothesis *));
		if (!more)
			return -ENOMEM;
		f->rival = more;
		f->rival[f->n_rivals++] = other->hypothesis;
	}
	return 0;
}

static int derive_verdict(struct ow_chain *chain, struct ow_finding *f, struct ow_arena *arena)
{
	static const enum ow_verdict plain[] = {
		[OW_OPEN] = OW_NOT_TESTED,
		[OW_FAILED] = OW_REFUTED,
		[OW_PARTLY] = OW_SUPPORTED,
		[OW_SPLIT] = OW_CONTRADICTORY,
	};
	bool held = f->outcome == OW_HELD || f->outcome == OW_PARTLY;
	int r = 0;

	if (held && f->hypothesis->stand != OW_FACTOR)
		r = find_rivals(chain, f, arena);
	if (f->outcome == OW_HELD)
		f->verdict = f->n_rivals ? OW_SUPPORTED : OW_CONFIRMED;
	else
		f->verdict = plain[f->outcome];
	if (!f->word)
		f->word = ow_verdict_names[f->verdict];
	return r;
}

/* A kill that somebody asked for met no limit and proves no need, and a killer in user space writes
 * no report to reason from. Of the tenants only an ancestor's
 * limit or the machine's has several. */
static bool is_asked(const struct ow_scene *s, enum ow_level level)
{
	const struct ow_oom *oom = s->oom;

	if (level == OW_LEVEL_KILL)
		return true;
	if (!oom || oom->kind == OW_OOM_SYSRQ || oom->killer)
		return false;
	if (level == OW_LEVEL_RUNTIME || level == OW_LEVEL_FUNCTION)
		return s->go;
	return level != OW_LEVEL_TENANT || oom->kind != OW_OOM_MEMCG ||
	       !ow_owner_same(&oom->limit_owner, &oom->task_owner);
}

static int run(struct ow_chain *chain, struct ow_arena *arena)
{
	const struct ow_scene *s = &chain->scene;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ow_hypothesis_count(); i++) {
		const struct ow_hypothesis *h = ow_hypothesis_at(i);

		if (!chain->asked[h->level] || (h->possible && !h->possible(s)))
			continue;
		r = judge(s, h, arena, &chain->finding[chain->n]);
		chain->n += r == 0;
	}
	return r;
}

/* The better answer: a confirmed one, else one that is supported, else a contradiction. */
static int strength(const struct ow_finding *f)
{
	static const int by_verdict[OW_VERDICT_COUNT] = {
		[OW_CONFIRMED] = 3, [OW_SUPPORTED] = 2, [OW_CONTRADICTORY] = 1
	};

	return f ? by_verdict[f->verdict] : 0;
}

static void find_answers(struct ow_chain *chain)
{
	for (size_t i = 0; i < chain->n; i++) {
		const struct ow_finding *f = &chain->finding[i];
		const struct ow_finding **answer = &chain->answer[f->hypothesis->level];

		if (f->hypothesis->stand == OW_RIVAL && strength(f) > strength(*answer))
			*answer = f;
		if (f->hypothesis->stand == OW_EXIT && strength(f) >= 2 &&
		    strength(f) > strength(chain->end))
			chain->end = f;
	}
	/* The shape is asked of a history, and stands in nobody's way. */
	for (enum ow_level l = OW_LEVEL_KILL; l < OW_LEVEL_COUNT; l++) {
		if (!chain->asked[l] || l == OW_LEVEL_SHAPE)
			continue;
		if (strength(chain->answer[l]) < 2)
			return;
		chain->reached = chain->answer[l];
		if (l == OW_LEVEL_PROCESS)
			chain->holder = chain->answer[l];
		if (l > OW_LEVEL_PROCESS)
			chain->cause = chain->answer[l];
	}
}

int ow_chain_run(const struct ow_case *c, struct ow_arena *arena, struct ow_chain *ret)
{
	struct ow_chain chain = {
		.finding = ow_alloc(arena, ow_hypothesis_count(), sizeof(struct ow_finding)),
	};
	int r = chain.finding ? ow_scene_make(c, arena, &chain.scene) : -ENOMEM;

	for (enum ow_level l = 0; r == 0 && l < OW_LEVEL_COUNT; l++)
		chain.asked[l] = is_asked(&chain.scene, l);
	if (r == 0)
		r = run(&chain, arena);
	for (size_t i = 0; r == 0 && i < chain.n; i++)
		r = derive_verdict(&chain, &chain.finding[i], arena);
	if (r < 0)
		return r;
	find_answers(&chain);
	*ret = chain;
	return 0;
}

const struct ow_finding *ow_chain_find(const struct ow_chain *chain, const char *label)
{
	for (size_t i = 0; i < chain->n; i++)
		if (strcmp(chain->finding[i].hypothesis->label, label) == 0)
			return &chain->finding[i];
	return NULL;
}
