/* SPDX-License-Identifier: Apache-2.0 */
/* What fits on the first screen below the box: the four roles, what somebody on call asks, and the
 * chain, one row a level. */

#include "analyze/words.h"
#include "report/part.h"

static void role(struct ow_draft *d, const char *name, const char *who, const struct ow_cite *cite)
{
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", name);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", who);
	if (cite) {
		ow_doc_say(d->doc, OW_INK_PLAIN, " ");
		ow_draft_cite(d, cite);
	}
}

static size_t count_victims(const struct ow_case *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_kills; i++)
		n += c->kills[i]->victims.n;
	return n;
}

static const char *victim_words(struct ow_draft *d)
{
	const struct ow_scene *s = d->s;
	size_t n = count_victims(d->c);

	if (!s->victim)
		return s->oom->have & OW_OOM_NO_VICTIM ? "none: nothing could be killed"
						       : "not in the source";
	return ow_draft_text(d, "%s%s%s", s->victim_name,
			     s->first == OW_FIRST_ALONE ? ", the only process there" : "",
			     n > 1 ? ow_draft_text(d, ", and %zu more in this incident", n - 1)
				   : "");
}

/* What the table shows is told also where a level above it is undecided, but then with that. */
static const char *holder_role(struct ow_draft *d, const struct ow_finding *holder)
{
	return ow_draft_text(d, "%s: %s%s", holder->subject ? holder->subject : holder->statement,
			     ow_finding_role(holder),
			     d->chain->holder ? "" : "; see what is undecided above it");
}

/* A killer in user space watches a cgroup or the machine, and ends a process or a whole cgroup. */
static void killer_roles(struct ow_draft *d)
{
	const struct ow_scene *s = d->s;
	const struct ow_cite cite = ow_cite_line(s->oom, s->oom->lines.killer);

	role(d, "killer", s->oom->killer, &cite);
	role(d, "watched", s->oom->limit_memcg ? s->limit_owner : "the machine", NULL);
	role(d, "victim",
	     !s->victim && s->oom->task_owner.id ? ow_draft_text(d, "all of %s", s->owner)
						 : victim_words(d),
	     &cite);
}

static void roles(struct ow_draft *d)
{
	static const char *const heading[] = { "Role", "Who", NULL };
	const struct ow_oom *oom = d->s->oom;
	const struct ow_finding *process = d->chain->answer[OW_LEVEL_PROCESS];
	const struct ow_finding *holder = process && ow_draft_stands(process) ? process : NULL;
	const struct ow_oom_trigger *t = &oom->trigger;
	struct ow_cite head = ow_cite_line(oom, oom->lines.head);
	struct ow_cite kill =
		d->s->victim ? ow_cite_line(oom, d->s->victim->line) : (struct ow_cite){ 0 };

	ow_doc_table(d->doc, heading);
	if (oom->killer) {
		killer_roles(d);
		return;
	}
	role(d, "trigger",
	     t->comm || (t->have & OW_TRIGGER_PID)
		     ? ow_draft_text(d, "%s asked for memory",
				     ow_words_process(d->arena, t->comm,
						      t->have & OW_TRIGGER_PID ? t->pid : -1))
		     : "not in the source",
	     &head);
	role(d, "holder", holder ? holder_role(d, holder) : "undecided",
	     holder && holder->reason->n_cites ? &holder->reason->cite[0] : NULL);
	role(d, "grower", "unknown: one point in time", NULL);
	role(d, "victim", victim_words(d), &kill);
}

static void answer(struct ow_draft *d, const char *question, const char *text)
{
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", question);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", text);
}

