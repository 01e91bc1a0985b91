/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-assemble.h"

#define CUT_LINES  256  /* that may stand in the middle of one */
#define REAPED_MAX 4096 /* victims of a group that the reaper is looked for among */

/* Can the process be one of the table's? Whose header is lost, rows may be, too. */
static bool in_table(struct ow_oom_build *b, int64_t pid)
{
	return b->oom.tasks.n == 0 || ow_oom_find_task(b, pid) || b->full || b->lone_table;
}

static bool choice_fits(struct ow_oom_build *b, const struct ow_oom_choice *c)
{
	const char *limit = b->oom.limit_memcg;

	return b->rank < OW_RANK_CONSTRAINT &&
	       (!limit || !c->limit_memcg.n || b->old_form || ow_str_is(c->limit_memcg, limit)) &&
	       (!(c->have & OW_VICTIM_PID) || in_table(b, c->pid));
}

static const char *keep_some(struct ow_oom_build *b, struct ow_str text)
{
	return text.n ? ow_oom_keep(b, text) : NULL;
}

static void set_choice(struct ow_oom_build *b, const struct ow_oom_choice *c, size_t line)
{
	struct ow_oom *oom = &b->oom;

	oom->constraint = keep_some(b, c->constraint);
	oom->cpuset = c->cpuset.n ? ow_oom_keep(b, c->cpuset) : oom->cpuset;
	oom->nodemask = c->nodemask.n ? ow_oom_keep(b, c->nodemask) : oom->nodemask;
	oom->mems_allowed = c->mems_allowed.n ? ow_oom_keep(b, c->mems_allowed) : oom->mems_allowed;
	oom->limit_memcg = c->limit_memcg.n ? ow_oom_keep(b, c->limit_memcg) : oom->limit_memcg;
	oom->task_memcg = c->task_memcg.n ? ow_oom_keep(b, c->task_memcg) : oom->task_memcg;
	oom->have |= c->global_oom ? OW_OOM_GLOBAL_OOM : 0;
	oom->lines.constraint = line;
	if (c->have & OW_VICTIM_PID)
		b->chosen = (struct ow_oom_victim){
			.have = c->have,
			.pid = c->pid,
			.uid = c->uid,
			.comm = keep_some(b, c->comm),
			.line = line,
		};
	b->rank = OW_RANK_CONSTRAINT;
	b->block = OW_BLOCK_NONE;
	b->proof = true;
}

/* Where a line may be cut, and how much of it is known. */
static void keep_cut(struct ow_oom_build *b, const struct ow_line *line, bool cut)
{
	b->cut = cut && !b->full ? ow_oom_keep(b, line->text) : NULL;
	b->cut_line = line->number;
}

