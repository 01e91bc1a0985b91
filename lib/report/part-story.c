/* SPDX-License-Identifier: Apache-2.0 */
/* When it happened, what the evidence is worth, and where it comes from. */
#include <inttypes.h>

#include "analyze/coverage.h"
#include "analyze/words.h"
#include "base/time.h"
#include "report/part.h"

#define KILLS_SHOWN 8

static void event(struct ow_draft *d, const char *when, const char *what,
		  const struct ow_cite *cite)
{
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", when);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s ", what);
	if (cite)
		ow_draft_cite(d, cite);
}

static const char *utc(struct ow_draft *d, int64_t usec)
{
	char buffer[OW_TIME_MAX];

	return ow_draft_text(d, "%s", ow_time_utc(usec, buffer));
}

static struct ow_cite field(struct ow_draft *d, const char *source, const char *text)
{
	(void)d;
	return (struct ow_cite){ .source = source, .text = ow_str(text) };
}

static void kill_event(struct ow_draft *d, const struct ow_oom *oom)
{
	const struct ow_oom_victim *victim = oom->victims.n ? ow_oom_victims(oom) : NULL;
	struct ow_cite cite = ow_cite_line(oom, victim ? victim->line : oom->line);
	const char *who = victim ? ow_words_process(d->arena, victim->comm,
						    victim->have & OW_VICTIM_PID ? victim->pid : -1)
			  : oom->killer && oom->task_owner.id
				  ? ow_words_owner(d->arena, d->c, &oom->task_owner)
				  : "a process that the source does not name";

	if (oom->have & OW_OOM_NO_VICTIM)
		event(d, ow_draft_when(d, oom), "out of memory, and nothing to kill", &cite);
	else if (oom->killer && oom->signal)
		event(d, ow_draft_when(d, oom),
		      ow_draft_text(d, "%s sent %s to %s", oom->killer, oom->signal, who), &cite);
	else if (oom->killer)
		event(d, ow_draft_when(d, oom), ow_draft_text(d, "%s killed %s", oom->killer, who),
		      &cite);
	else
		event(d, ow_draft_when(d, oom), ow_draft_text(d, "OOM kill of %s", who), &cite);
}

void ow_part_timeline(struct ow_draft *d)
{
	static const char *const heading[] = { "Time", "Event", NULL };
	const struct ow_container *k = d->s->container;
	struct ow_cite cite;

	if (!d->s->oom)
		return;
	ow_doc_heading(d->doc, 1, "Timeline (UTC)");
	ow_doc_table(d->doc, heading);
	if (k && (k->have & OW_CONTAINER_STARTED)) {
		cite = field(d, k->source,
			     ow_draft_text(d, "State.StartedAt = \"%s\"", utc(d, k->started_usec)));
		event(d, utc(d, k->started_usec), ow_draft_text(d, "start of %s", d->s->owner),
		      &cite);
	}
	for (size_t i = 0; i < d->c->n_kills && i < KILLS_SHOWN; i++)
		kill_event(d, d->c->kills[i]);
	if (d->c->n_kills > KILLS_SHOWN)
		event(d, "-",
		      ow_draft_text(d, "%zu more kills of the incident",
				    d->c->n_kills - KILLS_SHOWN),
		      NULL);
	if (k && (k->have & OW_CONTAINER_FINISHED) && !(k->running)) {
		cite = field(
			d, k->source,
			ow_draft_text(d, "State.FinishedAt = \"%s\"", utc(d, k->finished_usec)));
		event(d, utc(d, k->finished_usec),
		      k->have & OW_CONTAINER_EXIT ? ow_draft_text(d, "end of %s, status %" PRId64,
								  d->s->owner, k->exit_code)
						  : ow_draft_text(d, "end of %s", d->s->owner),
		      &cite);
	}
	if (d->c->host.have & OW_HOST_TIME)
		event(d, utc(d, d->c->host.time_usec), "this evidence was collected", NULL);
}

/* One more remark; begins the list at the first. */
static void remark(struct ow_draft *d, bool *any, const char *text)
{
	if (!*any) {
		ow_doc_heading(d->doc, 1, "Contradictions and data quality");
		ow_doc_block(d->doc, OW_BLOCK_LIST);
		*any = true;
	}
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", text);
}

