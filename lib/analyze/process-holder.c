/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who held it: whose death would give the memory back. The kernel kills by score, and the score has
 * an adjustment, so the one that died need not be the one that held it. Holding is not growing: a
 * pool that is large by design holds most, too.
 */
#include <inttypes.h>

#include "analyze/makeup.h"
#include "analyze/process.h"
#include "analyze/words.h"

#define PROTECTED (-900)

/* The numbers that all three ask. */
struct view {
	const struct ow_program *victim, *other; /* other: the largest that is not the victim's */
	uint64_t victim_least, victim_most, total;
	enum ow_trust trust;
	uint64_t bar; /* of one process */
};

static const struct ow_program *largest_other(const struct ow_holders *h)
{
	for (size_t i = 0; i < h->n_programs; i++)
		if (!h->program[i].victim)
			return &h->program[i];
	return NULL;
}

static struct view view_of(const struct ow_scene *s)
{
	struct view v = {
		.victim = s->holders.victim,
		.other = largest_other(&s->holders),
		.total = s->balance.total.bytes,
	};

	if (v.victim) {
		v.victim_least = v.victim->least_bytes;
		v.victim_most = v.victim->most_bytes;
	} else if (s->victim && (s->victim->have & OW_VICTIM_ANON)) {
		v.victim_least = s->victim->anon_rss_bytes;
		if (s->victim->have & OW_VICTIM_PGTABLES)
			v.victim_least = ow_add(v.victim_least, s->victim->pgtables_bytes);
		v.victim_most = v.victim_least;
	}
	v.trust = ow_process_trust(s, &v.bar);
	return v;
}

/* True when f is settled: sizes say nothing here. */
static bool is_void(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_void *why = ow_process_void(s);

	if (!s->balance.total.have || s->balance.total.bytes == 0)
		ow_finding_open(s, f, "usage is not in the record, so there is no share of it");
	else if (why)
		ow_process_open(s, f, why);
	else
		return false;
	return true;
}

static struct ow_cite victim_row(const struct ow_scene *s)
{
	const struct ow_oom_task *row = s->holders.victim_row;
	struct ow_cite cite = ow_cite_mark(s->oom, s->victim->line, "anon-rss:", "its own memory");

	if (!cite.source && row)
		cite = ow_cite_line(s->oom, row->line);
	return cite;
}

static void cite_share(const struct ow_scene *s, struct ow_finding *f)
{
	if (s->holders.victim_row && s->holders.victim_row->line != s->victim->line)
		ow_reason_also(f, ow_cite_line(s->oom, s->holders.victim_row->line));
	ow_reason_also(f, ow_cite_mark(s->oom, s->balance.usage.line, "usage ", "the whole"));
}

static void say_error(const struct ow_scene *s, struct ow_finding *f, const struct view *v,
		      bool enough)
{
	const struct ow_host *host = &s->c->host;
	struct ow_cite cite = ow_cite_line(s->oom, s->oom->lines.kernel);

	switch (v->trust) {
	case OW_TRUST_BAR:
		if (host->have & OW_HOST_CPUS)
			ow_reason_for(
				f, OW_DERIVED, cite,
				"the counters of resident pages are off by at most %s a process "
				"on this kernel with %" PRIu64 " CPUs%s",
				ow_words_bytes(f->arena, v->bar), host->cpus,
				enough ? ", which changes nothing" : "");
		break;
	case OW_TRUST_CHECK:
		ow_reason_for(
			f, OW_DERIVED, ow_cite_line(s->oom, s->balance.part[OW_PART_ANON].line),
			"how far the counters of resident pages are off is not known; they agree "
			"with the group's own counter");
		break;
	case OW_TRUST_NONE:
		ow_reason_against(
			f, OW_DERIVED, cite,
			"how far the counters of resident pages are off is not known: that "
			"depends on the number of CPUs or threads");
		break;
	}
}

