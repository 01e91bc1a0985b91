/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_GC_H
#define OW_CMD_GC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analyze/gc.h"
#include "command.h"
#include "read/gctrace.h"
#include "source.h"

/* What the files of oomwhy gc share. */

struct gc_options {
	struct ow_source_options source; /* since, until, now, utc, directory, file */
	const char *unit, *limit, *pattern, *host;
	int64_t process; /* -1: not given */
	bool table, json, csv, follow, ascii, no_pager;
};

extern struct gc_options arg_gc;

/* A log, or several, being read. */
struct gc_log {
	const struct ow_command *command;
	struct ow_source_period period;
	struct ow_gc_known known;
	struct ow_arena *arena; /* names of sources */
	struct ow_gc_lives *lives;
	struct ow_gctrace_reader *reader;
	const char *source; /* that is read now */
	struct ow_gctrace_seen seen;
	uint64_t undated; /* collections left out of a period because they have no time */

	/* Gets each collection with its life; may be NULL. Below 0 ends it all. */
	int (*take)(void *arg, const struct ow_gc_life *life, const struct ow_gc_event *event);
	/* With --follow: asked some times a second; below 0 ends it. */
	int (*wait)(void *arg);
	void *arg;
};

/*
 * Reads what the operands name: log files, "-", containers; and the unit of --unit. Says what could
 * not be read. Returns an enum ow_exit.
 */
int gc_read(struct gc_log *log, int n, char *operand[]);

/* The reading of one file goes on when it ends, as `tail -F` has it. */
int gc_follow_file(struct gc_log *log, const char *path, struct ow_err *err);

/* For whom reads in other ways: one source begins, its bytes, its end. A negative errno ends it. */
int gc_log_begin(struct gc_log *log, const char *source, struct ow_err *err);
int gc_log_feed(void *log, const char *bytes, size_t n);
int gc_log_end(struct gc_log *log);

/* A row of --table or --csv; the head of either. */
void gc_table_head(FILE *out);
void gc_table_row(const struct ow_gc_life *life, const struct ow_gc_event *event, FILE *out);
void gc_csv_head(FILE *out);
void gc_csv_row(const struct ow_gc_life *life, const struct ow_gc_event *event,
		struct ow_arena *scratch, FILE *out);

/* All of it as one object. 0 or -ENOMEM. */
int gc_write_json(const struct gc_log *log, FILE *out);

/* For people. 0 or -ENOMEM. */
int gc_write_summary(const struct gc_log *log, size_t width, FILE *out);

/* The chart of a life and what is said below it in few lines: for one that is followed. */
int gc_write_live(const struct gc_log *log, const struct ow_gc_life *life, size_t width,
		  size_t rows, FILE *out);

/* Reads with --follow until the log ends or a signal ends it, and shows how it goes. */
int gc_follow(struct gc_log *log, int n, char *operand[]);

#endif
