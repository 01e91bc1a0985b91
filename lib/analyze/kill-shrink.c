/* SPDX-License-Identifier: Apache-2.0 */
/* A limit that was lowered below what was in use: the need did not grow, the room did. */
#include "analyze/kill.h"
#include "analyze/words.h"

#define SHRUNK 1.05 /* usage above the limit by more than charging can overshoot */

static bool possible(const struct ow_scene *s)
{
	/* On v1 the write fails with EBUSY, and nothing is killed. */
	return s->oom && s->oom->kind == OW_OOM_MEMCG && s->cgroup_version != 1;
}

static bool trigger_in_table(const struct ow_oom *oom)
{
	const struct ow_oom_task *t = ow_oom_tasks(oom);

	for (size_t i = 0; (oom->trigger.have & OW_TRIGGER_PID) && i < oom->tasks.n; i++)
		if ((t[i].have & OW_TASK_PID) && t[i].pid == oom->trigger.pid)
			return true;
	return false;
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	const struct ow_oom *oom = s->oom;
	double ratio = ow_share(b->usage.bytes, b->limit.bytes);
	struct ow_cite trace =
		ow_cite_trace(oom, "memory_max_write", "memory.max was being written");
	bool written = trace.source;
	struct ow_cite memory = ow_cite_mark(oom, oom->lines.memory, "usage ", "against the limit");

	if (written)
		ow_reason_for(f, OW_OBSERVED, trace,
			      "the call trace shows the write to memory.max that led to the kill");
	if (!b->usage.have || !b->limit.have || b->limit.bytes == 0) {
		if (written)
			ow_finding_settle(
				f, OW_PARTLY, NULL,
				"the limit of %s was being lowered when the kill happened",
				s->limit_owner);
		else
			ow_finding_open(s, f, "usage and limit are not in the record");
		return;
	}
	ow_finding_number(f, OW_DERIVED, "usage_of_limit", "percent", 100 * ratio);
	if (ratio > SHRUNK) {
		ow_reason_for(f, OW_DERIVED, memory, "usage is %s of the limit",
			      ow_words_share(f->arena, ratio));
		if (oom->tasks.n && !trigger_in_table(oom))
			ow_reason_for(f, OW_INFERRED, ow_cite_line(oom, oom->lines.head),
				      "%s, which met the limit, is no row of the group's table",
				      ow_words_process(f->arena, oom->trigger.comm,
						       oom->trigger.have & OW_TRIGGER_PID
							       ? oom->trigger.pid
							       : -1));
		ow_finding_settle(
			f, written ? OW_HELD : OW_PARTLY, NULL,
			"the limit of %s was lowered below what was in use: %s against %s",
			s->limit_owner, ow_words_bytes(f->arena, b->usage.bytes),
			ow_words_bytes(f->arena, b->limit.bytes));
	} else if (written) {
		ow_finding_settle(f, OW_PARTLY, NULL,
				  "the limit of %s was being lowered when the kill happened",
				  s->limit_owner);
	} else {
		ow_reason_against(f, OW_DERIVED, memory, "usage is %s of the limit",
				  ow_words_share(f->arena, ratio));
		ow_finding_settle(f, OW_FAILED, NULL,
				  "usage is %s of the limit; a lowered limit leaves it above",
				  ow_words_share(f->arena, ratio));
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_KILL,
		.stand = OW_FACTOR,
		.label = "oom-shrink",
		.meaning = "a limit was lowered below what was in use",
		.prediction = "usage is above 105 % of the limit, and the task that met it is the "
			      "writer (runc, systemd, a shell), not one of the group; the call "
			      "trace shows memory_max_write",
		.refuter = "usage at the limit; on cgroup v1 such a write fails and kills nothing",
		.datum = "who changed the limit, and when",
		.command = "journalctl --grep 'MemoryMax|memory.max' --since -1h",
		.remedy = "find who lowered it; lower a limit in steps, and reclaim first",
		.possible = possible,
		.judge = judge,
	},
};

const struct ow_family ow_family_kill_shrink = OW_FAMILY(hypotheses);
