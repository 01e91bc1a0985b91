/* SPDX-License-Identifier: Apache-2.0 */
/* Others that end a process when memory is short. The kernel's own kill line refutes them all: what
 * it killed, nobody else did. So does the line of a killer in user space, which is the witness of
 * one of them. Without either each has a witness of its own, outside the log.
 */
#include <inttypes.h>

#include "analyze/kill.h"

/* True when f is settled: it is known who did it, or that nobody did. */
static bool settle_by_record(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;

	if (oom && oom->killer) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom), "%s says that it did it",
				  oom->killer);
		ow_finding_settle(f, OW_FAILED, NULL, "%s says that it did it", oom->killer);
		return true;
	}
	if (oom && (s->victim || (oom->have & OW_OOM_NO_VICTIM) || oom->kind == OW_OOM_PANIC)) {
		const char *why = s->victim ? "the kernel's own line names the victim"
					    : "the kernel's own record says what happened";

		ow_reason_against(f, OW_OBSERVED,
				  s->victim ? ow_cite_mark(oom, s->victim->line, "Killed process ",
							   "by the kernel")
					    : ow_kill_witness(oom),
				  "%s", why);
		ow_finding_settle(f, OW_FAILED, NULL, "%s", why);
		return true;
	}
	if (!oom && ow_kill_none_proved(s, f, true)) {
		ow_finding_settle(f, OW_FAILED, NULL, "no death in the life of %s is unexplained",
				  s->c->asked);
		return true;
	}
	return false;
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	if (!settle_by_record(s, f))
		ow_finding_open(s, f, "its own log is not in the case");
}

/* "the daemon earlyoom sent SIGTERM to \"tail\" (pid 42)", "the daemon systemd-oomd killed unit
 * \"a.service\"" */
static const char *deed(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const char *whom = s->victim ? s->victim_name : s->owner;

	if (!s->victim && !oom->task_owner.id)
		whom = "a process that the source does not name";
	if (oom->signal)
		return ow_finding_text(f, "the daemon %s sent %s to %s", oom->killer, oom->signal,
				       whom);
	return ow_finding_text(f, "the daemon %s killed %s", oom->killer, whom);
}

/* The killer's own line is the proof, if it is its own: where that is not certain, it only
 * supports.
 */
static void judge_userspace(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const bool verified = oom && (oom->have & OW_OOM_VERIFIED);

	if (!oom || !oom->killer) {
		judge(s, f);
		return;
	}
	ow_reason_for(f, OW_OBSERVED, ow_kill_witness(oom), "%s says so itself", oom->killer);
	if (!verified)
		ow_finding_need(f, "the journal, which knows who wrote a line",
				f->hypothesis->command);
	ow_finding_settle(f, verified ? OW_HELD : OW_PARTLY,
			  verified ? NULL : "by a line that anybody can write", "%s", deed(s, f));
}

/* A runtime that gives up ends by itself, with a status of its own. */
static void judge_runtime(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_container *k = s->container;
	bool ended = k && (k->have & OW_CONTAINER_EXIT) && (k->have & OW_CONTAINER_RUNNING) &&
		     !k->running;

	if (settle_by_record(s, f))
		return;
	if (ended && (k->exit_code == 137 || k->exit_code == 143 || k->exit_code == 0)) {
		ow_reason_against(
			f, OW_OBSERVED,
			ow_cite_field(f, k->source, "State.ExitCode = %" PRId64, k->exit_code),
			"the status is %" PRId64 "; a runtime that gives up ends with 1, 2, "
			"3 or 134",
			k->exit_code);
		ow_finding_settle(f, OW_FAILED, NULL, "it ended with status %" PRId64,
				  k->exit_code);
	} else {
		ow_finding_open(s, f, "the program's own output is not in the case");
	}
}

/* They are asked of a record, and of something that is known to have ended. */
static bool is_asked(const struct ow_scene *s)
{
	return s->oom || s->c->asked;
}

static bool not_on_v2(const struct ow_scene *s)
{
	return is_asked(s) && s->cgroup_version != 2;
}

