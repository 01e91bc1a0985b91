/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-userspace.h"

#include "base/time.h"
#include "read/oom-assemble.h"

#define TOGETHER_MAX (60 * OW_USEC_PER_SEC)
#define NOTES_MAX    32

/* What journald has from programs bears only the time of the wall. */
static bool is_apart(const struct ow_oom_build *b, const struct ow_line *line)
{
	int64_t pause = 0;

	if ((b->oom.have & OW_OOM_TIME) && (line->have & OW_LINE_TIME) &&
	    __builtin_sub_overflow(line->time_usec, b->oom.time_usec, &pause))
		return true;
	return ow_oom_is_apart(b, line) || pause > TOGETHER_MAX || pause < -TOGETHER_MAX;
}

/* Is the unit what the path ends with? */
static bool is_of_unit(const char *path, struct ow_str unit)
{
	const char *name = path ? strrchr(path, '/') : NULL;

	return name && ow_str_is(unit, name + 1);
}

static bool has_note(const struct ow_oom *oom, struct ow_str text)
{
	const char *const *note = oom->notes.item;

	for (size_t i = 0; i < oom->notes.n; i++)
		if (ow_str_is(text, note[i]))
			return true;
	return false;
}

/* Does the line say once more, or in other words, what the record has? systemd says which unit it
 * was that systemd-oomd killed, oomd writes one line to two places, and a process that does not end
 * gets another signal. */
static bool is_same_kill(const struct ow_oom *oom, const struct ow_oom_told *told,
			 struct ow_str text)
{
	const struct ow_oom_victim *v = oom->victims.n ? ow_oom_victims(oom) : NULL;

	if (told->unit.n)
		return is_of_unit(oom->task_memcg, told->unit);
	if (told->victim.have & OW_VICTIM_PID)
		return v && (v->have & OW_VICTIM_PID) && v->pid == told->victim.pid;
	return !v && has_note(oom, text);
}

/* The newest record of the killer that is not over: one that is a kill, or one that is begun. NULL
 * when there is none. */
static struct ow_oom_build *current(const struct ow_oom_assembly *a, const char *killer,
				    const struct ow_line *line, bool is_kill)
{
	for (size_t i = a->n_open; i-- > 0;) {
		struct ow_oom_build *b = a->open[i];

		if (!b->oom.killer || strcmp(b->oom.killer, killer) != 0 || b->proof != is_kill)
			continue;
		b->closed |= is_apart(b, line);
		return b->closed ? NULL : b;
	}
	return NULL;
}

static const char *keep_path(struct ow_oom_build *b, struct ow_str path)
{
	char *kept;

	if (path.p[0] == '/')
		return ow_oom_keep(b, path);
	kept = ow_printf(b->arena, "/%.*s", (int)path.n, path.p);
	b->full |= !kept;
	return kept;
}

static void apply_victim(struct ow_oom_build *b, const struct ow_oom_told *told, size_t line)
{
	struct ow_oom_victim *v = ow_oom_victims(&b->oom);
	const unsigned more = told->victim.have;

	if (!b->oom.victims.n && !(more & OW_VICTIM_PID))
		return;
	if (!b->oom.victims.n)
		v = ow_oom_add(b, &b->oom.victims, sizeof(*v));
	if (!v)
		return;
	if (more & OW_VICTIM_PID) {
		*v = told->victim;
		v->comm = ow_oom_keep(b, told->comm);
		v->line = line;
	}
	if (more & OW_VICTIM_ADJ)
		v->oom_score_adj = told->victim.oom_score_adj;
	if (more & OW_VICTIM_RSS)
		v->rss_bytes = told->victim.rss_bytes;
	v->have |= more;
}

/* A kill is of the unit when no path says more. */
static void apply_unit(struct ow_oom_build *b, struct ow_str unit)
{
	struct ow_oom *oom = &b->oom;

	if (!unit.n || oom->task_memcg)
		return;
	oom->task_owner.kind = OW_OWNER_UNIT;
	oom->task_owner.id = ow_oom_keep(b, unit);
}

