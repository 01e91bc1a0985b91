/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CASE_H
#define OW_READ_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/scan.h"
#include "read/line.h"
#include "read/oom-filter.h"
#include "record/case.h"
#include "record/evidence.h"

/*
 * Puts a case together: kernel logs and the other files of evidence go in, one struct ow_case with
 * the incident that was asked for comes out. Used in two passes, so that what the kernel says
 * decides what else is looked up:
 *
 *   ow_case_reader_new(select)
 *   ow_case_log_begin/feed/end      each kernel log, in pieces of any size
 *   ow_case_reader_incident()       which kills were chosen: look up their containers and cgroups
 *   ow_case_reader_add()            each other file
 *   ow_case_reader_finish()         the case
 *
 * Memory is bounded: of all the kills in the logs only the chosen incident is kept (and those that
 * more kills may still join), and of a storm the first OW_CASE_KILLS_MAX kills, or those that fit
 * in OW_CASE_BYTES_MAX. The others are counted.
 */

#define OW_CASE_KILLS_MAX 256
#define OW_CASE_BYTES_MAX OW_MIB(64)

struct ow_case_reader;

/*
 * Which incident. An incident is the kills of one limit within 10 s of its first one, of one boot;
 * "one limit" is one owner of limit_memcg, or the machine, or the same nodes. A kill whose record
 * does not name its limit joins only where the limit is the victims' own one and the victim stands
 * in the incident's task table; one without any time only the record just before it. What stands in
 * two sources counts once.
 *
 * All conditions must hold for one kill, and its incident is chosen: the newest such, with no
 * conditions the newest of all.
 */
struct ow_case_select {
	uint64_t kill;     /* its number in the listing, that is: among all as they come, from 1;
			    * where there is no such number, the pid of the killed; 0: any */
	const char *owner; /* a container's id (12 digits or more), a unit, a pod's uid, a cgroup or
			    * one above it; NULL: any */
	int64_t since_usec, until_usec; /* INT64_MIN and INT64_MAX for no bound */
	const char *boot_id;            /* only this boot; NULL or "" for all */
};

/* NULL when there is no memory. select is looked at as the kills come, so it must outlive the
 * reader, and its boot may become known late. */
struct ow_case_reader *ow_case_reader_new(const struct ow_case_select *select);
struct ow_case_reader *ow_case_reader_free(struct ow_case_reader *reader);

static inline void ow_case_reader_freep(struct ow_case_reader **reader)
{
	*reader = ow_case_reader_free(*reader);
}

/*
 * A kernel log. name is how the user knows the source, path its file of the case or NULL; they and
 * the clock are copied. Its line in the case's sources is written by ow_case_log_end from what the
 * reader saw. Logs are read one after the other, oldest first. Returns 0 or -ENOMEM.
 */
int ow_case_log_begin(struct ow_case_reader *reader, const char *name, const char *path,
		      const struct ow_line_clock *clock);
int ow_case_log_feed(struct ow_case_reader *reader, const char *bytes, size_t n,
		     const struct ow_oom_scout *scout);
int ow_case_log_end(struct ow_case_reader *reader);

/* What a collector knows of the log besides the lines that it gave: see read/seen.h. Before
 * ow_case_log_end. */
void ow_case_log_looked(struct ow_case_reader *reader, const struct ow_source *source);

/* A source that is absent or could not be read, or one that has no file. Strings are copied. */
int ow_case_reader_note(struct ow_case_reader *reader, const struct ow_source *source);

/* The kills of the incident that is chosen so far, in their order; 0 when there is none. Valid
 * until the next call on the reader. */
size_t ow_case_reader_incident(const struct ow_case_reader *reader,
			       const struct ow_oom *const **ret);

/*
 * A file of evidence, told by its path (see record/evidence.h); what is needed of it is copied. A
 * kernel/ file is read as a log; its times on the kernel's clock become wall-clock times where the
 * file "host" came before it. A file that makes no sense becomes an unreadable source, not an
 * error. Returns 0 or -ENOMEM.
 */
int ow_case_reader_add(struct ow_case_reader *reader, const struct ow_evidence *file);

/*
 * A log of a Go program, of any length, in pieces: as a file of evidence with that path, which
 * begins with go/ and has gctrace/ in it. The file's texts must last until the end. 0 or -ENOMEM.
 */
int ow_case_go_log_begin(struct ow_case_reader *reader, const struct ow_evidence *file);
int ow_case_go_log_feed(struct ow_case_reader *reader, const char *bytes, size_t n);
int ow_case_go_log_end(struct ow_case_reader *reader);

/* The case. It belongs to the reader and lives as long; its now_usec is when it was collected. */
int ow_case_reader_finish(struct ow_case_reader *reader, struct ow_case *ret);

/*
 * manifest.json of a case:
 *
 *   {"schema": "oomwhy.case/1", "files": [{"path": "kernel/kmsg", "source": "/dev/kmsg",
 *    "time": "2026-11-20T07:51:02Z", "sha256": "9f86..."}]}
 *
 * Paths that are absolute, hold "..", ".", an empty part or a control character, or are named twice
 * are refused: a case may come from anywhere. ret lists the files without their bytes, in their
 * order; -EBADMSG with err filled, or -ENOMEM.
 */
struct ow_manifest_file {
	const char *path;
	const char *source;
	int64_t time_usec;
	const char *sha256; /* 64 hex digits */
};

int ow_manifest_read(struct ow_str json, struct ow_arena *arena, struct ow_manifest_file **ret,
		     size_t *ret_n, struct ow_err *err);

#endif