static void victim_held(const struct ow_scene *s, struct ow_finding *f, const struct view *v)
{
	double share = ow_share(v->victim_least, v->total);
	size_t n = v->victim ? v->victim->n : 1;
	uint64_t off = v->bar < UINT64_MAX / (n + 1) ? v->bar * n : UINT64_MAX;
	bool firm = v->trust != OW_TRUST_NONE &&
		    ow_share(ow_less(v->victim_least, off), v->total) >= OW_HELD_IT;
	bool shared = ow_makeup_dominates(&s->balance, OW_PART_SHMEM);

	say_error(s, f, v, firm);
	ow_finding_settle(f, firm && !shared ? OW_HELD : OW_PARTLY,
			  shared ? "by what it maps"
			  : firm ? NULL
				 : "within the error of the counters",
			  "%s held %s of %s; %s", f->subject, ow_words_share(f->arena, share),
			  ow_makeup_whole(s, f->arena),
			  s->go && s->go->life && ow_go_is_own(&s->go->life_tie) &&
					  s->go->sum.live.grows
				  ? "its collector's log says that it grew"
				  : "whether it grew is not known");
}

static void victim_below(const struct ow_scene *s, struct ow_finding *f, const struct view *v)
{
	double share = ow_share(v->victim_least, v->total);
	const struct ow_program *other = v->other;
	const char *name = other ? ow_process_program(s, f, other) : "";

	if (other && other->least_bytes / OW_TWICE >= v->victim_most) {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, other->largest->line),
				  "%s would free %s, the victim %s", name,
				  ow_words_bytes(f->arena, other->least_bytes),
				  ow_words_bytes(f->arena, v->victim_most));
		ow_finding_settle(f, OW_FAILED, NULL, "%s would free %s, the victim %s", name,
				  ow_words_bytes(f->arena, other->least_bytes),
				  ow_words_bytes(f->arena, v->victim_most));
	} else if (s->holders.n_programs == 0) {
		ow_finding_open(s, f,
				"the victim would free %s, and the record has no table of the "
				"others",
				ow_words_share(f->arena, share));
	} else if (other && other->most_bytes > v->victim_least) {
		ow_finding_open(s, f,
				"the victim would free %s; %s may hold as much or more, but not "
				"surely twice as much",
				ow_words_share(f->arena, share), name);
	} else {
		if (other)
			ow_reason_for(f, OW_DERIVED, ow_cite_line(s->oom, other->largest->line),
				      "the next is %s with %s", name,
				      ow_words_bytes(f->arena, other->most_bytes));
		ow_finding_settle(f, OW_PARTLY,
				  ow_finding_text(f, "largest of several (%.0f %%)", 100 * share),
				  "%s was the largest of several, with %s of %s", f->subject,
				  ow_words_share(f->arena, share), ow_makeup_whole(s, f->arena));
	}
}

/* More than all: then the memory is charged elsewhere or shared, and sizes contradict usage. */
static bool contradicts(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_holders *h = &s->holders;

	if (!h->over_comm && !ow_process_too_much(s))
		return false;
	ow_reason_for(f, OW_DERIVED,
		      h->over_line ? ow_cite_line(s->oom, h->over_line)
				   : ow_cite_line(s->oom, s->oom->lines.table),
		      "the processes have more memory of their own than the group was charged");
	ow_reason_also(f, ow_cite_mark(s->oom, s->balance.usage.line, "usage ", "the whole"));
	ow_finding_settle(f, OW_SPLIT, NULL,
			  "the processes have more memory of their own than was charged: it is "
			  "shared between them, or charged to another cgroup");
	return true;
}

static void judge_victim(const struct ow_scene *s, struct ow_finding *f)
{
	struct view v = view_of(s);
	double share = ow_share(v.victim_least, v.total);

	if (is_void(s, f) || contradicts(s, f))
		return;
	if (!v.victim && !(s->victim->have & OW_VICTIM_ANON)) {
		ow_finding_open(s, f, "the source does not say how large the victim was");
		return;
	}
	f->subject = v.victim ? ow_process_program(s, f, v.victim) : s->victim_name;
	ow_finding_number(f, OW_DERIVED, "freed", "bytes", (double)v.victim_least);
	ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
	if (ow_process_many_small(s)) {
		share = ow_share(s->holders.victim_bytes, v.total);
		ow_reason_against(f, OW_DERIVED, victim_row(s),
				  "the victim is one of many, and had %s",
				  ow_words_share(f->arena, share));
		ow_finding_settle(f, OW_FAILED, NULL, "the victim is one of many: it had %s",
				  ow_words_share(f->arena, share));
		return;
	}
	ow_reason_for(f, OW_DERIVED, victim_row(s), "its death frees %s, %s",
		      ow_words_bytes(f->arena, v.victim_least), ow_words_share(f->arena, share));
	cite_share(s, f);
	if (share >= OW_HELD_IT)
		victim_held(s, f, &v);
	else
		victim_below(s, f, &v);
}

