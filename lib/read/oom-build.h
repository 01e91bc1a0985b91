/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_BUILD_H
#define OW_READ_OOM_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/line.h"
#include "record/oom.h"

/*
 * Private to the reader of OOM reports (read/oom.h): what its files share.
 *
 *   oom.c           bytes to lines, whatever carries them
 *   oom-short.c     the most frequent lines, past all else
 *   oom-join.c      lines that were broken or folded
 *   oom-assemble.c  which record a line belongs to
 *   oom-bind.c      the same for the lines that name who was killed
 *   oom-family.c    what a line is: the table of families
 *   oom-head.c, oom-memcg.c, oom-meminfo.c, oom-zones.c, oom-tasks.c, oom-kill.c
 *                   what a line says
 *   oom-killer.c    lines of programs that kill when memory is short
 *   oom-userspace.c which record those belong to
 *   oom-repeat.c    records of one kill that stands in the log twice
 *   oom-trust.c     whether a line looks as the kernel's around it do
 *   oom-finish.c    what follows from all lines of a record: units, kind, what is missing
 */

#define OW_COMM_MAX        15 /* bytes of a comm, of any kind */
#define OW_OOM_CALLER_MAX  65 /* with its end: a CPU, a task, else a host */
#define OW_OOM_COLUMNS_MAX 32
#define OW_OOM_STATS_MAX   256 /* names; the kernel has not half as many */

/* The order in which the kernel prints the parts of one report. A part that comes again, or too
 * late, is of another report. */
enum ow_oom_rank {
	OW_RANK_NONE,
	OW_RANK_HEAD,
	OW_RANK_CPUSET,
	OW_RANK_KERNEL,
	OW_RANK_TRACE,
	OW_RANK_TASK_IN,
	OW_RANK_MEMORY,
	OW_RANK_SWAP,
	OW_RANK_KMEM,
	OW_RANK_STATS,
	OW_RANK_PROTECTION,
	OW_RANK_MEMINFO,
	OW_RANK_PAGES,
	OW_RANK_TABLE,
	OW_RANK_CONSTRAINT,
	OW_RANK_CHOICE,
	OW_RANK_KILL,
	OW_RANK_AFTER,
};

/* A group of lines that only their place makes known. */
enum ow_oom_block {
	OW_BLOCK_NONE,
	OW_BLOCK_TRACE, /* " out_of_memory+0x1dc/0x530" */
	OW_BLOCK_STATS, /* "anon 31154200576" */
	OW_BLOCK_PAGES, /* "active_anon:221 inactive_anon:14331" */
	OW_BLOCK_TABLE, /* "[    323]     0   323     9458 ..." */
};

/* What the prefix of a kill line says of the limit. */
enum ow_oom_prefix {
	OW_PREFIX_NONE,
	OW_PREFIX_GLOBAL,     /* "Out of memory" */
	OW_PREFIX_MEMCG,      /* "Memory cgroup out of memory" */
	OW_PREFIX_MEMPOLICY,  /* "No available memory (MPOL_BIND)" */
	OW_PREFIX_CPUSET,     /* "No available memory in cpuset" */
	OW_PREFIX_ALLOCATING, /* "Out of memory (oom_kill_allocating_task)" */
};

/* Page counts stay pages in the fields named _bytes until ow_oom_finish(): what tells the page size
 * may stand in the record's last line. */
struct ow_oom_build {
	struct ow_arena *arena;
	struct ow_oom oom;
	char caller[OW_OOM_CALLER_MAX]; /* as the lines' caller; may be empty */
	bool aside;                     /* no OOM report: it neither ends one nor gets its lines */
	unsigned n_told;                /* how often that said that it sends a signal */
	enum ow_oom_rank rank;          /* the latest so far */
	enum ow_oom_block block;
	enum ow_oom_prefix prefix;

	bool closed;                               /* the next report of this caller has begun */
	bool proof;                                /* has a line that only an OOM report has */
	bool full;                                 /* more came than fits */
	bool exhausted;                            /* no, the host has no memory */
	bool old_form;                             /* has a line that kernels before 5.0 print */
	bool memcg_trace, page_trace, sysrq_trace; /* what the call trace witnesses */
	bool panic_on_oom;
	bool ram_seen;