static void contradictions(struct ow_draft *d, bool *any)
{
	const struct ow_container *k = d->s->container;
	const struct ow_oom *oom = d->s->oom;

	for (size_t i = 0; i < d->chain->n; i++)
		if (d->chain->finding[i].verdict == OW_CONTRADICTORY)
			remark(d, any, d->chain->finding[i].statement);
	if (!oom || !k)
		return;
	if (d->s->victim && !oom->killer && (k->have & OW_CONTAINER_OOM_KILLED) && !k->oom_killed)
		remark(d, any,
		       "the kernel killed a process of the container, and the engine's flag "
		       "State.OOMKilled is false: it is reset by a restart and has missed killed "
		       "children; the kernel's record is what counts");
	if ((k->have & OW_CONTAINER_LIMIT) && k->limit_bytes && (oom->have & OW_OOM_LIMIT) &&
	    oom->kind == OW_OOM_MEMCG && k->limit_bytes != oom->limit_bytes &&
	    ow_owner_same(&oom->limit_owner, &oom->task_owner))
		remark(d, any,
		       ow_draft_text(
			       d,
			       "the limit was %s at the kill and is %s in the container's settings: "
			       "it was changed, or is set on a group inside",
			       ow_words_bytes(d->arena, oom->limit_bytes),
			       ow_words_bytes(d->arena, k->limit_bytes)));
}

static void texts(struct ow_draft *d, bool *any, const char *front, const struct ow_list *list)
{
	const char *const *text = list->item;

	for (size_t i = 0; i < list->n && i < KILLS_SHOWN; i++)
		remark(d, any, ow_draft_text(d, "%s%s", front, text[i]));
}

static void gaps(struct ow_draft *d, bool *any)
{
	const struct ow_asked any_time = { .since_usec = INT64_MIN, .until_usec = INT64_MAX };
	struct ow_coverage coverage;
	const char *const *gap;
	size_t headless = 0;

	for (size_t i = 0; i < d->c->n_kills; i++)
		headless += !d->c->kills[i]->lines.head && !d->c->kills[i]->lines.no_victim &&
			    !d->c->kills[i]->killer;
	if (headless)
		remark(d, any,
		       ow_draft_text(
			       d,
			       "%zu of %zu kills have no report of their own: the kernel prints ten "
			       "in 5 s, or the log was cut",
			       headless, d->c->n_kills));
	if (d->s->oom && d->s->oom != d->c->kills[0])
		remark(d, any, "the first kill has no report; the first one that has is judged");
	for (size_t i = 0; i < d->c->n_sources; i++) {
		const struct ow_source *source = &d->c->sources[i];

		if (!ow_source_is_log(source))
			continue;
		ow_coverage_make(source, &any_time, d->arena, &coverage);
		gap = coverage.gaps.item;
		for (size_t k = 0; k < coverage.gaps.n; k++)
			remark(d, any, ow_draft_text(d, "%s: %s", source->name, gap[k]));
	}
}

void ow_part_quality(struct ow_draft *d)
{
	bool any = false;

	contradictions(d, &any);
	gaps(d, &any);
	if (d->s->oom) {
		texts(d, &any, "not in the source: ", &d->s->oom->missing);
		texts(d, &any, "note: ", &d->s->oom->notes);
		if (!(d->s->oom->have & OW_OOM_TIME))
			remark(d, &any, "the source does not say what time of day it was");
	}
}

static const char *period(struct ow_draft *d, const struct ow_source *source)
{
	if (source->have & OW_SOURCE_PERIOD)
		return ow_draft_text(d, "%s to %s", utc(d, source->first_usec),
				     utc(d, source->last_usec));
	if (source->have & OW_SOURCE_BOOT_PERIOD)
		return ow_draft_text(d, "%.0f s to %.0f s after boot",
				     (double)source->boot_first_usec / 1e6,
				     (double)source->boot_last_usec / 1e6);
	return "-";
}

void ow_part_sources(struct ow_draft *d)
{
	static const char *const heading[] = { "Source", "State", "Period", "What it gave", NULL };

	if (d->c->n_sources == 0)
		return;
	ow_doc_heading(d->doc, 1, "Sources");
	ow_doc_table(d->doc, heading);
	for (size_t i = 0; i < d->c->n_sources; i++) {
		const struct ow_source *source = &d->c->sources[i];

		ow_doc_item(d->doc, OW_INK_PLAIN, "%s", source->name ? source->name : "-");
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s", ow_source_state_names[source->state]);
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s", period(d, source));
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s", source->detail ? source->detail : "-");
	}
}