int ow_oom_take_choice(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	struct ow_oom_choice c;
	bool begins;
	int r = 0;

	if (!ow_oom_scan_choice(in->line->text, &c))
		return 0;
	begins = !b || ow_oom_has_end(b) || ow_oom_is_apart(b, in->line) || !choice_fits(b, &c);
	if (begins)
		r = ow_oom_begin(a, in->line, &b);
	if (r != 0)
		return r;
	set_choice(b, &c, in->line->number);
	ow_oom_name(b, in->line);
	keep_cut(b, in->line, !(c.have & OW_VICTIM_PID));
	ow_oom_doubt(a, b, in->line);
	(void)ow_oom_take(a, b, in);
	if (begins)
		r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/*
 * Does the record expect this kill? What tells is, in this order: the pid of the oom-kill: line,
 * the line "Kill process" in front (its pid may be a thread's or the parent's), the task table.
 * After the first victim come only those of memory.oom.group, which includes the first again.
 */
static bool kill_fits(struct ow_oom_build *b, const struct ow_oom_kill *kill)
{
	const struct ow_oom *oom = &b->oom;
	int64_t pid = kill->victim.pid;

	if (kill->prefix == OW_PREFIX_MEMCG && (oom->lines.meminfo || oom->meminfo.n))
		return false;
	if (kill->prefix == OW_PREFIX_GLOBAL && (oom->lines.memory || oom->lines.stats))
		return false;
	if (!(kill->victim.have & OW_VICTIM_PID))
		return !ow_oom_has_end(b);
	if (ow_oom_has_end(b))
		return (oom->have & OW_OOM_GROUP) && !kill->chosen && in_table(b, pid);
	if (kill->chosen)
		return b->rank < OW_RANK_CHOICE;
	if (b->choice)
		return true;
	if (b->chosen.line)
		return b->chosen.pid == pid;
	return in_table(b, pid);
}

static bool is_victim(const struct ow_oom_build *b, int64_t pid)
{
	const struct ow_oom_victim *v = ow_oom_victims(&b->oom);

	for (size_t i = 0; i < b->oom.victims.n && i < REAPED_MAX; i++)
		if (v[i].pid == pid)
			return true;
	return b->chosen.line && b->chosen.pid == pid;
}

static void add_victim(struct ow_oom_build *b, const struct ow_oom_kill *kill, size_t line)
{
	struct ow_oom_victim victim = kill->victim, *added;

	/* Of a group the first one is told twice. */
	if (b->oom.victims.n && ow_oom_victims(&b->oom)->pid == victim.pid)
		return;
	victim.line = line;
	victim.comm = keep_some(b, kill->comm);
	if (!(victim.have & OW_VICTIM_UID) && b->chosen.pid == victim.pid) {
		victim.uid = b->chosen.uid;
		victim.have |= b->chosen.have & OW_VICTIM_UID;
	}
	added = ow_oom_add(b, &b->oom.victims, sizeof(*added));
	if (added)
		*added = victim;
}

/* Behind each field but the last is a comma or a blank. */
static bool is_cut(struct ow_str text, const struct ow_oom_kill *kill)
{
	return text.p[text.n - 1] == ',' || kill->comm.n == 0 ||
	       (kill->rest.n && !ow_str_is(kill->rest, "."));
}

int ow_oom_take_kill(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = NULL;
	struct ow_oom_kill kill;
	bool begins;
	int r = 0;

	if (!ow_oom_scan_kill(in->line->text, &kill))
		return 0;
	for (size_t i = a->n_open; i-- > 0 && !b;)
		if (!a->open[i]->closed && !a->open[i]->aside &&
		    ow_oom_same_caller(a->open[i]->caller, in->line->caller) &&
		    !ow_oom_is_apart(a->open[i], in->line) && kill_fits(a->open[i], &kill))
			b = a->open[i];
	begins = !b;
	if (begins)
		r = ow_oom_begin(a, in->line, &b);
	if (r != 0)
		return r;
	b->prefix = kill.prefix ? kill.prefix : b->prefix;
	b->proof = true;
	b->block = OW_BLOCK_NONE;
	b->choice = kill.chosen;
	b->rank = kill.chosen ? OW_RANK_CHOICE : OW_RANK_KILL;
	if (kill.chosen) {
		b->old_form = true;
		ow_oom_note_text(b, in->line->text);
	} else {
		if (b->oom.victims.n == 0)
			ow_oom_name(b, in->line);
		if (kill.victim.have & OW_VICTIM_PID)
			add_victim(b, &kill, in->line->number);
		keep_cut(b, in->line, is_cut(in->line->text, &kill));
	}
	ow_oom_doubt(a, b, in->line);
	(void)ow_oom_take(a, b, in);
	if (begins)
		r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

static bool take_rest_of_choice(struct ow_oom_build *b, const char *joined, bool *ret_whole)
{
	struct ow_oom_choice c;

	if (ow_oom_choice_fields(ow_str(joined)) <= ow_oom_choice_fields(ow_str(b->cut)) ||
	    !ow_oom_scan_choice(ow_str(joined), &c))
		return false;
	set_choice(b, &c, b->oom.lines.constraint);
	*ret_whole = c.have & OW_VICTIM_PID;
	return true;
}

static bool take_rest_of_kill(struct ow_oom_build *b, const char *joined, bool *ret_whole)
{
	struct ow_oom_victim *v = ow_oom_victims(&b->oom);
	struct ow_oom_kill kill;

	if (b->oom.victims.n == 0 ||
	    ow_oom_kill_fields(ow_str(joined)) <= ow_oom_kill_fields(ow_str(b->cut)) ||
	    !ow_oom_scan_kill(ow_str(joined), &kill))
		return false;
	v += b->oom.victims.n - 1;
	if (kill.victim.pid != v->pid)
		return false;
	if (!(kill.victim.have & OW_VICTIM_UID)) {
		kill.victim.uid = v->uid;
		kill.victim.have |= v->have & OW_VICTIM_UID;
	}
	kill.victim.line = v->line;
	kill.victim.comm = keep_some(b, kill.comm);
	*v = kill.victim;
	*ret_whole = !is_cut(ow_str(joined), &kill);
	return true;
}

/* Can it be the rest of a line of names and numbers? */
static bool looks_cut(struct ow_str text)
{
	return text.n && (text.p[0] == ',' || text.p[0] == '/' || ow_str_has(text, ",pid=") ||
			  ow_str_has(text, "kB") || ow_str_has(text, "oom_score_adj:"));
}

int ow_oom_take_rest(struct ow_oom_assembly *a, struct ow_oom_build *b,
		     const struct ow_oom_input *in)
{
	const struct ow_str text = in->line->text;
	bool choice = strncmp(b->cut, "oom-kill:", 9) == 0, whole = false;
	const char *joined;

	if (in->line->number > b->cut_line + CUT_LINES) {
		b->cut = NULL;
		return 0;
	}
	if (b->full || !looks_cut(text) || ow_oom_family(text) || ow_oom_is_apart(b, in->line))
		return 0;
	joined = ow_printf(b->arena, "%s%.*s", b->cut, (int)text.n, text.p);
	if (!joined || !(choice ? take_rest_of_choice(b, joined, &whole)
				: take_rest_of_kill(b, joined, &whole)))
		return 0;
	b->cut = whole ? NULL : joined;
	return ow_oom_take(a, b, in);
}

/* The last victim of from turns out to be the first of to. */
static void move_last_victim(struct ow_oom_build *from, struct ow_oom_build *to)
{
	const struct ow_oom_victim *v = ow_oom_victims(&from->oom) + from->oom.victims.n - 1;
	const struct ow_oom_text *text = ow_oom_text_at(&from->oom, v->line);
	const struct ow_oom_text *said = from->oom.said.item;
	const struct ow_oom_kill kill = { .victim = *v, .comm = ow_str(v->comm ? v->comm : "") };

	from->oom.victims.n--;
	to->prefix = from->prefix;
	to->oom.line = to->oom.lines.first = to->oom.lines.last = v->line;
	add_victim(to, &kill, v->line);
	if (text)
		ow_oom_keep_texts(
			to, &(struct ow_oom_input){
				    .raw = &(struct ow_oom_raw){ text->line,
								 { text->text, text->length } },
				    .n_raw = 1 });
	for (size_t i = 0; i < from->oom.said.n; i++)
		if (said[i].line == v->line)
			ow_oom_keep_said(to, v->line,
					 (struct ow_str){ said[i].text, said[i].length });
}

/*
 * "Tasks in /a are going to be killed due to memory.oom.group set" comes behind the first victim.
 * A second one says that the last victim was the first of another group, whose report was left out.
 */
int ow_oom_take_group(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller), *next;
	int r = 0;

	if (!ow_str_has(in->line->text, "killed due to memory.oom.group"))
		return 0;
	if (!b || ow_oom_is_apart(b, in->line) || (b->oom.have & OW_OOM_GROUP)) {
		r = ow_oom_begin(a, in->line, &next);
		if (r != 0)
			return r;
		if (b && b->oom.victims.n > 1 && !ow_oom_is_apart(b, in->line))
			move_last_victim(b, next);
		b = next;
		b->rank = OW_RANK_KILL;
	}
	b->proof = true;
	b->oom.have |= OW_OOM_GROUP;
	b->oom.lines.group = in->line->number;
	(void)ow_oom_take(a, b, in);
	r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* "Memory cgroup out of memory: OOM victim 42 (x) is already exiting. Skip killing the task" */
int ow_oom_take_exit(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	int64_t pid;

	if (!b || ow_oom_is_apart(b, in->line) || !ow_oom_scan_pid(in->line->text, &pid))
		return 0;
	b->exiting_pid = pid;
	b->oom.lines.exiting = in->line->number;
	b->block = OW_BLOCK_NONE;
	ow_oom_note_text(b, in->line->text);
	return ow_oom_take(a, b, in);
}

/*
 * "Out of memory and no killable processes...", and the panics. With vm.panic_on_oom the machine
 * stops instead of killing; it also stops when nobody can be killed.
 */
int ow_oom_take_end(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	struct ow_str text = in->line->text;
	bool panic = ow_scan_lit(&text, "Kernel panic"), begins;
	int r = 0;

	/* The panic follows the line that says that nobody could be killed. */
	begins = !b || ow_oom_is_apart(b, in->line) || (ow_oom_has_end(b) && !panic);
	if (begins)
		r = ow_oom_begin(a, in->line, &b);
	if (r != 0)
		return r;
	if (ow_str_has(text, "no killable") || ow_str_has(text, "deadlocked")) {
		b->oom.have |= OW_OOM_NO_VICTIM;
		if (!b->oom.lines.no_victim)
			b->oom.lines.no_victim = in->line->number;
	} else {
		b->panic_on_oom = true;
	}
	if (panic)
		b->oom.lines.panic = in->line->number;
	b->proof = true;
	b->rank = OW_RANK_KILL;
	b->block = OW_BLOCK_NONE;
	(void)ow_oom_take(a, b, in);
	if (begins)
		r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* "oom_reaper: reaped process 42 (x), now anon-rss:0kB, ...": from a thread of its own, so that the
 * caller tells nothing, and up to seconds late. A stranger goes to the newest record. */
int ow_oom_take_reaped(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = NULL;
	int64_t pid;

	if (!ow_oom_scan_pid(in->line->text, &pid))
		return 0;
	for (size_t i = a->n_open; i-- > 0 && !b;)
		if (!a->open[i]->aside && is_victim(a->open[i], pid))
			b = a->open[i];
	for (size_t i = a->n_open; i-- > 0 && !b;)
		if (!a->open[i]->aside)
			b = a->open[i];
	if (!b || ow_oom_is_apart(b, in->line))
		return 0;
	ow_oom_note_text(b, in->line->text);
	return ow_oom_take(a, b, in);
}