	/* The task table: an index for each column in front of the name. */
	unsigned char column[OW_OOM_COLUMNS_MAX];
	size_t n_columns;
	unsigned table_have;   /* what each row of it should have */
	size_t odd_rows;       /* that have a number that cannot be */
	bool table_pages;      /* page tables are counted in pages */
	bool lone_table;       /* its header is lost: its columns follow from the rows */
	struct ow_list by_pid; /* of pointers to the tasks, sorted: see ow_oom_find_task() */

	unsigned last_have; /* OW_LINE_BOOT, OW_LINE_WRITTEN: of the latest line that had it */
	uint64_t last_boot_usec;
	int64_t last_written_usec;

	unsigned named_have; /* the same of the line that names the first victim, or of the head */
	uint64_t named_boot_usec;
	int64_t named_written_usec;

	struct ow_oom_victim chosen; /* by the oom-kill: line; its line is 0 when there is none */
	bool choice;                 /* "Kill process": the next kill line is this record's */
	int64_t exiting_pid;         /* was dying already; -1: none */
	const char *cut; /* the oom-kill: or kill line as far as it was there; NULL: it is whole */
	size_t cut_line; /* where that was */

	uint64_t buddy_unit_bytes; /* the smallest unit of a buddy list: one page. 0: not seen */
	uint64_t lru_pages, node_lru_bytes; /* the same, of the machine and of the nodes shown */
	uint64_t kernel_stack_bytes, hugetlb_bytes, hugetlb_free_bytes;
	size_t kernel_stack_line, hugetlb_line;
};

/* Adds a zeroed item to a list of the record. NULL when the record is full. */
void *ow_oom_add(struct ow_oom_build *b, struct ow_list *list, size_t size);

/* A copy in the record; NULL when it is full. */
const char *ow_oom_keep(struct ow_oom_build *b, struct ow_str text);

void ow_oom_note_text(struct ow_oom_build *b, struct ow_str text);

/* The row of the task table with that pid; NULL when there is none. */
struct ow_oom_task *ow_oom_find_task(struct ow_oom_build *b, int64_t pid);

/* "1024kB", "1024KB": bytes. False when there is no unit, or no room for the number. */
bool ow_oom_scan_kb(struct ow_str *s, uint64_t *ret_bytes);

/* "18446744073709537436kB": a number that no memory has. Counters that went below zero are printed
 * so. Takes it with its unit, if that is there. */
bool ow_oom_scan_absurd(struct ow_str *s);

/* Notes that a number of the record was left out. text is what stands there, name and all. */
void ow_oom_note_absurd(struct ow_oom_build *b, struct ow_str text);

/*
 * A family of lines: how it is known and who reads it. A reader returns true when the line is what
 * it looked like and was taken into the record; on false the record is as it was.
 */
enum ow_oom_place {
	OW_PLACE_FRONT,  /* the needle is at the front */
	OW_PLACE_INSIDE, /* it is anywhere but at the front */
	OW_PLACE_END,    /* the needle ends the line, which may have been broken there */
	OW_PLACE_NUMBER, /* a number is in front of it: "524158 pages RAM" */
	OW_PLACE_ROW,    /* it is the front of a row of a task table */
};

enum ow_oom_role {
	OW_ROLE_HEAD,   /* begins a record */
	OW_ROLE_BODY,   /* stands between head and kill, in the order of the ranks */
	OW_ROLE_CHOICE, /* names who is about to be killed */
	OW_ROLE_KILL,   /* names who was killed; "Kill process" of old kernels: who was chosen */
	OW_ROLE_GROUP,  /* all of a cgroup go along */
	OW_ROLE_EXIT,   /* the chosen one was dying already */
	OW_ROLE_END,    /* nobody could be killed, or the machine stopped instead */
	OW_ROLE_REAPED, /* the memory of a victim is free: bound by its pid */
	OW_ROLE_OTHER,  /* the head of another report with the memory of the machine */
	OW_ROLE_SUPPRESSED, /* reports that were not printed */
	OW_ROLE_LOST,       /* lines that were not printed */
};

