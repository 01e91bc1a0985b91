/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is nobody's alone: mapped by several, charged elsewhere, or held by none. */

#include "analyze/makeup.h"
#include "analyze/process.h"
#include "analyze/words.h"

#define MAPPED_TWICE 1.05
#define UNOWNED      0.50
#define HALF         0.50

struct maps {
	bool known;
	uint64_t bytes;
	size_t n, line, line2;
};

/* Before 6.8 only the kill lines say how much shared memory a process maps: several victims of one
 * incident that each map most of it share it. */
static struct maps maps_of(const struct ow_scene *s)
{
	const struct ow_holders *h = &s->holders;
	struct maps m = { h->have_shmem, h->mapped_shmem_bytes, h->n_mappers, s->oom->lines.table,
			  0 };

	if (m.known)
		return m;
	for (size_t i = 0; i < s->c->n_kills; i++) {
		const struct ow_oom_victim *v = ow_oom_victims(s->c->kills[i]);

		for (size_t k = 0; k < s->c->kills[i]->victims.n; k++) {
			if (!(v[k].have & OW_VICTIM_SHMEM) || v[k].shmem_rss_bytes == 0)
				continue;
			m.bytes = ow_add(m.bytes, v[k].shmem_rss_bytes);
			m.line2 = m.n++ ? v[k].line : 0;
			m.line = m.n == 1 ? v[k].line : m.line;
		}
	}
	m.known = m.n > 1 && ow_share(m.bytes, s->balance.part[OW_PART_SHMEM].bytes) > MAPPED_TWICE;
	return m;
}

/*
 * Before 6.8 the table has rss only. What a process has resident beyond all anonymous memory and
 * all file cache of the group is shared memory, or files that are charged elsewhere.
 */
static size_t mappers_by_size(const struct ow_scene *s, size_t *line)
{
	const struct ow_oom_task *t = ow_oom_tasks(s->oom);
	const struct ow_balance *b = &s->balance;
	uint64_t other = ow_add(b->part[OW_PART_ANON].bytes, b->part[OW_PART_CACHE].bytes);
	size_t n = 0;

	for (size_t i = 0; !s->holders.have_shmem && i < s->oom->tasks.n; i++) {
		uint64_t shared = t[i].have & OW_TASK_RSS ? ow_less(t[i].rss_bytes, other) : 0;

		if (ow_share(shared, b->part[OW_PART_SHMEM].bytes) <= HALF)
			continue;
		*line = n++ ? *line : t[i].line;
	}
	return n;
}

static void judge_mappers(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_amount *shmem = &s->balance.part[OW_PART_SHMEM];
	uint64_t most = ow_balance_most(&s->balance, OW_PART_SHMEM);
	struct maps m = maps_of(s);
	size_t line = 0, by_size = mappers_by_size(s, &line);
	double times = ow_share(m.bytes, shmem->bytes);

	if (ow_makeup_outcome(&s->balance, most) == OW_FAILED) {
		ow_reason_against(
			f, OW_DERIVED,
			ow_cite_line(s->oom, shmem->line ? shmem->line : s->balance.usage.line),
			"shared memory is at most %s",
			ow_words_share(f->arena, ow_share(most, s->balance.total.bytes)));
		ow_finding_settle(f, OW_FAILED, NULL, "shared memory is no major part");
	} else if (shmem->have && !m.known && by_size > 1) {
		ow_reason_for(
			f, OW_INFERRED, ow_cite_line(s->oom, line),
			"%zu processes have each more resident than all memory of the group that "
			"is not shared, by more than half of what is",
			by_size);
		ow_reason_also(f, ow_cite_line(s->oom, shmem->line));
		f->subject = ow_finding_text(f, "%zu processes that map it", by_size);
		ow_finding_settle(
			f, OW_PARTLY, "by their resident size",
			"%zu processes map most of the shared memory; killing one of them "
			"frees little",
			by_size);
	} else if (!shmem->have || !m.known) {
		ow_finding_open(s, f,
				"how much shared memory each process maps is not in the record");
	} else if (times > MAPPED_TWICE && m.n > 1) {
		ow_finding_number(f, OW_DERIVED, "mapped_times", "count", times);
		ow_reason_for(f, OW_DERIVED, ow_cite_line(s->oom, m.line),
			      "%zu processes map %s of it, and there is only %s", m.n,
			      ow_words_bytes(f->arena, m.bytes),
			      ow_words_bytes(f->arena, shmem->bytes));
		ow_reason_also(f, ow_cite_line(s->oom, m.line2));
		ow_reason_also(f, ow_cite_line(s->oom, shmem->line));
		f->subject = ow_finding_text(f, "%zu processes that map it", m.n);
		ow_finding_settle(
			f, OW_HELD, NULL,
			"%zu processes map the same memory; killing one of them frees little", m.n);
	} else {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, m.line),
				  "the processes map %s of shared memory, and there is %s",
				  ow_words_bytes(f->arena, m.bytes),
				  ow_words_bytes(f->arena, shmem->bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "nothing of it is mapped twice");
	}
}

