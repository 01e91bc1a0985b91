/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ended the container is another question than what the kernel killed. Status 137 and the
 * engine's OOM flag do not tell: a shell passes on the status of its child, and the flag outlives
 * the kill it was set for. The engine's events would: they name whoever sent a signal.
 */
#include "analyze/kill.h"

#define EVENTS "docker events --since 24h --until 0s --filter container=CONTAINER"

static bool ended(const struct ow_scene *s)
{
	const struct ow_container *k = s->container;

	return k && (k->have & OW_CONTAINER_RUNNING) && !k->running &&
	       (k->have & OW_CONTAINER_EXIT) && s->first != OW_FIRST_ALONE;
}

/* A kill in the container's life, of a process whose end need not be the container's. */
static bool killed_within(const struct ow_scene *s)
{
	return ended(s) && s->victim && s->container->exit_code != 0;
}

static bool by_sigkill(const struct ow_scene *s)
{
	return ended(s) && s->container->exit_code == 137;
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	ow_finding_open(s, f, "what ended %s is not known: its events are not in the case",
			s->oom ? s->owner : "the container");
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
		.command = EVENTS,
		.remedy = "the killed child is the incident; judge its memory",
		.possible = killed_within,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "stale-oom-flag",
		.meaning = "an earlier OOM kill left the flag; this exit had another, known killer",
		.prediction = "an OOM kill earlier in the life, and then a kill event right before "
			      "the end",
		.refuter = "no other killer is found: then the flag is not stale",
		.datum = "the engine's events of the container",
		.command = EVENTS,
		.remedy = "judge the other killer; the OOM kill is an incident of its own",
		.possible = killed_within,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "not-oom-docker-kill",
		.meaning = "SIGKILL by docker kill",
		.prediction =
			"the engine's events show kill with signal 9, then die, and no signal "
			"15 before",
		.refuter = "a kill event with signal 15 before it, or an OOM kill of the first "
			   "process",
		.datum = "the engine's events of the container",
		.command = EVENTS,
		.remedy = "find who called it",
		.possible = by_sigkill,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "not-oom-stop-timeout",
		.meaning = "SIGKILL after docker stop waited",
		.prediction = "the engine's events show kill with signal 15, then 9, then die",
		.refuter = "no signal 15 before signal 9, or an OOM kill of the first process",
		.datum = "the engine's events of the container",
		.command = EVENTS,
		.remedy = "handle SIGTERM in the first process, or raise --stop-timeout",
		.possible = by_sigkill,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_EXIT,
		.label = "not-oom-host-kill",
		.meaning = "SIGKILL from the host, cgroup.kill or a liveness probe",
		.prediction =
			"no record in a continuous log, no kill event, no text of a killer in "
			"user space",
		.refuter = "a kill event, or an OOM kill of the first process",
		.datum = "the engine's events of the container",
		.command = EVENTS,
		.remedy = "look at the audit log, at probes, and at scripts that kill",
		.possible = by_sigkill,
		.judge = judge,
	},
};

const struct ow_family ow_family_kill_exit = OW_FAMILY(hypotheses);
