/* SPDX-License-Identifier: Apache-2.0 */
/* When it happened, by all clocks that are known, in one order. */
#include <inttypes.h>

#include "analyze/words.h"
#include "base/time.h"
#include "report/part.h"

#define KILLS_SHOWN 8
#define MOMENTS_MAX (KILLS_SHOWN + 8)

struct moment {
	bool dated;
	int64_t usec;
	const char *when, *what;
	struct ow_cite cite;
};

/* What has no date stays behind what was told before it. */
struct timeline {
	struct moment moment[MOMENTS_MAX];
	size_t n;
};

static void add(struct timeline *t, struct moment moment)
{
	size_t at = t->n;

	if (t->n == MOMENTS_MAX)
		return;
	while (moment.dated && at && t->moment[at - 1].dated &&
	       t->moment[at - 1].usec > moment.usec) {
		t->moment[at] = t->moment[at - 1];
		at--;
	}
	t->moment[at] = moment;
	t->n++;
}

static const char *utc(struct ow_draft *d, int64_t usec)
{
	char buffer[OW_TIME_MAX];

	return ow_draft_text(d, "%s", ow_time_utc(usec, buffer));
}

static void add_dated(struct ow_draft *d, struct timeline *t, int64_t usec, const char *what,
		      struct ow_cite cite)
{
	add(t, (struct moment){ true, usec, utc(d, usec), what, cite });
}

static void add_event(struct ow_draft *d, struct timeline *t, const struct ow_event *event,
		      const char *what)
{
	if (event)
		add_dated(d, t, event->time_usec, what,
			  (struct ow_cite){ .source = event->source,
					    .line = event->line,
					    .text = event->text });
}

static struct ow_cite field(const char *source, const char *text)
{
	return (struct ow_cite){ .source = source, .text = ow_str(text) };
}

static const char *kill_what(struct ow_draft *d, const struct ow_oom *oom)
{
	const struct ow_oom_victim *victim = oom->victims.n ? ow_oom_victims(oom) : NULL;
	const char *who = victim ? ow_words_process(d->arena, victim->comm,
						    victim->have & OW_VICTIM_PID ? victim->pid : -1)
			  : oom->killer && oom->task_owner.id
				  ? ow_words_owner(d->arena, d->c, &oom->task_owner)
				  : "a process that the source does not name";

	if (oom->have & OW_OOM_NO_VICTIM)
		return oom->lines.panic ? "out of memory, nothing to kill, and panic"
					: "out of memory, and nothing to kill";
	if (oom->killer && oom->signal)
		return ow_draft_text(d, "%s sent %s to %s", oom->killer, oom->signal, who);
	if (oom->killer)
		return ow_draft_text(d, "%s killed %s", oom->killer, who);
	return ow_draft_text(d, "OOM kill of %s", who);
}

static void add_kill(struct ow_draft *d, struct timeline *t, const struct ow_oom *oom)
{
	const struct ow_oom_victim *victim = oom->victims.n ? ow_oom_victims(oom) : NULL;

	add(t, (struct moment){ .dated = oom->have & OW_OOM_TIME,
				.usec = oom->time_usec,
				.when = ow_draft_when(d, oom),
				.what = kill_what(d, oom),
				.cite = ow_cite_line(oom, victim ? victim->line : oom->line) });
}

static void add_start(struct ow_draft *d, struct timeline *t)
{
	const char *what = ow_draft_text(d, "start of %s", d->s->owner);
	const struct ow_container *k = d->s->container;

	if (d->s->ending.start)
		add_event(d, t, d->s->ending.start, what);
	else if (k && (k->have & OW_CONTAINER_STARTED))
		add_dated(d, t, k->started_usec, what,
			  field(k->source, ow_draft_text(d, "State.StartedAt = \"%s\"",
							 utc(d, k->started_usec))));
}

static void add_end(struct ow_draft *d, struct timeline *t)
{
	const struct ow_ending *e = &d->s->ending;
	const struct ow_container *k = d->s->container;
	const char *what = ow_draft_text(d, "end of %s", d->s->owner);

	if (e->known)
		what = ow_draft_text(d, "%s, status %" PRId64, what, e->code);
	if (e->die)
		add_event(d, t, e->die, what);
	else if (k && (k->have & OW_CONTAINER_FINISHED) && !k->running)
		add_dated(d, t, k->finished_usec,
			  e->known || !(k->have & OW_CONTAINER_EXIT)
				  ? what
				  : ow_draft_text(d, "%s, status %" PRId64, what, k->exit_code),
			  field(k->source, ow_draft_text(d, "State.FinishedAt = \"%s\"",
							 utc(d, k->finished_usec))));
}

/* What the engine did in between. */
static void add_signals(struct ow_draft *d, struct timeline *t)
{
	const struct ow_ending *e = &d->s->ending;

	add_event(d, t, e->oom, "the engine saw an OOM kill");
	if (e->term)
		add_event(d, t, e->term,
			  ow_draft_text(d, "the engine sent signal %" PRId64, e->term->signal));
	add_event(d, t, e->kill, "the engine sent SIGKILL");
}

void ow_part_timeline(struct ow_draft *d)
{
	static const char *const heading[] = { "Time", "Event", NULL };
	struct timeline t = { .n = 0 };

	if (!d->s->oom && !d->chain->end)
		return;
	add_start(d, &t);
	for (size_t i = 0; i < d->c->n_kills && i < KILLS_SHOWN; i++)
		add_kill(d, &t, d->c->kills[i]);
	if (d->c->n_kills > KILLS_SHOWN)
		add(&t, (struct moment){ .when = "-",
					 .what = ow_draft_text(d, "%zu more kills of the incident",
							       d->c->n_kills - KILLS_SHOWN) });
	add_signals(d, &t);
	add_end(d, &t);
	if (d->c->host.have & OW_HOST_TIME)
		add_dated(d, &t, d->c->host.time_usec, "this evidence was collected",
			  (struct ow_cite){ 0 });

	ow_doc_heading(d->doc, 1, "Timeline (UTC)");
	ow_doc_table(d->doc, heading);
	for (size_t i = 0; i < t.n; i++) {
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s", t.moment[i].when);
		ow_doc_item(d->doc, OW_INK_PLAIN, "%s ", t.moment[i].what);
		ow_draft_cite(d, &t.moment[i].cite);
	}
}
