/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-assemble.h"

#include <assert.h>
#include <errno.h>

#define SECOND         INT64_C(1000000)
#define PAUSE_MAX      (60 * SECOND) /* between two lines of a report, on a slow console */
#define CLOCK_BACK_MAX (10 * SECOND) /* lines of several CPUs are not quite in order */

bool ow_oom_same_caller(const char *caller, struct ow_str other)
{
	return other.n == 0 || caller[0] == '\0' || ow_str_is(other, caller);
}

void ow_oom_recycle(struct ow_oom_assembly *a, struct ow_arena *arena)
{
	if (arena && a->spare)
		arena = ow_arena_free(arena);
	if (arena) {
		ow_arena_clear(arena);
		a->spare = arena;
	}
}

static int emit(struct ow_oom_assembly *a, size_t at)
{
	struct ow_oom_build *b = a->open[at];
	bool exhausted = b->exhausted;

	memmove(a->open + at, a->open + at + 1, (--a->n_open - at) * sizeof(a->open[0]));
	if (exhausted || !b->proof) {
		ow_oom_recycle(a, b->arena);
		return exhausted ? -ENOMEM : 0;
	}
	ow_oom_finish(b);
	return ow_oom_hand_on(a, b);
}

int ow_oom_assemble_flush(struct ow_oom_assembly *a)
{
	int r = 0;

	while (a->n_open && r == 0)
		r = emit(a, 0);
	return r == 0 ? ow_oom_hand_on_held(a) : r;
}

void ow_oom_assemble_release(struct ow_oom_assembly *a)
{
	while (a->n_open)
		(void)ow_arena_free(a->open[--a->n_open]->arena);
	ow_oom_repeats_release(&a->repeats);
	a->spare = ow_arena_free(a->spare);
}

struct ow_oom_build *ow_oom_current(const struct ow_oom_assembly *a, struct ow_str caller)
{
	for (size_t i = a->n_open; i-- > 0;)
		if (!a->open[i]->closed && !a->open[i]->aside &&
		    ow_oom_same_caller(a->open[i]->caller, caller))
			return a->open[i];
	return NULL;
}

