/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/ending.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"

#define SIGNAL_KILL      9
#define SIGNAL_TERM      15
#define CLOCK_SLACK_USEC (15 * OW_USEC_PER_SEC) /* between the clocks of two sources */
#define LATE_USEC        (2 * OW_USEC_PER_SEC) /* an engine may hear of an OOM kill after the end */

/* The events of one container from one start to the next, [from, to) of the case's; others may
 * stand between them. */
struct life {
	size_t from, to;
};

static bool is_of(const struct ow_event *event, const char *id)
{
	return strcmp(event->container, id) == 0;
}

/* The first life behind at. False when there is none. */
static bool next_life(const struct ow_case *c, const char *id, size_t at, struct life *ret)
{
	while (at < c->n_events && !is_of(&c->events[at], id))
		at++;
	if (at == c->n_events)
		return false;
	ret->from = at++;
	while (at < c->n_events &&
	       !(is_of(&c->events[at], id) && c->events[at].kind == OW_EVENT_START))
		at++;
	ret->to = at;
	return true;
}

/* What is known of a life so far, while its events are read. */
struct reading {
	struct ow_ending *e;
	const struct ow_event *signal; /* the last one before SIGKILL */
	bool stopped;
};

static void take_signal(struct reading *r, const struct ow_event *event)
{
	if (r->e->die || !(event->have & OW_EVENT_SIGNAL))
		return;
	if (event->signal == SIGNAL_KILL)
		r->e->kill = event;
	else if (!r->e->kill)
		r->signal = event;
}

static void take_event(struct reading *r, const struct ow_event *event)
{
	struct ow_ending *e = r->e;

	if (event->kind == OW_EVENT_START)
		e->start = event;
	else if (event->kind == OW_EVENT_OOM &&
		 (!e->die || event->time_usec - e->die->time_usec < LATE_USEC))
		e->oom = event;
	else if (event->kind == OW_EVENT_KILL)
		take_signal(r, event);
	else if (event->kind == OW_EVENT_DIE && !e->die)
		e->die = event;
	else if (event->kind == OW_EVENT_STOP && e->die)
		r->stopped = true;
}

static void read_life(const struct ow_case *c, const char *id, const struct life *life,
		      struct ow_ending *e)
{
	struct reading r = { .e = e };

	*e = (struct ow_ending){ 0 };
	for (size_t i = life->from; i < life->to; i++)
		if (is_of(&c->events[i], id))
			take_event(&r, &c->events[i]);
	/* Another signal than SIGTERM is that of a stop only where a stop was done. */
	if (e->kill && r.signal && (r.stopped || r.signal->signal == SIGNAL_TERM))
		e->term = r.signal;
	if (e->die && (e->die->have & OW_EVENT_EXIT)) {
		e->known = true;
		e->code = e->die->exit_code;
		e->time_usec = e->die->time_usec;
	}
}

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

/*
 * How far the kill is from the life. An OOM event is of that kill if it is near; else the kill is
 * in the life, or near its ends. Clocks differ, and lives may be short: an event decides first.
 */
static int64_t far_from(const struct ow_ending *e, int64_t killed)
{
	if (e->oom && distance(e->oom->time_usec, killed) < CLOCK_SLACK_USEC)
		return distance(e->oom->time_usec, killed) / CLOCK_SLACK_USEC;
	if (e->start && killed < e->start->time_usec)
		return 1 + e->start->time_usec - killed;
	if (e->die && killed > e->die->time_usec)
		return 1 + killed - e->die->time_usec;
	return 1;
}

static bool choose_life(const struct ow_case *c, const char *id, const int64_t *killed,
			struct ow_ending *ret)
{
	int64_t nearest = killed ? CLOCK_SLACK_USEC : INT64_MAX;
	struct ow_ending e;
	struct life life;
	bool any = false;

	for (size_t at = 0; next_life(c, id, at, &life); at = life.to) {
		read_life(c, id, &life, &e);
		if (killed ? far_from(&e, *killed) > nearest : !e.die)
			continue;
		if (killed && any && far_from(&e, *killed) == nearest && !e.oom)
			continue;
		nearest = killed ? far_from(&e, *killed) : nearest;
		*ret = e;
		any = true;
	}
	return any;
}

/* Is there one before that event, so that those between are not forgotten? */
static bool has_before(const struct ow_case *c, const char *id, int64_t time_usec,
		       const struct ow_event *event)
{
	for (size_t i = 0; i < c->n_events; i++)
		if (is_of(&c->events[i], id) && &c->events[i] != event)
			return c->events[i].time_usec <= time_usec;
	return false;
}

static bool has_ended(const struct ow_container *k)
{
	return k && (k->have & OW_CONTAINER_RUNNING) && !k->running &&
	       (k->have & OW_CONTAINER_EXIT) && (k->have & OW_CONTAINER_FINISHED);
}

/* The state is of the last life: of the one that the kill was in only when it began before. */
static bool is_state_of(const struct ow_container *k, const int64_t *killed)
{
	return has_ended(k) &&
	       (!killed || ((k->have & OW_CONTAINER_STARTED) && k->started_usec < *killed &&
			    k->finished_usec > *killed - CLOCK_SLACK_USEC));
}

void ow_ending_make(const struct ow_case *c, const char *id, const int64_t *killed,
		    struct ow_ending *ret)
{
	const struct ow_container *k =
		ow_case_container(c, &(struct ow_owner){ .kind = OW_OWNER_CONTAINER, .id = id });
	struct ow_ending e = { 0 };

	if (choose_life(c, id, killed, &e)) {
		if (e.die)
			e.has_before = has_before(c, id, e.die->time_usec, e.die);
		e.has_kill = e.start || e.oom ||
			     (killed && has_before(c, id, *killed - CLOCK_SLACK_USEC, NULL));
	}
	if (!e.known && !e.die && is_state_of(k, killed)) {
		e.known = true;
		e.code = k->exit_code;
		e.time_usec = k->finished_usec;
	}
	*ret = e;
}

bool ow_ending_delay(const struct ow_ending *e, const int64_t *killed, int64_t *ret)
{
	int64_t from;

	if (!e->known)
		return false;
	if (e->oom && e->die)
		from = e->oom->time_usec;
	else if (killed)
		from = *killed;
	else
		return false;
	*ret = e->time_usec > from ? e->time_usec - from : 0;
	return true;
}

bool ow_ending_killed_later(const struct ow_ending *e, const int64_t *killed)
{
	if (!e->kill)
		return false;
	if (e->oom)
		return e->kill->time_usec >= e->oom->time_usec;
	return killed && e->kill->time_usec >= *killed;
}