static void apply(struct ow_oom_build *b, const struct ow_oom_told *told,
		  const struct ow_line *line)
{
	const struct ow_str text = ow_str_trim(line->text);
	struct ow_oom *oom = &b->oom;

	if (told->cgroup.n)
		oom->task_memcg = keep_path(b, told->cgroup);
	if (told->watched.n)
		oom->limit_memcg = keep_path(b, told->watched);
	if (told->signal.n)
		oom->signal = ow_oom_keep(b, told->signal);
	if (told->has_usage) {
		oom->usage_bytes = told->usage_bytes;
		oom->have |= OW_OOM_USAGE;
	}
	apply_unit(b, told->unit);
	apply_victim(b, told, line->number);
	if (oom->notes.n < NOTES_MAX && !has_note(oom, text))
		ow_oom_note_text(b, text);
}

static int begin(struct ow_oom_assembly *a, const struct ow_oom_said *s, const struct ow_line *line,
		 struct ow_oom_build **ret)
{
	int r = ow_oom_begin(a, line, ret);

	if (r == 0) {
		(*ret)->aside = true;
		(*ret)->oom.killer = s->killer;
	}
	return r;
}

static int take_front(struct ow_oom_assembly *a, const struct ow_oom_said *s,
		      const struct ow_oom_told *told, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = current(a, s->killer, in->line, false);
	int r;

	if (b)
		b->closed = true;
	r = begin(a, s, in->line, &b);
	if (r != 0)
		return r;
	apply(b, told, in->line);
	(void)ow_oom_take(a, b, in);
	r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* The kill is the one that was told of last, or that of the record that is begun; else it is one of
 * its own. The other is over. */
static int take_kill(struct ow_oom_assembly *a, const struct ow_oom_said *s,
		     const struct ow_oom_told *told, const struct ow_oom_input *in)
{
	struct ow_oom_build *begun = current(a, s->killer, in->line, false);
	struct ow_oom_build *last = current(a, s->killer, in->line, true);
	struct ow_oom_build *b = begun, *other = last;
	bool begins;
	int r = 0;

	if (last && is_same_kill(&last->oom, told, ow_str_trim(in->line->text))) {
		b = last;
		other = begun;
	}
	if (other)
		other->closed = true;
	begins = !b;
	if (begins)
		r = begin(a, s, in->line, &b);
	if (r != 0)
		return r;
	if (!b->proof)
		b->oom.lines.killer = in->line->number;
	b->proof = true;
	b->n_told++;
	if (in->line->have & OW_LINE_VERIFIED)
		b->oom.have |= OW_OOM_VERIFIED;
	apply(b, told, in->line);
	(void)ow_oom_take(a, b, in);
	if (begins)
		r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* Nothing was killed after all, unless the record tells of another signal before. */
static int take_back(struct ow_oom_build *b)
{
	if (b->n_told == 1) {
		b->proof = false;
		b->closed = true;
	}
	return 1;
}

int ow_oom_take_userspace(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b;
	struct ow_oom_told told;
	const struct ow_oom_said *s = ow_oom_said(in->line, &told);

	if (!s)
		return 0;
	a->last_user = in->line->number;
	if (s->effect == OW_EFFECT_NOTICE) {
		a->seen->noticed++;
		return 1;
	}
	if (s->effect == OW_EFFECT_KILL)
		return take_kill(a, s, &told, in);
	if (s->effect == OW_EFFECT_FRONT)
		return take_front(a, s, &told, in);
	b = current(a, s->killer, in->line, s->effect != OW_EFFECT_WITHIN);
	if (!b)
		return 0;
	if (s->effect == OW_EFFECT_UNDO)
		return take_back(b);
	apply(b, &told, in->line);
	return ow_oom_take(a, b, in);
}
