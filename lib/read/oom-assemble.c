/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-assemble.h"

#include <errno.h>

#define SECOND         UINT64_C(1000000)
#define REPORT_MAX     (60 * SECOND) /* the longest that a report takes, on a slow console */
#define CLOCK_BACK_MAX (10 * SECOND) /* lines of several CPUs are not quite in order */

static bool same_caller(const char *caller, struct ow_str other)
{
	return other.n == 0 || caller[0] == '\0' || ow_str_is(other, caller);
}

static int emit_oldest(struct ow_oom_assembly *a)
{
	struct ow_oom_build *b = a->open[0];
	struct ow_arena *arena = b->arena;
	bool exhausted = b->exhausted;
	int r = 0;

	memmove(a->open, a->open + 1, --a->n_open * sizeof(a->open[0]));
	if (exhausted)
		r = -ENOMEM;
	else if (b->proof) {
		ow_oom_finish(b);
		r = a->emit(a->arg, &b->oom, &arena);
	}
	if (arena && a->spare)
		arena = ow_arena_free(arena);
	if (arena) {
		ow_arena_clear(arena);
		a->spare = arena;
	}
	return r;
}

int ow_oom_assemble_flush(struct ow_oom_assembly *a)
{
	int r = 0;

	while (a->n_open && r == 0)
		r = emit_oldest(a);
	return r;
}

void ow_oom_assemble_release(struct ow_oom_assembly *a)
{
	while (a->n_open)
		(void)ow_arena_free(a->open[--a->n_open]->arena);
	a->spare = ow_arena_free(a->spare);
}

struct ow_oom_build *ow_oom_current(const struct ow_oom_assembly *a, struct ow_str caller)
{
	for (size_t i = a->n_open; i-- > 0;)
		if (!a->open[i]->closed && same_caller(a->open[i]->caller, caller))
			return a->open[i];
	return NULL;
}

static int begin_record(struct ow_oom_assembly *a, const struct ow_line *line,
			struct ow_oom_build **ret)
{
	struct ow_oom_build *b;
	int r;

	if (a->n_open == OW_ARRAY_SIZE(a->open)) {
		r = emit_oldest(a);
		if (r != 0)
			return r;
	}
	if (!a->spare)
		a->spare = ow_arena_new(OW_OOM_RECORD_MAX);
	b = a->spare ? ow_oom_build_new(a->spare, a->options->source, line->caller) : NULL;
	if (!b)
		return -ENOMEM;
	a->spare = NULL;
	a->open[a->n_open++] = b;
	*ret = b;
	return 0;
}

/* The newest record is a report of its own: what the same caller wrote before has ended. Records
 * leave in the order in which they came. */
static int settle(struct ow_oom_assembly *a, struct ow_str caller)
{
	int r = 0;

	for (size_t i = 0; i + 1 < a->n_open; i++)
		a->open[i]->closed |= same_caller(a->open[i]->caller, caller);
	while (r == 0 && a->n_open > 1 && a->open[0]->closed)
		r = emit_oldest(a);
	return r;
}

/* Takes back a record that was begun for a line that then made no sense. */
static void drop_record(struct ow_oom_assembly *a)
{
	struct ow_arena *arena = a->open[--a->n_open]->arena;

	if (a->spare)
		arena = ow_arena_free(arena);
	else
		a->spare = arena;
	if (arena)
		ow_arena_clear(arena);
}

static void keep_texts(struct ow_oom_build *b, const struct ow_oom_input *in)
{
	for (size_t i = 0; i < in->n_raw; i++) {
		const struct ow_oom_text *text = b->oom.texts.item;
		struct ow_oom_text *added;
		const char *kept;

		if (b->oom.texts.n && text[b->oom.texts.n - 1].line >= in->raw[i].number)
			continue; /* of this line the kernel had said more than one */
		kept = ow_oom_keep(b, in->raw[i].text);
		added = kept ? ow_oom_add(b, &b->oom.texts, sizeof(*added)) : NULL;
		if (added)
			*added = (struct ow_oom_text){ in->raw[i].number, kept, in->raw[i].text.n };
	}
}

