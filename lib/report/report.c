/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <errno.h>

#include "report/part.h"

static void add_id(struct ow_draft *d, size_t **ids, size_t *n, size_t id)
{
	size_t *more;

	for (size_t i = 0; i < *n; i++)
		if ((*ids)[i] == id)
			return;
	more = ow_grow(d->arena, *ids, *n, sizeof(**ids));
	if (!more)
		return;
	*ids = more;
	(*ids)[(*n)++] = id;
}

/* What stands cites its reasons for, what is refuted those against. */
static void claim_evidence(struct ow_draft *d, const struct ow_finding *f, struct ow_claim *claim)
{
	size_t *ids = NULL, n = 0;

	for (size_t i = 0; i < f->n_reasons; i++)
		for (size_t k = 0; k < f->reason[i].n_cites; k++)
			add_id(d, &ids, &n, ow_draft_exhibit(d, &f->reason[i].cite[k]));
	claim->evidence = ids;
	claim->n_evidence = n;
}

static void claims(struct ow_draft *d)
{
	const struct ow_chain *chain = d->chain;
	struct ow_report *r = d->report;

	r->claim = ow_alloc(d->arena, chain->n + 1, sizeof(*r->claim));
	for (size_t i = 0; r->claim && i < chain->n; i++) {
		const struct ow_finding *f = &chain->finding[i];

		r->claim[i] = (struct ow_claim){
			.level = ow_levels[f->hypothesis->level].name,
			.label = f->hypothesis->label,
			.verdict = ow_verdict_names[f->verdict],
			.word = f->word,
			.statement = f->statement,
			.number = f->number,
			.n_numbers = f->n_numbers,
		};
		claim_evidence(d, f, &r->claim[i]);
		r->n_claims++;
	}
}

static void root_cause(const struct ow_chain *chain, struct ow_report *r)
{
	static const char *const words[OW_LEVEL_COUNT] = {
		[OW_LEVEL_KILL] = "which limit was hit is undecided",
		[OW_LEVEL_LIMIT] = "what filled it is undecided",
		[OW_LEVEL_TENANT] = "what it was made of is undecided",
		[OW_LEVEL_MAKEUP] = "who held it is undecided",
		[OW_LEVEL_RUNTIME] = "which code allocates it is undecided",
		[OW_LEVEL_FUNCTION] = "allocates what grew; who keeps it is not proved",
	};
	const struct ow_finding *reached = chain->reached;

	if (!reached || !chain->scene.oom)
		return;
	r->root_cause.level = ow_levels[reached->hypothesis->level].name;
	r->root_cause.label = reached->hypothesis->label;
	r->root_cause.word = reached->hypothesis->level == OW_LEVEL_PROCESS
				     ? ow_finding_role(reached)
				     : words[reached->hypothesis->level];
	r->root_cause.subject = reached->subject;
	if (reached->hypothesis->level == OW_LEVEL_KILL && chain->scene.victim)
		r->root_cause.subject = chain->scene.victim_name;
	if (!chain->asked[OW_LEVEL_LIMIT])
		r->root_cause.word = chain->scene.oom->killer ? "no limit of the kernel was met"
							      : "no limit was met";
	if (reached->hypothesis->level == OW_LEVEL_MAKEUP)
		r->root_cause.subject = reached->hypothesis->meaning;
}

/* Of the victim's container or pod, or of the container that was asked for. */
static struct ow_name owner_name(const struct ow_case *c, const struct ow_scene *s)
{
	struct ow_owner asked = { .kind = OW_OWNER_CONTAINER, .id = s->asked_id };
	const struct ow_owner *owner = s->oom ? &s->oom->task_owner : &asked;

	if (!owner->id || (owner->kind != OW_OWNER_CONTAINER && owner->kind != OW_OWNER_POD))
		return (struct ow_name){ 0 };
	return ow_case_name(c, owner);
}

int ow_report_make(const struct ow_case *c, const struct ow_chain *chain, struct ow_arena *arena,
		   struct ow_report *ret)
{
	struct ow_report r = { .c = c, .doc = { .arena = arena } };
	struct ow_draft d = {
		.c = c,
		.chain = chain,
		.s = &chain->scene,
		.report = &r,
		.doc = &r.doc,
		.arena = arena,
	};

	r.container = owner_name(c, d.s);
	ow_part_verdict(&d);
	ow_part_roles(&d);
	ow_part_chain(&d);
	ow_part_steps(&d);
	ow_part_ruled_out(&d);
	ow_part_open(&d);
	ow_part_container(&d);
	ow_part_timeline(&d);
	ow_part_fix(&d);
	ow_part_quality(&d);
	ow_part_sources(&d);
	claims(&d);
	ow_part_evidence(&d);
	ow_part_foot(&d);
	root_cause(chain, &r);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	*ret = r;
	return 0;
}
