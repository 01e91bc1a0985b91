/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_ASSEMBLE_H
#define OW_READ_OOM_ASSEMBLE_H

#include "read/oom-build.h"
#include "read/oom-repeat.h"
#include "read/oom-trust.h"
#include "read/oom.h"

/*
 * Private to the reader of OOM reports: puts the lines of one report together.
 *
 * The kernel writes one report at a time (it holds a lock meanwhile), but other CPUs' lines stand
 * between, fronts and ends get lost, the report of a kill may be left out (rate limit), and the
 * reaper speaks late. So a new head ends the record before it; a part that comes a second time or
 * too late begins a record without a head; and a kill line goes only to a record that expects it,
 * else it is a record of its own.
 */
struct ow_oom_assembly {
	const struct ow_oom_options *options;
	struct ow_oom_seen *seen;
	ow_oom_fn *emit;
	void *arg;

	struct ow_oom_build *open[4]; /* the oldest first */
	size_t n_open;
	struct ow_arena *spare;
	struct ow_oom_repeats repeats;
	bool other; /* the memory of the machine that comes next is another report's */
	char other_caller[OW_OOM_CALLER_MAX];
	size_t last_line; /* the last line of a report */
	size_t last_user; /* the last line of a killer in user space */
	bool foreign;     /* its lines are of programs */
	struct ow_oom_trust trust;
	const struct ow_oom_build *doubted; /* the last that was, or may be; it may be gone */
};

/* One line of the source. */
struct ow_oom_raw {
	size_t number;
	struct ow_str text;
};

/* One line of the kernel, and the lines of the source that it was in. */
struct ow_oom_input {
	const struct ow_line *line;
	const struct ow_oom_raw *raw;
	size_t n_raw;
};

/* Takes one line of the kernel. Returns 1 when it belongs to a record, 0 when not, -ENOMEM or what
 * emit returned. */
int ow_oom_assemble(struct ow_oom_assembly *a, const struct ow_oom_input *in);

/* As above, where its family is known already; NULL: it has none. */
int ow_oom_assemble_as(struct ow_oom_assembly *a, const struct ow_oom_input *in,
		       const struct ow_oom_family *f);

/* As above, where it was read already, as a line of b's block. */
void ow_oom_assemble_read(struct ow_oom_assembly *a, struct ow_oom_build *b,
			  const struct ow_oom_input *in);

/* The roles of oom-bind.c: the lines that name somebody. They return as ow_oom_assemble(). */
int ow_oom_take_choice(struct ow_oom_assembly *a, const struct ow_oom_input *in);
int ow_oom_take_kill(struct ow_oom_assembly *a, const struct ow_oom_input *in);
int ow_oom_take_group(struct ow_oom_assembly *a, const struct ow_oom_input *in);
int ow_oom_take_exit(struct ow_oom_assembly *a, const struct ow_oom_input *in);
int ow_oom_take_end(struct ow_oom_assembly *a, const struct ow_oom_input *in);
int ow_oom_take_reaped(struct ow_oom_assembly *a, const struct ow_oom_input *in);

/* The kernel writes the oom-kill: line in parts, and a slow console any line; other CPUs' lines may
 * stand between. Takes the rest of b's line that is cut. */
int ow_oom_take_rest(struct ow_oom_assembly *a, struct ow_oom_build *b,
		     const struct ow_oom_input *in);

/* Takes a line of a program that kills when memory is short: of oom-userspace.c. Returns as
 * ow_oom_assemble(). */
int ow_oom_take_userspace(struct ow_oom_assembly *a, const struct ow_oom_input *in);

/* Begins a record of the line's caller. When its first line is taken, ow_oom_settle() ends what the
 * same caller wrote before, and emits what has ended, in the order in which it came. */
int ow_oom_begin(struct ow_oom_assembly *a, const struct ow_line *line, struct ow_oom_build **ret);
int ow_oom_settle(struct ow_oom_assembly *a, struct ow_str caller);

/* Notes it when the line, that is b's, does not look as the kernel's others do. */
void ow_oom_doubt(struct ow_oom_assembly *a, struct ow_oom_build *b, const struct ow_line *line);

/* The line is b's. Returns 1. */
int ow_oom_take(struct ow_oom_assembly *a, struct ow_oom_build *b, const struct ow_oom_input *in);

void ow_oom_keep_texts(struct ow_oom_build *b, const struct ow_oom_input *in);
void ow_oom_keep_said(struct ow_oom_build *b, size_t line, struct ow_str text);

/* Is it known who was killed, or that nobody was? */
bool ow_oom_has_end(const struct ow_oom_build *b);

/* Can two lines be of one report? Without a caller nothing speaks against it. */
bool ow_oom_same_caller(const char *caller, struct ow_str other);

/* Is there a record that has no end yet? */
bool ow_oom_expects(const struct ow_oom_assembly *a);

/* Is the line of another boot, or too far away to be of this report? */
bool ow_oom_is_apart(const struct ow_oom_build *b, const struct ow_line *line);

/* The line names the victim, or at least the report: its time is the kill's. */
void ow_oom_name(struct ow_oom_build *b, const struct ow_line *line);

/* The arena of a record that is gone serves the next. */
void ow_oom_recycle(struct ow_oom_assembly *a, struct ow_arena *arena);

/* Counts what a line of the roles LOST and SUPPRESSED says. */
void ow_oom_count(struct ow_oom_assembly *a, const struct ow_oom_family *f, struct ow_str text);

/* Emits all records that are open. */
int ow_oom_assemble_flush(struct ow_oom_assembly *a);

void ow_oom_assemble_release(struct ow_oom_assembly *a);

/* The record that a line of this caller continues; NULL when there is none. */
struct ow_oom_build *ow_oom_current(const struct ow_oom_assembly *a, struct ow_str caller);

#endif