/* The line is b's. */
static int take(struct ow_oom_assembly *a, struct ow_oom_build *b, const struct ow_oom_input *in)
{
	const struct ow_line *line = in->line;
	struct ow_oom *oom = &b->oom;

	if (!oom->lines.first)
		oom->line = oom->lines.first = line->number;
	if (line->number > oom->lines.last)
		oom->lines.last = line->number;
	if (!(oom->have & OW_OOM_BOOT) && (line->have & OW_LINE_BOOT)) {
		oom->boot_usec = line->boot_usec;
		oom->have |= OW_OOM_BOOT;
	}
	if (!(oom->have & OW_OOM_TIME) && (line->have & OW_LINE_TIME)) {
		oom->time_usec = line->time_usec;
		oom->have |= OW_OOM_TIME;
	}
	if (!oom->boot_id && line->boot_id.n)
		oom->boot_id = ow_oom_keep(b, line->boot_id);
	if (!oom->host && line->host.n)
		oom->host = ow_oom_keep(b, line->host);
	if (ow_arena_bytes(b->arena) > OW_OOM_RECORD_MAX - OW_MIB(2))
		b->full = true; /* the rest is for the lines that matter most */
	if (a->options->keep_texts && !b->full)
		keep_texts(b, in);
	a->last_line = line->number;
	return 1;
}

static bool has_end(const struct ow_oom_build *b)
{
	return b->oom.victims.n > 0 || (b->oom.have & OW_OOM_NO_VICTIM) || b->panic_on_oom;
}

/* Is the line of another boot, or too far away to be of this report? */
static bool is_apart(const struct ow_oom_build *b, const struct ow_line *line)
{
	const struct ow_oom *oom = &b->oom;

	if (oom->boot_id && line->boot_id.n && !ow_str_is(line->boot_id, oom->boot_id))
		return true;
	if (!(oom->have & OW_OOM_BOOT) || !(line->have & OW_LINE_BOOT))
		return false;
	return line->boot_usec + CLOCK_BACK_MAX < oom->boot_usec ||
	       line->boot_usec > oom->boot_usec + REPORT_MAX;
}

static bool in_table(const struct ow_oom_build *b, int64_t pid)
{
	const struct ow_oom_task *task = ow_oom_tasks(&b->oom);

	for (size_t i = 0; i < b->oom.tasks.n; i++)
		if (task[i].pid == pid)
			return true;
	return b->oom.tasks.n == 0 || b->full;
}

static struct ow_oom_victim *find_victim(const struct ow_oom_build *b, int64_t pid)
{
	struct ow_oom_victim *v = ow_oom_victims(&b->oom);

	for (size_t i = 0; i < b->oom.victims.n; i++)
		if (v[i].pid == pid)
			return &v[i];
	return NULL;
}