static void sibling_held(const struct ow_scene *s, struct ow_finding *f, const struct view *v)
{
	const struct ow_program *other = v->other;
	double share = ow_share(other->least_bytes, v->total);
	bool firm = s->holders.exact && v->trust != OW_TRUST_NONE && share >= OW_HELD_IT;

	ow_finding_number(f, OW_DERIVED, "freed", "bytes", (double)other->least_bytes);
	ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
	ow_reason_for(f, OW_DERIVED, ow_cite_line(s->oom, other->largest->line),
		      "%s would free %s, %s of %s", f->subject,
		      ow_words_bytes(f->arena, other->least_bytes), ow_words_share(f->arena, share),
		      ow_makeup_whole(s, f->arena));
	cite_share(s, f);
	ow_reason_for(f, OW_DERIVED, victim_row(s), "the victim freed %s at most",
		      ow_words_bytes(f->arena, v->victim_most));
	say_error(s, f, v, firm);
	ow_finding_settle(
		f, firm ? OW_HELD : OW_PARTLY,
		share < OW_HELD_IT ? ow_finding_text(f, "largest of several (%.0f %%)", 100 * share)
				   : NULL,
		"%s held %s of %s, not the victim %s; whether it grew is not known", f->subject,
		ow_words_share(f->arena, share), ow_makeup_whole(s, f->arena), s->victim_name);
}

static void judge_sibling(const struct ow_scene *s, struct ow_finding *f)
{
	struct view v = view_of(s);
	const struct ow_program *other = v.other;
	uint64_t off = v.trust == OW_TRUST_BAR ? v.bar : 0;
	bool twice, maybe;

	if (is_void(s, f))
		return;
	if (s->holders.n_programs == 0) {
		ow_finding_open(s, f, "the record has no task table");
		return;
	}
	if (s->holders.over_comm || ow_process_too_much(s)) {
		ow_finding_open(s, f, "the sizes of the processes contradict the usage");
		return;
	}
	if (!other) {
		ow_reason_against(f, OW_OBSERVED, ow_cite_line(s->oom, s->oom->lines.table),
				  "the table has no other program");
		ow_finding_settle(f, OW_FAILED, NULL, "the table has no other program");
		return;
	}
	f->subject = ow_process_program(s, f, other);
	twice = other->least_bytes / OW_TWICE >= v.victim_most;
	maybe = other->most_bytes / OW_TWICE >= v.victim_least;
	if (ow_process_many_small(s)) {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, s->holders.largest->line),
				  "the largest of %zu processes had %s", s->holders.n_processes,
				  ow_words_share(f->arena, ow_share(s->holders.largest_bytes,
								    s->holders.most_bytes)));
		ow_finding_settle(f, OW_FAILED, NULL, "no process held it alone");
	} else if (!maybe) {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, other->largest->line),
				  "the next is %s with at most %s", f->subject,
				  ow_words_bytes(f->arena, other->most_bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "the next is %s with at most %s", f->subject,
				  ow_words_bytes(f->arena, other->most_bytes));
	} else if (!twice || ow_less(other->least_bytes, off) / OW_TWICE <
				     ow_add(v.victim_most, v.victim ? v.victim->n * off : off)) {
		ow_finding_open(s, f,
				"%s may hold twice as much as the victim; the record's columns "
				"do not tell",
				f->subject);
	} else if (ow_share(other->least_bytes, v.total) < OW_MAJOR) {
		ow_finding_open(s, f, "%s holds more than the victim, but only %s", f->subject,
				ow_words_share(f->arena, ow_share(other->least_bytes, v.total)));
	} else {
		sibling_held(s, f, &v);
	}
	if (f->outcome != OW_HELD && f->outcome != OW_PARTLY)
		f->subject = NULL;
}

