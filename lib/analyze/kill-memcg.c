/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel killed for the limit of a memory cgroup. */
#include <inttypes.h>

#include "analyze/group.h"
#include "analyze/kill.h"
#include "base/time.h"

struct ow_cite ow_kill_witness(const struct ow_oom *oom)
{
	static const char *const marks[] = {
		"process(es) in this unit",
		" due to memory ",
		"oomd kill",
		"sending SIG",
		"Sending SIG",
		"constraint=CONSTRAINT_CPUSET",
		"constraint=CONSTRAINT_MEMORY_POLICY",
		"oom_memcg=",
		"Memory cgroup out of memory",
		"killed as a result of limit of",
		"global_oom",
		"Kernel panic",
		"order=-1",
		"no killable processes",
		"Out of memory",
		"constraint=",
		"Killed process",
		"invoked oom-killer",
	};
	const size_t victim = oom->victims.n ? ow_oom_victims(oom)->line : 0;
	const size_t lines[] = {
		oom->lines.killer,
		oom->lines.no_victim,
		oom->lines.panic,
		oom->kind == OW_OOM_SYSRQ ? oom->lines.head : 0,
		oom->lines.constraint,
		oom->lines.task_in,
		victim,
		oom->lines.memory,
		oom->lines.meminfo,
		oom->lines.head,
		oom->line,
	};
	struct ow_cite cite = { 0 };

	for (size_t i = 0; i < OW_ARRAY_SIZE(lines) && !cite.source; i++)
		cite = ow_cite_line(oom, lines[i]);
	for (size_t i = 0; i < OW_ARRAY_SIZE(marks) && cite.line && !cite.mark.n; i++)
		cite = ow_cite_mark(oom, cite.line, marks[i], NULL);
	return cite;
}

/* The container's own account: a witness, no more. */
static void ask_container(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_container *k = s->container;
	char from[OW_TIME_MAX];
	int64_t killed;

	if (!k)
		return;
	if ((k->have & OW_CONTAINER_STARTED) && ow_scene_kill_time(s, &killed) &&
	    k->started_usec <= killed)
		ow_reason_for(f, OW_OBSERVED,
			      ow_cite_field(f, k->source, "State.StartedAt = \"%s\"",
					    ow_time_utc(k->started_usec, from)),
			      "the kill is inside the life of %s, which began at %s", s->owner,
			      ow_time_utc(k->started_usec, from));
	if ((k->have & OW_CONTAINER_OOM_KILLED) && k->oom_killed)
		ow_reason_for(f, OW_OBSERVED, ow_cite_field(f, k->source, "State.OOMKilled = true"),
			      "the engine's own flag agrees; it is one witness, not the proof");
}

/* Without a record a counter still says that something was killed, but not for which limit. */
static void judge_counters(const struct ow_scene *s, struct ow_finding *f)
{
	for (size_t i = 0; s->c->asked && i < s->c->n_cgroups; i++) {
		const struct ow_cgroup *g = &s->c->cgroups[i];

		if (!(g->have & OW_CGROUP_OOM_KILLS) || g->oom_kills == 0)
			continue;
		ow_reason_for(f, OW_OBSERVED,
			      ow_cite_field(f, ow_group_source(g, OW_CGROUP_OOM_KILLS, f->arena),
					    "oom_kill %" PRIu64, g->oom_kills),
			      "the kernel's counter of OOM kills in this cgroup is %" PRIu64,
			      g->oom_kills);
		ow_finding_number(f, OW_OBSERVED, "oom_kill", "count", (double)g->oom_kills);
		ow_finding_need(f, f->hypothesis->datum, f->hypothesis->command);
		ow_finding_settle(f, OW_PARTLY, "by the counter alone",
				  "the kernel's counter says that something in the cgroup was "
				  "OOM-killed; the record of it is not in the sources");
		return;
	}
	if (ow_kill_kernel_did_not(s, f, true))
		ow_finding_settle(f, OW_FAILED, NULL,
				  "the kernel killed nothing in the whole life of %s", s->c->asked);
	else
		ow_finding_open(s, f, "the sources hold no record of an OOM kill");
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;

	if (!oom) {
		judge_counters(s, f);
	} else if (oom->kind == OW_OOM_UNKNOWN) {
		ow_finding_open(s, f, "no line of the record says what was short");
	} else if (oom->kind != OW_OOM_MEMCG) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom), "%s",
				  ow_kill_kind_words(oom->kind));
		ow_finding_settle(f, OW_FAILED, NULL, "%s", ow_kill_kind_words(oom->kind));
	} else if (oom->have & OW_OOM_NO_VICTIM) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom),
				  "the kernel found nothing that it may kill");
		ow_finding_settle(f, OW_FAILED, NULL, "the kernel found nothing that it may kill");
	} else if (ow_kill_by_policy(s, f)) {
		ow_reason_for(f, OW_OBSERVED, ow_kill_witness(oom),
			      "the record names a cgroup's limit");
	} else if (ow_kill_was_dying(s, f, "the limit of a memory cgroup was hit")) {
		ow_reason_for(f, OW_OBSERVED, ow_kill_witness(oom),
			      "the record names a cgroup's limit");
	} else if (!s->victim) {
		ow_reason_for(f, OW_OBSERVED, ow_kill_witness(oom),
			      "the record names a cgroup's limit");
		ow_finding_need(f, "the end of the record, with the line that names the victim",
				"journalctl -k -b all | oomwhy kills -");
		ow_finding_settle(f, OW_PARTLY, "the victim is not in the source",
				  "the kernel looked for something to kill at the limit of %s; the "
				  "line that names the victim is not in the source",
				  s->limit_owner);
	} else {
		ow_reason_for(f, OW_OBSERVED, ow_kill_witness(oom),
			      "the record names a cgroup's limit");
		ow_reason_for(
			f, OW_OBSERVED,
			ow_cite_mark(oom, s->victim->line, "Killed process ", "by the kernel"),
			"the kernel's own line names the victim");
		ask_container(s, f);
		ow_finding_settle(f, OW_HELD, NULL,
				  "the kernel killed %s of %s for the limit of a memory cgroup",
				  s->victim_name, s->owner);
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_KILL,
		.label = "kernel-memcg-oom",
		.meaning = "the kernel killed for a memory cgroup limit",
		.prediction = "the kernel's record names a cgroup (oom_memcg=, \"Memory cgroup out "
			      "of memory\", \"killed as a result of limit of\") and a victim in it",
		.refuter =
			"a record of another kind, or a continuous log of the whole life without "
			"one while the counter oom_kill stands still",
		.datum = "the kernel's log of that time",
		.command = "journalctl -k -b all | oomwhy kills -",
		.remedy = "find out which limit it was and what filled it: the levels below",
		.judge = judge,
	},
};

const struct ow_family ow_family_kill_memcg = OW_FAMILY(hypotheses);