struct ow_oom_family {
	struct ow_str needle;
	enum ow_oom_place place;
	enum ow_oom_role role;
	enum ow_oom_rank rank;
	bool begins; /* a record whose front is lost may begin here */
	bool again;  /* may come more than once in a record */
	bool proof;  /* only an OOM report has it */
	bool (*read)(struct ow_oom_build *b, const struct ow_line *line); /* of a BODY */
	/* How much of a line of this family text has, for lines that were broken: the number of
	 * fields that can be read. NULL when they are never joined. */
	unsigned (*fields)(struct ow_str text);
	unsigned full; /* there are no more fields than that */
	bool unspaced; /* it has no blanks: none was where it was broken */
};

/* What the line is; NULL when it is nothing of an OOM report, or known by its place only. */
const struct ow_oom_family *ow_oom_family(struct ow_str text);

/* One reader for each kind of line; the lines are shown with them. */
bool ow_oom_read_head(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_failure(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_cpuset(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_kernel(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_trace(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_frame(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_task_in(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_counter(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_stats(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_stat(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_protection(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_meminfo(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_counters(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_node(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_reserve(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_total(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_swap(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_table(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_row(struct ow_oom_build *b, const struct ow_line *line);
bool ow_oom_read_simple_row(struct ow_oom_build *b, const struct ow_line *line); /* oom-short.h */
bool ow_oom_read_lone_row(struct ow_oom_build *b, const struct ow_line *line);

/* Is the text a row of a task table beyond doubt, without its header? */
bool ow_oom_is_row(struct ow_str text);

/* Is it the head of a report? What /dev/kmsg and the journal carry has nothing in front of the
 * comm, so that the words in the middle of another line are none. */
bool ow_oom_is_head(const struct ow_line *line);

unsigned ow_oom_head_fields(struct ow_str text);
unsigned ow_oom_failure_fields(struct ow_str text);
unsigned ow_oom_group_fields(struct ow_str text);
unsigned ow_oom_task_in_fields(struct ow_str text);
unsigned ow_oom_kernel_fields(struct ow_str text);
unsigned ow_oom_counter_fields(struct ow_str text);
unsigned ow_oom_stats_fields(struct ow_str text);
unsigned ow_oom_node_fields(struct ow_str text);
unsigned ow_oom_counters_fields(struct ow_str text);
unsigned ow_oom_reaped_fields(struct ow_str text);
unsigned ow_oom_table_fields(struct ow_str text);
unsigned ow_oom_row_fields(const struct ow_oom_build *b, struct ow_str text);

/* One of the lists that both the machine's counters, in pages, and each node's line, in kB, have.
 */
bool ow_oom_is_lru(struct ow_str name);

/* Kill lines are read before it is known whose they are. */
struct ow_oom_kill {
	enum ow_oom_prefix prefix;
	bool chosen;                 /* "Kill process": it was only chosen */
	struct ow_oom_victim victim; /* without its comm */
	struct ow_str comm;          /* n is 0 where the line is cut within it */
	struct ow_str rest;          /* what was not understood: of a field that is cut */
};

bool ow_oom_scan_kill(struct ow_str text, struct ow_oom_kill *ret);
unsigned ow_oom_kill_fields(struct ow_str text);

/* "oom-kill:constraint=..." */
struct ow_oom_choice {
	struct ow_str constraint, nodemask, cpuset, mems_allowed, limit_memcg, task_memcg, comm;
	bool global_oom;
	unsigned have; /* OW_VICTIM_PID, OW_VICTIM_UID */
	int64_t pid, uid;
};

bool ow_oom_scan_choice(struct ow_str text, struct ow_oom_choice *ret);
unsigned ow_oom_choice_fields(struct ow_str text);

/* The first "process N" or "pid:N" or "victim N" of the text. */
bool ow_oom_scan_pid(struct ow_str text, int64_t *ret);

/* A new record; NULL when there is no memory. */
struct ow_oom_build *ow_oom_build_new(struct ow_arena *arena, const char *source,
				      struct ow_str caller);

/* What all lines of the record together say: sizes in bytes, the kind, what is missing. */
void ow_oom_finish(struct ow_oom_build *b);

#endif