static void judge_elsewhere(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_holders *h = &s->holders;
	uint64_t total = s->balance.total.bytes;
	double largest = ow_share(h->largest_bytes, total);

	if (!s->balance.total.have || h->n_processes == 0) {
		ow_finding_open(s, f, "usage or the task table is not in the record");
	} else if (h->over_comm) {
		f->subject = ow_words_process(f->arena, h->over_comm, h->over_pid);
		ow_finding_number(f, OW_DERIVED, "share", "percent",
				  100 * ow_share(h->over_bytes, total));
		ow_reason_for(f, OW_DERIVED, ow_cite_line(s->oom, h->over_line),
			      "%s has %s of its own, %s of %s", f->subject,
			      ow_words_bytes(f->arena, h->over_bytes),
			      ow_words_share(f->arena, ow_share(h->over_bytes, total)),
			      ow_makeup_whole(s, f->arena));
		ow_reason_also(f,
			       ow_cite_mark(s->oom, s->balance.usage.line, "usage ", "the whole"));
		ow_finding_settle(
			f, OW_HELD, NULL,
			"memory of %s is charged to another cgroup: killing it frees little "
			"here",
			f->subject);
	} else if (largest <= MAPPED_TWICE) {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, h->largest->line),
				  "the largest process has at most %s of %s",
				  ow_words_share(f->arena, largest), ow_makeup_whole(s, f->arena));
		ow_finding_settle(f, OW_FAILED, NULL, "no process has more than was charged");
	} else {
		ow_finding_open(s, f,
				"before kernel 6.8 the table does not tell a process's own "
				"memory from what it shares");
	}
}

/* What is left when the processes are gone: shared and kernel memory, not heaps and not cache. */
static void judge_nobody(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	uint64_t owned = ow_add(b->part[OW_PART_ANON].bytes, b->swapents.bytes);
	double left;

	owned = ow_add(owned, b->part[OW_PART_PAGETABLES].bytes);
	if (b->part[OW_PART_SHMEM].have)
		owned = ow_add(owned, b->part[OW_PART_CACHE].bytes);
	left = 1 - ow_share(owned, b->total.bytes);
	if (b->total.have && b->total.bytes && b->part[OW_PART_ANON].have && left < UNOWNED) {
		ow_reason_against(
			f, OW_DERIVED,
			ow_makeup_cite(s->oom, &b->part[OW_PART_ANON], "goes with its process"),
			"at most %s is of a kind that outlives its process",
			ow_words_share(f->arena, left > 0 ? left : 0));
		ow_finding_settle(f, OW_FAILED, NULL,
				  "at most %s is of a kind that outlives its process",
				  ow_words_share(f->arena, left > 0 ? left : 0));
		return;
	}
	ow_finding_open(s, f,
			"what was left after the kill, and whether anybody maps it or has it "
			"open, is not in the record");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_PROCESS,
		.label = "shared-mappers",
		.meaning = "several processes map the same memory; killing one frees little",
		.prediction =
			"shared memory is a major part, and at least two processes together map "
			"more than 105 % of it",
		.refuter = "nothing is mapped twice",
		.datum = "who maps the shared memory",
		.command = "grep -H Shmem /proc/[0-9]*/status | sort -k2 -n | tail",
		.remedy = "size the pool once, not once a process; see who grew beside it",
		.role = "share most of it, growth unknown",
		.judge = judge_mappers,
	},
	{
		.level = OW_LEVEL_PROCESS,
		.label = "other-cgroup",
		.meaning = "it was charged to another cgroup",
		.prediction = "one process has more memory of its own than 105 % of usage and swap",
		.refuter = "no process has more than was charged",
		.datum = "in which cgroup the process was started",
		.command = "journalctl -b | grep -i 'moved\\|migrat'",
		.remedy = "start it in its group: v2 never moves charges",
		.role = "is charged to another cgroup, growth unknown",
		.judge = judge_elsewhere,
	},
	{
		.level = OW_LEVEL_PROCESS,
		.label = "nobody-alive",
		.meaning = "no live process holds it, by mapping or descriptor",
		.prediction =
			"after the kill at least half of the limit is left as shared or kernel "
			"memory, and no survivor maps it or has it open",
		.refuter = "a survivor that does, or less than half",
		.datum = "what is left after the kill, and who holds it",
		.command =
			"cat OWN_CGROUP/memory.stat; find /dev/shm /run /tmp -xdev -type f -size "
			"+1M -exec ls -l {} +",
		.remedy = "delete the tmpfs files; see zombie-memcg",
		.judge = judge_nobody,
	},
};

const struct ow_family ow_family_process_shared = OW_FAMILY(hypotheses);