static bool not_on_v1(const struct ow_scene *s)
{
	return is_asked(s) && s->cgroup_version != 1;
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_KILL,
		.label = "oom-kill-disabled",
		.meaning =
			"cgroup v1 with the OOM killer off: tasks hang at the limit, no log line",
		.prediction = "memory.oom_control says oom_kill_disable 1 and under_oom 1, and the "
			      "tasks hang in state D",
		.refuter = "under_oom 0, a kill line, or cgroup v2",
		.datum = "memory.oom_control of the group",
		.command = "cat CGROUP/memory.oom_control",
		.remedy = "run without --oom-kill-disable; raising the limit wakes the tasks",
		.possible = not_on_v2,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "userspace-oomd",
		.meaning = "systemd-oomd, oomd, earlyoom or nohang killed",
		.prediction = "that daemon's log names the cgroup or process: \"Killed ... due to "
			      "memory pressure\", \"sending SIGTERM to process\"",
		.refuter = "none of them is installed, or the kernel's own kill line",
		.datum = "the log of the daemon",
		.command = "journalctl -b -t systemd-oomd -t oomd -t earlyoom -t nohang",
		.remedy = "see its thresholds: systemd-oomd acts at 60 % pressure for 30 s or 90 % "
			  "swap, earlyoom at 10 % memory and swap",
		.possible = is_asked,
		.judge = judge_userspace,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "userspace-watchdog",
		.meaning =
			"another program that watches memory killed (YARN, Slurm, pm2, uwsgi, an "
			"OnOutOfMemoryError hook ...)",
		.prediction = "that program says so in its own log, with its own limit",
		.refuter =
			"a full log of the life without such a text, or the kernel's own kill line",
		.datum = "the output of the program and of what supervises it",
		.command = "docker logs --tail 200 CONTAINER",
		.remedy = "raise or fix that program's own limit",
		.possible = is_asked,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "kubelet-eviction",
		.meaning = "the kubelet evicted the pod",
		.prediction =
			"the pod's status says reason Evicted: \"The node was low on resource: "
			"memory\"",
		.refuter = "another reason, or the kernel's own kill line",
		.datum = "the pod's status",
		.command = "kubectl get pods -A --field-selector status.phase=Failed",
		.remedy = "set requests to what the pods use, and check the eviction thresholds",
		.possible = is_asked,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "memory-high-throttle",
		.meaning = "throttled at memory.high, then ended by something else",
		.prediction = "high rises fast in memory.events while oom_kill stands still",
		.refuter =
			"oom_kill rose, or the kernel's own kill line; cgroup v1 has no memory.high",
		.datum = "memory.events of the group",
		.command = "cat CGROUP/memory.events",
		.remedy = "raise memory.high, or need less",
		.possible = not_on_v1,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "runtime-oom",
		.meaning = "the runtime's own heap limit ended it, not the kernel",
		.prediction =
			"it ended with 1, 2, 3 or 134 and said so: java.lang.OutOfMemoryError, "
			"\"Reached heap limit\", MemoryError, std::bad_alloc",
		.refuter = "another exit status, or the kernel's own kill line",
		.datum = "the last output of the program",
		.command = "docker logs --tail 200 CONTAINER",
		.remedy = "find what fills its heap; the container's limit is not what it met",
		.possible = is_asked,
		.judge = judge_runtime,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "enomem-limit",
		.meaning = "an allocation was refused: max_map_count, RLIMIT_AS, overcommit, "
			   "pids.max, v1 kmem limit",
		.prediction =
			"memory was free and the counter of one of these limits was at its end",
		.refuter = "each by its own counter, or the kernel's own kill line",
		.datum = "the counters of these limits",
		.command =
			"grep -E 'Commit' /proc/meminfo; sysctl vm.max_map_count "
			"vm.overcommit_memory; dmesg | grep -i 'cannot allocate\\|unable to allocate'",
		.remedy = "raise the limit that was met: a sysctl, ulimit -v or pids.max",
		.possible = is_asked,
		.judge = judge,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "guest-oom",
		.meaning =
			"killed inside a guest (Kata, Firecracker, gVisor): the record is there, "
			"not here",
		.prediction =
			"the workload runs in a sandbox or virtual machine, and its own kernel "
			"log has the record",
		.refuter = "a record of this host for the sandbox's cgroup",
		.datum = "the kernel log of the guest",
		.command = "docker inspect -f '{{.HostConfig.Runtime}}' CONTAINER",
		.remedy = "read the guest's console; size the guest's memory",
		.possible = is_asked,
		.judge = judge,
	},
};

const struct ow_family ow_family_kill_other = OW_FAMILY(hypotheses);
