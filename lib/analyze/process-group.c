/* SPDX-License-Identifier: Apache-2.0 */
/* Who died with it, and who did not: the container's first process, or the whole group. */
#include <inttypes.h>

#include "analyze/process.h"
#include "analyze/words.h"

static bool in_container(const struct ow_scene *s)
{
	return s->victim && s->oom->task_owner.kind == OW_OWNER_CONTAINER;
}

/* The end of the container: the event, else what the engine's state says of it. */
static struct ow_cite cite_end(const struct ow_scene *s, struct ow_finding *f, const char *after)
{
	if (s->ending.die)
		return ow_cite_event(s->ending.die, "the end");
	if (s->first == OW_FIRST_STATUS)
		return ow_cite_field(f, s->container->source, "State.ExitCode = %" PRId64,
				     s->ending.code);
	return ow_cite_field(f, s->container->source, "State.FinishedAt: %s after the kill", after);
}

static void judge_child(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_container *k = s->container;
	const char *after = ow_words_span(f->arena, s->delay_usec);
	enum ow_outcome outcome = OW_HELD;

	switch (s->first) {
	case OW_FIRST_UNKNOWN:
		ow_finding_open(s, f, "whether the victim was the first process of %s is not known",
				s->owner);
		return;
	case OW_FIRST_ALONE:
		ow_reason_against(f, OW_OBSERVED, ow_cite_line(s->oom, s->holders.victim_row->line),
				  "the victim was the only process of %s", s->owner);
		ow_finding_settle(f, OW_FAILED, NULL, "the victim was the only process of %s",
				  s->owner);
		return;
	case OW_FIRST_LIVES_ON:
		ow_reason_for(f, OW_OBSERVED,
			      ow_cite_field(f, k->source, "State.Pid = %" PRId64, k->pid),
			      "the first process of %s is pid %" PRId64 " and still runs", s->owner,
			      k->pid);
		break;
	case OW_FIRST_KILLED:
		ow_reason_for(f, OW_OBSERVED, ow_cite_event(s->ending.kill, "sent by the engine"),
			      "the engine killed %s after that, so it still ran", s->owner);
		break;
	case OW_FIRST_STATUS:
		ow_reason_for(f, OW_OBSERVED, cite_end(s, f, after),
			      "%s ended with status %" PRId64
			      ", and a first process that is killed ends with 137",
			      s->owner, s->ending.code);
		break;
	case OW_FIRST_LATER:
		outcome = OW_PARTLY;
		ow_reason_for(
			f, OW_INFERRED, cite_end(s, f, after),
			"%s ended %s after the kill, and a container ends with its first process",
			s->owner, after);
		break;
	}
	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(s->oom, s->victim->line, "Killed process ", "the victim"),
		      "the victim is %s", s->victim_name);
	ow_finding_settle(f, outcome, NULL, "a child was killed; the first process of %s lived on",
			  s->owner);
}

/* memory.oom.group is of cgroup v2. */
static bool group_possible(const struct ow_scene *s)
{
	return s->victim && s->cgroup_version != 1;
}

static void judge_group(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;

	if (oom->have & OW_OOM_GROUP) {
		ow_reason_for(
			f, OW_OBSERVED,
			ow_cite_mark(oom, oom->lines.group, "memory.oom.group set", "all of them"),
			"the kernel killed all tasks of the group");
		ow_finding_settle(
			f, OW_HELD, NULL,
			"the kernel chose %s and killed its whole group, %zu processes, as "
			"memory.oom.group asks",
			s->victim_name, oom->victims.n);
	} else if (oom->lines.constraint || oom->lines.table) {
		ow_reason_against(
			f, OW_OBSERVED,
			ow_cite_mark(oom, s->victim->line, "Killed process ", "one victim"),
			"the record does not say memory.oom.group");
		ow_finding_settle(f, OW_FAILED, NULL, "the record does not say memory.oom.group");
	} else {
		ow_finding_open(s, f, "the record is not whole");
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_PROCESS,
		.stand = OW_FACTOR,
		.label = "child-killed",
		.meaning = "a child was killed, the container's first process lived",
		.prediction = "the victim's pid is not that of the first process, or the container "
			      "ended later or not by SIGKILL",
		.refuter = "the victim was the first process",
		.datum = "the pid of the container's first process",
		.command =
			"docker inspect -f '{{.State.Pid}} {{.State.Status}} {{.State.ExitCode}} "
			"{{.State.FinishedAt}}' CONTAINER",
		.remedy = "see whether the service went on without it; memory.oom.group=1 or a "
			  "supervisor, so that it does not go on by halves",
		.possible = in_container,
		.judge = judge_child,
	},
	{
		.level = OW_LEVEL_PROCESS,
		.stand = OW_FACTOR,
		.label = "group-kill",
		.meaning = "killed together with its group (memory.oom.group)",
		.prediction =
			"the record says \"are going to be killed due to memory.oom.group set\"",
		.refuter = "a whole record that does not",
		.datum = "memory.oom.group of the group",
		.command = "cat CGROUP/memory.oom.group",
		.remedy =
			"judge the one that was chosen; the rest went along. Kubernetes sets it on "
			"cgroup v2 from 1.28",
		.possible = group_possible,
		.judge = judge_group,
	},
};

const struct ow_family ow_family_process_group = OW_FAMILY(hypotheses);
