/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ended the container is another question than what the kernel killed. Status 137 and the
 * engine's OOM flag do not tell: a shell passes on the status of its child, and the flag outlives
 * the kill it was set for. The engine's events do: they name each signal that the engine sent, and
 * their order is of one clock. Only what somebody else sent, from the host, is in none of them.
 */
#include <inttypes.h>

#include "analyze/kill.h"
#include "analyze/words.h"
#include "base/time.h"

#define SOON_USEC    (3 * OW_USEC_PER_SEC) /* the end of a killed process takes less */
#define AT_ONCE_USEC (OW_USEC_PER_SEC / 10)
#define SIGKILL_CODE 137

static const int64_t *killed(const struct ow_scene *s)
{
	return s->has_killed ? &s->killed_usec : NULL;
}

/* The container has ended, and not merely because its only process was killed. */
static bool ended(const struct ow_scene *s)
{
	return s->ending.known && s->first != OW_FIRST_ALONE && !(s->oom && s->oom->killer);
}

static bool saw_oom(const struct ow_scene *s)
{
	return s->victim || s->ending.oom;
}

/* A kill in the container's life, of a process whose end need not be the container's. */
static bool killed_within(const struct ow_scene *s)
{
	return ended(s) && saw_oom(s) && s->ending.code != 0;
}

static bool is_flagged(const struct ow_scene *s)
{
	const struct ow_container *k = s->container;

	return k && (k->have & OW_CONTAINER_OOM_KILLED) && k->oom_killed;
}

static bool is_flag_asked(const struct ow_scene *s)
{
	return ended(s) && s->ending.code != 0 && (saw_oom(s) || is_flagged(s));
}

static bool by_sigkill(const struct ow_scene *s)
{
	return ended(s) && s->ending.code == SIGKILL_CODE;
}

static const char *whom(const struct ow_scene *s)
{
	return *s->owner ? s->owner : "the container";
}

/* The end itself, as the event or the state has it. */
static struct ow_cite cite_end(const struct ow_scene *s, struct ow_finding *f)
{
	if (s->ending.die)
		return ow_cite_event(s->ending.die, "the end");
	if (s->container)
		return ow_cite_field(f, s->container->source, "State.ExitCode = %" PRId64,
				     s->ending.code);
	return (struct ow_cite){ 0 };
}

/* Between what and what the order is said. */
static const char *span(struct ow_finding *f, const struct ow_event *from, int64_t to_usec)
{
	int64_t usec = to_usec - from->time_usec;

	return ow_words_span(f->arena, usec > 0 ? (uint64_t)usec : 0);
}

/* False, with f open, when no event of the end is known: then nothing of it is. */
static bool has_events(const struct ow_scene *s, struct ow_finding *f)
{
	if (s->ending.die || s->ending.kill)
		return true;
	ow_finding_open(s, f, "what ended %s is not known: its events are not in the case",
			whom(s));
	return false;
}

static void refute_by_kill(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_ending *e = &s->ending;

	ow_reason_against(f, OW_OBSERVED, ow_cite_event(e->kill, "sent by the engine"),
			  "the engine sent SIGKILL %s before the end",
			  span(f, e->kill, e->time_usec));
	ow_finding_settle(f, OW_FAILED, NULL, "the engine itself sent SIGKILL");
}

/* No SIGKILL is in the events. True when that settles f: it would be there. */
static bool refute_without_kill(const struct ow_scene *s, struct ow_finding *f)
{
	if (s->ending.kill)
		return false;
	if (!has_events(s, f))
		return true;
	if (!s->ending.has_before) {
		ow_finding_open(s, f, "the events that the engine remembers begin with the end");
		return true;
	}
	ow_reason_against(f, OW_OBSERVED, cite_end(s, f),
			  "the engine's events hold no SIGKILL before the end");
	ow_finding_settle(f, OW_FAILED, NULL, "the engine sent no SIGKILL");
	return true;
}

