/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel records of other kinds: what the kernel was short of is written in the record. */
#include <string.h>

#include "analyze/kill.h"

const char *ow_kill_kind_words(enum ow_oom_kind kind)
{
	static const char *const words[OW_OOM_KIND_COUNT] = {
		[OW_OOM_UNKNOWN] = "no line of the record says what was short",
		[OW_OOM_MEMCG] = "the record is of a memory cgroup's limit",
		[OW_OOM_GLOBAL] = "the record is of the whole machine",
		[OW_OOM_CPUSET] = "the record is of a cpuset's nodes",
		[OW_OOM_MEMPOLICY] = "the record is of a memory policy's nodes",
		[OW_OOM_SYSRQ] = "the record is of a kill that somebody asked for (SysRq f)",
		[OW_OOM_PANIC] = "the record ends in a panic instead of a kill",
		[OW_OOM_ALLOCATION] = "a request for memory was refused, and nobody was killed",
		[OW_OOM_USERSPACE] = "a program in user space killed, not the kernel",
	};

	return words[kind];
}

bool ow_kill_is_policys(const struct ow_oom *oom)
{
	return oom->constraint && strncmp(oom->constraint, "CONSTRAINT_BPF", 14) == 0;
}

bool ow_kill_by_policy(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;

	if (!s->victim || !ow_kill_is_policys(oom))
		return false;
	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(oom, oom->lines.constraint, "constraint=", "whose decision"),
		      "the constraint is one of a policy that was loaded");
	ow_finding_settle(f, OW_PARTLY, "by a BPF policy",
			  "the kernel killed %s for a policy that was loaded into it (%s); what "
			  "that policy watches is not in the record",
			  s->victim_name, oom->constraint);
	return true;
}

bool ow_kill_was_dying(const struct ow_scene *s, struct ow_finding *f, const char *what)
{
	const struct ow_oom *oom = s->oom;

	if (s->victim || !oom->lines.exiting)
		return false;
	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(oom, oom->lines.exiting, "already exiting", "nobody is killed"),
		      "the one that was chosen was dying already");
	ow_finding_settle(f, OW_PARTLY, "nobody was killed",
			  "%s; the one that the kernel chose was dying already, and nobody was "
			  "killed",
			  what);
	return true;
}

static bool is_kind(const struct ow_oom *oom, enum ow_oom_kind kind)
{
	if (kind == OW_OOM_CPUSET)
		return oom->kind == OW_OOM_CPUSET || oom->kind == OW_OOM_MEMPOLICY;
	return oom->kind == kind;
}

/* Such a fault was answered with a record of the machine, whyever it had failed. Only the mask,
 * which is empty, tells. */
bool ow_kill_is_page_fault(const struct ow_oom *oom)
{
	const struct ow_oom_trigger *t = &oom->trigger;

	return oom->kind == OW_OOM_GLOBAL && t->gfp_mask &&
	       strspn(t->gfp_mask, "0x") == strlen(t->gfp_mask) &&
	       !((t->have & OW_TRIGGER_ORDER) && t->order < 0);
}

static void settle_page_fault(const struct ow_scene *s, struct ow_finding *f)
{
	ow_reason_against(f, OW_OBSERVED,
			  ow_cite_mark(s->oom, s->oom->lines.head, "gfp_mask=", "no request"),
			  "a page fault had failed, and why is not in the record");
	ow_finding_settle(f, OW_PARTLY, "a cgroup's limit may be behind it",
			  "the kernel killed %s because a page fault had failed (gfp_mask=0x0); "
			  "whether the machine had no memory to give is not in that",
			  s->victim_name);
}

