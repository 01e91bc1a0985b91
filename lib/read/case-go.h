/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_CASE_GO_H
#define OW_READ_CASE_GO_H

#include "base/arena.h"
#include "base/scan.h"
#include "record/case.h"
#include "record/evidence.h"

/*
 * The files of a case below go/: what Go programs said of themselves. For read/case.c and nobody
 * else.
 *
 *   go/heap/NAME                 of the process that the case is about, as far as anybody says
 *   go/container/ID/heap/NAME    of a process of that container
 *   go/process/PID/heap/NAME     of that process
 *
 * and so gctrace/, metrics/ and goroutine/. Packed ones are unpacked. Each profile has a limit of
 * its own; what is larger, or makes no sense, is a source that could not be read.
 */

#define OW_GO_PROFILE_MAX  OW_MIB(64)  /* a profile in memory, */
#define OW_GO_PROFILES_MAX OW_MIB(256) /* and all of them */

struct ow_go_intake;

/* NULL when there is no memory. */
struct ow_go_intake *ow_go_intake_new(void);
struct ow_go_intake *ow_go_intake_free(struct ow_go_intake *intake);

/*
 * Reads a file whose path begins with go/. The source says what came of it: name and path are the
 * file's own, detail is in the arena. 0 or -ENOMEM.
 */
int ow_go_intake_add(struct ow_go_intake *intake, const struct ow_evidence *file,
		     struct ow_arena *arena, struct ow_source *ret);

/*
 * A log of any length, in pieces, as a file of go/gctrace/ is. path, source and time are those of
 * the file, whose bytes are not looked at; its texts must last until the end. 0 or -ENOMEM.
 */
int ow_go_intake_log_begin(struct ow_go_intake *intake, const struct ow_evidence *file);
int ow_go_intake_log_feed(struct ow_go_intake *intake, const char *bytes, size_t n);
int ow_go_intake_log_end(struct ow_go_intake *intake, struct ow_arena *arena,
			 struct ow_source *ret);

/* All that was read. It lives as long as the intake. */
const struct ow_go_evidence *ow_go_intake_all(const struct ow_go_intake *intake);

#endif