static void judge_caused(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_ending *e = &s->ending;
	const char *delay = "";
	int64_t usec;

	if (ow_ending_killed_later(e, killed(s))) {
		refute_by_kill(s, f);
		return;
	}
	if (!has_events(s, f))
		return;
	if (!e->has_kill) {
		ow_finding_open(s, f, "the events that the engine remembers begin after the kill");
		return;
	}
	if (ow_ending_delay(e, killed(s), &usec))
		delay = usec < AT_ONCE_USEC
				? ", right after it"
				: ow_finding_text(f, ", %s after it",
						  ow_words_span(f->arena, (uint64_t)usec));
	ow_reason_for(f, OW_OBSERVED, cite_end(s, f),
		      "no signal of the engine stands between the OOM kill and the end%s", delay);
	ow_reason_also(f, e->oom ? ow_cite_event(e->oom, "the engine saw the kill")
				 : ow_cite_event(e->start, "the life began"));
	if (s->victim)
		ow_reason_also(f, ow_cite_mark(s->oom, s->victim->line, "Killed process ",
					       "by the kernel"));
	if (e->code == SIGKILL_CODE)
		ow_finding_settle(f, OW_HELD, NULL, "the OOM kill ended %s, status 137%s", whom(s),
				  delay);
	else
		ow_finding_settle(f, OW_PARTLY, NULL,
				  "%s ended by itself with status %" PRId64
				  "%s: nobody else is known to have ended it",
				  whom(s), e->code, delay);
}

static void judge_stale(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_ending *e = &s->ending;
	const struct ow_container *k = s->container;

	if (k && (k->have & OW_CONTAINER_OOM_KILLED) && !k->oom_killed) {
		ow_reason_against(f, OW_OBSERVED,
				  ow_cite_field(f, k->source, "State.OOMKilled = false"),
				  "the flag is not set");
		ow_finding_settle(f, OW_FAILED, NULL, "the engine's OOM flag is not set");
		return;
	}
	if (refute_without_kill(s, f))
		return;
	if (saw_oom(s) && !ow_ending_killed_later(e, killed(s))) {
		ow_reason_against(f, OW_OBSERVED, ow_cite_event(e->kill, "sent by the engine"),
				  "the engine sent SIGKILL before the OOM kill, not after it");
		ow_finding_settle(f, OW_FAILED, NULL, "the OOM kill came after SIGKILL");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, ow_cite_event(e->kill, "sent by the engine"),
		      "the engine sent SIGKILL %s before the end", span(f, e->kill, e->time_usec));
	ow_reason_also(f, ow_cite_event(e->oom, "the kill that set the flag"));
	ow_reason_also(f, cite_end(s, f));
	ow_finding_settle(
		f, saw_oom(s) ? OW_HELD : OW_PARTLY, NULL,
		"the engine's OOM flag is of an earlier kill in this life; SIGKILL by the "
		"engine ended %s",
		whom(s));
}

static void judge_docker_kill(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_ending *e = &s->ending;

	if (refute_without_kill(s, f))
		return;
	if (e->term) {
		ow_reason_against(f, OW_OBSERVED, ow_cite_event(e->term, "came first"),
				  "signal %" PRId64 " came first, %s before SIGKILL",
				  e->term->signal, span(f, e->term, e->kill->time_usec));
		ow_finding_settle(f, OW_FAILED, NULL, "the engine had asked it to stop before");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, ow_cite_event(e->kill, "sent by the engine"),
		      "the engine sent SIGKILL %s before the end, and no other signal before",
		      span(f, e->kill, e->time_usec));
	ow_reason_also(f, cite_end(s, f));
	ow_finding_settle(f, e->start ? OW_HELD : OW_PARTLY, NULL,
			  "somebody had the engine kill %s (docker kill, docker rm -f)", whom(s));
}

static void judge_stop(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_ending *e = &s->ending;

	if (refute_without_kill(s, f))
		return;
	if (!e->term && !e->start) {
		ow_finding_open(s, f,
				"the events that the engine remembers do not reach back to "
				"the start");
		return;
	}
	if (!e->term) {
		ow_reason_against(f, OW_OBSERVED, ow_cite_event(e->kill, "the only signal"),
				  "the engine sent no other signal before SIGKILL");
		ow_finding_settle(f, OW_FAILED, NULL, "the engine did not ask it to stop before");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, ow_cite_event(e->term, "asked to stop"),
		      "the engine sent signal %" PRId64 ", and %s later SIGKILL", e->term->signal,
		      span(f, e->term, e->kill->time_usec));
	ow_reason_also(f, ow_cite_event(e->kill, "killed"));
	ow_reason_also(f, cite_end(s, f));
	ow_finding_settle(f, OW_HELD, NULL,
			  "%s did not end within %s of docker stop, and was killed", whom(s),
			  span(f, e->term, e->kill->time_usec));
}