/* The kind is right; whether it was a kill, the victim tells. */
static void settle_held(const struct ow_scene *s, struct ow_finding *f)
{
	static const char *const because[OW_OOM_KIND_COUNT] = {
		[OW_OOM_GLOBAL] = "because the machine had no memory to give",
		[OW_OOM_CPUSET] = "because the nodes that it may use had no memory to give",
		[OW_OOM_MEMPOLICY] = "because the nodes that it may use had no memory to give",
		[OW_OOM_SYSRQ] = "because somebody asked for it (SysRq f)",
		[OW_OOM_PANIC] = "before the machine stopped",
	};
	const struct ow_oom *oom = s->oom;
	bool whole = s->victim || oom->kind == OW_OOM_PANIC;

	ow_reason_for(f, OW_OBSERVED, ow_kill_witness(oom), "%s", ow_kill_kind_words(oom->kind));
	if (ow_kill_was_dying(s, f, ow_kill_kind_words(oom->kind)) || ow_kill_by_policy(s, f))
		return;
	if (!s->victim) {
		ow_finding_settle(f, whole ? OW_HELD : OW_PARTLY,
				  whole ? NULL : "the victim is not in the source", "%s",
				  ow_kill_kind_words(oom->kind));
		return;
	}
	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(oom, s->victim->line, "Killed process ", "by the kernel"),
		      "the kernel's own line names the victim");
	if (ow_kill_is_page_fault(oom))
		settle_page_fault(s, f);
	else
		ow_finding_settle(f, OW_HELD, NULL, "the kernel killed %s %s", s->victim_name,
				  because[oom->kind]);
}

static void judge_kind(const struct ow_scene *s, struct ow_finding *f, enum ow_oom_kind kind)
{
	const struct ow_oom *oom = s->oom;
	bool none = oom && (oom->have & OW_OOM_NO_VICTIM);

	if (!oom && ow_kill_kernel_did_not(s, f, true)) {
		ow_finding_settle(f, OW_FAILED, NULL,
				  "the kernel killed nothing in the whole life of %s", s->c->asked);
	} else if (!oom || oom->kind == OW_OOM_UNKNOWN) {
		ow_finding_open(s, f,
				oom ? "no line of the record says what was short"
				    : "the sources hold no record of an OOM kill");
	} else if (!is_kind(oom, kind) || none) {
		const char *why = none ? "the kernel found nothing that it may kill"
				       : ow_kill_kind_words(oom->kind);

		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom), "%s", why);
		ow_finding_settle(f, OW_FAILED, NULL, "%s", why);
	} else {
		settle_held(s, f);
	}
}

static void judge_global(const struct ow_scene *s, struct ow_finding *f)
{
	judge_kind(s, f, OW_OOM_GLOBAL);
}

static void judge_constrained(const struct ow_scene *s, struct ow_finding *f)
{
	judge_kind(s, f, OW_OOM_CPUSET);
}

static void judge_sysrq(const struct ow_scene *s, struct ow_finding *f)
{
	judge_kind(s, f, OW_OOM_SYSRQ);
}

static void judge_panic(const struct ow_scene *s, struct ow_finding *f)
{
	judge_kind(s, f, OW_OOM_PANIC);
}

/* The row that shows it best, when no row may be killed; NULL else, or when it cannot be told. */
static const struct ow_oom_task *all_protected(const struct ow_oom *oom)
{
	const struct ow_oom_task *t = ow_oom_tasks(oom);

	for (size_t i = 0; i < oom->tasks.n; i++)
		if (!(t[i].have & OW_TASK_ADJ) || t[i].oom_score_adj > -1000)
			return NULL;
	return oom->tasks.n ? t : NULL;
}

