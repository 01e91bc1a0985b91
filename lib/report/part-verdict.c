/* SPDX-License-Identifier: Apache-2.0 */
/* The title and the box: the report in one sentence, its labels, and one step. */
#include "analyze/kill.h"
#include "analyze/words.h"
#include "report/part.h"

static bool limit_is(const struct ow_draft *d, const char *label)
{
	const struct ow_finding *limit = d->chain->answer[OW_LEVEL_LIMIT];

	return limit && strcmp(limit->hypothesis->label, label) == 0;
}

/* What of the machine ran out. */
static const char *machine_words(const struct ow_draft *d)
{
	if (limit_is(d, "fragmentation"))
		return " because free memory was only in smaller blocks than were wanted";
	if (limit_is(d, "lowmem-zone"))
		return " because the low zones were full, while higher ones were free";
	if (ow_kill_is_page_fault(d->s->oom))
		return " because a page fault had failed";
	return " because the machine ran out of memory";
}

/* " at its own limit of 200 MiB" */
static const char *at_limit(struct ow_draft *d)
{
	const struct ow_oom *oom = d->s->oom;
	bool known = (oom->have & OW_OOM_LIMIT) && !ow_bytes_unlimited(oom->limit_bytes);
	const char *size =
		known ? ow_draft_text(d, " of %s", ow_words_bytes(d->arena, oom->limit_bytes)) : "";

	switch (oom->kind) {
	case OW_OOM_MEMCG:
		if (limit_is(d, "memcg-own-limit"))
			return ow_draft_text(d, " at its own limit%s", size);
		return ow_draft_text(d, " at the limit%s of %s", size, d->s->limit_owner);
	case OW_OOM_GLOBAL:
		return machine_words(d);
	case OW_OOM_CPUSET:
	case OW_OOM_MEMPOLICY:
		return " because the memory nodes it may use were full";
	case OW_OOM_SYSRQ:
		return " because somebody asked for it";
	case OW_OOM_PANIC:
	case OW_OOM_USERSPACE:
	case OW_OOM_ALLOCATION:
	case OW_OOM_UNKNOWN:
	case OW_OOM_KIND_COUNT:
		break;
	}
	return "";
}

static const char *number_text(struct ow_draft *d, const struct ow_finding *f, const char *name)
{
	for (size_t i = 0; i < f->n_numbers; i++)
		if (strcmp(f->number[i].name, name) == 0)
			return ow_words_share(d->arena, f->number[i].value / 100);
	return NULL;
}

/* "anonymous memory" */
static const char *made_of(const struct ow_finding *makeup)
{
	return makeup ? makeup->hypothesis->meaning : NULL;
}

/* What is known of the memory and of who held it, as far as the chain carries. */
static const char *holder_words(struct ow_draft *d)
{
	const struct ow_finding *holder = d->chain->answer[OW_LEVEL_PROCESS];
	const struct ow_finding *makeup = d->chain->answer[OW_LEVEL_MAKEUP];
	const char *share = holder ? number_text(d, holder, "share") : NULL;
	const char *kind = made_of(makeup);

	if (d->s->oom->kind == OW_OOM_SYSRQ || d->s->oom->killer)
		return "";
	if (holder && holder->subject && share && strncmp(holder->word, "largest", 7) == 0)
		return ow_draft_text(d, "; %s was the largest of several, with %s of the memory",
				     holder->subject, share);
	if (holder && holder->subject && share &&
	    strcmp(holder->hypothesis->label, "victim-is-holder") == 0)
		return ow_draft_text(d, "; %s %s of the memory%s%s",
				     d->s->holders.victim && d->s->holders.victim->n > 1
					     ? ow_draft_text(d, "%s held", holder->subject)
					     : "it held",
				     share, kind ? ", mostly " : "", kind ? kind : "");
	if (holder && holder->verdict != OW_CONTRADICTORY)
		return ow_draft_text(d, "; %s", holder->statement);
	if (makeup && number_text(d, makeup, "share"))
		return ow_draft_text(d, "; %s of the memory was %s, and who held it is undecided",
				     number_text(d, makeup, "share"), kind);
	if (kind)
		return ow_draft_text(d, "; the memory was %s, and who held it is undecided", kind);
	return limit_is(d, "fragmentation") ? "" : "; what filled it is undecided";
}

/* What the level kill came to, where that says it all. */
static const char *kill_words(const struct ow_draft *d)
{
	const struct ow_finding *answer = d->chain->answer[OW_LEVEL_KILL];

	return answer ? answer->statement : "no OOM kill was found";
}

/* Without a kill, what ended it is the news. */
static const char *end_words(struct ow_draft *d)
{
	return d->chain->end ? ow_draft_text(d, "; %s", d->chain->end->statement) : "";
}

/* A machine that finds nothing to kill stops; of a cgroup only the tasks hang. */
static const char *no_victim_words(struct ow_draft *d)
{
	const struct ow_oom *oom = d->s->oom;
	const char *what;

	if (ow_kill_is_page_fault(oom))
		what = "A page fault had failed";
	else if (oom->kind == OW_OOM_GLOBAL && !limit_is(d, "fragmentation") &&
		 !limit_is(d, "lowmem-zone"))
		what = "The machine ran out of memory";
	else
		what = ow_draft_text(d, "Memory ran out%s", at_limit(d));
	return ow_draft_text(d, "%s, %s", what,
			     oom->lines.panic
				     ? "nothing could be killed, and the machine stopped (panic)"
				     : "and nothing could be killed");
}

