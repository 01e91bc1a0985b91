/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PROCESS_H
#define OW_READ_PROCESS_H

#include "base/arena.h"
#include "base/scan.h"
#include "record/process.h"

/*
 * Reads the files of /proc/PID, one at a time:
 *
 *   status          Name:	leaky        RssAnon:	   32512 kB      NSpid:	2897	1
 *   stat            2897 (leaky) S 1 2897 ... 173785 ...
 *   smaps_rollup    Pss:               33120 kB
 *   oom_score       668
 *   oom_score_adj   0
 *   cgroup          4:memory:/docker/3418...     or     0::/system.slice/docker-3418....scope
 *   cmdline         /usr/bin/leaky NUL -token NUL secret NUL
 */

/* A file that has a reader. */
struct ow_process_file {
	const char *name;
	unsigned gives; /* bits of enum ow_process_have */

	int (*read)(struct ow_str text, struct ow_arena *arena, struct ow_process *process);
};

/* All of them; the first one is status, which also gives name and state. */
extern const struct ow_process_file ow_process_files[];
extern const size_t ow_process_files_n;

/*
 * Adds to process what the text of the file says. Texts and lists are in the arena. Lines that make
 * no sense or have no field are passed over. Returns 0, -EBADMSG when nothing is left (process has
 * nothing more than before), -ENOMEM.
 */
int ow_process_read(const struct ow_process_file *file, struct ow_str text, struct ow_arena *arena,
		    struct ow_process *process);

/*
 * What is shown of a command line: the base name of the first word, and "[redacted]" for all that
 * is behind it. Arguments hold passwords and tokens, and so may a title that a program gave itself:
 *
 *   /usr/bin/psql NUL -W NUL secret NUL          psql [redacted]
 *   postgres: alice shop 10.0.0.1(4711) idle     postgres: [redacted]
 *
 * -EBADMSG when there is nothing in it, as for kernel threads; -ENOMEM.
 */
int ow_process_command(struct ow_str cmdline, struct ow_arena *arena, const char **ret);

#endif