static void judge_no_victim(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const struct ow_oom_task *row = all_protected(oom);

	if (oom->killer) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom), "%s",
				  ow_kill_kind_words(oom->kind));
		ow_finding_settle(f, OW_FAILED, NULL, "%s", ow_kill_kind_words(oom->kind));
	} else if (oom->have & OW_OOM_NO_VICTIM) {
		ow_reason_for(f, OW_OBSERVED,
			      ow_cite_mark(oom, oom->lines.no_victim, "no killable processes",
					   "nothing was killed"),
			      "the kernel says that there is nothing it may kill");
		if (row)
			ow_reason_for(f, OW_OBSERVED, ow_cite_line(oom, row->line),
				      "every row of the table has oom_score_adj -1000");
		if (oom->lines.panic)
			ow_reason_for(f, OW_OBSERVED,
				      ow_cite_mark(oom, oom->lines.panic, "Kernel panic",
						   "the machine stopped"),
				      "the machine stopped, as it could not go on");
		ow_finding_settle(
			f, OW_HELD, NULL,
			"memory ran out and the kernel found nothing that it may kill%s%s",
			row ? ": every task is protected (oom_score_adj -1000)" : "",
			oom->lines.panic ? "; so the machine stopped (panic)" : "");
	} else if (s->victim || oom->kind == OW_OOM_PANIC) {
		const char *why =
			s->victim ? "a victim was found and killed" : "the machine stopped instead";

		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom), "%s", why);
		ow_finding_settle(f, OW_FAILED, NULL, "%s", why);
	} else {
		ow_finding_open(s, f, "the source does not say whether anything could be killed");
	}
}

/* Without a record the two common kinds stand for all. */
static bool has_record(const struct ow_scene *s)
{
	return s->oom;
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_KILL,
		.label = "kernel-global-oom",
		.meaning = "the kernel killed because the machine ran out",
		.prediction = "the record says global_oom or \"Out of memory: Killed process\" and "
			      "prints the machine's memory (Mem-Info)",
		.refuter = "a record that names a cgroup (oom_memcg=); kernels 5.0 and 5.1 print "
			   "CONSTRAINT_NONE there, too",
		.datum = "the kernel's log of that time",
		.command = "journalctl -k -b all | oomwhy kills -",
		.remedy = "find out what filled the machine: the victim need not have",
		.judge = judge_global,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "kernel-constrained-oom",
		.meaning = "the kernel killed for a cpuset or memory policy",
		.prediction =
			"the record says CONSTRAINT_CPUSET or CONSTRAINT_MEMORY_POLICY; it may "
			"say global_oom as well",
		.refuter = "a record of another constraint",
		.datum = "the kernel's log of that time",
		.command = "journalctl -k -b all | oomwhy kills -",
		.remedy = "see which NUMA nodes the task may use (mems_allowed=, nodemask=) and "
			  "widen them, or move work away from them",
		.possible = has_record,
		.judge = judge_constrained,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "sysrq-oom",
		.meaning = "somebody asked for it (SysRq f)",
		.prediction = "the head of the record says order=-1",
		.refuter = "an order of 0 or more",
		.datum = "the head of the record",
		.command = "journalctl -k -b all --grep sysrq",
		.remedy = "find the person or the script that wrote f to /proc/sysrq-trigger",
		.possible = has_record,
		.judge = judge_sysrq,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "panic-on-oom",
		.meaning = "the kernel panicked instead of killing",
		.prediction = "the record ends with \"Kernel panic - not syncing: Out of memory\"",
		.refuter = "a kill line",
		.datum = "the last lines of the console before the machine stopped",
		.command = "sysctl vm.panic_on_oom",
		.remedy =
			"set vm.panic_on_oom=0, if the machine should go on; a crash dump has the "
			"task table",
		.possible = has_record,
		.judge = judge_panic,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "no-victim",
		.meaning = "out of memory, and nothing that may be killed (all protected)",
		.prediction =
			"the record says \"no killable processes\", and every row of the table "
			"has oom_score_adj -1000",
		.refuter = "a kill line of that group",
		.datum = "the oom_score_adj of the tasks",
		.command =
			"for p in $(cat CGROUP/cgroup.procs); do grep -H . /proc/$p/oom_score_adj; "
			"done",
		.remedy = "leave at least one task killable: an oom_score_adj above -1000 on the "
			  "workers",
		.possible = has_record,
		.judge = judge_no_victim,
	},
};

const struct ow_family ow_family_kill_kind = OW_FAMILY(hypotheses);