/* What ended the container is another question than what was killed. */
static void how_it_ended(struct ow_draft *d, const struct ow_finding *end)
{
	ow_doc_item(d->doc, OW_INK_PLAIN, "How did it end?");
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s (", end->statement);
	ow_doc_say(d->doc, OW_INK_VERDICT, "%s", ow_verdict_names[end->verdict]);
	ow_doc_say(d->doc, OW_INK_PLAIN, ") ");
	ow_draft_cites(d, end);
}

static const char *still_happening(struct ow_draft *d)
{
	const struct ow_container *k = d->s->container;
	const char *state = "";

	if (k && (k->have & OW_CONTAINER_RUNNING))
		state = ow_draft_text(d, "; %s%s%s", k->running ? "running" : "down",
				      k->restart_policy && *k->restart_policy ? ", restart: " : "",
				      k->restart_policy ? k->restart_policy : "");
	return ow_draft_text(d, "%zu %s, %zu other%s in the sources%s", d->c->n_kills,
			     d->c->n_kills == 1 ? "kill" : "kills", d->c->n_other_kills,
			     d->c->n_other_kills == 1 ? "" : "s", state);
}

static const char *who_was_hit(struct ow_draft *d)
{
	const struct ow_finding *group = ow_chain_find(d->chain, "group-kill");
	size_t n;

	if (!d->s->victim && d->s->oom->killer && d->s->oom->task_owner.id)
		return ow_draft_text(d, "all of %s", d->s->owner);
	if (!d->s->victim && d->s->oom->lines.panic)
		return "all of the machine: it stopped (panic)";
	if (!d->s->victim)
		return "nobody, as far as the source says";
	if (group && ow_draft_stands(group))
		return ow_draft_text(d, "all %zu processes of the group", d->s->oom->victims.n);
	switch (d->s->first) {
	case OW_FIRST_ALONE:
		return ow_draft_text(d, "the only process, so all of %s", d->s->owner);
	case OW_FIRST_LIVES_ON:
	case OW_FIRST_KILLED:
	case OW_FIRST_STATUS:
	case OW_FIRST_LATER:
		return ow_draft_text(d, "a child; the first process of %s lived on", d->s->owner);
	case OW_FIRST_UNKNOWN:
		break;
	}
	n = count_victims(d->c);
	return ow_draft_text(d, "%zu %s; whether the rest went on is not known", n,
			     n == 1 ? "process" : "processes");
}

static const char *safe_step(struct ow_draft *d)
{
	const struct ow_container *k = d->s->container;
	const char *name = k ? ow_words_shell(d->arena, k->name ? k->name : k->id) : NULL;

	if (name && (k->have & OW_CONTAINER_RUNNING) && !k->running)
		return ow_draft_text(d, "%s start %s; the limit: no advice, see Fix", k->runtime,
				     name);
	return "restart; the limit: no advice, see Fix";
}

static const char *beside_it(struct ow_draft *d)
{
	const char *text = "";

	for (size_t i = 0; i < d->chain->n; i++) {
		const struct ow_finding *f = &d->chain->finding[i];

		if (f->hypothesis->stand == OW_FACTOR && ow_draft_stands(f))
			text = ow_draft_text(d, "%s%s%s", text, *text ? ", " : "",
					     f->hypothesis->label);
	}
	return text;
}

static void on_call(struct ow_draft *d)
{
	static const char *const heading[] = { "On call", "Answer", NULL };

	ow_doc_table(d->doc, heading);
	answer(d, "Still happening?", still_happening(d));
	answer(d, "Who was hit?", who_was_hit(d));
	if (d->chain->end)
		how_it_ended(d, d->chain->end);
	answer(d, "Next one when?", "unknown: that takes two points in time");
	answer(d, "Safe step now?", safe_step(d));
	if (*beside_it(d))
		answer(d, "Beside it?", beside_it(d));
}

void ow_part_roles(struct ow_draft *d)
{
	if (!d->s->oom)
		return;
	roles(d);
	on_call(d);
}

/* The first finding of the level that says what is missing. */
static const struct ow_finding *open_of(const struct ow_chain *chain, enum ow_level level)
{
	for (size_t i = 0; i < chain->n; i++)
		if (chain->finding[i].hypothesis->level == level &&
		    chain->finding[i].outcome == OW_OPEN &&
		    chain->finding[i].hypothesis->stand == OW_RIVAL)
			return &chain->finding[i];
	return NULL;
}

static void level_row(struct ow_draft *d, enum ow_level level)
{
	const struct ow_finding *f = d->chain->answer[level];
	const struct ow_finding *open = open_of(d->chain, level);

	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", ow_levels[level].name);
	if (!d->chain->asked[level]) {
		ow_doc_item(d->doc, OW_INK_PLAIN, "-");
		ow_doc_item(d->doc, OW_INK_PLAIN, "not asked");
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s",
			    d->s->oom && d->s->oom->killer ? "there is no report of the kernel"
			    : level == OW_LEVEL_TENANT && d->s->oom ? "own limit"
								    : "no limit was met");
		return;
	}
	if (f || level == OW_LEVEL_SHAPE)
		ow_doc_item(d->doc, OW_INK_CODE, "%s", (f ? f : open)->hypothesis->label);
	else
		ow_doc_item(d->doc, OW_INK_PLAIN, "undecided");
	ow_doc_item(d->doc, OW_INK_VERDICT, "%s", ow_verdict_names[f ? f->verdict : OW_NOT_TESTED]);
	if (f && f->n_reasons) {
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s ", f->reason[0].text);
		ow_draft_cite(d, &f->reason[0].cite[0]);
	} else {
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s", open ? open->statement : "");
	}
}

static void end_row(struct ow_draft *d, const struct ow_finding *f)
{
	ow_doc_item(d->doc, OW_INK_PLAIN, "end");
	ow_doc_item(d->doc, OW_INK_CODE, "%s", f->hypothesis->label);
	ow_doc_item(d->doc, OW_INK_VERDICT, "%s", ow_verdict_names[f->verdict]);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s ", f->reason[0].text);
	ow_draft_cite(d, &f->reason[0].cite[0]);
}

void ow_part_chain(struct ow_draft *d)
{
	static const char *const heading[] = { "Level", "Answer", "Verdict", "Because", NULL };

	ow_doc_table(d->doc, heading);
	for (enum ow_level level = 0; level < OW_LEVEL_COUNT; level++)
		if (d->chain->asked[level] || d->s->oom) {
			level_row(d, level);
			if (level == OW_LEVEL_KILL && d->chain->end)
				end_row(d, d->chain->end);
		}
}