/* A holder that the kernel passed over because it was told to. */
static void judge_protected(const struct ow_scene *s, struct ow_finding *f)
{
	struct ow_finding sibling = { .hypothesis = f->hypothesis, .arena = f->arena };
	const struct ow_oom_task *t;

	judge_sibling(s, &sibling);
	if (sibling.outcome == OW_OPEN) {
		ow_finding_open(s, f, "whether another one held it is not known");
		return;
	}
	if (sibling.outcome == OW_FAILED) {
		struct ow_cite none = { 0 };

		ow_reason_against(f, OW_DERIVED, sibling.n_reasons ? sibling.reason->cite[0] : none,
				  "%s", sibling.statement);
		ow_finding_settle(f, OW_FAILED, NULL, "%s", sibling.statement);
		return;
	}
	t = largest_other(&s->holders)->largest;
	if (!(t->have & OW_TASK_ADJ)) {
		ow_finding_open(s, f, "its oom_score_adj is not in the record");
	} else if (t->oom_score_adj <= PROTECTED ||
		   (t->oom_score_adj < 0 && s->score.state == OW_SCORE_AGREE && s->score.adjusted &&
		    s->score.unadjusted == t)) {
		ow_reason_for(f, OW_OBSERVED, ow_cite_line(s->oom, t->line),
			      "%s has oom_score_adj %" PRId64, sibling.subject, t->oom_score_adj);
		f->subject = sibling.subject;
		ow_finding_settle(f, OW_HELD, NULL,
				  "%s was passed over for its oom_score_adj of %" PRId64,
				  sibling.subject, t->oom_score_adj);
	} else if (t->oom_score_adj >= 0) {
		ow_reason_against(f, OW_OBSERVED, ow_cite_line(s->oom, t->line),
				  "its oom_score_adj is %" PRId64, t->oom_score_adj);
		ow_finding_settle(f, OW_FAILED, NULL, "the holder's oom_score_adj is %" PRId64,
				  t->oom_score_adj);
	} else {
		ow_finding_open(s, f,
				"whether its oom_score_adj of %" PRId64 " decided cannot be "
				"recomputed",
				t->oom_score_adj);
	}
}

static bool has_victim(const struct ow_scene *s)
{
	return s->victim;
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_PROCESS,
		.label = "victim-is-holder",
		.meaning = "the killed process (or its program) held it",
		.prediction =
			"killing it, or all processes of its name, frees at least 80 % of usage "
			"and swap; below that it is the largest of several",
		.refuter = "another program would free twice as much",
		.datum = "the task table of the record",
		.command = "journalctl -k -b all | oomwhy kills --json -",
		.remedy =
			"look inside it: what its runtime says; it held the memory, whether it grew "
			"takes two points in time",
		.possible = has_victim,
		.judge = judge_victim,
	},
	{
		.level = OW_LEVEL_PROCESS,
		.label = "sibling-holder",
		.meaning = "another live program of the same domain held it",
		.prediction =
			"another program would free at least twice as much as the victim's, and "
			"at least 40 % of usage and swap",
		.refuter = "nobody in the table would",
		.datum = "the task table of the record",
		.command = "journalctl -k -b all | oomwhy kills --json -",
		.remedy = "look at that program; give it a container of its own",
		.possible = has_victim,
		.judge = judge_sibling,
	},
	{
		.level = OW_LEVEL_PROCESS,
		.stand = OW_FACTOR,
		.label = "protected-holder",
		.meaning = "the holder was protected by oom_score_adj",
		.prediction =
			"another program held it, and its oom_score_adj is -900 or less, or alone "
			"put it below the victim",
		.refuter = "the score without it gives the same victim",
		.datum = "oom_score_adj of the holder",
		.command = "grep -H . /proc/[0-9]*/oom_score_adj | grep -v ':0$'",
		.remedy = "do not protect what is large: choom -p PID -n 0, OOMScoreAdjust=",
		.possible = has_victim,
		.judge = judge_protected,
	},
};

const struct ow_family ow_family_process_holder = OW_FAMILY(hypotheses);