static int take_head(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b;
	int r;

	if (ow_oom_head_fields(in->line->text) == 0)
		return 0;
	r = begin_record(a, in->line, &b);
	if (r != 0)
		return r;
	(void)ow_oom_read_head(b, in->line);
	b->proof = true;
	b->rank = OW_RANK_HEAD;
	a->other = false;
	(void)take(a, b, in);
	r = settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* Another report of the machine's memory has begun, and this line is of that. */
static bool is_others(struct ow_oom_assembly *a, const struct ow_oom_family *f,
		      const struct ow_line *line)
{
	if (!a->other || !same_caller(a->other_caller, line->caller))
		return false;
	if (f->proof)
		a->other = false;
	return a->other;
}

/* Reads the line into b. The lines of a block follow its first one. */
static bool read_body(struct ow_oom_build *b, const struct ow_oom_family *f,
		      const struct ow_line *line)
{
	enum ow_oom_block block = b->block;

	if (b->full)
		return true;
	b->block = OW_BLOCK_NONE;
	if (!f->read(b, line)) {
		b->block = block;
		return false;
	}
	b->rank = f->rank;
	b->proof |= f->proof;
	return true;
}

static int take_body(struct ow_oom_assembly *a, const struct ow_oom_family *f,
		     const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	int r;

	if (is_others(a, f, in->line))
		return 0;
	if (b && !has_end(b) && !is_apart(b, in->line) &&
	    (f->rank > b->rank || (f->again && f->rank == b->rank)))
		return read_body(b, f, in->line) ? take(a, b, in) : 0;
	if (b && f->rank <= OW_RANK_TRACE)
		b->block = OW_BLOCK_NONE; /* somebody else's call trace begins */
	if (!f->begins)
		return 0;
	r = begin_record(a, in->line, &b);
	if (r != 0)
		return r;
	if (!read_body(b, f, in->line)) {
		drop_record(a);
		return 0;
	}
	(void)take(a, b, in);
	r = settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

static bool choice_fits(const struct ow_oom_build *b, const struct ow_oom_choice *c)
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

static int take_choice(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	struct ow_oom_choice c;
	bool begins;
	int r = 0;

	if (!ow_oom_scan_choice(in->line->text, &c))
		return 0;
	begins = !b || has_end(b) || is_apart(b, in->line) || !choice_fits(b, &c);
	if (begins)
		r = begin_record(a, in->line, &b);
	if (r != 0)
		return r;
	set_choice(b, &c, in->line->number);
	(void)take(a, b, in);
	if (begins)
		r = settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/*
 * Does the record expect this kill? What tells is, in this order: the pid of the oom-kill: line,
 * the line "Kill process" in front (its pid may be a thread's or the parent's), the task table.
 * After the first victim come only those of memory.oom.group, which includes the first again.
 */
static bool kill_fits(const struct ow_oom_build *b, const struct ow_oom_kill *kill)
{
	const struct ow_oom *oom = &b->oom;
	int64_t pid = kill->victim.pid;

	if (kill->prefix == OW_PREFIX_MEMCG && (oom->lines.meminfo || oom->meminfo.n))
		return false;
	if (kill->prefix == OW_PREFIX_GLOBAL && (oom->lines.memory || oom->lines.stats))
		return false;
	if (has_end(b))
		return (oom->have & OW_OOM_GROUP) && !kill->chosen && in_table(b, pid);
	if (kill->chosen)
		return b->rank < OW_RANK_CHOICE;
	if (b->choice)
		return true;
	if (b->chosen.line)
		return b->chosen.pid == pid;
	return in_table(b, pid);
}

static void add_victim(struct ow_oom_build *b, const struct ow_oom_kill *kill, size_t line)
{
	struct ow_oom_victim victim = kill->victim, *added;

	if (find_victim(b, victim.pid))
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

static int take_kill(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = NULL;
	struct ow_oom_kill kill;
	bool begins;
	int r = 0;

	if (!ow_oom_scan_kill(in->line->text, &kill))
		return 0;
	for (size_t i = a->n_open; i-- > 0 && !b;)
		if (!a->open[i]->closed && same_caller(a->open[i]->caller, in->line->caller) &&
		    !is_apart(a->open[i], in->line) && kill_fits(a->open[i], &kill))
			b = a->open[i];
	begins = !b;
	if (begins)
		r = begin_record(a, in->line, &b);
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
		add_victim(b, &kill, in->line->number);
	}
	(void)take(a, b, in);
	if (begins)
		r = settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* The last victim of from turns out to be the first of to. */
static void move_last_victim(struct ow_oom_build *from, struct ow_oom_build *to)
{
	const struct ow_oom_victim *v = ow_oom_victims(&from->oom) + from->oom.victims.n - 1;
	const struct ow_oom_text *text = ow_oom_text_at(&from->oom, v->line);
	const struct ow_oom_kill kill = { .victim = *v, .comm = ow_str(v->comm ? v->comm : "") };

	from->oom.victims.n--;
	to->prefix = from->prefix;
	to->oom.line = to->oom.lines.first = to->oom.lines.last = v->line;
	add_victim(to, &kill, v->line);
	if (text)
		keep_texts(to, &(struct ow_oom_input){
				       .raw = &(struct ow_oom_raw){ text->line,
								    { text->text, text->length } },
				       .n_raw = 1 });
}

/*
 * "Tasks in /a are going to be killed due to memory.oom.group set" comes behind the first victim.
 * A second one says that the last victim was the first of another group, whose report was left out.
 */
static int take_group(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller), *next;
	int r = 0;

	if (!ow_str_has(in->line->text, "killed due to memory.oom.group"))
		return 0;
	if (!b || is_apart(b, in->line) || (b->oom.have & OW_OOM_GROUP)) {
		r = begin_record(a, in->line, &next);
		if (r != 0)
			return r;
		if (b && b->oom.victims.n > 1 && !is_apart(b, in->line))
			move_last_victim(b, next);
		b = next;
		b->rank = OW_RANK_KILL;
	}
	b->proof = true;
	b->oom.have |= OW_OOM_GROUP;
	b->oom.lines.group = in->line->number;
	(void)take(a, b, in);
	r = settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* "Memory cgroup out of memory: OOM victim 42 (x) is already exiting. Skip killing the task" */
static int take_exit(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	int64_t pid;

	if (!b || is_apart(b, in->line) || !ow_oom_scan_pid(in->line->text, &pid))
		return 0;
	b->exiting_pid = pid;
	b->block = OW_BLOCK_NONE;
	ow_oom_note_text(b, in->line->text);
	return take(a, b, in);
}

/*
 * "Out of memory and no killable processes...", and the panics. With vm.panic_on_oom the machine
 * stops instead of killing; it also stops when nobody can be killed.
 */
static int take_end(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	struct ow_str text = in->line->text;
	bool panic = ow_scan_lit(&text, "Kernel panic"), begins;
	int r = 0;

	/* The panic follows the line that says that nobody could be killed. */
	begins = !b || is_apart(b, in->line) || (has_end(b) && !panic);
	if (begins)
		r = begin_record(a, in->line, &b);
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
	(void)take(a, b, in);
	if (begins)
		r = settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* "oom_reaper: reaped process 42 (x), now anon-rss:0kB, ...": from a thread of its own, so that the
 * caller tells nothing, and up to seconds late. A stranger goes to the newest record. */
static int take_reaped(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = NULL;
	int64_t pid;

	if (!ow_oom_scan_pid(in->line->text, &pid))
		return 0;
	for (size_t i = a->n_open; i-- > 0 && !b;)
		if (find_victim(a->open[i], pid) ||
		    (a->open[i]->chosen.line && a->open[i]->chosen.pid == pid))
			b = a->open[i];
	if (!b && a->n_open)
		b = a->open[a->n_open - 1];
	if (!b || is_apart(b, in->line))
		return 0;
	ow_oom_note_text(b, in->line->text);
	return take(a, b, in);
}

/* "X: page allocation failure: ..." and SysRq m print the machine's memory, too. */
static int take_other(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	struct ow_str caller = in->line->caller;

	if (b)
		b->block = OW_BLOCK_NONE;
	a->other = true;
	memset(a->other_caller, 0, sizeof(a->other_caller));
	if (caller.n && caller.n < sizeof(a->other_caller))
		memcpy(a->other_caller, caller.p, caller.n);
	return 0;
}

/* "oom_kill_process: 38 callbacks suppressed", "printk: 12 messages suppressed.",
 * "** 12 printk messages dropped **", "Missed 12 kernel messages" */
void ow_oom_count(struct ow_oom_assembly *a, const struct ow_oom_family *f, struct ow_str text)
{
	uint64_t *counter = f->role == OW_ROLE_LOST ? &a->seen->lost : &a->seen->suppressed;
	uint64_t n;

	if (!ow_scan_lit(&text, f->needle) || !ow_scan_u64(&text, &n))
		return;
	if (ow_str_has(text, " suppressed") || ow_str_has(text, " dropped") ||
	    ow_str_has(text, " kernel messages"))
		*counter += n;
}

static bool read_block(struct ow_oom_build *b, const struct ow_line *line)
{
	if (b->full)
		return b->block == OW_BLOCK_TABLE && line->text.n && line->text.p[0] == '[';
	switch (b->block) {
	case OW_BLOCK_TRACE:
		return ow_oom_read_frame(b, line);
	case OW_BLOCK_STATS:
		return ow_oom_read_stat(b, line);
	case OW_BLOCK_PAGES:
		return ow_oom_read_counters(b, line);
	case OW_BLOCK_TABLE:
		return ow_oom_read_row(b, line);
	case OW_BLOCK_NONE:
		break;
	}
	return false;
}

int ow_oom_assemble(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	const struct ow_oom_family *f;

	if (b && b->block != OW_BLOCK_NONE && read_block(b, in->line))
		return take(a, b, in);
	f = ow_oom_family(in->line->text);
	if (!f)
		return 0;
	switch (f->role) {
	case OW_ROLE_HEAD:
		return take_head(a, in);
	case OW_ROLE_BODY:
		return take_body(a, f, in);
	case OW_ROLE_CHOICE:
		return take_choice(a, in);
	case OW_ROLE_KILL:
		return take_kill(a, in);
	case OW_ROLE_GROUP:
		return take_group(a, in);
	case OW_ROLE_EXIT:
		return take_exit(a, in);
	case OW_ROLE_END:
		return take_end(a, in);
	case OW_ROLE_REAPED:
		return take_reaped(a, in);
	case OW_ROLE_OTHER:
		return take_other(a, in);
	case OW_ROLE_SUPPRESSED:
	case OW_ROLE_LOST:
		ow_oom_count(a, f, in->line->text);
		break;
	}
	return 0;
}