/* The OOM kill ended it, or may have. True when f is settled by that. */
static bool refute_by_oom(const struct ow_scene *s, struct ow_finding *f)
{
	struct ow_cite witness = { 0 };
	int64_t usec;

	if (!saw_oom(s)) {
		if (!is_flagged(s))
			return false;
		ow_finding_open(s, f, "the engine's flag says that there was an OOM kill");
		return true;
	}
	if (s->victim)
		witness = ow_cite_mark(s->oom, s->victim->line, "Killed process ", "by the kernel");
	else
		witness = ow_cite_event(s->ending.oom, "the engine saw the kill");
	if (!ow_ending_delay(&s->ending, killed(s), &usec) || usec > SOON_USEC) {
		ow_finding_open(s, f, "an OOM kill in this life may have ended it, too");
		return true;
	}
	ow_reason_against(f, OW_OBSERVED, witness, "an OOM kill came %s before the end",
			  ow_words_span(f->arena, (uint64_t)usec));
	ow_finding_settle(f, OW_FAILED, NULL, "an OOM kill came right before the end");
	return true;
}

static void judge_host_kill(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_ending *e = &s->ending;
	bool covered;

	if (e->kill) {
		refute_by_kill(s, f);
		return;
	}
	if (refute_by_oom(s, f) || !has_events(s, f))
		return;
	if (!e->has_before) {
		ow_finding_open(s, f, "the events that the engine remembers begin with the end");
		return;
	}
	ow_reason_for(f, OW_OBSERVED, cite_end(s, f),
		      "it ended with 137, and the engine sent no signal");
	ow_reason_also(f, ow_cite_event(e->start, "the life began"));
	covered = ow_kill_log_covers(s, f);
	if (covered)
		ow_finding_need(f, "the logs of killers in user space", OW_KILLERS_COMMAND);
	else
		ow_finding_need(f, "the kernel's log of the whole life", "journalctl -k -b all");
	/* An oomd or a watchdog is on the host, too, and the kernel's log does not tell of it. */
	ow_finding_settle(f, OW_PARTLY,
			  covered ? "a killer in user space is not ruled out"
				  : "the kernel's log does not cover its life",
			  "somebody on the host killed %s, or its first process ended with status "
			  "137 by itself",
			  whom(s));
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "oom-caused-exit",
		.meaning = "a process was OOM-killed and its parent passed the death on, later",
		.prediction = "an OOM kill in the life of the container, and no kill event between "
			      "it and the end",
		.refuter = "a kill event, or another killer, between the two",
		.datum = "the engine's events of the container",
		.command = OW_EVENTS_COMMAND,
		.remedy = "the killed child is the incident; judge its memory",
		.possible = killed_within,
		.judge = judge_caused,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_FACTOR,
		.label = "stale-oom-flag",
		.meaning = "an earlier OOM kill left the flag; this exit had another, known killer",
		.prediction = "an OOM kill earlier in the life, and then a kill event right before "
			      "the end",
		.refuter = "no other killer is found: then the flag is not stale",
		.datum = "the engine's events of the container",
		.command = OW_EVENTS_COMMAND,
		.remedy = "judge the other killer; the OOM kill is an incident of its own",
		.possible = is_flag_asked,
		.judge = judge_stale,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "not-oom-docker-kill",
		.meaning = "SIGKILL by docker kill",
		.prediction =
			"the engine's events show kill with signal 9, then die, and no signal "
			"15 before",
		.refuter = "a kill event with signal 15 before it, or events from the start on "
			   "without signal 9",
		.datum = "the engine's events of the container",
		.command = OW_EVENTS_COMMAND,
		.remedy = "find who called it",
		.possible = by_sigkill,
		.judge = judge_docker_kill,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "not-oom-stop-timeout",
		.meaning = "SIGKILL after docker stop waited",
		.prediction = "the engine's events show kill with signal 15, then 9, then die",
		.refuter = "no signal 15 before signal 9, or events from the start on without "
			   "signal 9",
		.datum = "the engine's events of the container",
		.command = OW_EVENTS_COMMAND,
		.remedy = "handle SIGTERM in the first process, or raise --stop-timeout",
		.possible = by_sigkill,
		.judge = judge_stop,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "not-oom-host-kill",
		.meaning = "SIGKILL from the host, cgroup.kill or a liveness probe",
		.prediction =
			"no record in a continuous log, no kill event, no text of a killer in "
			"user space",
		.refuter = "a kill event, or an OOM kill of this life in the 3 s before the end",
		.datum = "the engine's events of the container",
		.command = OW_EVENTS_COMMAND,
		.remedy = "look at the audit log, at probes, and at scripts that kill",
		.possible = by_sigkill,
		.judge = judge_host_kill,
	},
};

const struct ow_family ow_family_kill_exit = OW_FAMILY(hypotheses);