static const char *headline(struct ow_draft *d)
{
	const struct ow_scene *s = d->s;

	if (!s->oom)
		return ow_draft_sentence(d, ow_draft_text(d, "%s%s", kill_words(d), end_words(d)));

	if (s->oom->killer)
		return ow_draft_sentence(d, kill_words(d));
	if (s->oom->have & OW_OOM_NO_VICTIM)
		return no_victim_words(d);
	if (s->oom->kind == OW_OOM_PANIC)
		return "The machine ran out of memory and stopped (panic) instead of killing";
	if (!s->victim)
		return ow_draft_text(d,
				     "A process was to be killed%s; its name is not in the source",
				     at_limit(d));
	return ow_draft_text(d, "The kernel killed %s of %s%s", s->victim_name, s->owner,
			     at_limit(d));
}

/* What a title has to leave open. */
static const char *undecided_words(const struct ow_draft *d)
{
	const struct ow_oom *oom = d->s->oom;

	if (oom->kind == OW_OOM_SYSRQ || limit_is(d, "fragmentation"))
		return "";
	if (ow_kill_is_page_fault(oom))
		return "; why is undecided";
	return oom->kind == OW_OOM_MEMCG ? "; why it grew is undecided"
					 : "; what filled it is undecided";
}

static void title(struct ow_draft *d)
{
	const struct ow_scene *s = d->s;
	const char *what;

	if (s->oom && s->victim && !s->oom->killer)
		what = ow_draft_text(
			d, "%s was killed%s%s",
			s->container ? s->owner
				     : ow_draft_text(d, "%s of %s", s->victim_name, s->owner),
			at_limit(d), undecided_words(d));
	else
		what = s->oom && !s->oom->killer ? headline(d) : kill_words(d);
	d->report->title = ow_draft_text(d, "OOM report: %s", what);
	ow_doc_block(d->doc, OW_BLOCK_TITLE);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", d->report->title);
}

static void facts(struct ow_draft *d)
{
	const struct ow_oom *oom = d->s->oom;
	const char *host = oom && oom->host ? oom->host : d->c->host.name;
	int64_t killed;

	if (!oom)
		return;
	ow_doc_para(d->doc, "Kill: %s%s%s%s%s", ow_draft_when(d, oom), host ? ", host " : "",
		    host ? host : "", oom->kernel ? ", kernel " : "",
		    oom->kernel ? oom->kernel : "");
	if (d->c->now_usec && ow_scene_kill_time(d->s, &killed) && d->c->now_usec > killed)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %s ago",
			   ow_words_span(d->arena, (uint64_t)(d->c->now_usec - killed)));
	ow_doc_say(d->doc, OW_INK_PLAIN, ".");
}

static void whose(struct ow_draft *d)
{
	const char *container = ow_draft_container(d);

	if (container)
		ow_doc_para(d->doc, "Container: %s.", container);
}

static void label_line(struct ow_draft *d)
{
	bool first = true;

	for (size_t i = 0; i < d->chain->n; i++) {
		const struct ow_finding *f = &d->chain->finding[i];
		bool shape = f->hypothesis->level == OW_LEVEL_SHAPE;

		if (!shape &&
		    (!ow_draft_stands(f) || (f->hypothesis->stand == OW_RIVAL &&
					     f != d->chain->answer[f->hypothesis->level])))
			continue;
		if (first)
			ow_doc_text(d->doc);
		else
			ow_doc_say(d->doc, OW_INK_PLAIN, ", ");
		ow_doc_say(d->doc, OW_INK_CODE, "%s", f->hypothesis->label);
		ow_doc_say(d->doc, OW_INK_PLAIN, " ");
		ow_doc_say(d->doc, OW_INK_VERDICT, "%s", ow_verdict_names[f->verdict]);
		first = false;
	}
}

static const char *why_no_cause(const struct ow_draft *d)
{
	const struct ow_finding *process = d->chain->answer[OW_LEVEL_PROCESS];

	if (d->chain->holder)
		return ": that takes growth, and growth two points in time.";
	if (process && ow_draft_stands(process))
		return ": a level above it is undecided, see below.";
	return ", and no holder: see what is undecided.";
}

void ow_part_verdict(struct ow_draft *d)
{
	const struct ow_need *next = ow_draft_next_step(d);
	const char *near = ow_draft_near(d);

	title(d);
	facts(d);
	whose(d);
	ow_doc_block(d->doc, OW_BLOCK_BOX);
	ow_doc_item(d->doc, OW_INK_STRONG, "%s%s.", headline(d), d->s->oom ? holder_words(d) : "");
	label_line(d);
	if (near)
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s.", near);
	if (d->s->oom && d->s->oom->killer)
		ow_doc_item(d->doc, OW_INK_PLAIN,
			    "No cause is named: the killer says when it acts, not what filled the "
			    "memory.");
	else if (d->s->oom && d->s->oom->kind != OW_OOM_SYSRQ)
		ow_doc_item(d->doc, OW_INK_PLAIN, "No cause is named%s", why_no_cause(d));
	if (next) {
		ow_doc_item(d->doc, OW_INK_STRONG, "Next step");
		ow_doc_say(d->doc, OW_INK_PLAIN, " (%s):", next->what);
		ow_doc_item(d->doc, OW_INK_COMMAND, "%s", next->command);
	}
}