int ow_oom_begin(struct ow_oom_assembly *a, const struct ow_line *line, struct ow_oom_build **ret)
{
	struct ow_oom_build *b;

	assert(a->n_open < OW_ARRAY_SIZE(a->open)); /* ow_oom_settle() leaves room */
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

/* There is no more room. The oldest goes, but no report of the kernel may be cut in two for what a
 * killer in user space says. */
static size_t least(const struct ow_oom_assembly *a)
{
	for (size_t i = 0; i + 1 < a->n_open; i++)
		if (a->open[i]->aside)
			return i;
	return 0;
}

int ow_oom_settle(struct ow_oom_assembly *a, struct ow_str caller)
{
	const bool aside = a->n_open && a->open[a->n_open - 1]->aside;
	int r = 0;

	for (size_t i = 0; i + 1 < a->n_open; i++)
		a->open[i]->closed |= !aside && !a->open[i]->aside &&
				      ow_oom_same_caller(a->open[i]->caller, caller);
	while (r == 0 && a->n_open > 1 && a->open[0]->closed)
		r = emit(a, 0);
	if (r == 0 && a->n_open == OW_ARRAY_SIZE(a->open))
		r = emit(a, least(a));
	return r;
}

void ow_oom_keep_texts(struct ow_oom_build *b, const struct ow_oom_input *in)
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

void ow_oom_keep_said(struct ow_oom_build *b, size_t line, struct ow_str text)
{
	const char *kept = ow_oom_keep(b, text);
	struct ow_oom_text *added = kept ? ow_oom_add(b, &b->oom.said, sizeof(*added)) : NULL;

	if (added)
		*added = (struct ow_oom_text){ line, kept, text.n };
}

static void note_doubt(struct ow_oom_build *b, size_t line, const char *lacks, const char *where)
{
	char *note =
		ow_printf(b->arena, "may be forged: line %zu lacks %s, which the lines %s it have",
			  line, lacks, where);

	if (note)
		ow_oom_note_text(b, ow_str(note));
	b->oom.have |= OW_OOM_DOUBTED;
}

void ow_oom_doubt(struct ow_oom_assembly *a, struct ow_oom_build *b, const struct ow_line *line)
{
	const char *lacks;

	if (a->foreign || b->oom.killer || (b->oom.have & OW_OOM_DOUBTED))
		return;
	lacks = ow_oom_trust_lacks(&a->trust, line);
	if (lacks || (a->trust.suspects && a->trust.line == line->number))
		a->doubted = b;
	if (lacks)
		note_doubt(b, line->number, lacks, "before");
}

/* It may be a copy of a true report, of this machine or another. */
static void note_foreign(struct ow_oom_build *b, const struct ow_line *line)
{
	char *note;

	if (line->program.n)
		note = ow_printf(b->arena, "may be forged: %.*s wrote it, not the kernel",
				 (int)line->program.n, line->program.p);
	else
		note = ow_printf(b->arena,
				 "may be forged: the log says that not the kernel wrote it");
	if (note)
		ow_oom_note_text(b, ow_str(note));
	b->oom.have |= OW_OOM_DOUBTED | OW_OOM_FOREIGN;
}

/* The line is b's. */
int ow_oom_take(struct ow_oom_assembly *a, struct ow_oom_build *b, const struct ow_oom_input *in)
{
	const struct ow_line *line = in->line;
	const size_t last = in->n_raw ? in->raw[in->n_raw - 1].number : line->number;
	struct ow_oom *oom = &b->oom;

	if (!oom->lines.first) {
		oom->line = oom->lines.first = line->number;
		ow_oom_doubt(a, b, line);
		if (a->foreign)
			note_foreign(b, line);
	}
	if (last > oom->lines.last)
		oom->lines.last = last;
	if (!(oom->have & OW_OOM_BOOT) && (line->have & OW_LINE_BOOT)) {
		oom->boot_usec = line->boot_usec;
		oom->have |= OW_OOM_BOOT;
	}
	if (!(oom->have & OW_OOM_TIME) && (line->have & OW_LINE_TIME)) {
		oom->time_usec = line->time_usec;
		oom->have |= OW_OOM_TIME;
	}
	if (line->have & OW_LINE_BOOT)
		b->last_boot_usec = line->boot_usec;
	if (line->have & OW_LINE_WRITTEN)
		b->last_written_usec = line->written_usec;
	b->last_have |= line->have & (OW_LINE_BOOT | OW_LINE_WRITTEN);
	if (!oom->boot_id && line->boot_id.n)
		oom->boot_id = ow_oom_keep(b, line->boot_id);
	if (!oom->host && line->host.n)
		oom->host = ow_oom_keep(b, line->host);
	if (ow_arena_bytes(b->arena) > OW_OOM_RECORD_MAX - OW_MIB(2))
		b->full = true; /* the rest is for the lines that matter most */
	if (a->options->keep_texts && !b->full)
		ow_oom_keep_texts(b, in);
	if (a->options->keep_said && !b->full)
		ow_oom_keep_said(b, line->number, line->text);
	a->last_line = last;
	return 1;
}

bool ow_oom_expects(const struct ow_oom_assembly *a)
{
	for (size_t i = 0; i < a->n_open; i++)
		if (!a->open[i]->closed && !a->open[i]->aside &&
		    (!ow_oom_has_end(a->open[i]) || a->open[i]->cut))
			return true;
	return false;
}

bool ow_oom_has_end(const struct ow_oom_build *b)
{
	return b->oom.victims.n > 0 || (b->oom.have & OW_OOM_NO_VICTIM) || b->panic_on_oom;
}

bool ow_oom_is_apart(const struct ow_oom_build *b, const struct ow_line *line)
{
	const unsigned both = b->last_have & line->have;
	int64_t pause = 0;

	if (b->oom.boot_id && line->boot_id.n && !ow_str_is(line->boot_id, b->oom.boot_id))
		return true;
	if (b->oom.host && line->host.n && !ow_str_is(line->host, b->oom.host))
		return true;
	if (both & OW_LINE_BOOT)
		pause = (int64_t)(line->boot_usec - b->last_boot_usec);
	else if (both & OW_LINE_WRITTEN)
		pause = line->written_usec - b->last_written_usec;
	return pause > PAUSE_MAX || pause < -CLOCK_BACK_MAX;
}

/* The page allocation failure that lines of the caller belong to; NULL when there is none, or when
 * nobody asked for those. */
static struct ow_oom_build *failure(const struct ow_oom_assembly *a, struct ow_str caller)
{
	for (size_t i = a->n_open; i-- > 0 && a->other;)
		if (a->open[i]->aside && !a->open[i]->oom.killer && !a->open[i]->closed)
			return ow_oom_same_caller(a->open[i]->caller, caller) ? a->open[i] : NULL;
	return NULL;
}

/* The report that is none of an OOM kill is over. */
static void end_other(struct ow_oom_assembly *a)
{
	struct ow_oom_build *b = failure(a, (struct ow_str){ 0 });

	if (b)
		b->closed = true;
	a->other = false;
}

void ow_oom_name(struct ow_oom_build *b, const struct ow_line *line)
{
	b->named_have = line->have & (OW_LINE_BOOT | OW_LINE_WRITTEN);
	b->named_boot_usec = line->boot_usec;
	b->named_written_usec = line->written_usec;
}

static int take_head(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b;
	int r;

	if (!ow_oom_is_head(in->line))
		return 0;
	r = ow_oom_begin(a, in->line, &b);
	if (r != 0)
		return r;
	(void)ow_oom_read_head(b, in->line);
	ow_oom_name(b, in->line);
	b->proof = true;
	b->rank = OW_RANK_HEAD;
	end_other(a);
	(void)ow_oom_take(a, b, in);
	r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* Another report of the machine's memory has begun, and this line is of that. */
static bool is_others(struct ow_oom_assembly *a, const struct ow_oom_family *f,
		      const struct ow_line *line)
{
	if (!a->other || !ow_oom_same_caller(a->other_caller, line->caller))
		return false;
	if (f->proof)
		end_other(a);
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

/* Does the line come behind those that the record has? */
static bool is_next(const struct ow_oom_build *b, const struct ow_oom_family *f,
		    const struct ow_line *line)
{
	return !ow_oom_is_apart(b, line) && (f->rank > b->rank || (f->again && f->rank == b->rank));
}

static int take_body(struct ow_oom_assembly *a, const struct ow_oom_family *f,
		     const struct ow_oom_input *in)
{
	struct ow_oom_build *b = ow_oom_current(a, in->line->caller);
	int r;

	if (is_others(a, f, in->line)) {
		b = failure(a, in->line->caller);
		return b && is_next(b, f, in->line) && read_body(b, f, in->line)
			       ? ow_oom_take(a, b, in)
			       : 0;
	}
	if (b && !ow_oom_has_end(b) && is_next(b, f, in->line))
		return read_body(b, f, in->line) ? ow_oom_take(a, b, in) : 0;
	if (b && f->rank <= OW_RANK_TRACE)
		b->block = OW_BLOCK_NONE; /* somebody else's call trace begins */
	if (!f->begins)
		return 0;
	r = ow_oom_begin(a, in->line, &b);
	if (r != 0)
		return r;
	if (!read_body(b, f, in->line)) {
		ow_oom_recycle(a, a->open[--a->n_open]->arena); /* it made no sense */
		return 0;
	}
	(void)ow_oom_take(a, b, in);
	r = ow_oom_settle(a, in->line->caller);
	return r != 0 ? r : 1;
}

/* "X: page allocation failure: ..." and SysRq m print the machine's memory, too. */
static int take_other(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	const bool is_failure = ow_oom_failure_fields(in->line->text) > 0;
	const struct ow_str caller = in->line->caller;
	struct ow_oom_build *b = ow_oom_current(a, caller);
	int r;

	if (b)
		b->block = OW_BLOCK_NONE;
	end_other(a);
	a->other = true;
	memset(a->other_caller, 0, sizeof(a->other_caller));
	if (caller.n && caller.n < sizeof(a->other_caller))
		memcpy(a->other_caller, caller.p, caller.n);
	a->seen->failures += is_failure;
	if (!is_failure || !a->options->failures)
		return 0;
	r = ow_oom_begin(a, in->line, &b);
	if (r != 0)
		return r;
	b->aside = b->proof = true;
	b->rank = OW_RANK_HEAD;
	(void)ow_oom_read_failure(b, in->line);
	(void)ow_oom_take(a, b, in);
	r = ow_oom_settle(a, caller);
	return r != 0 ? r : 1;
}

/* "oom_kill_process: 38 callbacks suppressed", "printk: 12 messages suppressed.",
 * "** 12 printk messages dropped **", "Missed 12 kernel messages",
 * "imjournal: 12 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
 * "systemd-journald[9]: /dev/kmsg buffer overrun, some messages lost." */
void ow_oom_count(struct ow_oom_assembly *a, const struct ow_oom_family *f, struct ow_str text)
{
	uint64_t *counter = f->role == OW_ROLE_LOST ? &a->seen->lost : &a->seen->suppressed;
	const char *at = ow_str_find(text, f->needle);
	uint64_t n;

	if (!at)
		return;
	text = ow_str_skip(text, (size_t)(at - text.p) + f->needle.n);
	a->seen->overruns += ow_str_has(f->needle, "overrun");
	if (!ow_scan_u64(&text, &n))
		return;
	if (ow_str_has(text, " suppressed") || ow_str_has(text, " dropped") ||
	    ow_str_has(text, " kernel messages") || ow_str_has(text, " messages lost"))
		*counter = n < UINT64_MAX - *counter ? *counter + n : UINT64_MAX;
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

/* A line of the block that its record is in, or the rest of one that was cut. */
static bool take_block(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	struct ow_oom_build *b = failure(a, in->line->caller);

	if (!b)
		b = ow_oom_current(a, in->line->caller);
	if (b && b->block != OW_BLOCK_NONE && read_block(b, in->line))
		return ow_oom_take(a, b, in);
	return b && b->cut && ow_oom_take_rest(a, b, in);
}

static int take_family(struct ow_oom_assembly *a, const struct ow_oom_family *f,
		       const struct ow_oom_input *in)
{
	if (!f)
		return ow_oom_take_userspace(a, in);
	switch (f->role) {
	case OW_ROLE_HEAD:
		return take_head(a, in);
	case OW_ROLE_BODY:
		return take_body(a, f, in);
	case OW_ROLE_CHOICE:
		return ow_oom_take_choice(a, in);
	case OW_ROLE_KILL:
		return ow_oom_take_kill(a, in);
	case OW_ROLE_GROUP:
		return ow_oom_take_group(a, in);
	case OW_ROLE_EXIT:
		return ow_oom_take_exit(a, in);
	case OW_ROLE_END:
		return ow_oom_take_end(a, in);
	case OW_ROLE_REAPED:
		return ow_oom_take_reaped(a, in);
	case OW_ROLE_OTHER:
		return take_other(a, in);
	case OW_ROLE_SUPPRESSED:
	case OW_ROLE_LOST:
		ow_oom_count(a, f, in->line->text);
		return 0;
	}
	return 0;
}

/* So many lines look like the one that was doubted: it begins another log. */
static void take_doubt_back(struct ow_oom_assembly *a)
{
	for (size_t i = 0; i < a->n_open; i++) {
		struct ow_oom *oom = &a->open[i]->oom;
		const char **note = oom->notes.item, *doubt = ow_oom_doubt_of(oom);
		size_t n = 0;

		if (a->open[i] != a->doubted || !doubt)
			continue;
		for (size_t k = 0; k < oom->notes.n; k++)
			if (note[k] != doubt)
				note[n++] = note[k];
		oom->notes.n = n;
		oom->have &= ~(unsigned)OW_OOM_DOUBTED;
	}
}

/* What the line, which is not seen yet, says of one before it that is doubted, or may be. */
static void weigh(struct ow_oom_assembly *a, const struct ow_line *line)
{
	const char *lacks;

	if (ow_oom_trust_regained(&a->trust, line))
		take_doubt_back(a);
	lacks = ow_oom_trust_confirms(&a->trust, line);
	for (size_t i = 0; i < a->n_open && lacks; i++)
		if (a->open[i] == a->doubted && !(a->open[i]->oom.have & OW_OOM_DOUBTED))
			note_doubt(a->open[i], a->trust.line, lacks, "around");
}

int ow_oom_assemble(struct ow_oom_assembly *a, const struct ow_oom_input *in)
{
	int r;

	weigh(a, in->line);
	r = take_block(a, in) ? 1 : take_family(a, ow_oom_family(in->line->text), in);
	ow_oom_trust_see(&a->trust, in->line);
	return r;
}

int ow_oom_assemble_as(struct ow_oom_assembly *a, const struct ow_oom_input *in,
		       const struct ow_oom_family *f)
{
	int r;

	weigh(a, in->line);
	r = take_block(a, in) ? 1 : take_family(a, f, in);
	ow_oom_trust_see(&a->trust, in->line);
	return r;
}

void ow_oom_assemble_read(struct ow_oom_assembly *a, struct ow_oom_build *b,
			  const struct ow_oom_input *in)
{
	weigh(a, in->line);
	(void)ow_oom_take(a, b, in);
	ow_oom_trust_see(&a->trust, in->line);
}
